"""Positions of winners, told in one convention and wanted in another."""

from __future__ import annotations

from math import prod
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import NDArray

from ._arrays import check_indices, first_wrong, flag, intake, smallest_code, starts
from ._geometry import Windows, integer, pooled_axes, pooled_shape, whole_shape, windows
from ._typing import ArrayLike, CeilMode, IntOrInts, Padding, Shape


def window_to_plane(
    indices: ArrayLike, input_shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0,
    dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False,
) -> np.ndarray:  # fmt: skip
    """Turn positions inside windows into positions in the plane.

    Parameters
    ----------
    indices : array_like of unsigned int
        Indices that `max_pool` or `min_pool` returned for ``return_indices="window"``.
    input_shape : sequence of int
        Shape of the array that was pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        As they were given to `max_pool`.

    Returns
    -------
    ndarray of int64
        What ``return_indices=True`` gives: positions flat in the pooled axes, taken in the order of `axes`.

    Raises
    ------
    TypeError
        If `indices` are not unsigned integers.
    ValueError
        If their shape does not fit, or one is outside its window or names a cell in the padding.

    See Also
    --------
    plane_to_window : The way back.
    plane_to_onnx, plane_to_tensorflow : Go on to positions in the whole tensor.

    Notes
    -----
    Planes are flattened row-major, as PyTorch counts; padding has no positions.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.array([[1, 3, 0, 2], [4, 2, 1, 0]])
    >>> y, at = cypool.max_pool(x, 2, return_indices="window")
    >>> at, cypool.window_to_plane(at, x.shape, 2)
    (array([[2, 1]], dtype=uint8), array([[4, 3]]))

    Sort the peaks of a signal into time, where windows overlap:

    >>> y, at = cypool.max_pool([0, 9, 1, 2, 7, 3], 3, 1, axes=-1, return_indices="window")
    >>> np.unique(cypool.window_to_plane(at, (6,), 3, 1, axes=-1))
    array([1, 4])
    """
    indices, shape = checked(indices, input_shape, "u")
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    same_shape(indices, pooled_shape(shape, axes, along))
    check_indices(indices, axes, along)
    return to_plane(indices, axes, along)


def plane_to_window(
    indices: ArrayLike, input_shape: Shape, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: Padding = 0,
    dilation: IntOrInts = 1, *, axes: IntOrInts | None = None, ceil_mode: CeilMode = False,
) -> np.ndarray:  # fmt: skip
    """Turn positions in the plane into positions inside windows.

    Parameters
    ----------
    indices : array_like of signed int
        Indices that `max_pool` or `min_pool` returned for ``return_indices=True``, or PyTorch for the same windows.
    input_shape : sequence of int
        Shape of the array that was pooled.
    kernel_size, stride, padding, dilation, axes, ceil_mode : see `max_pool`
        As they were given to `max_pool`.

    Returns
    -------
    ndarray of unsigned int
        What ``return_indices="window"`` gives: row-major positions, in the smallest of uint8, uint16 and uint32 that holds them.

    Raises
    ------
    TypeError
        If `indices` are not signed integers.
    ValueError
        If their shape does not fit, or one does not name a tap of its window.

    See Also
    --------
    window_to_plane : The way back.

    Notes
    -----
    They take an eighth of the memory for windows of up to 256 cells, and `max_pool_backward` is faster with them.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.plane_to_window([[4, 3]], (2, 4), 2)
    array([[2, 1]], dtype=uint8)

    Padding is part of the window, so that the first cell of `x` is not the first of its window:

    >>> y, at = cypool.max_pool([5, 0, 0, 6], 3, 3, 1, axes=-1, return_indices=True)
    >>> at, cypool.plane_to_window(at, (4,), 3, 3, 1, axes=-1)
    (array([0, 3]), array([1, 1], dtype=uint8))
    """
    indices, shape = checked(indices, input_shape, "i")
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    same_shape(indices, pooled_shape(shape, axes, along))
    check_indices(indices, axes, along)
    return to_window(indices, axes, along)


