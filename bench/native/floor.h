/* The floor: what the calls and the walk over their rows cost a C program. No Python here. */
#ifndef FLOOR_H
#define FLOOR_H

#include <windows.h>

/* What one pass has read, so that no compiler leaves a read out, and so that Python can check the answer. */
typedef struct TOTAL {
    ULONG64 rows;
    ULONG64 pids;
    ULONG64 sessions;
    ULONG64 memory;
    ULONG64 times;
    ULONG64 letters;
} TOTAL;

/* One pass: call, read, free. FALSE when the call failed; the last error says why. */
typedef BOOL (*PASS)(TOTAL *total);

typedef struct FLOOR {
    const char *name;
    PASS pass;
} FLOOR;

/* The passes by name; the last has no name. */
extern const FLOOR FLOORS[];

/* Nanoseconds that `repeat` passes take, or -1 when one fails. */
double time_passes(PASS pass, unsigned long repeat, TOTAL *total);
double nanoseconds(void);

/* Take `count` results of WTSEnumerateProcessesEx, say how much native heap they hold, and free them. -1: a call failed. */
LONG64 held_by_results(unsigned long count);

#endif
