# Memory that Windows allocates: one owner for each block, made before the call that fills it.
from wtsfast._sdk.windows cimport ULONG


cdef enum Release:
    BY_FREE_MEMORY  # WTSFreeMemory
    BY_FREE_MEMORY_EX_W  # WTSFreeMemoryExW with the class and the count
    BY_FREE_MEMORY_EX_A
    BY_LOCAL_FREE
    BY_MALLOC  # our own blocks: detached rows, caller-allocated results


cdef class RawBuffer:
    cdef void* ptr  # what the call stores into
    cdef Py_ssize_t size  # bytes: what the buffer protocol shows
    cdef ULONG entries  # entries; WTSFreeMemoryEx wants exactly the number that the call gave
    cdef Release how
    cdef int kind  # of WTSFreeMemoryEx, -1 for the others
    cdef int views
    cdef bint released
    cdef object __weakref__

    # An owner that is still empty: hand &ptr and &entries to the call, then set size.
    @staticmethod
    cdef RawBuffer empty(Release how, int kind=*)
    # The call failed: what it may have stored is not ours.
    cdef void abandon(self) noexcept
    cdef int free(self) except -1
