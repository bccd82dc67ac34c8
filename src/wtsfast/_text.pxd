# UTF-16 text between Windows and Python. Inline functions only: this file is not a module.
from cpython.mem cimport PyMem_Free
from cpython.unicode cimport PyUnicode_DecodeUTF16
from libc.stdint cimport uint64_t, uintptr_t
from libc.string cimport memcpy

from wtsfast._sdk.windows cimport WCHAR


cdef extern from "Python.h":
    object PyUnicode_FromObject(object text)
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maximum)
    unsigned char* PyUnicode_1BYTE_DATA(object text) noexcept nogil
    WCHAR* PyUnicode_AsWideCharString(object text, Py_ssize_t* size) except NULL


# The same text as a str and nothing else: variables of that type take no instance of a subclass (a StrEnum, say).
cdef inline str plain(object text):
    return <str>PyUnicode_FromObject(text)


# Units before the NUL, at most `limit`: the fixed arrays of the API need not be terminated.
cdef inline Py_ssize_t bounded_length(const WCHAR* text, Py_ssize_t limit) noexcept nogil:
    cdef Py_ssize_t length = 0
    while length < limit and text[length]:
        length += 1
    return length


# `length` units as a str: pairs are joined, lone surrogates survive.
cdef inline str decode(const WCHAR* text, Py_ssize_t length):
    cdef Py_ssize_t i
    cdef unsigned int seen = 0
    for i in range(length):
        seen |= text[i]
    return decode_seen(text, length, seen)


# The same with the bits that any of the units has.
cdef inline str decode_seen(const WCHAR* text, Py_ssize_t length, unsigned int seen):
    cdef Py_ssize_t i
    cdef unsigned char* out
    cdef str result
    cdef int little_endian = -1  # said outright, or a leading U+FEFF would be taken for a byte order mark
    if seen < 0x80:
        result = <str>PyUnicode_New(length, 0x7F)
        if length:  # the empty string is shared
            out = PyUnicode_1BYTE_DATA(result)
            for i in range(length):
                out[i] = <unsigned char>text[i]
        return result
    return <str>PyUnicode_DecodeUTF16(<char*>text, length * 2, "surrogatepass", &little_endian)


# NUL-terminated text, or None for NULL.
cdef inline str decode_or_none(const WCHAR* text):
    if text == NULL:
        return None
    cdef Py_ssize_t length = 0
    cdef unsigned int seen = 0
    while text[length]:
        seen |= text[length]
        length += 1
    return decode_seen(text, length, seen)


# A Python string as NUL-terminated UTF-16 that the caller frees with PyMem_Free. `what` names the argument in errors.
cdef inline WCHAR* encode(object text, str what, Py_ssize_t* units=NULL) except NULL:
    cdef Py_ssize_t size = 0, i
    if not isinstance(text, str):
        raise TypeError(f"{what} must be str, not {type(text).__name__}")
    cdef WCHAR* wide = PyUnicode_AsWideCharString(text, &size)
    for i in range(size):
        if wide[i] == 0:
            PyMem_Free(wide)
            raise ValueError(f"{what} must not contain a NUL character")
    if units != NULL:
        units[0] = size
    return wide
