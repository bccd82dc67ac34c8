"""Exceptions: what a failed Remote Desktop Services call becomes in Python."""

from __future__ import annotations

from typing import Final

__all__ = [
    "AccessDeniedError",
    "ChannelClosedError",
    "FunctionNotAvailableError",
    "ServerUnavailableError",
    "SessionNotFoundError",
    "WtsError",
    "WtsTimeoutError",
    "error_class",
]


class WtsError(OSError):
    """Report that a Remote Desktop Services call failed.

    ``winerror`` is the Windows error number (0 where Windows gave none), ``function`` the SDK name of the call without
    its A or W, ``server`` the name of the server that was asked, ``None`` for this machine. ``strerror`` is the text
    that Windows has for the number.
    """

    function: str
    server: str | None

    def __init__(self, winerror: int, function: str, server: str | None = None, strerror: str | None = None) -> None:
        if strerror is None:
            strerror = f"Windows error {winerror}" if winerror else "the call failed and Windows gave no reason"
        # OSError wants a C long here; HRESULTs, which some functions give, do not fit one.
        super().__init__(0, strerror, None, winerror if winerror < 1 << 31 else winerror - (1 << 32))
        self.winerror = winerror
        self.function = function
        self.server = server

    def __str__(self) -> str:
        where = "" if self.server is None else f" on {self.server}"
        # An HRESULT is known, and looked for, by its hexadecimal form.
        code = self.winerror if self.winerror < 1 << 31 else hex(self.winerror)
        number = f" [error {code}]" if code else ""
        return f"{self.function}{where}: {self.strerror}{number}"

    def __reduce__(self) -> tuple[type[WtsError], tuple[int, str, str | None, str | None]]:
        return type(self), (self.winerror, self.function, self.server, self.strerror)

    @property
    def hint(self) -> str | None:
        """Say what usually helps against this error, in one sentence, or ``None``."""
        remote = "remote" if self.server is not None else "local"
        for where in (self.function, remote, "any"):
            if (hint := _HINTS.get((where, self.winerror))) is not None:
                return hint
        return None


class AccessDeniedError(WtsError, PermissionError):
    """Report that the caller lacks a right or a privilege."""


class SessionNotFoundError(WtsError, LookupError):
    """Report that the session does not exist, or not any more."""


class ServerUnavailableError(WtsError, ConnectionError):
    """Report that the server, or its Remote Desktop Services, cannot be reached."""


class WtsTimeoutError(WtsError, TimeoutError):
    """Report that a wait ended before what was waited for."""


class ChannelClosedError(WtsError, BrokenPipeError):
    """Report that the virtual channel or its other end is gone."""


class FunctionNotAvailableError(WtsError, NotImplementedError):
    """Report that this Windows, or the server that was asked, does not have the function."""


# By number alone, where a number means the same in every function.
_BY_CODE: Final[dict[int, type[WtsError]]] = {
    5: AccessDeniedError,  # ERROR_ACCESS_DENIED
    1314: AccessDeniedError,  # ERROR_PRIVILEGE_NOT_HELD
    7045: AccessDeniedError,  # ERROR_CTX_WINSTATION_ACCESS_DENIED
    7007: SessionNotFoundError,  # ERROR_CTX_CLOSE_PENDING: the session is going down
    7022: SessionNotFoundError,  # ERROR_CTX_WINSTATION_NOT_FOUND
    53: ServerUnavailableError,  # ERROR_BAD_NETPATH
    1062: ServerUnavailableError,  # ERROR_SERVICE_NOT_ACTIVE
    1222: ServerUnavailableError,  # ERROR_NO_NETWORK
    1702: ServerUnavailableError,  # RPC_S_INVALID_BINDING: the service is not up yet
    1717: ServerUnavailableError,  # RPC_S_UNKNOWN_IF
    1722: ServerUnavailableError,  # RPC_S_SERVER_UNAVAILABLE
    1726: ServerUnavailableError,  # RPC_S_CALL_FAILED
    1727: ServerUnavailableError,  # RPC_S_CALL_FAILED_DNE
    121: WtsTimeoutError,  # ERROR_SEM_TIMEOUT
    1460: WtsTimeoutError,  # ERROR_TIMEOUT
    7040: WtsTimeoutError,  # ERROR_CTX_CLIENT_QUERY_TIMEOUT
    50: FunctionNotAvailableError,  # ERROR_NOT_SUPPORTED
    120: FunctionNotAvailableError,  # ERROR_CALL_NOT_IMPLEMENTED
    126: FunctionNotAvailableError,  # ERROR_MOD_NOT_FOUND
    127: FunctionNotAvailableError,  # ERROR_PROC_NOT_FOUND
}

