"""Sessions: list them, and find one's own."""

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._memory cimport BY_FREE_MEMORY, BY_FREE_MEMORY_EX_A, BY_FREE_MEMORY_EX_W, RawBuffer
from wtsfast._sdk cimport windows, wtsapi32
from wtsfast._sdk.windows cimport BOOL, DWORD, GetLastError, HANDLE, SetLastError
from wtsfast._sdk.wtsapi32 cimport (
    PFN_WTSActiveSessionExists, PWTS_SESSION_INFO_1A, PWTS_SESSION_INFO_1W, PWTS_SESSION_INFOA, PWTS_SESSION_INFOW,
    WTS_SESSION_INFO_1W, WTS_SESSION_INFOW, WTSTypeSessionInfoLevel1,
)
from wtsfast.raw._convert cimport measure, record, text_or_none
from wtsfast.raw._runtime cimport Export, WTSAPI32, resolve

from wtsfast.enums import ConnectState, coerce
from wtsfast.raw._records import WTS_SESSION_INFO, WTS_SESSION_INFO_1

__all__ = [
    "ProcessIdToSessionId",
    "WTSActiveSessionExists",
    "WTSEnumerateSessions",
    "WTSEnumerateSessionsA",
    "WTSEnumerateSessionsEx",
    "WTSEnumerateSessionsExA",
    "WTSEnumerateSessionsExW",
    "WTSEnumerateSessionsW",
    "WTSGetActiveConsoleSessionId",
]


# ---- records; the A forms of both structures have the same layout as the W forms ----

cdef list session_records(RawBuffer buffer, bint wide):
    cdef WTS_SESSION_INFOW* row = <WTS_SESSION_INFOW*>buffer.ptr
    cdef list records = []
    for _ in range(buffer.entries):
        records.append(record(WTS_SESSION_INFO, (
            row.SessionId, text_or_none(row.pWinStationName, wide), coerce(ConnectState, <DWORD>row.State),
        )))
        row += 1
    return records


cdef list session_1_records(RawBuffer buffer, bint wide):
    cdef WTS_SESSION_INFO_1W* row = <WTS_SESSION_INFO_1W*>buffer.ptr
    cdef list records = []
    for _ in range(buffer.entries):
        records.append(record(WTS_SESSION_INFO_1, (
            row.ExecEnvId, coerce(ConnectState, <DWORD>row.State), row.SessionId,
            text_or_none(row.pSessionName, wide), text_or_none(row.pHostName, wide), text_or_none(row.pUserName, wide),
            text_or_none(row.pDomainName, wide), text_or_none(row.pFarmName, wide),
        )))
        row += 1
    return records


# ---- lists ----

cdef object enumerate_sessions(object server, bint as_buffer, bint wide):
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY)
    cdef DWORD error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = wtsapi32.WTSEnumerateSessionsW(handle, 0, 1, <PWTS_SESSION_INFOW*>&buffer.ptr, &buffer.entries)
            else:
                ok = wtsapi32.WTSEnumerateSessionsA(handle, 0, 1, <PWTS_SESSION_INFOA*>&buffer.ptr, &buffer.entries)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        buffer.abandon()
        raise_error("WTSEnumerateSessions", error, server)
    measure(buffer, sizeof(WTS_SESSION_INFOW))
    return buffer if as_buffer else session_records(buffer, wide)


cdef object enumerate_sessions_ex(object server, object level, bint as_buffer, bint wide):
    cdef DWORD in_out_level = to_dword(level, "level")
    if in_out_level != 1:  # the only one; were Windows to accept another, nobody could read or free the result
        raise ValueError(f"level must be 1, not {in_out_level}")
    cdef RawBuffer buffer = RawBuffer.empty(
        BY_FREE_MEMORY_EX_W if wide else BY_FREE_MEMORY_EX_A, WTSTypeSessionInfoLevel1
    )
    cdef DWORD error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = wtsapi32.WTSEnumerateSessionsExW(
                    handle, &in_out_level, 0, <PWTS_SESSION_INFO_1W*>&buffer.ptr, &buffer.entries
                )
            else:
                ok = wtsapi32.WTSEnumerateSessionsExA(
                    handle, &in_out_level, 0, <PWTS_SESSION_INFO_1A*>&buffer.ptr, &buffer.entries
                )
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        buffer.abandon()
        raise_error("WTSEnumerateSessionsEx", error, server)
    measure(buffer, sizeof(WTS_SESSION_INFO_1W))
    return buffer if as_buffer else session_1_records(buffer, wide)


