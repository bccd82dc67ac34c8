"""The C interface: used by a package that was built against the installed wheel, from Cython and from C."""

import ctypes
import gc
import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import wtsfast
from helpers import other_wtsfast
from helpers.standin import Standin
from helpers.tables import SYSTEM, USER, Process, Session, put_processes, put_sessions
from helpers.threads import Threads
from helpers.wts_ctypes import ProcessRow, ProcessRowEx, SessionRow1

# What tests/downstream/ is built to.
in_cython: Any = importlib.import_module("downstream_cython")
in_c: Any = importlib.import_module("downstream_c")

TESTS = Path(__file__).resolve().parent
DWORDS = st.integers(0, 0xFFFFFFFF)
TEXTS = st.none() | st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=30)
PROCESSES = st.builds(
    Process, DWORDS, DWORDS, TEXTS, working_set_size=DWORDS, user_time=DWORDS, kernel_time=st.integers(0, 1 << 60)
)
SESSIONS = st.builds(Session, DWORDS, st.integers(0, 9), DWORDS, TEXTS, user_name=TEXTS)


def expected_sums(sessions: int, texts: list[str | None], **others: int) -> dict[str, int]:
    """Give what the module's sums are for these texts and ids."""
    letters, nulls = sum(len(text or "") for text in texts), texts.count(None)
    sums = {"pids": 0, "sessions": sessions, "memory": 0, "times": 0, "letters": letters, "nulls": nulls}
    return {name: value % (1 << 64) for name, value in (sums | others).items()}


def take_processes(standin: Standin, count: int = 5) -> wtsfast.ProcessSnapshot:
    put_processes(standin, [Process(at % 3, at * 4, f"{at}.exe", working_set_size=at) for at in range(count)])
    return wtsfast.enumerate_processes()


# ---- what the pointers show ----


@given(processes=st.lists(PROCESSES, max_size=20), layout=st.sampled_from(["separate", "block"]))
def test_processes(standin: Standin, processes: list[Process], layout: str) -> None:
    standin.configure(layout=layout)
    put_processes(standin, processes)
    heads = {"pids": sum(each.pid for each in processes)}
    sessions, names = sum(each.session_id for each in processes), [each.name for each in processes]
    rest = {
        "memory": sum(each.working_set_size for each in processes),
        "times": sum(each.user_time + each.kernel_time for each in processes),
    }
    new, old = wtsfast.enumerate_processes(), wtsfast.enumerate_processes(level=0)
    assert in_cython.sum_processes(new) == expected_sums(sessions, names, **heads, **rest)
    assert in_cython.sum_processes(old) == expected_sums(sessions, names, **heads)
    longest = max((len(name) for name in names if name is not None), default=None)
    for snapshot in (new, old):
        found = in_c.longest_process_name(snapshot)
        assert found in names if found is not None else longest is None
        assert (found and len(found)) == longest or found == ""


@given(sessions=st.lists(SESSIONS, max_size=20), layout=st.sampled_from(["separate", "block"]))
def test_sessions(standin: Standin, sessions: list[Session], layout: str) -> None:
    standin.configure(layout=layout)
    put_sessions(standin, sessions)
    ids, names = sum(each.session_id for each in sessions), [each.session_name for each in sessions]
    new, old = wtsfast.enumerate_sessions(), wtsfast.enumerate_sessions(level=0)
    assert in_cython.sum_sessions(new) == expected_sums(ids, names + [each.user_name for each in sessions])
    assert in_cython.sum_sessions(old) == expected_sums(ids, names)
    active = sum(each.state == 0 for each in sessions)
    assert [in_c.active_sessions(new), in_c.active_sessions(old)] == [active, active]


def test_one_row(standin: Standin) -> None:
    snapshot = take_processes(standin)
    for row in (snapshot[3], snapshot[3].detach()):
        assert in_cython.sum_processes(row) == expected_sums(0, ["3.exe"], pids=12, memory=3)
        assert in_c.longest_process_name(row) == "3.exe"
    put_sessions(standin, [Session(session_id=1), Session(session_id=7, session_name="seven", state=4)])
    session = wtsfast.enumerate_sessions()[1]
    assert in_cython.sum_sessions(session) == expected_sums(7, ["seven", None])
    assert in_c.active_sessions(session) == 0


