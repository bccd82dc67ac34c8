"""One session: query, details, messages, logoff, disconnect, connect, its user's token."""

import ctypes
import gc
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import wtsfast
from helpers.standin import Standin
from helpers.waits import HANG, in_time, join_helpers
from wtsfast import raw
from wtsfast.enums import ConnectState, InfoClass, MessageResponse, MessageStyle
from wtsfast.errors import (
    AccessDeniedError,
    ServerUnavailableError,
    SessionNotFoundError,
    WtsError,
    WtsTimeoutError,
)

SECRET = "Pässwörd-of-boris"
NATIVE = SECRET.encode("utf-16-le")
CONNECT = "WTSConnectSessionW"


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> Iterator[None]:
    for server in (None, "RDSH01"):
        if server is not None:
            standin.add_server(server)
        standin.start_scenario(server)
        standin.add_session(0, session_name="Services", state=4, server=server)
        standin.add_session(1, session_name="Console", user_name="anna", server=server)
        standin.add_session(2, session_name="RDP-Tcp#2", user_name="boris", password=SECRET, server=server)
        standin.set_current_session(1, server=server)
    standin.configure(privileges="held")
    standin.forget_calls()
    yield
    join_helpers()


@pytest.fixture(params=[None, "RDSH01"], ids=["here", "there"])
def server(request: pytest.FixtureRequest) -> Iterator[wtsfast.Server]:
    with wtsfast.Server(request.param) as opened:
        yield opened


@pytest.fixture
def session(server: wtsfast.Server) -> wtsfast.Session:
    return server.session(2)


@pytest.fixture
def here() -> wtsfast.Session:
    return wtsfast.Server().session(2)


METHODS: dict[str, tuple[str, Callable[[wtsfast.Session], object]]] = {
    "query": ("WTSQuerySessionInformationW", lambda session: session.query(InfoClass.USER_NAME)),
    "details": ("WTSEnumerateSessionsExW", lambda session: session.details()),
    "send_message": ("WTSSendMessageW", lambda session: session.send_message("T", "?")),
    "logoff": ("WTSLogoffSession", lambda session: session.logoff()),
    "disconnect": ("WTSDisconnectSession", lambda session: session.disconnect()),
    "connect": (CONNECT, lambda session: session.connect(1, "")),
    "user_token": ("WTSQueryUserToken", lambda session: session.user_token().close()),
}
LOCAL_ONLY = ("connect", "user_token")
each_method = pytest.mark.parametrize("name", METHODS)
each_remote_method = pytest.mark.parametrize("name", [name for name in METHODS if name not in LOCAL_ONLY])


def plain(export: str) -> str:
    return export.removesuffix("W")


# ---- naming a session ----


def test_naming_a_session_makes_no_call(standin: Standin, server: wtsfast.Server) -> None:
    standin.forget_calls()
    session = server.session(99)
    assert (session.server, session.session_id) == (server, 99)
    assert standin.calls() == []


@pytest.mark.parametrize("session_id", [0, 1, 65536, 0xFFFFFFFD])
def test_session_ids(session_id: int) -> None:
    class Number:
        def __index__(self) -> int:
            return session_id

    assert wtsfast.Server().session(session_id).session_id == session_id
    assert type(wtsfast.Server().session(Number()).session_id) is int  # type: ignore[arg-type]


BAD_SESSION_IDS = [
    (None, TypeError),
    (True, TypeError),
    ("2", TypeError),
    (2.0, TypeError),
    (-1, OverflowError),
    (1 << 32, OverflowError),
    (0xFFFFFFFF, ValueError),
    (wtsfast.ANY_SESSION, ValueError),
]


