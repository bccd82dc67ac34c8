"""What process and session snapshots share: an owned native array, read as rows, tuples and columns."""

cimport cython
from cpython.list cimport PyList_New, PyList_SET_ITEM
from cpython.long cimport PyLong_FromLong, PyLong_FromLongLong, PyLong_FromUnsignedLong, PyLong_FromUnsignedLongLong
from cpython.mem cimport PyMem_Free
from cpython.number cimport PyNumber_AsSsize_t
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF, Py_XDECREF
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_New, PyTuple_SET_ITEM
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcmp, memcpy

from wtsfast._arguments cimport PyIndex_Check, to_dword, to_integer, to_uint64
from wtsfast._columns cimport (
    FILETIME, I64, SID, STATE, TEXT, U32, U64, Column, Kind, Layout, column_view,
)
from wtsfast._handles cimport ServerHandle
from wtsfast._index cimport Index, build_index, find_row
from wtsfast._intern cimport AS_SID, AS_SID_TEXT, AS_TEXT, Interner
from wtsfast._memory cimport BY_MALLOC, RawBuffer
from wtsfast._sdk.windows cimport WCHAR, CompareStringOrdinal
from wtsfast._seal cimport seal, seal_hidden
from wtsfast._text cimport encode
from wtsfast._time cimport datetime_of, microseconds_of
from wtsfast.sid cimport Sid, sid_size

cdef extern from *:
    """
    /* A tuple may be filled anew when nobody else holds it, as zip() does; from 3.14 on it caches its hash. */
    #if PY_VERSION_HEX >= 0x030E0000
        #define wtsfast_forget_hash(tuple) ((void)(((PyTupleObject*)(tuple))->ob_hash = -1))
    #else
        #define wtsfast_forget_hash(tuple) ((void)0)
    #endif
    #ifdef Py_GIL_DISABLED
        #define wtsfast_is_ours(object) 0
    #else
        #define wtsfast_is_ours(object) (Py_REFCNT(object) == 1)
    #endif
    """
    void wtsfast_forget_hash(PyObject* tuple) noexcept
    bint wtsfast_is_ours(PyObject* object) noexcept
    void PyObject_GC_UnTrack(PyObject* object) noexcept

cdef enum:
    CSTR_EQUAL = 2  # of CompareStringOrdinal
    LARGE = 500  # rows from which a loop in C is worth handing the GIL over


# ---- values ----

cdef tuple states = ()


cdef object state_of(uint32_t value):
    global states
    if not states:
        from wtsfast.enums import ConnectState

        states = tuple(ConnectState)  # in the order of their values, from 0 without a gap
    return states[value] if value < <uint32_t>len(states) else value


cdef object value_of(Snapshot snapshot, const char* row, const Column* column, bint sid_as_text):
    cdef const char* field = row + column.offset
    cdef Kind kind = column.kind
    if kind == U32:
        return PyLong_FromUnsignedLong((<const uint32_t*>field)[0])
    if kind == TEXT:
        return snapshot.text((<const void* const*>field)[0])
    if kind == I64:
        return PyLong_FromLongLong((<const int64_t*>field)[0])
    if kind == SID:
        if sid_as_text:
            return snapshot.sid_text((<const void* const*>field)[0])
        return snapshot.sid((<const void* const*>field)[0])
    if kind == U64:
        return PyLong_FromUnsignedLongLong((<const uint64_t*>field)[0])
    if kind == STATE:
        return state_of((<const uint32_t*>field)[0])
    if kind == FILETIME:
        return datetime_of((<const int64_t*>field)[0])
    return PyLong_FromLong((<const int*>field)[0])


cdef bint same_text(const void* a, const void* b) noexcept nogil:
    cdef const WCHAR* x = <const WCHAR*>a
    cdef const WCHAR* y = <const WCHAR*>b
    if x == y:
        return True
    if x == NULL or y == NULL:
        return False
    while x[0] == y[0]:
        if x[0] == 0:
            return True
        x += 1
        y += 1
    return False


cdef bint same_sid(const void* a, const void* b) noexcept nogil:
    cdef int size = sid_size(<const uint8_t*>a)
    return size == sid_size(<const uint8_t*>b) and (size == 0 or not memcmp(a, b, size))


