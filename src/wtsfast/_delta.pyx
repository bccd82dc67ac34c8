"""What happened between two snapshots: started and ended processes, CPU time, changed sessions."""

cimport cython
from collections.abc import Mapping

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memchr, memset

from wtsfast._arguments cimport to_dword
from wtsfast._columns cimport STATE, Layout
from wtsfast._index cimport Index, build_index, find_row, slot_of
from wtsfast._keys cimport same_sid, same_text
from wtsfast._processes cimport ProcessHead, ProcessSnapshot
from wtsfast._sessions cimport SessionSnapshot
from wtsfast._snapshot cimport Snapshot
from wtsfast.sid cimport sid_size

from wtsfast._results import CpuUsage, ProcessDelta, SessionDelta

cdef enum:
    LARGE = 500  # rows from which handing the GIL over pays
    LOOK_AHEAD = 32  # earlier rows to look through for a partner before the index is asked


# ---- processes ----

# Where the fields lie that tell whether a pid still names the same process; -1 for a field that the rows lack.
cdef struct Identity:
    int sid
    int user_time
    int kernel_time
    int creation_time


cdef inline int64_t at64(const char* row, int offset) noexcept nogil:
    return (<const int64_t*>(row + offset))[0]


cdef inline int64_t cpu_time(const char* row, const Identity* fields) noexcept nogil:
    if fields.user_time < 0:
        return 0
    return at64(row, fields.user_time) + at64(row, fields.kernel_time)


# Whether two rows are the same process. A SID that came or went (rights change) says nothing.
cdef inline bint same_process(const char* before, const char* now, const Identity* fields) noexcept nogil:
    cdef const ProcessHead* a = <const ProcessHead*>before
    cdef const ProcessHead* b = <const ProcessHead*>now
    if a.pid != b.pid:
        return False
    if fields.creation_time >= 0:
        return at64(before, fields.creation_time) == at64(now, fields.creation_time)
    return (
        a.session_id == b.session_id and cpu_time(now, fields) >= cpu_time(before, fields)
        and same_text(a.name, b.name)
        and (fields.sid < 0 or same_sid(a.user_sid, b.user_sid) or is_no_sid(a.user_sid) or is_no_sid(b.user_sid))
    )


cdef inline bint is_no_sid(const void* sid) noexcept nogil:
    return sid_size(<const uint8_t*>sid) == 0


# Two lists, and what is found out about them.
cdef struct Comparison:
    const char* now
    Py_ssize_t count
    const char* earlier
    Py_ssize_t earlier_count
    int stride
    Identity fields
    uint32_t* pids  # of the later rows
    int64_t* spent  # 100 ns, for each later row
    uint32_t* started  # numbers of later rows
    uint8_t* survived  # a flag for each earlier row


# Processes that both lists have mostly stand in the same order: pair those that do. How many later rows are left over,
# whose numbers are put into `started`.
cdef Py_ssize_t pair_in_order(Comparison* it) noexcept nogil:
    cdef Comparison known = it[0]  # in registers: a compiler must think that what is written may lie in `it`
    cdef const char* now = known.now
    cdef const char* before
    cdef Py_ssize_t left = 0, next = 0, i, row, end
    cdef uint32_t pid
    for i in range(known.count):
        pid = known.pids[i] = (<const ProcessHead*>now).pid
        known.spent[i] = cpu_time(now, &known.fields) if pid else 0  # process 0 only idles
        end = min(next + LOOK_AHEAD, known.earlier_count)
        row = next
        before = known.earlier + row * known.stride
        while row < end and (<const ProcessHead*>before).pid != pid:
            row += 1
            before += known.stride
        if row < end and same_process(before, now, &known.fields):
            pair(&known, i, row)
            next = row + 1
        else:
            known.started[left] = <uint32_t>i
            left += 1
        now += known.stride
    return left


cdef inline void pair(const Comparison* it, Py_ssize_t i, Py_ssize_t row) noexcept nogil:
    it.survived[row] = 1
    if it.pids[i]:
        it.spent[i] -= cpu_time(it.earlier + row * it.stride, &it.fields)


