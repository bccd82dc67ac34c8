"""The free functions: WTSFreeMemory and WTSFreeMemoryEx, for buffers of this package alone."""

from wtsfast._arguments cimport to_dword
from wtsfast._memory cimport (
    BY_FREE_MEMORY, BY_FREE_MEMORY_EX_A, BY_FREE_MEMORY_EX_W, RawBuffer, Release,
)
from wtsfast._sdk.windows cimport DWORD

__all__ = [
    "WTSFreeMemory",
    "WTSFreeMemoryEx",
    "WTSFreeMemoryExA",
    "WTSFreeMemoryExW",
]


# A RawBuffer that is not freed yet and that this function is the one to free.
cdef RawBuffer checked(object buffer, Release how, str function):
    if not isinstance(buffer, RawBuffer):
        raise TypeError(f"{function} takes a RawBuffer, not {type(buffer).__name__}")
    cdef RawBuffer self = buffer
    if self.released:
        raise ValueError("this RawBuffer is freed")
    if self.how != how:
        raise ValueError(f"{function} must not free this RawBuffer: another function made it")
    return self


cdef object free_ex(object type_class, object buffer, Release how, str function):
    cdef DWORD kind = to_dword(type_class, "type_class")
    cdef RawBuffer self = checked(buffer, how, function)
    if self.kind != <int>kind:
        raise ValueError(f"type_class {kind} is not that of this RawBuffer, which is {self.kind}")
    self.free()


def WTSFreeMemory(buffer):
    """Free the memory of a buffer that an enumeration or a query returned.

    C: ``VOID WTSFreeMemory(PVOID pMemory)``. ``buffer`` is a ``RawBuffer`` from a function without ``Ex`` called with
    ``as_buffer=True``; one that dies frees itself.

    Raises ``ValueError`` for a buffer that another function must free or that is freed already, ``BufferError`` while
    memoryviews of it are alive. Does not block. Wraps ``WTSFreeMemory``.
    """
    checked(buffer, BY_FREE_MEMORY, "WTSFreeMemory").free()


def WTSFreeMemoryExW(type_class, buffer):
    """Free the memory of a buffer that the wide form of an ``Ex`` function returned, with all that it points to.

    C: ``BOOL WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries)``. ``type_class`` must
    be the buffer's own; the number of entries is known. A ``RawBuffer`` that dies frees itself.

    Raises ``ValueError`` for another class, for a buffer that another function must free (the ANSI one, for example)
    or that is freed already, ``BufferError`` while memoryviews of it are alive, ``WtsError`` when Windows refuses.
    Does not block. Wraps ``WTSFreeMemoryExW``.
    """
    free_ex(type_class, buffer, BY_FREE_MEMORY_EX_W, "WTSFreeMemoryExW")


def WTSFreeMemoryExA(type_class, buffer):
    """Free the memory of a buffer that the ANSI form of an ``Ex`` function returned, with all that it points to.

    C: ``BOOL WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries)``. As
    ``WTSFreeMemoryExW``. Wraps ``WTSFreeMemoryExA``.
    """
    free_ex(type_class, buffer, BY_FREE_MEMORY_EX_A, "WTSFreeMemoryExA")


WTSFreeMemoryEx = WTSFreeMemoryExW
