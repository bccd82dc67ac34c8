"""The commands on Windows: built by Microsoft's compiler, and run by the Python that is there."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from devkit import downloads, standin, wheel, winpython
from devkit.console import Failure, call, step
from devkit.places import ROOT, filling, is_whole, locked
from devkit.targets import Target

# One version: other ones are had by running dev.py with another Python.
DEFAULT_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
VERSIONS = (DEFAULT_VERSION,)
MACHINE = sysconfig.get_platform().removeprefix("win-")
DLLS = ("standin", "windows")
DEFAULT_DLL = "windows"
TIME_LIMIT = 1800


def build_wheel(target: Target) -> Path:
    """Build a wheel for the Python that runs this."""
    if target.machine != MACHINE:
        raise Failure(f"this Python builds wheels for {MACHINE}, not for {target.machine}")
    return wheel.build(target, _setup())


def build_extension(folder: Path, python: str) -> Path:
    """Build the modules of another folder's setup.py."""
    return wheel.build_extension(folder, Target(python, MACHINE), _setup())


def run_python(
    python: str,
    dll: str,
    arguments: Sequence[str],
    *,
    path: Path | None = None,
    downstream: Path | None = None,
    supervised: bool = False,  # noqa: ARG001 - exit codes are whole here
    stdin: bool = False,
) -> int:
    """Run a Python that has our wheel installed, and on its path what a folder has to build on that."""
    interpreter = _with_wheel(build_wheel(Target(python, MACHINE)))
    if downstream:
        path = _build_downstream(downstream, interpreter.parents[1] / "Lib" / "site-packages")
    return _run(interpreter, dll, arguments, path, limit=None if stdin else TIME_LIMIT)  # somebody may sit before it


def run_installed(dll: str, arguments: Sequence[str], *, downstream: Path) -> int:
    """Run this very Python, where somebody has installed a wheel and the test group."""
    packages = Path(sysconfig.get_path("purelib"))
    winpython.write_dll_loader(packages)
    return _run(Path(sys.executable), dll, arguments, _build_downstream(downstream, packages))


def _build_downstream(folder: Path, packages: Path) -> Path:
    return wheel.build_downstream(folder, packages, Target(DEFAULT_VERSION, MACHINE), _setup())


def _setup() -> list[str | Path]:
    return [downloads.host_tools("build"), "setup.py"]


def _run(
    python: Path, dll: str, arguments: Sequence[str], path: Path | None = None, *, limit: float | None = TIME_LIMIT
) -> int:
    # Loaded by full path, never copied into Windows' own folders.
    environment = {name: value for name, value in os.environ.items() if name not in {"WTSFAST_DLL", "PYTHONPATH"}}
    environment["PYTHON_GIL"] = "1"  # a free-threaded Python else warns that a module switches it on
    if dll == "standin":
        environment["WTSFAST_DLL"] = str(standin.build())
    if path:
        environment["PYTHONPATH"] = str(path)
    try:
        return subprocess.run([python, *arguments], cwd=ROOT, env=environment, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        raise Failure(f"stopped: {python.name} had not ended after {limit} seconds") from None


def _with_wheel(built: Path) -> Path:
    """Give the Python of a virtual environment with our wheel and the test tools."""
    data = built.read_bytes()
    folder = winpython.environment_folder(DEFAULT_VERSION, data)
    python = downloads.venv_python(folder)
    with locked(folder):
        if not is_whole(folder):
            with step(f"install {built.name} and the test tools"), filling(folder):
                call([sys.executable, "-m", "venv", folder], "making a virtual environment")
                winpython.write_dll_loader(folder / "Lib" / "site-packages")
                lock = downloads.LOCKS / f"windows-{DEFAULT_VERSION}.txt"
                if lock.exists() and MACHINE == "amd64":
                    downloads.pip_install(python, "--require-hashes", "--no-deps", "-r", str(lock))
                else:  # the peers have no wheels there
                    downloads.pip_install(python, "--upgrade", "pip")
                    downloads.pip_install(python, "--group", f"{ROOT / 'pyproject.toml'}:test")
                (folder / built.name).write_bytes(data)  # dist/ may have another one by now
                downloads.pip_install(python, "--no-index", "--no-deps", str(folder / built.name))
    winpython.keep_newest(folder)
    return python
