"""Virtual channels: opening, reading with its several ways to say nothing, writing, queries, closing under calls."""

import ctypes
import struct
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ctypes import wintypes
from typing import Any

import pytest

from helpers.call_log import Failure, exceptions_of
from helpers.standin import KEEP_LAST_ERROR, Standin
from wtsfast import raw
from wtsfast.errors import AccessDeniedError, ChannelClosedError, SessionNotFoundError, WtsError

SESSION = 3
ROOM = 1608
DYNAMIC = raw.WTS_CHANNEL_OPTION_DYNAMIC
OPENERS: list[Callable[[str], raw.ChannelHandle]] = [
    lambda name: raw.WTSVirtualChannelOpen(None, SESSION, name),
    lambda name: raw.WTSVirtualChannelOpenEx(SESSION, name, 0),
]


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.start_scenario()
    standin.add_session(SESSION, session_name="RDP-Tcp#0", user_name="anna", is_remote=1)
    standin.set_current_session(SESSION)


@pytest.fixture
def channel(standin: Standin) -> Iterator[raw.ChannelHandle]:
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as handle:
        yield handle


# ---- opening ----


@pytest.mark.parametrize("opener", OPENERS, ids=["Open", "OpenEx"])
def test_open_static(standin: Standin, opener: Callable[[str], raw.ChannelHandle]) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    with opener("static") as channel:
        assert (channel.virtual_name, channel.dynamic, channel.closed) == ("static", False, False)
        assert repr(channel) == "<ChannelHandle 'static' static>"
        assert standin.live_handles() == {"channels": 1}
    assert channel.closed
    assert repr(channel) == "<ChannelHandle 'static' static closed>"
    assert standin.live_handles() == {}


def test_open_dynamic_with_every_flag(standin: Standin) -> None:
    flags = DYNAMIC | raw.WTS_CHANNEL_OPTION_DYNAMIC_PRI_REAL | raw.WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS
    standin.add_channel("n" * 260, session_id=SESSION, dynamic=True)
    with raw.WTSVirtualChannelOpenEx(raw.WTS_CURRENT_SESSION, "n" * 260, flags) as channel:
        assert channel.dynamic
    call = standin.calls("WTSVirtualChannelOpenEx")[0]
    assert (call.arguments[0], call.arguments[2]) == (0xFFFFFFFF, 0xF)


@pytest.mark.parametrize("flags", [0, DYNAMIC])
def test_open_of_a_channel_that_no_client_offers(standin: Standin, flags: int) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelOpenEx(SESSION, "nobody", flags)
    assert caught.value.winerror == 1168


@pytest.mark.parametrize(("code", "kind"), [(5, AccessDeniedError), (7022, SessionNotFoundError), (21, WtsError)])
def test_open_failures(standin: Standin, code: int, kind: type[WtsError]) -> None:
    for function, opener in zip(("WTSVirtualChannelOpen", "WTSVirtualChannelOpenEx"), OPENERS, strict=True):
        standin.fail(function, code)
        with pytest.raises(kind) as caught:
            opener("x")
        assert (caught.value.winerror, caught.value.function) == (code, function)


def test_open_in_a_session_that_has_gone(standin: Standin) -> None:
    standin.remove_session(SESSION)
    for opener in OPENERS:
        with pytest.raises(WtsError):
            opener("x")


def test_open_on_a_server_handle_is_passed_on(standin: Standin) -> None:
    standin.add_server("RDSH01")
    with raw.WTSOpenServer("RDSH01") as server, pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelOpen(server, SESSION, "x")
    assert (caught.value.winerror, caught.value.server) == (87, "RDSH01")


