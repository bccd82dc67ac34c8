/* Watches what modules take from malloc: a test puts these functions in the place of a module's imports.
 *
 * In C, because memory is also given back while an exception is on its way, when no Python may run.
 */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

#define MAX_WATCHED 4096

typedef struct WATCHED {
    void *address;
    SIZE_T size;
    BOOL live; /* or given back, and not given out again since */
} WATCHED;

static WATCHED watched[MAX_WATCHED];
static DWORD watched_count;
static DWORD requests, failing_request;

static WATCHED *find_watched(const void *address)
{
    DWORD i;
    for (i = 0; i < watched_count; ++i)
        if (watched[i].address == address)
            return &watched[i];
    return NULL;
}

static BOOL request_fails(void)
{
    BOOL fails;
    lock();
    fails = ++requests == failing_request;
    unlock();
    return fails;
}

static void *note(void *address, SIZE_T size)
{
    WATCHED *entry;
    if (address == NULL)
        return NULL;
    lock();
    entry = find_watched(address);
    if (entry == NULL && watched_count < MAX_WATCHED)
        entry = &watched[watched_count++];
    if (entry != NULL) {
        entry->address = address;
        entry->size = size;
        entry->live = TRUE;
    }
    unlock();
    return address;
}

/* FALSE: it was given back before. What is read after its end is wrong for sure then. */
static BOOL forget(void *address)
{
    WATCHED *entry;
    BOOL known;
    lock();
    entry = find_watched(address);
    known = entry == NULL || entry->live; /* blocks from before the watch are not known */
    if (entry != NULL && entry->live) {
        entry->live = FALSE;
        memset(address, 0xDD, entry->size);
    }
    if (!known)
        violation(FUNCTION_COUNT, "a block of malloc is freed twice");
    unlock();
    return known;
}

/* Starts anew; the request of that number fails, none if it is 0. */
CONTROL void standin_heap_watch(DWORD fail_at)
{
    lock();
    watched_count = 0;
    requests = 0;
    failing_request = fail_at;
    unlock();
}

CONTROL DWORD standin_heap_requests(void)
{
    return requests;
}

/* Copies the sizes of live blocks and returns how many there are. */
CONTROL DWORD standin_heap_live(SIZE_T *sizes, DWORD room)
{
    DWORD i, count = 0;
    lock();
    for (i = 0; i < watched_count; ++i) {
        if (!watched[i].live)
            continue;
        if (count < room)
            sizes[count] = watched[i].size;
        ++count;
    }
    unlock();
    return count;
}

CONTROL void *standin_heap_malloc(SIZE_T size)
{
    return request_fails() ? NULL : note(malloc(size), size);
}

CONTROL void *standin_heap_calloc(SIZE_T count, SIZE_T size)
{
    return request_fails() ? NULL : note(calloc(count, size), count * size);
}

CONTROL void standin_heap_free(void *address)
{
    if (address != NULL && forget(address))
        free(address);
}

CONTROL void *standin_heap_realloc(void *old, SIZE_T size)
{
    WATCHED *entry;
    void *address;
    SIZE_T kept;
    if (old == NULL)
        return standin_heap_malloc(size);
    lock();
    entry = find_watched(old);
    kept = entry == NULL ? 0 : entry->size;
    unlock();
    if (kept == 0)
        return request_fails() ? NULL : realloc(old, size);
    address = standin_heap_malloc(size); /* always elsewhere, so that old pointers into the block are wrong */
    if (address != NULL) {
        memcpy(address, old, kept < size ? kept : size);
        standin_heap_free(old);
    }
    return address;
}
