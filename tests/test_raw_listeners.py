"""Listeners: the list that grows, the configuration and its bounded texts, security descriptors."""

import ctypes
import struct
import threading
import time
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

import pytest

from helpers.raw_calls import CONFIG, EMPTY_DESCRIPTOR
from helpers.standin import Standin
from wtsfast import raw
from wtsfast.enums import ColorDepth, EncryptionLevel, SecurityLayer, ShadowMode
from wtsfast.errors import AccessDeniedError, WtsError

DACL, SACL = 4, 8
CREATE, UPDATE = raw.WTS_LISTENER_CREATE, raw.WTS_LISTENER_UPDATE


@pytest.fixture(autouse=True)
def scene(standin: Standin) -> None:
    standin.start_scenario()


def ansi(config: raw.WTSLISTENERCONFIG[str]) -> raw.WTSLISTENERCONFIG[bytes]:
    return raw.WTSLISTENERCONFIG(*config[:26], *(text.encode("mbcs") for text in config[26:]))


def changed(config: Any, name: str, value: object) -> Any:
    return config._replace(**{name: value})


# ---- the list ----


def test_enumerate(standin: Standin) -> None:
    standin.add_listener("Häuser")
    standin.add_listener("hidden", hidden=True)
    assert raw.WTSEnumerateListeners(None) == ["Console", "RDP-Tcp", "Häuser"]
    assert raw.WTSEnumerateListenersA(None) == [b"Console", b"RDP-Tcp", "Häuser".encode("mbcs")]


def test_a_name_may_fill_its_cell(standin: Standin) -> None:
    standin.add_listener("n" * 32)
    assert raw.WTSEnumerateListeners(None)[-1] == "n" * 32
    assert raw.WTSEnumerateListenersA(None)[-1] == b"n" * 32


def test_enumerate_nothing(standin: Standin) -> None:
    for name in ("Console", "RDP-Tcp"):
        standin.add_listener(name, hidden=True)
    assert raw.WTSEnumerateListeners(None) == []
    assert raw.WTSEnumerateListenersA(None) == []


def test_the_arguments(standin: Standin) -> None:
    raw.WTSEnumerateListeners(None)
    counted, filled = standin.calls("WTSEnumerateListenersW")
    assert counted.arguments == (0, 0, 0, 0, 0)
    assert filled.arguments[:3] == (0, 0, 0)
    assert filled.arguments[4] > 2  # slack


@pytest.mark.parametrize("enumerate_listeners", [raw.WTSEnumerateListenersW, raw.WTSEnumerateListenersA])
@pytest.mark.parametrize("error", [122, 234, 87])
def test_a_list_that_grows_between_the_two_calls(
    standin: Standin, enumerate_listeners: Callable[[None], list[object]], error: int
) -> None:
    standin.configure(listeners_grow=1, listener_room_error=error)
    assert len(enumerate_listeners(None)) == 3  # within the slack
    for index in range(9):
        standin.add_listener(f"more {index}")
    assert len(enumerate_listeners(None)) == 12


def before_call(standin: Standin, function: str, nth: int, change: Callable[[], object]) -> threading.Thread:
    """Hold the nth call of a function up, from another thread, until ``change`` is made."""
    rule = standin.block(function, nth=nth, times=1)

    def make_change() -> None:
        while len(standin.calls(function)) < nth:
            time.sleep(0.001)
        change()
        rule.release()

    thread = threading.Thread(target=make_change)
    thread.start()
    return thread


@pytest.mark.parametrize("error", [122, 234, 0])
def test_a_list_that_outgrows_the_slack(standin: Standin, error: int) -> None:
    """0: the call fills what fits, and has no way to say that there is more."""
    standin.configure(listener_room_error=error)

    def add() -> None:
        for index in range(20):
            standin.add_listener(f"more {index}")

    thread = before_call(standin, "WTSEnumerateListenersW", 2, add)
    names = raw.WTSEnumerateListeners(None)
    thread.join()
    assert len(names) == 22


