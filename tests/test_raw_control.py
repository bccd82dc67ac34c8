"""wtsfast.raw: log off, disconnect, connect, send messages, shut down."""

import contextlib
import ctypes
import signal
import threading
import time
from typing import Any

import pytest

from helpers.standin import KEEP_LAST_ERROR, Standin
from wtsfast import raw
from wtsfast.enums import ConnectState, MessageResponse, ShutdownFlag
from wtsfast.errors import AccessDeniedError, SessionNotFoundError, WtsError

ENDINGS: list[Any] = [raw.WTSLogoffSession, raw.WTSDisconnectSession]
each_ending = pytest.mark.parametrize("end", ENDINGS, ids=lambda function: function.__name__)
CONNECTS: list[Any] = [raw.WTSConnectSessionW, raw.WTSConnectSessionA]
each_connect = pytest.mark.parametrize("connect", CONNECTS, ids=["wide", "ansi"])
SENDS: list[Any] = [raw.WTSSendMessageW, raw.WTSSendMessageA]
each_send = pytest.mark.parametrize("send", SENDS, ids=["wide", "ansi"])

BAD_SESSIONS = [
    (None, TypeError),
    (True, TypeError),
    ("2", TypeError),
    (2.0, TypeError),
    (-1, OverflowError),
    (1 << 32, OverflowError),
]
BAD_SWITCHES = [(None, TypeError), ("yes", TypeError), (2, ValueError), (-1, OverflowError), (1.0, TypeError)]


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.start_scenario()
    standin.add_session(0, session_name="Services", state=4)
    standin.add_session(1, session_name="Console", user_name="anna")
    standin.add_session(2, session_name="RDP-Tcp#2", user_name="boris", password="Pässwörd", is_remote=1)
    standin.set_current_session(1)


def as_text(function: Any, text: str) -> Any:
    return text if function.__name__.endswith("W") else text.encode("mbcs")


def test_the_unsuffixed_name_is_the_wide_form() -> None:
    assert raw.WTSConnectSession is raw.WTSConnectSessionW
    assert raw.WTSSendMessage is raw.WTSSendMessageW


# ---- log off, disconnect ----


@pytest.mark.parametrize("wait", [True, False, 1, 0])
def test_log_off(standin: Standin, wait: bool) -> None:
    raw.WTSLogoffSession(None, 2, wait)
    assert standin.calls("WTSLogoffSession")[0].arguments == (0, 2, int(wait))
    assert standin.session_state(2) is None


def test_log_off_takes_as_long_as_it_takes(standin: Standin) -> None:
    standin.configure(logoff_time=300)
    raw.WTSLogoffSession(None, 2, False)
    assert standin.session_state(2) is not None
    raw.WTSLogoffSession(None, 2, True)
    assert standin.session_state(2) is None


@pytest.mark.parametrize("wait", [True, False])
def test_disconnect(standin: Standin, wait: bool) -> None:
    raw.WTSDisconnectSession(None, 2, wait)
    assert standin.calls("WTSDisconnectSession")[0].arguments == (0, 2, int(wait))
    assert standin.session_state(2) == ConnectState.DISCONNECTED


@each_ending
def test_the_current_session(standin: Standin, end: Any) -> None:
    end(None, raw.WTS_CURRENT_SESSION, False)
    assert standin.session_state(1) in (None, ConnectState.DISCONNECTED)


@each_ending
def test_the_current_session_of_a_server_is_refused(standin: Standin, end: Any) -> None:
    standin.add_server("RDSH01")
    with raw.WTSOpenServer("RDSH01") as server, pytest.raises(ValueError, match="WTS_CURRENT_SESSION"):
        end(server, raw.WTS_CURRENT_SESSION, False)
    assert standin.calls(end.__name__) == []


@each_ending
def test_a_session_that_is_not_there(standin: Standin, end: Any) -> None:
    with pytest.raises(SessionNotFoundError) as caught:
        end(None, 99, True)
    assert caught.value.function == end.__name__
    standin.remove_session(2)
    with pytest.raises(SessionNotFoundError):
        end(None, 2, True)


@each_ending
@pytest.mark.parametrize("code", [2, 7007, 7022])
def test_a_session_that_is_going(standin: Standin, end: Any, code: int) -> None:
    standin.fail(end.__name__, code)
    with pytest.raises(SessionNotFoundError):
        end(None, 2, True)


@each_ending
@pytest.mark.parametrize(("session", "error"), BAD_SESSIONS)
def test_bad_sessions(standin: Standin, end: Any, session: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="session_id"):
        end(None, session, True)
    assert standin.calls(end.__name__) == []


