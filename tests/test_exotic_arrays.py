"""Does every memory form of every dtype give the result of a plain copy, in every function?"""

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


def test_out_that_overlaps_other_arguments_is_refused_or_right():
    x = cases.make("float64", (6, 6))
    y, indices = cypool.max_pool(x, 2, return_indices=True)
    memory = np.zeros(100)
    g = memory[20:29].reshape(3, 3)
    for start in range(0, 60, 3):
        g[...] = np.arange(9.0).reshape(3, 3)
        out = memory[start : start + 36].reshape(6, 6)
        want = cypool.max_pool_backward(g.copy(), indices, (6, 6), 2)
        try:
            cypool.max_pool_backward(g, indices, (6, 6), 2, out=out)
        except ValueError as error:
            assert "out" in str(error)
        else:
            assert np.array_equal(out, want)
        memory[:] = 0
    places = np.zeros(100, np.int64)
    given = places[20:29].reshape(3, 3)
    for start in range(0, 60, 3):
        given[...] = indices
        out = places[start : start + 36].view(np.float64).reshape(6, 6)
        try:
            cypool.max_unpool(y, given, 2, out=out)
        except ValueError as error:
            assert "out" in str(error)
            assert np.array_equal(given, indices)
        else:
            assert np.array_equal(out, cypool.max_unpool(y, indices, 2))
        places[:] = 0
