"""Sessions of a server: the snapshot, its rows, and the call that takes it."""

cimport cython
from cpython.object cimport PyObject, PyObject_GenericGetAttr
from libc.stdint cimport int64_t, uint32_t

from wtsfast._arguments cimport to_level, to_session_id
from wtsfast._columns cimport STATE, TEXT, U32, Layout
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._memory cimport BY_FREE_MEMORY, BY_FREE_MEMORY_EX_W, RawBuffer
from wtsfast._objects cimport get_from_tuple
from wtsfast._sdk.windows cimport DWORD, ERROR_NO_MORE_ITEMS, GetLastError, HANDLE, SetLastError
from wtsfast._sdk.wtsapi32 cimport (
    WTS_SESSION_INFO_1W, WTS_SESSION_INFOW, WTSEnumerateSessionsExW, WTSEnumerateSessionsW, WTSTypeSessionInfoLevel1,
)
from wtsfast._seal cimport seal, seal_hidden
from wtsfast._snapshot cimport (
    Snapshot, build_row, call_at, copy_row, raw_values, row_repr, same_values, value_of,
)
from wtsfast._time cimport read_clocks

# Only their addresses are used, to tell the layouts where the fields lie.
cdef WTS_SESSION_INFOW old
cdef WTS_SESSION_INFO_1W new


cdef int at(const void* structure, const void* field) noexcept:
    return <int>(<const char*>field - <const char*>structure)


cdef Layout LEVEL_0 = Layout("a session snapshot of level 0", sizeof(WTS_SESSION_INFOW), (
    ("session_id", at(&old, &old.SessionId), U32),
    ("session_name", at(&old, &old.pWinStationName), TEXT),
    ("state", at(&old, &old.State), STATE),
))

cdef Layout LEVEL_1 = Layout("a session snapshot of level 1", sizeof(WTS_SESSION_INFO_1W), (
    ("exec_env_id", at(&new, &new.ExecEnvId), U32),
    ("state", at(&new, &new.State), STATE),
    ("session_id", at(&new, &new.SessionId), U32),
    ("session_name", at(&new, &new.pSessionName), TEXT),
    ("host_name", at(&new, &new.pHostName), TEXT),
    ("user_name", at(&new, &new.pUserName), TEXT),
    ("domain_name", at(&new, &new.pDomainName), TEXT),
    ("farm_name", at(&new, &new.pFarmName), TEXT),
))

cdef tuple LAYOUTS = (LEVEL_0, LEVEL_1)


cdef inline SessionInfo make_row(SessionSnapshot snapshot, const char* row):
    cdef SessionInfo info = SessionInfo.__new__(SessionInfo)
    info.snapshot = snapshot
    info.native = row
    return info


cdef SessionSnapshot make_snapshot(RawBuffer owner, Layout layout):
    cdef SessionSnapshot snapshot = SessionSnapshot.__new__(SessionSnapshot)
    snapshot.adopt(owner, layout)
    snapshot.id_offset = at(&new, &new.SessionId) if layout is LEVEL_1 else at(&old, &old.SessionId)
    snapshot.texts.full = True  # names of sessions and users hardly repeat
    return snapshot


# A row on a block of its own, which pins nothing else.
cdef SessionInfo own_row(Layout layout, RawBuffer owner, Snapshot taken_with):
    cdef SessionSnapshot snapshot = make_snapshot(owner, layout)
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
cdef class SessionRows:
    """The iterator over the rows of a snapshot."""

    cdef SessionSnapshot snapshot
    cdef const char* row
    cdef const char* end
    cdef Py_ssize_t stride

    def __iter__(self):
        return self

    def __length_hint__(self):
        return (self.end - self.row) // self.stride

    def __next__(self):
        cdef const char* row = self.row
        if row == self.end:
            raise StopIteration
        self.row = row + self.stride
        return make_row(self.snapshot, row)


@cython.final
@cython.binding(False)
@cython.embedsignature(True)
@cython.embedsignature.format("clinic")
@cython.no_gc
cdef class SessionSnapshot(Snapshot):
    """Hold the sessions that one call returned: a sequence of ``SessionInfo``.

    Owns the native array until it and everything taken from it are gone, and never changes.
    """

    cdef object row(self, Py_ssize_t at):
        return make_row(self, self.rows + at * self.layout.stride)

    def __iter__(self):
        cdef SessionRows rows = SessionRows.__new__(SessionRows)
        rows.snapshot = self
        rows.row = self.rows
        rows.stride = self.layout.stride
        rows.end = self.rows + self.count * rows.stride
        return rows

    def get(self, session_id, default=None):
        """Return the row of a session id, the first if there are several, or ``default``.

        The index behind it is built at the first call. 0xFFFFFFFF and ``ANY_SESSION`` are no session's id: a
        ``ValueError``, as in ``Server.session``.
        """
        cdef Py_ssize_t at = self.find(to_session_id(session_id, False), self.id_offset)
        return default if at < 0 else self.row(at)

    def diff(self, earlier):
        """Return the ``SessionDelta`` from an earlier snapshot to this one.

        Each row counts once: where a snapshot has a session twice, equal rows are matched first, the others in order.
        """
        from wtsfast._delta import diff_sessions

        return diff_sessions(self, earlier)


