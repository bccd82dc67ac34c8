/* Server handles: opening, closing, use, and the list of servers (API notes 2.3 to 2.6). */
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Handles are numbers of our own that no kernel object has, so a CloseHandle on one fails. */
#define FIRST_HANDLE 0x5E550004u

typedef struct SERVER_HANDLE {
    struct SERVER_HANDLE *next;
    HANDLE value;
    SERVER *server;
    BOOL ex;         /* from WTSOpenServerEx */
    BOOL closed;     /* kept, to recognise a later use */
    DWORD use_error; /* fails every call: an unknown name with the lazy option, or a name with backslashes */
    LONG uses;       /* calls that run on it */
} SERVER_HANDLE;

static SERVER_HANDLE *handles;
static ULONG_PTR next_handle = FIRST_HANDLE;
static DWORD live_handles;

static SERVER_HANDLE *find_handle(HANDLE value)
{
    SERVER_HANDLE *handle = handles;
    while (handle != NULL && handle->value != value)
        handle = handle->next;
    return handle;
}

void servers_reset(void)
{
    while (handles != NULL) {
        SERVER_HANDLE *next = handles->next;
        free(handles);
        handles = next;
    }
    live_handles = 0; /* numbers go on, so that a handle from before the reset is not taken for a new one */
}

DWORD server_enter(FUNCTION function, HANDLE value, HANDLE_USE use, SERVER **server)
{
    SERVER_HANDLE *handle;
    if (value == NULL) { /* API notes 1.2: WTS_CURRENT_SERVER_HANDLE */
        *server = model_local();
        model_expire(*server);
        return (*server)->use_error;
    }
    handle = find_handle(value);
    if (handle == NULL)
        return ERROR_INVALID_HANDLE; /* API notes 6; (HANDLE)-1 is not an alias (1.2) */
    if (handle->closed) {
        violation(function, "server handle %p used after WTSCloseServer", value);
        return ERROR_INVALID_HANDLE;
    }
    if (handle->ex && use != USE_EX_DOCUMENTED && options.strict_ex_handles)
        return ERROR_INVALID_HANDLE; /* API notes 2.4: documented for four functions */
    if (handle->use_error != 0)
        return handle->use_error;
    if (handle->server->use_error != 0)
        return handle->server->use_error;
    ++handle->uses;
    *server = handle->server;
    model_expire(*server);
    return ERROR_SUCCESS;
}

void server_leave(HANDLE value)
{
    SERVER_HANDLE *handle = value == NULL ? NULL : find_handle(value);
    if (handle != NULL)
        --handle->uses;
}

BOOL server_handle_open(HANDLE value)
{
    const SERVER_HANDLE *handle;
    if (value == NULL)
        return TRUE;
    handle = find_handle(value);
    return handle != NULL && !handle->closed;
}

static HANDLE new_handle(SERVER *server, BOOL ex, DWORD use_error)
{
    SERVER_HANDLE *handle = calloc(1, sizeof(*handle));
    if (handle == NULL)
        return NULL;
    handle->value = (HANDLE)next_handle;
    next_handle += 4;
    handle->server = server;
    handle->ex = ex;
    handle->use_error = use_error;
    handle->next = handles;
    handles = handle;
    ++live_handles;
    return handle->value;
}

/* API notes 2.3: how a failing open looks is an open doubt, so options choose; a name with backslashes gives a handle
 * whose calls fail. */
static DWORD open_server(const WCHAR *name, BOOL ex, HANDLE *handle)
{
    SERVER *server;
    DWORD use_error = 0;
    *handle = NULL;
    if (name == NULL && !ex && !options.null_server_name)
        return ERROR_INVALID_PARAMETER;
    server = model_find_server(name);
    if (server == NULL) {
        BOOL prefixed = name[0] == L'\\' && name[1] == L'\\';
        use_error = (DWORD)options.unknown_server_error;
        if (options.unknown_server == 1 && !prefixed)
            *handle = INVALID_HANDLE_VALUE;
        if (options.unknown_server != 2 && !prefixed)
            return use_error;
        server = model_local();
    } else if (server->open_error != 0) {
        return server->open_error;
    }
    *handle = new_handle(server, ex, use_error);
    return *handle == NULL ? ERROR_NOT_ENOUGH_MEMORY : ERROR_SUCCESS;
}

static HANDLE open_server_call(FUNCTION function, const WCHAR *name, BOOL ex)
{
    CALL call;
    HANDLE handle;
    DWORD error;
    if (!call_begin(&call, function, 1, ARGUMENT(name)))
        return NULL;
    call_text(&call, name);
    lock();
    error = open_server(name, ex, &handle);
    unlock();
    return call_end_handle(&call, handle, error);
}

static HANDLE open_server_ansi(FUNCTION function, const char *name, BOOL ex)
{
    WCHAR *wide = wide_from_ansi(name);
    HANDLE handle = open_server_call(function, wide, ex);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return handle;
}

