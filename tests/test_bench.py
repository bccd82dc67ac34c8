"""The benchmark's frame: what is short is said to be short, answers are compared, the pages agree with the figures."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"


@pytest.fixture(autouse=True)
def bench_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Import the benchmark's modules from their folder, without the part that is compiled for it."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.setitem(sys.modules, "bench_native", ModuleType("bench_native"))
    yield
    for name in set(sys.modules) - before:
        if str(BENCH) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def run_with(ns: float, *, once: dict[str, Any] | None = None) -> dict[str, Any]:
    """Make the figures of a run in which the floor takes 1,000 ns and a look-up takes so many."""

    def result(case: str, contender: str, time: float) -> dict[str, Any]:
        return {"case": case, "contender": contender, "unit": "call", "ns": time, "cold_ns": None}

    scenes = [
        {
            "kind": "processes", "title": f"{rows} processes", "rows": rows, "usual": True, "live": False, "absent": [],
            "results": [
                result("call, nothing read", "C, every row read", 1000.0),
                result("look-up of a pid", "wtsfast", ns),
                result("index of pids, first look-up", "wtsfast", 1300.0),
            ],
        }
        for rows in (200, 1_000, 10_000)
    ]  # fmt: skip
    return {"scenes": scenes, "once": once or {}}


def test_all_lines_are_there() -> None:
    from goals import GOALS

    assert [goal.line for goal in GOALS] == [*map(str, range(1, 20)), "kernel"]


def test_goal_on_its_limit_is_met() -> None:
    from goals import outcomes

    (line,) = (outcome for outcome in outcomes(run_with(100)) if outcome.goal.line == "13")
    assert line.verdict == "met"
    assert line.why == ""


def test_short_is_said_to_be_short() -> None:
    from goals import outcomes, summary
    from pages import goals_table
    from report import goals_table as goals_text

    run = run_with(110)
    (line,) = (outcome for outcome in outcomes(run) if outcome.goal.line == "13")
    assert line.verdict == "short"
    assert line.why == "10.0% off at worst"
    assert summary([line]) == "0 of 1 goals met; short: 13"
    assert "**110 / 110 / 110 ns** | **short**: 10.0% off" in goals_table([line])
    assert "110 / 110 / 110 ns  SHORT" in goals_text(run)


def test_reason_is_that_of_the_short_figure() -> None:
    from goals import Check, Goal, Outcome

    short = Check(10, " ns", (12.0,)).because("it rains")
    met = Check(10, " ns", (8.0,)).because("the sun shines")
    outcome = Outcome(Goal("1", "something", lambda _: iter(())), (met, short))
    assert outcome.why == "20.0% off at worst; it rains"


def test_what_was_not_measured_is_not_met() -> None:
    from goals import outcomes

    verdicts = {outcome.goal.line: outcome.verdict for outcome in outcomes(run_with(100, once={"modules": 12}))}
    assert verdicts["17"] == "not measured"
    assert verdicts["1"] == "not measured"


def test_short_weighs_more_than_not_measured() -> None:
    from goals import outcomes

    verdicts = {outcome.goal.line: outcome.verdict for outcome in outcomes(run_with(100, once={"modules": 13}))}
    assert verdicts["17"] == "short"


@pytest.mark.parametrize("answer", [2, None, "1"])
def test_contenders_with_other_answers_are_not_timed(answer: object) -> None:
    from frame import Contender, Entrant, Runner, assert_equal

    def entrant(name: str, value: object) -> Entrant:
        runner = Runner(lambda: value, float)
        return Entrant(Contender("a case", name, lambda _: runner), runner)

    assert_equal([entrant("one", 1), entrant("other", 1)])
    with pytest.raises(AssertionError, match="a case: other gives"):
        assert_equal([entrant("one", 1), entrant("other", answer)])


def test_who_cannot_take_part_is_named_with_the_reason() -> None:
    from frame import Contender, NotAvailableError, Runner, ready
    from report import scene_table
    from scenes import Scene

    def missing(_: Scene) -> Runner:
        raise NotAvailableError("it is not installed")

    scene = Scene("processes", 10, 1)
    entrants, absent = ready([Contender("a case", "a rival", missing)], scene)
    assert entrants == []
    table = scene_table({"kind": "processes", "title": "t", "rows": 10, "live": False, "results": [], "absent": absent})
    assert "Not measured, it is not installed: a case (a rival)." in table


def test_tables_fit_a_terminal() -> None:
    from goals import Run
    from pages import OTHER, USUAL, read
    from report import goals_table, once_table, scene_table

    for python in (USUAL, OTHER):
        run: Run = read(python)
        text = "\n".join([*map(scene_table, run["scenes"]), once_table(run["once"]), goals_table(run)])
        assert max(map(len, text.splitlines())) < 80


def test_pages_agree_with_the_figures() -> None:
    from pages import stale

    assert stale() == [], "run tools/dev.py bench --docs-only"
