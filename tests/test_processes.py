"""enumerate_processes, ProcessSnapshot and ProcessInfo: calls, rows, columns, conditions."""

import collections.abc
import copy
import pickle
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from operator import length_hint
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wtsfast
from helpers.arguments import BAD_LEVELS
from helpers.standin import ANY_SESSION, KEEP_LAST_ERROR, Rule, Standin
from helpers.tables import PROCESS_COLUMNS, SYSTEM, USER, Process, put_processes, same_name
from wtsfast import (
    AccessDeniedError,
    FunctionNotAvailableError,
    ProcessInfo,
    ProcessSnapshot,
    Server,
    ServerUnavailableError,
    Sid,
    WtsError,
)

REMOTE = "RDSH01"
MOST = 0xFFFFFFFF
TABLE = [
    Process(0, 0, "", None, 8, 0, kernel_time=123456789),
    Process(0, 4, "System", SYSTEM, 200, 5000, 1, 2, 3, 4, 5, 6),
    Process(1, 400, "explorer.exe", USER, 60, 2000, 4 << 20, 5 << 20, 6 << 20, 7 << 20, 1 << 40, -1),
    Process(1, 404, "explorer.exe", USER, MOST, MOST, MOST, MOST, MOST, MOST, 2**63 - 1, -(2**63)),
    Process(2, 408, None, None),
    Process(MOST, MOST, "Zoë \U0001f600.exe", SYSTEM),
]


@pytest.fixture(autouse=True)
def table(standin: Standin) -> None:
    put_processes(standin, TABLE)


