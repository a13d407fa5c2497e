# The kernels once more, compiled with -march=x86-64-v3 (AVX2, FMA): see BUILDS in setup.py.
include "_kernels.pyx"
