"""Cases of processes: one call, rows, tuples, columns, the index."""

import ctypes
from itertools import repeat
from typing import Any

import bench_native

import rivals
import wtsfast
from frame import Call, NotAvailableError, contender, floor, prepared, snippet
from scenes import Scene

try:
    import win32ts
except ImportError:
    win32ts = None
try:
    import numpy
except ImportError:
    numpy = None

FIVE = ("pid", "session_id", "name", "number_of_threads", "working_set_size")
FLOOR = "C, every row read"
enumerate_processes = wtsfast.enumerate_processes


def pywin32_processes() -> Any:
    """Call win32ts, or say that it is not here."""
    if win32ts is None:
        raise NotAvailableError("pywin32 is not installed")
    return win32ts.WTSEnumerateProcesses()


# ---- the call ----


@floor("call, nothing read", FLOOR, "processes, level 1", cold=True)
def _(total: dict[str, int]) -> int:
    return total["rows"]


@floor("call, nothing read", "C", "processes, unread")
def _(total: dict[str, int]) -> int:
    return total["rows"]


@contender("call, nothing read", "wtsfast", cold=True)
def _() -> int:
    return len(enumerate_processes())


@contender("call, nothing read", "ctypes")
def _() -> int:
    rows = rivals.take_processes()
    rivals.free_processes(rows)
    return len(rows)


@contender("call, nothing read", "pywin32")
def _() -> int:
    return len(pywin32_processes())


# ---- rows ----


@contender("iterate over rows", "wtsfast", cold=True)
def _() -> int:
    for row in enumerate_processes():
        pass
    return row.pid


@prepared("iterate over rows", "a C iterator over a constant")
def _(scene: Scene) -> Call:
    last = enumerate_processes()[-1].pid

    def loop() -> int:
        for row in repeat(last, scene.processes):
            pass
        return row

    return loop


@contender("iterate over rows", "ctypes")
def _() -> int:
    rows = rivals.take_processes()
    for row in rows:
        pass
    pid = row.ProcessId
    rivals.free_processes(rows)
    return int(pid)


@contender("iterate over rows", "pywin32")
def _() -> int:
    for row in pywin32_processes():
        pass
    return int(row[1])


@contender("pid and session of rows", "wtsfast", cold=True)
def _() -> tuple[int, int]:
    for row in enumerate_processes():
        pid = row.pid
        session = row.session_id
    return pid, session


@contender("pid and session of rows", "ctypes")
def _() -> tuple[int, int]:
    rows = rivals.take_processes()
    for row in rows:
        pid = row.ProcessId
        session = row.SessionId
    rivals.free_processes(rows)
    return pid, session


@contender("pid and session of rows", "pywin32")
def _() -> tuple[int, int]:
    for row in pywin32_processes():
        pid = row[1]
        session = row[0]
    return pid, session


@contender("five attributes of rows", "wtsfast", cold=True)
def _() -> tuple[int, int, str | None, int, int]:
    for row in enumerate_processes():
        pid = row.pid
        session = row.session_id
        name = row.name
        threads = row.number_of_threads
        memory = row.working_set_size
    return pid, session, name, threads, memory


def five_by_ctypes() -> tuple[int, int, str | None, int, int]:
    """Read five fields of each row, as people write it."""
    rows = rivals.take_processes()
    for row in rows:
        pid = row.ProcessId
        session = row.SessionId
        name = row.pProcessName
        threads = row.NumberOfThreads
        memory = row.WorkingSetSize
    rivals.free_processes(rows)
    return pid, session, name, threads, memory


contender("five attributes of rows", "ctypes")(five_by_ctypes)


# ---- tuples ----


@contender("five values by select", "wtsfast", cold=True)
def _() -> tuple[int, int, str | None, int, int]:
    for pid, session, name, threads, memory in enumerate_processes().select(*FIVE):
        pass
    return pid, session, name, threads, memory


