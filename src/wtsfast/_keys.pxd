# Names and SIDs as keys of hash tables: the first 32 bytes, with the rest compared where it lies. Inline only.
from libc.stdint cimport uint8_t, uint64_t, uintptr_t
from libc.string cimport memcmp, memcpy, memset

from wtsfast._sdk.windows cimport WCHAR

cdef enum:
    PAGE = 4096
    KEY_BYTES = 32
    KEY_UNITS = 16


cdef struct Key:
    uint64_t words[4]


# Zero every lane of 16 bits from the first that is zero; say whether there was one.
cdef inline bint cut_at_nul(uint64_t* word) noexcept nogil:
    cdef uint64_t zeros = (word[0] - <uint64_t>0x0001000100010001) & ~word[0] & <uint64_t>0x8000800080008000
    if not zeros:
        return False
    word[0] &= ((zeros & (~zeros + 1)) >> 15) - 1
    return True


# The key of a text. True: the text is longer than its key.
cdef inline bint text_key(const WCHAR* text, Key* key) noexcept nogil:
    cdef int i
    cdef WCHAR units[KEY_UNITS]
    if (<uintptr_t>text & (PAGE - 1)) <= PAGE - KEY_BYTES:
        memcpy(key, text, KEY_BYTES)
    else:  # the 32 bytes may cross into a page that is not ours: unit by unit, not past the NUL
        memset(units, 0, KEY_BYTES)
        for i in range(KEY_UNITS):
            if text[i] == 0:
                break
            units[i] = text[i]
        memcpy(key, units, KEY_BYTES)  # never through a WCHAR*: compilers may then read the old words
        return units[KEY_UNITS - 1] != 0
    for i in range(4):
        if cut_at_nul(&key.words[i]):
            while i < 3:
                i += 1
                key.words[i] = 0
            return False
    return True


# The key of a SID. True: the SID is longer than its key.
cdef inline bint sid_key(const uint8_t* sid, int size, Key* key) noexcept nogil:
    if size >= KEY_BYTES:
        memcpy(key, sid, KEY_BYTES)
        return size > KEY_BYTES
    memset(key, 0, KEY_BYTES)
    memcpy(key, sid, size)
    return False


cdef inline uint64_t mix(const Key* key) noexcept nogil:
    cdef uint64_t h = key.words[0] * <uint64_t>0x9E3779B97F4A7C15
    h = (h ^ (h >> 29) ^ key.words[1]) * <uint64_t>0xBF58476D1CE4E5B9
    h = (h ^ (h >> 31) ^ key.words[2]) * <uint64_t>0x94D049BB133111EB
    h = (h ^ (h >> 30) ^ key.words[3]) * <uint64_t>0x9E3779B97F4A7C15
    return h ^ (h >> 32)


cdef inline bint same_key(const Key* a, const Key* b) noexcept nogil:
    return not (
        (a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1])
        | (a.words[2] ^ b.words[2]) | (a.words[3] ^ b.words[3])
    )


# Whether two values with the same key agree behind it as well.
cdef inline bint same_tail(bint is_text, const void* a, const void* b) noexcept nogil:
    cdef const WCHAR* x
    cdef const WCHAR* y
    if not is_text:
        return not memcmp(a, b, 8 + 4 * (<const uint8_t*>a)[1])  # the counts are in the keys
    x = <const WCHAR*>a + KEY_UNITS
    y = <const WCHAR*>b + KEY_UNITS
    while x[0] == y[0]:
        if x[0] == 0:
            return True
        x += 1
        y += 1
    return False


# The key of a text or of a valid SID of this size. True: the value is longer than its key.
cdef inline bint native_key(bint is_text, const void* native, int sid_bytes, Key* key) noexcept nogil:
    return text_key(<const WCHAR*>native, key) if is_text else sid_key(<const uint8_t*>native, sid_bytes, key)
