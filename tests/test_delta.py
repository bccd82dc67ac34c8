"""ProcessSnapshot.diff and SessionSnapshot.diff: what a plain comparison in Python finds."""

import pickle
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wtsfast
from helpers.standin import Standin
from helpers.tables import SYSTEM, USER, Process, Session, put_processes, put_sessions, sid_text
from wtsfast import CpuUsage

NO_SID = b"\x02" + SYSTEM[1:]
PROCESSES = st.lists(
    st.builds(
        Process,
        session_id=st.integers(0, 1),
        pid=st.integers(0, 12) | st.integers(0, 0xFFFFFFFF),
        name=st.sampled_from([None, "", "a.exe", "A.exe", "b.exe", "x" * 20]),
        sid=st.sampled_from([None, SYSTEM, USER, NO_SID]),
        user_time=st.integers(0, 3),
        kernel_time=st.integers(0, 3),
    ),
    max_size=16,
    unique_by=lambda process: process.pid,
)


def same_process(before: Process, now: Process) -> bool:
    """Say what the design says of a pid that both lists have."""
    a, b = sid_text(before.sid), sid_text(now.sid)
    return (
        (before.name, before.session_id) == (now.name, now.session_id)
        and (a is None or b is None or a == b)
        and now.user_time + now.kernel_time >= before.user_time + before.kernel_time
    )


def spent(process: Process) -> int:
    return process.user_time + process.kernel_time if process.pid else 0


@given(earlier=PROCESSES, later=PROCESSES)
def test_processes_differ_as_a_plain_comparison_says(
    standin: Standin, earlier: list[Process], later: list[Process]
) -> None:
    put_processes(standin, earlier)
    before = wtsfast.enumerate_processes()
    put_processes(standin, later)
    now = wtsfast.enumerate_processes()
    known = {process.pid: process for process in earlier}
    survived = {process.pid for process in later if process.pid in known and same_process(known[process.pid], process)}

    delta = now.diff(before)

    assert [row.pid for row in delta.started] == [process.pid for process in later if process.pid not in survived]
    assert [row.pid for row in delta.exited] == [process.pid for process in earlier if process.pid not in survived]
    assert delta.elapsed_seconds == pytest.approx(now.taken_monotonic - before.taken_monotonic)
    for process in later:
        seconds = (spent(process) - (spent(known[process.pid]) if process.pid in survived else 0)) / 1e7
        assert delta.cpu[process.pid].seconds == seconds
        if delta.elapsed_seconds:
            assert delta.cpu[process.pid].percent == pytest.approx(seconds * 100 / delta.elapsed_seconds)
    assert list(delta.cpu) == [process.pid for process in later]


def changed(**values: Any) -> tuple[list[int], list[int]]:
    """Say which pids start and exit between one process and the same with other values."""
    before, now = changed_snapshots(**values)
    delta = now.diff(before)
    return [row.pid for row in delta.started], [row.pid for row in delta.exited]


def changed_snapshots(**values: Any) -> tuple[Any, Any]:
    standin, process = values.pop("standin"), Process(1, 8, "a.exe", USER, user_time=5, kernel_time=5)
    put_processes(standin, [process])
    before = wtsfast.enumerate_processes()
    put_processes(standin, [process._replace(**values)])
    return before, wtsfast.enumerate_processes()


@pytest.mark.parametrize(
    ("values", "another"),
    [
        ({}, False),
        ({"sid": None}, False),
        ({"sid": NO_SID}, False),
        ({"user_time": 4, "kernel_time": 6}, False),  # both together did not fall
        ({"working_set_size": 7}, False),
        ({"sid": SYSTEM}, True),
        ({"name": "A.exe"}, True),
        ({"name": None}, True),
        ({"session_id": 2}, True),
        ({"user_time": 4}, True),
    ],
)
def test_a_pid_that_is_used_again(standin: Standin, values: dict[str, Any], another: bool) -> None:
    assert changed(standin=standin, **values) == (([8], [8]) if another else ([], []))


