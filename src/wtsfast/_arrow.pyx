"""Snapshots as Arrow data, by the PyCapsule protocol: what pyarrow, polars, nanoarrow and DuckDB read.

A snapshot becomes one batch: a struct array with a child for each column. Numbers are gathered into arrays of their
own; texts and SIDs are dictionaries, so that each distinct value is written once. The result owns its memory and knows
nothing of the snapshot, whose native block may go first.

A batch lies in one block, a schema in another. A reader may move single columns out and release the rest, so a block
counts the structs in it that are not released yet, and goes with the last of them, in whatever thread that happens.
"""

from cpython.pycapsule cimport PyCapsule_Destructor, PyCapsule_GetPointer, PyCapsule_New
from libc.errno cimport ENOMEM
from libc.stdint cimport INT32_MAX, int32_t, int64_t, uint8_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from wtsfast._columns cimport FILETIME, I64, MAX_COLUMNS, SID, STATE, TEXT, U32, U64, Kind, Layout
from wtsfast._distinct cimport Distinct, free_distinct, number_column, start_distinct
from wtsfast._keys cimport KEY_UNITS, Key
from wtsfast._sdk.windows cimport LONG, WCHAR, InterlockedDecrement, InterlockedExchangePointer
from wtsfast._snapshot cimport Snapshot
from wtsfast._time cimport is_moment
from wtsfast.sid cimport SID_MAX_TEXT, format_sid

cdef extern from "Python.h":
    const char* PyUnicode_AsUTF8AndSize(object text, Py_ssize_t* size) except NULL

cdef enum:
    LARGE = 500  # rows from which handing the GIL over pays
    CHUNK = 256  # rows that stay in the first cache while one column after the other is taken from them
    ALIGNMENT = 64  # what Arrow recommends
    NAME_BYTES = 32  # of a column's name, with its NUL
    REPLACEMENT = 0xFFFD
    SID_HEAD_TEXT = 19  # "S-1-" and an authority of 48 bits
    SID_PART_TEXT = 11  # "-4294967295"
    SPARE_LEAST = 1 << 16  # bytes: smaller blocks come fast enough from malloc, which keeps them
    SPARE_MOST = 1 << 22  # and larger ones are not worth keeping

cdef int64_t UNIX_EPOCH = 11644473600000000  # in microseconds since 1601


# ---- the C data and stream interfaces, as Arrow defines them ----

cdef enum:
    NULLABLE = 2  # a flag of ArrowSchema


cdef struct ArrowSchema:
    const char* format
    const char* name
    const char* metadata
    int64_t flags
    int64_t n_children
    ArrowSchema** children
    ArrowSchema* dictionary
    void (*release)(ArrowSchema* schema) noexcept nogil  # NULL: released, or moved away
    void* private_data


cdef struct ArrowArray:
    int64_t length
    int64_t null_count
    int64_t offset
    int64_t n_buffers
    int64_t n_children
    const void** buffers
    ArrowArray** children
    ArrowArray* dictionary
    void (*release)(ArrowArray* array) noexcept nogil
    void* private_data


cdef struct ArrowArrayStream:
    int (*get_schema)(ArrowArrayStream* stream, ArrowSchema* schema) noexcept nogil
    int (*get_next)(ArrowArrayStream* stream, ArrowArray* array) noexcept nogil
    const char* (*get_last_error)(ArrowArrayStream* stream) noexcept nogil
    void (*release)(ArrowArrayStream* stream) noexcept nogil
    void* private_data


# ---- columns ----

cdef struct Field:
    Kind kind
    int offset
    char name[NAME_BYTES]


# The columns of a layout, without a Python object: streams are asked for their schema in any thread.
cdef struct Fields:
    int count
    Field items[MAX_COLUMNS]


cdef int describe(Layout layout, Fields* fields) except -1:
    cdef Py_ssize_t size = 0
    cdef const char* name
    cdef int i
    fields.count = layout.count
    for i in range(layout.count):
        name = PyUnicode_AsUTF8AndSize(layout.names[i], &size)
        if size >= NAME_BYTES:
            raise ValueError(f"the name of column {layout.names[i]} is too long")
        memcpy(fields.items[i].name, name, size + 1)
        fields.items[i].kind = layout.columns[i].kind
        fields.items[i].offset = layout.columns[i].offset
    return 0


