"""From arrays to plans: intake, the canonical form, what each kind does to each dtype, and the results' memory."""

import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import product
from math import gcd, inf, prod
from typing import Any, NamedTuple, overload

import numpy as np

from . import _geometry
from ._build import kernels
from ._cpu import settled
from ._geometry import Windows
from ._threads import asked, resolve

Place = Callable[..., tuple[tuple[int, ...], tuple[Windows, ...]]]

REAL = "biuf"
LARGE_INNER = 256  # so many free cells behind a column make a row of their own, four times as many where windows share two or three columns,
WIDE_INNER = 64  # and so many bytes where columns are joined in pairs: what is united is the result, with no columns left to join


@lru_cache(maxsize=256)
def name_of(dtype: np.dtype, argument: str = "x") -> str:
    """Return the kernels' name of a dtype; raise for one that isn't a real number's."""
    if dtype.kind in REAL and dtype.itemsize <= 8:
        return dtype.newbyteorder("=").name
    if dtype.name == "bfloat16":
        return "bfloat16"
    advice = {
        "c": "pool its .real and .imag, or its absolute values",
        "O": "convert it, as in x.astype(float)",
        "M": "pool x.view('int64')",
        "m": "pool x.view('int64')",
        "f": "convert it, as in x.astype('float64')",
        "V": "pool its fields one by one" if dtype.names else "convert it, as in x.astype('float32')",
    }.get(dtype.kind, "convert it to numbers first")
    raise TypeError(f"{argument} must be of a real number type, got {dtype}: {advice}")


def intake(x: Any, name: str = "x") -> np.ndarray:
    """Return anything array-like as a plain ndarray, without a copy where possible."""
    if type(x) is np.ndarray:
        return x
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name} must not be a masked array, whose mask would be lost: fill it first, as in x.filled(value)")
    if not isinstance(x, np.ndarray) and not hasattr(x, "__array__") and hasattr(x, "__dlpack__"):
        return np.from_dlpack(x)
    try:
        array = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"{name} must be like an array, got {type(x).__name__}: {error}") from error
    return array if type(array) is np.ndarray else array.view(np.ndarray)


def mode_of_indices(return_indices: Any) -> Any:
    """Return False, True or "window"."""
    if return_indices is True or return_indices is False or isinstance(return_indices, str) and return_indices == "window":
        return return_indices
    raise ValueError(f'return_indices must be False, True or "window", got {_geometry.spelled(return_indices)}')


def integer_or_none(value: Any, name: str) -> int | None:
    """Return a divisor: any int but 0."""
    if value is None:
        return None
    number = _geometry.integer(value, name, 1 - _geometry.LARGEST)
    if not number:
        raise ValueError(f"{name} must not be 0")
    if abs(number) > 2**53:
        raise ValueError(f"{name} must be between -2**53 and 2**53, got {number}")
    return number


def flag(value: Any, name: str) -> bool:
    """Return True or False as a bool."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {_geometry.spelled(value)}")
    return bool(value)


def dtype_or_none(dtype: Any) -> np.dtype | None:
    """Return what anything that stands for a dtype stands for, in native byte order."""
    if dtype is None:
        return None
    try:
        return np.dtype(dtype).newbyteorder("=")
    except MemoryError:
        raise
    except Exception as error:
        raise TypeError(f"dtype must be a dtype, got {_geometry.spelled(dtype)}") from error


def norm_order(p: Any) -> float:
    """Return the order of a norm as a float > 0."""
    if isinstance(p, bool | str | bytes) or not hasattr(p, "__float__") or getattr(p, "ndim", 0) != 0:
        raise TypeError(f"p must be a number, got {_geometry.spelled(p)}")
    try:
        order = float(p)
    except OverflowError:
        order = inf if p > 0 else -inf
    if not order > 0:
        raise ValueError(f"p must be > 0, got {_geometry.spelled(p)}")
    return order


# ---- what each kind does to each dtype. A recipe names the verbs of the kernels; (quick, careful, result dtype).


def limit_of(dtype: str, kind: str) -> bytes:
    """Return the neutral element of max or min as bytes."""
    if dtype.startswith("float"):
        return np.array(-inf if kind == "max" else inf, dtype).tobytes()
    info = np.iinfo(dtype)
    return np.array(info.min if kind != "min" else info.max, dtype).tobytes()


def ordered(kind: str, name: str, cell: str) -> dict:
    """Max over integers in the order of the floats, or of min's reversed."""
    return {
        "kind": "max", "convert": "order", "source": name, "cell": cell, "acc": cell, "finish": "unorder", "result": name,
        "flip": 0 if kind == "max" else -1, "p": 0.0 if kind == "max" else -1.0, "neutral": limit_of(cell, "max"),
    }  # fmt: skip


def extreme(kind: str, name: str) -> tuple[dict, dict | None]:
    """Max and min: as the processor has them, unless a NaN or both zeros are near."""
    if name in ("float16", "bfloat16"):
        careful = ordered(kind, name, "int16")
        return {"kind": kind, "cell": name, "acc": "int16", "finish": "unorder", "result": name, "neutral": limit_of("int16", kind)}, careful
    name = "uint8" if name == "bool" else name
    quick: dict[str, Any] = {"kind": kind, "cell": name, "acc": name, "result": name, "neutral": limit_of(name, kind)}
    if not name.startswith("float"):
        return quick, None
    bits = "int32" if name == "float32" else "int64"
    zeros = (0, int(np.iinfo(bits).min))
    quick |= {"odd_bits": (-1, zeros[kind == "max"]), "other_zero": zeros[kind == "min"]}         # what both zeros must not give; the other
    return quick, ordered(kind, name, bits)


def placed(recipe: dict, code: str, furthest: int) -> dict | None:
    """Return max or min with places, None if their type can't count so far; the upper half of it is for neutral cells."""
    acc = recipe["acc"]
    room = {"float32": 2**23, "float64": 2**52}.get(acc) or (int(np.iinfo(acc).max) + 1) // 2
    behind = min(room, 2**30) if furthest < 2**30 else room                 # fits 32 bits wherever places do
    at = {"kind": f"arg{recipe['kind']}", "code": code, "neutral_at": np.array(behind, acc).tobytes()}
    return recipe | at if furthest < room else None


