"""The same calls by ctypes, written as well as it can be. Two ways: structures, as people write them, and raw columns.

The second way reads whole columns through memoryview casts of the array, and names through an array of c_wchar_p: the
least Python work per row that the standard library allows.
"""

import ctypes
from array import array
from ctypes import wintypes
from typing import Any, Literal

ANY_SESSION = 0xFFFFFFFE


class Process(ctypes.Structure):
    """WTS_PROCESS_INFO_EX."""

    _fields_ = (
        ("SessionId", wintypes.DWORD),
        ("ProcessId", wintypes.DWORD),
        ("pProcessName", ctypes.c_wchar_p),
        ("pUserSid", ctypes.c_void_p),
        ("NumberOfThreads", wintypes.DWORD),
        ("HandleCount", wintypes.DWORD),
        ("PagefileUsage", wintypes.DWORD),
        ("PeakPagefileUsage", wintypes.DWORD),
        ("WorkingSetSize", wintypes.DWORD),
        ("PeakWorkingSetSize", wintypes.DWORD),
        ("UserTime", ctypes.c_int64),
        ("KernelTime", ctypes.c_int64),
    )


class Session(ctypes.Structure):
    """WTS_SESSION_INFO."""

    _fields_ = (("SessionId", wintypes.DWORD), ("pWinStationName", ctypes.c_wchar_p), ("State", ctypes.c_int))


_dll = ctypes.WinDLL("wtsapi32", use_last_error=True)
_enumerate_processes = _dll.WTSEnumerateProcessesExW
_enumerate_processes.argtypes = [
    *(wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD), wintypes.DWORD),
    *(ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(wintypes.DWORD)),
]
_free_processes = _dll.WTSFreeMemoryExW
_free_processes.argtypes = [ctypes.c_int, ctypes.c_void_p, wintypes.DWORD]
_enumerate_sessions = _dll.WTSEnumerateSessionsW
_enumerate_sessions.argtypes = [
    *(wintypes.HANDLE, wintypes.DWORD, wintypes.DWORD),
    *(ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(wintypes.DWORD)),
]
_free = _dll.WTSFreeMemory
_free.argtypes = [ctypes.c_void_p]
_free.restype = None
_sid_to_text = ctypes.WinDLL("advapi32").ConvertSidToStringSidW
_sid_to_text.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_wchar_p)]
_local_free = ctypes.WinDLL("kernel32").LocalFree
_local_free.argtypes = [ctypes.c_void_p]


def take_processes() -> Any:
    """Call WTSEnumerateProcessesEx; the array that it gives is the caller's to free."""
    level, rows, count = wintypes.DWORD(1), ctypes.c_void_p(), wintypes.DWORD()
    if not _enumerate_processes(None, level, ANY_SESSION, rows, count):
        raise ctypes.WinError(ctypes.get_last_error())
    return (Process * count.value).from_address(rows.value or 0)


def free_processes(rows: Any) -> None:
    """Free such an array."""
    _free_processes(1, ctypes.addressof(rows), len(rows))


def take_sessions() -> Any:
    """Call WTSEnumerateSessions; the array that it gives is the caller's to free."""
    rows, count = ctypes.c_void_p(), wintypes.DWORD()
    if not _enumerate_sessions(None, 0, 1, rows, count):
        raise ctypes.WinError(ctypes.get_last_error())
    return (Session * count.value).from_address(rows.value or 0)


def free_sessions(rows: Any) -> None:
    """Free such an array."""
    _free(ctypes.addressof(rows))


def numbers(rows: Any, name: str) -> list[int]:
    """Read a column of numbers: a cast of the whole array, and every so many items of it."""
    kind: Any = getattr(Process, name)
    code: Literal["q", "Q", "I"] = "q" if name.endswith("Time") else "Q" if name.startswith("p") else "I"
    return (
        memoryview(rows).cast("B").cast(code)[kind.offset // kind.size :: ctypes.sizeof(Process) // kind.size].tolist()
    )


def names(rows: Any) -> list[str | None]:
    """Read the column of names: their pointers, seen as an array of c_wchar_p."""
    pointers = array("Q", numbers(rows, "pProcessName"))
    return (ctypes.c_wchar_p * len(rows)).from_buffer(pointers)[:]


def sid_text(address: int, known: dict[bytes, str]) -> str | None:
    """Format a SID, once for each distinct value."""
    if not address:
        return None
    key = ctypes.string_at(address, 8 + 4 * ctypes.c_ubyte.from_address(address + 1).value)
    text = known.get(key)
    if text is None:
        buffer = ctypes.c_wchar_p()
        if not _sid_to_text(address, buffer):
            raise ctypes.WinError()
        text = known[key] = buffer.value or ""
        _local_free(buffer)
    return text
