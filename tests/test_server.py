"""Server: opened when made, closed once, by whoever uses it last; and which session is whose."""

import gc
import os
import threading
import warnings
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

import wtsfast
from helpers.standin import KEEP_LAST_ERROR, Standin
from helpers.tables import Process, Session, put_processes, put_sessions
from helpers.threads import Threads
from wtsfast import AccessDeniedError, FunctionNotAvailableError, Server, ServerUnavailableError, WtsError, raw
from wtsfast.enums import ShutdownFlag

NAME = "RDSH01"


@pytest.fixture(autouse=True)
def remote(standin: Standin) -> None:
    standin.add_server(NAME)
    put_processes(standin, [Process(1, 8)], server=NAME)


def closings(standin: Standin) -> int:
    return len(standin.calls("WTSCloseServer"))


def test_this_machine_needs_no_handle(standin: Standin) -> None:
    with Server() as server:
        assert (server.handle, server.name, server.closed, repr(server)) == (None, None, False, "Server()")
        assert wtsfast.enumerate_processes(server).get(os.getpid()) is not None
    assert server.closed
    assert standin.calls("WTSOpenServer") == standin.calls("WTSCloseServer") == []
    with pytest.raises(ValueError, match=r"Server\(\) is closed"):
        wtsfast.enumerate_processes(server)


def test_an_empty_name_reaches_no_server(standin: Standin) -> None:
    for use in (Server, wtsfast.enumerate_processes, wtsfast.enumerate_sessions, wtsfast.query_sessions):
        with pytest.raises(ValueError, match="empty: None is this machine"):
            use("")
    assert standin.calls() == []


@pytest.mark.parametrize(
    ("options", "function"), [({}, "WTSOpenServer"), ({"virtualization_host": True}, "WTSOpenServerEx")]
)
def test_opened_when_made_and_closed_once(standin: Standin, options: Any, function: str) -> None:
    server = Server(NAME, **options)
    (opened,) = standin.calls()
    assert (opened.function, opened.text) == (f"{function}W", NAME)
    with server as entered:
        assert entered is server
        assert len(wtsfast.enumerate_processes(server)) == 1
    for _ in range(3):
        server.close()
    assert closings(standin) == 1
    assert server.closed
    assert repr(server).startswith("Server('RDSH01'")
    uses: tuple[Any, ...] = (
        lambda: server.handle,
        server.__enter__,
        lambda: wtsfast.enumerate_sessions(server),
        lambda: server.session(1).query(5),
    )
    for use in uses:
        with pytest.raises(ValueError, match="closed"):
            use()


def test_a_virtualization_host_may_be_this_machine(standin: Standin) -> None:
    with Server(virtualization_host=True):
        (opened,) = standin.calls()
        assert (opened.function, opened.arguments[0]) == ("WTSOpenServerExW", 0)


@pytest.mark.parametrize("code", [1722, 53, 5, 120, KEEP_LAST_ERROR])
def test_a_server_that_does_not_open(standin: Standin, code: int) -> None:
    standin.fail("WTSOpenServer", code)
    with pytest.raises(WtsError) as caught:
        Server(NAME)
    kinds: dict[int, type[WtsError]] = {
        1722: ServerUnavailableError,
        53: ServerUnavailableError,
        5: AccessDeniedError,
        120: FunctionNotAvailableError,
    }
    assert type(caught.value) is kinds.get(code, WtsError)
    assert (caught.value.function, caught.value.server) == ("WTSOpenServer", NAME)
    assert standin.live_handles() == {}


@pytest.mark.parametrize("unknown_server", ["null", "invalid", "lazy"])
def test_a_name_that_does_not_exist(standin: Standin, unknown_server: str) -> None:
    standin.configure(unknown_server=unknown_server)
    with pytest.raises(ServerUnavailableError) as caught, Server("NOWHERE") as server:
        wtsfast.enumerate_sessions(server)
    assert caught.value.server == "NOWHERE"
    assert closings(standin) == (1 if unknown_server == "lazy" else 0)


