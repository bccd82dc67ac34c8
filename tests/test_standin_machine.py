"""The stand-in's listeners, child sessions, remote control, notifications, hints, newer exports, licensing."""

import ctypes
import struct
import threading
from collections.abc import Iterator
from ctypes import wintypes
from typing import Any

import pytest

from helpers.standin import Standin
from helpers.standin_driver import standin_path
from helpers.wts_ctypes import Api, Outcome

SENTINEL = 0x1234
DACL, SACL = 4, 8
user32 = ctypes.WinDLL("user32")
user32.CreateWindowExW.restype = ctypes.c_void_p


@pytest.fixture
def api(standin: Standin) -> Api:
    return Api(standin.path)


# ---- listeners ----


def listeners(api: Api, form: str = "W", room: int = 10) -> list[str]:
    width = 2 if form == "W" else 1
    cells, count = ctypes.create_string_buffer(33 * width * room), ctypes.c_ulong(room)
    assert api.call(f"WTSEnumerateListeners{form}", None, None, 0, cells, ctypes.byref(count)).result
    parts = [cells.raw[33 * width * i : 33 * width * (i + 1)] for i in range(count.value)]
    return [part.decode("utf-16-le" if width == 2 else "ascii").rstrip("\0") for part in parts]


@pytest.mark.parametrize("form", ["W", "A"])
def test_listeners(standin: Standin, api: Api, form: str) -> None:
    assert listeners(api, form) == ["Console", "RDP-Tcp"]
    standin.add_listener("L" * 32)
    standin.add_listener("Secret", hidden=True)
    assert listeners(api, form)[2:] == ["L" * 32]
    count = ctypes.c_ulong(SENTINEL)
    name = f"WTSEnumerateListeners{form}"
    assert api.call(name, None, None, 0, None, ctypes.byref(count), outputs=(count,)).outputs == (3,)
    count.value = 1
    cells = ctypes.create_string_buffer(66)
    assert api.call(name, None, None, 0, cells, ctypes.byref(count), outputs=(count,)) == (0, 122, (3,))
    for server, reserved, reserved_too in ((4, None, 0), (None, 1, 0), (None, None, 1)):
        assert api.call(name, server, reserved, reserved_too, None, ctypes.byref(count)).error == 87
    assert api.call(name, None, None, 0, None, None).error == 87


def test_a_list_that_grows(standin: Standin, api: Api) -> None:
    standin.configure(listeners_grow=1)
    count = ctypes.c_ulong()
    api.call("WTSEnumerateListenersW", None, None, 0, None, ctypes.byref(count))
    cells = ctypes.create_string_buffer(66 * count.value)
    asked = ctypes.c_ulong(count.value)
    assert api.call("WTSEnumerateListenersW", None, None, 0, cells, ctypes.byref(asked)).error == 122
    assert asked.value == count.value + 1
    standin.configure(listener_room_error=0)
    asked.value = count.value
    assert api.call("WTSEnumerateListenersW", None, None, 0, cells, ctypes.byref(asked)).result
    assert asked.value == count.value


@pytest.mark.parametrize(("form", "size", "text"), [("W", 1348, ctypes.c_wchar_p), ("A", 728, ctypes.c_char_p)])
def test_listener_configuration(standin: Standin, api: Api, form: str, size: int, text: type[Any]) -> None:
    def name(value: str) -> Any:
        return text(value if form == "W" else value.encode())

    buffer = ctypes.create_string_buffer(size)
    query = (f"WTSQueryListenerConfig{form}", None, None, 0)
    create = (f"WTSCreateListener{form}", None, None, 0)
    assert api.call(*query, name("rdp-tcp"), buffer).result
    assert struct.unpack_from("<I", buffer.raw, 68) == (3389,)
    assert api.call(*query, name("nobody"), buffer).error == 2
    assert api.call(*query, name("x" * 33), buffer).error == 87
    assert api.call(*query, name("rdp-tcp"), None).error == 87
    struct.pack_into("<I", buffer, 68, 4000)
    comment = "hello\0".encode("utf-16-le" if form == "W" else "ascii")
    struct.pack_into(f"{len(comment)}s", buffer, 104, comment)
    for flag, error in ((1, 183), (2, 87), (0, 87)):
        assert api.call(*create, name("RDP-Tcp"), buffer, flag).error == error
    assert api.call(*create, name("New"), buffer, 0x10).error == 2
    assert api.call(*create, name("New"), buffer, 1).result
    other = ctypes.create_string_buffer(size)
    assert api.call(*query, name("New"), other).result
    assert other.raw == buffer.raw
    struct.pack_into("<I", buffer, 0, 2)
    assert api.call(*create, name("New"), buffer, 0x10).error == 87
    standin.remove_listener("New")
    assert api.call(*query, name("New"), other).error == 2