@pytest.mark.parametrize(
    ("name", "flags", "kind", "match"),
    [
        ("eightchr", 0, ValueError, "at most 7"),
        ("n" * 261, DYNAMIC, ValueError, "at most 260"),
        ("häuser", 0, ValueError, "ASCII"),
        ("a\0b", 0, ValueError, "NUL"),
        (b"bytes", 0, TypeError, "str"),
        (None, 0, TypeError, "str"),
        ("x", raw.WTS_CHANNEL_OPTION_DYNAMIC_PRI_HIGH, ValueError, "DYNAMIC"),
        ("x", raw.WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS, ValueError, "DYNAMIC"),
        ("x", -1, OverflowError, "32 unsigned"),
        ("x", 1.0, TypeError, "integer"),
    ],
)
def test_open_refuses(standin: Standin, name: Any, flags: Any, kind: type[Exception], match: str) -> None:
    with pytest.raises(kind, match=match):
        raw.WTSVirtualChannelOpenEx(SESSION, name, flags)
    assert standin.calls() == []


@pytest.mark.parametrize("session_id", [True, None, "3", -1, 1 << 32])
def test_open_refuses_what_is_no_session_id(standin: Standin, session_id: Any) -> None:
    with pytest.raises((TypeError, OverflowError)):
        raw.WTSVirtualChannelOpen(None, session_id, "x")
    with pytest.raises((TypeError, OverflowError)):
        raw.WTSVirtualChannelOpenEx(session_id, "x", 0)
    assert standin.calls() == []


def test_opening_again_breaks_the_open_channel(standin: Standin, channel: raw.ChannelHandle) -> None:
    standin.configure(reopen_time=50)
    began = time.monotonic()
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0):
        assert time.monotonic() - began > 0.03
        with pytest.raises(ChannelClosedError):
            raw.WTSVirtualChannelRead(channel, 0, ROOM)


# ---- handles ----


def test_a_handle_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="by hand"):
        raw.ChannelHandle()


@pytest.mark.parametrize("value", [None, 0, 12, "x", object()])
def test_what_is_no_channel_is_refused(standin: Standin, value: Any) -> None:
    for call in (
        raw.WTSVirtualChannelClose,
        raw.WTSVirtualChannelPurgeInput,
        raw.WTSVirtualChannelPurgeOutput,
        lambda channel: raw.WTSVirtualChannelRead(channel, 0, ROOM),
        lambda channel: raw.WTSVirtualChannelWrite(channel, b"x"),
        lambda channel: raw.WTSVirtualChannelQuery(channel, 1),
    ):
        with pytest.raises(TypeError, match="ChannelHandle"):
            call(value)
    assert standin.calls() == []


def test_a_closed_channel_is_refused(standin: Standin, channel: raw.ChannelHandle) -> None:
    channel.close()
    standin.forget_calls()
    for call in (
        raw.WTSVirtualChannelPurgeInput,
        raw.WTSVirtualChannelPurgeOutput,
        lambda channel: raw.WTSVirtualChannelRead(channel, 0, ROOM),
        lambda channel: raw.WTSVirtualChannelWrite(channel, b"x"),
        lambda channel: raw.WTSVirtualChannelQuery(channel, 1),
    ):
        with pytest.raises(ValueError, match="closed"):
            call(channel)
    raw.WTSVirtualChannelClose(channel)
    channel.close()
    assert standin.calls() == []


def test_close_reports_what_windows_says(standin: Standin, channel: raw.ChannelHandle) -> None:
    standin.fail("WTSVirtualChannelClose", 31)
    with pytest.raises(ChannelClosedError) as caught:
        raw.WTSVirtualChannelClose(channel)
    assert (caught.value.winerror, caught.value.function) == (31, "WTSVirtualChannelClose")
    assert channel.closed
    raw.WTSVirtualChannelClose(channel)
    assert len(standin.calls("WTSVirtualChannelClose")) == 1
    standin.reset()


@pytest.mark.parametrize("failure", exceptions_of("WTSVirtualChannelClose"), ids=str)
def test_documented_failures_of_close(standin: Standin, channel: raw.ChannelHandle, failure: Failure) -> None:
    standin.fail("WTSVirtualChannelClose", failure.injected)
    with pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelClose(channel)
    assert (type(caught.value).__name__, caught.value.winerror) == (failure.exception, failure.error)
    standin.reset()