@each_ending
@pytest.mark.parametrize(("wait", "error"), BAD_SWITCHES)
def test_bad_waits(standin: Standin, end: Any, wait: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="wait"):
        end(None, 2, wait)
    assert standin.calls(end.__name__) == []


@each_ending
def test_nothing_has_a_default(end: Any) -> None:
    with pytest.raises(TypeError):
        end(None)
    with pytest.raises(TypeError):
        end(None, 2)


def test_ctrl_c_takes_effect_when_the_call_returns(standin: Standin) -> None:
    standin.delay("WTSLogoffSession", 0.5)
    threading.Timer(0.1, signal.raise_signal, args=(signal.SIGINT,)).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        raw.WTSLogoffSession(None, 2, True)
    assert time.monotonic() - began > 0.4
    assert standin.session_state(2) is None


# ---- connect ----


@each_connect
def test_connect_swaps_the_terminals(standin: Standin, connect: Any) -> None:
    connect(2, raw.LOGONID_CURRENT, as_text(connect, "Pässwörd"), True)
    assert standin.calls(connect.__name__)[0].arguments[:2] == (2, 0xFFFFFFFF)
    assert (standin.session_state(2), standin.session_state(1)) == (ConnectState.ACTIVE, ConnectState.DISCONNECTED)


@pytest.mark.parametrize("password", ["wrong", "", "\ud800", "😀" * 300])
def test_a_wrong_password(standin: Standin, password: str) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSConnectSession(2, 1, password, False)
    assert caught.value.winerror == 1326
    assert not password or password not in str(caught.value)


@each_connect
def test_connect_to_oneself_is_windows_to_refuse(standin: Standin, connect: Any) -> None:
    with pytest.raises(WtsError) as caught:
        connect(raw.LOGONID_CURRENT, raw.LOGONID_CURRENT, as_text(connect, ""), False)
    assert caught.value.winerror == 87


@each_connect
@pytest.mark.parametrize(
    ("code", "kind"),
    [(5, AccessDeniedError), (7045, AccessDeniedError), (7022, SessionNotFoundError), (7024, WtsError)],
)
def test_failures_of_connect(standin: Standin, connect: Any, code: int, kind: type[WtsError]) -> None:
    standin.fail(connect.__name__, code)
    with pytest.raises(kind) as caught:
        connect(2, 1, as_text(connect, "x"), True)
    assert (caught.value.winerror, caught.value.function) == (code, "WTSConnectSession")


@each_connect
@pytest.mark.parametrize("code", [None, 1326, KEEP_LAST_ERROR])
def test_a_password_is_wiped_after_the_call(standin: Standin, connect: Any, code: int | None) -> None:
    secret = "Pässwörd-of-boris"
    encoding = "utf-8" if connect is raw.WTSConnectSessionW else "mbcs"
    native = secret.encode("utf-16-le" if connect is raw.WTSConnectSessionW else "mbcs")
    password = bytearray(secret.encode(encoding))
    standin.put_session(2, user_name="boris", password=secret)
    if code is not None:
        standin.fail(connect.__name__, code)
    seen: list[bytes] = []
    with standin.block(connect.__name__):
        thread = threading.Thread(target=lambda: quietly(connect, 2, 1, password, False))
        thread.start()
        standin.wait_until_running(connect.__name__)
        address = standin.calls(connect.__name__)[0].arguments[2]
        seen.append(ctypes.string_at(address, len(native)))
        with pytest.raises(BufferError):  # it cannot be moved away from under the call either
            password.extend(b"x")
    thread.join()
    assert seen == [native]
    assert password == bytes(len(secret.encode(encoding)))
    after = ctypes.string_at(address, len(native))
    assert not any(native[at : at + 4] in after for at in range(len(native) - 3))
    password.extend(b"free again")


def quietly(function: Any, *arguments: Any) -> None:
    with contextlib.suppress(WtsError):
        function(*arguments)


@each_connect
def test_the_copy_of_an_immutable_password_is_wiped(standin: Standin, connect: Any) -> None:
    secret = "Pässwörd-of-boris"
    native = secret.encode("utf-16-le" if connect is raw.WTSConnectSessionW else "mbcs")
    quietly(connect, 2, 1, as_text(connect, secret), False)
    after = ctypes.string_at(standin.calls(connect.__name__)[0].arguments[2], len(native))
    assert not any(native[at : at + 4] in after for at in range(len(native) - 3))


