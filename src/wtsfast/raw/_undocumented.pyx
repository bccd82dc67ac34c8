"""Exports of wtsapi32.dll that no manual and no header has. They are called only when the caller insists.

What is known of them comes from public export dumps and from functions of the same name in other DLLs: how many
arguments they take is well attested, what they do is not, but for QueryUserToken.
"""

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport Handle, check_stored, enter_server, leave_server
from wtsfast._sdk.windows cimport (
    DWORD, ERROR_CALL_NOT_IMPLEMENTED, GetLastError, HANDLE, LPSTR, LPWSTR, SetLastError, ULONG,
)
from wtsfast._sdk.wtsapi32 cimport (
    PFN_IsInteractiveUserSession, PFN_QueryActiveSession, PFN_QueryUserToken, PFN_RegisterUsertokenForNoWinlogon,
    PFN_WTSSetSessionInformationA, PFN_WTSSetSessionInformationW,
)
from wtsfast.raw._convert cimport (
    NativeText, byte_length, check_undocumented, native_bytes, to_actual_session, to_session,
)
from wtsfast.raw._runtime cimport WTSAPI32, Export, is_wines_own, resolve

__all__ = [
    "IsInteractiveUserSession",
    "QueryActiveSession",
    "QueryUserToken",
    "RegisterUsertokenForNoWinlogon",
    "WTSSetSessionInformation",
    "WTSSetSessionInformationA",
    "WTSSetSessionInformationW",
]

# Windows 10 2004 is the oldest whose exports are known to have them.
cdef const char* MINIMUM = b"a Windows that exports it, as Windows 10 2004 does"
cdef Export is_interactive_user_session = Export(WTSAPI32, b"IsInteractiveUserSession", MINIMUM, NULL)
cdef Export query_active_session = Export(WTSAPI32, b"QueryActiveSession", MINIMUM, NULL)
cdef Export query_user_token = Export(WTSAPI32, b"QueryUserToken", MINIMUM, NULL)
cdef Export register_usertoken = Export(WTSAPI32, b"RegisterUsertokenForNoWinlogon", MINIMUM, NULL)
cdef Export set_session_information_w = Export(WTSAPI32, b"WTSSetSessionInformationW", MINIMUM, NULL)
cdef Export set_session_information_a = Export(WTSAPI32, b"WTSSetSessionInformationA", MINIMUM, NULL)


def IsInteractiveUserSession(session_id, *, undocumented):
    """Call the undocumented export of this name, which by its name says whether a user works in a session.

    C: ``BOOL IsInteractiveUserSession(ULONG SessionId)``. Returns ``True``; ``False`` where it gives FALSE without an
    error. In wtsapi32.dll it looks like an empty function, which does not block. Makes the call only with
    ``undocumented=True``.

    Raises ``WtsError`` when it fails (50 is likely), ``FunctionNotAvailableError`` where there is no such export. Wraps
    ``IsInteractiveUserSession``.
    """
    check_undocumented(undocumented, "IsInteractiveUserSession")
    cdef ULONG session = to_actual_session(None, session_id)
    call = <PFN_IsInteractiveUserSession>resolve(&is_interactive_user_session)
    cdef DWORD error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = call(session)
        if not ok:
            error = GetLastError()
    if not ok and error:
        raise_error("IsInteractiveUserSession", error)
    return ok


def QueryActiveSession(*, undocumented):
    """Call the undocumented export of this name, which by its name gives the id of the active session.

    C: ``BOOL QueryActiveSession(PULONG SessionId)``. On build 26100 it looks like a function that does not block and
    only fails with "not supported". Makes the call only with ``undocumented=True``.

    Raises ``WtsError`` when it fails (50 is likely), ``FunctionNotAvailableError`` where there is no such export. Wraps
    ``QueryActiveSession``.
    """
    check_undocumented(undocumented, "QueryActiveSession")
    call = <PFN_QueryActiveSession>resolve(&query_active_session)
    cdef ULONG session = 0
    cdef DWORD error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = call(&session)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("QueryActiveSession", error)
    return session


