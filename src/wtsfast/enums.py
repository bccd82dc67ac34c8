"""Enumerations of Remote Desktop Services: the values that the API takes and returns.

A member's name is the SDK's without its prefix: WTSConnectQuery is ``ConnectState.CONNECT_QUERY``, WTS_EVENT_LOGON is
``SystemEvent.LOGON``, MB_YESNO is ``MessageStyle.YESNO``. ``wtsfast.raw`` has the same members under the SDK's full
names. Where the SDK gives numbers without names, the names are ours and the docstring says so.

Windows grows new values with new versions, so a value that no member has is not an error: it stays a plain ``int``
(see `coerce`), and bits that no flag has are kept.
"""

from enum import KEEP, IntEnum, IntFlag

TYPE_CHECKING = False  # importing typing costs more than all of this module
if TYPE_CHECKING:
    from typing import TypeVar

    E = TypeVar("E", bound=IntEnum)


def coerce(kind: "type[E]", value: int) -> "E | int":
    """Return the member of ``kind`` that has this value, or the value itself where there is none.

    This is for values that come from Windows. Flags do not need it: ``SystemEvent(value)`` never fails.
    """
    # One look-up in the enum's own table takes a quarter of the time of kind(value) with its exception caught.
    return kind._value2member_map_.get(value, value)  # type: ignore[return-value]


# Memory


class TypeClass(IntEnum):
    """WTS_TYPE_CLASS: what a buffer holds, for WTSFreeMemoryEx."""

    PROCESS_INFO_LEVEL0 = 0
    PROCESS_INFO_LEVEL1 = 1
    SESSION_INFO_LEVEL1 = 2
    CLOUD_AUTH_SERVER_NONCE = 3
    SERIALIZED_USER_CREDENTIAL = 4


# Sessions


class ConnectState(IntEnum):
    """WTS_CONNECTSTATE_CLASS: the connection state of a session."""

    ACTIVE = 0
    CONNECTED = 1
    CONNECT_QUERY = 2
    SHADOW = 3
    DISCONNECTED = 4
    IDLE = 5
    LISTEN = 6
    RESET = 7
    DOWN = 8
    INIT = 9


class InfoClass(IntEnum):
    """WTS_INFO_CLASS: what WTSQuerySessionInformation is asked for."""

    INITIAL_PROGRAM = 0
    APPLICATION_NAME = 1
    WORKING_DIRECTORY = 2
    OEM_ID = 3
    SESSION_ID = 4
    USER_NAME = 5
    WIN_STATION_NAME = 6
    DOMAIN_NAME = 7
    CONNECT_STATE = 8
    CLIENT_BUILD_NUMBER = 9
    CLIENT_NAME = 10
    CLIENT_DIRECTORY = 11
    CLIENT_PRODUCT_ID = 12
    CLIENT_HARDWARE_ID = 13
    CLIENT_ADDRESS = 14
    CLIENT_DISPLAY = 15
    CLIENT_PROTOCOL_TYPE = 16
    IDLE_TIME = 17
    LOGON_TIME = 18
    INCOMING_BYTES = 19
    OUTGOING_BYTES = 20
    INCOMING_FRAMES = 21
    OUTGOING_FRAMES = 22
    CLIENT_INFO = 23
    SESSION_INFO = 24
    SESSION_INFO_EX = 25
    CONFIG_INFO = 26
    VALIDATION_INFO = 27
    SESSION_ADDRESS_V4 = 28
    IS_REMOTE_SESSION = 29
    SESSION_ACTIVITY_ID = 30
    CAPABILITY_CHECK = 31


class ProtocolType(IntEnum):
    """WTS_PROTOCOL_TYPE_…: how a session is connected; ICA is a legacy value."""

    CONSOLE = 0
    ICA = 1
    RDP = 2


class SessionFlags(IntEnum):
    """WTS_SESSIONSTATE_…: the lock state in WTSINFOEX, values and not bits in spite of the member's name.

    The member is a signed LONG in C: read it as unsigned. Windows 7 and Server 2008 R2 swap LOCK and UNLOCK.
    """

    LOCK = 0
    UNLOCK = 1
    UNKNOWN = 0xFFFFFFFF


class AddressFamily(IntEnum):
    """AF_…: the kind of a client's or a session's address. The numbers are those of Windows."""

    UNSPEC = 0
    INET = 2
    IPX = 6
    NETBIOS = 17
    INET6 = 23