cdef inline bint is_dictionary(Kind kind) noexcept nogil:
    return kind == TEXT or kind == SID


cdef inline bint is_nullable(Kind kind) noexcept nogil:
    return is_dictionary(kind) or kind == FILETIME


cdef inline int width_of(Kind kind) noexcept nogil:
    return 8 if kind in (U64, I64, FILETIME) else 4


cdef const char* format_of(Kind kind) noexcept nogil:
    if kind == U32 or kind == STATE:
        return b"I"
    if kind == U64:
        return b"L"
    if kind == I64:
        return b"l"
    if kind == FILETIME:
        return b"tsu:UTC"
    return b"i"  # of dictionaries, the type of the numbers


# ---- schemas ----

cdef struct SchemaBlock:
    LONG holders  # structs that are not released: the batch's, the columns', the dictionaries'
    Fields fields
    ArrowSchema* pointers[MAX_COLUMNS]
    ArrowSchema columns[MAX_COLUMNS]
    ArrowSchema dictionaries[MAX_COLUMNS]


cdef void release_schema(ArrowSchema* schema) noexcept nogil:
    cdef SchemaBlock* block = <SchemaBlock*>schema.private_data
    cdef int64_t i
    for i in range(schema.n_children):
        if schema.children[i].release != NULL:
            schema.children[i].release(schema.children[i])
    if schema.dictionary != NULL and schema.dictionary.release != NULL:
        schema.dictionary.release(schema.dictionary)
    schema.release = NULL
    if InterlockedDecrement(&block.holders) == 0:
        free(block)


cdef void start_schema(ArrowSchema* schema, SchemaBlock* block, const char* format, const char* name) noexcept nogil:
    memset(schema, 0, sizeof(ArrowSchema))
    schema.format = format
    schema.name = name
    schema.release = release_schema
    schema.private_data = block
    block.holders += 1


# False: out of memory.
cdef bint build_schema(ArrowSchema* schema, const Fields* fields) noexcept nogil:
    cdef SchemaBlock* block = <SchemaBlock*>malloc(sizeof(SchemaBlock))
    cdef const Field* field
    cdef int i
    if block == NULL:
        return False
    block.holders = 0
    block.fields = fields[0]
    start_schema(schema, block, b"+s", b"")
    schema.n_children = fields.count
    schema.children = block.pointers
    for i in range(fields.count):
        field = &block.fields.items[i]
        block.pointers[i] = &block.columns[i]
        start_schema(&block.columns[i], block, format_of(field.kind), field.name)
        if is_nullable(field.kind):
            block.columns[i].flags = NULLABLE
        if is_dictionary(field.kind):
            block.columns[i].dictionary = &block.dictionaries[i]
            start_schema(&block.dictionaries[i], block, b"u", b"")
    return True


# ---- the memory of a batch ----

# The structs; the columns' arrays follow them in the same block.
cdef struct ArrayBlock:
    LONG holders  # as in SchemaBlock
    size_t size  # bytes of the whole block
    void* texts[MAX_COLUMNS]  # of dictionaries: offsets and UTF-8, from malloc
    const void* no_buffer  # stays NULL: the bitmap that a batch has no need for
    const void* buffers[MAX_COLUMNS][2]
    const void* dictionary_buffers[MAX_COLUMNS][3]
    ArrowArray* pointers[MAX_COLUMNS]
    ArrowArray columns[MAX_COLUMNS]
    ArrowArray dictionaries[MAX_COLUMNS]


# The block of the last batch, for the next one: fresh memory costs a page fault for each 4 kB, which is more than all
# the gathering.
cdef void* spare = NULL


cdef ArrayBlock* take_block(size_t size) noexcept nogil:
    cdef ArrayBlock* block
    if size >= SPARE_LEAST:
        block = <ArrayBlock*>InterlockedExchangePointer(&spare, NULL)
        if block != NULL and size <= block.size <= 4 * size:
            return block
        free(block)
    block = <ArrayBlock*>malloc(size)
    if block != NULL:
        block.size = size
    return block


cdef void give_block(ArrayBlock* block) noexcept nogil:
    cdef int i
    for i in range(MAX_COLUMNS):
        free(block.texts[i])
    if SPARE_LEAST <= block.size <= SPARE_MOST:
        block = <ArrayBlock*>InterlockedExchangePointer(&spare, block)
    free(block)


