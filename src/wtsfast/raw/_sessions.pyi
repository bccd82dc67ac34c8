from typing import Literal, SupportsIndex, overload

from wtsfast._handles import ServerHandle
from wtsfast._memory import RawBuffer
from wtsfast.raw._records import WTS_SESSION_INFO, WTS_SESSION_INFO_1

__all__ = [
    "ProcessIdToSessionId",
    "WTSActiveSessionExists",
    "WTSEnumerateSessions",
    "WTSEnumerateSessionsA",
    "WTSEnumerateSessionsEx",
    "WTSEnumerateSessionsExA",
    "WTSEnumerateSessionsExW",
    "WTSEnumerateSessionsW",
    "WTSGetActiveConsoleSessionId",
]

@overload
def WTSEnumerateSessionsW(
    server: ServerHandle | None, *, as_buffer: Literal[False] = False
) -> list[WTS_SESSION_INFO[str]]: ...
@overload
def WTSEnumerateSessionsW(server: ServerHandle | None, *, as_buffer: Literal[True]) -> RawBuffer: ...
@overload
def WTSEnumerateSessionsA(
    server: ServerHandle | None, *, as_buffer: Literal[False] = False
) -> list[WTS_SESSION_INFO[bytes]]: ...
@overload
def WTSEnumerateSessionsA(server: ServerHandle | None, *, as_buffer: Literal[True]) -> RawBuffer: ...
@overload
def WTSEnumerateSessionsExW(
    server: ServerHandle | None, level: SupportsIndex = 1, *, as_buffer: Literal[False] = False
) -> list[WTS_SESSION_INFO_1[str]]: ...
@overload
def WTSEnumerateSessionsExW(
    server: ServerHandle | None, level: SupportsIndex = 1, *, as_buffer: Literal[True]
) -> RawBuffer: ...
@overload
def WTSEnumerateSessionsExA(
    server: ServerHandle | None, level: SupportsIndex = 1, *, as_buffer: Literal[False] = False
) -> list[WTS_SESSION_INFO_1[bytes]]: ...
@overload
def WTSEnumerateSessionsExA(
    server: ServerHandle | None, level: SupportsIndex = 1, *, as_buffer: Literal[True]
) -> RawBuffer: ...
def ProcessIdToSessionId(pid: SupportsIndex) -> int: ...
def WTSGetActiveConsoleSessionId() -> int | None: ...
def WTSActiveSessionExists() -> bool: ...

WTSEnumerateSessions = WTSEnumerateSessionsW
WTSEnumerateSessionsEx = WTSEnumerateSessionsExW
