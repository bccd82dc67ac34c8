from typing import Literal, SupportsIndex, final, overload

from typing_extensions import Buffer

from wtsfast._handles import Handle, OwnedHandle, ServerHandle
from wtsfast._memory import RawBuffer
from wtsfast.enums import VirtualClass

__all__ = [
    "ChannelHandle",
    "WTSVirtualChannelClose",
    "WTSVirtualChannelOpen",
    "WTSVirtualChannelOpenEx",
    "WTSVirtualChannelPurgeInput",
    "WTSVirtualChannelPurgeOutput",
    "WTSVirtualChannelQuery",
    "WTSVirtualChannelRead",
    "WTSVirtualChannelWrite",
]

@final
class ChannelHandle(OwnedHandle):
    @property
    def virtual_name(self) -> str: ...
    @property
    def dynamic(self) -> bool: ...

def WTSVirtualChannelOpen(
    server: ServerHandle | None, session_id: SupportsIndex, virtual_name: str
) -> ChannelHandle: ...
def WTSVirtualChannelOpenEx(session_id: SupportsIndex, virtual_name: str, flags: SupportsIndex) -> ChannelHandle: ...
def WTSVirtualChannelClose(channel: ChannelHandle) -> None: ...
def WTSVirtualChannelRead(channel: ChannelHandle, timeout_ms: SupportsIndex, size: SupportsIndex) -> bytes: ...
def WTSVirtualChannelWrite(channel: ChannelHandle, data: Buffer) -> int: ...
def WTSVirtualChannelPurgeInput(channel: ChannelHandle) -> None: ...
def WTSVirtualChannelPurgeOutput(channel: ChannelHandle) -> None: ...
@overload
def WTSVirtualChannelQuery(
    channel: ChannelHandle, virtual_class: Literal[VirtualClass.FILE_HANDLE, 1], *, as_buffer: Literal[False] = False
) -> Handle: ...
@overload
def WTSVirtualChannelQuery(
    channel: ChannelHandle, virtual_class: Literal[VirtualClass.CLIENT_DATA, 0], *, as_buffer: Literal[False] = False
) -> bytes: ...
@overload
def WTSVirtualChannelQuery(
    channel: ChannelHandle, virtual_class: SupportsIndex, *, as_buffer: Literal[False] = False
) -> Handle | bytes: ...
@overload
def WTSVirtualChannelQuery(
    channel: ChannelHandle, virtual_class: SupportsIndex, *, as_buffer: Literal[True]
) -> RawBuffer: ...
