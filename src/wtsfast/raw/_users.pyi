from typing import Any, Literal, SupportsIndex, TypeAlias, overload

from wtsfast._handles import Handle
from wtsfast._memory import RawBuffer
from wtsfast.enums import ConfigClass
from wtsfast.raw._records import WTSUSERCONFIG

__all__ = [
    "WTSQueryUserConfig",
    "WTSQueryUserConfigA",
    "WTSQueryUserConfigW",
    "WTSQueryUserToken",
    "WTSSetUserConfig",
    "WTSSetUserConfigA",
    "WTSSetUserConfigW",
]

_TextClass: TypeAlias = Literal[
    ConfigClass.INITIAL_PROGRAM,
    ConfigClass.WORKING_DIRECTORY,
    ConfigClass.MODEM_CALLBACK_PHONE_NUMBER,
    ConfigClass.TERMINAL_SERVER_PROFILE_PATH,
    ConfigClass.TERMINAL_SERVER_HOME_DIR,
    ConfigClass.TERMINAL_SERVER_HOME_DIR_DRIVE,
]
_NumberClass: TypeAlias = Literal[
    ConfigClass.INHERIT_INITIAL_PROGRAM,
    ConfigClass.ALLOW_LOGON_TERMINAL_SERVER,
    ConfigClass.TIMEOUT_SETTINGS_CONNECTIONS,
    ConfigClass.TIMEOUT_SETTINGS_DISCONNECTIONS,
    ConfigClass.TIMEOUT_SETTINGS_IDLE,
    ConfigClass.DEVICE_CLIENT_DRIVES,
    ConfigClass.DEVICE_CLIENT_PRINTERS,
    ConfigClass.DEVICE_CLIENT_DEFAULT_PRINTER,
    ConfigClass.BROKEN_TIMEOUT_SETTINGS,
    ConfigClass.RECONNECT_SETTINGS,
    ConfigClass.MODEM_CALLBACK_SETTINGS,
    ConfigClass.SHADOWING_SETTINGS,
    ConfigClass.TERMINAL_SERVER_REMOTE_HOME_DIR,
]

@overload
def WTSQueryUserConfigW(
    server_name: str | None, user_name: str | None, config_class: _TextClass, *, as_buffer: Literal[False] = False
) -> str | None: ...
@overload
def WTSQueryUserConfigW(
    server_name: str | None, user_name: str | None, config_class: _NumberClass, *, as_buffer: Literal[False] = False
) -> int | None: ...
@overload
def WTSQueryUserConfigW(
    server_name: str | None,
    user_name: str | None,
    config_class: Literal[ConfigClass.USER],
    *,
    as_buffer: Literal[False] = False,
) -> WTSUSERCONFIG[str] | None: ...
@overload
def WTSQueryUserConfigW(
    server_name: str | None, user_name: str | None, config_class: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
@overload
def WTSQueryUserConfigW(
    server_name: str | None, user_name: str | None, config_class: SupportsIndex, *, as_buffer: bool = False
) -> Any: ...
@overload
def WTSQueryUserConfigA(
    server_name: bytes | None, user_name: bytes | None, config_class: _TextClass, *, as_buffer: Literal[False] = False
) -> bytes | None: ...
@overload
def WTSQueryUserConfigA(
    server_name: bytes | None, user_name: bytes | None, config_class: _NumberClass, *, as_buffer: Literal[False] = False
) -> int | None: ...
@overload
def WTSQueryUserConfigA(
    server_name: bytes | None,
    user_name: bytes | None,
    config_class: Literal[ConfigClass.USER],
    *,
    as_buffer: Literal[False] = False,
) -> WTSUSERCONFIG[bytes] | None: ...
@overload
def WTSQueryUserConfigA(
    server_name: bytes | None, user_name: bytes | None, config_class: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
@overload
def WTSQueryUserConfigA(
    server_name: bytes | None, user_name: bytes | None, config_class: SupportsIndex, *, as_buffer: bool = False
) -> Any: ...
def WTSSetUserConfigW(
    server_name: str | None,
    user_name: str | None,
    config_class: SupportsIndex,
    value: str | SupportsIndex | WTSUSERCONFIG[str] | bytes,
    *,
    length_in_bytes: bool = False,
) -> None: ...
def WTSSetUserConfigA(
    server_name: bytes | None,
    user_name: bytes | None,
    config_class: SupportsIndex,
    value: bytes | SupportsIndex | WTSUSERCONFIG[bytes],
) -> None: ...
def WTSQueryUserToken(session_id: SupportsIndex) -> Handle: ...

WTSQueryUserConfig = WTSQueryUserConfigW
WTSSetUserConfig = WTSSetUserConfigW
