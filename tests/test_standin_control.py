"""The stand-in's session information, control, messages, events, users and tokens."""

import ctypes
import struct
import threading
import time
from typing import Any

import pytest

from helpers.standin import CURRENT_SESSION, Standin
from helpers.wts_ctypes import Api, Outcome

SENTINEL = 0x1234
FLUSH, ALL_EVENTS = 0x80000000, 0x7FFFFFFF
SIZES = {
    4: (4, 4), 8: (4, 4), 9: (4, 4), 12: (2, 2), 13: (4, 4), 14: (24, 24), 15: (12, 12), 16: (2, 2), 23: (2304, 1200),
    24: (216, 144), 25: (232, 160), 26: (1668, 848), 29: (1, 1),
}  # fmt: skip
TEXTS = (0, 1, 2, 3, 5, 6, 7, 10, 11)


@pytest.fixture
def api(standin: Standin) -> Api:
    return Api(standin.path)


@pytest.fixture
def scripted(standin: Standin) -> Standin:
    standin.start_scenario()
    standin.set_current_session(7)
    standin.add_session(0, session_name="Services", state=4)
    standin.add_session(
        7,
        session_name="RDP-Tcp#1",
        user_name="anna",
        domain_name="EXAMPLE",
        client_name="PC7",
        is_remote=1,
        protocol_type=2,
        client_address_family=2,
        client_address=bytes([9, 9, 10, 0, 0, 7]),
        client_address_text="10.0.0.7",
        logon_time=5,
        color_depth=32,
    )
    standin.add_session(8, session_name="Console", user_name="ben", password="secret")
    standin.add_session(65536, session_name="RDP-Tcp", state=6)
    return standin


class Worker:
    """A call in a thread of its own."""

    def __init__(self, api: Api, name: str, *arguments: Any, outputs: tuple[Any, ...] = ()) -> None:
        self.outcome: Outcome | None = None
        self._work = lambda: setattr(self, "outcome", api.call(name, *arguments, outputs=outputs))
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def result(self) -> Outcome:
        self.thread.join(20)
        assert self.outcome is not None
        return self.outcome


# ---- WTSQuerySessionInformation ----


@pytest.mark.parametrize("info_class", SIZES)
def test_sizes(scripted: Standin, api: Api, info_class: int) -> None:
    for form, size in zip("WA", SIZES[info_class], strict=True):
        assert len(api.query(7, info_class, form=form) or b"") == size


@pytest.mark.parametrize("info_class", TEXTS)
def test_text_classes(scripted: Standin, api: Api, info_class: int) -> None:
    expected = {5: "anna", 6: "RDP-Tcp#1", 7: "EXAMPLE", 10: "PC7"}.get(info_class, "")
    assert api.query(7, info_class) == f"{expected}\0".encode("utf-16-le")
    assert api.query(7, info_class, form="A") == f"{expected}\0".encode()


@pytest.mark.parametrize("info_class", [17, 18, 19, 20, 21, 22, 27, 28, 30, 31])
def test_unsupported_classes(scripted: Standin, api: Api, info_class: int) -> None:
    with pytest.raises(OSError, match=" 50]"):
        api.query(7, info_class)


def test_newer_classes(scripted: Standin, api: Api) -> None:
    scripted.put_session(
        7, activity_id=bytes(range(16)), capabilities=(59083637, 2), session_address_family=2, session_address=b"??\x0a"
    )
    assert api.query(7, 30) == bytes(range(16))
    assert api.query(7, 31) == struct.pack("<2I", 59083637, 2)
    assert api.query(7, 28) == struct.pack("<I", 2) + b"??\x0a".ljust(20, b"\0")


def test_missing_sessions_and_classes(scripted: Standin, api: Api) -> None:
    for session_id, info_class, error in ((99, 5, 7022), (7, 32, 87), (7, 1000, 87)):
        with pytest.raises(OSError, match=f" {error}]"):
            api.query(session_id, info_class)
    scripted.remove_session(7)
    with pytest.raises(OSError, match=" 2]"):
        api.query(7, 5)


def test_a_session_vanishes_between_two_calls(scripted: Standin, api: Api) -> None:
    scripted.vanish("WTSQuerySessionInformationW", 7, nth=2)
    assert 7 in [row[0] for row in api.sessions()]
    assert api.query(7, 5) == "anna\0".encode("utf-16-le")
    with pytest.raises(OSError, match=" 2]"):
        api.query(7, 5)
    assert 7 not in [row[0] for row in api.sessions()]


