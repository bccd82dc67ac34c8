"""Memory of sessions, added up without the GIL: the example of docs/capi.md."""

from wtsfast.capi cimport (
    DWORD, WTS_PROCESS_INFO_EXW, WTSFAST_LEVEL_1, WTSFAST_PROCESSES, import_wtsfast, wtsfast_get_processes,
    wtsfast_release_processes,
)

import_wtsfast()


cdef unsigned long long add_up(const WTS_PROCESS_INFO_EXW* rows, Py_ssize_t count, DWORD session_id) noexcept nogil:
    cdef unsigned long long total = 0
    cdef Py_ssize_t i
    for i in range(count):
        if rows[i].SessionId == session_id:
            total += rows[i].WorkingSetSize
    return total


def working_set(snapshot, DWORD session_id):
    """Return the physical memory of a session's processes, in bytes."""
    cdef WTSFAST_PROCESSES view
    cdef unsigned long long total
    wtsfast_get_processes(snapshot, &view)
    try:
        if view.level != WTSFAST_LEVEL_1:
            raise ValueError("only level 1 has the working sets")
        with nogil:
            total = add_up(view.level_1, view.count, session_id)
    finally:
        wtsfast_release_processes(&view)
    return total
