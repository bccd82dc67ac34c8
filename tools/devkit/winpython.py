"""Windows' CPython for Wine: the distribution, the same with test tools, and with our wheel installed."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from devkit import downloads, toolchain, wine
from devkit.console import Failure, step
from devkit.pins import C_RUNTIME, C_RUNTIME_FILES, C_RUNTIME_FOLDER, PYTHON_FOLDER, PYTHONS
from devkit.places import BUILD, CACHE, filling, is_whole, link_tree, locked, remove
from devkit.targets import Target

RECIPE = "3"  # raise it when the folders made here change
# Wine 8 lacks a function that _wmi needs, and platform.uname() would end the process; without _wmi it has another way.
LEFT_OUT = (
    "lib/_wmi.pyd",
    "lib/test/",
    "lib/lib2to3/tests/",
    "lib/idlelib/",
    "lib/turtledemo/",
    "jnipython.dll",
    "bin/",
)

# Goes into each environment, and so runs in each interpreter that a test starts.
DLL_LOADER = '''"""Loads the DLL that WTSFAST_DLL names, by full path: later requests for its name then all give it."""

import os

if os.environ.get("WTSFAST_DLL"):
    import _ctypes

    _ctypes.LoadLibrary(os.environ["WTSFAST_DLL"], 0x1100)  # LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, _DLL_LOAD_DIR
'''


def distribution(python: str) -> Path:
    """Give the folder of a pristine CPython, with its include/ and libs/ for the compiler."""
    artifact, checksum = PYTHONS[python]
    folder = CACHE / "python" / f"{artifact.split(':')[2]}-{RECIPE}"
    with locked(folder):
        if not is_whole(folder):
            archive, runtime = downloads.maven(artifact, checksum), downloads.maven(*C_RUNTIME)
            with step(f"set up Windows' Python {python}"), filling(folder):
                downloads.unpack(archive, PYTHON_FOLDER, folder, without=LEFT_OUT)
                for name in C_RUNTIME_FILES:
                    downloads.unpack(runtime, C_RUNTIME_FOLDER + name, folder / name)
                _add_dlls(folder, f"python{Target(python).digits}")
                _run(folder, "-m", "compileall", "-q", wine.windows_path(folder / "lib"))
    return folder


def _add_dlls(folder: Path, python: str) -> None:
    """Make what wheels ask for: the DLL of the stable ABI, which the artifact lacks, and one that Wine 8 lacks."""
    stable = toolchain.names(folder / "libs" / "python3.lib")
    toolchain.forwarder(folder / "python3.dll", {name: f"{python}.{name}" for name in stable})
    # Each program written in Rust wants it; the other function has the same arguments.
    toolchain.forwarder(folder / "bcryptprimitives.dll", {"ProcessPrng": "advapi32.SystemFunction036"})


def with_test_tools(python: str) -> Path:
    """Give the folder of a CPython with pytest, the peers and what else the lock file lists."""
    lock = downloads.LOCKS / f"windows-{python}.txt"
    plain = distribution(python)
    folder = CACHE / "python" / f"{plain.name}-{downloads.lock_key(lock)}"
    with locked(folder):
        if not is_whole(folder):
            wheels = downloads.windows_wheels(lock, python)
            with step(f"install the test tools for Python {python}"), filling(folder):
                link_tree(plain, folder)
                write_dll_loader(folder / "lib" / "site-packages")
                _pip_install(folder, sorted(wheels.glob("*.whl")))
    return folder


def with_wheel(python: str, wheel: Path) -> Path:
    """Give the folder of a CPython into which Windows' own pip has installed our wheel."""
    base = with_test_tools(python)
    data = wheel.read_bytes()
    folder = environment_folder(python, data)
    with locked(folder):
        if not is_whole(folder):
            with step(f"install {wheel.name}"), filling(folder):
                link_tree(base, folder)
                (folder / wheel.name).write_bytes(data)  # dist/ may have another one by now
                _pip_install(folder, [folder / wheel.name])
    keep_newest(folder)
    return folder


def environment_folder(python: str, wheel: bytes) -> Path:
    """Name the folder of an environment: another wheel has another, and so have other test tools."""
    lock = downloads.LOCKS / f"windows-{python}.txt"
    tools = lock.read_bytes() if lock.exists() else b""
    return BUILD / "python" / f"{python}-{hashlib.sha256(wheel + tools).hexdigest()[:12]}"


def keep_newest(newest: Path) -> None:
    """Drop the environments of older wheels, but for a few that another dev.py may still be using."""
    newest.touch()
    version = newest.name.split("-")[0]
    with locked(newest.parent / "cleaning", wait=False) as mine:
        if not mine:
            return  # another dev.py is at it
        environments = [path for path in newest.parent.glob(f"{version}-*") if path.is_dir()]
        for old in sorted(environments, key=lambda path: path.stat().st_mtime)[:-4]:
            remove(old)


def write_dll_loader(packages: Path) -> None:
    """Let each start of an interpreter load the DLL of this run before anything can ask for it."""
    (packages / "wtsfast_dll.py").write_text(DLL_LOADER)
    (packages / "wtsfast_dll.pth").write_text("import wtsfast_dll\n")


def _pip_install(folder: Path, wheels: Sequence[Path]) -> None:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-warn-script-location", "--no-cache-dir")
    _run(folder, "-m", "pip", "install", "--no-index", "--no-deps", *quiet, *map(wine.windows_path, wheels))


def _run(folder: Path, *arguments: str) -> None:
    with wine.session(None) as session:
        code = session.run([folder / "python.exe", *arguments], cwd=folder, limit=600)
    if code:
        raise Failure(f"python.exe {' '.join(arguments[:3])} ended with code {code}")