KINDS = {
    **dict.fromkeys(("name", "session_name", "host_name", "user_name", "domain_name", "farm_name"), "TEXT"),
    **dict.fromkeys(("user_time", "kernel_time"), "INT64"),
    "user_sid": "SID",
    "creation_time": "FILETIME",
}


Snapshot = wtsfast.ProcessSnapshot | wtsfast.SessionSnapshot
SOURCES: dict[str, Callable[[], Snapshot]] = {
    "processes": wtsfast.enumerate_processes,
    "processes, level 0": lambda: wtsfast.enumerate_processes(level=0),
    "kernel": lambda: wtsfast.enumerate_processes(source="kernel"),
    "kernel with SIDs": lambda: wtsfast.enumerate_processes(source="kernel", user_sids=True),
    "sessions": wtsfast.enumerate_sessions,
    "sessions, level 0": lambda: wtsfast.enumerate_sessions(level=0),
}


@pytest.mark.parametrize("source", SOURCES)
def test_columns(standin: Standin, source: str) -> None:
    standin.generate(sessions=3, processes=40)
    snapshot = SOURCES[source]()
    for name in snapshot.columns:
        column = snapshot.column(name)
        if isinstance(column, memoryview):
            kind = {"I": "UINT32", "Q": "UINT64"}.get(column.format, KINDS.get(name))
            total = sum(column) % (1 << 64)
        else:
            kind, total = KINDS[name], 0
        assert in_cython.sum_column(snapshot, name) == (kind, len(snapshot), total), name


def test_rows_of_the_kernel_have_columns_only() -> None:
    snapshot = wtsfast.enumerate_processes(source="kernel")
    for source in (snapshot, snapshot[0]):
        for use in (in_cython.sum_processes, in_c.longest_process_name):
            with pytest.raises(ValueError, match="only columns"):
                use(source)


def test_no_rows(standin: Standin) -> None:
    put_processes(standin, [])
    put_sessions(standin, [])
    processes, sessions = wtsfast.enumerate_processes(), wtsfast.enumerate_sessions()
    assert in_cython.sum_processes(processes) == expected_sums(0, [])
    assert in_cython.sum_sessions(sessions) == expected_sums(0, [])
    assert in_cython.sum_column(processes, "pid") == ("UINT32", 0, 0)
    assert in_c.longest_process_name(processes) is None


@pytest.mark.parametrize("data", [SYSTEM, USER], ids=["system", "user"])
def test_sid(data: bytes) -> None:
    assert in_cython.sid_bytes(wtsfast.Sid(data)) == data


# ---- what is refused ----


@pytest.mark.parametrize("source", [None, "S-1-5-18", wtsfast.ProcessSnapshot], ids=["None", "str", "class"])
def test_other_objects(source: object) -> None:
    for use, wanted in (
        (in_cython.sum_processes, "ProcessSnapshot or ProcessInfo"),
        (in_c.longest_process_name, "ProcessSnapshot or ProcessInfo"),
        (in_cython.View, "ProcessSnapshot or ProcessInfo"),
        (in_cython.sum_sessions, "SessionSnapshot or SessionInfo"),
        (in_c.active_sessions, "SessionSnapshot or SessionInfo"),
        (lambda source: in_cython.sum_column(source, "pid"), "ProcessSnapshot or SessionSnapshot"),
        (in_cython.sid_bytes, "Sid"),
    ):
        with pytest.raises(TypeError, match=f"expected a {wanted}, not {type(source).__name__}"):
            use(source)


def test_objects_of_the_other_kind(standin: Standin) -> None:
    processes, sessions = take_processes(standin), wtsfast.enumerate_sessions()
    with pytest.raises(TypeError, match="SessionSnapshot"):
        in_cython.sum_processes(sessions)
    with pytest.raises(TypeError, match="ProcessSnapshot"):
        in_cython.sum_sessions(processes)


@pytest.mark.parametrize("name", ["nope", "", "creation_time", "n\u00e4me"])
def test_unknown_columns(standin: Standin, name: str) -> None:
    with pytest.raises(ValueError, match=f"has no.*{name}"):
        in_cython.sum_column(take_processes(standin), name)