@pytest.mark.parametrize(("form", "name"), [("W", ctypes.c_wchar_p("RDP-Tcp")), ("A", ctypes.c_char_p(b"RDP-Tcp"))])
def test_listener_security(standin: Standin, api: Api, form: str, name: Any) -> None:
    standin.configure(privileges="held")
    needed = ctypes.c_ulong()

    def get(information: int, room: int) -> tuple[Outcome, bytes]:
        buffer = ctypes.create_string_buffer(max(room, 1))
        done = api.call(
            f"WTSGetListenerSecurity{form}", None, None, 0, name, information, buffer, room, ctypes.byref(needed)
        )
        return done, buffer.raw[: needed.value]

    assert get(DACL | SACL, 0)[0].error == 122
    done, descriptor = get(DACL | SACL, needed.value)
    assert done.result
    whole = get(DACL | SACL | 3, 4096)[1]
    assert len(whole) > len(descriptor)
    # A descriptor with an empty DACL: revision 1, self-relative, DACL present at offset 20.
    empty = struct.pack("<BBHIIII", 1, 0, 0x8004, 0, 0, 0, 20) + struct.pack("<BBHHH", 2, 0, 8, 0, 0)
    setter = (f"WTSSetListenerSecurity{form}", None, None, 0, name, DACL)
    assert api.call(*setter, ctypes.create_string_buffer(empty)).result
    assert get(DACL, 4096)[1] == empty
    assert len(get(DACL | 3, 4096)[1]) > len(empty)
    assert api.call(*setter, None).error == 87
    standin.configure(privileges="missing")
    assert get(DACL | SACL, 4096)[0].error == 1314


# ---- child sessions ----


def test_child_sessions(standin: Standin, api: Api) -> None:
    enabled, child = wintypes.BOOL(), ctypes.c_ulong()
    for state in (1, 0):
        assert api.call("WTSEnableChildSessions", state).result
        done = api.call("WTSIsChildSessionsEnabled", ctypes.byref(enabled), outputs=(enabled,))
        assert done.outputs == (state,)
    assert api.call("WTSGetChildSessionId", ctypes.byref(child), outputs=(child,)).outputs == (0xFFFFFFFF,)
    standin.configure(no_child_error=1168)
    assert api.call("WTSGetChildSessionId", ctypes.byref(child)).error == 1168
    standin.set_child_session(9)
    assert api.call("WTSGetChildSessionId", ctypes.byref(child), outputs=(child,)).outputs == (9,)
    standin.configure(privileges="missing")
    assert api.call("WTSEnableChildSessions", 1).error == 5


# ---- remote control ----


def test_remote_control(standin: Standin, api: Api) -> None:
    start = ("WTSStartRemoteControlSessionW", None, 8, 0x6A, 2)
    assert api.call(*start).error == 50
    assert api.call("WTSStopRemoteControlSession", 8).error == 50
    standin.start_scenario()
    standin.set_current_session(7)
    standin.add_session(7, is_remote=1, user_name="anna")
    standin.add_session(8, is_remote=1, user_name="ben")
    standin.add_session(9, state=4, user_name="eve")
    standin.configure(shadow=1)
    assert api.call("WTSStartRemoteControlSessionW", ctypes.c_wchar_p("NOWHERE"), 8, 0, 0).error == 1722
    assert api.call("WTSStartRemoteControlSessionA", None, 99, 0, 0).error == 7022
    assert api.call("WTSStartRemoteControlSessionW", None, 9, 0, 0).error == 7050
    assert api.call("WTSStopRemoteControlSession", 8).error == 7057

    def stop() -> int:
        return api.call("WTSStopRemoteControlSession", 8).result

    for end in (stop, standin.end_shadowing):
        outcomes: list[Outcome] = []
        thread = threading.Thread(target=lambda outcomes=outcomes: outcomes.append(api.call(*start)))
        thread.start()
        standin.wait_until_running("WTSStartRemoteControlSessionW")
        while not end():
            pass
        thread.join(5)
        assert outcomes[0].result
    standin.configure(shadow=2)
    assert api.call(*start).error == 7051


