"""Users: the Remote Desktop settings of an account, and the token of who is logged on."""

from libc.string cimport memcpy

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport Handle, check_stored
from wtsfast._memory cimport BY_FREE_MEMORY, RawBuffer
from wtsfast._sdk cimport wtsapi32
from wtsfast._sdk.windows cimport DWORD, GetLastError, LPSTR, LPWSTR, SetLastError, ULONG
from wtsfast._sdk.wtsapi32 cimport (
    WTSUserConfigBrokenTimeoutSettings, WTSUserConfigfAllowLogonTerminalServer,
    WTSUserConfigfDeviceClientDefaultPrinter, WTSUserConfigfDeviceClientDrives,
    WTSUserConfigfDeviceClientPrinters, WTSUserConfigfInheritInitialProgram,
    WTSUserConfigfTerminalServerRemoteHomeDir, WTSUserConfigInitialProgram, WTSUserConfigModemCallbackPhoneNumber,
    WTSUserConfigModemCallbackSettings, WTSUserConfigReconnectSettings, WTSUserConfigShadowingSettings,
    WTSUserConfigTerminalServerHomeDir, WTSUserConfigTerminalServerHomeDirDrive,
    WTSUserConfigTerminalServerProfilePath, WTSUserConfigTimeoutSettingsConnections,
    WTSUserConfigTimeoutSettingsDisconnections, WTSUserConfigTimeoutSettingsIdle, WTSUserConfigUser,
    WTSUserConfigWorkingDirectory, WTSUSERCONFIGA, WTSUSERCONFIGW,
)
from wtsfast.raw._convert cimport (
    NativeText, array_text, byte_length, check_size, native_block, native_bytes, native_text, native_text_or_null,
    printable, put_array_text, record, to_actual_session,
)

from wtsfast.enums import (
    BrokenTimeoutSettings, ConfigSource, ModemCallbackSettings, ReconnectSettings, ShadowMode, coerce,
)
from wtsfast.raw._records import WTSUSERCONFIG

__all__ = [
    "WTSQueryUserConfig",
    "WTSQueryUserConfigA",
    "WTSQueryUserConfigW",
    "WTSQueryUserToken",
    "WTSSetUserConfig",
    "WTSSetUserConfigA",
    "WTSSetUserConfigW",
]

# The W and the A form differ in their characters alone: one function reads both, one fills both.
ctypedef fused UserConfig:
    WTSUSERCONFIGW
    WTSUSERCONFIGA


# ---- classes ----

cdef bint is_text(DWORD config_class) noexcept:
    return config_class in (
        WTSUserConfigInitialProgram, WTSUserConfigWorkingDirectory, WTSUserConfigModemCallbackPhoneNumber,
        WTSUserConfigTerminalServerProfilePath, WTSUserConfigTerminalServerHomeDir,
        WTSUserConfigTerminalServerHomeDirDrive,
    )


cdef bint is_number(DWORD config_class) noexcept:
    return config_class in (
        WTSUserConfigfInheritInitialProgram, WTSUserConfigfAllowLogonTerminalServer,
        WTSUserConfigTimeoutSettingsConnections, WTSUserConfigTimeoutSettingsDisconnections,
        WTSUserConfigTimeoutSettingsIdle, WTSUserConfigfDeviceClientDrives, WTSUserConfigfDeviceClientPrinters,
        WTSUserConfigfDeviceClientDefaultPrinter, WTSUserConfigBrokenTimeoutSettings, WTSUserConfigReconnectSettings,
        WTSUserConfigModemCallbackSettings, WTSUserConfigShadowingSettings, WTSUserConfigfTerminalServerRemoteHomeDir,
    )


cdef object number_of(DWORD config_class, DWORD value):
    if config_class == WTSUserConfigBrokenTimeoutSettings:
        return coerce(BrokenTimeoutSettings, value)
    if config_class == WTSUserConfigReconnectSettings:
        return coerce(ReconnectSettings, value)
    if config_class == WTSUserConfigModemCallbackSettings:
        return coerce(ModemCallbackSettings, value)
    if config_class == WTSUserConfigShadowingSettings:
        return coerce(ShadowMode, value)
    return value


# ---- query ----

