"""Bytes become a call of a public function: with odd shapes, strides, byte orders and numbers, and nothing may go wrong.

    bash tests/fuzz/run 20                                     20 minutes, with the kernels built for it
    PYTHONPATH=tests python tests/fuzz/harness.py FILE...      show what these inputs call, and call it

`decode` turns bytes into a `Call` whose repr is a line of Python, and `check` makes it: as it is, on plain copies of its arrays,
on one thread, and with `out=`. Only ALLOWED errors may come; inputs and the bytes around a result stay as they were; neither
threads nor `out` change a bit, nor does the layout where nothing is rounded; and small calls give what `reference` says.
"""

import contextlib
import inspect
import math
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path

import cases
import cypool
import numpy as np
import reference

ALLOWED = (TypeError, ValueError, OverflowError, MemoryError)
CANARY = 0x5A
MOST = 16384  # cells of an array: more than a tile holds, and a call takes milliseconds
inf, nan = math.inf, math.nan

# ---------------------------------------------------------------- what a call is made of


class Spelled:
    """A dataclass whose repr leaves out what has its default."""

    def __repr__(self):
        given = [(f.name, getattr(self, f.name), f.default) for f in fields(self)]
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value, default in given if value != default)})"


@dataclass(frozen=True, repr=False)
class Layout(Spelled):
    """Where the cells of an array lie: steps[i] apart along axis i, 0 and less too, the axes nested as `order` says."""

    steps: tuple = ()
    order: tuple = ()
    offset: int = 0  # bytes
    gap: int = 0  # bytes between cells: strides that are no multiple of the item
    margin: int = 0  # canary bytes before and after
    read_only: bool = False

    def lay(self, shape, dtype):
        """The memory, filled with canary bytes, and the array in it."""
        ndim = len(shape)
        steps = (*self.steps, *(1,) * ndim)[:ndim]
        order = sorted(range(ndim), key=lambda axis: (*self.order, *range(ndim))[axis])
        unit, strides, before = dtype.itemsize + self.gap, [0] * ndim, 0
        for axis in reversed(order):
            strides[axis] = unit * steps[axis]
            unit *= max(1, abs(steps[axis]) * shape[axis])
            before += max(0, -strides[axis] * (shape[axis] - 1))
        if not math.prod(shape):
            memory = np.full(self.margin, CANARY, np.uint8)
            return memory, np.ndarray(shape, dtype, memory)
        after = sum(max(0, stride * (length - 1)) for stride, length in zip(strides, shape, strict=True))
        if before + after > 1 << 22 and (self.steps or self.gap):
            return Layout((), self.order, self.offset, 0, self.margin, self.read_only).lay(shape, dtype)
        start = self.margin + self.offset + before
        memory = np.full(start + after + dtype.itemsize + self.margin, CANARY, np.uint8)
        return memory, np.ndarray(shape, dtype, memory, start, strides)


def own_bytes(memory, array):
    """Which bytes of `memory` are cells of `array`."""
    mask = np.zeros(memory.size, bool)
    start = array.__array_interface__["data"][0] - memory.__array_interface__["data"][0]
    if array.size:
        np.ndarray((*array.shape, array.itemsize), bool, mask, start, (*array.strides, 1))[...] = True
    return mask


@dataclass(frozen=True, repr=False)
class Array(Spelled):
    """An argument. Values `plane` and `window` are what the call's own forward function gives as indices."""

    dtype: str = "float32"
    shape: tuple = ()
    values: str = "plain"
    seed: int = 0
    bad: tuple = ()  # (place, value): what stands there instead
    layout: Layout = Layout()

    def make(self, call):
        dtype = cases.BFLOAT16 if self.dtype == "bfloat16" else np.dtype(self.dtype)
        if self.values in ("plane", "window"):
            values = call.indices("window" if self.values == "window" else True, self.shape)
        elif dtype == cases.BFLOAT16 or dtype.kind in "biuf" and dtype.itemsize <= 8:
            values = cases.random_values(np.random.default_rng(self.seed), reference.native(dtype).name, self.shape, self.values)
        else:
            values = np.zeros(self.shape, dtype)
        values = np.array(values)
        for place, value in self.bad:
            if values.size:
                values.ravel()[place % values.size : place % values.size + 1] = np.array(value).astype(values.dtype)
        memory, array = self.layout.lay(values.shape, dtype)
        array[...] = values.astype(dtype)
        array.flags.writeable = not self.layout.read_only
        return memory, array


