"""The truth: pooling written from its definition, in plain Python, slowly.

A `Plan` lists, for every window, the cells of the plane that it takes. A kind is a function of one window's taps, a plain
list of Python numbers (so integers never overflow). Nothing here imports cypool.
"""

import itertools
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

# ---------------------------------------------------------------- windows


class Span(NamedTuple):
    """What one window takes along one axis."""

    taps: list  # numbers inside the window, 0 .. k-1, of the taps that lie inside the input
    cells: list  # their positions in the input
    counted: int  # taps inside the input or its padding: what an average that counts padding divides by


class Plan(NamedTuple):
    """Every window of a call: `spans[i]` along pooled axis `axes[i]`, in the order of `axes`."""

    axes: tuple
    plane: tuple  # lengths of the pooled axes
    box: tuple  # window size in taps, for positions inside the window
    spans: tuple

    @property
    def size(self):
        return tuple(len(spans) for spans in self.spans)

    @property
    def has_empty_window(self):
        return any(not span.cells for spans in self.spans for span in spans)

    @property
    def has_uncounted_window(self):
        return any(not span.counted for spans in self.spans for span in spans)


def flat(index, shape):
    """Row-major position of `index` in `shape`."""
    position = 0
    for i, length in zip(index, shape, strict=True):
        position = position * length + i
    return position


