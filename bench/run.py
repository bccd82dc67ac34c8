"""The benchmark: every way to do a thing, side by side in one run, as tables and as JSON.

python3 tools/dev.py bench [-- options]
"""

import argparse
import ctypes
import json
import os
import platform
import re
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cases.processes
import cases.sessions
import cases.summaries  # noqa: F401 - each module enters its contenders
import frame
import once
import report
import scenes
from helpers.standin_driver import Standin
from scenes import Scene

ROUNDS = 50
QUICK_ROUNDS = 3
BEGUN = time.perf_counter()
PACKAGES = ("wtsfast", "pywin32", "psutil", "numpy", "pyarrow")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure what wtsfast adds to the calls, beside C and its rivals.")
    parser.add_argument("--quick", action="store_true", help="a short look: the usual tables, few rounds")
    parser.add_argument("--live", action="store_true", help="the DLL of this machine: the real calls are in all times")
    parser.add_argument("--only", default="", help="only cases with this in their name, and no goals")
    parser.add_argument("--rounds", type=int, help=f"batches of each contender (default {ROUNDS})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures into this file too")
    options = parser.parse_args()
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)

    driver = None if options.live else scenes.standin()
    ballast = frame.grow_heap()
    planned = scenes.live() if options.live else scenes.everyday() + ([] if options.quick else scenes.unusual())
    planned = [scene for scene in planned if chosen(scene, options.only)]
    if not planned:
        parser.error(f"no case has {options.only!r} in its name")
    run: dict[str, Any] = {"about": about(rounds, live=options.live), "scenes": [], "once": {}}
    steps = len(planned) + (not options.only)
    for place, scene in enumerate(planned, 1):
        say(f"{place} of {steps}: {scene.title}")
        run["scenes"].append(measure(driver, scene, options.only, rounds))
        print(report.scene_table(run["scenes"][-1]), flush=True)
    del ballast
    if not options.only:
        say(f"{steps} of {steps}: start, memory, polling, threads")
        run["once"] = once.measure_all(driver, rounds)
        print(report.once_table(run["once"]))
        if not options.live:
            print(report.goals_table(run))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(as_json(run), encoding="utf-8", newline="\n")
        print(f"\nThe figures are in {options.json.as_posix()}.")


def chosen(scene: Scene, only: str) -> list[frame.Contender]:
    """List the contenders of a scene whose case has a text in its name."""
    return [one for one in frame.CONTENDERS if one.kind == scene.kind and only in one.case]


def measure(driver: Standin | None, scene: Scene, only: str, rounds: int) -> dict[str, Any]:
    """Measure one scene."""
    if driver is not None and scene.kind != "kernel":
        scene = scenes.serve(driver, scene)
    entrants, absent = frame.ready(chosen(scene, only), scene)
    if driver is not None:
        driver.configure(pool=True)  # now that the snapshots are taken which contenders keep
        frame.assert_equal(entrants)  # a live machine changes between two calls
    frame.measure(entrants, rounds, cold_rounds=min(rounds, 9) if scene.usual else 0)
    facts = {name: getattr(scene, name) for name in ("kind", "title", "rows", "processes", "sessions", "layout")}
    facts |= {"distinct": scene.distinct, "live": scene.live, "usual": scene.usual}
    return {**facts, "results": [entrant.as_result() for entrant in entrants], "absent": absent}


def about(rounds: int, *, live: bool) -> dict[str, Any]:
    """Say what runs where, without the names of machines or folders."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "absent"
    return {
        "python": platform.python_version(),
        "packages": versions,
        "system": system(),
        "processor": platform.machine(),
        "processors": os.cpu_count(),
        "rounds": rounds,
        "live": live,
        "day": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def system() -> str:
    """Name Windows, or Wine in its place."""
    wine_version = getattr(ctypes.WinDLL("ntdll"), "wine_get_version", None)
    if wine_version is None:
        return f"Windows {platform.version()}"
    wine_version.restype = ctypes.c_char_p
    return f"Wine {wine_version().decode()}"


def as_json(run: dict[str, Any]) -> str:
    """Write a run with one line for each result, so that a later one can be compared by eye."""
    text = json.dumps(run, indent=1, ensure_ascii=False)
    return re.sub(r"\{\s+([^{}\[\]]*?)\s+\}", lambda found: f"{{{' '.join(found[1].split())}}}", text) + "\n"


def say(what: str) -> None:
    """Show how far we are."""
    print(f"[{time.perf_counter() - BEGUN:6.1f} s] {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