class Index:
    """A number that is no int, as numpy's are."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value


# ---- the call ----


def test_every_field_of_every_row() -> None:
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.columns == PROCESS_COLUMNS
    assert snapshot.to_tuples() == [process.values() for process in TABLE]
    for row, process in zip(snapshot, TABLE, strict=True):
        assert tuple(getattr(row, name) for name in PROCESS_COLUMNS[:3]) == process[:3]
        assert row.user_sid == (None if process.sid is None else Sid(process.sid))
        assert tuple(getattr(row, name) for name in PROCESS_COLUMNS[4:]) == process[4:]


def test_level_0_has_what_the_older_function_gives(standin: Standin) -> None:
    snapshot = wtsfast.enumerate_processes(level=0)
    assert snapshot.columns == PROCESS_COLUMNS[:4]
    assert snapshot.to_tuples() == [process.values()[:4] for process in TABLE]
    assert [call.function for call in standin.calls()] == ["WTSEnumerateProcessesW"]


@pytest.mark.parametrize("level", [0, 1])
def test_what_level_0_lacks_is_absent(level: int) -> None:
    snapshot = wtsfast.enumerate_processes(level=0 if level == 0 else 1)
    for name in (*PROCESS_COLUMNS[4:], "cpu_seconds", "creation_time"):
        there = level == 1 and name != "creation_time"
        assert hasattr(snapshot[1], name) == there
        if not there:
            with pytest.raises(AttributeError, match="level"):
                getattr(snapshot[1], name)
            for method in (snapshot.column, snapshot.select, snapshot.to_tuples, snapshot.to_dicts):
                with pytest.raises(ValueError, match=name):
                    method(name)
            with pytest.raises(ValueError, match=name):
                snapshot.where(**{name: 1})


def test_the_calls_pass_what_the_manual_says(standin: Standin) -> None:
    wtsfast.enumerate_processes()
    wtsfast.enumerate_processes(session_id=2)
    wtsfast.enumerate_processes(session_id=Index(0))
    wtsfast.enumerate_processes(level=0)
    calls = [call.arguments[:3] for call in standin.calls() if not call.function.startswith("WTSFree")]
    assert calls == [(0, 1, ANY_SESSION), (0, 1, 2), (0, 1, 0), (0, 0, 1)]


def test_one_session_only(standin: Standin) -> None:
    assert [row.pid for row in wtsfast.enumerate_processes(session_id=1)] == [400, 404]
    assert list(wtsfast.enumerate_processes(session_id=77)) == []
    assert len(wtsfast.enumerate_processes(session_id=wtsfast.ANY_SESSION)) == len(TABLE)


@pytest.mark.parametrize("layout", ["separate", "block"])
@pytest.mark.parametrize("strings", ["after", "before"])
@pytest.mark.parametrize("shared", [0, 1])
@pytest.mark.parametrize("level", [0, 1])
def test_memory_layouts(standin: Standin, layout: str, strings: str, shared: int, level: Any) -> None:
    standin.configure(layout=layout, strings=strings, shared=shared)
    rows = wtsfast.enumerate_processes(level=level).to_tuples()
    assert rows == [process.values()[: 12 if level else 4] for process in TABLE]


@pytest.mark.parametrize(
    ("session_id", "error"),
    [
        (None, TypeError),
        (True, TypeError),
        (False, TypeError),
        ("1", TypeError),
        (1.0, TypeError),
        (MOST, ValueError),
        (Index(MOST), ValueError),
        (-1, OverflowError),
        (1 << 32, OverflowError),
        pytest.param(10**5000, OverflowError, id="5000 digits"),
    ],
)
def test_bad_session_ids(standin: Standin, session_id: Any, error: type[Exception]) -> None:
    sources: tuple[Any, ...] = ("wts", "kernel")
    for source in sources:
        with pytest.raises(error, match="session_id") as caught:
            wtsfast.enumerate_processes(session_id=session_id, source=source)
        assert type(caught.value) is error
    assert standin.calls() == []


@pytest.mark.parametrize(("level", "error"), BAD_LEVELS)
def test_bad_levels(standin: Standin, level: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="level"):
        wtsfast.enumerate_processes(level=level)
    assert standin.calls() == []


def test_arguments_that_contradict_each_other(standin: Standin) -> None:
    with pytest.raises(ValueError, match="where"):
        wtsfast.enumerate_processes(level=0, session_id=1)
    with pytest.raises(ValueError, match="source"):
        wtsfast.enumerate_processes(source="wmi")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="this machine"):
        wtsfast.enumerate_processes(REMOTE, source="kernel")
    with pytest.raises(ValueError, match="level"):
        wtsfast.enumerate_processes(source="kernel", level=0)
    with pytest.raises(TypeError):
        wtsfast.enumerate_processes(None, 1)  # type: ignore[call-arg]
    assert standin.calls() == []


# ---- servers ----


def test_a_name_is_opened_and_closed_for_the_call(standin: Standin) -> None:
    standin.add_server(REMOTE)
    put_processes(standin, TABLE[:3], server=REMOTE)
    assert [row.pid for row in wtsfast.enumerate_processes(REMOTE)] == [0, 4, 400]
    opened, asked, closed = (call for call in standin.calls() if not call.function.startswith("WTSFree"))
    assert (opened.function, opened.text) == ("WTSOpenServerW", REMOTE)
    assert asked.arguments[0] == opened.result
    assert (closed.function, closed.arguments[0]) == ("WTSCloseServer", opened.result)


def test_a_name_is_closed_after_a_failure_too(standin: Standin) -> None:
    standin.add_server(REMOTE)
    standin.fail("WTSEnumerateProcessesEx", 5)
    with pytest.raises(AccessDeniedError) as caught:
        wtsfast.enumerate_processes(REMOTE)
    assert caught.value.server == REMOTE
    assert standin.live_handles() == {}


def test_a_server_stays_open(standin: Standin) -> None:
    standin.add_server(REMOTE)
    put_processes(standin, TABLE[:3], server=REMOTE)
    with Server(REMOTE) as server:
        for each in (server, server.handle, server):
            assert len(wtsfast.enumerate_processes(each)) == 3
            assert len(wtsfast.enumerate_processes(each, level=0)) == 3
        assert len(standin.calls("WTSOpenServer")) == 1
        assert standin.calls("WTSCloseServer") == []
    assert len(standin.calls("WTSCloseServer")) == 1
    assert len(wtsfast.enumerate_processes(Server())) == len(TABLE)


@pytest.mark.parametrize("server", [0, 1, b"RDSH01", 3.5, object(), [REMOTE], Server])
def test_what_is_no_server(standin: Standin, server: Any) -> None:
    with pytest.raises(TypeError, match="server"):
        wtsfast.enumerate_processes(server)
    assert standin.calls() == []


def test_names_that_cannot_be_opened(standin: Standin) -> None:
    standin.add_server(REMOTE, open_error=1722)
    with pytest.raises(ServerUnavailableError) as caught:
        wtsfast.enumerate_processes(REMOTE)
    assert (caught.value.function, caught.value.server) == ("WTSOpenServer", REMOTE)
    with pytest.raises(ValueError, match="NUL"):
        wtsfast.enumerate_processes("RDSH\x0001")


# ---- failures, and successes without rows ----


@pytest.mark.parametrize(("level", "function"), [(1, "WTSEnumerateProcessesEx"), (0, "WTSEnumerateProcesses")])
@pytest.mark.parametrize(
    ("code", "kind"), [(5, AccessDeniedError), (1722, ServerUnavailableError), (120, FunctionNotAvailableError)]
)
def test_failures(standin: Standin, level: Any, function: str, code: int, kind: type[WtsError]) -> None:
    standin.fail(function, code)
    with pytest.raises(kind) as caught:
        wtsfast.enumerate_processes(level=level)
    assert (caught.value.winerror, caught.value.function, caught.value.server) == (code, function, None)
    assert len(wtsfast.enumerate_processes(level=level)) == len(TABLE)


@pytest.mark.parametrize(("level", "function"), [(1, "WTSEnumerateProcessesEx"), (0, "WTSEnumerateProcesses")])
def test_a_failure_without_a_reason(standin: Standin, level: Any, function: str) -> None:
    standin.fail(function, KEEP_LAST_ERROR)
    with pytest.raises(WtsError) as caught:
        wtsfast.enumerate_processes(level=level)
    assert (type(caught.value), caught.value.winerror) == (WtsError, 0)


@pytest.mark.parametrize("error", [87, 124])
def test_a_level_that_the_server_does_not_know(standin: Standin, error: int) -> None:
    standin.fail("WTSEnumerateProcessesEx", error)
    with pytest.raises(WtsError) as caught:
        wtsfast.enumerate_processes()
    assert caught.value.winerror == error
    assert [call.function for call in standin.calls()] == ["WTSEnumerateProcessesExW"]  # no silent fallback


@pytest.mark.parametrize(("level", "function"), [(1, "WTSEnumerateProcessesEx"), (0, "WTSEnumerateProcesses")])
def test_no_rows(standin: Standin, level: Any, function: str) -> None:
    rules: tuple[Callable[[], Rule], ...] = (
        lambda: standin.fail(function, 259),
        lambda: standin.zero_rows(function),
        lambda: standin.null_result(function),
        lambda: standin.null_result(function, count=5),
    )
    for rule in rules:
        rule()
        snapshot = wtsfast.enumerate_processes(level=level)
        assert len(snapshot) == 0
        assert not snapshot
        for empty in (snapshot, reversed(snapshot), snapshot[:], snapshot.select("pid"), snapshot.column("pid")):
            assert list(empty) == []
        assert (snapshot.to_tuples(), snapshot.to_dicts(), snapshot.where(pid=1)) == ([], [], [])
        assert snapshot.column("name") == []
        assert snapshot.get(1) is None
        assert snapshot.taken_at is not None
        assert snapshot.diff(snapshot)[:2] == ([], [])
        if level:
            assert snapshot.totals() == []
        with pytest.raises(IndexError):
            snapshot[0]


def test_freed_once_with_the_class_and_the_count(standin: Standin) -> None:
    expected: tuple[tuple[Any, ...], ...] = ((1, "WTSFreeMemoryEx", (1, len(TABLE))), (0, "WTSFreeMemory", ()))
    for level, function, arguments in expected:
        snapshot = wtsfast.enumerate_processes(level=level)
        assert standin.calls(function) == []
        del snapshot
        (call,) = standin.calls(function)
        assert (call.arguments[0], *call.arguments[2:]) == arguments or not arguments
        assert standin.live_blocks() == {}


# ---- a sequence ----


def test_indexes_and_slices_are_those_of_a_list() -> None:
    snapshot = wtsfast.enumerate_processes()
    rows = list(snapshot)
    assert len(snapshot) == len(rows) == len(TABLE)
    for at in range(-len(rows), len(rows)):
        assert snapshot[at] == rows[at]
    assert snapshot[Index(2)] == rows[2]
    for start in (None, 0, 2, -2, 99, -99):
        for stop in (None, 0, 3, -1, 99, -99):
            for step in (None, 1, 2, -1, -3, 99):
                part = snapshot[start:stop:step]
                assert type(part) is list
                assert part == rows[start:stop:step]
    assert list(reversed(snapshot)) == rows[::-1]
    assert all(row in snapshot for row in rows)
    first, *_, last = snapshot
    assert (first, last) == (rows[0], rows[-1])


def test_bad_indexes() -> None:
    snapshot = wtsfast.enumerate_processes()
    for at in (len(TABLE), -len(TABLE) - 1, 1 << 40, 1 << 80, -(1 << 80)):
        with pytest.raises(IndexError):
            snapshot[at]
    for key in ("0", 1.0, None, (0, 1)):
        with pytest.raises(TypeError):
            snapshot[key]  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="zero"):
        snapshot[::0]


def test_a_sequence_by_protocol_alone() -> None:
    snapshot = wtsfast.enumerate_processes()
    assert not isinstance(snapshot, collections.abc.Sequence)  # polars would then pass the Arrow export by
    assert bool(snapshot)
    assert snapshot == snapshot
    assert snapshot != wtsfast.enumerate_processes()
    assert copy.copy(snapshot) is copy.deepcopy(snapshot) is snapshot
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(snapshot)
    assert repr(snapshot).startswith(f"<ProcessSnapshot of {len(TABLE)} rows, taken 20")


def test_iterators_know_how_many_rows_are_left() -> None:
    snapshot = wtsfast.enumerate_processes()
    iterators: tuple[Iterator[Any], ...] = (iter(snapshot), snapshot.select("pid"))
    for rows in iterators:
        assert iter(rows) is rows
        assert length_hint(rows) == len(TABLE)
        next(rows)
        assert length_hint(rows) == len(TABLE) - 1
        assert len(list(rows)) == len(TABLE) - 1
        for _ in range(2):
            with pytest.raises(StopIteration):
                next(rows)


def test_nothing_of_it_is_made_by_hand() -> None:
    snapshot = wtsfast.enumerate_processes()
    made = (snapshot, snapshot[0], iter(snapshot), snapshot.select("pid"), snapshot.column("pid").obj)
    kinds: list[Any] = [*map(type, made), *type(snapshot).__mro__[1:-1]]
    for kind in kinds:
        if kind.__module__.startswith("wtsfast"):
            with pytest.raises(TypeError):
                kind()
            with pytest.raises(TypeError):
                kind.__new__(kind)
            with pytest.raises(TypeError):
                object.__new__(kind)
    for kind in (ProcessSnapshot, ProcessInfo):
        with pytest.raises(TypeError, match="base type"):
            type("Sub", (kind,), {})


def test_when_it_was_taken(standin: Standin) -> None:
    standin.delay("WTSEnumerateProcessesEx", 0.3)
    began = datetime.now(UTC)
    before = time.monotonic()
    snapshot = wtsfast.enumerate_processes()
    assert before + 0.2 < snapshot.taken_monotonic <= time.monotonic()
    assert began + timedelta(seconds=0.2) < snapshot.taken_at <= datetime.now(UTC) + timedelta(milliseconds=20)
    assert snapshot.taken_at.tzinfo is UTC
    assert snapshot.taken_at == snapshot.taken_at


# ---- rows ----


def test_rows_are_equal_by_value(standin: Standin) -> None:
    snapshot = wtsfast.enumerate_processes()
    again = wtsfast.enumerate_processes()
    assert list(snapshot) == list(again)
    assert len({*snapshot, *again}) == len(TABLE)
    for row, other in zip(snapshot, again, strict=True):
        assert hash(row) == hash(other) == hash((row.pid, row.session_id, row.name))
    assert list(snapshot) != list(wtsfast.enumerate_processes(level=0))
    assert snapshot[0] != TABLE[0]
    assert snapshot[0].__eq__(TABLE[0]) is NotImplemented


@pytest.mark.parametrize("field", Process._fields)
def test_rows_differ_in_any_field(standin: Standin, field: str) -> None:
    row = TABLE[2]
    other: Any = {"name": "explorer.exf", "sid": SYSTEM}.get(field, 77)
    put_processes(standin, [row, row._replace(**{field: other}), row])
    first, second, third = wtsfast.enumerate_processes()
    assert first == third
    assert first != second


@pytest.mark.parametrize(
    "values", [{"name": None}, {"name": ""}, {"name": "explorer.ex"}, {"sid": None}, {"sid": USER[:-4] + b"abcd"}]
)
def test_null_and_empty_differ(standin: Standin, values: dict[str, Any]) -> None:
    put_processes(standin, [TABLE[2], TABLE[2]._replace(**values)])
    first, second = wtsfast.enumerate_processes()
    assert first != second


def test_rows_never_change() -> None:
    snapshot = wtsfast.enumerate_processes()
    row = snapshot[2]
    for name in ("pid", "name", "anything"):
        with pytest.raises(AttributeError):
            setattr(row, name, 1)
        with pytest.raises(AttributeError):
            delattr(row, name)
    with pytest.raises(AttributeError, match="no attribute 'anything'"):
        row.anything  # type: ignore[attr-defined]  # noqa: B018


def test_names_of_attributes_need_not_be_interned() -> None:
    snapshot = wtsfast.enumerate_processes()
    row = snapshot[2]
    for name in PROCESS_COLUMNS:
        assert getattr(row, "".join(list(name))) == getattr(row, name)


def test_rows_in_match_and_repr() -> None:
    snapshot = wtsfast.enumerate_processes()
    match snapshot[2]:
        case ProcessInfo(pid, 1, "explorer.exe"):
            assert pid == 400
        case _:
            pytest.fail("no match")
    assert repr(snapshot[2]).startswith(
        "ProcessInfo(session_id=1, pid=400, name='explorer.exe', user_sid=Sid('S-1-5-21-"
    )
    assert repr(wtsfast.enumerate_processes(level=0)[4]) == (
        "ProcessInfo(session_id=2, pid=408, name=None, user_sid=None)"
    )


def test_cpu_seconds() -> None:
    snapshot = wtsfast.enumerate_processes()
    assert snapshot[0].cpu_seconds == 0.0  # what process 0 spends is idle time
    assert snapshot[1].cpu_seconds == 11 / 1e7
    assert snapshot[3].cpu_seconds == -1 / 1e7


def copies(row: ProcessInfo) -> Iterator[ProcessInfo]:
    yield row.detach()
    yield copy.copy(row)
    yield copy.deepcopy(row)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.loads(pickle.dumps(row, protocol))


@pytest.mark.parametrize("level", [0, 1])
def test_copies_own_their_values(standin: Standin, level: Any) -> None:
    invalid = [None, b"", b"\x00" * 12, b"\x02" + SYSTEM[1:], b"\x01\x10" + bytes(66)]
    texts = [None, "", "a", "\ud800", "\udfff\ud800x", "\ufeffbom", "x" * 5000, "\U0001f600" * 100]
    rows = [Process(1, 9, name, sid) for name in texts for sid in (SYSTEM, sid_of_15_parts())]
    rows += [Process(1, 9, "a", sid) for sid in invalid]
    put_processes(standin, rows)
    snapshot = wtsfast.enumerate_processes(level=level)
    expected = snapshot.to_tuples()
    made = [list(copies(row)) for row in snapshot]
    assert [each == row for row, copied in zip(snapshot, made, strict=True) for each in copied] == [True] * (
        len(rows) * len(made[0])
    )
    del snapshot
    assert standin.live_blocks() == {}
    for copied, values in zip(made, expected, strict=True):
        for row in copied:
            assert (row.session_id, row.pid, row.name) == values[:3]
            assert (None if row.user_sid is None else str(row.user_sid)) == values[3]
            assert hash(row) == hash((row.pid, row.session_id, row.name))
            assert row == row.detach() == pickle.loads(pickle.dumps(row))


def sid_of_15_parts() -> bytes:
    return bytes((1, 15)) + (MOST).to_bytes(6, "big") + bytes(range(60))


def test_a_pickle_of_nonsense_is_refused() -> None:
    reduced: Any = wtsfast.enumerate_processes()[2].__reduce__()
    rebuild, (number, values) = reduced
    for arguments in ((99, values), (-1, values), (number, values[:3]), (number, (*values, 1)), (number, ())):
        with pytest.raises(ValueError):
            rebuild(*arguments)
    with pytest.raises(OverflowError):
        rebuild(number, (1 << 32, *values[1:]))
    with pytest.raises(TypeError):
        rebuild(number, (None, *values[1:]))


# ---- columns ----


@pytest.mark.parametrize("name", [name for name in PROCESS_COLUMNS if name not in ("name", "user_sid")])
def test_a_numeric_column_is_the_native_memory(standin: Standin, name: Any) -> None:
    snapshot = wtsfast.enumerate_processes()
    column = snapshot.column(name)
    assert isinstance(column, memoryview)
    wide = name.endswith("_time")
    assert column.tolist() == [getattr(row, name) for row in snapshot]
    assert (column.format, column.itemsize, column.ndim) == ("q" if wide else "I", 8 if wide else 4, 1)
    assert (column.shape, column.strides, column.readonly) == ((len(TABLE),), (64,), True)
    assert column.nbytes == len(TABLE) * column.itemsize
    assert bytes(column) == b"".join(
        getattr(row, name).to_bytes(column.itemsize, "little", signed=wide) for row in snapshot
    )
    assert snapshot.column(name) is not column
    assert len(standin.calls("WTSFreeMemoryEx")) == 0
    with pytest.raises(TypeError):
        column[0] = 1


def test_level_0_columns_have_their_own_stride() -> None:
    snapshot = wtsfast.enumerate_processes(level=0)
    assert snapshot.column("pid").strides == (24,)
    assert snapshot.column("pid").tolist() == [process.pid for process in TABLE]


def test_numpy_takes_a_column_as_it_is() -> None:
    snapshot = wtsfast.enumerate_processes()
    numpy = pytest.importorskip("numpy")
    view = snapshot.column("working_set_size")
    array = numpy.asarray(view)
    assert array.dtype == numpy.uint32
    assert array.tolist() == [process.working_set_size for process in TABLE]
    assert not array.flags.writeable
    assert not array.flags.owndata
    assert array.__array_interface__["data"][0] == numpy.asarray(snapshot.column("working_set_size")).ctypes.data
    assert numpy.asarray(snapshot.column("kernel_time")).dtype == numpy.int64


def test_text_columns_are_lists() -> None:
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.column("name") == [process.name for process in TABLE]
    assert snapshot.column("user_sid") == [process.values()[3] for process in TABLE]


def test_unknown_columns() -> None:
    snapshot = wtsfast.enumerate_processes()
    methods: tuple[Any, ...] = (snapshot.column, snapshot.select, snapshot.to_tuples, snapshot.to_dicts)
    for method in methods:
        with pytest.raises(ValueError, match="no column 'nope'; it has session_id, pid"):
            method("nope")
        with pytest.raises((TypeError, ValueError)):
            method(7)
    with pytest.raises(ValueError, match="nope"):
        snapshot.where(nope=1)
    with pytest.raises(TypeError):
        snapshot.column(None)  # type: ignore[call-overload]


def test_repeated_texts_are_one_object(standin: Standin) -> None:
    # Of many rows: with few it is not worth while.
    put_processes(standin, [Process(1, pid, "svchost.exe", SYSTEM) for pid in range(50)])
    snapshot = wtsfast.enumerate_processes()
    for name in ("name", "user_sid"):
        first, *rest = snapshot.column(name)
        assert all(value is first for value in rest)
    assert snapshot[0].name is snapshot[1].name
    assert snapshot[0].user_sid is snapshot[1].user_sid


# ---- tuples and dicts ----


@pytest.mark.parametrize("names", [("pid",), ("name", "pid"), ("pid", "pid", "user_sid"), PROCESS_COLUMNS[::-1], ()])
def test_select_to_tuples_and_to_dicts_agree(names: tuple[str, ...]) -> None:
    snapshot = wtsfast.enumerate_processes()
    shown = names or PROCESS_COLUMNS
    expected = [tuple(process.values()[PROCESS_COLUMNS.index(name)] for name in shown) for process in TABLE]
    assert list(snapshot.select(*names)) == snapshot.to_tuples(*names) == expected
    assert snapshot.to_dicts(*names) == [dict(zip(shown, values, strict=True)) for values in expected]
    assert [list(row) for row in snapshot.to_dicts(*names)] == [list(dict.fromkeys(shown))] * len(TABLE)


def test_tuples_that_are_kept_are_not_filled_anew(standin: Standin) -> None:
    put_processes(standin, [Process(pid % 3, pid % 5, f"{pid % 2}.exe") for pid in range(100)])
    snapshot = wtsfast.enumerate_processes()
    names = ("session_id", "pid", "name")
    expected = snapshot.to_tuples(*names)
    assert set(snapshot.select(*names)) == set(expected)
    assert {hash(values) for values in snapshot.select(*names)} == {hash(values) for values in expected}
    rows = snapshot.select(*names)
    kept = [values for at, values in enumerate(rows) if at % 7 < 2]
    assert kept == [values for at, values in enumerate(expected) if at % 7 < 2]
    assert sorted(snapshot.select(*names)) == sorted(expected)
    assert [next(snapshot.select(*names)) for _ in range(2)] == expected[:1] * 2


# ---- where ----


def test_where_finds_rows_by_several_columns(standin: Standin) -> None:
    snapshot = wtsfast.enumerate_processes()
    pids = [
        [row.pid for row in snapshot.where(**conditions)]
        for conditions in (
            {},
            {"name": "EXPLORER.EXE"},
            {"name": "Explorer.exe", "pid": 404},
            {"name": "explorer.exe", "session_id": 2},
            {"name": None},
            {"name": ""},
            {"name": "explorer.ex"},
            {"name": "explorer.exe\0"},
            {"user_sid": SYSTEM},
            {"user_sid": Sid(USER), "session_id": 1},
            {"user_sid": "S-1-5-18"},
            {"user_sid": "S-1-5-19"},
            {"user_sid": None},
            {"kernel_time": -(2**63)},
            {"working_set_size": MOST},
            {"session_id": Index(2)},
            {"user_time": Index(5)},
        )
    ]
    everything = [process.pid for process in TABLE]
    assert pids == [
        everything, [400, 404], [404], [], [408], [0], [], [], [4, MOST], [400, 404], [4, MOST], [], [0, 408], [404],
        [404], [408], [4],
    ]  # fmt: skip


def test_where_refuses_what_no_column_holds() -> None:
    snapshot = wtsfast.enumerate_processes()
    for conditions, error in (
        ({"pid": "4"}, TypeError),
        ({"pid": True}, TypeError),
        ({"pid": None}, TypeError),
        ({"pid": -1}, OverflowError),
        ({"pid": 1 << 32}, OverflowError),
        ({"user_time": 1 << 63}, OverflowError),
        ({"user_time": False}, TypeError),
        ({"name": 4}, TypeError),
        ({"name": b"explorer.exe"}, TypeError),
        ({"user_sid": "nobody"}, ValueError),
        ({"user_sid": 18}, TypeError),
    ):
        with pytest.raises(error) as caught:
            snapshot.where(**conditions)
        assert error is not OverflowError or next(iter(conditions)) in str(caught.value)


NAMES = st.text(st.sampled_from("aAzZ[_`{éÉßẞıİſKkÅåσΣς\u0345\U00010428\U00010400\ud800ÿŸŒœ"), max_size=4)  # noqa: RUF001


@given(names=st.lists(st.none() | NAMES, max_size=8), wanted=st.none() | NAMES)
def test_where_compares_names_as_windows_does(standin: Standin, names: list[str | None], wanted: str | None) -> None:
    put_processes(standin, [Process(1, pid, name) for pid, name in enumerate(names)])
    found = [row.pid for row in wtsfast.enumerate_processes().where(name=wanted)]
    assert found == [pid for pid, name in enumerate(names) if same_name(name, wanted)]


# ---- get ----


@given(pids=st.lists(st.integers(0, 40) | st.integers(0, MOST), max_size=60), asked=st.lists(st.integers(0, MOST)))
def test_get_finds_the_first_row_of_a_pid(standin: Standin, pids: list[int], asked: list[int]) -> None:
    put_processes(standin, [Process(at, pid) for at, pid in enumerate(pids)])
    snapshot = wtsfast.enumerate_processes()
    first = {pid: at for at, pid in reversed(list(enumerate(pids)))}
    for pid in (*pids, *asked):
        row = snapshot.get(pid)
        assert (row and row.session_id) == first.get(pid)
        assert row is None or row.pid == pid


def test_get_takes_a_default_and_any_index() -> None:
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.get(5) is None
    assert snapshot.get(5, "none") == "none"
    assert snapshot.get(Index(400)) == snapshot[2]
    assert snapshot.get(MOST) == snapshot[5]
    for pid, error in (
        (None, TypeError),
        (True, TypeError),
        ("4", TypeError),
        (4.0, TypeError),
        (-1, OverflowError),
        (1 << 32, OverflowError),
    ):
        with pytest.raises(error, match="pid"):
            snapshot.get(pid)  # type: ignore[arg-type]


# ---- size ----


def test_ten_thousand_rows_with_few_names(standin: Standin) -> None:
    standin.configure(guard=False)
    standin.generate(sessions=50, processes=10_000)
    expected = wtsfast.enumerate_processes(level=1).to_tuples()
    assert len(expected) == 10_000
    assert len({values[1] for values in expected}) == 10_000
    standin.configure(layout="block")
    snapshot = wtsfast.enumerate_processes()
    assert snapshot.to_tuples() == list(snapshot.select()) == expected
    assert [row.name for row in snapshot] == snapshot.column("name") == [values[2] for values in expected]
    for pid in (expected[0][1], expected[-1][1], 3):
        assert (snapshot.get(pid) is None) == (pid == 3)
    where = snapshot.where(session_id=7)
    assert [row.pid for row in where] == [values[1] for values in expected if values[0] == 7]


def test_more_distinct_names_and_sids_than_a_snapshot_remembers(standin: Standin) -> None:
    standin.configure(guard=False)
    prefix = "the same forty units at the beginning of "
    rows = [
        Process(1, pid, f"{prefix if pid % 2 else ''}{pid}.exe", SYSTEM[:-4] + pid.to_bytes(4, "little"))
        for pid in range(3000)
    ]
    put_processes(standin, rows * 2)
    snapshot = wtsfast.enumerate_processes()
    expected = [row.values()[:4] for row in rows] * 2
    for _ in range(2):
        assert snapshot.to_tuples("session_id", "pid", "name", "user_sid") == expected
        assert [row.name for row in snapshot] == [values[2] for values in expected]
        assert [str(row.user_sid) for row in snapshot] == [values[3] for values in expected]
