"""Windows' CPython on this machine: the distribution, with test tools, and with our wheel installed."""

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from devkit import downloads, toolchain, wine
from devkit.console import Failure, step
from devkit.pins import C_RUNTIME, C_RUNTIME_FILES, C_RUNTIME_FOLDER, PYTHON_FOLDER, PYTHONS
from devkit.places import BUILD, CACHE, fresh_folder, link_tree, locked

RECIPE = "1"  # raise it when the folders made here change
# Wine 8 lacks a function that _wmi needs, and platform.uname() would end the process; without _wmi it takes another way.
LEFT_OUT = ("lib/_wmi.pyd", "lib/test", "lib/idlelib", "lib/turtledemo", "jnipython.dll", "bin")

# Runs in each interpreter of an environment: the DLL of this run must be there before anything asks for wtsapi32.dll.
DLL_LOADER = '''"""Loads the DLLs that WTSFAST_DLL names by full path: Windows then binds every later request to them."""

import os

if os.environ.get("WTSFAST_DLL"):
    import _ctypes

    for path in os.environ["WTSFAST_DLL"].split(os.pathsep):
        _ctypes.LoadLibrary(path, 0x1100)  # LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR
'''


def distribution(python: str) -> Path:
    """Give the folder of a pristine CPython, with its include/ and libs/ for the compiler."""
    artifact, checksum = PYTHONS[python]
    folder = CACHE / "python" / f"{artifact.split(':')[2]}-{RECIPE}"
    if folder.exists():
        return folder
    with locked(folder):
        if not folder.exists():
            archive, runtime = downloads.maven(artifact, checksum), downloads.maven(*C_RUNTIME)
            with step(f"set up Windows' Python {python}"), fresh_folder(folder) as partial:
                downloads.unpack(archive, PYTHON_FOLDER, partial, without=LEFT_OUT)
                for name in C_RUNTIME_FILES:
                    downloads.unpack(runtime, C_RUNTIME_FOLDER + name, partial / name)
                toolchain.forwarder(partial / "python3.dll", partial / "libs" / "python3.lib", f"python{tag(python)}")
                run_quietly(partial, "-m", "compileall", "-q", wine.windows_path(partial / "lib"))
    return folder


def with_test_tools(python: str) -> Path:
    """Give the folder of a CPython with pytest, the peers and what else the lock file names."""
    lock = f"windows-{python}.txt"
    plain = distribution(python)
    folder = CACHE / "python" / f"{plain.name}-{downloads.lock_key(lock)}"
    if folder.exists():
        return folder
    with locked(folder):
        if not folder.exists():
            wheels = downloads.windows_wheels(lock, python)
            with step(f"install the test tools for Python {python}"), fresh_folder(folder) as partial:
                link_tree(plain, partial)
                packages = partial / "lib" / "site-packages"
                (packages / "wtsfast_dll.py").write_text(DLL_LOADER)
                (packages / "wtsfast_dll.pth").write_text("import wtsfast_dll\n")
                pip_install(partial, sorted(wheels.glob("*.whl")), "--compile")
    return folder


def with_wheel(python: str, wheel: Path) -> Path:
    """Give the folder of a CPython into which Windows' pip has installed our wheel."""
    folder = BUILD / "python" / f"{python}-{hashlib.sha256(wheel.read_bytes()).hexdigest()[:12]}"
    base = with_test_tools(python)
    with locked(folder):
        if not folder.exists():
            with step(f"install {wheel.name}"), fresh_folder(folder) as partial:
                link_tree(base, partial)
                pip_install(partial, [wheel], "--compile")
    _keep_newest(folder, python)
    return folder


def tag(python: str) -> str:
    """Give the digits of a version as they stand in file names."""
    return python.replace(".", "")


def pip_install(folder: Path, wheels: Sequence[Path], *options: str) -> None:
    """Install wheels, and nothing but them, with the pip of the Windows Python in the folder."""
    common = ("--no-index", "--no-deps", "--quiet", "--disable-pip-version-check", "--no-warn-script-location", "--no-cache-dir")
    run_quietly(folder, "-m", "pip", "install", *common, *options, *map(wine.windows_path, wheels))


def run_quietly(folder: Path, *arguments: str) -> None:
    """Run the Python of a folder for a step of the set-up."""
    with wine.session(None) as session:
        code = session.run([folder / "python.exe", *arguments], env={}, cwd=folder, limit=600)
    if code:
        raise Failure(f"python.exe {' '.join(arguments[:3])} ended with code {code}")


def _keep_newest(newest: Path, python: str) -> None:
    """Drop the environments of older wheels, but for a few that another dev.py may still be using."""
    newest.touch()
    environments = [path for path in newest.parent.glob(f"{python}-*") if path.is_dir() and not path.suffix]
    for old in sorted(environments, key=lambda path: path.stat().st_mtime)[:-3]:
        shutil.rmtree(old, ignore_errors=True)