@pytest.mark.parametrize("enumerate_listeners", [raw.WTSEnumerateListenersW, raw.WTSEnumerateListenersA])
@pytest.mark.parametrize("error", [122, 0])
def test_a_list_that_goes_on_growing(
    standin: Standin, enumerate_listeners: Callable[[None], list[object]], error: int
) -> None:
    standin.configure(listeners_grow=12, listeners_burst=6, listener_room_error=error)  # more at a time than the slack
    assert len(enumerate_listeners(None)) == 14


@pytest.mark.parametrize("error", [122, 0])
def test_a_list_that_never_stops_growing(standin: Standin, error: int) -> None:
    standin.configure(listeners_grow=10_000, listeners_burst=6, listener_room_error=error)
    with pytest.raises(WtsError) as caught:
        raw.WTSEnumerateListeners(None)
    assert (caught.value.winerror, caught.value.function) == (234, "WTSEnumerateListeners")


def test_a_list_that_has_not_grown_failed_for_another_reason(standin: Standin) -> None:
    standin.fail("WTSEnumerateListenersW", 122, nth=2)
    with pytest.raises(WtsError) as caught:
        raw.WTSEnumerateListeners(None)
    assert caught.value.winerror == 122


@pytest.mark.parametrize("nth", [1, 2])
def test_enumerate_failures(standin: Standin, nth: int) -> None:
    standin.fail("WTSEnumerateListenersW", 5, nth=nth)
    with pytest.raises(AccessDeniedError) as caught:
        raw.WTSEnumerateListeners(None)
    assert (caught.value.winerror, caught.value.function) == (5, "WTSEnumerateListeners")


# ---- configuration ----


def test_query(standin: Standin) -> None:
    config = raw.WTSQueryListenerConfig(None, "rdp-tcp")
    assert isinstance(config, raw.WTSLISTENERCONFIG)
    assert (config.version, config.enable_listener, config.max_connection_count) == (1, 1, 0xFFFFFFFF)
    assert (config.port_number, config.user_authentication, config.color_depth) == (3389, 1, 0)
    assert config.security_layer is SecurityLayer.NEGOTIATE
    assert config.min_encryption_level is EncryptionLevel.CLIENT_COMPATIBLE
    assert config[26:] == ("", "", "", "", "")
    assert raw.WTSQueryListenerConfigA(None, b"RDP-Tcp") == ansi(config)


def test_each_member_has_its_place(standin: Standin) -> None:
    raw.WTSCreateListener(None, "RDP-Tcp", CONFIG, UPDATE)
    assert raw.WTSQueryListenerConfig(None, "RDP-Tcp") == CONFIG
    assert raw.WTSQueryListenerConfigA(None, b"RDP-Tcp") == ansi(CONFIG)
    numbers = standin_numbers("RDP-Tcp")
    assert numbers == list(CONFIG[:26])


def standin_numbers(name: str) -> list[int]:
    """Ask the DLL without the package."""
    buffer = ctypes.create_string_buffer(1348)
    query = ctypes.WinDLL("wtsapi32").WTSQueryListenerConfigW
    query.argtypes = [wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, wintypes.LPCWSTR, wintypes.LPVOID]
    assert query(None, None, 0, name, buffer)
    return list(struct.unpack_from("<26I", buffer))


def test_values_that_have_names(standin: Standin) -> None:
    config = CONFIG._replace(color_depth=ColorDepth.BPP_32, shadow_settings=ShadowMode(2), security_layer=77)
    raw.WTSCreateListener(None, "RDP-Tcp", config, UPDATE)
    answer = raw.WTSQueryListenerConfig(None, "RDP-Tcp")
    assert answer.color_depth is ColorDepth.BPP_32
    assert answer.shadow_settings is ShadowMode(2)
    assert answer.security_layer == 77
    assert type(answer.security_layer) is int


