/* What the benchmark does to memory: count what is taken, and push everything out of the caches. */
#ifndef MEMORY_H
#define MEMORY_H

#include <windows.h>

/* Bytes of private memory that this process has committed. */
LONG64 committed_memory(void);
/* Bytes of the blocks that live in this process' native heaps; Python's small objects are not there. */
LONG64 heap_memory(void);
/* Read and write more than the caches hold. FALSE: out of memory. */
BOOL cool_caches(void);

#endif
