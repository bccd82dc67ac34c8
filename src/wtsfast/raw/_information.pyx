"""One session's information: WTSQuerySessionInformation, and what each of its classes answers."""

from cpython.bytes cimport PyBytes_FromStringAndSize

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport enter_server, leave_server
from wtsfast._memory cimport BY_FREE_MEMORY, RawBuffer
from wtsfast._sdk cimport wtsapi32
from wtsfast._sdk.windows cimport (
    BOOL, BYTE, DWORD, GetLastError, GUID, HANDLE, LPSTR, LPWSTR, SetLastError, ULONG, USHORT,
)
from wtsfast._sdk.wtsapi32 cimport (
    WTS_CLIENT_ADDRESS, WTS_CLIENT_DISPLAY, WTS_VALIDATION_INFORMATIONA, WTS_VALIDATION_INFORMATIONW,
    WTSApplicationName, WTSCapabilityCheck, WTSCLIENTA, WTSClientAddress, WTSClientBuildNumber,
    WTSClientDirectory, WTSClientDisplay, WTSClientHardwareId, WTSClientInfo, WTSClientName, WTSClientProductId,
    WTSClientProtocolType, WTSCLIENTW, WTSCONFIGINFOA, WTSCONFIGINFOW, WTSConfigInfo, WTSConnectState,
    WTSDomainName, WTSINFOA, WTSINFOEX_LEVEL1_A, WTSINFOEX_LEVEL1_W, WTSINFOEXA, WTSINFOEXW, WTSINFOW,
    WTSInitialProgram, WTSIsRemoteSession, WTSOEMId, WTSSessionActivityId, WTSSessionAddressV4, WTSSessionId,
    WTSSessionInfo, WTSSessionInfoEx, WTSUserName, WTSValidationInfo, WTSWinStationName, WTSWorkingDirectory,
)
from wtsfast._time cimport datetime_of
from wtsfast.raw._convert cimport array_text, check_size, record, to_session

from wtsfast.enums import (
    AddressFamily, ColorDepth, ConnectState, ProtocolType, SessionFlags, ShadowMode, coerce,
)
from wtsfast.raw import _records as records

__all__ = [
    "WTSQuerySessionInformation",
    "WTSQuerySessionInformationA",
    "WTSQuerySessionInformationW",
]

cdef enum:
    AF_INET = 2  # winsock's; its header is not needed for one number

# Each structure below comes in a W and an A form that differ in their characters alone: one function reads both.
ctypedef fused Client:
    WTSCLIENTW
    WTSCLIENTA

ctypedef fused Info:
    WTSINFOW
    WTSINFOA

ctypedef fused InfoLevel1:
    WTSINFOEX_LEVEL1_W
    WTSINFOEX_LEVEL1_A

ctypedef fused InfoEx:
    WTSINFOEXW
    WTSINFOEXA

ctypedef fused ConfigInfo:
    WTSCONFIGINFOW
    WTSCONFIGINFOA

ctypedef fused Validation:
    WTS_VALIDATION_INFORMATIONW
    WTS_VALIDATION_INFORMATIONA


# ---- structures ----

cdef object client(const Client* of, bint wide):
    cdef object address
    if of.ClientAddressFamily == AF_INET:  # one character in each USHORT, in the A form too
        address = array_text(of.ClientAddress, sizeof(of.ClientAddress), True)
    else:
        address = PyBytes_FromStringAndSize(<const char*>of.ClientAddress, sizeof(of.ClientAddress))
    return record(records.WTSCLIENT, (
        array_text(of.ClientName, sizeof(of.ClientName), wide),
        array_text(of.Domain, sizeof(of.Domain), wide),
        array_text(of.UserName, sizeof(of.UserName), wide),
        array_text(of.WorkDirectory, sizeof(of.WorkDirectory), wide),
        array_text(of.InitialProgram, sizeof(of.InitialProgram), wide),
        of.EncryptionLevel, coerce(AddressFamily, of.ClientAddressFamily), address,
        of.HRes, of.VRes, coerce(ColorDepth, of.ColorDepth),
        array_text(of.ClientDirectory, sizeof(of.ClientDirectory), wide),
        of.ClientBuildNumber, of.ClientHardwareId, of.ClientProductId,
        of.OutBufCountHost, of.OutBufCountClient, of.OutBufLength,
        array_text(of.DeviceId, sizeof(of.DeviceId), wide),
    ))