def test_a_server_that_goes_away(standin: Standin) -> None:
    with Server(NAME) as server:
        standin.break_server(1726, NAME)
        with pytest.raises(ServerUnavailableError):
            wtsfast.enumerate_processes(server)
        standin.break_server(0, NAME)
        assert len(wtsfast.enumerate_processes(server)) == 1


@pytest.mark.parametrize("name", [1, b"RDSH01", 1.5, ["RDSH01"]])
def test_names_are_str(standin: Standin, name: Any) -> None:
    with pytest.raises(TypeError, match="name"):
        Server(name)
    assert standin.calls() == []


def test_a_forgotten_server_closes_itself_with_a_warning(standin: Standin) -> None:
    server = [Server(NAME)]
    with pytest.warns(ResourceWarning, match=NAME):
        server.clear()
    assert closings(standin) == 1


def test_a_closed_server_dies_without_a_warning(standin: Standin) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Server(NAME).close()
        with Server(NAME) as server:
            died = weakref.ref(server.handle)
        del server
        gc.collect()
        assert died() is None
    assert closings(standin) == 2


def test_closing_while_a_call_is_under_way(standin: Standin) -> None:
    server = Server(NAME)
    rows: list[int] = []
    with Threads() as threads, standin.block("WTSEnumerateProcessesEx"):
        threads.start(lambda: rows.append(len(wtsfast.enumerate_processes(server))), count=3)
        standin.wait_until_running("WTSEnumerateProcessesEx", count=3)
        server.close()  # returns although the calls are still there
        assert closings(standin) == 0
        with pytest.raises(ValueError, match="closed"):
            wtsfast.enumerate_processes(server)
    assert rows == [1, 1, 1]
    assert closings(standin) == 1
    asked = [call.sequence for call in standin.calls("WTSEnumerateProcessesEx")]
    assert standin.calls("WTSCloseServer")[0].sequence > max(asked)


def test_closing_from_many_threads(standin: Standin) -> None:
    for _ in range(20):
        server = Server(NAME)
        with Threads() as threads:
            threads.start(server.close, count=4)
    assert closings(standin) == 20


def test_the_handle_of_a_server_is_its_own_owner(standin: Standin) -> None:
    server = Server(NAME)
    handle = server.handle
    assert handle is not None
    assert len(raw.WTSEnumerateProcesses(handle)) == 1
    server.close()
    assert handle.closed
    with pytest.raises(ValueError, match="closed"):
        raw.WTSEnumerateProcesses(handle)


# ---- whose session ----


@pytest.mark.parametrize(
    ("pid", "error"),
    [(None, TypeError), (True, TypeError), ("4", TypeError), (-1, OverflowError), (1 << 32, OverflowError)],
)
def test_bad_pids(pid: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="pid"):
        wtsfast.session_id_of(pid)


def test_a_pid_of_nobody() -> None:
    with pytest.raises(WtsError) as caught:
        wtsfast.session_id_of(0xFFFFFFF0)
    assert (caught.value.winerror, caught.value.function) == (87, "ProcessIdToSessionId")


def test_the_console_is_never_0xffffffff() -> None:
    console = wtsfast.console_session_id()
    assert console is None or 0 <= console < 0xFFFFFFFE


def test_naming_a_session_makes_no_call(standin: Standin) -> None:
    put_sessions(standin, [Session(3, 0, 3, "Console", None, "anna")])
    session = Server().session(3)
    assert session.session_id == 3
    assert standin.calls() == []
    assert session.details().user_name == "anna"
    for session_id, error in (
        (None, TypeError),
        (True, TypeError),
        (0xFFFFFFFF, ValueError),
        (wtsfast.ANY_SESSION, ValueError),
        (-1, OverflowError),
        (1 << 32, OverflowError),
    ):
        with pytest.raises(error):
            Server().session(session_id)  # type: ignore[arg-type]


