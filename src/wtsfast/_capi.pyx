"""The functions behind the C interface of the package, in a capsule that wtsfast_capi.h fetches."""

from cpython.object cimport PyObject
from cpython.pycapsule cimport PyCapsule_New
from cpython.ref cimport Py_INCREF

from wtsfast._columns cimport FILETIME, I64, SID, TEXT, U64, Column, Kind
from wtsfast._processes cimport LEVEL_0 as PROCESSES_0, LEVEL_1 as PROCESSES_1, ProcessInfo, ProcessSnapshot
from wtsfast._sdk.wtsapi32 cimport WTS_PROCESS_INFO_EXW, WTS_PROCESS_INFOW, WTS_SESSION_INFO_1W, WTS_SESSION_INFOW
from wtsfast._sessions cimport LEVEL_0 as SESSIONS_0, SessionInfo, SessionSnapshot
from wtsfast._snapshot cimport Snapshot
from wtsfast.capi cimport (
    WTSFAST_API_VERSION, WTSFAST_COLUMN, WTSFAST_FILETIME, WTSFAST_INT64, WTSFAST_KERNEL, WTSFAST_LEVEL_0,
    WTSFAST_LEVEL_1, WTSFAST_PROCESSES, WTSFAST_SESSIONS, WTSFAST_SID, WTSFAST_SID_VIEW, WTSFAST_TEXT, WTSFAST_UINT32,
    WTSFAST_UINT64,
)
from wtsfast.sid cimport Sid

cdef extern from "wtsfast_capi.h":
    ctypedef struct WTSFAST_API:
        int version
        int size
        int (*get_processes)(object source, WTSFAST_PROCESSES* view) except -1
        int (*get_sessions)(object source, WTSFAST_SESSIONS* view) except -1
        int (*get_column)(object snapshot, const char* name, WTSFAST_COLUMN* view) except -1
        int (*get_sid)(object sid, WTSFAST_SID_VIEW* view) except -1


# The reference that a view holds. The functions below take it last, so that a view is empty where they fail.
cdef inline PyObject* held(object owner) noexcept:
    Py_INCREF(owner)
    return <PyObject*>owner


cdef int get_processes(object source, WTSFAST_PROCESSES* view) except -1:
    cdef Snapshot snapshot
    cdef const char* first
    if isinstance(source, ProcessSnapshot):
        snapshot = <Snapshot>source
        first = snapshot.rows
        view.count = snapshot.count
    elif isinstance(source, ProcessInfo):
        snapshot = (<ProcessInfo>source).snapshot
        first = <const char*>(<ProcessInfo>source).head
        view.count = 1
    else:
        raise TypeError(f"expected a ProcessSnapshot or ProcessInfo, not {type(source).__name__}")
    if snapshot.layout is PROCESSES_1:
        view.level = WTSFAST_LEVEL_1
        view.level_1 = <const WTS_PROCESS_INFO_EXW*>first
    elif snapshot.layout is PROCESSES_0:
        view.level = WTSFAST_LEVEL_0
        view.level_0 = <const WTS_PROCESS_INFOW*>first
    else:
        view.level = WTSFAST_KERNEL
    view.owner = held(snapshot)
    return 0


cdef int get_sessions(object source, WTSFAST_SESSIONS* view) except -1:
    cdef Snapshot snapshot
    cdef const char* first
    if isinstance(source, SessionSnapshot):
        snapshot = <Snapshot>source
        first = snapshot.rows
        view.count = snapshot.count
    elif isinstance(source, SessionInfo):
        snapshot = (<SessionInfo>source).snapshot
        first = (<SessionInfo>source).native
        view.count = 1
    else:
        raise TypeError(f"expected a SessionSnapshot or SessionInfo, not {type(source).__name__}")
    if snapshot.layout is SESSIONS_0:
        view.level = WTSFAST_LEVEL_0
        view.level_0 = <const WTS_SESSION_INFOW*>first
    else:
        view.level = WTSFAST_LEVEL_1
        view.level_1 = <const WTS_SESSION_INFO_1W*>first
    view.owner = held(snapshot)
    return 0


# The numbers of this package may change, those of the interface may not.
cdef int public_kind(Kind kind) noexcept:
    if kind == U64:
        return WTSFAST_UINT64
    if kind == I64:
        return WTSFAST_INT64
    if kind == FILETIME:
        return WTSFAST_FILETIME
    if kind == TEXT:
        return WTSFAST_TEXT
    if kind == SID:
        return WTSFAST_SID
    return WTSFAST_UINT32


cdef int get_column(object source, const char* name, WTSFAST_COLUMN* view) except -1:
    cdef Snapshot snapshot
    cdef const Column* column
    if not isinstance(source, Snapshot):
        raise TypeError(f"expected a ProcessSnapshot or SessionSnapshot, not {type(source).__name__}")
    snapshot = <Snapshot>source
    column = &snapshot.layout.columns[snapshot.layout.find(name.decode())]
    view.kind = public_kind(column.kind)
    view.count = snapshot.count
    view.stride = snapshot.layout.stride
    view.first = snapshot.rows + column.offset if snapshot.rows != NULL else NULL
    view.owner = held(snapshot)
    return 0


cdef int get_sid(object source, WTSFAST_SID_VIEW* view) except -1:
    if not isinstance(source, Sid):
        raise TypeError(f"expected a Sid, not {type(source).__name__}")
    view.sid = (<Sid>source).data
    view.size = (<Sid>source).size
    view.owner = held(source)
    return 0


cdef WTSFAST_API table
table.version = WTSFAST_API_VERSION
table.size = sizeof(WTSFAST_API)
table.get_processes = get_processes
table.get_sessions = get_sessions
table.get_column = get_column
table.get_sid = get_sid

API = PyCapsule_New(&table, b"wtsfast._capi.API", NULL)
