"""ProcessMonitor: what each poll tells, and that thousands of them neither leak nor grow."""

import sys
from typing import Literal

import pytest

from helpers.native_memory import heap_use
from helpers.standin import Standin
from helpers.tables import Process, put_processes
from wtsfast import AccessDeniedError, ProcessMonitor, Server


def test_each_poll_tells_what_happened_since_the_last(standin: Standin) -> None:
    put_processes(standin, [Process(1, 8), Process(1, 9, user_time=1)])
    monitor = ProcessMonitor()
    standin.remove_process(8)
    standin.add_process(10, "b.exe")
    delta = monitor.poll()
    assert ([row.pid for row in delta.started], [row.pid for row in delta.exited]) == ([10], [8])
    assert list(delta.cpu) == [9, 10] == [row.pid for row in monitor.snapshot]
    assert monitor.poll()[:2] == ([], [])
    assert repr(monitor) == "<ProcessMonitor of this machine: 2 processes>"


def test_its_rows_pin_no_snapshot(standin: Standin) -> None:
    put_processes(standin, [Process(1, 8)])
    monitor = ProcessMonitor()
    put_processes(standin, [Process(1, 9)])
    delta = monitor.poll()
    del monitor
    assert standin.live_blocks() == {}
    assert [row.name for row in (*delta.started, *delta.exited)] == ["a.exe", "a.exe"]


def test_a_failed_poll_leaves_the_baseline(standin: Standin) -> None:
    put_processes(standin, [Process(1, 8)])
    monitor = ProcessMonitor()
    standin.add_process(9, "b.exe")
    standin.fail("WTSEnumerateProcessesEx", 5)
    with pytest.raises(AccessDeniedError):
        monitor.poll()
    assert [row.pid for row in monitor.poll().started] == [9]


def test_it_passes_its_arguments_on(standin: Standin) -> None:
    standin.add_server("RDSH01")
    put_processes(standin, [Process(1, 8), Process(2, 9)], server="RDSH01")
    with Server("RDSH01") as server:
        monitor = ProcessMonitor(server, session_id=2)
        assert [row.pid for row in monitor.snapshot] == [9]
        monitor.poll()
        assert len(standin.calls("WTSOpenServer")) == 1
        assert [row.pid for row in ProcessMonitor(server.handle).snapshot] == [8, 9]
    with pytest.raises(ValueError, match="closed"):
        monitor.poll()
    assert "creation_time" in ProcessMonitor(source="kernel").snapshot.columns


@pytest.mark.parametrize("source", ["wts", "kernel"])
def test_six_thousand_polls_neither_leak_nor_grow(standin: Standin, source: Literal["wts", "kernel"]) -> None:
    standin.configure(guard=False, log=False)
    put_processes(standin, [Process(pid % 3, pid, f"{pid}.exe", user_time=pid) for pid in range(1, 60)])
    monitor = ProcessMonitor(source=source)

    def poll(times: int) -> None:
        for turn in range(times):
            if turn % 2:
                standin.add_process(1000, "comes and goes.exe")
            else:
                standin.remove_process(1000)
            delta = monitor.poll()
            assert source == "kernel" or len(delta.started) + len(delta.exited) == 1
            assert sum(usage.seconds for usage in delta.cpu.values()) >= 0

    standin.add_process(1000, "comes and goes.exe")
    monitor.poll()
    poll(1000)
    objects, native = sys.getallocatedblocks(), heap_use()
    poll(6000)
    assert sys.getallocatedblocks() - objects < 200
    now = heap_use()
    assert now.blocks - native.blocks < 100
    assert now.size - native.size < 1 << 16
    assert sum(standin.live_blocks().values()) == (1 if source == "wts" else 0)
