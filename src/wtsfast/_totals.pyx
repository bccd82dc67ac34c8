"""Totals of a process snapshot by session, user or name: 64-bit sums, made without the GIL."""

from cpython.object cimport PyObject, PyTypeObject
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, realloc
from libc.string cimport memset

from wtsfast._columns cimport Layout
from wtsfast._distinct cimport NO_MEMORY, Distinct, free_distinct, number_of, start_distinct
from wtsfast._index cimport slot_of
from wtsfast._objects cimport new_float, new_record, new_reference, new_u64, object_of, put_in_tuple
from wtsfast._processes cimport LEVEL_1, KernelRow, ProcessHead, ProcessSnapshot
from wtsfast._sdk.wtsapi32 cimport WTS_PROCESS_INFO_EXW
from wtsfast._text cimport plain

from wtsfast._results import ProcessTotals

cdef enum:
    LARGE = 500  # rows from which handing the GIL over pays

cdef uint64_t NO_SESSION = 1 << 32  # no session has this number

# What the rows of a group have in common.
cdef enum By:
    BY_SESSION
    BY_NAME
    BY_SID

cdef tuple KEYS = ("session_id", "name", "user_sid")


# 64 bytes, so that its place is found by a shift.
cdef struct Sums:
    uint64_t session
    uint64_t processes
    uint64_t threads
    uint64_t handles
    uint64_t working_set
    uint64_t pagefile
    int64_t cpu  # 100 ns
    const ProcessHead* first  # the group's first row


# Groups in the order of their first rows, from place 1 on. Place 0 is for rows with a NULL name or SID, and its session
# for slots that are free: none equals it.
cdef struct Groups:
    Sums* sums
    uint32_t count  # with place 0
    uint32_t capacity


# Those rows that have what is summed.
ctypedef fused Row:
    WTS_PROCESS_INFO_EXW
    KernelRow


cdef inline void add(Sums* sums, const Row* row) noexcept nogil:
    sums.processes += 1
    if Row is KernelRow:
        sums.threads += row.number_of_threads
        sums.handles += row.handle_count
        sums.working_set += row.working_set_size
        sums.pagefile += row.pagefile_usage
        if row.pid:  # what process 0 spends is idle time
            sums.cpu += row.user_time + row.kernel_time
    else:
        sums.threads += row.NumberOfThreads
        sums.handles += row.HandleCount
        sums.working_set += row.WorkingSetSize
        sums.pagefile += row.PagefileUsage
        if row.ProcessId:
            sums.cpu += row.UserTime.QuadPart + row.KernelTime.QuadPart


# A group more, which begins with this row; NULL: out of memory.
cdef Sums* start_group(Groups* groups, const void* first, uint64_t session) noexcept nogil:
    cdef Sums* sums
    cdef uint32_t capacity
    if groups.count == groups.capacity:
        capacity = groups.capacity * 2 if groups.capacity else 64
        sums = <Sums*>realloc(groups.sums, capacity * sizeof(Sums))
        if sums == NULL:
            return NULL
        groups.sums = sums
        groups.capacity = capacity
    sums = &groups.sums[groups.count]
    memset(sums, 0, sizeof(Sums))
    sums.first = <const ProcessHead*>first
    sums.session = session
    groups.count += 1
    return sums


# By name or SID.
cdef bint sum_by_value(Groups* groups, const Row* row, Py_ssize_t count, bint is_text) noexcept nogil:
    cdef const ProcessHead* head
    cdef Distinct values
    cdef int32_t number
    cdef Py_ssize_t _
    cdef bint ok = start_distinct(&values, is_text)
    for _ in range(count if ok else 0):
        head = <const ProcessHead*>row
        number = number_of(&values, <const void*>head.name if is_text else <const void*>head.user_sid)
        if number == NO_MEMORY or (number + 1 == <int32_t>groups.count and start_group(groups, row, 0) == NULL):
            ok = False
            break
        add(&groups.sums[number + 1], row)  # NO_VALUE is -1
        row += 1
    free_distinct(&values)
    return ok


# The places of groups by session; 0 is free.
cdef struct Sessions:
    uint32_t* slots
    uint32_t mask


