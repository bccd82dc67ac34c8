#!/usr/bin/env python3
"""Checks the files of a release: an sdist and all the wheels that pyproject.toml asks for, and what is in each."""

import sys
import tomllib
from pathlib import Path

from devkit import check
from devkit.console import Failure
from devkit.places import ROOT

PLATFORMS = {"AMD64": "win_amd64", "ARM64": "win_arm64"}


def expected(version: str, settings: dict[str, dict[str, list[str]]]) -> set[str]:
    """Give the names of all files of a release."""
    names = {f"wtsfast-{version}.tar.gz"}
    for selector in settings["build"]:
        python = str(selector).removesuffix("-*")
        for arch in settings["windows"]["archs"]:
            names.add(f"wtsfast-{version}-{python.removesuffix('t')}-{python}-{PLATFORMS[arch]}.whl")
    return names


def main(folder: Path) -> int:
    """Check the folder, and say what is wrong."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    wanted = expected(project["project"]["version"], project["tool"]["cibuildwheel"])
    found = {path.name for path in folder.iterdir()}
    problems = [f"missing: {name}" for name in sorted(wanted - found)]
    problems += [f"does not belong here: {name}" for name in sorted(found - wanted)]
    for name in sorted(wanted & found):
        try:
            check.check(folder / name)
        except Failure as failure:
            problems.append(str(failure))
    print("\n".join(problems) or f"{len(found)} files, as they should be")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
