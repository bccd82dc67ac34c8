"""Tables of processes and sessions as plain records, for the stand-in to serve and for tests to reckon with."""

import ctypes
from collections.abc import Iterable
from ctypes import wintypes
from typing import Final, NamedTuple

from helpers.standin_driver import Standin

PROCESS_COLUMNS: Final = (
    "session_id",
    "pid",
    "name",
    "user_sid",
    "number_of_threads",
    "handle_count",
    "pagefile_usage",
    "peak_pagefile_usage",
    "working_set_size",
    "peak_working_set_size",
    "user_time",
    "kernel_time",
)
SESSION_COLUMNS: Final = (
    "exec_env_id",
    "state",
    "session_id",
    "session_name",
    "host_name",
    "user_name",
    "domain_name",
    "farm_name",
)


class Process(NamedTuple):
    """A process, with the fields of a row in their order; the SID is its bytes, which need not be valid."""

    session_id: int = 1
    pid: int = 4
    name: str | None = "a.exe"
    sid: bytes | None = None
    number_of_threads: int = 1
    handle_count: int = 1
    pagefile_usage: int = 0
    peak_pagefile_usage: int = 0
    working_set_size: int = 0
    peak_working_set_size: int = 0
    user_time: int = 0
    kernel_time: int = 0

    def values(self) -> tuple[object, ...]:
        """Give the row that ``to_tuples`` makes of it at level 1."""
        return (*self[:3], sid_text(self.sid), *self[4:])


class Session(NamedTuple):
    """A session, with the fields of a row in their order."""

    exec_env_id: int = 1
    state: int = 0
    session_id: int = 1
    session_name: str | None = "Console"
    host_name: str | None = None
    user_name: str | None = None
    domain_name: str | None = None
    farm_name: str | None = None


def sid_bytes(*parts: int, authority: int = 5) -> bytes:
    """Make the bytes of S-1-authority-parts."""
    return (
        bytes((1, len(parts))) + authority.to_bytes(6, "big") + b"".join(part.to_bytes(4, "little") for part in parts)
    )


SYSTEM: Final = sid_bytes(18)
USER: Final = sid_bytes(21, 1111, 2222, 3333, 1001)


def sid_text(sid: bytes | None) -> str | None:
    """Write a SID as Windows documents it; None for NULL and for what is no SID."""
    if not sid or sid[0] != 1 or sid[1] > 15:
        return None
    authority = int.from_bytes(sid[2:8], "big")
    parts = [int.from_bytes(sid[at : at + 4], "little") for at in range(8, len(sid), 4)]
    return "-".join(["S-1", str(authority) if authority < 1 << 32 else f"0x{authority:012x}", *map(str, parts)])


def put_processes(standin: Standin, processes: Iterable[Process], *, server: str | None = None) -> None:
    """Let a server have these processes and nothing else."""
    standin.start_scenario(server)
    for process in processes:
        values = process._asdict()
        standin.add_process(values.pop("pid"), values.pop("name"), server=server, **values)


def put_sessions(standin: Standin, sessions: Iterable[Session], *, server: str | None = None) -> None:
    """Let a server have these sessions and nothing else."""
    standin.start_scenario(server)
    for session in sessions:
        values = session._asdict()
        standin.add_session(values.pop("session_id"), server=server, **values)


# ---- what Windows itself says ----

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.LocalFree.argtypes = [ctypes.c_void_p]
_kernel32.CompareStringOrdinal.argtypes = [
    ctypes.c_wchar_p,
    ctypes.c_int,
    ctypes.c_wchar_p,
    ctypes.c_int,
    wintypes.BOOL,
]
_advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
_advapi32.ConvertSidToStringSidW.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
_advapi32.ConvertStringSidToSidW.argtypes = [ctypes.c_wchar_p, ctypes.POINTER(ctypes.c_void_p)]
_advapi32.GetLengthSid.argtypes = [ctypes.c_void_p]


def sid_text_of_windows(sid: bytes) -> str:
    """Give the text that Windows writes for a SID."""
    out = ctypes.c_void_p()
    if not _advapi32.ConvertSidToStringSidW(sid, out) or out.value is None:
        raise ctypes.WinError(ctypes.get_last_error())
    text = ctypes.wstring_at(out.value)
    _kernel32.LocalFree(out)
    return text


def sid_of_text(text: str) -> bytes | None:
    """Give the bytes of the SID that Windows reads from a text; None where it reads none."""
    out = ctypes.c_void_p()
    if not _advapi32.ConvertStringSidToSidW(text, out) or out.value is None:
        return None
    sid = ctypes.string_at(out.value, _advapi32.GetLengthSid(out))
    _kernel32.LocalFree(out)
    return sid


def same_name(a: str | None, b: str | None) -> bool:
    """Say whether Windows takes two names for the same: ordinal, without case; NULL is the same as NULL only."""
    if a is None or b is None:
        return a is b
    return bool(_kernel32.CompareStringOrdinal(a, -1, b, -1, True) == 2)
