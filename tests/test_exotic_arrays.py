"""Does every memory form of every dtype give the result of a plain copy, in every function?"""

import inspect
import itertools

import cases
import cypool
import numpy as np
import pytest

DTYPES = [dtype for dtype in cases.DTYPES if dtype != "bfloat16"]
FUNCTIONS = {
    "max_pool": lambda x: cypool.max_pool(x, (2, 3), 1),
    "min_pool": lambda x: cypool.min_pool(x, (2, 2), 1, ((1, 0), (0, 1))),
    "avg_pool": lambda x: cypool.avg_pool(x, (2, 2), 2, ceil_mode=True),
    "sum_pool": lambda x: cypool.sum_pool(x, (1, 2), dilation=2, stride=1),
    "lp_pool": lambda x: cypool.lp_pool(x, (2, 1)),
    "adaptive_max_pool": lambda x: cypool.adaptive_max_pool(x, (2, 3)),
    "adaptive_avg_pool": lambda x: cypool.adaptive_avg_pool(x, (3, None)),
    "global_sum_pool": lambda x: cypool.global_sum_pool(x),
}


def mapped(array, folder):
    np.save(folder / "x.npy", array)
    return np.load(folder / "x.npy", mmap_mode="r")


MORE_FORMS = {
    "mapped": mapped,
    "field": lambda array, _: np.rec.fromarrays([array.astype(np.int8), array], names="a,b")["b"],
    "broadcast_batch": lambda array, _: np.broadcast_to(array[:1], array.shape),
    "object_of_array": lambda array, _: type("Holder", (), {"__array__": lambda self, dtype=None, copy=None: array})(),
}


def equal(got, want):
    if want.dtype.kind in "biu":
        return np.array_equal(got, want)
    return np.allclose(got, want, rtol=2 * np.finfo(want.dtype).eps, atol=0, equal_nan=True)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_forms(function, dtype, tmp_path):
    call, count = FUNCTIONS[function], 0
    base = np.abs(cases.make(dtype, (3, 6, 7), seed=8)) if dtype[0] != "b" else cases.make(dtype, (3, 6, 7), seed=8)
    for form in (*cases.FORMS, *MORE_FORMS):
        x = cases.FORMS[form](base) if form in cases.FORMS else MORE_FORMS[form](base, tmp_path)
        plain = np.array(x).astype(dtype)
        assert equal(cases.native(call(x)), call(plain)), form
        count += 1
    assert count >= 14


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_empty_forms(function, dtype):
    for shape in ((0, 6, 7), (2**20, 0, 6, 7), (0, 0, 6, 7)):
        x = np.empty(shape, dtype)
        for view in (x, x[::-1], np.asfortranarray(x), cases.read_only(x[:0])):
            got = FUNCTIONS[function](view)
            assert got.size == 0
            assert got.shape[:-2] == view.shape[:-2] or function == "global_sum_pool"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_empty_planes_are_refused_or_empty(function):
    for shape in ((3, 0, 7), (3, 6, 0), (0, 0)):
        try:
            assert not FUNCTIONS[function](np.empty(shape)).any()  # nothing, or a sum of nothing
        except ValueError as error:
            assert "axis" in str(error)


