from typing import Literal, overload

from wtsfast._handles import ServerHandle
from wtsfast._memory import RawBuffer
from wtsfast.raw._records import WTS_SERVER_INFO

__all__ = [
    "WTSCloseServer",
    "WTSEnumerateServers",
    "WTSEnumerateServersA",
    "WTSEnumerateServersW",
    "WTSOpenServer",
    "WTSOpenServerA",
    "WTSOpenServerEx",
    "WTSOpenServerExA",
    "WTSOpenServerExW",
    "WTSOpenServerW",
]

def WTSOpenServerW(server_name: str | None) -> ServerHandle: ...
def WTSOpenServerA(server_name: bytes | None) -> ServerHandle: ...
def WTSOpenServerExW(server_name: str | None) -> ServerHandle: ...
def WTSOpenServerExA(server_name: bytes | None) -> ServerHandle: ...
def WTSCloseServer(server: ServerHandle) -> None: ...
@overload
def WTSEnumerateServersW(
    domain_name: str | None = None, *, as_buffer: Literal[False] = False
) -> list[WTS_SERVER_INFO[str]]: ...
@overload
def WTSEnumerateServersW(domain_name: str | None = None, *, as_buffer: Literal[True]) -> RawBuffer: ...
@overload
def WTSEnumerateServersA(
    domain_name: bytes | None = None, *, as_buffer: Literal[False] = False
) -> list[WTS_SERVER_INFO[bytes]]: ...
@overload
def WTSEnumerateServersA(domain_name: bytes | None = None, *, as_buffer: Literal[True]) -> RawBuffer: ...

WTSOpenServer = WTSOpenServerW
WTSOpenServerEx = WTSOpenServerExW
WTSEnumerateServers = WTSEnumerateServersW
