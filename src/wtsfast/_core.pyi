# Made by Cython: what the compiled modules have in common. The DLL holds most of them.