def indexed(kind: str, name: str, code: str, furthest: int) -> tuple[dict, dict | None, dict | None]:
    """Max and min with places in one go, careful ones, and places alone: over ranks, where zeros of both signs are equal."""
    name = "uint8" if name == "bool" else name
    quick, careful = extreme(kind, name)
    if careful and name in ("float16", "bfloat16"):
        quick, both = careful, placed(careful, code, furthest)
        both = both and both | {"watch": True, "bound": -1 if kind == "max" else 0}
    else:
        both = placed(quick, code, furthest)
    if both and not careful:
        return both, None, None
    ranks = None
    if name not in ("int32", "uint32"):
        ranks = placed(ordered(kind, name, "int64" if name == "float64" else "int32") | {"equal_zeros": True}, code, furthest)
    if not ranks:
        raise ValueError("return_indices can't count so large a window of this dtype: convert x to float64 or int64")
    return both or quick, careful, ranks | {"finish": None, "result": None}


def pairwise(n: int) -> int:
    """Return how many additions follow each other in NumPy's sum of n numbers."""
    return n - 1 if n < 8 else n // 8 + 2 + n % 8 if n <= 128 else 1 + pairwise(n - n // 2)


CHAIN = 8  # rows of float32 that are added up one after another; longer chains than a pairwise sum has would be less exact


