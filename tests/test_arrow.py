"""Arrow export: read by ctypes as the specification says, and by the readers that people use."""

import ctypes
import gc
import importlib
import itertools
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wtsfast
from helpers import arrow
from helpers.allocations import watched_allocations
from helpers.arrow import Field
from helpers.readers import reader
from helpers.standin import Standin
from helpers.tables import SYSTEM, USER, Process, Session, put_processes, put_sessions, sid_bytes
from helpers.threads import Threads

Snapshot = wtsfast.ProcessSnapshot | wtsfast.SessionSnapshot
EXPORT = importlib.import_module("wtsfast._arrow")
DISTINCT = importlib.import_module("wtsfast._distinct")

# One-byte, two-byte, three-byte characters and pairs; lone halves; lengths about those of a key (16) and beyond.
TEXTS = (
    st.none()
    | st.sampled_from(["", "a.exe", "svchost.exe", "\x7f\x80", "\u07ff\u0800", "\uffff", "\U00010000", "\U0010ffff"])
    | st.sampled_from(["\ud800", "\udc00", "\ud83d\ud83d\ude00", "a\udfff", "x" * 15, "x" * 16, "x" * 17, "y" * 40])
    | st.text(st.characters(exclude_characters="\0"), max_size=40)
)
SIDS = st.sampled_from(
    [None, SYSTEM, USER, b"", b"\x02" + SYSTEM[1:], b"\x01\x10" + SYSTEM[2:], sid_bytes(*[0xFFFFFFFF] * 15)]
) | st.builds(
    lambda parts, authority: sid_bytes(*parts, authority=authority),
    st.lists(st.integers(0, 0xFFFFFFFF), max_size=15),
    st.sampled_from([0, 5, 0xFFFFFFFF, 1 << 32, (1 << 48) - 1]),
)
DWORDS = st.integers(0, 0xFFFFFFFF)
TIMES = st.integers(-(1 << 63), (1 << 63) - 1)
PROCESSES = st.builds(
    Process, DWORDS, DWORDS, TEXTS, SIDS, DWORDS, DWORDS, DWORDS, DWORDS, DWORDS, DWORDS, TIMES, TIMES
)
SESSIONS = st.builds(Session, DWORDS, DWORDS, DWORDS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)

TEXT_COLUMNS = ("i", True, "u")
PROCESS_FIELDS = [
    Field("session_id", "I", False, None),
    Field("pid", "I", False, None),
    Field("name", *TEXT_COLUMNS),
    Field("user_sid", *TEXT_COLUMNS),
    Field("number_of_threads", "I", False, None),
    Field("handle_count", "I", False, None),
    Field("pagefile_usage", "I", False, None),
    Field("peak_pagefile_usage", "I", False, None),
    Field("working_set_size", "I", False, None),
    Field("peak_working_set_size", "I", False, None),
    Field("user_time", "l", False, None),
    Field("kernel_time", "l", False, None),
]