def plane_to_onnx(
    indices: ArrayLike, input_shape: Shape, *, axes: IntOrInts | None = None, storage_order: SupportsIndex = 0
) -> np.ndarray:
    """Turn positions in the plane into those that ONNX's MaxPool counts through the whole tensor.

    Parameters
    ----------
    indices : array_like of signed int
        Indices that `max_pool` returned for ``return_indices=True``.
    input_shape : sequence of int
        Shape of the array that was pooled.
    axes : int or sequence of int, optional
        Axes that were pooled. By default all but the first two, as in ONNX.
    storage_order : {0, 1}, default: 0
        Attribute of ONNX's MaxPool: 0 counts along the rows of a plane, 1 down its columns.

    Returns
    -------
    ndarray of int64
        Positions in the whole array, flattened plane by plane.

    Raises
    ------
    TypeError
        If `indices` are not signed integers.
    ValueError
        If the shapes do not fit, or an index is outside its plane.

    See Also
    --------
    onnx_to_plane : The way back.

    Notes
    -----
    A position y, x in plane n of H rows and W columns is ``n * H * W + y * W + x``, or with `storage_order` 1
    ``n * H * W + y + x * H`` [1]_.

    References
    ----------
    .. [1] https://onnx.ai/onnx/operators/onnx__MaxPool.html

    Examples
    --------
    >>> import numpy as np, cypool
    >>> x = np.arange(24).reshape(1, 2, 3, 4)
    >>> y, at = cypool.max_pool(x, (2, 2), 1, return_indices=True)
    >>> cypool.plane_to_onnx(at, x.shape)[0, 1]
    array([[17, 18, 19],
           [21, 22, 23]])

    Counted down the columns:

    >>> cypool.plane_to_onnx(at, x.shape, storage_order=1)[0, 0]
    array([[ 4,  7, 10],
           [ 5,  8, 11]])
    """
    indices, shape, axes = in_plane(indices, input_shape, axes, slice(2, None))
    cells = prod(shape[a] for a in axes)
    inside = indices.astype(np.int64)
    if column_major(storage_order) and len(axes) > 1:
        rows, columns = (shape[a] for a in axes[-2:])
        outer, inside = np.divmod(inside, rows * columns)
        inside = outer * (rows * columns) + inside % columns * rows + inside // columns
    return planes_before(indices.shape, axes, range(len(shape))) * cells + inside


def onnx_to_plane(
    indices: ArrayLike, input_shape: Shape, *, axes: IntOrInts | None = None, storage_order: SupportsIndex = 0
) -> np.ndarray:
    """Turn the positions that ONNX's MaxPool counts through the whole tensor into positions in the plane.

    Parameters
    ----------
    indices : array_like of signed int
        Second output of ONNX's MaxPool.
    input_shape : sequence of int
        Shape of the array that was pooled.
    axes : int or sequence of int, optional
        Axes that were pooled. By default all but the first two, as in ONNX.
    storage_order : {0, 1}, default: 0
        Attribute of ONNX's MaxPool: 0 counts along the rows of a plane, 1 down its columns.

    Returns
    -------
    ndarray of int64
        What `max_pool` gives for ``return_indices=True``.

    Raises
    ------
    TypeError
        If `indices` are not signed integers.
    ValueError
        If the shapes do not fit, or an index is outside its own plane.

    See Also
    --------
    plane_to_onnx : The way back, with the formula.

    Notes
    -----
    Each index has to lie in the plane of its own batch and channel.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.onnx_to_plane([[[5, 7]], [[13, 15]]], (2, 1, 8))
    array([[[5, 7]],
    <BLANKLINE>
           [[5, 7]]])

    Unpool what an ONNX model pooled, with its indices counted down the columns:

    >>> at = cypool.onnx_to_plane([[[[4, 10]]]], (1, 1, 3, 4), storage_order=1)
    >>> cypool.max_unpool([[[[8, 9]]]], at, (2, 2), output_shape=(1, 1, 3, 4))[0, 0]
    array([[0, 0, 0, 0],
           [0, 8, 0, 9],
           [0, 0, 0, 0]])
    """
    indices, shape, axes = in_tensor(indices, input_shape, axes, slice(2, None))
    cells = prod(shape[a] for a in axes)
    inside = indices - planes_before(indices.shape, axes, range(len(shape))) * cells
    in_range(indices, inside, cells)
    if column_major(storage_order) and len(axes) > 1:
        rows, columns = (shape[a] for a in axes[-2:])
        outer, inside = np.divmod(inside, max(rows * columns, 1))
        inside = outer * (rows * columns) + inside % max(rows, 1) * columns + inside // max(rows, 1)
    return inside


