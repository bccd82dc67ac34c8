"""Builds the stand-in DLL of tests/standin/."""

import sys
from collections.abc import Callable
from pathlib import Path

from devkit import downloads, toolchain
from devkit.console import call, step
from devkit.places import BUILD, ROOT, locked

SOURCES = ROOT / "tests" / "standin"
LIBRARIES = ("ntdll", "advapi32", "user32")
GCC_FLAGS = ("-O2", "-Wall", "-Wextra", "-Wl,--kill-at")


def build() -> Path:
    """Compile wtsapi32.dll if a source is newer than it, and give its path."""
    dll = BUILD / "standin" / "wtsapi32.dll"
    compile_dll: Callable[[Path], None] = _with_msvc if sys.platform == "win32" else _with_gcc
    with locked(dll):
        if not dll.exists() or dll.stat().st_mtime < max(
            path.stat().st_mtime for path in [SOURCES, *SOURCES.iterdir()]
        ):
            with step("build the stand-in"):
                compile_dll(dll)
    return dll


def c_sources() -> list[Path]:
    """List the C files."""
    return sorted(SOURCES.glob("*.c"))


def _with_gcc(dll: Path) -> None:
    libraries = [f"-l{name}" for name in LIBRARIES]
    toolchain.link_dll(dll, [*c_sources(), SOURCES / "wtsapi32.def"], *GCC_FLAGS, *libraries)


def _with_msvc(dll: Path) -> None:
    script = ROOT / "tools" / "devkit" / "msvcbuild.py"
    arguments: list[str | Path] = [dll, SOURCES / "wtsapi32.def", ",".join(LIBRARIES), *c_sources()]
    call([downloads.host_tools("build"), "-P", script, *arguments], f"compiling {dll.name}")