cdef bint same_values(Layout layout, const char* a, const char* b) noexcept nogil:
    cdef int i, offset
    cdef Kind kind
    for i in range(layout.count):
        offset = layout.columns[i].offset
        kind = layout.columns[i].kind
        if kind == TEXT:
            if not same_text((<const void* const*>(a + offset))[0], (<const void* const*>(b + offset))[0]):
                return False
        elif kind == SID:
            if not same_sid((<const void* const*>(a + offset))[0], (<const void* const*>(b + offset))[0]):
                return False
        elif memcmp(a + offset, b + offset, 8 if kind in (U64, I64, FILETIME) else 4):
            return False
    return True


# ---- rows of their own ----

# Bytes of what a text or SID field points to, rounded up to whole pointers.
cdef Py_ssize_t pointed_size(const void* value, Kind kind) noexcept nogil:
    cdef Py_ssize_t size = 0
    if kind == SID:
        size = sid_size(<const uint8_t*>value)
    elif value != NULL:
        while (<const WCHAR*>value)[size]:
            size += 1
        size = (size + 1) * sizeof(WCHAR)
    return (size + 7) & ~<Py_ssize_t>7


cdef RawBuffer own_block(Layout layout, Py_ssize_t extra):
    cdef RawBuffer owner = RawBuffer.empty(BY_MALLOC)
    owner.ptr = calloc(1, layout.stride + extra)
    if owner.ptr == NULL:
        raise MemoryError
    owner.size = layout.stride
    owner.entries = 1
    return owner


cdef RawBuffer copy_row(Layout layout, const char* row):
    cdef Py_ssize_t extra = 0, size
    cdef int i
    cdef const void* value
    for i in range(layout.count):
        if layout.columns[i].kind in (TEXT, SID):
            extra += pointed_size((<const void* const*>(row + layout.columns[i].offset))[0], layout.columns[i].kind)
    cdef RawBuffer owner = own_block(layout, extra)
    cdef char* copy = <char*>owner.ptr
    cdef char* end = copy + layout.stride
    memcpy(copy, row, layout.stride)
    for i in range(layout.count):
        if layout.columns[i].kind in (TEXT, SID):
            value = (<const void* const*>(row + layout.columns[i].offset))[0]
            size = pointed_size(value, layout.columns[i].kind)
            if layout.columns[i].kind == SID:
                memcpy(end, value, sid_size(<const uint8_t*>value))
            elif size:
                copy_text(<WCHAR*>end, <const WCHAR*>value)
            (<void**>(copy + layout.columns[i].offset))[0] = end if size else NULL
            end += size
    return owner


cdef void copy_text(WCHAR* target, const WCHAR* source) noexcept nogil:
    while source[0]:
        target[0] = source[0]
        target += 1
        source += 1
    target[0] = 0


cdef RawBuffer build_row(Layout layout, tuple values):
    # A scratch row that points into Python objects, copied as any other row.
    cdef RawBuffer scratch = own_block(layout, 0)
    cdef char* row = <char*>scratch.ptr
    cdef list alive = []
    cdef Kind kind
    cdef int i
    cdef WCHAR* text
    if len(values) != layout.count:
        raise ValueError(f"{layout.title} has {layout.count} columns, not {len(values)}")
    for i in range(layout.count):
        value = values[i]
        field = row + layout.columns[i].offset
        kind = layout.columns[i].kind
        if kind == TEXT:
            if value is not None:
                text = encode(value, layout.names[i])
                alive.append(text_owner(text))
                (<void**>field)[0] = text
        elif kind == SID:
            if value is not None:
                sid = value if isinstance(value, Sid) else Sid(value)
                alive.append(sid)
                (<void**>field)[0] = (<Sid>sid).data
        elif kind == U64:
            (<uint64_t*>field)[0] = value
        elif kind == I64 or kind == FILETIME:
            (<int64_t*>field)[0] = value
        else:
            (<uint32_t*>field)[0] = to_dword(value, layout.names[i])
    return copy_row(layout, row)


@cython.final
@cython.internal
cdef class TextOwner:
    cdef WCHAR* text

    def __dealloc__(self):
        PyMem_Free(self.text)


cdef TextOwner text_owner(WCHAR* text):
    cdef TextOwner owner = TextOwner.__new__(TextOwner)
    owner.text = text
    return owner


# ---- conditions of where() ----

cdef struct Condition:
    Column column
    uint64_t number
    uint32_t unit  # of a FILETIME: 1, or 10 for microseconds, which are all that a datetime has
    const void* pointer  # text or SID; NULL matches NULL


cdef inline WCHAR folded(WCHAR unit) noexcept nogil:
    return unit - 32 if c"a" <= unit <= c"z" else unit