def test_null_outputs_come_first(api: Api) -> None:
    size, buffer = ctypes.c_ulong(SENTINEL), ctypes.c_void_p(SENTINEL)
    for form in "WA":
        name = f"WTSQuerySessionInformation{form}"
        assert api.call(name, 0x99, 99, 99, None, ctypes.byref(size), outputs=(size,)) == (0, 1784, (SENTINEL,))
        assert api.call(name, 0x99, 99, 99, ctypes.byref(buffer), None, outputs=(buffer,)) == (0, 1784, (SENTINEL,))


def test_structures(scripted: Standin, api: Api) -> None:
    info = api.query(CURRENT_SESSION, 24) or b""
    assert struct.unpack_from("<2I", info) == (0, 7)
    assert info[32:52].decode("utf-16-le") == "RDP-Tcp#1\0"
    assert info[96:112].decode("utf-16-le") == "EXAMPLE\0"
    assert struct.unpack_from("<5q", info, 176)[:4] == (0, 0, 0, 5)
    info_ex = api.query(7, 25) or b""
    assert struct.unpack_from("<I4xIIi", info_ex) == (1, 7, 0, 1)
    client = api.query(7, 23, form="A") or b""
    assert client[:4] == b"PC7\0"
    assert client[588:606].decode("utf-16-le") == "10.0.0.7\0"
    assert api.query(7, 14) == struct.pack("<I", 2) + bytes([9, 9, 10, 0, 0, 7]).ljust(20, b"\0")
    assert api.query(7, 16) == b"\x02\0"
    assert api.query(7, 29) == b"\x01"


@pytest.mark.parametrize(("option", "end"), [(0, b"\0\0"), (1, b"u\0")])
def test_long_names_in_arrays(scripted: Standin, api: Api, option: int, end: bytes) -> None:
    scripted.put_session(7, user_name="u" * 40)
    scripted.configure(unterminated=option)
    info = api.query(7, 24) or b""
    assert info[130:170] == b"u\0" * 20
    assert info[170:172] == end
    assert len(api.query(7, 5) or b"") == 82


def test_overrides(scripted: Standin, api: Api) -> None:
    scripted.set_information(7, 16, b"\x02\0\xff\xff")
    scripted.set_information(7, 24, b"short")
    scripted.set_information(7, 10, None)
    scripted.set_information(7, 11, error=7007)
    assert api.query(7, 16) == b"\x02\0\xff\xff"
    assert api.query(7, 24) == b"short"
    assert api.query(7, 10) is None
    with pytest.raises(OSError, match="7007"):
        api.query(7, 11)
    scripted.put_session(8, client_name=None)
    assert api.query(8, 10) is None


def test_remote_session_class_is_local(scripted: Standin, api: Api) -> None:
    scripted.add_server("FAR")
    scripted.start_scenario("FAR")
    scripted.add_session(1, server="FAR")
    handle = api.call("WTSOpenServerW", ctypes.c_wchar_p("FAR")).result
    with pytest.raises(OSError, match=" 50]"):
        api.query(1, 29, handle)
    api.call("WTSCloseServer", handle)


def test_set_information_is_a_stub(standin: Standin, api: Api) -> None:
    for form in "WA":
        assert api.call(f"WTSSetSessionInformation{form}", None, 1, 0, None, 0).error == 50


# ---- logoff, disconnect, connect ----


def test_logoff(scripted: Standin, api: Api) -> None:
    assert api.call("WTSLogoffSession", None, 8, 1).result
    assert scripted.session_state(8) is None
    assert api.call("WTSLogoffSession", None, 8, 1).error == 2
    assert api.call("WTSLogoffSession", None, 99, 0).error == 7022
    assert api.call("WTSLogoffSession", None, 0, 0).error == 5
    assert api.call("WTSLogoffSession", None, 65536, 0).error == 5
    assert api.call("WTSLogoffSession", None, CURRENT_SESSION, 0).result
    assert scripted.session_state(7) is None


def test_a_logoff_takes_its_time(scripted: Standin, api: Api) -> None:
    scripted.configure(logoff_time=-1)
    assert api.call("WTSLogoffSession", None, 8, 0).result
    with pytest.raises(OSError, match="7007"):
        api.query(8, 5)
    worker = Worker(api, "WTSLogoffSession", None, 8, 1)
    scripted.wait_until_running("WTSLogoffSession")
    time.sleep(0.05)
    assert worker.outcome is None
    scripted.remove_session(8)
    assert worker.result().result
    scripted.configure(logoff_time=50)
    began = time.monotonic()
    assert api.call("WTSLogoffSession", None, 7, 1).result
    assert time.monotonic() - began > 0.04


