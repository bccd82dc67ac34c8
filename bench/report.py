"""The results of a run as text for a terminal of 80 columns. Needs nothing but Python."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import indent, wrap
from typing import Any

from goals import FLOOR, Outcome, Run, number, outcomes, summary

WIDTH = 79


def scene_table(scene: dict[str, Any]) -> str:
    """Show a scene: times, and how many times as long as the floor and as wtsfast each contender takes."""
    return "\n".join(_scene_lines(scene))


def caption(scene: dict[str, Any]) -> str:
    """Say what the times of a scene are."""
    whole = scene["live"] or scene["kind"] == "kernel"
    return f"{'Time of the whole call' if whole else 'Time added to the call'}: {scene['title']}"


def _scene_lines(scene: dict[str, Any]) -> Iterator[str]:
    times = {(one["case"], one["contender"]): one["ns"] for one in scene["results"]}
    base = times.get(FLOOR) or times.get(("sessions, nothing read", FLOOR[1]))
    yield from ("", *wrap(caption(scene), WIDTH))
    yield f"{'':34}{'ns/row':>9}{'ns/call':>12}{'x C':>8}{'x ours':>8}{'cold':>8}"
    for case, group in groupby(scene["results"], key=lambda one: one["case"]):
        rows = list(group)
        ours = next((one["ns"] for one in rows if one["contender"].startswith("wtsfast")), None)
        yield case
        for one in rows:
            ns, cold = one["ns"], one["cold_ns"]
            per_row = number(ns / scene["rows"]) if one["unit"] == "row" and scene["rows"] else ""
            ratios = [number(ns / base) if base else "", number(ns / ours) if ours else ""]
            ratios.append(number(cold / scene["rows"]) if cold else "")
            yield f"  {one['contender']:32}{per_row:>9}{ns:>12,.0f}{ratios[0]:>8}{ratios[1]:>8}{ratios[2]:>8}".rstrip()
    for reason in dict.fromkeys(one["reason"] for one in scene["absent"]):
        missing = [f"{one['case']} ({one['contender']})" for one in scene["absent"] if one["reason"] == reason]
        yield from wrap(f"Not measured, {reason}: {'; '.join(missing)}.", WIDTH)


def goals_table(run: Run) -> str:
    """Show each goal with its target, its figures and whether it is met."""
    found = outcomes(run)
    lines = ["\nGoals: A is the floor, a C program that calls, reads every row and frees"]
    for outcome in found:
        lines += _goal_lines(outcome)
    return "\n".join([*lines, *wrap(summary(found), WIDTH)])


def _goal_lines(outcome: Outcome) -> Iterator[str]:
    yield f"{outcome.goal.line:>6}  {outcome.verdict:12} {outcome.goal.what}"
    for check in outcome.checks:
        mark = "" if check.verdict == "met" else f"  {check.verdict.upper()}"
        yield from wrap(
            f"{check.target}: {check.measured}{mark}", WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 10
        )
    if outcome.why:
        yield indent("\n".join(wrap(f"Short: {outcome.why}.", WIDTH - 8)), " " * 8)


def once_table(once: dict[str, Any]) -> str:
    """Show what is measured once."""
    return "\n".join(["\nMeasured once", *(f"  {what}: {value}" for what, value in described(once))])


def described(once: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Put what is measured once into words."""
    yield "import of wtsfast", f"{number(once['import_ns'] / 1e6)} ms, {once['modules']} modules"
    yield "import of an empty package", f"{number(once['empty_import_ns'] / 1e6)} ms"
    if once["wheel_bytes"]:
        yield "wheel", f"{number(once['wheel_bytes'] / 1e6)} MB"
    yield "letting go of the GIL and taking it back", f"{once['gil_ns']} ns"
    yield "one SID formatted in C", f"{once['sid_format_ns']} ns"
    if "held_bytes" not in once:
        return
    yield "native block of 10,000 processes", _kilobytes(once["native_block_bytes"])
    for name, size in once["held_bytes"].items():
        yield f"memory that a result of 10,000 holds: {name}", _kilobytes(size)
    yield "a poll of 1,000 processes by ProcessMonitor", f"{number(once['poll_ns'] / 1e3)} µs"
    yield f"growth of memory over {once['polls']:,} polls", _kilobytes(once["growth_bytes"])
    for name, share in once["other_thread_runs"].items():
        yield f"pace of another thread while {name} waits for a slow call", f"{share:.0%}"
    for workers, seconds in once["query_sessions_seconds_by_workers"].items():
        yield f"query_sessions, 10 sessions, each call held up, workers={workers}", f"{seconds * 1e3:.0f} ms"


def _kilobytes(size: int) -> str:
    return f"{size / 1000:,.0f} kB"
