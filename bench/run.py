"""The benchmark: every way to do a thing, side by side in one run, as tables and as JSON.

python3 tools/dev.py bench [-- options]
"""

import argparse
import json
import platform
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import cases.processes
import cases.sessions
import cases.summaries  # noqa: F401 - each module enters its contenders
import frame
import scenes
from scenes import Scene

FLOOR = "C, every row read"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure what wtsfast adds to the calls, beside C and its rivals.")
    parser.add_argument("--processes", default="200,1000,10000", help="numbers of processes (default %(default)s)")
    parser.add_argument("--sessions", default="2,10,50,100,500", help="numbers of sessions (default %(default)s)")
    parser.add_argument("--layout", default="separate", help="separate, block, or both with a comma between")
    parser.add_argument("--distinct", action="store_true", help="give each process a name and a SID of its own")
    parser.add_argument("--rounds", type=int, default=30, help="batches of each contender (default %(default)s)")
    parser.add_argument("--only", default="", help="only cases with this in their name")
    parser.add_argument("--json", type=Path, help="write the figures into this file too")
    options = parser.parse_args()

    driver = scenes.standin()
    ballast = frame.grow_heap()
    report: list[dict[str, Any]] = []
    for layout in options.layout.split(","):
        for kind, rows in (("processes", options.processes), ("sessions", options.sessions)):
            for number in filter(None, rows.split(",")):
                processes, sessions = (int(number), 50) if kind == "processes" else (0, int(number))
                scene = Scene(kind, processes, sessions, layout, options.distinct)
                report.append(measure(driver, scene, options))
    del ballast
    if options.json:
        about = {"python": sys.version, "machine": platform.machine(), "scenes": report}
        options.json.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        print(f"\nThe figures are in {options.json}.")


def measure(driver: Any, scene: Scene, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one scene and print its table."""
    scenes.serve(driver, scene, pool=False)
    chosen = [one for one in frame.CONTENDERS if one.kind == scene.kind and options.only in one.case]
    entrants, absent = frame.ready(chosen, scene)
    driver.configure(pool=True)  # now that the snapshots are taken which contenders keep: the pool has few places
    frame.assert_equal(entrants)
    frame.measure(entrants, options.rounds)
    results = [entrant.as_result() for entrant in entrants]
    show(scene, results, absent)
    return {"title": scene.title, "rows": scene.rows, "results": results, "absent": absent}


def show(scene: Scene, results: list[dict[str, Any]], absent: list[dict[str, str]]) -> None:
    """Print a table: nanoseconds, and how many times as long as the floor and as wtsfast each one takes."""
    floor = next((one["ns"] for one in results if one["contender"] == FLOOR), None)
    print(f"\nTime added to the call: {scene.title}")
    print(f"{'':34}{'':36}{'ns/row':>10}{'ns/call':>13}{'x C':>8}{'x ours':>8}")
    for case, group in groupby(results, key=lambda one: one["case"]):
        rows = list(group)
        ours = next((one["ns"] for one in rows if one["contender"].startswith("wtsfast")), None)
        for one in rows:
            per_row = f"{one['ns'] / scene.rows:.2f}" if one["unit"] == "row" else "-"
            to_floor = f"{one['ns'] / floor:.2f}" if floor else "-"
            to_ours = f"{one['ns'] / ours:.2f}" if ours else "-"
            name = one["contender"]
            print(f"{case:34}{name:36}{per_row:>10}{one['ns']:>13,.0f}{to_floor:>8}{to_ours:>8}")
            case = ""  # noqa: PLW2901 - a case is named once
    for one in absent:
        print(f"not measured: {one['case']}, {one['contender']}: {one['reason']}")


if __name__ == "__main__":
    main()