cdef object read_config(const UserConfig* of, bint wide):
    return record(WTSUSERCONFIG, (
        coerce(ConfigSource, of.Source), of.InheritInitialProgram, of.AllowLogonTerminalServer,
        of.TimeoutSettingsConnections, of.TimeoutSettingsDisconnections, of.TimeoutSettingsIdle,
        of.DeviceClientDrives, of.DeviceClientPrinters, of.ClientDefaultPrinter,
        coerce(BrokenTimeoutSettings, of.BrokenTimeoutSettings), coerce(ReconnectSettings, of.ReconnectSettings),
        coerce(ShadowMode, of.ShadowingSettings), of.TerminalServerRemoteHomeDir,
        array_text(of.InitialProgram, sizeof(of.InitialProgram), wide),
        array_text(of.WorkDirectory, sizeof(of.WorkDirectory), wide),
        array_text(of.TerminalServerProfilePath, sizeof(of.TerminalServerProfilePath), wide),
        array_text(of.TerminalServerHomeDir, sizeof(of.TerminalServerHomeDir), wide),
        array_text(of.TerminalServerHomeDirDrive, sizeof(of.TerminalServerHomeDirDrive), wide),
    ))


cdef object config_value(object server_name, DWORD config_class, RawBuffer buffer, bint wide):
    what = f"class {config_class}"
    if is_text(config_class):
        return array_text(buffer.ptr, buffer.size, wide)
    if is_number(config_class):
        check_size("WTSQueryUserConfig", printable(server_name), what, buffer.size, sizeof(DWORD))
        return number_of(config_class, (<DWORD*>buffer.ptr)[0])
    if config_class != WTSUserConfigUser:
        return bytes(buffer)
    if wide:
        check_size("WTSQueryUserConfig", printable(server_name), what, buffer.size, sizeof(WTSUSERCONFIGW))
        return read_config(<const WTSUSERCONFIGW*>buffer.ptr, wide)
    check_size("WTSQueryUserConfig", printable(server_name), what, buffer.size, sizeof(WTSUSERCONFIGA))
    return read_config(<const WTSUSERCONFIGA*>buffer.ptr, wide)


cdef object query_config(object server_name, object user_name, object config_class, bint as_buffer, bint wide):
    cdef NativeText server = native_text_or_null(server_name, "server_name", wide)
    cdef NativeText user = native_text_or_null(user_name, "user_name", wide)
    cdef DWORD kind = to_dword(config_class, "config_class"), size = 0, error = 0
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY)
    cdef bint ok
    with nogil:
        SetLastError(0)
        if wide:
            ok = wtsapi32.WTSQueryUserConfigW(
                <LPWSTR>server.ptr, <LPWSTR>user.ptr, kind, <LPWSTR*>&buffer.ptr, &size
            )
        else:
            ok = wtsapi32.WTSQueryUserConfigA(
                <LPSTR>server.ptr, <LPSTR>user.ptr, kind, <LPSTR*>&buffer.ptr, &size
            )
        if not ok:
            error = GetLastError()
    if not ok:
        buffer.abandon()
        raise_error("WTSQueryUserConfig", error, printable(server_name))
    if buffer.ptr != NULL:
        buffer.entries = 1
        buffer.size = size
    if as_buffer:
        return buffer
    return None if buffer.ptr == NULL else config_value(server_name, kind, buffer, wide)


def WTSQueryUserConfigW(server_name, user_name, config_class, *, as_buffer=False):
    """Read a Remote Desktop setting of an account.

    C: ``BOOL WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPWSTR
    *ppBuffer, DWORD *pBytesReturned)``. ``server_name`` is the name (no handle) of a domain controller or session
    host, ``None`` for this machine; ``user_name`` an account there, ``None`` for the machine's defaults.

    Returns, by the class: ``str`` (classes 0, 1, 13, 15 to 17), ``int`` (the others up to 18, some as members of an
    enum; times in milliseconds), ``WTSUSERCONFIG`` (19); ``bytes`` for any other class, ``None`` where Windows
    succeeds without an answer. With ``as_buffer=True`` it is the ``RawBuffer`` (``WTSFreeMemory``). Blocks on the
    network, for seconds; Ctrl-C takes effect when the call returns. Needs the right to read the account.

    Raises ``WtsError``: 1317 and 2221 where there is no such account, 1355 no such domain, 5 without the right, 53 and
    1722 where the server is not reached, 13 for an answer that is too short. Wraps ``WTSQueryUserConfigW``.
    """
    return query_config(server_name, user_name, config_class, as_buffer, True)


