from typing import SupportsIndex

from wtsfast._memory import RawBuffer

__all__ = ["WTSFreeMemory", "WTSFreeMemoryEx", "WTSFreeMemoryExA", "WTSFreeMemoryExW"]

def WTSFreeMemory(buffer: RawBuffer) -> None: ...
def WTSFreeMemoryExW(type_class: SupportsIndex, buffer: RawBuffer) -> None: ...
def WTSFreeMemoryExA(type_class: SupportsIndex, buffer: RawBuffer) -> None: ...

WTSFreeMemoryEx = WTSFreeMemoryExW
