"""The distinct names or SIDs among many, numbered from 0 as they are first seen. All without the GIL."""

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memset

from wtsfast._keys cimport KEY_BYTES, KEY_UNITS, Key, mix, same_key, same_tail, sid_key, text_key
from wtsfast._sdk.windows cimport WCHAR
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


# Where values are sought whose key another value has already: names that begin with the same 16 letters, say. By their
# keys alone they would all be sought in one place.
cdef uint32_t hash_of_tail(bint is_text, const void* native, const Key* key) noexcept nogil:
    cdef const WCHAR* unit = <const WCHAR*>native + KEY_UNITS
    cdef const uint8_t* sid = <const uint8_t*>native
    cdef uint64_t hash = mix(key)
    cdef Py_ssize_t i
    if is_text:
        while unit[0]:
            hash = (hash ^ unit[0]) * <uint64_t>0x9E3779B97F4A7C15
            unit += 1
    else:
        for i in range(KEY_BYTES, sid_size(sid)):
            hash = (hash ^ sid[i]) * <uint64_t>0x9E3779B97F4A7C15
    return <uint32_t>(hash ^ (hash >> 32))


# The free slot for a value that the table lacks, found on the way on which it will be sought.
cdef uint32_t free_slot(const Distinct* table, const void* native, const Key* key) noexcept nogil:
    cdef uint32_t at = <uint32_t>mix(key) & table.mask
    while table.slots[at]:
        if same_key(&table.entries[table.slots[at] - 1].key, key):
            at = hash_of_tail(table.is_text, native, key) & table.mask
            while table.slots[at]:
                at = (at + 1) & table.mask
            return at
        at = (at + 1) & table.mask
    return at


# Twice the room. The slots stay half empty.
cdef bint grow(Distinct* table) noexcept nogil:
    cdef int32_t capacity = table.capacity * 2, i
    cdef uint32_t mask = <uint32_t>capacity * 2 - 1
    cdef uint32_t* slots
    cdef Entry* entries = <Entry*>realloc(table.entries, capacity * sizeof(Entry))
    if entries == NULL:
        return False
    table.entries = entries
    slots = <uint32_t*>calloc(<size_t>mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return False
    free(table.slots)
    table.slots = slots
    table.mask = mask
    table.capacity = capacity
    for i in range(table.count):  # in their order: which of those with one key came first decides where it lies
        slots[free_slot(table, entries[i].native, &entries[i].key)] = <uint32_t>i + 1
    return True


# The number of a value by its key, a new one if it has none yet; NO_MEMORY.
cdef inline int32_t look_up(
    Distinct* table, bint is_text, const void* native, const Key* key, bint longer
) noexcept nogil:
    cdef uint32_t at = <uint32_t>mix(key) & table.mask
    cdef Entry* entry
    while table.slots[at]:
        entry = &table.entries[table.slots[at] - 1]
        if same_key(&entry.key, key):
            if not longer or same_tail(is_text, entry.native, native):
                return <int32_t>(table.slots[at] - 1)
            return look_up_by_tail(table, native, key)
        at = (at + 1) & table.mask
    return add(table, native, key)


cdef int32_t look_up_by_tail(Distinct* table, const void* native, const Key* key) noexcept nogil:
    cdef uint32_t at = hash_of_tail(table.is_text, native, key) & table.mask
    cdef Entry* entry
    while table.slots[at]:
        entry = &table.entries[table.slots[at] - 1]
        if same_key(&entry.key, key) and same_tail(table.is_text, entry.native, native):
            return <int32_t>(table.slots[at] - 1)
        at = (at + 1) & table.mask
    return add(table, native, key)


cdef int32_t add(Distinct* table, const void* native, const Key* key) noexcept nogil:
    cdef uint32_t at
    if table.count == table.capacity and not grow(table):
        return NO_MEMORY
    at = free_slot(table, native, key)
    table.entries[table.count].key = key[0]
    table.entries[table.count].native = native
    table.count += 1
    table.slots[at] = <uint32_t>table.count
    return table.count - 1


cdef inline int32_t number_of_text(Distinct* table, const WCHAR* text) noexcept nogil:
    cdef Key key
    cdef bint longer
    if text == NULL:
        return NO_VALUE
    longer = text_key(text, &key)
    return look_up(table, True, text, &key, longer)


cdef inline int32_t number_of_sid(Distinct* table, const uint8_t* sid) noexcept nogil:
    cdef Key key
    cdef bint longer
    cdef int size = sid_size(sid)
    if size == 0:
        return NO_VALUE
    longer = sid_key(sid, size, &key)
    return look_up(table, False, sid, &key, longer)


cdef int32_t number_of(Distinct* table, const void* native) noexcept nogil:
    if table.is_text:
        return number_of_text(table, <const WCHAR*>native)
    return number_of_sid(table, <const uint8_t*>native)


cdef Py_ssize_t number_texts(
    Distinct* table, const char* field, Py_ssize_t count, int stride, int32_t* out
) noexcept nogil:
    cdef Py_ssize_t missing = 0, i
    cdef int32_t number
    for i in range(count):
        number = number_of_text(table, (<const WCHAR* const*>field)[0])
        out[i] = number
        if number < 0:
            if number == NO_MEMORY:
                return NO_MEMORY
            missing += 1
        field += stride
    return missing


cdef Py_ssize_t number_sids(
    Distinct* table, const char* field, Py_ssize_t count, int stride, int32_t* out
) noexcept nogil:
    cdef Py_ssize_t missing = 0, i
    cdef int32_t number
    for i in range(count):
        number = number_of_sid(table, (<const uint8_t* const*>field)[0])
        out[i] = number
        if number < 0:
            if number == NO_MEMORY:
                return NO_MEMORY
            missing += 1
        field += stride
    return missing


cdef Py_ssize_t number_column(
    Distinct* table, const char* field, Py_ssize_t count, int stride, int32_t* out
) noexcept nogil:
    if table.is_text:
        return number_texts(table, field, count, stride, out)
    return number_sids(table, field, count, stride, out)
