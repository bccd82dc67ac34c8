"""The license server: its certificate, its key packs and the licenses that it issued, by the nine functions of
mstlsapi.dll.

Each call has two results: an RPC status and, when that is 0, a code of the license server's own. The manual leaves much
open about this DLL; what is taken for granted here is said where it matters.
"""

cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from libc.string cimport memcpy, memset

from wtsfast._arguments cimport to_dword, to_limited
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport OwnedHandle
from wtsfast._memory cimport BY_LOCAL_FREE, RawBuffer
from wtsfast._sdk cimport mstlsapi as sdk
from wtsfast._sdk.windows cimport (
    BOOL, BYTE, DWORD, GetLastError, GetProcessHeap, HANDLE, HeapValidate, LPBYTE, SetLastError, UCHAR, WCHAR, WORD,
)
from wtsfast._text cimport plain
from wtsfast.raw._convert cimport (
    NativeText, array_text, native_bytes, native_text_or_null, put_array_text, record, to_switch,
)
from wtsfast.raw._runtime cimport Export, MSTLSAPI, resolve

from wtsfast.raw._records import LSKeyPack, LSLicense

__all__ = [
    "LicenseServerHandle",
    "TLSConnectToLsServer",
    "TLSDisconnectFromServer",
    "TLSGetServerCertificate",
    "TLSKeyPackEnumBegin",
    "TLSKeyPackEnumEnd",
    "TLSKeyPackEnumNext",
    "TLSLicenseEnumBegin",
    "TLSLicenseEnumEnd",
    "TLSLicenseEnumNext",
]

# What raise_missing says is needed, and what to use where it is not there.
cdef const char* MINIMUM = (
    b"mstlsapi.dll, which Windows itself lacks since Server 2012. Use the WMI classes Win32_TSLicenseServer, "
    b"Win32_TSLicenseKeyPack, Win32_TSIssuedLicense and Win32_TSLicenseReport in root\\cimv2 instead"
)
cdef Export connect_to_server = Export(MSTLSAPI, "TLSConnectToLsServer", MINIMUM, NULL)
cdef Export disconnect_from_server = Export(MSTLSAPI, "TLSDisconnectFromServer", MINIMUM, NULL)
cdef Export get_certificate = Export(MSTLSAPI, "TLSGetServerCertificate", MINIMUM, NULL)
cdef Export key_pack_begin = Export(MSTLSAPI, "TLSKeyPackEnumBegin", MINIMUM, NULL)
cdef Export key_pack_next = Export(MSTLSAPI, "TLSKeyPackEnumNext", MINIMUM, NULL)
cdef Export key_pack_end = Export(MSTLSAPI, "TLSKeyPackEnumEnd", MINIMUM, NULL)
cdef Export license_begin = Export(MSTLSAPI, "TLSLicenseEnumBegin", MINIMUM, NULL)
cdef Export license_next = Export(MSTLSAPI, "TLSLicenseEnumNext", MINIMUM, NULL)
cdef Export license_end = Export(MSTLSAPI, "TLSLicenseEnumEnd", MINIMUM, NULL)

# Both enumerations have the same functions but for the structure.
ctypedef DWORD (*BeginCall)(HANDLE server, DWORD search, BOOL match_all, void* values, DWORD* code) noexcept nogil
ctypedef DWORD (*NextCall)(HANDLE server, void* entry, DWORD* code) noexcept nogil
ctypedef DWORD (*EndCall)(HANDLE server, DWORD* code) noexcept nogil

# The codes of the license server. Windows has texts for these numbers, of other subjects.
cdef dict CODES = {
    sdk.LSERVER_I_NO_MORE_DATA: "there are no more entries",
    sdk.LSERVER_E_INTERNAL_ERROR: "the license server met an internal error",
    sdk.TLS_E_ACCESS_DENIED: "the license server denies access",
    sdk.LSERVER_E_INVALID_HANDLE: "the license server does not know the handle or its enumeration",
    sdk.LSERVER_E_INVALID_SEQUENCE: "calls out of order: one enumeration at a time on a handle, from Begin to End",
    sdk.LSERVER_E_SERVER_BUSY: "the license server is too busy",
    sdk.LSERVER_E_OUTOFMEMORY: "the license server has not enough memory",
    sdk.LSERVER_E_INVALID_DATA: "the license server does not accept the values to search for",
    sdk.TLS_E_NO_CERTIFICATE: "the license server has no certificate to give",
}


# ---- the handle ----

