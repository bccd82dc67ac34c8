/* Remote control of another session, "shadowing" (Channel notes 3): dead since Windows 8, alive by option. */
#include <stdlib.h>

#include "model.h"

/* Calls of WTSStartRemoteControlSession that have not returned. */
typedef struct SHADOW {
    struct SHADOW *next;
    const SERVER *server;
    DWORD target;
    BOOL stopped;
} SHADOW;

static SHADOW *shadows;

/* The caller must be in a remote session, the target active with somebody logged on. */
static DWORD check_target(SERVER *server, DWORD target_id)
{
    SERVER *local = model_local();
    const SESSION *caller = model_find_session(local, local->current_session_id);
    const SESSION *target = model_find_session(server, target_id);
    if (target == NULL)
        return missing_session_error(server, target_id);
    if (caller == NULL || !caller->is_remote)
        return ERROR_CTX_SHADOW_INVALID;
    if (target->state != WTSActive || target->user_name == NULL || target->user_name[0] == 0)
        return ERROR_CTX_SHADOW_INVALID;
    return target->shadow_settings == 0 && options.shadow == 2 ? ERROR_CTX_SHADOW_DISABLED : ERROR_SUCCESS;
}

/* Returns when the shadowing ends: it is stopped, or the target goes away. */
static DWORD shadow(SERVER *server, DWORD target_id)
{
    SHADOW record, **link;
    LONG generation = reset_generation();
    DWORD error = ERROR_SUCCESS;
    record.server = server;
    record.target = target_id;
    record.stopped = FALSE;
    record.next = shadows;
    shadows = &record;
    session_event(server, target_id, 0, WTS_SESSION_REMOTE_CONTROL);
    while (!record.stopped && model_find_session(server, target_id) != NULL) {
        wait_for_change(model_expire(server) ? 10 : INFINITE);
        if (reset_generation() != generation) {
            error = ERROR_OPERATION_ABORTED;
            break;
        }
    }
    for (link = &shadows; *link != &record;)
        link = &(*link)->next;
    *link = record.next;
    if (error == ERROR_SUCCESS)
        session_event(server, target_id, 0, WTS_SESSION_REMOTE_CONTROL);
    return error;
}

static BOOL start(FUNCTION function, const WCHAR *server_name, ULONG target_id, BYTE key, USHORT modifiers)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, function, 4, ARGUMENT(server_name), ARGUMENT(target_id), ARGUMENT(key), ARGUMENT(modifiers)))
        return FALSE;
    call_text(&call, server_name);
    lock();
    server = model_find_server(server_name);
    if (options.shadow == 0)
        error = (DWORD)options.shadow_error;
    else if (server == NULL)
        error = (DWORD)options.unknown_server_error;
    else
        error = check_target(server, target_id);
    if (error == ERROR_SUCCESS)
        error = shadow(server, target_id);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSStartRemoteControlSessionW(LPWSTR server_name, ULONG target_id, BYTE key, USHORT modifiers)
{
    return start(FUNCTION_WTSStartRemoteControlSessionW, server_name, target_id, key, modifiers);
}

BOOL WINAPI WTSStartRemoteControlSessionA(LPSTR server_name, ULONG target_id, BYTE key, USHORT modifiers)
{
    WCHAR *wide = wide_from_ansi(server_name);
    BOOL done = start(FUNCTION_WTSStartRemoteControlSessionA, wide, target_id, key, modifiers);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return done;
}

static DWORD stop(DWORD session_id)
{
    SERVER *server = model_local();
    SHADOW *record;
    if (options.shadow == 0)
        return (DWORD)options.shadow_error;
    if (model_find_session(server, session_id) == NULL)
        return missing_session_error(server, session_id);
    for (record = shadows; record != NULL && (record->target != session_id || record->server != server);)
        record = record->next;
    if (record == NULL)
        return ERROR_CTX_SHADOW_NOT_RUNNING;
    record->stopped = TRUE;
    announce_change();
    return ERROR_SUCCESS;
}

BOOL WINAPI WTSStopRemoteControlSession(ULONG session_id)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSStopRemoteControlSession, 1, ARGUMENT(session_id)))
        return FALSE;
    lock();
    error = stop(session_id);
    unlock();
    return call_end(&call, error);
}

/* ---- control ---- */

/* Ends every shadowing, as the hotkey does; the number of them. */
CONTROL DWORD standin_end_shadowing(void)
{
    SHADOW *record;
    DWORD count = 0;
    lock();
    for (record = shadows; record != NULL; record = record->next) {
        record->stopped = TRUE;
        ++count;
    }
    announce_change();
    unlock();
    return count;
}