def expected(snapshot: Snapshot) -> list[dict[str, object]]:
    """Give the rows as Arrow shows them: what UTF-8 has no form for is U+FFFD."""
    return [
        {name: re.sub("[\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else value for name, value in row}
        for row in (row.items() for row in snapshot.to_dicts())
    ]


def exported(snapshot: Snapshot) -> list[dict[str, object]]:
    """Read a snapshot through ``__arrow_c_array__``."""
    schema, array = snapshot.__arrow_c_array__()
    return arrow.rows(arrow.schema_in(schema), arrow.array_in(array))


def many(count: int, *, distinct: int) -> list[Process]:
    """Make a table with so many different names, and as many SIDs."""
    return [
        Process(
            at % 50, at * 4, f"process-{at % distinct}.exe", sid_bytes(21, 1, 2, 3, at % distinct), at, at, user_time=at
        )
        for at in range(count)
    ]


# ---- schema and values ----


def test_schema_of_processes(standin: Standin) -> None:
    put_processes(standin, [Process()])
    new = wtsfast.enumerate_processes().__arrow_c_schema__()
    old = wtsfast.enumerate_processes(level=0).__arrow_c_schema__()
    assert arrow.fields(arrow.schema_in(new)) == PROCESS_FIELDS
    assert arrow.fields(arrow.schema_in(old)) == PROCESS_FIELDS[:4]


def test_schema_of_sessions(standin: Standin) -> None:
    put_sessions(standin, [Session()])
    texts = [
        Field(name, *TEXT_COLUMNS) for name in ("session_name", "host_name", "user_name", "domain_name", "farm_name")
    ]
    new = wtsfast.enumerate_sessions().__arrow_c_schema__()
    assert arrow.fields(arrow.schema_in(new)) == [
        Field("exec_env_id", "I", False, None),
        Field("state", "I", False, None),
        Field("session_id", "I", False, None),
        *texts,
    ]
    old = wtsfast.enumerate_sessions(level=0).__arrow_c_schema__()
    assert arrow.fields(arrow.schema_in(old)) == [
        Field("session_id", "I", False, None),
        Field("session_name", *TEXT_COLUMNS),
        Field("state", "I", False, None),
    ]


@pytest.mark.parametrize("user_sids", [False, True])
def test_kernel_source(standin: Standin, user_sids: bool) -> None:
    snapshot = wtsfast.enumerate_processes(source="kernel", user_sids=user_sids)
    found = {field.name: field for field in arrow.fields(arrow.schema_in(snapshot.__arrow_c_schema__()))}
    assert tuple(found) == snapshot.columns
    assert found["creation_time"] == Field("creation_time", "tsu:UTC", True, None)
    assert found["working_set_size"] == Field("working_set_size", "L", False, None)
    assert exported(snapshot) == expected(snapshot)


@given(processes=st.lists(PROCESSES, max_size=40), layout=st.sampled_from(["separate", "block"]))
def test_processes_are_those_of_to_dicts(standin: Standin, processes: list[Process], layout: str) -> None:
    standin.configure(layout=layout)
    put_processes(standin, processes)
    for snapshot in (wtsfast.enumerate_processes(), wtsfast.enumerate_processes(level=0)):
        assert exported(snapshot) == expected(snapshot)


@given(sessions=st.lists(SESSIONS, max_size=20), layout=st.sampled_from(["separate", "block"]))
def test_sessions_are_those_of_to_dicts(standin: Standin, sessions: list[Session], layout: str) -> None:
    standin.configure(layout=layout)
    put_sessions(standin, sessions)
    for snapshot in (wtsfast.enumerate_sessions(), wtsfast.enumerate_sessions(level=0)):
        assert exported(snapshot) == expected(snapshot)


# About the chunk of the gathering, the bytes of a bitmap, and the rows from which it runs without the GIL.
@pytest.mark.parametrize("count", [1, 7, 8, 9, 255, 256, 257, 499, 500, 512, 513, 2000])
def test_every_size(standin: Standin, count: int) -> None:
    standin.configure(guard=False)
    processes = many(count, distinct=7)
    processes[::3] = [process._replace(name=None) for process in processes[::3]]
    processes[-1] = processes[-1]._replace(name=None, sid=None)
    put_processes(standin, processes)
    snapshot = wtsfast.enumerate_processes()
    assert exported(snapshot) == expected(snapshot)


# Short names in ASCII are written from their keys: about the length of those, and the edges of ASCII.
@pytest.mark.parametrize("guard", [False, True])
def test_names_of_every_length(standin: Standin, guard: bool) -> None:
    standin.configure(guard=guard)
    ends = ("", "\x01", "\x7f", "\x80", "\xff", "\u0100", "\uffff", "\U00010000")
    put_processes(standin, [Process(1, 4, "a" * length + end) for length in range(20) for end in ends])
    snapshot = wtsfast.enumerate_processes()
    assert exported(snapshot) == expected(snapshot)


@pytest.mark.parametrize("distinct", [8, 128, 129, 10000])
def test_ten_thousand_rows(standin: Standin, distinct: int) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(10000, distinct=distinct))
    snapshot = wtsfast.enumerate_processes()
    schema, array = snapshot.__arrow_c_array__()
    batch = arrow.array_in(array)
    assert arrow.rows(arrow.schema_in(schema), batch) == expected(snapshot)
    lengths = [child.dictionary[0].length for child in arrow.children(batch) if child.dictionary]
    assert lengths == [distinct, distinct]  # each value once


@pytest.mark.parametrize("empty", [0, 1])
def test_no_rows(standin: Standin, empty: int) -> None:
    standin.configure(empty=empty)
    put_processes(standin, [])
    for level in (0, 1):
        snapshot = wtsfast.enumerate_processes(level=level)
        schema, array = snapshot.__arrow_c_array__()
        batch = arrow.array_in(array)
        assert arrow.rows(arrow.schema_in(schema), batch) == []
        assert all(child.buffers[1] for child in arrow.children(batch))
    assert exported(wtsfast.enumerate_sessions()) == []


def test_columns_without_nulls_have_no_bitmap(standin: Standin) -> None:
    put_processes(standin, [Process(name="a", sid=None), Process(name="b", sid=USER)])
    _, array = wtsfast.enumerate_processes().__arrow_c_array__()
    name, sid = itertools.islice(arrow.children(arrow.array_in(array)), 2, 4)
    assert (name.null_count, name.buffers[0]) == (0, None)
    assert sid.null_count == 1
    assert sid.buffers[0]


def test_all_null(standin: Standin) -> None:
    put_processes(standin, [Process(name=None, sid=None)] * 9)
    snapshot = wtsfast.enumerate_processes()
    schema, array = snapshot.__arrow_c_array__()
    assert arrow.rows(arrow.schema_in(schema), arrow.array_in(array)) == expected(snapshot)
    assert [child.dictionary[0].length for child in arrow.children(arrow.array_in(array)) if child.dictionary] == [0, 0]


def test_requested_schema_is_not_an_obligation(standin: Standin) -> None:
    put_processes(standin, [Process()])
    snapshot = wtsfast.enumerate_processes()
    wanted = wtsfast.enumerate_sessions().__arrow_c_schema__()
    schema, array = snapshot.__arrow_c_array__(wanted)
    assert arrow.rows(arrow.schema_in(schema), arrow.array_in(array)) == expected(snapshot)
    assert read_stream(snapshot.__arrow_c_stream__(requested_schema=wanted)) == expected(snapshot)


@pytest.mark.parametrize("export", ["export_schema", "export_array", "export_stream"])
def test_only_snapshots_are_exported(export: str) -> None:
    others: tuple[object, ...] = (None, 1, [])
    for other in others:
        with pytest.raises(TypeError):
            getattr(EXPORT, export)(other)


# ---- streams ----


def read_stream(capsule: object) -> list[dict[str, object]]:
    """Read a stream to its end and release it."""
    stream = arrow.moved(arrow.stream_in(capsule))
    schema, array = arrow.Schema(), arrow.Array()
    assert stream.get_schema(stream, schema) == 0
    found = []
    while stream.get_next(stream, array) == 0 and array.release:
        found += arrow.rows(schema, array)
        arrow.release(array)
    arrow.release(schema)
    arrow.release(stream)
    return found


def test_stream(standin: Standin) -> None:
    put_processes(standin, many(600, distinct=20))
    snapshot = wtsfast.enumerate_processes()
    assert read_stream(snapshot.__arrow_c_stream__()) == expected(snapshot)
    put_processes(standin, [])
    assert read_stream(wtsfast.enumerate_processes().__arrow_c_stream__()) == []


def test_stream_gives_its_schema_again_and_one_batch(standin: Standin) -> None:
    put_processes(standin, [Process()])
    snapshot = wtsfast.enumerate_processes()
    stream = arrow.moved(arrow.stream_in(snapshot.__arrow_c_stream__()))
    schemas = [arrow.Schema() for _ in range(3)]
    arrays = [arrow.Array() for _ in range(3)]
    for schema in schemas:
        assert stream.get_schema(stream, schema) == 0
    for array in arrays:
        assert stream.get_next(stream, array) == 0
    assert [bool(array.release) for array in arrays] == [True, False, False]
    arrow.release(stream)  # what was fetched from it lives on
    assert arrow.rows(schemas[2], arrays[0]) == expected(snapshot)
    for schema in schemas:
        arrow.release(schema)
    arrow.release(arrays[0])


def test_stream_says_when_memory_ran_out(standin: Standin) -> None:
    put_processes(standin, [Process()])
    capsule = wtsfast.enumerate_processes().__arrow_c_stream__()
    stream, schema = arrow.stream_in(capsule), arrow.Schema()
    with watched_allocations(standin, EXPORT) as seen:
        seen.fail_at(1)
        assert stream.get_schema(stream, schema) == 12  # ENOMEM
        assert stream.get_last_error(stream) == b"out of memory"
        assert not schema.release
        assert stream.get_schema(stream, schema) == 0
        arrow.release(schema)
        assert not seen.live


# ---- who owns the memory ----


def test_exports_outlive_everything(standin: Standin) -> None:
    standin.add_server("RDSH01")
    put_processes(
        standin, [Process(name="long enough to have a tail.exe", sid=USER), Process(name=None)], server="RDSH01"
    )
    with wtsfast.Server("RDSH01") as server:
        snapshot = wtsfast.enumerate_processes(server)
        wanted = expected(snapshot)
        schema, array = snapshot.__arrow_c_array__()
        stream = snapshot.__arrow_c_stream__()
    del snapshot, server
    gc.collect()
    assert standin.live_blocks() == {}  # an export pins nothing of Windows'
    assert arrow.rows(arrow.schema_in(schema), arrow.array_in(array)) == wanted
    assert read_stream(stream) == wanted


def test_structs_outlive_their_capsules(standin: Standin) -> None:
    put_processes(standin, many(700, distinct=30))
    snapshot = wtsfast.enumerate_processes()
    capsules = snapshot.__arrow_c_array__()
    schema, array = arrow.moved(arrow.schema_in(capsules[0])), arrow.moved(arrow.array_in(capsules[1]))
    del capsules
    assert arrow.rows(schema, array) == expected(snapshot)
    arrow.release(schema)
    arrow.release(array)


@pytest.mark.parametrize("count", [3, 3000])
@pytest.mark.parametrize("kept", [0, 2, 3, 11])
def test_a_column_moved_out_lives_on(standin: Standin, count: int, kept: int) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(count, distinct=5))
    snapshot = wtsfast.enumerate_processes()
    with watched_allocations(standin, EXPORT) as seen:
        capsules = snapshot.__arrow_c_array__()
        schema, array = arrow.moved(arrow.schema_in(capsules[0])), arrow.moved(arrow.array_in(capsules[1]))
        column = (arrow.moved(schema.children[kept][0]), arrow.moved(array.children[kept][0]))
        arrow.release(schema)
        arrow.release(array)
        del capsules
        assert seen.live
        assert arrow.column(*column) == [row[snapshot.columns[kept]] for row in expected(snapshot)]
        arrow.release(column[0])
        arrow.release(column[1])
        drain(seen.live)