class ColorDepth(IntEnum):
    """The colour depth in WTS_CLIENT_DISPLAY and WTSCLIENT. The SDK has no names for these codes.

    They are codes, not bit counts: 4 is 16 bits per pixel, 16 is 15.
    """

    BPP_4 = 1
    BPP_8 = 2
    BPP_16 = 4
    BPP_24_PACKED = 8  # 24 bits as three bytes
    BPP_15 = 16
    BPP_24 = 24
    BPP_32 = 32

    @property
    def bits_per_pixel(self) -> int:
        """Bits per pixel, for example 16 for the code 4."""
        return int(self.name.split("_")[1])


# Control of sessions and of the server


class MessageStyle(IntFlag, boundary=KEEP):
    """MB_…: buttons, icon and behaviour of the box that WTSSendMessage shows.

    One value from each group may be combined: buttons (OK to CANCELTRYCONTINUE), icon, default button, modality. The
    first of some groups are 0. The rest are single flags.
    """

    OK = 0x0
    OKCANCEL = 0x1
    ABORTRETRYIGNORE = 0x2
    YESNOCANCEL = 0x3
    YESNO = 0x4
    RETRYCANCEL = 0x5
    CANCELTRYCONTINUE = 0x6
    ICONHAND = 0x10
    ICONERROR = 0x10
    ICONSTOP = 0x10
    ICONQUESTION = 0x20
    ICONEXCLAMATION = 0x30
    ICONWARNING = 0x30
    ICONASTERISK = 0x40
    ICONINFORMATION = 0x40
    DEFBUTTON1 = 0x0
    DEFBUTTON2 = 0x100
    DEFBUTTON3 = 0x200
    DEFBUTTON4 = 0x300
    APPLMODAL = 0x0
    SYSTEMMODAL = 0x1000
    TASKMODAL = 0x2000
    HELP = 0x4000
    SETFOREGROUND = 0x10000
    DEFAULT_DESKTOP_ONLY = 0x20000
    TOPMOST = 0x40000
    RIGHT = 0x80000
    RTLREADING = 0x100000
    SERVICE_NOTIFICATION = 0x200000


class MessageResponse(IntEnum):
    """ID…: how a message box ended. ASYNC: nobody waited; TIMEOUT: nobody answered in time."""

    OK = 1
    CANCEL = 2
    ABORT = 3
    RETRY = 4
    IGNORE = 5
    YES = 6
    NO = 7
    TRYAGAIN = 10
    CONTINUE = 11
    TIMEOUT = 32000
    ASYNC = 32001


class ShutdownFlag(IntEnum):
    """WTS_WSD_…: what WTSShutdownSystem does. Windows does not support FASTREBOOT."""

    LOGOFF = 0x1
    SHUTDOWN = 0x2
    REBOOT = 0x4
    POWEROFF = 0x8
    FASTREBOOT = 0x10


class SystemEvent(IntFlag, boundary=KEEP):
    """WTS_EVENT_…: what WTSWaitSystemEvent waits for and reports.

    NONE is the result of a wait that was flushed. FLUSH is for input only and ends all waits on a server handle.
    """

    NONE = 0x0
    CREATE = 0x1
    DELETE = 0x2
    RENAME = 0x4
    CONNECT = 0x8
    DISCONNECT = 0x10
    LOGON = 0x20
    LOGOFF = 0x40
    STATECHANGE = 0x80
    LICENSE = 0x100
    ALL = 0x7FFFFFFF
    FLUSH = 0x80000000


# Users


class ConfigClass(IntEnum):
    """WTS_CONFIG_CLASS: what WTSQueryUserConfig and WTSSetUserConfig read and write.

    The names lack the SDK's ``f`` of flags as well: WTSUserConfigfInheritInitialProgram is INHERIT_INITIAL_PROGRAM.
    """

    INITIAL_PROGRAM = 0
    WORKING_DIRECTORY = 1
    INHERIT_INITIAL_PROGRAM = 2
    ALLOW_LOGON_TERMINAL_SERVER = 3
    TIMEOUT_SETTINGS_CONNECTIONS = 4
    TIMEOUT_SETTINGS_DISCONNECTIONS = 5
    TIMEOUT_SETTINGS_IDLE = 6
    DEVICE_CLIENT_DRIVES = 7
    DEVICE_CLIENT_PRINTERS = 8
    DEVICE_CLIENT_DEFAULT_PRINTER = 9
    BROKEN_TIMEOUT_SETTINGS = 10
    RECONNECT_SETTINGS = 11
    MODEM_CALLBACK_SETTINGS = 12
    MODEM_CALLBACK_PHONE_NUMBER = 13
    SHADOWING_SETTINGS = 14
    TERMINAL_SERVER_PROFILE_PATH = 15
    TERMINAL_SERVER_HOME_DIR = 16
    TERMINAL_SERVER_HOME_DIR_DRIVE = 17
    TERMINAL_SERVER_REMOTE_HOME_DIR = 18
    USER = 19