def same_padding(length, k, s, d, lower):
    """Padding (before, after) that gives ceil(length / s) windows."""
    total = max(0, (-(-length // s) - 1) * s + d * (k - 1) + 1 - length)
    return (total - total // 2, total // 2) if lower else (total // 2, total - total // 2)


def output_size(length, k, s, before, after, d, ceil_mode):
    """Number of windows along one axis."""
    room = length + before + after - (d * (k - 1) + 1)
    if not ceil_mode:
        return room // s + 1
    size = -(-room // s) + 1
    if ceil_mode != "full" and (size - 1) * s >= length + before:
        size -= 1
    return size


def axis_spans(length, k, s, before, after, d, size):
    spans = []
    for o in range(size):
        positions = [o * s - before + j * d for j in range(k)]
        inside = [(j, position) for j, position in enumerate(positions) if 0 <= position < length]
        spans.append(
            Span(
                [j for j, _ in inside],
                [position for _, position in inside],
                sum(-before <= position < length + after for position in positions),
            )
        )
    return spans


def per_axis(value, n):
    return (int(value),) * n if np.ndim(value) == 0 else tuple(int(v) for v in value)


def pooled_axes(ndim, axes, n):
    """The pooled axes as non-negative numbers, in the order in which they were given."""
    if axes is None:
        axes = range(ndim - n, ndim)
    elif np.ndim(axes) == 0:
        axes = (axes,)
    return tuple(int(axis) % ndim for axis in axes)


def number_of_axes(argument, axes):
    """How many axes are pooled: as many as the argument lists, else as `axes` lists, else two."""
    if np.ndim(argument):
        return len(argument)
    return 2 if axes is None else 1 if np.ndim(axes) == 0 else len(axes)


def windows_plan(shape, kernel_size, stride=None, padding=0, dilation=1, *, axes=None, ceil_mode=False):
    """The windows of a call; ValueError when there is no window."""
    n = number_of_axes(kernel_size, axes)
    axes = pooled_axes(len(shape), axes, n)
    k, d = per_axis(kernel_size, n), per_axis(dilation, n)
    s = k if stride is None else per_axis(stride, n)
    plane = tuple(shape[axis] for axis in axes)
    if padding == "valid":
        padding = 0
    if isinstance(padding, str):
        pads = [same_padding(*along, padding == "same_lower") for along in zip(plane, k, s, d, strict=True)]
        sizes = [-(-length // step) for length, step in zip(plane, s, strict=True)]
    else:
        pads = [(p, p) if np.ndim(p) == 0 else tuple(p) for p in ([padding] * n if np.ndim(padding) == 0 else padding)]
        sizes = [
            output_size(plane[i], k[i], s[i], *pads[i], d[i], ceil_mode)
            for i in range(n)
        ]  # fmt: skip
        if min(sizes) < 1:
            raise ValueError(f"no window: sizes {sizes}")
    spans = [axis_spans(plane[i], k[i], s[i], *pads[i], d[i], sizes[i]) for i in range(n)]
    return Plan(axes, plane, k, tuple(spans))


def adaptive_plan(shape, target, *, axes=None):
    """Bin i takes the cells floor(i * L / O) .. ceil((i + 1) * L / O) - 1."""
    n = number_of_axes(target, axes)
    axes = pooled_axes(len(shape), axes, n)
    plane = tuple(shape[axis] for axis in axes)
    spans = []
    for length, out in zip(plane, (target,) * n if np.ndim(target) == 0 else target, strict=True):
        out = length if out is None else out
        bins = [range(i * length // out, -(-(i + 1) * length // out)) for i in range(out)]
        spans.append([Span(list(range(len(cells))), list(cells), len(cells)) for cells in bins])
    return Plan(axes, plane, tuple(max(len(span.cells) for span in along) for along in spans), tuple(spans))


def global_plan(shape, *, axes=(-2, -1)):
    """One window that takes the whole plane."""
    axes = (axes,) if np.ndim(axes) == 0 else axes
    return adaptive_plan(shape, (1,) * len(axes), axes=axes)


class Window(NamedTuple):
    place: tuple  # in the output
    cells: tuple  # positions along each axis
    in_window: list  # of every tap, row-major: its position inside the window
    in_plane: list  # and in the plane
    counted: int


def windows(plan):
    """Every window, in row-major order of the output."""
    for place in itertools.product(*(range(size) for size in plan.size)):
        spans = [along[o] for along, o in zip(plan.spans, place, strict=True)]
        yield Window(
            place,
            tuple(span.cells for span in spans),
            [flat(taps, plan.box) for taps in itertools.product(*(span.taps for span in spans))],
            [flat(cells, plan.plane) for cells in itertools.product(*(span.cells for span in spans))],
            math.prod(span.counted for span in spans),
        )


# ---------------------------------------------------------------- one window: a list of Python numbers


def largest(taps):
    """The first NaN, else the first largest: (value, number of the tap). Of zeros of both signs the value is +0.0."""
    best = 0
    for t, value in enumerate(taps):
        if value != value:
            return value, t
        if value > taps[best]:
            best = t
    value = taps[best]
    if value == 0 and isinstance(value, float):
        value = max(math.copysign(1.0, tap) for tap in taps if tap == 0) * 0.0
    return value, best


def smallest(taps):
    """The first NaN, else the first smallest: (value, number of the tap). Of zeros of both signs the value is -0.0."""
    best = 0
    for t, value in enumerate(taps):
        if value != value:
            return value, t
        if value < taps[best]:
            best = t
    value = taps[best]
    if value == 0 and isinstance(value, float):
        value = min(math.copysign(1.0, tap) for tap in taps if tap == 0) * 0.0
    return value, best


def total(taps):
    """The exact sum; of floats rounded once."""
    if not any(isinstance(tap, float) for tap in taps):
        return sum(int(tap) for tap in taps)
    if not all(map(math.isfinite, taps)):
        return sum(tap for tap in taps if not math.isfinite(tap))
    try:
        return math.fsum(taps)
    except OverflowError:
        return as_float(sum(map(Fraction, taps)))


def as_float(number):
    """A number of any size as a float, infinite where a float ends."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def quotient(number, divisor):
    """The exact quotient of an integer; of a float rounded once."""
    return number / divisor if isinstance(number, float) else Fraction(number, divisor)


def norm(taps, p):
    """(sum of abs(x)**p) ** (1/p), scaled by the largest so that no power leaves the range."""
    sizes = [abs(int(tap)) if isinstance(tap, (bool, int)) else abs(tap) for tap in taps]
    if any(size != size for size in sizes):
        return math.nan
    top = max(sizes, default=0)
    if top == 0 or top == math.inf or p == math.inf:
        return as_float(top)
    if p == 1:
        return as_float(total(sizes))
    if p == 2:
        return math.hypot(*sizes)
    return top * math.fsum((size / top) ** p for size in sizes) ** (1 / p)


# ---------------------------------------------------------------- forward


def numbers(x):
    """`x` with elements that `tolist` turns into Python numbers of the same value."""
    x = np.asarray(x)
    return x if x.dtype.kind in "biu" else x.astype(np.float64)


def planes_first(x, plan):
    """`x` as plane axes in the order of `plan.axes`, then one axis of everything else."""
    x = np.moveaxis(np.asarray(x), plan.axes, range(len(plan.axes)))
    head = x.shape[: len(plan.axes)]
    return x.reshape(*head, math.prod(x.shape[len(plan.axes) :]))


def back_in_place(planes, shape, plan):
    """Undo `planes_first` for an array that had `shape` but for its pooled axes."""
    head = planes.shape[:-1]
    rest = [length for axis, length in enumerate(shape) if axis not in plan.axes]
    return np.moveaxis(planes.reshape(*head, *rest), range(len(head)), plan.axes)


def reduce_windows(x, plan, reduce):
    """An object array with `reduce(taps, window)` of every window."""
    planes = planes_first(numbers(x), plan)
    out = np.empty((*plan.size, planes.shape[-1]), object)
    for window in windows(plan):
        block = planes[np.ix_(*window.cells)].reshape(len(window.in_plane), -1 if window.in_plane else planes.shape[-1])
        for f, taps in enumerate(block.T.tolist()):
            out[(*window.place, f)] = reduce(taps, window)
    return back_in_place(out, x.shape, plan)


def cast(values, dtype):
    """An object array of Python numbers as `dtype`: integers wrap, fractions round half to even, floats round once."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        convert = bool
    elif dtype.kind in "iu":
        bits = 8 * dtype.itemsize
        low = -(1 << bits - 1) if dtype.kind == "i" else 0
        convert = lambda value: (round(value) - low) % (1 << bits) + low  # noqa: E731
    else:
        convert = as_float
    flat_values = [convert(value) for value in values.ravel().tolist()]
    plain = dtype if dtype.kind in "biu" else np.float64
    with np.errstate(over="ignore", under="ignore"):
        return np.array(flat_values, plain).reshape(values.shape).astype(dtype)


def extreme(x, plan, pick):
    """Values, positions in the plane and positions inside the window."""
    if plan.has_empty_window:
        raise ValueError("a window without a tap has no extreme")

    def reduce(taps, window):
        value, t = pick(taps)
        return value, window.in_plane[t], window.in_window[t]

    found = reduce_windows(x, plan, reduce)
    values, in_plane, in_window = (
        np.array([triple[i] for triple in found.ravel().tolist()], object).reshape(found.shape) for i in range(3)
    )
    size = math.prod(plan.box)
    window_dtype = np.uint8 if size <= 2**8 else np.uint16 if size <= 2**16 else np.uint32
    return cast(values, x.dtype), in_plane.astype(np.int64), in_window.astype(window_dtype)


def max_pool(x, plan):
    return extreme(x, plan, largest)


def min_pool(x, plan):
    return extreme(x, plan, smallest)


def native(dtype):
    """The dtype in the machine's byte order (bfloat16 has no other)."""
    return dtype if dtype.kind == "V" else dtype.newbyteorder("=")


def sum_dtype(dtype, wanted=None):
    """As NumPy sums."""
    if wanted is not None:
        return native(np.dtype(wanted))
    return np.dtype(np.int64 if dtype.kind in "bi" else np.uint64 if dtype.kind == "u" else native(dtype))


def mean_dtype(dtype, wanted=None):
    """As NumPy averages."""
    return native(np.dtype(wanted if wanted is not None else np.float64 if dtype.kind in "biu" else dtype))


def sum_pool(x, plan, dtype=None):
    return cast(reduce_windows(x, plan, lambda taps, _: total(taps)), sum_dtype(x.dtype, dtype))


def divisor(window, count_include_pad, divisor_override):
    if divisor_override is not None:
        return divisor_override
    return window.counted if count_include_pad else len(window.in_plane)


def check_divisors(plan, count_include_pad, divisor_override):
    nothing = plan.has_uncounted_window if count_include_pad else plan.has_empty_window
    if divisor_override is None and nothing:
        raise ValueError("an average of nothing")


def avg_pool(x, plan, count_include_pad=True, divisor_override=None, dtype=None):
    check_divisors(plan, count_include_pad, divisor_override)

    def reduce(taps, window):
        return quotient(total(taps), divisor(window, count_include_pad, divisor_override))

    return cast(reduce_windows(x, plan, reduce), mean_dtype(x.dtype, dtype))


def lp_pool(x, plan, p=2.0, dtype=None):
    return cast(reduce_windows(x, plan, lambda taps, _: norm(taps, p)), mean_dtype(x.dtype, dtype))


def magnitude(x, plan):
    """The sum of abs(x) of every window: what rounding errors of sums are measured by."""
    return cast(reduce_windows(x, plan, lambda taps, _: as_float(total([abs(tap) for tap in taps if tap == tap]))), np.float64)


# ---------------------------------------------------------------- backward


def spread_windows(grad_output, plan, shape, share):
    """The exact sums of what each cell of the input receives, and the sums of absolute values.

    `share(window, f, g)` lists (cell in the plane, amount) for what window `window` of free position `f` gives.
    """
    grads = planes_first(numbers(grad_output), plan)
    received = [[[] for _ in range(grads.shape[-1])] for _ in range(math.prod(plan.plane))]
    for window in windows(plan):
        for f, g in enumerate(grads[window.place].tolist()):
            for cell, amount in share(window, f, g):
                received[cell][f].append(amount)
    result = []
    for measure in (total, lambda amounts: total([abs(amount) for amount in amounts])):
        sums = [float(measure(amounts)) for cell in received for amounts in cell]
        planes = np.array(sums, np.float64).reshape(*plan.plane, grads.shape[-1])
        result.append(back_in_place(planes, shape, plan))
    return result


def extreme_backward(grad_output, in_plane, plan, shape):
    """Max or min: everything to the cell that the index (position in the plane) names."""
    cells = planes_first(in_plane, plan)
    return spread_windows(grad_output, plan, shape, lambda window, f, g: [(int(cells[window.place][f]), g)])


def avg_pool_backward(grad_output, plan, shape, count_include_pad=True, divisor_override=None):
    check_divisors(plan, count_include_pad, divisor_override)

    def share(window, f, g):
        amount = g / divisor(window, count_include_pad, divisor_override) if window.in_plane else 0.0
        return [(cell, amount) for cell in window.in_plane]

    return spread_windows(grad_output, plan, shape, share)


def sum_pool_backward(grad_output, plan, shape):
    return spread_windows(grad_output, plan, shape, lambda window, f, g: [(cell, g) for cell in window.in_plane])


def norm_slope(value, y, p):
    """The derivative of the norm y by one tap: sign(x) * abs(x / y)**(p - 1), 0 where y or x is 0."""
    if y == 0 or value == 0:
        return 0.0
    return math.copysign(abs(value / y) ** (p - 1), value)


def lp_pool_backward(grad_output, x, y, plan, p=2.0):
    taps, norms = planes_first(numbers(x), plan), planes_first(numbers(y), plan)
    taps = taps.reshape(math.prod(plan.plane), taps.shape[-1])

    def share(window, f, g):
        values = [float(taps[cell, f]) for cell in window.in_plane]
        if not values:
            return []
        if p == math.inf:  # everything to the first tap of the largest size
            at = largest([abs(value) for value in values])[1]
            return [(window.in_plane[at], g * math.copysign(values[at] != 0, values[at]))]
        norm_ = float(norms[window.place][f])
        return [(cell, g * norm_slope(value, norm_, p)) for cell, value in zip(window.in_plane, values, strict=True)]

    return spread_windows(grad_output, plan, x.shape, share)


def double_backward(grad_grad_input, in_plane, plan):
    """Gather at the positions in the plane."""
    source, cells = planes_first(grad_grad_input, plan), planes_first(in_plane, plan)
    out = np.empty(cells.shape, source.dtype)
    source = source.reshape(math.prod(plan.plane), source.shape[-1])
    for place in itertools.product(*map(range, plan.size)):
        for f in range(cells.shape[-1]):
            out[(*place, f)] = source[cells[(*place, f)], f]
    return back_in_place(out, grad_grad_input.shape, plan)


# ---------------------------------------------------------------- unpooling and forms of indices


def unpool(y, in_plane, axes, plane):
    """Each value at its position in the plane, 0 elsewhere; of two values for one cell the later window's."""
    plan = global_plan(y.shape, axes=axes)
    values, cells = planes_first(y, plan), planes_first(in_plane, plan)
    out = np.zeros((math.prod(plane), values.shape[-1]), values.dtype)
    for place in itertools.product(*map(range, values.shape[:-1])):
        for f in range(values.shape[-1]):
            out[cells[(*place, f)], f] = values[(*place, f)]
    return back_in_place(out.reshape(*plane, values.shape[-1]), y.shape, plan)


def unpooled_size(length, k, s, before, after):
    return (length - 1) * s + k - before - after


def convert_indices(indices, plan, table, dtype):
    """Each index looked up in `table(window)`, a dict from one form to the other."""
    indices = planes_first(indices, plan)
    out = np.empty(indices.shape, dtype)
    for window in windows(plan):
        known = table(window)
        out[window.place] = [known[int(index)] for index in indices[window.place]]
    return out


def window_to_plane(indices, plan):
    out = convert_indices(indices, plan, lambda w: dict(zip(w.in_window, w.in_plane, strict=True)), np.int64)
    return back_in_place(out, indices.shape, plan)


def plane_to_window(indices, plan):
    size = math.prod(plan.box)
    dtype = np.uint8 if size <= 2**8 else np.uint16 if size <= 2**16 else np.uint32
    out = convert_indices(indices, plan, lambda w: dict(zip(w.in_plane, w.in_window, strict=True)), dtype)
    return back_in_place(out, indices.shape, plan)


def plane_to_onnx(indices, shape, n, storage_order=0):
    """Channels first, the last `n` axes pooled: positions in the whole tensor, planes one after another.

    Storage order 1 counts column-major inside the plane: y + x * H (+ z * H * W).
    """
    plane = shape[len(shape) - n :]
    out = np.empty(indices.shape, np.int64)
    for free in itertools.product(*map(range, shape[: len(shape) - n])):
        first = flat(free, shape[: len(shape) - n]) * math.prod(plane)
        for place in itertools.product(*map(range, indices.shape[len(free) :])):
            position = int(indices[free + place])
            if storage_order == 1:
                cell = np.unravel_index(position, plane)
                if n == 1:
                    position = int(cell[0])
                else:
                    *outer, row, column = map(int, cell)
                    position = flat(outer, plane[:-2]) * plane[-2] * plane[-1] + row + column * plane[-2]
            out[free + place] = first + position
    return out


def plane_to_tensorflow(indices, shape, include_batch=False):
    """Channels last, (b, y, x, c): ((b * H + y) * W + x) * C + c, where b counts as 0 unless batches are included."""
    batch, *plane, channels = shape
    out = np.empty(indices.shape, np.int64)
    for place in itertools.product(*map(range, indices.shape)):
        first = place[0] * math.prod(plane) if include_batch else 0
        out[place] = (first + int(indices[place])) * channels + place[-1]
    return out