def test_disconnect(scripted: Standin, api: Api) -> None:
    assert api.call("WTSDisconnectSession", None, 7, 1).result
    assert (7, "", 4) in api.sessions()
    assert api.call("WTSDisconnectSession", None, 7, 0).result
    scripted.configure(disconnect_again=7022)
    assert api.call("WTSDisconnectSession", None, 7, 0).error == 7022
    assert api.call("WTSDisconnectSession", None, 0, 0).error == 5


@pytest.mark.parametrize(("form", "text"), [("W", ctypes.c_wchar_p), ("A", ctypes.c_char_p)])
def test_connect(scripted: Standin, api: Api, form: str, text: type[Any]) -> None:
    def connect(logon_id: int, target_id: int, password: str | None) -> Outcome:
        encoded: Any = password if form == "W" or password is None else password.encode()
        return api.call(f"WTSConnectSession{form}", logon_id, target_id, text(encoded), 1)

    assert connect(8, 7, None).error == 87
    assert connect(CURRENT_SESSION, CURRENT_SESSION, "").error == 87
    assert connect(8, 7, "wrong").error == 1326
    assert connect(8, 7, "").error == 1326
    assert connect(99, 7, "").error == 7022
    assert connect(8, CURRENT_SESSION, "secret").result
    assert set(api.sessions()) >= {(7, "", 4), (8, "RDP-Tcp#1", 0)}


# ---- shutdown, tokens ----


def test_shutdown(scripted: Standin, api: Api) -> None:
    scripted.configure(privileges="missing")
    assert api.call("WTSShutdownSystem", None, 2).error == 1314
    scripted.configure(privileges="held")
    for flag, error in ((0, 87), (6, 87), (0x10, 50), (0x20, 87)):
        assert api.call("WTSShutdownSystem", None, flag).error == error
    scripted.add_session(9, is_remote=1)
    assert api.call("WTSShutdownSystem", None, 1).result
    assert [row[0] for row in api.sessions()] == [0, 7, 8, 65536]
    assert api.call("WTSShutdownSystem", None, 4).result
    assert scripted.shutdown_flag() == 4
    assert api.call("WTSShutdownSystem", None, 2).error == 1115


@pytest.mark.parametrize("name", ["WTSQueryUserToken", "QueryUserToken"])
def test_tokens(scripted: Standin, api: Api, name: str) -> None:
    token = ctypes.c_void_p(SENTINEL)
    assert api.call(name, CURRENT_SESSION, None).error == 87
    scripted.configure(privileges="missing")
    assert api.call(name, 7, ctypes.byref(token), outputs=(token,)) == (0, 1314, (SENTINEL,))
    scripted.configure(privileges="held")
    assert api.call(name, 99, ctypes.byref(token)).error == 2
    assert api.call(name, CURRENT_SESSION, ctypes.byref(token)).error == 2
    assert api.call(name, 0, ctypes.byref(token)).error == 1008
    assert api.call(name, 7, ctypes.byref(token)).result
    assert scripted.live_handles() == {"tokens": 1}
    ctypes.WinDLL("kernel32").CloseHandle(token)
    assert scripted.live_handles() == {}


def test_undocumented_exports(scripted: Standin, api: Api) -> None:
    session_id = ctypes.c_ulong()
    assert api.call("IsInteractiveUserSession", 7).error == 50
    assert api.call("QueryActiveSession", ctypes.byref(session_id)).error == 50
    assert api.call("RegisterUsertokenForNoWinlogon").error == 50
    scripted.configure(undocumented_answers=1)
    assert api.call("IsInteractiveUserSession", 7).result
    assert not api.call("IsInteractiveUserSession", 0).result
    assert api.call("QueryActiveSession", ctypes.byref(session_id), outputs=(session_id,)).outputs == (7,)


# ---- messages ----


def message(
    title: str, text: str, *, style: int = 4, timeout: int = 0, wait: int = 1, form: str = "W"
) -> tuple[Any, ...]:
    """Give the arguments from the title to `wait`, and the response."""
    coding = "utf-16-le" if form == "W" else "ascii"
    encoded = [part.encode(coding, "surrogatepass") for part in (title, text)]
    response = ctypes.c_ulong(SENTINEL)
    buffers = [ctypes.create_string_buffer(part + b"!!") for part in encoded]
    lengths = [len(part) for part in encoded]
    arguments = (buffers[0], lengths[0], buffers[1], lengths[1], style, timeout, ctypes.byref(response), wait)
    return (*arguments, response)


