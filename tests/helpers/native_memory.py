"""Counts the committed private memory of this process, which is what a leak of native memory adds to."""

import ctypes
import gc
from ctypes import wintypes

_MEM_COMMIT, _MEM_PRIVATE = 0x1000, 0x20000


class _Region(ctypes.Structure):
    _fields_ = (
        ("base", ctypes.c_void_p),
        ("allocation_base", ctypes.c_void_p),
        ("allocation_protect", wintypes.DWORD),
        ("partition", wintypes.WORD),
        ("size", ctypes.c_size_t),
        ("state", wintypes.DWORD),
        ("protect", wintypes.DWORD),
        ("type", wintypes.DWORD),
    )


_kernel32 = ctypes.WinDLL("kernel32")
_kernel32.VirtualQuery.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Region), ctypes.c_size_t]
_kernel32.VirtualQuery.restype = ctypes.c_size_t


def private_bytes() -> int:
    """Add up all committed private regions: under Wine no counter of the process shows growth."""
    gc.collect()
    region, address, total = _Region(), 0, 0
    while _kernel32.VirtualQuery(address, region, ctypes.sizeof(region)):
        if region.state == _MEM_COMMIT and region.type == _MEM_PRIVATE:
            total += region.size
        address += region.size
    return total
