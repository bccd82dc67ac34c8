# What process and session snapshots share: an owned native array, read as rows, tuples and columns.
from libc.stdint cimport int64_t, uint32_t

from wtsfast._columns cimport Column, Layout
from wtsfast._index cimport Index
from wtsfast._intern cimport Interner
from wtsfast._memory cimport RawBuffer
from wtsfast._sdk.windows cimport DWORD, HANDLE


cdef class Snapshot:
    cdef RawBuffer owner
    cdef const char* rows
    cdef Py_ssize_t count
    cdef Layout layout
    cdef int64_t filetime  # when the call returned
    cdef int64_t monotonic  # the same, time.monotonic_ns()
    cdef Interner texts
    cdef Interner sids
    cdef Interner sid_texts
    cdef Index index  # of the ids, behind get()
    cdef object __weakref__

    # Take over the array that a call stored into `owner`.
    cdef int adopt(self, RawBuffer owner, Layout layout) except -1
    # The row view of row `at`, which is in range.
    cdef object row(self, Py_ssize_t at)
    cdef object text(self, const void* native)
    cdef object sid(self, const void* native)
    # The index of the 32-bit keys at `offset`, always the same one; built at the first call.
    cdef const Index* index_of(self, int offset) except NULL
    # The row whose key is this, or -1.
    cdef Py_ssize_t find(self, uint32_t key, int offset) except -2


# The value of a field as rows, tuples and dicts show it.
cdef object value_of(Snapshot snapshot, const char* row, const Column* column, bint sid_as_text)
# Whether two rows of one layout hold the same values.
cdef bint same_values(Layout layout, const char* a, const char* b) noexcept nogil
# A block of its own with a copy of one row and of the text and SIDs that it points to.
cdef RawBuffer copy_row(Layout layout, const char* row)
# The same, from Python values in the order of the layout's columns.
cdef RawBuffer build_row(Layout layout, tuple values)
# All values of a row as pickling needs them: exact, a FILETIME as its number.
cdef tuple raw_values(Snapshot snapshot, const char* row)
cdef str row_repr(str kind, object row, Layout layout)
# call(handle, *arguments) with the handle of a `server` argument that is not None: a ServerHandle, a Server, a name.
cdef object call_at(object server, str function, object call, tuple arguments)
