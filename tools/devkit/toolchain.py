"""Compilers for Windows on this machine."""

import re
from collections.abc import Sequence
from pathlib import Path

from devkit import debian
from devkit.console import call

GCC = "x86_64-w64-mingw32-gcc"
SHARED = ("-shared", "-static-libgcc", "-s", "-Wl,--no-insert-timestamp", "-Wl,--kill-at")


def link_dll(output: Path, sources: Sequence[Path], *flags: str) -> None:
    """Compile and link a DLL under another name first: one that exists is whole."""
    debian.bed()
    partial = output.with_suffix(".partial")
    call([GCC, *SHARED, "-o", partial, *sources, *flags], f"compiling {output.name}")
    partial.replace(output)


def forwarder(output: Path, import_library: Path, target: str) -> None:
    """Make a DLL that hands each name of an import library on to another DLL: python3.dll, which stable-ABI wheels need."""
    symbols = call(["x86_64-w64-mingw32-nm", import_library], "reading an import library")
    names = sorted(set(re.findall(r" I __imp_(\w+)", symbols)))
    definitions = output.with_suffix(".def")
    definitions.write_text("EXPORTS\n" + "".join(f"{name}={target}.{name}\n" for name in names))
    link_dll(output, [definitions], "-nostdlib")
    definitions.unlink()
