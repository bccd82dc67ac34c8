"""Virtual channels, the server's side: the eight functions, and the handle that they share."""

cimport cython
from cpython.buffer cimport PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.exc cimport PyErr_CheckSignals

from wtsfast._arguments cimport to_dword
from wtsfast._errors cimport raise_error
from wtsfast._handles cimport Handle, OwnedHandle, enter_server, is_handle, leave_server
from wtsfast._memory cimport BY_FREE_MEMORY, RawBuffer
from wtsfast._sdk cimport wtsapi32 as sdk
from wtsfast._sdk.pchannel cimport CHANNEL_NAME_LEN, CHANNEL_PDU_LENGTH
from wtsfast._sdk.windows cimport (
    BOOL, CloseHandle, CreateSemaphoreW, DUPLICATE_SAME_ACCESS, DWORD, DuplicateHandle, ERROR_INSUFFICIENT_BUFFER,
    ERROR_INVALID_DATA, ERROR_IO_INCOMPLETE, ERROR_MORE_DATA, ERROR_NO_DATA, ERROR_OPERATION_ABORTED, GetCurrentProcess,
    GetLastError, GetTickCount64, HANDLE, INFINITE, MAX_PATH, PCHAR, ReleaseSemaphore, SetLastError, Sleep, ULONG,
    ULONGLONG, WAIT_OBJECT_0, WaitForSingleObject,
)
from wtsfast._text cimport plain

__all__ = [
    "ChannelHandle",
    "WTSVirtualChannelClose",
    "WTSVirtualChannelOpen",
    "WTSVirtualChannelOpenEx",
    "WTSVirtualChannelPurgeInput",
    "WTSVirtualChannelPurgeOutput",
    "WTSVirtualChannelQuery",
    "WTSVirtualChannelRead",
    "WTSVirtualChannelWrite",
]

cdef enum:
    SLICE_MS = 100  # a wait is this deaf to close() and to Ctrl-C
    PAUSE_MS = 10  # between two asks of a provider that answers "no data" without waiting

cdef ULONGLONG FOREVER = <ULONGLONG>-1


# ---- the handle ----

@cython.final
cdef class ChannelHandle(OwnedHandle):
    """Own the server's end of a virtual channel, from ``WTSVirtualChannelOpen`` or ``WTSVirtualChannelOpenEx``.

    Threads may share it. Windows does not allow two calls on one channel at once, so calls take turns, in the order in
    which they came. ``close()`` from another thread ends a waiting read with ``ChannelClosedError``.
    """

    # A semaphore, since Windows hands it to the thread that has waited longest: with a lock that is free for whoever
    # comes first, a reader in its loop would shut the writers out.
    cdef HANDLE turn
    cdef readonly str virtual_name
    cdef readonly bint dynamic

    cdef void destroy(self, HANDLE value) noexcept nogil:
        sdk.WTSVirtualChannelClose(value)

    def __dealloc__(self):
        if self.turn != NULL:
            CloseHandle(self.turn)

    def __repr__(self):
        return (
            f"<ChannelHandle {self.virtual_name!r} {'dynamic' if self.dynamic else 'static'}"
            f"{' closed' if self.is_closed else ''}>"
        )

    # Wait, inside enter and leave, until no other thread calls with this handle. False when the time is over; close()
    # and Ctrl-C end the wait.
    cdef bint take_turn(self, str function, ULONGLONG deadline) except -1:
        cdef DWORD span, waited
        while True:
            span = next_slice(deadline)
            with nogil:
                waited = WaitForSingleObject(self.turn, span)
            if self.is_closed:
                if waited == WAIT_OBJECT_0:
                    self.give_turn()
                raise_error(function, ERROR_OPERATION_ABORTED)
            if waited == WAIT_OBJECT_0:
                return True
            if span == 0:
                return False
            PyErr_CheckSignals()

    cdef void give_turn(self) noexcept nogil:
        ReleaseSemaphore(self.turn, 1, NULL)

    # Around a call that is neither open, close nor read: enter, and have the turn.
    cdef HANDLE begin(self, str function) except NULL:
        cdef HANDLE value = self.enter()
        try:
            self.take_turn(function, FOREVER)
        except BaseException:
            self.leave()
            raise
        return value

    cdef int end(self) except -1:
        self.give_turn()
        return self.leave()