# ---- end a process, shut down ----


@pytest.fixture(params=[None, NAME], ids=["here", "there"])
def server(request: pytest.FixtureRequest, standin: Standin) -> Iterator[Server]:
    for name in (None, NAME):
        standin.start_scenario(name)
        standin.add_process(400, "notepad.exe", server=name)
    standin.configure(privileges="held")
    with Server(request.param) as opened:
        yield opened


@pytest.mark.parametrize(("arguments", "code"), [((), 1), ((0,), 0), ((0xFFFFFFFF,), 0xFFFFFFFF)])
def test_terminate_process(standin: Standin, server: Server, arguments: tuple[int, ...], code: int) -> None:
    server.terminate_process(400, *arguments)
    (call,) = standin.calls("WTSTerminateProcess")
    assert call.arguments[1:] == (400, code)
    assert (call.arguments[0] != 0) is (server.name is not None)
    assert wtsfast.enumerate_processes(server).get(400) is None


def test_a_process_that_is_not_there(server: Server) -> None:
    with pytest.raises(WtsError) as caught:
        server.terminate_process(401)
    assert (caught.value.winerror, caught.value.server) == (87, server.name)


@pytest.mark.parametrize(
    ("pid", "code", "error"),
    [
        (None, 1, TypeError),
        (True, 1, TypeError),
        ("400", 1, TypeError),
        (-1, 1, OverflowError),
        (1 << 32, 1, OverflowError),
        (400, None, TypeError),
        (400, -1, OverflowError),
    ],
)
def test_bad_arguments_of_terminate(
    standin: Standin, server: Server, pid: Any, code: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        server.terminate_process(pid, code)
    assert standin.calls("WTSTerminateProcess") == []


@pytest.mark.parametrize("flag", [flag for flag in ShutdownFlag if flag != ShutdownFlag.FASTREBOOT])
def test_shutdown(standin: Standin, server: Server, flag: ShutdownFlag) -> None:
    server.shutdown(flag)
    assert standin.shutdown_flag(server.name) == flag
    other = NAME if server.name is None else None
    assert standin.shutdown_flag(other) == 0


@pytest.mark.parametrize("flag", [None, 0, 1, 2, True, "REBOOT", ShutdownFlag.REBOOT | ShutdownFlag.SHUTDOWN])
def test_a_shutdown_takes_one_flag_of_the_enum(standin: Standin, server: Server, flag: Any) -> None:
    with pytest.raises(TypeError, match="ShutdownFlag"):
        server.shutdown(flag)
    assert standin.calls("WTSShutdownSystem") == []


@pytest.mark.parametrize("end", ["terminate_process", "shutdown"])
def test_what_ends_something_has_no_default(server: Server, end: str) -> None:
    with pytest.raises(TypeError):
        getattr(server, end)()


def test_a_shutdown_without_the_privilege(standin: Standin, server: Server) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError) as caught:
        server.shutdown(ShutdownFlag.REBOOT)
    assert (caught.value.winerror, caught.value.server) == (1314, server.name)


# ---- run ----


def test_run_gives_the_handle_and_returns_the_answer(server: Server) -> None:
    answer = object()
    seen: list[Any] = []

    def call(handle: Any) -> object:
        seen.append(handle)
        return answer

    assert server.run("WTSTest", call) is answer
    assert seen == [server.handle]


@pytest.mark.parametrize("options", [{"waits": True}, {"timeout": 20}])
def test_run_waits_on_a_helper_where_the_wait_may_be_long(options: Any) -> None:
    here = Server()
    assert here.run("WTSTest", lambda _: threading.current_thread()) is threading.current_thread()
    assert here.run("WTSTest", lambda _: threading.current_thread(), **options) is not threading.current_thread()


def test_run_on_a_closed_server(server: Server) -> None:
    server.close()
    calls: list[object] = []
    with pytest.raises(ValueError, match="closed"):
        server.run("WTSTest", calls.append)
    assert calls == []
