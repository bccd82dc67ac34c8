"""What happened between two snapshots: started and ended processes, CPU time, changed sessions."""

cimport cython
from collections.abc import Mapping

from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memset

from wtsfast._arguments cimport to_dword
from wtsfast._columns cimport STATE, Layout
from wtsfast._index cimport Index, build_index, find_row, slot_of
from wtsfast._keys cimport same_sid, same_text
from wtsfast._processes cimport LEVEL_0, LEVEL_1, KernelRow, ProcessHead, ProcessSnapshot
from wtsfast._sdk.wtsapi32 cimport WTS_PROCESS_INFO_EXW, WTS_PROCESS_INFOW
from wtsfast._sessions cimport SessionSnapshot
from wtsfast._snapshot cimport Snapshot
from wtsfast.sid cimport sid_size

from wtsfast._results import CpuUsage, ProcessDelta, SessionDelta

cdef enum:
    LARGE = 500  # rows from which handing the GIL over pays
    LOOK_AHEAD = 32  # earlier rows to look through for a partner before the index is asked
    NOBODY = 0xFFFFFFFF  # no row has this number

# What the rows of two lists are.
cdef enum Source:
    OLD  # WTS_PROCESS_INFO
    NEW  # WTS_PROCESS_INFO_EX
    KERNEL

cdef object new_tuple = tuple.__new__  # a named tuple's own would look at each argument by its name


# ---- processes ----

# The rows of level 0, which know no times, of level 1, and of the kernel, which knows when a process was made.
ctypedef fused Row:
    WTS_PROCESS_INFOW
    WTS_PROCESS_INFO_EXW
    KernelRow


# Whether session and pid, with which rows begin, are the same.
cdef inline bint same_ids(const void* a, const void* b) noexcept nogil:
    return (<const uint64_t*>a)[0] == (<const uint64_t*>b)[0]


cdef inline uint32_t pid_of(const void* row) noexcept nogil:
    return (<const ProcessHead*>row).pid


cdef inline int64_t cpu_time(const Row* row) noexcept nogil:
    if Row is WTS_PROCESS_INFOW:
        return 0
    elif Row is KernelRow:
        return row.user_time + row.kernel_time
    else:
        return row.UserTime.QuadPart + row.KernelTime.QuadPart


# Whether two rows with the same pid are the same process. A SID that came or went (rights change) says nothing.
cdef inline bint same_process(const Row* before, const Row* now, int64_t time_before, int64_t time) noexcept nogil:
    cdef const ProcessHead* a = <const ProcessHead*>before
    cdef const ProcessHead* b = <const ProcessHead*>now
    if Row is KernelRow:
        return before.creation_time == now.creation_time
    else:
        return (
            a.session_id == b.session_id and time >= time_before and same_text(a.name, b.name)
            and (same_sid(a.user_sid, b.user_sid) or is_no_sid(a.user_sid) or is_no_sid(b.user_sid))
        )


cdef inline bint is_no_sid(const void* sid) noexcept nogil:
    return sid_size(<const uint8_t*>sid) == 0


# What is found out about two lists.
cdef struct Comparison:
    Py_ssize_t count
    Py_ssize_t earlier_count
    uint32_t* pids  # of the later rows
    int64_t* spent  # 100 ns, for each later row
    uint32_t* started  # numbers of later rows without a partner
    Py_ssize_t started_count
    uint32_t* exited  # numbers of earlier rows without a partner, or NOBODY
    Py_ssize_t exited_count


# Processes that both lists have mostly stand in the same order: pair those that do.
cdef void pair_in_order(Comparison* it, const Row* now, const Row* before) noexcept nogil:
    cdef Comparison known = it[0]  # in registers: a compiler must think that what is written may lie in `it`
    cdef const Row* end = before + known.earlier_count
    cdef const Row* partner
    cdef int64_t time, time_before = 0
    cdef Py_ssize_t row = 0, i
    for i in range(known.count):
        time = cpu_time(now)
        partner = before
        if before == end or not same_ids(before, now):
            partner = look_ahead(before, end, now)
        if partner != NULL:
            time_before = cpu_time(partner)
        if partner != NULL and same_process(partner, now, time_before, time):
            time -= time_before
            while before != partner:
                note_exited(&known, row)
                row += 1
                before += 1
            row += 1
            before += 1
        else:
            note_started(&known, i)
        known.pids[i] = pid_of(now)
        known.spent[i] = time if pid_of(now) else 0  # process 0 only idles
        now += 1
    for row in range(row, known.earlier_count):
        note_exited(&known, row)
    it.started_count = known.started_count
    it.exited_count = known.exited_count


cdef inline void note_started(Comparison* it, Py_ssize_t i) noexcept nogil:
    it.started[it.started_count] = <uint32_t>i
    it.started_count += 1


cdef inline void note_exited(Comparison* it, Py_ssize_t row) noexcept nogil:
    it.exited[it.exited_count] = <uint32_t>row
    it.exited_count += 1


# The next of a few earlier rows with the same ids, or NULL.
cdef const Row* look_ahead(const Row* before, const Row* end, const Row* now) noexcept nogil:
    cdef int _
    for _ in range(LOOK_AHEAD):
        if before == end:
            break
        if same_ids(before, now):
            return before
        before += 1
    return NULL


