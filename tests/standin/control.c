/* Logging off, disconnecting and connecting sessions, and shutting down (API notes 2.19, 2.21 to 2.23). */
#include <stdlib.h>

#include "model.h"

/* Session 0 and listeners are not sessions of anybody. */
static BOOL untouchable(const SESSION *session)
{
    return session->session_id == 0 || session->state == WTSListen;
}

/* ---- privileges ---- */

BOOL privilege_held(const WCHAR *name)
{
    PRIVILEGE_SET set;
    HANDLE token;
    BOOL held = FALSE;
    if (options.privileges != 0)
        return options.privileges == 1;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return FALSE;
    set.PrivilegeCount = 1;
    set.Control = PRIVILEGE_SET_ALL_NECESSARY;
    set.Privilege[0].Attributes = 0;
    if (!LookupPrivilegeValueW(NULL, name, &set.Privilege[0].Luid) || !PrivilegeCheck(token, &set, &held))
        held = FALSE;
    CloseHandle(token);
    return held;
}

/* ---- logoff ---- */

/* A logoff takes `logoff_time` milliseconds, or for ever when that is -1: an application holds it up. */
static DWORD begin_logoff(SERVER *server, DWORD session_id)
{
    SESSION *session = model_find_session(server, session_id);
    if (session == NULL)
        return missing_session_error(server, session_id);
    if (untouchable(session))
        return ERROR_ACCESS_DENIED;
    if (session->ends_at == 0)
        session->ends_at = options.logoff_time < 0 ? NO_DEADLINE : GetTickCount64() + (ULONGLONG)options.logoff_time;
    return ERROR_SUCCESS;
}

static DWORD logoff_session(FUNCTION function, HANDLE handle, DWORD session_id, BOOL wait)
{
    SERVER *server;
    LONG generation = reset_generation();
    DWORD error = server_enter(function, handle, USE_EX_DOCUMENTED, &server);
    if (error != ERROR_SUCCESS)
        return error;
    session_id = resolve_session(server, session_id);
    error = begin_logoff(server, session_id);
    model_expire(server);
    while (error == ERROR_SUCCESS && wait && model_find_session(server, session_id) != NULL) {
        wait_for_change(10);
        if (reset_generation() != generation)
            return ERROR_OPERATION_ABORTED;
        model_expire(server);
    }
    server_leave(handle);
    return error;
}

BOOL WINAPI WTSLogoffSession(HANDLE server, DWORD session_id, BOOL wait)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSLogoffSession, 3, ARGUMENT(server), ARGUMENT(session_id), ARGUMENT(wait)))
        return FALSE;
    lock();
    error = logoff_session(call.function, server, session_id, wait);
    unlock();
    return call_end(&call, error);
}

/* ---- disconnect ---- */

static void set_disconnected(SERVER *server, SESSION *session)
{
    channels_break(server, session->session_id);
    session->state = WTSDisconnected;
    session->disconnect_time = time_now();
    replace_text(&session->session_name, L""); /* API notes 2.7 */
    pool_clear();
    session_event(server, session->session_id, WTS_EVENT_DISCONNECT | WTS_EVENT_STATECHANGE,
                  session->is_remote ? WTS_REMOTE_DISCONNECT : WTS_CONSOLE_DISCONNECT);
}

/* The session and its programs live on. The answer for one that is disconnected already is a doubt. */
static DWORD disconnect_session(SERVER *server, DWORD session_id)
{
    SESSION *session;
    session_id = resolve_session(server, session_id);
    session = model_find_session(server, session_id);
    if (session == NULL)
        return missing_session_error(server, session_id);
    if (untouchable(session))
        return ERROR_ACCESS_DENIED;
    if (session->state == WTSDisconnected)
        return (DWORD)options.disconnect_again;
    set_disconnected(server, session);
    return ERROR_SUCCESS;
}

