"""Builds the wheels and the sdist."""

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from devkit import downloads, toolchain, winpython
from devkit.console import call, step
from devkit.places import BUILD, DIST, ROOT, filling, is_whole, locked
from devkit.targets import Target

CROSSBUILD = ROOT / "tools" / "devkit" / "crossbuild.py"


def cross_setup(target: Target) -> list[str | Path]:
    """Give the command that runs setup.py on a machine that is not Windows."""
    distribution = winpython.distribution(target.python)
    libraries = toolchain.python_libraries(target, distribution)
    told: list[str | Path] = [
        target.tag,
        target.platform,
        distribution / "include",
        libraries,
        *toolchain.compiler(target.machine),
    ]
    # -P: this folder's module names must not hide others.
    return [downloads.host_tools("build"), "-P", CROSSBUILD, *told, "--"]


def build(target: Target, setup: Sequence[str | Path]) -> Path:
    """Build a wheel with setup.py, started as the given command; only modules that changed are compiled again."""
    work = BUILD / str(target)
    folders = {name: str(work / name) for name in ("lib", "temp", "bdist", "wheel")}
    with locked(BUILD / "setup"), step(f"build the wheel for {target}"):
        _forget_other_recipes()
        work.mkdir(parents=True, exist_ok=True)
        _forget_removed_files(work / "lib")
        shutil.rmtree(work / "wheel", ignore_errors=True)
        call(
            [
                *setup,
                *("egg_info", "--egg-base", work),
                *("build", "--build-base", work, "--build-lib", folders["lib"], "--build-temp", folders["temp"]),
                *("build_ext", "--parallel", str(os.cpu_count())),
                *("bdist_wheel", "--bdist-dir", folders["bdist"], "--dist-dir", folders["wheel"]),
            ],
            f"building the wheel for {target}",
            cwd=ROOT,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1577836800"},  # the same sources give the same wheel
        )
        (wheel,) = (work / "wheel").glob("*.whl")
        return _publish(wheel)


def sdist() -> Path:
    """Build the source distribution, as a build front end does."""
    hook = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
    folder = BUILD / "sdist"
    with locked(BUILD / "setup"), step("build the sdist"), filling(folder):
        # A list of files that an earlier build left would add to it.
        shutil.rmtree(ROOT / "src" / "wtsfast.egg-info", ignore_errors=True)
        call([downloads.host_tools("build"), "-c", hook, folder], "building the sdist", cwd=ROOT)
        (archive,) = folder.glob("*.tar.gz")
        return _publish(archive)


def build_extension(folder: Path, target: Target, setup: Sequence[str | Path]) -> Path:
    """Build the modules of another folder's setup.py, and give the folder to put on Python's path."""
    library = BUILD / str(target) / folder.name
    with locked(BUILD / "setup"), step(f"build {folder.name} for {target}"):
        _forget_other_recipes()
        folders: list[str | Path] = ["--build-lib", library, "--build-temp", BUILD / str(target) / "temp"]
        call([*setup, "build_ext", *folders], f"building {folder.name}", cwd=folder)
    return library


def build_downstream(folder: Path, packages: Path, target: Target, setup: Sequence[str | Path]) -> Path:
    """Build another package against the wtsfast that is installed in a folder, as the authors of that package would.

    It is built again only where its sources or the interface changed, so that it also meets later builds of ours.
    """
    package = packages / "wtsfast"
    interface = [package / "capi.pxd", *sorted(package.glob("_sdk/*.pxd")), *sorted(package.glob("include/*.h"))]
    sources = [path for path in sorted(folder.iterdir()) if path.is_file()]
    key = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in [*interface, *sources]))
    work = BUILD / str(target) / f"{folder.name}-{key.hexdigest()[:12]}"
    with locked(work):
        if not is_whole(work):
            with step(f"build {folder.name} for {target}"), filling(work):
                # In a place of its own, where no source of ours is found by accident.
                shutil.copytree(folder, work / "source", ignore=shutil.ignore_patterns("__pycache__"))
                shutil.copytree(package, work / "packages" / "wtsfast")
                folders: list[str | Path] = ["--build-lib", work / "lib", "--build-temp", work / "temp"]
                call(
                    [*setup, "build_ext", *folders],
                    f"building {folder.name}",
                    cwd=work / "source",
                    env={**os.environ, "PYTHONPATH": str(work / "packages")},
                )
    return work / "lib"


def _publish(path: Path) -> Path:
    """Put a file into dist/ at one stroke: another dev.py may be reading the one of that name."""
    DIST.mkdir(exist_ok=True)
    shutil.copy(path, DIST / ".partial")
    return (DIST / ".partial").replace(DIST / path.name)


def module_paths(root: Path) -> set[Path]:
    """List the compiled modules of the package, like wtsfast/sid."""
    source = root / "src"
    return {
        Path("wtsfast", "_core"),
        *(path.relative_to(source).with_suffix("") for path in source.rglob("*.pyx")),
    }


def _forget_other_recipes() -> None:
    """Start anew where the flags may have changed: neither Cython nor setuptools compares them, only files' times."""
    recipe = b"".join(path.read_bytes() for path in (ROOT / "setup.py", CROSSBUILD, downloads.LOCKS / "build.txt"))
    stamp = BUILD / "recipe"
    key = hashlib.sha256(recipe).hexdigest()
    if not stamp.exists() or stamp.read_text() != key:
        BUILD.mkdir(parents=True, exist_ok=True)
        for folder in (BUILD / "cython", *BUILD.glob("cp*-win_*")):
            shutil.rmtree(folder, ignore_errors=True)
        stamp.write_text(key)


def _forget_removed_files(library: Path) -> None:
    """Keep only DLLs of modules that still have a source: setuptools puts all that it finds into the wheel."""
    modules = module_paths(ROOT)
    for path in library.rglob("*.*"):
        module = path.relative_to(library).with_name(path.name.split(".")[0])
        if path.is_file() and not (path.suffix == ".pyd" and module in modules):
            path.unlink()
