"""Makes the lock files of tools/locks/ anew from the dependency groups of pyproject.toml."""

import hashlib
import tempfile
import tomllib
from pathlib import Path

from devkit import downloads
from devkit.console import call, step
from devkit.pins import PYTHONS
from devkit.places import BUILD, ROOT

HOST_LOCKS = ("build", "lint", "zig", "chart", "docs")
# What a Windows Python gets for the tests; mypy for its stubtest.
WINDOWS_GROUPS = ("test", "peers", "typing")
# What these need on Windows only: pip reads conditions as they are on the machine that it runs on.
WINDOWS_NEEDS = ("colorama",)
# What one version of Python gets besides.
MORE_GROUPS = {"3.13": ("readers",)}
OPTIONS = ("--generate-hashes", "--allow-unsafe", "--strip-extras", "--no-header", "--no-annotate", "--upgrade")
NO_MACHINE = ("--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links")


def make_locks() -> None:
    """Resolve everything to the newest versions."""
    host = downloads.host_tools("lint")
    for name in HOST_LOCKS:
        with step(f"lock {name}"):
            wanted = BUILD / "locks" / f"{name}.in"
            wanted.parent.mkdir(parents=True, exist_ok=True)
            wanted.write_text("\n".join(_requirements(name)))
            lock = downloads.LOCKS / f"{name}.txt"
            call(
                [host, "-m", "piptools", "compile", "-q", *OPTIONS, *NO_MACHINE, "-o", lock, wanted], f"locking {name}"
            )
    for python in PYTHONS:
        with step(f"lock the Windows wheels for Python {python}"), tempfile.TemporaryDirectory() as folder:
            groups = (*WINDOWS_GROUPS, *MORE_GROUPS.get(python, ()))
            wanted_wheels = [*WINDOWS_NEEDS, *(line for group in groups for line in _requirements(group))]
            downloads.download_windows(host, python, Path(folder), *wanted_wheels)
            title = f"# Windows wheels of the test tools and peers for Python {python}; made by `dev.py lock`."
            wheels = sorted(Path(folder).glob("*.whl"), key=lambda path: path.name.lower())
            lines = [title, *map(_pin, wheels)]
            (downloads.LOCKS / f"windows-{python}.txt").write_text("\n".join(lines) + "\n")


def _requirements(group: str) -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    if group == "build":
        return [*project["build-system"]["requires"], "pip"]
    found = []
    for entry in project["dependency-groups"][group]:
        found += [entry] if isinstance(entry, str) else _requirements(entry["include-group"])
    return found


def _pin(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    return f"{name.lower().replace('_', '-')}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