@dataclass(frozen=True, repr=False)
class Out(Spelled):
    """`out` beside the right one: another shape, type or layout, or at a byte of the memory of the call's first array."""

    grow: tuple = ()
    dtype: str = ""
    over: int = -1
    layout: Layout = Layout()

    def make(self, result, memories):
        shape = tuple(map(sum, zip(result.shape, (*self.grow, *(0,) * result.ndim), strict=False)))
        dtype = np.dtype(self.dtype) if self.dtype else result.dtype
        shape = tuple(max(0, length) for length in shape)
        if self.over >= 0 and memories and math.prod(shape) * dtype.itemsize + self.over <= memories[0].size:
            return memories[0], np.ndarray(shape, dtype, memories[0], self.over)
        memory, array = self.layout.lay(shape, dtype)
        array.flags.writeable = not self.layout.read_only
        return memory, array


@dataclass(repr=False)
class Call:
    """A function's name, its arguments, and the `out` of its third turn."""

    name: str
    arguments: dict = field(default_factory=dict)
    out: Out = Out()

    def __repr__(self):
        return f"Call({self.name!r}, {self.arguments!r}, {self.out!r})"

    def indices(self, form, shape):
        """What the forward function of the same arguments gives; zeros where it has none."""
        forward = self.name.removesuffix("_backward").removesuffix("_double")
        forward = forward if hasattr(cypool, forward) and "pool" in forward and "avg" not in forward else "max_pool"
        size = self.arguments.get("input_shape", self.arguments.get("output_shape"))
        size = self.arguments["grad_grad_input"].shape if isinstance(self.arguments.get("grad_grad_input"), Array) else size
        known = inspect.signature(getattr(cypool, forward)).parameters
        try:
            x = cases.random_values(np.random.default_rng(0), "int8", size if math.prod(size) <= MOST else (), "plain")
            given = {name: value for name, value in self.arguments.items() if name in known and name not in ("x", "out", "n_threads")}
            return getattr(cypool, forward)(x, return_indices=form, **given)[1]
        except (*ALLOWED, KeyError):
            return np.zeros(shape, np.int64)


# ---------------------------------------------------------------- bytes to a call

FUNCTIONS = {
    name: tuple(inspect.signature(getattr(cypool, name)).parameters)
    for name in cypool.__all__
    if name not in ("threads", "show_config", "get_num_threads")
}
NAMES = sorted(FUNCTIONS)
SWAPPED = (">f2", ">f4", ">f8", ">i2", ">i8", ">u4")
REFUSED = ("complex64", "S3", "U1", "M8[s]", "V4", "g", ">c16", "m8[us]")
EXTREMES = (-(2**63), -(2**31) - 1, -2, -1, 0, 1, 2**31 - 1, 2**31, 2**32 + 3, 2**62, 2**63 - 1, 2**63, 2**64, 10**40)
ODD = (None, True, False, 1.5, -0.0, nan, inf, b"x", 1j, "", "same", "same_lower", "valid", "full", "window", (), (1,), (2, 2), (0, 1), (1, -1))
ODD += (((1, 1), (1, 1)), ((0, 0), (0, 2**62)), (1, None), (2**63, 1), ("a", 1), "f4", ">f8", "int8", [2, 2], [[1]], {})


