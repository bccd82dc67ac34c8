"""Control: log off, disconnect and connect sessions, send messages, shut down."""

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._sdk cimport wtsapi32
from wtsfast._sdk.windows cimport BOOL, DWORD, GetLastError, HANDLE, LPSTR, LPWSTR, SetLastError
from wtsfast.raw._convert cimport (
    NativeText, SecretText, byte_length, native_text, secret_text, to_session, to_switch,
)

from wtsfast.enums import MessageResponse, coerce

__all__ = [
    "WTSConnectSession",
    "WTSConnectSessionA",
    "WTSConnectSessionW",
    "WTSDisconnectSession",
    "WTSLogoffSession",
    "WTSSendMessage",
    "WTSSendMessageA",
    "WTSSendMessageW",
    "WTSShutdownSystem",
]


# ---- log off, disconnect ----

ctypedef BOOL (*SessionCall)(HANDLE hServer, DWORD SessionId, BOOL bWait) noexcept nogil


cdef int end_session(SessionCall call, str function, object server, object session_id, object wait) except -1:
    cdef DWORD session = to_session(server, session_id), error = 0
    cdef BOOL ok, until_done = to_switch(wait, "wait")
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            ok = call(handle, session, until_done)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error(function, error, server)
    return 0


def WTSLogoffSession(server, session_id, wait):
    """Log off a session: its programs end, and what they have not saved is lost.

    C: ``BOOL WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait)``. ``WTS_CURRENT_SESSION`` logs off the
    caller. With ``wait`` it blocks until the session has gone, which a program may hold up without a limit; without,
    it returns at once, and ``WTSQuerySessionInformation`` fails once the session has gone. Ctrl-C takes effect when
    the call returns. Another's session needs the right Reset; one inside a virtual machine needs an administrator of
    its host.

    Raises ``WtsError``: 2 and 7022 where there is no such session, 5 without the right. Wraps ``WTSLogoffSession``.
    """
    end_session(wtsapi32.WTSLogoffSession, "WTSLogoffSession", server, session_id, wait)


def WTSDisconnectSession(server, session_id, wait):
    """Disconnect a session from its client: its programs run on.

    C: ``BOOL WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait)``. With ``wait`` it blocks until that is
    done, without a limit; Ctrl-C takes effect when the call returns. Another's session needs the right Disconnect. What
    Windows answers for a session that is disconnected already is not documented.

    Raises ``WtsError``: 2 and 7022 where there is no such session, 5 without the right. Wraps ``WTSDisconnectSession``.
    """
    end_session(wtsapi32.WTSDisconnectSession, "WTSDisconnectSession", server, session_id, wait)


# ---- connect ----

cdef object connect_session(object logon_id, object target_logon_id, object password, object wait, bint wide):
    cdef DWORD session = to_dword(logon_id, "logon_id"), target = to_dword(target_logon_id, "target_logon_id")
    cdef BOOL ok, until_done = to_switch(wait, "wait")
    cdef SecretText secret = secret_text(password, "password", wide)
    cdef DWORD error = 0
    with nogil:
        SetLastError(0)
        if wide:
            ok = wtsapi32.WTSConnectSessionW(session, target, <LPWSTR>secret.ptr, until_done)
        else:
            ok = wtsapi32.WTSConnectSessionA(session, target, <LPSTR>secret.ptr, until_done)
        if not ok:
            error = GetLastError()
    secret.wipe()
    if not ok:
        raise_error("WTSConnectSession", error)


def WTSConnectSessionW(logon_id, target_logon_id, password, wait):
    """Show a session on the terminal that another one uses now, as ``tscon`` does, on this machine.

    C: ``BOOL WTSConnectSessionW(ULONG LogonId, ULONG TargetLogonId, PWSTR pPassword, BOOL bWait)``. The session
    ``logon_id`` becomes active, the session ``target_logon_id`` disconnected; ``LOGONID_CURRENT`` may stand for one
    of the two. ``password`` is that of the user of ``logon_id``, ``""`` where it is the same user: a ``str`` or, in
    UTF-8, a ``bytearray``, which is overwritten with zeros after the call, as the UTF-16 copy always is. With
    ``wait`` it blocks until that is done, without a limit; Ctrl-C takes effect when the call returns. Needs the right
    Connect on ``logon_id`` and Disconnect on the target.

    Raises ``WtsError``: 1326 for a wrong password, 5 and 7045 without a right, 7022 where there is no such session,
    7024 and 7062 where one is busy or in use. Wraps ``WTSConnectSessionW``.
    """
    connect_session(logon_id, target_logon_id, password, wait, True)