# How long to wait now: until the deadline (a GetTickCount64 value), but not longer than a slice.
cdef DWORD next_slice(ULONGLONG deadline) noexcept nogil:
    cdef ULONGLONG now = GetTickCount64()
    if now >= deadline:
        return 0
    return <DWORD>min(deadline - now, <ULONGLONG>SLICE_MS)


cdef ChannelHandle to_channel(object channel):
    if not isinstance(channel, ChannelHandle):
        raise TypeError(f"channel must be a ChannelHandle, not {type(channel).__name__}")
    return <ChannelHandle>channel


# A handle that is still empty: the call stores into its `value`.
cdef ChannelHandle new_channel(str virtual_name, bint dynamic):
    cdef ChannelHandle self = ChannelHandle.__new__(ChannelHandle)
    self.virtual_name = virtual_name
    self.dynamic = dynamic
    self.turn = CreateSemaphoreW(NULL, 1, 1, NULL)
    if self.turn == NULL:
        raise MemoryError("Windows has no semaphore left for the channel")
    return self


# The name as the API takes it. It has no wide form, and the two ends need not share an ANSI code page: ASCII alone.
cdef bytes to_channel_name(object name, bint dynamic):
    cdef Py_ssize_t limit = MAX_PATH if dynamic else CHANNEL_NAME_LEN
    if not isinstance(name, str):
        raise TypeError(f"virtual_name must be str, not {type(name).__name__}")
    if not name.isascii() or "\0" in name:
        raise ValueError(f"virtual_name must be ASCII text without NUL characters, not {name!r}")
    if len(name) > limit:
        kind = "dynamic" if dynamic else "static"
        raise ValueError(f"the name of a {kind} channel has at most {limit} characters; {name!r} has {len(name)}")
    return name.encode("ascii")


# ---- opening and closing ----

def WTSVirtualChannelOpen(server, session_id, virtual_name):
    """Open the server's end of a static virtual channel.

    C: ``HANDLE WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName)``.

    The obsolete form: ``WTSVirtualChannelOpenEx`` does the same. ``server`` can only be this machine (``None``) as far
    as is documented. ``virtual_name`` is ASCII text of at most 7 characters, the name that the client's side
    registered.

    May block on RPC, and for about 10 seconds when the channel is open already, which also breaks the open one; Ctrl-C
    takes effect when the call returns. Returns a ``ChannelHandle``: close it, or use it in a ``with`` statement.
    Another user's session needs the right Virtual Channels on it.

    Raises ``WtsError``, ``SessionNotFoundError``, ``AccessDeniedError``; ``ValueError`` for a name that cannot be one.
    Wraps ``WTSVirtualChannelOpen``.
    """
    cdef bytes name = to_channel_name(virtual_name, False)
    cdef DWORD session = to_dword(session_id, "session_id"), error = 0
    cdef ChannelHandle channel = new_channel(plain(virtual_name), False)
    cdef char* native_name = name
    cdef HANDLE native_server = enter_server(server)
    try:
        with nogil:
            SetLastError(0)
            channel.value = sdk.WTSVirtualChannelOpen(native_server, session, native_name)
            if channel.value == NULL:
                error = GetLastError()
    finally:
        leave_server(server)
    if channel.value == NULL:
        raise_error("WTSVirtualChannelOpen", error, server)
    return channel


