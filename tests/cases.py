"""The grid of cases: deterministic, each printable as the lines that rebuild its call; and how results are compared."""

import itertools
import math
import zlib
from dataclasses import dataclass, field

import ml_dtypes
import numpy as np
import pytest
import reference

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float16", "float32", "float64", "bfloat16")
DTYPES = ("bool", *INTEGERS, *FLOATS)
KINDS = ("max", "min", "avg", "sum", "lp")

# ---------------------------------------------------------------- arrays


def dtype_of(name):
    return BFLOAT16 if name == "bfloat16" else np.dtype(name)


def random_values(rng, dtype, shape, values):
    """`plain`, `ties` (few different values), `special` (NaN, infinities, zeros of both signs) or `wide` (the whole range)."""
    dtype = dtype_of(dtype)
    if dtype.kind == "b":
        return rng.random(shape) < (0.5 if values == "ties" else 0.2)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        if values == "ties":
            return rng.integers(max(info.min, -2), 3, shape).astype(dtype)
        array = rng.integers(info.min, info.max, shape, dtype, endpoint=True)
        if values == "wide":
            array[rng.random(shape) < 0.4] = info.max
            array[rng.random(shape) < 0.3] = info.min
        return array
    if values == "ties":
        return rng.integers(-2, 3, shape).astype(np.float64).astype(dtype)
    array = rng.standard_normal(shape)
    if values == "wide":
        reach = {"float16": 4, "bfloat16": 36, "float32": 37, "float64": 50}[dtype.name]
        array = array * 10.0 ** rng.integers(-reach, reach, shape, endpoint=True)
        with np.errstate(over="ignore"):
            array = np.where(np.isfinite(array.astype(dtype).astype(np.float64)), array, 1.0)
    if values == "special":
        for value, share in ((np.nan, 0.04), (np.inf, 0.04), (-np.inf, 0.15), (0.0, 0.15), (-0.0, 0.15)):
            array = np.where(rng.random(shape) < share, value, array)
    with np.errstate(under="ignore"):
        return array.astype(dtype)


def poison(dtype):
    """A value that shows in any result that touches it."""
    return np.iinfo(dtype).max if dtype.kind in "iu" else True if dtype.kind == "b" else np.nan


def in_poison(array, before, step):
    """`array` as a view into a larger array of poison: `before` cells before it, `step` apart, along every axis."""
    around = np.full([2 * before + step * length + 1 for length in array.shape], poison(array.dtype), array.dtype)
    view = around[tuple(slice(before, before + step * length, step) for length in array.shape)]
    view[...] = array
    return view


def in_memory_order(array, order):
    return np.ascontiguousarray(array.transpose(order)).transpose(np.argsort(order))


def unaligned(array):
    memory = np.zeros(array.nbytes + 1, np.uint8)[1:]
    view = np.ndarray(array.shape, array.dtype, memory)
    view[...] = array
    return view


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def zero_stride(array):
    """The first cell along one axis (the last of length > 1), repeated without memory."""
    axis = max((axis for axis in range(array.ndim) if array.shape[axis] > 1), default=0)
    return np.broadcast_to(np.take(array, range(min(1, array.shape[axis])), axis), array.shape)


FORMS = {
    "C": lambda array: array,
    "fortran": np.asfortranarray,
    "channels_last": lambda array: np.moveaxis(np.ascontiguousarray(np.moveaxis(array, array.ndim > 1, -1)), -1, array.ndim > 1),
    "rolled": lambda array: in_memory_order(array, np.roll(range(array.ndim), 1)),
    "sliced": lambda array: in_poison(array, 1, 2),
    "padded": lambda array: in_poison(array, 3, 1),
    "negative": lambda array: np.flip(np.flip(array).copy()),
    "zero_stride": zero_stride,
    "swapped": lambda array: array if array.dtype == BFLOAT16 else array.astype(array.dtype.newbyteorder()),
    "read_only": read_only,
    "unaligned": unaligned,
}


def make(dtype, shape, form="C", values="plain", seed=0):
    """The array of a case."""
    return FORMS[form](random_values(np.random.default_rng(seed), dtype, shape, values))


# ---------------------------------------------------------------- cases


