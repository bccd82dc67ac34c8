"""Processes of a server: the snapshot, its rows, and the call that takes it."""

cimport cython
from cpython.object cimport PyObject, PyObject_GenericGetAttr
from cpython.ref cimport Py_XDECREF
from libc.stdint cimport int64_t

from wtsfast._arguments cimport to_dword, to_level, to_session_id
from wtsfast._columns cimport FILETIME, I64, SID, TEXT, U32, U64, Layout
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._memory cimport BY_FREE_MEMORY, BY_FREE_MEMORY_EX_W, RawBuffer
from wtsfast._objects cimport (
    HAS_GIL, is_free, new_i64, new_reference, new_reference_to, new_u32, object_of,
)
from wtsfast._sdk.windows cimport DWORD, ERROR_NO_MORE_ITEMS, GetLastError, HANDLE, LPWSTR, SetLastError
from wtsfast._sdk.wtsapi32 cimport (
    WTS_ANY_SESSION, WTS_PROCESS_INFO_EXW, WTS_PROCESS_INFOW, WTSEnumerateProcessesExW, WTSEnumerateProcessesW,
    WTSTypeProcessInfoLevel1,
)
from wtsfast._seal cimport seal, seal_hidden
from wtsfast._snapshot cimport (
    Snapshot, build_row, call_at, copy_row, raw_values, row_repr, same_values, value_of,
)
from wtsfast._time cimport read_clocks

ANY_SESSION = WTS_ANY_SESSION

# Only their addresses are used, to tell the layouts where the fields lie.
cdef WTS_PROCESS_INFOW old
cdef WTS_PROCESS_INFO_EXW new
cdef KernelRow kernel


cdef int at(const void* structure, const void* field) noexcept:
    return <int>(<const char*>field - <const char*>structure)


cdef Layout LEVEL_0 = Layout("a process snapshot of level 0", sizeof(WTS_PROCESS_INFOW), (
    ("session_id", at(&old, &old.SessionId), U32),
    ("pid", at(&old, &old.ProcessId), U32),
    ("name", at(&old, &old.pProcessName), TEXT),
    ("user_sid", at(&old, &old.pUserSid), SID),
))

cdef Layout LEVEL_1 = Layout("a process snapshot of level 1", sizeof(WTS_PROCESS_INFO_EXW), (
    ("session_id", at(&new, &new.SessionId), U32),
    ("pid", at(&new, &new.ProcessId), U32),
    ("name", at(&new, &new.pProcessName), TEXT),
    ("user_sid", at(&new, &new.pUserSid), SID),
    ("number_of_threads", at(&new, &new.NumberOfThreads), U32),
    ("handle_count", at(&new, &new.HandleCount), U32),
    ("pagefile_usage", at(&new, &new.PagefileUsage), U32),
    ("peak_pagefile_usage", at(&new, &new.PeakPagefileUsage), U32),
    ("working_set_size", at(&new, &new.WorkingSetSize), U32),
    ("peak_working_set_size", at(&new, &new.PeakWorkingSetSize), U32),
    ("user_time", at(&new, &new.UserTime), I64),
    ("kernel_time", at(&new, &new.KernelTime), I64),
))

# The kernel source: with SIDs when they are asked for, else without that column.
cdef tuple kernel_fields = (
    ("session_id", at(&kernel, &kernel.session_id), U32),
    ("pid", at(&kernel, &kernel.pid), U32),
    ("name", at(&kernel, &kernel.name), TEXT),
    ("user_sid", at(&kernel, &kernel.user_sid), SID),
    ("number_of_threads", at(&kernel, &kernel.number_of_threads), U32),
    ("handle_count", at(&kernel, &kernel.handle_count), U32),
    ("pagefile_usage", at(&kernel, &kernel.pagefile_usage), U64),
    ("peak_pagefile_usage", at(&kernel, &kernel.peak_pagefile_usage), U64),
    ("working_set_size", at(&kernel, &kernel.working_set_size), U64),
    ("peak_working_set_size", at(&kernel, &kernel.peak_working_set_size), U64),
    ("user_time", at(&kernel, &kernel.user_time), I64),
    ("kernel_time", at(&kernel, &kernel.kernel_time), I64),
    ("creation_time", at(&kernel, &kernel.creation_time), FILETIME),
)
cdef Layout KERNEL_WITH_SIDS = Layout("a process snapshot of the kernel", sizeof(KernelRow), kernel_fields)
cdef Layout KERNEL = Layout(
    "a process snapshot of the kernel without SIDs",
    sizeof(KernelRow),
    [field for field in kernel_fields if field[0] != "user_sid"],
)

