"""Processes: list them, and end one."""

from libc.stdint cimport uint8_t

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._memory cimport BY_FREE_MEMORY, BY_FREE_MEMORY_EX_A, BY_FREE_MEMORY_EX_W, RawBuffer
from wtsfast._sdk cimport wtsapi32
from wtsfast._sdk.windows cimport DWORD, GetLastError, HANDLE, LPSTR, LPWSTR, SetLastError
from wtsfast._sdk.wtsapi32 cimport (
    PWTS_PROCESS_INFOA, PWTS_PROCESS_INFOW, WTS_PROCESS_INFO_EXW, WTS_PROCESS_INFOW,
)
from wtsfast.raw._convert cimport measure, record, text_or_none, to_actual_session
from wtsfast.sid cimport sid_or_none

from wtsfast.raw._records import WTS_PROCESS_INFO, WTS_PROCESS_INFO_EX

__all__ = [
    "WTSEnumerateProcesses",
    "WTSEnumerateProcessesA",
    "WTSEnumerateProcessesEx",
    "WTSEnumerateProcessesExA",
    "WTSEnumerateProcessesExW",
    "WTSEnumerateProcessesW",
    "WTSTerminateProcess",
]


# ---- records; the A forms of both structures have the same layout as the W forms ----

cdef list process_records(RawBuffer buffer, bint wide):
    cdef WTS_PROCESS_INFOW* row = <WTS_PROCESS_INFOW*>buffer.ptr
    cdef list records = []
    for _ in range(buffer.entries):
        records.append(record(WTS_PROCESS_INFO, (
            row.SessionId, row.ProcessId, text_or_none(row.pProcessName, wide), sid_or_none(<uint8_t*>row.pUserSid),
        )))
        row += 1
    return records


cdef list process_ex_records(RawBuffer buffer, bint wide):
    cdef WTS_PROCESS_INFO_EXW* row = <WTS_PROCESS_INFO_EXW*>buffer.ptr
    cdef list records = []
    for _ in range(buffer.entries):
        records.append(record(WTS_PROCESS_INFO_EX, (
            row.SessionId, row.ProcessId, text_or_none(row.pProcessName, wide), sid_or_none(<uint8_t*>row.pUserSid),
            row.NumberOfThreads, row.HandleCount, row.PagefileUsage, row.PeakPagefileUsage, row.WorkingSetSize,
            row.PeakWorkingSetSize, row.UserTime.QuadPart, row.KernelTime.QuadPart,
        )))
        row += 1
    return records


# ---- lists ----

cdef object enumerate_processes(object server, bint as_buffer, bint wide):
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY)
    cdef DWORD error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = wtsapi32.WTSEnumerateProcessesW(
                    handle, 0, 1, <PWTS_PROCESS_INFOW*>&buffer.ptr, &buffer.entries
                )
            else:
                ok = wtsapi32.WTSEnumerateProcessesA(
                    handle, 0, 1, <PWTS_PROCESS_INFOA*>&buffer.ptr, &buffer.entries
                )
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        buffer.abandon()
        raise_error("WTSEnumerateProcesses", error, server)
    measure(buffer, sizeof(WTS_PROCESS_INFOW))
    return buffer if as_buffer else process_records(buffer, wide)


cdef object enumerate_processes_ex(object server, object level, object session_id, bint as_buffer, bint wide):
    cdef DWORD kind = to_dword(level, "level")
    if kind > 1:  # Windows would refuse it too; were a later one to accept it, nobody could read or free the result
        raise ValueError(f"level must be 0 or 1, not {kind}")
    cdef DWORD session = to_actual_session(server, session_id)
    cdef DWORD in_out_level = kind
    # The classes WTSTypeProcessInfoLevel0 and 1 are the levels.
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY_EX_W if wide else BY_FREE_MEMORY_EX_A, kind)
    cdef DWORD error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = wtsapi32.WTSEnumerateProcessesExW(
                    handle, &in_out_level, session, <LPWSTR*>&buffer.ptr, &buffer.entries
                )
            else:
                ok = wtsapi32.WTSEnumerateProcessesExA(
                    handle, &in_out_level, session, <LPSTR*>&buffer.ptr, &buffer.entries
                )
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        buffer.abandon()
        raise_error("WTSEnumerateProcessesEx", error, server)
    measure(buffer, sizeof(WTS_PROCESS_INFO_EXW) if kind else sizeof(WTS_PROCESS_INFOW))
    if as_buffer:
        return buffer
    return process_ex_records(buffer, wide) if kind else process_records(buffer, wide)


