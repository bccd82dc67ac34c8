# FILETIMEs as datetimes, and the two clocks of a snapshot. Inline functions only: this file is not a module.
from libc.stdint cimport int64_t

from wtsfast._sdk.windows cimport FILETIME, GetSystemTimePreciseAsFileTime

# Not by cpython.datetime: who cimports that also imports the module datetime, as soon as it is imported itself.
cdef extern from "datetime.h":
    """
    #ifndef WTSFAST_TIME
    #define WTSFAST_TIME
    /* datetime is loaded when somebody wants one: it is a good part of what importing this package would cost. */
    static PyObject *wtsfast_utc_datetime(int year, int month, int day, int hour, int minute, int second, int us) {
        if (PyDateTimeAPI == NULL)
            PyDateTime_IMPORT;
        if (PyDateTimeAPI == NULL)
            return NULL;
        return PyDateTimeAPI->DateTime_FromDateAndTime(year, month, day, hour, minute, second, us,
                                                       PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType);
    }
    /* What time.monotonic() reads: QueryPerformanceCounter from 3.13 on, GetTickCount64 before. Needs no GIL. */
    static int64_t wtsfast_monotonic(void) {
    #if PY_VERSION_HEX >= 0x030D0000
        PyTime_t now = 0;
        (void)PyTime_MonotonicRaw(&now);
        return now;
    #else
        return (int64_t)GetTickCount64() * 1000000;
    #endif
    }
    #endif
    """
    int64_t wtsfast_monotonic() noexcept nogil
    object wtsfast_utc_datetime(int year, int month, int day, int hour, int minute, int second, int us)

cdef enum:
    DAYS_TO_1601 = 584694  # from 0000-03-01, where the computation of the date below begins
    DAYS_OF_ERA = 146097  # 400 years


cdef inline void read_clocks(int64_t* filetime, int64_t* monotonic) noexcept nogil:
    cdef FILETIME now
    GetSystemTimePreciseAsFileTime(&now)
    filetime[0] = <int64_t>now.dwHighDateTime << 32 | now.dwLowDateTime
    monotonic[0] = wtsfast_monotonic()


# Whether a FILETIME says when: it is neither 0, which is never, nor outside of what datetime can hold.
cdef inline bint is_moment(int64_t filetime) noexcept nogil:
    return 0 < filetime < <int64_t>2650467744000000000  # 10000-01-01


# Microseconds since 1601 of an aware datetime.
cdef inline object microseconds_of(object moment):
    from datetime import datetime, timedelta, timezone

    return (moment - datetime(1601, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)


# 100 ns since 1601 as an aware UTC datetime, cut to microseconds; None for what is no moment.
cdef inline object datetime_of(int64_t filetime):
    cdef int64_t microseconds = filetime // 10
    cdef int64_t seconds = microseconds // 1000000
    cdef int64_t days = seconds // 86400 + DAYS_TO_1601
    cdef int64_t era, day, year, month
    if not is_moment(filetime):
        return None
    # Days to a date of the Gregorian calendar, with years that begin in March, so that leap days come last.
    era = days // DAYS_OF_ERA
    day = days - era * DAYS_OF_ERA
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    year += era * 400
    month += 3
    if month > 12:
        month -= 12
        year += 1
    return wtsfast_utc_datetime(
        <int>year, <int>month, <int>day + 1,
        <int>(seconds // 3600 % 24), <int>(seconds // 60 % 60), <int>(seconds % 60), <int>(microseconds % 1000000),
    )