@prepared("five values by select", "zip over ready lists")
def _(scene: Scene) -> Call:
    columns = [list(column) for column in zip(*enumerate_processes().to_tuples(*FIVE), strict=True)]

    def loop() -> tuple[int, int, str | None, int, int]:
        for pid, session, name, threads, memory in zip(*columns):  # noqa: B905 - the plain form is the fastest
            pass
        return pid, session, name, threads, memory

    return loop


contender("five values by select", "ctypes")(five_by_ctypes)


def by_columns(rows: Any) -> Any:
    """Zip the five columns as ctypes and memoryview give them."""
    return zip(
        rivals.numbers(rows, "ProcessId"),
        rivals.numbers(rows, "SessionId"),
        rivals.names(rows),
        rivals.numbers(rows, "NumberOfThreads"),
        rivals.numbers(rows, "WorkingSetSize"),
        strict=True,
    )


@contender("five values by select", "ctypes, by columns")
def _() -> tuple[int, int, str | None, int, int]:
    rows = rivals.take_processes()
    for pid, session, name, threads, memory in by_columns(rows):
        pass
    rivals.free_processes(rows)
    return pid, session, name, threads, memory


@contender("list of tuples of five", "wtsfast", cold=True)
def _() -> list[tuple[Any, ...]]:
    return enumerate_processes().to_tuples(*FIVE)


@contender("list of tuples of five", "ctypes")
def _() -> list[tuple[Any, ...]]:
    rows = rivals.take_processes()
    result = [(row.ProcessId, row.SessionId, row.pProcessName, row.NumberOfThreads, row.WorkingSetSize) for row in rows]
    rivals.free_processes(rows)
    return result


@contender("list of tuples of five", "ctypes, by columns")
def _() -> list[tuple[Any, ...]]:
    rows = rivals.take_processes()
    result = list(by_columns(rows))
    rivals.free_processes(rows)
    return result


@contender("list of tuples of all, SID as text", "wtsfast")
def _() -> list[tuple[Any, ...]]:
    return enumerate_processes().to_tuples()


@contender("list of tuples of all, SID as text", "ctypes")
def _() -> list[tuple[Any, ...]]:
    rows = rivals.take_processes()
    known: dict[bytes, str] = {}
    result = [
        (
            row.SessionId,
            row.ProcessId,
            row.pProcessName,
            rivals.sid_text(row.pUserSid, known),
            row.NumberOfThreads,
            row.HandleCount,
            row.PagefileUsage,
            row.PeakPagefileUsage,
            row.WorkingSetSize,
            row.PeakWorkingSetSize,
            row.UserTime,
            row.KernelTime,
        )
        for row in rows
    ]
    rivals.free_processes(rows)
    return result


@contender("list of dicts of five", "wtsfast")
def _() -> list[dict[str, Any]]:
    return enumerate_processes().to_dicts(*FIVE)


@contender("list of dicts of five", "ctypes")
def _() -> list[dict[str, Any]]:
    rows = rivals.take_processes()
    result = [
        {
            "pid": row.ProcessId,
            "session_id": row.SessionId,
            "name": row.pProcessName,
            "number_of_threads": row.NumberOfThreads,
            "working_set_size": row.WorkingSetSize,
        }
        for row in rows
    ]
    rivals.free_processes(rows)
    return result


def without_sid(rows: Any) -> list[tuple[Any, ...]]:
    """Leave the SIDs out of the comparison: pywin32 gives objects, which equal no text."""
    return [row[:3] for row in rows]


@contender("level 0, tuples of all", "wtsfast, SID as text", cold=True, same=without_sid)
def _() -> list[tuple[Any, ...]]:
    return enumerate_processes(level=0).to_tuples()


@contender("level 0, tuples of all", "pywin32, SID as object", cold=True, same=without_sid)
def _() -> Any:
    return pywin32_processes()


# ---- columns ----


@contender("sum of one column", "wtsfast, added up in C", cold=True)
def _() -> int:
    return bench_native.column_sum(enumerate_processes().column("working_set_size"))