@cython.final
cdef class LicenseServerHandle(OwnedHandle):
    """Own a connection to a license server, from ``TLSConnectToLsServer``.

    A handle has one enumeration at a time; closing it ends one that is under way. Nothing is documented about calls
    from several threads: give each thread a handle of its own.
    """

    cdef readonly str name
    cdef EndCall unfinished  # of the enumeration under way

    cdef void destroy(self, HANDLE value) noexcept nogil:
        cdef DWORD code = 0
        if self.unfinished != NULL:
            self.unfinished(value, &code)
        (<sdk.PFN_TLSDisconnectFromServer>disconnect_from_server.address)(value)

    def __repr__(self):
        return f"<LicenseServerHandle {self.name!r}{' closed' if self.is_closed else ''}>"


cdef LicenseServerHandle to_license_server(object license_server):
    if not isinstance(license_server, LicenseServerHandle):
        raise TypeError(f"license_server must be a LicenseServerHandle, not {type(license_server).__name__}")
    return <LicenseServerHandle>license_server


# Raise for either of the two results.
cdef int check(str function, DWORD status, DWORD code, LicenseServerHandle handle) except -1:
    if status == 0 and code == 0:
        return 0
    if status or code not in CODES:
        raise_error(function, status or code, handle)
    from wtsfast.errors import error_class

    raise error_class(function, code)(code, function, handle.name, CODES[code])


# ---- connecting ----

# Bytes get three more NULs, so that they also end for a DLL that takes them for wide text.
cdef NativeText native_name(object server_name):
    if not isinstance(server_name, bytes):
        return native_text_or_null(server_name, "server_name", True)
    if 0 in server_name:
        raise ValueError("server_name must not contain a NUL byte")
    return native_bytes(server_name + bytes(3), "server_name")


def TLSConnectToLsServer(server_name=None):
    """Connect to a license server.

    C: ``TLS_HANDLE TLSConnectToLsServer(LPTSTR pszLsServer)``.

    ``server_name`` is the server's NetBIOS name, ``None`` this machine. It is not documented whether the DLL takes wide
    or ANSI text: ``str`` is passed as UTF-16, which is likely right, ``bytes`` as they are. Returns a
    ``LicenseServerHandle``: close it, or use it in a ``with`` statement.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``ServerUnavailableError``, ``AccessDeniedError``, ``WtsError``; ``FunctionNotAvailableError``, which names
    the WMI classes to use instead, on a Windows without mstlsapi.dll. Wraps ``TLSConnectToLsServer``.
    """
    cdef LicenseServerHandle handle = LicenseServerHandle.__new__(LicenseServerHandle)
    cdef NativeText name = native_name(server_name)
    cdef sdk.PFN_TLSConnectToLsServer call
    cdef DWORD error = 0
    if isinstance(server_name, bytes):
        handle.name = server_name.decode("ascii", "backslashreplace")
    elif server_name is not None:
        handle.name = plain(server_name)
    call = <sdk.PFN_TLSConnectToLsServer>resolve(&connect_to_server)
    resolve(&disconnect_from_server)  # before there is a handle that only it can close
    with nogil:
        SetLastError(0)
        handle.value = call(<WCHAR*>name.ptr)
        if handle.value == NULL:
            error = GetLastError()
    if handle.value == NULL:
        raise_error("TLSConnectToLsServer", error, handle)
    return handle


def TLSDisconnectFromServer(license_server):
    """Close the connection to a license server.

    C: ``void TLSDisconnectFromServer(TLS_HANDLE hHandle)``.

    Never waits for a call of another thread: the handle is closed for new calls at once, and the last call to return
    closes the connection. An enumeration under way is ended first. Closing again does nothing. May block on RPC; Ctrl-C
    takes effect when the call returns. Wraps ``TLSDisconnectFromServer``.
    """
    to_license_server(license_server).close()


# ---- certificate ----