def WTSVirtualChannelOpenEx(session_id, virtual_name, flags):
    """Open the server's end of a static or a dynamic virtual channel.

    C: ``HANDLE WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags)``.

    ``flags`` 0 opens the static channel of that name (ASCII, at most 7 characters). ``WTS_CHANNEL_OPTION_DYNAMIC``
    opens a dynamic one to the client's listener of that name (ASCII, at most 260), and only with it may come one of
    ``WTS_CHANNEL_OPTION_DYNAMIC_PRI_LOW``, ``_MED``, ``_HIGH``, ``_REAL`` and
    ``WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS``. ``session_id`` may be ``WTS_CURRENT_SESSION``.

    May block on RPC, and for about 10 seconds when a static channel is open already, which also breaks the open one;
    Ctrl-C takes effect when the call returns. Returns a ``ChannelHandle``: close it, or use it in a ``with`` statement.
    Another user's session needs the right Virtual Channels on it; a console session and a disconnected one have none.

    Raises ``WtsError``, ``SessionNotFoundError``, ``AccessDeniedError``; ``ValueError`` for a name that cannot be one
    and for flags of a dynamic channel without ``WTS_CHANNEL_OPTION_DYNAMIC``. Wraps ``WTSVirtualChannelOpenEx``.
    """
    cdef DWORD session = to_dword(session_id, "session_id"), bits = to_dword(flags, "flags"), error = 0
    cdef bint dynamic = bits & sdk.WTS_CHANNEL_OPTION_DYNAMIC != 0
    if bits and not dynamic:
        raise ValueError(f"flags {bits:#x} need WTS_CHANNEL_OPTION_DYNAMIC: a static channel has none")
    cdef bytes name = to_channel_name(virtual_name, dynamic)
    cdef ChannelHandle channel = new_channel(plain(virtual_name), dynamic)
    cdef char* native_name = name
    with nogil:
        SetLastError(0)
        channel.value = sdk.WTSVirtualChannelOpenEx(session, native_name, bits)
        if channel.value == NULL:
            error = GetLastError()
    if channel.value == NULL:
        raise_error("WTSVirtualChannelOpenEx", error)
    return channel


def WTSVirtualChannelClose(channel):
    """Close a virtual channel.

    C: ``BOOL WTSVirtualChannelClose(HANDLE hChannelHandle)``.

    Never waits for a call of another thread: the handle is closed for new calls at once, a waiting read ends within a
    tenth of a second, and the last call to return closes the channel. Closing again does nothing. May block on RPC;
    Ctrl-C takes effect when the call returns.

    Raises ``WtsError`` or ``ChannelClosedError`` when Windows refuses; the handle is given up all the same, and what
    another thread's call finds when it closes the channel is not reported. Wraps ``WTSVirtualChannelClose``.
    """
    cdef HANDLE value = to_channel(channel).retire()
    cdef DWORD error = 0
    cdef BOOL ok
    if value == NULL:
        return
    with nogil:
        SetLastError(0)
        ok = sdk.WTSVirtualChannelClose(value)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSVirtualChannelClose", error)


# ---- data ----

def WTSVirtualChannelRead(channel, timeout_ms, size):
    """Read what the client has sent, one chunk at most.

    C: ``BOOL WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize, PULONG
    pBytesRead)``.

    Returns the bytes as they come, and ``b""`` when there were none within ``timeout_ms`` milliseconds (0: do not wait;
    ``INFINITE``: wait until there are some). Windows has three ways to say so (success with no bytes, errors 996 and
    232), which are one here. On a dynamic channel every chunk begins with the 8 bytes of ``CHANNEL_PDU_HEADER``, whose
    length is that of the whole message; so does a static channel's where the client asked for it. ``size`` is the room
    for one chunk in bytes: at least 1,608 on a dynamic channel.

    Blocks for ``timeout_ms``, in slices of a tenth of a second: between two of them Ctrl-C ends the wait, and so does
    ``close()`` of another thread, with ``ChannelClosedError`` (error 995). The time includes waiting for other threads'
    calls.

    Raises ``ChannelClosedError`` when the other end is gone, ``WtsError`` (122) when ``size`` is too small for the next
    chunk, which then stays to be read. Which codes Windows gives, and when, is known from public code alone.
    Wraps ``WTSVirtualChannelRead``.
    """
    cdef ChannelHandle handle = to_channel(channel)
    cdef DWORD timeout = to_dword(timeout_ms, "timeout_ms"), room = to_dword(size, "size")
    cdef DWORD least = CHANNEL_PDU_LENGTH if handle.dynamic else 1
    if not least <= room <= 0x7FFFFFFF:
        raise ValueError(f"size must be between {least} and 2147483647 bytes, not {room}")
    cdef bytes chunk = PyBytes_FromStringAndSize(NULL, room)
    cdef ULONG received = 0
    cdef ULONGLONG deadline = FOREVER if timeout == INFINITE else GetTickCount64() + timeout
    handle.enter()
    try:
        while handle.take_turn("WTSVirtualChannelRead", deadline):
            received = read_slice(handle, PyBytes_AS_STRING(chunk), room, next_slice(deadline))
            if received or GetTickCount64() >= deadline:
                break
            PyErr_CheckSignals()  # only here, where no data would be lost with the exception
    finally:
        handle.leave()
    return chunk[:received]