@pytest.mark.parametrize("form", ["W", "A"])
def test_a_message_is_answered(scripted: Standin, api: Api, form: str) -> None:
    text = "how \U0001f600" if form == "W" else "how"
    *arguments, response = message("title", text, form=form)
    worker = Worker(api, f"WTSSendMessage{form}", None, CURRENT_SESSION, *arguments, outputs=(response,))
    box = scripted.wait_for_message()
    assert (box.session_id, box.title, box.message, box.style, box.timeout) == (7, "title", text, 4, 0)
    scripted.answer_message(7, 6)
    assert worker.result().outputs == (6,)


def test_messages_time_out(scripted: Standin, api: Api) -> None:
    scripted.configure(second=20)
    *arguments, response = message("t", "m", timeout=2)
    assert api.call("WTSSendMessageW", None, 8, *arguments, outputs=(response,)).outputs == (32000,)
    *arguments, response = message("t", "m", wait=0)
    assert api.call("WTSSendMessageW", None, 8, *arguments, outputs=(response,)).outputs == (32001,)
    scripted.configure(auto_response=2)
    *arguments, response = message("", "m")
    assert api.call("WTSSendMessageW", None, 8, *arguments, outputs=(response,)).outputs == (2,)
    assert scripted.messages()[-1].title == "Error"


def test_messages_that_are_refused(scripted: Standin, api: Api) -> None:
    *arguments, response = message("t", "m")
    for session_id, error in ((99, 7022), (0, 7022), (65536, 7022)):
        assert api.call("WTSSendMessageW", None, session_id, *arguments, outputs=(response,)) == (0, error, (SENTINEL,))
    scripted.configure(empty_title=1)
    *arguments, _ = message("", "m")
    assert api.call("WTSSendMessageW", None, 8, *arguments).error == 1783
    worker = Worker(api, "WTSSendMessageW", None, 8, *message("t", "m")[:-1])
    scripted.wait_for_message()
    scripted.remove_session(8)
    assert worker.result().error == 2


# ---- events ----


@pytest.fixture
def flags() -> ctypes.c_ulong:
    return ctypes.c_ulong(SENTINEL)


def wait(api: Api, flags: ctypes.c_ulong, mask: int, server: int | None = None) -> Worker:
    return Worker(api, "WTSWaitSystemEvent", server, mask, ctypes.byref(flags), outputs=(flags,))


def test_events_wake_a_waiter(scripted: Standin, api: Api, flags: ctypes.c_ulong) -> None:
    worker = wait(api, flags, 0x20)
    scripted.wait_until_waiting()
    assert scripted.live_handles() == {"waits": 1}
    scripted.raise_event(0x8)
    scripted.raise_event(0x21)
    assert worker.result() == (1, worker.result().error, (0x20,))
    again = wait(api, flags, ALL_EVENTS)
    assert again.result().outputs == (0x9,)
    scripted.raise_event(0x40)
    assert api.call("WTSWaitSystemEvent", None, 0, ctypes.byref(flags), outputs=(flags,)).outputs == (0,)
    worker = wait(api, flags, ALL_EVENTS)
    scripted.wait_until_waiting()
    api.call("WTSLogoffSession", None, 8, 1)
    assert worker.result().outputs == (0xC2,)


def test_flush(scripted: Standin, api: Api, flags: ctypes.c_ulong) -> None:
    other = ctypes.c_ulong(SENTINEL)
    assert api.call("WTSWaitSystemEvent", None, FLUSH, ctypes.byref(other), outputs=(other,)).outputs == (0,)
    worker = wait(api, flags, ALL_EVENTS)
    scripted.wait_until_waiting()  # the flush before was lost
    assert api.call("WTSWaitSystemEvent", None, 1, ctypes.byref(other)).error == 7024
    assert api.call("WTSWaitSystemEvent", None, FLUSH, ctypes.byref(other)).result
    assert worker.result().outputs == (0,)
    assert api.call("WTSWaitSystemEvent", None, 1, None).error == 87


