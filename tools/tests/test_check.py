"""The check of what is shipped finds what it is there for."""

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from devkit import check, pe

TAG, PLATFORM = "cp313", "win_amd64"
CORE = f"wtsfast/_core.{TAG}-{PLATFORM}.pyd"
INFO = "wtsfast-1.0.dist-info"


class Dll:
    """Stands for a DLL whose headers say what a test wants them to say: "modules | imports"."""

    machine = "amd64"

    def __init__(self, data: bytes) -> None:
        modules, _, imports = data.decode().partition("|")
        self._exports = {f"PyInit_{name}" for name in modules.split()}
        self._imports = eval(imports)  # noqa: S307 - written below

    def imports(self) -> dict[str, set[str]]:
        """Give what the test wrote into the file."""
        return dict(self._imports)

    def exports(self) -> set[str]:
        """Give what the test wrote into the file."""
        return self._exports


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the check a small source tree."""
    package = tmp_path / "src" / "wtsfast"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    for name in check.INTERFACE:
        path = tmp_path / "src" / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (package / "x.pyx").touch()
    (package / "py.typed").touch()
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "Image", Dll)


def wheel(folder: Path, **changes: bytes | None) -> Path:
    """Make a wheel that is right but for the changes."""
    contents = {
        "wtsfast/__init__.py": b"",
        "wtsfast/py.typed": b"",
        **dict.fromkeys(check.INTERFACE, b""),
        CORE: b"_core x | {'python313.dll': {'Py_Version'}, 'wtsapi32.dll': {'WTSFreeMemory'}}",
        f"{INFO}/WHEEL": f"Wheel-Version: 1.0\nTag: {TAG}-{TAG}-{PLATFORM}\n".encode(),
        **changes,
    }
    files = {name: data for name, data in contents.items() if data is not None}
    record = f"{INFO}/RECORD"
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(data)}\n")
    path = folder / f"wtsfast-1.0-{TAG}-{TAG}-{PLATFORM}.whl"
    with zipfile.ZipFile(path, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
        file.writestr(record, "".join([*lines, f"{record},,\n"]))
    return path


def test_good_wheel(tmp_path: Path) -> None:
    """Nothing is said about a wheel that is right."""
    assert list(check.wheel_problems(wheel(tmp_path))) == []


@pytest.mark.parametrize(
    ("name", "data", "problem"),
    [
        ("wtsfast/__init__.py", None, "missing: wtsfast/__init__.py"),
        ("wtsfast/py.typed", None, "missing: wtsfast/py.typed"),
        ("wtsfast/capi.pxd", None, "missing: wtsfast/capi.pxd"),
        (CORE, b"_core | {'python313.dll': {'x'}}", "missing: wtsfast/x"),
        (CORE, b"_core x y | {'python313.dll': {'x'}}", "does not belong in it: wtsfast/y"),
        (f"wtsfast/x.{TAG}-{PLATFORM}.pyd", b"x | {'python313.dll': {'x'}}", "more than once in it: wtsfast/x"),
        (f"wtsfast/y.{TAG}-win_arm64.pyd", b"", f"does not belong in it: wtsfast/y.{TAG}-win_arm64.pyd"),
        ("wtsfast/x.c", b"", "does not belong in it: wtsfast/x.c"),
        (f"{INFO}/WHEEL", b"Tag: cp311-cp311-win_amd64\n", "its WHEEL file names other tags than its file name"),
    ],
)
def test_bad_contents(tmp_path: Path, name: str, data: bytes | None, problem: str) -> None:
    """Files and modules too few and too many, and wrong tags, are found."""
    assert list(check.wheel_problems(wheel(tmp_path, **{name: data}))) == [problem]


def test_a_dll_of_another_name(tmp_path: Path) -> None:
    """Modules that Python would look for in another file are found."""
    name = f"wtsfast/other.{TAG}-{PLATFORM}.pyd"
    path = wheel(tmp_path, **{CORE: None, name: b"_core x | {'python313.dll': {'x'}}"})
    assert list(check.wheel_problems(path)) == [f"{name}: it does not hold the module that it is named after"]


@pytest.mark.parametrize(
    ("imports", "problem"),
    [
        (
            b"x | {'python313.dll': {'x'}, 'kernel32.dll': {'GetTempPath2W'}}",
            "it imports GetTempPath2W from kernel32.dll: see allowed_imports.py",
        ),
        (
            b"x | {'python313.dll': {'x'}, 'libgcc_s_seh-1.dll': {'x'}}",
            "it imports x from libgcc_s_seh-1.dll: see allowed_imports.py",
        ),
        (b"x | {'python311.dll': {'x'}}", "it imports from python311.dll, not python313.dll"),
        (b"x | {}", "it imports from no DLL, not python313.dll"),
    ],
)
def test_bad_imports(imports: bytes, problem: str) -> None:
    """A function that Windows 8.1 lacks, a DLL that nobody has, and another Python are found."""
    assert list(check.dll_problems(imports, TAG, PLATFORM)) == [problem]


def test_record_of_changed_file(tmp_path: Path) -> None:
    """A file that is not the one that RECORD knows is found."""
    path = wheel(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"'WTSFreeMemory'", b"'WTSCloseServe'"))
    with pytest.raises(zipfile.BadZipFile):
        list(check.wheel_problems(path))


def test_not_a_dll() -> None:
    """Anything else than a DLL is refused."""
    with pytest.raises(ValueError, match="not a PE file"):
        pe.Image(b"\x7fELF")
