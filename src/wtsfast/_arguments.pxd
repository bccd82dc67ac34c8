# Numbers from Python to Windows, checked. Inline functions only: this file is not a module.
from cpython.long cimport PyLong_AsLongLongAndOverflow, PyLong_AsUnsignedLongLong, PyLong_AsVoidPtr
from cpython.number cimport PyNumber_Index

from wtsfast._sdk.windows cimport DWORD, HWND, UINT64


cdef extern from "Python.h":
    bint PyIndex_Check(object number) noexcept


# Anything with __index__ but bool, as an int.
cdef inline object to_integer(object number, str what):
    if isinstance(number, bool) or not PyIndex_Check(number):
        raise TypeError(f"{what} must be an integer, not {type(number).__name__}")
    return PyNumber_Index(number)


# Session ids, pids and the like, in 32 unsigned bits.
cdef inline DWORD to_dword(object number, str what) except? 0xFFFFFFFF:
    cdef int overflow = 0
    cdef object value = to_integer(number, what)
    cdef long long wide = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow or wide < 0 or wide > 0xFFFFFFFF:
        raise OverflowError(f"{what} must fit 32 unsigned bits")  # without the number: it may have a million digits
    return <DWORD>wide


# A session id for the face: 0xFFFFFFFF would mean "my own", which nobody who passes a number means.
cdef inline DWORD to_session_id(object number, bint any_allowed) except? 0xFFFFFFFF:
    if number is None:
        raise TypeError("session_id is None: there is no such session")
    cdef DWORD session = to_dword(number, "session_id")
    if session == 0xFFFFFFFF:
        raise ValueError("session_id 0xFFFFFFFF would mean the caller's own session: use current_session_id()")
    if session == 0xFFFFFFFE and not any_allowed:
        raise ValueError("ANY_SESSION is not one session")
    return session


# A level of an enumeration: 0 or 1.
cdef inline int to_level(object level) except -1:
    cdef object number = to_integer(level, "level")
    if number != 0 and number != 1:
        raise ValueError("level must be 0 or 1")  # without the number: it may have a million digits
    return number


# A number of the smaller types: BYTE, USHORT.
cdef inline DWORD to_limited(object number, str what, DWORD limit) except? 0xFFFFFFFF:
    cdef DWORD value = to_dword(number, what)
    if value > limit:
        raise OverflowError(f"{what} must be at most {limit}; {value} is not")
    return value


cdef inline UINT64 to_uint64(object number, str what) except? 0xFFFFFFFFFFFFFFFF:
    cdef object value = to_integer(number, what)
    if value < 0 or value > 0xFFFFFFFFFFFFFFFF:
        raise OverflowError(f"{what} must fit 64 unsigned bits")
    return PyLong_AsUnsignedLongLong(value)


cdef inline long long to_int64(object number, str what) except? -1:
    cdef int overflow = 0
    cdef long long value = PyLong_AsLongLongAndOverflow(to_integer(number, what), &overflow)
    if overflow:
        raise OverflowError(f"{what} must fit 64 signed bits")
    return value


# A window's number. Libraries give it signed or unsigned; OverflowError for what no pointer can be.
cdef inline HWND to_hwnd(object number) except? NULL:
    return PyLong_AsVoidPtr(to_integer(number, "hwnd"))
