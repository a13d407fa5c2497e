"""Positions of winners, told in one convention and wanted in another."""

from math import prod
from typing import Any

import numpy as np

from ._arrays import check_indices, first_wrong, intake, smallest_code, starts
from ._geometry import Windows, integer, pooled_axes, pooled_shape, whole_shape, windows


def window_to_plane(indices, input_shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False):
    indices, shape = checked(indices, input_shape, "u")
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    same_shape(indices, pooled_shape(shape, axes, along))
    check_indices(indices, axes, along)
    return to_plane(indices, axes, along)


def plane_to_window(indices, input_shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False):
    indices, shape = checked(indices, input_shape, "i")
    axes, along = windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)
    same_shape(indices, pooled_shape(shape, axes, along))
    check_indices(indices, axes, along)
    return to_window(indices, axes, along)


def plane_to_onnx(indices, input_shape, *, axes=None, storage_order=0):
    indices, shape, axes = in_plane(indices, input_shape, axes, slice(2, None))
    cells = prod(shape[a] for a in axes)
    inside = indices.astype(np.int64)
    if column_major(storage_order) and len(axes) > 1:
        rows, columns = (shape[a] for a in axes[-2:])
        outer, inside = np.divmod(inside, rows * columns)
        inside = outer * (rows * columns) + inside % columns * rows + inside // columns
    return planes_before(indices.shape, axes, range(len(shape))) * cells + inside


def onnx_to_plane(indices, input_shape, *, axes=None, storage_order=0):
    indices, shape, axes = in_tensor(indices, input_shape, axes, slice(2, None))
    cells = prod(shape[a] for a in axes)
    inside = indices - planes_before(indices.shape, axes, range(len(shape))) * cells
    in_range(indices, inside, cells)
    if column_major(storage_order) and len(axes) > 1:
        rows, columns = (shape[a] for a in axes[-2:])
        outer, inside = np.divmod(inside, max(rows * columns, 1))
        inside = outer * (rows * columns) + inside % max(rows, 1) * columns + inside // max(rows, 1)
    return inside


def plane_to_tensorflow(indices, input_shape, *, axes=None, include_batch=False):
    indices, shape, axes = in_plane(indices, input_shape, axes, slice(1, -1))
    batch, channels = free_axes(shape, axes)
    cells, depth = prod(shape[a] for a in axes), prod(shape[a] for a in channels)
    first = planes_before(indices.shape, axes, batch) * cells if include_batch else 0
    return (first + indices.astype(np.int64)) * depth + planes_before(indices.shape, axes, channels)


def tensorflow_to_plane(indices, input_shape, *, axes=None, include_batch=False):
    indices, shape, axes = in_tensor(indices, input_shape, axes, slice(1, -1))
    batch, channels = free_axes(shape, axes)
    cells, depth = prod(shape[a] for a in axes), prod(shape[a] for a in channels)
    inside, channel = np.divmod(indices, max(depth, 1))
    wrong = channel != planes_before(indices.shape, axes, channels)
    if wrong.any():
        first_wrong(wrong, indices, "positions of their own channel")
    if include_batch:
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


def planes_before(shape: tuple[int, ...], pooled: tuple[int, ...], counted: Any) -> np.ndarray:
    """Number the cells of the free axes among `counted`, row-major; the number broadcasts over the others."""
    lengths = [shape[a] if a in counted and a not in pooled else 1 for a in range(len(shape))]
    return np.arange(prod(lengths)).reshape(lengths)


def free_axes(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return the free axes before the pooled ones, and the others."""
    free = [a for a in range(len(shape)) if a not in axes]
    return [a for a in free if a < min(axes)], [a for a in free if a > min(axes)]


def column_major(storage_order: Any) -> bool:
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


def in_tensor(indices: Any, input_shape: Any, axes: Any, default: slice) -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    """Take in positions that count beyond one plane; by default the axes that a framework pools."""
    indices, shape = checked(indices, input_shape, "i")
    axes = pooled_axes(len(shape), None, range(len(shape))[default] if axes is None else axes)
    free = [a for a in range(len(shape)) if a not in axes]
    if any(indices.shape[a] != shape[a] for a in free):
        raise ValueError(f"indices must have the free axes of input_shape {shape}, got shape {indices.shape}")
    return indices.astype(np.int64), shape, axes


def in_plane(indices: Any, input_shape: Any, axes: Any, default: slice) -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    """Take in flat positions in planes."""
    indices, shape, axes = in_tensor(indices, input_shape, axes, default)
    in_range(indices, indices, prod(shape[a] for a in axes))
    return indices, shape, axes