@pytest.mark.parametrize("guard", [False, True])
def test_names_are_compared_up_to_their_ends(standin: Standin, guard: bool) -> None:
    """With guards each name ends where its page does: nothing behind its NUL may be read."""
    standin.configure(guard=guard)
    names = ["a" * length for length in range(40)] + ["\u0100\u6100" * length for length in range(1, 10)]
    pairs = [(a, b) for a in names for b in (a, a[:-1], a + "b", a[:-1] + "b", "b" + a[1:], a[:9] + "b" + a[10:])]
    put_processes(standin, [Process(1, 4 * i, a) for i, (a, _) in enumerate(pairs)])
    before = wtsfast.enumerate_processes()
    put_processes(standin, [Process(1, 4 * i, b) for i, (_, b) in enumerate(pairs)])
    delta = wtsfast.enumerate_processes().diff(before)
    assert [row.pid for row in delta.started] == [4 * i for i, (a, b) in enumerate(pairs) if a != b]
    assert [row.pid for row in delta.exited] == [row.pid for row in delta.started]


def test_level_0_knows_no_times(standin: Standin) -> None:
    put_processes(standin, [Process(1, 8), Process(1, 9)])
    before = wtsfast.enumerate_processes(level=0)
    put_processes(standin, [Process(1, 9), Process(1, 10)])
    delta = wtsfast.enumerate_processes(level=0).diff(before)
    assert ([row.pid for row in delta.started], [row.pid for row in delta.exited]) == ([10], [8])
    assert dict(delta.cpu) == {}
    assert delta.cpu.get(9) is None


def test_cpu_is_a_mapping(standin: Standin) -> None:
    put_processes(standin, [Process(1, 8, user_time=1)])
    before = wtsfast.enumerate_processes()
    put_processes(standin, [Process(1, 8, user_time=5), Process(1, 9, user_time=20_000_000)])
    cpu = wtsfast.enumerate_processes().diff(before).cpu
    assert isinstance(cpu, Mapping)
    assert (len(cpu), list(cpu.keys()), 9 in cpu, 10 in cpu) == (2, [8, 9], True, False)
    assert list(cpu.items()) == list(zip(cpu.keys(), cpu.values(), strict=True))
    assert cpu[8].seconds == 4e-7
    assert cpu[9].seconds == 2.0
    assert isinstance(cpu[9], CpuUsage)
    assert (cpu.get(10), cpu.get(10, 1)) == (None, 1)
    assert cpu == dict(cpu) == pickle.loads(pickle.dumps(cpu))
    with pytest.raises(KeyError):
        cpu[10]
    with pytest.raises(OverflowError):
        cpu.get(1 << 32)


def test_thousands_of_processes_in_another_order(standin: Standin) -> None:
    standin.configure(guard=False)
    processes = [Process(pid % 9, pid, f"{pid % 50}.exe", user_time=pid) for pid in range(1, 4001)]
    put_processes(standin, processes)
    before = wtsfast.enumerate_processes()
    put_processes(standin, [process._replace(user_time=process.user_time * 2) for process in processes[:100:-1]])
    now = wtsfast.enumerate_processes()
    delta = now.diff(before)
    assert (delta.started, [row.pid for row in delta.exited]) == ([], list(range(1, 102)))
    assert {pid: usage.seconds for pid, usage in delta.cpu.items()} == {pid: pid / 1e7 for pid in range(102, 4001)}
    assert before.get(77) == before[76]  # by the index that the comparison has left


def test_snapshots_that_cannot_be_compared(standin: Standin) -> None:
    put_processes(standin, [Process()])
    first, second = wtsfast.enumerate_processes(), wtsfast.enumerate_processes()
    others: tuple[Any, ...] = (None, 1, [], first[0], wtsfast.enumerate_sessions())
    for other in others:
        with pytest.raises(TypeError, match="ProcessSnapshot"):
            second.diff(other)
    with pytest.raises(ValueError, match="level 0"):
        second.diff(wtsfast.enumerate_processes(level=0))
    with pytest.raises(ValueError, match="kernel"):
        second.diff(wtsfast.enumerate_processes(source="kernel"))
    if second.taken_monotonic > first.taken_monotonic:
        with pytest.raises(ValueError, match="later"):
            first.diff(second)


# Windows has each pid once. Should a server say otherwise, each row still counts once.


@given(
    earlier=st.lists(st.integers(0, 3), max_size=8),
    later=st.lists(st.integers(0, 3), max_size=8),
)
def test_rows_with_the_same_pid_are_matched_one_by_one(standin: Standin, earlier: list[int], later: list[int]) -> None:
    put_processes(standin, [Process(1, pid, user_time=5) for pid in earlier])
    before = wtsfast.enumerate_processes()
    put_processes(standin, [Process(1, pid, user_time=5) for pid in later])
    delta = wtsfast.enumerate_processes().diff(before)
    assert Counter(row.pid for row in delta.started) == Counter(later) - Counter(earlier)
    assert Counter(row.pid for row in delta.exited) == Counter(earlier) - Counter(later)


