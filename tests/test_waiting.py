"""Waits that can be given up: timeout, Ctrl-C, late answers, threads, the end of the program."""

import _thread
import contextlib
import gc
import math
import signal
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

import wtsfast
from helpers.standin import Standin
from helpers.waits import HANG, helpers, in_time, join_helpers, once_running, press_ctrl_c, run_program
from wtsfast import raw
from wtsfast.enums import ShutdownFlag
from wtsfast.errors import AccessDeniedError, WtsError, WtsTimeoutError
from wtsfast.waiting import abandonable

OPEN = "WTSOpenServerW"
LOGOFF = "WTSLogoffSession"
CLOSE = "WTSCloseServer"


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> Iterator[None]:
    for server in (None, "RDSH01"):
        if server is not None:
            standin.add_server(server)
        standin.start_scenario(server)
        standin.add_session(1, session_name="Console", user_name="anna", server=server)
        standin.add_session(2, session_name="RDP-Tcp#2", user_name="boris", server=server)
        standin.set_current_session(1, server=server)
    yield
    join_helpers()


def wait_for(call: Callable[[], Any], **options: Any) -> Any:
    return abandonable(call, **{"function": "WTSTest", "server": None, **options})


class Gate:
    """A call that lasts until it is let go."""

    def __init__(self, answer: object = "answer") -> None:
        self.answer = answer
        self.begun = threading.Event()
        self.open = threading.Event()
        self.calls = 0

    def __call__(self) -> Any:
        self.calls += 1
        self.begun.set()
        assert self.open.wait(HANG)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()
    join_helpers()


@contextlib.contextmanager
def ctrl_c_once_begun(gate: Gate, press: Callable[[], None] = press_ctrl_c) -> Iterator[None]:
    def act() -> None:
        assert gate.begun.wait(HANG)
        time.sleep(0.05)
        press()

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def on_a_thread(action: Callable[[], object]) -> Any:
    """Do something on another thread, and give what it returned or raise what it raised."""
    outcome: list[Any] = []

    def act() -> None:
        try:
            outcome.append(action())
        except BaseException as error:  # noqa: BLE001 - it is raised below
            outcome.append(error)

    thread = threading.Thread(target=act)
    thread.start()
    thread.join(HANG)
    assert outcome, "the thread hangs"
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


# ---- answers and errors ----


@pytest.mark.parametrize("answer", ["answer", None, False, 0, [], ValueError])
def test_the_answer_comes_back(answer: object) -> None:
    assert wait_for(lambda: answer) is answer


def test_the_main_thread_waits_while_a_daemon_makes_the_call() -> None:
    seen = wait_for(threading.current_thread, function="WTSOpenServer")
    assert seen is not threading.main_thread()
    assert (seen.name, seen.daemon) == ("wtsfast-WTSOpenServer", True)


@pytest.mark.parametrize("timeout", [0.5, 3600, math.inf, 1e300, Decimal(60)])
def test_an_answer_in_time(timeout: Any) -> None:
    assert wait_for(lambda: "answer", timeout=timeout) == "answer"


def test_other_threads_make_the_call_in_place() -> None:
    assert on_a_thread(lambda: wait_for(threading.current_thread) is threading.current_thread())


def test_other_threads_need_a_helper_for_a_timeout(gate: Gate) -> None:
    with pytest.raises(WtsTimeoutError):
        on_a_thread(lambda: wait_for(gate, timeout=0.05))
    assert on_a_thread(lambda: wait_for(threading.current_thread, timeout=HANG) is not threading.current_thread())


@pytest.mark.parametrize("error", [AccessDeniedError(5, "WTSTest"), KeyError("x"), SystemExit(3), GeneratorExit()])
def test_an_error_of_the_call_reaches_the_caller(error: BaseException) -> None:
    def call() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        wait_for(call)
    assert caught.value is error
    assert "call" in [entry.name for entry in caught.traceback]


@pytest.mark.parametrize("timeout", [None, HANG])
def test_an_error_keeps_nothing_alive(timeout: float | None) -> None:
    class Argument:
        pass

    def fail() -> weakref.ref[Argument]:
        argument = Argument()
        with contextlib.suppress(ValueError):
            wait_for(lambda: int(repr(argument)), timeout=timeout)
        return weakref.ref(argument)

    gc.disable()
    try:
        assert fail()() is None
    finally:
        gc.enable()


# ---- timeout ----