def test_overlapping_views_and_odd_strides():
    """Windows of a sliding view, a diagonal, strides of one byte beyond the item."""
    x = cases.make("float32", (40,))
    for view in (
        np.lib.stride_tricks.sliding_window_view(x, 10),
        np.lib.stride_tricks.as_strided(x, (5, 5), (4 * 6, 4)),
        np.lib.stride_tricks.as_strided(x, (6, 6), (4, 4)),
        np.lib.stride_tricks.as_strided(x[20:], (4, 4), (-4, -12)),
        np.ndarray((4, 4), np.float32, np.arange(200, dtype=np.uint8), strides=(25, 5)),
        np.ndarray((4, 4), np.float32, np.arange(200, dtype=np.uint8), strides=(5, 25)),
        np.ndarray((3, 4, 4), ">f4", np.arange(200, dtype=np.uint8), strides=(1, 25, 5)),
    ):
        for function in ("max_pool", "min_pool", "avg_pool", "sum_pool", "lp_pool"):
            assert equal(cases.native(FUNCTIONS[function](view)), FUNCTIONS[function](np.array(view, np.float32)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_out_that_overlaps_is_refused_or_right(dtype):
    """Over two hundred ways for `out` to share memory with the input, and some in which it only lies near."""
    for start, step, reverse in itertools.product(range(0, 40, 2), (1, 2, 3), (False, True)):
        memory = np.arange(200, dtype=dtype) % 17
        x = memory[10:46].reshape(6, 6)
        out = memory[start : start + 9 * step : step]
        out = (out[::-1] if reverse else out).reshape(3, 3)
        before = memory.copy()
        want = cypool.max_pool(x.copy(), 2)
        try:
            cypool.max_pool(x, 2, out=out)
        except ValueError as error:
            assert "out" in str(error)
            assert np.array_equal(memory, before)
        else:
            assert np.array_equal(out, want)


def writers():
    """Name, function of arrays and `out`, those arrays: every function that writes to `out`."""
    x = cases.make("float64", (2, 6, 6))
    y, indices = cypool.max_pool(x, 2, return_indices=True)
    in_window = cypool.max_pool(x, 2, return_indices="window")[1]
    whole, at = cypool.global_max_pool(x, return_indices=True)
    g, ones = cases.make("float64", y.shape, seed=5), np.ones(2)
    for kind in cases.KINDS:
        yield f"{kind}_pool", getattr(cypool, f"{kind}_pool"), (x,), {"kernel_size": 2}
        yield f"global_{kind}_pool", getattr(cypool, f"global_{kind}_pool"), (x,), {}
    for kind in ("max", "min"):
        for form, given in (("plane", indices), ("window", in_window.astype(np.uint64))):
            yield f"{kind}_pool_backward {form}", getattr(cypool, f"{kind}_pool_backward"), (g, given), {"input_shape": x.shape, "kernel_size": 2}
            yield f"{kind}_pool_double_backward {form}", getattr(cypool, f"{kind}_pool_double_backward"), (x, given), {"kernel_size": 2}
        back = getattr(cypool, f"adaptive_{kind}_pool_backward")
        yield f"adaptive_{kind}_pool_backward", back, (g, indices), {"input_shape": x.shape, "output_size": 3}
        yield f"global_{kind}_pool_backward", getattr(cypool, f"global_{kind}_pool_backward"), (ones, at), {"input_shape": x.shape}
    for kind in ("max", "min", "avg"):
        yield f"adaptive_{kind}_pool", getattr(cypool, f"adaptive_{kind}_pool"), (x,), {"output_size": 4}
    for kind in ("avg", "sum"):
        yield f"{kind}_pool_backward", getattr(cypool, f"{kind}_pool_backward"), (g,), {"input_shape": x.shape, "kernel_size": 2}
        yield f"global_{kind}_pool_backward", getattr(cypool, f"global_{kind}_pool_backward"), (ones,), {"input_shape": x.shape}
    yield "adaptive_avg_pool_backward", cypool.adaptive_avg_pool_backward, (g,), {"input_shape": x.shape, "output_size": 3}
    for p in (2, np.inf):
        yield f"lp_pool_backward {p}", cypool.lp_pool_backward, (g, x, cypool.lp_pool(x, 2, p=p)), {"kernel_size": 2, "p": p}
        yield f"global_lp_pool_backward {p}", cypool.global_lp_pool_backward, (ones, x, cypool.global_lp_pool(x, p=p)), {"p": p}
    yield "max_unpool plane", cypool.max_unpool, (y, indices), {"kernel_size": 2}
    yield "max_unpool window", cypool.max_unpool, (y, in_window.astype(np.uint64)), {"kernel_size": 2}


WRITERS = {name: writer for name, *writer in writers()}


def test_every_function_with_out_is_in_the_list():
    has_out = {name for name in cypool.__all__ if callable(getattr(cypool, name)) and "out" in inspect.signature(getattr(cypool, name)).parameters}
    assert has_out == {name.split()[0] for name in WRITERS}


@pytest.mark.parametrize("name", WRITERS)
def test_out_that_overlaps_any_argument_is_refused_or_right(name):
    """Every function, every array that it reads, `out` at every second cell before, over and behind it, forwards and backwards."""
    function, arrays, given = WRITERS[name]
    want = function(*arrays, **given)
    for at, array in enumerate(arrays):
        for start, reverse in itertools.product(range(0, want.size + array.size + 1, 2), (False, True)):
            memory = np.zeros(2 * want.size + array.size + 2)
            place = memory[want.size : want.size + array.size].view(array.dtype).reshape(array.shape)
            place[...] = array
            out = memory[start : start + want.size]
            out = (out[::-1] if reverse else out).reshape(want.shape)
            before = memory.copy()
            try:
                function(*arrays[:at], place, *arrays[at + 1 :], out=out, **given)
            except ValueError as error:
                assert "out" in str(error)
                assert np.array_equal(memory, before)
            else:
                assert np.array_equal(out, want)


@pytest.mark.parametrize("name", WRITERS)
def test_out_whose_cells_overlap_each_other_is_refused(name):
    function, arrays, given = WRITERS[name]
    want = function(*arrays, **given)
    for step in (0, 4, 8) if want.ndim > 1 else (0, 4):
        memory = np.zeros(8 * want.size + 64, np.uint8)
        out = np.ndarray(want.shape, want.dtype, memory, strides=[8] * (want.ndim - 1) + [step])
        with pytest.raises(ValueError, match="out must have a place for every cell"):
            function(*arrays, out=out, **given)
        assert not memory.any()


def test_an_argument_that_resizes_an_array():
    """Its own code runs while the call is on; nothing reads memory that is gone."""

    class Resizing:
        def __init__(self, array, number):
            self.array, self.number = array, number

        def __index__(self):
            self.array.resize((1,), refcheck=False)
            return self.number

    calls = {
        "forward": lambda x, y, at, n: cypool.max_pool(x, n),
        "forward, threads": lambda x, y, at, n: cypool.max_pool(x, 1, n_threads=n),
        "average": lambda x, y, at, n: cypool.avg_pool_backward(y, (8, 600, 600), 2, n_threads=n),
        "average's kernel": lambda x, y, at, n: cypool.avg_pool_backward(y, (8, 600, 600), n),
        "max": lambda x, y, at, n: cypool.max_pool_backward(y, at, (8, 600, 600), 2, n_threads=n),
        "norm": lambda x, y, at, n: cypool.lp_pool_backward(y, x, y.copy(), 2, n_threads=n),
        "double": lambda x, y, at, n: cypool.max_pool_double_backward(x, at, 2, n_threads=n),
        "unpool": lambda x, y, at, n: cypool.max_unpool(y, at, 2, n_threads=n),
        "bins": lambda x, y, at, n: cypool.adaptive_avg_pool(x, n),
        "global": lambda x, y, at, n: cypool.global_avg_pool(x, n_threads=n),
    }
    refused = 0
    for call in calls.values():
        for which in range(3):
            arrays = np.ones((8, 600, 600)), np.ones((8, 300, 300)), np.zeros((8, 300, 300), np.uint8)
            try:
                call(*arrays, Resizing(arrays[which], 2))
            except ValueError:
                refused += 1
    assert refused >= len(calls)
