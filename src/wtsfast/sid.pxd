# Security identifiers: the value, its text, and the account that it names.
from libc.stdint cimport uint8_t

cdef enum:
    SID_MAX_BYTES = 68  # revision, count, authority and 15 sub-authorities
    SID_MAX_TEXT = 192  # "S-255-" + 281474976710655 + 15 times "-4294967295", with room


# Bytes of a SID in native memory; 0 for NULL and for what is no SID, of which only two bytes are touched then.
cdef inline int sid_size(const uint8_t* sid) noexcept nogil:
    if sid == NULL or sid[0] != 1 or sid[1] > 15:
        return 0
    return 8 + 4 * sid[1]


# The text of a valid SID, without a NUL, into the SID_MAX_TEXT bytes before `end`; returns where it starts.
cdef char* format_sid(const uint8_t* sid, char* end) noexcept nogil


cdef class Sid:
    cdef uint8_t data[SID_MAX_BYTES]
    cdef int size
    cdef Py_hash_t hash_value

    @staticmethod
    cdef Sid from_native(const uint8_t* sid, int size)


# "S-1-5-18" of a valid SID in native memory, without making a Sid.
cdef str sid_text(const uint8_t* sid)
# A Sid, or None for NULL and for what is no SID.
cdef Sid sid_or_none(const uint8_t* sid)