def WTSEnumerateProcessesW(server, *, as_buffer=False):
    """List the processes of a server.

    C: ``BOOL WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_PROCESS_INFOW *ppProcessInfo,
    DWORD *pCount)``. ``server`` is a ``ServerHandle`` or ``WTS_CURRENT_SERVER_HANDLE``.

    Returns a list of ``WTS_PROCESS_INFO``, with ``as_buffer=True`` the ``RawBuffer`` (``WTSFreeMemory``).
    ``user_sid`` is ``None`` for many rows: pid 0, and the processes of others where the caller is no administrator,
    who may not see those at all. Blocks on a call to the server; Ctrl-C takes effect when it returns.

    Raises ``WtsError``: 5 without the right, 1722 where the server is not reached. Wraps ``WTSEnumerateProcessesW``.
    """
    return enumerate_processes(server, as_buffer, True)


def WTSEnumerateProcessesA(server, *, as_buffer=False):
    """List the processes of a server, names as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version, PWTS_PROCESS_INFOA *ppProcessInfo,
    DWORD *pCount)``. As ``WTSEnumerateProcessesW``. Wraps ``WTSEnumerateProcessesA``.
    """
    return enumerate_processes(server, as_buffer, False)


WTSEnumerateProcesses = WTSEnumerateProcessesW


def WTSEnumerateProcessesExW(server, level, session_id, *, as_buffer=False):
    """List the processes of a server, or of one of its sessions, with what they use.

    C: ``BOOL WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPWSTR *ppProcessInfo, DWORD
    *pCount)``. ``level`` 0 gives ``WTS_PROCESS_INFO``, 1 ``WTS_PROCESS_INFO_EX``. ``session_id`` is one session or
    ``WTS_ANY_SESSION``; ``WTS_CURRENT_SESSION``, which the manual does not name here, is sent as the id of the
    caller's own session, and refused with a server handle.

    Returns a list of records, with ``as_buffer=True`` the ``RawBuffer`` (``WTSFreeMemoryEx`` with the class ``level``).
    The sizes are 32-bit numbers of bytes, wrong from 4 GiB on. The times are the API's numbers: units of 100 ns by the
    protocol, though the manual says milliseconds. Blocks on a call to the server; Ctrl-C takes effect when it returns.
    Only administrators see the processes of others.

    Raises ``WtsError``: 5 without the right, 1722 where the server is not reached; ``ValueError`` for another level.
    From Windows 7 / Server 2008 R2 on. Wraps ``WTSEnumerateProcessesExW``.
    """
    return enumerate_processes_ex(server, level, session_id, as_buffer, True)


def WTSEnumerateProcessesExA(server, level, session_id, *, as_buffer=False):
    """List the processes of a server, or of one of its sessions, names as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPSTR *ppProcessInfo,
    DWORD *pCount)``. As ``WTSEnumerateProcessesExW``. Wraps ``WTSEnumerateProcessesExA``.
    """
    return enumerate_processes_ex(server, level, session_id, as_buffer, False)


WTSEnumerateProcessesEx = WTSEnumerateProcessesExW


# ---- end ----

def WTSTerminateProcess(server, pid, exit_code):
    """End a process of a server, in whatever session it runs.

    C: ``BOOL WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode)``. The process gets no chance to
    save anything, and by now its pid may be another's. Needs the right PROCESS_TERMINATE on the process; for
    administrators the server also uses its debug privilege. Blocks on a call to the server; Ctrl-C takes effect when
    it returns.

    Raises ``WtsError``: 5 without the right, 87 where there is no such pid. Wraps ``WTSTerminateProcess``.
    """
    cdef DWORD process = to_dword(pid, "pid"), code = to_dword(exit_code, "exit_code"), error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            ok = wtsapi32.WTSTerminateProcess(handle, process, code)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSTerminateProcess", error, server)
