"""Compiles a DLL with Microsoft's compiler, which setuptools knows how to find.

A program for the Python that has setuptools, started by standin.py: msvcbuild.py DLL DEF LIBRARY,... SOURCES...
"""

import sys
from pathlib import Path

from setuptools.command.build_ext import new_compiler

dll, definitions, libraries, *sources = sys.argv[1:]
work = Path(dll).parent
compiler = new_compiler()
objects = compiler.compile(sources, output_dir=str(work / "objects"), extra_postargs=["/O2", "/W3", "/utf-8"])
partial = str(Path(dll).with_suffix(".partial"))
options = [f"/DEF:{definitions}", f"/IMPLIB:{work / 'standin.lib'}"]
compiler.link_shared_object(objects, partial, libraries=libraries.split(","), extra_postargs=options)
Path(partial).replace(dll)
