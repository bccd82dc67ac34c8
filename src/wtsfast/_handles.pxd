# Handles: one owner each, closed once, by whoever uses it last.
from wtsfast._sdk.windows cimport DWORD, HANDLE, INVALID_HANDLE_VALUE


cdef class OwnedHandle:
    cdef HANDLE value
    cdef int users  # calls under way
    cdef bint is_closed
    cdef object __weakref__

    # Between enter and leave the handle stays open whatever other threads do. enter raises ValueError when closed.
    cdef HANDLE enter(self) except NULL
    cdef int leave(self) except -1
    # Mark the owner closed. The native handle, for the caller to close, or NULL: closed before, or still in a call.
    cdef HANDLE retire(self) except? NULL
    # What closes a handle of this kind.
    cdef void destroy(self, HANDLE value) noexcept nogil
    # What ends the calls that wait with this handle; close() calls it.
    cdef int cancel(self) except -1


# A call that waits, and that others may end: they set the event.
cdef class PendingWait:
    cdef HANDLE cancelled


cdef class ServerHandle(OwnedHandle):
    cdef readonly str name
    cdef readonly bint virtualization_host
    cdef set waits  # of PendingWait


cdef class Handle(OwnedHandle):
    pass


# Whether there is a handle at all. To kernel functions INVALID_HANDLE_VALUE would be this process itself.
cdef inline bint is_handle(HANDLE value) noexcept nogil:
    return value != NULL and value != INVALID_HANDLE_VALUE


# Raise unless a call succeeded and stored what `owner` is to own; whatever else it left there is nobody's.
cdef int check_stored(OwnedHandle owner, bint ok, str function, DWORD error) except -1
# None is this machine (NULL); anything but None and a ServerHandle is a TypeError.
cdef HANDLE enter_server(object server) except? NULL
cdef int leave_server(object server) except -1
# End all these waits.
cdef int cancel_waits(set waits) except -1
