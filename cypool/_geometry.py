"""Where windows fall: integers only. Arguments become immutable `Windows`, and every error of size is raised here.

    position    -before ... 0 . . . . . . length-1 ... length+after-1
    window o     o*stride - before + j*dilation,  j = 0 .. kernel-1
    counts       taps inside the input; an average counts padding too, if asked; nobody counts what sticks out further
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from itertools import islice
from math import gcd, prod
from operator import index
from typing import Any, NamedTuple, ParamSpec, TypeVar

from ._cpu import settled

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

MOST_AXES = 64  # of NumPy's arrays
LARGEST = 2**62  # sums of two such numbers still fit what the kernels count with


class Windows(NamedTuple):
    """The windows along one axis; a stride of 0 stands for adaptive bins."""

    length: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    out: int

    @property
    def reach(self) -> int:
        """Cells from a window's first tap to its last."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def tiles(self) -> bool:
        """Whether windows lie side by side and use every cell once."""
        return self.stride == self.kernel and self.out * self.kernel == self.length and self.reach == self.kernel and not self.before

    def simplest(self, overlaps: bool) -> "Windows":
        """Return the same windows: a single tap may have any dilation, a single one any stride, which lets it overlap or not."""
        single = min(self.stride or self.kernel, self.kernel) if overlaps else self.kernel
        stride, dilation = single if self.out == 1 else self.stride, 1 if self.kernel == 1 else self.dilation
        return self if (stride, dilation) == (self.stride, self.dilation) else self._replace(stride=stride, dilation=dilation)

    @property
    def regular(self) -> "Windows":
        """The same windows: adaptive bins that start whole steps apart but for the first, as windows with a cell of padding at both ends."""
        step = self.length // self.out + 1 if self.out else 0
        if self.stride or step < 2 or step * self.out != self.length + 1:
            return self
        return self._replace(kernel=step + 1, stride=step, before=1, after=1)

    def limit(self, include_pad: bool) -> int:
        """Return the position from which on an average doesn't count, 0 if only the input counts."""
        return self.length + self.after if include_pad and (self.before or self.after) else 0

    def uniform(self, include_pad: bool) -> bool:
        """Whether all windows count the same number of cells: all their taps."""
        if not self.stride:
            return False
        end = (self.out - 1) * self.stride - self.before + self.reach
        return end <= self.length + self.after if include_pad else self.before == 0 and end <= self.length

    def empty(self, include_pad: bool = False) -> bool:
        """Whether some window has no tap to count."""
        if not self.stride or not self.out:
            return False
        first, last = -self.before, (self.out - 1) * self.stride - self.before
        if include_pad:
            return last >= self.length + self.after
        if first + self.reach <= 0 or last >= self.length:
            return True
        if self.dilation <= self.length:
            return False
        # Windows that start before the input may step over it: those whose first tap at or behind 0 is already past it. Their
        # starts repeat modulo the dilation; if there are more of them than cells, one must miss.
        starting = min(-(first // self.stride), self.dilation // gcd(self.stride, self.dilation), self.out)
        return starting > self.length or any((first + o * self.stride) % self.dilation >= self.length for o in range(starting))


def remembered(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Keep the answers to a shape and arguments that a cache may look up: to find them takes a tenth of the time."""
    kept = lru_cache(maxsize=1024)(function)

    @wraps(function)
    def answer(*args: Arguments.args, **more: Arguments.kwargs) -> Answer:
        if more or not settled(args[1:]) or not settled(args[:1]):
            return function(*args, **more)
        return kept(*args)

    return answer


def spelled(value: Any) -> str:
    """Return a value as an error shows it: its start, or its type where it can't be printed, as an int of 5000 digits can't."""
    try:
        return f"{value!r:.80}"
    except Exception:
        return f"an unprintable {type(value).__name__}"


def integer(value: Any, name: str, least: int, axis: int | None = None) -> int:
    """Return `value` as an int of at least `least`."""
    where = "" if axis is None else f" for axis {axis}"
    try:
        if getattr(getattr(value, "dtype", value), "kind", "") == "b" or isinstance(value, bool):  # NumPy 2.0 takes its own for an index
            raise TypeError
        number = index(value)
    except TypeError:
        raise TypeError(f"{name} must be an int, got {spelled(value)}{where}") from None
    if number < least:
        raise ValueError(f"{name} must be >= {least}, got {spelled(number)}{where}")
    if number >= LARGEST:
        raise ValueError(f"{name} must be < 2**62, got {spelled(number)}{where}")
    return number


def items(value: Any) -> tuple | None:
    """Return the items of a sequence, None for a single value; of one that is longer than any shape, or endless, only the start."""
    if type(value) is tuple:
        return value
    if isinstance(value, str | bytes | dict | set) or getattr(value, "ndim", 1) == 0 or not isinstance(value, Iterable):
        return None
    return tuple(islice(value, MOST_AXES + 1))


def one_per_axis(value: Any, name: str, axes: tuple[int, ...], least: int = 1) -> tuple[int, ...]:
    """Spread an int over the axes, or check that there is one for each."""
    values = items(value)
    if values is None:
        return (integer(value, name, least),) * len(axes)
    if len(values) != len(axes):
        raise ValueError(f"{name} must be an int or have one int for each of the {len(axes)} pooled axes, got {spelled(value)}")
    return tuple(integer(v, name, least, axis) for v, axis in zip(values, axes, strict=True))


def pooled_axes(ndim: int, count: int | None, axes: Any, name: str = "kernel_size") -> tuple[int, ...]:
    """Return the axes to pool, as indices from 0; by default the last `count`, or the last two."""
    if axes is None:
        count = 2 if count is None else count
        if not count:
            raise ValueError(f"{name} must have at least one item, got ()")
        if count > ndim:
            hint = f": name the {'axis' if ndim == 1 else 'axes'}, as in axes=-1" if ndim else ""
            raise ValueError(f"{name} needs at least {count} axes to pool the last {count}, got an array of {ndim}{hint}")
        return tuple(range(ndim - count, ndim))
    given = items(axes)
    chosen = []
    for axis in (axes,) if given is None else given:
        number = integer(axis, "axes", -LARGEST)
        if not -ndim <= number < ndim:
            raise ValueError(f"axes must be between {-ndim} and {ndim - 1} for an array of {ndim} axes, got {spelled(number)}")
        chosen.append(number % ndim)
    if not chosen:
        raise ValueError("axes must name at least one axis, got ()")
    if len(set(chosen)) < len(chosen):
        raise ValueError(f"axes must not repeat, got {spelled(axes)}")
    if count is not None and count != len(chosen):
        raise ValueError(f"{name} must be an int or have one int for each of the {len(chosen)} pooled axes, got {count} items")
    return tuple(chosen)


def paddings(value: Any, axes: tuple[int, ...]) -> tuple[tuple[int, int], ...] | str:
    """Return the cells before and after each axis, or "same" or "same_lower"."""
    if isinstance(value, str):
        if value not in ("valid", "same", "same_lower"):
            raise ValueError(f'padding must be ints, "valid", "same" or "same_lower", got {spelled(value)}')
        return ((0, 0),) * len(axes) if value == "valid" else value
    values = items(value)
    if values is None:
        return ((integer(value, "padding", 0),) * 2,) * len(axes)
    if len(values) != len(axes):
        raise ValueError(f"padding must be an int or have one int or pair for each of the {len(axes)} pooled axes, got {spelled(value)}")
    pairs = []
    for v, axis in zip(values, axes, strict=True):
        pair = items(v)
        pair = (v, v) if pair is None else pair
        if len(pair) != 2:
            raise ValueError(f"padding must be an int or a pair (before, after), got {spelled(v)} for axis {axis}")
        pairs.append((integer(pair[0], "padding", 0, axis), integer(pair[1], "padding", 0, axis)))
    return tuple(pairs)


@remembered
def windows(
    shape: tuple[int, ...], kernel_size: Any, stride: Any, padding: Any, dilation: Any, axes: Any, ceil_mode: Any
) -> tuple[tuple[int, ...], tuple[Windows, ...]]:
    """Return the pooled axes and the windows along each; shared by forward, backward, unpooling and `output_shape`."""
    given = items(kernel_size)
    axes = pooled_axes(len(shape), None if given is None else len(given), axes)
    kernels = one_per_axis(kernel_size, "kernel_size", axes)
    strides = kernels if stride is None else one_per_axis(stride, "stride", axes)
    dilations = one_per_axis(dilation, "dilation", axes)
    pairs = paddings(padding, axes)
    if not (ceil_mode is True or ceil_mode is False or isinstance(ceil_mode, str) and ceil_mode == "full"):
        raise ValueError(f'ceil_mode must be False, True or "full", got {spelled(ceil_mode)}')
    found = []
    for at, (axis, k, s, d) in enumerate(zip(axes, kernels, strides, dilations, strict=True)):
        length, reach = shape[axis], d * (k - 1) + 1
        if isinstance(pairs, str):
            out = -(-length // s)
            total = max(0, (out - 1) * s + reach - length)
            before, after = (total // 2, total - total // 2) if pairs == "same" else (total - total // 2, total // 2)
        else:
            before, after = pairs[at]
            room = length + before + after - reach
            out = (-(-room // s) if ceil_mode else room // s) + 1
            if ceil_mode is True and (out - 1) * s >= length + before:
                out -= 1
            if out < 1:
                raise ValueError(
                    f"kernel_size {k} needs {reach} cells{f' with dilation {d}' if d > 1 else ''}, but axis {axis} has {length}"
                    f"{f' + padding {before + after}' if before or after else ''}: output size {max(out, 0)} is too small"
                )
        if max(length + before + after, (out - 1) * s, reach) + reach >= LARGEST:
            raise ValueError(f"kernel_size {k}, stride {s}, padding {(before, after)} and dilation {d} are too large for axis {axis}")
        found.append(Windows(length, k, s, d, before, after, out))
    return axes, tuple(found)


@remembered
def bins(shape: tuple[int, ...], output_size: Any, axes: Any) -> tuple[tuple[int, ...], tuple[Windows, ...]]:
    """Return the pooled axes and the adaptive bins floor(o*L/O) .. ceil((o+1)*L/O) along each."""
    given = items(output_size)
    axes = pooled_axes(len(shape), None if given is None else len(given), axes, "output_size")
    sizes = (output_size,) * len(axes) if given is None else given
    found = []
    for size, axis in zip(sizes, axes, strict=True):
        length = shape[axis]
        out = length if size is None else integer(size, "output_size", 1, axis)
        if not length:
            raise ValueError(f"x or input_shape must have cells to pool along axis {axis}, got shape {shape}")
        if out * length >= LARGEST:
            raise ValueError(f"output_size {out} is too large for axis {axis} with {length} cells")
        stride, rest = divmod(length, out)
        if stride and rest <= 1:                                                  # windows like others: starts are whole steps apart
            found.append(Windows(length, stride + rest, stride, 1, 0, 0, out))
        else:
            found.append(Windows(length, stride + (2 if rest > gcd(length, out) else 1), 0, 1, 0, 0, out))
    return axes, tuple(found)


@lru_cache(maxsize=1024)
def pooled_shape(shape: tuple[int, ...], axes: tuple[int, ...], along: tuple[Windows, ...]) -> tuple[int, ...]:
    """Return `shape` with the pooled axes shrunk."""
    sizes = dict(zip(axes, along, strict=True))
    return tuple(sizes[axis].out if axis in sizes else length for axis, length in enumerate(shape))


@lru_cache(maxsize=1024)
def grown_shape(shape: tuple[int, ...], axes: tuple[int, ...], along: tuple[Windows, ...]) -> tuple[int, ...]:
    """Return `shape` with the pooled axes as long as before."""
    sizes = dict(zip(axes, along, strict=True))
    return tuple(sizes[axis].length if axis in sizes else length for axis, length in enumerate(shape))


@lru_cache(maxsize=1024)
def refuse_empty(axes: tuple[int, ...], along: tuple[Windows, ...], include_pad: bool = False) -> None:
    """Raise for windows that have nothing to reduce."""
    for axis, w in zip(axes, along, strict=True):
        if w.empty(include_pad):
            raise ValueError(
                f"every window must hold a cell of x or input_shape, but with kernel_size {w.kernel}, stride {w.stride}, dilation {w.dilation} "
                f"and padding {(w.before, w.after)} some windows of axis {axis} ({w.length} cells) lie in the padding alone"
            )


def refuse_uncountable(along: tuple[Windows, ...]) -> None:
    """Raise for windows of more cells than an average can count."""
    cells = tuple(w.kernel for w in along)
    if prod(cells) > LARGEST:
        raise ValueError(f"x, input_shape or kernel_size must give windows of at most 2**62 cells to average, got {cells}")


def taps(along: tuple[Windows, ...]) -> int:
    """Return how many cells the largest window can hold."""
    return prod(min(w.kernel, w.length) for w in along)


@remembered
def whole_shape(shape: Any, name: str = "input_shape") -> tuple[int, ...]:
    """Return the shape of an array as a tuple of ints."""
    lengths = items(shape)
    if lengths is None:
        raise TypeError(f"{name} must be a sequence of ints, got {spelled(shape)}")
    if len(lengths) > MOST_AXES:
        raise ValueError(f"{name} must have at most {MOST_AXES} items, got {spelled(shape)}")
    return tuple(integer(length, name, 0) for length in lengths)


@remembered
def unpooled_shape(
    shape: tuple[int, ...], kernel_size: Any, stride: Any, padding: Any, axes: Any, output_shape: Any
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[Windows, ...]]:
    """Return the shape that `shape` was pooled from, the pooled axes, and the windows; by default PyTorch's (L-1)*s + k - 2p."""
    given = items(kernel_size)
    axes = pooled_axes(len(shape), None if given is None else len(given), axes)
    kernels = one_per_axis(kernel_size, "kernel_size", axes)
    strides = kernels if stride is None else one_per_axis(stride, "stride", axes)
    pairs = paddings(padding, axes)
    if isinstance(pairs, str):
        raise ValueError(f'padding must be ints or "valid" to unpool, got {spelled(padding)}')
    whole = list(shape)
    for axis, k, s, (before, after) in zip(axes, kernels, strides, pairs, strict=True):
        whole[axis] = (shape[axis] - 1) * s + k - before - after
    if output_shape is not None:
        wanted = whole_shape(output_shape, "output_shape")
        if len(wanted) != len(shape) or any(wanted[a] != shape[a] for a in range(len(shape)) if a not in axes):
            raise ValueError(f"output_shape must be {shape} but for the pooled axes {axes}, got {wanted}")
        whole = list(wanted)
    for axis in axes:
        if not 0 < whole[axis] < LARGEST and not (output_shape is not None and whole[axis] == 0):
            raise ValueError(f"output_shape of axis {axis} comes out as {whole[axis]}: size is too {'small' if whole[axis] < 1 else 'large'}")
    along = tuple(
        Windows(whole[axis], k, s, 1, before, after, shape[axis])
        for axis, k, s, (before, after) in zip(axes, kernels, strides, pairs, strict=True)
    )
    return tuple(whole), axes, along


@remembered
def whole_planes(shape: tuple[int, ...], axes: Any) -> tuple[tuple[int, ...], tuple[Windows, ...]]:
    """Return the pooled axes and one window over all of each."""
    axes = pooled_axes(len(shape), None, axes, "axes")
    return axes, tuple(Windows(shape[axis], max(shape[axis], 1), max(shape[axis], 1), 1, 0, 0, 1) for axis in axes)
