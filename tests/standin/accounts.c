/* LookupAccountSid, which is no function of this DLL: tests put this one in the place of the package's import
 * (tests/helpers/imports.py), so that the log holds the look-ups and rules can bend them. */
#include "standin.h"

CONTROL BOOL WINAPI standin_LookupAccountSidW(LPCWSTR server, PSID sid, WCHAR *name, DWORD *name_length, WCHAR *domain,
                                              DWORD *domain_length, SID_NAME_USE *use)
{
    CALL call;
    DWORD error = ERROR_SUCCESS;
    if (!call_begin(&call, FUNCTION_LookupAccountSidW, 7, ARGUMENT(server), ARGUMENT(sid), ARGUMENT(name),
                    ARGUMENT(name_length), ARGUMENT(domain), ARGUMENT(domain_length), ARGUMENT(use)))
        return FALSE;
    call_text(&call, server);
    if (!LookupAccountSidW(server, sid, name, name_length, domain, domain_length, use))
        error = GetLastError();
    return call_end(&call, error);
}
