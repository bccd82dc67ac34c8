"""Cloud authentication: logging on with an assertion of Microsoft Entra ID, from build 26100 on."""

cimport cython

from wtsfast._errors cimport raise_error
from wtsfast._handles cimport Handle, OwnedHandle, check_stored
from wtsfast._memory cimport BY_FREE_MEMORY_EX_W, RawBuffer
from wtsfast._sdk.windows cimport (
    DWORD, GetLastError, GUID, HANDLE, LPCWSTR, LPWSTR, PCSTR, SecureZeroMemory, SetLastError, ULONG, WCHAR,
)
from wtsfast._sdk.wtsapi32 cimport (
    PFN_WTSCloudAuthClose, PFN_WTSCloudAuthConvertAssertionToSerializedUserCredential,
    PFN_WTSCloudAuthDuplicateSerializedUserCredential, PFN_WTSCloudAuthGetServerNonce,
    PFN_WTSCloudAuthNetworkLogonWithSerializedCredential, PFN_WTSCloudAuthOpen, WTS_SERIALIZED_USER_CREDENTIAL,
    WTSFreeMemoryExW, WTSTypeCloudAuthServerNonce, WTSTypeSerializedUserCredential,
)
from wtsfast.raw._convert cimport NativeText, SecretText, byte_length, native_text, secret_text, text_or_none
from wtsfast.raw._runtime cimport WTSAPI32, Export, resolve

__all__ = [
    "CloudAuthHandle",
    "SerializedCredential",
    "WTSCloudAuthClose",
    "WTSCloudAuthConvertAssertionToSerializedUserCredential",
    "WTSCloudAuthDuplicateSerializedUserCredential",
    "WTSCloudAuthGetServerNonce",
    "WTSCloudAuthNetworkLogonWithSerializedCredential",
    "WTSCloudAuthOpen",
]

cdef const char* MINIMUM = b"Windows 11 24H2 or Server 2025 (build 26100)"
cdef Export cloud_auth_open = Export(WTSAPI32, b"WTSCloudAuthOpen", MINIMUM, NULL)
cdef Export cloud_auth_close = Export(WTSAPI32, b"WTSCloudAuthClose", MINIMUM, NULL)
cdef Export get_server_nonce = Export(WTSAPI32, b"WTSCloudAuthGetServerNonce", MINIMUM, NULL)
cdef Export convert_assertion = Export(
    WTSAPI32, b"WTSCloudAuthConvertAssertionToSerializedUserCredential", MINIMUM, NULL
)
cdef Export duplicate_credential = Export(
    WTSAPI32, b"WTSCloudAuthDuplicateSerializedUserCredential", MINIMUM, NULL
)
cdef Export network_logon = Export(WTSAPI32, b"WTSCloudAuthNetworkLogonWithSerializedCredential", MINIMUM, NULL)


# ---- owners ----

@cython.final
cdef class CloudAuthHandle(OwnedHandle):
    """Own a handle from ``WTSCloudAuthOpen``."""

    cdef PFN_WTSCloudAuthClose closer

    cdef void destroy(self, HANDLE value) noexcept nogil:
        self.closer(value)


@cython.final
cdef class SerializedCredential(OwnedHandle):
    """Own a serialized credential: what ``WTSCloudAuthNetworkLogonWithSerializedCredential`` logs on with.

    Its content is never shown. ``close()`` overwrites it with zeros and gives the memory back (``WTSFreeMemoryEx``); a
    credential that is dropped does so by itself. ``len(credential)`` is its size in bytes.
    """

    cdef void destroy(self, HANDLE value) noexcept nogil:
        cdef WTS_SERIALIZED_USER_CREDENTIAL* credential = <WTS_SERIALIZED_USER_CREDENTIAL*>value
        if credential.Serialization != NULL:
            SecureZeroMemory(credential.Serialization, credential.SerializationLength)
        WTSFreeMemoryExW(WTSTypeSerializedUserCredential, credential, 1)

    def __del__(self):
        pass  # memory alone: to drop it is not worth a warning

    def __len__(self):
        cdef WTS_SERIALIZED_USER_CREDENTIAL* credential = <WTS_SERIALIZED_USER_CREDENTIAL*>self.enter()
        size = credential.SerializationLength
        self.leave()
        return size


cdef CloudAuthHandle to_cloud_auth(object handle):
    if not isinstance(handle, CloudAuthHandle):
        raise TypeError(f"handle must be a CloudAuthHandle, not {type(handle).__name__}")
    return handle


