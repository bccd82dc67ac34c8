"""Remote Desktop Services as the SDK has it: one function for each of its functions, under its name.

A function takes the SDK's input parameters in the SDK's order, in snake_case and without what has only one possible
value, and returns what the SDK's gives through pointers: one value, a record, or ``None``. It makes the one call,
without the GIL, and raises ``wtsfast.WtsError`` when that fails. There is no policy here: no retries, no defaults that
hide a choice, no protection against a session that ends between two calls. `wtsfast` itself has all that.

* A server is a ``ServerHandle`` from ``WTSOpenServer``, or ``WTS_CURRENT_SERVER_HANDLE``, which is ``None``.
* ``WTSOpenServer`` is the wide form, the same object as ``WTSOpenServerW``: text is ``str``. ``WTSOpenServerA`` takes
  and returns ``bytes`` in the ANSI code page.
* Functions that return memory of Windows copy it into Python values and free it; with ``as_buffer=True`` they return
  the memory itself as a ``RawBuffer``.
* Constants have the SDK's names; where they belong to an enum they are its members.

All functions are in one DLL, which the first of them to be asked for loads.
"""

from wtsfast import _bring_up
from wtsfast.raw import _core

_bring_up(
    _core,
    *("_runtime", "_convert"),
    *("_channels", "_child_sessions", "_cloud_auth", "_control", "_events", "_information", "_licensing"),
    *("_listeners", "_memory", "_notifications", "_processes", "_remote_control", "_render_hints", "_servers"),
    *("_sessions", "_undocumented", "_users"),
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Functions with one form, and classes.
_SINGLE = {
    "IsInteractiveUserSession": "raw._undocumented",
    "ProcessIdToSessionId": "raw._sessions",
    "QueryActiveSession": "raw._undocumented",
    "QueryUserToken": "raw._undocumented",
    "RegisterUsertokenForNoWinlogon": "raw._undocumented",
    "TLSConnectToLsServer": "raw._licensing",
    "TLSDisconnectFromServer": "raw._licensing",
    "TLSGetServerCertificate": "raw._licensing",
    "TLSKeyPackEnumBegin": "raw._licensing",
    "TLSKeyPackEnumEnd": "raw._licensing",
    "TLSKeyPackEnumNext": "raw._licensing",
    "TLSLicenseEnumBegin": "raw._licensing",
    "TLSLicenseEnumEnd": "raw._licensing",
    "TLSLicenseEnumNext": "raw._licensing",
    "WTSActiveSessionExists": "raw._sessions",
    "WTSCloseServer": "raw._servers",
    "WTSCloudAuthClose": "raw._cloud_auth",
    "WTSCloudAuthConvertAssertionToSerializedUserCredential": "raw._cloud_auth",
    "WTSCloudAuthDuplicateSerializedUserCredential": "raw._cloud_auth",
    "WTSCloudAuthGetServerNonce": "raw._cloud_auth",
    "WTSCloudAuthNetworkLogonWithSerializedCredential": "raw._cloud_auth",
    "WTSCloudAuthOpen": "raw._cloud_auth",
    "WTSDisconnectSession": "raw._control",
    "WTSEnableChildSessions": "raw._child_sessions",
    "WTSFreeMemory": "raw._memory",
    "WTSGetActiveConsoleSessionId": "raw._sessions",
    "WTSGetChildSessionId": "raw._child_sessions",
    "WTSIsChildSessionsEnabled": "raw._child_sessions",
    "WTSLogoffSession": "raw._control",
    "WTSQueryUserToken": "raw._users",
    "WTSRegisterSessionNotification": "raw._notifications",
    "WTSRegisterSessionNotificationEx": "raw._notifications",
    "WTSSetRenderHint": "raw._render_hints",
    "WTSShutdownSystem": "raw._control",
    "WTSStopRemoteControlSession": "raw._remote_control",
    "WTSTerminateProcess": "raw._processes",
    "WTSUnRegisterSessionNotification": "raw._notifications",
    "WTSUnRegisterSessionNotificationEx": "raw._notifications",
    "WTSVirtualChannelClose": "raw._channels",
    "WTSVirtualChannelOpen": "raw._channels",
    "WTSVirtualChannelOpenEx": "raw._channels",
    "WTSVirtualChannelPurgeInput": "raw._channels",
    "WTSVirtualChannelPurgeOutput": "raw._channels",
    "WTSVirtualChannelQuery": "raw._channels",
    "WTSVirtualChannelRead": "raw._channels",
    "WTSVirtualChannelWrite": "raw._channels",
    "WTSWaitSystemEvent": "raw._events",
    # owners of native things
    "ChannelHandle": "raw._channels",
    "CloudAuthHandle": "raw._cloud_auth",
    "Handle": "_handles",
    "LicenseServerHandle": "raw._licensing",
    "RawBuffer": "_memory",
    "SerializedCredential": "raw._cloud_auth",
    "ServerHandle": "_handles",
    # records
    "LSKeyPack": "raw._records",
    "LSLicense": "raw._records",
    "PRODUCT_INFO": "raw._records",
    "WTSCLIENT": "raw._records",
    "WTSCONFIGINFO": "raw._records",
    "WTSINFO": "raw._records",
    "WTSINFOEX": "raw._records",
    "WTSINFOEX_LEVEL1": "raw._records",
    "WTSLISTENERCONFIG": "raw._records",
    "WTSUSERCONFIG": "raw._records",
    "WTS_CLIENT_ADDRESS": "raw._records",
    "WTS_CLIENT_DISPLAY": "raw._records",
    "WTS_PROCESS_INFO": "raw._records",
    "WTS_PROCESS_INFO_EX": "raw._records",
    "WTS_SERVER_INFO": "raw._records",
    "WTS_SESSION_ADDRESS": "raw._records",
    "WTS_SESSION_INFO": "raw._records",
    "WTS_SESSION_INFO_1": "raw._records",
    "WTS_VALIDATION_INFORMATION": "raw._records",
}

# Functions with a wide and an ANSI form; the name without a letter is the wide one's.
_WITH_FORMS = {
    "WTSConnectSession": "raw._control",
    "WTSCreateListener": "raw._listeners",
    "WTSEnumerateListeners": "raw._listeners",
    "WTSEnumerateProcesses": "raw._processes",
    "WTSEnumerateProcessesEx": "raw._processes",
    "WTSEnumerateServers": "raw._servers",
    "WTSEnumerateSessions": "raw._sessions",
    "WTSEnumerateSessionsEx": "raw._sessions",
    "WTSFreeMemoryEx": "raw._memory",
    "WTSGetListenerSecurity": "raw._listeners",
    "WTSOpenServer": "raw._servers",
    "WTSOpenServerEx": "raw._servers",
    "WTSQueryListenerConfig": "raw._listeners",
    "WTSQuerySessionInformation": "raw._information",
    "WTSQueryUserConfig": "raw._users",
    "WTSSendMessage": "raw._control",
    "WTSSetListenerSecurity": "raw._listeners",
    "WTSSetSessionInformation": "raw._undocumented",
    "WTSSetUserConfig": "raw._users",
    "WTSStartRemoteControlSession": "raw._remote_control",
}

_HOME = _SINGLE | {name + form: home for name, home in _WITH_FORMS.items() for form in ("", "A", "W")}


def __getattr__(name: str) -> "Any":
    from importlib import import_module

    if name in _HOME:
        value = getattr(import_module(f"wtsfast.{_HOME[name]}"), name)
    elif name == "__all__":
        value = __dir__()
    elif not name.startswith("_") and name in _all_constants():
        value = _all_constants()[name]
    else:
        raise AttributeError(f"module 'wtsfast.raw' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*_HOME, *_all_constants()])


def _all_constants() -> dict[str, object]:
    from wtsfast.raw import _constants

    return {name: value for name, value in vars(_constants).items() if not name.startswith("_")}
