"""ProcessSnapshot.totals: sums by session, user and name equal those of a plain loop in Python."""

import gc
import pickle
import time
from collections import defaultdict
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wtsfast
from helpers.standin import Standin
from helpers.tables import SYSTEM, USER, Process, put_processes, sid_bytes
from wtsfast import ProcessTotals, Sid

BY: tuple[Literal["session_id", "user_sid", "name"], ...] = ("session_id", "user_sid", "name")
DWORDS = st.integers(0, 9) | st.integers(0, 0xFFFFFFFF)
TIMES = st.integers(0, 1 << 50)
PROCESSES = st.builds(
    Process,
    session_id=st.integers(0, 4) | DWORDS,
    pid=DWORDS,
    name=st.none() | st.sampled_from(["", "a.exe", "A.exe", "svchost.exe", "x" * 16, "x" * 17, "x" * 40]),
    sid=st.sampled_from([None, SYSTEM, USER, b"", b"\x02" + SYSTEM[1:]]),
    number_of_threads=DWORDS,
    handle_count=DWORDS,
    pagefile_usage=DWORDS,
    working_set_size=DWORDS,
    user_time=TIMES,
    kernel_time=TIMES,
)


def expected_totals(processes: list[Process], by: str) -> dict[Any, tuple[object, ...]]:
    groups: dict[Any, list[Process]] = defaultdict(list)
    for process in processes:
        groups[process.values()[{"session_id": 0, "name": 2, "user_sid": 3}[by]]].append(process)
    return {
        key: (
            len(group),
            sum(process.number_of_threads for process in group),
            sum(process.handle_count for process in group),
            sum(process.working_set_size for process in group),
            sum(process.pagefile_usage for process in group),
            sum(process.user_time + process.kernel_time for process in group if process.pid) / 1e7,
        )
        for key, group in groups.items()
    }


def as_dict(totals: list[ProcessTotals]) -> dict[Any, tuple[object, ...]]:
    found: dict[Any, tuple[object, ...]] = {
        str(total.key) if isinstance(total.key, Sid) else total.key: tuple(total[1:]) for total in totals
    }
    assert len(found) == len(totals)
    return found


def alike(count: int, name: str, *parts: int) -> list[Process]:
    return [Process(1, at * 4, f"{name}{at}", sid_bytes(21, *parts, at), number_of_threads=1) for at in range(count)]


def time_of_totals(standin: Standin, processes: list[Process], by: Literal["name", "user_sid"]) -> float:
    put_processes(standin, processes)
    snapshot = wtsfast.enumerate_processes()
    times = []
    for _ in range(3):
        began = time.perf_counter()
        totals = snapshot.totals(by=by)
        times.append(time.perf_counter() - began)
    assert len(totals) == len(processes)
    return min(times)


@pytest.mark.parametrize("by", ["name", "user_sid"])
def test_values_that_begin_alike_take_no_longer(standin: Standin, by: Literal["name", "user_sid"]) -> None:
    """Their keys are the same, and to compare each with each would take 50 times as long as this."""
    different = time_of_totals(standin, alike(10_000, "p", 1), by)
    same_start = time_of_totals(standin, alike(10_000, "the-same-16-letters-", *range(10)), by)
    assert same_start < 10 * different


@given(processes=st.lists(PROCESSES, max_size=40))
def test_totals_are_those_of_a_plain_loop(standin: Standin, processes: list[Process]) -> None:
    put_processes(standin, processes)
    snapshot = wtsfast.enumerate_processes()
    for by in BY:
        assert as_dict(snapshot.totals(by)) == expected_totals(processes, by)


@pytest.mark.parametrize("groups", [511, 512, 513, 1025, 3000])
def test_many_groups(standin: Standin, groups: int) -> None:
    standin.configure(guard=False)
    processes = [
        Process(at % groups * 7, at, f"{at % groups}.exe", SYSTEM[:-4] + (at % groups).to_bytes(4, "little"), at, 1)
        for at in range(2 * groups + 1)
    ]
    put_processes(standin, processes)
    snapshot = wtsfast.enumerate_processes()
    for by in BY:
        totals = snapshot.totals(by)
        assert as_dict(totals) == expected_totals(processes, by)
        assert len(totals) == groups


def test_the_key_is_the_rows_own_value(standin: Standin) -> None:
    put_processes(standin, [Process(3, 8, None, None), Process(3, 9, "a.exe", USER)])
    snapshot = wtsfast.enumerate_processes()
    assert [total.key for total in snapshot.totals()] == [3]
    assert [total.key for total in snapshot.totals("name")] == ["a.exe", None]
    assert [total.key for total in snapshot.totals(by="user_sid")] == [Sid(USER), None]


def test_sums_have_64_bits_and_the_idle_process_spends_nothing(standin: Standin) -> None:
    most = 0xFFFFFFFF
    rows = [Process(1, pid, "a", None, most, most, most, most, most, most, 1 << 40, 1 << 41) for pid in range(3)]
    put_processes(standin, rows)
    assert wtsfast.enumerate_processes().totals() == [
        ProcessTotals(1, 3, 3 * most, 3 * most, 3 * most, 3 * most, 2 * (3 << 40) / 1e7)
    ]


def test_a_total_is_a_tuple_like_any_other(standin: Standin) -> None:
    put_processes(standin, [Process(1, pid, working_set_size=1 << 31, user_time=3) for pid in (4, 8)])
    (total,) = wtsfast.enumerate_processes().totals()
    same = ProcessTotals(*total)
    assert total == same
    assert type(total) is type(same)
    assert hash(total) == hash(same) == hash(tuple(total))
    assert pickle.loads(pickle.dumps(total)) == total
    assert total._replace(key=2) == same._replace(key=2)
    assert gc.is_tracked(total)


def test_sessions_of_any_number(standin: Standin) -> None:
    """Whatever slot of the table they share, and in whatever order they come."""
    sessions = [0, 0xFFFFFFFF, 1, 0x80000000, *range(0, 1 << 32, 0x00FFFF01), 0xFFFFFFFE, 0]
    processes = [Process(session, 4 * i, number_of_threads=i) for i, session in enumerate(sessions * 2)]
    put_processes(standin, processes)
    totals = wtsfast.enumerate_processes().totals()
    assert as_dict(totals) == expected_totals(processes, "session_id")
    assert [total.key for total in totals] == list(dict.fromkeys(sessions))


def test_what_cannot_be_summed(standin: Standin) -> None:
    put_processes(standin, [Process()])
    snapshot = wtsfast.enumerate_processes()
    for by in ("pid", "", "SESSION_ID"):
        with pytest.raises(ValueError, match="by must be"):
            snapshot.totals(by)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        snapshot.totals(None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="level 0 has no column"):
        wtsfast.enumerate_processes(level=0).totals()
    with pytest.raises(ValueError, match="user_sid"):
        wtsfast.enumerate_processes(source="kernel").totals("user_sid")


def test_the_kernels_sizes_are_not_cut() -> None:
    snapshot = wtsfast.enumerate_processes(source="kernel")
    for total in snapshot.totals():
        rows = snapshot.where(session_id=total.key)
        assert total.process_count == len(rows)
        assert total.working_set_size == sum(row.working_set_size for row in rows)
        assert total.pagefile_usage == sum(row.pagefile_usage for row in rows)
        assert total.cpu_seconds == pytest.approx(sum(row.cpu_seconds for row in rows))
