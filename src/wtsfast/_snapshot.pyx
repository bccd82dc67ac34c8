"""What process and session snapshots share: an owned native array, read as rows, tuples and columns."""

cimport cython
from cpython.list cimport PyList_New
from cpython.mem cimport PyMem_Free
from cpython.number cimport PyNumber_AsSsize_t
from cpython.object cimport PyObject
from cpython.ref cimport Py_XDECREF
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcmp, memcpy

from wtsfast._arguments cimport PyIndex_Check, to_dword, to_int64, to_uint64
from wtsfast._columns cimport (
    FILETIME, I64, MAX_COLUMNS, SID, STATE, TEXT, U32, U64, Column, Kind, Layout, column_view,
)
from wtsfast._handles cimport ServerHandle
from wtsfast._index cimport Index, build_index, find_row
from wtsfast._intern cimport AS_SID, AS_SID_TEXT, Interner, free_interner, intern_sid, intern_text
from wtsfast._keys cimport same_sid, same_text
from wtsfast._memory cimport BY_MALLOC, RawBuffer
from wtsfast._objects cimport (
    HAS_GIL, PyLong_FromLong, forget_hash, get_from_tuple, is_free, items_of, new_i64, new_reference, new_reference_to,
    new_tuple, new_u32, new_u64, object_of, put_in_tuple,
)
from wtsfast._sdk.windows cimport WCHAR, CompareStringOrdinal
from wtsfast._seal cimport seal, seal_hidden
from wtsfast._text cimport encode, plain
from wtsfast._time cimport datetime_of, microseconds_of
from wtsfast.sid cimport Sid, sid_size

cdef extern from "Python.h":
    void PyObject_GC_Track(PyObject* object) noexcept
    void PyObject_GC_UnTrack(PyObject* object) noexcept

cdef enum:
    CSTR_EQUAL = 2  # of CompareStringOrdinal
    AT_ONCE = 128  # rows that are made into tuples at a time
    FEW = 32  # rows up to which a table of their texts costs more than it saves
    LARGE = 500  # rows from which a loop in C is worth handing the GIL over


# ---- values ----

cdef tuple states = ()  # the members of ConnectState, in the order of their values: from 0 without a gap


cdef int load_states() except -1:
    global states
    from wtsfast.enums import ConnectState

    states = tuple(ConnectState)
    return 0


cdef inline PyObject* new_state(uint32_t value) except NULL:
    if not states:
        load_states()
    if value < <uint32_t>len(states):
        return new_reference_to(get_from_tuple(<PyObject*>states, value))
    return new_u32(value)


cdef object value_of(Snapshot snapshot, const char* row, const Column* column, bint sid_as_text):
    if column.kind == SID and not sid_as_text:
        return snapshot.sid((<const void* const*>(row + column.offset))[0])
    return object_of(new_value(snapshot, row, column))


# A new reference to the value of a field; SIDs are their text.
cdef inline PyObject* new_value(Snapshot snapshot, const char* row, const Column* column) except NULL:
    cdef const char* field = row + column.offset
    cdef Kind kind = column.kind
    if kind == U32:
        return new_u32((<const uint32_t*>field)[0])
    elif kind == TEXT:
        return intern_text(&snapshot.texts, (<const WCHAR* const*>field)[0])
    elif kind == I64:
        return new_i64((<const int64_t*>field)[0])
    elif kind == SID:
        return intern_sid(&snapshot.sid_texts, AS_SID_TEXT, (<const uint8_t* const*>field)[0])
    elif kind == U64:
        return new_u64((<const uint64_t*>field)[0])
    elif kind == STATE:
        return new_state((<const uint32_t*>field)[0])
    elif kind == FILETIME:
        return new_reference(datetime_of((<const int64_t*>field)[0]))
    return PyLong_FromLong((<const int*>field)[0])


# ---- whole columns ----

# Where the values of a column go: item `at` of each tuple in a list, or the items of the list itself for SELF.
cdef enum:
    SELF = -1


cdef inline void put(PyObject** items, Py_ssize_t row, Py_ssize_t at, PyObject* reference) noexcept:
    if at == SELF:
        items[row] = reference
    else:
        put_in_tuple(items[row], at, reference)