def shallow(rows: list[tuple[int, ...]], column: tuple[int, ...], inner: int, gathers: bool) -> bool:
    """Whether no cell of windows along these kernels' axes goes through more additions than in a pairwise sum."""
    taps = prod(-(-kernel // stride) if spacing else kernel for _, kernel, stride, _, _, _, _, spacing, *_ in (*rows, column))
    return kernels.depth(rows, column, inner, gathers, CHAIN) <= pairwise(taps)


def shallow_strands(rows: list[tuple[int, ...]], column: tuple[int, ...]) -> bool:
    """Whether the same holds of the windows that cells of a gradient share, strand by strand."""
    for *outer, below, beside in product(*(shares(axis) for axis in (*rows, column))):
        if kernels.strand_depth(prod(outer), below, beside, CHAIN) > pairwise(prod(outer) * below * beside):
            return False
    return True


def single(wide: dict) -> tuple[dict, dict]:
    """Return the recipe that adds up in float32, and the one that mends what overflows by adding up in float64."""
    return wide | {"acc": "float32", "odd_bits": (0x7F800000, 0x7F800000), "chain": CHAIN}, wide | {"p": -1.0}


def additive(kind: str, name: str, result: str, taps: int, tree: bool, p: float) -> tuple[dict, dict | None]:
    """Return the recipe of sums, averages and norms: exact integers as wide as need be, floats as a tree or in float64."""
    name = "uint8" if name == "bool" else name
    finish = {"sum": "total", "avg": "mean", "lp": "rootp"}[kind]
    zeros = {"neutral": bytes(16)}
    if kind == "lp":
        direct = name in ("float32", "float64") and p in (1.0, 2.0, inf)
        recipe = zeros | {"cell": name if direct else "float64", "acc": "float64", "result": result}
        recipe |= {} if direct else {"convert": "real", "source": name}
        if p == 2:
            return recipe | {"kind": "square", "finish": "root"}, None
        if p == 1:
            return recipe | {"kind": "magnitude", "finish": "total"}, None
        if p == inf:
            return recipe | {"kind": "peak", "finish": "total"}, None
        return recipe | {"kind": "sum", "p": p, "finish": finish}, None
    recipe = zeros | {"kind": "sum", "finish": finish, "result": "int64" if result == "uint64" and kind == "sum" else result}
    if name in ("float16", "bfloat16"):
        acc = "float32" if result == name and taps <= 4096 else "float64"
        return recipe | {"convert": "real", "source": name, "cell": acc, "acc": acc}, None
    if name.startswith("float"):
        wide = recipe | {"cell": name, "acc": "float64"}
        return single(wide) if name == result == "float32" and tree else (wide, None)
    if result == "float64" and kind == "sum":
        return recipe | {"convert": "real", "source": name, "cell": "float64", "acc": "float64"}, None
    bits = np.iinfo(name).bits
    beyond = kind == "avg" and bits < 64 and result == "int64"
    if bits == 8 and taps <= 256 and not beyond:
        return recipe | {"cell": name, "acc": "uint16" if name == "uint8" else "int16"}, None
    narrow = kind == "avg" and result in ("int8", "uint8", "bool")                    # divided in float32
    if bits < 32 and taps <= (2**15 if narrow else 2 ** (31 - bits)) and not beyond:
        return recipe | {"cell": name, "acc": "int32"}, None
    if bits < 32:
        return recipe | {"convert": "order", "source": name, "cell": "int32", "acc": "int64"}, None
    if kind == "sum" or bits == 32 and taps <= 2**19:
        return recipe | {"cell": name, "acc": "int64"}, None
    if bits == 32:
        return recipe | {"cell": name, "acc": "wide"}, None
    return recipe | {"cell": name, "acc": "int64", "watch": True, "bound": 2**51 // taps}, recipe | {"cell": name, "acc": "wide"}


# ---- the canonical form: rows of columns x inner cells, whatever the dimensions and the layout.


class Loop(NamedTuple):
    """One axis of an array in memory order; `windows` is None where it isn't pooled."""

    length: int
    step: int
    windows: Windows | None
    plane: int

    def merged(self, inner: "Loop", indices: Any) -> "Loop | None":
        """Return this axis and the next as one, None if they can't be. Indices count in planes, "window" ones in windows."""
        if self.step != inner.length * inner.step:
            return None
        length, a, b = self.length * inner.length, self.windows, inner.windows
        if a is None and b is None:
            return Loop(length, inner.step, None, 0)
        if indices is None:
            return None
        if indices == "window":
            planes = a is None and b and b.out * b.stride == b.length       # checked indices never cross a plane's edge
            return Loop(length, inner.step, b._replace(length=self.length * b.length, out=length), inner.plane) if b and planes else None
        if a and b and a.out == b.out == 1 and a.tiles and b.tiles:      # global pooling
            return Loop(length, inner.step, Windows(length, length, length, 1, 0, 0, 1), inner.plane)
        if a is None and b and b.tiles and not indices:                                  # windows never cross a plane's edge
            return Loop(length, inner.step, Windows(length, b.kernel, b.kernel, 1, 0, 0, self.length * b.out), 0)
        return None


class Layout(NamedTuple):
    """A plan, and what its results look like."""

    plan: Any
    shape: tuple[int, ...]
    dtype: np.dtype
    final: np.dtype  # what the caller gets
    order: tuple[int, ...] | None  # axes of the result, slowest first; None for C order
    copies: bool  # x has to be made contiguous first
    code: np.dtype | None  # of the indices
    turned: tuple[int, ...] | None = None  # how results are to lie, where positions had to be counted in another order


def memory_order(strides: tuple[int, ...], shape: tuple[int, ...], axes: tuple[int, ...], indices: bool) -> list[int]:
    """Return the axes, slowest first. Indices count in the order of `axes`, and so must the rows then."""
    every = range(len(shape))
    order = list(every)
    if all(strides[a] for a in every if shape[a] > 1):
        long = [a for a in every if shape[a] > 1]         # an axis of length 1 may stand anywhere
        slowest = sorted(long, key=lambda a: -abs(strides[a]))
        if long != slowest:
            order = slowest + [a for a in every if shape[a] <= 1]
    if indices and [a for a in order if a in axes] != list(axes):
        order = [a for a in every if a not in axes] + list(axes)
    return order


def natural_order(order: list[int], strides: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the order in memory where it isn't `order`."""
    natural = memory_order(strides, shape, (), False)
    return None if natural == order else tuple(natural)


def canonical(
    shape: tuple[int, ...], strides: tuple[int, ...], axes: tuple[int, ...], along: tuple[Windows, ...], order: list[int], indices: Any,
    itemsize: int = 4, overlaps: bool = False,
) -> tuple[list[Loop], Loop, Loop] | None:  # fmt: skip
    """Return the loops over rows, the column and the inner cells; None if x must be made contiguous first.

    A single window has a stride that wouldn't let it overlap; or else the least, so that its cells ask it in few strands.
    """
    counted = [w.kernel for w in along] if indices == "window" else [shape[axis] for axis in axes]
    planes = {axis: prod(counted[at + 1 :]) for at, axis in enumerate(axes)}
    pooled = {axis: w.simplest(overlaps) for axis, w in zip(axes, along, strict=True)}
    loops: list[Loop] = []
    for axis in reversed(order):
        if axis not in pooled and shape[axis] == 1:
            continue
        loop = Loop(shape[axis], strides[axis], pooled.get(axis), planes.get(axis, 0))
        merged = loop.merged(loops[-1], indices) if loops else None
        if merged:
            loops[-1] = merged
        else:
            loops.append(loop)
    at = next(i for i, loop in enumerate(loops) if loop.windows)
    if at > 1:
        return None
    inner = loops.pop(0) if at else Loop(1, 0, None, 0)
    w = loops[0].windows
    assert w is not None
    least = WIDE_INNER // itemsize if w.stride >= w.kernel == 2 else 4 * LARGE_INNER if w.stride < w.kernel <= 3 else LARGE_INNER
    if inner.length >= least or w.reach > 4 * w.length + 4096:                # windows reach over rows of `inner` cells
        column = Loop(inner.length, inner.step, Windows(inner.length, 1, 1, 1, 0, 0, inner.length), 0)
        inner = Loop(1, 0, None, 0)
    else:
        column = loops.pop(0)
    if not loops:
        loops.append(Loop(1, 0, None, 0))
    return loops[::-1], column, inner


def numbers(loop: Loop, include_pad: bool | None) -> tuple[int, ...]:
    """Return a loop as the kernels' `Axis`."""
    w = loop.windows or Windows(loop.length, 1, 1, 1, 0, 0, loop.length)
    limit = w.limit(True) if include_pad else 0
    return w.length, w.kernel, w.stride, w.dilation, w.before, limit, w.out, 0, loop.step, loop.plane


PAIRED = ("int8", "uint8", "int16", "uint16")  # sums read two such neighbours as one cell


def paired(above: Loop, column: Loop, inner: Loop, itemsize: int) -> bool:
    """Whether windows are made of whole pairs of neighbours, and rows stand whole pairs apart, or are long enough to go one by one."""
    w, rows = column.windows, above.windows
    if inner.length > 1 or not w or not w.stride or w.dilation > 1 or (w.kernel | w.stride | w.before) & 1:
        return False
    if w.length % 2 and (w.out - 1) * w.stride - w.before + w.kernel > w.length:
        return False
    step = above.step * (rows.stride if rows and rows.stride >= rows.kernel else 1)
    return step % (2 * itemsize) == 0 or w.length >= 1024


def by_pairs(recipe: dict, column: tuple[int, ...], taps: int) -> tuple[dict, tuple[int, ...]]:
    """Return a recipe of sums, and its column, in pairs; those of `taps` cells, all inside the input, may be means without a sum."""
    length, kernel, stride, _, before, _, out, _, step, _ = column
    cell = recipe["cell"]
    recipe = recipe | {"cell": f"{cell}x2"}
    if taps in (2, 4) and kernel == stride == 2 and recipe["result"] == cell in ("int8", "uint8"):
        recipe |= {"kind": "mean", "acc": cell, "finish": None}
    return recipe, (length // 2, kernel // 2, stride // 2, 1, before // 2, 0, out, 0, 2 * step, 0)


def furthest_place(lengths: list[int], along: tuple[Windows, ...], flat: bool) -> int:
    """Return how far the last cell of a window stands behind its first, in the window or in the plane."""
    steps = [prod(lengths[a + 1 :]) * w.dilation if flat else prod(v.kernel for v in along[a + 1 :]) for a, w in enumerate(along)]
    return sum((w.kernel - 1) * step for w, step in zip(along, steps, strict=True))


def smallest_code(along: tuple[Windows, ...]) -> np.dtype:
    """Return the dtype that counts a window's cells."""
    cells = prod(w.kernel for w in along)
    if cells > 2**32:
        raise ValueError(f"return_indices='window' counts up to 2**32 cells of a window, got {cells}: ask for True")
    return np.min_scalar_type(cells - 1)


def result_dtypes(kind: str, dtype: np.dtype, wanted: Any) -> tuple[np.dtype, np.dtype]:
    """Return the dtype that the kernels give, and the one that the caller gets."""
    own = dtype if dtype.isnative else dtype.newbyteorder("=")                # the same object where nothing is to be changed
    if kind in ("max", "min"):
        return own, dtype
    real = own.kind in "fV"
    default = own if real else np.dtype("float64") if kind != "sum" else np.dtype("uint64" if own.kind == "u" else "int64")
    if wanted is None:
        return default, default
    if name_of(wanted, "dtype") == "bool" or wanted.kind in "iu" and (real or kind == "lp"):
        raise TypeError(f"dtype {wanted} can't hold the {kind} of {dtype}")
    if wanted.kind in "iu":
        return own if kind == "avg" and own.kind != "b" else np.dtype("uint8") if kind == "avg" else default, wanted
    return own if wanted == own else np.dtype("float64"), wanted


def is_dense(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int, order: list[int]) -> bool:
    """Whether the cells follow each other without a gap."""
    for axis in reversed(order):
        if shape[axis] > 1 and strides[axis] != itemsize:
            return False
        itemsize *= shape[axis]
    return True


def packed(shape: tuple[int, ...], order: list[int], itemsize: int) -> tuple[int, ...]:
    """Return the strides of an array without gaps."""
    return tuple(itemsize * prod(shape[b] for b in order[order.index(a) + 1 :]) for a in range(len(shape)))


def gathered(aligned: bool, dtype: np.dtype, column: Loop, inner: Loop) -> bool:
    """Whether rows have to be brought together before the kernels can read them."""
    if not aligned or not dtype.isnative:
        return True
    apart = column.length > 1 and column.step != inner.length * dtype.itemsize
    return apart or inner.length > 1 and inner.step != dtype.itemsize


@lru_cache(maxsize=1024)
def plan(
    kind: str, place: Place, args: tuple[Any, ...], shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype, aligned: bool,
    indices: Any, include_pad: bool, divisor: int | None, wanted: Any, p: float,
) -> Layout:  # fmt: skip
    """Plan one kind of pooling for arrays of one sort; `place(shape, *args)` says where the windows are."""
    axes, along = place(shape, *args)
    if indices != "window":                                 # which count a window's cells, padding and all
        along = tuple(w.regular for w in along)
    name = name_of(dtype)
    averages = kind == "avg"
    if averages:
        _geometry.refuse_uncountable(along)
    if kind in ("max", "min") and include_pad or averages and divisor is None:
        _geometry.refuse_empty(axes, along, averages and include_pad)
    result, final = result_dtypes(kind, dtype, wanted)
    if averages and divisor is not None and result.kind in "iu" and result.itemsize < 8 and divisor < _geometry.taps(along):
        result = np.dtype("int64")  # beyond the largest cell, or negative
    shape_out = _geometry.pooled_shape(shape, axes, along)
    refuse_large(shape_out, final)
    ranks = code = None
    if indices:
        refuse_large(shape_out, np.dtype("int64"))
        code = np.dtype("int64") if indices is True else smallest_code(along)
        quick, careful, ranks = indexed(kind, name, code.name, furthest_place([shape[axis] for axis in axes], along, indices is True))
    elif kind in ("max", "min"):
        quick, careful = extreme(kind, name)
    order = memory_order(strides, shape, axes, bool(indices))
    if not prod(shape):
        return Layout(None, shape_out, result, final, None, False, code)
    form = canonical(shape, strides, axes, along, order, bool(indices), 4 if indices else dtype.itemsize)
    natural = None if order == sorted(order) else tuple(order)
    if form is None:
        return Layout(None, shape_out, result, final, natural, True, code)
    loops, column, inner = form
    kernel_axes, kernel_column = [numbers(loop, include_pad) for loop in loops], numbers(column, include_pad)
    gathers = gathered(aligned, dtype, column, inner)
    if kind not in ("max", "min"):
        tree = shallow(kernel_axes, kernel_column, inner.length, gathers)
        quick, careful = additive(kind, name, name_of(result), max(1, _geometry.taps(along)), tree, p)
    fixed = divisor if divisor is not None else prod(w.kernel for w in along) if all(w.uniform(include_pad) for w in along) else 0
    pairs = quick["kind"] == "sum" and quick["cell"] in PAIRED and (fixed or not averages) and not gathers
    if pairs and paired(loops[-1], column, inner, dtype.itemsize):
        inside = averages and all(w.uniform(False) and w.stride >= w.kernel for w in along)                # rows that windows share may be joined
        quick, kernel_column = by_pairs(quick, kernel_column, fixed if inside and fixed == _geometry.taps(along) else 0)
    made = kernels.Plan(
        kernel_axes, kernel_column, inner.length, inner.step, dtype.itemsize, gathers,
        not dtype.isnative, not gathers and is_dense(shape, strides, dtype.itemsize, order), fixed if averages else 0, quick, careful, ranks,
    )  # fmt: skip
    return Layout(made, shape_out, result, final, natural, False, code, natural_order(order, strides, shape))


def as_given(shape: tuple[int, ...], axes: tuple[int, ...], along: tuple[Windows, ...]) -> tuple[tuple[int, ...], tuple[Windows, ...]]:
    """Place windows where they are already known to be."""
    return axes, along


# ---- one call, down and up.


def refuse_large(shape: tuple[int, ...], dtype: np.dtype) -> None:
    """Raise for a result that no memory can hold, before any kernel counts its cells."""
    if prod(shape) * dtype.itemsize > sys.maxsize:
        raise MemoryError(f"a result of shape {shape} and dtype {dtype} does not fit in memory")


def empty(shape: tuple[int, ...], dtype: np.dtype, order: tuple[int, ...] | None) -> np.ndarray:
    """Allocate a result whose axes lie in memory as `order` says."""
    if order is None:
        return np.empty(shape, dtype)
    return np.empty([shape[a] for a in order], dtype).transpose(sorted(order, key=order.__getitem__))


def meets_itself(out: np.ndarray) -> bool:
    """Whether cells may share memory: those of slices and transposes don't, as each step passes all that smaller steps reach."""
    reached = out.itemsize
    for step, length in sorted((abs(step), length) for step, length in zip(out.strides, out.shape, strict=True) if length > 1):
        if step < reached:
            return True
        reached += step * (length - 1)
    return False


def usable(out: Any, shape: tuple[int, ...], dtype: np.dtype, *inputs: np.ndarray) -> None:
    """Raise unless `out` can take the result."""
    if not isinstance(out, np.ndarray) or isinstance(out, np.ma.MaskedArray):
        raise TypeError(f"out must be a NumPy array, got {type(out).__name__}")
    if out.shape != shape:
        raise ValueError(f"out must have shape {shape}, got {out.shape}")
    if out.dtype != dtype:
        raise TypeError(f"out must have dtype {dtype}, got {out.dtype}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable, got a read-only array")
    if not out.flags.forc and out.size and meets_itself(out):
        raise ValueError(f"out must have a place for every cell, got shape {out.shape} and strides {out.strides}")
    for x in inputs:
        if np.may_share_memory(out, x):
            raise ValueError("out must not overlap an input")


def lies_in(order: tuple[int, ...] | None, out: np.ndarray) -> bool:
    """Whether the kernels can write `out` as it lies."""
    flags = (out if order is None else out.transpose(order)).flags
    return flags.c_contiguous and flags.aligned and out.dtype.isnative


def pool(
    kind: str, place: Place, args: tuple[Any, ...], x: np.ndarray, out: Any, n_threads: Any,
    indices: Any = False, include_pad: bool = True, divisor: int | None = None, wanted: Any = None, p: float = 2.0,
) -> Any:  # fmt: skip
    """Plan (once for all calls alike), allocate, call the kernels."""
    n_threads, shape = asked(n_threads), x.shape
    planned = plan if settled(args) else plan.__wrapped__
    how = planned(kind, place, args, shape, x.strides, x.dtype, x.flags.aligned, indices, include_pad, divisor, wanted, p)
    if x.shape != shape:
        steady(x, tuple(range(len(shape))), list(shape))
    if how.copies:
        x = repacked(x, how.order)
        how = planned(kind, place, args, x.shape, x.strides, x.dtype, True, indices, include_pad, divisor, wanted, p)
    if out is not None:
        usable(out, how.shape, how.final, x)
    direct = out is not None and how.dtype == how.final and lies_in(how.order, out)
    result = out if direct else empty(how.shape, how.dtype, how.order)
    at = empty(how.shape, how.code, how.order) if how.code else None
    n = resolve(n_threads, how.plan.useful_threads if how.plan else 1)
    if result.size:
        if how.plan:
            how.plan(x, result, at, n)
        else:
            result.fill(0)
    if at is None and out is None and how.dtype is how.final:                # most calls; what follows costs a tenth of a small one
        return result
    result = delivered(result, how, out, direct)
    if at is None:
        return result
    return result if out is not None else turned(result, how), turned(at, how)


def steady(array: np.ndarray, axes: tuple[int, ...], lengths: list[int], *alike: np.ndarray) -> None:
    """Raise if an argument's own code has resized an array meanwhile: from here on there is none that could."""
    kept = array.ndim > max(axes) and [array.shape[axis] for axis in axes] == lengths
    if not kept or any(other.shape != array.shape for other in alike):
        raise ValueError(f"x and all other arrays must keep their shapes during the call, got one resized to {array.shape}")


def delivered(result: np.ndarray, how: Layout, out: Any, direct: bool) -> np.ndarray:
    """Return the result as the caller wants it, and where."""
    if direct or out is None and how.dtype is how.final:
        return result
    if how.dtype.newbyteorder("S") == how.final and out is None:
        return result.byteswap(inplace=True).view(how.final)
    if how.dtype != how.final:
        with np.errstate(all="ignore"):                     # overflow to infinity, as in the kernels
            result = result.astype(how.final)
    if out is None:
        return result
    out[...] = result
    return out


def filled(
    how: Layout, out: Any, n_threads: int | None, inputs: tuple[np.ndarray, ...], x: np.ndarray, codes: np.ndarray | None, *like: np.ndarray
) -> np.ndarray:
    """Allocate a gradient, call the kernels, deliver it."""
    if out is not None:
        usable(out, how.shape, how.final, *inputs)
    direct = out is not None and how.dtype == how.final and lies_in(how.order, out)
    result = out if direct else empty(how.shape, how.dtype, how.order)
    if how.plan:
        how.plan(x, result, codes, resolve(n_threads, how.plan.useful_threads), *like)
    elif result.size:
        result.fill(0)
    if out is None and how.turned is None and how.dtype is how.final:
        return result
    result = delivered(result, how, out, direct)
    return turned(result, how) if out is None else result


def contiguous(x: np.ndarray, order: tuple[int, ...] | None) -> np.ndarray:
    """Return `x` with its axes in the order given, C-contiguous, aligned and native."""
    y = x if order is None else x.transpose(order)
    if y.flags.c_contiguous and y.flags.aligned and y.dtype.isnative:
        return y
    return np.require(y, y.dtype.newbyteorder("="), ["C", "A"])


def repacked(x: np.ndarray, order: tuple[int, ...] | None) -> np.ndarray:
    """Return `x` itself, native, with its axes lying in memory in the order given."""
    y = contiguous(x, order)
    return y if order is None else y.transpose(np.argsort(order))


def turned(result: np.ndarray, how: Layout) -> np.ndarray:
    """Return a result that was made in the order in which positions count as it is to lie in memory."""
    if how.turned is None:
        return result
    return np.ascontiguousarray(result.transpose(how.turned)).transpose(np.argsort(how.turned))


# ---- backward: gradients go the way back, by the same windows.


def mirrored(loop: Loop, strands: bool = False) -> tuple[int, ...]:
    """Return the windows that share each cell of the input as the kernels' `Axis`: what forward reads, backward writes.

    At a stride of 1, and for adaptive bins, they are windows again; at others, or where the kernels are to go strand by strand,
    those that share one cell are told from those that share the next.
    """
    w = loop.windows or Windows(loop.length, 1, 1, 1, 0, 0, loop.length)
    if not w.stride:
        length, out = w.out, w.length
        return length, -(-length // out) + (length % out > gcd(length, out)), 0, 1, 0, 0, out, 0, loop.step, 0
    if w.stride == 1 and not strands:
        return w.out, w.kernel, 1, w.dilation, (w.kernel - 1) * w.dilation - w.before, 0, w.length, 0, loop.step, 0
    return w.out, w.kernel, w.stride, w.dilation // gcd(w.stride, w.dilation), w.before, 0, w.length, w.dilation, loop.step, 0


def shares(axis: tuple[int, ...]) -> list[int]:
    """Return how many windows of a mirrored axis cells share, in rising order."""
    length, kernel, stride, _, _, _, out, spacing, _, _ = axis
    if spacing:
        each, more = divmod(kernel, stride // gcd(stride, spacing))
        return sorted({each, each + (more > 0), each * (gcd(stride, spacing) == 1)})
    if not stride and length % out > gcd(length, out):
        return [kernel - 1, kernel]
    return [kernel]


@lru_cache(maxsize=1024)
def gradient_plan(
    kind: str, shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype, aligned: bool,
    axes: tuple[int, ...], along: tuple[Windows, ...], include_pad: bool = True, divisor: int | None = None, p: float = 2.0,
) -> Layout:  # fmt: skip
    """Plan the backward of average, sum and Lp for gradients of one sort; `shape` is theirs."""
    along = tuple(w.regular for w in along)
    name = name_of(dtype)
    if kind == "avg":
        _geometry.refuse_uncountable(along)
    if kind == "avg" and divisor is None:
        _geometry.refuse_empty(axes, along, include_pad)
    grown = _geometry.grown_shape(shape, axes, along)
    refuse_large(grown, dtype)
    order = memory_order(strides, shape, axes, False)
    own = dtype.newbyteorder("=")
    natural = None if order == sorted(order) else tuple(order)
    if not prod(shape) or not prod(grown):
        return Layout(None, grown, own, own, natural, False, None)
    form = canonical(shape, strides, axes, along, order, None)
    if form is None:
        return Layout(None, grown, own, own, natural, True, None)
    rows, column, inner = form
    fixed = divisor if divisor is not None else prod(w.kernel for w in along) if all(w.uniform(include_pad) for w in along) else 0
    counts = kind == "avg" and not fixed
    strands = kind == "lp" or counts or any(loop.windows and loop.windows.stride != 1 for loop in (rows[-1], column))
    if strands and rows[-1].windows and rows[-1].windows.reach > 4 * rows[-1].length + 4096:
        rows = [*rows, Loop(1, 0, None, 0)]                 # sheets have room for all rows that windows reach over
    counted = [numbers(loop, include_pad) for loop in (*rows, column)] if counts else None
    kernel_axes = [mirrored(loop, strands and loop is rows[-1]) for loop in rows]
    kernel_column = mirrored(column, strands)
    gathers = gathered(aligned, dtype, column, inner)
    careful = None
    if kind == "lp":
        recipe = {"kind": "sum", "convert": "real", "source": name, "cell": "float64", "acc": "float64", "finish": "slope",
                  "result": name, "neutral": bytes(16), "p": p}  # fmt: skip
    else:
        taps = prod(max(shares(axis)) for axis in (*kernel_axes, kernel_column))
        tree = shallow_strands(kernel_axes, kernel_column) if strands else shallow(kernel_axes, kernel_column, inner.length, gathers)
        recipe, careful = additive("avg" if kind == "avg" and fixed else "sum", name, name, taps, tree, p)
        if strands and careful:
            recipe |= {"odd_bits": (0x70000000, 0x70000000)}                # gradients are watched, not sums: from 2**97 on
        if counted:
            recipe |= {"convert": "real", "source": name, "cell": recipe["acc"]}
            careful = careful and careful | {"convert": "real", "source": name, "cell": "float64"}
    made = kernels.Plan(
        kernel_axes, kernel_column, inner.length, inner.step, dtype.itemsize,
        gathers, not dtype.isnative, not gathers and is_dense(shape, strides, dtype.itemsize, order), fixed if kind == "avg" else 0, recipe, careful,
        widths=(shares(kernel_axes[-1]), shares(kernel_column)) if strands else None, counted=counted,
    )  # fmt: skip
    return Layout(made, grown, own, own, natural, False, None)


def gradient(
    kind: str, g: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...], out: Any, n_threads: Any,
    x: np.ndarray | None = None, y: np.ndarray | None = None, include_pad: bool = True, divisor: int | None = None, p: float = 2.0,
) -> np.ndarray:  # fmt: skip
    """Backward of average, sum and Lp."""
    given, n_threads = g.shape, asked(n_threads)
    if g.shape != given:
        steady(g, axes, [w.out for w in along])
    how = gradient_plan(kind, g.shape, g.strides, g.dtype, g.flags.aligned, axes, along, include_pad, divisor, p)
    inputs: tuple[np.ndarray, ...] = (g,)
    like: list[np.ndarray] = []
    if x is not None and y is not None:
        steady(g, axes, [w.out for w in along], y)
        steady(x, tuple(range(g.ndim)), list(_geometry.grown_shape(g.shape, axes, along)))
        inputs = (g, x, y)
        with np.errstate(all="ignore"):
            like = [contiguous(a.astype(how.dtype, copy=False), how.order) for a in (y, x)]
    same = repacked(g, how.order) if how.copies or like else g
    if same is not g:
        how = gradient_plan(kind, same.shape, same.strides, same.dtype, True, axes, along, include_pad, divisor, p)
    return filled(how, out, n_threads, inputs, same, None, *like)


@lru_cache(maxsize=1024)
def sending_plan(
    shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype, flat: bool, add: bool,
    axes: tuple[int, ...], along: tuple[Windows, ...],
) -> Layout:  # fmt: skip
    """Plan the backward of max and min, or unpooling, of gradients of this shape, from indices that are flat, or in their windows.

    Each cell asks which of its windows it won; where that takes longer, windows are sent to their cells one by one, plane by plane.
    """
    grown, own = _geometry.grown_shape(shape, axes, along), dtype.newbyteorder("=")
    refuse_large(grown, dtype)
    final = own if add else dtype
    if not prod(shape) or not prod(grown):
        return Layout(None, grown, own, final, None, False, None)
    if flat or not asks(shape, strides, dtype.itemsize, add, axes, along):
        natural, planes, inner = plane_order(shape, strides, axes)
        code = np.dtype("int64") if flat else smallest_code(along)
        sending = kernels.Scatter(in_plane(along), planes, inner, name_of(own), code.itemsize, add)
        return Layout(sending, grown, own, final, natural, False, code, natural_order(list(natural or range(len(shape))), strides, shape))
    order = memory_order(strides, shape, axes, True)
    form = canonical(shape, packed(shape, order, 1), axes, along, order, "window", overlaps=True)
    assert form is not None
    rows, column, inner_loop = form
    asking = kernels.MaxGradient(
        [choosing(loop) for loop in rows], numbers(rows[-1], None), numbers(column, None), inner_loop.length,
        name_of(own) if add else f"float{8 * own.itemsize}", add,
    )  # fmt: skip
    natural = None if order == sorted(order) else tuple(order)
    return Layout(asking, grown, own, final, natural, False, np.dtype("uint8"), natural_order(order, strides, shape))


def choosing(loop: Loop) -> tuple[int, ...]:
    """Return the windows that share each cell of a row axis, so that the tap of each is known."""
    w = loop.windows or Windows(loop.length, 1, 1, 1, 0, 0, loop.length)
    apart = w.dilation // gcd(w.stride, w.dilation)
    return w.out, w.kernel, w.stride, apart, w.before, 0, w.length, w.dilation, loop.step, loop.plane


NOT_GIVEN = object()


@overload
def gradients(
    g: Any, shape: tuple[int, ...] | None, axes: tuple[int, ...], along: tuple[Windows, ...], *, name: str = ...
) -> tuple[np.ndarray]: ...
@overload
def gradients(
    g: Any, shape: tuple[int, ...] | None, axes: tuple[int, ...], along: tuple[Windows, ...], *, indices: Any = ..., y: Any = ..., name: str = ...
) -> tuple[np.ndarray, np.ndarray]: ...
def gradients(
    g: Any, shape: tuple[int, ...] | None, axes: tuple[int, ...], along: tuple[Windows, ...], *, indices: Any = NOT_GIVEN, y: Any = NOT_GIVEN,
    name: str = "grad_output",
) -> Any:  # fmt: skip
    """Take in a gradient and what comes with it: floats, of the shape that pooling `shape` gives; indices that point inside."""
    g = intake(g, name)
    other = y if indices is NOT_GIVEN else indices
    if other is NOT_GIVEN:
        refuse_misfit(g.shape, g.dtype, shape, axes, along, name)
        return (g,)
    other = intake(other, "y" if indices is NOT_GIVEN else "indices")       # its own code runs before anything is looked at
    refuse_misfit(g.shape, g.dtype, shape, axes, along, name)
    if indices is NOT_GIVEN:
        name_of(other.dtype, "y")
        if other.shape != g.shape:
            raise ValueError(f"y must have shape {g.shape}, got {other.shape}")
        return g, other
    if shape is not None:
        _geometry.refuse_empty(axes, along)
    if other.shape != g.shape:
        raise ValueError(f"indices must have shape {g.shape}, as {name} has, got {other.shape}")
    check_indices(other, axes, along)
    return g, other


@lru_cache(maxsize=1024)
def refuse_misfit(
    given: tuple[int, ...], dtype: np.dtype, shape: tuple[int, ...] | None, axes: tuple[int, ...], along: tuple[Windows, ...], name: str
) -> None:
    """Raise unless gradients of this shape and dtype are those of what pooling `shape` gives."""
    name_of(dtype, name)
    if shape is None:
        return
    if dtype.kind not in "fV":
        raise TypeError(f"{name} must be of a floating-point type, got {dtype}")
    if given != _geometry.pooled_shape(shape, axes, along):
        raise ValueError(f"{name} must have shape {_geometry.pooled_shape(shape, axes, along)} for an input of {shape}, got {given}")


def norm_gradient(
    g: np.ndarray, x: np.ndarray, y: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...], p: float, out: Any, n_threads: Any
) -> np.ndarray:
    """Backward of Lp. The norm of infinite order is a maximum: all goes to the first cell that has it, with its sign."""
    name_of(x.dtype)
    if p < inf:
        return gradient("lp", g, axes, along, out, n_threads, x, y, p=p)
    _, winners = pool("max", as_given, (axes, along), np.abs(x), None, n_threads, "window", include_pad=False)    # empty windows have y = 0
    dx = sent(np.where(y == 0, g.dtype.type(0), g), winners, axes, along, True, None, n_threads)
    with np.errstate(all="ignore"):                         # infinity times 0 is NaN, quietly, as in the kernels
        dx *= np.sign(x).astype(g.dtype)
    if out is None:
        return dx
    usable(out, dx.shape, dx.dtype, g, x, y)
    out[...] = dx
    return out


@lru_cache(maxsize=1024)
def plane_order(
    shape: tuple[int, ...], strides: tuple[int, ...], axes: tuple[int, ...]
) -> tuple[tuple[int, ...] | None, int, int]:
    """Return the order of axes in which each plane lies together, the number of planes, and of free cells inside them."""
    order = memory_order(strides, shape, axes, True)
    places = [order.index(axis) for axis in axes]
    if places != list(range(places[0], places[0] + len(axes))):
        order = [axis for axis in order if axis not in axes] + list(axes)
        places = [order.index(axis) for axis in axes]
    lengths = [shape[axis] for axis in order]
    return None if order == sorted(order) else tuple(order), prod(lengths[: places[0]]), prod(lengths[places[-1] + 1 :])


@lru_cache(maxsize=1024)
def bringing_plan(
    shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype, flat: bool, axes: tuple[int, ...], along: tuple[Windows, ...]
) -> Layout:
    """Plan the backward of `sending_plan`'s: values come from the cells that indices name. The shape is that of the cells."""
    pooled, own, code = _geometry.pooled_shape(shape, axes, along), dtype.newbyteorder("="), np.dtype("int64") if flat else smallest_code(along)
    natural, planes, inner = plane_order(shape, strides, axes)
    made = kernels.Scatter(in_plane(along), planes, inner, name_of(own), code.itemsize, False, True) if prod(pooled) else None
    return Layout(made, pooled, own, own, natural, False, code)


def double_gradient(
    g: np.ndarray, indices: Any, axes: tuple[int, ...], along: tuple[Windows, ...], out: Any, n_threads: Any
) -> np.ndarray:
    """Backward of the backward of max and min: what stands at the indices."""
    n_threads, indices = asked(n_threads), intake(indices, "indices")
    steady(g, axes, [w.length for w in along])
    name_of(g.dtype, "grad_grad_input")
    if g.dtype.kind not in "fV":
        raise TypeError(f"grad_grad_input must be of a floating-point type, got {g.dtype}")
    shape = _geometry.pooled_shape(g.shape, axes, along)
    if indices.shape != shape:
        raise ValueError(f"indices must have shape {shape}, got {indices.shape}")
    check_indices(indices, axes, along)
    how = bringing_plan(g.shape, g.strides, g.dtype, indices.dtype.kind == "i", axes, along)
    codes = contiguous(indices.astype(how.code, copy=False), how.order)
    return filled(how, out, n_threads, (g, indices), contiguous(g, how.order), codes)


GATHERED = 64  # taps of windows, and cells from one to the next, up to which each cell can be asked which of its windows it won
SUMS = 2**18  # bytes of float32 for the sums of a plane of halves; of larger ones each cell is asked, if it can be


def first_wrong(wrong: np.ndarray, indices: np.ndarray, rule: str) -> None:
    """Raise for the first index that `wrong` marks."""
    places = np.argwhere(wrong)
    if not len(places):
        raise ValueError(f"indices must be {rule}, but changed during the call")
    place = tuple(int(i) for i in places[0])
    raise ValueError(f"indices must be {rule}, got {indices[place]} at {place}")


def check_indices(indices: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...]) -> None:
    """Raise unless every index names a cell of the plane, or a tap of its window inside the input."""
    if indices.dtype.kind not in "iu":
        raise TypeError(f"indices must be signed (flat in the plane) or unsigned (inside the window) integers, got {indices.dtype}")
    if not indices.size:
        return
    stray, code, order = inspection(indices.shape, indices.strides, indices.dtype, axes, along)
    if indices.dtype.itemsize != code.itemsize:             # of other integers than `max_pool` returns
        if indices.max() >= prod(w.kernel for w in along):
            refuse_strays(indices, axes, along)
        indices = indices.astype(code)
    if stray(contiguous(indices, order)):
        refuse_strays(indices, axes, along)


@lru_cache(maxsize=1024)
def inspection(
    shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype, axes: tuple[int, ...], along: tuple[Windows, ...]
) -> tuple[Any, np.dtype, tuple[int, ...] | None]:
    """Return what tells whether some indices name no cell, and in which dtype and order it takes them."""
    order = memory_order(strides, shape, (), False)
    natural, lengths = None if order == sorted(order) else tuple(order), [shape[axis] for axis in order]
    if dtype.kind == "i":
        return kernels.Stray([], min(prod(w.length for w in along), int(np.iinfo(dtype).max) + 1), dtype.itemsize), dtype, natural
    code, edges = smallest_code(along), []
    for at, (axis, w) in enumerate(zip(axes, along, strict=True)):
        if not w.uniform(False):                            # windows may stick out there; taps' codes are so far apart
            place, apart = order.index(axis), prod(v.kernel for v in along[at + 1 :])
            edges.append((prod(lengths[:place]), in_plane(along)[at], prod(lengths[place + 1 :]), apart))
    return kernels.Stray(edges, prod(w.kernel for w in along), code.itemsize), code, natural


def refuse_strays(indices: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...]) -> None:
    """Raise for the first index that names no cell."""
    if indices.dtype.kind == "i":
        cells = prod(w.length for w in along)
        first_wrong((indices < 0) | (indices >= cells), indices, f"between 0 and {cells - 1}, the last cell of a plane")
    cells = prod(w.kernel for w in along)
    wrong, rule = indices >= cells, f"between 0 and {cells - 1}, the last cell of a window"
    for axis, w in zip(axes, along, strict=True):
        if wrong.any():
            break
        cells //= w.kernel
        sides = [1] * indices.ndim
        sides[axis] = -1
        first, last = (taps.reshape(sides) for taps in tap_range(w))
        tap = indices // cells % w.kernel
        wrong, rule = (tap < first) | (tap >= last), "cells of their windows that lie inside the input"
    first_wrong(wrong, indices, rule)


@lru_cache(maxsize=1024)
def in_plane(along: tuple[Windows, ...]) -> tuple[tuple[int, ...], ...]:
    """Return windows as the kernels' `Axis`, wherever their axes lie."""
    return tuple(numbers(Loop(w.length, 0, w, 0), None) for w in along)


def starts(w: Windows) -> np.ndarray:
    """Return the position at which each window starts."""
    o = np.arange(w.out)
    return o * w.stride - w.before if w.stride else o * w.length // w.out


def tap_range(w: Windows) -> tuple[np.ndarray, np.ndarray]:
    """Return the first tap of each window inside the input, and the one behind the last."""
    start = starts(w)
    if not w.stride:
        return np.zeros_like(start), -(-(np.arange(w.out) + 1) * w.length // w.out) - start
    return np.maximum(0, -(start // w.dilation)), np.clip(-((start - w.length) // w.dilation), 0, w.kernel)


@lru_cache(maxsize=1024)
def asks(shape: tuple[int, ...], strides: tuple[int, ...], itemsize: int, add: bool, axes: tuple[int, ...], along: tuple[Windows, ...]) -> bool:
    """Whether each cell is to ask the windows that it lies in, rather than windows to be sent to their cells."""
    taps, apart = prod(w.kernel for w in along), prod(w.stride for w in along)
    if taps > GATHERED or not 0 < apart <= GATHERED or max(w.reach for w in along) >= 2**20 or not add and itemsize < 4:
        return False
    if taps * max(itemsize, 4) <= 128 and apart <= 4:  # measured: small windows that lie close together take longer one by one
        return True
    _, planes, inner = plane_order(shape, strides, axes)
    sums = 4 * prod(w.length for w in along) * inner if itemsize == 2 else 0
    return planes == 1 or sums > SUMS  # threads can share a plane, and halves need no room for their sums


def sent(
    values: np.ndarray, indices: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...], add: bool, out: Any, n_threads: Any
) -> np.ndarray:
    """Send values to the cells that `indices` name; add up what meets, or let the last one stay."""
    given, n_threads = values.shape, asked(n_threads)
    if not values.shape == indices.shape == given:
        steady(values, axes, [w.out for w in along], indices)
    how = sending_plan(values.shape, values.strides, values.dtype, indices.dtype.kind == "i", add, axes, along)
    codes = contiguous(indices.astype(how.code, copy=False), how.order) if how.plan else indices
    return filled(how, out, n_threads, (values, indices), contiguous(values, how.order), codes)
