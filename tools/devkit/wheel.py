"""Builds the wheels and the sdist."""

import shutil
from pathlib import Path

from devkit import debian, downloads, toolchain, winpython
from devkit.console import call, step
from devkit.places import BUILD, DIST, ROOT, fresh_folder, locked


def cross_build(python: str) -> Path:
    """Build the win_amd64 wheel with mingw's gcc; only modules that changed are compiled again."""
    debian.bed()
    target, setup_python = winpython.distribution(python), downloads.host_tools("build.txt")
    tag = f"cp{winpython.tag(python)}"
    work = BUILD / f"{tag}-win_amd64"
    with locked(BUILD / "setup"), step(f"build the wheel for Python {python}"):
        # Of the last build only compiled modules that still have a source are kept: the rest would get into the wheel.
        for path in (work / "lib").rglob("*.*"):
            source = ROOT / "src" / path.relative_to(work / "lib").with_name(f"{path.name.split('.')[0]}.pyx")
            if path.is_file() and not (path.suffix == ".pyd" and source.exists()):
                path.unlink()
        shutil.rmtree(work / "wheel", ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        call(
            [
                *(setup_python, "-P", ROOT / "tools" / "devkit" / "crossbuild.py"),  # -P: our names must not hide its own
                *(tag, "win_amd64", target / "include", target / "libs", toolchain.GCC, "-static-libgcc", "--"),
                *("egg_info", "--egg-base", work),
                *("build", "--build-base", work, "--build-lib", work / "lib", "--build-temp", work / "temp"),
                *("build_ext", "--parallel", "2"),
                *("bdist_wheel", "--dist-dir", work / "wheel", "--bdist-dir", work / "bdist"),
            ],
            f"building the wheel for Python {python}",
            cwd=ROOT,
        )
        (wheel,) = (work / "wheel").glob("*.whl")
        DIST.mkdir(exist_ok=True)
        return wheel.replace(DIST / wheel.name)


def sdist() -> Path:
    """Build the source distribution through setuptools' own hook."""
    setup_python = downloads.host_tools("build.txt")
    with locked(BUILD / "setup"), step("build the sdist"), fresh_folder(BUILD / "sdist") as partial:
        hook = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
        call([setup_python, "-c", hook, partial], "building the sdist", cwd=ROOT)
        (archive,) = partial.glob("*.tar.gz")
        DIST.mkdir(exist_ok=True)
        return archive.replace(DIST / archive.name)