cdef SerializedCredential to_credential(object credential):
    if not isinstance(credential, SerializedCredential):
        raise TypeError(f"credential must be a SerializedCredential, not {type(credential).__name__}")
    return credential


# ---- open and close ----

# The bytes of a uuid.UUID as a GUID, in `place`; NULL for None.
cdef GUID* to_guid(object value, GUID* place) except? NULL:
    if value is None:
        return NULL
    from uuid import UUID

    if not isinstance(value, UUID):
        raise TypeError(f"activity_id must be a uuid.UUID or None, not {type(value).__name__}")
    cdef bytes little_endian = value.bytes_le
    place[0] = (<GUID*><char*>little_endian)[0]
    return place


def WTSCloudAuthOpen(activity_id=None):
    """Open a handle for cloud authentication.

    C: ``WTS_CLOUD_AUTH_HANDLE WTSCloudAuthOpen(const GUID *activityId)``. ``activity_id`` is a ``uuid.UUID`` that marks
    the traces of what follows.

    Returns a ``CloudAuthHandle``: close it. The caller must be LocalSystem or NetworkService. Blocks on a call to the
    service; Ctrl-C takes effect when it returns.

    Raises ``WtsError`` when the call fails, ``FunctionNotAvailableError`` before build 26100. Wraps
    ``WTSCloudAuthOpen``.
    """
    cdef GUID place
    cdef GUID* activity = to_guid(activity_id, &place)
    call = <PFN_WTSCloudAuthOpen>resolve(&cloud_auth_open)
    cdef CloudAuthHandle handle = CloudAuthHandle.__new__(CloudAuthHandle)
    handle.closer = <PFN_WTSCloudAuthClose>resolve(&cloud_auth_close)
    cdef DWORD error = 0
    with nogil:
        SetLastError(0)
        handle.value = call(activity)
        if handle.value == NULL:
            error = GetLastError()
    if handle.value == NULL:
        raise_error("WTSCloudAuthOpen", error)
    return handle


def WTSCloudAuthClose(handle):
    """Close a handle for cloud authentication; closing it again does nothing.

    C: ``void WTSCloudAuthClose(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle)``. The same as ``handle.close()``. May block on a
    call to the service; Ctrl-C takes effect when it returns. Wraps ``WTSCloudAuthClose``.
    """
    to_cloud_auth(handle).close()


# ---- use ----

def WTSCloudAuthGetServerNonce(handle, *, as_buffer=False):
    """Get the number, used once, that an assertion for this server must contain.

    C: ``BOOL WTSCloudAuthGetServerNonce(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PWSTR *serverNonce)``.

    Returns a ``str``, with ``as_buffer=True`` the ``RawBuffer`` (``WTSFreeMemoryEx`` with the class
    ``WTSTypeCloudAuthServerNonce``). Blocks on a call to the service; Ctrl-C takes effect when it returns.

    Raises ``WtsError`` when the call fails, ``FunctionNotAvailableError`` before build 26100. Wraps
    ``WTSCloudAuthGetServerNonce``.
    """
    cdef CloudAuthHandle owner = to_cloud_auth(handle)
    call = <PFN_WTSCloudAuthGetServerNonce>resolve(&get_server_nonce)
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY_EX_W, WTSTypeCloudAuthServerNonce)
    cdef DWORD error = 0
    cdef Py_ssize_t units = 0
    cdef bint ok
    cdef HANDLE native = owner.enter()
    try:
        with nogil:
            SetLastError(0)
            ok = call(native, <LPWSTR*>&buffer.ptr)
            if not ok:
                error = GetLastError()
    finally:
        owner.leave()
    if not ok:
        buffer.abandon()
        raise_error("WTSCloudAuthGetServerNonce", error)
    if buffer.ptr != NULL:
        buffer.entries = 1
        while (<WCHAR*>buffer.ptr)[units]:
            units += 1
        buffer.size = (units + 1) * sizeof(WCHAR)
    return buffer if as_buffer else text_or_none(buffer.ptr, True)


