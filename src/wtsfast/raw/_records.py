"""Records of the raw layer: each is a structure of the SDK, named as there, its members in snake_case and in its order.

The wide and the ANSI functions return the same classes, with ``str`` and with ``bytes`` as text. A text that the
structure points to is ``None`` where the pointer is NULL; one inside the structure ends at its NUL or with its array.
"""

# ruff: noqa: N801 - the names are the SDK's

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar, final

if TYPE_CHECKING:
    from datetime import datetime
    from ipaddress import IPv4Address, IPv6Address

    from typing_extensions import TypeVar as TypeVarWithDefault

    from wtsfast.enums import (
        AddressFamily,
        BrokenTimeoutSettings,
        ColorDepth,
        ConfigSource,
        ConnectState,
        EncryptionLevel,
        ReconnectSettings,
        SecurityLayer,
        SessionFlags,
        ShadowMode,
    )
    from wtsfast.sid import Sid

    Text = TypeVarWithDefault("Text", str, bytes, default=str)
else:
    Text = TypeVar("Text", str, bytes)

__all__ = [
    "PRODUCT_INFO",
    "WTSCLIENT",
    "WTSCONFIGINFO",
    "WTSINFO",
    "WTSINFOEX",
    "WTSINFOEX_LEVEL1",
    "WTSLISTENERCONFIG",
    "WTSUSERCONFIG",
    "WTS_CLIENT_ADDRESS",
    "WTS_CLIENT_DISPLAY",
    "WTS_PROCESS_INFO",
    "WTS_PROCESS_INFO_EX",
    "WTS_SERVER_INFO",
    "WTS_SESSION_ADDRESS",
    "WTS_SESSION_INFO",
    "WTS_SESSION_INFO_1",
    "WTS_VALIDATION_INFORMATION",
    "LSKeyPack",
    "LSLicense",
]


@final
class WTS_SERVER_INFO(NamedTuple, Generic[Text]):
    """Name one Remote Desktop Session Host of a domain."""

    server_name: Text | None


@final
class WTS_SESSION_INFO(NamedTuple, Generic[Text]):
    """Describe a session, as ``WTSEnumerateSessions`` does."""

    session_id: int
    win_station_name: Text | None
    state: ConnectState | int


@final
class WTS_SESSION_INFO_1(NamedTuple, Generic[Text]):
    """Describe a session, as ``WTSEnumerateSessionsEx`` does."""

    exec_env_id: int
    state: ConnectState | int
    session_id: int
    session_name: Text | None
    host_name: Text | None
    user_name: Text | None
    domain_name: Text | None
    farm_name: Text | None


@final
class WTS_PROCESS_INFO(NamedTuple, Generic[Text]):
    """Describe a process, as ``WTSEnumerateProcesses`` and level 0 of ``WTSEnumerateProcessesEx`` do."""

    session_id: int
    pid: int
    name: Text | None
    user_sid: Sid | None


@final
class WTS_PROCESS_INFO_EX(NamedTuple, Generic[Text]):
    """Describe a process, as level 1 of ``WTSEnumerateProcessesEx`` does.

    The sizes are bytes in 32 bits, wrong above 4 GiB; the times are the API's numbers, in units of 100 ns.
    """

    session_id: int
    pid: int
    name: Text | None
    user_sid: Sid | None
    number_of_threads: int
    handle_count: int
    pagefile_usage: int
    peak_pagefile_usage: int
    working_set_size: int
    peak_working_set_size: int
    user_time: int
    kernel_time: int


@final
class WTSINFO(NamedTuple, Generic[Text]):
    """Describe a session, as the class WTSSessionInfo does.

    The times are in UTC, ``None`` for never. The counters are 32-bit and wrap.
    """

    state: ConnectState | int
    session_id: int
    incoming_bytes: int
    outgoing_bytes: int
    incoming_frames: int
    outgoing_frames: int
    incoming_compressed_bytes: int
    outgoing_compressed_bytes: int
    win_station_name: Text
    domain: Text
    user_name: Text
    connect_time: datetime | None
    disconnect_time: datetime | None
    last_input_time: datetime | None
    logon_time: datetime | None
    current_time: datetime | None