def QueryUserToken(session_id, *, undocumented):
    """Call the undocumented other name of ``WTSQueryUserToken``: in export dumps both have the same address.

    C: ``BOOL QueryUserToken(ULONG SessionId, PHANDLE phToken)``. Arguments, result, rights and errors are those of
    ``WTSQueryUserToken``, which should be called instead. Blocks on a call to the service; Ctrl-C takes effect when it
    returns. Makes the call only with ``undocumented=True``.

    Raises ``FunctionNotAvailableError`` where there is no such export. Wraps ``QueryUserToken``.
    """
    check_undocumented(undocumented, "QueryUserToken")
    cdef ULONG session = to_actual_session(None, session_id)
    call = <PFN_QueryUserToken>resolve(&query_user_token)
    cdef Handle token = Handle.__new__(Handle)
    cdef DWORD error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = call(session, &token.value)
        if not ok:
            error = GetLastError()
    check_stored(token, ok, "QueryUserToken", error)
    return token


def RegisterUsertokenForNoWinlogon(*, undocumented):
    """Call the undocumented export of this name, whose purpose is not known.

    C: ``BOOL RegisterUsertokenForNoWinlogon(VOID)``. On build 26100 it shares its body with ``QueryActiveSession``: it
    looks like a function that does not block and only fails with "not supported". Makes the call only with
    ``undocumented=True``.

    Raises ``WtsError`` when it fails (50 is likely), ``FunctionNotAvailableError`` where there is no such export. Wraps
    ``RegisterUsertokenForNoWinlogon``.
    """
    check_undocumented(undocumented, "RegisterUsertokenForNoWinlogon")
    call = <PFN_RegisterUsertokenForNoWinlogon>resolve(&register_usertoken)
    cdef DWORD error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = call()
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("RegisterUsertokenForNoWinlogon", error)


# ---- WTSSetSessionInformation ----

# Wine exports it as an unimplemented function, and calling one of those ends the process.
cdef int refuse_on_wine() except -1:
    if not is_wines_own(WTSAPI32):
        return 0
    from wtsfast.errors import FunctionNotAvailableError

    raise FunctionNotAvailableError(
        ERROR_CALL_NOT_IMPLEMENTED, "WTSSetSessionInformation", None, "calling it in Wine's own DLL ends the process"
    )


cdef object set_information(object server, object session_id, object info_class, object data, bint wide):
    cdef DWORD session = to_session(server, session_id), kind = to_dword(info_class, "info_class"), error = 0
    cdef NativeText block = native_bytes(data, "data")
    cdef DWORD length = byte_length(block, "data")
    cdef PFN_WTSSetSessionInformationW call_w = NULL
    cdef PFN_WTSSetSessionInformationA call_a = NULL
    cdef bint ok
    if wide:
        call_w = <PFN_WTSSetSessionInformationW>resolve(&set_session_information_w, "WTSSetSessionInformation")
    else:
        call_a = <PFN_WTSSetSessionInformationA>resolve(&set_session_information_a, "WTSSetSessionInformation")
    refuse_on_wine()
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = call_w(handle, session, kind, <LPWSTR>block.ptr, length)
            else:
                ok = call_a(handle, session, kind, <LPSTR>block.ptr, length)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSSetSessionInformation", error, server)


def WTSSetSessionInformationW(server, session_id, info_class, data, *, undocumented):
    """Call the undocumented counterpart of ``WTSQuerySessionInformationW``.

    C: ``BOOL WTSSetSessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass, LPWSTR pBuffer,
    DWORD DataLength)`` by third parties; that it has five arguments is certain. ``data`` is ``bytes``. The A and the
    W form were seen to share one address, so it is hardly more than a function that fails; no class is known that it
    could set. Blocks on a call to the server, if on anything; Ctrl-C takes effect when it returns. Makes the call
    only with ``undocumented=True``.

    Raises ``WtsError`` when it fails (50 or 120 is likely), ``FunctionNotAvailableError`` where there is no such export
    and in Wine's own DLL, where the call would end the process. Wraps ``WTSSetSessionInformationW``.
    """
    check_undocumented(undocumented, "WTSSetSessionInformation")
    set_information(server, session_id, info_class, data, True)


def WTSSetSessionInformationA(server, session_id, info_class, data, *, undocumented):
    """Call the undocumented counterpart of ``WTSQuerySessionInformationA``.

    C: ``BOOL WTSSetSessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass, LPSTR pBuffer,
    DWORD DataLength)`` by third parties. As ``WTSSetSessionInformationW``. Wraps ``WTSSetSessionInformationA``.
    """
    check_undocumented(undocumented, "WTSSetSessionInformation")
    set_information(server, session_id, info_class, data, False)


WTSSetSessionInformation = WTSSetSessionInformationW
