"""Build of two modules of another package that use wtsfast's C interface, from Cython and from C.

It knows nothing of wtsfast's sources. As with [build-system] requires = ["wtsfast"], wtsfast is installed where it
runs; that is also where Cython finds wtsfast/capi.pxd.
"""

from Cython.Build import cythonize
from setuptools import Extension, setup

import wtsfast

MODULES = {"downstream_cython": "downstream_cython.pyx", "downstream_c": "downstream_c.c"}

if __name__ == "__main__":
    setup(
        name="downstream",
        version="0",
        ext_modules=cythonize(  # type: ignore[no-untyped-call]
            [Extension(name, [source], include_dirs=[wtsfast.get_include()]) for name, source in MODULES.items()],
            language_level=3,
        ),
    )
