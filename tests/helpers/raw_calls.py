"""One plain call of each raw function, for the tests of what they all have in common."""

import ctypes
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from helpers.standin import ANY_SESSION, Standin
from helpers.windows import create_window, destroy_window
from wtsfast import raw

REMOTE: Final = "RDSH01"


@dataclass(frozen=True, slots=True)
class RawCall:
    """A raw function and arguments with which it succeeds once ``arrange`` has been called."""

    function: str
    """The export that it calls."""
    call: Callable[[Any], Any]
    """Makes the call; what it is given is the server, for functions that take none it is ignored."""
    takes_server: bool = True
    times: int = 1
    """How often the export is called when all goes well."""
    can_fail: bool = True
    """False for those that cannot, or whose failure leaves something behind; the latter have tests of their own."""

    @property
    def name(self) -> str:
        """Give the function's name in errors: without A and W."""
        return self.function[:-1] if self.function[-1] in "AW" else self.function


def arrange(standin: Standin) -> None:
    """Set the scene in which every call succeeds."""
    for server in (None, REMOTE):
        if server is not None:
            standin.add_server(server)
        standin.start_scenario(server)
        standin.add_session(1, session_name="Console", user_name="anna", domain_name="LAB", server=server)
        standin.add_session(
            2, session_name="RDP-Tcp#2", user_name="boris", domain_name="LAB", is_remote=1, server=server
        )
        standin.add_process(4, "System", session_id=0, sid=None, server=server)
        standin.add_process(400, "notepad.exe", sid=bytes.fromhex("010100000000000512000000"), server=server)
        standin.set_current_session(1, server=server)
    standin.set_farm("RDSH01", "RDSH02")
    standin.set_account("anna")
    standin.add_channel("STATIC", session_id=2, echo=True)
    standin.configure(privileges="held", undocumented_answers=1, set_information_error=0)


def arrange_again(standin: Standin, call: "RawCall") -> None:
    """Bring back what the call has ended."""
    if call.function == "WTSTerminateProcess":
        standin.add_process(400, "notepad.exe")
    elif call.function == "WTSLogoffSession":
        standin.put_session(2, session_name="RDP-Tcp#2", user_name="boris", is_remote=1)


EMPTY_DESCRIPTOR: Final = struct.pack("<BBHIIII", 1, 0, 0x8000, 0, 0, 0, 0)  # self-relative, with nothing in it
CONFIG: Final[raw.WTSLISTENERCONFIG[str]] = raw.WTSLISTENERCONFIG._make(
    [*range(1, 27), "comment", "user", "domain", "directory", "program"]
)


def update_listener() -> None:
    """Replace a listener's configuration."""
    raw.WTSCreateListenerW(None, "RDP-Tcp", CONFIG, raw.WTS_LISTENER_UPDATE)


def update_listener_ansi() -> None:
    """Replace a listener's configuration by the ANSI form."""
    config = raw.WTSLISTENERCONFIG[bytes]._make([*CONFIG[:26], *(text.encode() for text in CONFIG[26:])])
    raw.WTSCreateListenerA(None, b"RDP-Tcp", config, raw.WTS_LISTENER_UPDATE)


def close(handle: Any) -> None:
    """Close what a call returned."""
    handle.close()


def on_channel(use: Callable[[raw.ChannelHandle], object]) -> Callable[[Any], object]:
    """Make a call with a channel that is open for its length."""

    def call(_: Any) -> object:
        with raw.WTSVirtualChannelOpenEx(2, "STATIC", 0) as channel:
            return use(channel)

    return call


def on_window(use: Callable[[int], object]) -> Callable[[Any], object]:
    """Make a call with a window that exists for its length."""

    def call(_: Any) -> object:
        window = create_window()
        try:
            return use(window)
        finally:
            destroy_window(window)

    return call


def register(window: int) -> None:
    """Let a window be told about sessions, and not any more."""
    raw.WTSRegisterSessionNotification(window, raw.NOTIFY_FOR_ALL_SESSIONS)
    raw.WTSUnRegisterSessionNotification(window)


def register_ex(window: int) -> None:
    """Do the same by the other two functions."""
    raw.WTSRegisterSessionNotificationEx(None, window, raw.NOTIFY_FOR_ALL_SESSIONS)
    raw.WTSUnRegisterSessionNotificationEx(None, window)


def with_cloud(use: Callable[[raw.CloudAuthHandle], object]) -> Callable[[Any], object]:
    """Make a call with a handle for cloud authentication."""

    def call(_: Any) -> object:
        with raw.WTSCloudAuthOpen() as handle:
            return use(handle)

    return call


def convert(handle: raw.CloudAuthHandle) -> raw.SerializedCredential:
    """Make a credential."""
    return raw.WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, b"assertion", "resource")


def duplicate(handle: raw.CloudAuthHandle) -> None:
    """Make a credential and a copy of it."""
    with convert(handle) as credential, raw.WTSCloudAuthDuplicateSerializedUserCredential(credential):
        pass


def log_on(handle: raw.CloudAuthHandle) -> None:
    """Log on with a credential."""
    with convert(handle) as credential, raw.WTSCloudAuthNetworkLogonWithSerializedCredential(handle, credential):
        pass


