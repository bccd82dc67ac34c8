/* A module of another package, in C: it knows wtsfast by wtsfast_capi.h alone. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <wchar.h>

#include <wtsfast_capi.h>

/* The longest name of a process, by letters: found without the GIL. */
static const WCHAR *longest_name(const WTSFAST_PROCESSES *view, size_t *length)
{
    const WCHAR *found = NULL;
    Py_ssize_t i;
    *length = 0;
    for (i = 0; i < view->count; ++i) {
        const WCHAR *name = view->level_1 != NULL ? view->level_1[i].pProcessName : view->level_0[i].pProcessName;
        if (name != NULL && (found == NULL || wcslen(name) > *length)) {
            found = name;
            *length = wcslen(name);
        }
    }
    return found;
}

static PyObject *longest_process_name(PyObject *module, PyObject *source)
{
    WTSFAST_PROCESSES view;
    const WCHAR *name;
    size_t length;
    PyObject *result;
    (void)module;
    if (wtsfast_get_processes(source, &view) < 0)
        return NULL;
    if (view.level == WTSFAST_KERNEL) {
        wtsfast_release_processes(&view);
        PyErr_SetString(PyExc_ValueError, "only columns show the kernel's rows");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    name = longest_name(&view, &length);
    Py_END_ALLOW_THREADS
    if (name == NULL) {
        Py_INCREF(Py_None);
        result = Py_None;
    } else {
        result = PyUnicode_FromWideChar(name, (Py_ssize_t)length); /* before the memory is given back */
    }
    wtsfast_release_processes(&view);
    return result;
}

static PyObject *active_sessions(PyObject *module, PyObject *source)
{
    WTSFAST_SESSIONS view;
    Py_ssize_t i, active = 0;
    (void)module;
    if (wtsfast_get_sessions(source, &view) < 0)
        return NULL;
    for (i = 0; i < view.count; ++i)
        active += (view.level_1 != NULL ? view.level_1[i].State : view.level_0[i].State) == WTSActive;
    wtsfast_release_sessions(&view);
    return PyLong_FromSsize_t(active);
}

static PyMethodDef functions[] = {
    {"longest_process_name", longest_process_name, METH_O, "Give the longest name in a snapshot of processes."},
    {"active_sessions", active_sessions, METH_O, "Count the active sessions of a snapshot."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "downstream_c",
    .m_doc = "Uses wtsfast's C interface.",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit_downstream_c(void)
{
    if (import_wtsfast() < 0)
        return NULL;
    return PyModule_Create(&definition);
}