# Read for `span` milliseconds with the turn that the caller took, and give it back: bytes read, 0 for no data.
cdef ULONG read_slice(ChannelHandle handle, char* chunk, ULONG room, DWORD span) except? 0xFFFFFFFF:
    cdef ULONG received = 0
    cdef DWORD error = 0
    cdef BOOL ok
    cdef ULONGLONG began
    with nogil:
        began = GetTickCount64()
        SetLastError(0)
        ok = sdk.WTSVirtualChannelRead(handle.value, span, chunk, room, &received)
        if not ok:
            error = GetLastError()
        handle.give_turn()
        if received == 0 and GetTickCount64() - began < span // 2:
            Sleep(PAUSE_MS)  # not every provider waits (FreeRDP's does not), and this must not become a busy loop
    if ok or (error == ERROR_MORE_DATA and received):
        return min(received, room)
    if error in (ERROR_IO_INCOMPLETE, ERROR_NO_DATA):
        return 0
    if error == ERROR_INSUFFICIENT_BUFFER and received > room:
        raise_too_small(received)
    raise_error("WTSVirtualChannelRead", error)


cdef int raise_too_small(ULONG needed) except -1:
    from wtsfast.errors import WtsError

    text = f"the next chunk needs a size of {needed} bytes"
    raise WtsError(ERROR_INSUFFICIENT_BUFFER, "WTSVirtualChannelRead", None, text)


def WTSVirtualChannelWrite(channel, data):
    """Send bytes to the client, and return how many were written.

    C: ``BOOL WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length, PULONG pBytesWritten)``.

    ``data`` is any bytes-like object, without a header, of any length: Windows cuts it into chunks. It is not copied,
    and cannot be resized while the call runs.

    Blocks until Windows has taken the data, without limit when the client does not read; Ctrl-C takes effect when the
    call returns. Reads of the same handle wait meanwhile: a program that must do both at once uses the handle that
    ``WTSVirtualChannelQuery(channel, WTSVirtualFileHandle)`` gives.

    Raises ``ChannelClosedError`` when the other end is gone, ``WtsError``. Wraps ``WTSVirtualChannelWrite``.
    """
    cdef ChannelHandle handle = to_channel(channel)
    cdef HANDLE native
    cdef ULONG written = 0
    cdef DWORD error = 0
    cdef BOOL ok
    cdef Py_buffer view
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        if view.len > 0xFFFFFFFF:
            raise OverflowError(f"data has {view.len} bytes: one call writes less than 4 GiB")
        native = handle.begin("WTSVirtualChannelWrite")
        try:
            with nogil:
                SetLastError(0)
                ok = sdk.WTSVirtualChannelWrite(native, <PCHAR>view.buf, <ULONG>view.len, &written)
                if not ok:
                    error = GetLastError()
        finally:
            handle.end()
    finally:
        PyBuffer_Release(&view)
    if not ok:
        raise_error("WTSVirtualChannelWrite", error)
    return written


def WTSVirtualChannelPurgeInput(channel):
    """Drop the data that the client has sent and nobody has read.

    C: ``BOOL WTSVirtualChannelPurgeInput(HANDLE hChannelHandle)``.

    The manual says that Remote Desktop Services does not use it: it exists for compatibility. May block on RPC; Ctrl-C
    takes effect when the call returns.

    Raises ``ChannelClosedError``, ``WtsError``. Wraps ``WTSVirtualChannelPurgeInput``.
    """
    purge(to_channel(channel), "WTSVirtualChannelPurgeInput", sdk.WTSVirtualChannelPurgeInput)


