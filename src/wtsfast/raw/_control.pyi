from typing import SupportsIndex

from wtsfast._handles import ServerHandle
from wtsfast.enums import MessageResponse

__all__ = [
    "WTSConnectSession",
    "WTSConnectSessionA",
    "WTSConnectSessionW",
    "WTSDisconnectSession",
    "WTSLogoffSession",
    "WTSSendMessage",
    "WTSSendMessageA",
    "WTSSendMessageW",
    "WTSShutdownSystem",
]

def WTSLogoffSession(server: ServerHandle | None, session_id: SupportsIndex, wait: bool) -> None: ...
def WTSDisconnectSession(server: ServerHandle | None, session_id: SupportsIndex, wait: bool) -> None: ...
def WTSConnectSessionW(
    logon_id: SupportsIndex, target_logon_id: SupportsIndex, password: str | bytearray, wait: bool
) -> None: ...
def WTSConnectSessionA(
    logon_id: SupportsIndex, target_logon_id: SupportsIndex, password: bytes | bytearray, wait: bool
) -> None: ...
def WTSSendMessageW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    title: str,
    message: str,
    style: SupportsIndex,
    timeout: SupportsIndex,
    wait: bool,
) -> MessageResponse | int: ...
def WTSSendMessageA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    title: bytes,
    message: bytes,
    style: SupportsIndex,
    timeout: SupportsIndex,
    wait: bool,
) -> MessageResponse | int: ...
def WTSShutdownSystem(server: ServerHandle | None, shutdown_flag: SupportsIndex) -> None: ...

WTSConnectSession = WTSConnectSessionW
WTSSendMessage = WTSSendMessageW
