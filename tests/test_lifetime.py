"""Whatever is taken from a snapshot keeps its memory, and nothing else does; it is freed exactly once.

The stand-in makes freed memory inaccessible, so that a use of it ends the process instead of passing unseen.
"""

import gc
import itertools
import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import wtsfast
from helpers.standin import Standin
from helpers.tables import SYSTEM, USER, Process, Session, put_processes, put_sessions
from helpers.threads import Threads
from wtsfast import Server

ROWS = [Process(1, pid, f"{pid % 7} and some text.exe", (None, SYSTEM, USER)[pid % 3]) for pid in range(20)]
EXPECTED = [row.values() for row in ROWS]

Reader = Callable[[], object]


def row(snapshot: Any) -> tuple[Any, Reader]:
    taken = snapshot[3]
    return taken, lambda: (taken.pid, str(taken.user_sid), repr(taken), hash(taken), taken == taken.detach())


def iterator(snapshot: Any) -> tuple[Any, Reader]:
    taken = iter(snapshot)
    return taken, lambda: [(each.pid, each.name) for each in itertools.islice(taken, 1)]


def reversed_rows(snapshot: Any) -> tuple[Any, Reader]:
    taken = reversed(snapshot)
    return taken, lambda: [each.name for each in itertools.islice(taken, 1)]


def selection(snapshot: Any) -> tuple[Any, Reader]:
    taken = snapshot.select("pid", "name", "user_sid")
    return taken, lambda: list(itertools.islice(taken, 1))


def column(snapshot: Any) -> tuple[Any, Reader]:
    taken = snapshot.column("kernel_time")
    return taken, lambda: (taken.tolist(), taken[2:9:3].tolist(), bytes(taken))


def part_of_a_column(snapshot: Any) -> tuple[Any, Reader]:
    taken = snapshot.column("pid")[5:]
    return taken, lambda: (taken.tolist(), taken[0])


def rows_found(snapshot: Any) -> tuple[Any, Reader]:
    taken = snapshot.where(session_id=1)
    return taken, lambda: [(each.pid, each.name, str(each.user_sid)) for each in taken]


def row_by_pid(snapshot: Any) -> tuple[Any, Reader]:
    taken = snapshot.get(7)
    return taken, lambda: (taken.name, taken.working_set_size)


def exited_rows(snapshot: Any) -> tuple[Any, Reader]:
    taken = wtsfast.enumerate_processes(session_id=77).diff(snapshot).exited
    return taken, lambda: [each.name for each in taken]


def the_snapshot_itself(snapshot: Any) -> tuple[Any, Reader]:
    return snapshot, lambda: snapshot.to_tuples() == EXPECTED


PINNING = [
    row, iterator, reversed_rows, selection, column, part_of_a_column, rows_found, row_by_pid, exited_rows,
    the_snapshot_itself,
]  # fmt: skip


def numpy_array(snapshot: Any) -> tuple[Any, Reader]:
    numpy = pytest.importorskip("numpy")
    taken = numpy.asarray(snapshot.column("pid"))
    return taken, lambda: (taken.sum(), taken.tolist())


each_thing = pytest.mark.parametrize("take", [*PINNING, numpy_array], ids=lambda take: take.__name__)


def blocks(standin: Standin) -> int:
    gc.collect()
    return sum(standin.live_blocks().values())


@each_thing
@pytest.mark.parametrize("layout", ["separate", "block"])
def test_it_outlives_its_snapshot_and_its_server(standin: Standin, take: Any, layout: str) -> None:
    standin.configure(layout=layout)
    standin.add_server("RDSH01")
    for server in (None, "RDSH01"):
        put_processes(standin, ROWS, server=server)
    with Server("RDSH01") as server_object:
        taken, read = take(wtsfast.enumerate_processes(server_object))
    assert blocks(standin) == 1
    assert read()
    assert blocks(standin) == 1
    del taken, read
    assert blocks(standin) == 0
    assert len([call for call in standin.calls("WTSFreeMemoryEx") if call.arguments[2]]) == 1


def read_all(things: list[tuple[Any, Reader]]) -> None:
    for _, read in things:
        read()


def test_any_of_them_may_go_first(standin: Standin) -> None:
    put_processes(standin, ROWS)
    for order in itertools.islice(itertools.permutations(range(len(PINNING))), 0, None, 30011):
        snapshot = wtsfast.enumerate_processes()
        things = [take(snapshot) for take in PINNING]
        del snapshot
        while things:
            assert blocks(standin) == 1
            things.pop(order[len(things) - 1] % len(things))
            read_all(things)
        assert blocks(standin) == 0