# ---- notifications and hints: real windows ----


@pytest.fixture
def window() -> Iterator[int]:
    handle = user32.CreateWindowExW(
        0, ctypes.c_wchar_p("STATIC"), None, 0, 0, 0, 0, 0, ctypes.c_void_p(-3), None, None, None
    )
    assert handle
    yield handle
    user32.DestroyWindow(ctypes.c_void_p(handle))


def messages(window: int) -> list[tuple[int, int]]:
    found = []
    message = wintypes.MSG()
    while user32.PeekMessageW(ctypes.byref(message), ctypes.c_void_p(window), 0x2B1, 0x2B1, 1):
        found.append((message.wParam, message.lParam))
    return found


def test_notifications(standin: Standin, api: Api, window: int) -> None:
    standin.start_scenario()
    standin.set_current_session(7)
    standin.add_session(7, is_remote=1)
    standin.add_session(8)
    assert api.call("WTSRegisterSessionNotification", window, 2).error == 87
    assert api.call("WTSRegisterSessionNotification", 0x7FFF0001, 0).error == 1400
    assert api.call("WTSUnRegisterSessionNotification", window).error == 87
    assert api.call("WTSRegisterSessionNotification", window, 0).result
    standin.raise_event(0, session_id=8, notification=7)
    standin.raise_event(0, session_id=7, notification=15)
    assert messages(window) == [(15, 7)]
    assert api.call("WTSRegisterSessionNotificationEx", None, window, 1).result  # its flags are ignored
    standin.raise_event(0, session_id=8, notification=7)
    assert messages(window) == []
    assert standin.live_handles() == {"registrations": 2}
    for _ in range(2):
        assert api.call("WTSUnRegisterSessionNotificationEx", None, window).result
    assert api.call("WTSRegisterSessionNotification", window, 1).result
    api.call("WTSDisconnectSession", None, 7, 1)
    api.call("WTSLogoffSession", None, 8, 1)
    assert messages(window) == [(4, 7), (6, 8)]
    assert api.call("WTSUnRegisterSessionNotification", window).result


def test_notifications_of_another_server(standin: Standin, api: Api, window: int) -> None:
    standin.add_server("FAR")
    handle = api.call("WTSOpenServerW", ctypes.c_wchar_p("FAR")).result
    assert api.call("WTSRegisterSessionNotificationEx", handle, window, 1).result
    standin.raise_event(0, session_id=3, notification=5, server="FAR")
    standin.raise_event(0, session_id=4, notification=5)
    assert messages(window) == [(5, 3)]
    assert api.call("WTSUnRegisterSessionNotificationEx", handle, window).result
    standin.configure(remote_flags_refused=1)
    assert api.call("WTSRegisterSessionNotificationEx", handle, window, 1).error == 87
    api.call("WTSCloseServer", handle)


def test_a_window_destroyed_too_early(standin: Standin, api: Api) -> None:
    handle = user32.CreateWindowExW(0, ctypes.c_wchar_p("STATIC"), None, 0, 0, 0, 0, 0, ctypes.c_void_p(-3), 0, 0, 0)
    assert api.call("WTSRegisterSessionNotification", handle, 1).result
    user32.DestroyWindow(ctypes.c_void_p(handle))
    assert api.call("WTSUnRegisterSessionNotification", handle).result
    assert "destroyed before" in standin.violations()[0]
    standin.clear_violations()