@dataclass(frozen=True)
class Case:
    """One call of a window function on one array."""

    kind: str
    dtype: str
    shape: tuple
    geometry: dict  # kernel_size, stride, padding, dilation, axes, ceil_mode
    options: dict = field(default_factory=dict)  # p, dtype, count_include_pad, divisor_override
    form: str = "C"
    values: str = "plain"
    seed: int = 0

    def array(self):
        return make(self.dtype, self.shape, self.form, self.values, self.seed)

    def plan(self):
        return reference.windows_plan(self.shape, **self.geometry)

    def arguments(self):
        return self.geometry | self.options

    def call(self, cypool, **more):
        return getattr(cypool, f"{self.kind}_pool")(self.array(), **self.arguments(), **more)

    def truth(self):
        """The result by the definition: for max and min also both forms of indices."""
        return getattr(reference, f"{self.kind}_pool")(self.array(), self.plan(), **self.options)

    def __str__(self):
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments().items())
        return (
            f"x = cases.make({self.dtype!r}, {self.shape}, {self.form!r}, {self.values!r}, {self.seed})\n"
            f"cypool.{self.kind}_pool(x, {arguments})"
        )


def is_valid(shape, geometry, most=200):
    """Whether the geometry has windows, and few enough for a slow reference."""
    try:
        return math.prod(reference.windows_plan(shape, **geometry).size) <= most
    except ValueError:
        return False


def random_geometry(rng, shape, axes, longest=4):
    """Arguments of a call that pools `axes`, often left at their defaults; the spelling of each varies."""

    def spell(numbers):
        return numbers[0] if len(set(numbers)) == 1 and rng.random() < 0.7 else tuple(numbers)

    n = len(axes)
    plane = [shape[axis] for axis in axes]
    kernel = [int(rng.integers(1, min(longest, length + 1) + 1)) for length in plane]
    geometry = {"kernel_size": spell(kernel) if rng.random() < 0.5 else spell([kernel[0]] * n)}
    if rng.random() < 0.75:
        geometry["stride"] = spell([int(rng.integers(1, 5)) for _ in range(n)])
    padding = rng.choice(["none", "int", "each", "pairs", "same", "same_lower", "valid"], p=[0.3, 0.2, 0.1, 0.2, 0.08, 0.08, 0.04])
    if padding == "int":
        geometry["padding"] = int(rng.integers(0, 3))
    elif padding == "each":
        geometry["padding"] = tuple(int(rng.integers(0, 4)) for _ in range(n))
    elif padding == "pairs":
        geometry["padding"] = tuple((int(rng.integers(0, 4)), int(rng.integers(0, 4))) for _ in range(n))
    elif padding != "none":
        geometry["padding"] = str(padding)
    if rng.random() < 0.25:
        geometry["dilation"] = spell([int(rng.integers(1, 4)) for _ in range(n)])
    if rng.random() < 0.5:
        geometry["ceil_mode"] = [True, "full"][int(rng.integers(2))]
    default = np.ndim(geometry["kernel_size"]) == 0 and tuple(axes) == (len(shape) - 2, len(shape) - 1)
    default = default or np.ndim(geometry["kernel_size"]) == 1 and tuple(axes) == tuple(range(len(shape) - n, len(shape)))
    if not default or rng.random() < 0.3:
        geometry["axes"] = tuple(int(axis) - len(shape) * bool(rng.integers(2)) for axis in axes)
    return geometry


def random_options(rng, kind, dtype, values, taps):
    """Arguments that only this kind has."""
    options = {}
    if kind == "lp":
        options["p"] = [1, 2, 2.0, np.inf, 3, 2.5, 0.5, 1.0][int(rng.integers(8))]
    if kind == "avg" and rng.random() < 0.4:
        options["count_include_pad"] = False
    if kind in ("avg", "sum", "lp") and rng.random() < 0.35:
        if dtype in INTEGERS and kind != "lp":
            options["dtype"] = [dtype, "float32", "float64"][int(rng.integers(3))]
        else:
            options["dtype"] = ["float32", "float64"][int(rng.integers(2))]
    if kind == "avg" and rng.random() < 0.2:
        options["divisor_override"] = taps + int(rng.integers(5))
        if values == "ties" and dtype[0] != "u" and dtype != "bool" and rng.random() < 0.5:
            options["divisor_override"] *= -1
    return options