def test_a_forgotten_channel_closes_itself_with_a_warning(standin: Standin) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    channel = raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0)
    with pytest.warns(ResourceWarning, match="unclosed <ChannelHandle 'STATIC' static>"):
        del channel
    assert standin.live_handles() == {}


def test_each_function_without_a_reason_fails_all_the_same(standin: Standin, channel: raw.ChannelHandle) -> None:
    for name, call in (
        ("WTSVirtualChannelPurgeInput", raw.WTSVirtualChannelPurgeInput),
        ("WTSVirtualChannelPurgeOutput", raw.WTSVirtualChannelPurgeOutput),
        ("WTSVirtualChannelRead", lambda channel: raw.WTSVirtualChannelRead(channel, 0, ROOM)),
        ("WTSVirtualChannelWrite", lambda channel: raw.WTSVirtualChannelWrite(channel, b"x")),
        ("WTSVirtualChannelQuery", lambda channel: raw.WTSVirtualChannelQuery(channel, 1)),
        ("WTSVirtualChannelClose", raw.WTSVirtualChannelClose),
    ):
        standin.fail(name, KEEP_LAST_ERROR)
        with pytest.raises(WtsError) as caught:
            call(channel)
        assert (caught.value.winerror, caught.value.function) == (0, name)
    standin.reset()


@pytest.mark.parametrize("code", [6, 31, 38, 109, 233])
def test_each_function_tells_that_the_channel_has_gone(standin: Standin, channel: raw.ChannelHandle, code: int) -> None:
    for name, call in (
        ("WTSVirtualChannelPurgeInput", raw.WTSVirtualChannelPurgeInput),
        ("WTSVirtualChannelPurgeOutput", raw.WTSVirtualChannelPurgeOutput),
        ("WTSVirtualChannelRead", lambda channel: raw.WTSVirtualChannelRead(channel, 0, ROOM)),
        ("WTSVirtualChannelWrite", lambda channel: raw.WTSVirtualChannelWrite(channel, b"x")),
        ("WTSVirtualChannelQuery", lambda channel: raw.WTSVirtualChannelQuery(channel, 1)),
    ):
        standin.fail(name, code)
        with pytest.raises(ChannelClosedError) as caught:
            call(channel)
        assert (caught.value.winerror, caught.value.function) == (code, name)
        assert isinstance(caught.value, BrokenPipeError)


# ---- reading ----


def test_read_gives_chunks_as_they_come(standin: Standin) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    message = bytes(range(256)) * 16
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel:
        standin.channel_send(SESSION, "STATIC", message)
        chunks = [raw.WTSVirtualChannelRead(channel, 0, ROOM) for _ in range(4)]
    assert [len(chunk) for chunk in chunks] == [1600, 1600, 896, 0]
    assert b"".join(chunks) == message


@pytest.mark.parametrize(("dynamic", "show_protocol"), [(True, False), (False, True)])
def test_read_gives_the_header_with_the_length_of_the_whole_message(
    standin: Standin, dynamic: bool, show_protocol: bool
) -> None:
    standin.add_channel("NAME", session_id=SESSION, dynamic=dynamic, show_protocol=show_protocol)
    message = b"m" * 4000
    with raw.WTSVirtualChannelOpenEx(SESSION, "NAME", DYNAMIC if dynamic else 0) as channel:
        standin.channel_send(SESSION, "NAME", message)
        chunks = [raw.WTSVirtualChannelRead(channel, 1000, ROOM) for _ in range(3)]
    assert [struct.unpack_from("<II", chunk) for chunk in chunks] == [(4000, 1), (4000, 0), (4000, 2)]
    assert b"".join(chunk[8:] for chunk in chunks) == message


