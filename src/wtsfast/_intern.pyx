"""Each distinct name or SID of a snapshot becomes a Python object once.

A table of open addressing, keyed by the first 32 bytes of the native value, with the rest compared where it lies. The
keys' pointers lead into the snapshot's native memory, so a table lives and dies with its snapshot.
"""

cimport cython
from cpython.ref cimport Py_INCREF, Py_XDECREF, PyObject
from libc.stdint cimport uint8_t
from libc.stdlib cimport calloc, free

from wtsfast._keys cimport Key, mix, same_key, same_tail, sid_key, text_key
from wtsfast._sdk.windows cimport WCHAR
from wtsfast._text cimport decode_or_none
from wtsfast.sid cimport sid_or_none, sid_size, sid_text

cdef enum:
    FIRST_SLOTS = 64
    LIMIT = 1024  # distinct values; beyond, names hardly repeat and the table only costs


@cython.final
@cython.no_gc
cdef class Interner:
    @staticmethod
    cdef Interner new(Form form):
        cdef Interner self = Interner.__new__(Interner)
        self.form = form
        self.slots = <Slot*>calloc(FIRST_SLOTS, sizeof(Slot))
        if self.slots == NULL:
            raise MemoryError
        self.mask = FIRST_SLOTS - 1
        return self

    def __dealloc__(self):
        cdef Py_ssize_t i
        if self.slots != NULL:
            for i in range(self.mask + 1):
                Py_XDECREF(<PyObject*>self.slots[i].value)
            free(self.slots)

    cdef object get(self, const void* native):
        cdef Key key
        cdef bint longer
        cdef int size
        cdef Py_ssize_t at
        cdef Slot* slot
        if native == NULL:
            return None
        if self.full:
            return self.make(native)
        if self.form == AS_TEXT:
            longer = text_key(<const WCHAR*>native, &key)
        else:
            size = sid_size(<const uint8_t*>native)
            if size == 0:
                return None
            longer = sid_key(<const uint8_t*>native, size, &key)
        at = <Py_ssize_t>mix(&key) & self.mask
        while True:
            slot = &self.slots[at]
            if slot.value == NULL:
                break
            if same_key(&slot.key, &key) and (
                not longer or same_tail(self.form == AS_TEXT, slot.native, native)
            ):
                return <object>slot.value
            at = (at + 1) & self.mask
        value = self.make(native)
        self.insert(&key, native, value)
        return value

    cdef object make(self, const void* native):
        if self.form == AS_TEXT:
            return decode_or_none(<const WCHAR*>native)
        if self.form == AS_SID:
            return sid_or_none(<const uint8_t*>native)
        return sid_text(<const uint8_t*>native) if sid_size(<const uint8_t*>native) else None

    cdef int insert(self, const Key* key, const void* native, object value) except -1:
        cdef Py_ssize_t at
        if self.used >= LIMIT:
            self.full = True
            return 0
        if self.used * 2 > self.mask:
            self.grow()
        at = <Py_ssize_t>mix(key) & self.mask
        while self.slots[at].value != NULL:
            at = (at + 1) & self.mask
        self.slots[at].key = key[0]
        self.slots[at].native = native
        Py_INCREF(value)
        self.slots[at].value = <void*>value
        self.used += 1
        return 0

    cdef int grow(self) except -1:
        cdef Py_ssize_t mask = self.mask * 2 + 1, at, i
        cdef Slot* bigger = <Slot*>calloc(mask + 1, sizeof(Slot))
        if bigger == NULL:
            raise MemoryError
        for i in range(self.mask + 1):
            if self.slots[i].value != NULL:
                at = <Py_ssize_t>mix(&self.slots[i].key) & mask
                while bigger[at].value != NULL:
                    at = (at + 1) & mask
                bigger[at] = self.slots[i]
        free(self.slots)
        self.slots = bigger
        self.mask = mask
        return 0
