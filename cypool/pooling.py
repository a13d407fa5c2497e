"""The public window functions and their backward."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np

from ._arrays import (
    double_gradient,
    dtype_or_none,
    flag,
    gradient,
    gradients,
    intake,
    integer_or_none,
    mode_of_indices,
    norm_gradient,
    norm_order,
    pool,
    sent,
)
from ._geometry import pooled_shape, unpooled_shape, whole_shape, windows
from ._typing import ArrayLike, ArrayOrPair, CeilMode, DTypeLike, IntOrInts, Padding, ReturnIndices, Shape


def max_pool(
    x: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, dilation: IntOrInts = 1, *,
    axes: IntOrInts | None = None, ceil_mode: CeilMode = False, return_indices: ReturnIndices = False, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> ArrayOrPair:  # fmt: skip
    """Take the maximum of each window.

    Parameters
    ----------
    x : array_like
        Array of bool, (u)int8 to (u)int64, float16, float32, float64 or ml_dtypes' bfloat16, with any number of axes and any
        strides.
    kernel_size : int or sequence of int
        Cells of a window along each pooled axis; an int holds for all of them.
    stride : int or sequence of int, optional
        Step from one window to the next. By default `kernel_size`: windows lie side by side.
    padding : int, sequence of int or pairs, or {"valid", "same", "same_lower"}, default: 0
        Cells by which windows may reach over the edges of `x`: an int, one int per axis, or one pair (before, after) per axis.
        "valid" is 0; "same" gives ``ceil(length / stride)`` windows, with the odd cell after the axis, "same_lower" before it.
    dilation : int or sequence of int, default: 1
        Step from one cell of a window, a tap, to the next; 1 leaves none out.
    axes : int or sequence of int, optional
        Axes to pool, in the order of `kernel_size`. By default the last ``len(kernel_size)`` axes, for an int the last two.
    ceil_mode : bool or "full", default: False
        Whether a last window that reaches over the padding's end is dropped (False), kept if it starts inside `x` or the
        padding before it (True, PyTorch's rule), or always kept ("full", Caffe's rule).
    return_indices : bool or "window", default: False
        Whether to return where the maxima stand, too: in their plane, which the pooled axes span (True), or in their windows
        ("window").
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call. By default as many as `get_num_threads` says.

    Returns
    -------
    y : ndarray
        Maxima, in the dtype of `x`; pooled axes have the length that `output_shape` tells, the others stay. It is `out` if given.
    indices : ndarray
        Only with `return_indices`. True: int64, row-major in the plane, its axes in the order of `axes`. "window": row-major
        in the window, in the smallest of uint8, uint16 and uint32 that holds them; all that `max_pool_backward` needs.

    Raises
    ------
    TypeError
        If `x` is masked or not of a real number type, `out` of another dtype, or an argument of a wrong type.
    ValueError
        If an argument is out of range, a window doesn't fit into `x` and its padding or holds no cell of `x`, or `out` has another
        shape or overlaps `x`.

    See Also
    --------
    max_pool_backward : The gradient.
    max_unpool : Put values back to where the maxima were.
    min_pool, avg_pool, sum_pool, lp_pool : The other kinds.
    global_max_pool, adaptive_max_pool : Windows made from the size of the result.

    Notes
    -----
    Along an axis of length L, padded with cells before and after, window o takes the taps ::

        o * stride - before + j * dilation       for j = 0 .. kernel_size - 1
        o < (L + before + after - (kernel_size - 1) * dilation - 1) // stride + 1      (`ceil_mode` rounds up)

    Taps outside `x` hold nothing: padding never is a maximum. A window with a NaN gives NaN, and the index of the first NaN.
    Of equals the first in row-major order counts, and -0.0 equals 0.0; a window with both zeros gives 0.0. The arguments and
    their order are those of PyTorch's ``max_pool2d`` [1]_, without its limit on `padding`.

    References
    ----------
    .. [1] https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html

    Examples
    --------
    Halve an image, and find the pixels that were kept:

    >>> import numpy as np, cypool
    >>> image = np.array([[1, 3, 0, 2], [4, 2, 1, 0], [0, 0, 5, 6], [9, 1, 7, 8]])
    >>> y, at = cypool.max_pool(image, 2, return_indices=True)
    >>> y
    array([[4, 2],
           [9, 8]])
    >>> np.unravel_index(at[0, 0], image.shape)
    (np.int64(1), np.int64(0))

    Pool a signal along its last axis, and a colour picture, whose channels come last, along its first two:

    >>> cypool.max_pool([0, 2, 1, 5, 4, 3], 3, 1, "same", axes=-1)
    array([2, 2, 5, 5, 5, 4])
    >>> rgb = np.zeros((480, 640, 3), np.uint8)
    >>> cypool.max_pool(rgb, (3, 5), axes=(0, 1)).shape
    (160, 128, 3)
    """
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("max", windows, (kernel_size, stride, padding, dilation, axes, ceil_mode), x, out, n_threads, indices)


def min_pool(
    x: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, dilation: IntOrInts = 1, *,
    axes: IntOrInts | None = None, ceil_mode: CeilMode = False, return_indices: ReturnIndices = False, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> ArrayOrPair:  # fmt: skip
    """Take the minimum of each window.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        Where windows lie: one int for all pooled axes or one for each. By default they tile the last two axes.
    return_indices : bool or "window", default: False
        Whether to return where the minima stand, too: in their plane (True) or inside their windows ("window").
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    y : ndarray
        Minima, in the dtype of `x`; pooled axes are shrunk, the others stay.
    indices : ndarray
        Only with `return_indices`: int64 positions in the plane, or unsigned ones inside the window, as in `max_pool`.

    Raises
    ------
    TypeError, ValueError
        As in `max_pool`.

    See Also
    --------
    max_pool : The same for maxima, with all arguments explained.
    min_pool_backward : The gradient.

    Notes
    -----
    Taps outside `x` hold nothing. A window with a NaN gives NaN, and the index of the first NaN. Of equals the first in
    row-major order counts, and -0.0 equals 0.0; a window with both zeros gives -0.0.

    Examples
    --------
    Follow the lower envelope of a signal:

    >>> import numpy as np, cypool
    >>> cypool.min_pool([5, 3, 4, 1, 2, 6], 3, 1, 1, axes=-1)
    array([3, 3, 1, 1, 1, 2])

    Pool the two middle axes of a batch with channels last:

    >>> nhwc = np.arange(32.0).reshape(1, 4, 4, 2)
    >>> cypool.min_pool(nhwc, 2, axes=(1, 2))[..., 0]
    array([[[ 0.,  4.],
            [16., 20.]]])
    """
    x, indices = intake(x), mode_of_indices(return_indices)
    return pool("min", windows, (kernel_size, stride, padding, dilation, axes, ceil_mode), x, out, n_threads, indices)


def avg_pool(
    x: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, dilation: IntOrInts = 1, *,
    axes: IntOrInts | None = None, ceil_mode: CeilMode = False, count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None, dtype: DTypeLike | None = None, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Take the average of each window.

    Parameters
    ----------
    x : array_like
        Array of bool, (u)int8 to (u)int64, float16, float32, float64 or ml_dtypes' bfloat16, with any number of axes and any
        strides.
    kernel_size : int or sequence of int
        Cells of a window along each pooled axis; an int holds for all of them.
    stride : int or sequence of int, optional
        Step from one window to the next. By default `kernel_size`: windows lie side by side.
    padding : int, sequence of int or pairs, or {"valid", "same", "same_lower"}, default: 0
        Cells by which windows may reach over the edges of `x`: an int, one int per axis, or one pair (before, after) per axis.
        "valid" is 0; "same" gives ``ceil(length / stride)`` windows, with the odd cell after the axis, "same_lower" before it.
    dilation : int or sequence of int, default: 1
        Step from one cell of a window, a tap, to the next; 1 leaves none out.
    axes : int or sequence of int, optional
        Axes to pool, in the order of `kernel_size`. By default the last ``len(kernel_size)`` axes, for an int the last two.
    ceil_mode : bool or "full", default: False
        Whether a last window that reaches over the padding's end is dropped (False), kept if it starts inside `x` or the
        padding before it (True, PyTorch's rule), or always kept ("full", Caffe's rule).
    count_include_pad : bool, default: True
        Whether padding counts, as zeros.
    divisor_override : int, optional
        What to divide every sum by, instead of the number of cells counted; not 0.
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
        Averages; pooled axes have the length that `output_shape` tells, the others stay. It is `out` if given.

    Raises
    ------
    TypeError
        If `x` is masked or not of a real number type, `dtype` can't hold averages, `out` is of another dtype, or an argument of a
        wrong type.
    ValueError
        If an argument is out of range, a window doesn't fit into `x` and its padding or has nothing to count, or `out` has another
        shape or overlaps `x`.

    See Also
    --------
    avg_pool_backward : The gradient.
    global_avg_pool, adaptive_avg_pool : Windows made from the size of the result.

    Notes
    -----
    The sum over the taps of the window inside `x` (see `max_pool`) is divided by their number, with `count_include_pad` by
    that of the taps inside `x` and its padding. What reaches over the padding too, with `ceil_mode`, never counts, as in
    PyTorch [1]_. NaN gives NaN.

    Each window is added up by itself, never by a running sum: floats as exactly as NumPy's pairwise sum does or more so (float16
    and bfloat16 in float32 at least, float32 in float64 where a tree of sums would be too deep or overflow), integers exactly.
    Averages of integers in an integer `dtype` are exact, too, halves rounded to even.

    References
    ----------
    .. [1] https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html

    Examples
    --------
    Shrink an 8-bit image, which stays 8-bit:

    >>> import numpy as np, cypool
    >>> image = np.array([[10, 20, 250, 255], [30, 40, 255, 255]], np.uint8)
    >>> cypool.avg_pool(image, 2)
    array([[ 25.  , 253.75]])
    >>> cypool.avg_pool(image, 2, dtype=image.dtype)
    array([[ 25, 254]], dtype=uint8)

    Smooth a signal: padding counts as zeros, unless it is not to count:

    >>> cypool.avg_pool([3.0, 3.0, 6.0, 9.0], 3, 1, 1, axes=-1)
    array([2., 4., 6., 5.])
    >>> cypool.avg_pool([3.0, 3.0, 6.0, 9.0], 3, 1, 1, axes=-1, count_include_pad=False)
    array([3. , 4. , 6. , 7.5])
    """
    x, divisor = intake(x), integer_or_none(divisor_override, "divisor_override")
    include_pad, wanted = flag(count_include_pad, "count_include_pad"), dtype_or_none(dtype)
    where = (kernel_size, stride, padding, dilation, axes, ceil_mode)
    return pool("avg", windows, where, x, out, n_threads, include_pad=include_pad, divisor=divisor, wanted=wanted)


