"""The distinct names or SIDs among many, numbered from 0 as they are first seen. All without the GIL."""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset

from wtsfast._keys cimport Key, mix, native_key, same_key, same_tail
from wtsfast.sid cimport sid_size

cdef enum:
    FIRST_ENTRIES = 128


cdef bint start_distinct(Distinct* table, bint is_text) noexcept nogil:
    memset(table, 0, sizeof(Distinct))
    table.is_text = is_text
    table.capacity = FIRST_ENTRIES
    table.mask = FIRST_ENTRIES * 2 - 1
    table.entries = <Entry*>malloc(FIRST_ENTRIES * sizeof(Entry))
    table.slots = <uint32_t*>calloc(FIRST_ENTRIES * 2, sizeof(uint32_t))
    return table.entries != NULL and table.slots != NULL


cdef void free_distinct(Distinct* table) noexcept nogil:
    free(table.entries)
    free(table.slots)
    table.entries = NULL
    table.slots = NULL


# Twice the room. The slots stay half empty.
cdef bint grow(Distinct* table) noexcept nogil:
    cdef int32_t capacity = table.capacity * 2, i
    cdef uint32_t mask = <uint32_t>capacity * 2 - 1, at
    cdef uint32_t* slots
    cdef Entry* entries = <Entry*>realloc(table.entries, capacity * sizeof(Entry))
    if entries == NULL:
        return False
    table.entries = entries
    slots = <uint32_t*>calloc(<size_t>mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return False
    for i in range(table.count):
        at = <uint32_t>mix(&entries[i].key) & mask
        while slots[at]:
            at = (at + 1) & mask
        slots[at] = <uint32_t>i + 1
    free(table.slots)
    table.slots = slots
    table.mask = mask
    table.capacity = capacity
    return True


cdef int32_t number_of(Distinct* table, const void* native) noexcept nogil:
    cdef Key key
    cdef bint longer
    cdef uint32_t at
    cdef Entry* entry
    cdef int sid_bytes = 0
    if native == NULL:
        return NO_VALUE
    if not table.is_text:
        sid_bytes = sid_size(<const uint8_t*>native)
        if sid_bytes == 0:
            return NO_VALUE
    longer = native_key(table.is_text, native, sid_bytes, &key)
    at = <uint32_t>mix(&key) & table.mask
    while table.slots[at]:
        entry = &table.entries[table.slots[at] - 1]
        if same_key(&entry.key, &key) and (not longer or same_tail(table.is_text, entry.native, native)):
            return <int32_t>(table.slots[at] - 1)
        at = (at + 1) & table.mask
    if table.count == table.capacity:
        if not grow(table):
            return NO_MEMORY
        at = <uint32_t>mix(&key) & table.mask
        while table.slots[at]:
            at = (at + 1) & table.mask
    table.entries[table.count].key = key
    table.entries[table.count].native = native
    table.count += 1
    table.slots[at] = <uint32_t>table.count
    return table.count - 1
