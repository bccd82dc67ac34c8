"""What the fast paths must not show: rows and tuples that are filled anew, keys of names and SIDs of every length."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

import wtsfast
from helpers.standin import Standin

ROWS = 700  # more than are made into tuples at a time, and enough for loops that let others run


def sid_of(parts: int, last: int) -> bytes:
    """Give a SID of so many sub-authorities that differs from its neighbours in the last."""
    return bytes([1, parts, 0, 0, 0, 0, 0, 5]) + b"".join(
        (last if i == parts - 1 else 7).to_bytes(4, "little") for i in range(parts)
    )


@pytest.fixture(params=["separate", "block"], autouse=True)
def table(standin: Standin, request: pytest.FixtureRequest) -> None:
    standin.configure(layout=request.param)
    standin.generate(sessions=5, processes=ROWS)


def test_rows_that_are_kept_stay_what_they_are() -> None:
    snapshot = wtsfast.enumerate_processes()
    expected = [snapshot[i].pid for i in range(ROWS)]
    assert [row.pid for row in list(snapshot)] == expected
    assert [(a.pid, b.pid) for a, b in pairwise(snapshot)] == list(pairwise(expected))
    kept = [row for row in snapshot if row.pid % 3 == 0]
    assert [row.pid for row in kept] == [pid for pid in expected if pid % 3 == 0]


def test_each_iterator_has_rows_of_its_own() -> None:
    snapshot = wtsfast.enumerate_processes()
    for a, b in zip(snapshot, snapshot, strict=True):
        assert a is not b
        assert a == b


def test_rows_outlive_their_iterator_and_snapshot() -> None:
    rows = iter(wtsfast.enumerate_processes())
    first, second, third = next(rows), next(rows), next(rows)
    del rows
    assert [first.pid, second.pid, third.pid] == [0, 4, 8]


@pytest.mark.parametrize("columns", [("pid", "name"), ("name",), ()])
def test_tuples_in_a_set_are_those_of_the_list(columns: tuple[str, ...]) -> None:
    snapshot = wtsfast.enumerate_processes()
    assert set(snapshot.select(*columns)) == set(snapshot.to_tuples(*columns))
    assert list(snapshot.select(*columns)) == snapshot.to_tuples(*columns)


def test_threads_that_share_an_iterator_get_each_tuple_once() -> None:
    snapshot = wtsfast.enumerate_processes()
    selection = snapshot.select("pid", "name")
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda _: list(selection), range(4)))
    assert sorted(values for part in parts for values in part) == sorted(snapshot.to_tuples("pid", "name"))


@pytest.mark.parametrize("guard", [0, 1])
def test_names_of_every_length(standin: Standin, guard: int) -> None:
    """With guards each name ends where its page does: nothing behind its NUL may be read."""
    names = [letter * length + end for length in range(20) for letter in "ab" for end in ("", "\u00e9", "\u0100")]
    standin.configure(guard=guard)
    standin.start_scenario()
    for i, name in enumerate(names * 2):
        standin.add_process(i, name)
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column("name") == names * 2
    assert [row.name for row in snapshot] == names * 2


@pytest.mark.parametrize("guard", [0, 1])
def test_sids_of_every_size(standin: Standin, guard: int) -> None:
    sids = [sid_of(parts, last) for parts in range(16) for last in ((1, 2, 256) if parts else (1,))]
    standin.configure(guard=guard)
    standin.start_scenario()
    for i, sid in enumerate(sids * 2):
        standin.add_process(i, "a.exe", sid=sid)
    snapshot = wtsfast.enumerate_processes()
    expected = [str(wtsfast.Sid(sid)) for sid in sids * 2]
    assert len(set(expected)) == len(sids)
    assert snapshot.column("user_sid") == expected
    assert [row.user_sid for row in snapshot] == [wtsfast.Sid(sid) for sid in sids * 2]
