"""Wine: prefixes, and Windows programs run in them with pipes and time limits."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from devkit import debian
from devkit.console import Failure, step
from devkit.places import CACHE, filling, is_whole, link_tree, locked

# Windows 10, so that version checks take the modern way. A crash ends the process: the debugger does not exist.
REGISTRY = r"""REGEDIT4

[HKEY_CURRENT_USER\Software\Wine]
"Version"="win10"

[HKEY_LOCAL_MACHINE\Software\Microsoft\Windows NT\CurrentVersion\AeDebug]
"Auto"="1"
"Debugger"="none"
"""
# Wine's own C runtime lacks functions that numpy and pyarrow need. Neither Mono nor Gecko is wanted.
OVERRIDES = "ucrtbase,msvcp140,msvcp140_1,msvcp140_2,vcruntime140,vcruntime140_1,concrt140=n,b;mscoree,mshtml="
# Settings of this machine that would change what a program does there.
DROPPED = ("DISPLAY", "WAYLAND_DISPLAY", "LD_PRELOAD", "PYTHON", "PYTEST", "PIP_", "VIRTUAL_ENV", "WINE", "WTSFAST_")


class Session:
    """A running Wine that nobody else uses."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def run(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        limit: float | None,
        env: Mapping[str, str] | None = None,
        stdin: BinaryIO | None = None,
    ) -> int:
        """Run a program, show its output as it comes, and give the low eight bits of its exit code."""
        # Pipes, since Windows' Python does not start with a regular file as its output.
        process = subprocess.Popen(
            [debian.WINE, *command],
            cwd=cwd,
            env={**self._environment, **(env or {})},
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        copies = [
            _start(_copy, process.stdout, sys.stdout.buffer),
            _start(_copy, process.stderr, sys.stderr.buffer),
        ]
        if stdin:
            _start(_feed, stdin, process.stdin)
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            raise Failure(f"stopped: {command[0]} had not ended after {limit} seconds") from None
        finally:
            process.kill()
        end = time.monotonic() + 2  # a child that outlives the program may hold the pipes: do not wait for it
        for copy in copies:
            copy.join(max(0, end - time.monotonic()))
        return code


@contextmanager
def session(dll: Path | None) -> Iterator[Session]:
    """Start Wine for a few programs; they get the given wtsapi32.dll, or Wine's own."""
    debian.need_test_bed()
    with _prefix() as prefix:
        environment = _environment(prefix)
        # Without a fallback: a stand-in that fails to load must not quietly become Wine's own.
        environment["WINEDLLOVERRIDES"] += ";wtsapi32=n" if dll else ";wtsapi32=b"
        if dll:
            environment["WTSFAST_DLL"] = windows_path(dll)
        try:
            _quietly(["wineserver", "-p"], environment)
            # Starts the services now: started by our program, they would inherit its pipes and hold them open.
            _quietly([debian.WINE, "wineboot"], environment)
            yield Session(environment)
        finally:
            _quietly(["wineserver", "-k"], environment)
            _quietly(["wineserver", "-w"], environment)


def windows_path(path: Path) -> str:
    """Name a file of this machine as Wine's programs see it."""
    return "Z:" + str(path).replace("/", "\\")


@contextmanager
def _prefix() -> Iterator[Path]:
    """Lend a prefix of a pool: no run sees another's processes, and each can be ended as a whole."""
    template = _template()
    number = 1
    while True:
        folder = CACHE / "wine" / f"prefix-{number}"
        with locked(folder, wait=False) as ours:
            if ours:
                if not is_whole(folder):
                    with filling(folder):
                        _copy_prefix(template, folder)
                yield folder
                return
        number += 1


def _template() -> Path:
    """Give the prefix that the others are copies of."""
    folder = CACHE / "wine" / "template"
    with locked(folder):
        if not is_whole(folder):
            with step("set up Wine"), filling(folder):
                environment = _environment(folder)
                _quietly([debian.WINE, "wineboot", "-i"], environment)
                settings = folder / "settings.reg"
                settings.write_text(REGISTRY)
                _quietly([debian.WINE, "regedit", "/S", windows_path(settings)], environment)
                _quietly(["wineserver", "-k"], environment)
                _quietly(["wineserver", "-w"], environment)
    return folder


def _copy_prefix(template: Path, folder: Path) -> None:
    """Copy the registry and the user's folders; Windows' own files, which nobody writes, are shared."""
    windows = Path("drive_c", "windows")
    link_tree(template / windows, folder / windows)
    ignore = shutil.ignore_patterns("windows", ".whole")
    shutil.copytree(template, folder, symlinks=True, dirs_exist_ok=True, ignore=ignore)


def _environment(prefix: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DROPPED)}
    wine = {"WINEPREFIX": str(prefix), "WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": OVERRIDES}
    return {**kept, **wine, "LC_ALL": "C.UTF-8"}


def _quietly(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    # Not to pipes: services that this starts would hold them open.
    null = subprocess.DEVNULL
    try:
        subprocess.run(command, env=environment, stdin=null, stdout=null, stderr=null, timeout=120)
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Failure(f"Wine does not work: {error}") from None


def _copy(source: IO[bytes], target: BinaryIO) -> None:
    """Copy as it comes, with this machine's line ends. When the reader has gone, the program's pipe breaks too."""
    kept = b""
    with source:
        try:
            while data := os.read(source.fileno(), 1 << 16):
                whole = kept + data
                kept = b"\r" if whole.endswith(b"\r") else b""
                target.write(whole.removesuffix(kept).replace(b"\r\n", b"\n"))
                target.flush()
            target.write(kept)
            target.flush()
        except BrokenPipeError:
            # Or the interpreter would try to write the rest once more when it ends, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), target.fileno())


def _feed(source: BinaryIO, target: IO[bytes]) -> None:
    with suppress(BrokenPipeError), target:
        while data := os.read(source.fileno(), 1 << 16):
            target.write(data)
            target.flush()


def _start(function: Callable[..., None], *arguments: IO[bytes] | BinaryIO | None) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread
