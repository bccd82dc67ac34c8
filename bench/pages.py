"""Writes docs/speed.md and the README's figures from the measured ones in docs/speed/. Needs nothing but Python.

Started by `tools/dev.py bench --write-docs`; a test checks that what is committed agrees.
"""

import json
from itertools import groupby
from pathlib import Path
from string import Template
from textwrap import fill
from typing import Any

from goals import FLOOR, USUAL_SESSIONS, Outcome, Run, number, outcomes, summary
from headline import ROWS, SERIES, microseconds
from report import caption, described

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("speed.template.md")
FIGURES = ROOT / "docs" / "speed"
MADE = "<!-- Made by `tools/dev.py bench --write-docs` from docs/speed/ and bench/speed.template.md: edit those. -->"
BEGIN, END = "<!-- speed: made by `tools/dev.py bench --write-docs` -->", "<!-- /speed -->"
USUAL, OTHER = "3.13", "3.14"
"""The Python that the pages speak of, and the one that they show beside it."""


def read(python: str) -> Run:
    """Read the figures of a Python."""
    run: Run = json.loads((FIGURES / f"{python}.json").read_text(encoding="utf-8"))
    return run


# ---- tables ----


def table(head: str, rows: list[list[str]], *, numbers_from: int = 99) -> str:
    """Write a table; columns from a number on hold numbers."""
    names = head.split("|")
    rule = ["---:" if column >= numbers_from else "---" for column in range(len(names))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [names, rule, *rows])


def goals_table(found: list[Outcome]) -> str:
    """Show each goal with its targets, its figures and whether it is met."""
    rows = []
    for outcome in found:
        goal = outcome.goal
        verdict = outcome.verdict if outcome.verdict == "met" else f"**{outcome.verdict}**"
        rows.append(
            [
                goal.line,
                goal.what,
                "<br>".join(check.target for check in outcome.checks),
                "<br>".join(f"**{c.measured}**" if c.verdict == "short" else c.measured for c in outcome.checks),
                f"{verdict}: {outcome.why}" if outcome.why else verdict,
            ]
        )
    return table("Line|What|Goal|Measured|Verdict", rows)


def scene_section(scene: dict[str, Any]) -> str:
    """Show all times of a scene."""
    times = {(one["case"], one["contender"]): one["ns"] for one in scene["results"]}
    base = times.get(FLOOR) or times.get(("sessions, nothing read", FLOOR[1]))
    rows = []
    for case, group in groupby(scene["results"], key=lambda one: one["case"]):
        for place, one in enumerate(group):
            by_row = one["unit"] == "row"
            ns, cold = (value / scene["rows"] if by_row and value else value for value in (one["ns"], one["cold_ns"]))
            floors = number(one["ns"] / base) if base and by_row else ""
            unit = "" if by_row else " a call"
            cells = [number(ns) + unit, floors, number(cold) if cold else ""]
            rows.append(["" if place else case, one["contender"], *cells])
    head = "What|By|ns a row|A|ns a row, cold"
    return f"### {caption(scene)}\n\n{table(head, rows, numbers_from=2)}"


def conditions_table(run: Run, rows: int = 10_000) -> str:
    """Show how wtsfast's times change with the layout, the names, the sessions and the caches."""
    scenes = {
        (scene["layout"], scene["distinct"], scene["sessions"]): {
            (one["case"], one["contender"]): one for one in scene["results"]
        }
        for scene in run["scenes"]
        if scene["kind"] == "processes" and scene["rows"] == rows
    }
    usual = scenes["separate", False, USUAL_SESSIONS]
    others = [
        scenes[key]
        for key in (("block", False, USUAL_SESSIONS), ("separate", True, USUAL_SESSIONS), ("separate", False, 500))
    ]
    table_rows = [
        [
            *key,
            *(number(scene[key]["ns"] / rows) if key in scene else "" for scene in (usual, *others)),
            number(one["cold_ns"] / rows) if one["cold_ns"] else "",
        ]
        for key, one in usual.items()
        if one["unit"] == "row" and (key[1].startswith("wtsfast") or key == FLOOR)
    ]
    head = "ns a row|By|usual|one block|all distinct|500 sessions|cold caches"
    return table(head, table_rows, numbers_from=2)


def machine(run: Run) -> str:
    """Say what the figures were taken on."""
    about = run["about"]
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items() if name != "wtsfast")
    bed = "this machine's own DLL" if about["live"] else "the stand-in"
    return (
        f"Taken on {about['day']} on {bed}: CPython {about['python']} for {about['processor']} under {about['system']},"
        f" {about['processors']} processors; {packages}; best of {about['rounds']} batches."
    )


# ---- pages ----


def page(run: Run, other: Run) -> str:
    """Write docs/speed.md."""
    found, found_other = outcomes(run), outcomes(other)
    text = Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        made=MADE,
        summary=summary(found),
        machine=machine(run),
        goals=goals_table(found),
        other_version=OTHER,
        other_summary=summary(found_other),
        other_goals=goals_table(found_other),
        conditions=conditions_table(run),
        once=table("What|Figure", [list(pair) for pair in described(run["once"])], numbers_from=1),
        scenes="\n\n".join(scene_section(scene) for scene in run["scenes"]),
    )
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def readme_section(run: Run) -> str:
    """Write what the README shows."""
    shown = microseconds(run)
    present = [series for series in SERIES if any(series in times for _, times in shown)]
    rows = [
        [line.title, *(number(times[series]) if series in times else "" for series in present)] for line, times in shown
    ]
    head = "|".join([f"µs added to the call, {ROWS:,} processes", *present])
    more = (
        f"{summary(outcomes(run))}. [docs/speed.md](docs/speed.md) has the goals, all figures, how they were taken, and"
        " what they do not say."
    )
    chart = "![Time added to the call](docs/speed/chart.svg)"
    return f"{chart}\n\n{table(head, rows, numbers_from=1)}\n\n{fill(more, 120)}"


def with_section(readme: str, section: str) -> str:
    """Put the figures between the marks of the README."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit("README.md has no marks for the figures of speed")
    return f"{before}{begin}\n\n{section}\n\n{end}{after}"


def pages() -> dict[Path, str]:
    """Give each page and the text that it should have."""
    run = read(USUAL)
    readme = ROOT / "README.md"
    return {
        ROOT / "docs" / "speed.md": page(run, read(OTHER)),
        readme: with_section(readme.read_text(encoding="utf-8"), readme_section(run)),
    }


def stale() -> list[Path]:
    """List the pages that do not agree with the figures."""
    return [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
