/* WTSQueryUserToken and its undocumented alias, with the tokens that callers have not closed (API notes 2.17). */
#include "model.h"

/* A duplicate of this process's own token stands for the user's. Each duplicate has an id of its own, so a handle
 * number that Windows used again is not taken for a live token. */
typedef struct TOKEN {
    HANDLE handle;
    LUID id;
} TOKEN;

#define TOKEN_ROOM 256
static TOKEN tokens[TOKEN_ROOM];

static BOOL read_id(HANDLE token, LUID *id)
{
    TOKEN_STATISTICS statistics;
    DWORD size;
    if (!GetTokenInformation(token, TokenStatistics, &statistics, sizeof(statistics), &size))
        return FALSE;
    *id = statistics.TokenId;
    return TRUE;
}

static BOOL is_live(const TOKEN *token)
{
    LUID id;
    return token->handle != NULL && read_id(token->handle, &id) && id.LowPart == token->id.LowPart
           && id.HighPart == token->id.HighPart;
}

static void remember(HANDLE handle)
{
    SIZE_T i;
    for (i = 0; i < TOKEN_ROOM; ++i) {
        if (is_live(&tokens[i]))
            continue;
        tokens[i].handle = read_id(handle, &tokens[i].id) ? handle : NULL;
        return;
    }
}

void tokens_reset(void)
{
    SIZE_T i;
    for (i = 0; i < TOKEN_ROOM; ++i) {
        if (is_live(&tokens[i]))
            CloseHandle(tokens[i].handle);
        tokens[i].handle = NULL;
    }
}

HANDLE duplicate_own_token(void)
{
    HANDLE own, copy = NULL;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_DUPLICATE | TOKEN_QUERY, &own))
        return NULL;
    if (DuplicateTokenEx(own, MAXIMUM_ALLOWED, NULL, SecurityImpersonation, TokenPrimary, &copy))
        remember(copy);
    CloseHandle(own);
    return copy;
}

/* Local only. 87 for a NULL output, 1314 without SE_TCB_NAME, 2 for no such session, 1008 for nobody logged on. */
static DWORD query_token(DWORD session_id, HANDLE *token)
{
    SERVER *server = model_local();
    const SESSION *session;
    HANDLE copy;
    if (token == NULL)
        return ERROR_INVALID_PARAMETER;
    if (server->use_error != 0)
        return server->use_error;
    if (!privilege_held(L"SeTcbPrivilege"))
        return ERROR_PRIVILEGE_NOT_HELD;
    if (options.current_session_understood)
        session_id = resolve_session(server, session_id);
    session = model_find_session(server, session_id);
    if (session == NULL)
        return ERROR_FILE_NOT_FOUND;
    if (session->user_name == NULL || session->user_name[0] == 0)
        return ERROR_NO_TOKEN;
    copy = duplicate_own_token();
    if (copy == NULL)
        return GetLastError();
    *token = copy;
    return ERROR_SUCCESS;
}

static BOOL query_user_token(FUNCTION function, ULONG session_id, HANDLE *token)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, function, 2, ARGUMENT(session_id), ARGUMENT(token)))
        return FALSE;
    lock();
    error = query_token(session_id, token);
    if (error == ERROR_SUCCESS && call.shape != SHAPE_TRUE) {
        CloseHandle(*token);
        *token = (HANDLE)(LONG_PTR)(LONG)call.shape_count;
    }
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSQueryUserToken(ULONG session_id, PHANDLE token)
{
    return query_user_token(FUNCTION_WTSQueryUserToken, session_id, token);
}

/* Channel notes 8: the same address as WTSQueryUserToken. */
BOOL WINAPI QueryUserToken(ULONG session_id, PHANDLE token)
{
    return query_user_token(FUNCTION_QueryUserToken, session_id, token);
}

/* ---- control ---- */

CONTROL DWORD standin_live_tokens(void)
{
    SIZE_T i;
    DWORD count = 0;
    lock();
    for (i = 0; i < TOKEN_ROOM; ++i)
        count += is_live(&tokens[i]) ? 1 : 0;
    unlock();
    return count;
}
