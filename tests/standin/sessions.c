/* WTSEnumerateSessions and WTSEnumerateSessionsEx (API notes 2.7 and 2.8). */
#include <stdlib.h>

#include "model.h"

/* A session's row in the older form. */
static DWORD list_sessions(CALL *call, BOOL wide, const SERVER *server, SESSION_ROW **rows, DWORD *count)
{
    RESULT result;
    DWORD i, shown = call->shape == SHAPE_ZERO_ROWS ? 0 : server->session_count;
    if (!result_begin(&result, BLOCK_SESSIONS, wide, shown, sizeof(SESSION_ROW)))
        return ERROR_NOT_ENOUGH_MEMORY;
    result.pooled = !server->real && server == model_local();
    for (i = 0; i < shown; ++i) {
        const SESSION *session = &server->sessions[i];
        SESSION_ROW *row = (SESSION_ROW *)result.rows + i;
        row->SessionId = session->session_id;
        row->State = session->state;
        result_text(&result, &row->pWinStationName, session->session_name);
    }
    return result_deliver(call, &result, (void **)rows, count);
}

/* API notes 2.8: members without a value are NULL or empty; the scenario says which. */
static DWORD list_sessions_ex(CALL *call, BOOL wide, const SERVER *server, SESSION_ROW_1 **rows, DWORD *count)
{
    RESULT result;
    DWORD i, shown = call->shape == SHAPE_ZERO_ROWS ? 0 : server->session_count;
    if (!result_begin(&result, BLOCK_SESSIONS_1, wide, shown, sizeof(SESSION_ROW_1)))
        return ERROR_NOT_ENOUGH_MEMORY;
    result.pooled = !server->real && server == model_local();
    for (i = 0; i < shown; ++i) {
        const SESSION *session = &server->sessions[i];
        SESSION_ROW_1 *row = (SESSION_ROW_1 *)result.rows + i;
        row->ExecEnvId = session->exec_env_id;
        row->State = session->state;
        row->SessionId = session->session_id;
        result_text(&result, &row->pSessionName, session->session_name);
        result_text(&result, &row->pHostName, session->host_name);
        result_text(&result, &row->pUserName, session->user_name);
        result_text(&result, &row->pDomainName, session->domain_name);
        result_text(&result, &row->pFarmName, session->farm_name);
    }
    return result_deliver(call, &result, (void **)rows, count);
}

static BOOL enumerate_sessions(FUNCTION function, BOOL wide, HANDLE handle, DWORD reserved, DWORD version,
                               SESSION_ROW **rows, DWORD *count)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(handle), ARGUMENT(reserved), ARGUMENT(version), ARGUMENT(rows),
                    ARGUMENT(count)))
        return FALSE;
    if (reserved != 0 || version != 1 || rows == NULL || count == NULL)
        return call_end(&call, ERROR_INVALID_PARAMETER); /* outputs stay untouched */
    if (wide && handle == NULL && call.shape == SHAPE_TRUE && (*rows = pool_take(BLOCK_SESSIONS, count)) != NULL)
        return call_end(&call, ERROR_SUCCESS);
    lock();
    error = server_enter(function, handle, USE_ANY, &server);
    if (error == ERROR_SUCCESS) {
        error = list_sessions(&call, wide, server, rows, count);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

/* *level is in and out: 1 is the only level and comes back unchanged. The error of another one is a doubt. */
static BOOL enumerate_sessions_ex(FUNCTION function, BOOL wide, HANDLE handle, DWORD *level, DWORD filter,
                                  SESSION_ROW_1 **rows, DWORD *count)
{
    CALL call;
    SERVER *server;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(handle), ARGUMENT(level == NULL ? 0 : *level), ARGUMENT(filter),
                    ARGUMENT(rows), ARGUMENT(count)))
        return FALSE;
    if (level == NULL || filter != 0 || rows == NULL || count == NULL)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    if (*level != 1) {
        if (options.sessions_level_reset)
            *level = 1;
        return call_end(&call, (DWORD)options.level_error);
    }
    if (wide && handle == NULL && call.shape == SHAPE_TRUE && (*rows = pool_take(BLOCK_SESSIONS_1, count)) != NULL)
        return call_end(&call, ERROR_SUCCESS);
    lock();
    error = server_enter(function, handle, USE_EX_DOCUMENTED, &server);
    if (error == ERROR_SUCCESS) {
        error = list_sessions_ex(&call, wide, server, rows, count);
        server_leave(handle);
    }
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSEnumerateSessionsW(HANDLE server, DWORD reserved, DWORD version, SESSION_ROW **rows, DWORD *count)
{
    return enumerate_sessions(FUNCTION_WTSEnumerateSessionsW, TRUE, server, reserved, version, rows, count);
}

BOOL WINAPI WTSEnumerateSessionsA(HANDLE server, DWORD reserved, DWORD version, SESSION_ROW **rows, DWORD *count)
{
    return enumerate_sessions(FUNCTION_WTSEnumerateSessionsA, FALSE, server, reserved, version, rows, count);
}

BOOL WINAPI WTSEnumerateSessionsExW(HANDLE server, DWORD *level, DWORD filter, SESSION_ROW_1 **rows, DWORD *count)
{
    return enumerate_sessions_ex(FUNCTION_WTSEnumerateSessionsExW, TRUE, server, level, filter, rows, count);
}

BOOL WINAPI WTSEnumerateSessionsExA(HANDLE server, DWORD *level, DWORD filter, SESSION_ROW_1 **rows, DWORD *count)
{
    return enumerate_sessions_ex(FUNCTION_WTSEnumerateSessionsExA, FALSE, server, level, filter, rows, count);
}