# ---- who owns the memory ----


def test_a_view_outlives_the_snapshot(standin: Standin) -> None:
    snapshot = take_processes(standin)
    view = in_cython.View(snapshot)
    del snapshot
    gc.collect()
    assert standin.live_blocks()
    assert view.pids() == [0, 4, 8, 12, 16]
    view.release()
    assert view.is_empty()
    assert standin.live_blocks() == {}
    view.release()  # of an empty one: nothing happens
    assert view.pids() == []


def test_each_view_holds_a_reference(standin: Standin) -> None:
    snapshot = take_processes(standin)
    views = [in_cython.View(snapshot), in_cython.View(snapshot[1]), in_cython.View(snapshot)]
    del snapshot
    while views:
        assert standin.live_blocks()
        assert views.pop().pids()
    assert standin.live_blocks() == {}


def test_no_reference_is_left_behind(standin: Standin) -> None:
    snapshot, sid = take_processes(standin), wtsfast.Sid(USER)
    before = sys.getrefcount(snapshot), sys.getrefcount(sid)
    for _ in range(100):
        in_cython.sum_processes(snapshot)
        in_cython.sum_column(snapshot, "pid")
        in_c.longest_process_name(snapshot)
        in_cython.sid_bytes(sid)
        for use in (in_cython.sum_sessions, in_c.active_sessions):
            with pytest.raises(TypeError):
                use(snapshot)
            with pytest.raises(TypeError):
                use(sid)
        with pytest.raises(ValueError, match="nope"):
            in_cython.sum_column(snapshot, "nope")
    assert (sys.getrefcount(snapshot), sys.getrefcount(sid)) == before


# ---- threads ----


def test_others_run_while_rows_are_walked(standin: Standin) -> None:
    """The thread that says when to stop needs the GIL, which the walking one must not hold."""
    snapshot = take_processes(standin, 300)
    letters = sum(len(row.name or "") for row in snapshot)
    timer = threading.Timer(0.05, in_cython.tell)
    timer.start()
    assert in_cython.walk_until_told(snapshot, 10_000_000) == (True, letters)
    timer.join()


def test_threads_share_a_snapshot(standin: Standin) -> None:
    snapshot = take_processes(standin, 500)
    wanted = in_cython.sum_processes(snapshot)

    def work() -> None:
        for _ in range(200):
            assert in_cython.sum_processes(snapshot) == wanted
            assert in_cython.View(snapshot).pids()[-1] == 499 * 4

    with Threads() as threads:
        threads.start(work, count=2)


# ---- other versions of the package ----


def test_the_table_has_what_modules_were_built_for(standin: Standin) -> None:
    """The numbers here are those of version 1, for good."""
    put_sessions(standin, [Session(session_id=9)])
    api = other_wtsfast.table_of(importlib.import_module("wtsfast._capi").API)
    assert api.version == 1
    assert api.size >= other_wtsfast.KNOWN_SIZE == 40

    rows, column, sid = other_wtsfast.RowsView(), other_wtsfast.ColumnView(), other_wtsfast.SidView()
    sessions = wtsfast.enumerate_sessions()
    assert api.get_sessions(sessions, rows) == 0
    assert (rows.owner, rows.level, rows.count, rows.level_0) == (id(sessions), 1, 1, None)
    assert SessionRow1.from_address(rows.level_1).session_id == 9
    other_wtsfast.release(rows)

    put_processes(standin, [Process(pid=1), Process(pid=77, sid=USER)])
    taken = ((wtsfast.enumerate_processes(level=0), ProcessRow), (wtsfast.enumerate_processes(), ProcessRowEx))
    for level, (snapshot, row_type) in enumerate(taken):
        view = other_wtsfast.RowsView()
        assert api.get_processes(snapshot, view) == 0
        pointers = (view.level_0, view.level_1)
        assert (view.owner, view.level, view.count, pointers[1 - level]) == (id(snapshot), level, 2, None)
        assert (row_type * 2).from_address(pointers[level])[1].pid == 77
        other_wtsfast.release(view)

        assert api.get_column(snapshot, b"pid", column) == 0
        assert (column.owner, column.kind, column.count) == (id(snapshot), 1, 2)
        assert (column.first, column.stride) == (pointers[level] + 4, ctypes.sizeof(row_type))
        other_wtsfast.release(column)

    snapshot = wtsfast.enumerate_processes(source="kernel", user_sids=True)
    for name, kind in (
        (b"pid", 1),
        (b"working_set_size", 2),
        (b"user_time", 3),
        (b"creation_time", 4),
        (b"name", 5),
        (b"user_sid", 6),
    ):
        assert api.get_column(snapshot, name, column) == 0
        assert column.kind == kind
        other_wtsfast.release(column)
    assert api.get_processes(snapshot, rows) == 0
    assert (rows.level, rows.count, rows.level_0, rows.level_1) == (2, len(snapshot), None, None)
    other_wtsfast.release(rows)

    user = wtsfast.Sid(USER)
    assert api.get_sid(user, sid) == 0
    assert (sid.owner, ctypes.string_at(sid.sid, sid.size)) == (id(user), USER)
    other_wtsfast.release(sid)


