"""The Debian packages of the cross build and the test bed."""

import os
import shutil
import sys
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


def need_packages() -> None:
    """See that Wine and the compiler are there; install them if we may."""
    if not _missing():
        return
    command = " ".join([*INSTALL, *PACKAGES])
    if not shutil.which("apt-get"):
        raise Failure(f"needed: {', '.join(_missing())}. On Debian: {command}")
    if sys.platform == "win32" or os.geteuid() != 0:
        raise Failure(f"Debian packages are missing. As root: {command}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with locked(CACHE / "apt"), step(f"install the Debian packages {' '.join(PACKAGES)}"):
        try:
            call([*INSTALL, *QUIET, *PACKAGES], command, env=environment)
        except Failure:  # the package lists may be old, or not there at all
            call(["apt-get", "update", *QUIET], "apt-get update", env=environment)
            call([*INSTALL, *QUIET, *PACKAGES], command, env=environment)
    if missing := _missing():
        raise Failure(f"still missing after {command}: {', '.join(missing)}")


def _missing() -> list[str]:
    return [program for program in PROGRAMS if not shutil.which(program)]
