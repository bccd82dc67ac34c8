/* WTSWaitSystemEvent, and the raising of events (API notes 2.24, 3.7). */
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* What the server keeps for one handle after the first wait on it. */
typedef struct EVENT_BLOCK {
    struct EVENT_BLOCK *next;
    HANDLE handle;
    const SERVER *server;
    DWORD pending;
    BOOL waiting;
    BOOL flushed;
} EVENT_BLOCK;

static EVENT_BLOCK *event_blocks;

/* Waiting calls hold pointers to their blocks, so a reset empties the blocks of those that still wait. */
void events_reset(void)
{
    EVENT_BLOCK **link = &event_blocks;
    while (*link != NULL) {
        EVENT_BLOCK *block = *link;
        if (block->waiting) {
            block->pending = 0;
            link = &block->next;
        } else {
            *link = block->next;
            free(block);
        }
    }
}

static EVENT_BLOCK *block_of(HANDLE handle, const SERVER *server)
{
    EVENT_BLOCK *block = event_blocks;
    while (block != NULL && block->handle != handle)
        block = block->next;
    if (block == NULL) {
        block = calloc(1, sizeof(*block));
        if (block == NULL)
            return NULL;
        block->handle = handle;
        block->next = event_blocks;
        event_blocks = block;
    }
    block->server = server;
    return block;
}

void session_event(const SERVER *server, DWORD session_id, DWORD events, DWORD notification)
{
    EVENT_BLOCK *block;
    for (block = event_blocks; block != NULL; block = block->next)
        if (block->server == server && (block->waiting || options.events_kept))
            block->pending |= events;
    if (notification != 0)
        notify_windows(server, session_id, notification);
    announce_change();
}

/* A flush frees the waits on the same handle that have begun; one that comes too early is lost. */
static void flush(HANDLE handle)
{
    EVENT_BLOCK *block;
    for (block = event_blocks; block != NULL; block = block->next)
        if (block->waiting && (block->handle == handle || options.flush_everyone))
            block->flushed = TRUE;
    announce_change();
}

/* Closing the handle ends the wait as a flush does. A server that breaks meanwhile ends it with its error. */
static DWORD wait_for_events(EVENT_BLOCK *block, SERVER *server, DWORD mask, DWORD *flags)
{
    LONG generation = reset_generation();
    DWORD error = ERROR_SUCCESS;
    block->waiting = TRUE;
    block->flushed = FALSE;
    if (!options.events_kept)
        block->pending = 0;
    while ((block->pending & mask) == 0 && !block->flushed && server_handle_open(block->handle)) {
        wait_for_change(model_expire(server) ? 10 : INFINITE);
        if (reset_generation() != generation) {
            error = ERROR_OPERATION_ABORTED;
            break;
        }
        error = server->use_error;
        if (error != ERROR_SUCCESS)
            break;
    }
    block->waiting = FALSE;
    if (error != ERROR_SUCCESS)
        return error;
    *flags = block->pending & mask;
    block->pending &= ~mask;
    return ERROR_SUCCESS;
}

static DWORD wait_system_event(FUNCTION function, HANDLE handle, DWORD mask, DWORD *flags)
{
    SERVER *server;
    EVENT_BLOCK *block;
    DWORD error;
    if (flags == NULL)
        return ERROR_INVALID_PARAMETER;
    error = server_enter(function, handle, USE_ANY, &server);
    if (error != ERROR_SUCCESS)
        return error;
    server_leave(handle); /* closing during a wait is allowed, so the wait is no use of the handle */
    if ((mask & WTS_EVENT_FLUSH) != 0) {
        flush(handle);
        *flags = WTS_EVENT_NONE;
        return ERROR_SUCCESS;
    }
    block = block_of(handle, server);
    if (block == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    if (mask == 0) { /* clears the block */
        block->pending = 0;
        *flags = WTS_EVENT_NONE;
        return ERROR_SUCCESS;
    }
    if (block->waiting)
        return (DWORD)options.second_wait_error;
    return wait_for_events(block, server, mask, flags);
}

BOOL WINAPI WTSWaitSystemEvent(HANDLE handle, DWORD mask, DWORD *flags)
{
    CALL call;
    DWORD error;
    if (!call_begin(&call, FUNCTION_WTSWaitSystemEvent, 3, ARGUMENT(handle), ARGUMENT(mask), ARGUMENT(flags)))
        return FALSE;
    lock();
    error = wait_system_event(call.function, handle, mask, flags);
    unlock();
    return call_end(&call, error);
}

/* ---- control ---- */

/* Raises events, and posts a notification about a session to the windows that asked for it; 0 leaves one out. */
CONTROL BOOL standin_raise_event(const WCHAR *server_name, DWORD session_id, DWORD events, DWORD notification)
{
    SERVER *server;
    lock();
    server = model_find_server(server_name);
    if (server != NULL)
        session_event(server, session_id, events, notification);
    unlock();
    return server != NULL;
}

CONTROL DWORD standin_waits(void)
{
    const EVENT_BLOCK *block;
    DWORD count = 0;
    lock();
    for (block = event_blocks; block != NULL; block = block->next)
        count += block->waiting ? 1 : 0;
    unlock();
    return count;
}
