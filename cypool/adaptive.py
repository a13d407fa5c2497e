"""The public pooling functions whose windows follow from the size of the result: global and adaptive ones."""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy as np

from ._arrays import (
    dtype_or_none,
    flag,
    gradient,
    gradients,
    intake,
    mode_of_indices,
    norm_gradient,
    norm_order,
    pool,
    sent,
)
from ._geometry import bins, whole_planes, whole_shape
from ._typing import ArrayLike, ArrayOrPair, DTypeLike, IntOrInts, ReturnIndices, Shape, Sizes


def global_max_pool(
    x: ArrayLike, *, axes: IntOrInts = (-2, -1), keepdims: bool = False, return_indices: ReturnIndices = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> ArrayOrPair:  # fmt: skip
    """Take the maximum of each whole plane.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype; the pooled axes must not be empty.
    axes : int or sequence of int, default: (-2, -1)
        Axes that span a plane: the last two, (1, 2) for images whose channels come last.
    keepdims : bool, default: False
        Whether the pooled axes stay, with length 1.
    return_indices : bool or "window", default: False
        Whether to return where the maxima stand, too, flat in the axes pooled: as int64 (True), or in the smallest of uint8,
        uint16 and uint32 ("window").
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call. By default as many as `get_num_threads` says.

    Returns
    -------
    y : ndarray
        Maxima, in the dtype of `x`.
    indices : ndarray
        Only with `return_indices`: positions of the maxima.

    Raises
    ------
    TypeError
        If `x` is masked or not of a real number type, `out` of another dtype, or an argument of a wrong type.
    ValueError
        If `axes` repeat or don't exist, a plane has no cells, or `out` has another shape or overlaps `x`.

    See Also
    --------
    global_max_pool_backward : The gradient.
    max_pool : Windows of a given size.

    Notes
    -----
    As `max_pool` with windows of the size of the plane: NaN gives NaN, and the index of the first NaN; of equals the first in
    row-major order counts. `numpy.amax` gives the same values.

    Examples
    --------
    Make one feature of each channel, whatever the size of the image:

    >>> import numpy as np, cypool
    >>> features = np.arange(24.0).reshape(2, 3, 2, 2)
    >>> cypool.global_max_pool(features)
    array([[ 3.,  7., 11.],
           [15., 19., 23.]])

    Find the peak of a signal:

    >>> cypool.global_max_pool([2, 7, 1, 7], axes=-1, return_indices=True)
    (array(7), array(1))
    """
    return over_planes("max", x, axes, keepdims, out, n_threads, mode_of_indices(return_indices))


def global_min_pool(
    x: ArrayLike, *, axes: IntOrInts = (-2, -1), keepdims: bool = False, return_indices: ReturnIndices = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> ArrayOrPair:  # fmt: skip
    """Take the minimum of each whole plane.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype; the pooled axes must not be empty.
    axes : int or sequence of int, default: (-2, -1)
        Axes that span a plane.
    keepdims : bool, default: False
        Whether the pooled axes stay, with length 1.
    return_indices : bool or "window", default: False
        Whether to return where the minima stand, too, flat in the axes pooled: signed (True) or unsigned ("window").
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    y : ndarray
        Minima, in the dtype of `x`.
    indices : ndarray
        Only with `return_indices`: positions of the minima.

    Raises
    ------
    TypeError, ValueError
        As in `global_max_pool`.

    See Also
    --------
    global_min_pool_backward : The gradient.
    global_max_pool : The same for maxima.
    min_pool : Windows of a given size.

    Notes
    -----
    NaN gives NaN, and the index of the first NaN; of equals the first in row-major order counts.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.global_min_pool([[3, 1, 2], [4, 6, 5]])
    array(1)

    The darkest value of each colour of a picture:

    >>> rgb = np.array([[[9, 80, 7], [20, 30, 40]]], np.uint8)
    >>> cypool.global_min_pool(rgb, axes=(0, 1))
    array([ 9, 30,  7], dtype=uint8)
    """
    return over_planes("min", x, axes, keepdims, out, n_threads, mode_of_indices(return_indices))


def global_avg_pool(
    x: ArrayLike, *, axes: IntOrInts = (-2, -1), keepdims: bool = False, dtype: DTypeLike | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Take the average of each whole plane.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype; the pooled axes must not be empty.
    axes : int or sequence of int, default: (-2, -1)
        Axes that span a plane: the last two, (1, 2) for images whose channels come last.
    keepdims : bool, default: False
        Whether the pooled axes stay, with length 1.
    dtype : dtype_like, optional
        Dtype of the result. By default that of `x` if it is a float, else float64. Integers and bool may be averaged in an
        integer dtype, which rounds and has to be wide enough.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call. By default as many as `get_num_threads` says.

    Returns
    -------
    ndarray
        Averages.

    Raises
    ------
    TypeError
        If `x` is masked or not of a real number type, `dtype` can't hold averages, `out` is of another dtype, or an argument of a
        wrong type.
    ValueError
        If `axes` repeat or don't exist, a plane has no cells, or `out` has another shape or overlaps `x`.

    See Also
    --------
    global_avg_pool_backward : The gradient.
    avg_pool : Windows of a given size.

    Notes
    -----
    Floats are added up as exactly as in `avg_pool`, integers exactly; an integer `dtype` rounds
    halves to even. NaN gives NaN.

    Examples
    --------
    Make one feature of each channel, then with axes that broadcast against the input:

    >>> import numpy as np, cypool
    >>> features = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    >>> cypool.global_avg_pool(features)
    array([1.5, 5.5, 9.5], dtype=float32)
    >>> np.abs(features - cypool.global_avg_pool(features, keepdims=True)).max()
    np.float32(1.5)

    Plain float32 or float16 sums would be wrong long before this many cells:

    >>> cypool.global_avg_pool(np.full((1000, 1000), 0.1, np.float32))
    array(0.1, dtype=float32)
    """
    return over_planes("avg", x, axes, keepdims, out, n_threads, wanted=dtype_or_none(dtype))


def global_sum_pool(
    x: ArrayLike, *, axes: IntOrInts = (-2, -1), keepdims: bool = False, dtype: DTypeLike | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Add up each whole plane.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype.
    axes : int or sequence of int, default: (-2, -1)
        Axes that span a plane.
    keepdims : bool, default: False
        Whether the pooled axes stay, with length 1.
    dtype : dtype_like, optional
        Dtype of the result. By default as in `numpy.sum`: that of `x` if it is a float, uint64 for unsigned integers, else int64.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Sums, 0 for planes without cells.

    Raises
    ------
    TypeError, ValueError
        As in `global_avg_pool`, but planes may be empty.

    See Also
    --------
    global_sum_pool_backward : The gradient.
    sum_pool : Windows of a given size.

    Notes
    -----
    Floats are added up as exactly as in `avg_pool`, integers in 64 bits, which wrap as NumPy's do.

    Examples
    --------
    Count the marked pixels of each mask:

    >>> import numpy as np, cypool
    >>> masks = np.array([[[True, False], [True, True]], [[False, False], [False, True]]])
    >>> cypool.global_sum_pool(masks)
    array([3, 1])

    Project a volume onto its first axis:

    >>> cypool.global_sum_pool(np.ones((3, 4, 5)), axes=(1, 2))
    array([20., 20., 20.])
    """
    return over_planes("sum", x, axes, keepdims, out, n_threads, wanted=dtype_or_none(dtype))


def global_lp_pool(
    x: ArrayLike, *, p: float = 2.0, axes: IntOrInts = (-2, -1), keepdims: bool = False, dtype: DTypeLike | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Take the Lp norm of each whole plane.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype.
    p : float, default: 2.0
        Order of the norm, > 0: 1 adds absolute values, 2 is Euclid's, `numpy.inf` takes the largest absolute value.
    axes : int or sequence of int, default: (-2, -1)
        Axes that span a plane.
    keepdims : bool, default: False
        Whether the pooled axes stay, with length 1.
    dtype : dtype_like, optional
        Dtype of the result, a float. By default that of `x` if it is one, else float64.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Norms, 0 for planes without cells.

    Raises
    ------
    TypeError, ValueError
        As in `global_avg_pool`, but planes may be empty; a ValueError also if `p` isn't > 0.

    See Also
    --------
    global_lp_pool_backward : The gradient.
    lp_pool : Windows of a given size.

    Notes
    -----
    The result is ``(sum of abs(x) ** p) ** (1 / p)``, added up in float64. NaN gives NaN.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.global_lp_pool([[3.0, 0.0], [0.0, -4.0]])
    array(5.)

    Scale each row to length 1:

    >>> rows = np.array([[3.0, 4.0], [0.0, 2.0]])
    >>> rows / cypool.global_lp_pool(rows, axes=-1, keepdims=True)
    array([[0.6, 0.8],
           [0. , 1. ]])
    """
    return over_planes("lp", x, axes, keepdims, out, n_threads, wanted=dtype_or_none(dtype), p=norm_order(p))


def global_max_pool_backward(
    grad_output: ArrayLike, indices: ArrayLike, input_shape: Shape, *, axes: IntOrInts = (-2, -1), keepdims: bool = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each plane's maximum back to its cell.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `global_max_pool`, of a float dtype.
    indices : array_like
        Indices that `global_max_pool` returned.
    input_shape : sequence of int
        Shape of the array that was pooled.
    axes : int or sequence of int, default: (-2, -1)
        Axes, as they were given to `global_max_pool`.
    keepdims : bool, default: False
        Whether `grad_output` and `indices` still have the pooled axes.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError
        If `grad_output` is not of a float dtype, or `indices` are no integers.
    ValueError
        If the shapes do not fit, or an index points outside its plane. All are checked before anything is written.

    See Also
    --------
    global_max_pool : Forward.

    Notes
    -----
    All other cells get 0. The gradient of these gradients is `numpy.take_along_axis` at the indices.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0], [4.0, 2.0, 1.0]])
    >>> y, at = cypool.global_max_pool(x, return_indices=True)
    >>> cypool.global_max_pool_backward(1.0, at, x.shape)
    array([[0., 0., 0.],
           [1., 0., 0.]])

    Of equals the first gets all:

    >>> y, at = cypool.global_max_pool(np.ones((2, 3)), axes=1, return_indices=True)
    >>> cypool.global_max_pool_backward([1.0, 2.0], at, (2, 3), axes=1)
    array([[1., 0., 0.],
           [2., 0., 0.]])
    """
    shape = whole_shape(input_shape)
    axes, along = whole_planes(shape, axes)
    g, indices = kept(grad_output, axes, keepdims), kept(indices, axes, keepdims, "indices")
    return sent(*gradients(g, shape, axes, along, indices=indices), axes, along, True, out, n_threads)


def global_min_pool_backward(
    grad_output: ArrayLike, indices: ArrayLike, input_shape: Shape, *, axes: IntOrInts = (-2, -1), keepdims: bool = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each plane's minimum back to its cell.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `global_min_pool`, of a float dtype.
    indices : array_like
        Indices that `global_min_pool` returned.
    input_shape : sequence of int
        Shape of the array that was pooled.
    axes : int or sequence of int, default: (-2, -1)
        Axes, as they were given to `global_min_pool`.
    keepdims : bool, default: False
        Whether `grad_output` and `indices` still have the pooled axes.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError, ValueError
        As in `global_max_pool_backward`.

    See Also
    --------
    global_min_pool : Forward.
    global_max_pool_backward : The same for maxima.

    Notes
    -----
    All other cells get 0.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0], [4.0, 2.0, 1.0]])
    >>> y, at = cypool.global_min_pool(x, return_indices=True)
    >>> cypool.global_min_pool_backward(1.0, at, x.shape)
    array([[0., 0., 1.],
           [0., 0., 0.]])

    Gradients that kept the pooled axis:

    >>> y, at = cypool.global_min_pool(x, axes=1, keepdims=True, return_indices="window")
    >>> cypool.global_min_pool_backward([[5.0], [6.0]], at, x.shape, axes=1, keepdims=True)
    array([[0., 0., 5.],
           [0., 0., 6.]])
    """
    return global_max_pool_backward(grad_output, indices, input_shape, axes=axes, keepdims=keepdims, out=out, n_threads=n_threads)


def global_avg_pool_backward(
    grad_output: ArrayLike, input_shape: Shape, *, axes: IntOrInts = (-2, -1), keepdims: bool = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Spread the gradient of each plane's average over the plane.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `global_avg_pool`, of a float dtype.
    input_shape : sequence of int
        Shape of the array that was pooled.
    axes : int or sequence of int, default: (-2, -1)
        Axes, as they were given to `global_avg_pool`.
    keepdims : bool, default: False
        Whether `grad_output` still has the pooled axes.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `grad_output`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError
        If `grad_output` is not of a float dtype, or an argument is of a wrong type.
    ValueError
        If the shapes do not fit.

    See Also
    --------
    global_avg_pool : Forward.

    Notes
    -----
    Each cell gets the gradient of its plane, divided by the number of cells. It is linear in `grad_output`: its own backward is
    `global_avg_pool`.

    Examples
    --------
    >>> import cypool
    >>> cypool.global_avg_pool_backward(6.0, (2, 3))
    array([[1., 1., 1.],
           [1., 1., 1.]])

    One gradient for each of two channels, which come last:

    >>> cypool.global_avg_pool_backward([4.0, 8.0], (2, 2, 2), axes=(0, 1))[0]
    array([[1., 2.],
           [1., 2.]])
    """
    shape = whole_shape(input_shape)
    axes, along = whole_planes(shape, axes)
    return gradient("avg", *gradients(kept(grad_output, axes, keepdims), shape, axes, along), axes, along, out, n_threads)


def global_sum_pool_backward(
    grad_output: ArrayLike, input_shape: Shape, *, axes: IntOrInts = (-2, -1), keepdims: bool = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Give the gradient of each plane's sum to every cell of the plane.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `global_sum_pool`, of a float dtype.
    input_shape : sequence of int
        Shape of the array that was pooled.
    axes : int or sequence of int, default: (-2, -1)
        Axes, as they were given to `global_sum_pool`.
    keepdims : bool, default: False
        Whether `grad_output` still has the pooled axes.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `grad_output`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError, ValueError
        As in `global_avg_pool_backward`.

    See Also
    --------
    global_sum_pool : Forward.

    Notes
    -----
    A copy of what `numpy.broadcast_to` shows. It is linear in `grad_output`: its own backward is `global_sum_pool`.

    Examples
    --------
    >>> import cypool
    >>> cypool.global_sum_pool_backward([1.0, 2.0], (2, 3), axes=1)
    array([[1., 1., 1.],
           [2., 2., 2.]])

    Gradients that kept the pooled axes:

    >>> cypool.global_sum_pool_backward([[7.0]], (2, 2), keepdims=True)
    array([[7., 7.],
           [7., 7.]])
    """
    shape = whole_shape(input_shape)
    axes, along = whole_planes(shape, axes)
    return gradient("sum", *gradients(kept(grad_output, axes, keepdims), shape, axes, along), axes, along, out, n_threads)


def global_lp_pool_backward(
    grad_output: ArrayLike, x: ArrayLike, y: ArrayLike, *, p: float = 2.0, axes: IntOrInts = (-2, -1), keepdims: bool = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each plane's Lp norm back to its cells.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `global_lp_pool`, of a float dtype.
    x : array_like
        Array that was pooled.
    y : array_like
        What `global_lp_pool` returned for it.
    p : float, default: 2.0
        Order of the norm, as it was given to `global_lp_pool`.
    axes : int or sequence of int, default: (-2, -1)
        Axes, as they were given to `global_lp_pool`.
    keepdims : bool, default: False
        Whether `grad_output` and `y` still have the pooled axes.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to `x`: its shape, the dtype of `grad_output`.

    Raises
    ------
    TypeError
        If `grad_output` is not of a float dtype, `x` or `y` not of a real one, or an argument is of a wrong type.
    ValueError
        If the shapes do not fit, or an argument is out of range.

    See Also
    --------
    global_lp_pool : Forward.

    Notes
    -----
    Each cell gets ``grad_output * sign(x) * (abs(x) / y) ** (p - 1)``, 0 where `y` is 0. For `p` of `numpy.inf` the first cell
    with the largest absolute value gets all, with its sign.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[3.0, 0.0], [0.0, -4.0]])
    >>> cypool.global_lp_pool_backward(10.0, x, cypool.global_lp_pool(x))
    array([[ 6.,  0.],
           [ 0., -8.]])

    The norm of infinite order knows one cell only:

    >>> y = cypool.global_lp_pool(x, p=np.inf, axes=1)
    >>> cypool.global_lp_pool_backward([1.0, 1.0], x, y, p=np.inf, axes=1)
    array([[ 1.,  0.],
           [ 0., -1.]])
    """
    x, p = intake(x), norm_order(p)
    axes, along = whole_planes(x.shape, axes)
    g, y = gradients(kept(grad_output, axes, keepdims), x.shape, axes, along, y=kept(y, axes, keepdims, "y"))
    return norm_gradient(g, x, y, axes, along, p, out, n_threads)


def adaptive_max_pool(
    x: ArrayLike, output_size: Sizes, *, axes: IntOrInts | None = None, return_indices: ReturnIndices = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> ArrayOrPair:  # fmt: skip
    """Take maxima so that the result has a given size.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype; the pooled axes must not be empty.
    output_size : int, None, or sequence of them
        Length that each pooled axis shall have, None for the length it has; it may be larger, too. One value holds for all.
    axes : int or sequence of int, optional
        Axes to pool, in the order of `output_size`. By default the last ``len(output_size)`` axes, for an int the last two.
    return_indices : bool or "window", default: False
        Whether to return where the maxima stand, too: in their plane (True) or inside their bins ("window").
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call. By default as many as `get_num_threads` says.

    Returns
    -------
    y : ndarray
        Maxima, in the dtype of `x`.
    indices : ndarray
        Only with `return_indices`. True: int64, flat in the pooled axes of `x`. "window": unsigned, row-major inside a box as
        large as the largest bin along each axis.

    Raises
    ------
    TypeError
        If `x` is masked or not of a real number type, `out` of another dtype, or an argument of a wrong type.
    ValueError
        If `output_size` is < 1, `axes` repeat or don't exist, `x` has no cells along one of them, or `out` has another shape or
        overlaps `x`.

    See Also
    --------
    adaptive_max_pool_backward : The gradient.
    max_pool : Windows of a given size.

    Notes
    -----
    Along an axis of length L, bin o of O has the cells ``floor(o * L / O) .. ceil((o + 1) * L / O) - 1``, as in PyTorch [1]_;
    bins share cells at their ends unless O divides L. NaN gives NaN, and the index of the first NaN; of equals the first in
    row-major order counts.

    References
    ----------
    .. [1] https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html

    Examples
    --------
    Bring features of any size to 2 x 2:

    >>> import numpy as np, cypool
    >>> cypool.adaptive_max_pool(np.arange(15).reshape(3, 5), 2)
    array([[ 7,  9],
           [12, 14]])

    Keep the first axis of a volume, which has its channels last:

    >>> cypool.adaptive_max_pool(np.zeros((5, 64, 48, 3)), (None, 7, 7), axes=(0, 1, 2)).shape
    (5, 7, 7, 3)
    """
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("max", bins, (output_size, axes), x, out, n_threads, indices)


def adaptive_min_pool(
    x: ArrayLike, output_size: Sizes, *, axes: IntOrInts | None = None, return_indices: ReturnIndices = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> ArrayOrPair:  # fmt: skip
    """Take minima so that the result has a given size.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype; the pooled axes must not be empty.
    output_size : int, None, or sequence of them
        Length that each pooled axis shall have, None for the length it has. One value holds for all.
    axes : int or sequence of int, optional
        Axes to pool, in the order of `output_size`. By default the last ``len(output_size)`` axes, for an int the last two.
    return_indices : bool or "window", default: False
        Whether to return where the minima stand, too: in their plane (True) or inside their bins ("window").
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    y : ndarray
        Minima, in the dtype of `x`.
    indices : ndarray
        Only with `return_indices`: positions, as in `adaptive_max_pool`.

    Raises
    ------
    TypeError, ValueError
        As in `adaptive_max_pool`.

    See Also
    --------
    adaptive_min_pool_backward : The gradient.
    adaptive_max_pool : The same for maxima, with the rule for bins.

    Notes
    -----
    NaN gives NaN, and the index of the first NaN; of equals the first in row-major order counts.

    Examples
    --------
    Draw a long signal in three columns, each from its minimum to its maximum:

    >>> import numpy as np, cypool
    >>> signal = np.array([0, 3, -1, 2, 8, 5, 6, -4, 1, 0])
    >>> cypool.adaptive_min_pool(signal, 3, axes=-1), cypool.adaptive_max_pool(signal, 3, axes=-1)
    (array([-1,  2, -4]), array([3, 8, 6]))

    With positions in the signal:

    >>> cypool.adaptive_min_pool(signal, 3, axes=-1, return_indices=True)[1]
    array([2, 3, 7])
    """
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("min", bins, (output_size, axes), x, out, n_threads, indices)


def adaptive_avg_pool(
    x: ArrayLike, output_size: Sizes, *, axes: IntOrInts | None = None, dtype: DTypeLike | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Take averages so that the result has a given size.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype; the pooled axes must not be empty.
    output_size : int, None, or sequence of them
        Length that each pooled axis shall have, None for the length it has; it may be larger, too. One value holds for all.
    axes : int or sequence of int, optional
        Axes to pool, in the order of `output_size`. By default the last ``len(output_size)`` axes, for an int the last two.
    dtype : dtype_like, optional
        Dtype of the result. By default that of `x` if it is a float, else float64. Integers and bool may be averaged in an
        integer dtype, which rounds and has to be wide enough.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call. By default as many as `get_num_threads` says.

    Returns
    -------
    ndarray
        Averages.

    Raises
    ------
    TypeError
        If `x` is masked or not of a real number type, `dtype` can't hold averages, `out` is of another dtype, or an argument of a
        wrong type.
    ValueError
        If `output_size` is < 1, `axes` repeat or don't exist, `x` has no cells along one of them, or `out` has another shape or
        overlaps `x`.

    See Also
    --------
    adaptive_avg_pool_backward : The gradient.
    avg_pool : Windows of a given size.

    Notes
    -----
    Along an axis of length L, bin o of O has the cells ``floor(o * L / O) .. ceil((o + 1) * L / O) - 1``, as in PyTorch [1]_;
    bins share cells at their ends unless O divides L. Sums are made as in `avg_pool`. NaN gives NaN.

    References
    ----------
    .. [1] https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.adaptive_avg_pool([0.0, 1.0, 2.0, 3.0, 4.0], 3, axes=-1)
    array([0.5, 2. , 3.5])

    Make a thumbnail of a colour picture that stays 8-bit:

    >>> rgb = np.full((480, 640, 3), 200, np.uint8)
    >>> thumbnail = cypool.adaptive_avg_pool(rgb, (48, 64), axes=(0, 1), dtype=rgb.dtype)
    >>> thumbnail.shape, thumbnail[0, 0]
    ((48, 64, 3), array([200, 200, 200], dtype=uint8))
    """
    x = intake(x)
    return pool("avg", bins, (output_size, axes), x, out, n_threads, include_pad=False, wanted=dtype_or_none(dtype))


def adaptive_max_pool_backward(
    grad_output: ArrayLike, indices: ArrayLike, input_shape: Shape, output_size: Sizes, *, axes: IntOrInts | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each bin's maximum back to its cell.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `adaptive_max_pool`, of a float dtype.
    indices : array_like
        Indices that `adaptive_max_pool` returned: signed ones count in the plane, unsigned ones inside the bin.
    input_shape : sequence of int
        Shape of the array that was pooled.
    output_size, axes : see `adaptive_max_pool`
        As they were given to `adaptive_max_pool`.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError
        If `grad_output` is not of a float dtype, or `indices` are no integers.
    ValueError
        If the shapes do not fit, or an index points outside its plane or bin. All are checked before anything is written.

    See Also
    --------
    adaptive_max_pool : Forward.

    Notes
    -----
    Cells that no bin chose get 0. Where bins overlap their gradients add up, in a fixed order.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0], [4.0, 2.0, 1.0]])
    >>> y, at = cypool.adaptive_max_pool(x, (1, 3), return_indices="window")
    >>> cypool.adaptive_max_pool_backward([[1.0, 2.0, 3.0]], at, x.shape, (1, 3))
    array([[0., 2., 0.],
           [1., 0., 3.]])

    Two bins of a signal of length three share the cell in the middle:

    >>> y, at = cypool.adaptive_max_pool([0.0, 5.0, 1.0], 2, axes=-1, return_indices=True)
    >>> cypool.adaptive_max_pool_backward([1.0, 2.0], at, (3,), 2, axes=-1)
    array([0., 3., 0.])
    """
    shape = whole_shape(input_shape)
    axes, along = bins(shape, output_size, axes)
    return sent(*gradients(grad_output, shape, axes, along, indices=indices), axes, along, True, out, n_threads)


def adaptive_min_pool_backward(
    grad_output: ArrayLike, indices: ArrayLike, input_shape: Shape, output_size: Sizes, *, axes: IntOrInts | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each bin's minimum back to its cell.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `adaptive_min_pool`, of a float dtype.
    indices : array_like
        Indices that `adaptive_min_pool` returned: signed ones count in the plane, unsigned ones inside the bin.
    input_shape : sequence of int
        Shape of the array that was pooled.
    output_size, axes : see `adaptive_max_pool`
        As they were given to `adaptive_min_pool`.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError, ValueError
        As in `adaptive_max_pool_backward`.

    See Also
    --------
    adaptive_min_pool : Forward.
    adaptive_max_pool_backward : The same for maxima.

    Notes
    -----
    Cells that no bin chose get 0. Where bins overlap their gradients add up, in a fixed order.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0], [4.0, 2.0, 1.0]])
    >>> y, at = cypool.adaptive_min_pool(x, (1, 3), return_indices="window")
    >>> cypool.adaptive_min_pool_backward([[1.0, 2.0, 3.0]], at, x.shape, (1, 3))
    array([[1., 0., 3.],
           [0., 2., 0.]])

    A result longer than the input takes some cells twice:

    >>> y, at = cypool.adaptive_min_pool([7.0, 8.0], 3, axes=-1, return_indices=True)
    >>> cypool.adaptive_min_pool_backward([1.0, 1.0, 1.0], at, (2,), 3, axes=-1)
    array([2., 1.])
    """
    return adaptive_max_pool_backward(grad_output, indices, input_shape, output_size, axes=axes, out=out, n_threads=n_threads)


def adaptive_avg_pool_backward(
    grad_output: ArrayLike, input_shape: Shape, output_size: Sizes, *, axes: IntOrInts | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Spread the gradient of each bin's average over the bin.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `adaptive_avg_pool`, of a float dtype.
    input_shape : sequence of int
        Shape of the array that was pooled.
    output_size, axes : see `adaptive_avg_pool`
        As they were given to `adaptive_avg_pool`.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `grad_output`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to the input: shape `input_shape`, dtype of `grad_output`.

    Raises
    ------
    TypeError
        If `grad_output` is not of a float dtype, or an argument is of a wrong type.
    ValueError
        If the shapes do not fit, or an argument is out of range.

    See Also
    --------
    adaptive_avg_pool : Forward.

    Notes
    -----
    Each cell gets the sum, over the bins that hold it, of their gradients divided by their numbers of cells. It is linear in
    `grad_output`: its own backward is `adaptive_avg_pool`.

    Examples
    --------
    >>> import cypool
    >>> cypool.adaptive_avg_pool_backward([[2.0, 4.0]], (2, 4), (1, 2))
    array([[0.5, 0.5, 1. , 1. ],
           [0.5, 0.5, 1. , 1. ]])

    Two bins of a signal of length three share the cell in the middle:

    >>> cypool.adaptive_avg_pool_backward([2.0, 4.0], (3,), 2, axes=-1)
    array([1., 3., 2.])
    """
    shape = whole_shape(input_shape)
    axes, along = bins(shape, output_size, axes)
    return gradient("avg", *gradients(grad_output, shape, axes, along), axes, along, out, n_threads, include_pad=False)


def over_planes(
    kind: str, x: Any, axes: Any, keepdims: Any, out: Any, n_threads: Any, indices: Any = False, **more: Any
) -> ArrayOrPair:
    """Pool whole planes; drop their axes unless they are to be kept."""
    x = intake(x)
    axes, _ = whole_planes(x.shape, axes)
    if flag(keepdims, "keepdims"):
        return pool(kind, whole_planes, (axes,), x, out, n_threads, indices, **more)
    given = np.expand_dims(out, axes) if isinstance(out, np.ndarray) and out.ndim + len(axes) == x.ndim else out
    result = pool(kind, whole_planes, (axes,), x, given, n_threads, indices, **more)
    y, at = result if indices else (result, None)
    y = y.squeeze(axes) if out is None else out
    return y if at is None else (y, at.squeeze(axes))


def kept(g: Any, axes: tuple[int, ...], keepdims: Any, name: str = "grad_output") -> np.ndarray:
    """Return a gradient with its pooled axes back."""
    g = intake(g, name)
    if flag(keepdims, "keepdims"):
        return g
    ndim = g.ndim + len(axes)
    if max(axes) >= ndim:
        raise ValueError(f"{name} must have as many axes as input_shape but for axes {axes}, which keepdims would keep, got shape {g.shape}")
    return np.expand_dims(g, axes)