def WTSCloudAuthConvertAssertionToSerializedUserCredential(handle, assertion, resource_id):
    """Turn an assertion into a credential that a user can be logged on with.

    C: ``BOOL WTSCloudAuthConvertAssertionToSerializedUserCredential(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR
    assertion, ULONG assertionLength, PCWSTR resourceId, WTS_SERIALIZED_USER_CREDENTIAL **userCredential)``.
    ``assertion`` is ``bytes`` or a ``bytearray``, which is overwritten with zeros after the call, as our copy always
    is; ``resource_id`` a ``str``.

    Returns a ``SerializedCredential``. Blocks on the network; Ctrl-C takes effect when the call returns.

    Raises ``WtsError``; its number may be an HRESULT (0x80000000 and above) that tells of an expired nonce or a
    malformed token. ``FunctionNotAvailableError`` before build 26100. Wraps
    ``WTSCloudAuthConvertAssertionToSerializedUserCredential``.
    """
    cdef CloudAuthHandle owner = to_cloud_auth(handle)
    cdef NativeText resource = native_text(resource_id, "resource_id", True)
    cdef SecretText secret = secret_text(assertion, "assertion", False)
    cdef ULONG length = byte_length(secret, "assertion")
    call = <PFN_WTSCloudAuthConvertAssertionToSerializedUserCredential>resolve(&convert_assertion)
    cdef SerializedCredential credential = SerializedCredential.__new__(SerializedCredential)
    cdef DWORD error = 0
    cdef bint ok
    cdef HANDLE native = owner.enter()
    try:
        with nogil:
            SetLastError(0)
            ok = call(
                native, <PCSTR>secret.ptr, length, <LPCWSTR>resource.ptr,
                <WTS_SERIALIZED_USER_CREDENTIAL**>&credential.value
            )
            if not ok:
                error = GetLastError()
    finally:
        secret.wipe()
        owner.leave()
    check_stored(credential, ok, "WTSCloudAuthConvertAssertionToSerializedUserCredential", error)
    return credential


def WTSCloudAuthDuplicateSerializedUserCredential(credential):
    """Copy a credential.

    C: ``BOOL WTSCloudAuthDuplicateSerializedUserCredential(const WTS_SERIALIZED_USER_CREDENTIAL *userCredential,
    WTS_SERIALIZED_USER_CREDENTIAL **duplicatedUserCredential)``. Returns a ``SerializedCredential`` of its own. Does
    not block.

    Raises ``WtsError`` when the call fails, ``FunctionNotAvailableError`` before build 26100. Wraps
    ``WTSCloudAuthDuplicateSerializedUserCredential``.
    """
    cdef SerializedCredential original = to_credential(credential)
    call = <PFN_WTSCloudAuthDuplicateSerializedUserCredential>resolve(&duplicate_credential)
    cdef SerializedCredential copy = SerializedCredential.__new__(SerializedCredential)
    cdef DWORD error = 0
    cdef bint ok
    cdef HANDLE native = original.enter()
    try:
        with nogil:
            SetLastError(0)
            ok = call(<WTS_SERIALIZED_USER_CREDENTIAL*>native, <WTS_SERIALIZED_USER_CREDENTIAL**>&copy.value)
            if not ok:
                error = GetLastError()
    finally:
        original.leave()
    check_stored(copy, ok, "WTSCloudAuthDuplicateSerializedUserCredential", error)
    return copy


def WTSCloudAuthNetworkLogonWithSerializedCredential(handle, credential):
    """Log a user on over the network with a credential.

    C: ``BOOL WTSCloudAuthNetworkLogonWithSerializedCredential(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle,
    WTS_SERIALIZED_USER_CREDENTIAL *userCredential, HANDLE *token)``.

    Returns the user's token as an owning ``Handle``: close it. Blocks on the network; Ctrl-C takes effect when the call
    returns.

    Raises ``WtsError``; its number may be an HRESULT. ``FunctionNotAvailableError`` before build 26100. Wraps
    ``WTSCloudAuthNetworkLogonWithSerializedCredential``.
    """
    cdef CloudAuthHandle owner = to_cloud_auth(handle)
    cdef SerializedCredential secret = to_credential(credential)
    call = <PFN_WTSCloudAuthNetworkLogonWithSerializedCredential>resolve(&network_logon)
    cdef Handle token = Handle.__new__(Handle)
    cdef DWORD error = 0
    cdef bint ok = False
    cdef HANDLE native_secret, native = owner.enter()
    try:
        native_secret = secret.enter()
        try:
            with nogil:
                SetLastError(0)
                ok = call(native, <WTS_SERIALIZED_USER_CREDENTIAL*>native_secret, &token.value)
                if not ok:
                    error = GetLastError()
        finally:
            secret.leave()
    finally:
        owner.leave()
    check_stored(token, ok, "WTSCloudAuthNetworkLogonWithSerializedCredential", error)
    return token
