"""Puts another function in the place of one that a loaded extension module imports."""

import contextlib
import ctypes
import struct
from collections.abc import Iterator
from ctypes import wintypes
from types import ModuleType

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.GetModuleHandleW.argtypes = [ctypes.c_wchar_p]
_kernel32.GetModuleHandleW.restype = ctypes.c_void_p
_kernel32.VirtualProtect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD)]
_PAGE_READWRITE = 4


@contextlib.contextmanager
def replaced_import(module: ModuleType, name: str, function: object) -> Iterator[None]:
    """Let the module call a ctypes function instead of its import of this name, for the length of a block."""
    slot = _slot_of_import(module, name)
    original = _write(slot, ctypes.cast(function, ctypes.c_void_p).value or 0)  # type: ignore[arg-type]
    try:
        yield
    finally:
        _write(slot, original)


def _slot_of_import(module: ModuleType, name: str) -> int:
    """Find where the loader has put the address of an imported function (PE format: the import address table)."""
    base: int = _kernel32.GetModuleHandleW(module.__file__)
    optional_header = base + _read("I", base + 0x3C) + 24
    descriptor = base + _read("I", optional_header + 112 + 8)  # the second data directory of PE32+
    while first_thunk := _read("I", descriptor + 16):
        names = base + (_read("I", descriptor) or first_thunk)
        slot = base + first_thunk
        while entry := _read("Q", names):
            if not entry >> 63 and ctypes.string_at(base + entry + 2) == name.encode():
                return slot
            names += 8
            slot += 8
        descriptor += 20
    raise LookupError(f"{module.__name__} does not import {name}")


def _read(form: str, address: int) -> int:
    value: int = struct.unpack(f"<{form}", ctypes.string_at(address, struct.calcsize(form)))[0]
    return value


def _write(slot: int, address: int) -> int:
    """Store an address, and give the one that was there."""
    original = _read("Q", slot)
    protection = wintypes.DWORD()
    if not _kernel32.VirtualProtect(slot, 8, _PAGE_READWRITE, protection):
        raise ctypes.WinError(ctypes.get_last_error())
    ctypes.c_uint64.from_address(slot).value = address
    _kernel32.VirtualProtect(slot, 8, protection.value, protection)
    return original
