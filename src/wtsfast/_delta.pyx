"""What happened between two snapshots: started and ended processes, CPU time, changed sessions."""

cimport cython
from collections.abc import Mapping

from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free, malloc

from wtsfast._arguments cimport to_dword
from wtsfast._columns cimport STATE, Layout
from wtsfast._index cimport Index, build_index, find_row
from wtsfast._keys cimport same_sid, same_text
from wtsfast._processes cimport ProcessHead, ProcessSnapshot
from wtsfast._sessions cimport SessionSnapshot
from wtsfast._snapshot cimport Snapshot
from wtsfast.sid cimport sid_size

from wtsfast._results import CpuUsage, ProcessDelta, SessionDelta

cdef enum:
    LARGE = 500  # rows from which handing the GIL over pays
    LOOK_AHEAD = 4


# ---- matching the rows of two arrays ----

# Rows that both arrays share mostly stand in the same order: the row behind the last match is tried first, then a few
# more, and only then the index, which is built when it is first needed.
cdef struct Matcher:
    const char* keys  # of the earlier rows
    Py_ssize_t count
    int stride
    Py_ssize_t next
    Index* index


# The earlier row with this key, -1, or -2 when there is no memory for the index.
cdef inline Py_ssize_t match(Matcher* matcher, uint32_t key) noexcept nogil:
    cdef Py_ssize_t row = matcher.next
    cdef Py_ssize_t end = min(row + LOOK_AHEAD, matcher.count)
    while row < end:
        if (<const uint32_t*>(matcher.keys + row * matcher.stride))[0] == key:
            matcher.next = row + 1
            return row
        row += 1
    if matcher.index.slots == NULL and not build_index(matcher.index, matcher.keys, matcher.count, matcher.stride):
        return -2
    row = find_row(matcher.index, matcher.keys, matcher.stride, key)
    if row >= 0:
        matcher.next = row + 1
    return row


# Where the row that was matched is no partner and its key is not its own: the next free one with the key, or -1, or -2
# when there is no memory.
cdef Py_ssize_t next_match(Matcher* matcher, uint32_t key, const uint8_t* taken, Py_ssize_t row) noexcept nogil:
    if matcher.index.slots == NULL and not build_index(matcher.index, matcher.keys, matcher.count, matcher.stride):
        return -2
    if not matcher.index.repeats:
        return -1
    row += 1
    while row < matcher.count:
        if not taken[row] and (<const uint32_t*>(matcher.keys + row * matcher.stride))[0] == key:
            return row
        row += 1
    return -1


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


# Whether a pid still names the process that it named before. A SID that came or went (rights change) says nothing.
cdef inline bint same_process(const char* before, const char* now, const Identity* fields) noexcept nogil:
    cdef const ProcessHead* a = <const ProcessHead*>before
    cdef const ProcessHead* b = <const ProcessHead*>now
    cdef const uint8_t* x
    cdef const uint8_t* y
    if fields.creation_time >= 0:
        return at64(before, fields.creation_time) == at64(now, fields.creation_time)
    if a.session_id != b.session_id or cpu_time(now, fields) < cpu_time(before, fields):
        return False
    if fields.sid >= 0:
        x = (<const uint8_t* const*>(before + fields.sid))[0]
        y = (<const uint8_t* const*>(now + fields.sid))[0]
        if sid_size(x) and sid_size(y) and not same_sid(x, y):
            return False
    return same_text(a.name, b.name)


# Fill `started` (later rows), `survived` (a flag for each earlier row), `pids` and `spent` (100 ns, for each later
# row); return how many have started, -1 when there is no memory.
cdef Py_ssize_t compare(
    const char* now, Py_ssize_t count, const char* earlier, int stride, const Identity* fields, Matcher* matcher,
    uint32_t* started, uint8_t* survived, uint32_t* pids, int64_t* spent
) noexcept nogil:
    cdef Py_ssize_t new = 0, i, row
    cdef const char* before
    for i in range(count):
        pids[i] = (<const ProcessHead*>now).pid
        row = match(matcher, pids[i])
        if row == -2:
            return -1
        spent[i] = cpu_time(now, fields) if pids[i] else 0  # process 0 only idles
        if row >= 0 and (survived[row] or not same_process(earlier + row * stride, now, fields)):
            row = next_match(matcher, pids[i], survived, -1)
            while row >= 0 and not same_process(earlier + row * stride, now, fields):
                row = next_match(matcher, pids[i], survived, row)
            if row == -2:
                return -1
        before = earlier + row * stride
        if row >= 0:
            survived[row] = 1
            if pids[i]:
                spent[i] -= cpu_time(before, fields)
        else:
            started[new] = <uint32_t>i
            new += 1
        now += stride
    return new


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


# Let the earlier snapshot keep the index that a comparison built, for its get() and the next comparison.
cdef int publish(Snapshot snapshot, Index* index) except -1:
    with cython.critical_section(snapshot):
        if snapshot.index.slots == NULL:
            snapshot.index = index[0]
        elif snapshot.index.slots != index.slots:  # another thread was first
            free(index.slots)
    return 0


def diff_processes(ProcessSnapshot later not None, earlier, bint detached=False):
    """Compare two process snapshots: see ``ProcessSnapshot.diff``. ``detached`` rows pin no snapshot."""
    check(later, earlier)
    cdef ProcessSnapshot before = <ProcessSnapshot>earlier
    cdef Layout layout = later.layout
    cdef CpuTable cpu = CpuTable.__new__(CpuTable)
    cdef Identity fields
    cdef Index index = before.index
    cdef Matcher matcher
    cdef Py_ssize_t new, i
    cdef uint32_t* started = <uint32_t*>malloc((later.count + 1) * sizeof(uint32_t))
    cdef uint8_t* survived = <uint8_t*>calloc(before.count + 1, 1)
    fields.sid = offset_of(layout, "user_sid")
    fields.user_time = offset_of(layout, "user_time")
    fields.kernel_time = offset_of(layout, "kernel_time")
    fields.creation_time = offset_of(layout, "creation_time")
    matcher.keys = before.rows + offset_of(layout, "pid")
    matcher.count = before.count
    matcher.stride = layout.stride
    matcher.next = 0
    matcher.index = &index
    try:
        cpu.reserve(later.count)
        if started == NULL or survived == NULL:
            raise MemoryError
        if later.count < LARGE:
            new = compare(later.rows, later.count, before.rows, layout.stride, &fields, &matcher, started, survived,
                          cpu.pids, cpu.spent)
        else:
            with nogil:
                new = compare(later.rows, later.count, before.rows, layout.stride, &fields, &matcher, started,
                              survived, cpu.pids, cpu.spent)
        publish(before, &index)
        if new < 0:
            raise MemoryError
        elapsed = (later.monotonic - before.monotonic) / 1e9
        begun = [later.row(started[i]) for i in range(new)]
        ended = [before.row(i) for i in range(before.count) if not survived[i]]
        cpu.count = later.count if fields.user_time >= 0 else 0
        cpu.elapsed = elapsed
    finally:
        free(started)
        free(survived)
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
