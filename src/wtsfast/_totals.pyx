"""Totals of a process snapshot by session, user or name: 64-bit sums, made without the GIL."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memset

from wtsfast._columns cimport TEXT, U32, U64, Column, Layout
from wtsfast._distinct cimport NO_MEMORY, Distinct, free_distinct, number_of, start_distinct
from wtsfast._index cimport slot_of
from wtsfast._processes cimport ProcessHead, ProcessSnapshot
from wtsfast._text cimport plain

from wtsfast._results import ProcessTotals

cdef enum:
    LARGE = 500  # rows from which handing the GIL over pays


# 64 bytes, as a line of the cache.
cdef struct Sums:
    uint32_t processes
    uint32_t key  # of groups by number
    uint64_t threads
    uint64_t handles
    uint64_t working_set
    uint64_t pagefile
    int64_t cpu  # 100 ns
    const char* first  # the group's first row


# Groups by number, in the order of their first rows. `missing` is for NULL names and SIDs.
cdef struct Groups:
    Sums* sums
    int32_t count
    int32_t capacity
    Sums missing


# Where the summed fields lie in a row.
cdef struct Fields:
    int threads
    int handles
    int working_set
    int pagefile
    int user_time
    int kernel_time
    bint wide  # sizes of 64 bits


cdef inline uint32_t small(const char* row, int offset) noexcept nogil:
    return (<const uint32_t*>(row + offset))[0]


cdef inline uint64_t large(const char* row, int offset) noexcept nogil:
    return (<const uint64_t*>(row + offset))[0]


cdef inline void add(Sums* sums, const char* row, const Fields* fields) noexcept nogil:
    sums.processes += 1
    sums.threads += small(row, fields.threads)
    sums.handles += small(row, fields.handles)
    if fields.wide:
        sums.working_set += large(row, fields.working_set)
        sums.pagefile += large(row, fields.pagefile)
    else:
        sums.working_set += small(row, fields.working_set)
        sums.pagefile += small(row, fields.pagefile)
    if (<const ProcessHead*>row).pid:  # what process 0 spends is idle time
        sums.cpu += <int64_t>(large(row, fields.user_time) + large(row, fields.kernel_time))


# A group more, which begins with this row. False: out of memory.
cdef bint start_group(Groups* groups, const char* row, uint32_t key) noexcept nogil:
    cdef Sums* sums
    cdef int32_t capacity
    if groups.count == groups.capacity:
        capacity = groups.capacity * 2 if groups.capacity else 64
        sums = <Sums*>realloc(groups.sums, capacity * sizeof(Sums))
        if sums == NULL:
            return False
        groups.sums = sums
        groups.capacity = capacity
    sums = &groups.sums[groups.count]
    memset(sums, 0, sizeof(Sums))
    sums.first = row
    sums.key = key
    groups.count += 1
    return True


# By name or SID.
cdef bint sum_by_value(
    Groups* groups, const char* row, Py_ssize_t count, int stride, int key, bint is_text, const Fields* fields
) noexcept nogil:
    cdef Distinct values
    cdef int32_t number
    cdef Py_ssize_t _
    cdef bint ok = start_distinct(&values, is_text)
    for _ in range(count if ok else 0):
        number = number_of(&values, (<const void* const*>(row + key))[0])
        if number == NO_MEMORY or (number == groups.count and not start_group(groups, row, 0)):
            ok = False
            break
        add(&groups.sums[number] if number >= 0 else &groups.missing, row, fields)
        row += stride
    free_distinct(&values)
    return ok


# By a 32-bit number. Rows of one session mostly stand together, so the last group is tried first.
cdef bint sum_by_number(
    Groups* groups, const char* row, Py_ssize_t count, int stride, int key, const Fields* fields
) noexcept nogil:
    cdef uint32_t mask = 1023, at, value
    cdef int32_t number = -1
    cdef Py_ssize_t _
    cdef bint ok = True
    cdef uint32_t* slots = <uint32_t*>calloc(mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return False
    for _ in range(count):
        value = small(row, key)
        if number < 0 or groups.sums[number].key != value:
            at = slot_of(value, mask)
            while slots[at] and groups.sums[slots[at] - 1].key != value:
                at = (at + 1) & mask
            if slots[at]:
                number = <int32_t>slots[at] - 1
            else:
                number = groups.count
                if not start_group(groups, row, value):
                    ok = False
                    break
                slots[at] = <uint32_t>groups.count
                if <uint32_t>groups.count * 2 > mask:
                    slots = widen(groups, slots, &mask)
                    if slots == NULL:
                        return False
        add(&groups.sums[number], row, fields)
        row += stride
    free(slots)
    return ok


# Twice the slots; NULL, and the old ones freed, when there is no memory.
cdef uint32_t* widen(const Groups* groups, uint32_t* old, uint32_t* mask) noexcept nogil:
    cdef uint32_t wider = mask[0] * 2 + 1, at
    cdef uint32_t* slots = <uint32_t*>calloc(<size_t>wider + 1, sizeof(uint32_t))
    cdef int32_t i
    free(old)
    if slots == NULL:
        return NULL
    for i in range(groups.count):
        at = slot_of(groups.sums[i].key, wider)
        while slots[at]:
            at = (at + 1) & wider
        slots[at] = <uint32_t>i + 1
    mask[0] = wider
    return slots


cdef bint sum_up(
    Groups* groups, const char* rows, Py_ssize_t count, int stride, const Column* key, const Fields* fields
) noexcept nogil:
    if key.kind == U32:
        return sum_by_number(groups, rows, count, stride, key.offset, fields)
    return sum_by_value(groups, rows, count, stride, key.offset, key.kind == TEXT, fields)


cdef object new_tuple = tuple.__new__  # the named tuple's own would look at each argument by its name


cdef object as_record(const Sums* sums, object key):
    return new_tuple(ProcessTotals, (
        key, sums.processes, sums.threads, sums.handles, sums.working_set, sums.pagefile, sums.cpu / 1e7
    ))


cdef object key_value(ProcessSnapshot snapshot, const char* row, str by):
    cdef const ProcessHead* head = <const ProcessHead*>row
    if by == "session_id":
        return head.session_id
    return snapshot.text(head.name) if by == "name" else snapshot.sid(head.user_sid)


def totals(ProcessSnapshot snapshot not None, by):
    """Sum up a snapshot: see ``ProcessSnapshot.totals``."""
    cdef Layout layout = snapshot.layout
    cdef Groups groups
    cdef Fields fields
    cdef const Column* key
    cdef bint ok
    cdef int32_t i
    cdef str name
    if not isinstance(by, str):
        raise TypeError(f"by must be str, not {type(by).__name__}")
    name = plain(by)
    if name not in ("session_id", "user_sid", "name"):
        raise ValueError(f"by must be 'session_id', 'user_sid' or 'name', not {name!r}")
    key = &layout.columns[layout.find(name)]
    fields.threads = layout.columns[layout.find("number_of_threads")].offset
    fields.handles = layout.columns[layout.find("handle_count")].offset
    fields.working_set = layout.columns[layout.find("working_set_size")].offset
    fields.pagefile = layout.columns[layout.find("pagefile_usage")].offset
    fields.user_time = layout.columns[layout.find("user_time")].offset
    fields.kernel_time = layout.columns[layout.find("kernel_time")].offset
    fields.wide = layout.columns[layout.find("working_set_size")].kind == U64
    memset(&groups, 0, sizeof(Groups))
    try:
        if snapshot.count < LARGE:
            ok = sum_up(&groups, snapshot.rows, snapshot.count, layout.stride, key, &fields)
        else:
            with nogil:
                ok = sum_up(&groups, snapshot.rows, snapshot.count, layout.stride, key, &fields)
        if not ok:
            raise MemoryError
        result = [
            as_record(&groups.sums[i], key_value(snapshot, groups.sums[i].first, name))
            for i in range(groups.count)
        ]
        if groups.missing.processes:
            result.append(as_record(&groups.missing, None))
        return result
    finally:
        free(groups.sums)