def sum_pool(
    x: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, dilation: IntOrInts = 1, *,
    axes: IntOrInts | None = None, ceil_mode: CeilMode = False, dtype: DTypeLike | None = None, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Add up each window.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `avg_pool`
        Where windows lie: one int for all pooled axes or one for each. By default they tile the last two axes.
    dtype : dtype_like, optional
        Dtype of the result. By default as in `numpy.sum`: that of `x` if it is a float, uint64 for unsigned integers, else int64.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Sums; pooled axes are shrunk, the others stay.

    Raises
    ------
    TypeError, ValueError
        As in `avg_pool`.

    See Also
    --------
    avg_pool : The same divided, with all arguments explained.
    sum_pool_backward : The gradient.

    Notes
    -----
    Padding adds 0, and so does a window that lies in it alone. NaN gives NaN. Floats are added up as exactly as
    in `avg_pool`, integers in 64 bits, which wrap as NumPy's do.

    Examples
    --------
    Count events in bins of four:

    >>> import numpy as np, cypool
    >>> events = np.array([0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1], bool)
    >>> cypool.sum_pool(events, 4, axes=-1)
    array([2, 1, 4])

    Bin a volume in blocks of 2 x 2 x 2 cells:

    >>> cypool.sum_pool(np.ones((4, 2, 6), np.float32), (2, 2, 2))
    array([[[8., 8., 8.]],
    <BLANKLINE>
           [[8., 8., 8.]]], dtype=float32)
    """
    x = intake(x)
    where = (kernel_size, stride, padding, dilation, axes, ceil_mode)
    return pool("sum", windows, where, x, out, n_threads, wanted=dtype_or_none(dtype))


def lp_pool(
    x: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, dilation: IntOrInts = 1, *,
    p: float = 2.0, axes: IntOrInts | None = None, ceil_mode: CeilMode = False, dtype: DTypeLike | None = None,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Take the Lp norm of each window.

    Parameters
    ----------
    x : array_like
        Array of any shape and real dtype.
    kernel_size, stride, padding, dilation : see `avg_pool`
        Where windows lie: one int for all pooled axes or one for each. By default they tile the last two axes.
    p : float, default: 2.0
        Order of the norm, > 0: 1 adds absolute values, 2 is Euclid's, `numpy.inf` takes the largest absolute value.
    axes, ceil_mode : see `avg_pool`
        Which axes are pooled, and what becomes of a last window that reaches over the end.
    dtype : dtype_like, optional
        Dtype of the result, a float. By default that of `x` if it is one, else float64.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap `x`.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Norms; pooled axes are shrunk, the others stay.

    Raises
    ------
    TypeError, ValueError
        As in `avg_pool`; a ValueError also if `p` isn't > 0.

    See Also
    --------
    avg_pool : The average, with all arguments explained.
    lp_pool_backward : The gradient.

    Notes
    -----
    The result is ``(sum of abs(x) ** p) ** (1 / p)``, as in ONNX [1]_; PyTorch's ``lp_pool2d`` takes no absolute values and gives
    NaN for negative cells and odd `p`. Padding adds 0. NaN gives NaN. Powers are added up in float64, so that squares of float32
    neither overflow nor vanish.

    References
    ----------
    .. [1] https://onnx.ai/onnx/operators/onnx__LpPool.html

    Examples
    --------
    Follow the energy of a signal (its root mean square is the norm divided by the root of the window's length):

    >>> import numpy as np, cypool
    >>> signal = np.array([3.0, -4.0, 0.0, 0.0, 6.0, 8.0])
    >>> cypool.lp_pool(signal, 2, axes=-1)
    array([ 5.,  0., 10.])

    Find the largest swing in blocks of an image, whatever its sign:

    >>> cypool.lp_pool([[1.0, -7.0, 2.0, 0.0], [3.0, 2.0, -1.0, 0.5]], 2, p=np.inf)
    array([[7., 2.]])
    """
    x, p = intake(x), norm_order(p)
    where = (kernel_size, stride, padding, dilation, axes, ceil_mode)
    return pool("lp", windows, where, x, out, n_threads, wanted=dtype_or_none(dtype), p=p)


def output_shape(
    shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, dilation: IntOrInts = 1, *,
    axes: IntOrInts | None = None, ceil_mode: CeilMode = False,
) -> tuple[int, ...]:  # fmt: skip
    """Tell the shape that pooling an array of some shape gives.

    Parameters
    ----------
    shape : sequence of int
        Shape of the array to be pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        Where windows lie: one int for all pooled axes or one for each. By default they tile the last two axes.

    Returns
    -------
    tuple of int
        Shape of the result.

    Raises
    ------
    TypeError, ValueError
        As in `max_pool`.

    See Also
    --------
    max_pool : All arguments explained.

    Notes
    -----
    An axis of length L with `padding` before and after gives ``room / stride + 1`` windows, the quotient rounded down or, in
    `ceil_mode`, up; ``room = L + before + after - (kernel_size - 1) * dilation - 1``. With True, a last window that starts at
    ``L + before`` or later is dropped. With "same" padding there are ``ceil(L / stride)`` windows, whatever their size.

    Examples
    --------
    The first pooling layer of a ResNet:

    >>> import cypool
    >>> cypool.output_shape((8, 64, 112, 112), 3, stride=2, padding=1)
    (8, 64, 56, 56)

    The three rules for a window at the end:

    >>> [cypool.output_shape((9,), 4, padding=2, axes=0, ceil_mode=mode) for mode in (False, True, "full")]
    [(3,), (3,), (4,)]
    """
    shape = whole_shape(shape, "shape")
    return pooled_shape(shape, *windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode))


