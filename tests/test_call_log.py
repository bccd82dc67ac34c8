"""The verdict on the whole suite: each function succeeded, and failed in each documented way, as the call log shows."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import wtsfast
from helpers.call_log import (
    FUNCTIONS,
    HANDED_OVER,
    Collector,
    Export,
    Failure,
    Seen,
    collector,
    documented_failures,
    exports,
    gaps,
    read_table,
    why_incomplete,
)
from helpers.standin import KEEP_LAST_ERROR, Standin
from wtsfast import raw
from wtsfast.errors import WtsError, error_class

EXPORT = Export("WTSQueryUserConfigW", "WTSQueryUserConfig", allocates=True, in_threads=True)
DOCUMENTED = [Failure("WTSQueryUserConfig", 5, "AccessDeniedError"), Failure("WTSQueryUserConfig", 996, "-")]


# ---- that it can fail ----


def proof() -> Seen:
    return Seen(1, 1, {1, 2}, {5, 996}, {(5, "AccessDeniedError")})


def test_nothing_is_proven_without_calls() -> None:
    assert gaps(EXPORT, DOCUMENTED, {}) == [
        "no call succeeded",
        "no call succeeded with NULL or without a row",
        "no second thread called it",
        "no call failed with 5",
        "no call failed with 996",
    ]
    assert gaps(EXPORT, None, {EXPORT.name: proof()}) == ["failures.tsv has no line for it"]
    assert gaps(EXPORT, DOCUMENTED, {EXPORT.name: proof()}) == []


def test_each_piece_is_needed() -> None:
    changes: dict[str, dict[str, Any]] = {
        "no call succeeded": {"successes": 0},
        "no call succeeded with NULL or without a row": {"shaped": 0},
        "no second thread called it": {"threads": {1}},
        "no call failed with 996": {"errors": {5}},
        "5 was seen as ['-'], not as AccessDeniedError": {"exceptions": set()},
        "5 was seen as ['WtsError'], not as AccessDeniedError": {"exceptions": {(5, "WtsError")}},
        "5 was seen as ['AccessDeniedError', 'WtsError'], not as AccessDeniedError": {
            "exceptions": {(5, "AccessDeniedError"), (5, "WtsError")}
        },
        "996 was seen as ['WtsError'], not as -": {"exceptions": {(5, "AccessDeniedError"), (996, "WtsError")}},
    }
    for gap, change in changes.items():
        seen = proof()
        for name, value in change.items():
            setattr(seen, name, value)
        assert gaps(EXPORT, DOCUMENTED, {EXPORT.name: seen}) == [gap]


# ---- that it collects what happened, and no more ----


@pytest.fixture
def mine(standin: Standin) -> Iterator[Collector]:
    """Give a collector of this test's calls."""
    collecting = Collector()
    collecting.take_all()
    collecting.counts = True
    Standin.before_reset.append(collecting.take)
    yield collecting
    Standin.before_reset.remove(collecting.take)


def failing(standin: Standin, mine: Collector, code: int) -> None:
    standin.fail("WTSEnumerateSessionsExW", code)
    with pytest.raises(WtsError) as caught:
        wtsfast.enumerate_sessions()
    mine.exception(caught.value)


def test_calls_are_collected_also_across_a_reset(standin: Standin, mine: Collector) -> None:
    wtsfast.enumerate_sessions()
    failing(standin, mine, 5)
    standin.reset()
    failing(standin, mine, KEEP_LAST_ERROR)
    standin.null_result("WTSEnumerateSessionsExW")
    wtsfast.enumerate_sessions()
    standin.forget_calls()
    mine.take_all()
    seen = mine.record["WTSEnumerateSessionsExW"]
    assert (seen.successes, seen.shaped, len(seen.threads)) == (2, 1, 1)
    assert seen.errors == {0, 5}
    assert seen.exceptions == {(0, "WtsError"), (5, "AccessDeniedError")}


def test_a_failure_that_is_no_exception(standin: Standin, mine: Collector) -> None:
    standin.fail("WTSEnumerateSessionsExW", 259)
    assert len(wtsfast.enumerate_sessions()) == 0
    mine.take_all()
    seen = mine.record["WTSEnumerateSessionsExW"]
    assert (seen.successes, seen.errors, seen.exceptions) == (0, {259}, set())