def plane_to_tensorflow(
    indices: ArrayLike, input_shape: Shape, *, axes: IntOrInts | None = None, include_batch: bool = False
) -> np.ndarray:
    """Turn positions in the plane into those of TensorFlow's ``max_pool_with_argmax``.

    Parameters
    ----------
    indices : array_like of signed int
        Indices that `max_pool` returned for ``return_indices=True``.
    input_shape : sequence of int
        Shape of the array that was pooled, channels last.
    axes : int or sequence of int, optional
        Axes that were pooled. By default all but the first and the last, as in TensorFlow.
    include_batch : bool, default: False
        Whether to count through the batch, too (TensorFlow's ``include_batch_in_index``).

    Returns
    -------
    ndarray of int64
        Positions in the array of one image, or of the whole batch.

    Raises
    ------
    TypeError
        If `indices` are not signed integers.
    ValueError
        If the shapes do not fit, or an index is outside its plane.

    See Also
    --------
    tensorflow_to_plane : The way back.

    Notes
    -----
    A position y, x in channel c of C is ``(y * W + x) * C + c``, and ``((b * H + y) * W + x) * C + c`` with the batch [1]_.

    References
    ----------
    .. [1] https://www.tensorflow.org/api_docs/python/tf/nn/max_pool_with_argmax

    Examples
    --------
    >>> import numpy as np, cypool
    >>> nhwc = np.array([1, 8, 7, 2]).reshape(1, 1, 2, 2)
    >>> y, at = cypool.max_pool(nhwc, (1, 2), axes=(1, 2), return_indices=True)
    >>> at.ravel(), cypool.plane_to_tensorflow(at, nhwc.shape).ravel()
    (array([1, 0]), array([2, 1]))

    Counted through a batch of two, the positions take the winners out of the flat array:

    >>> batch = np.concatenate([nhwc, 10 * nhwc])
    >>> y, at = cypool.max_pool(batch, (1, 2), axes=(1, 2), return_indices=True)
    >>> batch.ravel()[cypool.plane_to_tensorflow(at, batch.shape, include_batch=True)].ravel()
    array([ 7,  8, 70, 80])
    """
    indices, shape, axes = in_plane(indices, input_shape, axes, slice(1, -1))
    batch, channels = free_axes(shape, axes)
    cells, depth = prod(shape[a] for a in axes), prod(shape[a] for a in channels)
    first = planes_before(indices.shape, axes, batch) * cells if flag(include_batch, "include_batch") else 0
    return (first + indices.astype(np.int64)) * depth + planes_before(indices.shape, axes, channels)


def tensorflow_to_plane(
    indices: ArrayLike, input_shape: Shape, *, axes: IntOrInts | None = None, include_batch: bool = False
) -> np.ndarray:
    """Turn positions of TensorFlow's ``max_pool_with_argmax`` into positions in the plane.

    Parameters
    ----------
    indices : array_like of signed int
        Second result of ``max_pool_with_argmax``.
    input_shape : sequence of int
        Shape of the array that was pooled, channels last.
    axes : int or sequence of int, optional
        Axes that were pooled. By default all but the first and the last, as in TensorFlow.
    include_batch : bool, default: False
        Whether they count through the batch, too (TensorFlow's ``include_batch_in_index``).

    Returns
    -------
    ndarray of int64
        What `max_pool` gives for ``return_indices=True``.

    Raises
    ------
    TypeError
        If `indices` are not signed integers.
    ValueError
        If the shapes do not fit, or an index is outside its own plane or channel.

    See Also
    --------
    plane_to_tensorflow : The way back, with the formula.

    Notes
    -----
    Each index has to name its own channel and, with `include_batch`, its own image.

    Examples
    --------
    >>> import numpy as np, cypool
    >>> cypool.tensorflow_to_plane([[[[2, 1]]]], (1, 1, 2, 2)).ravel()
    array([1, 0])

    A gradient for an image pooled by TensorFlow:

    >>> at = cypool.tensorflow_to_plane([[[[3], [5]]]], (1, 2, 4, 1))
    >>> cypool.max_pool_backward([[[[1.0], [2.0]]]], at, (1, 2, 4, 1), 2, axes=(1, 2)).reshape(2, 4)
    array([[0., 0., 0., 1.],
           [0., 2., 0., 0.]])
    """
    indices, shape, axes = in_tensor(indices, input_shape, axes, slice(1, -1))
    batch, channels = free_axes(shape, axes)
    cells, depth = prod(shape[a] for a in axes), prod(shape[a] for a in channels)
    inside, channel = np.divmod(indices, max(depth, 1))
    wrong = channel != planes_before(indices.shape, axes, channels)
    if wrong.any():
        first_wrong(wrong, indices, "positions of their own channel")
    if flag(include_batch, "include_batch"):
        inside = inside - planes_before(indices.shape, axes, batch) * cells
    in_range(indices, inside, cells)
    return inside


