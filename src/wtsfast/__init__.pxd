# The package is importable by cimport; what other packages may use is in capi.pxd.
