/* The frame of the stand-in: load, lock, reset, marker. */
#include "model.h"
#include "standin.h"

static SRWLOCK guard_lock = SRWLOCK_INIT;
static CONDITION_VARIABLE changed = CONDITION_VARIABLE_INIT;
static LONG generation;

void lock(void)
{
    AcquireSRWLockExclusive(&guard_lock);
}

void unlock(void)
{
    ReleaseSRWLockExclusive(&guard_lock);
}

void announce_change(void)
{
    WakeAllConditionVariable(&changed);
}

BOOL wait_for_change(DWORD milliseconds)
{
    return SleepConditionVariableSRW(&changed, &guard_lock, milliseconds, 0);
}

DWORD time_left(ULONGLONG deadline)
{
    ULONGLONG now = GetTickCount64();
    if (deadline == NO_DEADLINE)
        return INFINITE;
    return deadline > now ? (DWORD)(deadline - now) : 0;
}

LONG reset_generation(void)
{
    return generation;
}

/* The marker: a test session that does not find it runs on another DLL. */
CONTROL DWORD standin_version(void)
{
    return STANDIN_VERSION;
}

static void apply_environment(void)
{
    char text[512];
    DWORD length = GetEnvironmentVariableA("WTSFAST_STANDIN", text, sizeof(text));
    if (length > 0 && length < sizeof(text) && !options_apply(text))
        violation(FUNCTION_COUNT, "WTSFAST_STANDIN is not understood: %.100s", text);
}

/* Back to the state after loading. Waiting calls are released and given `milliseconds` to return; the result is the
 * number of calls that still run. What the caller has not freed is taken away from it. */
CONTROL LONG standin_reset(DWORD milliseconds)
{
    ULONGLONG deadline = GetTickCount64() + milliseconds;
    lock();
    ++generation;
    announce_change();
    while (calls_running() > 0 && time_left(deadline) > 0)
        wait_for_change(10);
    model_reset();
    options_reset();
    calls_reset();
    blocks_reset();
    apply_environment();
    unlock();
    return calls_running();
}

/* Applies text such as "processes=100,sessions=5,layout=block,guard=0". */
CONTROL BOOL standin_configure(const char *text)
{
    BOOL understood;
    lock();
    understood = options_apply(text);
    announce_change();
    unlock();
    return understood;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        DisableThreadLibraryCalls(instance);
        lock();
        options_reset();
        model_reset();
        apply_environment();
        unlock();
    }
    return TRUE;
}