VALUES = ("plain", "ties", "special", "wide")


def random_case(rng, kind, dtype, rank=None, form=None, longest=4, cells=1500):
    """A valid case of at most so many cells."""
    while True:
        ndim = int(rank or rng.integers(1, 6))
        n = int(rng.integers(1, min(3, ndim) + 1))
        axes = sorted(int(axis) for axis in rng.choice(ndim, n, replace=False))
        if rng.random() < 0.1:
            axes = axes[::-1]
        most = {1: 40, 2: 15, 3: 8}[n]
        shape = tuple(int(rng.integers(1, most if axis in axes else 6)) for axis in range(ndim))
        geometry = random_geometry(rng, shape, axes, longest)
        if math.prod(shape) <= cells and is_valid(shape, geometry):
            break
    values = VALUES[int(rng.integers(4))]
    taps = math.prod(reference.windows_plan(shape, **geometry).box)
    return Case(
        kind,
        dtype,
        shape,
        geometry,
        random_options(rng, kind, dtype, values, taps),
        str(rng.choice(list(FORMS))) if form is None else form,
        values,
        int(rng.integers(2**31)),
    )


def seeded(*names):
    """A generator that depends on the names alone."""
    return np.random.default_rng(zlib.crc32(" ".join(map(str, names)).encode()))


def any_grid():
    """Everything at random: every kind, dtype and memory form in equal numbers."""
    for kind, dtype, form in itertools.product(KINDS, DTYPES, FORMS):
        rng = seeded("any", kind, dtype, form)
        for _ in range(4):
            yield random_case(rng, kind, dtype, form=form)


def rank_grid():
    """Every kind at every rank up to 6."""
    for kind, rank in itertools.product(KINDS, range(1, 7)):
        rng = seeded("rank", kind, rank)
        for dtype in rng.choice(DTYPES, 15):
            yield random_case(rng, kind, str(dtype), rank=rank)


def of_family(name, geometries, kinds=KINDS, dtypes=("float32", "float64", "int8", "uint16", "int64", "float16"), each=1):
    """Cases over listed (shape, geometry) pairs, dtypes and values in turn."""
    geometries = list(geometries)
    for kind in kinds:
        rng = seeded(name, kind)
        for i, (shape, geometry) in enumerate(geometries):
            for _ in range(each):
                dtype = dtypes[(i + int(rng.integers(2))) % len(dtypes)]
                values = VALUES[int(rng.integers(4))]
                taps = math.prod(reference.windows_plan(shape, **geometry).box)
                options = random_options(rng, kind, dtype, values, taps)
                yield Case(kind, dtype, shape, geometry, options, "C", values, int(rng.integers(2**31)))


def row_width_grid():
    """Rows of every width: each tail of a vector loop."""
    widths = [*range(1, 71), *range(126, 132), *range(254, 260), *range(1022, 1028)]
    for k, s in ((2, 2), (3, 1), (3, 2), (5, 3)):
        yield from of_family(
            f"width {k} {s}",
            (((2, width), {"kernel_size": min(k, width), "stride": s, "axes": -1}) for width in widths),
        )


def channel_grid():
    """Channels last with tails: the innermost axis is not pooled."""
    for channels in (1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 33, 35, 63, 65, 129, 259):
        geometries = [
            ((1, 4, 5, channels), {"kernel_size": 2, "axes": (1, 2)}),
            ((5, 4, channels), {"kernel_size": (3, 3), "stride": 2, "padding": 1, "axes": (0, 1)}),
            ((6, channels), {"kernel_size": 3, "stride": 1, "padding": 1, "axes": 0}),
        ]
        yield from of_family(f"channels {channels}", geometries)


