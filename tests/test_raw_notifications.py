"""Session notifications and render hints: what is said about windows, with real ones."""

import struct
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from helpers.call_log import Failure, exceptions_of
from helpers.standin import KEEP_LAST_ERROR, Standin
from helpers.windows import create_window, destroy_window, messages
from wtsfast import raw
from wtsfast.errors import AccessDeniedError, ServerUnavailableError, WtsError

SESSION, OTHER = 7, 8
THIS, ALL = raw.NOTIFY_FOR_THIS_SESSION, raw.NOTIFY_FOR_ALL_SESSIONS
NO_WINDOW = 0x7FFF0001


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.start_scenario()
    standin.set_current_session(SESSION)
    standin.add_session(SESSION, is_remote=1)
    standin.add_session(OTHER)
    standin.add_server("RDSH01")


@pytest.fixture
def server() -> Iterator[raw.ServerHandle]:
    with raw.WTSOpenServer("RDSH01") as handle:
        yield handle


# ---- notifications ----


def test_this_session(standin: Standin, window: int) -> None:
    raw.WTSRegisterSessionNotification(window, THIS)
    standin.raise_event(0, session_id=OTHER, notification=raw.WTS_SESSION_LOCK)
    standin.raise_event(0, session_id=SESSION, notification=raw.WTS_SESSION_DESKTOP_READY)
    assert messages(window) == [(0xF, SESSION)]
    raw.WTSUnRegisterSessionNotification(window)
    standin.raise_event(0, session_id=SESSION, notification=raw.WTS_SESSION_LOCK)
    assert messages(window) == []


def test_all_sessions(standin: Standin, window: int) -> None:
    raw.WTSRegisterSessionNotification(window, ALL)
    standin.raise_event(0, session_id=OTHER, notification=raw.WTS_SESSION_LOCK)
    raw.WTSUnRegisterSessionNotification(window)
    assert messages(window) == [(raw.WTS_SESSION_LOCK, OTHER)]


def test_registrations_are_counted_and_the_first_flags_stay(standin: Standin, window: int) -> None:
    raw.WTSRegisterSessionNotification(window, THIS)
    raw.WTSRegisterSessionNotification(window, ALL)
    standin.raise_event(0, session_id=OTHER, notification=raw.WTS_SESSION_LOCK)
    assert messages(window) == []
    raw.WTSUnRegisterSessionNotification(window)
    standin.raise_event(0, session_id=SESSION, notification=raw.WTS_SESSION_LOCK)
    assert messages(window) == [(raw.WTS_SESSION_LOCK, SESSION)]
    raw.WTSUnRegisterSessionNotification(window)
    with pytest.raises(WtsError):
        raw.WTSUnRegisterSessionNotification(window)


def test_a_server(standin: Standin, window: int, server: raw.ServerHandle) -> None:
    raw.WTSRegisterSessionNotificationEx(server, window, ALL)
    standin.raise_event(0, session_id=3, notification=raw.WTS_SESSION_LOGON, server="RDSH01")
    standin.raise_event(0, session_id=OTHER, notification=raw.WTS_SESSION_LOGON)
    raw.WTSUnRegisterSessionNotificationEx(server, window)
    assert messages(window) == [(raw.WTS_SESSION_LOGON, 3)]


def test_no_server_is_this_machine(standin: Standin, window: int) -> None:
    raw.WTSRegisterSessionNotificationEx(None, window, ALL)
    standin.raise_event(0, session_id=OTHER, notification=raw.WTS_SESSION_LOGON)
    raw.WTSUnRegisterSessionNotificationEx(raw.WTS_CURRENT_SERVER_HANDLE, window)
    assert messages(window) == [(raw.WTS_SESSION_LOGON, OTHER)]


def test_flags_for_a_server_are_windows_business(standin: Standin, window: int, server: raw.ServerHandle) -> None:
    standin.configure(remote_flags_refused=1)
    with pytest.raises(WtsError) as caught:
        raw.WTSRegisterSessionNotificationEx(server, window, ALL)
    assert (caught.value.winerror, caught.value.server) == (87, "RDSH01")
    raw.WTSRegisterSessionNotificationEx(server, window, THIS)
    raw.WTSUnRegisterSessionNotificationEx(server, window)


def test_another_thread_may_register(standin: Standin, window: int) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(raw.WTSRegisterSessionNotification, window, ALL).result()
        pool.submit(raw.WTSUnRegisterSessionNotification, window).result()
        assert not pool.submit(destroy_window, window).result()  # but not destroy: that is for the window's own thread