cdef int put_u32(PyObject** items, Py_ssize_t at, const char* field, Py_ssize_t count, int stride) except -1:
    cdef Py_ssize_t row
    for row in range(count):
        put(items, row, at, new_u32((<const uint32_t*>field)[0]))
        field += stride
    return 0


cdef int put_i64(PyObject** items, Py_ssize_t at, const char* field, Py_ssize_t count, int stride) except -1:
    cdef Py_ssize_t row
    for row in range(count):
        put(items, row, at, new_i64((<const int64_t*>field)[0]))
        field += stride
    return 0


cdef int put_states(PyObject** items, Py_ssize_t at, const char* field, Py_ssize_t count, int stride) except -1:
    cdef Py_ssize_t row
    for row in range(count):
        put(items, row, at, new_state((<const uint32_t*>field)[0]))
        field += stride
    return 0


cdef int put_texts(
    PyObject** items, Py_ssize_t at, const char* field, Py_ssize_t count, int stride, Interner* table
) except -1:
    cdef Py_ssize_t row
    for row in range(count):
        put(items, row, at, intern_text(table, (<const WCHAR* const*>field)[0]))
        field += stride
    return 0


cdef int put_sids(
    PyObject** items, Py_ssize_t at, const char* field, Py_ssize_t count, int stride, Interner* table
) except -1:
    cdef Py_ssize_t row
    for row in range(count):
        put(items, row, at, intern_sid(table, AS_SID_TEXT, (<const uint8_t* const*>field)[0]))
        field += stride
    return 0


cdef int put_others(
    PyObject** items, Py_ssize_t at, Snapshot snapshot, const char* row, Py_ssize_t count, const Column* column
) except -1:
    cdef Py_ssize_t i
    for i in range(count):
        put(items, i, at, new_value(snapshot, row, column))
        row += snapshot.layout.stride
    return 0


# The values of a column of `count` rows from `row` on, into item `at` of each tuple, or with SELF in their place.
cdef int put_column(
    PyObject** items, Py_ssize_t at, Snapshot snapshot, const char* row, Py_ssize_t count, const Column* column
) except -1:
    cdef const char* field = row + column.offset
    cdef int stride = snapshot.layout.stride
    if column.kind == U32:
        return put_u32(items, at, field, count, stride)
    if column.kind == TEXT:
        return put_texts(items, at, field, count, stride, &snapshot.texts)
    if column.kind == I64:
        return put_i64(items, at, field, count, stride)
    if column.kind == SID:
        return put_sids(items, at, field, count, stride, &snapshot.sid_texts)
    if column.kind == STATE:
        return put_states(items, at, field, count, stride)
    return put_others(items, at, snapshot, row, count, column)


# New tuples, still empty. Texts and numbers form no cycles: the collector need not visit thousands of tuples of them.
cdef int put_tuples(PyObject** items, Py_ssize_t count, Py_ssize_t width) except -1:
    cdef Py_ssize_t row
    for row in range(count):
        items[row] = new_tuple(width)
        PyObject_GC_UnTrack(items[row])
    return 0


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
    cdef TextOwner text
    if len(values) != layout.count:
        raise ValueError(f"{layout.title} has {layout.count} columns, not {len(values)}")
    for i in range(layout.count):
        value = values[i]
        field = row + layout.columns[i].offset
        kind = layout.columns[i].kind
        if kind == TEXT:
            if value is not None:
                text = encoded(value, layout.names[i])
                alive.append(text)
                (<void**>field)[0] = text.text
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


# The native form of a str, owned by an object that is there first.
cdef TextOwner encoded(object value, str what):
    cdef TextOwner owner = TextOwner.__new__(TextOwner)
    owner.text = encode(value, what)
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
    cdef TextOwner text
    condition.column = layout.columns[layout.find(name)]
    kind = condition.column.kind
    condition.pointer = NULL
    if kind == TEXT:
        if value is not None:
            if isinstance(value, str) and "\0" in value:
                return False
            text = encoded(value, name)
            alive.append(text)
            condition.pointer = text.text
    elif kind == SID:
        if value is not None:
            sid = value if isinstance(value, Sid) else Sid(value)
            alive.append(sid)
            condition.pointer = (<Sid>sid).data
    elif kind == U64:
        condition.number = to_uint64(value, name)
    elif kind == I64:
        condition.number = <uint64_t>to_int64(value, name)
    elif kind == FILETIME:
        if PyIndex_Check(value):
            condition.unit = 1
            condition.number = to_uint64(value, name)
        else:
            microseconds = microseconds_of(value)
            if microseconds < 0:  # FILETIMEs begin in 1601
                return False
            condition.unit = 10
            condition.number = microseconds
    else:
        condition.number = to_dword(value, name)
    return True


