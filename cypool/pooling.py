"""The public window functions and their backward."""

from ._arrays import intake, pool
from ._geometry import integer, pooled_shape, windows


def max_pool(x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, return_indices=False, out=None, n_threads=None):
    x = intake(x)
    return pool("max", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, return_indices)


def min_pool(x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, return_indices=False, out=None, n_threads=None):
    x = intake(x)
    return pool("min", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, return_indices)


def avg_pool(x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, count_include_pad=True, divisor_override=None, dtype=None, out=None, n_threads=None):
    x = intake(x)
    return pool("avg", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, include_pad=bool(count_include_pad), divisor=divisor_override, wanted=dtype)


def sum_pool(x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, dtype=None, out=None, n_threads=None):
    x = intake(x)
    return pool("sum", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, wanted=dtype)


def lp_pool(x, kernel_size, stride=None, padding=0, dilation=1, *, p=2.0, axes=None, ceil_mode=False, dtype=None, out=None, n_threads=None):
    x = intake(x)
    return pool("lp", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, p=float(p), wanted=dtype)


def output_shape(shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False):
    shape = tuple(integer(n, "shape", 0) for n in shape)
    return pooled_shape(shape, *windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode))