PLAIN: dict[str, Callable[[Any], object]] = {
    "a detached row": lambda snapshot: snapshot[0].detach(),
    "a name": lambda snapshot: snapshot[0].name,
    "a SID": lambda snapshot: snapshot[1].user_sid,
    "tuples": lambda snapshot: snapshot.to_tuples(),
    "dicts": lambda snapshot: snapshot.to_dicts(),
    "selected tuples": lambda snapshot: list(snapshot.select()),
    "a text column": lambda snapshot: snapshot.column("name"),
    "a numeric column's list": lambda snapshot: snapshot.column("pid").tolist(),
    "totals by name": lambda snapshot: snapshot.totals("name"),
    "totals by SID": lambda snapshot: snapshot.totals("user_sid"),
    "cpu": lambda snapshot: snapshot.diff(snapshot).cpu,
    "the time": lambda snapshot: snapshot.taken_at,
}


@pytest.mark.parametrize("value", PLAIN)
def test_plain_values_pin_nothing(standin: Standin, value: str) -> None:
    put_processes(standin, ROWS)
    kept = PLAIN[value](wtsfast.enumerate_processes())
    assert blocks(standin) == 0
    assert repr(kept)


def test_a_detached_rows_own_things_keep_it(standin: Standin) -> None:
    put_processes(standin, ROWS)
    rows = [each.detach() for each in wtsfast.enumerate_processes()]
    names = [each.name for each in rows]
    assert [each.detach().detach() for each in rows] == rows
    del rows
    assert names == [each.name for each in ROWS]


def test_sessions_too(standin: Standin) -> None:
    put_sessions(standin, [Session(at, 0, at, f"RDP-Tcp#{at}", None, f"user{at}") for at in range(10)])
    levels: tuple[Any, ...] = (0, 1)
    for level in levels:
        snapshot = wtsfast.enumerate_sessions(level=level)
        row, rows, states = snapshot[4], iter(snapshot), snapshot.column("state")
        del snapshot
        assert (row.session_name, next(rows).session_name, states.tolist()) == ("RDP-Tcp#4", "RDP-Tcp#0", [0] * 10)
        assert blocks(standin) == 1
        del row, rows, states
        assert blocks(standin) == 0


@pytest.mark.parametrize("count", [0, 1, 499, 500, 2000])
def test_small_and_large_results_are_freed_alike(standin: Standin, count: int) -> None:
    standin.configure(guard=False)
    standin.generate(sessions=1, processes=count)
    levels: tuple[Any, ...] = (0, 1)
    for level in levels:
        snapshot = wtsfast.enumerate_processes(level=level)
        assert (len(snapshot), blocks(standin)) == (count, 1)
        del snapshot
        assert blocks(standin) == 0


def test_threads_that_share_a_snapshot(standin: Standin) -> None:
    put_processes(standin, ROWS * 40)  # enough rows for the loops in C to hand the interpreter over
    earlier = wtsfast.enumerate_processes()
    snapshot = wtsfast.enumerate_processes()
    expected = EXPECTED * 40

    def use() -> None:
        for _ in range(5):
            assert snapshot.to_tuples() == expected
            found = snapshot.get(7)
            assert found is not None
            assert found.name == ROWS[7].name
            assert (
                len(snapshot.where(name=str(ROWS[3].name).upper()))
                == sum(each.name == ROWS[3].name for each in ROWS) * 40
            )
            assert sum(total.process_count for total in snapshot.totals("name")) == len(expected)
            assert snapshot.diff(earlier).exited == []

    with Threads() as threads:
        threads.start(use, count=6)


def test_threads_that_let_go_at_random(standin: Standin) -> None:
    put_processes(standin, ROWS)

    seeds = iter(range(4))

    def work() -> None:
        chance = random.Random(next(seeds))
        kept: list[tuple[Any, Reader]] = []
        for _ in range(60):
            kept.append(chance.choice(PINNING)(wtsfast.enumerate_processes()))
            chance.choice(kept)[1]()
            if len(kept) > 5:
                kept.pop(chance.randrange(len(kept)))

    with Threads() as threads:
        threads.start(work, count=4)
    assert blocks(standin) == 0


def test_cycles_through_rows_are_collected(standin: Standin) -> None:
    put_processes(standin, ROWS)
    knot: list[Any] = [*wtsfast.enumerate_processes()]
    knot.append(knot)
    things: Iterable[Any] = wtsfast.enumerate_processes().select("name")
    knot.append(things)
    del knot, things
    assert blocks(standin) == 0
