"""Nothing of its own: the DLL of this module holds the compiled modules of this package."""
