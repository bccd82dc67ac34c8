"""Wine: prefixes, and running Windows programs in them with pipes and time limits."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from devkit import debian
from devkit.console import Failure, step
from devkit.places import CACHE, fresh_folder, link_tree, locked, try_lock

# Windows 10; and a crash ends the process, since the debugger that is asked for does not exist.
REGISTRY = r"""REGEDIT4

[HKEY_CURRENT_USER\Software\Wine]
"Version"="win10"

[HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\AeDebug]
"Auto"="1"
"Debugger"="none"
"""
# Wine's own C runtime lacks functions that numpy and pyarrow need. No Mono and no Gecko.
OVERRIDES = "ucrtbase,msvcp140,msvcp140_1,msvcp140_2,vcruntime140,vcruntime140_1,concrt140=n,b;mscoree,mshtml="


def windows_path(path: Path) -> str:
    """Name a file of this machine as Wine's programs see it."""
    return "Z:" + str(path).replace("/", "\\")


def _environment(prefix: Path) -> dict[str, str]:
    dropped = ("DISPLAY", "WAYLAND_DISPLAY", "LD_PRELOAD")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith(("PYTHON", "WINE", "PYTEST", "PIP_", "WTSFAST_", "VIRTUAL_ENV"))
    }
    return {**kept, "WINEPREFIX": str(prefix), "WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": OVERRIDES, "LC_ALL": "C.UTF-8"}  # fmt: skip


def _quiet(command: Sequence[str | Path], environment: Mapping[str, str], limit: float = 120) -> None:
    try:
        subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit, check=True
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise Failure(f"Wine does not start: {error}") from None


def _template() -> Path:
    """Make the prefix that the others are copied from."""
    folder = CACHE / "wine" / "template"
    with locked(folder):
        if not folder.exists():
            with step("set up Wine"), fresh_folder(folder) as partial:
                environment = _environment(partial)
                _quiet([debian.WINE, "wineboot", "-i"], environment)
                settings = partial / "settings.reg"
                settings.write_text(REGISTRY)
                _quiet([debian.WINE, "regedit", "/S", windows_path(settings)], environment)
                _quiet(["wineserver", "-k"], environment)
                _quiet(["wineserver", "-w"], environment)
    return folder


@contextmanager
def _prefix() -> Iterator[Path]:
    """Lend a prefix that nobody else uses: no run sees another's processes, and each can be ended as a whole."""
    template = _template()
    number = 1
    while True:
        folder = CACHE / "wine" / f"prefix-{number}"
        with try_lock(folder) as ours:
            if ours:
                if not folder.exists():
                    with fresh_folder(folder) as partial:
                        link_tree(template / "drive_c" / "windows", partial / "drive_c" / "windows")
                        shutil.copytree(template, partial, symlinks=True, dirs_exist_ok=True, ignore=lambda *_: ["windows"])
                yield folder
                return
        number += 1


@contextmanager
def session(dll: Path | None) -> Iterator["Session"]:
    """Start Wine for a few programs; they get the given wtsapi32.dll, or Wine's own."""
    debian.bed()
    with _prefix() as prefix:
        environment = _environment(prefix)
        # Without a fallback: a stand-in that fails to load must not quietly become Wine's own.
        environment["WINEDLLOVERRIDES"] += f";wtsapi32={'n' if dll else 'b'}"
        if dll:
            environment["WTSFAST_DLL"] = windows_path(dll)
        try:
            _quiet(["wineserver", "-p"], environment)
            # Starts the services now: started by our program, they would inherit its pipes and hold them open.
            _quiet([debian.WINE, "wineboot"], environment)
            yield Session(environment)
        finally:
            subprocess.run(["wineserver", "-k"], env=environment, stderr=subprocess.DEVNULL)
            subprocess.run(["wineserver", "-w"], env=environment, stderr=subprocess.DEVNULL)


class Session:
    """A running Wine."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def run(
        self, command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path, limit: float, stdin: BinaryIO | None = None
    ) -> int:
        """Run a program, show its output as it comes, and give its exit code (its low eight bits)."""
        # Pipes, since Windows' Python does not start with a regular file as its output.
        process = subprocess.Popen(
            [debian.WINE, *command], cwd=cwd, env={**self._environment, **env},
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        copies = [
            threading.Thread(target=_copy, args=(source, target.buffer), daemon=True)
            for source, target in ((process.stdout, sys.stdout), (process.stderr, sys.stderr))
        ]
        if stdin:
            threading.Thread(target=_feed, args=(stdin, process.stdin), daemon=True).start()
        for copy in copies:
            copy.start()
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Failure(f"stopped after {limit:.0f} seconds: {command[0]} neither ended nor failed") from None
        finally:
            process.kill()
        end = time.monotonic() + 2  # a child that outlives the program may hold the pipes: do not wait for it for ever
        for copy in copies:
            copy.join(max(0, end - time.monotonic()))
        return code


def _copy(source: IO[bytes], target: BinaryIO) -> None:
    """Copy as it comes, with this machine's line ends."""
    kept = b""
    while data := os.read(source.fileno(), 1 << 16):
        data = kept + data
        kept = b"\r" if data.endswith(b"\r") else b""
        target.write(data.removesuffix(kept).replace(b"\r\n", b"\n"))
        target.flush()


def _feed(source: BinaryIO, target: IO[bytes]) -> None:
    with target:
        while data := os.read(source.fileno(), 1 << 16):
            target.write(data)
            target.flush()