def WTSQueryUserConfigA(server_name, user_name, config_class, *, as_buffer=False):
    """Read a Remote Desktop setting of an account, text as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPSTR *ppBuffer,
    DWORD *pBytesReturned)``. As ``WTSQueryUserConfigW``. Wraps ``WTSQueryUserConfigA``.
    """
    return query_config(server_name, user_name, config_class, as_buffer, False)


WTSQueryUserConfig = WTSQueryUserConfigW


# ---- set ----

cdef int fill_config(UserConfig* of, object values, bint wide) except -1:
    of.Source = to_dword(values.source, "source")
    of.InheritInitialProgram = to_dword(values.inherit_initial_program, "inherit_initial_program")
    of.AllowLogonTerminalServer = to_dword(values.allow_logon_terminal_server, "allow_logon_terminal_server")
    of.TimeoutSettingsConnections = to_dword(values.timeout_settings_connections, "timeout_settings_connections")
    of.TimeoutSettingsDisconnections = to_dword(
        values.timeout_settings_disconnections, "timeout_settings_disconnections"
    )
    of.TimeoutSettingsIdle = to_dword(values.timeout_settings_idle, "timeout_settings_idle")
    of.DeviceClientDrives = to_dword(values.device_client_drives, "device_client_drives")
    of.DeviceClientPrinters = to_dword(values.device_client_printers, "device_client_printers")
    of.ClientDefaultPrinter = to_dword(values.client_default_printer, "client_default_printer")
    of.BrokenTimeoutSettings = to_dword(values.broken_timeout_settings, "broken_timeout_settings")
    of.ReconnectSettings = to_dword(values.reconnect_settings, "reconnect_settings")
    of.ShadowingSettings = to_dword(values.shadowing_settings, "shadowing_settings")
    of.TerminalServerRemoteHomeDir = to_dword(
        values.terminal_server_remote_home_dir, "terminal_server_remote_home_dir"
    )
    put_array_text(of.InitialProgram, sizeof(of.InitialProgram), values.initial_program, "initial_program", wide)
    put_array_text(of.WorkDirectory, sizeof(of.WorkDirectory), values.work_directory, "work_directory", wide)
    put_array_text(
        of.TerminalServerProfilePath, sizeof(of.TerminalServerProfilePath), values.terminal_server_profile_path,
        "terminal_server_profile_path", wide
    )
    put_array_text(
        of.TerminalServerHomeDir, sizeof(of.TerminalServerHomeDir), values.terminal_server_home_dir,
        "terminal_server_home_dir", wide
    )
    put_array_text(
        of.TerminalServerHomeDirDrive, sizeof(of.TerminalServerHomeDirDrive), values.terminal_server_home_dir_drive,
        "terminal_server_home_dir_drive", wide
    )
    return 0


cdef NativeText config_block(object value, bint wide):
    cdef NativeText block
    if not isinstance(value, WTSUSERCONFIG):
        raise TypeError(f"value must be a WTSUSERCONFIG for this class, not {type(value).__name__}")
    if wide:
        block = native_block(sizeof(WTSUSERCONFIGW))
        fill_config(<WTSUSERCONFIGW*>block.ptr, value, wide)
    else:
        block = native_block(sizeof(WTSUSERCONFIGA))
        fill_config(<WTSUSERCONFIGA*>block.ptr, value, wide)
    return block


# Text with its NUL, in a block of zeros of twice its size: a length in characters that is read as bytes, or a length in
# bytes that is read as characters, stays inside it.
cdef NativeText text_block(object value, bint wide):
    cdef NativeText text = native_text(value, "value", wide)
    cdef Py_ssize_t size = text.size + (2 if wide else 1)
    cdef NativeText block = native_block(2 * size)
    memcpy(block.ptr, text.ptr, text.size)
    block.size = size
    return block


cdef NativeText value_block(DWORD config_class, object value, bint wide):
    cdef NativeText block
    if is_text(config_class):
        return text_block(value, wide)
    if config_class == WTSUserConfigUser:
        return config_block(value, wide)
    if is_number(config_class):
        block = native_block(sizeof(DWORD))
        (<DWORD*>block.ptr)[0] = to_dword(value, "value")
        return block
    return native_bytes(value, "value")  # of a class that is not known here