def has_newer_exports() -> bool:
    """Say whether wtsapi32.dll is the stand-in with the exports of Windows 11 24H2."""
    return hasattr(ctypes.WinDLL("wtsapi32.dll"), "WTSActiveSessionExists")


NEWER_CALLS: Final = [
    RawCall("WTSActiveSessionExists", lambda _: raw.WTSActiveSessionExists(), takes_server=False),
    RawCall("WTSCloudAuthOpen", lambda _: close(raw.WTSCloudAuthOpen()), takes_server=False),
    RawCall("WTSCloudAuthClose", lambda _: close(raw.WTSCloudAuthOpen()), takes_server=False, can_fail=False),
    RawCall("WTSCloudAuthGetServerNonce", with_cloud(raw.WTSCloudAuthGetServerNonce), takes_server=False),
    RawCall(
        "WTSCloudAuthConvertAssertionToSerializedUserCredential",
        with_cloud(lambda handle: close(convert(handle))),
        takes_server=False,
    ),
    RawCall("WTSCloudAuthDuplicateSerializedUserCredential", with_cloud(duplicate), takes_server=False),
    RawCall("WTSCloudAuthNetworkLogonWithSerializedCredential", with_cloud(log_on), takes_server=False),
]


RAW_CALLS: Final = [
    RawCall("WTSOpenServerW", lambda _: close(raw.WTSOpenServerW(REMOTE)), takes_server=False),
    RawCall("WTSOpenServerA", lambda _: close(raw.WTSOpenServerA(REMOTE.encode())), takes_server=False),
    RawCall("WTSOpenServerExW", lambda _: close(raw.WTSOpenServerExW(REMOTE)), takes_server=False),
    RawCall("WTSOpenServerExA", lambda _: close(raw.WTSOpenServerExA(REMOTE.encode())), takes_server=False),
    RawCall("WTSEnumerateServersW", lambda _: raw.WTSEnumerateServersW(None), takes_server=False),
    RawCall("WTSEnumerateServersA", lambda _: raw.WTSEnumerateServersA(None), takes_server=False),
    RawCall("WTSEnumerateSessionsW", raw.WTSEnumerateSessionsW),
    RawCall("WTSEnumerateSessionsA", raw.WTSEnumerateSessionsA),
    RawCall("WTSEnumerateSessionsExW", raw.WTSEnumerateSessionsExW),
    RawCall("WTSEnumerateSessionsExA", raw.WTSEnumerateSessionsExA),
    RawCall("WTSEnumerateProcessesW", raw.WTSEnumerateProcessesW),
    RawCall("WTSEnumerateProcessesA", raw.WTSEnumerateProcessesA),
    RawCall("WTSEnumerateProcessesExW", lambda server: raw.WTSEnumerateProcessesExW(server, 1, ANY_SESSION)),
    RawCall("WTSEnumerateProcessesExA", lambda server: raw.WTSEnumerateProcessesExA(server, 1, ANY_SESSION)),
    RawCall("WTSQuerySessionInformationW", lambda server: raw.WTSQuerySessionInformationW(server, 2, raw.WTSUserName)),
    RawCall("WTSQuerySessionInformationA", lambda server: raw.WTSQuerySessionInformationA(server, 2, raw.WTSUserName)),
    RawCall("WTSTerminateProcess", lambda server: raw.WTSTerminateProcess(server, 400, 1)),
    RawCall("WTSLogoffSession", lambda server: raw.WTSLogoffSession(server, 2, False)),
    RawCall("WTSDisconnectSession", lambda server: raw.WTSDisconnectSession(server, 2, False)),
    RawCall("WTSConnectSessionW", lambda _: raw.WTSConnectSessionW(2, 1, "", False), takes_server=False),
    RawCall("WTSConnectSessionA", lambda _: raw.WTSConnectSessionA(2, 1, b"", False), takes_server=False),
    RawCall("WTSSendMessageW", lambda server: raw.WTSSendMessageW(server, 2, "T", "?", 0, 0, False)),
    RawCall("WTSSendMessageA", lambda server: raw.WTSSendMessageA(server, 2, b"T", b"?", 0, 0, False)),
    RawCall("WTSShutdownSystem", lambda server: raw.WTSShutdownSystem(server, raw.WTS_WSD_LOGOFF)),
    RawCall("WTSWaitSystemEvent", lambda server: raw.WTSWaitSystemEvent(server, raw.WTS_EVENT_FLUSH)),
    RawCall("WTSQueryUserConfigW", lambda _: raw.WTSQueryUserConfigW(None, "anna", 19), takes_server=False),
    RawCall("WTSQueryUserConfigA", lambda _: raw.WTSQueryUserConfigA(None, b"anna", 19), takes_server=False),
    RawCall("WTSSetUserConfigW", lambda _: raw.WTSSetUserConfigW(None, "anna", 0, "x"), takes_server=False),
    RawCall("WTSSetUserConfigA", lambda _: raw.WTSSetUserConfigA(None, b"anna", 0, b"x"), takes_server=False),
    RawCall("WTSQueryUserToken", lambda _: close(raw.WTSQueryUserToken(2)), takes_server=False),
    RawCall("QueryUserToken", lambda _: close(raw.QueryUserToken(2, undocumented=True)), takes_server=False),
    RawCall(
        "IsInteractiveUserSession",
        lambda _: raw.IsInteractiveUserSession(2, undocumented=True),
        takes_server=False,
    ),
    RawCall("QueryActiveSession", lambda _: raw.QueryActiveSession(undocumented=True), takes_server=False),
    RawCall(
        "RegisterUsertokenForNoWinlogon",
        lambda _: raw.RegisterUsertokenForNoWinlogon(undocumented=True),
        takes_server=False,
    ),
    RawCall(
        "WTSSetSessionInformationW",
        lambda server: raw.WTSSetSessionInformationW(server, 2, 5, b"x", undocumented=True),
    ),
    RawCall(
        "WTSSetSessionInformationA",
        lambda server: raw.WTSSetSessionInformationA(server, 2, 5, b"x", undocumented=True),
    ),
    # Listeners and child sessions are those of this machine, whatever the prototypes say.
    RawCall("WTSEnumerateListenersW", lambda _: raw.WTSEnumerateListenersW(None), takes_server=False, times=2),
    RawCall("WTSEnumerateListenersA", lambda _: raw.WTSEnumerateListenersA(None), takes_server=False, times=2),
    RawCall("WTSQueryListenerConfigW", lambda _: raw.WTSQueryListenerConfigW(None, "RDP-Tcp"), takes_server=False),
    RawCall("WTSQueryListenerConfigA", lambda _: raw.WTSQueryListenerConfigA(None, b"RDP-Tcp"), takes_server=False),
    RawCall("WTSCreateListenerW", lambda _: update_listener(), takes_server=False),
    RawCall("WTSCreateListenerA", lambda _: update_listener_ansi(), takes_server=False),
    RawCall(
        "WTSGetListenerSecurityW",
        lambda _: raw.WTSGetListenerSecurityW(None, "RDP-Tcp", 4),
        takes_server=False,
        times=2,
    ),
    RawCall(
        "WTSGetListenerSecurityA",
        lambda _: raw.WTSGetListenerSecurityA(None, b"RDP-Tcp", 4),
        takes_server=False,
        times=2,
    ),
    RawCall(
        "WTSSetListenerSecurityW",
        lambda _: raw.WTSSetListenerSecurityW(None, "RDP-Tcp", 4, EMPTY_DESCRIPTOR),
        takes_server=False,
    ),
    RawCall(
        "WTSSetListenerSecurityA",
        lambda _: raw.WTSSetListenerSecurityA(None, b"RDP-Tcp", 4, EMPTY_DESCRIPTOR),
        takes_server=False,
    ),
    RawCall("WTSEnableChildSessions", lambda _: raw.WTSEnableChildSessions(enable=True), takes_server=False),
    RawCall("WTSIsChildSessionsEnabled", lambda _: raw.WTSIsChildSessionsEnabled(), takes_server=False),
    RawCall("WTSGetChildSessionId", lambda _: raw.WTSGetChildSessionId(), takes_server=False),
    RawCall("WTSCloseServer", lambda _: close(raw.WTSOpenServer(REMOTE)), takes_server=False, can_fail=False),
    RawCall("WTSVirtualChannelOpen", lambda _: close(raw.WTSVirtualChannelOpen(None, 2, "STATIC")), takes_server=False),
    RawCall(
        "WTSVirtualChannelOpenEx", lambda _: close(raw.WTSVirtualChannelOpenEx(2, "STATIC", 0)), takes_server=False
    ),
    RawCall("WTSVirtualChannelClose", on_channel(lambda _: None), takes_server=False, can_fail=False),
    RawCall(
        "WTSVirtualChannelRead", on_channel(lambda each: raw.WTSVirtualChannelRead(each, 0, 1608)), takes_server=False
    ),
    RawCall(
        "WTSVirtualChannelWrite", on_channel(lambda each: raw.WTSVirtualChannelWrite(each, b"x")), takes_server=False
    ),
    RawCall("WTSVirtualChannelPurgeInput", on_channel(raw.WTSVirtualChannelPurgeInput), takes_server=False),
    RawCall("WTSVirtualChannelPurgeOutput", on_channel(raw.WTSVirtualChannelPurgeOutput), takes_server=False),
    RawCall(
        "WTSVirtualChannelQuery",
        on_channel(lambda each: close(raw.WTSVirtualChannelQuery(each, 1))),
        takes_server=False,
    ),
    RawCall("WTSRegisterSessionNotification", on_window(register), takes_server=False),
    RawCall("WTSRegisterSessionNotificationEx", on_window(register_ex), takes_server=False),
    RawCall("WTSUnRegisterSessionNotification", on_window(register), takes_server=False, can_fail=False),
    RawCall("WTSUnRegisterSessionNotificationEx", on_window(register_ex), takes_server=False, can_fail=False),
    *(NEWER_CALLS if has_newer_exports() else []),
]
