"""Security identifiers: the value, its text, and the account that it names."""

from _thread import allocate_lock

cimport cython
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_Free
from libc.stdint cimport uint8_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy

from wtsfast._errors cimport describe
from wtsfast._sdk.windows cimport (
    DWORD, ERROR_NONE_MAPPED, GetLastError, GetTickCount64, LookupAccountSidW, SetLastError, SID_NAME_USE, WCHAR,
)
from wtsfast._seal cimport seal
from wtsfast._text cimport decode, encode, plain

__all__ = ["Account", "Sid"]


# ---- text ----

cdef char* two_digits = (
    b"00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
    b"525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"
)


# Decimal digits of `value` before `end`, two at a time; returns their start.
cdef inline char* put_number(char* end, uint64_t value) noexcept nogil:
    cdef const char* digits = two_digits  # in a register: a compiler must think that what is written may change it
    cdef uint64_t rest
    while value >= 100:
        rest = value // 100
        end -= 2
        memcpy(end, digits + (value - rest * 100) * 2, 2)
        value = rest
    if value >= 10:
        end -= 2
        memcpy(end, digits + value * 2, 2)
    else:
        end -= 1
        end[0] = <char>(c"0" + <int>value)
    return end


# From the right, as digits come: no number is copied, and none has to be measured first.
cdef char* format_sid(const uint8_t* sid, char* end) noexcept nogil:
    cdef uint64_t authority = 0
    cdef uint32_t part
    cdef Py_ssize_t i
    cdef int digit
    for i in range(<Py_ssize_t>sid[1] - 1, -1, -1):
        memcpy(&part, sid + 8 + 4 * i, 4)
        end = put_number(end, part) - 1
        end[0] = c"-"
    for i in range(2, 8):
        authority = authority << 8 | sid[i]
    if authority >> 32:  # Windows writes a large authority in hexadecimal
        end -= 14
        memcpy(end, b"0x", 2)
        for i in range(12):
            digit = <int>(authority >> (44 - 4 * i)) & 15
            end[2 + i] = <char>(digit + (c"0" if digit < 10 else c"a" - 10))
    else:
        end = put_number(end, authority)
    end -= 4
    memcpy(end, b"S-1-", 4)
    return end


cdef extern from "Python.h":
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maximum)
    unsigned char* PyUnicode_1BYTE_DATA(object text) noexcept


cdef str sid_text(const uint8_t* sid):
    cdef char text[SID_MAX_TEXT]
    cdef char* end = text + SID_MAX_TEXT
    cdef char* start = format_sid(sid, end)
    cdef str result = <str>PyUnicode_New(end - start, 0x7F)
    memcpy(PyUnicode_1BYTE_DATA(result), start, end - start)
    return result


cdef Sid sid_or_none(const uint8_t* sid):
    cdef int size = sid_size(sid)
    return Sid.from_native(sid, size) if size else None


cdef object number(str text):
    if not text.isascii() or not text.isalnum():  # int() also takes signs, blanks and other scripts
        raise ValueError
    return int(text, 16 if text[:2].lower() == "0x" else 10)


# The bytes of a SID from its text; ValueError when the text is none.
cdef bytes parse(str text):
    letter, *parts = text.split("-")
    try:
        revision, authority, *below = map(number, parts)
        if letter not in ("S", "s") or revision != 1 or len(below) > 15:
            raise ValueError
        return bytes((1, len(below))) + authority.to_bytes(6, "big") + b"".join(
            part.to_bytes(4, "little") for part in below
        )
    except (ValueError, OverflowError):
        raise ValueError(f"not a security identifier: {text!r} (expected a text such as S-1-5-18)") from None


# ---- the value ----