@final
class WTSINFOEX_LEVEL1(NamedTuple, Generic[Text]):
    """Describe a session and its lock, as level 1 of the class WTSSessionInfoEx does.

    Windows 7 and Server 2008 R2 swap LOCK and UNLOCK in ``session_flags``. The times are in UTC, ``None``
    for never.
    """

    session_id: int
    session_state: ConnectState | int
    session_flags: SessionFlags | int
    win_station_name: Text
    user_name: Text
    domain_name: Text
    logon_time: datetime | None
    connect_time: datetime | None
    disconnect_time: datetime | None
    last_input_time: datetime | None
    current_time: datetime | None
    incoming_bytes: int
    outgoing_bytes: int
    incoming_frames: int
    outgoing_frames: int
    incoming_compressed_bytes: int
    outgoing_compressed_bytes: int


@final
class WTSINFOEX(NamedTuple, Generic[Text]):
    """Hold the answer to the class WTSSessionInfoEx; ``data`` is ``bytes`` for a level other than 1."""

    level: int
    data: WTSINFOEX_LEVEL1[Text] | bytes


@final
class WTSCLIENT(NamedTuple, Generic[Text]):
    """Describe a session's client, as the class WTSClientInfo does. The client itself claims all of it.

    ``client_address`` is text for IPv4 (family 2); for other families it is the bytes of the array, which hold an IPv6
    address (family 23) in binary form. ``color_depth`` is a code, not a number of bits.
    """

    client_name: Text
    domain: Text
    user_name: Text
    work_directory: Text
    initial_program: Text
    encryption_level: int
    client_address_family: AddressFamily | int
    client_address: str | bytes
    h_res: int
    v_res: int
    color_depth: ColorDepth | int
    client_directory: Text
    client_build_number: int
    client_hardware_id: int
    client_product_id: int
    out_buf_count_host: int
    out_buf_count_client: int
    out_buf_length: int
    device_id: Text


@final
class WTSCONFIGINFO(NamedTuple, Generic[Text]):
    """Describe how a session is configured, as the class WTSConfigInfo does."""

    version: int
    connect_client_drives_at_logon: int
    connect_printer_at_logon: int
    disable_printer_redirection: int
    disable_default_main_client_printer: int
    shadow_settings: ShadowMode | int
    logon_user_name: Text
    logon_domain: Text
    work_directory: Text
    initial_program: Text
    application_name: Text


@final
class PRODUCT_INFO(NamedTuple, Generic[Text]):
    """Name a product, inside WTS_VALIDATION_INFORMATION."""

    company_name: Text
    product_id: Text


@final
class WTS_VALIDATION_INFORMATION(NamedTuple, Generic[Text]):
    """Hold the answer to the class WTSValidationInfo, which Windows does not support.

    ``license`` and ``hardware_id`` are cut to their lengths.
    """

    product_info: PRODUCT_INFO[Text]
    license: bytes
    license_length: int
    hardware_id: bytes
    hardware_id_length: int


def _ip(family: int, address: bytes) -> IPv4Address | IPv6Address | None:
    from ipaddress import IPv4Address, IPv6Address

    if family == 2:
        return IPv4Address(address[2:6])
    return IPv6Address(address[2:18]) if family == 23 else None


@final
class WTS_CLIENT_ADDRESS(NamedTuple):
    """Hold the address that a client claims to have.

    ``address`` is 20 bytes: an IPv4 address (family 2) at 2 to 5, an IPv6 address (family 23) at 2 to 17 by what was
    seen, though one page of the manual says 0 to 15. The first two bytes may be anything. Family 0 is no address.
    """

    address_family: AddressFamily | int
    address: bytes

    @property
    def ip(self) -> IPv4Address | IPv6Address | None:
        """The address by the places that were seen; ``None`` for other families."""
        return _ip(self.address_family, self.address)


