"""Each distinct name or SID of a snapshot becomes a Python object once.

A table of open addressing, keyed by the first 32 bytes of the native value, with the rest compared where it lies. The
keys' pointers lead into the snapshot's native memory, so a table lives and dies with its snapshot.
"""

cimport cython
from cpython.ref cimport Py_XDECREF
from libc.stdint cimport uint8_t, uint64_t
from libc.stdlib cimport calloc, free

from wtsfast._keys cimport Key, mix
from wtsfast._objects cimport new_reference
from wtsfast._sdk.windows cimport WCHAR
from wtsfast._text cimport decode_or_none
from wtsfast.sid cimport sid_or_none, sid_text

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
        cdef uint64_t i
        if self.slots != NULL:
            for i in range(self.mask + 1):
                Py_XDECREF(self.slots[i].value)
            free(self.slots)

    cdef object make(self, const void* native):
        if self.form == AS_TEXT:
            return decode_or_none(<const WCHAR*>native)
        if self.form == AS_SID:
            return sid_or_none(<const uint8_t*>native)
        return sid_text(<const uint8_t*>native)

    cdef object learn(self, const Key* key, const void* native):
        cdef uint64_t at
        value = self.make(native)
        if self.used >= LIMIT:
            self.full = True
            return value
        if self.used * 2 > self.mask:
            self.grow()
        at = self.free_slot(key)
        self.slots[at].key = key[0]
        self.slots[at].native = native
        self.slots[at].value = new_reference(value)
        self.used += 1
        return value

    cdef uint64_t free_slot(self, const Key* key) noexcept:
        cdef uint64_t at = mix(key) & self.mask
        while self.slots[at].value != NULL:
            at = (at + 1) & self.mask
        return at

    cdef int grow(self) except -1:
        cdef Slot* old = self.slots
        cdef uint64_t size = self.mask + 1, i
        cdef Slot* bigger = <Slot*>calloc(size * 2, sizeof(Slot))
        if bigger == NULL:
            raise MemoryError
        self.slots = bigger
        self.mask = size * 2 - 1
        for i in range(size):
            if old[i].value != NULL:
                bigger[self.free_slot(&old[i].key)] = old[i]
        free(old)
        return 0