def test_create(standin: Standin) -> None:
    raw.WTSCreateListener(None, "Second", CONFIG, CREATE)
    raw.WTSCreateListenerA(None, b"Third", ansi(CONFIG), CREATE)
    assert raw.WTSEnumerateListeners(None) == ["Console", "RDP-Tcp", "Second", "Third"]
    assert raw.WTSQueryListenerConfig(None, "Third") == CONFIG
    with pytest.raises(WtsError) as caught:
        raw.WTSCreateListener(None, "second", CONFIG, CREATE)
    assert (caught.value.winerror, caught.value.function) == (183, "WTSCreateListener")


@pytest.mark.parametrize("code", [2, 1168])
def test_a_listener_that_does_not_exist(standin: Standin, code: int) -> None:
    standin.configure(missing_listener=code)
    for call in (
        lambda: raw.WTSQueryListenerConfig(None, "nobody"),
        lambda: raw.WTSQueryListenerConfigA(None, b"nobody"),
        lambda: raw.WTSCreateListener(None, "nobody", CONFIG, UPDATE),
        lambda: raw.WTSGetListenerSecurity(None, "nobody", DACL),
        lambda: raw.WTSSetListenerSecurity(None, "nobody", DACL, EMPTY_DESCRIPTOR),
    ):
        with pytest.raises(WtsError) as caught:
            call()
        assert type(caught.value) is WtsError
        assert caught.value.winerror == code


def test_texts_that_fill_their_arrays(standin: Standin) -> None:
    config = CONFIG._replace(
        comment="c" * 60, logon_user_name="u" * 20, logon_domain="d" * 17, work_directory="w" * 260,
        initial_program="\U0001f600" * 130,
    )  # fmt: skip
    raw.WTSCreateListener(None, "RDP-Tcp", config, UPDATE)
    assert raw.WTSQueryListenerConfig(None, "RDP-Tcp") == config


@pytest.mark.parametrize(
    ("name", "room"),
    [("comment", 60), ("logon_user_name", 20), ("logon_domain", 17), ("work_directory", 260), ("initial_program", 260)],
)
def test_texts_that_do_not_fit_are_refused(standin: Standin, name: str, room: int) -> None:
    for text in ("x" * (room + 1), "x" * (room - 1) + "\U0001f600"):
        with pytest.raises(ValueError, match=f"{name} has room for {room} UTF-16 units, not for {room + 1}"):
            raw.WTSCreateListener(None, "RDP-Tcp", changed(CONFIG, name, text), UPDATE)
    with pytest.raises(ValueError, match=f"{name} has room for {room} bytes"):
        raw.WTSCreateListenerA(None, b"RDP-Tcp", changed(ansi(CONFIG), name, b"x" * (room + 1)), UPDATE)
    assert standin.calls() == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"comment": None}, TypeError),
        ({"comment": b"bytes"}, TypeError),
        ({"comment": "a\0b"}, ValueError),
        ({"port_number": -1}, OverflowError),
        ({"port_number": 1 << 32}, OverflowError),
        ({"port_number": None}, TypeError),
        ({"enable_listener": True}, TypeError),
    ],
    ids=str,
)
def test_create_refuses_members(standin: Standin, change: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind, match=next(iter(change))):
        raw.WTSCreateListener(None, "RDP-Tcp", CONFIG._replace(**change), UPDATE)
    assert standin.calls() == []


@pytest.mark.parametrize("config", [None, (), tuple(CONFIG), {}], ids=["None", "empty", "tuple", "dict"])
def test_create_refuses_what_is_no_config(standin: Standin, config: Any) -> None:
    with pytest.raises(TypeError, match="WTSLISTENERCONFIG"):
        raw.WTSCreateListener(None, "RDP-Tcp", config, UPDATE)
    assert standin.calls() == []


