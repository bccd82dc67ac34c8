"""Each distinct name or SID of a snapshot becomes a Python object once.

A table of open addressing, keyed by the first 32 bytes of the native value, with the rest compared where it lies. The
keys' pointers lead into the snapshot's native memory, so a table lives and dies with its snapshot.
"""

cimport cython
from cpython.ref cimport Py_INCREF, Py_XDECREF, PyObject
from libc.stdint cimport uint8_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcmp, memcpy, memset

from wtsfast._sdk.windows cimport WCHAR
from wtsfast._text cimport decode_or_none
from wtsfast.sid cimport sid_or_none, sid_size, sid_text

cdef enum:
    FIRST_SLOTS = 64
    LIMIT = 1024  # distinct values; beyond, names hardly repeat and the table only costs
    PAGE = 4096
    KEY_BYTES = 32
    KEY_UNITS = 16


# Zero every lane of 16 bits from the first that is zero; say whether there was one.
cdef inline bint cut_at_nul(uint64_t* word) noexcept nogil:
    cdef uint64_t zeros = (word[0] - <uint64_t>0x0001000100010001) & ~word[0] & <uint64_t>0x8000800080008000
    if not zeros:
        return False
    word[0] &= ((zeros & (~zeros + 1)) >> 15) - 1
    return True


# The key of a text. True: the text is longer than its key.
cdef inline bint text_key(const WCHAR* text, uint64_t* key) noexcept nogil:
    cdef int i
    if (<uintptr_t>text & (PAGE - 1)) <= PAGE - KEY_BYTES:
        memcpy(key, text, KEY_BYTES)
    else:  # the 32 bytes may cross into a page that is not ours: unit by unit, not past the NUL
        memset(key, 0, KEY_BYTES)
        for i in range(KEY_UNITS):
            if text[i] == 0:
                return False
            (<WCHAR*>key)[i] = text[i]
        return True
    for i in range(4):
        if cut_at_nul(&key[i]):
            while i < 3:
                i += 1
                key[i] = 0
            return False
    return True


# The key of a SID. True: the SID is longer than its key.
cdef inline bint sid_key(const uint8_t* sid, int size, uint64_t* key) noexcept nogil:
    if size >= KEY_BYTES:
        memcpy(key, sid, KEY_BYTES)
        return size > KEY_BYTES
    memset(key, 0, KEY_BYTES)
    memcpy(key, sid, size)
    return False


cdef inline uint64_t mix(const uint64_t* key) noexcept nogil:
    cdef uint64_t h = key[0] * <uint64_t>0x9E3779B97F4A7C15
    h = (h ^ (h >> 29) ^ key[1]) * <uint64_t>0xBF58476D1CE4E5B9
    h = (h ^ (h >> 31) ^ key[2]) * <uint64_t>0x94D049BB133111EB
    h = (h ^ (h >> 30) ^ key[3]) * <uint64_t>0x9E3779B97F4A7C15
    return h ^ (h >> 32)


cdef inline bint same_key(const uint64_t* a, const uint64_t* b) noexcept nogil:
    return not ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]))


# Whether two values with the same key agree behind it as well.
cdef bint same_tail(Form form, const void* a, const void* b) noexcept nogil:
    cdef const WCHAR* x
    cdef const WCHAR* y
    if form != AS_TEXT:
        return not memcmp(a, b, 8 + 4 * (<const uint8_t*>a)[1])  # the counts are in the keys
    x = <const WCHAR*>a + KEY_UNITS
    y = <const WCHAR*>b + KEY_UNITS
    while x[0] == y[0]:
        if x[0] == 0:
            return True
        x += 1
        y += 1
    return False


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
        cdef uint64_t key[4]
        cdef bint longer
        cdef int size
        cdef Py_ssize_t at
        cdef Slot* slot
        if native == NULL:
            return None
        if self.full:
            return self.make(native)
        if self.form == AS_TEXT:
            longer = text_key(<const WCHAR*>native, key)
        else:
            size = sid_size(<const uint8_t*>native)
            if size == 0:
                return None
            longer = sid_key(<const uint8_t*>native, size, key)
        at = <Py_ssize_t>mix(key) & self.mask
        while True:
            slot = &self.slots[at]
            if slot.value == NULL:
                break
            if same_key(slot.key, key) and (not longer or same_tail(self.form, slot.native, native)):
                return <object>slot.value
            at = (at + 1) & self.mask
        value = self.make(native)
        self.insert(key, native, value)
        return value

    cdef object make(self, const void* native):
        if self.form == AS_TEXT:
            return decode_or_none(<const WCHAR*>native)
        if self.form == AS_SID:
            return sid_or_none(<const uint8_t*>native)
        return sid_text(<const uint8_t*>native) if sid_size(<const uint8_t*>native) else None

    cdef int insert(self, const uint64_t* key, const void* native, object value) except -1:
        cdef Py_ssize_t at
        if self.used >= LIMIT:
            self.full = True
            return 0
        if self.used * 2 > self.mask:
            self.grow()
        at = <Py_ssize_t>mix(key) & self.mask
        while self.slots[at].value != NULL:
            at = (at + 1) & self.mask
        memcpy(self.slots[at].key, key, KEY_BYTES)
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
                at = <Py_ssize_t>mix(self.slots[i].key) & mask
                while bigger[at].value != NULL:
                    at = (at + 1) & mask
                bigger[at] = self.slots[i]
        free(self.slots)
        self.slots = bigger
        self.mask = mask
        return 0
