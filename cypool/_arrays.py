"""From arrays to plans: intake, the canonical form, what each kind does to each dtype, and the results' memory."""

import sys
from functools import lru_cache
from math import inf, prod
from typing import Any, NamedTuple

import numpy as np

from . import _geometry
from ._build import kernels
from ._geometry import Windows
from ._threads import resolve

REAL = "biuf"
LARGE_INNER = 256  # so many free cells behind a column make a row of their own


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
    array = np.asarray(x)
    return array if type(array) is np.ndarray else array.view(np.ndarray)


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
        return ordered(kind, name, "int16"), None
    name = "uint8" if name == "bool" else name
    quick = {"kind": kind, "cell": name, "acc": name, "result": name, "neutral": limit_of(name, kind)}
    if not name.startswith("float"):
        return quick, None
    bits = "int32" if name == "float32" else "int64"
    quick |= {"watch": True, "odd_zero": int(np.iinfo(bits).min) if kind == "max" else 0}
    return quick, ordered(kind, name, bits)


def ranked(kind: str, name: str, code: str, wide: bool) -> dict:
    """Argmax over ranks; argmin over ranks reversed."""
    name = "uint8" if name == "bool" else name
    rank = "int64" if wide or name in ("int64", "uint64", "float64") else "int32"
    if wide and rank == "int64" and name not in ("int64", "uint64", "float64"):
        raise ValueError("return_indices can't count so large a window of this dtype: convert x to float64 or int64")
    return {
        "kind": "argmax", "convert": "order", "source": name, "cell": rank, "acc": rank, "result": code,
        "flip": 0 if kind == "max" else -1, "equal_zeros": True, "neutral": limit_of(rank, "max"),
    }  # fmt: skip