def test_read_of_an_empty_message_on_a_dynamic_channel_is_its_header(standin: Standin) -> None:
    standin.add_channel("NAME", session_id=SESSION, dynamic=True)
    with raw.WTSVirtualChannelOpenEx(SESSION, "NAME", DYNAMIC) as channel:
        standin.channel_send(SESSION, "NAME", b"")
        assert raw.WTSVirtualChannelRead(channel, 0, ROOM) == struct.pack("<II", 0, 3)


@pytest.mark.parametrize("shape", [0, 1, 2, 3])
def test_no_data_is_empty_in_each_of_its_shapes(standin: Standin, channel: raw.ChannelHandle, shape: int) -> None:
    standin.configure(no_data=shape)
    assert raw.WTSVirtualChannelRead(channel, 0, ROOM) == b""
    began = time.monotonic()
    assert raw.WTSVirtualChannelRead(channel, 300, ROOM) == b""
    assert 0.25 < time.monotonic() - began < 3


@pytest.mark.parametrize("shape", [1, 2, 3])
def test_a_provider_that_does_not_wait_is_not_asked_all_the_time(
    standin: Standin, channel: raw.ChannelHandle, shape: int
) -> None:
    standin.configure(read_does_not_wait=1, no_data=shape)
    began = time.monotonic()
    assert raw.WTSVirtualChannelRead(channel, 300, ROOM) == b""
    assert time.monotonic() - began > 0.25
    assert 2 < len(standin.calls("WTSVirtualChannelRead")) < 60


def test_read_waits_for_data(standin: Standin) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel, ThreadPoolExecutor(1) as pool:
        for timeout in (raw.INFINITE, 10_000):
            waiting = pool.submit(raw.WTSVirtualChannelRead, channel, timeout, ROOM)
            standin.wait_until_running("WTSVirtualChannelRead")
            time.sleep(0.25)  # longer than a slice
            standin.channel_send(SESSION, "STATIC", b"now")
            assert waiting.result(10) == b"now"


def test_a_buffer_too_small_says_what_is_needed_and_loses_nothing(standin: Standin) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel:
        standin.channel_send(SESSION, "STATIC", b"0123456789")
        with pytest.raises(WtsError, match="size of 10 bytes") as caught:
            raw.WTSVirtualChannelRead(channel, 0, 4)
        assert (caught.value.winerror, caught.value.function) == (122, "WTSVirtualChannelRead")
        assert raw.WTSVirtualChannelRead(channel, 0, 10) == b"0123456789"


@pytest.mark.parametrize("shape", [1, 2])
def test_a_buffer_too_small_where_windows_cuts_gives_the_rest_later(standin: Standin, shape: int) -> None:
    standin.configure(small_buffer=shape)
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel:
        standin.channel_send(SESSION, "STATIC", b"0123456789")
        assert [raw.WTSVirtualChannelRead(channel, 0, 4) for _ in range(4)] == [b"0123", b"4567", b"89", b""]


@pytest.mark.parametrize("size", [0, -1, 1 << 31, 1 << 32])
def test_read_refuses_odd_sizes(standin: Standin, channel: raw.ChannelHandle, size: int) -> None:
    with pytest.raises((ValueError, OverflowError), match="size"):
        raw.WTSVirtualChannelRead(channel, 0, size)
    assert standin.calls("WTSVirtualChannelRead") == []


def test_read_of_a_dynamic_channel_needs_room_for_a_chunk(standin: Standin) -> None:
    standin.add_channel("NAME", session_id=SESSION, dynamic=True)
    with raw.WTSVirtualChannelOpenEx(SESSION, "NAME", DYNAMIC) as channel, pytest.raises(ValueError, match="1608"):
        raw.WTSVirtualChannelRead(channel, 0, 1607)


@pytest.mark.parametrize("timeout", [-1, 1 << 32, 0.5, None, True])
def test_read_refuses_odd_timeouts(standin: Standin, channel: raw.ChannelHandle, timeout: Any) -> None:
    with pytest.raises((TypeError, OverflowError), match="timeout_ms"):
        raw.WTSVirtualChannelRead(channel, timeout, ROOM)
    assert standin.calls("WTSVirtualChannelRead") == []


