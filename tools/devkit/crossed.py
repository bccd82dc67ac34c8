"""The commands on a machine that is not Windows: cross-built, and run under Wine."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from devkit import standin, wheel, wine, winpython
from devkit.pins import PYTHONS
from devkit.places import ROOT
from devkit.targets import Target

VERSIONS = tuple(PYTHONS)
DEFAULT_VERSION = "3.13"
DLLS = ("standin", "wine")
DEFAULT_DLL = "standin"  # Wine's own answers a few functions only
TIME_LIMIT = 1800
SUPERVISE = ROOT / "tools" / "devkit" / "supervise.py"


def build_wheel(target: Target) -> Path:
    """Build a wheel."""
    return wheel.build(target, wheel.cross_setup(target))


def build_extension(folder: Path, python: str) -> Path:
    """Build the modules of another folder's setup.py."""
    return wheel.build_extension(folder, Target(python), wheel.cross_setup(Target(python)))


def run_python(
    python: str,
    dll: str,
    arguments: Sequence[str],
    *,
    path: Path | None = None,
    downstream: Path | None = None,
    supervised: bool = False,
    stdin: bool = False,
) -> int:
    """Run the Windows interpreter that has our wheel installed, and on its path what a folder has to build on that."""
    library = standin.build() if dll == "standin" else None
    target = Target(python)
    folder = winpython.with_wheel(python, build_wheel(target))
    if downstream:
        path = wheel.build_downstream(downstream, folder / "lib" / "site-packages", target, wheel.cross_setup(target))
    interpreter = wine.windows_path(folder / "python.exe")
    supervisor = [interpreter, wine.windows_path(SUPERVISE)] if supervised else []
    # What our pipe hides from the program: the encoding, and the width of the terminal where there is one.
    terminal = {"COLUMNS": str(shutil.get_terminal_size().columns)} if sys.stdout.isatty() else {}
    environment = {"PYTHONIOENCODING": "utf-8", **terminal}
    if path:
        environment["PYTHONPATH"] = wine.windows_path(path)
    with wine.session(library) as session:
        return session.run(
            [*supervisor, interpreter, *arguments],
            cwd=ROOT,
            limit=None if stdin else TIME_LIMIT,  # somebody may sit before it
            env=environment,
            stdin=sys.stdin.buffer if stdin else None,
        )
