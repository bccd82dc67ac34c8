"""Pinned downloads: Maven artifacts by checksum, Python packages by lock file with hashes."""

import hashlib
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from devkit.console import Failure, call, step
from devkit.places import CACHE, ROOT, fresh_folder, locked

LOCKS = ROOT / "tools" / "locks"
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:2.8:copy"


def maven(artifact: str, sha256: str) -> Path:
    """Fetch group:name:version:type:classifier and check it."""
    _, name, version, kind, classifier = artifact.split(":")
    path = CACHE / "maven" / f"{name}-{version}-{classifier}.{kind}"
    with locked(path):
        if not path.exists():
            if not shutil.which("mvn"):
                raise Failure(f"Maven's program mvn is needed to fetch {artifact}")
            with step(f"fetch {artifact}"), fresh_folder(path.with_suffix(".fetch")) as folder:
                call(
                    ["mvn", "-q", "-B", MAVEN_COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={folder}"],
                    f"fetching {artifact}",
                    cwd=folder,
                )
                fetched = folder / path.name
                found = hashlib.sha256(fetched.read_bytes()).hexdigest()
                if found != sha256:
                    raise Failure(f"{artifact} is not the one we know: SHA-256 {found}, expected {sha256}")
                fetched.rename(path)
    return path


def unpack(archive: Path, prefix: str, folder: Path, *, without: Sequence[str] = ()) -> None:
    """Unpack the members below a prefix, but for those in a list of files and folders."""
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            name = member.filename.removeprefix(prefix)
            if name == member.filename or member.is_dir() or name.startswith(tuple(without)):
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read(member))


def lock_key(lock: str) -> str:
    """Name the state of a lock file."""
    return hashlib.sha256((LOCKS / lock).read_bytes()).hexdigest()[:12]


def host_tools(lock: str) -> Path:
    """Give the Python of a virtual environment on this machine with what the lock file names."""
    key = f"{Path(lock).stem}-{sys.version_info[0]}.{sys.version_info[1]}-{lock_key(lock)}"
    folder = CACHE / "tools" / key
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    with locked(folder):
        if not (folder / "complete").exists():
            with step(f"install the tools of {lock}"):
                shutil.rmtree(folder, ignore_errors=True)
                call([sys.executable, "-m", "venv", folder], "making a virtual environment (Debian: python3-venv)")
                install = [python, "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
                call([*install, "-r", LOCKS / lock], f"installing {lock}")
                (folder / "complete").touch()
    return python


def windows_wheels(lock: str, python: str, platform: str = "win_amd64") -> Path:
    """Give a folder with the Windows wheels that the lock file names."""
    folder = CACHE / "wheels" / f"{Path(lock).stem}-{lock_key(lock)}"
    pip = host_tools("build.txt")
    with locked(folder):
        if not folder.exists():
            with step(f"fetch the wheels of {lock}"), fresh_folder(folder) as partial:
                call(
                    [
                        *(pip, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps", "--require-hashes"),
                        *("--only-binary=:all:", "--implementation", "cp", "--python-version", python),
                        *("--platform", platform, "--dest", partial, "-r", LOCKS / lock),
                    ],
                    f"fetching {lock}",
                )
    return folder
