"""Compilers for Windows on a machine that is not Windows: mingw's gcc for amd64, zig for arm64."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from devkit import debian, downloads
from devkit.console import Failure, call, step
from devkit.pe import Image
from devkit.places import CACHE, filling, is_whole, locked
from devkit.targets import Target

GCC = ("x86_64-w64-mingw32-gcc", "-static-libgcc", "-s", "-Wl,--no-insert-timestamp")
ZIG_TARGETS = {"amd64": "x86_64-windows-gnu", "arm64": "aarch64-windows-gnu"}


def compiler(machine: str) -> list[str]:
    """Give the start of a command that compiles and links for a machine."""
    if machine == "amd64":
        debian.need_test_bed()
        return list(GCC)
    # zig sets a newer _WIN32_WINNT than setup.py does.
    return [*zig("cc"), "-target", ZIG_TARGETS[machine], "-s", "-U_WIN32_WINNT"]


def zig(command: str) -> list[str]:
    """Give the start of a command of zig, which comes as a Python package."""
    # It would put its caches into the working folder and the home folder.
    os.environ["ZIG_GLOBAL_CACHE_DIR"] = os.environ["ZIG_LOCAL_CACHE_DIR"] = str(CACHE / "zig")
    return [str(downloads.host_tools("zig")), "-m", "ziglang", command]


def link_dll(output: Path, sources: Sequence[Path], *flags: str) -> None:
    """Compile and link a DLL under another name first: one that exists is whole."""
    partial = output.with_suffix(".partial")
    call([*compiler("amd64"), "-shared", "-o", partial, *sources, *flags], f"compiling {output.name}")
    # mingw's own libraries are not there at run time, and Wine would say only that a module was not found.
    if foreign := [library for library in Image(partial.read_bytes()).imports() if library.startswith("lib")]:
        raise Failure(f"{output.name} needs {', '.join(foreign)}")
    partial.replace(output)


def forwarder(output: Path, targets: Mapping[str, str]) -> None:
    """Make a DLL that hands each of its names on to a name of another one, written like kernel32.Sleep."""
    definitions = output.with_suffix(".def")
    definitions.write_text("EXPORTS\n" + "".join(f"{name}={target}\n" for name, target in targets.items()))
    link_dll(output, [definitions], "-nostdlib")
    definitions.unlink()


def python_libraries(target: Target, distribution: Path) -> Path:
    """Give the folder with the import library of Python's DLL for a machine."""
    if target.machine == "amd64":
        return distribution / "libs"
    folder = CACHE / "python" / f"{distribution.name}-{target.machine}"
    with locked(folder):
        if not is_whole(folder):
            dlltool = zig("dlltool")
            name = f"python{target.digits}"
            with step(f"make the import library of {name}.dll for {target.machine}"), filling(folder):
                # The names are the same on each machine.
                definitions = folder / f"{name}.def"
                exports = names(distribution / "libs" / f"{name}.lib")
                definitions.write_text(f"LIBRARY {name}.dll\nEXPORTS\n" + "\n".join(exports) + "\n")
                library = folder / f"lib{name}.a"
                call([*dlltool, "-m", target.machine, "-d", definitions, "-l", library], f"making {library.name}")
    return folder


def names(import_library: Path) -> list[str]:
    """List what an import library of Microsoft's offers."""
    debian.need_test_bed()
    symbols = call(["x86_64-w64-mingw32-nm", import_library], f"reading {import_library.name}")
    return sorted(set(re.findall(r" I __imp_(\w+)", symbols)))