@pytest.mark.parametrize("everyone", [0, 1])
def test_the_scope_of_a_flush(scripted: Standin, api: Api, flags: ctypes.c_ulong, everyone: int) -> None:
    scripted.configure(flush_everyone=everyone)
    scripted.add_server("FAR")
    handle = api.call("WTSOpenServerW", ctypes.c_wchar_p("FAR")).result
    worker = wait(api, flags, ALL_EVENTS, handle)
    scripted.wait_until_waiting()
    other = ctypes.c_ulong()
    api.call("WTSWaitSystemEvent", None, FLUSH, ctypes.byref(other))
    if not everyone:
        assert scripted.waits() == 1
        scripted.raise_event(0x1, server="FAR")
    assert worker.result().outputs == (0 if everyone else 1,)
    worker = wait(api, flags, ALL_EVENTS, handle)
    scripted.wait_until_waiting()
    api.call("WTSCloseServer", handle)
    assert worker.result().outputs == (0,)


def test_events_between_waits(scripted: Standin, api: Api, flags: ctypes.c_ulong) -> None:
    scripted.configure(events_kept=0)
    api.call("WTSWaitSystemEvent", None, 0, ctypes.byref(flags))
    scripted.raise_event(0x1)
    worker = wait(api, flags, ALL_EVENTS)
    scripted.wait_until_waiting()
    scripted.break_server(1702)
    assert worker.result() == (0, 1702, (0,))
    scripted.break_server(0)


# ---- user configuration ----


def test_user_config(standin: Standin, api: Api) -> None:
    standin.set_account("anna", 5, 60000)
    standin.set_account("anna", 15, "C:\\profile")
    user = ctypes.c_wchar_p("Anna")
    assert api.buffer("WTSQueryUserConfigW", None, user, 5) == struct.pack("<I", 60000)
    assert api.buffer("WTSQueryUserConfigW", None, user, 15) == "C:\\profile\0".encode("utf-16-le")
    assert api.buffer("WTSQueryUserConfigA", None, ctypes.c_char_p(b"anna"), 15) == b"C:\\profile\0"
    whole = api.buffer("WTSQueryUserConfigW", None, user, 19) or b""
    assert len(whole) == 2148
    assert struct.unpack_from("<I", whole, 16) == (60000,)
    assert len(api.buffer("WTSQueryUserConfigA", None, ctypes.c_char_p(b"anna"), 19) or b"") == 1100
    assert api.buffer("WTSQueryUserConfigW", None, None, 3) == struct.pack("<I", 1)


def test_user_config_is_written_and_read_back(standin: Standin, api: Api) -> None:
    standin.set_account("anna")
    user = ctypes.c_wchar_p("anna")

    def write(config_class: int, data: bytes, length: int) -> Outcome:
        return api.call(
            "WTSSetUserConfigW", None, user, config_class, ctypes.create_string_buffer(data, max(len(data), 1)), length
        )

    assert write(6, struct.pack("<I", 99), 4).result
    assert api.buffer("WTSQueryUserConfigW", None, user, 6) == struct.pack("<I", 99)
    assert write(6, bytes(8), 8).error == 24
    assert write(18, bytes(4), 4).error == 87
    assert write(20, bytes(4), 4).error == 87
    encoded = "D:\\x\0".encode("utf-16-le")
    assert write(16, encoded * 2, 5).result
    assert api.buffer("WTSQueryUserConfigW", None, user, 16) == encoded
    standin.configure(config_bytes=1)
    assert write(16, encoded, 5).result
    assert api.buffer("WTSQueryUserConfigW", None, user, 16) == "D:\0".encode("utf-16-le")
    whole = bytearray(api.buffer("WTSQueryUserConfigW", None, user, 19) or b"")
    struct.pack_into("<I", whole, 20, 5)
    struct.pack_into("<I", whole, 48, 1)
    assert write(19, bytes(whole), 2148).result
    assert api.buffer("WTSQueryUserConfigW", None, user, 6) == struct.pack("<I", 5)
    assert api.buffer("WTSQueryUserConfigW", None, user, 18) == bytes(4)
    standin.configure(config_user_settable=0)
    assert write(19, bytes(whole), 2148).error == 87


def test_user_config_failures(standin: Standin, api: Api) -> None:
    data, size = ctypes.c_void_p(), ctypes.c_ulong()
    arguments = (0, ctypes.byref(data), ctypes.byref(size))
    assert api.call("WTSQueryUserConfigW", None, ctypes.c_wchar_p("nobody"), *arguments).error == 2221
    assert api.call("WTSQueryUserConfigW", ctypes.c_wchar_p("NOWHERE"), None, *arguments).error == 1722
    assert api.call("WTSQueryUserConfigW", None, None, 20, *arguments[1:]).error == 87
    standin.null_result("WTSQueryUserConfigW")
    assert api.buffer("WTSQueryUserConfigW", None, None, 0) is None