def max_pool_backward(
    grad_output: ArrayLike, indices: ArrayLike, input_shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None,
    padding: Padding = 0, dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each maximum back to the cell that it was taken from.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `max_pool`, of a float dtype.
    indices : array_like
        Indices that `max_pool` returned: signed ones count in the plane, unsigned ones inside the window ("window", faster).
    input_shape : sequence of int
        Shape of the array that was pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        As they were given to `max_pool`.
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
        If the shapes do not fit, or an index points outside its plane, or outside its window's part of the input. All are
        checked before anything is written; the message names the first.

    See Also
    --------
    max_pool : Forward, with all arguments explained.
    max_pool_double_backward : The gradient's own gradient.

    Notes
    -----
    Cells that no window chose get 0. Where windows overlap their gradients add up, in a fixed order: any number of threads
    gives the same bits.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0, 2.0], [4.0, 2.0, 1.0, 0.0]])
    >>> y, at = cypool.max_pool(x, 2, return_indices="window")
    >>> at
    array([[2, 1]], dtype=uint8)
    >>> cypool.max_pool_backward([[10.0, 20.0]], at, x.shape, 2)
    array([[ 0.,  0.,  0., 20.],
           [10.,  0.,  0.,  0.]])

    Windows that overlap share a winner, which gets both gradients:

    >>> y, at = cypool.max_pool([0.0, 5.0, 1.0], 2, 1, axes=-1, return_indices=True)
    >>> cypool.max_pool_backward([1.0, 2.0], at, (3,), 2, 1, axes=-1)
    array([0., 3., 0.])
    """
    shape = whole_shape(input_shape)
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    return sent(*gradients(grad_output, shape, axes, along, indices=indices), axes, along, True, out, n_threads)


def min_pool_backward(
    grad_output: ArrayLike, indices: ArrayLike, input_shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None,
    padding: Padding = 0, dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each minimum back to the cell that it was taken from.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `min_pool`, of a float dtype.
    indices : array_like
        Indices that `min_pool` returned: signed ones count in the plane, unsigned ones inside the window.
    input_shape : sequence of int
        Shape of the array that was pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        As they were given to `min_pool`.
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
        As in `max_pool_backward`.

    See Also
    --------
    min_pool : Forward.
    max_pool_backward : The same for maxima.

    Notes
    -----
    Cells that no window chose get 0. Where windows overlap their gradients add up, in a fixed order.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0, 2.0], [4.0, 2.0, 1.0, 0.0]])
    >>> y, at = cypool.min_pool(x, 2, return_indices="window")
    >>> cypool.min_pool_backward([[10.0, 20.0]], at, x.shape, 2)
    array([[10.,  0., 20.,  0.],
           [ 0.,  0.,  0.,  0.]])

    Only the first of equals gets the gradient, here along the first of two axes:

    >>> y, at = cypool.min_pool([[7.0, 1.0], [7.0, 1.0]], 2, axes=0, return_indices=True)
    >>> cypool.min_pool_backward([[1.0, 1.0]], at, (2, 2), 2, axes=0)
    array([[1., 1.],
           [0., 0.]])
    """
    return max_pool_backward(
        grad_output, indices, input_shape, kernel_size, stride, padding, dilation, axes=axes, ceil_mode=ceil_mode, out=out,
        n_threads=n_threads,
    )  # fmt: skip


