"""The commands on a machine that is not Windows: cross-built, and run under Wine."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from devkit import standin, wheel, wine, winpython
from devkit.places import ROOT

TIME_LIMIT = 3600.0
SUPERVISE = ROOT / "tools" / "devkit" / "supervise.py"


def build(python: str) -> list[Path]:
    """Build the wheel and the sdist."""
    return [wheel.cross_build(python), wheel.sdist()]


def run_python(python: str, dll: str, arguments: Sequence[str], *, supervised: bool = False, stdin: bool = False) -> int:
    """Run the Windows interpreter that has our wheel installed, on the stand-in or on Wine's own DLL."""
    library = standin.build() if dll == "standin" else None
    folder = winpython.with_wheel(python, wheel.cross_build(python))
    interpreter = wine.windows_path(folder / "python.exe")
    supervisor = [interpreter, wine.windows_path(SUPERVISE)] if supervised else []
    with wine.session(library) as session:
        return session.run(
            [*supervisor, interpreter, *arguments],
            env=_output(),
            cwd=ROOT,
            limit=TIME_LIMIT,
            stdin=sys.stdin.buffer if stdin else None,
        )


def _output() -> Mapping[str, str]:
    """Tell the program what the pipe hides: encoding and width of the terminal."""
    width = os.environ.get("COLUMNS") or str(shutil.get_terminal_size((120, 40)).columns)
    return {"PYTHONIOENCODING": "utf-8", "COLUMNS": width}