@contender("sum of one column", "wtsfast and numpy")
def _() -> int:
    if numpy is None:
        raise NotAvailableError("numpy is not installed")
    return int(numpy.asarray(enumerate_processes().column("working_set_size")).sum(dtype=numpy.uint64))


@contender("sum of one column", "wtsfast and sum()")
def _() -> int:
    return sum(enumerate_processes().column("working_set_size"))


@contender("sum of one column", "ctypes")
def _() -> int:
    rows = rivals.take_processes()
    result = sum([row.WorkingSetSize for row in rows])
    rivals.free_processes(rows)
    return int(result)


@contender("sum of one column", "ctypes, by columns")
def _() -> int:
    rows = rivals.take_processes()
    result = sum(rivals.numbers(rows, "WorkingSetSize"))
    rivals.free_processes(rows)
    return result


@snippet("view of a column", "wtsfast", "column('pid') is None")
def _(scene: Scene) -> dict[str, Any]:
    return {"column": enumerate_processes().column}


@contender("list of all names", "wtsfast", cold=True)
def _() -> list[str | None]:
    return enumerate_processes().column("name")


@contender("list of all names", "ctypes")
def _() -> list[str | None]:
    rows = rivals.take_processes()
    result = [row.pProcessName for row in rows]
    rivals.free_processes(rows)
    return result


@contender("list of all names", "ctypes, by columns")
def _() -> list[str | None]:
    rows = rivals.take_processes()
    result = rivals.names(rows)
    rivals.free_processes(rows)
    return result


@contender("list of all SID texts", "wtsfast", cold=True)
def _() -> list[str | None]:
    return enumerate_processes().column("user_sid")


@contender("list of all SID texts", "ctypes")
def _() -> list[str | None]:
    rows = rivals.take_processes()
    known: dict[bytes, str] = {}
    result = [rivals.sid_text(row.pUserSid, known) for row in rows]
    rivals.free_processes(rows)
    return result


# ---- finding rows ----


@prepared("index of pids, first look-up", "wtsfast", cold=True)
def _(scene: Scene) -> Call:
    last = enumerate_processes()[-1]
    return lambda: enumerate_processes().get(last.pid, last).pid


@prepared("index of pids, first look-up", "ctypes and a dict")
def _(scene: Scene) -> Call:
    last = enumerate_processes()[-1].pid

    def find() -> int:
        rows = rivals.take_processes()
        index = {pid: number for number, pid in enumerate(rivals.numbers(rows, "ProcessId"))}
        pid: int = rows[index.get(last, 0)].ProcessId
        rivals.free_processes(rows)
        return pid

    return find


@snippet("look-up of a pid", "wtsfast", "get(pid).pid")
def _(scene: Scene) -> dict[str, Any]:
    snapshot = enumerate_processes()
    return {"get": snapshot.get, "pid": snapshot[len(snapshot) // 2].pid}


@contender("rows of one name", "wtsfast")
def _() -> int:
    return len(enumerate_processes().where(name="EXCEL.EXE"))


@contender("rows of one name", "ctypes")
def _() -> int:
    rows = rivals.take_processes()
    result = len([row for row in rows if (row.pProcessName or "").lower() == "excel.exe"])
    rivals.free_processes(rows)
    return result


def some_sid() -> wtsfast.Sid:
    """Give the SID of a process; of most, Windows tells it to administrators alone."""
    for row in enumerate_processes():
        if row.user_sid:
            return row.user_sid
    raise NotAvailableError("no process shows its SID")


@snippet("text of a SID", "wtsfast", "str(sid)")
def _(scene: Scene) -> dict[str, Any]:
    return {"sid": some_sid()}


@snippet("text of a SID", "ConvertSidToStringSidW by ctypes", "text(address, {})")
def _(scene: Scene) -> dict[str, Any]:
    native = ctypes.create_string_buffer(bytes(some_sid()))
    return {"text": rivals.sid_text, "address": ctypes.addressof(native), "native": native}
