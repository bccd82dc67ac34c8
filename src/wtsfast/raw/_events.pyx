"""System events: WTSWaitSystemEvent, which can be ended early."""

from cpython.exc cimport PyErr_CheckSignals
from cpython.ref cimport Py_INCREF
from libc.stdlib cimport calloc, free
from libc.string cimport memset

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport PendingWait, ServerHandle, cancel_waits, enter_server, leave_server
from wtsfast._sdk cimport wtsapi32
from wtsfast._sdk.windows cimport (
    BOOL, CloseHandle, CreateThread, DWORD, GetLastError, GetTickCount64, HANDLE, InterlockedExchange, LONG, LPVOID,
    SetLastError, ULONGLONG, WAIT_OBJECT_0, WaitForMultipleObjects, WaitForSingleObject,
)
from wtsfast._sdk.wtsapi32 cimport WTS_EVENT_FLUSH

from wtsfast.enums import SystemEvent

__all__ = ["WTSWaitSystemEvent"]

cdef enum:
    SLICE_MS = 100  # how long Python's signal handlers may have to wait
    FLUSH_MS = 20  # between two flushes
    PATIENCE_MS = 1000  # for a server that does not acknowledge a flush, once Ctrl-C was pressed

# The waits on WTS_CURRENT_SERVER_HANDLE; those on a server are in its ServerHandle.
cdef set local_waits = set()


# ---- the native call, on a thread of its own: it cannot be interrupted, and meanwhile the caller must listen ----

cdef struct Job:
    HANDLE server
    DWORD mask
    DWORD flags
    DWORD error
    BOOL ok
    LONG one_has_left  # the thread or its caller; the other one frees the job


cdef void leave_job(Job* job) noexcept nogil:
    if InterlockedExchange(&job.one_has_left, 1):
        free(job)


cdef DWORD run(LPVOID argument) noexcept nogil:
    cdef Job* job = <Job*>argument
    SetLastError(0)
    job.ok = wtsapi32.WTSWaitSystemEvent(job.server, job.mask, &job.flags)
    if not job.ok:
        job.error = GetLastError()
    leave_job(job)
    return 0


# Flush on a thread of its own too: the server that the wait is stuck on may not answer a flush either. NULL where
# Windows has no thread left.
cdef HANDLE start_flush(HANDLE server) noexcept nogil:
    cdef HANDLE thread
    cdef Job* job = <Job*>calloc(1, sizeof(Job))
    if job == NULL:
        return NULL
    job.server = server
    job.mask = WTS_EVENT_FLUSH
    thread = CreateThread(NULL, 0, run, job, 0, NULL)
    if thread == NULL:
        free(job)
    else:
        leave_job(job)  # nobody looks at its answer
    return thread


# ---- wait ----

# What `listen` knows of its threads.
cdef struct Progress:
    HANDLE thread  # of the wait
    HANDLE flush  # of the flush under way, or NULL
    bint ending
    bint ended


# One slice of a wait for the threads; True when they have ended. A wait that is to end is flushed, one flush at a time,
# until it acknowledges that: a flush that comes before the native wait has begun is lost.
cdef bint wait_slice(Progress* progress, PendingWait wait, HANDLE server) noexcept:
    cdef HANDLE[2] objects
    cdef DWORD result
    objects[0] = progress.thread
    objects[1] = wait.cancelled
    with nogil:
        if not progress.ending:
            result = WaitForMultipleObjects(2, objects, False, SLICE_MS)
            progress.ended = result == WAIT_OBJECT_0
            progress.ending = result == WAIT_OBJECT_0 + 1
        else:
            if progress.flush == NULL and not progress.ended:
                progress.flush = start_flush(server)
            progress.ended = WaitForSingleObject(progress.thread, FLUSH_MS) == WAIT_OBJECT_0
            if progress.flush != NULL and WaitForSingleObject(progress.flush, FLUSH_MS) == WAIT_OBJECT_0:
                CloseHandle(progress.flush)
                progress.flush = NULL
    return progress.ended and progress.flush == NULL


