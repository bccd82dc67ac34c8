/* The C interface of wtsfast for modules of other packages: native rows, columns and SIDs behind its Python objects.
 *
 * From Cython use wtsfast/capi.pxd, from C and C++ this file; wtsfast.get_include() names its folder. Nothing of the
 * package is linked: import_wtsfast() fetches a table of functions from the installed package, so a module that was
 * built once goes on working with later versions, whose classes may look different inside. What is declared here never
 * changes within a version: functions are only ever added, at the end of the table, and structs are what they are.
 *
 * Each wtsfast_get_... fills a view. The view holds a reference to the Python object that it was taken from, so what
 * its pointers lead to stays, and never changes, until wtsfast_release_... gives the reference back. These functions
 * need the GIL; they return -1 with an exception set, and then leave a view that is empty. In between the memory may be
 * read without the GIL, in any thread.
 */
#ifndef WTSFAST_CAPI_H
#define WTSFAST_CAPI_H

#include <Python.h>
#include <string.h>

#include "wtsfast_sdk.h"

#if defined(__cplusplus)
extern "C" {
#endif

/* Another version means that what is declared here has changed: modules must then be built again. */
#define WTSFAST_API_VERSION 1

/* Which call the rows of a snapshot come from, and so what they look like. */
#define WTSFAST_LEVEL_0 0
#define WTSFAST_LEVEL_1 1
#define WTSFAST_KERNEL 2 /* these rows show themselves by columns only */

/* The rows of a ProcessSnapshot, or the one of a ProcessInfo. The pointer of their level is set, unless there are no
 * rows; both are NULL for WTSFAST_KERNEL. */
typedef struct WTSFAST_PROCESSES {
    PyObject *owner;
    int level;
    Py_ssize_t count;
    const WTS_PROCESS_INFOW *level_0;
    const WTS_PROCESS_INFO_EXW *level_1;
} WTSFAST_PROCESSES;

/* The rows of a SessionSnapshot, or the one of a SessionInfo. The pointer of their level is set, unless there are no
 * rows. */
typedef struct WTSFAST_SESSIONS {
    PyObject *owner;
    int level;
    Py_ssize_t count;
    const WTS_SESSION_INFOW *level_0;
    const WTS_SESSION_INFO_1W *level_1;
} WTSFAST_SESSIONS;

/* What the fields of a column are. */
#define WTSFAST_UINT32 1
#define WTSFAST_UINT64 2
#define WTSFAST_INT64 3
#define WTSFAST_FILETIME 4 /* INT64: 100 ns since 1601 UTC, 0 for never */
#define WTSFAST_TEXT 5     /* const WCHAR *: ends in a NUL; may be NULL */
#define WTSFAST_SID 6      /* const void *: may be NULL, and is only as valid as the server made it */

/* One column of a snapshot of any kind: the field of row i is at first + i * stride. */
typedef struct WTSFAST_COLUMN {
    PyObject *owner;
    int kind;
    Py_ssize_t count;
    Py_ssize_t stride;
    const char *first;
} WTSFAST_COLUMN;

/* The binary form of a Sid, which is valid, and its size in bytes. */
typedef struct WTSFAST_SID_VIEW {
    PyObject *owner;
    Py_ssize_t size;
    const void *sid;
} WTSFAST_SID_VIEW;

/* The table. It is asked through the functions below, which hand it an empty view. */
typedef struct WTSFAST_API {
    int version;
    int size; /* of the table that is installed, in bytes */
    int (*get_processes)(PyObject *source, WTSFAST_PROCESSES *view);
    int (*get_sessions)(PyObject *source, WTSFAST_SESSIONS *view);
    int (*get_column)(PyObject *snapshot, const char *name, WTSFAST_COLUMN *view);
    int (*get_sid)(PyObject *sid, WTSFAST_SID_VIEW *view);
} WTSFAST_API;

static const WTSFAST_API *wtsfast_api = NULL; /* one in each C file, filled at the first call there */

/* Fetch the table; 0, or -1 with an ImportError. Call it when your module is initialised, to fail early: the functions
 * below do it themselves where it was not done. */
static inline int import_wtsfast(void)
{
    PyObject *module, *capsule;
    const WTSFAST_API *found;
    if (wtsfast_api != NULL)
        return 0;
    module = PyImport_ImportModule("wtsfast._capi");
    if (module == NULL)
        return -1;
    capsule = PyObject_GetAttrString(module, "API");
    Py_DECREF(module);
    if (capsule == NULL)
        return -1;
    found = (const WTSFAST_API *)PyCapsule_GetPointer(capsule, "wtsfast._capi.API");
    Py_DECREF(capsule); /* the table is static: it stays */
    if (found == NULL)
        return -1;
    if (found->version != WTSFAST_API_VERSION) {
        PyErr_Format(PyExc_ImportError,
                     "this module was built for version %d of the C interface of wtsfast, and the installed wtsfast has "
                     "version %d: build the module again, or install a wtsfast with version %d",
                     WTSFAST_API_VERSION, found->version, WTSFAST_API_VERSION);
        return -1;
    }
    if (found->size < (int)sizeof(WTSFAST_API)) {
        PyErr_SetString(PyExc_ImportError,
                        "this module was built with a later wtsfast than the installed one, whose C interface lacks "
                        "functions: install a later wtsfast");
        return -1;
    }
    wtsfast_api = found;
    return 0;
}

/* The rows of a ProcessSnapshot or ProcessInfo; TypeError for other objects. */
static inline int wtsfast_get_processes(PyObject *source, WTSFAST_PROCESSES *view)
{
    memset(view, 0, sizeof(*view));
    return import_wtsfast() < 0 ? -1 : wtsfast_api->get_processes(source, view);
}

/* The rows of a SessionSnapshot or SessionInfo; TypeError for other objects. */
static inline int wtsfast_get_sessions(PyObject *source, WTSFAST_SESSIONS *view)
{
    memset(view, 0, sizeof(*view));
    return import_wtsfast() < 0 ? -1 : wtsfast_api->get_sessions(source, view);
}

/* A column of a snapshot, by its name in UTF-8; TypeError for other objects, ValueError for a column that it lacks. */
static inline int wtsfast_get_column(PyObject *snapshot, const char *name, WTSFAST_COLUMN *view)
{
    memset(view, 0, sizeof(*view));
    return import_wtsfast() < 0 ? -1 : wtsfast_api->get_column(snapshot, name, view);
}

/* The bytes of a Sid; TypeError for other objects. */
static inline int wtsfast_get_sid(PyObject *sid, WTSFAST_SID_VIEW *view)
{
    memset(view, 0, sizeof(*view));
    return import_wtsfast() < 0 ? -1 : wtsfast_api->get_sid(sid, view);
}

/* Give a view's reference back, and leave it empty. A view that is empty already stays so. */
static inline void wtsfast_release_processes(WTSFAST_PROCESSES *view)
{
    PyObject *owner = view->owner;
    memset(view, 0, sizeof(*view));
    Py_XDECREF(owner);
}

static inline void wtsfast_release_sessions(WTSFAST_SESSIONS *view)
{
    PyObject *owner = view->owner;
    memset(view, 0, sizeof(*view));
    Py_XDECREF(owner);
}

static inline void wtsfast_release_column(WTSFAST_COLUMN *view)
{
    PyObject *owner = view->owner;
    memset(view, 0, sizeof(*view));
    Py_XDECREF(owner);
}

static inline void wtsfast_release_sid(WTSFAST_SID_VIEW *view)
{
    PyObject *owner = view->owner;
    memset(view, 0, sizeof(*view));
    Py_XDECREF(owner);
}

#if defined(__cplusplus)
}
#endif

#endif
