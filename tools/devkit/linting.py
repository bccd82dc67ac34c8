"""What reads the sources and runs nothing of Windows: style, types, spelling, C, workflows, the tools' tests."""

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

from devkit import debian, downloads, toolchain, winpython
from devkit.console import Failure, call, step
from devkit.places import BUILD, ROOT

Command = list[str | Path]

CLANG_FLAGS = (
    *("-c", "-Wall", "-Wextra", "-Wgnu", "-Werror", "-Wno-cast-function-type-mismatch"),
    *("-DUNICODE", "-D_UNICODE"),
)
OBJECTS = BUILD / "lint"
INCLUDE = ROOT / "src" / "wtsfast" / "include"
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def lint() -> None:
    """Run all checks, and fail with the names of those that found something."""
    failed = [name for name, commands in _checks() if not _passes(name, commands)]
    if failed:
        raise Failure(f"lint failed: {', '.join(failed)}")


def _checks() -> Iterator[tuple[str, list[Command]]]:
    """Give the name of each check and its commands."""
    python: Command = [downloads.host_tools("lint"), "-m"]
    tools = [[*python, "mypy", "--platform", platform, "tools"] for platform in ("linux", "win32")]
    yield "ruff check", [[*python, "ruff", "check"]]
    yield "ruff format", [[*python, "ruff", "format", "--check", "--diff"]]
    # The package, its tests and benchmarks are for Windows; the tools are for both.
    yield "mypy", [[*python, "mypy", "--platform", "win32", *_existing("src", "tests", "bench", "docs")], *tools]
    yield "cython-lint", [[*python, "cython_lint.cython_lint", "src", "tests"]]
    yield "hot loops", [[downloads.host_tools("lint"), "tools/check_hot_loops.py"]]
    yield "codespell", [[*python, "codespell_lib"]]
    yield "tests of the tools", [[*python, "pytest", "-q", "-o", "pythonpath=tools", "tools/tests"]]
    yield "chart", [[downloads.host_tools("chart"), "bench/chart.py", "--check"]]
    yield "clang", list(_clang())
    if sys.platform != "win32":
        debian.need_test_bed()
        headers: Command = [sys.executable, "tests/sdk/check_headers.py", "--all"]
        yield "the SDK's headers", [[*headers, "--zig", f"{downloads.host_tools('zig')} -m ziglang"]]
    if (ROOT / ".github" / "workflows").is_dir():
        # A program in a wheel, not a module.
        yield "zizmor", [[str(Path(python[0]).with_name("zizmor")), "--offline", "--quiet", ".github"]]
        if shutil.which("go"):
            yield "actionlint", [["go", "run", ACTIONLINT]]
        else:
            print("actionlint is not run: it needs Go", flush=True)


def _clang() -> Iterator[Command]:
    """Let clang look for what Microsoft's compiler would not take: GNU's extensions."""
    OBJECTS.mkdir(parents=True, exist_ok=True)
    header = OBJECTS / "header.c"
    header.write_text("#include <Python.h>\n#include <wtsfast_sdk.h>\n#include <wtsfast_capi.h>\n")
    # As the system's, so that only our own text is looked at.
    python = sysconfig.get_path("include") if sys.platform == "win32" else winpython.distribution("3.13") / "include"
    compiler: Command = [*toolchain.zig("cc"), "-target", toolchain.ZIG_TARGETS["amd64"], *CLANG_FLAGS]
    compiler += ["-I", INCLUDE, "-isystem", python]
    for source in [header, *(path for folder in ("tests", "bench") for path in sorted((ROOT / folder).rglob("*.c")))]:
        yield [*compiler, "-o", OBJECTS / f"{source.stem}.o", source]


def _existing(*folders: str) -> list[str]:
    return [folder for folder in folders if (ROOT / folder).exists()]


def _passes(name: str, commands: Sequence[Command]) -> bool:
    try:
        with step(name):
            for command in commands:
                # Some of the tools start others of the same virtual environment by name.
                path = os.pathsep.join([str(Path(command[0]).parent), os.environ["PATH"]])
                call(command, name, cwd=ROOT, env={**os.environ, "PATH": path})
    except Failure as failure:
        print(failure, flush=True)
        return False
    return True
