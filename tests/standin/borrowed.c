/* Functions of other DLLs that the package calls: tests put these in the place of its imports (tests/helpers/imports.py),
 * so that the log holds the calls and rules can bend them. They answer what the real ones answer. */
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

CONTROL BOOL WINAPI standin_ProcessIdToSessionId(DWORD pid, DWORD *session_id)
{
    CALL call;
    DWORD error = ERROR_SUCCESS;
    if (!call_begin(&call, FUNCTION_ProcessIdToSessionId, 2, ARGUMENT(pid), ARGUMENT(session_id)))
        return FALSE;
    if (!ProcessIdToSessionId(pid, session_id))
        error = GetLastError();
    return call_end(&call, error);
}

/* An injected code is the answer: 0xFFFFFFFF is that of a console without a session. */
CONTROL DWORD WINAPI standin_WTSGetActiveConsoleSessionId(void)
{
    CALL call;
    if (!call_begin(&call, FUNCTION_WTSGetActiveConsoleSessionId, 0))
        return call.failure;
    return (DWORD)call_end_value(&call, WTSGetActiveConsoleSessionId(), NO_RESULT_CODE);
}