def WTSConnectSessionA(logon_id, target_logon_id, password, wait):
    """Show a session on the terminal that another one uses now, with the password in the ANSI code page.

    C: ``BOOL WTSConnectSessionA(ULONG LogonId, ULONG TargetLogonId, PSTR pPassword, BOOL bWait)``. ``password`` is
    ``bytes`` or a ``bytearray``, which is overwritten with zeros after the call. Otherwise as ``WTSConnectSessionW``.
    Wraps ``WTSConnectSessionA``.
    """
    connect_session(logon_id, target_logon_id, password, wait, False)


WTSConnectSession = WTSConnectSessionW


# ---- message ----

cdef object send_message(
    object server, object session_id, object title, object message, object style, object timeout, object wait, bint wide
):
    cdef DWORD session = to_session(server, session_id)
    cdef NativeText heading = native_text(title, "title", wide), text = native_text(message, "message", wide)
    # In bytes, without the NUL, in the wide form too.
    cdef DWORD heading_length = byte_length(heading, "title"), text_length = byte_length(text, "message")
    cdef DWORD box = to_dword(style, "style"), seconds = to_dword(timeout, "timeout")
    cdef BOOL ok, until_answered = to_switch(wait, "wait")
    cdef DWORD response = 0, error = 0
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = wtsapi32.WTSSendMessageW(
                    handle, session, <LPWSTR>heading.ptr, heading_length, <LPWSTR>text.ptr, text_length, box, seconds,
                    &response, until_answered
                )
            else:
                ok = wtsapi32.WTSSendMessageA(
                    handle, session, <LPSTR>heading.ptr, heading_length, <LPSTR>text.ptr, text_length, box, seconds,
                    &response, until_answered
                )
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSSendMessage", error, server)
    return coerce(MessageResponse, response)


def WTSSendMessageW(server, session_id, title, message, style, timeout, wait):
    """Show a message box in a session.

    C: ``BOOL WTSSendMessageW(HANDLE hServer, DWORD SessionId, LPWSTR pTitle, DWORD TitleLength, LPWSTR pMessage,
    DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait)``. ``style`` combines ``MB_…``
    values; ``timeout`` is in seconds, 0 is for ever. The lengths are counted here, in bytes as Windows wants them. An
    empty title shows as "Error", and servers of 2003 refuse it (1783): a blank is better.

    Returns a ``MessageResponse``, or an ``int`` that it does not know. With ``wait`` it blocks until the user answers
    or the time is over (``IDTIMEOUT``), which with timeout 0 can take days: a locked session cannot answer. Without,
    it returns ``IDASYNC`` at once; what ``timeout`` does then is not documented. Ctrl-C takes effect when the call
    returns. Another's session needs the right Message.

    Raises ``WtsError``: 2 and 7022 where there is no such session, 5 without the right, 1734 for a text that is too
    long. Wraps ``WTSSendMessageW``.
    """
    return send_message(server, session_id, title, message, style, timeout, wait, True)


def WTSSendMessageA(server, session_id, title, message, style, timeout, wait):
    """Show a message box in a session, with texts as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSSendMessageA(HANDLE hServer, DWORD SessionId, LPSTR pTitle, DWORD TitleLength, LPSTR pMessage,
    DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait)``. As ``WTSSendMessageW``. Wraps
    ``WTSSendMessageA``.
    """
    return send_message(server, session_id, title, message, style, timeout, wait, False)


WTSSendMessage = WTSSendMessageW


# ---- shut down ----

def WTSShutdownSystem(server, shutdown_flag):
    """Shut down, restart or switch off a server, or log off all its users, at once and without a warning.

    C: ``BOOL WTSShutdownSystem(HANDLE hServer, DWORD ShutdownFlag)``. ``shutdown_flag`` is one ``WTS_WSD_…`` value;
    the protocol speaks of a mask of them, the manual of one, and what several do is Windows' to say.
    ``WTS_WSD_LOGOFF`` logs off all client sessions but the caller's and lets nobody log on until the service starts
    again; it is for a caller at the console. The others need the privilege SE_SHUTDOWN_NAME, enabled in the caller's
    token before the call, on a remote server SeRemoteShutdownPrivilege there. Blocks on a call to the server; Ctrl-C
    takes effect when it returns.

    Raises ``WtsError``: 1314 without the privilege, 1115 where a shutdown is under way. Wraps ``WTSShutdownSystem``.
    """
    cdef DWORD flag = to_dword(shutdown_flag, "shutdown_flag"), error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            ok = wtsapi32.WTSShutdownSystem(handle, flag)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSShutdownSystem", error, server)