@pytest.mark.parametrize(("session_id", "error"), BAD_SESSION_IDS)
def test_bad_session_ids(session_id: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        wtsfast.Server().session(session_id)


def test_equality_and_repr(server: wtsfast.Server) -> None:
    session, other = server.session(2), wtsfast.Server()
    assert session == server.session(2)
    assert hash(session) == hash(server.session(2))
    assert session not in (server.session(1), other.session(2), 2, None)
    assert repr(session) == f"<Session 2 of {server!r}>"


@each_method
def test_each_method_makes_its_call(standin: Standin, name: str, here: wtsfast.Session) -> None:
    function, call = METHODS[name]
    standin.put_session(2, user_name="anna")
    call(here)
    assert [made.injected for made in standin.calls(function)] == [None]


@each_remote_method
def test_each_method_asks_its_server(standin: Standin, name: str) -> None:
    function, call = METHODS[name]
    with wtsfast.Server("RDSH01") as server:
        call(server.session(2))
    (made,) = standin.calls(function)
    assert made.arguments[0] == standin.calls("WTSOpenServerW")[0].result


@pytest.mark.parametrize("name", LOCAL_ONLY)
@pytest.mark.parametrize("virtualization_host", [False, True])
def test_what_knows_no_server_is_refused_on_one(standin: Standin, name: str, virtualization_host: bool) -> None:
    function, call = METHODS[name]
    with (
        wtsfast.Server("RDSH01", virtualization_host=virtualization_host) as server,
        pytest.raises(ValueError, match=f"{plain(function)} is for this machine only"),
    ):
        call(server.session(2))
    assert standin.calls(function) == []


@each_method
def test_nothing_is_asked_of_a_closed_server(standin: Standin, name: str, server: wtsfast.Server) -> None:
    function, call = METHODS[name]
    session = server.session(2)
    server.close()
    with pytest.raises(ValueError, match="closed"):
        call(session)
    assert standin.calls(function) == []


@each_method
@pytest.mark.parametrize(
    ("code", "kind"),
    [(5, AccessDeniedError), (7022, SessionNotFoundError), (1722, ServerUnavailableError), (31, WtsError)],
)
def test_failures(standin: Standin, name: str, code: int, kind: type[WtsError], here: wtsfast.Session) -> None:
    function, call = METHODS[name]
    standin.fail(function, code)
    with pytest.raises(kind) as caught:
        call(here)
    assert type(caught.value) is kind
    assert (caught.value.winerror, caught.value.function, caught.value.server) == (code, plain(function), None)


@each_remote_method
def test_failures_name_the_server(standin: Standin, name: str) -> None:
    function, call = METHODS[name]
    with wtsfast.Server("RDSH01") as server:
        standin.fail(function, 5)
        with pytest.raises(AccessDeniedError) as caught:
            call(server.session(2))
    assert caught.value.server == "RDSH01"
    assert "RDSH01" in str(caught.value)


@each_method
def test_a_session_that_was_never_there(standin: Standin, name: str) -> None:
    _, call = METHODS[name]
    with pytest.raises(SessionNotFoundError):
        call(wtsfast.Server().session(99))


@each_method
def test_a_session_that_vanished(standin: Standin, name: str, here: wtsfast.Session) -> None:
    function, call = METHODS[name]
    standin.vanish(function, 2)
    with pytest.raises(SessionNotFoundError) as caught:
        call(here)
    assert isinstance(caught.value, LookupError)


# ---- query, details ----


def test_query(session: wtsfast.Session) -> None:
    assert session.query(InfoClass.USER_NAME) == "boris"
    assert session.query(InfoClass.CONNECT_STATE) is ConnectState.ACTIVE
    assert session.query(4) == 2


@pytest.mark.parametrize(("info_class", "error"), [(None, TypeError), ("5", TypeError), (True, TypeError)])
def test_bad_classes(standin: Standin, session: wtsfast.Session, info_class: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        session.query(info_class)
    assert standin.calls("WTSQuerySessionInformationW") == []


def test_whether_a_session_is_remote_is_asked_here_only(here: wtsfast.Session) -> None:
    assert here.query(InfoClass.IS_REMOTE_SESSION) is False
    with wtsfast.Server("RDSH01") as server, pytest.raises(ValueError, match="WTSIsRemoteSession"):
        server.session(2).query(InfoClass.IS_REMOTE_SESSION)


def test_details_are_those_of_the_list(standin: Standin, session: wtsfast.Session) -> None:
    when = 133_000_000_000_000_000
    standin.put_session(2, user_name="boris", logon_time=when, current_time=when, server=session.server.name)
    found = session.details()
    assert (found.session_id, found.user_name, found.error) == (2, "boris", None)
    assert found in wtsfast.query_sessions(session.server)


def test_what_is_refused_about_a_session_is_in_its_details(standin: Standin, here: wtsfast.Session) -> None:
    standin.set_information(2, InfoClass.CLIENT_INFO, error=5)
    found = here.details()
    assert (found.user_name, found.client_name, type(found.error)) == ("boris", None, AccessDeniedError)


def test_details_of_a_session_that_vanishes_meanwhile(standin: Standin, here: wtsfast.Session) -> None:
    standin.vanish("WTSQuerySessionInformationW", 2)
    with pytest.raises(SessionNotFoundError, match="no session 2"):
        here.details()


def test_details_where_nothing_may_be_seen(standin: Standin, here: wtsfast.Session) -> None:
    standin.fail("WTSEnumerateSessionsExW", 259)
    with pytest.raises(SessionNotFoundError):
        here.details()


# ---- messages ----


@pytest.mark.parametrize("text", ["Hello", "naïve", "\U0001f600", "a\U0001f600b" * 50, "\ud800", "x" * 4000])
def test_a_message_arrives_whole(standin: Standin, session: wtsfast.Session, text: str) -> None:
    assert session.send_message(text, text + "!") is MessageResponse.ASYNC
    (box,) = standin.messages()
    assert (box.session_id, box.title, box.message) == (2, text, text + "!")
    (call,) = standin.calls("WTSSendMessageW")
    size = len(text.encode("utf-16-le", "surrogatepass"))
    assert call.arguments[2:4] == (size, size + 2)


@pytest.mark.parametrize("old", [False, True])
def test_an_empty_title_is_a_blank(standin: Standin, session: wtsfast.Session, old: bool) -> None:
    standin.configure(empty_title=int(old))
    session.send_message("", "")
    (box,) = standin.messages()
    assert (box.title, box.message) == (" ", "")


@pytest.mark.parametrize(("title", "message"), [(None, "?"), (b"", "?"), (0, "?"), ("T", None), ("T", b"?"), ("T", 0)])
def test_texts_must_be_str(standin: Standin, session: wtsfast.Session, title: Any, message: Any) -> None:
    with pytest.raises(TypeError, match="must be str"):
        session.send_message(title, message)
    assert standin.calls("WTSSendMessageW") == []


@pytest.mark.parametrize("texts", [("nul\0", "?"), ("T", "nul\0")])
def test_a_text_ends_at_no_nul(standin: Standin, session: wtsfast.Session, texts: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="NUL"):
        session.send_message(*texts)
    assert standin.calls("WTSSendMessageW") == []


def test_the_style_of_a_box(standin: Standin, here: wtsfast.Session) -> None:
    here.send_message("T", "?")
    here.send_message("T", "?", style=MessageStyle.YESNO | MessageStyle.ICONWARNING)
    assert [box.style for box in standin.messages()] == [0, 0x34]


@pytest.mark.parametrize(("timeout", "seconds"), [(None, 0), (0.01, 1), (1, 1), (1.5, 2), (60, 60), (86400, 86400)])
def test_how_long_a_box_stays(standin: Standin, session: wtsfast.Session, timeout: float | None, seconds: int) -> None:
    session.send_message("T", "?", timeout=timeout)
    assert [box.timeout for box in standin.messages()] == [seconds]


@pytest.mark.parametrize(
    ("timeout", "error"),
    [
        (0, ValueError),
        (-1, ValueError),
        (float("nan"), ValueError),
        (float("inf"), OverflowError),
        (1 << 32, OverflowError),
        ("5", TypeError),
    ],
)
@pytest.mark.parametrize("wait", [True, False])
def test_bad_timeouts_of_a_box(
    standin: Standin, session: wtsfast.Session, timeout: Any, error: type[Exception], wait: bool
) -> None:
    with pytest.raises(error):
        session.send_message("T", "?", timeout=timeout, wait=wait)
    assert standin.calls("WTSSendMessageW") == []


@pytest.mark.parametrize("response", [MessageResponse.YES, MessageResponse.NO])
def test_an_answer(standin: Standin, session: wtsfast.Session, response: MessageResponse) -> None:
    def answer() -> None:
        standin.wait_for_message()
        standin.answer_message(2, response)

    thread = threading.Thread(target=answer)
    thread.start()
    assert session.send_message("T", "?", style=MessageStyle.YESNO, wait=True) is response
    thread.join()


@pytest.mark.parametrize("response", [12345, 0xFFFF])
def test_an_answer_that_nobody_knows(standin: Standin, session: wtsfast.Session, response: int) -> None:
    standin.configure(auto_response=response)
    answer = session.send_message("T", "?", wait=True)
    assert (answer, type(answer)) == (response, int)


def test_nobody_answers(standin: Standin, session: wtsfast.Session) -> None:
    standin.configure(second=100)
    with in_time():
        assert session.send_message("T", "?", timeout=0.5, wait=True) is MessageResponse.TIMEOUT


def test_a_server_that_does_not_even_time_out(standin: Standin, session: wtsfast.Session) -> None:
    with standin.block("WTSSendMessageW"), in_time(), pytest.raises(WtsTimeoutError) as caught:
        session.send_message("T", "?", timeout=0.5, wait=True)
    assert (caught.value.function, caught.value.server) == ("WTSSendMessage", session.server.name)
    standin.wait_for_message()
    standin.answer_message(2, raw.IDOK)


def test_a_session_that_vanishes_while_the_box_is_shown(standin: Standin, session: wtsfast.Session) -> None:
    def vanish() -> None:
        standin.wait_for_message()
        standin.remove_session(2, server=session.server.name)

    thread = threading.Thread(target=vanish)
    thread.start()
    with pytest.raises(SessionNotFoundError):
        session.send_message("T", "?", wait=True)
    thread.join()


# ---- log off, disconnect ----


@pytest.mark.parametrize("wait", [False, True])
def test_log_off(standin: Standin, session: wtsfast.Session, wait: bool) -> None:
    session.logoff(wait=wait)
    assert standin.calls("WTSLogoffSession")[0].arguments[1:] == (2, int(wait))
    assert standin.session_state(2, server=session.server.name) is None


@pytest.mark.parametrize("wait", [False, True])
def test_disconnect(standin: Standin, session: wtsfast.Session, wait: bool) -> None:
    session.disconnect(wait=wait)
    assert standin.calls("WTSDisconnectSession")[0].arguments[1:] == (2, int(wait))
    assert standin.session_state(2, server=session.server.name) == ConnectState.DISCONNECTED


ENDINGS: dict[str, Callable[..., None]] = {"logoff": wtsfast.Session.logoff, "disconnect": wtsfast.Session.disconnect}
each_ending = pytest.mark.parametrize("name", ENDINGS)


@each_ending
@pytest.mark.parametrize("wait", [False, True])
def test_a_timeout_of_an_ending(standin: Standin, session: wtsfast.Session, name: str, wait: bool) -> None:
    function = METHODS[name][0]
    with standin.block(function), in_time(), pytest.raises(WtsTimeoutError) as caught:
        ENDINGS[name](session, wait=wait, timeout=0.05)
    assert (caught.value.function, caught.value.server) == (function, session.server.name)
    join_helpers()
    assert [made.error for made in standin.calls(function)] == [0]


@each_ending
@pytest.mark.parametrize("wait", [False, True])
@pytest.mark.parametrize(("timeout", "error"), [(-1, ValueError), (float("nan"), ValueError), ("5", TypeError)])
def test_bad_timeouts_of_an_ending(
    standin: Standin, session: wtsfast.Session, name: str, wait: bool, timeout: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        ENDINGS[name](session, wait=wait, timeout=timeout)
    assert standin.calls(METHODS[name][0]) == []


@each_ending
@pytest.mark.parametrize(("wait", "error"), [(None, TypeError), ("yes", TypeError), (2, ValueError)])
def test_bad_switches(standin: Standin, session: wtsfast.Session, name: str, wait: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="wait"):
        ENDINGS[name](session, wait=wait)
    assert standin.calls(METHODS[name][0]) == []


@each_ending
def test_what_ends_a_session_takes_keywords_only(here: wtsfast.Session, name: str) -> None:
    with pytest.raises(TypeError):
        ENDINGS[name](here, True)


# ---- connect ----


def password_as(kind: type) -> Any:
    return SECRET if kind is str else bytearray(SECRET.encode())


@pytest.mark.parametrize("kind", [str, bytearray])
@pytest.mark.parametrize("wait", [False, True])
def test_connect(standin: Standin, here: wtsfast.Session, kind: type, wait: bool) -> None:
    password = password_as(kind)
    here.connect(1, password, wait=wait)
    (call,) = standin.calls(CONNECT)
    assert (call.arguments[0], call.arguments[1], call.arguments[3]) == (2, 1, int(wait))
    assert (standin.session_state(2), standin.session_state(1)) == (ConnectState.ACTIVE, ConnectState.DISCONNECTED)
    if kind is bytearray:
        assert password == bytes(len(SECRET.encode()))
        password.extend(b"free again")


@pytest.mark.parametrize("code", [1326, 5, 7022])
def test_a_password_is_wiped_when_the_call_fails(standin: Standin, here: wtsfast.Session, code: int) -> None:
    password = bytearray(SECRET.encode())
    standin.fail(CONNECT, code)
    with pytest.raises(WtsError) as caught:
        here.connect(1, password)
    assert not any(password)
    assert SECRET not in f"{caught.value!r} {caught.value}"


def test_an_abandoned_connect_keeps_its_own_password_until_it_ends(standin: Standin, here: wtsfast.Session) -> None:
    password = bytearray(SECRET.encode())
    with standin.block(CONNECT):
        with in_time(), pytest.raises(WtsTimeoutError):
            here.connect(1, password, wait=True, timeout=0.2)
        standin.wait_until_running(CONNECT)
        assert not any(password)
        password.extend(b"free again")
        address = standin.calls(CONNECT)[0].arguments[2]
        during = ctypes.string_at(address, len(NATIVE))
    join_helpers()
    assert during == NATIVE
    assert standin.calls(CONNECT)[0].error == 0
    assert not traces(address, NATIVE)


def traces(address: int, secret: bytes) -> bool:
    """Tell whether a part of a secret is still where it lay."""
    left = ctypes.string_at(address, len(secret))
    return any(secret[at : at + 4] in left for at in range(len(secret) - 3))


@pytest.mark.parametrize("in_a_thread", [False, True])
def test_the_copy_of_a_password_is_wiped_where_no_call_is_made(
    monkeypatch: pytest.MonkeyPatch, here: wtsfast.Session, in_a_thread: bool
) -> None:
    addresses: list[int] = []

    def refuse(_: int, __: int, password: bytearray, ___: bool) -> None:
        assert password.decode() == SECRET
        view = (ctypes.c_char * len(password)).from_buffer(password)
        addresses.append(ctypes.addressof(view))
        raise TypeError("before the call")

    monkeypatch.setattr("wtsfast.session.raw", types.SimpleNamespace(WTSConnectSession=refuse))
    password = bytearray(SECRET.encode())
    with pytest.raises(TypeError, match="before the call"):
        here.connect(1, password, wait=in_a_thread)
    gc.collect()
    assert not any(password)
    assert not traces(addresses[0], SECRET.encode())


@pytest.mark.parametrize(("target", "error"), BAD_SESSION_IDS)
def test_bad_targets(standin: Standin, here: wtsfast.Session, target: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        here.connect(target, SECRET)
    assert standin.calls(CONNECT) == []


@pytest.mark.parametrize("password", [None, b"bytes", 5, memoryview(b"x")])
def test_bad_passwords(standin: Standin, here: wtsfast.Session, password: Any) -> None:
    with pytest.raises(TypeError, match="password"):
        here.connect(1, password)
    assert standin.calls(CONNECT) == []


def test_a_password_has_no_default(here: wtsfast.Session) -> None:
    with pytest.raises(TypeError):
        here.connect(1)  # type: ignore[call-arg]


# ---- token ----


def test_a_token_is_owned(standin: Standin, here: wtsfast.Session) -> None:
    with here.user_token() as token:
        assert isinstance(token, raw.Handle)
        assert int(token) > 0
        assert standin.live_handles() == {"tokens": 1}
        assert str(int(token)) not in repr(token)
    assert standin.live_handles() == {}
    assert token.closed
    with pytest.raises(ValueError, match="closed"):
        int(token)


def test_a_token_without_the_privilege(standin: Standin, here: wtsfast.Session) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError) as caught:
        here.user_token()
    assert caught.value.winerror == 1314


def test_nobody_is_logged_on(standin: Standin) -> None:
    standin.add_session(3, session_name="RDP-Tcp#3", state=1)
    with pytest.raises(WtsError) as caught:
        wtsfast.Server().session(3).user_token()
    assert caught.value.winerror == 1008


def test_a_token_may_be_given_away(standin: Standin, here: wtsfast.Session) -> None:
    number = here.user_token().detach()
    assert standin.live_handles() == {"tokens": 1}
    ctypes.WinDLL("kernel32").CloseHandle(ctypes.c_void_p(number))


# ---- threads ----


def test_a_session_may_be_used_by_many_threads(standin: Standin, session: wtsfast.Session) -> None:
    names: list[str] = []

    def ask() -> None:
        names.extend(session.query(InfoClass.USER_NAME) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(HANG)
    assert names == ["boris"] * 160
