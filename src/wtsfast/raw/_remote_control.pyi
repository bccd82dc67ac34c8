from typing import SupportsIndex

__all__ = [
    "WTSStartRemoteControlSession",
    "WTSStartRemoteControlSessionA",
    "WTSStartRemoteControlSessionW",
    "WTSStopRemoteControlSession",
]

def WTSStartRemoteControlSessionW(
    target_server_name: str | None,
    target_logon_id: SupportsIndex,
    hotkey_vk: SupportsIndex,
    hotkey_modifiers: SupportsIndex,
) -> None: ...
def WTSStartRemoteControlSessionA(
    target_server_name: bytes | None,
    target_logon_id: SupportsIndex,
    hotkey_vk: SupportsIndex,
    hotkey_modifiers: SupportsIndex,
) -> None: ...
def WTSStopRemoteControlSession(logon_id: SupportsIndex) -> None: ...

WTSStartRemoteControlSession = WTSStartRemoteControlSessionW