@pytest.mark.parametrize("timeout", [0.05, 0, 0.3])
def test_a_timeout(gate: Gate, timeout: float) -> None:
    with in_time(), pytest.raises(WtsTimeoutError) as caught:
        wait_for(gate, function=LOGOFF, server="RDSH01", timeout=timeout)
    error = caught.value
    assert isinstance(error, TimeoutError)
    assert (error.winerror, error.function, error.server) == (1460, LOGOFF, "RDSH01")
    assert "background" in str(error)


@pytest.mark.parametrize(
    ("timeout", "error"),
    [
        (-1, ValueError),
        (-0.001, ValueError),
        (math.nan, ValueError),
        ("5", TypeError),
        (b"", TypeError),
        ([], TypeError),
        (10**400, OverflowError),
    ],
)
@pytest.mark.parametrize("main", [True, False])
def test_a_bad_timeout_is_refused_before_the_call(gate: Gate, timeout: Any, error: type[Exception], main: bool) -> None:
    gate.open.set()
    with pytest.raises(error):
        wait_for(gate, timeout=timeout) if main else on_a_thread(lambda: wait_for(gate, timeout=timeout))
    join_helpers()
    assert gate.calls == 0


def test_an_answer_is_returned_or_thrown_away_and_never_both() -> None:
    thrown: list[int] = []
    returned: list[int] = []
    for number in range(200):

        def call(number: int = number) -> int:
            time.sleep(0.002)
            return number

        with contextlib.suppress(WtsTimeoutError):
            returned.append(wait_for(call, timeout=0.001 + number % 3 / 1000, discard=thrown.append))
    join_helpers()
    assert sorted(returned + thrown) == list(range(200))


# ---- Ctrl-C ----


@pytest.mark.parametrize("press", [press_ctrl_c, _thread.interrupt_main], ids=["signal", "interrupt_main"])
@pytest.mark.parametrize("timeout", [None, HANG])
def test_ctrl_c(gate: Gate, press: Callable[[], None], timeout: float | None) -> None:
    with ctrl_c_once_begun(gate, press), in_time(HANG / 2), pytest.raises(KeyboardInterrupt):
        wait_for(gate, timeout=timeout)
    assert [thread.name for thread in helpers()] == ["wtsfast-WTSTest"]


def test_a_signal_handler_that_returns_does_not_end_the_wait(gate: Gate) -> None:
    seen: list[int] = []

    def handler(number: int, _: object) -> None:
        seen.append(number)
        gate.open.set()

    before = signal.signal(signal.SIGINT, handler)
    try:
        with ctrl_c_once_begun(gate):
            assert wait_for(gate) == "answer"
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]


def test_an_exception_of_a_signal_handler_comes_through(gate: Gate) -> None:
    thrown: list[object] = []

    def handler(*_: object) -> None:
        raise LookupError

    before = signal.signal(signal.SIGINT, handler)
    try:
        with ctrl_c_once_begun(gate), pytest.raises(LookupError):
            wait_for(gate, discard=thrown.append)
    finally:
        signal.signal(signal.SIGINT, before)
    gate.open.set()
    join_helpers()
    assert thrown == ["answer"]


# ---- what comes too late ----


@pytest.mark.parametrize("way", ["timeout", "ctrl_c"])
def test_a_late_answer_is_thrown_away_once(gate: Gate, way: str) -> None:
    thrown: list[object] = []
    if way == "timeout":
        with pytest.raises(WtsTimeoutError):
            wait_for(gate, timeout=0.05, discard=thrown.append)
    else:
        with ctrl_c_once_begun(gate), pytest.raises(KeyboardInterrupt):
            wait_for(gate, discard=thrown.append)
    assert thrown == []
    gate.open.set()
    join_helpers()
    assert thrown == ["answer"]