@each_connect
def test_a_password_with_which_no_call_was_made_stays(standin: Standin, connect: Any) -> None:
    for password, arguments in ((bytearray(b"secret"), (2, 1, None)), (bytearray(b"sec\0ret"), (2, 1, True))):
        before = bytes(password)
        with pytest.raises((TypeError, ValueError)):
            connect(arguments[0], arguments[1], password, arguments[2])
        assert password == before
        password.extend(b"free")
    assert standin.calls(connect.__name__) == []


@pytest.mark.parametrize("password", [b"\xff\xfe", b"\xed\xa0\x80", b"a\xc3"])
def test_a_bytearray_must_be_utf_8(standin: Standin, password: bytes) -> None:
    with pytest.raises(ValueError, match="UTF-8") as caught:
        raw.WTSConnectSession(2, 1, bytearray(password), False)
    assert repr(password) not in str(caught.value)
    assert standin.calls("WTSConnectSessionW") == []


def test_an_empty_bytearray_is_the_empty_password(standin: Standin) -> None:
    standin.put_session(2, user_name="anna", password="x")
    raw.WTSConnectSession(2, 1, bytearray(), True)


@pytest.mark.parametrize("password", [None, b"bytes", 5, memoryview(b"x")])
def test_bad_passwords(standin: Standin, password: Any) -> None:
    with pytest.raises(TypeError, match="password"):
        raw.WTSConnectSessionW(2, 1, password, False)
    with pytest.raises(TypeError, match="password"):
        raw.WTSConnectSessionA(2, 1, "text" if password == b"bytes" else password, False)  # type: ignore[arg-type]


@each_connect
@pytest.mark.parametrize(("session", "error"), BAD_SESSIONS)
def test_bad_sessions_of_connect(standin: Standin, connect: Any, session: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="logon_id"):
        connect(session, 1, as_text(connect, ""), False)
    with pytest.raises(error, match="target_logon_id"):
        connect(1, session, as_text(connect, ""), False)


# ---- message ----


@each_send
@pytest.mark.parametrize("text", ["", "Hello", "naïve", "x" * 4000])
def test_a_message_arrives_whole(standin: Standin, send: Any, text: str) -> None:
    response = send(None, 2, as_text(send, "Title " + text[:50]), as_text(send, text), raw.MB_YESNO, 60, False)
    assert response is MessageResponse.ASYNC
    (box,) = standin.messages()
    assert (box.title, box.message) == ("Title " + text[:50], text)
    assert (box.session_id, box.style, box.timeout, box.wait) == (2, 4, 60, False)


@pytest.mark.parametrize("text", ["😀", "a😀b" * 10, "\ud800", "\ufeff"])
def test_lengths_are_bytes_of_utf_16(standin: Standin, text: str) -> None:
    raw.WTSSendMessage(None, 2, text, text * 2, 0, 0, False)
    (box,) = standin.messages()
    assert (box.title, box.message) == (text, text * 2)
    call = standin.calls("WTSSendMessageW")[0]
    size = len(text.encode("utf-16-le", "surrogatepass"))
    assert call.arguments[2:4] == (size, 2 * size)


@each_send
def test_an_answer(standin: Standin, send: Any) -> None:
    answers: list[int] = []
    thread = threading.Thread(
        target=lambda: answers.append(send(None, 2, as_text(send, "T"), as_text(send, "?"), raw.MB_YESNO, 0, True))
    )
    thread.start()
    standin.wait_for_message()
    standin.answer_message(2, raw.IDYES)
    thread.join()
    assert answers == [MessageResponse.YES]


@each_send
def test_no_answer_in_time(standin: Standin, send: Any) -> None:
    standin.configure(second=10)
    answer = send(None, 2, as_text(send, "T"), as_text(send, "?"), 0, 5, True)
    assert answer is MessageResponse.TIMEOUT


@each_send
@pytest.mark.parametrize("response", [0xFFFF, 12345])
def test_an_answer_that_nobody_knows_is_a_number(standin: Standin, send: Any, response: int) -> None:
    standin.configure(auto_response=response)
    answer = send(None, 2, as_text(send, "T"), as_text(send, "?"), 0, 0, True)
    assert (answer, type(answer)) == (response, int)


@pytest.mark.parametrize("old", [False, True])
def test_an_empty_title_is_sent_as_it_is(standin: Standin, old: bool) -> None:
    standin.configure(empty_title=int(old))
    if old:
        with pytest.raises(WtsError) as caught:
            raw.WTSSendMessage(None, 2, "", "text", 0, 0, False)
        assert caught.value.winerror == 1783
    else:
        raw.WTSSendMessage(None, 2, "", "text", 0, 0, False)
        assert standin.messages()[0].title == "Error"


