"""Each request for memory may fail: the answer is MemoryError, nothing is left behind, and the snapshot goes on."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import wtsfast
from helpers.allocations import watched_allocations
from helpers.standin import Standin
from wtsfast import ProcessMonitor, ProcessSnapshot, _columns, _delta, _distinct, _kernel, _memory, _snapshot, _totals

ROWS = 700  # enough for loops that let others run, and for tables that grow
MODULES: Any = (_columns, _delta, _distinct, _kernel, _memory, _snapshot, _totals)


@pytest.fixture(autouse=True)
def table(standin: Standin) -> None:
    standin.configure(guard=False)
    standin.start_scenario()
    for i in range(ROWS):
        sid = bytes((1, 2, 0, 0, 0, 0, 0, 5)) + (i % 300).to_bytes(4, "little") * 2
        standin.add_process(i, f"{i % 400}.exe", session_id=i, sid=sid)


USES: dict[str, Callable[[ProcessSnapshot], object]] = {
    "select": lambda snapshot: list(snapshot.select("pid", "name", "user_sid")),
    "select all": lambda snapshot: list(snapshot.select()),
    "to_tuples": lambda snapshot: snapshot.to_tuples("name", "user_sid", "session_id"),
    "to_dicts": lambda snapshot: snapshot.to_dicts("name", "user_sid"),
    "select again and again": lambda snapshot: list(snapshot.select(*("pid", "name") * 10)),
    "to_tuples again and again": lambda snapshot: snapshot.to_tuples(*("pid", "name") * 10),
    "to_dicts again and again": lambda snapshot: snapshot.to_dicts(*("pid", "name") * 10),
    "column": lambda snapshot: snapshot.column("name") + snapshot.column("user_sid"),
    "rows": lambda snapshot: [(row.name, row.user_sid) for row in snapshot],
    "where": lambda snapshot: snapshot.where(name="7.EXE", session_id=7),
    "get": lambda snapshot: snapshot.get(8),
    "detach": lambda snapshot: [row.detach() for row in snapshot[:3]],
    "totals by session": lambda snapshot: snapshot.totals(),
    "totals by name": lambda snapshot: snapshot.totals("name"),
    "totals by SID": lambda snapshot: snapshot.totals("user_sid"),
}


def check(standin: Standin, use: Callable[[], object], *, least: int) -> None:
    """Let each request fail in turn, until there is none of that number; `least` are made."""
    for fail_at in itertools.count(1):
        with watched_allocations(standin, *MODULES) as seen:
            seen.fail_at(fail_at)
            if failed := not succeeds(use):
                assert seen.requests >= fail_at
            else:
                assert seen.requests < fail_at  # else a failure was hushed up
            assert seen.live == []
        if not failed:
            break
    assert fail_at > least


def succeeds(use: Callable[[], object]) -> bool:
    try:
        use()
    except MemoryError:
        return False
    return True


@pytest.mark.parametrize("name", USES)
def test_uses_of_a_snapshot(standin: Standin, name: str) -> None:
    use = USES[name]
    expected = use(wtsfast.enumerate_processes())

    def use_it() -> None:
        snapshot = wtsfast.enumerate_processes()
        try:
            result = use(snapshot)
        except MemoryError:
            assert use(snapshot) == expected
            raise
        assert result == expected

    check(standin, use_it, least=1)


def test_python_has_no_memory_for_totals(standin: Standin) -> None:
    """A total that lacks some of its values is taken down again."""
    testcapi = pytest.importorskip("_testcapi")
    snapshot = wtsfast.enumerate_processes(session_id=3)
    use = partial(_totals.totals, snapshot, "name")
    expected = use()
    for fail_at in itertools.count():
        testcapi.set_nomemory(fail_at, fail_at + 1)
        try:
            done = succeeds(use)
        finally:
            testcapi.remove_mem_hooks()
        assert use() == expected
        if done:
            break
    assert fail_at > 2


@pytest.mark.parametrize("method", ["select", "to_tuples", "to_dicts"])
def test_an_unknown_column_behind_too_many(standin: Standin, method: str) -> None:
    snapshot = wtsfast.enumerate_processes()
    with watched_allocations(standin, _snapshot) as seen:
        with pytest.raises(ValueError, match="colour"):
            getattr(snapshot, method)(*["pid"] * 20, "colour")
        assert seen.requests == 1
        assert seen.live == []


def test_a_comparison(standin: Standin) -> None:
    earlier = wtsfast.enumerate_processes()
    standin.remove_process(3)
    standin.add_process(ROWS, "new.exe")

    def compare() -> None:
        delta = wtsfast.enumerate_processes().diff(earlier)
        assert [row.pid for row in delta.started] == [ROWS]
        assert [row.pid for row in delta.exited] == [3]
        assert delta.cpu[4].seconds == 0

    check(standin, compare, least=4)


def test_the_kernel_source(standin: Standin) -> None:
    wtsfast.enumerate_processes(source="kernel")  # from here on the module keeps what the kernel writes into
    check(standin, lambda: wtsfast.enumerate_processes(source="kernel", user_sids=True), least=1)


def test_a_poll_that_fails_keeps_the_baseline(standin: Standin) -> None:
    monitor = ProcessMonitor()
    standin.add_process(ROWS, "new.exe")
    with watched_allocations(standin, _delta) as seen:
        seen.fail_at(1)
        with pytest.raises(MemoryError):
            monitor.poll()
        seen.fail_at(0)
    assert [row.pid for row in monitor.poll().started] == [ROWS]