class Draw:
    """Numbers from bytes; zeros, which stand for what is usual, when there are no more."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def below(self, n):
        return self.byte() % n

    def pick(self, values):
        return values[(self.byte() << 8 | self.byte()) % len(values) if len(values) > 256 else self.below(len(values))]

    def rarely(self, n=16):
        return self.byte() % n == n - 1

    def small(self, low, high):
        return low + self.below(high - low + 1)

    def odd(self):
        """Any number or thing."""
        which = self.below(4)
        if which == 0:
            return self.pick(EXTREMES)
        if which == 1:
            return int.from_bytes(bytes(self.byte() for _ in range(8)), "little", signed=True)
        if which == 2:
            return self.small(-3, 40)
        return self.pick(ODD)

    def layout(self, ndim):
        if not self.rarely(3):
            return Layout(margin=64 * self.below(2))
        steps = tuple(self.pick((1, 1, -1, 2, -2, 0, 3)) for _ in range(ndim))
        order = tuple(self.below(8) for _ in range(ndim))
        return Layout(steps, order, self.below(9), self.pick((0, 0, 0, 1, 3)), 64 * self.below(2), self.rarely())

    def array(self, shape, values="", dtypes=cases.DTYPES):
        dtype = self.pick(SWAPPED) if self.rarely(8) else self.pick(dtypes)
        if self.rarely(64):
            dtype = self.pick(REFUSED)
        if self.rarely(32):
            shape = self.shape()
        bad = tuple((self.byte(), self.odd()) for _ in range(self.pick((0, 0, 1, 2))))
        bad = tuple((place, value) for place, value in bad if type(value) is int and abs(value) < 2**63)
        bad = bad if values in ("plane", "window") else ()
        return Array(dtype, shape, values or self.pick(cases.VALUES), self.byte(), bad, self.layout(len(shape)))

    def shape(self):
        lengths = [self.pick((1, 2, 3, 4, 5, 6, 7, 9, 17, 33, 66, 0, 12, 130, 700, 2600)) for _ in range(self.small(1, 5))]
        while math.prod(lengths) > MOST:
            lengths[lengths.index(max(lengths))] //= 2
        return tuple(lengths)

    def numbers(self, n, low, high):
        """One number, or one for each axis."""
        return self.small(low, high) if self.rarely(2) else tuple(self.small(low, high) for _ in range(n))


def geometry(draw, n, axes):
    """Arguments of a window function that pools `n` axes."""
    wide = (2, 3, 1, 4, 5, 13, 35, 8, 11, 100, 1300)
    given = {"kernel_size": tuple(draw.pick(wide) if draw.rarely(4) else draw.small(1, 3) for _ in range(n)), "axes": axes}
    if draw.rarely(2):
        given["stride"] = tuple(draw.pick(wide) for _ in range(n)) if draw.rarely(8) else draw.numbers(n, 1, 5)
    if draw.rarely(2):
        how = draw.below(5)
        pairs = tuple((draw.below(4), draw.below(4)) for _ in range(n))
        far = tuple((draw.pick((0, 4, 6, 50, 999, 3000)), draw.pick((0, 5, 7, 50, 1000, 3001))) for _ in range(n if how == 4 else 0))
        given["padding"] = (draw.numbers(n, 0, 3), pairs, "same", "same_lower", far)[how]
    if draw.rarely(4):
        given["dilation"] = draw.numbers(n, 1, 4)
    if draw.rarely(3):
        given["ceil_mode"] = draw.pick((True, "full"))
    return given


def decode(data):
    """The call that these bytes stand for."""
    draw = Draw(data)
    name = draw.pick(NAMES)
    parameters = FUNCTIONS[name]
    shape = draw.shape()
    n = draw.small(1, min(3, len(shape)))
    axes = list(range(len(shape)))
    axes = tuple(axes.pop(draw.below(len(axes))) - len(shape) * draw.below(2) for _ in range(n))
    given = {"axes": axes, "shape": shape, "input_shape": shape, "n": draw.small(1, 4), "p": draw.pick((2, 1, 2.5, 0.5, 3, inf))}
    given |= geometry(draw, n, axes)
    given["output_size"] = draw.numbers(n, 1, 9)
    output = list(shape)
    if "global" in name:
        given["keepdims"] = bool(draw.below(2))
        output = [1 if axis - len(shape) in axes or axis in axes else length for axis, length in enumerate(shape)]
        if not given["keepdims"]:
            output = [length for axis, length in enumerate(shape) if axis not in axes and axis - len(shape) not in axes]
    elif "adaptive" in name:
        sizes = (given["output_size"],) * n if isinstance(given["output_size"], int) else given["output_size"]
        for axis, size in zip(axes, sizes, strict=True):
            output[axis] = size
    else:
        windows = {name for name in FUNCTIONS["output_shape"] if name in given} - {"shape"}
        with contextlib.suppress(ValueError):
            output = cypool.output_shape(shape, **{name: given[name] for name in windows})
            if math.prod(output) > 16 * MOST:
                given.pop("padding", None)
                output = cypool.output_shape(shape, **{name: given[name] for name in windows - {"padding"}})
    output = tuple(output) if math.prod(output) <= 16 * MOST else shape
    form = "window" if name == "window_to_plane" or draw.rarely(2) else "plane"
    given |= {
        "x": draw.array(shape),
        "grad_output": draw.array(output, dtypes=cases.FLOATS),
        "y": draw.array(output),
        "grad_grad_input": draw.array(shape, dtypes=cases.FLOATS),
        "indices": draw.array(output, form, ("int64", "uint8", "int64", "int32", "uint64", "uint16", "int8", "uint32")),
        "count_include_pad": not draw.below(2),
        "divisor_override": draw.pick((None, None, 3, -7, 1)),
        "return_indices": draw.pick((False, True, "window")),
        "dtype": draw.pick((None, None, "float64", "float32", "int64", "uint8")),
        "output_shape": shape if draw.rarely(2) else None,
        "include_batch": bool(draw.below(2)),
        "storage_order": draw.below(2),
        "n_threads": draw.pick((1, 1, 1, 2, 3, None)),
    }
    given = {name: value for name, value in given.items() if name in parameters}
    if name == "max_unpool":
        given["padding"] = draw.small(0, 1)
    for parameter in parameters:
        if draw.rarely(48) and parameter != "out":
            given[parameter] = draw.odd()
    grow = tuple(draw.pick((0, 1, -1)) for _ in output) if draw.rarely(6) else ()
    wrong = draw.pick((*cases.DTYPES[:-1], *SWAPPED, *REFUSED)) if draw.rarely(6) else ""
    return Call(name, given, Out(grow, wrong, draw.below(40) if draw.rarely(4) else -1, draw.layout(len(output))))


# ---------------------------------------------------------------- a call and what must hold


def attempt(function, arguments):
    """What comes of a call: a list of arrays or whatever else it gives, or an allowed error."""
    try:
        result = function(**arguments)
    except ALLOWED as error:
        return error
    finally:
        cypool.set_num_threads(None)
    return [np.array(part) for part in (result if isinstance(result, tuple) else (result,))]


def differ(first, second):
    """In what two outcomes are unlike."""
    if isinstance(first, Exception) or isinstance(second, Exception):
        return "" if type(first) is type(second) else f"{first!r} or {second!r}"
    pairs = [(plain(b), plain(a)) for a, b in zip(first, second, strict=True)]
    # What is said of cells takes many times their memory, of which the fuzzer has little.
    return " ".join(filter(None, (cases.same_bits(b, a) for b, a in pairs if a.dtype != b.dtype or a.tobytes() != b.tobytes() or a.shape != b.shape)))


def plain(array):
    """A copy without strides, in the machine's byte order."""
    return np.ascontiguousarray(array).astype(reference.native(array.dtype), copy=True).reshape(array.shape)