def test_a_window_that_was_destroyed(standin: Standin) -> None:
    window = create_window()
    destroy_window(window)
    with pytest.raises(WtsError) as caught:
        raw.WTSRegisterSessionNotification(window, ALL)
    assert caught.value.winerror == 1400


CALLS: dict[str, Callable[[int], None]] = {
    "WTSRegisterSessionNotification": lambda hwnd: raw.WTSRegisterSessionNotification(hwnd, ALL),
    "WTSRegisterSessionNotificationEx": lambda hwnd: raw.WTSRegisterSessionNotificationEx(None, hwnd, ALL),
    "WTSUnRegisterSessionNotification": raw.WTSUnRegisterSessionNotification,
    "WTSUnRegisterSessionNotificationEx": lambda hwnd: raw.WTSUnRegisterSessionNotificationEx(None, hwnd),
}
each_call = pytest.mark.parametrize(("function", "call"), CALLS.items(), ids=CALLS)


@each_call
@pytest.mark.parametrize(
    ("code", "kind"), [(1702, ServerUnavailableError), (5, AccessDeniedError), (87, WtsError), (0, WtsError)]
)
def test_failures(
    standin: Standin, window: int, function: str, call: Callable[[int], None], code: int, kind: type[WtsError]
) -> None:
    standin.fail(function, code or KEEP_LAST_ERROR)
    with pytest.raises(kind) as caught:
        call(window)
    assert (type(caught.value), caught.value.winerror, caught.value.function) == (kind, code, function)


@pytest.mark.parametrize("failure", exceptions_of(*CALLS), ids=str)
def test_documented_failures(standin: Standin, window: int, failure: Failure) -> None:
    standin.fail(failure.function, failure.injected)
    with pytest.raises(WtsError) as caught:
        CALLS[failure.function](window)
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)


def test_too_early_in_the_start_of_windows_has_a_hint(standin: Standin, window: int) -> None:
    standin.fail("WTSRegisterSessionNotification", 1702)
    with pytest.raises(ServerUnavailableError) as caught:
        raw.WTSRegisterSessionNotification(window, ALL)
    assert "try again" in (caught.value.hint or "")


@each_call
@pytest.mark.parametrize("hwnd", [None, True, "5", 1.0, 1 << 64, -(1 << 63) - 1], ids=str)
def test_what_is_no_window_number(standin: Standin, function: str, call: Callable[[Any], None], hwnd: Any) -> None:
    with pytest.raises((TypeError, OverflowError)):
        call(hwnd)
    assert standin.calls() == []


@each_call
@pytest.mark.parametrize("hwnd", [0, NO_WINDOW, -1, -(1 << 31), (1 << 64) - 1])
def test_numbers_of_no_window_are_windows_business(
    standin: Standin, function: str, call: Callable[[int], None], hwnd: int
) -> None:
    with pytest.raises(WtsError):
        call(hwnd)
    assert standin.calls(function)[0].arguments[1] == hwnd % (1 << 64)


@pytest.mark.parametrize("flags", [-1, 1 << 32, None, True], ids=str)
def test_odd_flags(standin: Standin, window: int, flags: Any) -> None:
    with pytest.raises((TypeError, OverflowError), match="flags"):
        raw.WTSRegisterSessionNotification(window, flags)
    with pytest.raises((TypeError, OverflowError), match="flags"):
        raw.WTSRegisterSessionNotificationEx(None, window, flags)
    assert standin.calls() == []


def test_servers_that_are_none(standin: Standin, window: int) -> None:
    closed = raw.WTSOpenServer("RDSH01")
    closed.close()
    standin.forget_calls()
    for server, kind in ((closed, ValueError), ("RDSH01", TypeError), (0, TypeError)):
        with pytest.raises(kind):
            raw.WTSRegisterSessionNotificationEx(server, window, ALL)  # type: ignore[arg-type]
        with pytest.raises(kind):
            raw.WTSUnRegisterSessionNotificationEx(server, window)  # type: ignore[arg-type]
    assert standin.calls() == []


@each_call
def test_other_threads_run_meanwhile(standin: Standin, window: int, function: str, call: Callable[[int], None]) -> None:
    if function.startswith("WTSUn"):
        raw.WTSRegisterSessionNotification(window, ALL)
    with standin.block(function) as rule:
        thread = threading.Thread(target=call, args=(window,))
        thread.start()
        standin.wait_until_running(function)
        rule.release()
        thread.join(10)
        assert not thread.is_alive()
    if function.startswith("WTSRegister"):
        raw.WTSUnRegisterSessionNotification(window)