def test_of_rows_with_the_same_pid_each_finds_its_own(standin: Standin) -> None:
    put_processes(standin, [Process(1, 0, "a.exe"), Process(1, 4, "b.exe"), Process(2, 0, "c.exe"), Process(3, 0, "d")])
    before = wtsfast.enumerate_processes()
    put_processes(standin, [Process(3, 0, "d"), Process(2, 0, "c.exe"), Process(4, 0, "e"), Process(1, 0, "a.exe")])
    now = wtsfast.enumerate_processes()
    delta = now.diff(before)
    assert [row.name for row in delta.started] == ["e"]
    assert [row.name for row in delta.exited] == ["b.exe"]
    assert now.get(0) == now[0]


# ---- sessions ----

SESSIONS = st.lists(
    st.builds(
        Session,
        exec_env_id=st.integers(0, 6),
        state=st.integers(0, 2),
        session_id=st.integers(0, 3),
        session_name=st.sampled_from([None, "", "Console"]),
        host_name=st.sampled_from([None, "VM"]),
        user_name=st.sampled_from([None, "", "anna", "Anna"]),
        domain_name=st.sampled_from([None, "LAB"]),
    ),
    max_size=8,
    unique_by=lambda session: (session.exec_env_id, session.session_id),
)


@given(earlier=SESSIONS, later=SESSIONS)
def test_sessions_differ_as_a_plain_comparison_says(
    standin: Standin, earlier: list[Session], later: list[Session]
) -> None:
    def key(session: Any) -> tuple[int, int]:
        return session.exec_env_id, session.session_id

    def shown(session: Any) -> tuple[object, ...]:
        return session.state, session.session_name, session.user_name, session.domain_name

    put_sessions(standin, earlier)
    before = wtsfast.enumerate_sessions()
    put_sessions(standin, later)
    delta = wtsfast.enumerate_sessions().diff(before)
    known, now = {key(session): session for session in earlier}, {key(session): session for session in later}
    assert [key(row) for row in delta.appeared] == [each for each in now if each not in known]
    assert [key(row) for row in delta.vanished] == [each for each in known if each not in now]
    assert [(key(a), shown(a), shown(b)) for a, b in delta.changed] == [
        (each, shown(known[each]), shown(now[each]))
        for each in now
        if each in known and shown(known[each]) != shown(now[each])
    ]


NAMES = st.lists(st.sampled_from(["a", "b", "c"]), max_size=5)


@given(earlier=NAMES, later=NAMES)
def test_rows_of_the_same_session_are_matched_one_by_one(
    standin: Standin, earlier: list[str], later: list[str]
) -> None:
    put_sessions(standin, [Session(1, 0, 1, user_name=name) for name in earlier])
    before = wtsfast.enumerate_sessions()
    put_sessions(standin, [Session(1, 0, 1, user_name=name) for name in later])
    delta = wtsfast.enumerate_sessions().diff(before)
    gone, new = Counter(earlier) - Counter(later), Counter(later) - Counter(earlier)
    assert Counter([row.user_name for row in (*delta.vanished, *(a for a, _ in delta.changed))]) == gone
    assert Counter([row.user_name for row in (*delta.appeared, *(b for _, b in delta.changed))]) == new
    assert len(delta.changed) == min(gone.total(), new.total())


def test_sessions_of_level_0_differ_by_state_and_name(standin: Standin) -> None:
    put_sessions(standin, [Session(1, 0, 1), Session(2, 0, 2), Session(3, 0, 3, user_name="anna")])
    before = wtsfast.enumerate_sessions(level=0)
    put_sessions(standin, [Session(2, 4, 2), Session(3, 0, 3, user_name="boris"), Session(4, 0, 4)])
    delta = wtsfast.enumerate_sessions(level=0).diff(before)
    assert [row.session_id for row in delta.appeared] == [4]
    assert [row.session_id for row in delta.vanished] == [1]
    assert [(a.session_id, a.state, b.state) for a, b in delta.changed] == [(2, 0, 4)]
    with pytest.raises(TypeError, match="SessionSnapshot"):
        before.diff(wtsfast.enumerate_processes())  # type: ignore[arg-type]
