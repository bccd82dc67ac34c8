"""No call holds other threads up: they run while the stand-in keeps a call waiting."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

import wtsfast
from helpers.standin import Standin
from helpers.threads import Threads
from wtsfast import ProcessMonitor, Server

NAME = "RDSH01"

CALLS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "processes": ("WTSEnumerateProcessesEx", wtsfast.enumerate_processes),
    "processes of level 0": ("WTSEnumerateProcesses", lambda server: wtsfast.enumerate_processes(server, level=0)),
    "sessions": ("WTSEnumerateSessionsEx", wtsfast.enumerate_sessions),
    "sessions of level 0": ("WTSEnumerateSessions", lambda server: wtsfast.enumerate_sessions(server, level=0)),
    "details": ("WTSQuerySessionInformation", wtsfast.query_sessions),
    "a monitor": ("WTSEnumerateProcessesEx", ProcessMonitor),
}


@pytest.fixture(autouse=True)
def machines(standin: Standin) -> None:
    standin.add_server(NAME)
    for server in (None, NAME):
        standin.start_scenario(server)
        standin.add_session(1, server=server)
        standin.add_process(8, "a.exe", server=server)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("remote", [False, True])
def test_others_run_while_a_call_waits(standin: Standin, call: str, remote: bool) -> None:
    function, make = CALLS[call]
    server = Server(NAME) if remote else None
    ended = threading.Event()

    def call_it() -> None:
        make(server)
        ended.set()

    with Threads() as threads:
        with standin.block(function):
            threads.start(call_it)
            standin.wait_until_running(function)  # only a thread that runs sees this
            assert not ended.is_set()
        assert ended.wait(30)
    if server is not None:
        server.close()


def test_others_run_while_a_server_opens_and_closes(standin: Standin) -> None:
    servers: list[Server] = []
    with Threads() as threads, standin.block("WTSOpenServer"):
        threads.start(lambda: servers.append(Server(NAME)))
        standin.wait_until_running("WTSOpenServer")
        assert servers == []
    with Threads() as threads, standin.block("WTSCloseServer"):
        threads.start(servers[0].close)
        standin.wait_until_running("WTSCloseServer")
        assert servers[0].closed


def test_others_run_while_a_large_result_is_freed(standin: Standin) -> None:
    standin.configure(guard=False)
    standin.generate(sessions=1, processes=2000)
    snapshots = [wtsfast.enumerate_processes()]
    with Threads() as threads, standin.block("WTSFreeMemoryEx"):
        threads.start(snapshots.clear)
        standin.wait_until_running("WTSFreeMemoryEx")


def test_many_threads_enumerate_at_once(standin: Standin) -> None:
    expected = wtsfast.enumerate_processes().to_tuples()

    def enumerate_often() -> None:
        for _ in range(30):
            assert wtsfast.enumerate_processes().to_tuples() == expected
            assert [row.session_id for row in wtsfast.enumerate_sessions()] == [1]

    with Threads() as threads:
        threads.start(enumerate_often, count=6)


def test_two_calls_overlap(standin: Standin) -> None:
    with Threads() as threads, standin.block("WTSEnumerateProcessesEx"):
        threads.start(wtsfast.enumerate_processes, count=2)
        standin.wait_until_running("WTSEnumerateProcessesEx", count=2)