def test_an_exception_without_its_call_proves_nothing(standin: Standin, mine: Collector) -> None:
    wtsfast.enumerate_sessions()
    for code in (5, 0):
        mine.exception(WtsError(code, "WTSEnumerateSessionsEx"))
        mine.exception(WtsError(code, "WTSEnumerateProcesses"))
    standin.fail("WTSEnumerateSessionsExW", 5)
    with pytest.raises(WtsError):
        wtsfast.enumerate_sessions()
    mine.exception(WtsError(87, "WTSEnumerateSessionsEx"))
    mine.take_all()
    assert not any(seen.exceptions for seen in mine.record.values())


def test_a_call_that_still_runs_is_taken_when_it_has_ended(standin: Standin, mine: Collector) -> None:
    with ThreadPoolExecutor(1) as pool, standin.block("WTSEnumerateSessionsExW") as rule:
        running = pool.submit(wtsfast.enumerate_sessions)
        standin.wait_until_running("WTSEnumerateSessionsExW")
        mine.take_all()
        assert "WTSEnumerateSessionsExW" not in mine.record
        rule.release()
        running.result(10)
    mine.take_all()
    assert mine.record["WTSEnumerateSessionsExW"].successes == 1


def test_calls_that_are_not_the_packages_do_not_count(standin: Standin, mine: Collector) -> None:
    mine.counts = False
    wtsfast.enumerate_sessions()
    failing(standin, mine, 5)
    mine.take_all()
    mine.counts = True
    mine.take_all()
    assert mine.record == {}


def test_an_answer_that_is_no_failure(standin: Standin, mine: Collector) -> None:
    """HRESULTs and the codes of the license server are told apart from numbers that mean success."""
    standin.fail("WTSSetRenderHint", 0x80070005)
    with pytest.raises(WtsError) as caught:
        raw.WTSSetRenderHint(0, 0, 1, b"")
    mine.exception(caught.value)
    mine.take_all()
    seen = mine.record["WTSSetRenderHint"]
    assert (seen.successes, seen.exceptions) == (0, {(5, "AccessDeniedError")})


def test_what_another_process_saw_is_added(standin: Standin, mine: Collector, tmp_path: Path) -> None:
    failing(standin, mine, 5)
    wtsfast.enumerate_sessions()
    mine.take_all()
    file = tmp_path / "calls"
    mine.hand_over(file)
    mine.hand_over(file)
    both = Collector()
    both.take_over(file)
    theirs, ours = both.record["WTSEnumerateSessionsExW"], mine.record["WTSEnumerateSessionsExW"]
    assert (theirs.successes, theirs.errors, theirs.exceptions) == (2, ours.errors, ours.exceptions)


# ---- the table ----


def test_the_table_knows_each_function_and_no_other() -> None:
    functions = {row["function"] for row in read_table(FUNCTIONS) if row["raw_names"] != "-"}
    assert set(documented_failures()) == functions
    assert len(exports()) == 87


def test_the_table_names_what_the_package_raises() -> None:
    for failures in documented_failures().values():
        assert len({failure.error for failure in failures}) == len(failures)
        for failure in failures:
            kind = error_class(failure.function, failure.error)
            assert failure.exception in ("-", kind.__name__), failure


# ---- the verdict, when every other test has run ----


@pytest.fixture(scope="module")
def collected(request: pytest.FixtureRequest) -> Collector:
    """Give what all tests have shown, those of other processes too."""
    ours = collector(request.config)
    if ours is None:
        pytest.skip("runs on the stand-in only")
    if part := why_incomplete(request.config):
        pytest.skip(f"nothing to judge: {part}")
    ours.take_over(Path(os.environ[HANDED_OVER]))
    return ours


@pytest.mark.parametrize("export", exports().values(), ids=exports())
def test_the_suite_proves_each_export(collected: Collector, export: Export) -> None:
    assert gaps(export, documented_failures().get(export.function), collected.record) == []