def drain(live: list[int]) -> None:
    """Check that nothing is live but the one block that the module keeps for the next large export."""
    assert len(live) <= 1
    assert all(1 << 16 <= size <= 1 << 22 for size in live)


@pytest.mark.parametrize("count", [0, 3, 3000])
@pytest.mark.parametrize("export", ["__arrow_c_schema__", "__arrow_c_array__", "__arrow_c_stream__"])
def test_capsules_release_what_nobody_took(standin: Standin, count: int, export: str) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(count, distinct=5))
    snapshot = wtsfast.enumerate_processes()
    with watched_allocations(standin, EXPORT, DISTINCT) as seen:
        capsules = getattr(snapshot, export)()
        assert seen.live
        del capsules
        drain(seen.live)


def test_each_struct_is_released_once(standin: Standin) -> None:
    put_processes(standin, [Process(), Process(sid=USER)])
    calls: list[int] = []
    kept: list[object] = []

    def count_releases(struct: Any) -> None:
        original = type(struct.release)(ctypes.cast(struct.release, ctypes.c_void_p).value or 0)
        number = len(kept)

        def counted(pointer: Any) -> None:
            calls.append(number)
            original(pointer)

        replacement = type(struct.release)(counted)
        kept.append((original, replacement))
        struct.release = replacement
        for child in arrow.children(struct):
            count_releases(child)
        if struct.dictionary:
            count_releases(struct.dictionary[0])

    schema, array = wtsfast.enumerate_processes().__arrow_c_array__()
    count_releases(arrow.schema_in(schema))
    count_releases(arrow.array_in(array))
    assert len(kept) == 2 * (1 + 12 + 2)
    del schema, array
    gc.collect()
    assert sorted(calls) == list(range(len(kept)))