def check(call):
    """Make the call; AssertionError when something does not hold. Returns what came."""
    function, arguments, memories = getattr(cypool, call.name), dict(call.arguments), []
    for name, value in arguments.items():
        if isinstance(value, Array):
            memory, arguments[name] = value.make(call)
            memories.append(memory)
    before = [memory.copy() for memory in memories]
    came = attempt(function, arguments)
    assert all(map(np.array_equal, memories, before)), "an input changed"
    arrays = {name: value for name, value in arguments.items() if isinstance(value, np.ndarray)}
    again = attempt(function, arguments | {name: plain(array) for name, array in arrays.items()})
    if not isinstance(came, Exception):
        exact = came[0].dtype.kind not in "fV" or ("max" in call.name or "min" in call.name) and not call.name.endswith("pool_backward")
        said = differ(came, again) if exact or isinstance(again, Exception) else ""
        assert not said, f"not as with plain copies: {said}"
        if "n_threads" in arguments:
            said = differ(came, attempt(function, arguments | {"n_threads": 1}))
            assert not said, f"not as with one thread: {said}"
        against_reference(call, arguments, came)
    if "out" in FUNCTIONS[call.name]:
        with_out(call, function, arguments, memories, came)
    return came


def with_out(call, function, arguments, memories, came):
    """Once more into an `out` of the right or of another kind."""
    result = np.zeros(()) if isinstance(came, Exception) else came[0]
    memory, out = call.out.make(result, memories)
    over_input = any(memory is other for other in memories)
    before, mask = memory.copy(), own_bytes(memory, out)
    got = attempt(function, arguments | {"out": out})
    assert np.array_equal(memory[~mask], before[~mask]), "bytes beside `out` changed"
    if isinstance(got, Exception):
        assert over_input or np.array_equal(memory, before), f"`out` changed before {got!r}"
    else:
        assert not isinstance(came, Exception), f"without `out`: {came!r}"
        said = differ(came, got)
        assert not said, f"not as without `out`: {said}"
        assert not cases.same_bits(plain(out), plain(came[0])), "`out` does not hold the result"


