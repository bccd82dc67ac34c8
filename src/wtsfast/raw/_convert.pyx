"""Conversions that the raw functions share: arguments on the way in, text and records on the way out."""

cimport cython
from cpython.buffer cimport PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memchr, memcpy, memset, strlen

from wtsfast._arguments cimport to_dword
from wtsfast._memory cimport RawBuffer
from wtsfast._sdk.windows cimport (
    BOOL, CP_UTF8, DWORD, ERROR_INVALID_DATA, GetCurrentProcessId, MB_ERR_INVALID_CHARS, MultiByteToWideChar,
    ProcessIdToSessionId, SecureZeroMemory, WCHAR,
)
from wtsfast._sdk.wtsapi32 cimport WTS_CURRENT_SESSION
from wtsfast._text cimport bounded_length, decode, decode_or_none, plain

cdef extern from "Python.h":
    WCHAR* PyUnicode_AsWideCharString(object text, Py_ssize_t* size) except NULL


# ---- in ----

@cython.no_gc
cdef class NativeText:
    def __dealloc__(self):
        if self.ptr != NULL:
            if self.secret:
                SecureZeroMemory(self.ptr, self.size)
            PyMem_Free(self.ptr)


cdef int allocate(NativeText self, Py_ssize_t size) except -1:
    self.ptr = PyMem_Malloc(size)
    if self.ptr == NULL:
        raise MemoryError
    return 0


cdef int copy_wide(NativeText self, object text, str what) except -1:
    cdef Py_ssize_t units = 0
    if not isinstance(text, str):
        raise TypeError(f"{what} must be str, not {type(text).__name__}")
    self.ptr = PyUnicode_AsWideCharString(text, &units)
    self.size = units * 2
    if bounded_length(<WCHAR*>self.ptr, units) != units:
        raise ValueError(f"{what} must not contain a NUL character")
    return 0


cdef int copy_ansi(NativeText self, object text, str what) except -1:
    if not isinstance(text, bytes):
        raise TypeError(f"{what} must be bytes in the ANSI code page, not {type(text).__name__}")
    return copy_bytes(self, <char*>text, PyBytes_GET_SIZE(text), what)


cdef int copy_bytes(NativeText self, const char* text, Py_ssize_t size, str what) except -1:
    allocate(self, size + 1)
    memcpy(self.ptr, text, size)
    (<char*>self.ptr)[size] = 0
    self.size = size
    if memchr(self.ptr, 0, size) != NULL:
        raise ValueError(f"{what} must not contain a NUL character")
    return 0


# Straight to UTF-16: a str in between could not be wiped.
cdef int copy_utf8(NativeText self, const char* text, Py_ssize_t size, str what) except -1:
    cdef int units = 0
    if size > 0x7FFFFFFF:
        raise OverflowError(f"{what} is too long")
    allocate(self, (size + 1) * sizeof(WCHAR))  # never more units than bytes
    self.size = size * sizeof(WCHAR)
    if size:
        units = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, <int>size, <WCHAR*>self.ptr, <int>size)
        if units == 0:
            raise ValueError(f"{what} is not valid UTF-8")
    (<WCHAR*>self.ptr)[units] = 0
    self.size = units * sizeof(WCHAR)
    if bounded_length(<WCHAR*>self.ptr, units) != units:
        raise ValueError(f"{what} must not contain a NUL character")
    return 0


cdef NativeText native_block(Py_ssize_t size):
    cdef NativeText self = NativeText.__new__(NativeText)
    allocate(self, size)
    memset(self.ptr, 0, size)
    self.size = size
    return self


cdef NativeText native_bytes(object data, str what):
    if not isinstance(data, bytes):
        raise TypeError(f"{what} must be bytes, not {type(data).__name__}")
    cdef NativeText self = native_block(PyBytes_GET_SIZE(data))
    memcpy(self.ptr, <char*>data, self.size)
    return self


cdef NativeText native_text(object text, str what, bint wide):
    cdef NativeText self = NativeText.__new__(NativeText)
    if wide:
        copy_wide(self, text, what)
    else:
        copy_ansi(self, text, what)
    return self


cdef NativeText native_text_or_null(object text, str what, bint wide):
    return NativeText.__new__(NativeText) if text is None else native_text(text, what, wide)


cdef str printable(object server_name):
    if server_name is None:
        return None
    return server_name.decode("mbcs", "replace") if isinstance(server_name, bytes) else plain(server_name)


