"""Counts the blocks that this process has in its native heaps, which is what a leak of native memory adds to."""

import ctypes
import gc
from ctypes import wintypes
from typing import NamedTuple

_BUSY = 4  # PROCESS_HEAP_ENTRY_BUSY
_MOST_HEAPS = 256


class HeapUse(NamedTuple):
    """What is in use: a block for each thing allocated, whether Python, an extension or the DLL did it."""

    blocks: int
    size: int


class _Entry(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("size", wintypes.DWORD),
        ("overhead", wintypes.BYTE),
        ("region", wintypes.BYTE),
        ("flags", wintypes.WORD),
        ("rest", ctypes.c_uint64 * 3),
    )


_kernel32 = ctypes.WinDLL("kernel32")
_kernel32.GetProcessHeaps.argtypes = [wintypes.DWORD, ctypes.POINTER(ctypes.c_void_p)]
for _function in (_kernel32.HeapLock, _kernel32.HeapUnlock):
    _function.argtypes = [ctypes.c_void_p]
_kernel32.HeapWalk.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Entry)]


def heap_use() -> HeapUse:
    """Walk all heaps: exact to the block, where the committed memory only grows by pages and long after the leak."""
    gc.collect()
    heaps = (ctypes.c_void_p * _MOST_HEAPS)()
    blocks = size = 0
    for heap in heaps[: _kernel32.GetProcessHeaps(_MOST_HEAPS, heaps)]:
        entry = _Entry()
        _kernel32.HeapLock(heap)
        try:
            while _kernel32.HeapWalk(heap, entry):
                if entry.flags & _BUSY:
                    blocks += 1
                    size += entry.size
        finally:
            _kernel32.HeapUnlock(heap)
    return HeapUse(blocks, size)