def test_render_hints(standin: Standin, api: Api, window: int) -> None:
    def hint(hint_id: ctypes.c_uint64 | None, kind: int, data: bytes | None = None, owner: int = window) -> int:
        by_address = None if hint_id is None else ctypes.byref(hint_id)
        buffer = None if data is None else ctypes.create_string_buffer(data, len(data))
        return api.call("WTSSetRenderHint", by_address, owner, kind, len(data or b""), buffer).result & 0xFFFFFFFF

    hint_id = ctypes.c_uint64()
    assert hint(None, 1) == 0x80070057
    assert hint(hint_id, 3) == 0x80070057
    assert hint(hint_id, 2, b"short") == 0x80070057
    assert hint(hint_id, 0) == 0x80070057
    assert hint(hint_id, 1, owner=0x7FFF0001) == 0x80070578
    assert hint(hint_id, 2, bytes(16)) == 0
    assert hint_id.value
    assert hint(hint_id, 1) == 0
    assert standin.live_handles() == {"render hints": 1}
    standin.fail("WTSSetRenderHint", 0x80004005)
    assert hint(hint_id, 1) == 0x80004005
    assert hint(hint_id, 0) == 0
    assert hint(hint_id, 0) == 0x80070057


# ---- the exports of Windows 11 24H2 ----


@pytest.fixture
def newer(loaded_standin: Standin) -> Iterator[Standin]:
    driver = Standin(standin_path("26100/wtsapi32.dll") or "")
    driver.reset()
    yield driver
    driver.assert_clean()


def test_the_usual_standin_lacks_them(standin: Standin) -> None:
    for name in ("WTSActiveSessionExists", "WTSCloudAuthOpen"):
        assert not hasattr(standin.dll, name)


def test_active_session_exists(newer: Standin) -> None:
    api, exists = Api(newer.path), wintypes.BOOL()
    assert api.call("WTSActiveSessionExists", ctypes.byref(exists), outputs=(exists,)).outputs == (1,)
    newer.start_scenario()
    assert api.call("WTSActiveSessionExists", ctypes.byref(exists), outputs=(exists,)).outputs == (0,)
    assert api.call("WTSActiveSessionExists", None).error == 87


def test_cloud_authentication(newer: Standin) -> None:
    api = Api(newer.path)
    api.dll.WTSCloudAuthOpen.restype = ctypes.c_void_p
    newer.configure(privileges="missing")
    assert api.call("WTSCloudAuthOpen", None).error == 5
    newer.configure(privileges="held")
    handle = api.call("WTSCloudAuthOpen", None).result
    nonce = ctypes.c_void_p()
    assert api.call("WTSCloudAuthGetServerNonce", handle, ctypes.byref(nonce)).result
    assert ctypes.wstring_at(nonce.value or 0).startswith("AwAB")
    assert api.call("WTSFreeMemoryExW", 3, nonce.value, 1).result
    convert = "WTSCloudAuthConvertAssertionToSerializedUserCredential"
    credential, copy = ctypes.c_void_p(), ctypes.c_void_p()
    resource = ctypes.c_wchar_p("id")
    newer.fail(convert, 0xC0000000)
    arguments = (handle, ctypes.c_char_p(b"abc"), 3, resource, ctypes.byref(credential))
    assert api.call(convert, *arguments).error & 0xFFFFFFFF == 0xC0000000
    assert api.call(convert, *arguments).result
    length, address = struct.unpack("<I4xQ", ctypes.string_at(credential.value or 0, 16))
    assert ctypes.string_at(address, length) == bytes(byte ^ 0xFF for byte in b"abc")
    duplicate = ("WTSCloudAuthDuplicateSerializedUserCredential", credential.value, ctypes.byref(copy))
    assert api.call(*duplicate).result
    token = ctypes.c_void_p()
    logon = "WTSCloudAuthNetworkLogonWithSerializedCredential"
    assert api.call(logon, handle, copy.value, ctypes.byref(token)).result
    assert newer.live_blocks() == {"credential": 2}
    assert newer.live_handles() == {"tokens": 1, "cloud authentications": 1}
    ctypes.WinDLL("kernel32").CloseHandle(token)
    for pointer in (credential, copy):
        assert api.call("WTSFreeMemoryExW", 4, pointer.value, 1).result
    api.call("WTSCloudAuthClose", handle)


# ---- mstlsapi.dll ----