def test_a_late_error_is_nobodys(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    thrown: list[object] = []
    gate.answer = AccessDeniedError(5, "WTSTest")
    with pytest.raises(WtsTimeoutError):
        wait_for(gate, timeout=0.05, discard=thrown.append)
    gate.open.set()
    join_helpers()
    assert thrown == []
    assert capsys.readouterr().err == ""


def test_a_late_server_is_closed(standin: Standin) -> None:
    with standin.block(OPEN), once_running(standin, OPEN), in_time(), pytest.raises(KeyboardInterrupt):
        wtsfast.Server("RDSH01")
    join_helpers()
    (opened,) = standin.calls(OPEN)
    (closed,) = standin.calls(CLOSE)
    assert (closed.arguments[0], closed.thread_id) == (opened.result, opened.thread_id)


def test_a_late_token_is_closed(standin: Standin) -> None:
    standin.configure(privileges="held")
    with standin.block("WTSQueryUserToken"), pytest.raises(WtsTimeoutError):
        wait_for(lambda: raw.WTSQueryUserToken(2), timeout=0.05, discard=lambda token: token.close())
    join_helpers()
    assert standin.calls("WTSQueryUserToken")[0].error == 0
    assert standin.live_handles() == {}


def test_a_late_result_gives_its_memory_back(standin: Standin) -> None:
    with standin.block("WTSEnumerateSessionsExW"), pytest.raises(WtsTimeoutError):
        wait_for(lambda: raw.WTSEnumerateSessionsEx(None, as_buffer=True), timeout=0.05)
    join_helpers()
    assert standin.calls("WTSEnumerateSessionsExW")[0].error == 0
    assert standin.live_blocks() == {}


def test_the_arguments_of_an_abandoned_call_stay_alive(standin: Standin) -> None:
    with standin.block("WTSSendMessageW"):
        with pytest.raises(WtsTimeoutError):
            wtsfast.Server().session(2).send_message("T" * 500, "\U0001f600" * 500, timeout=0.1, wait=True)
        gc.collect()
        rubbish = [("X" * 500) + str(number) for number in range(2000)]
    del rubbish
    box = standin.wait_for_message()
    standin.answer_message(2, raw.IDOK)
    assert (box.title, box.message) == ("T" * 500, "\U0001f600" * 500)


def test_many_abandoned_calls_at_once(standin: Standin) -> None:
    standin.configure(logoff_time=-1)
    servers = [wtsfast.Server("RDSH01") for _ in range(20)]
    with standin.block(LOGOFF):
        with in_time(20 * 1.0 + HANG):
            for server in servers:
                with pytest.raises(WtsTimeoutError):
                    server.session(2).logoff(timeout=0.01)
        standin.wait_until_running(LOGOFF, count=20)
        for server in servers:
            server.close()
        assert standin.calls(CLOSE) == []
    join_helpers()
    assert len(standin.calls(CLOSE)) == 20
    assert standin.live_handles() == {}


# ---- closing ----


def test_close_does_not_wait_for_an_abandoned_call_nor_pull_its_handle_away(standin: Standin) -> None:
    with standin.block(LOGOFF):
        with wtsfast.Server("RDSH01") as server, pytest.raises(WtsTimeoutError):
            server.session(2).logoff(wait=True, timeout=0.05)
        assert server.closed
        assert standin.calls(CLOSE) == []
        with pytest.raises(ValueError, match="closed"):
            server.session(2).disconnect()
    join_helpers()
    (logoff,) = standin.calls(LOGOFF)
    (close,) = standin.calls(CLOSE)
    assert logoff.sequence < close.sequence
    assert (close.arguments[0], close.thread_id) == (logoff.arguments[0], logoff.thread_id)
    assert (logoff.error, standin.session_state(2, server="RDSH01")) == (0, None)


def test_close_does_not_wait_for_a_server_that_is_dead(standin: Standin) -> None:
    server = wtsfast.Server("RDSH01")
    with standin.block(CLOSE), in_time():
        server.close()
        assert server.closed
        assert standin.running(CLOSE) == 1
        server.close()
    join_helpers()
    assert len(standin.calls(CLOSE)) == 1


def test_ctrl_c_while_a_server_closes(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wtsfast.server.CLOSING_SECONDS", HANG)
    server = wtsfast.Server("RDSH01")
    with standin.block(CLOSE), once_running(standin, CLOSE), in_time(), pytest.raises(KeyboardInterrupt):
        server.close()
    assert server.closed


def test_a_server_that_dies_open_warns_and_closes(standin: Standin) -> None:
    server = wtsfast.Server("RDSH01")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del server
        gc.collect()
    assert [(warning.category, "RDSH01" in str(warning.message)) for warning in caught] == [(ResourceWarning, True)]
    assert len(standin.calls(CLOSE)) == 1


def test_a_server_that_dies_while_an_abandoned_call_runs(standin: Standin) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with standin.block(LOGOFF):
            with pytest.raises(WtsTimeoutError):
                wtsfast.Server("RDSH01").session(2).logoff(timeout=0.05)
            gc.collect()
            assert standin.calls(CLOSE) == []
        join_helpers()
        gc.collect()
    assert [warning.category for warning in caught] == [ResourceWarning]
    assert len(standin.calls(CLOSE)) == 1


# ---- everything that reaches a server can be given up ----


def in_threads(server: wtsfast.Server) -> object:
    return wtsfast.query_sessions(server, workers=4)


REMOTE_CALLS: dict[str, tuple[str, Callable[[wtsfast.Server], object]]] = {
    "terminate_process": ("WTSTerminateProcess", lambda server: server.terminate_process(4)),
    "shutdown": ("WTSShutdownSystem", lambda server: server.shutdown(ShutdownFlag.LOGOFF)),
    "query": ("WTSQuerySessionInformationW", lambda server: server.session(2).query(5)),
    "details": ("WTSQuerySessionInformationW", lambda server: server.session(2).details()),
    "details, the list": ("WTSEnumerateSessionsExW", lambda server: server.session(2).details()),
    "send_message": ("WTSSendMessageW", lambda server: server.session(2).send_message("T", "?", wait=True)),
    "logoff": ("WTSLogoffSession", lambda server: server.session(2).logoff(wait=True)),
    "disconnect": ("WTSDisconnectSession", lambda server: server.session(2).disconnect(wait=True)),
    "enumerate_sessions": ("WTSEnumerateSessionsExW", wtsfast.enumerate_sessions),
    "enumerate_processes": ("WTSEnumerateProcessesExW", wtsfast.enumerate_processes),
    "query_sessions": ("WTSQuerySessionInformationW", wtsfast.query_sessions),
    "query_sessions, in threads": ("WTSQuerySessionInformationW", in_threads),
}
each_remote_call = pytest.mark.parametrize(("function", "call"), REMOTE_CALLS.values(), ids=list(REMOTE_CALLS))


@each_remote_call
def test_ctrl_c_ends_the_wait_for_a_server(standin: Standin, function: str, call: Callable[..., object]) -> None:
    standin.configure(auto_response=raw.IDOK)  # later, when nobody waits any more
    with (
        standin.block(function),
        wtsfast.Server("RDSH01") as server,
        once_running(standin, function),
        in_time(),
        pytest.raises(KeyboardInterrupt),
    ):
        call(server)
    join_helpers()


@each_remote_call
def test_other_threads_ask_a_server_in_place(standin: Standin, function: str, call: Callable[..., object]) -> None:
    standin.fail(function, 1722, times=-1)
    identities: list[int] = []

    def ask(server: wtsfast.Server) -> None:
        identities.append(threading.get_native_id())
        with contextlib.suppress(WtsError):
            call(server)

    with wtsfast.Server("RDSH01") as server:
        on_a_thread(lambda: ask(server))
    made = {entry.thread_id for entry in standin.calls(function)}
    assert made
    if call is not in_threads:
        assert made == set(identities)


# ---- the end of the program ----

PREAMBLE = """
import threading
import time
from helpers.standin_driver import Standin, standin_path
import wtsfast

standin = Standin(standin_path())
standin.add_server("RDSH01")
standin.start_scenario("RDSH01")
for number in range(1, 9):
    standin.add_session(number, user_name="anna", server="RDSH01")
server = wtsfast.Server("RDSH01")
"""

PROGRAMS = {
    "timeout": """
standin.block("WTSLogoffSession")
try:
    server.session(2).logoff(wait=True, timeout=0.1)
except wtsfast.WtsTimeoutError:
    print(standin.running("WTSLogoffSession"))
""",
    "Ctrl-C": """
import signal
standin.block("WTSOpenServerW")
def press():
    standin.wait_until_running("WTSOpenServerW")
    signal.raise_signal(signal.SIGINT)
threading.Thread(target=press).start()
try:
    wtsfast.Server("RDSH01")
except KeyboardInterrupt:
    print(standin.running("WTSOpenServerW"))
""",
    "threads of query_sessions": """
import signal
standin.block("WTSQuerySessionInformationW")
def press():
    standin.wait_until_running("WTSQuerySessionInformationW", count=4)
    signal.raise_signal(signal.SIGINT)
threading.Thread(target=press).start()
try:
    wtsfast.query_sessions(server, workers=4)
except KeyboardInterrupt:
    print(bool(standin.running("WTSQuerySessionInformationW")) + 0)
""",
    "the call ends while the program does": """
standin.block("WTSLogoffSession", times=1)
standin.delay("WTSLogoffSession", 0.02)
try:
    server.session(2).logoff(wait=True, timeout=0)
except wtsfast.WtsTimeoutError:
    print(1)
threading.Timer(0.0, standin.dll.standin_reset, (0,)).start()
""",
    "a server is asked and closed at exit": """
import atexit
def last_words():
    server.session(2).disconnect()
    server.close()
    print(len(standin.calls("WTSDisconnectSession")), flush=True)
atexit.register(last_words)
""",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=list(PROGRAMS))
def test_the_program_ends_promptly(program: str) -> None:
    done = run_program(PREAMBLE + program)
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert "Traceback" not in done.stderr