def with_other_wtsfast(module: str, *, version: int = 1, larger: int = 0, code: str = "") -> str:
    """Import a module that was built long ago where another wtsfast is installed; give what was printed."""
    prelude = f"""
import sys
sys.path.append({str(TESTS)!r})
from helpers import other_wtsfast
kept = other_wtsfast.install(version={version}, size=other_wtsfast.KNOWN_SIZE + {larger})
import {module} as module
"""
    done = subprocess.run(
        [sys.executable, "-c", prelude + code], capture_output=True, text=True, timeout=120, env=dict(os.environ)
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("larger", [0, 8, 24])
@pytest.mark.parametrize(
    ("module", "call", "wanted"),
    [
        ("downstream_cython", "module.sum_processes(snapshot)", repr(expected_sums(0, ["first", "second"], pids=12))),
        ("downstream_cython", "module.View(snapshot).pids()", "[4, 8]"),
        ("downstream_c", "module.longest_process_name(snapshot)", "second"),
    ],
)
def test_classes_may_change_and_functions_be_added(module: str, call: str, wanted: str, larger: int) -> None:
    """Nothing of the package that the modules were built against is there: not one class, and a longer table."""
    code = f"""
snapshot = other_wtsfast.Snapshot([(4, "first"), (8, "second")])
before = sys.getrefcount(snapshot)
print({call}, sys.getrefcount(snapshot) - before, sorted(name for name in sys.modules if "wtsfast" in name))
"""
    said = with_other_wtsfast(module, larger=larger, code=code)
    assert said == f"{wanted} 0 ['helpers.other_wtsfast', 'wtsfast', 'wtsfast._capi', 'wtsfast_dll']"


@pytest.mark.parametrize("module", ["downstream_cython", "downstream_c"])
@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_refused(module: str, version: int) -> None:
    said = with_other_wtsfast(module, version=version, larger=24)
    assert said == (
        "ImportError: this module was built for version 1 of the C interface of wtsfast, and the installed wtsfast has "
        f"version {version}: build the module again, or install a wtsfast with version 1"
    )


@pytest.mark.parametrize("module", ["downstream_cython", "downstream_c"])
def test_a_table_without_the_newest_function_is_refused(module: str) -> None:
    said = with_other_wtsfast(module, larger=-8)
    assert said.startswith("ImportError: this module was built with a later wtsfast than the installed one")
    assert said.endswith("install a later wtsfast")


def test_the_interface_names_no_class() -> None:
    """A class in a .pxd would tie each module that reads it to the size of its objects."""
    include = Path(wtsfast.get_include())
    interface = (include.parent / "capi.pxd").read_text(encoding="utf-8")
    cimported = {line.split()[1] for line in interface.splitlines() if line.startswith("from ")}
    assert cimported == {"cpython.object", "wtsfast._sdk.windows", "wtsfast._sdk.wtsapi32"}
    declarations = [interface, *(path.read_text(encoding="utf-8") for path in (include.parent / "_sdk").glob("*.pxd"))]
    for text in [*declarations, (include / "wtsfast_capi.h").read_text(encoding="utf-8")]:
        assert "cdef class" not in text
        assert "cdef extern class" not in text
