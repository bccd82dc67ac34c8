# Each distinct name or SID of a snapshot becomes a Python object once.
from wtsfast._keys cimport Key


# How the values of a table look in Python.
cdef enum Form:
    AS_TEXT  # WCHAR text -> str
    AS_SID  # SID -> Sid
    AS_SID_TEXT  # SID -> str


# The first 32 bytes of the native value, and where it lies for those that are longer.
cdef struct Slot:
    Key key
    const void* native
    void* value  # owned reference; NULL: free


cdef class Interner:
    cdef Slot* slots
    cdef Py_ssize_t mask
    cdef Py_ssize_t used
    cdef Form form
    cdef bint full  # too many distinct values: a table only costs then

    @staticmethod
    cdef Interner new(Form form)
    # The Python value of a native pointer; None for NULL.
    cdef object get(self, const void* native)
    cdef object make(self, const void* native)
    cdef int insert(self, const Key* key, const void* native, object value) except -1
    cdef int grow(self) except -1
