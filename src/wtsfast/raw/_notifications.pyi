from typing import SupportsIndex

from wtsfast._handles import ServerHandle

__all__ = [
    "WTSRegisterSessionNotification",
    "WTSRegisterSessionNotificationEx",
    "WTSUnRegisterSessionNotification",
    "WTSUnRegisterSessionNotificationEx",
]

def WTSRegisterSessionNotification(hwnd: SupportsIndex, flags: SupportsIndex) -> None: ...
def WTSRegisterSessionNotificationEx(
    server: ServerHandle | None, hwnd: SupportsIndex, flags: SupportsIndex
) -> None: ...
def WTSUnRegisterSessionNotification(hwnd: SupportsIndex) -> None: ...
def WTSUnRegisterSessionNotificationEx(server: ServerHandle | None, hwnd: SupportsIndex) -> None: ...