def TLSGetServerCertificate(license_server, signature_certificate):
    """Get a certificate of the license server.

    C: ``DWORD TLSGetServerCertificate(TLS_HANDLE hHandle, BOOL bSignCert, LPBYTE *ppbCertBlob, LPDWORD lpdwCertBlobLen,
    PDWORD pdwErrCode)``.

    ``signature_certificate`` is ``True`` for the signature certificate, ``False`` for the exchange certificate. Returns
    its bytes and 0, or a warning: ``TLS_W_SELFSIGN_CERTIFICATE`` (4007) or ``TLS_W_TEMP_SELFSIGN_CERT`` (4009).

    May block on RPC; Ctrl-C takes effect when the call returns. Who frees the DLL's memory is not documented: it is
    given to ``LocalFree`` where it is a block of the process heap, and otherwise left alone.

    Raises ``AccessDeniedError``, ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``.
    Wraps ``TLSGetServerCertificate``.
    """
    cdef LicenseServerHandle handle = to_license_server(license_server)
    cdef BOOL signature = to_switch(signature_certificate, "signature_certificate")
    cdef sdk.PFN_TLSGetServerCertificate call = <sdk.PFN_TLSGetServerCertificate>resolve(&get_certificate)
    cdef RawBuffer blob = RawBuffer.empty(BY_LOCAL_FREE)
    cdef void* block
    cdef DWORD size = 0, code = 0, status
    cdef bint failed
    cdef HANDLE native = handle.enter()
    try:
        with nogil:
            status = call(native, signature, <LPBYTE*>&blob.ptr, &size, &code)
    finally:
        handle.leave()
    block = blob.ptr
    failed = status != 0 or code not in (0, sdk.TLS_W_SELFSIGN_CERTIFICATE, sdk.TLS_W_TEMP_SELFSIGN_CERT)
    if block == NULL or failed or not HeapValidate(GetProcessHeap(), 0, block):
        blob.abandon()
    if failed:
        check("TLSGetServerCertificate", status, code, handle)
    return PyBytes_FromStringAndSize(<char*>block, size if block != NULL else 0), code


# ---- key packs ----

def TLSKeyPackEnumBegin(license_server, search_parameter, match_all, search):
    """Begin to enumerate the key packs of a license server.

    C: ``DWORD TLSKeyPackEnumBegin(TLS_HANDLE hHandle, DWORD dwSearchParm, BOOL bMatchAll, LSKeyPack *lpSearchParm,
    PDWORD pdwErrCode)``.

    ``search_parameter`` must be ``LSKEYPACK_SEARCH_ALL`` (0xFFFFFFFF). ``search`` is an ``LSKeyPack`` with the values
    to match, or ``None`` for a structure of zeros: whether NULL could be passed is not documented. One enumeration at a
    time on a handle (else error 5006); ``TLSKeyPackEnumEnd`` ends it.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``. Wraps ``TLSKeyPackEnumBegin``.
    """
    cdef KeyPackRoom values
    write_key_pack(&values, search)
    begin("TLSKeyPackEnumBegin", license_server, search_parameter, match_all, &key_pack_begin, &key_pack_end, &values)


def TLSKeyPackEnumNext(license_server):
    """Get the next key pack, or ``None`` when there are no more.

    C: ``DWORD TLSKeyPackEnumNext(TLS_HANDLE hHandle, LSKeyPack *lpKeyPack, PDWORD pdwErrCode)``.

    Returns an ``LSKeyPack``. Neither the width of its text nor the packing is documented: wide text and the compiler's
    packing are taken for granted, and ``data`` holds the structure as the DLL wrote it for who knows better.

    May block on RPC; Ctrl-C takes effect when the call returns. The structure is ours: nothing to free.

    Raises ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``. Wraps ``TLSKeyPackEnumNext``.
    """
    cdef KeyPackRoom room
    memset(&room, 0, sizeof(room))
    if not next_entry("TLSKeyPackEnumNext", license_server, &key_pack_next, &room):
        return None
    return read_key_pack(&room)


def TLSKeyPackEnumEnd(license_server):
    """End the enumeration of key packs.

    C: ``DWORD TLSKeyPackEnumEnd(TLS_HANDLE hHandle, PDWORD pdwErrCode)``.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``. Wraps ``TLSKeyPackEnumEnd``.
    """
    end("TLSKeyPackEnumEnd", license_server, &key_pack_end)


# ---- licenses ----

def TLSLicenseEnumBegin(license_server, search_parameter, match_all, search):
    """Begin to enumerate the licenses that a license server has issued.

    C: ``DWORD TLSLicenseEnumBegin(TLS_HANDLE hHandle, DWORD dwSearchParm, BOOL bMatchAll, LSLicense *lpSearchParm,
    PDWORD pdwErrCode)``.

    ``search_parameter`` is a sum of ``LSLICENSE_SEARCH_…`` bits, or ``LSKEYPACK_SEARCH_ALL``. ``search`` is an
    ``LSLicense`` with the values to match, of which ``data``, as far as it is given, is put below the three numbers; or
    ``None`` for a structure of zeros: whether NULL could be passed is not documented. One enumeration at a time on a
    handle (else error 5006); ``TLSLicenseEnumEnd`` ends it.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``. Wraps ``TLSLicenseEnumBegin``.
    """
    cdef sdk.LSLicense values
    write_license(&values, search)
    begin("TLSLicenseEnumBegin", license_server, search_parameter, match_all, &license_begin, &license_end, &values)


