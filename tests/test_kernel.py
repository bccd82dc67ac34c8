"""enumerate_processes(source="kernel"): agrees with what other calls of Windows say about the same processes."""

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from ctypes import wintypes
from datetime import UTC, datetime, timedelta

import pytest

import wtsfast
from helpers.imports import replaced_import
from helpers.standin import Standin
from helpers.tables import PROCESS_COLUMNS
from helpers.threads import Threads
from wtsfast import ProcessInfo, Server, _kernel

EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.GetCurrentProcess.restype = wintypes.HANDLE
kernel32.OpenProcess.restype = wintypes.HANDLE
kernel32.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
kernel32.GetProcessTimes.argtypes = [wintypes.HANDLE, *[ctypes.POINTER(ctypes.c_int64)] * 4]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-S", "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def own(*, user_sids: bool = False) -> ProcessInfo:
    row = wtsfast.enumerate_processes(source="kernel", user_sids=user_sids).get(os.getpid())
    assert row is not None
    return row


def times() -> tuple[int, int, int]:
    """Ask GetProcessTimes for this process's creation, kernel and user time."""
    creation, ended, kernel, user = (ctypes.c_int64() for _ in range(4))
    assert kernel32.GetProcessTimes(kernel32.GetCurrentProcess(), creation, ended, kernel, user)
    return creation.value, kernel.value, user.value


def test_columns_are_those_it_knows(standin: Standin) -> None:
    without_sids = tuple(name for name in PROCESS_COLUMNS if name != "user_sid")
    assert wtsfast.enumerate_processes(source="kernel").columns == (*without_sids, "creation_time")
    with_sids = wtsfast.enumerate_processes(source="kernel", user_sids=True)
    assert with_sids.columns == (*PROCESS_COLUMNS, "creation_time")
    assert not hasattr(own(), "user_sid")
    assert standin.calls() == []


def test_times_agree_with_windows() -> None:
    creation, kernel_before, user_before = times()
    row = own()
    _, kernel_after, user_after = times()
    assert row.creation_time == EPOCH + timedelta(microseconds=creation // 10)
    snapshot = wtsfast.enumerate_processes(source="kernel")
    assert snapshot.column("creation_time").tolist()[list(snapshot).index(snapshot.get(os.getpid()))] == creation  # type: ignore[arg-type]
    slack = 200_000  # two ticks: the two calls need not round alike
    assert kernel_before - slack <= row.kernel_time <= kernel_after + slack
    assert user_before - slack <= row.user_time <= user_after + slack


def test_the_rest_agrees_with_windows() -> None:
    row = own(user_sids=True)
    assert row.name is not None
    assert row.name.lower() == "python.exe"
    assert row.session_id == wtsfast.session_id_of(os.getpid())
    assert row.number_of_threads >= 1
    assert row.handle_count > 0
    assert 0 < row.working_set_size <= row.peak_working_set_size
    assert row.user_sid is not None
    assert row.user_sid == wtsfast.enumerate_processes(level=0).get(os.getpid()).user_sid  # type: ignore[union-attr]


def test_threads_are_counted() -> None:
    before = own().number_of_threads
    with Threads() as threads:
        threads.start(lambda: time.sleep(1), count=3)
        assert own().number_of_threads == before + 3


def test_a_process_that_starts_and_exits(child: subprocess.Popen[bytes]) -> None:
    before = wtsfast.enumerate_processes(source="kernel")
    row = before.get(child.pid)
    assert row is not None
    assert row.creation_time is not None
    assert abs(row.creation_time - datetime.now(UTC)) < timedelta(minutes=2)
    child.kill()
    child.wait(20)
    deadline = time.monotonic() + 10
    while (after := wtsfast.enumerate_processes(source="kernel")).get(child.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    delta = after.diff(before)
    assert child.pid in [each.pid for each in delta.exited]
    assert os.getpid() not in [each.pid for each in (*delta.started, *delta.exited)]


def test_where_finds_a_time(child: subprocess.Popen[bytes]) -> None:
    snapshot = wtsfast.enumerate_processes(source="kernel")
    for row, number in zip(snapshot, snapshot.column("creation_time"), strict=True):
        assert row in snapshot.where(creation_time=number)
        if row.creation_time is not None:
            assert row in snapshot.where(creation_time=row.creation_time, pid=row.pid)
    for moment in (EPOCH + timedelta(days=1), EPOCH - timedelta(days=1), datetime.max.replace(tzinfo=UTC)):
        assert snapshot.where(creation_time=moment) == []
    for name in ("creation_time", "working_set_size"):
        for number in (-1, 1 << 64):
            with pytest.raises(OverflowError, match=name):
                snapshot.where(**{name: number})
    for value in ("now", None, 1.5, True, datetime(2020, 1, 1)):  # noqa: DTZ001
        with pytest.raises(TypeError):
            snapshot.where(creation_time=value)


def test_a_pid_that_was_used_again_gives_no_sid_of_somebody_else(child: subprocess.Popen[bytes]) -> None:
    """Whichever process is opened, this one is what there is: no other row may have its SID."""
    opened: list[int] = []

    def open_this_one(access: int, inherit: int, pid: int) -> int | None:
        opened.append(pid)
        handle: int | None = kernel32.OpenProcess(access, inherit, os.getpid())
        return handle

    prototype = ctypes.WINFUNCTYPE(wintypes.HANDLE, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    with replaced_import(_kernel, "OpenProcess", prototype(open_this_one)):
        snapshot = wtsfast.enumerate_processes(source="kernel", user_sids=True)
    assert {os.getpid(), child.pid} <= set(opened)
    mine, other = snapshot.get(os.getpid()), snapshot.get(child.pid)
    assert mine is not None
    assert other is not None
    assert mine.user_sid == own(user_sids=True).user_sid is not None
    assert other.user_sid is None


def test_one_session_only() -> None:
    everything = wtsfast.enumerate_processes(source="kernel")
    for session_id in {row.session_id for row in everything}:
        part = wtsfast.enumerate_processes(source="kernel", session_id=session_id)
        assert {row.session_id for row in part} == {session_id}
    assert os.getpid() in [
        row.pid for row in wtsfast.enumerate_processes(source="kernel", session_id=wtsfast.current_session_id())
    ]
    nobody = wtsfast.enumerate_processes(source="kernel", session_id=0xFFFFFFF0, user_sids=True)
    assert (list(nobody), nobody.to_dicts(), nobody.totals("user_sid")) == ([], [], [])


def test_this_machine_only(standin: Standin) -> None:
    standin.add_server("RDSH01")
    assert len(wtsfast.enumerate_processes(Server(), source="kernel")) > 0
    with Server("RDSH01") as server, pytest.raises(ValueError, match="this machine"):
        wtsfast.enumerate_processes(server, source="kernel")
    with pytest.raises(ValueError, match="this machine"):
        wtsfast.enumerate_processes("RDSH01", source="kernel")


def test_rows_are_detached_and_pickled_with_all_they_have() -> None:
    import pickle

    for row in wtsfast.enumerate_processes(source="kernel", user_sids=True):
        for copied in (row.detach(), pickle.loads(pickle.dumps(row))):
            assert copied == row
            assert copied.creation_time == row.creation_time
            assert repr(copied) == repr(row)


def test_threads_at_once() -> None:
    def enumerate_often() -> None:
        for _ in range(20):
            snapshot = wtsfast.enumerate_processes(source="kernel", user_sids=True)
            row = snapshot.get(os.getpid())
            assert row is not None
            assert row.name is not None
            assert row.name.lower() == "python.exe"

    with Threads() as threads:
        threads.start(enumerate_often, count=6)
