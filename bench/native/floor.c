/* The floor: what the calls and the walk over their rows cost a C program. No Python here. */
#include <stdlib.h>
#include <string.h>

#include "floor.h"
#include "memory.h"
#include "wtsfast_sdk.h"

/* A name costs its first letter: nobody needs to read the rest to list it. */
static WCHAR first_letter(const WCHAR *text)
{
    return text == NULL ? 0 : text[0];
}

static BOOL processes_level_1(TOTAL *total)
{
    WTS_PROCESS_INFO_EXW *rows = NULL;
    DWORD level = 1, count = 0, i;
    if (!WTSEnumerateProcessesExW(NULL, &level, WTS_ANY_SESSION, (LPWSTR *)&rows, &count))
        return FALSE;
    for (i = 0; i < count; ++i) {
        const WTS_PROCESS_INFO_EXW *row = &rows[i];
        total->pids += row->ProcessId;
        total->sessions += row->SessionId;
        total->memory += row->WorkingSetSize;
        total->times += (ULONG64)(row->UserTime.QuadPart + row->KernelTime.QuadPart);
        total->letters += first_letter(row->pProcessName);
    }
    total->rows += count;
    return rows == NULL || WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, rows, count);
}

static BOOL processes_level_0(TOTAL *total)
{
    WTS_PROCESS_INFOW *rows = NULL;
    DWORD count = 0, i;
    if (!WTSEnumerateProcessesW(NULL, 0, 1, &rows, &count))
        return FALSE;
    for (i = 0; i < count; ++i) {
        total->pids += rows[i].ProcessId;
        total->sessions += rows[i].SessionId;
        total->letters += first_letter(rows[i].pProcessName);
    }
    total->rows += count;
    if (rows != NULL)
        WTSFreeMemory(rows);
    return TRUE;
}

/* The call alone, with nothing read. */
static BOOL processes_unread(TOTAL *total)
{
    WTS_PROCESS_INFO_EXW *rows = NULL;
    DWORD level = 1, count = 0;
    if (!WTSEnumerateProcessesExW(NULL, &level, WTS_ANY_SESSION, (LPWSTR *)&rows, &count))
        return FALSE;
    total->rows += count;
    return rows == NULL || WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, rows, count);
}

static BOOL sessions_level_1(TOTAL *total)
{
    WTS_SESSION_INFO_1W *rows = NULL;
    DWORD level = 1, count = 0, i;
    if (!WTSEnumerateSessionsExW(NULL, &level, 0, &rows, &count))
        return FALSE;
    for (i = 0; i < count; ++i) {
        total->sessions += rows[i].SessionId + (ULONG64)rows[i].State;
        total->letters += (ULONG64)first_letter(rows[i].pSessionName) + first_letter(rows[i].pUserName);
    }
    total->rows += count;
    return rows == NULL || WTSFreeMemoryExW(WTSTypeSessionInfoLevel1, rows, count);
}

static BOOL sessions_level_0(TOTAL *total)
{
    WTS_SESSION_INFOW *rows = NULL;
    DWORD count = 0, i;
    if (!WTSEnumerateSessionsW(NULL, 0, 1, &rows, &count))
        return FALSE;
    for (i = 0; i < count; ++i) {
        total->sessions += rows[i].SessionId + (ULONG64)rows[i].State;
        total->letters += first_letter(rows[i].pWinStationName);
    }
    total->rows += count;
    if (rows != NULL)
        WTSFreeMemory(rows);
    return TRUE;
}

/* ---- the kernel's list ---- */

/* How a record of SystemProcessInformation begins on 64-bit Windows; the SDK's header shows only part of it. */
typedef struct KERNEL_PROCESS {
    ULONG next; /* bytes to the next record, 0 at the last */
    ULONG threads;
    LONG64 unused_1[3];
    LONG64 creation_time;
    LONG64 user_time;
    LONG64 kernel_time;
    USHORT name_bytes;
    USHORT name_room;
    const WCHAR *name;
    LONG64 base_priority;
    ULONG64 pid;
    ULONG64 parent_pid;
    ULONG handles;
    ULONG session_id;
    ULONG64 unused_2[4];
    ULONG64 peak_working_set_size;
    ULONG64 working_set_size;
} KERNEL_PROCESS;

typedef LONG(WINAPI *QUERY)(ULONG information, void *buffer, ULONG size, ULONG *needed);

#define SYSTEM_PROCESS_INFORMATION_CLASS 5
#define TOO_SMALL ((LONG)0xC0000004L) /* STATUS_INFO_LENGTH_MISMATCH */

/* The buffer is kept from pass to pass: the least that a C program can spend. */
static BOOL kernel_processes(TOTAL *total)
{
    static QUERY query;
    static char *buffer;
    static ULONG size;
    const KERNEL_PROCESS *row;
    ULONG needed = 0;
    LONG status;
    if (query == NULL)
        query = (QUERY)(void (*)(void))GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation");
    if (query == NULL)
        return FALSE;
    while ((status = query(SYSTEM_PROCESS_INFORMATION_CLASS, buffer, size, &needed)) == TOO_SMALL) {
        char *larger = realloc(buffer, (size_t)needed + 65536);
        if (larger == NULL)
            return FALSE;
        buffer = larger;
        size = needed + 65536;
    }
    if (status < 0) {
        SetLastError((DWORD)status);
        return FALSE;
    }
    for (row = (const KERNEL_PROCESS *)buffer;; row = (const KERNEL_PROCESS *)((const char *)row + row->next)) {
        total->rows += 1;
        total->pids += row->pid;
        total->sessions += row->session_id;
        total->memory += row->working_set_size;
        total->times += (ULONG64)(row->user_time + row->kernel_time);
        total->letters += row->name_bytes ? row->name[0] : 0;
        if (row->next == 0)
            return TRUE;
    }
}

const FLOOR FLOORS[] = {
    {"processes, level 1", processes_level_1}, {"processes, level 0", processes_level_0},
    {"processes, unread", processes_unread},   {"sessions, level 1", sessions_level_1},
    {"sessions, level 0", sessions_level_0},   {"kernel", kernel_processes},
    {NULL, NULL},
};

/* ---- time and memory ---- */

double nanoseconds(void)
{
    LARGE_INTEGER now, frequency;
    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (double)now.QuadPart * 1e9 / (double)frequency.QuadPart;
}

double time_passes(PASS pass, unsigned long repeat, TOTAL *total)
{
    double start = nanoseconds();
    while (repeat-- > 0) {
        memset(total, 0, sizeof(*total));
        if (!pass(total))
            return -1;
    }
    return nanoseconds() - start;
}

LONG64 held_by_results(unsigned long count)
{
    WTS_PROCESS_INFO_EXW **results = calloc(count, sizeof(*results));
    DWORD *counts = calloc(count, sizeof(*counts)), level = 1;
    LONG64 before = heap_memory(), held;
    unsigned long taken = 0, i;
    if (results != NULL && counts != NULL)
        while (taken < count &&
               WTSEnumerateProcessesExW(NULL, &level, WTS_ANY_SESSION, (LPWSTR *)&results[taken], &counts[taken]))
            ++taken;
    held = heap_memory() - before;
    for (i = 0; i < taken; ++i)
        WTSFreeMemoryExW(WTSTypeProcessInfoLevel1, results[i], counts[i]);
    free(results);
    free(counts);
    return taken == count ? held : -1;
}
