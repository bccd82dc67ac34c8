# What both ends of a virtual channel share: sizes, and the header in front of what the server reads.

from wtsfast._sdk.windows cimport UINT32

cdef extern from "wtsfast_sdk.h":
    enum:
        CHANNEL_NAME_LEN
        CHANNEL_CHUNK_LENGTH
        CHANNEL_PDU_LENGTH

    # length is that of the whole message, not of the chunk.
    ctypedef struct CHANNEL_PDU_HEADER:
        UINT32 length
        UINT32 flags