def test_the_version_is_windows_business(standin: Standin) -> None:
    with pytest.raises(WtsError) as caught:
        raw.WTSCreateListener(None, "RDP-Tcp", CONFIG._replace(version=2), UPDATE)
    assert caught.value.winerror == 87


@pytest.mark.parametrize(
    ("name", "kind"),
    [(None, TypeError), (b"RDP-Tcp", TypeError), (5, TypeError), ("a\0b", ValueError), ("n" * 33, ValueError)],
    ids=str,
)
def test_names_that_cannot_be(standin: Standin, name: Any, kind: type[Exception]) -> None:
    for call in (
        lambda: raw.WTSQueryListenerConfig(None, name),
        lambda: raw.WTSCreateListener(None, name, CONFIG, UPDATE),
        lambda: raw.WTSGetListenerSecurity(None, name, DACL),
        lambda: raw.WTSSetListenerSecurity(None, name, DACL, EMPTY_DESCRIPTOR),
    ):
        with pytest.raises(kind, match="listener_name"):
            call()
    with pytest.raises(TypeError, match="listener_name"):
        raw.WTSQueryListenerConfigA(None, "text")  # type: ignore[arg-type]
    assert standin.calls() == []


def test_a_server_handle_is_passed_on(standin: Standin) -> None:
    standin.add_server("RDSH01")
    with raw.WTSOpenServer("RDSH01") as server:
        for call in (
            lambda: raw.WTSEnumerateListeners(server),
            lambda: raw.WTSQueryListenerConfig(server, "RDP-Tcp"),
            lambda: raw.WTSCreateListener(server, "RDP-Tcp", CONFIG, UPDATE),
            lambda: raw.WTSGetListenerSecurity(server, "RDP-Tcp", DACL),
            lambda: raw.WTSSetListenerSecurity(server, "RDP-Tcp", DACL, EMPTY_DESCRIPTOR),
        ):
            with pytest.raises(WtsError) as caught:
                call()
            assert (caught.value.winerror, caught.value.server) == (87, "RDSH01")


# ---- security ----


def acl(*access_masks: int) -> bytes:
    everyone = bytes.fromhex("010100000000000100000000")
    aces = b"".join(struct.pack("<BBHI", 0, 0, 8 + len(everyone), mask) + everyone for mask in access_masks)
    return struct.pack("<BBHHH", 2, 0, 8 + len(aces), len(access_masks), 0) + aces


def with_dacl(*access_masks: int) -> bytes:
    return struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 20) + acl(*access_masks)


def test_get_security(standin: Standin) -> None:
    descriptor = raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)
    revision, _, control = struct.unpack_from("<BBH", descriptor)
    assert (revision, control & 0x8004) == (1, 0x8004)
    assert raw.WTSGetListenerSecurityA(None, b"RDP-Tcp", DACL) == descriptor
    assert [call.arguments[6] for call in standin.calls("WTSGetListenerSecurityW")] == [0, len(descriptor)]


def test_set_security(standin: Standin) -> None:
    for wanted in (with_dacl(0x149), bytearray(with_dacl(0x20, 0x48)), memoryview(with_dacl(2))):
        raw.WTSSetListenerSecurity(None, "RDP-Tcp", DACL, wanted)
        assert raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)[20:] == wanted[20:]
    raw.WTSSetListenerSecurityA(None, b"RDP-Tcp", DACL, with_dacl(1))
    assert raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)[20:] == with_dacl(1)[20:]


def test_the_privilege_is_named(standin: Standin) -> None:
    standin.configure(privileges="missing")
    for call in (
        lambda: raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL | SACL),
        lambda: raw.WTSSetListenerSecurity(None, "RDP-Tcp", DACL | SACL, with_dacl(1)),
    ):
        with pytest.raises(AccessDeniedError) as caught:
            call()
        assert caught.value.winerror == 1314
        assert "privilege" in (caught.value.hint or "")