@pytest.mark.parametrize("code", [109, 31])
def test_what_was_sent_before_the_hang_up_can_be_read(standin: Standin, code: int) -> None:
    standin.configure(lost_channel_error=code)
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel:
        standin.channel_send(SESSION, "STATIC", b"last")
        standin.break_channel(SESSION, "STATIC")
        assert raw.WTSVirtualChannelRead(channel, 1000, ROOM) == b"last"
        for call in (
            lambda: raw.WTSVirtualChannelRead(channel, 1000, ROOM),
            lambda: raw.WTSVirtualChannelWrite(channel, b"x"),
        ):
            with pytest.raises(ChannelClosedError) as caught:
                call()
            assert caught.value.winerror == code


def test_a_hang_up_ends_a_waiting_read(standin: Standin) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(raw.WTSVirtualChannelRead, channel, raw.INFINITE, ROOM)
        standin.wait_until_running("WTSVirtualChannelRead")
        standin.break_channel(SESSION, "STATIC")
        with pytest.raises(ChannelClosedError) as caught:
            waiting.result(10)
    assert caught.value.winerror == 109


# ---- writing ----


@pytest.mark.parametrize("data", [b"abc", bytearray(b"abc"), memoryview(b"abc"), memoryview(b"xabcx")[1:4]], ids=repr)
def test_write_takes_what_is_like_bytes(standin: Standin, data: Any) -> None:
    standin.add_channel("STATIC", session_id=SESSION)
    with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel:
        assert raw.WTSVirtualChannelWrite(channel, data) == 3
        assert standin.channel_receive(SESSION, "STATIC") == b"abc"


@pytest.mark.parametrize("size", [0, 1, 1600, 1601, 60_000])
def test_write_of_any_length_has_no_header(standin: Standin, size: int) -> None:
    standin.add_channel("NAME", session_id=SESSION, dynamic=True)
    with raw.WTSVirtualChannelOpenEx(SESSION, "NAME", DYNAMIC) as channel:
        assert raw.WTSVirtualChannelWrite(channel, b"w" * size) == size
        assert standin.channel_receive(SESSION, "NAME", 0) == (b"w" * size or None)


def test_write_returns_what_was_written(standin: Standin, channel: raw.ChannelHandle) -> None:
    standin.null_result("WTSVirtualChannelWrite", count=5)
    assert raw.WTSVirtualChannelWrite(channel, b"0123456789") == 5


@pytest.mark.parametrize("data", ["text", 12, None, [1, 2], memoryview(b"abcd")[::2]], ids=str)
def test_write_refuses(standin: Standin, channel: raw.ChannelHandle, data: Any) -> None:
    with pytest.raises((TypeError, BufferError)):
        raw.WTSVirtualChannelWrite(channel, data)
    assert standin.calls("WTSVirtualChannelWrite") == []


def test_a_buffer_cannot_be_resized_while_it_is_written(standin: Standin, channel: raw.ChannelHandle) -> None:
    data = bytearray(b"abc")
    with standin.block("WTSVirtualChannelWrite") as rule, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(raw.WTSVirtualChannelWrite, channel, data)
        standin.wait_until_running("WTSVirtualChannelWrite")
        with pytest.raises(BufferError):
            data.append(1)
        rule.release()
        assert writing.result(10) == 3
    data.append(1)


def test_echo(standin: Standin) -> None:
    standin.add_channel("ECHO", session_id=SESSION, dynamic=True, echo=True)
    with raw.WTSVirtualChannelOpenEx(SESSION, "ECHO", DYNAMIC) as channel:
        raw.WTSVirtualChannelWrite(channel, b"hello")
        assert raw.WTSVirtualChannelRead(channel, 1000, ROOM)[8:] == b"hello"


# ---- purging ----