class Licensing:
    def __init__(self, driver: Standin) -> None:
        self.driver = driver
        self.dll = ctypes.WinDLL(driver.path)
        self.dll.TLSConnectToLsServer.restype = ctypes.c_void_p
        self.server = self.dll.TLSConnectToLsServer(None)

    def call(self, name: str, *arguments: Any) -> tuple[int, int]:
        code = wintypes.DWORD(SENTINEL)
        converted = [ctypes.c_void_p(self.server), *arguments, ctypes.byref(code)]
        return getattr(self.dll, name)(*converted), code.value


@pytest.fixture
def licensing(loaded_standin: Standin) -> Iterator[Licensing]:
    driver = Standin(standin_path("mstlsapi.dll") or "")
    driver.reset()
    licensing = Licensing(driver)
    assert licensing.server
    yield licensing
    licensing.dll.TLSDisconnectFromServer(ctypes.c_void_p(licensing.server))
    driver.assert_clean()


@pytest.mark.parametrize(("kind", "size"), [("KeyPack", 3128), ("License", 400)])
def test_license_enumerations(licensing: Licensing, kind: str, size: int) -> None:
    records = [bytes([number]) * size for number in (1, 2)]
    for record in records:
        add = licensing.driver.add_key_pack if kind == "KeyPack" else licensing.driver.add_license
        add(record)
    found = ctypes.create_string_buffer(4096)
    assert licensing.call(f"TLS{kind}EnumNext", found) == (0, 5006)
    assert licensing.call(f"TLS{kind}EnumEnd") == (0, 5005)
    assert licensing.call(f"TLS{kind}EnumBegin", 0xFFFFFFFF, 1, found) == (0, 0)
    assert licensing.call(f"TLS{kind}EnumBegin", 0xFFFFFFFF, 1, found) == (0, 5006)
    for expected in records:
        assert licensing.call(f"TLS{kind}EnumNext", found) == (0, 0)
        assert found.raw[:size] == expected
    assert licensing.call(f"TLS{kind}EnumNext", found) == (0, 4001)
    licensing.driver.fail(f"TLS{kind}EnumNext", 1722)
    assert licensing.call(f"TLS{kind}EnumNext", found)[0] == 1722
    licensing.driver.license_error(f"TLS{kind}EnumNext", 5001)
    assert licensing.call(f"TLS{kind}EnumNext", found) == (0, 5001)
    assert licensing.call(f"TLS{kind}EnumEnd") == (0, 0)
    assert licensing.call(f"TLS{kind}EnumBegin", 0xFFFFFFFF, 1, None)[0] == 87


def test_key_packs_take_one_search_only(licensing: Licensing) -> None:
    record = ctypes.create_string_buffer(4096)
    assert licensing.call("TLSKeyPackEnumBegin", 1, 1, record)[0] == 87
    assert licensing.driver.dll.standin_size_of_key_pack() == 3128


def test_certificates(licensing: Licensing) -> None:
    blob, length = ctypes.c_void_p(), wintypes.DWORD()
    arguments = ("TLSGetServerCertificate", 1, ctypes.byref(blob), ctypes.byref(length))
    assert licensing.call(*arguments) == (0, 5022)
    licensing.driver.set_certificate(b"certificate")
    licensing.driver.configure(certificate_warning=4007)
    assert licensing.call(*arguments) == (0, 4007)
    assert ctypes.string_at(blob.value or 0, length.value) == b"certificate"
    assert licensing.driver.live_handles() == {"license servers": 1, "certificates": 1}
    ctypes.WinDLL("kernel32").LocalFree(blob)
    assert licensing.driver.live_handles() == {"license servers": 1}


def test_license_server_failures(licensing: Licensing) -> None:
    assert not licensing.dll.TLSConnectToLsServer(ctypes.c_wchar_p("NOWHERE"))
    record = ctypes.create_string_buffer(4096)
    licensing.call("TLSKeyPackEnumBegin", 0xFFFFFFFF, 1, record)
    licensing.dll.TLSDisconnectFromServer(ctypes.c_void_p(licensing.server))
    assert "before its enumeration was ended" in licensing.driver.violations()[0]
    licensing.driver.clear_violations()
    licensing.server = licensing.dll.TLSConnectToLsServer(None)
