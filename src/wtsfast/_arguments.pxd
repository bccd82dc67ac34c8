# Numbers from Python to Windows, checked. Inline functions only: this file is not a module.
from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.number cimport PyNumber_Index

from wtsfast._sdk.windows cimport DWORD


cdef extern from "Python.h":
    bint PyIndex_Check(object number) noexcept


# Session ids, pids and the like: anything with __index__ but bool, in 32 unsigned bits.
cdef inline DWORD to_dword(object number, str what) except? 0xFFFFFFFF:
    cdef int overflow = 0
    if isinstance(number, bool) or not PyIndex_Check(number):
        raise TypeError(f"{what} must be an integer, not {type(number).__name__}")
    cdef object value = PyNumber_Index(number)
    cdef long long wide = PyLong_AsLongLongAndOverflow(value, &overflow)
    if overflow or wide < 0 or wide > 0xFFFFFFFF:
        raise OverflowError(f"{what} must fit 32 unsigned bits; {value} does not")
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
