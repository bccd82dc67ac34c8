from typing import Literal, SupportsIndex

from wtsfast._handles import Handle, ServerHandle

__all__ = [
    "IsInteractiveUserSession",
    "QueryActiveSession",
    "QueryUserToken",
    "RegisterUsertokenForNoWinlogon",
    "WTSSetSessionInformation",
    "WTSSetSessionInformationA",
    "WTSSetSessionInformationW",
]

def IsInteractiveUserSession(session_id: SupportsIndex, *, undocumented: Literal[True]) -> bool: ...
def QueryActiveSession(*, undocumented: Literal[True]) -> int: ...
def QueryUserToken(session_id: SupportsIndex, *, undocumented: Literal[True]) -> Handle: ...
def RegisterUsertokenForNoWinlogon(*, undocumented: Literal[True]) -> None: ...
def WTSSetSessionInformationW(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: SupportsIndex,
    data: bytes,
    *,
    undocumented: Literal[True],
) -> None: ...
def WTSSetSessionInformationA(
    server: ServerHandle | None,
    session_id: SupportsIndex,
    info_class: SupportsIndex,
    data: bytes,
    *,
    undocumented: Literal[True],
) -> None: ...

WTSSetSessionInformation = WTSSetSessionInformationW
