"""A module of another package, in Cython: it knows wtsfast by `wtsfast.capi` alone."""

from wtsfast.capi cimport (
    DWORD, PyObject, WCHAR, WTS_PROCESS_INFO_EXW, WTS_PROCESS_INFOW, WTSFAST_COLUMN, WTSFAST_FILETIME, WTSFAST_INT64,
    WTSFAST_KERNEL, WTSFAST_LEVEL_0, WTSFAST_PROCESSES, WTSFAST_SESSIONS, WTSFAST_SID, WTSFAST_SID_VIEW, WTSFAST_TEXT,
    WTSFAST_UINT32, WTSFAST_UINT64, import_wtsfast, wtsfast_get_column, wtsfast_get_processes, wtsfast_get_sessions,
    wtsfast_get_sid, wtsfast_release_column, wtsfast_release_processes, wtsfast_release_sessions, wtsfast_release_sid,
)

import_wtsfast()

KINDS = {
    WTSFAST_UINT32: "UINT32",
    WTSFAST_UINT64: "UINT64",
    WTSFAST_INT64: "INT64",
    WTSFAST_FILETIME: "FILETIME",
    WTSFAST_TEXT: "TEXT",
    WTSFAST_SID: "SID",
}

cdef struct Sums:
    unsigned long long pids
    unsigned long long sessions
    unsigned long long memory
    unsigned long long times
    unsigned long long letters
    unsigned long long nulls


# ---- what runs without the GIL ----

cdef void add_text(Sums* sums, const WCHAR* text) noexcept nogil:
    if text == NULL:
        sums.nulls += 1
        return
    while text[0]:
        sums.letters += 1
        text += 1


cdef void add_process(Sums* sums, const WTS_PROCESS_INFO_EXW* row) noexcept nogil:
    sums.pids += row.ProcessId
    sums.sessions += row.SessionId
    sums.memory += row.WorkingSetSize
    sums.times += row.UserTime.QuadPart + row.KernelTime.QuadPart
    add_text(sums, row.pProcessName)


cdef void add_old_process(Sums* sums, const WTS_PROCESS_INFOW* row) noexcept nogil:
    sums.pids += row.ProcessId
    sums.sessions += row.SessionId
    add_text(sums, row.pProcessName)


cdef Sums add_processes(const WTSFAST_PROCESSES* view) noexcept nogil:
    cdef Sums sums = Sums(0, 0, 0, 0, 0, 0)
    cdef Py_ssize_t i
    for i in range(view.count):
        if view.level == WTSFAST_LEVEL_0:
            add_old_process(&sums, &view.level_0[i])
        else:
            add_process(&sums, &view.level_1[i])
    return sums


cdef Sums add_sessions(const WTSFAST_SESSIONS* view) noexcept nogil:
    cdef Sums sums = Sums(0, 0, 0, 0, 0, 0)
    cdef Py_ssize_t i
    for i in range(view.count):
        if view.level == WTSFAST_LEVEL_0:
            sums.sessions += view.level_0[i].SessionId
            add_text(&sums, view.level_0[i].pWinStationName)
        else:
            sums.sessions += view.level_1[i].SessionId
            add_text(&sums, view.level_1[i].pSessionName)
            add_text(&sums, view.level_1[i].pUserName)
    return sums


cdef unsigned long long add_column(const WTSFAST_COLUMN* view) noexcept nogil:
    cdef unsigned long long total = 0
    cdef const char* field = view.first
    cdef Py_ssize_t _
    for _ in range(view.count):
        if view.kind == WTSFAST_UINT32:
            total += (<const DWORD*>field)[0]
        else:
            total += (<const unsigned long long*>field)[0]
        field += view.stride
    return total


# ---- what Python calls ----

def sum_processes(source):
    """Add up the rows of a ProcessSnapshot or ProcessInfo."""
    cdef WTSFAST_PROCESSES view
    cdef Sums sums
    wtsfast_get_processes(source, &view)
    try:
        if view.level == WTSFAST_KERNEL:
            raise ValueError("only columns show the kernel's rows")
        with nogil:
            sums = add_processes(&view)
        return sums
    finally:
        wtsfast_release_processes(&view)


def sum_sessions(source):
    """Add up the rows of a SessionSnapshot or SessionInfo."""
    cdef WTSFAST_SESSIONS view
    cdef Sums sums
    wtsfast_get_sessions(source, &view)
    try:
        with nogil:
            sums = add_sessions(&view)
        return sums
    finally:
        wtsfast_release_sessions(&view)


def sum_column(snapshot, name):
    """Give what a column is, its number of fields, and the sum of numbers."""
    cdef WTSFAST_COLUMN view
    cdef bytes utf8 = name.encode()
    cdef unsigned long long total = 0
    wtsfast_get_column(snapshot, utf8, &view)
    try:
        if view.kind not in (WTSFAST_TEXT, WTSFAST_SID):
            with nogil:
                total = add_column(&view)
        return KINDS[view.kind], view.count, total
    finally:
        wtsfast_release_column(&view)


def sid_bytes(sid):
    """Copy the binary form of a Sid."""
    cdef WTSFAST_SID_VIEW view
    wtsfast_get_sid(sid, &view)
    try:
        return (<const char*>view.sid)[:view.size]
    finally:
        wtsfast_release_sid(&view)


cdef volatile bint told = False


def tell():
    """End walk_until_told in another thread."""
    global told
    told = True


def walk_until_told(source, unsigned long long most):
    """Walk processes again and again, without the GIL, and say whether tell() ended it before the most passes."""
    global told
    cdef WTSFAST_PROCESSES view
    cdef unsigned long long passes = 0, letters = 0
    cdef bint ended
    told = False
    wtsfast_get_processes(source, &view)
    with nogil:
        while not told and passes < most:
            passes += 1
            letters += add_processes(&view).letters
        ended = told
    wtsfast_release_processes(&view)
    return ended, letters // passes


cdef class View:
    """Keep the rows of processes beyond the snapshot that they were taken from."""

    cdef WTSFAST_PROCESSES view

    def __cinit__(self, source):
        wtsfast_get_processes(source, &self.view)

    def __dealloc__(self):
        wtsfast_release_processes(&self.view)

    def pids(self):
        """List the process ids."""
        cdef Py_ssize_t i
        return [self.view.level_1[i].ProcessId for i in range(self.view.count)]

    def release(self):
        """Give the rows back."""
        wtsfast_release_processes(&self.view)

    def is_empty(self):
        """Tell whether nothing is left in the view."""
        cdef const PyObject* owner = self.view.owner
        return owner == NULL and self.view.level_1 == NULL and self.view.count == 0
