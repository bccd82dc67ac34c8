from typing import Any, Literal, SupportsIndex, TypeAlias, overload
from uuid import UUID

from wtsfast._handles import ServerHandle
from wtsfast._memory import RawBuffer
from wtsfast.enums import ConnectState, InfoClass, ProtocolType
from wtsfast.raw._records import (
    WTS_CLIENT_ADDRESS,
    WTS_CLIENT_DISPLAY,
    WTS_SESSION_ADDRESS,
    WTS_VALIDATION_INFORMATION,
    WTSCLIENT,
    WTSCONFIGINFO,
    WTSINFO,
    WTSINFOEX,
)

__all__ = ["WTSQuerySessionInformation", "WTSQuerySessionInformationA", "WTSQuerySessionInformationW"]

_TextClass: TypeAlias = Literal[
    InfoClass.INITIAL_PROGRAM,
    InfoClass.APPLICATION_NAME,
    InfoClass.WORKING_DIRECTORY,
    InfoClass.OEM_ID,
    InfoClass.USER_NAME,
    InfoClass.WIN_STATION_NAME,
    InfoClass.DOMAIN_NAME,
    InfoClass.CLIENT_NAME,
    InfoClass.CLIENT_DIRECTORY,
]
_NumberClass: TypeAlias = Literal[
    InfoClass.SESSION_ID,
    InfoClass.CLIENT_BUILD_NUMBER,
    InfoClass.CLIENT_PRODUCT_ID,
    InfoClass.CLIENT_HARDWARE_ID,
]

@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None, session_id: SupportsIndex, info_class: _TextClass, *, as_buffer: Literal[False] = False
) -> str | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: _NumberClass,
    *,
    as_buffer: Literal[False] = False,
) -> int | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CONNECT_STATE],
    *,
    as_buffer: Literal[False] = False,
) -> ConnectState | int | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_PROTOCOL_TYPE],
    *,
    as_buffer: Literal[False] = False,
) -> ProtocolType | int | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_ADDRESS],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_CLIENT_ADDRESS | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_DISPLAY],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_CLIENT_DISPLAY | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTSCLIENT[str] | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTSINFO[str] | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_INFO_EX],
    *,
    as_buffer: Literal[False] = False,
) -> WTSINFOEX[str] | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CONFIG_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTSCONFIGINFO[str] | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.VALIDATION_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_VALIDATION_INFORMATION[str] | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_ADDRESS_V4],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_SESSION_ADDRESS | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.IS_REMOTE_SESSION],
    *,
    as_buffer: Literal[False] = False,
) -> bool | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_ACTIVITY_ID],
    *,
    as_buffer: Literal[False] = False,
) -> UUID | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CAPABILITY_CHECK],
    *,
    as_buffer: Literal[False] = False,
) -> tuple[int, ...] | None: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None, session_id: SupportsIndex, info_class: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
@overload
def WTSQuerySessionInformationW(
    server: ServerHandle | None, session_id: SupportsIndex, info_class: SupportsIndex, *, as_buffer: bool = False
) -> Any: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None, session_id: SupportsIndex, info_class: _TextClass, *, as_buffer: Literal[False] = False
) -> bytes | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: _NumberClass,
    *,
    as_buffer: Literal[False] = False,
) -> int | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CONNECT_STATE],
    *,
    as_buffer: Literal[False] = False,
) -> ConnectState | int | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_PROTOCOL_TYPE],
    *,
    as_buffer: Literal[False] = False,
) -> ProtocolType | int | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_ADDRESS],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_CLIENT_ADDRESS | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_DISPLAY],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_CLIENT_DISPLAY | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CLIENT_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTSCLIENT[bytes] | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTSINFO[bytes] | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_INFO_EX],
    *,
    as_buffer: Literal[False] = False,
) -> WTSINFOEX[bytes] | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CONFIG_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTSCONFIGINFO[bytes] | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.VALIDATION_INFO],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_VALIDATION_INFORMATION[bytes] | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_ADDRESS_V4],
    *,
    as_buffer: Literal[False] = False,
) -> WTS_SESSION_ADDRESS | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.IS_REMOTE_SESSION],
    *,
    as_buffer: Literal[False] = False,
) -> bool | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.SESSION_ACTIVITY_ID],
    *,
    as_buffer: Literal[False] = False,
) -> UUID | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: Literal[InfoClass.CAPABILITY_CHECK],
    *,
    as_buffer: Literal[False] = False,
) -> tuple[int, ...] | None: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None, session_id: SupportsIndex, info_class: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
@overload
def WTSQuerySessionInformationA(
    server: ServerHandle | None, session_id: SupportsIndex, info_class: SupportsIndex, *, as_buffer: bool = False
) -> Any: ...

WTSQuerySessionInformation = WTSQuerySessionInformationW