def avg_pool_backward(
    grad_output: ArrayLike, input_shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0,
    dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False, count_include_pad: bool = True,
    divisor_override: SupportsIndex | None = None, out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Spread the gradient of each average over its window.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `avg_pool`, of a float dtype.
    input_shape : sequence of int
        Shape of the array that was pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode, count_include_pad, divisor_override : see `avg_pool`
        As they were given to `avg_pool`.
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
    avg_pool : Forward, with all arguments explained.

    Notes
    -----
    Each cell gets the sum, over the windows that hold it, of their gradients divided by what forward divided by. It is linear
    in `grad_output`: its own backward is `avg_pool` with the same arguments.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.avg_pool_backward([[4.0, 8.0]], (2, 4), 2)
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])

    Windows that overlap add up; at the border fewer cells share the gradient if padding doesn't count:

    >>> cypool.avg_pool_backward([6.0, 6.0, 6.0], (3,), 3, 1, 1, axes=0, count_include_pad=False)
    array([5., 8., 5.])
    """
    shape, divisor = whole_shape(input_shape), integer_or_none(divisor_override, "divisor_override")
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    (g,) = gradients(grad_output, shape, axes, along)
    return gradient("avg", g, axes, along, out, n_threads, include_pad=flag(count_include_pad, "count_include_pad"), divisor=divisor)


def sum_pool_backward(
    grad_output: ArrayLike, input_shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0,
    dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Give the gradient of each sum to every cell of its window.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `sum_pool`, of a float dtype.
    input_shape : sequence of int
        Shape of the array that was pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `avg_pool`
        As they were given to `sum_pool`.
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
        As in `avg_pool_backward`.

    See Also
    --------
    sum_pool : Forward.
    avg_pool_backward : The same divided.

    Notes
    -----
    Each cell gets the sum of the gradients of the windows that hold it. It is linear in `grad_output`: its own backward is
    `sum_pool` with the same arguments.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.sum_pool_backward([[1.0, 2.0]], (2, 4), 2)
    array([[1., 1., 2., 2.],
           [1., 1., 2., 2.]])

    With ones it counts the windows that hold each cell:

    >>> cypool.sum_pool_backward(np.ones(3), (5,), 3, 1, axes=0)
    array([1., 2., 3., 2., 1.])
    """
    shape = whole_shape(input_shape)
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    (g,) = gradients(grad_output, shape, axes, along)
    return gradient("sum", g, axes, along, out, n_threads)