def test_purge(standin: Standin, channel: raw.ChannelHandle) -> None:
    standin.channel_send(SESSION, "STATIC", b"in")
    raw.WTSVirtualChannelWrite(channel, b"out")
    raw.WTSVirtualChannelPurgeInput(channel)
    raw.WTSVirtualChannelPurgeOutput(channel)
    assert raw.WTSVirtualChannelRead(channel, 0, ROOM) == b""
    assert standin.channel_receive(SESSION, "STATIC") == b"out"


# ---- queries ----


kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.GetHandleInformation.argtypes = [wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD)]
kernel32.GetProcessHandleCount.argtypes = [wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD)]
kernel32.PeekNamedPipe.argtypes = [
    wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, wintypes.LPDWORD, wintypes.LPDWORD, wintypes.LPDWORD,
]  # fmt: skip


def is_open(handle: int) -> bool:
    return bool(kernel32.GetHandleInformation(handle, wintypes.DWORD()))


def file_handle(channel: raw.ChannelHandle) -> raw.Handle:
    file = raw.WTSVirtualChannelQuery(channel, raw.WTSVirtualFileHandle)
    assert isinstance(file, raw.Handle)
    return file


@pytest.mark.parametrize("ends", [False, True])
def test_the_file_handle_is_a_duplicate_that_is_ours(standin: Standin, channel: raw.ChannelHandle, ends: bool) -> None:
    standin.configure(close_ends_duplicates=ends)
    with file_handle(channel) as file:
        number = int(file)
        raw.WTSVirtualChannelClose(channel)
        assert is_open(number)
        assert bool(kernel32.PeekNamedPipe(number, None, 0, None, None, None)) is not ends
    assert not is_open(number)


def test_closing_the_file_handle_leaves_the_channels_own_alone(standin: Standin, channel: raw.ChannelHandle) -> None:
    for _ in range(3):
        file_handle(channel).close()
    raw.WTSVirtualChannelClose(channel)  # the stand-in looks whether its handle is still open


def test_the_file_handle_as_a_buffer(standin: Standin, channel: raw.ChannelHandle) -> None:
    raw.WTSFreeMemory(raw.WTSVirtualChannelQuery(channel, 1, as_buffer=True))
    buffer = raw.WTSVirtualChannelQuery(channel, 1, as_buffer=True)
    assert (buffer.nbytes, buffer.count) == (8, 1)
    assert is_open(int.from_bytes(bytes(buffer), "little"))


def test_an_answer_too_short_for_a_handle(standin: Standin, channel: raw.ChannelHandle) -> None:
    standin.configure(file_handle_size=4)
    with pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelQuery(channel, raw.WTSVirtualFileHandle)
    assert (caught.value.winerror, caught.value.function) == (13, "WTSVirtualChannelQuery")


def test_client_data(standin: Standin, channel: raw.ChannelHandle) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelQuery(channel, raw.WTSVirtualClientData)
    assert caught.value.winerror == 50
    standin.set_client_data(b"abc")
    assert raw.WTSVirtualChannelQuery(channel, raw.WTSVirtualClientData) == b"abc"
    assert bytes(raw.WTSVirtualChannelQuery(channel, raw.WTSVirtualClientData, as_buffer=True)) == b"abc"


@pytest.mark.parametrize("count", [0, 8, 0xFFFFFFFF])
def test_query_with_a_null_answer(standin: Standin, channel: raw.ChannelHandle, count: int) -> None:
    standin.set_client_data(b"abc")
    standin.null_result("WTSVirtualChannelQuery", count=count)
    assert raw.WTSVirtualChannelQuery(channel, 0) == b""
    standin.null_result("WTSVirtualChannelQuery", count=count)
    assert len(raw.WTSVirtualChannelQuery(channel, 0, as_buffer=True)) == 0
    standin.null_result("WTSVirtualChannelQuery", count=count)
    with pytest.raises(WtsError):
        raw.WTSVirtualChannelQuery(channel, 1)


