from typing import Literal

__all__ = [
    "WTSEnableChildSessions",
    "WTSGetChildSessionId",
    "WTSIsChildSessionsEnabled",
]

def WTSEnableChildSessions(enable: bool | Literal[0, 1]) -> None: ...
def WTSIsChildSessionsEnabled() -> bool: ...
def WTSGetChildSessionId() -> int | None: ...
