# Declarations of the native interfaces: types, constants and prototypes only, nothing that calls.
