"""Checks what is shipped: wheels and the sdist have all that belongs in them, and nothing else."""

import base64
import hashlib
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from email.parser import Parser
from pathlib import Path, PurePosixPath

from devkit.allowed_imports import ALLOWED, FREE
from devkit.console import Failure, step
from devkit.pe import Image
from devkit.places import ROOT
from devkit.wheel import module_paths

WHEEL_LIMIT = 750_000  # more means that something got in that does not belong there
SHIPPED = {".py", ".pyi", ".h", ".typed"}
CIMPORTED = re.compile(r"wtsfast/(__init__|capi|_sdk/\w+)\.pxd")  # what modules of other packages may need
# What other packages are built against; more of it may be added, but none may go.
INTERFACE = {f"wtsfast/{name}" for name in ("capi.pxd", "include/wtsfast_capi.h", "include/wtsfast_sdk.h")}
NEVER_IN_SDIST = re.compile(r"(^|/)(build|dist|\.cache|\.\w+_cache|__pycache__)/|\.(pyc|pyd|so|dll|o|exe)$|^src/.*\.c$")


def check(path: Path) -> None:
    """Fail with a list of what is wrong with a wheel or an sdist."""
    with step(f"check {path.name}"):
        problems = list(wheel_problems(path) if path.suffix == ".whl" else sdist_problems(path))
        if problems:
            raise Failure(f"{path.name}:\n  " + "\n  ".join(problems))


def wheel_problems(path: Path) -> Iterator[str]:
    """Compare a wheel with the source tree, with its own records, and with what Windows 8.1 offers."""
    name, version, *tags = path.stem.split("-")
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path) as file:
        contents = {member: file.read(member) for member in file.namelist()}
    if path.stat().st_size > WHEEL_LIMIT:
        yield f"it has {path.stat().st_size} bytes, more than {WHEEL_LIMIT}"
    if Parser().parsestr(contents[f"{info}/WHEEL"].decode()).get_all("Tag") != ["-".join(tags)]:
        yield "its WHEEL file names other tags than its file name"
    yield from _record_problems(contents, f"{info}/RECORD")
    _, abi, platform = tags  # the free-threaded build shows in the second: cp314-cp314t-win_amd64
    files = _package_files()
    expected = {file for file in files if PurePosixPath(file).suffix in SHIPPED or CIMPORTED.fullmatch(file)}
    expected |= {"wtsfast/py.typed", *INTERFACE}
    expected |= {module.as_posix() for module in module_paths(ROOT)}
    dlls = {member for member in contents if member.endswith(f".{abi}-{platform}.pyd")}
    modules = [
        f"{member.rpartition('/')[0]}/{module}" for member in dlls for module in linked_modules(contents[member])
    ]
    found = {member for member in contents if member not in dlls and not member.startswith(info)} | {*modules}
    yield from (f"missing: {member}" for member in sorted(expected - found))
    yield from (f"does not belong in it: {member}" for member in sorted(found - expected))
    yield from (f"more than once in it: {module}" for module in sorted({*modules}) if modules.count(module) > 1)
    for member in sorted(dlls):
        if PurePosixPath(member).name.partition(".")[0] not in linked_modules(contents[member]):
            yield f"{member}: it does not hold the module that it is named after"
        yield from (f"{member}: {problem}" for problem in dll_problems(contents[member], abi, platform))


def linked_modules(data: bytes) -> Iterator[str]:
    """List the modules that are in a DLL: each has a function there that Python makes it by."""
    return (name.removeprefix("PyInit_") for name in Image(data).exports())


def dll_problems(data: bytes, abi: str, platform: str) -> Iterator[str]:
    """Look at a DLL of modules: the machine, and what it imports."""
    image = Image(data)
    if f"win_{image.machine}" != platform:
        yield f"it is for {image.machine}"
    imports = image.imports()
    wanted = abi.replace("cp", "python") + ".dll"
    pythons = {library for library in imports if library.startswith("python")}
    if pythons != {wanted}:
        yield f"it imports from {', '.join(sorted(pythons)) or 'no DLL'}, not {wanted}"
    for library, names in imports.items():
        if not FREE.fullmatch(library):
            unknown = names - ALLOWED.get(library, set())
            yield from (f"it imports {name} from {library}: see allowed_imports.py" for name in sorted(unknown))


def sdist_problems(path: Path) -> Iterator[str]:
    """Compare an sdist with the files that a build and the tests need."""
    with tarfile.open(path) as file:
        found = {member.name.partition("/")[2] for member in file.getmembers() if member.isfile()}
    wanted = {
        f"src/{source}" for source in _package_files() if PurePosixPath(source).suffix in {*SHIPPED, ".pxd", ".pyx"}
    }
    wanted |= {"pyproject.toml", "setup.py", "README.md", "LICENSE", "tools/dev.py", "tests/conftest.py"}
    for folder in ("standin", "downstream"):
        wanted |= {f"tests/{folder}/{path.name}" for path in (ROOT / "tests" / folder).iterdir() if path.is_file()}
    yield from (f"missing: {member}" for member in sorted(wanted - found))
    yield from (f"does not belong in it: {member}" for member in sorted(found) if NEVER_IN_SDIST.search(member))


def _package_files() -> Iterable[str]:
    source = ROOT / "src"
    return [path.relative_to(source).as_posix() for path in (source / "wtsfast").rglob("*") if path.is_file()]


def _record_problems(contents: dict[str, bytes], record: str) -> Iterator[str]:
    """Compare each file with its checksum in RECORD."""
    lines = [line.rsplit(",", 2) for line in contents[record].decode().splitlines()]
    recorded = {name: checksum for name, checksum, _ in lines}
    if set(recorded) != set(contents):
        yield f"RECORD does not list just its files: {', '.join(sorted(set(recorded) ^ set(contents)))}"
    for name, checksum in recorded.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(contents.get(name, b"")).digest()).rstrip(b"=").decode()
        if name != record and checksum != f"sha256={digest}":
            yield f"RECORD has another checksum of {name}"