def test_exports_in_a_row_use_no_more_memory(standin: Standin) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(5000, distinct=50))
    large = wtsfast.enumerate_processes()
    put_processes(standin, many(1500, distinct=50))
    small = wtsfast.enumerate_processes()
    with watched_allocations(standin, EXPORT, DISTINCT) as seen:
        for _ in range(20):
            large.__arrow_c_array__()
            small.__arrow_c_stream__()
            assert [large.__arrow_c_array__(), large.__arrow_c_array__()]
        drain(seen.live)


def test_batches_too_large_to_keep_go(standin: Standin) -> None:
    standin.configure(guard=False)
    standin.generate(sessions=50, processes=80000)
    snapshot = wtsfast.enumerate_processes()
    with watched_allocations(standin, EXPORT) as seen:
        capsules = snapshot.__arrow_c_array__()
        assert max(seen.live) > 1 << 22
        del capsules
        drain(seen.live)


@pytest.mark.parametrize("count", [3, 600, 3000])
@pytest.mark.parametrize("export", ["__arrow_c_schema__", "__arrow_c_array__", "__arrow_c_stream__"])
def test_each_allocation_may_fail(standin: Standin, count: int, export: str) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(count, distinct=300))
    snapshot = wtsfast.enumerate_processes()
    other = wtsfast.enumerate_processes().__arrow_c_array__()  # has the block that would save one request
    for fail_at in itertools.count(1):
        with watched_allocations(standin, EXPORT, DISTINCT) as seen:
            seen.fail_at(fail_at)
            try:
                capsules = getattr(snapshot, export)()
            except MemoryError:
                drain(seen.live)
                continue
            assert seen.requests < fail_at
            del capsules
            drain(seen.live)
            break
    assert fail_at > 2
    del other


