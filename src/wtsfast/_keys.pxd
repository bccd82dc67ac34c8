# Names and SIDs compared, and as keys of hash tables: the first 32 bytes, with the rest compared where it lies. Inline
# only.
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.string cimport memcmp, memcpy, memset

from wtsfast._sdk.windows cimport WCHAR
from wtsfast.sid cimport sid_size

cdef enum:
    PAGE = 4096
    KEY_BYTES = 32
    KEY_UNITS = 16
    ACCOUNT_SID = 28  # bytes, of an account of a domain or machine, as most are


cdef struct Key:
    uint64_t words[4]


# Whether KEY_BYTES from here on may lie in a page that is not ours.
cdef inline bint may_cross_page(const void* place) noexcept nogil:
    return (<uintptr_t>place & (PAGE - 1)) > PAGE - KEY_BYTES


# The highest bit of each lane of 16 bits that is zero; of others too, but only above the first.
cdef inline uint64_t zero_lanes(uint64_t word) noexcept nogil:
    return (word - <uint64_t>0x0001000100010001) & ~word & <uint64_t>0x8000800080008000


# All bits below the first zero lane.
cdef inline uint64_t below(uint64_t zeros) noexcept nogil:
    return ((zeros & (~zeros + 1)) >> 15) - 1


# Four units of a text, what follows its NUL as zero. True: the NUL is among them.
cdef inline bint put_word(const WCHAR* text, uint64_t* out) noexcept nogil:
    cdef uint64_t word, zeros
    memcpy(&word, text, sizeof(word))
    zeros = zero_lanes(word)
    if not zeros:
        out[0] = word
        return False
    out[0] = word & below(zeros)
    return True


# The key of a text. True: the text is longer than its key.
cdef inline bint text_key(const WCHAR* text, Key* key) noexcept nogil:
    if may_cross_page(text):
        return careful_text_key(text, key)
    key.words[1] = key.words[2] = key.words[3] = 0
    return not (
        put_word(text, &key.words[0])
        or put_word(text + 4, &key.words[1])
        or put_word(text + 8, &key.words[2])
        or put_word(text + 12, &key.words[3])
    )


# The same, unit by unit and not past the NUL.
cdef inline bint careful_text_key(const WCHAR* text, Key* key) noexcept nogil:
    cdef WCHAR units[KEY_UNITS]
    cdef int i
    memset(units, 0, KEY_BYTES)
    for i in range(KEY_UNITS):
        if text[i] == 0:
            break
        units[i] = text[i]
    memcpy(key, units, KEY_BYTES)  # never through a WCHAR*: compilers may then read the old words
    return units[KEY_UNITS - 1] != 0


# The key of a SID. True: the SID is longer than its key.
cdef inline bint sid_key(const uint8_t* sid, int size, Key* key) noexcept nogil:
    if size == ACCOUNT_SID:  # without a loop
        memcpy(key, sid, 24)
        key.words[3] = (<const uint32_t*>(sid + 24))[0]
        return False
    if size >= KEY_BYTES:
        memcpy(key, sid, KEY_BYTES)
        return size > KEY_BYTES
    memset(key, 0, KEY_BYTES)
    memcpy(key, sid, size)
    return False


# Four products that need not wait for each other. Their high halves are well mixed.
cdef inline uint64_t mix(const Key* key) noexcept nogil:
    cdef uint64_t h = key.words[0] * <uint64_t>0x9E3779B97F4A7C15
    h += key.words[1] * <uint64_t>0xBF58476D1CE4E5B9
    h += key.words[2] * <uint64_t>0x94D049BB133111EB
    h += key.words[3] * <uint64_t>0xD6E8FEB86659FD93
    return h ^ (h >> 32)


cdef inline bint same_key(const Key* a, const Key* b) noexcept nogil:
    return not (
        (a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1])
        | (a.words[2] ^ b.words[2]) | (a.words[3] ^ b.words[3])
    )