def test_closing_a_server_while_a_window_is_registered_with_it(
    standin: Standin, window: int, server: raw.ServerHandle
) -> None:
    with standin.block("WTSRegisterSessionNotificationEx") as rule, ThreadPoolExecutor(1) as pool:
        registering = pool.submit(raw.WTSRegisterSessionNotificationEx, server, window, ALL)
        standin.wait_until_running("WTSRegisterSessionNotificationEx")
        server.close()
        assert standin.calls("WTSCloseServer") == []
        rule.release()
        registering.result(10)
    assert len(standin.calls("WTSCloseServer")) == 1
    with raw.WTSOpenServer("RDSH01") as again:
        raw.WTSUnRegisterSessionNotificationEx(again, window)


# ---- render hints ----


def test_a_render_hint(standin: Standin, window: int) -> None:
    hint = raw.WTSSetRenderHint(0, window, raw.RENDER_HINT_VIDEO, b"")
    assert hint > 0
    rectangle = struct.pack("<4i", 0, 0, 640, 480)
    assert raw.WTSSetRenderHint(hint, window, raw.RENDER_HINT_MAPPEDWINDOW, bytearray(rectangle)) == hint
    raw.WTSSetRenderHint(hint, window, raw.RENDER_HINT_CLEAR, b"")
    assert [call.arguments[2:4] for call in standin.calls("WTSSetRenderHint")] == [(1, 0), (2, 16), (0, 0)]
    assert [bool(call.arguments[4]) for call in standin.calls("WTSSetRenderHint")] == [False, True, False]


@pytest.mark.parametrize(
    ("hresult", "winerror", "kind"),
    [
        (0x80004005, 0x80004005, WtsError),
        (0x80070005, 5, AccessDeniedError),
        (0x80070057, 87, WtsError),
        (0x8007000E, 14, WtsError),
        (0xD0000022, 0xD0000022, WtsError),
    ],
)
def test_an_hresult_that_means_failure(
    standin: Standin, window: int, hresult: int, winerror: int, kind: type[WtsError]
) -> None:
    standin.fail("WTSSetRenderHint", hresult)
    with pytest.raises(kind) as caught:
        raw.WTSSetRenderHint(0, window, 1, b"")
    assert (caught.value.winerror, caught.value.function) == (winerror, "WTSSetRenderHint")


@pytest.mark.parametrize("failure", exceptions_of("WTSSetRenderHint"), ids=str)
def test_documented_failures_of_a_render_hint(standin: Standin, window: int, failure: Failure) -> None:
    hresult = failure.error if failure.error >= 1 << 31 else 0x80070000 | failure.error
    standin.fail("WTSSetRenderHint", hresult)
    with pytest.raises(WtsError) as caught:
        raw.WTSSetRenderHint(0, window, 1, b"")
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)


@pytest.mark.parametrize(
    ("hint", "kind", "data"), [(0, 3, b""), (0, 2, b"short"), (0, 0, b""), (77, 1, b""), ((1 << 64) - 1, 1, b"")]
)
def test_render_hints_that_windows_refuses(standin: Standin, window: int, hint: int, kind: int, data: bytes) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSSetRenderHint(hint, window, kind, data)
    assert caught.value.winerror == 87


def test_a_render_hint_for_no_window(standin: Standin) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSSetRenderHint(0, NO_WINDOW, 1, b"")
    assert caught.value.winerror == 1400


@pytest.mark.parametrize(
    "arguments",
    [(-1, 0, 1, b""), (1 << 64, 0, 1, b""), (None, 0, 1, b""), (0, None, 1, b""), (0, 0, -1, b""), (0, 0, 1, None),
     (0, 0, 1, "text"), (0, 0, 1, 5)],
    ids=str,
)  # fmt: skip
def test_render_hints_that_are_refused_here(standin: Standin, arguments: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, OverflowError)):
        raw.WTSSetRenderHint(*arguments)
    assert standin.calls() == []


def test_a_render_hint_does_not_hold_the_gil(standin: Standin, window: int) -> None:
    with standin.block("WTSSetRenderHint") as rule, ThreadPoolExecutor(1) as pool:
        setting = pool.submit(raw.WTSSetRenderHint, 0, window, 1, b"")
        standin.wait_until_running("WTSSetRenderHint")
        rule.release()
        raw.WTSSetRenderHint(setting.result(10), window, 0, b"")