# ---- threads ----


def test_two_threads_export_one_snapshot(standin: Standin) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(2000, distinct=400))
    snapshot = wtsfast.enumerate_processes()
    wanted = expected(snapshot)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        for _ in range(5):
            assert exported(snapshot) == wanted
            assert read_stream(snapshot.__arrow_c_stream__()) == wanted

    with Threads() as threads:
        threads.start(work, count=2)


def test_columns_are_released_in_other_threads(standin: Standin) -> None:
    standin.configure(guard=False)
    put_processes(standin, many(2000, distinct=40))
    snapshot = wtsfast.enumerate_processes()
    wanted = expected(snapshot)
    for _ in range(20):
        schema_capsule, array_capsule = snapshot.__arrow_c_array__()
        schema, array = arrow.schema_in(schema_capsule), arrow.moved(arrow.array_in(array_capsule))
        columns = [arrow.moved(child) for child in arrow.children(array)]
        name = arrow.column(schema.children[2][0], columns[2])
        arrow.release(array)
        with Threads() as threads:
            for each in columns:
                threads.start(lambda each=each: arrow.release(each))  # type: ignore[misc]
        assert name == [row["name"] for row in wanted]


# ---- the readers that people use ----


def take_processes(standin: Standin) -> Snapshot:
    """Take a snapshot of processes with nulls, pairs, lone halves and repeated values."""
    names = ["a.exe", "a.exe", None, "", "\U0001f600.exe", "\ud800", "the name of a process that is long.exe"]
    put_processes(standin, [Process(at, at, name, (None, USER, SYSTEM)[at % 3]) for at, name in enumerate(names)])
    return wtsfast.enumerate_processes()


