"""Builds the stand-in DLLs of tests/standin/."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from devkit import downloads, toolchain
from devkit.console import call, step
from devkit.places import BUILD, ROOT, locked

SOURCES = ROOT / "tests" / "standin"
LIBRARIES = ("ntdll", "advapi32", "user32")
GCC_FLAGS = ("-O2", "-Wall", "-Wextra")


# The same sources under three lists of exports: the usual one, a newer Windows' one, and the licensing DLL. The usual
# one comes last: where it is new enough, the others are.
DLLS = {
    "mstlsapi.dll": "mstlsapi.def",
    "26100/wtsapi32.dll": "wtsapi32-26100.def",
    "wtsapi32.dll": "wtsapi32.def",
}


def build() -> Path:
    """Compile the DLLs if a source is newer than they are, and give the path of wtsapi32.dll."""
    dll = BUILD / "standin" / "wtsapi32.dll"
    with locked(dll):
        if not dll.exists() or dll.stat().st_mtime < max(
            path.stat().st_mtime for path in [SOURCES, *SOURCES.iterdir()]
        ):
            with step("build the stand-in"):
                inputs = c_sources() if sys.platform == "win32" else _objects(dll.parent / "objects")
                link: Callable[[Path, Path, list[Path]], None] = _with_msvc if sys.platform == "win32" else _with_gcc
                for name, definitions in DLLS.items():
                    (dll.parent / name).parent.mkdir(parents=True, exist_ok=True)
                    link(dll.parent / name, SOURCES / definitions, inputs)
    return dll


def c_sources() -> list[Path]:
    """List the C files."""
    return sorted(SOURCES.glob("*.c"))


def _objects(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)

    def compiled(source: Path) -> Path:
        output = folder / f"{source.stem}.o"
        call([*toolchain.compiler("amd64"), "-c", "-o", output, source, *GCC_FLAGS], f"compiling {source.name}")
        return output

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compiled, c_sources()))


def _with_gcc(dll: Path, definitions: Path, objects: list[Path]) -> None:
    libraries = [f"-l{name}" for name in LIBRARIES]
    toolchain.link_dll(dll, [*objects, definitions], "-Wl,--kill-at", *libraries)


def _with_msvc(dll: Path, definitions: Path, sources: list[Path]) -> None:
    script = ROOT / "tools" / "devkit" / "msvcbuild.py"
    arguments: list[str | Path] = [dll, definitions, ",".join(LIBRARIES), *sources]
    call([downloads.host_tools("build"), "-P", script, *arguments], f"compiling {dll.name}")
