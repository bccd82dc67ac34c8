# The distinct names or SIDs among many, numbered from 0 as they are first seen. All without the GIL.
from libc.stdint cimport int32_t, uint32_t

from wtsfast._keys cimport Key

cdef enum:
    NO_VALUE = -1  # NULL, or what is no SID
    NO_MEMORY = -2


cdef struct Entry:
    Key key
    const void* native  # the first place where the value was seen


cdef struct Distinct:
    bint is_text  # or SIDs
    Entry* entries  # by number
    int32_t count
    int32_t capacity
    uint32_t* slots  # number + 1, 0 is free
    uint32_t mask


# False: out of memory. Whoever starts one ends it with free_distinct, after a failure too.
cdef bint start_distinct(Distinct* table, bint is_text) noexcept nogil
cdef void free_distinct(Distinct* table) noexcept nogil
# The number of a native value, NO_VALUE or NO_MEMORY.
cdef int32_t number_of(Distinct* table, const void* native) noexcept nogil
# The same for a column whose first pointer lies at `field`; returns how many have NO_VALUE, or NO_MEMORY.
cdef Py_ssize_t number_column(
    Distinct* table, const char* field, Py_ssize_t count, int stride, int32_t* out
) noexcept nogil