cdef void release_array(ArrowArray* array) noexcept nogil:
    cdef ArrayBlock* block = <ArrayBlock*>array.private_data
    cdef int64_t i
    for i in range(array.n_children):
        if array.children[i].release != NULL:
            array.children[i].release(array.children[i])
    if array.dictionary != NULL and array.dictionary.release != NULL:
        array.dictionary.release(array.dictionary)
    array.release = NULL
    if InterlockedDecrement(&block.holders) == 0:
        give_block(block)


cdef void start_array(ArrowArray* array, ArrayBlock* block, int64_t length, const void** buffers) noexcept nogil:
    memset(array, 0, sizeof(ArrowArray))
    array.length = length
    array.buffers = buffers
    array.release = release_array
    array.private_data = block
    block.holders += 1


cdef inline size_t aligned(size_t size) noexcept nogil:
    return (size + ALIGNMENT - 1) & ~<size_t>(ALIGNMENT - 1)


# Bytes of a column's bitmap of valid rows.
cdef inline size_t bitmap_size(Kind kind, Py_ssize_t count) noexcept nogil:
    return aligned((count + 7) // 8) if is_nullable(kind) else 0


cdef inline size_t data_size(Kind kind, Py_ssize_t count) noexcept nogil:
    return aligned(<size_t>count * width_of(kind))


# A block for so many rows, its structs empty and its buffers in place, all rows valid. NULL: out of memory.
cdef ArrayBlock* start_block(const Fields* fields, Py_ssize_t count) noexcept nogil:
    cdef size_t size = aligned(sizeof(ArrayBlock)) + ALIGNMENT
    cdef ArrayBlock* block
    cdef Kind kind
    cdef char* place
    cdef int i
    for i in range(fields.count):
        size += bitmap_size(fields.items[i].kind, count) + data_size(fields.items[i].kind, count)
    block = take_block(size)
    if block == NULL:
        return NULL
    block.holders = 0
    block.no_buffer = NULL
    memset(block.texts, 0, sizeof(block.texts))
    place = <char*>aligned(<uintptr_t>(block + 1))
    for i in range(fields.count):
        kind = fields.items[i].kind
        block.buffers[i][0] = place
        memset(place, 0xFF, bitmap_size(kind, count))
        place += bitmap_size(kind, count)
        block.buffers[i][1] = place
        place += data_size(kind, count)
    return block


# ---- gathering: `field` is where a column lies in the first of `count` rows ----

cdef void gather_32(const char* field, Py_ssize_t count, int stride, uint32_t* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        out[i] = (<const uint32_t*>field)[0]
        field += stride


cdef void gather_64(const char* field, Py_ssize_t count, int stride, uint64_t* out) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(count):
        out[i] = (<const uint64_t*>field)[0]
        field += stride


cdef inline void mark_null(uint8_t* bitmap, Py_ssize_t row) noexcept nogil:
    bitmap[row >> 3] &= ~<uint8_t>(1 << (row & 7))


# Rows `first` and on as microseconds since 1970; returns how many of them are null.
cdef Py_ssize_t gather_times(
    const char* field, Py_ssize_t first, Py_ssize_t count, int stride, int64_t* out, uint8_t* bitmap
) noexcept nogil:
    cdef Py_ssize_t nulls = 0, row
    cdef int64_t filetime
    for row in range(first, first + count):
        filetime = (<const int64_t*>field)[0]
        if is_moment(filetime):
            out[row] = filetime // 10 - UNIX_EPOCH
        else:
            out[row] = 0
            mark_null(bitmap, row)
            nulls += 1
        field += stride
    return nulls


# Rows `first` and on as numbers of a dictionary; returns how many of them are null, NO_MEMORY.
cdef Py_ssize_t gather_numbers(
    const char* field, Py_ssize_t first, Py_ssize_t count, int stride, Distinct* values, int32_t* out, uint8_t* bitmap
) noexcept nogil:
    cdef Py_ssize_t nulls = number_column(values, field, count, stride, out + first), row
    if nulls > 0:
        for row in range(first, first + count):
            if out[row] < 0:
                out[row] = 0
                mark_null(bitmap, row)
    return nulls


# One column of rows `first` and on; returns how many of them are null, NO_MEMORY.
cdef Py_ssize_t gather_column(
    Kind kind, const char* field, Py_ssize_t first, Py_ssize_t count, int stride, Distinct* values, const void** buffers
) noexcept nogil:
    cdef uint8_t* bitmap = <uint8_t*>buffers[0]
    if is_dictionary(kind):
        return gather_numbers(field, first, count, stride, values, <int32_t*>buffers[1], bitmap)
    if kind == FILETIME:
        return gather_times(field, first, count, stride, <int64_t*>buffers[1], bitmap)
    if width_of(kind) == 8:
        gather_64(field, count, stride, <uint64_t*>buffers[1] + first)
    else:
        gather_32(field, count, stride, <uint32_t*>buffers[1] + first)
    return 0


# All columns of all rows; `nulls` of each column are counted up. False: out of memory.
cdef bint gather(
    const Fields* fields, const char* rows, Py_ssize_t count, int stride,
    Distinct* values, ArrayBlock* block, Py_ssize_t* nulls
) noexcept nogil:
    cdef Py_ssize_t first = 0, length, added
    cdef int i
    while first < count:
        length = min(CHUNK, count - first)
        for i in range(fields.count):
            added = gather_column(
                fields.items[i].kind, rows + fields.items[i].offset, first, length, stride, &values[i], block.buffers[i]
            )
            if added < 0:
                return False
            nulls[i] += added
        rows += length * stride
        first += length
    return True


# ---- dictionaries ----

# The place behind the next character. A surrogate without its other half is U+FFFD, since UTF-8 has no form for it.
cdef inline const WCHAR* next_character(const WCHAR* text, uint32_t* character) noexcept nogil:
    cdef uint32_t unit = text[0]
    if unit & 0xF800 != 0xD800:
        character[0] = unit
        return text + 1
    if unit < 0xDC00 and text[1] & 0xFC00 == 0xDC00:
        character[0] = 0x10000 + ((unit & 0x3FF) << 10 | text[1] & 0x3FF)
        return text + 2
    character[0] = REPLACEMENT
    return text + 1


cdef int64_t utf8_size(const WCHAR* text) noexcept nogil:
    cdef int64_t size = 0
    cdef uint32_t character
    while text[0]:
        text = next_character(text, &character)
        size += 1 + (character >= 0x80) + (character >= 0x800) + (character >= 0x10000)
    return size


cdef char* put_utf8(const WCHAR* text, char* out) noexcept nogil:
    cdef uint32_t character
    while text[0]:
        text = next_character(text, &character)
        if character < 0x80:
            out[0] = <char>character
            out += 1
            continue
        if character < 0x800:
            out[0] = <char>(0xC0 | character >> 6)
        else:
            if character < 0x10000:
                out[0] = <char>(0xE0 | character >> 12)
            else:
                out[0] = <char>(0xF0 | character >> 18)
                out += 1
                out[0] = <char>(0x80 | character >> 12 & 0x3F)
            out += 1
            out[0] = <char>(0x80 | character >> 6 & 0x3F)
        out[1] = <char>(0x80 | character & 0x3F)
        out += 2
    return out


# Whether a text is ASCII and all of it, with its NUL, is in its key: most names are so.
cdef inline bint is_short(const Key* key) noexcept nogil:
    return not (
        (key.words[0] | key.words[1] | key.words[2] | key.words[3]) & <uint64_t>0xFF80FF80FF80FF80
        or key.words[3] >> 48
    )


# The low bytes of four units, in the low half.
cdef inline uint64_t low_bytes(uint64_t units) noexcept nogil:
    units = (units | units >> 8) & <uint64_t>0x0000FFFF0000FFFF
    return (units | units >> 16) & <uint64_t>0xFFFFFFFF


# How many of eight bytes, all below 128, are not 0.
cdef inline uint64_t filled(uint64_t bytes) noexcept nogil:
    return ((((bytes + <uint64_t>0x7F7F7F7F7F7F7F7F) & <uint64_t>0x8080808080808080) >> 7)
            * <uint64_t>0x0101010101010101) >> 56


# Write a short text, and zeros up to KEY_UNITS bytes; returns where the text ends.
cdef inline char* put_short(const Key* key, char* out) noexcept nogil:
    cdef uint64_t bytes[2]
    bytes[0] = low_bytes(key.words[0]) | low_bytes(key.words[1]) << 32
    bytes[1] = low_bytes(key.words[2]) | low_bytes(key.words[3]) << 32
    memcpy(out, bytes, KEY_UNITS)
    return out + filled(bytes[0]) + filled(bytes[1])


# Bytes that the text of a value needs at most.
cdef int64_t text_room(const Distinct* values, int32_t number) noexcept nogil:
    cdef const void* native = values.entries[number].native
    if values.is_text:
        return KEY_UNITS if is_short(&values.entries[number].key) else utf8_size(<const WCHAR*>native)
    return SID_HEAD_TEXT + SID_PART_TEXT * (<const uint8_t*>native)[1]


cdef char* put_text(const Distinct* values, int32_t number, char* out) noexcept nogil:
    cdef const void* native = values.entries[number].native
    cdef char text[SID_MAX_TEXT]
    cdef char* end = text + SID_MAX_TEXT
    cdef char* start
    if values.is_text:
        if is_short(&values.entries[number].key):
            return put_short(&values.entries[number].key, out)
        return put_utf8(<const WCHAR*>native, out)
    start = format_sid(<const uint8_t*>native, end)
    memcpy(out, start, end - start)
    return out + (end - start)


# The distinct values as an array of UTF-8 texts. False: out of memory, or out of the range of 32-bit offsets.
cdef bint build_dictionary(ArrayBlock* block, int column, const Distinct* values) noexcept nogil:
    cdef const void** buffers = block.dictionary_buffers[column]
    cdef int64_t size = 0
    cdef int32_t* offsets
    cdef char* start
    cdef char* end
    cdef int32_t i
    for i in range(values.count):
        size += text_room(values, i)
    if size > INT32_MAX:
        return False
    offsets = <int32_t*>malloc((<size_t>values.count + 1) * sizeof(int32_t) + <size_t>size)
    if offsets == NULL:
        return False
    start = end = <char*>(offsets + values.count + 1)
    offsets[0] = 0
    for i in range(values.count):
        end = put_text(values, i, end)
        offsets[i + 1] = <int32_t>(end - start)
    block.texts[column] = offsets
    buffers[0] = NULL
    buffers[1] = offsets
    buffers[2] = start
    start_array(&block.dictionaries[column], block, values.count, buffers)
    block.dictionaries[column].n_buffers = 3
    return True


# ---- batches ----

# Fill a block that was just started. False: out of memory; nobody has seen its structs then, so none is to be released.
cdef bint fill_block(
    ArrayBlock* block, const Fields* fields, const char* rows, Py_ssize_t count, int stride, Distinct* values
) noexcept nogil:
    cdef Py_ssize_t nulls[MAX_COLUMNS]
    cdef ArrowArray* column
    cdef Kind kind
    cdef int i
    memset(nulls, 0, sizeof(nulls))
    for i in range(fields.count):
        kind = fields.items[i].kind
        if is_dictionary(kind) and not start_distinct(&values[i], kind == TEXT):
            return False
    if not gather(fields, rows, count, stride, values, block, nulls):
        return False
    for i in range(fields.count):
        column = block.pointers[i] = &block.columns[i]
        start_array(column, block, count, block.buffers[i])
        column.n_buffers = 2
        column.null_count = nulls[i]
        if nulls[i] == 0:
            block.buffers[i][0] = NULL
        if is_dictionary(fields.items[i].kind):
            if not build_dictionary(block, i, &values[i]):
                return False
            column.dictionary = &block.dictionaries[i]
    return True


# The batch of these rows. False: out of memory, and nothing is left to be released.
cdef bint build_array(
    ArrowArray* array, const Fields* fields, const char* rows, Py_ssize_t count, int stride
) noexcept nogil:
    cdef Distinct values[MAX_COLUMNS]
    cdef ArrayBlock* block = start_block(fields, count)
    cdef bint ok
    cdef int i
    if block == NULL:
        return False
    memset(values, 0, sizeof(values))
    ok = fill_block(block, fields, rows, count, stride, values)
    for i in range(fields.count):
        free_distinct(&values[i])
    if not ok:
        give_block(block)
        return False
    start_array(array, block, count, &block.no_buffer)
    array.n_buffers = 1
    array.n_children = fields.count
    array.children = block.pointers
    return True


cdef int gather_snapshot(Snapshot snapshot, const Fields* fields, ArrowArray* array) except -1:
    cdef bint ok
    if snapshot.count < LARGE:
        ok = build_array(array, fields, snapshot.rows, snapshot.count, snapshot.layout.stride)
    else:
        with nogil:
            ok = build_array(array, fields, snapshot.rows, snapshot.count, snapshot.layout.stride)
    if not ok:
        raise MemoryError
    return 0


# ---- streams ----

# The batch is made with the stream, so that the stream does not need the snapshot either.
cdef struct Stream:
    Fields fields
    ArrowArray batch  # released: it was fetched


cdef int get_schema(ArrowArrayStream* stream, ArrowSchema* schema) noexcept nogil:
    return 0 if build_schema(schema, &(<Stream*>stream.private_data).fields) else ENOMEM


cdef int get_next(ArrowArrayStream* stream, ArrowArray* array) noexcept nogil:
    cdef Stream* state = <Stream*>stream.private_data
    array[0] = state.batch  # the second time a released one, which says that there are no more
    state.batch.release = NULL
    return 0


cdef const char* get_last_error(ArrowArrayStream* stream) noexcept nogil:
    return b"out of memory"  # nothing else can go wrong


cdef void release_stream(ArrowArrayStream* stream) noexcept nogil:
    cdef Stream* state = <Stream*>stream.private_data
    if state.batch.release != NULL:
        state.batch.release(&state.batch)
    free(state)
    stream.release = NULL


# ---- capsules: each owns its struct, and releases what nobody has taken out of it ----

cdef void drop_schema(object capsule) noexcept:
    cdef ArrowSchema* schema = <ArrowSchema*>PyCapsule_GetPointer(capsule, b"arrow_schema")
    if schema.release != NULL:
        schema.release(schema)
    free(schema)


cdef void drop_array(object capsule) noexcept:
    cdef ArrowArray* array = <ArrowArray*>PyCapsule_GetPointer(capsule, b"arrow_array")
    if array.release != NULL:
        array.release(array)
    free(array)


cdef void drop_stream(object capsule) noexcept:
    cdef ArrowArrayStream* stream = <ArrowArrayStream*>PyCapsule_GetPointer(capsule, b"arrow_array_stream")
    if stream.release != NULL:
        stream.release(stream)
    free(stream)


# A capsule that takes over `content`, from malloc, which it frees with `drop`.
cdef object capsule_of(void* content, const char* name, PyCapsule_Destructor drop):
    try:
        return PyCapsule_New(content, name, drop)
    except BaseException:
        free(content)
        raise


cdef object schema_capsule(const Fields* fields):
    cdef ArrowSchema* schema = <ArrowSchema*>malloc(sizeof(ArrowSchema))
    if schema == NULL:
        raise MemoryError
    schema.release = NULL
    capsule = capsule_of(schema, b"arrow_schema", drop_schema)
    if not build_schema(schema, fields):
        raise MemoryError
    return capsule


cdef object array_capsule(Snapshot snapshot, const Fields* fields):
    cdef ArrowArray* array = <ArrowArray*>malloc(sizeof(ArrowArray))
    if array == NULL:
        raise MemoryError
    array.release = NULL
    capsule = capsule_of(array, b"arrow_array", drop_array)
    gather_snapshot(snapshot, fields, array)
    return capsule


def export_schema(Snapshot snapshot not None):
    """Return a capsule with the schema."""
    cdef Fields fields
    describe(snapshot.layout, &fields)
    return schema_capsule(&fields)


def export_array(Snapshot snapshot not None):
    """Return two capsules: the schema, and the batch of all rows."""
    cdef Fields fields
    describe(snapshot.layout, &fields)
    return schema_capsule(&fields), array_capsule(snapshot, &fields)


def export_stream(Snapshot snapshot not None):
    """Return a capsule with a stream of one batch."""
    cdef ArrowArrayStream* stream = <ArrowArrayStream*>malloc(sizeof(ArrowArrayStream))
    cdef Stream* state
    if stream == NULL:
        raise MemoryError
    stream.release = NULL
    capsule = capsule_of(stream, b"arrow_array_stream", drop_stream)
    state = <Stream*>malloc(sizeof(Stream))
    if state == NULL:
        raise MemoryError
    state.batch.release = NULL
    stream.private_data = state
    stream.release = release_stream  # from here on the capsule frees all of it
    stream.get_schema = get_schema
    stream.get_next = get_next
    stream.get_last_error = get_last_error
    describe(snapshot.layout, &state.fields)
    gather_snapshot(snapshot, &state.fields, &state.batch)
    return capsule