@pytest.mark.parametrize("file_handle", [1, 2], ids=["NULL", "INVALID_HANDLE_VALUE"])
def test_no_handle_is_not_taken_for_one(standin: Standin, channel: raw.ChannelHandle, file_handle: int) -> None:
    """DuplicateHandle would make INVALID_HANDLE_VALUE a handle to this process."""
    standin.configure(file_handle=file_handle)
    with pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelQuery(channel, raw.WTSVirtualFileHandle)
    assert (caught.value.winerror, caught.value.function) == (13, "WTSVirtualChannelQuery")


def test_an_unknown_class_is_passed_on(standin: Standin, channel: raw.ChannelHandle) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSVirtualChannelQuery(channel, 77)
    assert caught.value.winerror == 87


# ---- threads ----


def test_calls_of_several_threads_take_turns(standin: Standin) -> None:
    """The stand-in reports a violation when two threads read and write one channel at once."""
    standin.add_channel("ECHO", session_id=SESSION, dynamic=True, echo=True)
    rounds = 30
    with raw.WTSVirtualChannelOpenEx(SESSION, "ECHO", DYNAMIC) as channel:

        def write(_: int) -> None:
            for _ in range(rounds):
                raw.WTSVirtualChannelWrite(channel, b"x")

        def read(_: int) -> int:
            return sum(len(raw.WTSVirtualChannelRead(channel, 5000, ROOM)) - 8 for _ in range(rounds))

        with ThreadPoolExecutor(6) as pool:
            written = [pool.submit(write, i) for i in range(3)]
            received = [pool.submit(read, i) for i in range(3)]
            assert sum(future.result(60) for future in received) == 3 * rounds
            for future in written:
                future.result(60)
    assert standin.violations() == []


def test_a_reader_in_its_loop_does_not_shut_writers_out(standin: Standin, channel: raw.ChannelHandle) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(raw.WTSVirtualChannelRead, channel, raw.INFINITE, ROOM)
        standin.wait_until_running("WTSVirtualChannelRead")
        began = time.monotonic()
        for _ in range(5):
            raw.WTSVirtualChannelWrite(channel, b"x")
        assert time.monotonic() - began < 5
        channel.close()
        with pytest.raises(ChannelClosedError):
            waiting.result(10)


def test_close_ends_a_waiting_read(standin: Standin, channel: raw.ChannelHandle) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(raw.WTSVirtualChannelRead, channel, raw.INFINITE, ROOM)
        standin.wait_until_running("WTSVirtualChannelRead")
        began = time.monotonic()
        raw.WTSVirtualChannelClose(channel)
        assert time.monotonic() - began < 0.05  # it does not wait
        with pytest.raises(ChannelClosedError) as caught:
            waiting.result(10)
        assert time.monotonic() - began < 1
    assert (caught.value.winerror, caught.value.function) == (995, "WTSVirtualChannelRead")
    assert standin.live_handles() == {}  # the reader closed it when it returned
    assert standin.violations() == []


def test_close_during_a_write_waits_for_nobody(standin: Standin, channel: raw.ChannelHandle) -> None:
    with standin.block("WTSVirtualChannelWrite") as rule, ThreadPoolExecutor(2) as pool:
        writing = pool.submit(raw.WTSVirtualChannelWrite, channel, b"abc")
        standin.wait_until_running("WTSVirtualChannelWrite")
        behind = pool.submit(raw.WTSVirtualChannelRead, channel, raw.INFINITE, ROOM)
        time.sleep(0.05)
        channel.close()
        with pytest.raises(ChannelClosedError):
            behind.result(10)  # it waited for its turn
        assert standin.live_handles() == {"channels": 1}
        rule.release()
        assert writing.result(10) == 3
    assert standin.live_handles() == {}


