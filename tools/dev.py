#!/usr/bin/env python3
"""Builds, tests and runs wtsfast, here or under Wine: each command does all of its own set-up.

Arguments that a command does not know go on to what it runs; everything after "--" does.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit("dev.py needs Python 3.11 or later")

sys.path.insert(0, str(Path(__file__).resolve().parent))

from devkit import crossed, standin  # noqa: E402 - the folder must be on the path first
from devkit.console import Failure  # noqa: E402
from devkit.pins import PYTHONS  # noqa: E402



def main(argv: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    split = argv.index("--") if "--" in argv else len(argv)
    parser = _parser()
    options, extra = parser.parse_known_args(argv[:split])
    extra += argv[split + 1 :]
    if extra and options.command not in {"run", "test", "python", "bench"}:
        parser.error(f"{options.command} takes no argument {extra[0]}")
    try:
        return int(COMMANDS[options.command](options, extra) or 0)
    except Failure as failure:
        print(f"dev.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("dev.py: interrupted", file=sys.stderr)
        return 130


def run(options: argparse.Namespace, extra: list[str]) -> int:
    """Show this machine's processes: python -m wtsfast processes, or with the arguments given."""
    return crossed.run_python(options.python, options.dll or "standin", ["-m", "wtsfast", *(extra or ["processes"])])


def test(options: argparse.Namespace, extra: list[str]) -> int:
    """Test the installed wheel on the stand-in, then the smoke set on Wine's own DLL. With pytest arguments: on one only."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    pytest = ["-P", "-m", "pytest", *colour]
    code = 0
    if options.dll != "wine":
        code = crossed.run_python(options.python, "standin", [*pytest, *extra], supervised=True)
    if options.dll == "wine" or not (options.dll or extra or code):
        code = crossed.run_python(options.python, "wine", [*pytest, "-m", "smoke", *extra], supervised=True)
    return code


def python(options: argparse.Namespace, extra: list[str]) -> int:
    """Start the Windows interpreter with the package installed."""
    interactive = ["-i", "-u"] if not extra and sys.stdin.isatty() else []
    return crossed.run_python(options.python, options.dll or "standin", [*interactive, *extra], stdin=True)


def bench(options: argparse.Namespace, extra: list[str]) -> int:
    """Run the benchmarks on the stand-in."""
    return crossed.run_python(options.python, options.dll or "standin", ["bench/run.py", *extra], supervised=True)


def build(options: argparse.Namespace, _: list[str]) -> None:
    """Build the wheel and the sdist into dist/."""
    for path in crossed.build(options.python):
        print(path)


def build_standin(_: argparse.Namespace, __: list[str]) -> None:
    """Build the stand-in and print its path."""
    print(standin.build())


COMMANDS = {"run": run, "test": test, "python": python, "bench": bench, "build": build, "standin": build_standin}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--python", choices=list(PYTHONS), default="3.13", help="version of Windows' Python (3.13)")
    common.add_argument("--dll", choices=["standin", "wine"], help="whose wtsapi32.dll the program gets")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, function in COMMANDS.items():
        commands.add_parser(name, parents=[common], help=function.__doc__, description=function.__doc__, allow_abbrev=False)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