BOOL WINAPI WTSDisconnectSession(HANDLE handle, DWORD session_id, BOOL wait)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSDisconnectSession, 3, ARGUMENT(handle), ARGUMENT(session_id), ARGUMENT(wait)))
        return FALSE;
    lock();
    error = server_enter(call.function, handle, USE_EX_DOCUMENTED, &server);
    if (error == ERROR_SUCCESS) {
        error = disconnect_session(server, session_id);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

/* ---- connect ---- */

/* API notes 2.23: "" is enough for a caller who is the same user. */
static BOOL password_fits(const SERVER *server, const SESSION *session, const SESSION *caller, const WCHAR *password)
{
    (void)server;
    if (session->password == NULL)
        return TRUE;
    if (password[0] == 0)
        return caller != NULL && same_text(caller->user_name, session->user_name);
    return wcscmp(session->password, password) == 0;
}

/* The session appears on the target's terminal, under its name; the target's own session becomes disconnected. */
static DWORD connect_session(ULONG logon_id, ULONG target_id, const WCHAR *password)
{
    SERVER *server = model_local();
    SESSION *session, *target;
    WCHAR *terminal;
    if (password == NULL || logon_id == target_id) /* so LOGONID_CURRENT may stand for one of them only */
        return ERROR_INVALID_PARAMETER;
    if (server->use_error != 0)
        return server->use_error;
    logon_id = resolve_session(server, logon_id);
    target_id = resolve_session(server, target_id);
    session = model_find_session(server, logon_id);
    target = model_find_session(server, target_id);
    if (session == NULL || target == NULL)
        return missing_session_error(server, session == NULL ? logon_id : target_id);
    if (untouchable(session) || untouchable(target))
        return ERROR_ACCESS_DENIED;
    if (!password_fits(server, session, model_find_session(server, server->current_session_id), password))
        return ERROR_LOGON_FAILURE;
    terminal = copy_text(target->session_name);
    session->is_remote = target->is_remote;
    session->protocol_type = target->protocol_type;
    set_disconnected(server, target);
    replace_text(&session->session_name, terminal);
    free(terminal);
    session->state = WTSActive;
    session->connect_time = time_now();
    session_event(server, logon_id, WTS_EVENT_CONNECT | WTS_EVENT_STATECHANGE,
                  session->is_remote ? WTS_REMOTE_CONNECT : WTS_CONSOLE_CONNECT);
    return ERROR_SUCCESS;
}

static BOOL connect_session_call(FUNCTION function, ULONG logon_id, ULONG target_id, const WCHAR *password,
                                 const void *given, BOOL wait)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, function, 4, ARGUMENT(logon_id), ARGUMENT(target_id), ARGUMENT(given), ARGUMENT(wait)))
        return FALSE; /* the log holds where the password lay, never what it was */
    lock();
    error = connect_session(logon_id, target_id, password);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSConnectSessionW(ULONG logon_id, ULONG target_id, PWSTR password, BOOL wait)
{
    return connect_session_call(FUNCTION_WTSConnectSessionW, logon_id, target_id, password, password, wait);
}

BOOL WINAPI WTSConnectSessionA(ULONG logon_id, ULONG target_id, PSTR password, BOOL wait)
{
    WCHAR *wide = wide_from_ansi(password);
    BOOL done = connect_session_call(FUNCTION_WTSConnectSessionA, logon_id, target_id, wide, password, wait);
    DWORD error = GetLastError();
    if (wide != NULL)
        SecureZeroMemory(wide, wcslen(wide) * sizeof(WCHAR));
    free(wide);
    SetLastError(error);
    return done;
}

/* ---- shutdown ---- */

static BOOL is_client_session(const SERVER *server, const SESSION *session)
{
    return session->is_remote && session->session_id != server->current_session_id && !untouchable(session);
}

/* Nothing is shut down: the flag is recorded. WTS_WSD_LOGOFF logs off the client sessions but the caller's. */
static DWORD shutdown_system(SERVER *server, DWORD flag)
{
    DWORD i, known = WTS_WSD_LOGOFF | WTS_WSD_SHUTDOWN | WTS_WSD_REBOOT | WTS_WSD_POWEROFF;
    if (flag == 0x10) /* WTS_WSD_FASTREBOOT */
        return ERROR_NOT_SUPPORTED;
    if (flag == 0 || (flag & ~known) != 0 || ((flag & (flag - 1)) != 0 && !options.shutdown_mask))
        return ERROR_INVALID_PARAMETER;
    if (flag != WTS_WSD_LOGOFF
        && !privilege_held(server == model_local() ? L"SeShutdownPrivilege" : L"SeRemoteShutdownPrivilege"))
        return ERROR_PRIVILEGE_NOT_HELD;
    if ((server->shutdown_flag & ~WTS_WSD_LOGOFF) != 0)
        return ERROR_SHUTDOWN_IN_PROGRESS;
    server->shutdown_flag = flag;
    for (i = server->session_count; i-- > 0 && (flag & WTS_WSD_LOGOFF) != 0;)
        if (is_client_session(server, &server->sessions[i]))
            server->sessions[i].ends_at = GetTickCount64();
    model_expire(server);
    return ERROR_SUCCESS;
}

BOOL WINAPI WTSShutdownSystem(HANDLE handle, DWORD flag)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSShutdownSystem, 2, ARGUMENT(handle), ARGUMENT(flag)))
        return FALSE;
    lock();
    error = server_enter(call.function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        error = shutdown_system(server, flag);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

/* ---- control ---- */

CONTROL DWORD standin_shutdown_flag(const WCHAR *server_name)
{
    const SERVER *server;
    DWORD flag = 0;
    lock();
    server = model_find_server(server_name);
    if (server != NULL)
        flag = server->shutdown_flag;
    unlock();
    return flag;
}
