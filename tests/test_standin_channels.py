"""The stand-in's virtual channels: opening, framing, chunks, flow control, timeouts, closed peers, file handles."""

import ctypes
import struct
import threading
from ctypes import wintypes

import pytest

from helpers.standin import CURRENT_SESSION, Standin
from helpers.wts_ctypes import Api, Outcome

SENTINEL = 0x1234
DYNAMIC = 1
FIRST, LAST = 1, 2
kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.GetCurrentProcess.restype = ctypes.c_void_p


@pytest.fixture
def client(standin: Standin) -> Standin:
    standin.start_scenario()
    standin.set_current_session(7)
    standin.add_session(7, session_name="RDP-Tcp#1", is_remote=1)
    standin.add_session(1, session_name="Console")
    standin.add_channel("static", session_id=7)
    standin.add_channel("framed", session_id=7, show_protocol=True)
    standin.add_channel("echo", session_id=7, echo=True)
    standin.add_channel("Example::Dynamic", session_id=7, dynamic=True)
    standin.add_channel("ECHO", session_id=7, dynamic=True, echo=True)
    return standin


class Channels:
    """The channel functions, with the open channels closed at the end."""

    def __init__(self, api: Api) -> None:
        self.api = api

    def open(self, name: bytes, flags: int = 0, session_id: int = CURRENT_SESSION) -> int:
        done = self.api.call("WTSVirtualChannelOpenEx", session_id, ctypes.c_char_p(name), flags)
        assert done.result, done
        return done.result

    def close(self, channel: int) -> None:
        assert self.api.call("WTSVirtualChannelClose", channel).result

    def read(self, channel: int, timeout: int = 5000, room: int = 1608) -> tuple[Outcome, bytes]:
        buffer, count = ctypes.create_string_buffer(room), ctypes.c_ulong(SENTINEL)
        done = self.api.call(
            "WTSVirtualChannelRead", channel, timeout, buffer, room, ctypes.byref(count), outputs=(count,)
        )
        return done, buffer.raw[: count.value] if done.result else b""

    def write(self, channel: int, data: bytes) -> Outcome:
        count = ctypes.c_ulong(SENTINEL)
        return self.api.call(
            "WTSVirtualChannelWrite", channel, ctypes.c_char_p(data), len(data), ctypes.byref(count), outputs=(count,)
        )

    def file_handle(self, channel: int) -> int:
        content = self.api.buffer("WTSVirtualChannelQuery", channel, 1) or b""
        assert len(content) == ctypes.sizeof(ctypes.c_void_p)
        return int.from_bytes(content, "little")


@pytest.fixture
def channels(client: Standin) -> Channels:
    return Channels(Api(client.path))


def test_opening(client: Standin, channels: Channels) -> None:
    def failure(session_id: int, name: bytes | None, flags: int) -> int:
        done = channels.api.call("WTSVirtualChannelOpenEx", session_id, ctypes.c_char_p(name), flags)
        assert done.result == 0
        return done.error

    assert failure(7, b"eightchr", 0) == 87
    assert failure(7, b"", 0) == 87
    assert failure(7, None, 0) == 87
    assert failure(7, b"x" * 261, DYNAMIC) == 87
    assert failure(7, b"static", 2) == 87
    assert failure(7, b"static", 0x10) == 87
    assert failure(7, b"nobody", 0) == 1168
    assert failure(7, b"static", DYNAMIC) == 1168
    assert failure(99, b"static", 0) == 7022
    assert failure(1, b"static", 0) == 50
    assert channels.api.call("WTSVirtualChannelOpen", 4, 7, ctypes.c_char_p(b"static")).error == 87
    for flags in (1, 3, 5, 7, 9, 15):
        channels.close(channels.open(b"example::dynamic", flags))
    old = channels.api.call("WTSVirtualChannelOpen", None, 7, ctypes.c_char_p(b"STATIC")).result
    assert client.live_handles() == {"channels": 1}
    new = channels.open(b"static")
    assert channels.read(old, 0)[0].error == 109
    channels.close(old)
    channels.close(new)


