"""Memory that Windows allocates: one owner for each block, made before the call that fills it."""

cimport cython
from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdlib cimport free as c_free

from wtsfast._errors cimport raise_error
from wtsfast._sdk.windows cimport DWORD, GetLastError, LocalFree, SetLastError, ULONG
from wtsfast._sdk.wtsapi32 cimport WTS_TYPE_CLASS, WTSFreeMemory, WTSFreeMemoryExA, WTSFreeMemoryExW

# Freeing thousands of strings takes long enough to let others run; below this, handing the GIL over costs more.
cdef enum:
    LARGE = 500


# TRUE, or what WTSFreeMemoryEx says; the others cannot fail.
cdef bint free_native(void* block, Release how, int kind, ULONG entries) noexcept nogil:
    if how == BY_FREE_MEMORY_EX_W:
        return WTSFreeMemoryExW(<WTS_TYPE_CLASS>kind, block, entries)
    if how == BY_FREE_MEMORY_EX_A:
        return WTSFreeMemoryExA(<WTS_TYPE_CLASS>kind, block, entries)
    if how == BY_FREE_MEMORY:
        WTSFreeMemory(block)
    elif how == BY_LOCAL_FREE:
        LocalFree(block)
    else:
        c_free(block)
    return True


@cython.final
@cython.no_gc
@cython.freelist(8)
cdef class RawBuffer:
    """Own one block that Windows allocated, readable by the buffer protocol, freed once by the right function.

    Made by the functions of ``wtsfast.raw`` with ``as_buffer=True``. ``memoryview(buffer)`` shows the bytes of the
    array or structure itself: text and SIDs that it points to lie elsewhere. Frees itself when it dies;
    ``WTSFreeMemory`` and ``WTSFreeMemoryEx`` free it earlier.
    """

    def __init__(self):
        raise TypeError("RawBuffer cannot be made by hand: call a function with as_buffer=True")

    @staticmethod
    cdef RawBuffer empty(Release how, int kind=-1):
        cdef RawBuffer self = RawBuffer.__new__(RawBuffer)
        self.how = how
        self.kind = kind
        return self

    cdef void abandon(self) noexcept:
        self.ptr = NULL
        self.entries = 0

    cdef int free(self) except -1:
        cdef void* block = self.ptr
        cdef DWORD error = 0
        cdef bint ok = True
        if self.views:
            raise BufferError(f"{self.views} view(s) of this RawBuffer are still alive: release them first")
        self.released = True
        self.ptr = NULL
        self.size = 0
        if block != NULL:
            with nogil:
                SetLastError(0)
                ok = free_native(block, self.how, self.kind, self.entries)
                if not ok:
                    error = GetLastError()
        if not ok:  # the block is lost: trying again could free it twice
            raise_error("WTSFreeMemoryEx", error)
        return 0

    def __dealloc__(self):
        cdef void* block = self.ptr
        if block == NULL:
            return
        self.ptr = NULL
        if self.entries < LARGE:
            free_native(block, self.how, self.kind, self.entries)
        else:
            with nogil:
                free_native(block, self.how, self.kind, self.entries)

    def __getbuffer__(self, Py_buffer* view, int flags):
        if self.released:
            raise ValueError("this RawBuffer is freed")
        PyBuffer_FillInfo(view, self, self.ptr if self.ptr != NULL else <void*>b"", self.size, 1, flags)
        self.views += 1

    def __releasebuffer__(self, Py_buffer* view):
        self.views -= 1

    def __len__(self):
        return self.size

    def __repr__(self):
        if self.released:
            return "<RawBuffer freed>"
        return f"<RawBuffer {self.entries} entries, {self.size} bytes>"

    @property
    def nbytes(self):
        """Size of the array or structure itself, in bytes."""
        return self.size

    @property
    def count(self):
        """Number of entries in the array; 1 for a single structure."""
        return self.entries

    @property
    def type_class(self):
        """The class that WTSFreeMemoryEx must be given, ``None`` where WTSFreeMemory is the one to call."""
        return None if self.kind < 0 else self.kind

    @property
    def freed(self):
        """Whether the memory has been given back."""
        return self.released
