"""wtsfast.errors: the classes, how they are chosen, and what they say."""

import copy
import errno
import pickle

import pytest

import wtsfast
from helpers.standin import Standin
from wtsfast import errors
from wtsfast.errors import (
    AccessDeniedError,
    ChannelClosedError,
    FunctionNotAvailableError,
    ServerUnavailableError,
    SessionNotFoundError,
    WtsError,
    WtsTimeoutError,
    error_class,
)

BASES: dict[type[WtsError], type[Exception]] = {
    WtsError: OSError,
    AccessDeniedError: PermissionError,
    SessionNotFoundError: LookupError,
    ServerUnavailableError: ConnectionError,
    WtsTimeoutError: TimeoutError,
    ChannelClosedError: BrokenPipeError,
    FunctionNotAvailableError: NotImplementedError,
}
each_class = pytest.mark.parametrize("kind", BASES, ids=lambda kind: kind.__name__)


@each_class
def test_each_is_what_a_python_programmer_already_catches(kind: type[WtsError]) -> None:
    error = kind(5, "WTSQuerySessionInformation", "RDSH01")
    for base in (BASES[kind], OSError, WtsError):
        with pytest.raises(base):
            raise error
    assert issubclass(kind, WtsError)
    assert getattr(wtsfast, kind.__name__) is kind
    assert kind.__doc__


def test_every_class_is_listed_here() -> None:
    classes = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)}
    assert classes == set(BASES)
    assert set(errors.__all__) == {kind.__name__ for kind in BASES} | {"error_class"}


@each_class
@pytest.mark.parametrize("server", [None, "RDSH01"])
@pytest.mark.parametrize("winerror", [0, 5, 7022, 0x7FFFFFFF, 0x80070005, 0xFFFFFFFF])
def test_attributes_survive_pickling(kind: type[WtsError], server: str | None, winerror: int) -> None:
    error = kind(winerror, "WTSOpenServer", server, "refused")
    copies = [pickle.loads(pickle.dumps(error, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for each in (error, copy.copy(error), *copies):
        assert type(each) is kind
        assert (each.winerror, each.function, each.server) == (winerror, "WTSOpenServer", server)
        assert (each.strerror, each.filename) == ("refused", None)
        assert str(each) == str(error)
        assert each.hint == error.hint


def test_errno_is_pythons_for_the_number() -> None:
    assert WtsError(5, "WTSOpenServer").errno == errno.EACCES
    assert WtsError(2, "WTSOpenServer").errno == errno.ENOENT
    assert WtsError(7022, "WTSOpenServer").errno == errno.EINVAL


def test_texts() -> None:
    error = WtsError(5, "WTSOpenServer", "RDSH01", "Access denied")
    assert str(error) == "WTSOpenServer on RDSH01: Access denied [error 5]"
    assert str(WtsError(5, "WTSOpenServer")) == "WTSOpenServer: Windows error 5 [error 5]"
    assert str(WtsError(0x80004005, "WTSSetRenderHint", None, "no")) == "WTSSetRenderHint: no [error 0x80004005]"
    assert str(WtsError(0, "WTSOpenServer")) == "WTSOpenServer: the call failed and Windows gave no reason"


@pytest.mark.parametrize(
    ("function", "code", "kind"),
    [
        ("WTSOpenServer", 5, AccessDeniedError),
        ("WTSQueryUserToken", 1314, AccessDeniedError),
        ("WTSLogoffSession", 7045, AccessDeniedError),
        ("WTSQuerySessionInformation", 2, SessionNotFoundError),
        ("WTSEnumerateServers", 2, WtsError),
        ("WTSQuerySessionInformation", 7007, SessionNotFoundError),
        ("WTSQuerySessionInformation", 7022, SessionNotFoundError),
        ("WTSEnumerateSessions", 53, ServerUnavailableError),
        ("WTSEnumerateSessions", 1222, ServerUnavailableError),
        ("WTSEnumerateSessions", 1702, ServerUnavailableError),
        ("WTSEnumerateSessions", 1722, ServerUnavailableError),
        ("WTSEnumerateSessions", 1726, ServerUnavailableError),
        ("WTSEnumerateSessions", 1727, ServerUnavailableError),
        ("WTSVirtualChannelRead", 1460, WtsTimeoutError),
        ("WTSVirtualChannelRead", 109, ChannelClosedError),
        ("WTSEnumerateSessions", 109, WtsError),
        ("WTSEnumerateSessions", 120, FunctionNotAvailableError),
        ("WTSQuerySessionInformation", 50, FunctionNotAvailableError),
        ("WTSEnumerateSessions", 0, WtsError),
        ("WTSEnumerateSessions", 87, WtsError),
        ("no such function", 0xFFFFFFFF, WtsError),
    ],
)
def test_the_class_is_chosen_by_function_and_number(function: str, code: int, kind: type[WtsError]) -> None:
    assert error_class(function, code) is kind


def test_hints_depend_on_where_the_call_went() -> None:
    local, remote = AccessDeniedError(5, "WTSOpenServer"), AccessDeniedError(5, "WTSOpenServer", "RDSH01")
    assert local.hint is not None
    assert "administrator" in local.hint
    assert remote.hint is not None
    assert "AllowRemoteRPC" in remote.hint
    assert WtsError(1234, "WTSOpenServer").hint is None


def test_hints_know_what_a_function_means_by_a_number() -> None:
    for function in ("ProcessIdToSessionId", "WTSTerminateProcess"):
        assert "list the processes again" in (WtsError(87, function, "RDSH01").hint or "")
    for function in ("WTSEnumerateProcessesEx", "WTSEnumerateSessionsEx"):
        assert "level 0" in (WtsError(0, function).hint or "")
    assert "level 0" not in (WtsError(0, "WTSOpenServer").hint or "")
    assert "range" in (WtsError(87, "WTSSendMessage").hint or "")


def test_a_failed_call_has_the_text_of_windows(standin: Standin) -> None:
    for code, part in ((5, "ccess"), (7022, ""), (0xE0001234, "Windows error 3758101044")):
        standin.fail("WTSEnumerateSessionsEx", code)
        with pytest.raises(WtsError) as caught:
            wtsfast.enumerate_sessions()
        text = caught.value.strerror or ""
        assert part in text
        assert text == text.strip(" .\r\n")
        assert caught.value.winerror == code
        assert pickle.loads(pickle.dumps(caught.value)).winerror == code