class ConfigSource(IntEnum):
    """WTS_CONFIG_SOURCE: where a user's configuration comes from."""

    SAM = 0


class BrokenTimeoutSettings(IntEnum):
    """What happens when a time limit passes or the line breaks. The SDK has no names for these values."""

    DISCONNECT = 0
    TERMINATE = 1


class ReconnectSettings(IntEnum):
    """From where a user may reconnect to a session. The SDK has no names for these values."""

    ANY_CLIENT = 0
    ORIGINAL_CLIENT = 1


class ModemCallbackSettings(IntEnum):
    """Whether the server calls a modem back; Windows no longer uses it. The SDK has no names for these values."""

    DISABLED = 0
    NUMBER_FROM_USER = 1
    FIXED_NUMBER = 2


class ShadowMode(IntEnum):
    """ShadowSettings and ShadowingSettings: whether others may watch or control a session, and whether they must ask.

    The SDK has no names for these values.
    """

    DISABLED = 0
    CONTROL_ASK = 1
    CONTROL = 2
    VIEW_ASK = 3
    VIEW = 4


class SidType(IntEnum):
    """SID_NAME_USE: the kind of account that a SID stands for."""

    USER = 1
    GROUP = 2
    DOMAIN = 3
    ALIAS = 4
    WELL_KNOWN_GROUP = 5
    DELETED_ACCOUNT = 6
    INVALID = 7
    UNKNOWN = 8
    COMPUTER = 9
    LABEL = 10
    LOGON_SESSION = 11


# Listeners


class ListenerFlag(IntEnum):
    """WTS_LISTENER_…: whether WTSCreateListener makes a listener or replaces the whole configuration of one."""

    CREATE = 0x1
    UPDATE = 0x10


class ListenerColorDepth(IntEnum):
    """WTSLISTENERCONFIG.ColorDepth: other codes than `ColorDepth`. The SDK has no names for them."""

    BPP_8 = 1
    BPP_15 = 2
    BPP_16 = 3
    BPP_24 = 4
    BPP_32 = 5


class SecurityLayer(IntEnum):
    """WTSLISTENERCONFIG.SecurityLayer. The SDK has no names for these values."""

    RDP = 0
    NEGOTIATE = 1
    TLS = 2


class EncryptionLevel(IntEnum):
    """WTSLISTENERCONFIG.MinEncryptionLevel. The SDK has no names for these values."""

    LOW = 1
    CLIENT_COMPATIBLE = 2
    HIGH = 3
    FIPS = 4


class Security(IntFlag, boundary=KEEP):
    """WTS_SECURITY_…: rights on a session or a listener.

    ALL_ACCESS includes the standard rights and lacks LOGOFF, as in the SDK. CURRENT_USER_ACCESS is what the SDK means:
    its own macro does not compile.
    """

    QUERY_INFORMATION = 0x1
    SET_INFORMATION = 0x2
    RESET = 0x4
    VIRTUAL_CHANNELS = 0x8
    REMOTE_CONTROL = 0x10
    LOGON = 0x20
    LOGOFF = 0x40
    MESSAGE = 0x80
    CONNECT = 0x100
    DISCONNECT = 0x200
    GUEST_ACCESS = 0x20
    CURRENT_GUEST_ACCESS = 0x48
    USER_ACCESS = 0x149
    CURRENT_USER_ACCESS = 0x24E
    ALL_ACCESS = 0xF03BF


class SecurityInformation(IntFlag, boundary=KEEP):
    """…_SECURITY_INFORMATION: the parts of a security descriptor. SACL needs SeSecurityPrivilege."""

    OWNER = 0x1
    GROUP = 0x2
    DACL = 0x4
    SACL = 0x8


# Remote control


class HotkeyModifier(IntFlag, boundary=KEEP):
    """REMOTECONTROL_KBD…_HOTKEY: keys held down with the key that ends remote control."""

    SHIFT = 0x1
    CTRL = 0x2
    ALT = 0x4