cdef int put_array_text(void* array, Py_ssize_t size, object text, str what, bint wide) except -1:
    cdef NativeText value = native_text(text, what, wide)
    cdef int width = sizeof(WCHAR) if wide else 1
    if value.size + width > size:
        unit = "UTF-16 units" if wide else "bytes"
        raise ValueError(f"{what} has room for {size // width - 1} {unit}, not for {value.size // width}")
    memcpy(array, value.ptr, value.size)
    return 0


@cython.final
@cython.no_gc
cdef class SecretText(NativeText):
    cdef void wipe(self) noexcept:
        if self.ptr != NULL:
            SecureZeroMemory(self.ptr, self.size)
        if self.exported:
            SecureZeroMemory(self.source.buf, self.source.len)
            self.exported = False
            PyBuffer_Release(&self.source)

    def __dealloc__(self):
        if self.exported:  # no call was made with it: the caller's copy stays
            PyBuffer_Release(&self.source)


cdef SecretText secret_text(object text, str what, bint wide):
    cdef SecretText self = SecretText.__new__(SecretText)
    self.secret = True
    if isinstance(text, bytearray):
        PyObject_GetBuffer(text, &self.source, PyBUF_WRITABLE)
        self.exported = True
        if wide:
            copy_utf8(self, <char*>self.source.buf, self.source.len, what)
        else:
            copy_bytes(self, <char*>self.source.buf, self.source.len, what)
    elif wide:
        copy_wide(self, text, what)
    else:
        copy_ansi(self, text, what)
    return self


cdef DWORD byte_length(NativeText text, str what) except? 0xFFFFFFFF:
    if text.size > 0xFFFFFFFF:
        raise OverflowError(f"{what} is too long")
    return <DWORD>text.size


cdef DWORD to_session(object server, object session_id) except? 0xFFFFFFFF:
    cdef DWORD session = to_dword(session_id, "session_id")
    if session == WTS_CURRENT_SESSION and server is not None:
        raise ValueError("WTS_CURRENT_SESSION is for WTS_CURRENT_SERVER_HANDLE only")
    return session


cdef DWORD to_actual_session(object server, object session_id) except? 0xFFFFFFFF:
    cdef DWORD session = to_session(server, session_id)
    if session == WTS_CURRENT_SESSION:
        ProcessIdToSessionId(GetCurrentProcessId(), &session)  # cannot fail for oneself
    return session


cdef BOOL to_switch(object value, str what) except -1:
    if value is True or value is False:
        return value
    # C programmers write 0 and 1. Anything else is rather an argument in the wrong place.
    cdef DWORD number = to_dword(value, what)
    if number > 1:
        raise ValueError(f"{what} must be True or False, not {value!r}")
    return number


cdef int check_undocumented(object undocumented, str function) except -1:
    if undocumented is not True:
        raise ValueError(f"{function} is undocumented: pass undocumented=True to call it all the same")
    return 0


# ---- out ----

cdef int measure(RawBuffer buffer, Py_ssize_t entry_size) except -1:
    if buffer.ptr == NULL:  # TRUE with NULL and any count is an empty result
        buffer.entries = 0
    buffer.size = buffer.entries * entry_size
    return 0


cdef object text_or_none(const void* text, bint wide):
    if wide:
        return decode_or_none(<const WCHAR*>text)
    return None if text == NULL else PyBytes_FromStringAndSize(<const char*>text, strlen(<const char*>text))


cdef object array_text(const void* text, Py_ssize_t size, bint wide):
    cdef const void* end
    if wide:
        return decode(<const WCHAR*>text, bounded_length(<const WCHAR*>text, size // 2))
    end = memchr(text, 0, size)
    return PyBytes_FromStringAndSize(
        <const char*>text, size if end == NULL else <const char*>end - <const char*>text
    )


cdef object new_tuple = tuple.__new__


cdef object record(object kind, tuple values):
    return new_tuple(kind, values)


cdef int check_size(str function, object server, str what, Py_ssize_t size, Py_ssize_t expected) except -1:
    if size >= expected:
        return 0
    from wtsfast.errors import WtsError

    name = server if server is None or isinstance(server, str) else server.name
    raise WtsError(ERROR_INVALID_DATA, function, name, f"{what} came with {size} bytes; {expected} were expected")