cdef bint sum_by_session(Groups* groups, const Row* row, Py_ssize_t count) noexcept nogil:
    cdef Sessions known
    cdef Sums* sums
    cdef uint32_t session, at
    cdef Py_ssize_t _
    cdef bint ok = True
    known.mask = 1023
    known.slots = <uint32_t*>calloc(known.mask + 1, sizeof(uint32_t))
    if known.slots == NULL:
        return False
    for _ in range(count):
        session = (<const ProcessHead*>row).session_id
        at = slot_of(session, known.mask)
        sums = &groups.sums[known.slots[at]]
        while sums.session != session:
            if not known.slots[at]:
                sums = start_session(groups, &known, at, row, session)
                break
            at = (at + 1) & known.mask
            sums = &groups.sums[known.slots[at]]
        if sums == NULL:
            ok = False
            break
        add(sums, row)
        row += 1
    free(known.slots)
    return ok


# A group more, whose place goes into the free slot; NULL: out of memory.
cdef Sums* start_session(
    Groups* groups, Sessions* known, uint32_t at, const void* first, uint32_t session
) noexcept nogil:
    cdef Sums* sums = start_group(groups, first, session)
    known.slots[at] = groups.count - 1
    if sums != NULL and groups.count * 2 > known.mask and not widen(groups, known):
        return NULL
    return sums


# Twice the slots. False: out of memory.
cdef bint widen(const Groups* groups, Sessions* known) noexcept nogil:
    cdef uint32_t mask = known.mask * 2 + 1, at, i
    cdef uint32_t* slots = <uint32_t*>calloc(<size_t>mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return False
    for i in range(1, groups.count):
        at = slot_of(<uint32_t>groups.sums[i].session, mask)
        while slots[at]:
            at = (at + 1) & mask
        slots[at] = i
    free(known.slots)
    known.slots = slots
    known.mask = mask
    return True


cdef bint sum_rows(Groups* groups, const Row* rows, Py_ssize_t count, By key) noexcept nogil:
    if key == BY_SESSION:
        return sum_by_session(groups, rows, count)
    return sum_by_value(groups, rows, count, key == BY_NAME)


cdef bint sum_up(Groups* groups, const char* rows, Py_ssize_t count, bint from_kernel, By key) noexcept nogil:
    if start_group(groups, NULL, NO_SESSION) == NULL:
        return False
    if from_kernel:
        return sum_rows(groups, <const KernelRow*>rows, count, key)
    return sum_rows(groups, <const WTS_PROCESS_INFO_EXW*>rows, count, key)


# Nobody sees it half made: no Python runs while its numbers are made.
cdef object as_record(const Sums* sums, object key):
    record = object_of(new_record(<PyTypeObject*>ProcessTotals, 7))
    put_in_tuple(<PyObject*>record, 0, new_reference(key))
    put_in_tuple(<PyObject*>record, 1, new_u64(sums.processes))
    put_in_tuple(<PyObject*>record, 2, new_u64(sums.threads))
    put_in_tuple(<PyObject*>record, 3, new_u64(sums.handles))
    put_in_tuple(<PyObject*>record, 4, new_u64(sums.working_set))
    put_in_tuple(<PyObject*>record, 5, new_u64(sums.pagefile))
    put_in_tuple(<PyObject*>record, 6, new_float(sums.cpu / 1e7))
    return record


cdef object key_value(ProcessSnapshot snapshot, const ProcessHead* first, By key):
    if key == BY_SESSION:
        return first.session_id
    return snapshot.text(first.name) if key == BY_NAME else snapshot.sid(first.user_sid)


def totals(ProcessSnapshot snapshot not None, by):
    """Sum up a snapshot: see ``ProcessSnapshot.totals``."""
    cdef Layout layout = snapshot.layout
    cdef bint from_kernel = layout is not LEVEL_1
    cdef Groups groups
    cdef By key
    cdef bint ok
    cdef uint32_t i
    cdef str name
    if not isinstance(by, str):
        raise TypeError(f"by must be str, not {type(by).__name__}")
    name = plain(by)
    if name not in KEYS:
        raise ValueError(f"by must be 'session_id', 'user_sid' or 'name', not {name!r}")
    key = <By>KEYS.index(name)
    layout.find(name)
    layout.find("number_of_threads")
    memset(&groups, 0, sizeof(Groups))
    try:
        if snapshot.count < LARGE:
            ok = sum_up(&groups, snapshot.rows, snapshot.count, from_kernel, key)
        else:
            with nogil:
                ok = sum_up(&groups, snapshot.rows, snapshot.count, from_kernel, key)
        if not ok:
            raise MemoryError
        result = [
            as_record(&groups.sums[i], key_value(snapshot, groups.sums[i].first, key))
            for i in range(1, groups.count)
        ]
        if groups.sums[0].processes:
            result.append(as_record(&groups.sums[0], None))
        return result
    finally:
        free(groups.sums)
