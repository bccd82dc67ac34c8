# A hash index of 32-bit numbers (pids, session ids) that lie in native rows. All without the GIL. Inline only.
from libc.stdint cimport uint32_t
from libc.stdlib cimport calloc


cdef struct Index:
    uint32_t* slots  # row + 1; 0 is free
    uint32_t mask


cdef inline uint32_t slot_of(uint32_t key, uint32_t mask) noexcept nogil:
    return <uint32_t>((key * <unsigned long long>0x9E3779B97F4A7C15) >> 32) & mask


# The row whose key equals `key`, or -1. `keys` is where the first row's key lies.
cdef inline Py_ssize_t find_row(const Index* index, const char* keys, int stride, uint32_t key) noexcept nogil:
    cdef uint32_t at = slot_of(key, index.mask)
    cdef Py_ssize_t row
    while index.slots[at]:
        row = <Py_ssize_t>index.slots[at] - 1
        if (<const uint32_t*>(keys + row * stride))[0] == key:
            return row
        at = (at + 1) & index.mask
    return -1


# False: out of memory. The slots are malloc's.
cdef inline bint build_index(Index* index, const char* keys, Py_ssize_t count, int stride) noexcept nogil:
    cdef uint32_t mask = 7, at, key
    cdef uint32_t* slots
    cdef Py_ssize_t i
    while mask < <unsigned long long>count * 2:
        mask = mask * 2 + 1
    slots = <uint32_t*>calloc(<size_t>mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return False
    for i in range(count):
        key = (<const uint32_t*>(keys + i * stride))[0]
        at = slot_of(key, mask)
        while slots[at] and (<const uint32_t*>(keys + (<Py_ssize_t>slots[at] - 1) * stride))[0] != key:
            at = (at + 1) & mask
        if not slots[at]:  # of several rows with one key, the first counts
            slots[at] = <uint32_t>i + 1
    index.slots = slots
    index.mask = mask
    return True