def test_static_messages(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    message = bytes(range(256)) * 20
    assert channels.write(channel, message).outputs == (len(message),)
    chunks = [client.channel_receive(7, "static") or b"" for _ in range(4)]
    assert [len(chunk) for chunk in chunks] == [1600, 1600, 1600, 320]
    assert b"".join(chunks) == message
    client.channel_send(7, "static", message)
    assert b"".join(channels.read(channel)[1] for _ in range(4)) == message
    assert channels.write(channel, b"").outputs == (0,)
    channels.close(channel)


@pytest.mark.parametrize(("name", "flags"), [(b"framed", 0), (b"Example::Dynamic", DYNAMIC)])
def test_framed_messages(client: Standin, channels: Channels, name: bytes, flags: int) -> None:
    channel = channels.open(name, flags)
    client.channel_send(7, name.decode(), b"x" * 4000)
    client.channel_send(7, name.decode(), b"y")
    parts = [channels.read(channel)[1] for _ in range(4)]
    headers = [struct.unpack_from("<2I", part) for part in parts]
    assert headers == [(4000, FIRST), (4000, 0), (4000, LAST), (1, FIRST | LAST)]
    assert b"".join(part[8:] for part in parts) == b"x" * 4000 + b"y"
    channels.close(channel)


def test_echoes(client: Standin, channels: Channels) -> None:
    static, dynamic = channels.open(b"echo"), channels.open(b"ECHO", DYNAMIC)
    channels.write(static, b"s" * 3000)
    channels.write(dynamic, b"d" * 3000)
    assert [len(channels.read(static)[1]) for _ in range(2)] == [1600, 1400]
    assert [channels.read(dynamic)[1][:8] for _ in range(2)] == [
        struct.pack("<2I", 3000, FIRST),
        struct.pack("<2I", 3000, LAST),
    ]
    channels.close(static)
    channels.close(dynamic)


@pytest.mark.parametrize(
    ("option", "at_once", "expired"),
    [(0, (1, None, 0), (0, 996, SENTINEL)), (1, (0, 996, SENTINEL), (0, 996, SENTINEL)),
     (2, (0, 232, SENTINEL), (0, 232, SENTINEL)), (3, (1, None, 0), (1, None, 0))],
)  # fmt: skip
def test_no_data(
    client: Standin,
    channels: Channels,
    option: int,
    at_once: tuple[int, int | None, int],
    expired: tuple[int, int | None, int],
) -> None:
    client.configure(no_data=option)
    channel = channels.open(b"static")
    for timeout, (result, error, count) in ((0, at_once), (20, expired)):
        done, _ = channels.read(channel, timeout)
        assert (done.result, done.outputs) == (result, (count,))
        assert error in (None, done.error)
    channels.close(channel)


def test_small_buffers(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"Example::Dynamic", DYNAMIC)
    client.channel_send(7, "Example::Dynamic", b"z" * 100)
    done, _ = channels.read(channel, room=50)
    assert (done.result, done.error, done.outputs) == (0, 122, (108,))
    assert len(channels.read(channel, room=108)[1]) == 108
    channels.close(channel)


@pytest.mark.parametrize("error", [109, 31])
def test_lost_peers(client: Standin, channels: Channels, error: int) -> None:
    client.configure(lost_channel_error=error)
    channel = channels.open(b"static")
    outcomes: list[Outcome] = []
    reader = threading.Thread(target=lambda: outcomes.append(channels.read(channel, 0xFFFFFFFF)[0]))
    reader.start()
    client.wait_until_running("WTSVirtualChannelRead")
    client.break_channel(7, "static")
    reader.join()
    assert (outcomes[0].result, outcomes[0].error) == (0, error)
    assert channels.write(channel, b"x").error == error
    channels.close(channel)
    other = channels.open(b"framed")
    channels.api.call("WTSDisconnectSession", None, 7, 1)
    assert channels.read(other)[0].error == error
    channels.close(other)


def test_flow_control(client: Standin, channels: Channels) -> None:
    client.add_channel("narrow", session_id=7, quota=2000)
    channel = channels.open(b"narrow")
    outcomes: list[Outcome] = []
    writer = threading.Thread(target=lambda: outcomes.append(channels.write(channel, b"w" * 8000)))
    writer.start()
    writer.join(0.1)
    assert writer.is_alive()
    received = b"".join(client.channel_receive(7, "narrow") or b"" for _ in range(5))
    writer.join(5)
    assert received == b"w" * 8000
    assert outcomes[0].outputs == (8000,)
    client.null_result("WTSVirtualChannelWrite", count=3)
    assert channels.write(channel, b"partly").outputs == (3,)
    channels.close(channel)


def test_purge(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    client.channel_send(7, "static", b"old")
    assert channels.api.call("WTSVirtualChannelPurgeOutput", channel).result
    assert channels.api.call("WTSVirtualChannelPurgeInput", channel).result
    assert channels.read(channel, 0) == (channels.read(channel, 0)[0], b"")
    channels.close(channel)


def test_query(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    for virtual_class, error in ((0, 50), (2, 87)):
        with pytest.raises(OSError, match=f" {error}]"):
            channels.api.buffer("WTSVirtualChannelQuery", channel, virtual_class)
    client.set_client_data(b"client")
    assert channels.api.buffer("WTSVirtualChannelQuery", channel, 0) == b"client"
    channels.close(channel)


def duplicate(handle: int) -> int:
    copy = ctypes.c_void_p()
    own = ctypes.c_void_p(kernel32.GetCurrentProcess())
    assert kernel32.DuplicateHandle(own, ctypes.c_void_p(handle), own, ctypes.byref(copy), 0, 0, 2)
    return copy.value or 0


def test_a_duplicate_outlives_the_channel(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    copy = duplicate(channels.file_handle(channel))
    channels.close(channel)
    assert client.live_handles() == {"channel files": 1}
    client.channel_send(7, "static", b"late")
    buffer, count = ctypes.create_string_buffer(16), wintypes.DWORD()
    assert kernel32.PeekNamedPipe(ctypes.c_void_p(copy), buffer, 16, ctypes.byref(count), None, None)
    assert buffer.raw[: count.value] == b"late"
    kernel32.CloseHandle(ctypes.c_void_p(copy))
    assert client.live_handles() == {}


def test_closing_may_end_duplicates(client: Standin, channels: Channels) -> None:
    client.configure(close_ends_duplicates=1)
    channel = channels.open(b"static")
    copy = duplicate(channels.file_handle(channel))
    channels.close(channel)
    assert not kernel32.PeekNamedPipe(ctypes.c_void_p(copy), None, 0, None, None, None)
    kernel32.CloseHandle(ctypes.c_void_p(copy))


def test_wrong_uses(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    file_handle = channels.file_handle(channel)
    kernel32.CloseHandle(ctypes.c_void_p(file_handle))
    channels.close(channel)
    assert channels.api.call("WTSVirtualChannelClose", channel).error == 6
    assert channels.api.call("WTSVirtualChannelClose", None).error == 6
    assert channels.write(channel, b"x").error == 6
    words = ["closed by the caller", "closed twice", "is not a channel", "used after WTSVirtualChannelClose"]
    for violation, word in zip(client.violations(), words, strict=True):
        assert word in violation
    client.clear_violations()


def test_two_threads_on_one_channel(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    reader = threading.Thread(target=channels.read, args=(channel, 300))
    reader.start()
    client.wait_until_running("WTSVirtualChannelRead")
    while not client.violations():
        channels.write(channel, b"x")
    reader.join()
    assert "by two threads at once" in client.violations()[0]
    client.clear_violations()
    channels.close(channel)


def test_unread_data_does_not_hide_that_a_file_handle_is_closed(client: Standin, channels: Channels) -> None:
    channel = channels.open(b"static")
    channels.write(channel, b"unread")
    channels.close(channel)
    assert client.live_handles() == {}


@pytest.mark.parametrize(("option", "error"), [(1, None), (2, 234)])
def test_small_buffers_that_cut(client: Standin, channels: Channels, option: int, error: int | None) -> None:
    client.configure(small_buffer=option)
    channel = channels.open(b"static")
    client.channel_send(7, "static", b"0123456789")
    done, _ = channels.read(channel, room=6)
    assert (done.result, done.outputs) == (0 if error else 1, (6,))
    assert error in (None, done.error)
    assert channels.read(channel, room=6)[1] == b"6789"
    channels.close(channel)