def test_a_read_without_time_does_not_wait_for_its_turn(standin: Standin, channel: raw.ChannelHandle) -> None:
    with standin.block("WTSVirtualChannelWrite") as rule, ThreadPoolExecutor(1) as pool:
        writing = pool.submit(raw.WTSVirtualChannelWrite, channel, b"abc")
        standin.wait_until_running("WTSVirtualChannelWrite")
        began = time.monotonic()
        assert raw.WTSVirtualChannelRead(channel, 0, ROOM) == b""
        assert time.monotonic() - began < 0.2
        rule.release()
        writing.result(10)


def test_a_write_that_flow_control_holds_back(standin: Standin) -> None:
    standin.add_channel("NARROW", session_id=SESSION, dynamic=True, quota=2000)
    with raw.WTSVirtualChannelOpenEx(SESSION, "NARROW", DYNAMIC) as channel, ThreadPoolExecutor(1) as pool:
        raw.WTSVirtualChannelWrite(channel, b"1" * 2000)
        writing = pool.submit(raw.WTSVirtualChannelWrite, channel, b"2" * 2000)
        standin.wait_until_running("WTSVirtualChannelWrite")
        time.sleep(0.05)
        assert not writing.done()
        assert standin.channel_receive(SESSION, "NARROW") == b"1" * 2000
        assert writing.result(10) == 2000


@pytest.mark.parametrize(
    ("function", "call"),
    [
        ("WTSVirtualChannelOpen", lambda _: raw.WTSVirtualChannelOpen(None, SESSION, "OTHER").close()),
        ("WTSVirtualChannelOpenEx", lambda _: raw.WTSVirtualChannelOpenEx(SESSION, "OTHER", 0).close()),
        ("WTSVirtualChannelRead", lambda channel: raw.WTSVirtualChannelRead(channel, 0, ROOM)),
        ("WTSVirtualChannelWrite", lambda channel: raw.WTSVirtualChannelWrite(channel, b"x")),
        ("WTSVirtualChannelPurgeInput", raw.WTSVirtualChannelPurgeInput),
        ("WTSVirtualChannelPurgeOutput", raw.WTSVirtualChannelPurgeOutput),
        ("WTSVirtualChannelQuery", lambda channel: file_handle(channel).close()),
        ("WTSVirtualChannelClose", raw.WTSVirtualChannelClose),
    ],
)
def test_no_call_holds_the_gil(
    standin: Standin, channel: raw.ChannelHandle, function: str, call: Callable[[raw.ChannelHandle], object]
) -> None:
    standin.add_channel("OTHER", session_id=SESSION)
    with standin.block(function) as rule:
        thread = threading.Thread(target=call, args=(channel,))
        thread.start()
        standin.wait_until_running(function)  # this thread runs: the other one has let the GIL go
        rule.release()
        thread.join(10)
        assert not thread.is_alive()


def test_ctrl_c_ends_a_read(standin: Standin, channel: raw.ChannelHandle) -> None:
    import _thread

    threading.Timer(0.2, _thread.interrupt_main).start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        raw.WTSVirtualChannelRead(channel, raw.INFINITE, ROOM)
    assert time.monotonic() - began < 2
    assert raw.WTSVirtualChannelRead(channel, 0, ROOM) == b""  # the handle is as good as before


def test_many_rounds_leave_nothing(standin: Standin) -> None:
    standin.add_channel("STATIC", session_id=SESSION, echo=True)
    counts = []
    for _ in range(3):
        for _ in range(50):
            with raw.WTSVirtualChannelOpenEx(SESSION, "STATIC", 0) as channel:
                raw.WTSVirtualChannelWrite(channel, b"x")
                assert raw.WTSVirtualChannelRead(channel, 5000, ROOM) == b"x"
                file_handle(channel).close()
                with pytest.raises(WtsError):
                    raw.WTSVirtualChannelOpenEx(SESSION, "NOBODY", 0)
        count = wintypes.DWORD()
        assert kernel32.GetProcessHandleCount(wintypes.HANDLE(-1), count)
        counts.append(count.value)
    assert counts[2] <= counts[1]