class Given(cases.Case):
    """A case whose array is given."""

    def array(self):
        return self.values


def against_reference(call, arguments, came):
    """Small calls of window functions, by the definition."""
    kind = call.name.removesuffix("_pool")
    x = arguments.get("x")
    if kind not in cases.KINDS or not isinstance(x, np.ndarray) or x.size > 200 or x.dtype.kind == "V" and x.dtype != cases.BFLOAT16:
        return
    names = ("kernel_size", "stride", "padding", "dilation", "axes", "ceil_mode")
    given = {name: value for name, value in arguments.items() if name in names and value is not None}
    options = {name: arguments[name] for name in ("p", "dtype", "count_include_pad", "divisor_override") if arguments.get(name) is not None}
    if kind == "lp" and (x.dtype == np.float64 or options["p"] < 0.1) or np.max(given["kernel_size"]) > 100:
        return
    if math.prod(length or 1 for length in came[0].shape) > 300:
        return
    plan = reference.windows_plan(x.shape, **given)
    want = getattr(reference, f"{kind}_pool")(plain(x), plan, **options)
    want = want if isinstance(want, tuple) else (want,)
    case = Given(kind, plain(x).dtype.name, x.shape, given, options, values=plain(x))
    said = cases.compare_forward(case, plain(came[0]), want[0])
    assert not said, f"not the definition: {said}"
    if len(came) > 1:
        said = cases.same_bits(came[1], want[1 if arguments["return_indices"] is True else 2])
        assert not said, f"not the definition's indices: {said}"


# ---------------------------------------------------------------- as a program


def listed(path):
    """The calls of a file: a text has one a line, anything else is one input of the fuzzer."""
    if path.suffix == ".txt":
        return [eval(line) for line in path.read_text().splitlines() if line.startswith("Call")]
    return [decode(path.read_bytes())]


def replay(files):
    """Make the calls of these files, each shown before it is made, as a crash leaves no other word."""
    for call in [call for file in files for call in listed(file)]:
        print(call, flush=True)
        came = check(call)
        print(f"    {came!r}" if isinstance(came, Exception) else f"    {[(part.dtype.str, part.shape) for part in came]}")


def fuzz():
    import atheris

    def once(data):
        call = decode(data)
        try:
            check(call)
        except BaseException:
            print(f"\n{call!r}", file=sys.stderr, flush=True)
            raise

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    files = [Path(argument) for argument in sys.argv[1:] if Path(argument).is_file()]
    replay(files) if files else fuzz()