HANDLE WINAPI WTSOpenServerW(LPWSTR name)
{
    return open_server_call(FUNCTION_WTSOpenServerW, name, FALSE);
}

HANDLE WINAPI WTSOpenServerA(LPSTR name)
{
    return open_server_ansi(FUNCTION_WTSOpenServerA, name, FALSE);
}

HANDLE WINAPI WTSOpenServerExW(LPWSTR name)
{
    return open_server_call(FUNCTION_WTSOpenServerExW, name, TRUE);
}

HANDLE WINAPI WTSOpenServerExA(LPSTR name)
{
    return open_server_ansi(FUNCTION_WTSOpenServerExA, name, TRUE);
}

/* API notes 2.5: once for each opened handle, not with NULL, and not while another call uses it. Closing releases a
 * pending event wait, so that one is no use in this sense. */
VOID WINAPI WTSCloseServer(HANDLE server)
{
    CALL call;
    SERVER_HANDLE *handle;
    if (!call_begin(&call, FUNCTION_WTSCloseServer, 1, ARGUMENT(server)))
        return;
    lock();
    handle = find_handle(server);
    if (handle == NULL) {
        violation(call.function, "%p is not a server handle", server);
    } else if (handle->closed) {
        violation(call.function, "server handle %p closed twice", server);
    } else {
        if (handle->uses > 0)
            violation(call.function, "server handle %p closed while %ld calls use it", server, handle->uses);
        handle->closed = TRUE;
        --live_handles;
        announce_change();
    }
    unlock();
    call_end_value(&call, TRUE, NO_RESULT_CODE);
}

/* ---- WTSEnumerateServers (API notes 2.6) ---- */

static DWORD list_servers(CALL *call, BOOL wide, const WCHAR *domain, DWORD reserved, DWORD version, SERVER_ROW **rows,
                          DWORD *count)
{
    SERVER *local;
    RESULT result;
    DWORD i, shown;
    (void)domain; /* one browse list serves every domain */
    if (reserved != 0 || version != 1 || rows == NULL || count == NULL)
        return ERROR_INVALID_PARAMETER;
    local = model_local();
    if (local->farm == NULL && local->farm_error != 0)
        return local->farm_error;
    shown = call->shape == SHAPE_ZERO_ROWS ? 0 : local->farm_count;
    if (!result_begin(&result, BLOCK_SERVERS, wide, shown, sizeof(SERVER_ROW)))
        return ERROR_NOT_ENOUGH_MEMORY;
    for (i = 0; i < shown; ++i) {
        SERVER_ROW *row = (SERVER_ROW *)result.rows + i;
        result_text(&result, &row->pServerName, local->farm[i]);
    }
    return result_deliver(call, &result, (void **)rows, count);
}

static BOOL enumerate_servers(FUNCTION function, BOOL wide, const WCHAR *domain, DWORD reserved, DWORD version,
                              SERVER_ROW **rows, DWORD *count)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, function, 5, ARGUMENT(domain), ARGUMENT(reserved), ARGUMENT(version), ARGUMENT(rows),
                    ARGUMENT(count)))
        return FALSE;
    call_text(&call, domain);
    lock();
    error = list_servers(&call, wide, domain, reserved, version, rows, count);
    unlock();
    return call_end(&call, error);
}

BOOL WINAPI WTSEnumerateServersW(LPWSTR domain, DWORD reserved, DWORD version, SERVER_ROW **rows, DWORD *count)
{
    return enumerate_servers(FUNCTION_WTSEnumerateServersW, TRUE, domain, reserved, version, rows, count);
}

BOOL WINAPI WTSEnumerateServersA(LPSTR domain, DWORD reserved, DWORD version, SERVER_ROW **rows, DWORD *count)
{
    WCHAR *wide = wide_from_ansi(domain);
    BOOL done = enumerate_servers(FUNCTION_WTSEnumerateServersA, FALSE, wide, reserved, version, rows, count);
    DWORD error = GetLastError();
    free(wide);
    SetLastError(error);
    return done;
}

/* ---- control ---- */

CONTROL DWORD standin_live_server_handles(void)
{
    DWORD count;
    lock();
    count = live_handles;
    unlock();
    return count;
}

/* Adds a name to the list of WTSEnumerateServers; NULL is a row without a name. */
CONTROL BOOL standin_add_farm_name(const WCHAR *name)
{
    SERVER *local;
    BOOL done;
    lock();
    local = model_local();
    done = grow((void **)&local->farm, local->farm_count, &local->farm_room, sizeof(*local->farm));
    if (done)
        local->farm[local->farm_count++] = copy_text(name);
    unlock();
    return done;
}

/* With no name added, WTSEnumerateServers fails with this; 0 is an empty list. */
CONTROL void standin_set_farm_error(DWORD error)
{
    lock();
    model_local()->farm_error = error;
    unlock();
}
