"""Cases of what a monitor makes of processes: totals, differences, Arrow data, and the kernel's own list."""

from typing import Any

import wtsfast
from frame import Call, NotAvailableError, contender, floor, prepared
from scenes import Scene

try:
    import numpy
except ImportError:
    numpy = None
try:
    import pyarrow
    import pyarrow.compute
except ImportError:
    pyarrow = None

SUMMED = ("number_of_threads", "handle_count", "working_set_size", "pagefile_usage")
TIMES = ("user_time", "kernel_time")
enumerate_processes = wtsfast.enumerate_processes

Sums = dict[int, tuple[int, ...]]
"""By session: processes, threads, handles, working set, page file, CPU time in 100 ns."""


# ---- totals ----


def as_sums(totals: Any) -> Sums:
    """Compare totals with what the others make of the columns."""
    return totals if isinstance(totals, dict) else {t.key: (*t[1:6], round(t.cpu_seconds * 10_000_000)) for t in totals}


@contender("totals by session", "wtsfast", cold=True, same=as_sums)
def _() -> list[wtsfast.ProcessTotals]:
    return enumerate_processes().totals()


@contender("totals by session", "a Python loop over select")
def _() -> Sums:
    sums: dict[int, list[int]] = {}
    columns = ("session_id", "pid", *SUMMED, *TIMES)
    for session, pid, threads, handles, memory, pagefile, user, kernel in enumerate_processes().select(*columns):
        row = sums.get(session)
        if row is None:
            row = sums[session] = [0, 0, 0, 0, 0, 0]
        row[0] += 1
        row[1] += threads
        row[2] += handles
        row[3] += memory
        row[4] += pagefile
        if pid:
            row[5] += user + kernel
    return {session: tuple(row) for session, row in sums.items()}


@contender("totals by session", "wtsfast and numpy")
def _() -> Sums:
    if numpy is None:
        raise NotAvailableError("numpy is not installed")
    column = enumerate_processes().column
    session = numpy.asarray(column("session_id"))
    times = numpy.asarray(column("user_time")) + numpy.asarray(column("kernel_time"))
    busy = numpy.where(numpy.asarray(column("pid")) != 0, times, 0)
    counts = numpy.bincount(session)
    sums = [numpy.bincount(session, weights) for weights in (*(numpy.asarray(column(name)) for name in SUMMED), busy)]
    present = numpy.flatnonzero(counts)
    rows = zip(*(each[present].tolist() for each in (counts, *sums)), strict=True)
    return {key: tuple(map(int, row)) for key, row in zip(present.tolist(), rows, strict=True)}


@prepared("totals by session", "wtsfast and pyarrow")
def _(scene: Scene) -> Call:
    if pyarrow is None:
        raise NotAvailableError("pyarrow is not installed")
    # Made once: pyarrow takes milliseconds to find out what a Python number is.
    idle, nothing = pyarrow.scalar(0, pyarrow.uint32()), pyarrow.scalar(0, pyarrow.int64())
    asked = [("pid", "count"), *((name, "sum") for name in SUMMED), ("busy", "sum")]

    def sums() -> Sums:
        table = pyarrow.table(enumerate_processes())
        times = pyarrow.compute.add(table["user_time"], table["kernel_time"])
        busy = pyarrow.compute.if_else(pyarrow.compute.not_equal(table["pid"], idle), times, nothing)
        grouped = table.append_column("busy", busy).group_by("session_id", use_threads=False).aggregate(asked)
        columns = [grouped[f"{name}_{how}"].to_pylist() for name, how in asked]
        return dict(zip(grouped["session_id"].to_pylist(), zip(*columns, strict=True), strict=True))

    return sums


@contender("totals by name", "wtsfast")
def _() -> int:
    return sum(sums.process_count for sums in enumerate_processes().totals("name"))


# ---- differences ----

Changes = tuple[int, int, int]
"""How many started, how many exited, and of how many the CPU time is known."""


@prepared("difference from an earlier snapshot", "wtsfast", cold=True)
def _(scene: Scene) -> Call:
    earlier = scene.earlier

    def compare() -> Changes:
        delta = enumerate_processes().diff(earlier)
        return len(delta.started), len(delta.exited), len(delta.cpu)

    return compare


@prepared("difference from an earlier snapshot", "Python sets and dicts")
def _(scene: Scene) -> Call:
    columns = ("pid", "session_id", "name", "user_sid", *TIMES)

    def identities(snapshot: wtsfast.ProcessSnapshot) -> tuple[set[tuple[Any, ...]], dict[int, int]]:
        rows = snapshot.to_tuples(*columns)
        return {row[:4] for row in rows}, {row[0]: row[4] + row[5] for row in rows}

    before, cpu_before = identities(scene.earlier)

    def compare() -> Changes:
        now, cpu_now = identities(enumerate_processes())
        cpu = {pid: time - cpu_before.get(pid, 0) for pid, time in cpu_now.items()}
        return len(now - before), len(before - now), len(cpu)

    return compare


# ---- Arrow ----


@contender("Arrow data of all columns", "wtsfast", cold=True)
def _() -> bool:
    schema, array = enumerate_processes().__arrow_c_array__()
    return schema is not array


@contender("Arrow data of all columns", "wtsfast into pyarrow")
def _() -> bool:
    if pyarrow is None:
        raise NotAvailableError("pyarrow is not installed")
    return bool(pyarrow.record_batch(enumerate_processes()).num_rows)


# ---- the kernel's list: this machine's own processes, whatever the DLL serves ----


@floor("processes from the kernel", "C, bare call and a walk", "kernel", kind="kernel", unit="call")
def _(total: dict[str, int]) -> bool:
    return total["rows"] > 0


@contender("processes from the kernel", "wtsfast", kind="kernel", unit="call")
def _() -> bool:
    return len(enumerate_processes(source="kernel")) > 0