def lp_pool_backward(
    grad_output: ArrayLike, x: ArrayLike, y: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None,
    padding: Padding = 0, dilation: IntOrInts = 1, *, p: float = 2.0, axes: IntOrInts | None = None, ceil_mode: CeilMode = False,
    out: np.ndarray | None = None, n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Send the gradient of each Lp norm back to the cells of its window.

    Parameters
    ----------
    grad_output : array_like
        Gradient with respect to the result of `lp_pool`, of a float dtype.
    x : array_like
        Array that was pooled.
    y : array_like
        What `lp_pool` returned for it.
    kernel_size, stride, padding, dilation : see `avg_pool`
        As they were given to `lp_pool`.
    p : float, default: 2.0
        Order of the norm, as it was given to `lp_pool`.
    axes, ceil_mode : see `avg_pool`
        As they were given to `lp_pool`.
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
    lp_pool : Forward.

    Notes
    -----
    Each cell gets the sum, over the windows that hold it, of ``grad_output * sign(x) * (abs(x) / y) ** (p - 1)``, and nothing
    from a window where `y` is 0. For `p` of `numpy.inf` the first cell with the largest absolute value gets all, with its sign.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([3.0, -4.0, 0.0, 0.0])
    >>> y = cypool.lp_pool(x, 2, axes=-1)
    >>> cypool.lp_pool_backward([10.0, 10.0], x, y, 2, axes=-1)
    array([ 6., -8.,  0.,  0.])

    The norm of order 1 knows signs only:

    >>> x = np.array([[3.0, -4.0], [0.5, 0.0]])
    >>> cypool.lp_pool_backward([[1.0]], x, cypool.lp_pool(x, 2, p=1), 2, p=1)
    array([[ 1., -1.],
           [ 1.,  0.]])
    """
    x, p = intake(x), norm_order(p)
    axes, along = windows(x.shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    g, y = gradients(grad_output, x.shape, axes, along, y=y)
    return norm_gradient(g, x, y, axes, along, p, out, n_threads)


def max_pool_double_backward(
    grad_grad_input: ArrayLike, indices: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0,
    dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Pick, for each window, the value that stands where its maximum stood.

    Parameters
    ----------
    grad_grad_input : array_like
        Gradient with respect to the result of `max_pool_backward`, of a float dtype and the shape of the array that was pooled.
    indices : array_like
        Indices that `max_pool` returned: signed ones count in the plane, unsigned ones inside the window.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        As they were given to `max_pool`.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to `grad_output` of `max_pool_backward`: its shape, the dtype of `grad_grad_input`.

    Raises
    ------
    TypeError, ValueError
        As in `max_pool_backward`.

    See Also
    --------
    max_pool_backward : What this is the backward of.

    Notes
    -----
    `max_pool_backward` is linear in `grad_output`: it scatters to the `indices`, and its own backward gathers from them. The
    backward of this one is `max_pool_backward` again. Average and sum need no such functions: the backward of
    `avg_pool_backward` is `avg_pool`, that of `sum_pool_backward` is `sum_pool`.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0, 2.0], [4.0, 2.0, 1.0, 0.0]])
    >>> y, at = cypool.max_pool(x, 2, return_indices=True)
    >>> cypool.max_pool_double_backward([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]], at, 2)
    array([[5., 4.]])

    It also pools one array by the maxima of another, here the times of the peaks of a signal:

    >>> signal, time = np.array([0.0, 2.0, 1.0, 5.0, 6.0, 3.0]), np.arange(6) / 10
    >>> peaks, at = cypool.max_pool(signal, 3, axes=-1, return_indices="window")
    >>> cypool.max_pool_double_backward(time, at, 3, axes=-1)
    array([0.1, 0.4])
    """
    g = intake(grad_grad_input, "grad_grad_input")
    return double_gradient(g, indices, *windows(g.shape, kernel_size, stride, padding, dilation, axes, ceil_mode), out, n_threads)


def min_pool_double_backward(
    grad_grad_input: ArrayLike, indices: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0,
    dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Pick, for each window, the value that stands where its minimum stood.

    Parameters
    ----------
    grad_grad_input : array_like
        Gradient with respect to the result of `min_pool_backward`, of a float dtype and the shape of the array that was pooled.
    indices : array_like
        Indices that `min_pool` returned: signed ones count in the plane, unsigned ones inside the window.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        As they were given to `min_pool`.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Gradient with respect to `grad_output` of `min_pool_backward`: its shape, the dtype of `grad_grad_input`.

    Raises
    ------
    TypeError, ValueError
        As in `max_pool_backward`.

    See Also
    --------
    min_pool_backward : What this is the backward of.
    max_pool_double_backward : The same for maxima.

    Notes
    -----
    `min_pool_backward` is linear in `grad_output`: it scatters to the `indices`, and its own backward gathers from them.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1.0, 3.0, 0.0, 2.0], [4.0, 2.0, 1.0, 0.0]])
    >>> y, at = cypool.min_pool(x, 2, return_indices=True)
    >>> cypool.min_pool_double_backward(10 * x, at, 2)
    array([[10.,  0.]])

    Colours of the darkest pixels (channels last; the grey image has one channel that serves all three):

    >>> rgb = np.array([[[0.9, 0.1, 0.2], [0.5, 0.6, 0.7]]])
    >>> grey, at = cypool.min_pool(rgb.mean(-1, keepdims=True), (1, 2), axes=(0, 1), return_indices=True)
    >>> cypool.min_pool_double_backward(rgb, np.repeat(at, 3, -1), (1, 2), axes=(0, 1))
    array([[[0.9, 0.1, 0.2]]])
    """
    return max_pool_double_backward(
        grad_grad_input, indices, kernel_size, stride, padding, dilation, axes=axes, ceil_mode=ceil_mode, out=out, n_threads=n_threads
    )


def max_unpool(
    y: ArrayLike, indices: ArrayLike, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0, *,
    output_shape: Shape | None = None, axes: IntOrInts | None = None, out: np.ndarray | None = None,
    n_threads: SupportsIndex | None = None,
) -> np.ndarray:  # fmt: skip
    """Put values back to where the maxima were, among zeros.

    Parameters
    ----------
    y : array_like
        Values, one for each window, of any real dtype.
    indices : array_like
        Indices that `max_pool` returned: signed ones count in the plane, unsigned ones inside the window.
    kernel_size, stride, padding : see `max_pool`
        As they were given to `max_pool`, but for "same" and "same_lower".
    output_shape : sequence of int, optional
        Shape of the result, as that of the array that was pooled. By default pooled axes of length L grow to
        ``(L - 1) * stride + kernel_size - before - after``.
    axes : int or sequence of int, optional
        Axes to unpool, in the order of `kernel_size`. By default the last ``len(kernel_size)`` axes, for an int the last two.
    out : ndarray, optional
        Array to write to, with the shape and dtype of the result; it may not overlap an input.
    n_threads : int, optional
        Threads for this call.

    Returns
    -------
    ndarray
        Values of `y` at their places, 0 elsewhere, in the dtype of `y`.

    Raises
    ------
    TypeError
        If `y` is not of a real number type, or `indices` are no integers.
    ValueError
        If the shapes do not fit, or an index points outside its plane or window. All are checked before anything is written.

    See Also
    --------
    max_pool : Where the indices come from.
    max_pool_backward : The same, but adding up where windows overlap.

    Notes
    -----
    Where windows put values into the same cell that of the last window, in row-major order, stays. Signed indices count in
    a plane of the result's shape: give `output_shape` when pooling left out cells at the end.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> image = np.array([[1, 3, 0, 2], [4, 2, 1, 0]])
    >>> y, at = cypool.max_pool(image, 2, return_indices=True)
    >>> cypool.max_unpool(y, at, 2)
    array([[0, 0, 0, 2],
           [4, 0, 0, 0]])

    A signal of odd length, which the size of `y` can't tell:

    >>> y, at = cypool.max_pool([3, 1, 2, 7, 5], 2, axes=-1, return_indices="window")
    >>> cypool.max_unpool(y, at, 2, axes=-1, output_shape=(5,))
    array([3, 0, 0, 7, 0])
    """
    y = intake(y, "y")
    _, axes, along = unpooled_shape(y.shape, kernel_size, stride, padding, axes, output_shape)
    return sent(*gradients(y, None, axes, along, indices=indices, name="y"), axes, along, False, out, n_threads)
