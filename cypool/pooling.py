"""The public window functions and their backward."""

from ._arrays import chosen_gradient, double_gradient, gradient, gradients, integer_or_none, intake, mode_of_indices, norm_order, pool, scattered
from ._geometry import integer, pooled_shape, unpooled_shape, whole_shape, windows


def max_pool(
    x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, return_indices=False, out=None, n_threads=None
):
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("max", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, indices)


def min_pool(
    x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, return_indices=False, out=None, n_threads=None
):
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("min", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, indices)


def avg_pool(
    x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, count_include_pad=True, divisor_override=None,
    dtype=None, out=None, n_threads=None,
):  # fmt: skip
    x, divisor = intake(x), integer_or_none(divisor_override, "divisor_override")
    axes, along = windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    return pool("avg", x, axes, along, out, n_threads, include_pad=bool(count_include_pad), divisor=divisor, wanted=dtype)


def sum_pool(x, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, dtype=None, out=None, n_threads=None):
    x = intake(x)
    return pool("sum", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, wanted=dtype)


def lp_pool(
    x, kernel_size, stride=None, padding=0, dilation=1, *, p=2.0, axes=None, ceil_mode=False, dtype=None, out=None, n_threads=None
):
    x, p = intake(x), norm_order(p)
    return pool("lp", x, *windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads, p=p, wanted=dtype)


def output_shape(shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False):
    shape = whole_shape(shape, "shape")
    return pooled_shape(shape, *windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode))


def max_pool_backward(
    grad_output, indices, input_shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, out=None,
    n_threads=None,
):  # fmt: skip
    shape = whole_shape(input_shape)
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    return chosen_gradient(*gradients(grad_output, shape, axes, along, indices=indices), shape, axes, along, out, n_threads)


def min_pool_backward(
    grad_output, indices, input_shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, out=None,
    n_threads=None,
):  # fmt: skip
    return max_pool_backward(
        grad_output, indices, input_shape, kernel_size, stride, padding, dilation, axes=axes, ceil_mode=ceil_mode, out=out,
        n_threads=n_threads,
    )  # fmt: skip


def avg_pool_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, count_include_pad=True,
    divisor_override=None, out=None, n_threads=None,
):  # fmt: skip
    shape, divisor = whole_shape(input_shape), integer_or_none(divisor_override, "divisor_override")
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    (g,) = gradients(grad_output, shape, axes, along)
    return gradient("avg", g, axes, along, out, n_threads, include_pad=bool(count_include_pad), divisor=divisor)


def sum_pool_backward(
    grad_output, input_shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, out=None, n_threads=None
):
    shape = whole_shape(input_shape)
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    (g,) = gradients(grad_output, shape, axes, along)
    return gradient("sum", g, axes, along, out, n_threads)


def lp_pool_backward(
    grad_output, x, y, kernel_size, stride=None, padding=0, dilation=1, *, p=2.0, axes=None, ceil_mode=False, out=None, n_threads=None
):
    x, p = intake(x), norm_order(p)
    axes, along = windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    g, y = gradients(grad_output, x.shape, axes, along, y=y)
    return norm_gradient(g, x, y, axes, along, p, out, n_threads)


def max_pool_double_backward(
    grad_grad_input, indices, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, out=None, n_threads=None
):
    g = intake(grad_grad_input, "grad_grad_input")
    return double_gradient(g, indices, *windows(g.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads)


def min_pool_double_backward(
    grad_grad_input, indices, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False, out=None, n_threads=None
):
    return max_pool_double_backward(
        grad_grad_input, indices, kernel_size, stride, padding, dilation, axes=axes, ceil_mode=ceil_mode, out=out, n_threads=n_threads
    )


def max_unpool(y, indices, kernel_size, stride=None, padding=0, *, output_shape=None, axes=None, out=None, n_threads=None):
    y = intake(y, "y")
    shape, axes, along = unpooled_shape(y.shape, kernel_size, stride, padding, axes, output_shape)
    return scattered(*gradients(y, None, axes, along, indices=indices, name="y"), shape, axes, along, False, out, n_threads)
