"""Handles: one owner each, closed once, by whoever uses it last."""

cimport cython

from wtsfast._errors cimport raise_error
from wtsfast._sdk.windows cimport CloseHandle, CreateEventW, DWORD, ERROR_INVALID_DATA, HANDLE, SetEvent
from wtsfast._sdk.wtsapi32 cimport WTSCloseServer


cdef extern from "Python.h":
    int PyErr_ResourceWarning(object source, Py_ssize_t stack_level, const char* format, ...) except -1


cdef class OwnedHandle:
    """Own one native handle.

    ``close()`` marks the owner closed: new calls raise ``ValueError``; calls that are under way finish, and the last of
    them closes the native handle. An owner that dies open closes itself with a ``ResourceWarning``.
    """

    def __init__(self):
        raise TypeError(f"{type(self).__name__} cannot be made by hand: call the function that opens one")

    cdef HANDLE enter(self) except NULL:
        cdef HANDLE value = NULL
        with cython.critical_section(self):
            if not self.is_closed and self.value != NULL:
                self.users += 1
                value = self.value
        if value == NULL:
            raise ValueError(f"this {type(self).__name__} is closed")
        return value

    cdef int leave(self) except -1:
        cdef HANDLE last = NULL
        with cython.critical_section(self):
            self.users -= 1
            if self.is_closed and self.users == 0:
                last = self.value
                self.value = NULL
        if last != NULL:
            with nogil:
                self.destroy(last)
        return 0

    cdef void destroy(self, HANDLE value) noexcept nogil:
        CloseHandle(value)

    cdef HANDLE retire(self) except? NULL:
        cdef HANDLE last = NULL
        with cython.critical_section(self):
            if not self.is_closed:
                self.is_closed = True
                if self.users == 0:
                    last = self.value
                    self.value = NULL
        return last

    cdef int cancel(self) except -1:
        return 0

    def close(self):
        """Close the handle, or let the last call that uses it do so; closing again does nothing."""
        cdef HANDLE last = self.retire()
        if last == NULL:
            self.cancel()
            return
        with nogil:
            self.destroy(last)

    @property
    def closed(self):
        """Whether ``close`` was called."""
        return self.is_closed

    def __enter__(self):
        if self.is_closed:
            raise ValueError(f"this {type(self).__name__} is closed")
        return self

    def __exit__(self, *exc_info):
        self.close()

    def __del__(self):
        if self.value == NULL or self.is_closed:
            return
        try:
            PyErr_ResourceWarning(self, 1, "unclosed %R", <void*>self)
        finally:
            self.close()  # now: who records the warning keeps this object alive, and would be warned again

    def __dealloc__(self):
        # No call can be under way here: each holds a reference.
        cdef HANDLE last = self.value
        self.value = NULL
        if last != NULL:
            with nogil:
                self.destroy(last)

    def __repr__(self):
        return f"<{type(self).__name__} {'closed' if self.is_closed else 'open'}>"


@cython.final
@cython.no_gc
cdef class PendingWait:
    def __cinit__(self):
        self.cancelled = CreateEventW(NULL, True, False, NULL)
        if self.cancelled == NULL:
            raise MemoryError("Windows has no event left for the wait")

    def __dealloc__(self):
        if self.cancelled != NULL:
            CloseHandle(self.cancelled)


cdef int cancel_waits(set waits) except -1:
    for wait in tuple(waits):  # a copy: waits that end take themselves out
        SetEvent((<PendingWait>wait).cancelled)
    return 0


@cython.final
cdef class ServerHandle(OwnedHandle):
    """Own a handle to a Remote Desktop Services server, from ``WTSOpenServer`` or ``WTSOpenServerEx``."""

    def __cinit__(self):
        self.waits = set()

    cdef void destroy(self, HANDLE value) noexcept nogil:
        WTSCloseServer(value)

    cdef int cancel(self) except -1:
        return cancel_waits(self.waits)

    def __repr__(self):
        return f"<ServerHandle {self.name!r}{' closed' if self.is_closed else ''}>"


@cython.final
cdef class Handle(OwnedHandle):
    """Own a kernel handle, such as the token from ``WTSQueryUserToken``.

    ``int(handle)`` is its number, for other libraries; it stays valid only while this object is open. ``detach()``
    gives the number away: from then on the caller closes it.
    """

    def __int__(self):
        if self.is_closed:
            raise ValueError("this Handle is closed")
        return <size_t>self.value

    def detach(self):
        """Give the number away: the caller closes it from now on."""
        with cython.critical_section(self):
            if self.is_closed:
                raise ValueError("this Handle is closed")
            if self.users:
                raise ValueError("this Handle is in use by another call")
            number = <size_t>self.value
            self.value = NULL
            self.is_closed = True
        return number


cdef int check_stored(OwnedHandle owner, bint ok, str function, DWORD error) except -1:
    if ok and is_handle(owner.value):
        return 0
    owner.value = NULL
    raise_error(function, ERROR_INVALID_DATA if ok else error)


cdef HANDLE enter_server(object server) except? NULL:
    if server is None:
        return NULL
    if isinstance(server, ServerHandle):
        return (<ServerHandle>server).enter()
    raise TypeError(f"server must be a ServerHandle or None (this machine), not {type(server).__name__}")


cdef int leave_server(object server) except -1:
    if server is not None:
        (<ServerHandle>server).leave()
    return 0
