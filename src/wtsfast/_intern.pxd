# Each distinct name or SID of a snapshot becomes a Python object once. Inline only.
#
# A table of open addressing, keyed by the first 32 bytes of the native value, with the rest compared where it lies. The
# keys' pointers lead into the snapshot's native memory, so a table lives and dies with its snapshot. The GIL keeps
# threads from changing one at the same time: without it there is no table.
from cpython.object cimport PyObject
from cpython.ref cimport Py_XDECREF
from libc.stdint cimport uint8_t, uint64_t
from libc.stdlib cimport calloc, free

from wtsfast._keys cimport Key, mix, same_key, same_tail, sid_key, text_key
from wtsfast._objects cimport HAS_GIL, new_reference, new_reference_to
from wtsfast._sdk.windows cimport WCHAR
from wtsfast._text cimport decode_or_none
from wtsfast.sid cimport sid_or_none, sid_size, sid_text

cdef enum:
    FIRST_SLOTS = 64
    LIMIT = 1024  # distinct values; beyond, names hardly repeat and the table only costs


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


# All zero at first.
cdef struct Interner:
    Slot* slots
    uint64_t mask
    uint64_t used
    bint full  # no more is looked up: too many distinct values, or too few rows


cdef inline void free_interner(Interner* table) noexcept:
    cdef uint64_t i
    if table.slots != NULL:
        for i in range(table.mask + 1):
            Py_XDECREF(table.slots[i].value)
        free(table.slots)


# The value in the table, borrowed; NULL when it lacks it.
cdef inline PyObject* look_up(
    const Interner* table, bint is_text, const Key* key, bint longer, const void* native
) noexcept:
    cdef uint64_t at = mix(key) & table.mask
    cdef const Slot* slot
    if table.slots == NULL:
        return NULL
    slot = &table.slots[at]
    while slot.value != NULL:
        if same_key(&slot.key, key) and (not longer or same_tail(is_text, slot.native, native)):
            return slot.value
        at = (at + 1) & table.mask
        slot = &table.slots[at]
    return NULL


cdef inline object make(Form form, const void* native):
    if form == AS_TEXT:
        return decode_or_none(<const WCHAR*>native)
    if form == AS_SID:
        return sid_or_none(<const uint8_t*>native)
    return sid_text(<const uint8_t*>native)


# A value that the table lacks: made, and kept while there is room.
cdef inline object learn(Interner* table, Form form, const Key* key, const void* native):
    cdef Slot* slot
    value = make(form, native)
    if table.used >= LIMIT:
        table.full = True
        return value
    if table.slots == NULL or table.used * 2 > table.mask:
        grow(table)
    slot = free_slot(table, key)
    slot.key = key[0]
    slot.native = native
    slot.value = new_reference(value)
    table.used += 1
    return value


cdef inline Slot* free_slot(const Interner* table, const Key* key) noexcept:
    cdef uint64_t at = mix(key) & table.mask
    while table.slots[at].value != NULL:
        at = (at + 1) & table.mask
    return &table.slots[at]


cdef inline int grow(Interner* table) except -1:
    cdef Slot* old = table.slots
    cdef uint64_t size = table.mask + 1 if old != NULL else 0, i
    cdef uint64_t more = size * 2 if size else FIRST_SLOTS
    cdef Slot* slots = <Slot*>calloc(more, sizeof(Slot))
    if slots == NULL:
        raise MemoryError
    table.slots = slots
    table.mask = more - 1
    for i in range(size):
        if old[i].value != NULL:
            free_slot(table, &old[i].key)[0] = old[i]
    free(old)
    return 0


# A new reference to the value of a text; None for NULL.
cdef inline PyObject* intern_text(Interner* table, const WCHAR* text) except NULL:
    cdef Key key
    cdef bint longer
    cdef PyObject* known
    if text == NULL:
        return new_reference(None)
    if table.full or not HAS_GIL:
        return new_reference(make(AS_TEXT, text))
    longer = text_key(text, &key)
    known = look_up(table, True, &key, longer, text)
    if known == NULL:
        return new_reference(learn(table, AS_TEXT, &key, text))
    return new_reference_to(known)


# A new reference to the value of a SID in one of the two forms; None for NULL and for what is no SID.
cdef inline PyObject* intern_sid(Interner* table, Form form, const uint8_t* sid) except NULL:
    cdef Key key
    cdef bint longer
    cdef PyObject* known
    cdef int size = sid_size(sid)
    if size == 0:
        return new_reference(None)
    if table.full or not HAS_GIL:
        return new_reference(make(form, sid))
    longer = sid_key(sid, size, &key)
    known = look_up(table, False, &key, longer, sid)
    if known == NULL:
        return new_reference(learn(table, form, &key, sid))
    return new_reference_to(known)
