# The kernels once more, compiled with -march=x86-64-v4 (AVX-512): see BUILDS in setup.py.
include "_kernels.pyx"
