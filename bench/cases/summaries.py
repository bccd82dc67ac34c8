"""Cases of what a monitor makes of processes: totals, differences, Arrow tables, and the kernel's own list."""

from collections import defaultdict
from typing import Any

import wtsfast
from frame import Call, NotAvailableError, contender, floor, prepared
from scenes import Scene

enumerate_processes = wtsfast.enumerate_processes


@contender("totals by session", "wtsfast", cold=True)
def _() -> list[tuple[Any, int]]:
    return sorted((sums.key, sums.working_set_size) for sums in enumerate_processes().totals("session_id"))


@contender("totals by session", "a Python loop over select")
def _() -> list[tuple[Any, int]]:
    sums: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 6)
    columns = ("session_id", "number_of_threads", "handle_count", "working_set_size", "pagefile_usage")
    for session, threads, handles, memory, pagefile in enumerate_processes().select(*columns):
        into = sums[session]
        into[0] += 1
        into[1] += threads
        into[2] += handles
        into[3] += memory
        into[4] += pagefile
    return sorted((session, into[3]) for session, into in sums.items())


@contender("totals by name", "wtsfast")
def _() -> int:
    return sum(sums.process_count for sums in enumerate_processes().totals("name"))


@prepared("difference to an earlier snapshot", "wtsfast", cold=True)
def _(scene: Scene) -> Call:
    earlier = enumerate_processes()
    return lambda: len(enumerate_processes().diff(earlier).started)


@prepared("difference to an earlier snapshot", "Python sets")
def _(scene: Scene) -> Call:
    earlier = enumerate_processes()

    def difference() -> int:
        before = {(row.pid, row.name, row.session_id): row.user_time + row.kernel_time for row in earlier}
        now = {(row.pid, row.name, row.session_id): row.user_time + row.kernel_time for row in enumerate_processes()}
        spent = {key: now[key] - before[key] for key in now.keys() & before.keys()}
        return len(now.keys() - before.keys()) + 0 * len(spent)

    return difference


@contender("Arrow, all columns", "wtsfast, exported and released")
def _() -> bool:
    schema, array = enumerate_processes().__arrow_c_array__()
    return schema is not array


@contender("Arrow, all columns", "wtsfast into pyarrow")
def _() -> bool:
    try:
        import pyarrow
    except ImportError as reason:
        raise NotAvailableError(str(reason)) from None
    return bool(pyarrow.record_batch(enumerate_processes()).num_rows)


@floor("processes from the kernel", "C, bare call and a walk", "kernel", unit="call")
def _(total: dict[str, int]) -> bool:
    return total["rows"] > 0


@contender("processes from the kernel", "wtsfast", unit="call")
def _() -> bool:
    return len(enumerate_processes(source="kernel")) > 0