# Pair later rows that are left over, by an index of the earlier ones that are. How many stay so: these have started.
# -1 when there is no memory.
cdef Py_ssize_t pair_by_index(Comparison* it, Py_ssize_t left) noexcept nogil:
    cdef Py_ssize_t new = 0, k, i, row
    cdef uint32_t mask = 7, at, earlier = 0
    cdef uint32_t* slots  # row + 1; 0 is free
    for row in range(it.earlier_count):
        earlier += not it.survived[row]
    while mask < <uint64_t>earlier * 2:
        mask = mask * 2 + 1
    slots = <uint32_t*>calloc(<size_t>mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return -1
    for row in range(it.earlier_count):
        if not it.survived[row]:
            at = slot_of((<const ProcessHead*>(it.earlier + row * it.stride)).pid, mask)
            while slots[at]:
                at = (at + 1) & mask
            slots[at] = <uint32_t>row + 1
    for k in range(left):
        i = it.started[k]
        row = find_partner(it, slots, mask, it.now + i * it.stride)
        if row >= 0:
            pair(it, i, row)
        else:
            it.started[new] = <uint32_t>i
            new += 1
    free(slots)
    return new


# The earlier row without a partner that is the same process, or -1. Rows with one pid stand in their order.
cdef Py_ssize_t find_partner(
    const Comparison* it, const uint32_t* slots, uint32_t mask, const char* now
) noexcept nogil:
    cdef uint32_t at = slot_of((<const ProcessHead*>now).pid, mask)
    cdef Py_ssize_t row
    while slots[at]:
        row = <Py_ssize_t>slots[at] - 1
        if not it.survived[row] and same_process(it.earlier + row * it.stride, now, &it.fields):
            return row
        at = (at + 1) & mask
    return -1


# Find the partners of all rows; how many processes have started, -1 when there is no memory.
cdef Py_ssize_t compare(Comparison* it) noexcept nogil:
    cdef Py_ssize_t left = pair_in_order(it)
    return pair_by_index(it, left) if left else 0


cdef int offset_of(Layout layout, str name) except -2:
    position = layout.position.get(name)
    return -1 if position is None else layout.columns[<int>position].offset


cdef int check(Snapshot later, object earlier) except -1:
    if type(earlier) is not type(later):
        raise TypeError(f"diff needs an earlier {type(later).__name__}, not {type(earlier).__name__}")
    if (<Snapshot>earlier).layout is not later.layout:
        raise ValueError(f"cannot compare {later.layout.title} with {(<Snapshot>earlier).layout.title}")
    if (<Snapshot>earlier).monotonic > later.monotonic:
        raise ValueError("the snapshot to compare with was taken later than this one: turn the two around")
    return 0


cdef list rows_without_partner(Snapshot earlier, const uint8_t* survived):
    cdef list rows = []
    cdef const uint8_t* end = survived + earlier.count
    cdef const uint8_t* found = <const uint8_t*>memchr(survived, 0, earlier.count)
    while found != NULL:
        rows.append(earlier.row(found - survived))
        found = <const uint8_t*>memchr(found + 1, 0, end - found - 1)
    return rows


def diff_processes(ProcessSnapshot later not None, earlier, bint detached=False):
    """Compare two process snapshots: see ``ProcessSnapshot.diff``. ``detached`` rows pin no snapshot."""
    check(later, earlier)
    cdef ProcessSnapshot before = <ProcessSnapshot>earlier
    cdef Layout layout = later.layout
    cdef CpuTable cpu = CpuTable.__new__(CpuTable)
    cdef Comparison it
    cdef Py_ssize_t new, i
    memset(&it, 0, sizeof(it))
    it.now, it.count = later.rows, later.count
    it.earlier, it.earlier_count = before.rows, before.count
    it.stride = layout.stride
    it.fields.sid = offset_of(layout, "user_sid")
    it.fields.user_time = offset_of(layout, "user_time")
    it.fields.kernel_time = offset_of(layout, "kernel_time")
    it.fields.creation_time = offset_of(layout, "creation_time")
    try:
        cpu.reserve(later.count)
        it.pids = cpu.pids
        it.spent = cpu.spent
        it.started = <uint32_t*>malloc((later.count + 1) * sizeof(uint32_t))
        it.survived = <uint8_t*>calloc(before.count + 1, 1)
        if it.started == NULL or it.survived == NULL:
            raise MemoryError
        if later.count < LARGE:
            new = compare(&it)
        else:
            with nogil:
                new = compare(&it)
        if new < 0:
            raise MemoryError
        elapsed = (later.monotonic - before.monotonic) / 1e9
        begun = [later.row(it.started[i]) for i in range(new)]
        ended = rows_without_partner(before, it.survived)
        if it.fields.user_time >= 0:
            cpu.count = later.count
        cpu.elapsed = elapsed
    finally:
        free(it.started)
        free(it.survived)
    if detached:
        begun = [row.detach() for row in begun]
        ended = [row.detach() for row in ended]
    return ProcessDelta(begun, ended, elapsed, cpu)


@cython.final
cdef class CpuTable:
    """Map each pid of the later snapshot to its ``CpuUsage``: a read-only mapping over two C arrays."""

    cdef uint32_t* pids
    cdef int64_t* spent
    cdef Py_ssize_t count
    cdef Index index  # made at the first look-up
    cdef double elapsed

    def __init__(self):
        raise TypeError("CpuTable cannot be made by hand: it is the cpu of a ProcessDelta")

    def __dealloc__(self):
        free(self.pids)
        free(self.spent)
        free(self.index.slots)

    cdef int reserve(self, Py_ssize_t count) except -1:
        self.pids = <uint32_t*>malloc((count + 1) * sizeof(uint32_t))
        self.spent = <int64_t*>malloc((count + 1) * sizeof(int64_t))
        if self.pids == NULL or self.spent == NULL:
            raise MemoryError
        return 0

    cdef object usage(self, Py_ssize_t at):
        cdef double seconds = self.spent[at] / 1e7
        return CpuUsage(seconds, seconds * 100 / self.elapsed if self.elapsed > 0 else 0.0)

    cdef Py_ssize_t find(self, object pid) except -2:
        cdef Index index
        cdef uint32_t key = to_dword(pid, "pid")
        if self.count == 0:
            return -1
        if self.index.slots == NULL:
            if not build_index(&index, <const char*>self.pids, self.count, sizeof(uint32_t)):
                raise MemoryError
            with cython.critical_section(self):
                if self.index.slots == NULL:
                    self.index = index
                else:
                    free(index.slots)
        return find_row(&self.index, <const char*>self.pids, sizeof(uint32_t), key)

    def __len__(self):
        return self.count

    def __iter__(self):
        cdef Py_ssize_t i
        for i in range(self.count):
            yield self.pids[i]

    def __getitem__(self, pid):
        cdef Py_ssize_t at = self.find(pid)
        if at < 0:
            raise KeyError(pid)
        return self.usage(at)

    def __contains__(self, pid):
        return self.find(pid) >= 0

    def get(self, pid, default=None):
        """Return the usage of a pid, or ``default``."""
        cdef Py_ssize_t at = self.find(pid)
        return default if at < 0 else self.usage(at)

    def keys(self):
        """Return the pids."""
        return list(self)

    def values(self):
        """Return the usages, in the order of the pids."""
        cdef Py_ssize_t i
        return [self.usage(i) for i in range(self.count)]

    def items(self):
        """Return pairs of pid and usage."""
        cdef Py_ssize_t i
        return [(self.pids[i], self.usage(i)) for i in range(self.count)]

    def __eq__(self, other):
        if not isinstance(other, (CpuTable, Mapping)):
            return NotImplemented
        return dict(self.items()) == dict(other.items())

    def __repr__(self):
        return f"<cpu of {self.count} processes in {self.elapsed:.3f} s>"

    def __reduce__(self):
        return dict, (self.items(),)


Mapping.register(CpuTable)


# ---- sessions ----

# Whether the state, the user or the name of a session differ between two rows.
cdef bint differs(const char* a, const char* b, Layout layout) except -1:
    cdef int i
    cdef int offset
    for i in range(layout.count):
        if layout.names[i] in ("state", "session_name", "user_name", "domain_name"):
            offset = layout.columns[i].offset
            if layout.columns[i].kind == STATE:
                if (<const int*>(a + offset))[0] != (<const int*>(b + offset))[0]:
                    return True
            elif not same_text((<const void* const*>(a + offset))[0], (<const void* const*>(b + offset))[0]):
                return True
    return False


def diff_sessions(SessionSnapshot later not None, earlier):
    """Compare two session snapshots: see ``SessionSnapshot.diff``."""
    check(later, earlier)
    cdef SessionSnapshot before = <SessionSnapshot>earlier
    cdef Layout layout = later.layout
    cdef Py_ssize_t i, j
    cdef const char* now
    # On a virtualization host session ids repeat; what is unique there is the id of the environment.
    cdef int unique = offset_of(layout, "exec_env_id")
    cdef int session = later.id_offset
    if unique < 0:
        unique = session
    known = {}  # the rows that have no partner yet, by their numbers
    for j in range(before.count):
        now = before.rows + j * layout.stride
        known.setdefault(((<const uint32_t*>(now + unique))[0], (<const uint32_t*>(now + session))[0]), []).append(j)
    others = []
    for i in range(later.count):
        now = later.rows + i * layout.stride
        rows = known.get(((<const uint32_t*>(now + unique))[0], (<const uint32_t*>(now + session))[0]), [])
        for row in rows:
            if not differs(before.rows + <Py_ssize_t>row * layout.stride, now, layout):
                rows.remove(row)
                break
        else:
            others.append((i, rows))
    appeared, changed = [], []
    for later_row, rows in others:
        if rows:
            changed.append((before.row(rows.pop(0)), later.row(later_row)))
        else:
            appeared.append(later.row(later_row))
    vanished = sorted([row for rows in known.values() for row in rows])
    return SessionDelta(appeared, [before.row(row) for row in vanished], changed)