cdef object info(const Info* of, bint wide):
    return record(records.WTSINFO, (
        coerce(ConnectState, <DWORD>of.State), of.SessionId,
        of.IncomingBytes, of.OutgoingBytes, of.IncomingFrames, of.OutgoingFrames,
        of.IncomingCompressedBytes, of.OutgoingCompressedBytes,
        array_text(of.WinStationName, sizeof(of.WinStationName), wide),
        array_text(of.Domain, sizeof(of.Domain), wide),
        array_text(of.UserName, sizeof(of.UserName), wide),
        datetime_of(of.ConnectTime.QuadPart), datetime_of(of.DisconnectTime.QuadPart),
        datetime_of(of.LastInputTime.QuadPart), datetime_of(of.LogonTime.QuadPart),
        datetime_of(of.CurrentTime.QuadPart),
    ))


cdef object info_level1(const InfoLevel1* of, bint wide):
    return record(records.WTSINFOEX_LEVEL1, (
        of.SessionId, coerce(ConnectState, <DWORD>of.SessionState), coerce(SessionFlags, <DWORD>of.SessionFlags),
        array_text(of.WinStationName, sizeof(of.WinStationName), wide),
        array_text(of.UserName, sizeof(of.UserName), wide),
        array_text(of.DomainName, sizeof(of.DomainName), wide),
        datetime_of(of.LogonTime.QuadPart), datetime_of(of.ConnectTime.QuadPart),
        datetime_of(of.DisconnectTime.QuadPart), datetime_of(of.LastInputTime.QuadPart),
        datetime_of(of.CurrentTime.QuadPart),
        of.IncomingBytes, of.OutgoingBytes, of.IncomingFrames, of.OutgoingFrames,
        of.IncomingCompressedBytes, of.OutgoingCompressedBytes,
    ))


cdef object info_ex(const InfoEx* of, Py_ssize_t size, bint wide):
    cdef const char* data = <const char*>&of.Data
    if of.Level == 1:
        return record(records.WTSINFOEX, (1, info_level1(&of.Data.WTSInfoExLevel1, wide)))
    # A level of a newer Windows: nobody here knows what it means, nor how long it is.
    return record(records.WTSINFOEX, (of.Level, PyBytes_FromStringAndSize(data, <const char*>of + size - data)))


cdef object config_info(const ConfigInfo* of, bint wide):
    return record(records.WTSCONFIGINFO, (
        of.version, of.fConnectClientDrivesAtLogon, of.fConnectPrinterAtLogon, of.fDisablePrinterRedirection,
        of.fDisableDefaultMainClientPrinter, coerce(ShadowMode, of.ShadowSettings),
        array_text(of.LogonUserName, sizeof(of.LogonUserName), wide),
        array_text(of.LogonDomain, sizeof(of.LogonDomain), wide),
        array_text(of.WorkDirectory, sizeof(of.WorkDirectory), wide),
        array_text(of.InitialProgram, sizeof(of.InitialProgram), wide),
        array_text(of.ApplicationName, sizeof(of.ApplicationName), wide),
    ))


cdef object validation(const Validation* of, bint wide):
    product = record(records.PRODUCT_INFO, (
        array_text(of.ProductInfo.CompanyName, sizeof(of.ProductInfo.CompanyName), wide),
        array_text(of.ProductInfo.ProductID, sizeof(of.ProductInfo.ProductID), wide),
    ))
    return record(records.WTS_VALIDATION_INFORMATION, (
        product,
        PyBytes_FromStringAndSize(<const char*>of.License, min(of.LicenseLength, <DWORD>sizeof(of.License))),
        of.LicenseLength,
        PyBytes_FromStringAndSize(<const char*>of.HardwareID, min(of.HardwareIDLength, <DWORD>sizeof(of.HardwareID))),
        of.HardwareIDLength,
    ))


# WTS_SESSION_ADDRESS has the same layout.
cdef object address(object kind, const WTS_CLIENT_ADDRESS* of):
    return record(kind, (
        coerce(AddressFamily, of.AddressFamily), PyBytes_FromStringAndSize(<const char*>of.Address, sizeof(of.Address)),
    ))


