"""Where things are kept, locks between two dev.py, and steps that can be interrupted."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
DIST = ROOT / "dist"
CACHE = Path(os.environ.get("WTSFAST_CACHE") or ROOT / ".cache").resolve()

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, wait: bool) -> bool:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if wait:  # LK_LOCK gives up after ten seconds
                    continue
                return False
            return True

else:
    import fcntl

    def _lock(descriptor: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a path while the block runs; the system drops it if we die."""
    with try_lock(path, wait=True):
        yield


@contextmanager
def try_lock(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Give True and hold the lock, or give False at once where another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("a") as file:
        yield _lock(file.fileno(), wait=wait)


@contextmanager
def fresh_folder(path: Path) -> Iterator[Path]:
    """Fill a folder under another name and give it its own once the block is done: a folder that exists is whole."""
    partial = path.with_name(f"{path.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    shutil.rmtree(path, ignore_errors=True)
    partial.rename(path)


def link_tree(source: Path, target: Path) -> None:
    """Copy a tree by hard links, or by bytes where the file system has none between the two places."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copy2(one, other)

    shutil.copytree(source, target, copy_function=link, symlinks=True, dirs_exist_ok=True)
