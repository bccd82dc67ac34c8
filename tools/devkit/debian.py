"""The Debian packages that the cross build and the test bed need."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from devkit.console import Failure, call, step
from devkit.places import CACHE, locked

WINE = Path("/usr/lib/wine/wine64")
BED = (
    "wine",
    "wine64",
    "gcc-mingw-w64-x86-64-win32",
    "mingw-w64-x86-64-dev",
    "binutils-mingw-w64-x86-64",
    "mingw-w64-tools",
)


def need(packages: Sequence[str], *programs: str | Path) -> None:
    """See that the programs are there, installing their packages where we may."""
    if all(shutil.which(program) for program in programs):
        return
    command = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Failure(f"{' '.join(map(str, programs))}: needed from the Debian packages {' '.join(packages)}")
    if os.geteuid() != 0:
        raise Failure(f"Debian packages are missing. As root: {command}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with locked(CACHE / "apt"), step(f"install Debian packages {' '.join(packages)}"):
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", *packages]
        try:
            call(install, "apt-get install", env=environment)
        except Failure:  # the package lists may be old, or not there at all
            call(["apt-get", "update", "-q", "-o", "DPkg::Lock::Timeout=300"], "apt-get update", env=environment)
            call(install, f"installing {' '.join(packages)}", env=environment)
    for program in programs:
        if not shutil.which(program):
            raise Failure(f"{program} is still missing after: {command}")


def bed() -> None:
    """Wine and the mingw compiler."""
    need(BED, WINE, "wineserver", "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-dlltool")