# ---- choosing columns ----

# The columns that a method was asked for: on its stack, unless somebody asks for some of them again and again.
cdef struct Choice:
    Py_ssize_t width
    Column few[MAX_COLUMNS]
    Column* many  # in place of the few; owned by whoever owns the choice


cdef inline Column* columns_of(Choice* choice) noexcept:
    return choice.many if choice.many != NULL else &choice.few[0]


# Choose the columns of these names, all when there are none. May run Python: a name may be of any class.
cdef int choose(Choice* choice, Layout layout, tuple names) except -1:
    cdef Py_ssize_t i
    cdef Column* columns = choice.few
    choice.many = NULL
    if not names:
        choice.width = layout.count
        memcpy(columns, layout.columns, sizeof(layout.columns))
        return 0
    choice.width = len(names)
    if choice.width > MAX_COLUMNS:
        columns = choice.many = <Column*>malloc(choice.width * sizeof(Column))
        if columns == NULL:
            raise MemoryError
    for i in range(choice.width):
        columns[i] = layout.columns[layout.find(names[i])]
    return 0


# ---- iterating tuples ----

@cython.final
@cython.internal
@cython.no_gc
cdef class Selection:
    """The iterator that ``select`` returns."""

    cdef Snapshot snapshot
    cdef Choice choice
    cdef Py_ssize_t at
    cdef PyObject* last  # owned: the tuple that was given out last, filled anew when nobody else holds it

    def __dealloc__(self):
        free(self.choice.many)
        Py_XDECREF(self.last)

    def __iter__(self):
        return self

    def __length_hint__(self):
        return self.snapshot.count - self.at

    def __next__(self):
        cdef Py_ssize_t at = self.at
        cdef const char* row
        cdef const Column* columns
        cdef PyObject* values
        if at >= self.snapshot.count:
            raise StopIteration
        self.at = at + 1
        row = self.snapshot.rows + at * self.snapshot.layout.stride
        columns = columns_of(&self.choice)
        if not HAS_GIL:
            return object_of(new_row_tuple(self.snapshot, row, columns, self.choice.width))
        values = self.last
        self.last = NULL  # whoever comes by meanwhile, from another thread, makes a tuple of its own
        if is_free(values):
            refill(values, self.snapshot, row, columns, self.choice.width)
        else:
            Py_XDECREF(values)
            values = new_row_tuple(self.snapshot, row, columns, self.choice.width)
        Py_XDECREF(self.last)
        self.last = values
        return object_of(new_reference_to(values))


# Put the values of another row into a tuple that nobody else holds; after an error it is gone. The collector does not
# track it, so nobody finds it meanwhile: making a value may run Python, as when the first time imports datetime.
cdef inline int refill(
    PyObject* values, Snapshot snapshot, const char* row, const Column* columns, Py_ssize_t width
) except -1:
    cdef Py_ssize_t i
    cdef PyObject* old
    cdef PyObject* new
    forget_hash(values)
    try:
        for i in range(width):
            new = new_value(snapshot, row, &columns[i])
            old = get_from_tuple(values, i)
            put_in_tuple(values, i, new)
            Py_XDECREF(old)
    except BaseException:
        Py_XDECREF(values)
        raise
    return 0


# A new reference to a tuple of these columns, which the collector need not visit, as in put_tuples().
cdef inline PyObject* new_row_tuple(
    Snapshot snapshot, const char* row, const Column* columns, Py_ssize_t width
) except NULL:
    cdef PyObject* values = new_tuple(width)
    cdef Py_ssize_t i
    PyObject_GC_UnTrack(values)
    try:
        for i in range(width):
            put_in_tuple(values, i, new_value(snapshot, row, &columns[i]))
    except BaseException:
        Py_XDECREF(values)
        raise
    return values


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


