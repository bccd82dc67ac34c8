#!/usr/bin/env python3
"""Builds, tests and runs wtsfast, on Windows or under Wine; each command does all of its own set-up.

Arguments that run, test, python, bench and live do not know go on to what they start, as does all that follows "--".
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - it is started by hand, not installed
    sys.exit("dev.py needs Python 3.11 or later")

sys.path.insert(0, str(Path(__file__).resolve().parent))

from devkit import check, downloads, linting, live, locking, places, speed, standin, wheel
from devkit.console import Failure, step
from devkit.targets import Target

if sys.platform == "win32":
    from devkit import native as machine
else:
    from devkit import crossed as machine


DOCS = places.ROOT / "docs" / "_build"


def run(options: argparse.Namespace, extra: list[str]) -> int:
    """Show the processes: python -m wtsfast processes, or with the arguments given."""
    return machine.run_python(options.python, _dll(options), ["-m", "wtsfast", *(extra or ["processes"])])


def test(options: argparse.Namespace, extra: list[str]) -> int:
    """Test the wheel on the stand-in, then the smoke set on a DLL of others; with pytest arguments, on one DLL only."""
    other_dll = machine.DLLS[1]
    code = 0
    if options.dll != other_dll:
        code = _pytest(options, "standin", extra)
    if options.dll == other_dll or not (options.dll or extra or code):
        code = _pytest(options, other_dll, ["-m", "smoke", *extra])
    return code


def python(options: argparse.Namespace, extra: list[str]) -> int:
    """Start the Windows interpreter that has the package installed."""
    interactive = ["-i", "-u"] if not extra and sys.stdin.isatty() else []
    return machine.run_python(options.python, _dll(options), [*interactive, *extra], stdin=True)


def bench(options: argparse.Namespace, extra: list[str]) -> int:
    """Measure on the stand-in, with --live on a DLL of others; --write-docs makes docs/speed.md anew."""
    if options.docs_only:
        speed.write_docs()
        return 0
    if not options.write_docs:
        return _bench(options, options.python, extra)
    for python, arguments in speed.RUNS.items():
        if python not in machine.VERSIONS:
            continue
        code = _bench(options, python, [*arguments, *extra, "--json", speed.figures(python)])
        if code:
            return code
    speed.write_docs()
    return 0


def build(options: argparse.Namespace, _: list[str]) -> int:
    """Build the wheel and the sdist into dist/, and check what is in them."""
    for path in (machine.build_wheel(Target(options.python, options.arch)), wheel.sdist()):
        check.check(path)
        print(path)
    return 0


def build_standin(_: argparse.Namespace, __: list[str]) -> int:
    """Build the stand-in and print its path."""
    print(standin.build())
    return 0


def lint(options: argparse.Namespace, _: list[str]) -> int:
    """Check style, types, spelling, our own C, the tools themselves, and the stubs against the built wheel."""
    linting.lint()
    stubtest = ["-P", "-m", "mypy.stubtest", "wtsfast", "--allowlist", "tools/stubtest.txt"]
    with step("stubtest"):
        return machine.run_python(options.python, machine.DLLS[1], stubtest)


def docs(options: argparse.Namespace, _: list[str]) -> int:
    """Build the documentation into docs/_build/html/."""
    sphinx = ["tools/devkit/run_sphinx.py", "--fail-on-warning", "--quiet", "docs", "docs/_build/html"]
    packages = downloads.windows_packages("docs", options.python)
    with step("build the documentation"):
        code = machine.run_python(options.python, "standin", sphinx, path=packages)
    if not code:
        print(DOCS / "html" / "index.html")
    return code


def check_live(options: argparse.Namespace, extra: list[str]) -> int:
    """Run the read-only checks on a real Windows, and write a report."""
    if sys.platform != "win32":
        raise Failure("the live checks need a real Windows")
    code = _pytest(options, machine.DLLS[1], ["-m", "live", f"--junitxml={live.JUNIT}", *extra])
    print(live.write_report())
    return code


def lock(_: argparse.Namespace, __: list[str]) -> int:
    """Pin the newest versions of all Python packages in tools/locks/."""
    locking.make_locks()
    return 0


def clean(options: argparse.Namespace, _: list[str]) -> int:
    """Remove what was built here; with --all the downloads too."""
    for folder in (places.BUILD, places.DIST, DOCS, *([places.CACHE] if options.all else [])):
        places.remove(folder)
    return 0


def _bench(options: argparse.Namespace, python: str, arguments: Sequence[str]) -> int:
    path = machine.build_extension(places.ROOT / "bench" / "native", python)
    dll = options.dll or (machine.DLLS[1] if "--live" in arguments else "standin")
    return machine.run_python(python, dll, ["bench/run.py", *arguments], path=path, supervised=True)


def _pytest(options: argparse.Namespace, dll: str, arguments: Sequence[str]) -> int:
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    # -P: what is tested is what is installed, whatever lies in this folder.
    pytest = ["-P", "-m", "pytest", *colour, *arguments]
    # Another package, built against the installed one: the tests of the C interface import it.
    downstream = places.ROOT / "tests" / "downstream"
    with step(f"pytest on the DLL of {dll}"):
        if sys.platform == "win32" and options.installed:
            return machine.run_installed(dll, pytest, downstream=downstream)
        return machine.run_python(options.python, dll, pytest, downstream=downstream, supervised=True)


def _dll(options: argparse.Namespace) -> str:
    return str(options.dll or machine.DEFAULT_DLL)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    versioned = argparse.ArgumentParser(add_help=False)
    version = machine.DEFAULT_VERSION
    versioned.add_argument(
        "--python", choices=machine.VERSIONS, default=version, help=f"version of the interpreter (default: {version})"
    )
    starting = argparse.ArgumentParser(add_help=False, parents=[versioned])
    starting.add_argument("--dll", choices=machine.DLLS, help="whose wtsapi32.dll the program gets")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, function, parent in (
        ("run", run, [starting]),
        ("test", test, [starting]),
        ("python", python, [starting]),
        ("bench", bench, [starting]),
        ("build", build, [versioned]),
        ("standin", build_standin, []),
        ("live", check_live, [starting]),
        ("lint", lint, [versioned]),
        ("docs", docs, [versioned]),
        ("lock", lock, []),
        ("clean", clean, []),
    ):
        summary = function.__doc__
        command = commands.add_parser(name, parents=parent, help=summary, description=summary, allow_abbrev=False)
        command.set_defaults(function=function, takes_more=parent == [starting])
        if name == "test" and sys.platform == "win32":
            command.add_argument("--installed", action="store_true", help="test what this Python has installed")
        if name == "bench":
            command.epilog = "bench/run.py knows --quick, --live, --only, --rounds and --json too."
            command.add_argument("--write-docs", action="store_true", help="measure for docs/speed.md, and write it")
            command.add_argument("--docs-only", action="store_true", help="write it from docs/speed/*.json")
        if name == "build":
            command.add_argument("--arch", choices=["amd64", "arm64"], default="amd64", help="machine of the wheel")
        if name == "clean":
            command.add_argument("--all", action="store_true", help="the cache of downloads as well")
    return parser


def main(argv: list[str]) -> int:
    """Run one command and give its exit code."""
    end = argv.index("--") if "--" in argv else len(argv)
    parser = _parser()
    options, unknown = parser.parse_known_args(argv[:end])
    extra = unknown + argv[end + 1 :]
    if extra and not options.takes_more:
        parser.error(f"unknown argument: {extra[0]}")
    try:
        return int(options.function(options, extra))
    except Failure as failure:
        print(f"dev.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dev.py: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
