# Classes that only this package makes instances of. Inline functions only: this file is not a module.
from cpython.object cimport PyTypeObject


cdef extern from "Python.h":
    """
    /* A bare instance would hold NULL pointers, and the first look at it would end the process. Without a __new__ of
       its own a class finds object's, which refuses classes of C. */
    static int wtsfast_seal(PyTypeObject *type, int hidden) {
        if (PyDict_DelItemString(type->tp_dict, "__new__") < 0)
            return -1;
        if (hidden) {
            type->tp_new = NULL;
            type->tp_vectorcall = NULL; /* of a call of the class, which would not look at tp_new */
        }
        PyType_Modified(type);
        return 0;
    }
    """
    int wtsfast_seal(PyTypeObject* kind, bint hidden) except -1


# Take the `__new__` of a class away from Python: calling the class ends in its __init__, which says what to do.
cdef inline int seal(type kind) except -1:
    return wtsfast_seal(<PyTypeObject*>kind, False)


# For a class without an __init__ that only its own module makes, such as an iterator: it cannot be called either.
cdef inline int seal_hidden(type kind) except -1:
    return wtsfast_seal(<PyTypeObject*>kind, True)
