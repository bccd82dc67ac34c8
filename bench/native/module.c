/* The extension module bench_native: the floor for Python, and what only C can measure. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "floor.h"
#include "memory.h"

static PyObject *total_as_dict(const TOTAL *total)
{
    return Py_BuildValue("{sKsKsKsKsKsK}", "rows", total->rows, "pids", total->pids, "sessions", total->sessions, "memory",
                         total->memory, "times", total->times, "letters", total->letters);
}

static PyObject *run_floor(PyObject *module, PyObject *args)
{
    const char *name;
    unsigned long repeat;
    const FLOOR *floor;
    (void)module;
    if (!PyArg_ParseTuple(args, "sk", &name, &repeat))
        return NULL;
    for (floor = FLOORS; floor->name != NULL; ++floor) {
        if (strcmp(floor->name, name) == 0) {
            TOTAL total;
            double time = time_passes(floor->pass, repeat, &total);
            if (time < 0)
                return PyErr_SetFromWindowsErr(0);
            return Py_BuildValue("dN", time, total_as_dict(&total));
        }
    }
    return PyErr_Format(PyExc_KeyError, "no floor %s", name);
}

/* Add up a column as a C program does that is handed a buffer: any stride, 4 or 8 bytes. */
static ULONG64 add_up(const Py_buffer *column)
{
    const char *item = column->buf;
    const Py_ssize_t stride = column->strides[0], count = column->shape[0];
    ULONG64 sum = 0;
    Py_ssize_t i;
    if (column->itemsize == 4)
        for (i = 0; i < count; ++i, item += stride)
            sum += *(const ULONG *)item;
    else
        for (i = 0; i < count; ++i, item += stride)
            sum += *(const ULONG64 *)item;
    return sum;
}

static PyObject *column_sum(PyObject *module, PyObject *column)
{
    Py_buffer view;
    ULONG64 sum;
    (void)module;
    if (PyObject_GetBuffer(column, &view, PyBUF_STRIDED_RO) < 0)
        return NULL;
    if (view.ndim != 1 || (view.itemsize != 4 && view.itemsize != 8)) {
        PyBuffer_Release(&view);
        PyErr_SetString(PyExc_ValueError, "not one column of numbers");
        return NULL;
    }
    sum = add_up(&view);
    PyBuffer_Release(&view);
    return PyLong_FromUnsignedLongLong(sum);
}

/* Nanoseconds that it takes to let go of the GIL and take it back so often, with nobody else waiting. */
static PyObject *gil_handovers(PyObject *module, PyObject *args)
{
    unsigned long repeat, i;
    double start;
    (void)module;
    if (!PyArg_ParseTuple(args, "k", &repeat))
        return NULL;
    start = nanoseconds();
    for (i = 0; i < repeat; ++i) {
        Py_BEGIN_ALLOW_THREADS
        Py_END_ALLOW_THREADS
    }
    return PyFloat_FromDouble(nanoseconds() - start);
}

/* How a function looks that the package's modules share: it writes backwards from `end`, and gives where it began. */
typedef char *(*SID_FORMATTER)(const unsigned char *sid, char *end);

/* Nanoseconds that so many texts of a SID take, by the function in a capsule. */
static PyObject *sid_formats(PyObject *module, PyObject *args)
{
    PyObject *capsule;
    const char *sid;
    Py_ssize_t length;
    char text[256];
    unsigned long repeat, i;
    SID_FORMATTER format;
    double start;
    (void)module;
    if (!PyArg_ParseTuple(args, "Oy#k", &capsule, &sid, &length, &repeat))
        return NULL;
    format = (SID_FORMATTER)PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule));
    if (format == NULL)
        return NULL;
    start = nanoseconds();
    for (i = 0; i < repeat; ++i)
        format((const unsigned char *)sid, text + sizeof(text));
    return PyFloat_FromDouble(nanoseconds() - start);
}

static PyObject *committed(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return PyLong_FromLongLong(committed_memory());
}

static PyObject *in_heaps(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    return PyLong_FromLongLong(heap_memory());
}

static PyObject *cool(PyObject *module, PyObject *unused)
{
    (void)module, (void)unused;
    if (!cool_caches())
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyObject *held_by(PyObject *module, PyObject *args)
{
    unsigned long count;
    LONG64 held;
    (void)module;
    if (!PyArg_ParseTuple(args, "k", &count))
        return NULL;
    held = held_by_results(count);
    return held < 0 ? PyErr_SetFromWindowsErr(0) : PyLong_FromLongLong(held);
}

static PyMethodDef methods[] = {
    {"floor", run_floor, METH_VARARGS, "Run a pass of the floor so often; its nanoseconds and what it read."},
    {"column_sum", column_sum, METH_O, "Add up a column through the buffer protocol."},
    {"gil_handovers", gil_handovers, METH_VARARGS, "Nanoseconds of so many releases of the GIL."},
    {"sid_formats", sid_formats, METH_VARARGS, "Nanoseconds of so many texts of a SID by the package's own function."},
    {"committed", committed, METH_NOARGS, "Bytes of committed private memory."},
    {"in_heaps", in_heaps, METH_NOARGS, "Bytes of living blocks in the native heaps."},
    {"cool_caches", cool, METH_NOARGS, "Push everything out of the caches."},
    {"held_by_results", held_by, METH_VARARGS, "Bytes of native heap that so many results hold."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "bench_native", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_bench_native(void)
{
    return PyModule_Create(&definition);
}
