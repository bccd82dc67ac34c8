# Each distinct name or SID of a snapshot becomes a Python object once.
from cpython.object cimport PyObject
from libc.stdint cimport uint8_t, uint64_t

from wtsfast._keys cimport Key, mix, same_key, same_tail, sid_key, text_key
from wtsfast._objects cimport new_reference, new_reference_to
from wtsfast._sdk.windows cimport WCHAR
from wtsfast.sid cimport sid_size


# How the values of a table look in Python.
cdef enum Form:
    AS_TEXT  # WCHAR text -> str
    AS_SID  # SID -> Sid
    AS_SID_TEXT  # SID -> str


# The first 32 bytes of the native value, and where it lies for those that are longer.
cdef struct Slot:
    Key key
    const void* native
    PyObject* value  # owned; NULL: free


cdef class Interner:
    cdef Slot* slots
    cdef uint64_t mask
    cdef uint64_t used
    cdef Form form
    cdef bint full  # too many distinct values: a table only costs then

    @staticmethod
    cdef Interner new(Form form)
    # A value that the table lacks: made, and kept while there is room.
    cdef object learn(self, const Key* key, const void* native)
    cdef object make(self, const void* native)
    cdef uint64_t free_slot(self, const Key* key) noexcept
    cdef int grow(self) except -1


# The value in the table, borrowed; NULL when it lacks it.
cdef inline PyObject* look_up(Interner table, const Key* key, bint longer, const void* native) noexcept:
    cdef uint64_t at = mix(key) & table.mask
    cdef const Slot* slot = &table.slots[at]
    while slot.value != NULL:
        if same_key(&slot.key, key) and (not longer or same_tail(table.form == AS_TEXT, slot.native, native)):
            return slot.value
        at = (at + 1) & table.mask
        slot = &table.slots[at]
    return NULL


# A new reference to the value of a text; None for NULL.
cdef inline PyObject* intern_text(Interner table, const WCHAR* text) except NULL:
    cdef Key key
    cdef bint longer
    cdef PyObject* known
    if text == NULL:
        return new_reference(None)
    if table.full:
        return new_reference(table.make(text))
    longer = text_key(text, &key)
    known = look_up(table, &key, longer, text)
    if known == NULL:
        return new_reference(table.learn(&key, text))
    return new_reference_to(known)


# A new reference to the value of a SID; None for NULL and for what is no SID.
cdef inline PyObject* intern_sid(Interner table, const uint8_t* sid) except NULL:
    cdef Key key
    cdef bint longer
    cdef PyObject* known
    cdef int size = sid_size(sid)
    if size == 0:
        return new_reference(None)
    if table.full:
        return new_reference(table.make(sid))
    longer = sid_key(sid, size, &key)
    known = look_up(table, &key, longer, sid)
    if known == NULL:
        return new_reference(table.learn(&key, sid))
    return new_reference_to(known)