# Wait until the threads have ended. A signal handler that raises ends the wait, and leaves them behind when the server
# has not acknowledged that in time.
cdef int listen(Progress* progress, PendingWait wait, HANDLE server) except -1:
    cdef ULONGLONG deadline
    try:
        while not wait_slice(progress, wait, server):
            PyErr_CheckSignals()
    except BaseException:
        progress.ending = True
        deadline = GetTickCount64() + PATIENCE_MS
        while not wait_slice(progress, wait, server) and GetTickCount64() < deadline:
            pass
        raise
    return 0


cdef object wait_for_event(object server, DWORD mask, PendingWait wait):
    cdef HANDLE handle = enter_server(server)
    cdef DWORD flags = 0, error = 0
    cdef bint ok = False, left_behind = False
    cdef Progress progress
    cdef Job* job = <Job*>calloc(1, sizeof(Job))
    memset(&progress, 0, sizeof(progress))
    try:
        if job == NULL:
            raise MemoryError
        job.server = handle
        job.mask = mask
        progress.thread = CreateThread(NULL, 0, run, job, 0, NULL)
        if progress.thread == NULL:
            free(job)
            raise MemoryError("Windows has no thread left for the wait")
        try:
            listen(&progress, wait, handle)
        finally:
            left_behind = not progress.ended or progress.flush != NULL
            ok = job.ok
            flags = job.flags
            error = job.error
            CloseHandle(progress.thread)
            if progress.flush != NULL:
                CloseHandle(progress.flush)
            leave_job(job)
    finally:
        if left_behind:  # the calls go on using the handle, which for this reason must never be closed
            Py_INCREF(server)
        else:
            leave_server(server)
    if not ok:
        raise_error("WTSWaitSystemEvent", error, server)
    return SystemEvent(flags)


# ---- flush ----

cdef object flush(object server, DWORD mask, set waits):
    cdef DWORD flags = 0, error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            ok = wtsapi32.WTSWaitSystemEvent(handle, mask, &flags)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSWaitSystemEvent", error, server)
    cancel_waits(waits)  # those that have not begun yet did not see it
    return SystemEvent(flags)


def WTSWaitSystemEvent(server, event_mask):
    """Wait until something happens to a session of a server, or end such waits.

    C: ``BOOL WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags)``. ``event_mask`` is a
    combination of ``WTS_EVENT_…`` values; with ``WTS_EVENT_FLUSH`` in it the call ends every wait on the same server
    and returns at once. Returns the ``SystemEvent`` flags of what happened, ``WTS_EVENT_NONE`` after a flush. The
    result does not say to which session: list them again after each event, and before the first wait, since what
    happens between two waits may be lost.

    Blocks until an event, without a limit. Three things end it early: a flush from another thread, ``close()`` of the
    ``ServerHandle`` (both make it return ``WTS_EVENT_NONE``), and Ctrl-C, which raises ``KeyboardInterrupt``. All
    three also reach a wait that has only just begun: it flushes itself until Windows acknowledges. There can be one
    wait for a server handle and, by what is known, one for this machine in the whole process; a second one fails. A
    flush for this machine ends the waits of this process; whether also those of others is not documented.

    Raises ``WtsError``: 7024 or another number for a second wait, 1722 where the server is not reached. Wraps
    ``WTSWaitSystemEvent``.
    """
    cdef DWORD mask = to_dword(event_mask, "event_mask")
    cdef set waits = (<ServerHandle>server).waits if isinstance(server, ServerHandle) else local_waits
    cdef PendingWait wait
    if mask & WTS_EVENT_FLUSH:
        return flush(server, mask, waits)
    wait = PendingWait.__new__(PendingWait)
    waits.add(wait)  # first: a close() from now on finds it, and after an earlier one the handle is refused
    try:
        return wait_for_event(server, mask, wait)
    finally:
        waits.discard(wait)
