/* Child sessions: the machine's switch and the child of the caller's session (Channel notes 2).
 *
 * The SDK's prototypes have no WINAPI, others declare one; on 64-bit Windows it is the same. The stand-in says WINAPI.
 */
#include "model.h"

#define NO_CHILD ((ULONG)0xFFFFFFFFu)

static BOOL enabled;
static ULONG child = NO_CHILD;

void children_reset(void)
{
    enabled = FALSE;
    child = NO_CHILD;
}

/* A machine-wide switch that needs elevation. */
BOOL WINAPI WTSEnableChildSessions(BOOL enable)
{
    CALL call;
    BOOL allowed;
    if (!call_begin(&call, FUNCTION_WTSEnableChildSessions, 1, ARGUMENT(enable)))
        return FALSE;
    lock();
    allowed = options.privileges != 2;
    if (allowed)
        enabled = enable != FALSE;
    unlock();
    return call_end(&call, allowed ? ERROR_SUCCESS : ERROR_ACCESS_DENIED);
}

BOOL WINAPI WTSIsChildSessionsEnabled(PBOOL answer)
{
    CALL call;
    if (!call_begin(&call, FUNCTION_WTSIsChildSessionsEnabled, 1, ARGUMENT(answer)))
        return FALSE;
    if (answer == NULL)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    lock();
    *answer = enabled;
    unlock();
    return call_end(&call, ERROR_SUCCESS);
}

/* Without a child: TRUE and (ULONG)-1 by the documentation, FALSE and 1168 as met in the field; an option chooses. */
BOOL WINAPI WTSGetChildSessionId(PULONG session_id)
{
    CALL call;
    ULONG found;
    if (!call_begin(&call, FUNCTION_WTSGetChildSessionId, 1, ARGUMENT(session_id)))
        return FALSE;
    if (session_id == NULL)
        return call_end(&call, ERROR_INVALID_PARAMETER);
    lock();
    found = child;
    unlock();
    if (found == NO_CHILD && options.no_child_error != 0)
        return call_end(&call, (DWORD)options.no_child_error);
    *session_id = found;
    return call_end(&call, ERROR_SUCCESS);
}

/* ---- control ---- */

CONTROL void standin_set_child_session(ULONG session_id)
{
    lock();
    child = session_id;
    unlock();
}