def to_plane(indices: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...]) -> np.ndarray:
    """Return positions inside windows, already checked, as flat positions in the plane."""
    rest, flat, step = indices.astype(np.int64), np.zeros(indices.shape, np.int64), 1
    for axis, w in zip(reversed(axes), reversed(along), strict=True):
        rest, tap = np.divmod(rest, w.kernel)
        flat += (tap * w.dilation + lengthwise(starts(w), axis, indices.ndim)) * step
        step *= w.length
    return flat


def to_window(indices: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...]) -> np.ndarray:
    """Return flat positions in the plane as positions inside windows."""
    rest, code, step = indices.astype(np.int64), np.zeros(indices.shape, np.int64), 1
    for axis, w in zip(reversed(axes), reversed(along), strict=True):
        rest, position = np.divmod(rest, max(w.length, 1))
        tap, off = np.divmod(position - lengthwise(starts(w), axis, indices.ndim), w.dilation)
        wrong = (off != 0) | (tap < 0) | (tap >= w.kernel)
        if wrong.any():
            first_wrong(wrong, indices, "cells of their own windows")
        code += tap * step
        step *= w.kernel
    return code.astype(smallest_code(along))


def lengthwise(row: np.ndarray, axis: int, ndim: int) -> np.ndarray:
    """Return a row of numbers so that it broadcasts along `axis`."""
    return row.reshape([-1 if a == axis else 1 for a in range(ndim)])


def planes_before(shape: tuple[int, ...], pooled: tuple[int, ...], counted: Any) -> NDArray[np.int64]:
    """Return the number of each cell of the free axes among `counted`, row-major; it broadcasts over the others."""
    lengths = [shape[a] if a in counted and a not in pooled else 1 for a in range(len(shape))]
    return np.arange(prod(lengths)).reshape(lengths)


def free_axes(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return the free axes before the pooled ones, and the others."""
    free = [a for a in range(len(shape)) if a not in axes]
    return [a for a in free if a < min(axes)], [a for a in free if a > min(axes)]


def column_major(storage_order: SupportsIndex) -> bool:
    """Return whether positions count down the columns."""
    if integer(storage_order, "storage_order", 0) > 1:
        raise ValueError(f"storage_order must be 0 or 1, got {storage_order}")
    return storage_order == 1


def checked(indices: Any, shape: Any, kind: str) -> tuple[np.ndarray, tuple[int, ...]]:
    """Take in indices, "i" for signed ones and "u" for unsigned, and the shape of what they point into."""
    indices, shape = intake(indices, "indices"), whole_shape(shape)
    if indices.dtype.kind != kind:
        raise TypeError(f"indices must be {'signed' if kind == 'i' else 'unsigned'} integers, got {indices.dtype}")
    if indices.ndim != len(shape):
        raise ValueError(f"indices must have as many axes as input_shape {shape}, got shape {indices.shape}")
    return indices, shape


def same_shape(indices: np.ndarray, shape: tuple[int, ...]) -> None:
    """Raise unless there is one index for each window."""
    if indices.shape != shape:
        raise ValueError(f"indices must have shape {shape}, got {indices.shape}")


def in_range(indices: np.ndarray, inside: np.ndarray, cells: int) -> None:
    """Raise unless all positions lie in their own plane."""
    wrong = (inside < 0) | (inside >= cells)
    if wrong.any():
        first_wrong(wrong, indices, f"positions of their own plane, which has {cells} cells")


def in_tensor(indices: Any, input_shape: Any, axes: Any, default: slice) -> tuple[NDArray[np.int64], tuple[int, ...], tuple[int, ...]]:
    """Take in positions that count beyond one plane; by default the axes that a framework pools."""
    indices, shape = checked(indices, input_shape, "i")
    axes = pooled_axes(len(shape), None, range(len(shape))[default] if axes is None else axes)
    free = [a for a in range(len(shape)) if a not in axes]
    if any(indices.shape[a] != shape[a] for a in free):
        raise ValueError(f"indices must have the free axes of input_shape {shape}, got shape {indices.shape}")
    return indices.astype(np.int64), shape, axes


def in_plane(indices: Any, input_shape: Any, axes: Any, default: slice) -> tuple[NDArray[np.int64], tuple[int, ...], tuple[int, ...]]:
    """Take in flat positions in planes."""
    indices, shape, axes = in_tensor(indices, input_shape, axes, default)
    in_range(indices, indices, prod(shape[a] for a in axes))
    return indices, shape, axes