# Whether two values with the same key agree behind it as well.
cdef inline bint same_tail(bint is_text, const void* a, const void* b) noexcept nogil:
    if is_text:
        return same_units(<const WCHAR*>a + KEY_UNITS, <const WCHAR*>b + KEY_UNITS)
    return not memcmp(a, b, 8 + 4 * (<const uint8_t*>a)[1])  # the counts are in the keys


# Unit by unit, up to the NUL.
cdef inline bint same_units(const WCHAR* x, const WCHAR* y) noexcept nogil:
    while x[0] == y[0]:
        if x[0] == 0:
            return True
        x += 1
        y += 1
    return False


cdef extern from *:
    """
    #ifndef WTSFAST_KEYS
    #define WTSFAST_KEYS
    /* Eight units of two texts: 0 when they differ, 1 when both end in them alike, 2 when they agree and go on. Every
       x64 processor has SSE2; with it a difference of two lists of processes takes a tenth less time. */
    #if defined(_M_X64) || defined(__x86_64__)
    #include <emmintrin.h>
    static CYTHON_INLINE int wtsfast_same_eight(const void *a, const void *b) {
        const __m128i x = _mm_loadu_si128((const __m128i *)a), y = _mm_loadu_si128((const __m128i *)b);
        const unsigned differ = 0xFFFFu ^ (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi16(x, y));
        const unsigned ends = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi16(x, _mm_setzero_si128()));
        if (ends)
            return !(differ & (ends ^ (ends - 1))); /* what follows the first NUL does not count */
        return differ ? 0 : 2;
    }
    #else
    static CYTHON_INLINE int wtsfast_same_eight(const void *a, const void *b) {
        const unsigned short *x = (const unsigned short *)a, *y = (const unsigned short *)b;
        int i;
        for (i = 0; i < 8; ++i)
            if (x[i] != y[i] || x[i] == 0)
                return x[i] == y[i];
        return 2;
    }
    #endif
    #endif
    """
    int same_eight "wtsfast_same_eight" (const void* a, const void* b) noexcept nogil


# Whether two texts are equal, or both NULL.
cdef inline bint same_text(const void* a, const void* b) noexcept nogil:
    cdef const WCHAR* x = <const WCHAR*>a
    cdef const WCHAR* y = <const WCHAR*>b
    cdef int same
    if x == y:
        return True
    if x == NULL or y == NULL:
        return False
    if may_cross_page(x) or may_cross_page(y):
        return same_units(x, y)
    same = same_eight(x, y)
    if same == 2:
        same = same_eight(x + 8, y + 8)
    if same == 2:
        return same_units(x + KEY_UNITS, y + KEY_UNITS)
    return same


# Whether two SIDs are equal, or both none.
cdef inline bint same_sid(const void* a, const void* b) noexcept nogil:
    cdef const uint8_t* x = <const uint8_t*>a
    cdef const uint8_t* y = <const uint8_t*>b
    cdef int size
    if x != NULL and y != NULL and is_account(x) and is_account(y):  # too short for a call of memcmp to pay
        return not ((word_at(x) ^ word_at(y)) | (word_at(x + 8) ^ word_at(y + 8)) | (word_at(x + 16) ^ word_at(y + 16))
                    | (word_at(x + ACCOUNT_SID - 8) ^ word_at(y + ACCOUNT_SID - 8)))
    size = sid_size(x)
    return size == sid_size(y) and (size == 0 or not memcmp(x, y, size))


# Whether a SID has the revision and the number of parts of most accounts.
cdef inline bint is_account(const uint8_t* sid) noexcept nogil:
    return (<const uint16_t*>sid)[0] == (ACCOUNT_SID - 8) // 4 * 256 + 1


cdef inline uint64_t word_at(const uint8_t* place) noexcept nogil:
    cdef uint64_t word
    memcpy(&word, place, sizeof(word))
    return word