cdef object display(const WTS_CLIENT_DISPLAY* of):
    return record(records.WTS_CLIENT_DISPLAY, (
        of.HorizontalResolution, of.VerticalResolution, coerce(ColorDepth, of.ColorDepth),
    ))


# ---- classes ----

# What an answer of this class must at least hold; on a newer Windows it may be longer. Numbers are as long as what
# comes, not always as the C type in the manual: 2 bytes for the product id and the protocol, 1 for "is remote".
cdef Py_ssize_t least_size(DWORD info_class, bint wide) noexcept:
    if info_class in (WTSSessionId, WTSConnectState, WTSClientBuildNumber, WTSClientHardwareId):
        return sizeof(ULONG)
    if info_class in (WTSClientProductId, WTSClientProtocolType):
        return sizeof(USHORT)
    if info_class == WTSIsRemoteSession:
        return 1
    if info_class in (WTSClientAddress, WTSSessionAddressV4):
        return sizeof(WTS_CLIENT_ADDRESS)
    if info_class == WTSClientDisplay:
        return sizeof(WTS_CLIENT_DISPLAY)
    if info_class == WTSClientInfo:
        return sizeof(WTSCLIENTW) if wide else sizeof(WTSCLIENTA)
    if info_class == WTSSessionInfo:
        return sizeof(WTSINFOW) if wide else sizeof(WTSINFOA)
    if info_class == WTSSessionInfoEx:
        return sizeof(WTSINFOEXW) if wide else sizeof(WTSINFOEXA)
    if info_class == WTSConfigInfo:
        return sizeof(WTSCONFIGINFOW) if wide else sizeof(WTSCONFIGINFOA)
    if info_class == WTSValidationInfo:
        return sizeof(WTS_VALIDATION_INFORMATIONW) if wide else sizeof(WTS_VALIDATION_INFORMATIONA)
    if info_class == WTSSessionActivityId:
        return sizeof(GUID)
    return 0