def corner_grid():
    """Strides beyond the kernel, padding as wide as the kernel or wider, padding on one side, single cells."""
    planes = [(1, 1), (1, 7), (7, 1), (2, 3), (9, 5), (16, 17)]
    arguments = [
        {"kernel_size": 1},
        {"kernel_size": 1, "stride": 3},
        {"kernel_size": 2, "stride": 5},
        {"kernel_size": (1, 2), "stride": (3, 7), "padding": ((0, 1), (0, 1)), "ceil_mode": True},
        {"kernel_size": 2, "stride": 3, "ceil_mode": "full", "padding": ((1, 2), (0, 2))},
        {"kernel_size": 2, "stride": 1, "padding": 2},
        {"kernel_size": 3, "stride": 1, "padding": 3},
        {"kernel_size": 3, "stride": 2, "padding": 7},
        {"kernel_size": 3, "stride": 2, "padding": ((0, 2), (2, 0))},
        {"kernel_size": 3, "stride": 2, "padding": ((2, 0), (0, 2)), "ceil_mode": True},
        {"kernel_size": 3, "stride": 1, "padding": ((0, 0), (0, 3)), "ceil_mode": "full"},
        {"kernel_size": 4, "stride": 4, "padding": 2, "ceil_mode": True},
        {"kernel_size": 4, "stride": 4, "padding": 2, "ceil_mode": "full"},
        {"kernel_size": 7, "stride": 3, "padding": 3, "ceil_mode": True},
        {"kernel_size": 2, "stride": 1, "padding": 1, "dilation": 2},
        {"kernel_size": 3, "stride": 2, "padding": 2, "dilation": (2, 3)},
        {"kernel_size": 2, "stride": 3, "padding": "same", "dilation": 3},
        {"kernel_size": 4, "stride": 1, "padding": "same_lower"},
        {"kernel_size": 5, "stride": 2, "padding": "same", "ceil_mode": "full"},
    ]
    geometries = [((2, *plane), given) for plane in planes for given in arguments]
    yield from of_family("corner", [pair for pair in geometries if is_valid(*pair, most=400)], each=2)


