/* What the benchmark does to memory: count what is taken, and push everything out of the caches. */
#include "memory.h"

/* Counted range by range, since GetProcessMemoryInfo does not show growth under Wine. */
LONG64 committed_memory(void)
{
    MEMORY_BASIC_INFORMATION range;
    const char *address = NULL;
    LONG64 bytes = 0;
    while (VirtualQuery(address, &range, sizeof(range)) == sizeof(range)) {
        if (range.State == MEM_COMMIT && range.Type == MEM_PRIVATE)
            bytes += (LONG64)range.RegionSize;
        address = (const char *)range.BaseAddress + range.RegionSize;
    }
    return bytes;
}

#define MOST_HEAPS 64

LONG64 heap_memory(void)
{
    HANDLE heaps[MOST_HEAPS];
    DWORD count = GetProcessHeaps(MOST_HEAPS, heaps);
    LONG64 bytes = 0;
    for (; count > 0 && count <= MOST_HEAPS; --count) {
        PROCESS_HEAP_ENTRY entry = {0};
        HeapLock(heaps[count - 1]);
        while (HeapWalk(heaps[count - 1], &entry))
            if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY)
                bytes += entry.cbData;
        HeapUnlock(heaps[count - 1]);
    }
    return bytes;
}

#define LARGER_THAN_CACHES ((SIZE_T)256 << 20)
#define CACHE_LINE 64

BOOL cool_caches(void)
{
    static volatile char *block;
    SIZE_T i;
    if (block == NULL)
        block = VirtualAlloc(NULL, LARGER_THAN_CACHES, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (block == NULL)
        return FALSE;
    for (i = 0; i < LARGER_THAN_CACHES; i += CACHE_LINE)
        block[i] = (char)(block[i] + 1);
    return TRUE;
}