def take_sessions(standin: Standin) -> Snapshot:
    """Take a snapshot of sessions; one column is all null."""
    put_sessions(standin, [Session(user_name="anna"), Session(2, 4, 2, None, user_name="anna"), Session(3, 99, 3, "")])
    return wtsfast.enumerate_sessions()


def take_nothing(standin: Standin) -> Snapshot:
    """Take a snapshot without rows."""
    put_processes(standin, [])
    return wtsfast.enumerate_processes()


TABLES = (take_processes, take_sessions, take_nothing)


@pytest.mark.parametrize("take", TABLES)
def test_pyarrow(standin: Standin, take: Callable[[Standin], Snapshot]) -> None:
    pa = reader("pyarrow")
    snapshot = take(standin)
    wanted = expected(snapshot)
    for table in (pa.table(snapshot), pa.record_batch(snapshot), pa.RecordBatchReader.from_stream(snapshot).read_all()):
        table.validate(full=True)
        assert table.schema == pa.schema(snapshot)
        assert table.to_pylist() == wanted
    del snapshot
    gc.collect()
    assert standin.live_blocks() == {}
    assert table.to_pylist() == wanted


def test_pyarrow_times(standin: Standin) -> None:
    pa = reader("pyarrow")
    snapshot = wtsfast.enumerate_processes(source="kernel")
    column = pa.record_batch(snapshot).column("creation_time")
    assert str(column.type) == "timestamp[us, tz=UTC]"
    times = [row["creation_time"] for row in snapshot.to_dicts("creation_time")]
    # As numbers: names of time zones need a package that Windows lacks.
    assert column.cast("int64").to_pylist() == [time and round(time.timestamp() * 1e6) for time in times]


def test_numpy_reads_a_column_of_the_batch(standin: Standin) -> None:
    pa, np = reader("pyarrow"), reader("numpy")
    put_processes(standin, many(300, distinct=3))
    snapshot = wtsfast.enumerate_processes()
    batch = pa.record_batch(snapshot)
    for name in ("pid", "user_time"):
        values = batch.column(name).to_numpy(zero_copy_only=True)
        assert values.tolist() == np.asarray(snapshot.column(name)).tolist()


@pytest.mark.parametrize("take", TABLES)
def test_polars(standin: Standin, take: Callable[[Standin], Snapshot]) -> None:
    polars = reader("polars")
    snapshot = take(standin)
    frame = polars.DataFrame(snapshot)
    assert frame.columns == list(snapshot.columns)
    assert frame.to_dicts() == expected(snapshot)


@pytest.mark.parametrize("take", TABLES)
def test_nanoarrow(standin: Standin, take: Callable[[Standin], Snapshot]) -> None:
    nanoarrow = reader("nanoarrow")
    snapshot = take(standin)
    wanted = expected(snapshot)
    assert [field.name for field in nanoarrow.Schema(snapshot).fields] == list(snapshot.columns)
    assert nanoarrow.Array(snapshot).to_pylist() == wanted
    assert nanoarrow.ArrayStream(snapshot).read_all().to_pylist() == wanted


def test_duckdb(standin: Standin) -> None:
    duckdb = reader("duckdb")
    snapshot = take_processes(standin)
    with duckdb.connect() as connection:
        connection.register("processes", snapshot)
        found = connection.sql("select name, count(*) from processes group by name order by name nulls last").fetchall()
    assert found[:2] == [("", 1), ("a.exe", 2)]
    assert found[-1] == (None, 1)