@final
class WTS_SESSION_ADDRESS(NamedTuple):
    """Hold the virtual address of a session, laid out as in WTS_CLIENT_ADDRESS."""

    address_family: AddressFamily | int
    address: bytes

    @property
    def ip(self) -> IPv4Address | IPv6Address | None:
        """The address, read as in WTS_CLIENT_ADDRESS; ``None`` for other families."""
        return _ip(self.address_family, self.address)


@final
class WTS_CLIENT_DISPLAY(NamedTuple):
    """Hold the size of a client's screen in pixels and the code of its colour depth."""

    horizontal_resolution: int
    vertical_resolution: int
    color_depth: ColorDepth | int


@final
class WTSUSERCONFIG(NamedTuple, Generic[Text]):
    """Hold the Remote Desktop settings of an account. The timeouts are milliseconds, 0 is none."""

    source: ConfigSource | int
    inherit_initial_program: int
    allow_logon_terminal_server: int
    timeout_settings_connections: int
    timeout_settings_disconnections: int
    timeout_settings_idle: int
    device_client_drives: int
    device_client_printers: int
    client_default_printer: int
    broken_timeout_settings: BrokenTimeoutSettings | int
    reconnect_settings: ReconnectSettings | int
    shadowing_settings: ShadowMode | int
    terminal_server_remote_home_dir: int
    initial_program: Text
    work_directory: Text
    terminal_server_profile_path: Text
    terminal_server_home_dir: Text
    terminal_server_home_dir_drive: Text


@final
class WTSLISTENERCONFIG(NamedTuple, Generic[Text]):
    """Hold the configuration of a listener: switches are 0 or 1, timeouts milliseconds (0 is none).

    ``_replace`` gives a changed copy for an update. The name of ``disable_default_main_client_printer`` and its text in
    the manual contradict each other: it is the number that Windows keeps.
    """

    version: int
    enable_listener: int
    max_connection_count: int
    prompt_for_password: int
    inherit_color_depth: int
    color_depth: ColorDepth | int
    inherit_broken_timeout_settings: int
    broken_timeout_settings: BrokenTimeoutSettings | int
    disable_printer_redirection: int
    disable_drive_redirection: int
    disable_com_port_redirection: int
    disable_lpt_port_redirection: int
    disable_clipboard_redirection: int
    disable_audio_redirection: int
    disable_pnp_redirection: int
    disable_default_main_client_printer: int
    lan_adapter: int
    port_number: int
    inherit_shadow_settings: int
    shadow_settings: ShadowMode | int
    timeout_settings_connection: int
    timeout_settings_disconnection: int
    timeout_settings_idle: int
    security_layer: SecurityLayer | int
    min_encryption_level: EncryptionLevel | int
    user_authentication: int
    comment: Text
    logon_user_name: Text
    logon_domain: Text
    work_directory: Text
    initial_program: Text


@final
class LSKeyPack(NamedTuple):
    """Describe a key pack of a license server. The dates are the DLL's numbers, likely seconds since 1970.

    The SDK has two members of the name KeyPackId: a text, ``sz_key_pack_id``, and a number, ``dw_key_pack_id``.
    ``data`` is the structure as the DLL wrote it.
    """

    version: int
    key_pack_type: int
    company_name: str
    sz_key_pack_id: str
    product_name: str
    product_id: str
    product_desc: str
    major_version: int
    minor_version: int
    platform_type: int
    license_type: int
    language_id: int
    channel_of_purchase: int
    begin_serial_number: str
    total_license_in_key_pack: int
    product_flags: int
    dw_key_pack_id: int
    key_pack_status: int
    activate_date: int
    expiration_date: int
    number_of_licenses: int
    data: bytes = b""


@final
class LSLicense(NamedTuple):
    """Describe a license that a license server issued, as far as its layout is known.

    ``data`` is the structure as the DLL wrote it, the three numbers included, without the zeros at its end.
    """

    version: int
    license_id: int
    key_pack_id: int
    data: bytes = b""