def WTSEnumerateSessionsW(server, *, as_buffer=False):
    """List the sessions of a server.

    C: ``BOOL WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_SESSION_INFOW *ppSessionInfo,
    DWORD *pCount)``. ``server`` is a ``ServerHandle`` or ``WTS_CURRENT_SERVER_HANDLE``.

    Returns a list of ``WTS_SESSION_INFO`` in no defined order, with ``as_buffer=True`` the ``RawBuffer``
    (``WTSFreeMemory``). Some are no user's: session 0 ("Services"), listeners (ids from 65536 on). Only those with the
    right Query Information appear, and any of them may be gone by the next call. Blocks on a call to the server; Ctrl-C
    takes effect when it returns.

    Raises ``WtsError``: 259 where the caller may see no session, 5 without the right (on a server also where it does
    not allow remote calls), 1722 where the server is not reached. Wraps ``WTSEnumerateSessionsW``.
    """
    return enumerate_sessions(server, as_buffer, True)


def WTSEnumerateSessionsA(server, *, as_buffer=False):
    """List the sessions of a server, names as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_SESSION_INFOA *ppSessionInfo,
    DWORD *pCount)``. As ``WTSEnumerateSessionsW``. Wraps ``WTSEnumerateSessionsA``.
    """
    return enumerate_sessions(server, as_buffer, False)


WTSEnumerateSessions = WTSEnumerateSessionsW


def WTSEnumerateSessionsExW(server, level=1, *, as_buffer=False):
    """List the sessions of a server with their users, or those inside the virtual machines of a virtualization host.

    C: ``BOOL WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter, PWTS_SESSION_INFO_1W
    *ppSessionInfo, DWORD *pCount)``. ``level`` 1 is the only one. Virtual machines appear through a handle of
    ``WTSOpenServerEx`` only, to administrators of the host.

    Returns a list of ``WTS_SESSION_INFO_1``, with ``as_buffer=True`` the ``RawBuffer`` (``WTSFreeMemoryEx`` with the
    class ``WTSTypeSessionInfoLevel1``). ``exec_env_id`` is unique in the list; it differs from ``session_id`` on a
    virtualization host, whose manual does not say which of the two other calls expect. "Nothing there" comes as
    ``None`` or as ``""``. Blocks on a call to the server; Ctrl-C takes effect when it returns.

    Raises ``WtsError`` as ``WTSEnumerateSessions`` does; ``ValueError`` for another level. From Windows 7 / Server 2008
    R2 on. Wraps ``WTSEnumerateSessionsExW``.
    """
    return enumerate_sessions_ex(server, level, as_buffer, True)


def WTSEnumerateSessionsExA(server, level=1, *, as_buffer=False):
    """List the sessions of a server with their users, text as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter, PWTS_SESSION_INFO_1A *ppSessionInfo,
    DWORD *pCount)``. As ``WTSEnumerateSessionsExW``. Wraps ``WTSEnumerateSessionsExA``.
    """
    return enumerate_sessions_ex(server, level, as_buffer, False)


WTSEnumerateSessionsEx = WTSEnumerateSessionsExW


# ---- one's own, the console's, any ----

def ProcessIdToSessionId(pid):
    """Find the session in which a process of this machine runs.

    C: ``BOOL ProcessIdToSessionId(DWORD dwProcessId, DWORD *pSessionId)`` of kernel32. Does not block, and works
    without Remote Desktop Services. Session 0 is a normal answer. By the manual it needs the right
    PROCESS_QUERY_INFORMATION on the process; less is said to suffice.

    Raises ``WtsError``: 87 where there is no such pid (and for pid 0), 5 for a protected process. Wraps
    ``ProcessIdToSessionId``.
    """
    cdef DWORD process = to_dword(pid, "pid"), session = 0, error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = windows.ProcessIdToSessionId(process, &session)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("ProcessIdToSessionId", error)
    return session


def WTSGetActiveConsoleSessionId():
    """Find the session at this machine's own screen and keyboard.

    C: ``DWORD WTSGetActiveConsoleSessionId(void)`` of kernel32. Returns ``None`` while there is none: the API's
    0xFFFFFFFF would mean "my own session" to other functions. It need not be the session of a user who is active over
    the network. Cannot fail and does not block. Wraps ``WTSGetActiveConsoleSessionId``.
    """
    cdef DWORD session = windows.WTSGetActiveConsoleSessionId()
    return None if session == 0xFFFFFFFF else session


cdef Export active_session_exists = Export(
    WTSAPI32, b"WTSActiveSessionExists", b"Windows 11 24H2 or Server 2025 (build 26100)", NULL
)


def WTSActiveSessionExists():
    """Say whether any session of this machine is active.

    C: ``BOOL WTSActiveSessionExists(PBOOL pbActiveSessionExists)``. Blocks on a call to the service; Ctrl-C takes
    effect when it returns.

    Raises ``FunctionNotAvailableError`` before build 26100 (Windows 11 24H2, Server 2025), ``WtsError`` when the call
    fails. Wraps ``WTSActiveSessionExists``.
    """
    call = <PFN_WTSActiveSessionExists>resolve(&active_session_exists)
    cdef BOOL exists = 0
    cdef DWORD error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = call(&exists)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSActiveSessionExists", error)
    return exists != 0
