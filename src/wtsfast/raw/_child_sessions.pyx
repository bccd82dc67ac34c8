"""Child sessions: a second session of the same user, inside the first. Windows has them since 8 and Server 2012."""

from wtsfast._errors cimport raise_error
from wtsfast._sdk.windows cimport BOOL, DWORD, ERROR_NOT_FOUND, GetLastError, SetLastError, ULONG
from wtsfast._sdk.wtsapi32 cimport (
    PFN_WTSEnableChildSessions, PFN_WTSGetChildSessionId, PFN_WTSIsChildSessionsEnabled,
)
from wtsfast.raw._convert cimport to_switch
from wtsfast.raw._runtime cimport Export, WTSAPI32, resolve

__all__ = [
    "WTSEnableChildSessions",
    "WTSGetChildSessionId",
    "WTSIsChildSessionsEnabled",
]

cdef const char* MINIMUM = "Windows 8 or Server 2012"
cdef Export enable_child_sessions = Export(WTSAPI32, "WTSEnableChildSessions", MINIMUM, NULL)
cdef Export is_child_sessions_enabled = Export(WTSAPI32, "WTSIsChildSessionsEnabled", MINIMUM, NULL)
cdef Export get_child_session_id = Export(WTSAPI32, "WTSGetChildSessionId", MINIMUM, NULL)


def WTSEnableChildSessions(enable):
    """Allow or forbid child sessions on this machine, for everybody. Needs an elevated administrator.

    C: ``BOOL WTSEnableChildSessions(BOOL bEnable)``.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``AccessDeniedError``, ``WtsError``, ``FunctionNotAvailableError`` before Windows 8.
    Wraps ``WTSEnableChildSessions``.
    """
    cdef BOOL native_enable = to_switch(enable, "enable")
    cdef PFN_WTSEnableChildSessions call = <PFN_WTSEnableChildSessions>resolve(&enable_child_sessions)
    cdef DWORD error = 0
    cdef BOOL ok
    with nogil:
        SetLastError(0)
        ok = call(native_enable)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSEnableChildSessions", error)


def WTSIsChildSessionsEnabled():
    """Tell whether child sessions are allowed on this machine.

    C: ``BOOL WTSIsChildSessionsEnabled(PBOOL pbEnabled)``.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``FunctionNotAvailableError`` before Windows 8. Wraps ``WTSIsChildSessionsEnabled``.
    """
    cdef PFN_WTSIsChildSessionsEnabled call = <PFN_WTSIsChildSessionsEnabled>resolve(&is_child_sessions_enabled)
    cdef DWORD error = 0
    cdef BOOL ok, enabled = False
    with nogil:
        SetLastError(0)
        ok = call(&enabled)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSIsChildSessionsEnabled", error)
    return enabled != 0


def WTSGetChildSessionId():
    """Get the id of the child session of the caller's own session, or ``None`` when there is none.

    C: ``BOOL WTSGetChildSessionId(PULONG pSessionId)``.

    Windows has two ways to say none, the id 0xFFFFFFFF and error 1168: both are ``None`` here. The id appears a moment
    after the client reports the connection, and may stay after a logon that failed.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``FunctionNotAvailableError`` before Windows 8. Wraps ``WTSGetChildSessionId``.
    """
    cdef PFN_WTSGetChildSessionId call = <PFN_WTSGetChildSessionId>resolve(&get_child_session_id)
    cdef ULONG session_id = 0xFFFFFFFF
    cdef DWORD error = 0
    cdef BOOL ok
    with nogil:
        SetLastError(0)
        ok = call(&session_id)
        if not ok:
            error = GetLastError()
    if not ok and error != ERROR_NOT_FOUND:
        raise_error("WTSGetChildSessionId", error)
    return None if not ok or session_id == 0xFFFFFFFF else session_id
