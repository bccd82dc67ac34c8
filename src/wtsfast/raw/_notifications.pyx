"""Session notifications: windows that are told when a session connects, disconnects, logs on, logs off or locks."""

from wtsfast._arguments cimport to_dword, to_hwnd
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._sdk cimport wtsapi32 as sdk
from wtsfast._sdk.windows cimport BOOL, DWORD, GetLastError, HANDLE, HWND, SetLastError

__all__ = [
    "WTSRegisterSessionNotification",
    "WTSRegisterSessionNotificationEx",
    "WTSUnRegisterSessionNotification",
    "WTSUnRegisterSessionNotificationEx",
]


def WTSRegisterSessionNotification(hwnd, flags):
    """Have a window told of session changes.

    C: ``BOOL WTSRegisterSessionNotification(HWND hWnd, DWORD dwFlags)``.

    ``hwnd`` is the number of a window that the caller owns, and whose thread runs a message loop: it gets
    ``WM_WTSSESSION_CHANGE`` (0x02B1) with a ``SessionChange`` code in wParam and the session id in lParam. ``flags`` is
    ``NOTIFY_FOR_THIS_SESSION`` or ``NOTIFY_FOR_ALL_SESSIONS``. Registrations of a window are counted: each needs one
    ``WTSUnRegisterSessionNotification``, before the window is destroyed. A second one ignores its ``flags``.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``; ``ServerUnavailableError`` (1702) early in the start of Windows, before the event
    ``Global\\TermSrvReadyEvent`` is set. Wraps ``WTSRegisterSessionNotification``.
    """
    cdef HWND window = to_hwnd(hwnd)
    cdef DWORD scope = to_dword(flags, "flags"), error = 0
    cdef BOOL ok
    with nogil:
        SetLastError(0)
        ok = sdk.WTSRegisterSessionNotification(window, scope)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSRegisterSessionNotification", error)


def WTSRegisterSessionNotificationEx(server, hwnd, flags):
    """Have a window told of session changes on a server.

    C: ``BOOL WTSRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd, DWORD dwFlags)``.

    As ``WTSRegisterSessionNotification``; balance it with ``WTSUnRegisterSessionNotificationEx`` for the same server.
    The manual says that for a remote server ``flags`` can only be ``NOTIFY_FOR_THIS_SESSION``, which makes little
    sense: it is passed as it is.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``ServerUnavailableError``. Wraps ``WTSRegisterSessionNotificationEx``.
    """
    cdef HWND window = to_hwnd(hwnd)
    cdef DWORD scope = to_dword(flags, "flags"), error = 0
    cdef BOOL ok
    cdef HANDLE native = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            ok = sdk.WTSRegisterSessionNotificationEx(native, window, scope)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSRegisterSessionNotificationEx", error, server)


def WTSUnRegisterSessionNotification(hwnd):
    """Take back one registration of a window.

    C: ``BOOL WTSUnRegisterSessionNotification(HWND hWnd)``.

    Call it once for each ``WTSRegisterSessionNotification``, before the window is destroyed.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``. Wraps ``WTSUnRegisterSessionNotification``.
    """
    cdef HWND window = to_hwnd(hwnd)
    cdef DWORD error = 0
    cdef BOOL ok
    with nogil:
        SetLastError(0)
        ok = sdk.WTSUnRegisterSessionNotification(window)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSUnRegisterSessionNotification", error)


def WTSUnRegisterSessionNotificationEx(server, hwnd):
    """Take back one registration of a window with a server.

    C: ``BOOL WTSUnRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd)``.

    Call it once for each ``WTSRegisterSessionNotificationEx`` with this server, before the window is destroyed.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``ServerUnavailableError``. Wraps ``WTSUnRegisterSessionNotificationEx``.
    """
    cdef HWND window = to_hwnd(hwnd)
    cdef DWORD error = 0
    cdef BOOL ok
    cdef HANDLE native = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            ok = sdk.WTSUnRegisterSessionNotificationEx(native, window)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSUnRegisterSessionNotificationEx", error, server)
