"""Does unpooling put every value where its index says, and nothing anywhere else?"""

import itertools

import cases
import cypool
import numpy as np
import pytest
import reference


def pooled(rng, overlapping=True):
    """A random (x, geometry, y, plane indices, window indices)."""
    while True:
        n = int(rng.integers(1, 4))
        free = int(rng.integers(0, 3))
        shape = tuple(int(rng.integers(1, 4)) for _ in range(free)) + tuple(int(rng.integers(1, 9 if n < 3 else 6)) for _ in range(n))
        k = [int(rng.integers(1, 4)) for _ in range(n)]
        s = [int(rng.integers(1, k_ + 2)) if overlapping else k_ for k_ in k]
        p = [int(rng.integers(0, k_ // 2 + 1)) for k_ in k]
        geometry = {"kernel_size": tuple(k), "stride": tuple(s), "padding": tuple(p)}
        order = rng.permutation(len(shape))
        axes = tuple(int(np.flatnonzero(order == free + i)[0]) for i in range(n))
        shape = tuple(shape[i] for i in order)
        geometry["axes"] = axes
        try:
            plan = reference.windows_plan(shape, **geometry)
        except ValueError:
            continue
        if not plan.has_empty_window:
            x = cases.make(str(rng.choice(cases.DTYPES)), shape, values="ties", seed=int(rng.integers(2**31)))
            return x, geometry, plan, *reference.max_pool(x, plan)


@pytest.mark.parametrize("seed", range(300))
def test_values_go_where_their_indices_say(seed):
    x, geometry, plan, y, in_plane, in_window = pooled(cases.seeded("unpool", seed))
    want = reference.unpool(y, in_plane, plan.axes, plan.plane)
    for indices in (in_plane, in_window):
        got = cypool.max_unpool(y, indices, **geometry, output_shape=x.shape)
        said = cases.same_bits(got, want)
        assert not said, f"{x.dtype} {x.shape}, {geometry}, indices {indices.dtype}: {said}"


def test_the_default_shape_is_the_formula_of_pytorch():
    for length, k, s, p in itertools.product(range(1, 5), range(1, 4), range(1, 4), range(3)):
        size = reference.unpooled_size(length, k, s, p, p)
        y, indices = np.ones((2, length)), np.zeros((2, length), np.int64)
        if size < 1:
            with pytest.raises(ValueError, match="output_shape|size"):
                cypool.max_unpool(y, indices, (k,), s, p)
        else:
            assert cypool.max_unpool(y, indices, (k,), s, p).shape == (2, size)
    assert cypool.max_unpool(np.ones((1, 2, 2)), np.zeros((1, 2, 2), np.int64), 2).shape == (1, 4, 4)
    assert cypool.max_unpool(np.ones((2, 2, 5)), np.zeros((2, 2, 5), np.int64), 2, axes=(0, 1)).shape == (4, 4, 5)


def test_any_shape_that_holds_all_indices():
    y, indices = np.array([[5.0]]), np.array([[7]])
    for shape in ((1, 8), (8, 1), (3, 3), (100, 3), (2, 4)):
        got = cypool.max_unpool(y, indices, 2, output_shape=shape)
        assert got.shape == shape
        assert got.ravel()[7] == 5
        assert np.count_nonzero(got) == 1
    for shape in ((1, 7), (2, 3)):
        with pytest.raises(ValueError, match="7"):
            cypool.max_unpool(y, indices, 2, output_shape=shape)


@pytest.mark.parametrize("shape", [(3, 4, 4), (2, 5, 4), (4, 4), (2, 3, 4, 4), (), (2, -4, 4), (2, 4, 2**62)])
def test_shapes_that_do_not_fit_the_values(shape):
    """Three axes, of which the first isn't pooled and is 2 long."""
    y, indices = np.ones((2, 2, 2)), np.full((2, 2, 2), 15)
    if shape == (2, 5, 4):
        assert cypool.max_unpool(y, indices, 2, output_shape=shape).shape == shape
    else:
        with pytest.raises((ValueError, MemoryError, OverflowError)):
            cypool.max_unpool(y, indices, 2, output_shape=shape)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8])
def test_no_values_leave_zeros(dtype):
    y, indices = np.ones((1, 0, 2), np.float32), np.zeros((1, 0, 2), dtype)
    for out in (None, np.full((1, 4, 4), 7, np.float32)):
        got = cypool.max_unpool(y, indices, 2, output_shape=(1, 4, 4), out=out)
        assert got.tolist() == np.zeros((1, 4, 4)).tolist()


def test_of_overlapping_windows_the_last_wins():
    y = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert cypool.max_unpool(y, np.full((2, 2), 4), 2, 1, output_shape=(3, 3))[1, 1] == 4
    in_window = np.array([[3, 2], [1, 0]], np.uint8)
    got = cypool.max_unpool(y, in_window, 2, 1, output_shape=(3, 3))
    assert got[1, 1] == 4
    assert np.count_nonzero(got) == 1
    wide = np.arange(1.0, 10_001).reshape(100, 100)
    for threads in (1, 2, 5):
        got = cypool.max_unpool(wide, np.zeros((100, 100), np.int64), 1, output_shape=(100, 100), n_threads=threads)
        assert got[0, 0] == 10_000
        assert np.count_nonzero(got) == 1


def test_unpooling_twice_gives_the_same_bits():
    rng = cases.seeded("again")
    y, indices = rng.standard_normal((4, 30, 30)), rng.integers(0, 900, (4, 30, 30))
    first = cypool.max_unpool(y, indices, 1)
    for threads in (1, 2, 3, 7):
        assert np.array_equal(cypool.max_unpool(y, indices, 1, n_threads=threads), first)
    assert np.array_equal(first, reference.unpool(y, indices, (1, 2), (30, 30)))


@pytest.mark.parametrize("bad", [-1, -2, 16, 17, 2**31 - 1, 2**31, 2**32 + 3, 2**63 - 1, -(2**63)])
def test_bad_indices_are_named_with_their_place(bad):
    indices = np.array([[[0, 2], [8, 10]], [[0, 2], [bad, 10]]])
    with pytest.raises(ValueError, match=rf"{bad}(?!\d)") as caught:
        cypool.max_unpool(np.ones((2, 2, 2)), indices, 2)
    assert "(1, 1, 0)" in str(caught.value)


def test_window_indices_name_real_cells():
    """With padding 1 the first window has cells 4, 5, 7, 8 of its nine."""
    y = np.ones((1, 1))
    for index in range(9):
        given = np.array([[index]], np.uint8)
        if index in (4, 5, 7, 8):
            got = cypool.max_unpool(y, given, 3, 2, 1, output_shape=(2, 2))
            assert got.ravel().argmax() == (4, 5, 7, 8).index(index)
        else:
            with pytest.raises(ValueError, match=str(index)):
                cypool.max_unpool(y, given, 3, 2, 1, output_shape=(2, 2))
    with pytest.raises(ValueError, match="9"):
        cypool.max_unpool(y, np.array([[9]], np.uint8), 3, 2, 1, output_shape=(2, 2))


def test_out_receives_the_result_and_zeros():
    y, indices = np.ones((1, 2, 2)), np.array([[[0, 2], [8, 10]]])
    out = np.full((1, 4, 4), np.nan)
    assert cypool.max_unpool(y, indices, 2, out=out) is out
    assert out.sum() == 4


@pytest.mark.parametrize("dtype", cases.DTYPES)
@pytest.mark.parametrize("form", cases.FORMS)
def test_memory_changes_no_value(dtype, form):
    y = cases.make(dtype, (2, 3, 4, 5), form)
    indices = np.arange(20).reshape(4, 5) * np.ones((2, 3, 1, 1), int)
    got = cypool.max_unpool(y, cases.FORMS[form](indices) if form != "zero_stride" else indices, 1)
    assert not cases.same_bits(cases.native(got), np.array(y, cases.dtype_of(dtype)))


def test_gradient_of_unpooling_is_a_gather():
    """Its adjoint is the double backward of the same indices."""
    rng = cases.seeded("adjoint")
    x = rng.standard_normal((2, 6, 6))
    y, indices = cypool.max_pool(x, 2, return_indices=True)
    g = rng.standard_normal(x.shape)
    left = np.vdot(cypool.max_unpool(y, indices, 2), g)
    assert left == pytest.approx(np.vdot(y, cypool.max_pool_double_backward(g, indices, 2)))


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("kernel", [1, 2])
def test_planes_that_go_on_far_below_their_windows(kernel, n_threads):
    y = cases.make("float32", (600, 2, 32))
    shape = (600, 1000, 64)
    got = cypool.max_unpool(y, np.zeros(y.shape, "uint8"), kernel, 2, output_shape=shape, n_threads=n_threads)
    assert np.array_equal(got[:, :4:2, ::2], y)
    assert np.count_nonzero(got) == np.count_nonzero(y)
