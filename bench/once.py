"""What is no race between contenders and is measured once: start, size, memory, polling, threads, single functions."""

import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, perf_counter_ns, sleep
from typing import Any

import bench_native

import rivals
import wtsfast
import wtsfast.sid
from cases.processes import FIVE
from helpers.standin_driver import Standin
from scenes import Scene, serve

HELD = 10  # results that are held at once, to see past what a heap spends once
SMALL = 512  # bytes up to which Python serves objects from memory of its own, which no heap shows
POLLS = 2_000
DELAY = 0.02  # seconds that a call takes where threads are to overlap
WORKERS = (1, 2, 4, 8)

EMPTY = "concurrent"  # a package of the standard library with nothing in it
IMPORT = """
import sys, time
before = set(sys.modules)
start = time.perf_counter_ns()
import {}
print(time.perf_counter_ns() - start, len(set(sys.modules) - before))
"""

Figures = dict[str, Any]


def start(rounds: int) -> Figures:
    """Time `import wtsfast` on top of a bare interpreter, each time in a fresh one, and beside it an empty package."""
    times: dict[str, list[int]] = {"wtsfast": [], EMPTY: []}
    modules = 0
    for _ in range(rounds):
        for name, taken in times.items():
            code = IMPORT.format(name)
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            time, count = map(int, done.stdout.split())
            taken.append(time)
            if name == "wtsfast":
                modules = count
    return {"import_ns": min(times["wtsfast"]), "modules": modules, "empty_import_ns": min(times[EMPTY])}


def size() -> Figures:
    """Weigh the wheel that was installed here: the tools leave it beside the interpreter."""
    wheels = list(Path(sys.prefix).glob("wtsfast-*.whl"))
    return {"wheel_bytes": wheels[0].stat().st_size if wheels else None}


def single_functions() -> Figures:
    """Time what is too short for a case: letting go of the GIL and taking it back, and formatting one SID in C."""
    format_sid = vars(wtsfast.sid)["__pyx_capi__"]["format_sid"]
    sid = bytes(wtsfast.Sid("S-1-5-21-1985229328-249346712-70459921-1001"))
    repeat = 20_000
    return {
        "gil_ns": round(min(bench_native.gil_handovers(repeat) for _ in range(50)) / repeat, 1),
        "sid_format_ns": round(min(bench_native.sid_formats(format_sid, sid, repeat) for _ in range(50)) / repeat, 1),
    }


# ---- memory ----


def ctypes_tuples() -> list[tuple[Any, ...]]:
    """Give five values of each row by ctypes."""
    rows = rivals.take_processes()
    result = [(row.ProcessId, row.SessionId, row.pProcessName, row.NumberOfThreads, row.WorkingSetSize) for row in rows]
    rivals.free_processes(rows)
    return result


def held(call: Callable[[], Any]) -> int:
    """Give the bytes that one living result holds: blocks of the native heaps, and Python's small objects."""
    call()
    before = bench_native.in_heaps()
    results = [call() for _ in range(HELD)]
    in_heaps = bench_native.in_heaps() - before
    del results
    tracemalloc.start()
    try:
        result = call()
        small = sum(trace.size for trace in tracemalloc.take_snapshot().traces if trace.size <= SMALL)
        del result
    finally:
        tracemalloc.stop()
    return in_heaps // HELD + small


def memory(driver: Standin) -> Figures:
    """Weigh results of 10,000 processes. Without the pool, which has only a few places."""
    serve(driver, Scene("processes", 10_000, 50))
    forms: dict[str, Callable[[], Any]] = {
        "wtsfast, snapshot": wtsfast.enumerate_processes,
        "wtsfast, list of rows": lambda: list(wtsfast.enumerate_processes()),
        "wtsfast, tuples of five": lambda: wtsfast.enumerate_processes().to_tuples(*FIVE),
        "ctypes, tuples of five": ctypes_tuples,
    }
    try:
        import win32ts
    except ImportError:
        pass
    else:
        forms["pywin32, tuples of four"] = win32ts.WTSEnumerateProcesses
    native = bench_native.held_by_results(HELD) // HELD
    sizes = {name: held(call) for name, call in forms.items()}
    return {
        "native_block_bytes": native,
        "held_bytes": sizes,
        "beside_native_bytes": sizes["wtsfast, snapshot"] - native,
    }


def polling(driver: Standin) -> Figures:
    """Poll in a row: the time of a poll, and how much the process has grown at the end."""
    serve(driver, Scene("processes", 1_000, 50))
    driver.configure(pool=True)
    monitor = wtsfast.ProcessMonitor()
    for _ in range(100):
        monitor.poll()
    before, begin = bench_native.committed(), perf_counter_ns()
    for _ in range(POLLS):
        monitor.poll()
    taken = perf_counter_ns() - begin
    return {"polls": POLLS, "poll_ns": round(taken / POLLS), "growth_bytes": bench_native.committed() - before}


# ---- threads ----


def progress_beside(call: Callable[[], Any]) -> float:
    """Give how much of its usual work another thread gets done while this one makes slow calls, at best."""
    done, stop = [0], threading.Event()

    def work() -> None:
        while not stop.is_set():
            done[0] += 1

    def pace(wait: Callable[[], Any]) -> float:
        first, begin = done[0], perf_counter()
        wait()
        return (done[0] - first) / (perf_counter() - begin)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        alone = max(pace(lambda: sleep(10 * DELAY)) for _ in range(3))
        beside = max(pace(lambda: [call() for _ in range(10)]) for _ in range(3))
    finally:
        stop.set()
        thread.join()
    return round(beside / alone, 3)


def two_threads(driver: Standin) -> Figures:
    """Let one thread compute while another waits in calls that the stand-in holds up."""
    serve(driver, Scene("processes", 200, 2))
    found = {}
    with driver.delay("WTSEnumerateProcessesEx", DELAY):
        found["wtsfast"] = progress_beside(wtsfast.enumerate_processes)
    try:
        import win32ts
    except ImportError:
        return {"other_thread_runs": found}
    with driver.delay("WTSEnumerateProcesses", DELAY):
        found["pywin32"] = progress_beside(win32ts.WTSEnumerateProcesses)
    return {"other_thread_runs": found}


def workers(driver: Standin) -> Figures:
    """Time `query_sessions` on ten sessions by the number of workers, where each call about a session is held up."""
    serve(driver, Scene("sessions", 0, 10))
    times = {}
    with driver.delay("WTSQuerySessionInformation", DELAY):
        for count in WORKERS:
            begin = perf_counter()
            wtsfast.query_sessions(workers=count)
            times[str(count)] = round(perf_counter() - begin, 4)
    return {"query_sessions_seconds_by_workers": times}


def measure_all(driver: Standin | None, rounds: int) -> Figures:
    """Measure what this machine allows; what needs the stand-in is left out without it."""
    found = {**start(rounds), **size(), **single_functions()}
    if driver is not None:
        for part in (memory, polling, two_threads, workers):
            found |= part(driver)
    return found