@each_send
def test_a_session_that_vanishes_while_the_box_is_shown(standin: Standin, send: Any) -> None:
    errors: list[WtsError] = []

    def ask() -> None:
        try:
            send(None, 2, as_text(send, "T"), as_text(send, "?"), 0, 0, True)
        except WtsError as error:
            errors.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    standin.wait_for_message()
    standin.remove_session(2)
    thread.join()
    assert [type(error) for error in errors] == [SessionNotFoundError]


@each_send
@pytest.mark.parametrize("session", [0, 99])
def test_sessions_that_show_nothing(standin: Standin, send: Any, session: int) -> None:
    with pytest.raises(SessionNotFoundError):
        send(None, session, as_text(send, "T"), as_text(send, "?"), 0, 0, False)


@each_send
@pytest.mark.parametrize(
    ("position", "value", "error"),
    [
        (1, None, TypeError),
        (1, True, TypeError),
        (1, -1, OverflowError),
        (2, None, TypeError),
        (2, 5, TypeError),
        (2, "nul\0", ValueError),
        (3, None, TypeError),
        (3, bytearray(b"x"), TypeError),
        (3, "nul\0", ValueError),
        (4, None, TypeError),
        (4, True, TypeError),
        (4, -1, OverflowError),
        (5, None, TypeError),
        (5, 1.5, TypeError),
        (5, 1 << 32, OverflowError),
        (6, None, TypeError),
        (6, 7, ValueError),
    ],
)
def test_bad_arguments_of_messages(
    standin: Standin, send: Any, position: int, value: Any, error: type[Exception]
) -> None:
    arguments: list[Any] = [None, 2, as_text(send, "T"), as_text(send, "?"), 0, 0, False]
    arguments[position] = as_text(send, value) if isinstance(value, str) else value
    with pytest.raises(error):
        send(*arguments)
    assert standin.calls(send.__name__) == []


def test_text_of_the_wrong_kind(standin: Standin) -> None:
    with pytest.raises(TypeError, match="title must be str"):
        raw.WTSSendMessageW(None, 2, b"T", "?", 0, 0, False)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="message must be bytes"):
        raw.WTSSendMessageA(None, 2, b"T", "?", 0, 0, False)  # type: ignore[arg-type]


# ---- shut down ----


@pytest.mark.parametrize("flag", [flag for flag in ShutdownFlag if flag != raw.WTS_WSD_FASTREBOOT])
def test_shut_down(standin: Standin, flag: ShutdownFlag) -> None:
    standin.configure(privileges="held")
    raw.WTSShutdownSystem(None, flag)
    assert standin.calls("WTSShutdownSystem")[0].arguments == (0, int(flag))


def test_shut_down_without_the_privilege(standin: Standin) -> None:
    standin.configure(privileges="missing")
    with pytest.raises(AccessDeniedError) as caught:
        raw.WTSShutdownSystem(None, raw.WTS_WSD_REBOOT)
    assert caught.value.winerror == 1314


@pytest.mark.parametrize(("flag", "code"), [(0, 87), (raw.WTS_WSD_FASTREBOOT, 50), (6, 87), (0xFFFFFFFF, 87)])
def test_flags_that_windows_refuses(standin: Standin, flag: int, code: int) -> None:
    standin.configure(privileges="held")
    with pytest.raises(WtsError) as caught:
        raw.WTSShutdownSystem(None, flag)
    assert caught.value.winerror == code


def test_a_shutdown_that_is_under_way(standin: Standin) -> None:
    standin.configure(privileges="held")
    raw.WTSShutdownSystem(None, raw.WTS_WSD_SHUTDOWN)
    with pytest.raises(WtsError) as caught:
        raw.WTSShutdownSystem(None, raw.WTS_WSD_SHUTDOWN)
    assert caught.value.winerror == 1115


@pytest.mark.parametrize(
    ("flag", "error"),
    [(None, TypeError), (True, TypeError), ("1", TypeError), (-1, OverflowError), (1 << 32, OverflowError)],
)
def test_bad_flags(standin: Standin, flag: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="shutdown_flag"):
        raw.WTSShutdownSystem(None, flag)
    assert standin.calls("WTSShutdownSystem") == []


def test_a_shutdown_has_no_default() -> None:
    with pytest.raises(TypeError):
        raw.WTSShutdownSystem(None)  # type: ignore[call-arg]
