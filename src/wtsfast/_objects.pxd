# New references as plain pointers, for the loops that hand values on to tuples, lists and callers. Inline only.
#
# Why not leave it to Cython: it takes and drops a reference around each use. In CPython 3.12 and 3.13 taking one writes
# half a word and dropping one reads all of it, and a processor that has to do the two in a row waits for the store to
# reach the cache, some 5 ns each time.
from cpython.object cimport PyObject, PyTypeObject
from libc.stdint cimport int64_t, uint32_t, uint64_t


cdef extern from *:
    """
    #define wtsfast_object_of(reference) (reference)
    #define wtsfast_items(list) (((PyListObject*)(list))->ob_item)

    /* With the GIL an object may be filled anew when nobody else holds it, as zip() does with its tuple, and a table of
       objects needs no lock. Without it a count of one proves nothing, and two threads may come at once. */
    #ifdef Py_GIL_DISABLED
        #define WTSFAST_HAS_GIL 0
    #else
        #define WTSFAST_HAS_GIL 1
    #endif

    /* From 3.14 on a tuple caches its hash. */
    #if PY_VERSION_HEX >= 0x030E0000
        #define wtsfast_forget_hash(tuple) ((void)(((PyTupleObject*)(tuple))->ob_hash = -1))
    #else
        #define wtsfast_forget_hash(tuple) ((void)0)
    #endif

    /* A tuple of a class made by NamedTuple, with room for items that are put there next. */
    static PyObject *wtsfast_new_record(PyTypeObject *type, Py_ssize_t size) {
        PyObject *record = type->tp_alloc(type, size);
        if (record != NULL)
            wtsfast_forget_hash(record);
        return record;
    }
    """
    const bint HAS_GIL "WTSFAST_HAS_GIL"
    void forget_hash "wtsfast_forget_hash" (PyObject* tuple) noexcept
    # The object behind a new reference, which is used up.
    object object_of "wtsfast_object_of" (PyObject* reference)
    PyObject* new_record "wtsfast_new_record" (PyTypeObject* kind, Py_ssize_t size) except NULL
    # The items of a list, to be filled in place.
    PyObject** items_of "wtsfast_items" (object values) noexcept


cdef extern from "Python.h":
    Py_ssize_t reference_count "Py_REFCNT" (PyObject* value) noexcept
    PyObject* new_reference "Py_NewRef" (object value) noexcept
    PyObject* new_reference_to "Py_NewRef" (PyObject* value) noexcept
    PyObject* new_tuple "PyTuple_New" (Py_ssize_t size) except NULL
    PyObject* PyLong_FromLong(long value) except NULL
    PyObject* PyLong_FromUnsignedLong(unsigned long value) except NULL
    PyObject* PyLong_FromLongLong(long long value) except NULL
    PyObject* PyLong_FromUnsignedLongLong(unsigned long long value) except NULL
    PyObject* new_float "PyFloat_FromDouble" (double value) except NULL
    PyObject* get_from_tuple "PyTuple_GET_ITEM" (PyObject* values, Py_ssize_t at) noexcept  # borrowed
    # Uses the reference up, and knows nothing of what was there before.
    void put_in_tuple "PyTuple_SET_ITEM" (PyObject* values, Py_ssize_t at, PyObject* reference) noexcept


# Whether an object that we kept may be filled anew: it is there, and nobody else holds it.
cdef inline bint is_free(PyObject* kept) noexcept:
    return HAS_GIL and kept != NULL and reference_count(kept) == 1


cdef enum:
    ONE_DIGIT = 0x3FFFFFFF  # CPython makes numbers up to here faster, when it gets them as a long


cdef inline PyObject* new_u32(uint32_t value) except NULL:
    return PyLong_FromLong(<long>value) if value <= ONE_DIGIT else PyLong_FromUnsignedLong(value)


cdef inline PyObject* new_u64(uint64_t value) except NULL:
    return PyLong_FromLong(<long>value) if value <= ONE_DIGIT else PyLong_FromUnsignedLongLong(value)


cdef inline PyObject* new_i64(int64_t value) except NULL:
    return PyLong_FromLong(<long>value) if 0 <= value <= ONE_DIGIT else PyLong_FromLongLong(value)