# As Windows compares names: ordinal, without case. ASCII is done here; the rest is the system's table's business.
cdef bint same_name(const WCHAR* a, const WCHAR* b) noexcept nogil:
    cdef const WCHAR* x = a
    cdef const WCHAR* y = b
    if a == NULL or b == NULL:
        return a == b
    while x[0] < 0x80 and y[0] < 0x80:
        if folded(x[0]) != folded(y[0]):
            return False
        if x[0] == 0:
            return True
        x += 1
        y += 1
    return CompareStringOrdinal(a, -1, b, -1, True) == CSTR_EQUAL


cdef bint matches(const char* row, const Condition* condition) noexcept nogil:
    cdef const char* field = row + condition.column.offset
    cdef Kind kind = condition.column.kind
    if kind == TEXT:
        return same_name((<const WCHAR* const*>field)[0], <const WCHAR*>condition.pointer)
    if kind == SID:
        return same_sid((<const void* const*>field)[0], condition.pointer)
    if kind == FILETIME:
        return (<const uint64_t*>field)[0] // condition.unit == condition.number
    if kind == U64 or kind == I64:
        return (<const uint64_t*>field)[0] == condition.number
    return (<const uint32_t*>field)[0] == condition.number


# Numbers of the rows that fulfil every condition, into `hits`; how many.
cdef Py_ssize_t scan(
    const char* row, Py_ssize_t count, int stride, const Condition* conditions, Py_ssize_t total, uint32_t* hits
) noexcept nogil:
    cdef Py_ssize_t found = 0, i, c
    for i in range(count):
        for c in range(total):
            if not matches(row, &conditions[c]):
                break
        else:
            hits[found] = <uint32_t>i
            found += 1
        row += stride
    return found


# Fill one condition; what it points to is appended to `alive`. False: no row can match.
cdef bint prepare(Condition* condition, Layout layout, str name, object value, list alive) except -1:
    cdef Kind kind
    cdef WCHAR* text
    condition.column = layout.columns[layout.find(name)]
    kind = condition.column.kind
    condition.pointer = NULL
    if kind == TEXT:
        if value is not None:
            if isinstance(value, str) and "\0" in value:
                return False
            text = encode(value, name)
            alive.append(text_owner(text))
            condition.pointer = text
    elif kind == SID:
        if value is not None:
            sid = value if isinstance(value, Sid) else Sid(value)
            alive.append(sid)
            condition.pointer = (<Sid>sid).data
    elif kind == U64:
        condition.number = to_uint64(value, name)
    elif kind == I64:
        condition.number = <uint64_t><int64_t>to_integer(value, name)
    elif kind == FILETIME:
        if PyIndex_Check(value):
            condition.unit = 1
            condition.number = to_uint64(value, name)
        else:
            condition.unit = 10
            condition.number = microseconds_of(value)
    else:
        condition.number = to_dword(value, name)
    return True


# ---- iterating tuples ----

@cython.final
@cython.internal
cdef class Selection:
    """The iterator that ``select`` returns."""

    cdef Snapshot snapshot
    cdef Column* columns
    cdef Py_ssize_t width
    cdef Py_ssize_t at
    cdef tuple last

    def __dealloc__(self):
        free(self.columns)

    def __iter__(self):
        return self

    def __length_hint__(self):
        return self.snapshot.count - self.at

    def __next__(self):
        cdef Snapshot snapshot = self.snapshot
        cdef const char* row
        cdef Py_ssize_t i
        cdef PyObject* old
        if self.at >= snapshot.count:
            raise StopIteration
        row = snapshot.rows + self.at * snapshot.layout.stride
        self.at += 1
        if self.last is None or not wtsfast_is_ours(<PyObject*>self.last):
            self.last = tuple_of(snapshot, row, self.columns, self.width)
            return self.last
        wtsfast_forget_hash(<PyObject*>self.last)
        for i in range(self.width):
            value = value_of(snapshot, row, &self.columns[i], True)
            Py_INCREF(value)
            old = <PyObject*>PyTuple_GET_ITEM(self.last, i)
            PyTuple_SET_ITEM(self.last, i, value)
            Py_XDECREF(old)
        return self.last


cdef tuple tuple_of(Snapshot snapshot, const char* row, const Column* columns, Py_ssize_t width):
    cdef tuple values = PyTuple_New(width)
    cdef Py_ssize_t i
    for i in range(width):
        value = value_of(snapshot, row, &columns[i], True)
        Py_INCREF(value)
        PyTuple_SET_ITEM(values, i, value)
    return values