# The value of a whole answer: what `data` points to has at least the least size.
cdef object value_of(DWORD info_class, const void* data, Py_ssize_t size, bint wide):
    if info_class in (
        WTSInitialProgram, WTSApplicationName, WTSWorkingDirectory, WTSOEMId, WTSUserName, WTSWinStationName,
        WTSDomainName, WTSClientName, WTSClientDirectory,
    ):
        return array_text(data, size, wide)
    if info_class == WTSConnectState:
        return coerce(ConnectState, (<const ULONG*>data)[0])
    if info_class in (WTSSessionId, WTSClientBuildNumber, WTSClientHardwareId):
        return (<const ULONG*>data)[0]
    if info_class == WTSClientProtocolType:
        return coerce(ProtocolType, (<const USHORT*>data)[0])
    if info_class == WTSClientProductId:
        return (<const USHORT*>data)[0]
    if info_class == WTSIsRemoteSession:
        return any((<const BYTE*>data)[:min(size, <Py_ssize_t>sizeof(BOOL))])
    if info_class == WTSClientAddress:
        return address(records.WTS_CLIENT_ADDRESS, <const WTS_CLIENT_ADDRESS*>data)
    if info_class == WTSSessionAddressV4:
        return address(records.WTS_SESSION_ADDRESS, <const WTS_CLIENT_ADDRESS*>data)
    if info_class == WTSClientDisplay:
        return display(<const WTS_CLIENT_DISPLAY*>data)
    if info_class == WTSClientInfo:
        return client(<const WTSCLIENTW*>data, wide) if wide else client(<const WTSCLIENTA*>data, wide)
    if info_class == WTSSessionInfo:
        return info(<const WTSINFOW*>data, wide) if wide else info(<const WTSINFOA*>data, wide)
    if info_class == WTSSessionInfoEx:
        if wide:
            return info_ex(<const WTSINFOEXW*>data, size, wide)
        return info_ex(<const WTSINFOEXA*>data, size, wide)
    if info_class == WTSConfigInfo:
        if wide:
            return config_info(<const WTSCONFIGINFOW*>data, wide)
        return config_info(<const WTSCONFIGINFOA*>data, wide)
    if info_class == WTSValidationInfo:
        if wide:
            return validation(<const WTS_VALIDATION_INFORMATIONW*>data, wide)
        return validation(<const WTS_VALIDATION_INFORMATIONA*>data, wide)
    if info_class == WTSSessionActivityId:
        from uuid import UUID

        return UUID(bytes_le=PyBytes_FromStringAndSize(<const char*>data, sizeof(GUID)))
    if info_class == WTSCapabilityCheck:
        return tuple([(<const ULONG*>data)[i] for i in range(size // <Py_ssize_t>sizeof(ULONG))])
    return PyBytes_FromStringAndSize(<const char*>data, size)


# ---- the call ----

cdef object query(object server, object session_id, object info_class, bint as_buffer, bint wide):
    cdef DWORD session = to_session(server, session_id), kind = to_dword(info_class, "info_class")
    if kind == WTSIsRemoteSession and server is not None:
        raise ValueError("the class WTSIsRemoteSession is for WTS_CURRENT_SERVER_HANDLE only")
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY)
    cdef DWORD size = 0, error = 0
    cdef bint ok
    cdef HANDLE handle = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            if wide:
                ok = wtsapi32.WTSQuerySessionInformationW(handle, session, kind, <LPWSTR*>&buffer.ptr, &size)
            else:
                ok = wtsapi32.WTSQuerySessionInformationA(handle, session, kind, <LPSTR*>&buffer.ptr, &size)
            if not ok:
                error = GetLastError()
    finally:
        leave_server(server)
    if not ok:
        buffer.abandon()
        raise_error("WTSQuerySessionInformation", error, server)
    if buffer.ptr != NULL:
        buffer.entries = 1
        buffer.size = size
    if as_buffer:
        return buffer
    if buffer.ptr == NULL:
        return None
    check_size("WTSQuerySessionInformation", server, f"class {kind}", size, least_size(kind, wide))
    return value_of(kind, buffer.ptr, size, wide)


def WTSQuerySessionInformationW(server, session_id, info_class, *, as_buffer=False):
    """Ask for one piece of information about a session.

    C: ``BOOL WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass, LPWSTR
    *ppBuffer, DWORD *pBytesReturned)``. ``session_id`` may be ``WTS_CURRENT_SESSION`` when ``server`` is
    ``WTS_CURRENT_SERVER_HANDLE``; the class ``WTSIsRemoteSession`` too is for this machine only.

    Returns, by the class: ``str`` (classes 0 to 3, 5 to 7, 10, 11), ``int`` (4, 9, 12, 13), ``ConnectState`` (8),
    ``WTS_CLIENT_ADDRESS`` (14), ``WTS_CLIENT_DISPLAY`` (15), ``ProtocolType`` (16), ``WTSCLIENT`` (23), ``WTSINFO``
    (24), ``WTSINFOEX`` (25), ``WTSCONFIGINFO`` (26), ``WTS_VALIDATION_INFORMATION`` (27), ``WTS_SESSION_ADDRESS``
    (28), ``bool`` (29), ``uuid.UUID`` (30), a tuple of ``int`` (31); ``bytes`` for any other class, ``None`` where
    Windows succeeds without an answer. With ``as_buffer=True`` it is the ``RawBuffer`` (``WTSFreeMemory``). Blocks on
    a call to the server; Ctrl-C takes effect when it returns. Another user's session needs the right Query
    Information.

    Raises ``WtsError``: 2, 7007 and 7022 where the session does not exist (any more), 5 without the right, 50 for
    classes 17 to 22 and for 28 without virtual IP addresses, 13 for an answer that is too short. Wraps
    ``WTSQuerySessionInformationW``.
    """
    return query(server, session_id, info_class, as_buffer, True)


def WTSQuerySessionInformationA(server, session_id, info_class, *, as_buffer=False):
    """Ask for one piece of information about a session, text as ``bytes`` in the ANSI code page.

    C: ``BOOL WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass, LPSTR *ppBuffer,
    DWORD *pBytesReturned)``. As ``WTSQuerySessionInformationW``; the records hold ``bytes`` too, but for the client's
    address. Wraps ``WTSQuerySessionInformationA``.
    """
    return query(server, session_id, info_class, as_buffer, False)


WTSQuerySessionInformation = WTSQuerySessionInformationW
