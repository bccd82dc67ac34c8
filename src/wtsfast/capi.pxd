# The C interface of wtsfast for modules of other packages; docs/capi.md tells how to use it.
#
# All of it comes from wtsfast_capi.h, at run time through one capsule. No class is declared here on purpose: a module
# that knew the size of one would have to be built again for each version of the package.

from cpython.object cimport PyObject

from wtsfast._sdk.windows cimport DWORD, LARGE_INTEGER, LPWSTR, PSID, WCHAR
from wtsfast._sdk.wtsapi32 cimport (
    WTS_CONNECTSTATE_CLASS, WTS_PROCESS_INFO_EXW, WTS_PROCESS_INFOW, WTS_SESSION_INFO_1W, WTS_SESSION_INFOW,
)

cdef extern from "wtsfast_capi.h":
    const int WTSFAST_API_VERSION

    # Which call the rows of a snapshot come from, and so what they look like.
    const int WTSFAST_LEVEL_0
    const int WTSFAST_LEVEL_1
    const int WTSFAST_KERNEL  # these rows show themselves by columns only

    # The pointer of the rows' level is set, unless there are no rows; both are NULL for WTSFAST_KERNEL.
    ctypedef struct WTSFAST_PROCESSES:
        PyObject* owner
        int level
        Py_ssize_t count
        const WTS_PROCESS_INFOW* level_0
        const WTS_PROCESS_INFO_EXW* level_1

    ctypedef struct WTSFAST_SESSIONS:
        PyObject* owner
        int level
        Py_ssize_t count
        const WTS_SESSION_INFOW* level_0
        const WTS_SESSION_INFO_1W* level_1

    # What the fields of a column are.
    const int WTSFAST_UINT32
    const int WTSFAST_UINT64
    const int WTSFAST_INT64
    const int WTSFAST_FILETIME  # a 64-bit integer: 100 ns since 1601 UTC, 0 for never
    const int WTSFAST_TEXT  # const WCHAR*: ends in a NUL; may be NULL
    const int WTSFAST_SID  # const void*: may be NULL, and is only as valid as the server made it

    # The field of row i is at first + i * stride.
    ctypedef struct WTSFAST_COLUMN:
        PyObject* owner
        int kind
        Py_ssize_t count
        Py_ssize_t stride
        const char* first

    ctypedef struct WTSFAST_SID_VIEW:
        PyObject* owner
        Py_ssize_t size
        const void* sid

    # Fetch the functions. Call it at the top of your module, to fail early; the others do it where it was not done.
    int import_wtsfast() except -1

    # A view holds a reference to the object that it was taken from: what its pointers lead to may be read, without the
    # GIL too, until the view is released.

    # The rows of a ProcessSnapshot, or the one of a ProcessInfo; TypeError for other objects.
    int wtsfast_get_processes(object source, WTSFAST_PROCESSES* view) except -1
    # The rows of a SessionSnapshot, or the one of a SessionInfo; TypeError for other objects.
    int wtsfast_get_sessions(object source, WTSFAST_SESSIONS* view) except -1
    # A column of a snapshot of any kind; TypeError for other objects, ValueError for a column that it lacks.
    int wtsfast_get_column(object snapshot, const char* name, WTSFAST_COLUMN* view) except -1
    # The binary form of a Sid; TypeError for other objects.
    int wtsfast_get_sid(object sid, WTSFAST_SID_VIEW* view) except -1

    # Each leaves the view empty, and does nothing to one that is empty.
    void wtsfast_release_processes(WTSFAST_PROCESSES* view) noexcept
    void wtsfast_release_sessions(WTSFAST_SESSIONS* view) noexcept
    void wtsfast_release_column(WTSFAST_COLUMN* view) noexcept
    void wtsfast_release_sid(WTSFAST_SID_VIEW* view) noexcept
