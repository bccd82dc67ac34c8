"""Reads what a Windows DLL is for and what it asks of other DLLs, from its PE headers."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MACHINES = {0x8664: "amd64", 0xAA64: "arm64"}
_EXPORTS, _IMPORTS, _DELAYED_IMPORTS = 0, 1, 13


@dataclass
class Image:
    """A DLL or program for 64-bit Windows."""

    data: bytes
    machine: str = field(init=False)
    _directories: list[int] = field(init=False)
    _sections: list[tuple[int, int, int]] = field(init=False)

    def __post_init__(self) -> None:
        if self.data[:2] != b"MZ":
            raise ValueError("not a PE file")
        (start,) = self._read("<I", 0x3C)
        if self.data[start : start + 4] != b"PE\0\0":
            raise ValueError("not a PE file")
        machine, sections, optional_size = self._read("<HH12xH", start + 4)
        optional = start + 24
        if self._read("<H", optional) != (0x20B,):
            raise ValueError("not a 64-bit PE file")
        self.machine = MACHINES.get(machine, hex(machine))
        (count,) = self._read("<I", optional + 108)
        self._directories = [self._read("<I", optional + 112 + 8 * index)[0] for index in range(count)]
        table = optional + optional_size
        self._sections = []
        for index in range(sections):
            size, address, raw_size, raw = self._read("<IIII", table + 40 * index + 8)
            self._sections.append((address, max(size, raw_size), raw))

    def imports(self) -> dict[str, set[str]]:
        """Names asked of each DLL, delayed ones too; DLL names in lower case, ordinals as "#n"."""
        found: dict[str, set[str]] = {}
        for entry in self._entries(_IMPORTS, 20):
            lookup, _, _, name, thunks = self._read("<5I", entry)
            found.setdefault(self._text(name).lower(), set()).update(self._names(lookup or thunks))
        for entry in self._entries(_DELAYED_IMPORTS, 32):
            _, name, _, _, lookup = self._read("<5I", entry)
            found.setdefault(self._text(name).lower(), set()).update(self._names(lookup))
        return found

    def exports(self) -> set[str]:
        """Names that the DLL offers."""
        address = self._directories[_EXPORTS]
        if not address:
            return set()
        count, _, names = self._read("<III", self._offset(address) + 24)
        return {self._text(self._read("<I", self._offset(names) + 4 * index)[0]) for index in range(count)}

    def _entries(self, directory: int, size: int) -> Iterator[int]:
        if directory >= len(self._directories) or not self._directories[directory]:
            return
        position = self._offset(self._directories[directory])
        while any(self.data[position : position + size]):
            yield position
            position += size

    def _names(self, lookup: int) -> Iterator[str]:
        position = self._offset(lookup)
        while (entry := self._read("<Q", position)[0]) != 0:
            yield f"#{entry & 0xFFFF}" if entry >> 63 else self._text((entry & 0x7FFFFFFF) + 2)
            position += 8

    def _text(self, address: int) -> str:
        start = self._offset(address)
        return self.data[start : self.data.index(0, start)].decode("ascii")

    def _offset(self, address: int) -> int:
        for start, size, raw in self._sections:
            if start <= address < start + size:
                return address - start + raw
        raise ValueError(f"no section holds the address {address:#x}")

    def _read(self, layout: str, offset: int) -> tuple[int, ...]:
        return struct.unpack_from(layout, self.data, offset)
