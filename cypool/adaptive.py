"""The public pooling functions whose windows follow from the size of the result: global and adaptive ones."""

import numpy as np

from ._arrays import chosen_gradient, flag, gradient, gradients, intake, mode_of_indices, norm_gradient, norm_order, pool
from ._geometry import bins, whole_planes, whole_shape


def global_max_pool(x, *, axes=(-2, -1), keepdims=False, return_indices=False, out=None, n_threads=None):
    return over_planes("max", x, axes, keepdims, out, n_threads, mode_of_indices(return_indices))


def global_min_pool(x, *, axes=(-2, -1), keepdims=False, return_indices=False, out=None, n_threads=None):
    return over_planes("min", x, axes, keepdims, out, n_threads, mode_of_indices(return_indices))


def global_avg_pool(x, *, axes=(-2, -1), keepdims=False, dtype=None, out=None, n_threads=None):
    return over_planes("avg", x, axes, keepdims, out, n_threads, wanted=dtype)


def global_sum_pool(x, *, axes=(-2, -1), keepdims=False, dtype=None, out=None, n_threads=None):
    return over_planes("sum", x, axes, keepdims, out, n_threads, wanted=dtype)


def global_lp_pool(x, *, p=2.0, axes=(-2, -1), keepdims=False, dtype=None, out=None, n_threads=None):
    return over_planes("lp", x, axes, keepdims, out, n_threads, wanted=dtype, p=norm_order(p))


def global_max_pool_backward(grad_output, indices, input_shape, *, axes=(-2, -1), keepdims=False, out=None, n_threads=None):
    shape = whole_shape(input_shape)
    axes, along = whole_planes(shape, axes)
    g, indices = kept(grad_output, axes, keepdims), kept(indices, axes, keepdims, "indices")
    return chosen_gradient(*gradients(g, shape, axes, along, indices=indices), shape, axes, along, out, n_threads)


def global_min_pool_backward(grad_output, indices, input_shape, *, axes=(-2, -1), keepdims=False, out=None, n_threads=None):
    return global_max_pool_backward(grad_output, indices, input_shape, axes=axes, keepdims=keepdims, out=out, n_threads=n_threads)


def global_avg_pool_backward(grad_output, input_shape, *, axes=(-2, -1), keepdims=False, out=None, n_threads=None):
    shape = whole_shape(input_shape)
    axes, along = whole_planes(shape, axes)
    return gradient("avg", *gradients(kept(grad_output, axes, keepdims), shape, axes, along), axes, along, out, n_threads)


def global_sum_pool_backward(grad_output, input_shape, *, axes=(-2, -1), keepdims=False, out=None, n_threads=None):
    shape = whole_shape(input_shape)
    axes, along = whole_planes(shape, axes)
    return gradient("sum", *gradients(kept(grad_output, axes, keepdims), shape, axes, along), axes, along, out, n_threads)


def global_lp_pool_backward(grad_output, x, y, *, p=2.0, axes=(-2, -1), keepdims=False, out=None, n_threads=None):
    x, p = intake(x), norm_order(p)
    axes, along = whole_planes(x.shape, axes)
    g, y = gradients(kept(grad_output, axes, keepdims), x.shape, axes, along, y=kept(y, axes, keepdims, "y"))
    return norm_gradient(g, x, y, axes, along, p, out, n_threads)


def adaptive_max_pool(x, output_size, *, axes=None, return_indices=False, out=None, n_threads=None):
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("max", x, *bins(x.shape, output_size, axes), out, n_threads, indices)


def adaptive_min_pool(x, output_size, *, axes=None, return_indices=False, out=None, n_threads=None):
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("min", x, *bins(x.shape, output_size, axes), out, n_threads, indices)


def adaptive_avg_pool(x, output_size, *, axes=None, dtype=None, out=None, n_threads=None):
    x = intake(x)
    return pool("avg", x, *bins(x.shape, output_size, axes), out, n_threads, wanted=dtype)


def adaptive_max_pool_backward(grad_output, indices, input_shape, output_size, *, axes=None, out=None, n_threads=None):
    shape = whole_shape(input_shape)
    axes, along = bins(shape, output_size, axes)
    return chosen_gradient(*gradients(grad_output, shape, axes, along, indices=indices), shape, axes, along, out, n_threads)


def adaptive_min_pool_backward(grad_output, indices, input_shape, output_size, *, axes=None, out=None, n_threads=None):
    return adaptive_max_pool_backward(grad_output, indices, input_shape, output_size, axes=axes, out=out, n_threads=n_threads)


def adaptive_avg_pool_backward(grad_output, input_shape, output_size, *, axes=None, out=None, n_threads=None):
    shape = whole_shape(input_shape)
    axes, along = bins(shape, output_size, axes)
    return gradient("avg", *gradients(grad_output, shape, axes, along), axes, along, out, n_threads)


def over_planes(kind, x, axes, keepdims, out, n_threads, indices=False, **more):
    """Pool whole planes; drop their axes unless they are to be kept."""
    x = intake(x)
    axes, along = whole_planes(x.shape, axes)
    if flag(keepdims, "keepdims"):
        return pool(kind, x, axes, along, out, n_threads, indices, **more)
    given = np.expand_dims(out, axes) if isinstance(out, np.ndarray) and out.ndim + len(axes) == x.ndim else out
    result = pool(kind, x, axes, along, given, n_threads, indices, **more)
    y, at = result if indices else (result, None)
    y = y.squeeze(axes) if out is None else out
    return y if at is None else (y, at.squeeze(axes))


def kept(g, axes, keepdims, name="grad_output"):
    """Return a gradient with its pooled axes back."""
    g = intake(g, name)
    return g if flag(keepdims, "keepdims") else np.expand_dims(g, axes)