def WTSVirtualChannelPurgeOutput(channel):
    """Drop the data that was written and has not been sent yet.

    C: ``BOOL WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle)``.

    The manual says that Remote Desktop Services does not use it: it exists for compatibility. May block on RPC; Ctrl-C
    takes effect when the call returns.

    Raises ``ChannelClosedError``, ``WtsError``. Wraps ``WTSVirtualChannelPurgeOutput``.
    """
    purge(to_channel(channel), "WTSVirtualChannelPurgeOutput", sdk.WTSVirtualChannelPurgeOutput)


cdef int purge(ChannelHandle handle, str function, BOOL (*call)(HANDLE) noexcept nogil) except -1:
    cdef DWORD error = 0
    cdef BOOL ok
    cdef HANDLE native = handle.begin(function)
    try:
        with nogil:
            SetLastError(0)
            ok = call(native)
            if not ok:
                error = GetLastError()
    finally:
        handle.end()
    if not ok:
        raise_error(function, error)
    return 0


# ---- queries ----

def WTSVirtualChannelQuery(channel, virtual_class, *, as_buffer=False):
    """Get the client's data of a channel, or a handle for overlapped input and output on it.

    C: ``BOOL WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS VirtualClass, PVOID *ppBuffer,
    DWORD *pBytesReturned)``.

    ``WTSVirtualFileHandle`` gives a ``Handle``: a duplicate of the channel's file handle, opened for overlapped
    operations. The manual leaves open whether the duplicate outlives the channel; Microsoft's sample closes the channel
    first and goes on using it. ``WTSVirtualClientData``, which the manual calls not supported, and any other class give
    ``bytes``. ``as_buffer=True`` gives the ``RawBuffer`` itself, in which a file handle is the channel's own: never
    close that one.

    May block on RPC; Ctrl-C takes effect when the call returns. The memory is freed here (``WTSFreeMemory``).

    Raises ``ChannelClosedError``, ``WtsError``. Wraps ``WTSVirtualChannelQuery``.
    """
    cdef ChannelHandle handle = to_channel(channel)
    cdef DWORD number = to_dword(virtual_class, "virtual_class"), size = 0, error = 0
    cdef RawBuffer buffer = RawBuffer.empty(BY_FREE_MEMORY)
    cdef BOOL ok
    cdef HANDLE native = handle.begin("WTSVirtualChannelQuery")
    try:
        with nogil:
            SetLastError(0)
            ok = sdk.WTSVirtualChannelQuery(native, number, &buffer.ptr, &size)
            if not ok:
                error = GetLastError()
        if not ok:
            buffer.abandon()  # whatever the call left there is not ours to free
            raise_error("WTSVirtualChannelQuery", error)
        if buffer.ptr != NULL:
            buffer.entries = 1
            buffer.size = size
        if as_buffer:
            return buffer
        if number == sdk.WTSVirtualFileHandle:
            return duplicate(buffer)  # before the handle is left: the original must be open
        return PyBytes_FromStringAndSize(<char*>buffer.ptr, buffer.size)
    finally:
        handle.end()


# A handle of our own to the file in the query's buffer.
cdef Handle duplicate(RawBuffer buffer):
    cdef Handle copy = Handle.__new__(Handle)
    cdef HANDLE process = GetCurrentProcess(), original = NULL
    cdef DWORD error = 0
    cdef BOOL ok
    if buffer.size >= <Py_ssize_t>sizeof(HANDLE):
        original = (<HANDLE*>buffer.ptr)[0]
    if not is_handle(original):
        raise_error("WTSVirtualChannelQuery", ERROR_INVALID_DATA)
    with nogil:
        SetLastError(0)
        ok = DuplicateHandle(process, original, process, &copy.value, 0, False, DUPLICATE_SAME_ACCESS)
        if not ok:
            error = GetLastError()
    if not ok:
        raise_error("WTSVirtualChannelQuery", error)
    return copy
