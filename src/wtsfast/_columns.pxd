# The columns of a snapshot: where each field lies in a native row, and numeric ones as buffers.
from wtsfast._memory cimport RawBuffer


cdef enum Kind:
    U32
    U64
    I64
    STATE  # WTS_CONNECTSTATE_CLASS: a ConnectState, as a column its number; unsigned, whatever C makes of enums
    FILETIME  # 100 ns since 1601 UTC: a datetime, an int as a column
    TEXT  # WCHAR*
    SID  # PSID

cdef enum:
    MAX_COLUMNS = 14


cdef struct Column:
    int offset
    Kind kind


# What the rows of a snapshot look like in memory, in the SDK's order of fields.
cdef class Layout:
    cdef readonly tuple names
    cdef dict position  # name -> index in names
    cdef Column columns[MAX_COLUMNS]
    cdef int count
    cdef int stride
    cdef readonly str title

    cdef int find(self, object name) except -1


# A read-only, strided memoryview of one numeric column; it keeps the native block alive, not the snapshot.
cdef object column_view(RawBuffer owner, const char* rows, Py_ssize_t count, Layout layout, const Column* column)
