"""Pinned downloads: Maven artifacts by checksum, Python packages by lock files with hashes."""

import hashlib
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from devkit import debian
from devkit.console import Failure, call, step
from devkit.places import CACHE, ROOT, filling, is_whole, locked

LOCKS = ROOT / "tools" / "locks"
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy"


def maven(artifact: str, sha256: str) -> Path:
    """Fetch group:name:version:type:classifier and check it."""
    _, name, version, kind, classifier = artifact.split(":")
    folder = CACHE / "maven" / f"{name}-{version}"
    path = folder / f"{name}-{version}-{classifier}.{kind}"
    with locked(folder):
        if not is_whole(folder):
            if not shutil.which("mvn"):
                raise Failure(f"{artifact}: Maven is needed to fetch it (program mvn, Debian package maven)")
            with step(f"fetch {artifact}"), filling(folder):
                copy = [MAVEN_COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"]
                call([shutil.which("mvn") or "mvn", "-q", "-B", *copy], f"fetching {artifact}", cwd=folder)
                verify(path, sha256)
    return path


def verify(path: Path, sha256: str) -> None:
    """Fail if a file is not the one that we know."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise Failure(f"{path.name} is not the file that is pinned: its SHA-256 is {found}, not {sha256}")


def unpack(archive: Path, prefix: str, folder: Path, *, without: Sequence[str] = ()) -> None:
    """Unpack what starts with a prefix, which is cut off, but for names that start with one of a list."""
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            name = member.filename.removeprefix(prefix)
            if member.is_dir() or not member.filename.startswith(prefix) or name.startswith(tuple(without)):
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read(member))


def lock_key(lock: Path) -> str:
    """Name the state of a lock file."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]


def host_tools(name: str) -> Path:
    """Give the Python of a virtual environment on this machine with what tools/locks/NAME.txt lists."""
    lock = LOCKS / f"{name}.txt"
    folder = CACHE / "tools" / f"{name}-{sys.implementation.cache_tag}-{lock_key(lock)}"
    with locked(folder):
        if not is_whole(folder):
            with step(f"install the tools of {lock.name}"), filling(folder):
                debian.need_venv()
                call([sys.executable, "-m", "venv", folder], "making a virtual environment")
                pip_install(venv_python(folder), "--require-hashes", "-r", str(lock))
    return venv_python(folder)


def venv_python(folder: Path) -> Path:
    """Name the interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def pip_install(python: Path, *arguments: str) -> None:
    """Install packages for an interpreter of this machine."""
    call([python, "-m", "pip", "install", "--disable-pip-version-check", *arguments], f"pip install {arguments[-1]}")


def windows_wheels(lock: Path, python: str) -> Path:
    """Give a folder with the Windows wheels that a lock file lists."""
    folder = CACHE / "wheels" / f"{lock.stem}-{lock_key(lock)}"
    host = host_tools("build")
    with locked(folder):
        if not is_whole(folder):
            with step(f"fetch the wheels of {lock.name}"), filling(folder):
                download_windows(host, python, folder, "--no-deps", "--require-hashes", "-r", str(lock))
    return folder


def windows_packages(name: str, python: str) -> Path:
    """Give a folder with the packages of tools/locks/NAME.txt, for the path of a Windows Python."""
    lock = LOCKS / f"{name}.txt"
    folder = CACHE / "packages" / f"{name}-{python}-{lock_key(lock)}"
    host = host_tools("build")
    with locked(folder):
        if not is_whole(folder):
            with step(f"install the packages of {lock.name}"), filling(folder):
                chosen = [*_for_windows(python), "--no-deps", "--require-hashes", "-r", str(lock)]
                pip_install(host, "--target", str(folder), *chosen)
    return folder


def download_windows(host: Path, python: str, folder: Path, *arguments: str) -> None:
    """Let pip fetch wheels for another machine than this one."""
    download = [*("-m", "pip", "download", "--disable-pip-version-check"), *_for_windows(python), *arguments]
    call([host, *download, "--dest", folder], f"fetching Windows wheels for Python {python}")


def _for_windows(python: str) -> list[str]:
    return [
        "--only-binary=:all:",
        "--implementation",
        "cp",
        "--python-version",
        python,
        "--platform",
        "win_amd64",
    ]
