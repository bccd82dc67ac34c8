"""Builds the stand-in DLLs of tests/standin/."""

from pathlib import Path

from devkit import toolchain
from devkit.console import Failure, step
from devkit.places import BUILD, ROOT, locked

SOURCES = ROOT / "tests" / "standin"
FLAGS = ("-O2", "-Wall", "-Wextra", "-Wno-cast-function-type")
LIBRARIES = ("-lntdll", "-ladvapi32", "-luser32")


def build() -> Path:
    """Compile wtsapi32.dll if a source is newer than it, and give its path."""
    dll = BUILD / "standin" / "wtsapi32.dll"
    sources = sorted(SOURCES.glob("*.c"))
    if not sources:
        raise Failure("tests/standin/ has no C sources")
    inputs = [path for path in SOURCES.iterdir() if path.suffix in {".c", ".h", ".def"}]
    with locked(dll):
        if not dll.exists() or dll.stat().st_mtime < max(path.stat().st_mtime for path in [SOURCES, *inputs]):
            with step("build the stand-in"):
                toolchain.link_dll(dll, [*sources, SOURCES / "wtsapi32.def"], *FLAGS, *LIBRARIES)
    return dll