def wide_grid():
    """Windows wide enough for every way to share work between overlapping windows."""
    for k in (13, 31, 101):
        for s in (1, 2, k):
            for length in (k, k + 1, 2 * k + 3):
                geometries = [
                    ((2, length), {"kernel_size": k, "stride": s, "axes": -1}),
                    ((2, length), {"kernel_size": k, "stride": s, "axes": -1, "padding": k // 2}),
                    ((length, 3), {"kernel_size": k, "stride": s, "axes": 0, "padding": ((k - 1, 0),)}),
                ]
                yield from of_family(f"wide {k} {s} {length}", geometries)
    geometries = [
        ((33, 35), {"kernel_size": 31, "stride": 1}),
        ((20, 20), {"kernel_size": 13, "stride": 1, "padding": 6}),
        ((16, 40), {"kernel_size": (2, 31), "stride": (2, 1)}),
        ((40, 16), {"kernel_size": (31, 3), "stride": (1, 2), "dilation": (1, 3)}),
        ((70, 9), {"kernel_size": (13, 2), "stride": 1, "dilation": (5, 1)}),
    ]
    yield from of_family("wide planes", geometries)


def large_grid():
    """Planes larger than any tile, so that work inside a plane is split."""
    geometries = [
        ((300, 517), {"kernel_size": 3, "stride": 4}),
        ((1, 300, 517), {"kernel_size": 2, "stride": (5, 3), "padding": 1, "ceil_mode": True}),
        ((517, 300), {"kernel_size": (9, 5), "stride": (8, 6), "axes": (1, 0)}),
        ((150, 131, 5), {"kernel_size": 3, "stride": 3, "axes": (0, 1)}),
        ((1031, 67), {"kernel_size": (2, 1), "stride": (7, 2)}),
        ((30, 531), {"kernel_size": (9, 2), "stride": (1, 40)}),
        ((3, 41, 520), {"kernel_size": (17, 1), "stride": (3, 37), "padding": (8, 0), "axes": (1, 2)}),
        ((2, 20, 515), {"kernel_size": (8, 3), "stride": (2, 50), "padding": ((3, 9), (1, 1)), "ceil_mode": True}),
        ((43, 1300), {"kernel_size": (11, 5), "stride": (1, 90)}),
        ((12, 530), {"kernel_size": (12, 1), "stride": (1, 30), "padding": ((2, 0), (0, 0))}),
        ((6, 30, 101), {"kernel_size": (2, 3, 3), "stride": (2, 1, 9), "padding": (0, 1, 0)}),
        ((70, 7, 7), {"kernel_size": 2, "axes": (1, 2)}),
        ((2, 41, 5, 9), {"kernel_size": (2, 3), "stride": (2, 1), "axes": (2, 3)}),
        ((64, 6, 5), {"kernel_size": 3, "stride": 2, "padding": 1, "axes": (1, 2)}),
    ]
    yield from of_family("large", geometries, dtypes=("float32", "uint8", "int64", "float64", "bfloat16"))


def seamless_grid():
    """Short windows as many as cells, for their stride, so that rows and planes can be taken like one: what lies at their edges counts."""
    arguments = [
        {"kernel_size": 3, "stride": 1, "padding": 1},
        {"kernel_size": 2, "stride": 1, "padding": "same"},
        {"kernel_size": 2, "stride": 1, "padding": "same_lower"},
        {"kernel_size": 4, "stride": 1, "padding": "same"},
        {"kernel_size": (3, 4), "stride": 1, "padding": ((2, 0), (0, 3))},
        {"kernel_size": (2, 3), "stride": 1, "padding": "same", "dilation": (1, 2)},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": (4, 3), "stride": (2, 1), "padding": 1},
        {"kernel_size": (3, 2), "stride": (1, 2), "padding": (1, 0)},
        {"kernel_size": (1, 3), "stride": 1, "padding": (0, 1)},
        {"kernel_size": (3, 1), "stride": 1, "padding": (1, 0)},
    ]
    shapes = [(23, 6, 8), (3, 14, 14), (90, 4, 4), (2, 16, 30), (1, 8, 70), (2, 2, 5, 7, 6)]
    geometries = [(shape, given) for shape in shapes for given in arguments]
    geometries += [((*shape, 3), given | {"axes": (1, 2)}) for shape in ((5, 6, 8), (40, 4, 4)) for given in arguments]
    yield from of_family("seamless", geometries, dtypes=("float32", "float16", "uint8", "float64", "int32", "bfloat16"), each=2)


def strip_grid():
    """Windows of two and three rows and columns over rows that fill a few vectors: ends of rows, of planes and of memory."""
    arguments = [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 3, "stride": 2, "padding": ((0, 1), (1, 0)), "dilation": (2, 1)},
        {"kernel_size": 2, "stride": (1, 2), "padding": 1, "ceil_mode": True},
        {"kernel_size": 3, "stride": (3, 2), "ceil_mode": True},
    ]
    rows = [(2, 5, 64), (1, 6, 131), (3, 4, 270), (1, 5, 1040), (2, 4, 517)]
    geometries = [(shape, given) for shape in rows for given in arguments]
    columns = [(4, 3, 16), (5, 9, 24), (2, 5, 7, 33), (4, 31, 8), (4, 3, 64), (2, 4, 6, 20), (5, 40, 12), (6, 43, 3), (2, 7, 21, 5), (5, 33, 7)]
    geometries += [(shape, given | {"axes": (-3, -2)}) for shape in columns for given in arguments]
    geometries += [((3, 4, 5, 70), {"kernel_size": (2, 2, 2), "stride": (1, 2, 2)}), ((2, 4, 4, 9, 16), {"kernel_size": 2, "axes": (1, 2, 3)})]
    yield from of_family("strips", geometries, dtypes=DTYPES, each=3)


def pair_grid():
    """Two columns side by side, of rows that fill some steps of a loop and a part of one, with and without windows that stick out."""
    ends = [(0, 0), (1, 0), (0, 1), (1, 1)]
    lengths = [16, 17, 18, 30, 31, 32, 33, 34, 47, 48, 49, 63, 64, 65, 66, 96, 97, 127, 128, 129, 130, 190, 257]
    geometries = [((2, 9, length), {"kernel_size": 2, "padding": ((0, 1), end)}) for length in lengths for end in ends]
    geometries += [((2, 9, length), {"kernel_size": 2, "ceil_mode": True}) for length in lengths]
    volumes = [(2, 4, 10, 64), (1, 5, 9, 65), (2, 3, 11, 130), (1, 4, 8, 257)]
    geometries += [(shape, {"kernel_size": (2, 2, 2), "padding": ((0, 0), (0, 0), end)}) for shape in volumes for end in ends]
    geometries += [((2, 19, 70), {"kernel_size": (4, 2), "stride": (3, 2), "padding": ((0, 0), end)}) for end in ends]
    geometries += [((2, 17, length), {"kernel_size": 2, "padding": ((1, 1), end)}) for length in (33, 64, 130, 1500) for end in ends]
    yield from of_family("pairs", geometries, dtypes=DTYPES, each=2)


def pair_and_next_grid():
    """Three columns at every second one: a pair and the next one's first, with up to two of them outside at both ends."""
    ends = list(itertools.product(range(3), repeat=2))
    for dtype, least in (("float32", 48), ("int32", 48), ("int16", 128), ("uint8", 256), ("float64", 32), ("float16", 128)):
        lengths = (least, least + 1, least + 8, least + 15, least + 17)
        geometries = [((2, 17, length), {"kernel_size": 3, "stride": 2, "padding": ((1, 1), end)}) for length in lengths for end in ends]
        geometries += [((2, 18, length), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}) for length in (*lengths, 1500)]
        geometries += [((1, 21, least), {"kernel_size": 3, "stride": (rows, 2), "padding": (2, end)}) for rows in (1, 3) for end in range(3)]
        yield from of_family(f"pairs and next {dtype}", geometries, dtypes=(dtype,))