# The columns of these names (all when there are none), in memory that the caller frees.
cdef Column* chosen(Layout layout, tuple names) except NULL:
    cdef Py_ssize_t i
    cdef list positions = [layout.find(name) for name in names]
    cdef Column* columns = <Column*>malloc(max(len(names), 1) * sizeof(Column))
    if columns == NULL:
        raise MemoryError
    for i in range(len(names)):
        columns[i] = layout.columns[<int>positions[i]]
    return columns


cdef tuple raw_values(Snapshot snapshot, const char* row):
    cdef list values = []
    cdef const Column* column
    cdef int i
    for i in range(snapshot.layout.count):
        column = &snapshot.layout.columns[i]
        if column.kind == FILETIME:
            values.append((<const int64_t*>(row + column.offset))[0])
        else:
            values.append(value_of(snapshot, row, column, False))
    return tuple(values)


cdef str row_repr(str kind, object row, Layout layout):
    return f"{kind}({', '.join([f'{name}={getattr(row, name)!r}' for name in layout.names])})"


cdef object reach = None


def set_reach(function):
    """Say how a name or a ``Server`` is reached: the layers above know, and tell it when the package is imported."""
    global reach
    reach = function


cdef object call_at(object server, str function, object call, tuple arguments):
    if server is None or isinstance(server, ServerHandle):
        return call(server, *arguments)
    return reach(server, function, call, *arguments)


cdef object arrow_module = None


# The module behind the Arrow protocol, imported when it is first asked for.
cdef object arrow():
    global arrow_module
    if arrow_module is None:
        from wtsfast import _arrow

        arrow_module = _arrow
    return arrow_module