cdef tuple LAYOUTS = (LEVEL_0, LEVEL_1, KERNEL, KERNEL_WITH_SIDS)  # rows are pickled with their place in here


cdef Layout kernel_layout(bint with_sids):
    return KERNEL_WITH_SIDS if with_sids else KERNEL


cdef inline ProcessInfo make_row(ProcessSnapshot snapshot, const char* row):
    cdef ProcessInfo info = ProcessInfo.__new__(ProcessInfo)
    info.snapshot = snapshot
    info.head = <const ProcessHead*>row
    return info


# A row on a block of its own, which pins nothing else.
cdef ProcessInfo own_row(Layout layout, RawBuffer owner, Snapshot taken_with):
    cdef ProcessSnapshot snapshot = ProcessSnapshot.__new__(ProcessSnapshot)
    snapshot.adopt(owner, layout)
    if taken_with is not None:
        snapshot.filetime = taken_with.filetime
        snapshot.monotonic = taken_with.monotonic
    return make_row(snapshot, snapshot.rows)


def _rebuild(int layout, tuple values):
    """Make the row that was pickled."""
    if not 0 <= layout < len(LAYOUTS):
        raise ValueError(f"no kind of row has the number {layout}")
    return own_row(LAYOUTS[layout], build_row(LAYOUTS[layout], values), None)


@cython.final
@cython.internal
@cython.no_gc
cdef class ProcessRows:
    """The iterator over the rows of a snapshot."""

    cdef ProcessSnapshot snapshot
    cdef const char* row
    cdef const char* end
    cdef Py_ssize_t stride
    # Owned. A loop still holds the row given out last when it asks for the next one, but not the row before: that is
    # moved on to the next native row, if nobody else holds it either.
    cdef PyObject* last
    cdef PyObject* before_last

    def __dealloc__(self):
        Py_XDECREF(self.last)
        Py_XDECREF(self.before_last)

    def __iter__(self):
        return self

    def __length_hint__(self):
        return (self.end - self.row) // self.stride

    def __next__(self):
        cdef const char* native = self.row
        cdef PyObject* row = self.before_last
        if native >= self.end:
            raise StopIteration
        self.row = native + self.stride
        if not HAS_GIL:
            return make_row(self.snapshot, native)
        if is_free(row):
            (<ProcessInfo>row).head = <const ProcessHead*>native
        else:
            self.before_last = new_reference(make_row(self.snapshot, native))
            Py_XDECREF(row)
            row = self.before_last
        self.before_last = self.last
        self.last = row
        return object_of(new_reference_to(row))


@cython.final
@cython.binding(False)
@cython.embedsignature(True)
@cython.embedsignature.format("clinic")
@cython.no_gc
cdef class ProcessSnapshot(Snapshot):
    """Hold the processes that one call returned: a sequence of ``ProcessInfo``.

    Owns the native array until it and everything taken from it are gone, and never changes.
    """

    cdef object row(self, Py_ssize_t at):
        return make_row(self, self.rows + at * self.layout.stride)

    def __iter__(self):
        cdef ProcessRows rows = ProcessRows.__new__(ProcessRows)
        rows.snapshot = self
        rows.row = self.rows
        rows.stride = self.layout.stride
        rows.end = self.rows + self.count * rows.stride
        return rows

    def get(self, pid, default=None):
        """Return the row of a process id, the first if there are several, or ``default``.

        The index behind it is built at the first call.
        """
        cdef Py_ssize_t at = self.find(to_dword(pid, "pid"), LEVEL_0.columns[1].offset)
        return default if at < 0 else self.row(at)

    def totals(self, by="session_id"):
        """Return a list of ``ProcessTotals``: one for each ``"session_id"``, ``"user_sid"`` or ``"name"``.

        The sums are 64-bit and made in C, but the sizes that they add up have 32 bits in the API: a total with a
        process of 4 GiB or more is too small. Those of ``source="kernel"`` are exact. Process 0, whose kernel time is
        idle time, counts as a process, never as CPU.
        """
        from wtsfast._totals import totals

        return totals(self, by)

    def diff(self, earlier):
        """Return the ``ProcessDelta`` from an earlier snapshot to this one.

        Each row counts once: where a snapshot has a pid twice, its rows are matched one by one.
        """
        from wtsfast._delta import diff_processes

        return diff_processes(self, earlier)


