from typing import SupportsIndex

from typing_extensions import Buffer

from wtsfast._handles import ServerHandle
from wtsfast.raw._records import WTSLISTENERCONFIG

__all__ = [
    "WTSCreateListener",
    "WTSCreateListenerA",
    "WTSCreateListenerW",
    "WTSEnumerateListeners",
    "WTSEnumerateListenersA",
    "WTSEnumerateListenersW",
    "WTSGetListenerSecurity",
    "WTSGetListenerSecurityA",
    "WTSGetListenerSecurityW",
    "WTSQueryListenerConfig",
    "WTSQueryListenerConfigA",
    "WTSQueryListenerConfigW",
    "WTSSetListenerSecurity",
    "WTSSetListenerSecurityA",
    "WTSSetListenerSecurityW",
]

def WTSEnumerateListenersW(server: ServerHandle | None) -> list[str]: ...
def WTSEnumerateListenersA(server: ServerHandle | None) -> list[bytes]: ...
def WTSQueryListenerConfigW(server: ServerHandle | None, listener_name: str) -> WTSLISTENERCONFIG[str]: ...
def WTSQueryListenerConfigA(server: ServerHandle | None, listener_name: bytes) -> WTSLISTENERCONFIG[bytes]: ...
def WTSCreateListenerW(
    server: ServerHandle | None, listener_name: str, config: WTSLISTENERCONFIG[str], flag: SupportsIndex
) -> None: ...
def WTSCreateListenerA(
    server: ServerHandle | None, listener_name: bytes, config: WTSLISTENERCONFIG[bytes], flag: SupportsIndex
) -> None: ...
def WTSGetListenerSecurityW(
    server: ServerHandle | None, listener_name: str, security_information: SupportsIndex
) -> bytes: ...
def WTSGetListenerSecurityA(
    server: ServerHandle | None, listener_name: bytes, security_information: SupportsIndex
) -> bytes: ...
def WTSSetListenerSecurityW(
    server: ServerHandle | None, listener_name: str, security_information: SupportsIndex, security_descriptor: Buffer
) -> None: ...
def WTSSetListenerSecurityA(
    server: ServerHandle | None,
    listener_name: bytes,
    security_information: SupportsIndex,
    security_descriptor: Buffer,
) -> None: ...

WTSEnumerateListeners = WTSEnumerateListenersW
WTSQueryListenerConfig = WTSQueryListenerConfigW
WTSCreateListener = WTSCreateListenerW
WTSGetListenerSecurity = WTSGetListenerSecurityW
WTSSetListenerSecurity = WTSSetListenerSecurityW
