"""wtsfast.raw: exports that no manual has, called only when the caller insists."""

import subprocess
import sys
from typing import Any

import pytest

from helpers.standin import Standin
from wtsfast import raw
from wtsfast.errors import AccessDeniedError, FunctionNotAvailableError, WtsError

CALLS: dict[str, Any] = {
    "IsInteractiveUserSession": lambda **options: raw.IsInteractiveUserSession(1, **options),
    "QueryActiveSession": raw.QueryActiveSession,
    "QueryUserToken": lambda **options: raw.QueryUserToken(1, **options),
    "RegisterUsertokenForNoWinlogon": raw.RegisterUsertokenForNoWinlogon,
    "WTSSetSessionInformationW": lambda **options: raw.WTSSetSessionInformationW(None, 1, 5, b"x", **options),
    "WTSSetSessionInformationA": lambda **options: raw.WTSSetSessionInformationA(None, 1, 5, b"x", **options),
}
each_call = pytest.mark.parametrize("name", CALLS)


@pytest.fixture
def scene(standin: Standin) -> None:
    standin.start_scenario()
    standin.add_session(1, user_name="anna")
    standin.add_session(2, user_name="boris", state=4)
    standin.configure(privileges="held", undocumented_answers=1, set_information_error=0)


@each_call
@pytest.mark.parametrize("undocumented", [False, None, 1, "True", object()])
def test_only_true_makes_the_call(standin: Standin, scene: None, name: str, undocumented: Any) -> None:
    with pytest.raises(ValueError, match="undocumented=True"):
        CALLS[name](undocumented=undocumented)
    assert standin.calls(name) == []


@each_call
def test_there_is_no_default_and_no_position(standin: Standin, scene: None, name: str) -> None:
    with pytest.raises(TypeError, match="undocumented"):
        CALLS[name]()
    with pytest.raises(TypeError):
        raw.QueryActiveSession(True)  # type: ignore[call-arg]
    assert standin.calls(name) == []


@pytest.mark.parametrize(("session", "answer"), [(1, True), (2, False), (9, False)])
def test_is_interactive(standin: Standin, scene: None, session: int, answer: bool) -> None:
    assert raw.IsInteractiveUserSession(session, undocumented=True) is answer


def test_query_active_session(standin: Standin, scene: None) -> None:
    assert raw.QueryActiveSession(undocumented=True) == 1


def test_query_user_token(standin: Standin, scene: None) -> None:
    with raw.QueryUserToken(1, undocumented=True) as token:
        assert isinstance(token, raw.Handle)
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError) as caught:
        raw.QueryUserToken(1, undocumented=True)
    assert caught.value.function == "QueryUserToken"


def test_register(standin: Standin, scene: None) -> None:
    raw.RegisterUsertokenForNoWinlogon(undocumented=True)
    assert len(standin.calls("RegisterUsertokenForNoWinlogon")) == 1


@pytest.mark.parametrize("form", "WA")
@pytest.mark.parametrize("data", [b"", b"x", bytes(5000)])
def test_set_session_information(standin: Standin, scene: None, form: str, data: bytes) -> None:
    getattr(raw, f"WTSSetSessionInformation{form}")(None, 1, raw.WTSUserName, data, undocumented=True)
    (call,) = standin.calls(f"WTSSetSessionInformation{form}")
    assert (call.arguments[:3], call.arguments[4]) == ((0, 1, 5), len(data))


@pytest.mark.parametrize("code", [50, 120])
def test_set_session_information_is_likely_to_fail(standin: Standin, scene: None, code: int) -> None:
    assert raw.WTSSetSessionInformation is raw.WTSSetSessionInformationW
    standin.configure(set_information_error=code)
    with pytest.raises(FunctionNotAvailableError) as caught:
        raw.WTSSetSessionInformation(None, 1, raw.WTSUserName, b"x", undocumented=True)
    assert (caught.value.winerror, caught.value.function) == (code, "WTSSetSessionInformation")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((None, None, 5, b"x"), TypeError),
        ((None, -1, 5, b"x"), OverflowError),
        ((None, 1, True, b"x"), TypeError),
        ((None, 1, 1 << 32, b"x"), OverflowError),
        ((None, 1, 5, "x"), TypeError),
        ((None, 1, 5, bytearray(b"x")), TypeError),
        ((None, 1, 5, None), TypeError),
        (("server", 1, 5, b"x"), TypeError),
    ],
)
def test_bad_arguments(standin: Standin, scene: None, arguments: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        raw.WTSSetSessionInformation(*arguments, undocumented=True)
    assert standin.calls("WTSSetSessionInformationW") == []


@pytest.mark.parametrize(("session", "error"), [(None, TypeError), (True, TypeError), (-1, OverflowError)])
def test_bad_sessions(standin: Standin, scene: None, session: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        raw.IsInteractiveUserSession(session, undocumented=True)
    with pytest.raises(error):
        raw.QueryUserToken(session, undocumented=True)


@each_call
def test_as_they_are_on_windows_they_fail(standin: Standin, name: str) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(WtsError) as caught:
        CALLS[name](undocumented=True)
    assert caught.value.winerror == (1314 if name == "QueryUserToken" else 50)


@pytest.mark.smoke
@each_call
def test_on_any_dll_the_process_survives(name: str) -> None:
    """Wine exports WTSSetSessionInformation as a function that ends the process."""
    program = f"""
from wtsfast import raw, WtsError
import test_raw_undocumented as calls
try:
    calls.CALLS[{name!r}](undocumented=True)
except WtsError as error:
    print("refused")
else:
    print("done")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd="tests", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout in ("refused\n", "done\n")