# Compared by identity, since attribute names in code are interned; anything else goes the ordinary way.
cdef str _SESSION_ID = "session_id"
cdef str _PID = "pid"
cdef str _NAME = "name"
cdef str _WORKING_SET_SIZE = "working_set_size"
cdef str _HANDLE_COUNT = "handle_count"
cdef str _NUMBER_OF_THREADS = "number_of_threads"
cdef str _USER_TIME = "user_time"
cdef str _KERNEL_TIME = "kernel_time"


@cython.final
@cython.no_gc
@cython.freelist(256)
cdef class ProcessInfo:
    """Show one process of a snapshot.

    A light view: it keeps the snapshot's memory alive; ``detach()`` gives a row that does not. Equal rows have the same
    columns with the same values. A field that the snapshot's source lacks is absent: reading it is an
    ``AttributeError``.
    """

    __match_args__ = ("pid", "session_id", "name")

    def __init__(self):
        raise TypeError("ProcessInfo cannot be made by hand: it is a row of a ProcessSnapshot")

    def __getattribute__(self, name):
        # A few comparisons of pointers cost a third of the generic look-up through the type.
        cdef const WTS_PROCESS_INFO_EXW* row
        if name is _PID:
            return object_of(new_u32(self.head.pid))
        if name is _NAME:
            return self.snapshot.text(self.head.name)
        if name is _SESSION_ID:
            return object_of(new_u32(self.head.session_id))
        if self.snapshot.layout is LEVEL_1:
            row = <const WTS_PROCESS_INFO_EXW*>self.head
            if name is _WORKING_SET_SIZE:
                return object_of(new_u32(row.WorkingSetSize))
            if name is _HANDLE_COUNT:
                return object_of(new_u32(row.HandleCount))
            if name is _NUMBER_OF_THREADS:
                return object_of(new_u32(row.NumberOfThreads))
            if name is _USER_TIME:
                return object_of(new_i64(row.UserTime.QuadPart))
            if name is _KERNEL_TIME:
                return object_of(new_i64(row.KernelTime.QuadPart))
        return PyObject_GenericGetAttr(self, name)

    cdef object field(self, str name):
        cdef Layout layout = self.snapshot.layout
        index = layout.position.get(name)
        if index is None:
            raise AttributeError(f"{layout.title} has no {name!r}", name=name, obj=self)
        return value_of(self.snapshot, <const char*>self.head, &layout.columns[<int>index], False)

    @property
    def session_id(self):
        """The session that the process runs in."""
        return self.head.session_id

    @property
    def pid(self):
        """The process id."""
        return self.head.pid

    @property
    def name(self):
        """The file name of the program, without its folder; ``None`` where Windows gives none."""
        return self.snapshot.text(self.head.name)

    @property
    def user_sid(self):
        """The user, as a ``Sid``; ``None`` where Windows does not tell: only administrators see those of others."""
        return self.field("user_sid")

    @property
    def number_of_threads(self):
        """The number of threads."""
        return self.field("number_of_threads")

    @property
    def handle_count(self):
        """The number of open handles."""
        return self.field("handle_count")

    @property
    def pagefile_usage(self):
        """Committed private memory, in bytes; 32 bits wide in the API and wrong from 4 GiB on."""
        return self.field("pagefile_usage")

    @property
    def peak_pagefile_usage(self):
        """The highest ``pagefile_usage`` so far, in bytes; as narrow."""
        return self.field("peak_pagefile_usage")

    @property
    def working_set_size(self):
        """Physical memory in use, in bytes; 32 bits wide in the API and wrong from 4 GiB on."""
        return self.field("working_set_size")

    @property
    def peak_working_set_size(self):
        """The highest ``working_set_size`` so far, in bytes; as narrow."""
        return self.field("peak_working_set_size")

    @property
    def user_time(self):
        """CPU time in user mode, in units of 100 ns (by the protocol's record; Microsoft's page says milliseconds)."""
        return self.field("user_time")

    @property
    def kernel_time(self):
        """CPU time in kernel mode, in units of 100 ns; idle time for process 0."""
        return self.field("kernel_time")

    @property
    def creation_time(self):
        """When the process was made, as a UTC ``datetime``; of the kernel source only."""
        return self.field("creation_time")

    @property
    def cpu_seconds(self):
        """CPU time in user and kernel mode together, in seconds; 0 for process 0, which only idles."""
        seconds = (self.field("user_time") + self.field("kernel_time")) / 10_000_000
        return seconds if self.head.pid else 0.0

    def detach(self):
        """Return an equal row that owns its values and pins no snapshot."""
        return own_row(self.snapshot.layout, copy_row(self.snapshot.layout, <const char*>self.head), self.snapshot)

    def __copy__(self):
        return self.detach()

    def __deepcopy__(self, memo):
        return self.detach()

    def __reduce__(self):
        cdef Layout layout = self.snapshot.layout
        return _rebuild, (LAYOUTS.index(layout), raw_values(self.snapshot, <const char*>self.head))

    def __eq__(self, other):
        if not isinstance(other, ProcessInfo):
            return NotImplemented
        cdef Layout layout = self.snapshot.layout
        cdef ProcessInfo that = <ProcessInfo>other
        return layout is that.snapshot.layout and same_values(layout, <const char*>self.head, <const char*>that.head)

    def __hash__(self):
        return hash((self.head.pid, self.head.session_id, self.snapshot.text(self.head.name)))

    def __repr__(self):
        return row_repr("ProcessInfo", self, self.snapshot.layout)


