"""Where things are kept, locks between two dev.py, and folders that can be trusted to be whole."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
DIST = ROOT / "dist"
# Downloads and what is made of them alone; one cache may serve several checkouts.
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
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a path, or give False where another process has it and we shall not wait.

    The system drops the lock if we die.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{path}.lock").open("a") as file:
        yield _lock(file.fileno(), wait=wait)


def is_whole(folder: Path) -> bool:
    """Tell whether the folder was filled to the end."""
    return (folder / ".whole").exists()


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Fill a folder from nothing, under its lock; only an undisturbed end makes it whole."""
    remove(folder)
    folder.mkdir(parents=True)
    yield folder
    (folder / ".whole").touch()


def remove(folder: Path) -> None:
    """Remove a folder; if we are interrupted, what is left does not count as whole."""
    (folder / ".whole").unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def link_tree(source: Path, target: Path) -> None:
    """Copy a whole folder by hard links, or by bytes where the two places cannot share files."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other)
        except OSError:
            shutil.copy2(one, other)

    ignore = shutil.ignore_patterns(".whole")
    shutil.copytree(source, target, copy_function=link, symlinks=True, dirs_exist_ok=True, ignore=ignore)
