"""The stand-in exports what Windows does: the names, and the ordinals of the list they come from."""

import ctypes
from pathlib import Path

import pytest

from helpers.standin import Standin
from helpers.standin_driver import standin_path

SOURCES = Path(__file__).parent / "standin"


def listed(name: str) -> dict[str, int | None]:
    """Read a list of exports: names, with ordinals where it has them."""
    exports: dict[str, int | None] = {}
    lines = (SOURCES / name).read_text().partition("EXPORTS")[2].split("\n")
    for words in filter(None, map(str.split, lines)):
        exports[words[0]] = int(words[1].lstrip("@")) if len(words) > 1 else None
    return exports


@pytest.mark.parametrize(
    ("dll", "definitions", "count"),
    [
        ("wtsapi32.dll", "wtsapi32.def", 69),
        ("26100/wtsapi32.dll", "wtsapi32-26100.def", 76),
        ("mstlsapi.dll", "mstlsapi.def", 9),
    ],
)
def test_exports(loaded_standin: Standin, dll: str, definitions: str, count: int) -> None:
    library = ctypes.WinDLL(standin_path(dll) or "")
    exports = listed(definitions)
    assert len(exports) == count
    find = ctypes.WinDLL("kernel32").GetProcAddress
    find.restype, find.argtypes = ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_void_p]
    for name, ordinal in exports.items():
        address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        if ordinal is not None:
            assert find(library._handle, ordinal) == address, name


def test_ordinals_are_whole(loaded_standin: Standin) -> None:
    assert sorted(ordinal or 0 for ordinal in listed("wtsapi32.def").values()) == list(range(1, 70))