cdef object set_config(
    object server_name, object user_name, object config_class, object value, bint length_in_bytes, bint wide
):
    cdef NativeText server = native_text_or_null(server_name, "server_name", wide)
    cdef NativeText user = native_text_or_null(user_name, "user_name", wide)
    cdef DWORD kind = to_dword(config_class, "config_class"), error = 0
    cdef NativeText block = value_block(kind, value, wide)
    cdef DWORD length = byte_length(block, "value")
    cdef bint ok
    if wide and is_text(kind) and not length_in_bytes:
        length //= 2
    with nogil:
        SetLastError(0)
        if wide:
            ok = wtsapi32.WTSSetUserConfigW(
                <LPWSTR>server.ptr, <LPWSTR>user.ptr, kind, <LPWSTR>block.ptr, length
            )
        else:
            ok = wtsapi32.WTSSetUserConfigA(<LPSTR>server.ptr, <LPSTR>user.ptr, kind, <LPSTR>block.ptr, length)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSSetUserConfig", error, printable(server_name))


def WTSSetUserConfigW(server_name, user_name, config_class, value, *, length_in_bytes=False):
    """Write a Remote Desktop setting of an account.

    C: ``BOOL WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPWSTR pBuffer,
    DWORD DataLength)``. Names and classes are those of ``WTSQueryUserConfigW``, best with the primary domain controller
    as the server. ``value`` has the type that the query returns: ``str``, ``int``, a ``WTSUSERCONFIG`` or, for a class
    that is not known here, ``bytes``. ``WTSUserConfigfTerminalServerRemoteHomeDir`` can only be read. Whether
    ``WTSUserConfigUser`` can be written is not documented; it is sent with its length in bytes.

    The manual counts the length of text in characters, the SDK's annotation in bytes. Here it is the number of
    characters with the NUL, with ``length_in_bytes=True`` that of bytes; the memory is safe for either. Read the
    setting back: half of the text means that it was the wrong one.

    Blocks on the network, for seconds; Ctrl-C takes effect when the call returns. Needs the right to write the account.
    All its settings are rewritten at once, so of two concurrent writers one may lose.

    Raises ``WtsError``: 1317 and 2221 where there is no such account, 5 without the right, 24 and 87 for a value that
    Windows refuses. Wraps ``WTSSetUserConfigW``.
    """
    set_config(server_name, user_name, config_class, value, length_in_bytes, True)


def WTSSetUserConfigA(server_name, user_name, config_class, value):
    """Write a Remote Desktop setting of an account, text as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass, LPSTR pBuffer,
    DWORD DataLength)``. As ``WTSSetUserConfigW``; a character is a byte here, so there is one way to count. Wraps
    ``WTSSetUserConfigA``.
    """
    set_config(server_name, user_name, config_class, value, True, False)


WTSSetUserConfig = WTSSetUserConfigW


# ---- token ----

def WTSQueryUserToken(session_id):
    """Get the primary token of the user who is logged on to a session of this machine.

    C: ``BOOL WTSQueryUserToken(ULONG SessionId, PHANDLE phToken)``. ``WTS_CURRENT_SESSION``, which the manual does not
    name here, is sent as the id of the caller's own session.

    Returns an owning ``Handle``: close it. An administrator's token is the filtered one; the elevated one is linked
    to it. The caller must be LocalSystem with the privilege SE_TCB_NAME. Blocks on a call to the service; Ctrl-C
    takes effect when it returns.

    Raises ``WtsError``: 1314 without the privilege (also for administrators), 2 where there is no such session, 1008
    where nobody is logged on to it, 13 where the call succeeds without a token. Wraps ``WTSQueryUserToken``.
    """
    cdef ULONG session = to_actual_session(None, session_id)
    cdef Handle token = Handle.__new__(Handle)
    cdef DWORD error = 0
    cdef bint ok
    with nogil:
        SetLastError(0)
        ok = wtsapi32.WTSQueryUserToken(session, &token.value)
        if not ok:
            error = GetLastError()
    check_stored(token, ok, "WTSQueryUserToken", error)
    return token