def TLSLicenseEnumNext(license_server):
    """Get the next license, or ``None`` when there are no more.

    C: ``DWORD TLSLicenseEnumNext(TLS_HANDLE hHandle, LSLicense *lpLicense, PDWORD pdwErrCode)``.

    Returns an ``LSLicense``. Where its first three numbers lie is certain; the lengths of the arrays behind them are
    published nowhere, so ``data`` holds the whole structure as the DLL wrote it.

    May block on RPC; Ctrl-C takes effect when the call returns. The structure is ours: nothing to free.

    Raises ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``. Wraps ``TLSLicenseEnumNext``.
    """
    cdef sdk.LSLicense room
    memset(&room, 0, sizeof(room))
    if not next_entry("TLSLicenseEnumNext", license_server, &license_next, &room):
        return None
    return record(
        LSLicense, (room.dwVersion, room.dwLicenseId, room.dwKeyPackId, written(<BYTE*>&room, 12, sizeof(room)))
    )


def TLSLicenseEnumEnd(license_server):
    """End the enumeration of licenses.

    C: ``DWORD TLSLicenseEnumEnd(TLS_HANDLE hHandle, PDWORD pdwErrCode)``.

    May block on RPC; Ctrl-C takes effect when the call returns.

    Raises ``ServerUnavailableError``, ``WtsError``, ``FunctionNotAvailableError``. Wraps ``TLSLicenseEnumEnd``.
    """
    end("TLSLicenseEnumEnd", license_server, &license_end)


# ---- what both enumerations share ----

cdef int begin(
    str function, object license_server, object search_parameter, object match_all, Export* begin_export,
    Export* end_export, void* values,
) except -1:
    cdef LicenseServerHandle handle = to_license_server(license_server)
    cdef DWORD search = to_dword(search_parameter, "search_parameter"), code = 0, status
    cdef BOOL all_of_them = to_switch(match_all, "match_all")
    cdef BeginCall call = <BeginCall>resolve(begin_export)
    cdef EndCall end_call = <EndCall>resolve(end_export)
    cdef HANDLE native = handle.enter()
    try:
        with nogil:
            status = call(native, search, all_of_them, values, &code)
        check(function, status, code, handle)
        handle.unfinished = end_call
    finally:
        handle.leave()
    return 0


# Whether there was one.
cdef bint next_entry(str function, object license_server, Export* next_export, void* entry) except -1:
    cdef LicenseServerHandle handle = to_license_server(license_server)
    cdef NextCall call = <NextCall>resolve(next_export)
    cdef DWORD code = 0, status
    cdef HANDLE native = handle.enter()
    try:
        with nogil:
            status = call(native, entry, &code)
    finally:
        handle.leave()
    if status == 0 and code == sdk.LSERVER_I_NO_MORE_DATA:
        return False
    check(function, status, code, handle)
    return True


cdef int end(str function, object license_server, Export* end_export) except -1:
    cdef LicenseServerHandle handle = to_license_server(license_server)
    cdef EndCall call = <EndCall>resolve(end_export)
    cdef DWORD code = 0, status
    cdef HANDLE native = handle.enter()
    try:
        with nogil:
            status = call(native, &code)
        if handle.unfinished == call:
            handle.unfinished = NULL  # even when it failed: a second End would not do better
    finally:
        handle.leave()
    return check(function, status, code, handle)


# What a DLL with larger structures than ours would overwrite is room.
cdef union KeyPackRoom:
    sdk.LSKeyPack pack
    BYTE[8192] bytes


# The structure as the DLL wrote it: without the zeros at its end, but at least `least` bytes.
cdef bytes written(BYTE* block, Py_ssize_t least, Py_ssize_t size):
    while size > least and block[size - 1] == 0:
        size -= 1
    return PyBytes_FromStringAndSize(<char*>block, size)


