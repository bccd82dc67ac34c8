"""wtsfast.raw: WTSWaitSystemEvent, and all ways to end a wait."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from helpers.standin import Standin
from wtsfast import raw
from wtsfast.enums import SystemEvent
from wtsfast.errors import ServerUnavailableError, WtsError

EXPORT = "WTSWaitSystemEvent"


class Waiter:
    """A wait on a thread of its own."""

    def __init__(self, server: Any = None, mask: int = raw.WTS_EVENT_ALL) -> None:
        self.outcome: Any = None
        self.thread = threading.Thread(target=self._wait, args=(server, mask))
        self.thread.start()

    def _wait(self, server: Any, mask: int) -> None:
        try:
            self.outcome = raw.WTSWaitSystemEvent(server, mask)
        except Exception as error:  # noqa: BLE001 - whatever it is, a test looks at it
            self.outcome = error

    def result(self, timeout: float = 10.0) -> Any:
        """Give what the wait returned, or the exception that it raised."""
        self.thread.join(timeout)
        assert not self.thread.is_alive(), "the wait does not end"
        return self.outcome


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.add_server("RDSH01")


@pytest.fixture
def server(standin: Standin) -> Iterator[raw.ServerHandle]:
    with raw.WTSOpenServer("RDSH01") as handle:
        yield handle


def soon(action: Callable[[], object], seconds: float = 0.2) -> threading.Timer:
    """Do something a little later, on another thread."""
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def press_ctrl_c() -> None:
    signal.raise_signal(signal.SIGINT)


# ---- events ----


@pytest.mark.parametrize("remote", [False, True])
def test_an_event_ends_the_wait(standin: Standin, server: raw.ServerHandle, remote: bool) -> None:
    waiter = Waiter(server if remote else None)
    standin.wait_until_waiting()
    standin.raise_event(raw.WTS_EVENT_LOGON | raw.WTS_EVENT_STATECHANGE, server="RDSH01" if remote else None)
    assert waiter.result() == SystemEvent.LOGON | SystemEvent.STATECHANGE
    assert isinstance(waiter.outcome, SystemEvent)


def test_the_mask_selects(standin: Standin) -> None:
    waiter = Waiter(mask=raw.WTS_EVENT_LOGOFF)
    standin.wait_until_waiting()
    standin.raise_event(raw.WTS_EVENT_LOGON)
    assert standin.waits() == 1
    standin.raise_event(raw.WTS_EVENT_LOGOFF | raw.WTS_EVENT_LICENSE)
    assert waiter.result() is SystemEvent.LOGOFF
    assert [call.arguments[1] for call in standin.calls(EXPORT)] == [raw.WTS_EVENT_LOGOFF]


def test_bits_that_no_member_has_are_kept(standin: Standin) -> None:
    waiter = Waiter()
    standin.wait_until_waiting()
    standin.raise_event(0x40000000 | raw.WTS_EVENT_CREATE)
    assert int(waiter.result()) == 0x40000001


def test_mask_0_returns_at_once(standin: Standin) -> None:
    assert raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_NONE) == SystemEvent.NONE


def test_a_second_wait_fails(standin: Standin) -> None:
    waiter = Waiter()
    standin.wait_until_waiting()
    with pytest.raises(WtsError) as caught:
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL)
    assert caught.value.winerror == 7024
    raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
    assert waiter.result() == SystemEvent.NONE


def test_a_server_that_breaks_ends_the_wait(standin: Standin, server: raw.ServerHandle) -> None:
    waiter = Waiter(server)
    standin.wait_until_waiting()
    standin.break_server(1726, "RDSH01")
    assert isinstance(waiter.result(), ServerUnavailableError)
    assert waiter.outcome.server == "RDSH01"


@pytest.mark.parametrize("code", [5, 1722])
def test_a_wait_that_fails_at_once(standin: Standin, code: int) -> None:
    standin.fail(EXPORT, code)
    with pytest.raises(WtsError) as caught:
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL)
    assert (caught.value.winerror, caught.value.function) == (code, EXPORT)


def test_other_threads_run_meanwhile(standin: Standin) -> None:
    waiter = Waiter()
    standin.wait_until_waiting()
    assert sum(range(100_000)) > 0
    standin.raise_event(raw.WTS_EVENT_CREATE)
    assert waiter.result() == SystemEvent.CREATE


# ---- flush ----


@pytest.mark.parametrize("remote", [False, True])
def test_a_flush_ends_the_wait(standin: Standin, server: raw.ServerHandle, remote: bool) -> None:
    handle = server if remote else None
    waiter = Waiter(handle)
    standin.wait_until_waiting()
    assert raw.WTSWaitSystemEvent(handle, raw.WTS_EVENT_FLUSH) == SystemEvent.NONE
    assert waiter.result() == SystemEvent.NONE


def test_a_flush_before_the_wait_has_begun(standin: Standin) -> None:
    with standin.block(EXPORT, times=1):
        waiter = Waiter()
        standin.wait_until_running(EXPORT)
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
        time.sleep(0.2)
        assert waiter.thread.is_alive()
    assert waiter.result() == SystemEvent.NONE


def test_a_flush_ends_the_waits_on_its_own_server_only(standin: Standin, server: raw.ServerHandle) -> None:
    local, remote = Waiter(), Waiter(server)
    standin.wait_until_waiting(2)
    raw.WTSWaitSystemEvent(server, raw.WTS_EVENT_FLUSH)
    assert remote.result() == SystemEvent.NONE
    assert local.thread.is_alive()
    raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
    assert local.result() == SystemEvent.NONE


def test_a_flush_may_free_everybody(standin: Standin, server: raw.ServerHandle) -> None:
    standin.configure(flush_everyone=1)
    local, remote = Waiter(), Waiter(server)
    standin.wait_until_waiting(2)
    raw.WTSWaitSystemEvent(server, raw.WTS_EVENT_FLUSH)
    assert (local.result(), remote.result()) == (SystemEvent.NONE, SystemEvent.NONE)


def test_a_flush_that_fails(standin: Standin) -> None:
    waiter = Waiter()
    standin.wait_until_waiting()
    standin.fail(EXPORT, 5)
    with pytest.raises(WtsError):
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
    assert waiter.thread.is_alive()
    raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
    assert waiter.result() == SystemEvent.NONE


def test_a_flush_without_a_wait_does_not_touch_the_next_one(standin: Standin) -> None:
    raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
    waiter = Waiter()
    standin.wait_until_waiting()
    standin.raise_event(raw.WTS_EVENT_LOGON)
    assert waiter.result() == SystemEvent.LOGON


# ---- close ----


def test_close_ends_the_wait(standin: Standin) -> None:
    server = raw.WTSOpenServer("RDSH01")
    waiter = Waiter(server)
    standin.wait_until_waiting()
    began = time.monotonic()
    server.close()
    assert time.monotonic() - began < 1
    assert waiter.result() == SystemEvent.NONE
    assert len(standin.calls("WTSCloseServer")) == 1
    with pytest.raises(ValueError, match="closed"):
        raw.WTSWaitSystemEvent(server, raw.WTS_EVENT_ALL)


def test_close_before_the_wait_has_begun(standin: Standin) -> None:
    server = raw.WTSOpenServer("RDSH01")
    with standin.block(EXPORT, times=1):
        waiter = Waiter(server)
        standin.wait_until_running(EXPORT)
        server.close()
        assert standin.calls("WTSCloseServer") == []
    assert waiter.result() == SystemEvent.NONE
    assert len(standin.calls("WTSCloseServer")) == 1


def test_close_and_wait_may_race(standin: Standin) -> None:
    for delay in range(10):
        server = raw.WTSOpenServer("RDSH01")
        waiter = Waiter(server)
        time.sleep(delay / 1000)
        server.close()
        outcome = waiter.result()
        assert outcome == SystemEvent.NONE or isinstance(outcome, ValueError)
    assert len(standin.calls("WTSCloseServer")) == 10


# ---- Ctrl-C ----


@pytest.mark.parametrize("remote", [False, True])
def test_ctrl_c_ends_the_wait(standin: Standin, server: raw.ServerHandle, remote: bool) -> None:
    rescue = soon(lambda: standin.raise_event(0x7FFFFFFF, server="RDSH01" if remote else None), 20)
    soon(press_ctrl_c)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        raw.WTSWaitSystemEvent(server if remote else None, raw.WTS_EVENT_ALL)
    assert time.monotonic() - began < 2
    assert standin.waits() == 0
    rescue.cancel()


def test_ctrl_c_before_the_wait_has_begun(standin: Standin) -> None:
    rule = standin.block(EXPORT, times=1)
    soon(press_ctrl_c, 0.2)
    soon(rule.release, 0.5)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL)
    assert 0.4 < time.monotonic() - began < 2
    assert standin.running() == 0


def test_ctrl_c_does_not_wait_for_a_server_that_does_not_answer(standin: Standin) -> None:
    rule = standin.block(EXPORT, times=1)
    soon(press_ctrl_c, 0.1)
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL)
    assert time.monotonic() - began < 3
    assert standin.running(EXPORT) == 1
    standin.raise_event(raw.WTS_EVENT_LOGON)
    rule.release()  # what was left behind ends here, with nobody to tell
    raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
    deadline = time.monotonic() + 5
    while standin.running() and time.monotonic() < deadline:
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
        time.sleep(0.02)
    assert standin.running() == 0


def let_go(standin: Standin) -> None:
    """Flush until the waits that were left behind have ended."""
    deadline = time.monotonic() + 10
    while standin.running() and time.monotonic() < deadline:
        raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_FLUSH)
        time.sleep(0.02)
    assert standin.running() == 0


@pytest.mark.parametrize("begun", [False, True])
def test_ctrl_c_does_not_wait_for_a_flush_that_does_not_return(standin: Standin, begun: bool) -> None:
    with standin.block(EXPORT, nth=2 if begun else 1):
        soon(press_ctrl_c, 0.2)
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL)
        assert time.monotonic() - began < 10
        assert standin.running(EXPORT) == 2
    let_go(standin)


def test_a_handle_is_not_closed_while_a_flush_on_it_is_under_way(standin: Standin) -> None:
    server = raw.WTSOpenServer("RDSH01")
    with standin.block(EXPORT, nth=2):
        waiter = Waiter(server)
        standin.wait_until_waiting()
        server.close()
        standin.wait_until_running(EXPORT, count=2)
        standin.raise_event(raw.WTS_EVENT_LOGON, server="RDSH01")  # so the wait ends, and the flush does not
        deadline = time.monotonic() + 10
        while standin.waits() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (standin.waits(), standin.running(EXPORT)) == (0, 1)
        assert standin.calls("WTSCloseServer") == []
    assert waiter.result() == SystemEvent.LOGON
    assert len(standin.calls("WTSCloseServer")) == 1


def test_a_signal_handler_that_returns_does_not_end_the_wait(standin: Standin) -> None:
    seen: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
    try:
        soon(press_ctrl_c, 0.1)
        soon(lambda: standin.raise_event(raw.WTS_EVENT_LOGON), 0.6)
        assert raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL) == SystemEvent.LOGON
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]


def test_an_exception_of_a_signal_handler_comes_through(standin: Standin) -> None:
    class AlarmError(Exception):
        pass

    def ring(*_: object) -> None:
        raise AlarmError

    before = signal.signal(signal.SIGINT, ring)
    try:
        soon(press_ctrl_c, 0.1)
        with pytest.raises(AlarmError):
            raw.WTSWaitSystemEvent(None, raw.WTS_EVENT_ALL)
    finally:
        signal.signal(signal.SIGINT, before)


# ---- arguments, leaks, the end ----


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        (None, TypeError),
        (True, TypeError),
        ("1", TypeError),
        (1.0, TypeError),
        (-1, OverflowError),
        (1 << 32, OverflowError),
    ],
)
def test_bad_masks(standin: Standin, mask: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="event_mask"):
        raw.WTSWaitSystemEvent(None, mask)
    assert standin.calls(EXPORT) == []


@pytest.mark.parametrize("mask", [raw.WTS_EVENT_ALL, raw.WTS_EVENT_FLUSH])
@pytest.mark.parametrize("server", [0, -1, "RDSH01", object()])
def test_what_is_no_handle_is_refused(standin: Standin, server: Any, mask: int) -> None:
    with pytest.raises(TypeError, match="server"):
        raw.WTSWaitSystemEvent(server, mask)
    assert standin.calls(EXPORT) == []


def test_many_waits_leave_nothing_behind(standin: Standin, server: raw.ServerHandle) -> None:
    kernel32 = ctypes.WinDLL("kernel32")
    kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    count = ctypes.c_uint32()

    def handles() -> int:
        kernel32.GetProcessHandleCount(ctypes.c_void_p(kernel32.GetCurrentProcess()), ctypes.byref(count))
        return count.value

    def rounds(number: int) -> None:
        for _ in range(number):
            raw.WTSWaitSystemEvent(server, raw.WTS_EVENT_NONE)

    rounds(5)
    blocks, natives = sys.getallocatedblocks(), handles()
    rounds(100)
    assert sys.getallocatedblocks() - blocks < 60
    assert handles() - natives < 10


PROGRAM_THAT_ENDS = """
import threading
import time
from helpers.standin_driver import Standin, standin_path
from wtsfast import raw

standin = Standin(standin_path())
threading.Thread(target=raw.WTSWaitSystemEvent, args=(None, raw.WTS_EVENT_ALL), daemon=True).start()
standin.wait_until_waiting()
print("waits")
"""


def test_a_program_may_end_while_a_daemon_thread_waits(standin: Standin) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM_THAT_ENDS], cwd="tests", capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "waits\n"), done.stderr
