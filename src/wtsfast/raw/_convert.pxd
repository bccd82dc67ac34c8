# Conversions that the raw functions share: arguments on the way in, text and records on the way out.
from wtsfast._memory cimport RawBuffer
from wtsfast._sdk.windows cimport BOOL, DWORD


# ---- in ----

# A text argument as Windows wants it. The owner frees the copy, and wipes it first where it is a secret.
cdef class NativeText:
    cdef void* ptr  # WCHAR* or char*, NUL-terminated; NULL for None
    cdef Py_ssize_t size  # bytes, without the NUL
    cdef bint secret


# Zeros, to be filled with another kind of value.
cdef NativeText native_block(Py_ssize_t size)
# A copy of bytes that may hold anything.
cdef NativeText native_bytes(object data, str what)
# str for the wide form, bytes for the ANSI one. `what` names the argument in errors.
cdef NativeText native_text(object text, str what, bint wide)
# The same, where None is NULL.
cdef NativeText native_text_or_null(object text, str what, bint wide)
# Text into an array of `size` bytes, inside a structure of zeros; ValueError where it does not fit with its NUL.
cdef int put_array_text(void* array, Py_ssize_t size, object text, str what, bint wide) except -1


# The name of a server, str or bytes or None, as errors show it.
cdef str printable(object server_name)


# A password as Windows wants it. A bytearray that it comes from cannot move or shrink until wipe(), which overwrites
# both with zeros.
cdef class SecretText(NativeText):
    cdef Py_buffer source
    cdef bint exported

    cdef void wipe(self) noexcept


# From str or, in UTF-8, bytearray for the wide form; from bytes or bytearray for the ANSI one.
cdef SecretText secret_text(object text, str what, bint wide)
# The length of a text as the API counts it.
cdef DWORD byte_length(NativeText text, str what) except? 0xFFFFFFFF
# A session id for the server that is asked: WTS_CURRENT_SESSION is for this machine only.
cdef DWORD to_session(object server, object session_id) except? 0xFFFFFFFF
# The same for functions that do not document WTS_CURRENT_SESSION: it becomes the caller's own session.
cdef DWORD to_actual_session(object server, object session_id) except? 0xFFFFFFFF
# A switch: True, False, 1 or 0.
cdef BOOL to_switch(object value, str what) except -1
# Refuse unless the caller has said that an undocumented function is to be called.
cdef int check_undocumented(object undocumented, str function) except -1

# ---- out ----

# The size of a buffer that a call has filled with entries of this size.
cdef int measure(RawBuffer buffer, Py_ssize_t entry_size) except -1

# NUL-terminated text, or None for NULL.
cdef object text_or_none(const void* text, bint wide)
# Text inside a structure: at most `size` bytes, and not beyond a NUL.
cdef object array_text(const void* text, Py_ssize_t size, bint wide)
# A record of wtsfast.raw.
cdef object record(object kind, tuple values)
# Raise for a result that is shorter than what it should hold.
cdef int check_size(str function, object server, str what, Py_ssize_t size, Py_ssize_t expected) except -1