def additive(kind: str, name: str, result: str, taps: int, p: float) -> tuple[dict, dict | None]:
    """Sums, averages and norms: exact integers as wide as need be, float64 for the rest."""
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
        acc = "float32" if result == name else "float64"
        return recipe | {"convert": "real", "source": name, "cell": acc, "acc": acc}, None
    if name.startswith("float"):
        return recipe | {"cell": name, "acc": "float64"}, None
    if result == "float64" and kind == "sum":
        return recipe | {"convert": "real", "source": name, "cell": "float64", "acc": "float64"}, None
    bits = np.iinfo(name).bits
    if bits < 32 and taps <= 2 ** (12 if bits == 8 else 15):
        return recipe | {"cell": name, "acc": "int32"}, None
    if bits < 32:
        return recipe | {"convert": "order", "source": name, "cell": "int32", "acc": "int64"}, None
    if kind == "sum" or bits == 32 and taps <= 2**20:
        return recipe | {"cell": name, "acc": "int64"}, None
    if bits == 32:
        return recipe | {"cell": name, "acc": "wide"}, None
    return recipe | {"cell": name, "acc": "int64", "watch": True, "bound": 2**52 // taps}, recipe | {"cell": name, "acc": "wide"}


# ---- the canonical form: rows of columns x inner cells, whatever the dimensions and the layout.


class Loop(NamedTuple):
    """One axis of an array in memory order; `windows` is None where it isn't pooled."""

    length: int
    step: int
    windows: Windows | None
    plane: int

    def merged(self, inner: "Loop", keep_planes: bool) -> "Loop | None":
        """Return this axis and the next as one, None if they can't be."""
        if self.step != inner.length * inner.step:
            return None
        length, a, b = self.length * inner.length, self.windows, inner.windows
        if a is None and b is None:
            return Loop(length, inner.step, None, 0)
        if a and b and a.out == b.out == 1 and a.tiles and b.tiles and length <= 1024:      # global pooling
            return Loop(length, inner.step, Windows(length, length, length, 1, 0, 0, 1), inner.plane)
        if a is None and b and b.tiles and not keep_planes:                                  # windows never cross a plane's edge
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


def memory_order(strides: tuple[int, ...], shape: tuple[int, ...], axes: tuple[int, ...], indices: bool) -> list[int]:
    """Return the axes, slowest first. Indices count in the order of `axes`, and so must the rows then."""
    every = range(len(shape))
    order = list(every)
    if all(strides[a] for a in every if shape[a] > 1):
        order.sort(key=lambda a: -abs(strides[a]) if shape[a] > 1 else 0)
        order = [a for a in order if shape[a] > 1] + [a for a in order if shape[a] <= 1]
    if indices and [a for a in order if a in axes] != list(axes):
        order = [a for a in every if a not in axes] + list(axes)
    return order


def canonical(
    shape: tuple[int, ...], strides: tuple[int, ...], axes: tuple[int, ...], along: tuple[Windows, ...], order: list[int], indices: bool
) -> tuple[list[Loop], Loop, Loop] | None:
    """Return the loops over rows, the column and the inner cells; None if x must be made contiguous first."""
    planes = {axis: prod(shape[b] for b in axes[at + 1 :]) for at, axis in enumerate(axes)}
    pooled = dict(zip(axes, along, strict=True))
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
    if inner.length >= LARGE_INNER or w.reach > 4 * w.length + 4096:          # windows reach over rows of `inner` cells
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


def smallest_code(along: tuple[Windows, ...]) -> np.dtype:
    """Return the dtype that counts a window's cells."""
    cells = prod(w.kernel for w in along)
    if cells > 2**32:
        raise ValueError(f"return_indices='window' counts up to 2**32 cells of a window, got {cells}: ask for True")
    return np.min_scalar_type(cells - 1)


def result_dtypes(kind: str, dtype: np.dtype, wanted: Any) -> tuple[np.dtype, np.dtype]:
    """Return the dtype that the kernels give, and the one that the caller gets."""
    own = dtype.newbyteorder("=")
    if kind in ("max", "min"):
        return own, dtype
    real = own.kind in "fV"
    default = own if real else np.dtype("float64") if kind != "sum" else np.dtype("uint64" if own.kind == "u" else "int64")
    if wanted is None:
        return default, dtype if real else default
    wanted = np.dtype(wanted).newbyteorder("=")
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


@lru_cache(maxsize=1024)
def plan(
    kind: str, shape: tuple[int, ...], strides: tuple[int, ...], dtype: np.dtype, aligned: bool,
    axes: tuple[int, ...], along: tuple[Windows, ...],
    indices: Any = False, include_pad: bool = True, divisor: int | None = None, wanted: Any = None, p: float = 2.0,
) -> Layout:  # fmt: skip
    """Plan one kind of pooling for arrays of one sort."""
    name = name_of(dtype)
    averages = kind == "avg"
    if kind in ("max", "min") or averages and divisor is None:
        _geometry.refuse_empty(axes, along, averages and include_pad)
    result, final = result_dtypes(kind, dtype, wanted)
    shape_out = _geometry.pooled_shape(shape, axes, along)
    place = code = None
    if kind in ("max", "min"):
        quick, careful = extreme(kind, name)
        if indices:
            code = np.dtype("int64") if indices is True else smallest_code(along)
            rows = prod(w.kernel for w in along[:-1])
            place = ranked(kind, name, code.name, rows * 8 * max(4 * along[-1].reach, 16384) >= 2**31)
    else:
        quick, careful = additive(kind, name, name_of(result), _geometry.taps(along), p)
    order = memory_order(strides, shape, axes, bool(indices))
    if not prod(shape):
        return Layout(None, shape_out, result, final, None, False, code)
    form = canonical(shape, strides, axes, along, order, bool(indices))
    copies = form is None
    if form is None:
        strides = tuple(dtype.itemsize * prod(shape[b] for b in order[order.index(a) + 1 :]) for a in range(len(shape)))
        form = canonical(shape, strides, axes, along, order, bool(indices))
        assert form is not None
    rows, column, inner = form
    native = dtype.isnative
    gathers = not (aligned or copies) or not native or column.step != inner.length * dtype.itemsize and column.length > 1
    gathers |= inner.length > 1 and inner.step != dtype.itemsize
    fixed = divisor if divisor is not None else prod(w.kernel for w in along) if all(w.uniform(include_pad) for w in along) else 0
    made = kernels.Plan(
        [numbers(loop, include_pad) for loop in rows], numbers(column, include_pad), inner.length, inner.step, dtype.itemsize,
        gathers, not native, not gathers and is_dense(shape, strides, dtype.itemsize, order), fixed if averages else 0,
        quick, careful, place,
    )  # fmt: skip
    return Layout(made, shape_out, result, final, None if order == sorted(order) else tuple(order), copies, code)


# ---- one call, down and up.


def empty(shape: tuple[int, ...], dtype: np.dtype, order: tuple[int, ...] | None) -> np.ndarray:
    """Allocate a result whose axes lie in memory as `order` says."""
    if order is None:
        return np.empty(shape, dtype)
    return np.empty([shape[a] for a in order], dtype).transpose(np.argsort(order))


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
    if any(not step and length > 1 for step, length in zip(out.strides, out.shape, strict=True)):
        raise ValueError(f"out must have a place for every cell, got strides {out.strides}")
    if any(np.may_share_memory(out, x) for x in inputs):
        raise ValueError("out must not overlap an input")


def lies_in(order: tuple[int, ...] | None, out: np.ndarray) -> bool:
    """Whether the kernels can write `out` as it lies."""
    flags = (out if order is None else out.transpose(order)).flags
    return flags.c_contiguous and flags.aligned and out.dtype.isnative


def pool(
    kind: str, x: np.ndarray, axes: tuple[int, ...], along: tuple[Windows, ...], out: Any, n_threads: Any, indices: Any = False, **more: Any
) -> Any:
    """Plan, allocate, call the kernels."""
    how = plan(kind, x.shape, x.strides, x.dtype, x.flags.aligned, axes, along, indices, **more)
    if out is not None:
        usable(out, how.shape, how.final, x)
    direct = out is not None and how.dtype == how.final and lies_in(how.order, out)
    result = out if direct else empty(how.shape, how.dtype, how.order)
    at = empty(how.shape, how.code, how.order) if how.code else None
    n = resolve(n_threads, how.plan.useful_threads if how.plan else 1)
    if result.size:
        if how.plan:
            if how.copies:
                x = contiguous(x, how.order)
            how.plan(x, result, at, n)
        else:
            result.fill(0)
    if how.dtype != how.final:
        result = result.astype(how.final)
    if out is not None and not direct:
        out[...] = result
    result = result if out is None else out
    return result if at is None else (result, at)


def contiguous(x: np.ndarray, order: tuple[int, ...] | None) -> np.ndarray:
    """Copy `x` so that its axes lie in memory as `order` says."""
    return np.ascontiguousarray(x if order is None else x.transpose(order))