# Its methods are of CPython's own kind, with their signatures in their docstrings: a call of Cython's kind takes 20 ns
# longer. What a snapshot refers to never refers back: the collector need not know of it.
@cython.binding(False)
@cython.embedsignature(True)
@cython.embedsignature.format("clinic")
@cython.no_gc
cdef class Snapshot:
    """Hold what one enumeration returned."""

    def __init__(self):
        raise TypeError(f"{type(self).__name__} cannot be made by hand: call the function that enumerates")

    def __dealloc__(self):
        free_interner(&self.texts)
        free_interner(&self.sids)
        free_interner(&self.sid_texts)
        free(self.index.slots)

    cdef int adopt(self, RawBuffer owner, Layout layout) except -1:
        self.owner = owner
        self.rows = <const char*>owner.ptr
        self.count = owner.entries if owner.ptr != NULL else 0
        self.layout = layout
        owner.size = self.count * layout.stride
        self.texts.full = self.sids.full = self.sid_texts.full = self.count < FEW
        return 0

    cdef object row(self, Py_ssize_t at):
        raise NotImplementedError

    cdef object text(self, const void* native):
        return object_of(intern_text(&self.texts, <const WCHAR*>native))

    cdef object sid(self, const void* native):
        return object_of(intern_sid(&self.sids, AS_SID, <const uint8_t*>native))

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

    def column(self, name):
        """Return one column.

        A numeric column is a read-only, strided ``memoryview`` over the native memory, without a copy, that keeps the
        memory alive: ``numpy.asarray`` takes it as it is. A column of text or SIDs is a list of ``str`` or ``None``.
        Raises ``ValueError`` for a column that this snapshot lacks.
        """
        cdef const Column* column
        cdef list values
        if not isinstance(name, str):
            raise TypeError(f"name must be str, not {type(name).__name__}")
        column = &self.layout.columns[self.layout.find(name)]
        if column.kind != TEXT and column.kind != SID:
            return column_view(self.owner, self.rows, self.count, self.layout, column)
        values = PyList_New(self.count)
        put_column(items_of(values), SELF, self, self.rows, self.count, column)
        return values

    def select(self, *names):
        """Iterate over tuples of just these columns, all when none is named: the fastest way through rows in Python.

        SIDs are their text. Raises ``ValueError`` for a column that this snapshot lacks.
        """
        cdef Selection selection = Selection.__new__(Selection)
        choose(&selection.choice, self.layout, names)
        selection.snapshot = self
        return selection

    def to_tuples(self, *names):
        """Return a list of tuples of these columns, all when none is named. SIDs are their text."""
        cdef list result
        cdef PyObject** items
        cdef const Column* columns
        cdef Py_ssize_t start, count, at
        cdef Choice choice
        try:
            choose(&choice, self.layout, names)  # may run Python: nothing half made is there yet
            columns = columns_of(&choice)
            result = PyList_New(self.count)
            PyObject_GC_UnTrack(<PyObject*>result)  # nobody may find it before it is full
            items = items_of(result)
            # Column by column, but so few rows at a time that they and their tuples stay in the nearest cache.
            for start in range(0, self.count, AT_ONCE):
                count = min(self.count - start, AT_ONCE)
                put_tuples(items + start, count, choice.width)
                for at in range(choice.width):
                    put_column(items + start, at, self, self.rows + start * self.layout.stride, count, &columns[at])
            PyObject_GC_Track(<PyObject*>result)
        finally:
            free(choice.many)
        return result

    def to_dicts(self, *names):
        """Return a list of dicts of these columns, all when none is named. SIDs are their text."""
        cdef const char* row = self.rows
        cdef const Column* columns
        cdef Py_ssize_t _, c
        cdef Choice choice
        cdef dict values
        cdef list result = []
        try:
            choose(&choice, self.layout, names)
            columns = columns_of(&choice)
            if not names:
                names = self.layout.names
            for _ in range(self.count):
                values = {}
                for c in range(choice.width):
                    values[names[c]] = value_of(self, row, &columns[c], True)
                result.append(values)
                row += self.layout.stride
        finally:
            free(choice.many)
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
                if not prepare(&prepared[i], self.layout, plain(name), value, alive):
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
