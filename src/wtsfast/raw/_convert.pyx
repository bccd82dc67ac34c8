"""Conversions that the raw functions share: arguments on the way in, text and records on the way out."""

cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memchr, memcpy, strlen

from wtsfast._arguments cimport to_dword
from wtsfast._memory cimport RawBuffer
from wtsfast._sdk.windows cimport (
    BOOL, DWORD, ERROR_INVALID_DATA, GetCurrentProcessId, ProcessIdToSessionId, SecureZeroMemory, WCHAR,
)
from wtsfast._sdk.wtsapi32 cimport WTS_CURRENT_SESSION
from wtsfast._text cimport bounded_length, decode, decode_or_none

cdef extern from "Python.h":
    WCHAR* PyUnicode_AsWideCharString(object text, Py_ssize_t* size) except NULL


# ---- in ----

@cython.final
@cython.no_gc
cdef class NativeText:
    def __dealloc__(self):
        if self.ptr != NULL:
            if self.secret:
                SecureZeroMemory(self.ptr, self.size)
            PyMem_Free(self.ptr)


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
    cdef Py_ssize_t size = PyBytes_GET_SIZE(text)
    self.ptr = PyMem_Malloc(size + 1)
    if self.ptr == NULL:
        raise MemoryError
    memcpy(self.ptr, <char*>text, size + 1)
    self.size = size
    if memchr(self.ptr, 0, size) != NULL:
        raise ValueError(f"{what} must not contain a NUL byte")
    return 0


cdef NativeText native_text(object text, str what, bint wide):
    cdef NativeText self = NativeText.__new__(NativeText)
    if wide:
        copy_wide(self, text, what)
    else:
        copy_ansi(self, text, what)
    return self


cdef NativeText native_text_or_null(object text, str what, bint wide):
    return NativeText.__new__(NativeText) if text is None else native_text(text, what, wide)


cdef int put_array_text(void* array, Py_ssize_t size, object text, str what, bint wide) except -1:
    cdef NativeText value = native_text(text, what, wide)
    cdef int width = sizeof(WCHAR) if wide else 1
    if value.size + width > size:
        unit = "UTF-16 units" if wide else "bytes"
        raise ValueError(f"{what} has room for {size // width - 1} {unit}, not for {value.size // width}")
    memcpy(array, value.ptr, value.size)
    return 0


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

    name = None if server is None else server.name
    raise WtsError(ERROR_INVALID_DATA, function, name, f"{what} came with {size} bytes; {expected} were expected")
