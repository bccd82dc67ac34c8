"""Remote control, also called shadowing: looking into another session, and typing there."""

from wtsfast._arguments cimport to_dword, to_limited
from wtsfast._errors cimport raise_error
from wtsfast._sdk cimport wtsapi32 as sdk
from wtsfast._sdk.windows cimport BOOL, BYTE, DWORD, GetLastError, SetLastError, ULONG, USHORT, WCHAR
from wtsfast.raw._convert cimport NativeText, native_text_or_null, printable

__all__ = [
    "WTSStartRemoteControlSession",
    "WTSStartRemoteControlSessionA",
    "WTSStartRemoteControlSessionW",
    "WTSStopRemoteControlSession",
]


def WTSStartRemoteControlSessionW(target_server_name, target_logon_id, hotkey_vk, hotkey_modifiers):
    """Show another session in the caller's own, and let the caller take part in it.

    C: ``BOOL WTSStartRemoteControlSessionW(LPWSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
    USHORT HotkeyModifiers)``.

    ``target_server_name`` is a name (what ``None``, a NULL, means is not documented); ``hotkey_vk`` the virtual-key
    code that ends it, together with ``hotkey_modifiers``, a sum of ``REMOTECONTROL_KBDSHIFT_HOTKEY``, ``…KBDCTRL…`` and
    ``…KBDALT…``. The caller must run in a remote session, not at the console; the target must be active with a user
    logged on, and the caller hold the right Remote Control on it.

    Blocks until the remote control ends, which may be hours; Ctrl-C takes effect when the call returns. From another
    thread ``WTSStopRemoteControlSession`` ends it.

    Expect it to fail from Windows 8 and Server 2012 on: they have another kind of shadowing (``mstsc /shadow``), and
    which error these functions give there is not known.

    Raises ``WtsError``, ``SessionNotFoundError``, ``AccessDeniedError``. Wraps ``WTSStartRemoteControlSessionW``.
    """
    start(target_server_name, target_logon_id, hotkey_vk, hotkey_modifiers, True)


def WTSStartRemoteControlSessionA(target_server_name, target_logon_id, hotkey_vk, hotkey_modifiers):
    """Show another session in the caller's own; the server's name is ``bytes`` in the ANSI code page.

    C: ``BOOL WTSStartRemoteControlSessionA(LPSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
    USHORT HotkeyModifiers)``. As ``WTSStartRemoteControlSessionW``. Wraps ``WTSStartRemoteControlSessionA``.
    """
    start(target_server_name, target_logon_id, hotkey_vk, hotkey_modifiers, False)


cdef int start(
    object target_server_name, object target_logon_id, object hotkey_vk, object hotkey_modifiers, bint wide
) except -1:
    cdef NativeText name = native_text_or_null(target_server_name, "target_server_name", wide)
    cdef ULONG session = to_dword(target_logon_id, "target_logon_id")
    cdef BYTE key = <BYTE>to_limited(hotkey_vk, "hotkey_vk", 0xFF)
    cdef USHORT modifiers = <USHORT>to_limited(hotkey_modifiers, "hotkey_modifiers", 0xFFFF)
    cdef DWORD error = 0
    cdef BOOL ok
    with nogil:
        SetLastError(0)
        if wide:
            ok = sdk.WTSStartRemoteControlSessionW(<WCHAR*>name.ptr, session, key, modifiers)
        else:
            ok = sdk.WTSStartRemoteControlSessionA(<char*>name.ptr, session, key, modifiers)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSStartRemoteControlSession", error, printable(target_server_name))
    return 0


def WTSStopRemoteControlSession(logon_id):
    """End the remote control of a session.

    C: ``BOOL WTSStopRemoteControlSession(ULONG LogonId)``.

    ``logon_id`` is the session that is being controlled. Needs the rights Disconnect and Reset on it. Expect it to fail
    from Windows 8 and Server 2012 on, as ``WTSStartRemoteControlSessionW`` does.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``SessionNotFoundError``, ``AccessDeniedError``. Wraps ``WTSStopRemoteControlSession``.
    """
    cdef ULONG session = to_dword(logon_id, "logon_id")
    cdef DWORD error = 0
    cdef BOOL ok
    with nogil:
        SetLastError(0)
        ok = sdk.WTSStopRemoteControlSession(session)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSStopRemoteControlSession", error)


WTSStartRemoteControlSession = WTSStartRemoteControlSessionW
