from typing import Literal, final, overload
from uuid import UUID

from wtsfast._handles import Handle, OwnedHandle
from wtsfast._memory import RawBuffer

__all__ = [
    "CloudAuthHandle",
    "SerializedCredential",
    "WTSCloudAuthClose",
    "WTSCloudAuthConvertAssertionToSerializedUserCredential",
    "WTSCloudAuthDuplicateSerializedUserCredential",
    "WTSCloudAuthGetServerNonce",
    "WTSCloudAuthNetworkLogonWithSerializedCredential",
    "WTSCloudAuthOpen",
]

@final
class CloudAuthHandle(OwnedHandle): ...

@final
class SerializedCredential(OwnedHandle):
    def __len__(self) -> int: ...

def WTSCloudAuthOpen(activity_id: UUID | None = None) -> CloudAuthHandle: ...
def WTSCloudAuthClose(handle: CloudAuthHandle) -> None: ...
@overload
def WTSCloudAuthGetServerNonce(handle: CloudAuthHandle, *, as_buffer: Literal[False] = False) -> str | None: ...
@overload
def WTSCloudAuthGetServerNonce(handle: CloudAuthHandle, *, as_buffer: Literal[True]) -> RawBuffer: ...
def WTSCloudAuthConvertAssertionToSerializedUserCredential(
    handle: CloudAuthHandle, assertion: bytes | bytearray, resource_id: str
) -> SerializedCredential: ...
def WTSCloudAuthDuplicateSerializedUserCredential(credential: SerializedCredential) -> SerializedCredential: ...
def WTSCloudAuthNetworkLogonWithSerializedCredential(
    handle: CloudAuthHandle, credential: SerializedCredential
) -> Handle: ...