@pytest.mark.parametrize(("aces", "calls"), [(60, 3), (1, 2)], ids=["grows", "shrinks"])
def test_a_descriptor_that_changes_between_the_two_calls(standin: Standin, aces: int, calls: int) -> None:
    changed = with_dacl(*range(1, aces + 1))
    thread = before_call(
        standin, "WTSGetListenerSecurityW", 2, lambda: raw.WTSSetListenerSecurity(None, "RDP-Tcp", DACL, changed)
    )
    descriptor = raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)
    thread.join()
    assert descriptor[20:] == changed[20:]
    assert len(standin.calls("WTSGetListenerSecurityW")) == calls


def test_a_descriptor_that_never_stops_growing(standin: Standin) -> None:
    standin.configure(security_grows=8)
    with pytest.raises(WtsError) as caught:
        raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)
    assert (caught.value.winerror, caught.value.function) == (234, "WTSGetListenerSecurity")


def test_no_room_is_made_for_what_no_descriptor_can_be(standin: Standin) -> None:
    standin.configure(security_grows=1 << 30)
    with pytest.raises(WtsError) as caught:
        raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)
    assert caught.value.winerror == 122
    assert len(standin.calls("WTSGetListenerSecurityW")) == 1


@pytest.mark.parametrize("nth", [1, 2])
def test_get_security_failures(standin: Standin, nth: int) -> None:
    standin.fail("WTSGetListenerSecurityW", 5, nth=nth)
    with pytest.raises(AccessDeniedError) as caught:
        raw.WTSGetListenerSecurity(None, "RDP-Tcp", DACL)
    assert caught.value.function == "WTSGetListenerSecurity"


TWO_ACES = with_dacl(1, 2)
BAD_DESCRIPTORS = {
    "empty": b"",
    "one byte": b"\x01",
    "short header": TWO_ACES[:19],
    "not self-relative": struct.pack("<BBHIIII", 1, 0, 0x0004, 0, 0, 0, 20) + acl(1),
    "other revision": b"\x02" + TWO_ACES[1:],
    "ACL cut": TWO_ACES[:-1],
    "ACL outside": struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 4000) + acl(1),
    "ACL at the end of the address space": struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 0xFFFFFFF0) + acl(1),
    "owner outside": struct.pack("<BBHIIII", 1, 0, 0x8000, 400, 0, 0, 0),
    "owner cut": struct.pack("<BBHIIII", 1, 0, 0x8000, 20, 0, 0, 0) + b"\x01\x0f" + b"\0" * 10,
    "ACL larger than it says": TWO_ACES[:22] + b"\xff\xff" + TWO_ACES[24:],
}


@pytest.mark.parametrize("descriptor", BAD_DESCRIPTORS.values(), ids=BAD_DESCRIPTORS)
def test_bytes_that_are_no_descriptor_never_reach_windows(standin: Standin, descriptor: bytes) -> None:
    with pytest.raises(ValueError, match="security_descriptor"):
        raw.WTSSetListenerSecurity(None, "RDP-Tcp", DACL, descriptor)
    assert standin.calls() == []


@pytest.mark.parametrize("descriptor", [None, "text", 5, [1]], ids=str)
def test_what_is_not_like_bytes_is_refused(standin: Standin, descriptor: Any) -> None:
    with pytest.raises(TypeError):
        raw.WTSSetListenerSecurity(None, "RDP-Tcp", DACL, descriptor)
    assert standin.calls() == []


@pytest.mark.parametrize("parts", [-1, 1 << 32, None, "4", True], ids=str)
def test_odd_security_information(standin: Standin, parts: Any) -> None:
    for call in (
        lambda: raw.WTSGetListenerSecurity(None, "RDP-Tcp", parts),
        lambda: raw.WTSSetListenerSecurity(None, "RDP-Tcp", parts, EMPTY_DESCRIPTOR),
    ):
        with pytest.raises((TypeError, OverflowError), match="security_information"):
            call()
    assert standin.calls() == []