# Pair rows that are left over, by an index of the earlier ones. False: out of memory.
cdef bint pair_by_index(Comparison* it, const Row* now, const Row* earlier) noexcept nogil:
    cdef uint32_t mask = 7, at, k
    cdef uint32_t* slots  # the place in `exited` + 1; 0 is free
    cdef Py_ssize_t left = it.started_count, i, j
    while mask < <uint64_t>it.exited_count * 2:
        mask = mask * 2 + 1
    slots = <uint32_t*>calloc(<size_t>mask + 1, sizeof(uint32_t))
    if slots == NULL:
        return False
    for k in range(<uint32_t>it.exited_count):
        at = slot_of(pid_of(&earlier[it.exited[k]]), mask)
        while slots[at]:
            at = (at + 1) & mask
        slots[at] = k + 1
    it.started_count = 0
    for j in range(left):
        i = it.started[j]
        if not find_partner(it, slots, mask, i, &now[i], earlier):
            note_started(it, i)
    free(slots)
    return True


# Pair later row `i` with an earlier one that has no partner yet. Rows with one pid stand in their order.
cdef bint find_partner(
    Comparison* it, const uint32_t* slots, uint32_t mask, Py_ssize_t i, const Row* now, const Row* earlier
) noexcept nogil:
    cdef const Row* before
    cdef uint32_t pid = pid_of(now), at = slot_of(pid, mask)
    cdef uint32_t* row
    while slots[at]:
        row = &it.exited[slots[at] - 1]
        if row[0] != NOBODY:
            before = &earlier[row[0]]
            if pid_of(before) == pid and same_process(before, now, cpu_time(before), cpu_time(now)):
                if pid:
                    it.spent[i] -= cpu_time(before)
                row[0] = NOBODY
                return True
        at = (at + 1) & mask
    return False


# Find the partners of all rows; those without are left in `started` and, NOBODY among them, in `exited`. False: out of
# memory.
cdef bint compare_rows(Comparison* it, const Row* now, const Row* earlier) noexcept nogil:
    pair_in_order(it, now, earlier)
    return not it.started_count or not it.exited_count or pair_by_index(it, now, earlier)


cdef bint compare(Comparison* it, const char* now, const char* earlier, Source source) noexcept nogil:
    if source == KERNEL:
        return compare_rows(it, <const KernelRow*>now, <const KernelRow*>earlier)
    if source == OLD:
        return compare_rows(it, <const WTS_PROCESS_INFOW*>now, <const WTS_PROCESS_INFOW*>earlier)
    return compare_rows(it, <const WTS_PROCESS_INFO_EXW*>now, <const WTS_PROCESS_INFO_EXW*>earlier)


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


def diff_processes(ProcessSnapshot later not None, earlier, bint detached=False):
    """Compare two process snapshots: see ``ProcessSnapshot.diff``. ``detached`` rows pin no snapshot."""
    check(later, earlier)
    cdef ProcessSnapshot before = <ProcessSnapshot>earlier
    cdef Source source = OLD if later.layout is LEVEL_0 else NEW if later.layout is LEVEL_1 else KERNEL
    cdef CpuTable cpu = CpuTable.__new__(CpuTable)
    cdef Comparison it
    cdef Py_ssize_t k
    cdef bint ok
    memset(&it, 0, sizeof(it))
    it.count = later.count
    it.earlier_count = before.count
    try:
        cpu.reserve(later.count)
        it.pids = cpu.pids
        it.spent = cpu.spent
        it.started = <uint32_t*>malloc((later.count + before.count + 1) * sizeof(uint32_t))
        if it.started == NULL:
            raise MemoryError
        it.exited = it.started + later.count
        if later.count < LARGE:
            ok = compare(&it, later.rows, before.rows, source)
        else:
            with nogil:
                ok = compare(&it, later.rows, before.rows, source)
        if not ok:
            raise MemoryError
        elapsed = (later.monotonic - before.monotonic) / 1e9
        begun = [later.row(it.started[k]) for k in range(it.started_count)]
        ended = [before.row(it.exited[k]) for k in range(it.exited_count) if it.exited[k] != NOBODY]
        if source != OLD:
            cpu.count = later.count
        cpu.elapsed = elapsed
    finally:
        free(it.started)
    if detached:
        begun = [row.detach() for row in begun]
        ended = [row.detach() for row in ended]
    return new_tuple(ProcessDelta, (begun, ended, elapsed, cpu))


@cython.final
cdef class CpuTable:
    """Map each pid of the later snapshot to its ``CpuUsage``: a read-only mapping over two C arrays."""

    cdef int64_t* spent
    cdef uint32_t* pids  # behind them, in the same block
    cdef Py_ssize_t count
    cdef Index index  # made at the first look-up
    cdef double elapsed

    def __init__(self):
        raise TypeError("CpuTable cannot be made by hand: it is the cpu of a ProcessDelta")

    def __dealloc__(self):
        free(self.spent)
        free(self.index.slots)

    cdef int reserve(self, Py_ssize_t count) except -1:
        self.spent = <int64_t*>malloc((count + 1) * (sizeof(int64_t) + sizeof(uint32_t)))
        if self.spent == NULL:
            raise MemoryError
        self.pids = <uint32_t*>(self.spent + count)
        return 0

    cdef object usage(self, Py_ssize_t at):
        cdef double seconds = self.spent[at] / 1e7
        return new_tuple(CpuUsage, (seconds, seconds * 100 / self.elapsed if self.elapsed > 0 else 0.0))

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