@cython.final
@cython.no_gc
@cython.freelist(64)
cdef class Sid:
    """Hold a security identifier as an immutable value.

    Made from its text (``Sid("S-1-5-18")``) or its bytes. ``str(sid)`` is the text, ``bytes(sid)`` the binary form. Two
    of the same bytes are equal and hash alike; they sort by their bytes and can be pickled.
    """

    def __init__(self, value):
        cdef bytes data
        if isinstance(value, str):
            data = parse(plain(value))
        elif isinstance(value, Sid):
            data = bytes(value)
        else:
            data = bytes(memoryview(value))
        cdef const uint8_t* native = <const uint8_t*><char*>data
        if len(data) < 8 or sid_size(native) != len(data):
            raise ValueError(f"not a security identifier: {len(data)} bytes that do not describe one")
        if self.size and (self.size != len(data) or memcmp(self.data, native, self.size)):
            raise TypeError("a Sid never changes")
        self.size = <int>len(data)
        memcpy(self.data, native, self.size)
        self.hash_value = -1

    @staticmethod
    cdef Sid from_native(const uint8_t* sid, int size):
        cdef Sid self = Sid.__new__(Sid)
        memcpy(self.data, sid, size)
        self.size = size
        self.hash_value = -1
        return self

    def __bytes__(self):
        return PyBytes_FromStringAndSize(<char*>self.data, self.size)

    def __str__(self):
        return sid_text(self.data) if self.size else ""

    def __repr__(self):
        return f"Sid('{self}')"

    def __hash__(self):
        if self.hash_value == -1:
            self.hash_value = hash(bytes(self))
        return self.hash_value

    def __eq__(self, other):
        if not isinstance(other, Sid):
            return NotImplemented
        return self.size == (<Sid>other).size and not memcmp(self.data, (<Sid>other).data, self.size)

    def __lt__(self, other):
        if not isinstance(other, Sid):
            return NotImplemented
        return bytes(self) < bytes(other)

    def __le__(self, other):
        if not isinstance(other, Sid):
            return NotImplemented
        return bytes(self) <= bytes(other)

    def __gt__(self, other):
        if not isinstance(other, Sid):
            return NotImplemented
        return bytes(self) > bytes(other)

    def __ge__(self, other):
        if not isinstance(other, Sid):
            return NotImplemented
        return bytes(self) >= bytes(other)

    def __reduce__(self):
        return Sid, (bytes(self),)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def lookup(self, server_name=None):
        """Find the account that the SID names.

        Returns an ``Account(name, domain, type)``, or ``None`` where no account has this SID. ``server_name`` is the
        machine to ask first, ``None`` this one. May block for seconds on a domain controller, without the GIL; answers,
        failures too, are remembered (1,024 of them; failures other than "no such account" for a minute), and threads
        that ask for the same SID at once wait for one call.

        Raises ``WtsError`` when the look-up itself fails. Wraps ``LookupAccountSidW``.
        """
        return lookup(self, server_name)


seal(Sid)


# ---- the account ----

cdef enum:
    CACHE_LIMIT = 1024
    FAILURE_SECONDS = 60

# (sid, server name) -> (Account | None, error number, tick when it expires or 0)
cdef dict cache = {}
# (sid, server name) -> the lock that its one look-up holds
cdef dict in_flight = {}
cdef object cache_lock = allocate_lock()
cdef object account_type = None


cdef object make_account(str name, str domain, int use):
    global account_type
    if account_type is None:
        from wtsfast._account import Account
        account_type = Account
    from wtsfast.enums import SidType, coerce

    return account_type(name, domain, coerce(SidType, use))


def __getattr__(name):
    if name == "Account":
        from wtsfast._account import Account
        return Account
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# The native call: (Account | None, error number).
cdef tuple ask(Sid sid, object server_name):
    cdef WCHAR name[257]
    cdef WCHAR domain[257]
    cdef DWORD name_units = 257, domain_units = 257, error = 0
    cdef SID_NAME_USE use = <SID_NAME_USE>0
    cdef WCHAR* server = NULL
    cdef bint ok
    if server_name is not None:
        server = encode(server_name, "server_name")
    try:
        with nogil:
            SetLastError(0)
            ok = LookupAccountSidW(server, sid.data, name, &name_units, domain, &domain_units, &use)
            if not ok:
                error = GetLastError()
    finally:
        PyMem_Free(server)
    if ok:
        return make_account(decode(name, name_units), decode(domain, domain_units), use), 0
    return None, error


cdef object answer(tuple entry, object server_name):
    account, error, _ = entry
    if account is None and error != ERROR_NONE_MAPPED:
        from wtsfast.errors import error_class

        raise error_class("LookupAccountSid", error)(error, "LookupAccountSid", server_name, describe(error))
    return account


cdef object lookup(Sid sid, object server_name):
    key = (sid, server_name)
    while True:
        entry = cache.get(key)
        if entry is not None and (not entry[2] or GetTickCount64() < entry[2]):
            return answer(entry, server_name)
        lock = allocate_lock()
        lock.acquire()
        running = in_flight.setdefault(key, lock)
        if running is lock:
            break
        with running:  # another thread is asking: wait for it, then look again
            pass
    try:
        account, error = ask(sid, server_name)
        expires = 0 if account is not None or error == ERROR_NONE_MAPPED else GetTickCount64() + FAILURE_SECONDS * 1000
        entry = (account, error, expires)
        with cache_lock:
            while len(cache) >= CACHE_LIMIT:
                del cache[next(iter(cache))]  # the oldest
            cache[key] = entry
    finally:
        in_flight.pop(key, None)
        lock.release()
    return answer(entry, server_name)