PATH_BITS = {"float32": 32, "int32": 32, "uint32": 32, "float64": 64, "int64": 64, "uint64": 64, "float16": 16, "bfloat16": 16,
             "int16": 16, "uint16": 16, "int8": 8, "uint8": 8}  # fmt: skip


def path_grid():
    """Three and five rows and columns at a stride of 1: rows that fill a vector, or some and a part of one, with cells outside at any end."""
    for dtype, size in PATH_BITS.items():
        lanes = 512 // size
        widths = (lanes // 3 + 1, lanes // 2 - 1, lanes // 2, lanes // 2 + 1, lanes - 1, lanes, lanes + 1, 2 * lanes + 3)
        geometries = []
        for i, width in enumerate(widths):
            ends = [(0, 0), (1, 1), (0, 1), (1, 0)][i % 4]
            geometries += [((3, 6, width), {"kernel_size": 3, "stride": 1, "padding": padding}) for padding in (1, (ends, (1, 1)), ((1, 1), ends))]
            geometries += [((3, 7, width), {"kernel_size": 5, "stride": 1, "padding": padding}) for padding in (2, (ends, (2, 1)))]
            geometries += [((3, 7, width + k - 1), {"kernel_size": k, "stride": 1}) for k in (3, 5)]
        geometries += [((2, 9, lanes + 5), {"kernel_size": 3, "stride": 1, "padding": pad, "dilation": pad}) for pad in ((2, 1), (1, 3), (2, 2))]
        geometries += [((2, 9, lanes + 9), {"kernel_size": 3, "stride": 1, "padding": (2, 1), "dilation": (3, 2)})]
        geometries += [((2, 3, lanes), {"kernel_size": k, "stride": 1, "padding": k // 2}) for k in (3, 5)]                      # few rows
        geometries += [((1, 12_000 * 8 // size // lanes, lanes + 2), {"kernel_size": 3, "stride": 1, "padding": 1})]              # tiles of one plane
        geometries += [((40, 10, lanes), {"kernel_size": k, "stride": 1, "padding": k // 2}) for k in (3, 5)]                    # and of several
        geometries += [((2, 7, 9, 3), {"kernel_size": 3, "stride": 1, "padding": padding, "axes": (1, 2)}) for padding in (1, 0)]
        yield from of_family(f"path {dtype}", geometries, kinds=("max", "min", "avg", "sum"), dtypes=(dtype,))


def slice_grid():
    """Few rows and columns, as wide as a vector or some and a part of one: windows that share columns or don't, with cells outside at any end."""
    arguments = [
        {"kernel_size": 3, "stride": 1, "padding": 1},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 3},
        {"kernel_size": 2, "stride": 1, "padding": ((1, 0), (0, 1))},
        {"kernel_size": (3, 2), "stride": (1, 3), "padding": ((0, 1), (1, 0))},
        {"kernel_size": (2, 3), "stride": (3, 2), "padding": ((1, 1), (0, 2)), "ceil_mode": True},
        {"kernel_size": (3, 3), "stride": (1, 1), "padding": (2, 1), "dilation": (2, 1)},
        {"kernel_size": (1, 3), "stride": (2, 1), "padding": (0, 1)},
    ]
    for dtype, size in PATH_BITS.items():
        lanes = 512 // size
        widths = (lanes // 2, lanes // 2 + 1, lanes - 1, lanes, lanes + 1, 3 * lanes + lanes // 2, 4 * lanes, 5 * lanes - 1)
        geometries = [((2, 5, 4 + i % 3, width), given | {"axes": (1, 2)}) for i, width in enumerate(widths) for given in arguments[i % 2 :: 2]]
        geometries += [((3, 1, 4, lanes), arguments[0] | {"axes": (1, 2)}), ((3, 4, 1, lanes), arguments[0] | {"axes": (1, 2)})]
        geometries += [((5, 4, 2 * lanes), given | {"axes": (0, 1)}) for given in arguments[:3]]
        yield from of_family(f"slice {dtype}", geometries, kinds=("max", "min", "avg", "sum"), dtypes=(dtype,))


def deep_grid():
    """Several axes before rows, in every order of layout."""
    geometries = [
        ((2, 4, 5, 6), {"kernel_size": (2, 2, 3), "stride": 1}),
        ((2, 4, 5, 6, 3), {"kernel_size": (2, 3, 2), "stride": 2, "padding": 1, "axes": (1, 2, 3)}),
        ((4, 3, 5, 4), {"kernel_size": 2, "stride": 1, "axes": (0, 1, 2, 3)}),
        ((3, 3, 3, 3, 3), {"kernel_size": 2, "stride": 1, "axes": (0, 1, 2, 3, 4)}),
        ((5, 3, 4, 2, 6), {"kernel_size": (3, 2, 2), "axes": (0, 2, 4), "padding": (1, 0, 1)}),
        ((6, 2, 5), {"kernel_size": (3, 2), "axes": (2, 0), "stride": 1}),
        ((2, 3, 2, 3, 2, 3), {"kernel_size": (2, 2), "axes": (1, 5), "stride": 1}),
        ((1, 1, 9, 1, 1, 9), {"kernel_size": 3, "axes": (2, 5), "dilation": 2, "ceil_mode": True}),
    ]
    yield from of_family("deep", geometries, dtypes=DTYPES, each=4)


def empty_grid():
    """Arrays without a cell outside the pooled axes."""
    geometries = [
        ((0, 4, 4), {"kernel_size": 2}),
        ((3, 0, 4, 4), {"kernel_size": 3, "stride": 1, "padding": 1}),
        ((4, 4, 0), {"kernel_size": 2, "axes": (0, 1)}),
        ((2**20, 0, 4, 4), {"kernel_size": 2}),
        ((0, 4, 0, 4, 0), {"kernel_size": (2, 2), "axes": (1, 3), "ceil_mode": True}),
    ]
    yield from of_family("empty", geometries, dtypes=DTYPES)


FORWARD_FAMILIES = {
    "any": any_grid,
    "rank": rank_grid,
    "row_width": row_width_grid,
    "channels": channel_grid,
    "corner": corner_grid,
    "wide": wide_grid,
    "large": large_grid,
    "seamless": seamless_grid,
    "strips": strip_grid,
    "pairs": pair_grid,
    "pairs and next": pair_and_next_grid,
    "paths": path_grid,
    "slices": slice_grid,
    "deep": deep_grid,
    "empty": empty_grid,
}


def backward_grid():
    """Every kind and float dtype."""
    for kind, dtype in itertools.product(KINDS, FLOATS):
        rng = seeded("backward", kind, dtype)
        for _ in range(150):
            yield random_case(rng, kind, dtype, cells=600)


def backward_corner_grid():
    """The corners of forward."""
    for family in (corner_grid, deep_grid, channel_grid, empty_grid):
        for case in family():
            if case.dtype in FLOATS and case.values != "special":
                yield case


BACKWARD_FAMILIES = {"any": backward_grid, "corner": backward_corner_grid}


def chunks(families, size=40):
    """The cases of named families as pytest parameters of at most `size` cases: hundreds of items, not thousands."""
    parameters = []
    for name, family in families.items():
        listed = list(family())
        parameters += [pytest.param(listed[i : i + size], id=f"{name}-{i}") for i in range(0, len(listed), size)]
    return parameters


def verify(chunk, check):
    """Call `check(case)` for each case, which says what is wrong; fail with the calls that rebuild what went wrong."""
    wrong = []
    for case in chunk:
        try:
            said = check(case)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
        if said:
            wrong.append(f"{case}\n    {said}")
    assert not wrong, f"{len(wrong)} of {len(chunk)} cases\n" + "\n".join(wrong[:10])


def refused(call, *errors):
    """What is wrong when `call` does not raise one of `errors`."""
    try:
        result = call()
    except errors:
        return ""
    return f"want {' or '.join(error.__name__ for error in errors)}, got a result of {getattr(result, 'shape', result)}"


# ---------------------------------------------------------------- comparison

PRECISION = {"float16": (10, -14), "bfloat16": (7, -126), "float32": (23, -126), "float64": (52, -1022)}


def ulp(values, dtype):
    """The distance of neighbours in `dtype` at `values`."""
    bits, lowest = PRECISION[np.dtype(dtype).name]
    exponent = np.frexp(np.abs(values))[1] - 1
    return np.exp2(np.maximum(np.where(values == 0, lowest, exponent), lowest).astype(float) - bits)


def same_bits(got, want):
    """No difference in type, shape or value; any NaN equals any NaN, but +0.0 is not -0.0."""
    if got.dtype != want.dtype or got.shape != want.shape:
        return f"got {got.dtype} {got.shape}, want {want.dtype} {want.shape}"
    differ = got != want
    if got.dtype.kind not in "biu":
        wide_got, wide_want = got.astype(np.float64), want.astype(np.float64)
        differ = (wide_got != wide_want) | (np.signbit(wide_got) != np.signbit(wide_want))
        differ &= ~(np.isnan(wide_got) & np.isnan(wide_want))
    return first_difference(got, want, differ)


def native(array):
    """The same values in the machine's byte order."""
    return array if array.dtype == BFLOAT16 else array.astype(array.dtype.newbyteorder("="), copy=False)


def close(got, want, error):
    """Within one unit in the last place of the exact value, plus `error` (an array) that wide sums may add."""
    if got.dtype != want.dtype or got.shape != want.shape:
        return f"got {got.dtype} {got.shape}, want {want.dtype} {want.shape}"
    wide_got, wide_want = got.astype(np.float64), want.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        away = np.abs(wide_got - wide_want)
        allowed = ulp(np.where(np.isfinite(wide_want), wide_want, 1.0), got.dtype) + error
        agree = (away <= allowed) | (wide_got == wide_want) | (np.isnan(wide_got) & np.isnan(wide_want))
    return first_difference(got, want, ~agree)


def first_difference(got, want, differ):
    """What to say of the first place that differs; empty when none does."""
    if not np.any(differ):
        return ""
    at = tuple(map(int, np.argwhere(differ)[0]))
    return f"{np.count_nonzero(differ)} of {differ.size} differ, first at {at}: got {got[at]!r}, want {want[at]!r}"


def additions(n):
    """How many follow each other in NumPy's pairwise sum of n numbers."""
    return n if n < 8 else n // 8 + 2 + n % 8 if n <= 128 else 1 + additions(n - n // 2)


def rounding(plan, dtype="float64"):
    """By how much of the sum of abs(x) a sum of a window may be off: NumPy's pairwise bound, and another rounding for the quotient."""
    return np.finfo(dtype).eps / 2 * (additions(math.prod(plan.box)) + 1)


def compare_forward(case, got, want):
    """What is wrong with `got`, the values of `case`; empty when nothing is."""
    if case.kind in ("max", "min") or want.dtype.kind in "biu":
        return same_bits(got, want)
    plan = case.plan()
    if case.kind == "lp":
        p = case.options["p"]
        error = np.abs(want.astype(np.float64)) * (2.0**-46 * max(1, 1 / p) if p not in (1, 2, np.inf) else rounding(plan))
    else:
        error = reference.magnitude(case.array(), plan) * rounding(plan, "float32" if got.dtype == "float32" else "float64")
        if case.kind == "avg":
            error /= abs(case.options.get("divisor_override", 1))
    return close(got, want, np.where(np.isfinite(error), error, 0.0))
