from typing import SupportsIndex

from wtsfast._handles import ServerHandle
from wtsfast.enums import SystemEvent

__all__ = ["WTSWaitSystemEvent"]

def WTSWaitSystemEvent(server: ServerHandle | None, event_mask: SupportsIndex) -> SystemEvent: ...
