# Nothing of its own: the DLL holds the compiled modules of this package.
