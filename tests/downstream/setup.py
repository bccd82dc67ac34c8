"""Build of modules of another package that use wtsfast's C interface, from Cython and from C.

It knows nothing of wtsfast's sources. As with [build-system] requires = ["wtsfast"], wtsfast is installed where it
runs; that is also where Cython finds wtsfast/capi.pxd.
"""

from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup

import wtsfast

SOURCES = ("downstream_cython.pyx", "downstream_c.c", "working_sets.pyx")

if __name__ == "__main__":
    setup(
        name="downstream",
        version="0",
        ext_modules=cythonize(  # type: ignore[no-untyped-call]
            [Extension(Path(source).stem, [source], include_dirs=[wtsfast.get_include()]) for source in SOURCES],
            language_level=3,
        ),
    )
