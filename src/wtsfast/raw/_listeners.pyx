"""Listeners: what accepts the remote connections to this machine, its configuration and its security."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memset

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._sdk cimport wtsapi32 as sdk
from wtsfast._sdk.windows cimport (
    ACL, BOOL, BYTE, DWORD, ERROR_MORE_DATA, GetLastError, HANDLE, IsValidSecurityDescriptor, MAX_PATH,
    SE_SELF_RELATIVE, SECURITY_DESCRIPTOR_RELATIVE, SetLastError, ULONG, WCHAR,
)
from wtsfast.sid cimport sid_size
from wtsfast.raw._convert cimport NativeText, array_text, native_text, put_array_text, record

from wtsfast.enums import BrokenTimeoutSettings, ColorDepth, EncryptionLevel, SecurityLayer, ShadowMode, coerce
from wtsfast.raw._records import WTSLISTENERCONFIG

__all__ = [
    "WTSCreateListener",
    "WTSCreateListenerA",
    "WTSCreateListenerW",
    "WTSEnumerateListeners",
    "WTSEnumerateListenersA",
    "WTSEnumerateListenersW",
    "WTSGetListenerSecurity",
    "WTSGetListenerSecurityA",
    "WTSGetListenerSecurityW",
    "WTSQueryListenerConfig",
    "WTSQueryListenerConfigA",
    "WTSQueryListenerConfigW",
    "WTSSetListenerSecurity",
    "WTSSetListenerSecurityA",
    "WTSSetListenerSecurityW",
]

cdef enum:
    SLACK = 4  # cells beyond the count, for listeners that start between the two calls
    TRIES = 8  # fetches of what grows again and again before that is taken for a fault
    MOST_BYTES = 1 << 20  # of a descriptor, which has two SIDs and two lists of 64 KiB at most
    NUMBERS = 26  # members of WTSLISTENERCONFIG before the texts
    TEXTS = 5


# ---- enumeration ----

def WTSEnumerateListenersW(server):
    """List the names of the running listeners.

    C: ``BOOL WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved, PWTSLISTENERNAMEW pListeners,
    DWORD *pCount)``.

    ``server`` can only be this machine (``None``) as far as is documented. Returns a list of ``str``, of all listeners
    on which the caller may query, not of the RDP ones alone. Where the list grows between the call that counts and the
    one that fetches, both are made again, up to eight times; which error Windows gives then is not documented, so the
    counts alone decide.

    May block on RPC; Ctrl-C takes effect when the call returns. The array is ours: nothing to free.

    Raises ``WtsError``. Wraps ``WTSEnumerateListenersW``.
    """
    return enumerate_listeners(server, True)


def WTSEnumerateListenersA(server):
    """List the names of the running listeners, as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved, PWTSLISTENERNAMEA pListeners,
    DWORD *pCount)``. As ``WTSEnumerateListenersW``. Wraps ``WTSEnumerateListenersA``.
    """
    return enumerate_listeners(server, False)


cdef struct Names:
    bint wide
    void* cells  # NULL to count only
    DWORD count  # cells on the way in, listeners on the way out
    DWORD error


cdef bint ask_names(HANDLE server, Names* names) noexcept nogil:
    cdef BOOL ok
    SetLastError(0)
    if names.wide:
        ok = sdk.WTSEnumerateListenersW(server, NULL, 0, <sdk.WTSLISTENERNAMEW*>names.cells, &names.count)
    else:
        ok = sdk.WTSEnumerateListenersA(server, NULL, 0, <sdk.WTSLISTENERNAMEA*>names.cells, &names.count)
    if not ok:
        names.error = GetLastError()
    return ok


cdef list enumerate_listeners(object server, bint wide):
    cdef size_t cell = sizeof(sdk.WTSLISTENERNAMEW) if wide else sizeof(sdk.WTSLISTENERNAMEA)
    cdef size_t room = 0
    cdef Names counted = Names(wide, NULL, 0, 0)
    cdef Names filled = Names(wide, NULL, 0, 0)
    cdef char* cells = NULL
    cdef bint ok = True, ok_count
    cdef size_t i, wanted
    cdef int tries = 0
    cdef HANDLE native = enter_server(server)
    try:
        while not ok or filled.count >= room:  # a full array may be one that was too small
            counted.count = 0
            with nogil:
                ok_count = ask_names(native, &counted)
            if not ok_count:
                raise_error("WTSEnumerateListeners", counted.error, server)
            wanted = counted.count
            if not ok and filled.count > wanted:  # a call that had too little room may say how much it needs
                wanted = filled.count
            if tries and wanted <= room:
                if not ok:
                    raise_error("WTSEnumerateListeners", filled.error, server)
                filled.count = counted.count
                break
            if tries == TRIES:
                raise_error("WTSEnumerateListeners", ERROR_MORE_DATA, server)
            tries += 1
            room = wanted + SLACK
            PyMem_Free(cells)
            cells = <char*>PyMem_Malloc(room * cell)
            if cells == NULL:
                raise MemoryError
            filled.cells = cells
            filled.count = <DWORD>room
            with nogil:
                ok = ask_names(native, &filled)
        return [array_text(cells + i * cell, cell, wide) for i in range(filled.count)]
    finally:
        PyMem_Free(cells)
        leave_server(server)


# ---- configuration ----

def WTSQueryListenerConfigW(server, listener_name):
    """Get the configuration of a listener.

    C: ``BOOL WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
    PWTSLISTENERCONFIGW pBuffer)``.

    ``server`` can only be this machine (``None``) as far as is documented. Returns a ``WTSLISTENERCONFIG``. The
    security descriptor is not in it: see ``WTSGetListenerSecurityW``. What Windows answers for a name that no listener
    has is not documented (2 or 1168 are likely).

    May block on RPC; Ctrl-C takes effect when the call returns. The structure is ours: nothing to free.

    Raises ``WtsError``, ``AccessDeniedError``. Wraps ``WTSQueryListenerConfigW``.
    """
    return query_config(server, listener_name, True)


def WTSQueryListenerConfigA(server, listener_name):
    """Get the configuration of a listener, with ``bytes`` in the ANSI code page as text.

    C: ``BOOL WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
    PWTSLISTENERCONFIGA pBuffer)``. As ``WTSQueryListenerConfigW``. Wraps ``WTSQueryListenerConfigA``.
    """
    return query_config(server, listener_name, False)


def WTSCreateListenerW(server, listener_name, config, flag):
    """Create a listener, or replace the whole configuration of one. Needs an elevated administrator.

    C: ``BOOL WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
    PWTSLISTENERCONFIGW pBuffer, DWORD flag)``.

    ``server`` can only be this machine (``None``) as far as is documented. ``flag`` is ``WTS_LISTENER_CREATE`` (1),
    which makes a listener with the default security, or ``WTS_LISTENER_UPDATE`` (16). An update replaces every setting:
    query, ``_replace`` members of the record, update. ``config.version`` should be 1: one page of the manual asks for
    it, another calls the member reserved, so it is passed as it is. Windows does not check the settings, and no
    function deletes a listener: its registry key does. Whether an update works without a restart of the service is not
    documented.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``AccessDeniedError``; ``ValueError`` for text that does not fit its array, which is never cut.
    Wraps ``WTSCreateListenerW``.
    """
    create_listener(server, listener_name, config, flag, True)


def WTSCreateListenerA(server, listener_name, config, flag):
    """Create a listener, or replace the whole configuration of one, with ``bytes`` in the ANSI code page as text.

    C: ``BOOL WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
    PWTSLISTENERCONFIGA pBuffer, DWORD flag)``. As ``WTSCreateListenerW``. Wraps ``WTSCreateListenerA``.
    """
    create_listener(server, listener_name, config, flag, False)


# Both forms begin with the same numbers; the texts follow them, one array after the other without a gap.
cdef union Config:
    ULONG[NUMBERS] numbers
    sdk.WTSLISTENERCONFIGW wide
    sdk.WTSLISTENERCONFIGA ansi

# Characters of each array, with the NUL.
cdef int[TEXTS] TEXT_ROOM = [
    sdk.WTS_COMMENT_LENGTH + 1, sdk.USERNAME_LENGTH + 1, sdk.DOMAIN_LENGTH + 1, MAX_PATH + 1, MAX_PATH + 1,
]
cdef dict NAMED_VALUES = {
    "color_depth": ColorDepth,
    "broken_timeout_settings": BrokenTimeoutSettings,
    "shadow_settings": ShadowMode,
    "security_layer": SecurityLayer,
    "min_encryption_level": EncryptionLevel,
}


cdef object read_config(Config* config, bint wide):
    cdef char* text = <char*>config.wide.Comment if wide else config.ansi.Comment
    cdef size_t width = sizeof(WCHAR) if wide else 1
    cdef list values = []
    cdef int i
    for i in range(NUMBERS):
        kind = NAMED_VALUES.get(WTSLISTENERCONFIG._fields[i])
        values.append(config.numbers[i] if kind is None else coerce(kind, config.numbers[i]))
    for i in range(TEXTS):
        values.append(array_text(text, TEXT_ROOM[i] * width, wide))
        text += TEXT_ROOM[i] * width
    return record(WTSLISTENERCONFIG, tuple(values))


cdef int write_config(Config* config, object values, bint wide) except -1:
    cdef char* text = <char*>config.wide.Comment if wide else config.ansi.Comment
    cdef size_t width = sizeof(WCHAR) if wide else 1
    cdef int i
    if not isinstance(values, WTSLISTENERCONFIG):
        raise TypeError(f"config must be a WTSLISTENERCONFIG, not {type(values).__name__}")
    memset(config, 0, sizeof(Config))
    for i in range(NUMBERS):
        config.numbers[i] = to_dword(values[i], values._fields[i])
    for i in range(TEXTS):
        put_array_text(text, TEXT_ROOM[i] * width, values[NUMBERS + i], values._fields[NUMBERS + i], wide)
        text += TEXT_ROOM[i] * width
    return 0


cdef NativeText to_listener_name(object name, bint wide):
    cdef NativeText text = native_text(name, "listener_name", wide)
    if text.size // (sizeof(WCHAR) if wide else 1) > sdk.WTS_LISTENER_NAME_LENGTH:
        raise ValueError(f"listener_name has at most {sdk.WTS_LISTENER_NAME_LENGTH} characters; {name!r} has more")
    return text


cdef object query_config(object server, object listener_name, bint wide):
    cdef NativeText name = to_listener_name(listener_name, wide)
    cdef Config config
    cdef DWORD error = 0
    cdef BOOL ok
    cdef HANDLE native = enter_server(server)
    memset(&config, 0, sizeof(Config))
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = sdk.WTSQueryListenerConfigW(native, NULL, 0, <WCHAR*>name.ptr, &config.wide)
            else:
                ok = sdk.WTSQueryListenerConfigA(native, NULL, 0, <char*>name.ptr, &config.ansi)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSQueryListenerConfig", error, server)
    return read_config(&config, wide)


cdef int create_listener(object server, object listener_name, object values, object flag, bint wide) except -1:
    cdef NativeText name = to_listener_name(listener_name, wide)
    cdef DWORD native_flag = to_dword(flag, "flag"), error = 0
    cdef Config config
    cdef BOOL ok
    write_config(&config, values, wide)
    cdef HANDLE native = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = sdk.WTSCreateListenerW(native, NULL, 0, <WCHAR*>name.ptr, &config.wide, native_flag)
            else:
                ok = sdk.WTSCreateListenerA(native, NULL, 0, <char*>name.ptr, &config.ansi, native_flag)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSCreateListener", error, server)
    return 0


# ---- security ----

def WTSGetListenerSecurityW(server, listener_name, security_information):
    """Get the security descriptor of a listener.

    C: ``BOOL WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
    SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
    LPDWORD lpnLengthNeeded)``.

    ``server`` can only be this machine (``None``) as far as is documented. ``security_information`` says which parts;
    the manual tells callers to ask for the DACL and the SACL together (0x4 | 0x8), for which the account must be an
    administrator and SeSecurityPrivilege enabled. Returns a self-relative descriptor as ``bytes``. Where it grows
    between the call that measures and the one that fetches, the latter is made again, up to seven times.

    May block on RPC; Ctrl-C takes effect when the call returns. The buffer is ours: nothing to free.

    Raises ``WtsError``, ``AccessDeniedError`` (1314: the privilege is not held or not enabled).
    Wraps ``WTSGetListenerSecurityW``.
    """
    return get_security(server, listener_name, security_information, True)


def WTSGetListenerSecurityA(server, listener_name, security_information):
    """Get the security descriptor of a listener named by ``bytes`` in the ANSI code page.

    C: ``BOOL WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
    SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
    LPDWORD lpnLengthNeeded)``. As ``WTSGetListenerSecurityW``. Wraps ``WTSGetListenerSecurityA``.
    """
    return get_security(server, listener_name, security_information, False)


def WTSSetListenerSecurityW(server, listener_name, security_information, security_descriptor):
    """Set the security descriptor of a listener. A wrong DACL can lock everybody out of Remote Desktop.

    C: ``BOOL WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
    SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR pSecurityDescriptor)``.

    ``server`` can only be this machine (``None``) as far as is documented. ``security_information`` says which parts
    are set; the manual's advice is DACL and SACL together (0x4 | 0x8). ``security_descriptor`` is a self-relative
    descriptor in a bytes-like object. Needs an administrator with SeSecurityPrivilege enabled.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``, ``AccessDeniedError`` (1314: the privilege is not held or not enabled), and ``ValueError`` for
    bytes that do not hold a whole self-relative descriptor. Wraps ``WTSSetListenerSecurityW``.
    """
    set_security(server, listener_name, security_information, security_descriptor, True)


def WTSSetListenerSecurityA(server, listener_name, security_information, security_descriptor):
    """Set the security descriptor of a listener named by ``bytes`` in the ANSI code page.

    C: ``BOOL WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
    SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR pSecurityDescriptor)``. As
    ``WTSSetListenerSecurityW``. Wraps ``WTSSetListenerSecurityA``.
    """
    set_security(server, listener_name, security_information, security_descriptor, False)


cdef struct Descriptor:
    bint wide
    void* name
    DWORD parts
    char* bytes  # NULL to measure only
    DWORD size
    DWORD needed
    DWORD error


cdef bint ask_security(HANDLE server, Descriptor* ask) noexcept nogil:
    cdef BOOL ok
    ask.needed = 0
    SetLastError(0)
    if ask.wide:
        ok = sdk.WTSGetListenerSecurityW(
            server, NULL, 0, <WCHAR*>ask.name, ask.parts, ask.bytes, ask.size, &ask.needed
        )
    else:
        ok = sdk.WTSGetListenerSecurityA(
            server, NULL, 0, <char*>ask.name, ask.parts, ask.bytes, ask.size, &ask.needed
        )
    if not ok:
        ask.error = GetLastError()
    return ok


cdef bytes get_security(object server, object listener_name, object security_information, bint wide):
    cdef NativeText name = to_listener_name(listener_name, wide)
    cdef DWORD parts = to_dword(security_information, "security_information")
    cdef Descriptor ask = Descriptor(wide, name.ptr, parts, NULL, 0, 0, 0)
    cdef bytes descriptor = b""
    cdef bint ok
    cdef HANDLE native = enter_server(server)
    try:
        for _ in range(TRIES):
            with nogil:
                ok = ask_security(native, &ask)
            if not ask.size < ask.needed <= MOST_BYTES:  # else it is to be fetched, or has grown
                break
            descriptor = PyBytes_FromStringAndSize(NULL, ask.needed)
            ask.bytes = PyBytes_AS_STRING(descriptor)
            ask.size = ask.needed
        else:
            ok, ask.error = False, ERROR_MORE_DATA
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSGetListenerSecurity", ask.error, server)
    return descriptor[:ask.needed or ask.size]


# Whether `size` bytes from `offset` on lie inside a descriptor of `whole` bytes and behind its header.
cdef bint inside(size_t offset, size_t size, size_t whole) noexcept nogil:
    return sizeof(SECURITY_DESCRIPTOR_RELATIVE) <= offset <= whole and size <= whole - offset


cdef bint sid_inside(const BYTE* descriptor, size_t offset, size_t whole) noexcept nogil:
    if offset == 0:
        return True
    return inside(offset, 8, whole) and inside(offset, sid_size(descriptor + offset) or whole, whole)


cdef bint acl_inside(const BYTE* descriptor, size_t offset, size_t whole) noexcept nogil:
    cdef const ACL* acl = <const ACL*>(descriptor + offset)
    if offset == 0:
        return True
    return inside(offset, sizeof(ACL), whole) and acl.AclSize >= sizeof(ACL) and inside(offset, acl.AclSize, whole)


# A copy, which no other thread can change between check and call. Windows takes no length and trusts the offsets
# inside, so what they point to is looked for here, before Windows itself may look at the rest.
cdef bytes to_descriptor(object value):
    cdef bytes descriptor = bytes(memoryview(value))
    cdef const BYTE* block = descriptor
    cdef const SECURITY_DESCRIPTOR_RELATIVE* header = <const SECURITY_DESCRIPTOR_RELATIVE*>block
    cdef size_t size = PyBytes_GET_SIZE(descriptor)
    if (
        size < sizeof(SECURITY_DESCRIPTOR_RELATIVE)
        or not header.Control & SE_SELF_RELATIVE
        or not sid_inside(block, header.Owner, size)
        or not sid_inside(block, header.Group, size)
        or not acl_inside(block, header.Sacl, size)
        or not acl_inside(block, header.Dacl, size)
        or not IsValidSecurityDescriptor(<void*>block)
    ):
        raise ValueError(f"security_descriptor holds no whole self-relative security descriptor in its {size} bytes")
    return descriptor


cdef int set_security(
    object server, object listener_name, object security_information, object security_descriptor, bint wide
) except -1:
    cdef NativeText name = to_listener_name(listener_name, wide)
    cdef DWORD parts = to_dword(security_information, "security_information"), error = 0
    cdef bytes descriptor = to_descriptor(security_descriptor)
    cdef BYTE* native_descriptor = descriptor
    cdef BOOL ok
    cdef HANDLE native = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = sdk.WTSSetListenerSecurityW(native, NULL, 0, <WCHAR*>name.ptr, parts, native_descriptor)
            else:
                ok = sdk.WTSSetListenerSecurityA(native, NULL, 0, <char*>name.ptr, parts, native_descriptor)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        raise_error("WTSSetListenerSecurity", error, server)
    return 0


WTSEnumerateListeners = WTSEnumerateListenersW
WTSQueryListenerConfig = WTSQueryListenerConfigW
WTSCreateListener = WTSCreateListenerW
WTSGetListenerSecurity = WTSGetListenerSecurityW
WTSSetListenerSecurity = WTSSetListenerSecurityW
