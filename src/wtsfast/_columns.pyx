"""The columns of a snapshot: where each field lies in a native row, and numeric ones as buffers."""

cimport cython
from cpython.memoryview cimport PyMemoryView_FromObject
from cpython.buffer cimport (
    PyBUF_ANY_CONTIGUOUS, PyBUF_C_CONTIGUOUS, PyBUF_F_CONTIGUOUS, PyBUF_FORMAT, PyBUF_STRIDES, PyBUF_WRITABLE,
)

from wtsfast._memory cimport RawBuffer
from wtsfast._seal cimport seal_hidden


@cython.final
cdef class Layout:
    def __init__(self, str title, int stride, fields):
        self.title = title
        self.stride = stride
        self.names = tuple([field[0] for field in fields])
        self.position = {name: index for index, name in enumerate(self.names)}
        for _, offset, kind in fields:
            self.columns[self.count].offset = offset
            self.columns[self.count].kind = kind
            self.count += 1

    cdef int find(self, object name) except -1:
        index = self.position.get(name)
        if index is None:
            raise ValueError(f"{self.title} has no column {name!r}; it has {', '.join(self.names)}")
        return index


cdef int CONTIGUOUS = PyBUF_C_CONTIGUOUS | PyBUF_F_CONTIGUOUS | PyBUF_ANY_CONTIGUOUS


cdef char* format_of(Kind kind) noexcept:
    if kind == U64:
        return b"Q"
    if kind == I64 or kind == FILETIME:
        return b"q"
    return b"I"


@cython.final
@cython.no_gc
@cython.internal
@cython.freelist(16)
cdef class ColumnBuffer:
    """The exporter behind the memoryview of a column."""

    cdef RawBuffer owner
    cdef const char* start
    cdef char* format
    cdef Py_ssize_t itemsize
    cdef Py_ssize_t shape
    cdef Py_ssize_t stride

    def __getbuffer__(self, Py_buffer* view, int flags):
        if flags & PyBUF_WRITABLE == PyBUF_WRITABLE:
            raise BufferError("a snapshot never changes: its columns are read-only")
        if flags & PyBUF_STRIDES != PyBUF_STRIDES or flags & CONTIGUOUS & ~PyBUF_STRIDES:
            raise BufferError("a column is strided: ask for a buffer with strides, or copy it with bytes()")
        view.obj = self
        view.buf = <void*>self.start
        view.len = self.shape * self.itemsize
        view.itemsize = self.itemsize
        view.readonly = 1
        view.ndim = 1
        view.format = self.format if flags & PyBUF_FORMAT else NULL
        view.shape = &self.shape
        view.strides = &self.stride
        view.suboffsets = NULL
        view.internal = NULL


seal_hidden(ColumnBuffer)


cdef object column_view(RawBuffer owner, const char* rows, Py_ssize_t count, Layout layout, const Column* column):
    cdef ColumnBuffer exporter = ColumnBuffer.__new__(ColumnBuffer)
    exporter.owner = owner
    exporter.start = rows + column.offset if rows != NULL else <const char*>b""
    exporter.format = format_of(column.kind)
    exporter.itemsize = 8 if column.kind in (U64, I64, FILETIME) else 4
    exporter.shape = count
    exporter.stride = layout.stride
    return PyMemoryView_FromObject(exporter)
