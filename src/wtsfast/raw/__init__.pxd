# The raw layer is importable by cimport inside the package; what other packages may use is in capi.pxd.