# Where one number means different things: 2 is "no such session" only to functions that take a session.
_BY_FUNCTION: Final[dict[tuple[str, int], type[WtsError]]] = {
    **{
        (function, 2): SessionNotFoundError
        for function in (
            "QueryUserToken",
            "WTSConnectSession",
            "WTSDisconnectSession",
            "WTSLogoffSession",
            "WTSQuerySessionInformation",
            "WTSQueryUserToken",
            "WTSSendMessage",
            "WTSStartRemoteControlSession",
            "WTSStopRemoteControlSession",
        )
    },
    ("WTSLogoffSession", 1168): SessionNotFoundError,  # seen for a child session that has ended
    **{
        (function, code): ChannelClosedError
        for function in (
            "WTSVirtualChannelClose",
            "WTSVirtualChannelPurgeInput",
            "WTSVirtualChannelPurgeOutput",
            "WTSVirtualChannelQuery",
            "WTSVirtualChannelRead",
            "WTSVirtualChannelWrite",
        )
        # invalid handle, device gone, end of file, pipe broken or closed, ended by close(); to a read, 232 is no data
        for code in (6, 31, 38, 109, 232, 233, 995)
    },
    ("TLSGetServerCertificate", 5003): AccessDeniedError,  # TLS_E_ACCESS_DENIED
}

_OLDER_FUNCTION: Final = "Try the older function (level 0), or a newer Windows."
_NO_PROCESS: Final = "The process has ended, or never was: list the processes again."

# By the function, or by whether another machine was asked, and by number.
_HINTS: Final[dict[tuple[str, int], str]] = {
    ("ProcessIdToSessionId", 87): _NO_PROCESS,
    ("WTSTerminateProcess", 87): _NO_PROCESS,
    # Not every DLL of this name has these, and some then fail without a reason.
    ("WTSEnumerateProcessesEx", 0): _OLDER_FUNCTION,
    ("WTSEnumerateSessionsEx", 0): _OLDER_FUNCTION,
    ("any", 0): "This Windows may only have an empty version of the function.",
    ("local", 5): "Run as administrator, or as a user with the right on that session.",
    ("remote", 5): (
        "Use an administrator's account, and set AllowRemoteRPC to 1 on the server "
        "(HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server)."
    ),
    ("any", 53): "Check the server's name and that file and printer sharing passes its firewall.",
    ("any", 87): "One of the values is out of the range that Windows accepts.",
    ("any", 120): _OLDER_FUNCTION,
    ("any", 1062): "Start the service TermService.",
    ("any", 1222): "This machine has no network.",
    ("any", 1314): "The call needs a privilege that the account does not hold or that is not enabled.",
    ("any", 1702): "The service is still starting: wait a moment and try again.",
    ("local", 1722): "Start the service TermService.",
    ("remote", 1722): "Check the server's name, that it runs, and that its firewall lets remote administration in.",
    ("any", 7022): "The session has ended: list the sessions again.",
}


def error_class(function: str, winerror: int) -> type[WtsError]:
    """Choose the exception class for an error of a function, by both, since one number means different things."""
    return _BY_FUNCTION.get((function, winerror)) or _BY_CODE.get(winerror, WtsError)
