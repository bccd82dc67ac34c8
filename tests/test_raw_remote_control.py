"""Child sessions and remote control."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from helpers.call_log import Failure, exceptions_of, plain_name
from helpers.standin import Standin
from wtsfast import raw
from wtsfast.errors import AccessDeniedError, FunctionNotAvailableError, SessionNotFoundError, WtsError

CALLER, TARGET, IDLE = 7, 8, 9
F8 = 0x77
KEYS = raw.REMOTECONTROL_KBDCTRL_HOTKEY | raw.REMOTECONTROL_KBDALT_HOTKEY
start_w: Callable[..., None] = raw.WTSStartRemoteControlSessionW
start_a: Callable[..., None] = raw.WTSStartRemoteControlSessionA


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.start_scenario()
    standin.set_current_session(CALLER)
    standin.add_session(CALLER, is_remote=1, user_name="anna")
    standin.add_session(TARGET, is_remote=1, user_name="ben")
    standin.add_session(IDLE, state=4, user_name="eve")
    standin.configure(shadow=1)


# ---- child sessions ----


def test_the_switch(standin: Standin) -> None:
    assert raw.WTSIsChildSessionsEnabled() is False
    raw.WTSEnableChildSessions(True)
    assert raw.WTSIsChildSessionsEnabled() is True
    raw.WTSEnableChildSessions(0)
    assert raw.WTSIsChildSessionsEnabled() is False
    assert [call.arguments for call in standin.calls("WTSEnableChildSessions")] == [(1,), (0,)]


def test_the_switch_needs_an_administrator(standin: Standin) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError) as caught:
        raw.WTSEnableChildSessions(True)
    assert (caught.value.winerror, caught.value.function) == (5, "WTSEnableChildSessions")


@pytest.mark.parametrize("enable", [None, 2, -1, "yes", 1.0], ids=str)
def test_what_is_no_switch(standin: Standin, enable: Any) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError), match="enable"):
        raw.WTSEnableChildSessions(enable)
    assert standin.calls() == []


@pytest.mark.parametrize("code", [0, 1168])
def test_no_child_session(standin: Standin, code: int) -> None:
    """0: success, and the id -1."""
    standin.configure(no_child_error=code)
    assert raw.WTSGetChildSessionId() is None


def test_a_child_session(standin: Standin) -> None:
    standin.set_child_session(12)
    assert raw.WTSGetChildSessionId() == 12
    standin.set_child_session(0)
    assert raw.WTSGetChildSessionId() == 0


def test_other_errors_of_the_child_session(standin: Standin) -> None:
    standin.fail("WTSGetChildSessionId", 2)
    with pytest.raises(WtsError) as caught:
        raw.WTSGetChildSessionId()
    assert (caught.value.winerror, caught.value.function) == (2, "WTSGetChildSessionId")


# ---- remote control ----


@pytest.mark.parametrize(
    ("function", "start", "name"),
    [
        ("WTSStartRemoteControlSessionW", start_w, None),
        ("WTSStartRemoteControlSessionW", start_w, "localhost"),
        ("WTSStartRemoteControlSessionA", start_a, None),
        ("WTSStartRemoteControlSessionA", start_a, b"localhost"),
    ],
)
@pytest.mark.parametrize("end", ["stop", "hotkey", "target ends"])
def test_remote_control_lasts_until_it_ends(
    standin: Standin, function: str, start: Callable[..., None], name: str | bytes | None, end: str
) -> None:
    with ThreadPoolExecutor(1) as pool:
        shadowing = pool.submit(start, name, TARGET, F8, KEYS)
        standin.wait_until_running(function)
        time.sleep(0.05)
        assert not shadowing.done()
        if end == "stop":
            raw.WTSStopRemoteControlSession(TARGET)
        elif end == "hotkey":
            assert standin.end_shadowing() == 1
        else:
            standin.remove_session(TARGET)
        assert shadowing.result(10) is None
    assert standin.calls(function)[0].arguments[1:] == (TARGET, F8, KEYS)
    assert standin.calls(function)[0].text == (name.decode() if isinstance(name, bytes) else name or "")


def test_where_it_is_dead(standin: Standin) -> None:
    standin.configure(shadow=0)
    with pytest.raises(FunctionNotAvailableError) as caught:
        raw.WTSStartRemoteControlSession(None, TARGET, F8, KEYS)
    assert caught.value.winerror == 50
    with pytest.raises(FunctionNotAvailableError):
        raw.WTSStopRemoteControlSession(TARGET)


@pytest.mark.parametrize(("session", "code", "kind"), [(99, 7022, SessionNotFoundError), (IDLE, 7050, WtsError)])
def test_targets_that_cannot_be_controlled(standin: Standin, session: int, code: int, kind: type[WtsError]) -> None:
    for start in (start_w, start_a):
        with pytest.raises(kind) as caught:
            start(None, session, F8, 0)
        assert (caught.value.winerror, caught.value.function) == (code, "WTSStartRemoteControlSession")


def test_stopping_what_does_not_run(standin: Standin) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSStopRemoteControlSession(TARGET)
    assert (caught.value.winerror, caught.value.function) == (7057, "WTSStopRemoteControlSession")
    with pytest.raises(SessionNotFoundError):
        raw.WTSStopRemoteControlSession(99)


def test_the_targets_policy(standin: Standin) -> None:
    standin.configure(shadow=2)
    with pytest.raises(WtsError) as caught:
        raw.WTSStartRemoteControlSession(None, TARGET, F8, 0)
    assert caught.value.winerror == 7051


CALLS: dict[str, Callable[[], None]] = {
    "WTSStartRemoteControlSessionW": lambda: start_w(None, TARGET, F8, 0),
    "WTSStartRemoteControlSessionA": lambda: start_a(None, TARGET, F8, 0),
    "WTSStopRemoteControlSession": lambda: raw.WTSStopRemoteControlSession(TARGET),
}


@pytest.mark.parametrize(
    ("export", "failure"),
    [(export, failure) for export in CALLS for failure in exceptions_of(plain_name(export))],
    ids=str,
)
def test_documented_failures(standin: Standin, export: str, failure: Failure) -> None:
    standin.fail(export, failure.injected)
    with pytest.raises(WtsError) as caught:
        CALLS[export]()
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)


@pytest.mark.parametrize(
    ("arguments", "kind", "match"),
    [
        ((b"name", TARGET, 0, 0), TypeError, "target_server_name"),
        (("na\0me", TARGET, 0, 0), ValueError, "target_server_name"),
        ((None, None, 0, 0), TypeError, "target_logon_id"),
        ((None, -1, 0, 0), OverflowError, "target_logon_id"),
        ((None, 1 << 32, 0, 0), OverflowError, "target_logon_id"),
        ((None, True, 0, 0), TypeError, "target_logon_id"),
        ((None, TARGET, 256, 0), OverflowError, "hotkey_vk"),
        ((None, TARGET, -1, 0), OverflowError, "hotkey_vk"),
        ((None, TARGET, "F8", 0), TypeError, "hotkey_vk"),
        ((None, TARGET, 0, 0x10000), OverflowError, "hotkey_modifiers"),
        ((None, TARGET, 0, None), TypeError, "hotkey_modifiers"),
    ],
    ids=str,
)
def test_arguments_that_are_refused(
    standin: Standin, arguments: tuple[Any, ...], kind: type[Exception], match: str
) -> None:
    with pytest.raises(kind, match=match):
        start_w(*arguments)
    assert standin.calls() == []


def test_names_of_the_ansi_form(standin: Standin) -> None:
    for name in ("text", b"na\0me"):
        with pytest.raises((TypeError, ValueError), match="target_server_name"):
            start_a(name, TARGET, 0, 0)
    assert standin.calls() == []


def test_stopping_does_not_hold_the_gil(standin: Standin) -> None:
    with standin.block("WTSStopRemoteControlSession") as rule, ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(raw.WTSStopRemoteControlSession, TARGET)
        standin.wait_until_running("WTSStopRemoteControlSession")
        rule.release()
        assert isinstance(stopping.exception(10), WtsError)


@pytest.mark.parametrize(("start", "name"), [(start_w, "RDSH01"), (start_a, b"RDSH01")])
def test_a_failure_names_the_server(standin: Standin, start: Callable[..., None], name: str | bytes) -> None:
    standin.fail(start.__name__, 5)
    with pytest.raises(AccessDeniedError) as caught:
        start(name, TARGET, F8, KEYS)
    assert caught.value.server == "RDSH01"
