"""The Debian packages that we need: installed where we may, named where we may not."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from devkit.console import Failure, call, step
from devkit.places import CACHE, locked

WINE = Path("/usr/lib/wine/wine64")
PACKAGES = (
    "wine",
    "wine64",
    "gcc-mingw-w64-x86-64-win32",
    "mingw-w64-x86-64-dev",
    "binutils-mingw-w64-x86-64",
    "mingw-w64-tools",
)
PROGRAMS = (str(WINE), "wineserver", "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-nm")
INSTALL = ("apt-get", "install", "--no-install-recommends")
QUIET = ("-y", "-q", "-o", "DPkg::Lock::Timeout=300")


def need_test_bed() -> None:
    """See that Wine and the compiler are there."""
    _need(PACKAGES, lambda: [program for program in PROGRAMS if not shutil.which(program)])


def need_venv() -> None:
    """See that Python can make virtual environments."""

    def missing() -> list[str]:
        importlib.invalidate_caches()
        return [] if importlib.util.find_spec("ensurepip") else ["Python's module ensurepip"]

    _need([f"python3.{sys.version_info[1]}-venv"], missing)


def _need(packages: Sequence[str], missing: Callable[[], list[str]]) -> None:
    if not missing():
        return
    command = " ".join([*INSTALL, *packages])
    if not shutil.which("apt-get"):
        raise Failure(f"needed: {', '.join(missing())}. On Debian: {command}")
    if sys.platform == "win32" or os.geteuid() != 0:
        raise Failure(f"Debian packages are missing. As root: {command}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with locked(CACHE / "apt"), step(f"install the Debian packages {' '.join(packages)}"):
        try:
            call([*INSTALL, *QUIET, *packages], command, env=environment)
        except Failure:  # the package lists may be old, or not there at all
            call(["apt-get", "update", *QUIET], "apt-get update", env=environment)
            call([*INSTALL, *QUIET, *packages], command, env=environment)
    if still := missing():
        raise Failure(f"still missing after {command}: {', '.join(still)}")