seal(ProcessSnapshot)
seal_hidden(ProcessRows)
seal(ProcessInfo)


def enumerate_processes(server=None, *, session_id=ANY_SESSION, level=1, source="wts", user_sids=False):
    """List the processes of a server as a ``ProcessSnapshot``.

    ``server`` is ``None`` for this machine, a ``Server``, or a name that is opened and closed for this one call.
    ``session_id`` limits the list to one session. Level 1 has all fields; level 0 has the session, pid, name and SID,
    and comes from the older function, which has no filter for a session (use ``where``).

    ``source="kernel"`` asks this machine's kernel instead of Remote Desktop Services: no RPC, 64-bit sizes, all
    processes whatever the rights, and a ``creation_time`` that makes ``diff`` exact. SIDs then cost a look at each
    process and come with ``user_sids=True`` only, where the caller may open the process.

    Only administrators see the processes of others. Blocks on a call to the service, for seconds on a remote server;
    other threads run meanwhile. Raises ``WtsError`` and its kinds, ``ValueError`` and ``TypeError`` for arguments that
    cannot be meant. Wraps ``WTSEnumerateProcessesEx``, for level 0 ``WTSEnumerateProcesses``.
    """
    cdef DWORD session = WTS_ANY_SESSION
    cdef int wanted = to_level(level)
    if session_id is not ANY_SESSION:
        session = to_session_id(session_id, True)
    if source != "wts":
        if source != "kernel":
            raise ValueError(f"source must be 'wts' or 'kernel', not {source!r}")
        if getattr(server, "handle", server) is not None:
            raise ValueError("source='kernel' is about this machine: leave the server out")
        if wanted != 1:
            raise ValueError("source='kernel' has one level: leave it out")
        from wtsfast._kernel import enumerate_kernel_processes

        return enumerate_kernel_processes(session, user_sids)
    if wanted == 0 and session != WTS_ANY_SESSION:
        raise ValueError("level 0 has no filter for a session: take all and use where(session_id=...)")
    if server is None:
        return take(None, session, wanted)
    return call_at(server, "WTSEnumerateProcessesEx" if wanted else "WTSEnumerateProcesses", _take, (session, wanted))


def _take(server, unsigned long session, int level):
    """Take a snapshot through a handle."""
    return take(server, session, level)


cdef ProcessSnapshot take(object server, DWORD session, int level):
    cdef ProcessSnapshot snapshot
    cdef RawBuffer owner
    cdef DWORD error = 0, wide_level = 1
    cdef int64_t filetime, monotonic
    cdef bint ok
    owner = RawBuffer.empty(BY_FREE_MEMORY_EX_W, WTSTypeProcessInfoLevel1) if level else RawBuffer.empty(BY_FREE_MEMORY)
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if level:
                ok = WTSEnumerateProcessesExW(handle, &wide_level, session, <LPWSTR*>&owner.ptr, &owner.entries)
            else:
                ok = WTSEnumerateProcessesW(handle, 0, 1, <WTS_PROCESS_INFOW**>&owner.ptr, &owner.entries)
            if not ok:
                error = GetLastError()
            read_clocks(&filetime, &monotonic)
    finally:
        leave_server(server)
    if not ok:
        owner.abandon()
        if error != ERROR_NO_MORE_ITEMS:  # nothing that the caller may see is an empty list
            raise_error("WTSEnumerateProcessesEx" if level else "WTSEnumerateProcesses", error, server)
    snapshot = ProcessSnapshot.__new__(ProcessSnapshot)
    snapshot.adopt(owner, LEVEL_1 if level else LEVEL_0)
    snapshot.filetime = filetime
    snapshot.monotonic = monotonic
    return snapshot