# Notifications


class NotifyScope(IntEnum):
    """NOTIFY_FOR_…: of which sessions a window is told."""

    THIS_SESSION = 0
    ALL_SESSIONS = 1


class SessionChange(IntEnum):
    """WTS_…: what happened to a session, in WM_WTSSESSION_CHANGE and SERVICE_CONTROL_SESSIONCHANGE."""

    CONSOLE_CONNECT = 0x1
    CONSOLE_DISCONNECT = 0x2
    REMOTE_CONNECT = 0x3
    REMOTE_DISCONNECT = 0x4
    SESSION_LOGON = 0x5
    SESSION_LOGOFF = 0x6
    SESSION_LOCK = 0x7
    SESSION_UNLOCK = 0x8
    SESSION_REMOTE_CONTROL = 0x9
    SESSION_CREATE = 0xA
    SESSION_TERMINATE = 0xB
    SESSION_DESKTOP_READY = 0xF


# Virtual channels


class VirtualClass(IntEnum):
    """WTS_VIRTUAL_CLASS: what WTSVirtualChannelQuery is asked for."""

    CLIENT_DATA = 0
    FILE_HANDLE = 1


class ChannelOption(IntFlag, boundary=KEEP):
    """WTS_CHANNEL_OPTION_…: how WTSVirtualChannelOpenEx opens a channel; 0 is a static one.

    Priorities (DYNAMIC_PRI_…) and DYNAMIC_NO_COMPRESS are for use with DYNAMIC only.
    """

    DYNAMIC = 0x1
    DYNAMIC_PRI_LOW = 0x0
    DYNAMIC_PRI_MED = 0x2
    DYNAMIC_PRI_HIGH = 0x4
    DYNAMIC_PRI_REAL = 0x6
    DYNAMIC_NO_COMPRESS = 0x8


class ChannelFlag(IntFlag, boundary=KEEP):
    """CHANNEL_FLAG_… and CHANNEL_PACKET_…: the flags in the header of a channel's chunk.

    Test single bits: a chunk may carry more than FIRST and LAST. Bits 16 to 19 are the type of the compression.
    """

    MIDDLE = 0x0
    FIRST = 0x1
    LAST = 0x2
    ONLY = 0x3
    SHOW_PROTOCOL = 0x10
    SUSPEND = 0x20
    RESUME = 0x40
    SHADOW_PERSISTENT = 0x80
    FAIL = 0x100
    PACKET_COMPRESSED = 0x200000
    PACKET_AT_FRONT = 0x400000
    PACKET_FLUSHED = 0x800000


class RenderHint(IntEnum):
    """RENDER_HINT_…: the kind of content that WTSSetRenderHint announces."""

    CLEAR = 0
    VIDEO = 1
    MAPPEDWINDOW = 2


# Licensing


class LicenseSearch(IntFlag, boundary=KEEP):
    """LSLICENSE_SEARCH_… and LSLICENSE_EXSEARCH_…: by which members TLSLicenseEnumBegin selects.

    ALL (LSKEYPACK_SEARCH_ALL) is the only value that TLSKeyPackEnumBegin takes.
    """

    LICENSEID = 0x1
    KEYPACKID = 0x2
    MACHINENAME = 0x8
    USERNAME = 0x10
    ISSUEDATE = 0x80
    EXPIREDATE = 0x100
    NUMLICENSES = 0x200
    LICENSESTATUS = 0x100000
    ENTRY_STATUS = 0x20000000
    ALL = 0xFFFFFFFF


class LicenseServerStatus(IntEnum):
    """LSERVER_… and TLS_…: the second result of the TLS functions, next to the RPC status.

    The two certificate codes are warnings: the certificate was given. ALLOCATE_HANDLE is SERVER_BUSY by another name.
    """

    SUCCESS = 0
    NO_MORE_DATA = 4001
    SELFSIGN_CERTIFICATE = 4007
    TEMP_SELFSIGN_CERT = 4009
    INTERNAL_ERROR = 5001
    ACCESS_DENIED = 5003
    INVALID_HANDLE = 5005
    INVALID_SEQUENCE = 5006
    SERVER_BUSY = 5007
    ALLOCATE_HANDLE = 5007
    OUTOFMEMORY = 5008
    INVALID_DATA = 5009
    NO_CERTIFICATE = 5022
