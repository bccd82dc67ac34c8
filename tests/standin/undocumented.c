/* The exports that no header has (Channel notes 8): they look like stubs, and an option lets them answer. */
#include "model.h"

static BOOL answered(CALL *call, BOOL sensible)
{
    return call_end(call, options.undocumented_answers && sensible ? ERROR_SUCCESS : ERROR_NOT_SUPPORTED);
}

BOOL WINAPI IsInteractiveUserSession(ULONG session_id)
{
    CALL call;
    const SESSION *session;
    BOOL interactive;
    if (!call_begin(&call, FUNCTION_IsInteractiveUserSession, 1, ARGUMENT(session_id)))
        return FALSE;
    lock();
    session = model_find_session(model_local(), session_id);
    interactive = session != NULL && session->state == WTSActive;
    unlock();
    if (options.undocumented_answers && !interactive)
        return (BOOL)call_end_value(&call, FALSE, NO_RESULT_CODE);
    return answered(&call, interactive);
}

BOOL WINAPI QueryActiveSession(PULONG session_id)
{
    CALL call;
    const SERVER *server;
    DWORD i;
    BOOL found = FALSE;
    if (!call_begin(&call, FUNCTION_QueryActiveSession, 1, ARGUMENT(session_id)))
        return FALSE;
    lock();
    server = model_local();
    for (i = 0; i < server->session_count && !found && options.undocumented_answers; ++i) {
        found = server->sessions[i].state == WTSActive;
        if (found)
            *session_id = server->sessions[i].session_id;
    }
    unlock();
    return answered(&call, found);
}

BOOL WINAPI RegisterUsertokenForNoWinlogon(void)
{
    CALL call;
    if (!call_begin(&call, FUNCTION_RegisterUsertokenForNoWinlogon, 0))
        return FALSE;
    return answered(&call, TRUE);
}
