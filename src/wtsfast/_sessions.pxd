# Sessions of a server: the snapshot, its rows, and the call that takes it.
from wtsfast._columns cimport Layout
from wtsfast._snapshot cimport Snapshot

cdef Layout LEVEL_0  # of WTS_SESSION_INFO
cdef Layout LEVEL_1  # of WTS_SESSION_INFO_1


cdef class SessionSnapshot(Snapshot):
    cdef int id_offset  # of the session id in a row, which the two levels keep in different places


cdef class SessionInfo:
    cdef SessionSnapshot snapshot
    cdef const char* native

    # The value of a column that not every layout has.
    cdef object field(self, str name)