@cython.final
@cython.no_gc
@cython.freelist(64)
cdef class SessionInfo:
    """Show one session of a snapshot.

    A light view: it keeps the snapshot's memory alive; ``detach()`` gives a row that does not. Equal rows have the same
    columns with the same values. A field that the snapshot's level lacks is absent: reading it is an
    ``AttributeError``.
    """

    __match_args__ = ("session_id", "state", "session_name")

    def __init__(self):
        raise TypeError("SessionInfo cannot be made by hand: it is a row of a SessionSnapshot")

    def __getattribute__(self, name):
        # Names of attributes in code are interned, as those of columns are: a few comparisons of pointers cost less
        # than the generic look-up through the type.
        cdef Layout layout = self.snapshot.layout
        cdef int i
        for i in range(layout.count):
            if <PyObject*>name == get_from_tuple(<PyObject*>layout.names, i):
                return value_of(self.snapshot, self.native, &layout.columns[i], False)
        return PyObject_GenericGetAttr(self, name)

    cdef object field(self, str name):
        cdef Layout layout = self.snapshot.layout
        index = layout.position.get(name)
        if index is None:
            raise AttributeError(f"{layout.title} has no {name!r}", name=name, obj=self)
        return value_of(self.snapshot, self.native, &layout.columns[<int>index], False)

    @property
    def exec_env_id(self):
        """The number that is unique in this list; equal to the session id but on a virtualization host."""
        return self.field("exec_env_id")

    @property
    def state(self):
        """The state of the connection, a ``ConnectState``; an int where this package knows no name for it."""
        return self.field("state")

    @property
    def session_id(self):
        """The session id."""
        return (<const uint32_t*>(self.native + self.snapshot.id_offset))[0]

    @property
    def session_name(self):
        """The name of the session, such as ``"Console"``; empty or ``None`` for a disconnected one."""
        return self.field("session_name")

    @property
    def host_name(self):
        """The virtual machine that the session runs in; ``None`` or empty where it runs on the host itself."""
        return self.field("host_name")

    @property
    def user_name(self):
        """The user who is logged on; ``None`` or empty where nobody is."""
        return self.field("user_name")

    @property
    def domain_name(self):
        """The user's domain, or computer for local accounts; ``None`` or empty where nobody is logged on."""
        return self.field("domain_name")

    @property
    def farm_name(self):
        """The farm of the virtual machine; ``None`` or empty where there is none."""
        return self.field("farm_name")

    def detach(self):
        """Return an equal row that owns its values and pins no snapshot."""
        return own_row(self.snapshot.layout, copy_row(self.snapshot.layout, self.native), self.snapshot)

    def __copy__(self):
        return self.detach()

    def __deepcopy__(self, memo):
        return self.detach()

    def __reduce__(self):
        return _rebuild, (LAYOUTS.index(self.snapshot.layout), raw_values(self.snapshot, self.native))

    def __eq__(self, other):
        if not isinstance(other, SessionInfo):
            return NotImplemented
        cdef Layout layout = self.snapshot.layout
        cdef SessionInfo that = <SessionInfo>other
        return layout is that.snapshot.layout and same_values(layout, self.native, that.native)

    def __hash__(self):
        return hash((self.session_id, self.field("exec_env_id") if self.snapshot.layout is LEVEL_1 else None))

    def __repr__(self):
        return row_repr("SessionInfo", self, self.snapshot.layout)


seal(SessionSnapshot)
seal_hidden(SessionRows)
seal(SessionInfo)


def enumerate_sessions(server=None, *, level=1):
    """List the sessions of a server as a ``SessionSnapshot``.

    ``server`` is ``None`` for this machine, a ``Server``, or a name that is opened and closed for this one call. Level
    1 has all fields; level 0 has the session id, its name and state, and comes from the older function.

    Only sessions that the caller may query appear. Besides users' sessions there are session 0 (services), listeners
    and consoles without a user; ids are used again after a logoff. Blocks on a call to the service, for seconds on a
    remote server; other threads run meanwhile. Raises ``WtsError`` and its kinds. Wraps ``WTSEnumerateSessionsEx``, for
    level 0 ``WTSEnumerateSessions``.
    """
    cdef int wanted = to_level(level)
    if server is None:
        return take(None, wanted)
    return call_at(server, "WTSEnumerateSessionsEx" if wanted else "WTSEnumerateSessions", _take, (wanted,))


def _take(server, int level):
    """Take a snapshot through a handle."""
    return take(server, level)


def check_session_id(session_id):
    """Return a session id that the face accepts, as an int: one session, and never "my own" in disguise."""
    return to_session_id(session_id, False)


cdef SessionSnapshot take(object server, int level):
    cdef SessionSnapshot snapshot
    cdef RawBuffer owner
    cdef DWORD error = 0, wide_level = 1
    cdef int64_t filetime, monotonic
    cdef bint ok
    owner = RawBuffer.empty(BY_FREE_MEMORY_EX_W, WTSTypeSessionInfoLevel1) if level else RawBuffer.empty(BY_FREE_MEMORY)
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if level:
                ok = WTSEnumerateSessionsExW(handle, &wide_level, 0, <WTS_SESSION_INFO_1W**>&owner.ptr, &owner.entries)
            else:
                ok = WTSEnumerateSessionsW(handle, 0, 1, <WTS_SESSION_INFOW**>&owner.ptr, &owner.entries)
            if not ok:
                error = GetLastError()
            read_clocks(&filetime, &monotonic)
    finally:
        leave_server(server)
    if not ok:
        owner.abandon()
        if error != ERROR_NO_MORE_ITEMS:  # nothing that the caller may see is an empty list
            raise_error("WTSEnumerateSessionsEx" if level else "WTSEnumerateSessions", error, server)
    snapshot = make_snapshot(owner, LEVEL_1 if level else LEVEL_0)
    snapshot.filetime = filetime
    snapshot.monotonic = monotonic
    return snapshot