cdef object read_key_pack(KeyPackRoom* room):
    cdef sdk.LSKeyPack* pack = &room.pack
    return record(LSKeyPack, (
        pack.dwVersion,
        pack.ucKeyPackType,
        array_text(pack.szCompanyName, sizeof(pack.szCompanyName), True),
        array_text(pack.szKeyPackId, sizeof(pack.szKeyPackId), True),
        array_text(pack.szProductName, sizeof(pack.szProductName), True),
        array_text(pack.szProductId, sizeof(pack.szProductId), True),
        array_text(pack.szProductDesc, sizeof(pack.szProductDesc), True),
        pack.wMajorVersion,
        pack.wMinorVersion,
        pack.dwPlatformType,
        pack.ucLicenseType,
        pack.dwLanguageId,
        pack.ucChannelOfPurchase,
        array_text(pack.szBeginSerialNumber, sizeof(pack.szBeginSerialNumber), True),
        pack.dwTotalLicenseInKeyPack,
        pack.dwProductFlags,
        pack.dwKeyPackId,
        pack.ucKeyPackStatus,
        pack.dwActivateDate,
        pack.dwExpirationDate,
        pack.dwNumberOfLicenses,
        written(room.bytes, sizeof(sdk.LSKeyPack), sizeof(KeyPackRoom)),
    ))


cdef int write_key_pack(KeyPackRoom* room, object search) except -1:
    cdef sdk.LSKeyPack* pack = &room.pack
    memset(room, 0, sizeof(KeyPackRoom))
    if search is None:
        return 0
    if not isinstance(search, LSKeyPack):
        raise TypeError(f"search must be an LSKeyPack or None, not {type(search).__name__}")
    pack.dwVersion = to_dword(search.version, "version")
    pack.ucKeyPackType = <UCHAR>to_limited(search.key_pack_type, "key_pack_type", 0xFF)
    put_array_text(pack.szCompanyName, sizeof(pack.szCompanyName), search.company_name, "company_name", True)
    put_array_text(pack.szKeyPackId, sizeof(pack.szKeyPackId), search.sz_key_pack_id, "sz_key_pack_id", True)
    put_array_text(pack.szProductName, sizeof(pack.szProductName), search.product_name, "product_name", True)
    put_array_text(pack.szProductId, sizeof(pack.szProductId), search.product_id, "product_id", True)
    put_array_text(pack.szProductDesc, sizeof(pack.szProductDesc), search.product_desc, "product_desc", True)
    pack.wMajorVersion = <WORD>to_limited(search.major_version, "major_version", 0xFFFF)
    pack.wMinorVersion = <WORD>to_limited(search.minor_version, "minor_version", 0xFFFF)
    pack.dwPlatformType = to_dword(search.platform_type, "platform_type")
    pack.ucLicenseType = <UCHAR>to_limited(search.license_type, "license_type", 0xFF)
    pack.dwLanguageId = to_dword(search.language_id, "language_id")
    pack.ucChannelOfPurchase = <UCHAR>to_limited(search.channel_of_purchase, "channel_of_purchase", 0xFF)
    put_array_text(
        pack.szBeginSerialNumber, sizeof(pack.szBeginSerialNumber), search.begin_serial_number, "begin_serial_number",
        True,
    )
    pack.dwTotalLicenseInKeyPack = to_dword(search.total_license_in_key_pack, "total_license_in_key_pack")
    pack.dwProductFlags = to_dword(search.product_flags, "product_flags")
    pack.dwKeyPackId = to_dword(search.dw_key_pack_id, "dw_key_pack_id")
    pack.ucKeyPackStatus = <UCHAR>to_limited(search.key_pack_status, "key_pack_status", 0xFF)
    pack.dwActivateDate = to_dword(search.activate_date, "activate_date")
    pack.dwExpirationDate = to_dword(search.expiration_date, "expiration_date")
    pack.dwNumberOfLicenses = to_dword(search.number_of_licenses, "number_of_licenses")
    return 0


cdef int write_license(sdk.LSLicense* values, object search) except -1:
    cdef Py_buffer view
    memset(values, 0, sizeof(sdk.LSLicense))
    if search is None:
        return 0
    if not isinstance(search, LSLicense):
        raise TypeError(f"search must be an LSLicense or None, not {type(search).__name__}")
    PyObject_GetBuffer(search.data, &view, PyBUF_SIMPLE)
    try:
        if view.len > <Py_ssize_t>sizeof(sdk.LSLicense):
            raise ValueError(f"data has {view.len} bytes: more than the {sizeof(sdk.LSLicense)} of the structure")
        memcpy(values, view.buf, view.len)
    finally:
        PyBuffer_Release(&view)
    values.dwVersion = to_dword(search.version, "version")
    values.dwLicenseId = to_dword(search.license_id, "license_id")
    values.dwKeyPackId = to_dword(search.key_pack_id, "key_pack_id")
    return 0