cdef class Snapshot:
    """Hold what one enumeration returned."""

    def __init__(self):
        raise TypeError(f"{type(self).__name__} cannot be made by hand: call the function that enumerates")

    def __dealloc__(self):
        free(self.index.slots)

    cdef int adopt(self, RawBuffer owner, Layout layout) except -1:
        self.owner = owner
        self.rows = <const char*>owner.ptr
        self.count = owner.entries if owner.ptr != NULL else 0
        self.layout = layout
        owner.size = self.count * layout.stride
        return 0

    cdef object row(self, Py_ssize_t at):
        raise NotImplementedError

    cdef object text(self, const void* native):
        if self.texts is None:
            self.texts = Interner.new(AS_TEXT)
        return self.texts.get(native)

    cdef object sid(self, const void* native):
        if self.sids is None:
            self.sids = Interner.new(AS_SID)
        return self.sids.get(native)

    cdef object sid_text(self, const void* native):
        if self.sid_texts is None:
            self.sid_texts = Interner.new(AS_SID_TEXT)
        return self.sid_texts.get(native)

    cdef const Index* index_of(self, int offset) except NULL:
        cdef Index index
        cdef bint built
        if self.index.slots == NULL:
            if self.count < LARGE:
                built = build_index(&index, self.rows + offset, self.count, self.layout.stride)
            else:
                with nogil:
                    built = build_index(&index, self.rows + offset, self.count, self.layout.stride)
            if not built:
                raise MemoryError
            with cython.critical_section(self):
                if self.index.slots == NULL:
                    self.index = index
                else:  # another thread was first
                    free(index.slots)
        return &self.index

    cdef Py_ssize_t find(self, uint32_t key, int offset) except -2:
        return find_row(self.index_of(offset), self.rows + offset, self.layout.stride, key)

    # ---- the sequence protocol ----

    def __len__(self):
        return self.count

    def __bool__(self):
        return self.count > 0

    def __getitem__(self, key):
        cdef Py_ssize_t at, start, stop, step
        if isinstance(key, slice):
            start, stop, step = key.indices(self.count)
            return [self.row(at) for at in range(start, stop, step)]
        at = PyNumber_AsSsize_t(key, IndexError)
        if at < 0:
            at += self.count
        if not 0 <= at < self.count:
            raise IndexError(f"row {key} of {self.count}")
        return self.row(at)

    def __repr__(self):
        taken = self.taken_at
        return f"<{type(self).__name__} of {self.count} rows, taken {taken:%Y-%m-%d %H:%M:%S} UTC>"

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce__(self):
        raise TypeError(f"a {type(self).__name__} is native memory and is not pickled: pickle list(snapshot)")

    # ---- when ----

    @property
    def taken_at(self):
        """When the call returned, as a UTC ``datetime``."""
        return datetime_of(self.filetime)

    @property
    def taken_monotonic(self):
        """When the call returned, on the clock of ``time.monotonic()``, in seconds."""
        return self.monotonic / 1e9  # divided as time.monotonic() does it, so that the two compare exactly

    # ---- columns ----

    @property
    def columns(self):
        """The names of the columns, in the SDK's order."""
        return self.layout.names

    def column(self, str name not None):
        """Return one column.

        A numeric column is a read-only, strided ``memoryview`` over the native memory, without a copy, that keeps the
        memory alive: ``numpy.asarray`` takes it as it is. A column of text or SIDs is a list of ``str`` or ``None``.
        Raises ``ValueError`` for a column that this snapshot lacks.
        """
        cdef const Column* column = &self.layout.columns[self.layout.find(name)]
        cdef list values
        cdef const char* row = self.rows
        cdef Py_ssize_t i
        if column.kind != TEXT and column.kind != SID:
            return column_view(self.owner, self.rows, self.count, self.layout, column)
        values = PyList_New(self.count)
        for i in range(self.count):
            value = value_of(self, row, column, True)
            Py_INCREF(value)
            PyList_SET_ITEM(values, i, value)
            row += self.layout.stride
        return values

    def select(self, *names):
        """Iterate over tuples of just these columns, all when none is named: the fastest way through rows in Python.

        SIDs are their text. Raises ``ValueError`` for a column that this snapshot lacks.
        """
        cdef Selection selection = Selection.__new__(Selection)
        if not names:
            names = self.layout.names
        selection.columns = chosen(self.layout, names)
        selection.width = len(names)
        selection.snapshot = self
        return selection

    def to_tuples(self, *names):
        """Return a list of tuples of these columns, all when none is named. SIDs are their text."""
        cdef const char* row = self.rows
        cdef Column* columns
        cdef Py_ssize_t width, i
        cdef tuple values
        if not names:
            names = self.layout.names
        width = len(names)
        columns = chosen(self.layout, names)
        cdef list result
        try:
            result = PyList_New(self.count)
            for i in range(self.count):
                values = tuple_of(self, row, columns, width)
                # Texts and numbers form no cycles: the collector need not visit thousands of tuples of them.
                PyObject_GC_UnTrack(<PyObject*>values)
                Py_INCREF(values)
                PyList_SET_ITEM(result, i, values)
                row += self.layout.stride
        finally:
            free(columns)
        return result

    def to_dicts(self, *names):
        """Return a list of dicts of these columns, all when none is named. SIDs are their text."""
        cdef const char* row = self.rows
        cdef Column* columns
        cdef Py_ssize_t width, _, c
        cdef dict values
        cdef list result = []
        if not names:
            names = self.layout.names
        width = len(names)
        columns = chosen(self.layout, names)
        try:
            for _ in range(self.count):
                values = {}
                for c in range(width):
                    values[names[c]] = value_of(self, row, &columns[c], True)
                result.append(values)
                row += self.layout.stride
        finally:
            free(columns)
        return result

    def where(self, **conditions):
        """Return a list of the rows whose columns equal these values.

        Text compares as Windows compares names: ordinal, without case; ``None`` finds NULL. A SID may be a ``Sid`` or
        its text, a time a ``datetime`` or the column's number. Raises ``ValueError`` for a column that this snapshot
        lacks.
        """
        cdef Py_ssize_t total = len(conditions), found = 0, i
        cdef list alive = []
        cdef bint possible = True
        cdef uint32_t* hits = NULL
        cdef Condition* prepared = <Condition*>calloc(total + 1, sizeof(Condition))
        try:
            hits = <uint32_t*>malloc((self.count + 1) * sizeof(uint32_t))
            if prepared == NULL or hits == NULL:
                raise MemoryError
            for i, (name, value) in enumerate(conditions.items()):
                if not prepare(&prepared[i], self.layout, name, value, alive):
                    possible = False
            if possible:
                if self.count < LARGE:
                    found = scan(self.rows, self.count, self.layout.stride, prepared, total, hits)
                else:
                    with nogil:
                        found = scan(self.rows, self.count, self.layout.stride, prepared, total, hits)
            return [self.row(hits[i]) for i in range(found)]
        finally:
            free(hits)
            free(prepared)

    # ---- Arrow ----

    def __arrow_c_schema__(self):
        """Export the schema by the Arrow PyCapsule protocol."""
        return arrow().export_schema(self)

    def __arrow_c_array__(self, requested_schema=None):
        """Export the rows as one struct array by the Arrow PyCapsule protocol."""
        return arrow().export_array(self)

    def __arrow_c_stream__(self, requested_schema=None):
        """Export the rows as a stream of one batch by the Arrow PyCapsule protocol."""
        return arrow().export_stream(self)


seal(Snapshot)
seal_hidden(Selection)
