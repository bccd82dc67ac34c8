from typing import Literal, SupportsIndex, overload

from wtsfast._handles import ServerHandle
from wtsfast._memory import RawBuffer
from wtsfast.raw._records import WTS_PROCESS_INFO, WTS_PROCESS_INFO_EX

__all__ = [
    "WTSEnumerateProcesses",
    "WTSEnumerateProcessesA",
    "WTSEnumerateProcessesEx",
    "WTSEnumerateProcessesExA",
    "WTSEnumerateProcessesExW",
    "WTSEnumerateProcessesW",
    "WTSTerminateProcess",
]

@overload
def WTSEnumerateProcessesW(
    server: ServerHandle | None, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO[str]]: ...
@overload
def WTSEnumerateProcessesW(server: ServerHandle | None, *, as_buffer: Literal[True]) -> RawBuffer: ...
@overload
def WTSEnumerateProcessesA(
    server: ServerHandle | None, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO[bytes]]: ...
@overload
def WTSEnumerateProcessesA(server: ServerHandle | None, *, as_buffer: Literal[True]) -> RawBuffer: ...
@overload
def WTSEnumerateProcessesExW(
    server: ServerHandle | None, level: Literal[0], session_id: SupportsIndex, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO[str]]: ...
@overload
def WTSEnumerateProcessesExW(
    server: ServerHandle | None, level: Literal[1], session_id: SupportsIndex, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO_EX[str]]: ...
@overload
def WTSEnumerateProcessesExW(
    server: ServerHandle | None, level: SupportsIndex, session_id: SupportsIndex, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO[str]] | list[WTS_PROCESS_INFO_EX[str]]: ...
@overload
def WTSEnumerateProcessesExW(
    server: ServerHandle | None, level: SupportsIndex, session_id: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
@overload
def WTSEnumerateProcessesExA(
    server: ServerHandle | None, level: Literal[0], session_id: SupportsIndex, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO[bytes]]: ...
@overload
def WTSEnumerateProcessesExA(
    server: ServerHandle | None, level: Literal[1], session_id: SupportsIndex, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO_EX[bytes]]: ...
@overload
def WTSEnumerateProcessesExA(
    server: ServerHandle | None, level: SupportsIndex, session_id: SupportsIndex, *, as_buffer: Literal[False] = False
) -> list[WTS_PROCESS_INFO[bytes]] | list[WTS_PROCESS_INFO_EX[bytes]]: ...
@overload
def WTSEnumerateProcessesExA(
    server: ServerHandle | None, level: SupportsIndex, session_id: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
def WTSTerminateProcess(server: ServerHandle | None, pid: SupportsIndex, exit_code: SupportsIndex) -> None: ...

WTSEnumerateProcesses = WTSEnumerateProcessesW
WTSEnumerateProcessesEx = WTSEnumerateProcessesExW
