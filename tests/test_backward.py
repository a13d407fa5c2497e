"""Is every gradient the forward's own, mirrored?"""

import itertools
from dataclasses import replace
from functools import partial

import cases
import cypool
import numpy as np
import pytest
import reference
from cases import FLOATS


def gradient(case, shape):
    """The `grad_output` of a case: few ties, no NaN."""
    return cases.random_values(np.random.default_rng(case.seed + 1), case.dtype, shape, "plain")


def error(scale, plan, dtype, p=1):
    """How far sums of a few gradients may be off, in the precision that their dtype is added up in."""
    unit = 2.0**-53 if dtype == "float64" else 2.0**-24
    return scale * unit * ((4 if p in (1, 2, np.inf) else 64) + min(np.prod(plan.box), 64))


def backward(case, g):
    """The call and the truth: (got, exact sums, sums of absolute values)."""
    plan, x = case.plan(), case.array()
    plain = case.geometry
    if case.kind in ("max", "min"):
        _, in_plane, in_window = case.truth()
        want, scale = reference.extreme_backward(g, in_plane, plan, x.shape)
        back = getattr(cypool, f"{case.kind}_pool_backward")
        got = back(g, in_plane, x.shape, **plain)
        other = back(g, in_window, x.shape, **plain)
        assert not cases.same_bits(other, got), "the two forms of indices give different bits"
        return got, want, scale
    if case.kind == "lp":
        p = case.options["p"]
        y = reference.lp_pool(x, plan, p)
        return cypool.lp_pool_backward(g, x, y, p=p, **plain), *reference.lp_pool_backward(g, x, y, plan, p)
    options = {name: value for name, value in case.options.items() if name != "dtype"}
    got = getattr(cypool, f"{case.kind}_pool_backward")(g, x.shape, **plain, **options)
    return got, *getattr(reference, f"{case.kind}_pool_backward")(g, plan, x.shape, **options)


def check_gradient(case):
    plan = case.plan()
    shape = list(case.shape)
    for axis, size in zip(plan.axes, plan.size, strict=True):
        shape[axis] = size
    g = gradient(case, shape)
    try:
        got, want, scale = backward(case, g)
    except ValueError:
        if case.kind in ("max", "min"):
            no_index = np.zeros(shape, np.int64)
            back = getattr(cypool, f"{case.kind}_pool_backward")
            return plan.has_empty_window and cases.refused(lambda: back(g, no_index, case.shape, **case.geometry), ValueError)
        options = {name: value for name, value in case.options.items() if name != "dtype"}
        return cases.refused(lambda: cypool.avg_pool_backward(g, case.shape, **case.geometry, **options), ValueError)
    with np.errstate(over="ignore", under="ignore"):
        want = want.astype(g.dtype)
    return cases.close(got, want, error(scale, plan, case.dtype, case.options.get("p", 1)))


def finite(family):
    """Slopes of norms are compared at plain values: an infinite norm has none."""
    return lambda: (replace(case, values="plain") if case.kind == "lp" else case for case in family())


FAMILIES = {name: finite(family) for name, family in cases.BACKWARD_FAMILIES.items()}


@pytest.mark.parametrize("chunk", cases.chunks(FAMILIES))
def test_gradients_match_the_definition(chunk):
    cases.verify(chunk, check_gradient)


def test_the_grid_is_as_large_as_promised():
    assert sum(len(list(family())) for family in FAMILIES.values()) >= 3_000


# ---------------------------------------------------------------- claims, one by one


def test_overlapping_windows_add_up():
    x = np.array([0.0, 9.0, 0.0, 0.0])
    _, indices = cypool.max_pool(x, (3,), 1, return_indices=True)
    assert cypool.max_pool_backward(np.array([1.0, 10.0]), indices, (4,), (3,), 1).tolist() == [0, 11, 0, 0]
    assert cypool.sum_pool_backward(np.array([1.0, 10.0]), (4,), (3,), 1).tolist() == [1, 11, 11, 10]
    assert cypool.avg_pool_backward(np.array([3.0, 30.0]), (4,), (3,), 1).tolist() == [1, 11, 11, 10]


@pytest.mark.parametrize("kind", ["max", "min"])
def test_ties_give_everything_to_the_first(kind):
    x = np.ones((4, 4))
    for form in (True, "window"):
        y, indices = getattr(cypool, f"{kind}_pool")(x, 2, return_indices=form)
        got = getattr(cypool, f"{kind}_pool_backward")(np.full_like(y, 5.0), indices, x.shape, 2)
        assert got.tolist() == [[5, 0, 5, 0], [0, 0, 0, 0], [5, 0, 5, 0], [0, 0, 0, 0]]


def test_nan_gives_the_gradient_to_the_first_nan():
    x = np.array([[1.0, np.nan], [np.nan, 2.0]])
    y, indices = cypool.max_pool(x, 2, return_indices=True)
    assert cypool.max_pool_backward(np.ones_like(y), indices, (2, 2), 2).tolist() == [[0, 1], [0, 0]]


def test_nan_and_infinite_gradients_stay_in_their_windows():
    g = np.array([[np.nan, 1.0, np.inf]])
    assert np.array_equal(cypool.sum_pool_backward(g, (1, 6), (1, 2)), [[np.nan, np.nan, 1, 1, np.inf, np.inf]], equal_nan=True)
    assert np.array_equal(cypool.avg_pool_backward(g, (1, 6), (1, 2)), [[np.nan, np.nan, 0.5, 0.5, np.inf, np.inf]], equal_nan=True)
    got = cypool.max_pool_backward(g, np.array([[0, 3, 4]]), (1, 6), (1, 2))
    assert np.array_equal(got, [[np.nan, 0, 0, 1, np.inf, 0]], equal_nan=True)


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, np.inf])
@pytest.mark.parametrize("dtype", FLOATS)
def test_the_slope_of_a_norm_is_zero_where_the_norm_is_zero(p, dtype):
    x = np.zeros((4, 4), cases.dtype_of(dtype))
    x[2:, 2:] = -3
    y = cypool.lp_pool(x, 2, p=p)
    got = cypool.lp_pool_backward(np.ones_like(y), x, y, 2, p=p).astype(float)
    assert not got[:2].any()
    assert not got[:, :2].any()
    assert (got[2:, 2:] <= 0).all()
    assert got[2, 2] < 0


def test_slopes_of_norms_by_hand():
    x = np.array([3.0, -4.0, 0.0, 0.0])
    slope = lambda p: cypool.lp_pool_backward(np.array([1.0, 1.0]), x, cypool.lp_pool(x, (2,), p=p), (2,), p=p).tolist()  # noqa: E731
    assert slope(1) == [1, -1, 0, 0]
    assert slope(2) == pytest.approx([0.6, -0.8, 0, 0])
    assert slope(np.inf) == [0, -1, 0, 0]


def test_averages_spread_by_the_divisor_of_forward():
    """x = 1..9, k 7, s 3, padding (0, 3), ceil: divisors 7, 7, 6 with padding counted and 7, 6, 3 without."""
    arguments = {"kernel_size": (7,), "stride": 3, "padding": ((0, 3),), "ceil_mode": True}
    g = np.ones(3)
    counted = cypool.avg_pool_backward(g, (9,), **arguments)
    assert counted == pytest.approx([1 / 7] * 3 + [2 / 7] * 3 + [2 / 7 + 1 / 6] + [1 / 7 + 1 / 6] * 2)
    inside = cypool.avg_pool_backward(g, (9,), count_include_pad=False, **arguments)
    assert inside == pytest.approx([1 / 7] * 3 + [1 / 7 + 1 / 6] * 3 + [1 / 7 + 1 / 6 + 1 / 3] + [1 / 6 + 1 / 3] * 2)
    assert cypool.avg_pool_backward(g, (9,), divisor_override=-2, **arguments)[0] == -0.5


def test_a_later_gradient_of_a_small_dtype_is_rounded_once():
    """1000 windows of gradient 1 + 1000 of 1/1024: float16 partial sums would stick at 2048 or lose the small ones."""
    g = np.full(2000, 1.0, np.float16)
    g[1000:] = 1 / 1024
    got = cypool.max_pool_backward(g, np.zeros(2000, np.int64) + 1999, (2000 + 1999,), (2000,), 1)
    assert got.dtype == np.float16
    assert got[1999] == np.float16(1000 + 1000 / 1024)


@pytest.mark.parametrize("kind", ["max", "min"])
def test_double_backward_gathers_at_the_indices(kind):
    for case in itertools.islice((case for case in cases.rank_grid() if case.kind == kind and case.dtype in FLOATS), 30):
        try:
            values, in_plane, in_window = case.truth()
        except ValueError:
            continue
        gg = cases.random_values(np.random.default_rng(5), case.dtype, case.shape, "plain")
        want = reference.double_backward(gg, in_plane, case.plan())
        for indices in (in_plane, in_window):
            got = getattr(cypool, f"{kind}_pool_double_backward")(gg, indices, **case.geometry)
            assert not cases.same_bits(got, want), str(case)


@pytest.mark.parametrize(("kernel", "code"), [((16, 16), "uint8"), ((1, 257), "uint16"), ((260, 260), "uint32")])
def test_double_backward_by_window_indices_of_every_width(kernel, code):
    x = cases.make("float32", (2, 270, 280), seed=6)
    in_plane = cypool.max_pool(x, kernel, (3, 7), return_indices=True)[1]
    in_window = cypool.max_pool(x, kernel, (3, 7), return_indices="window")[1]
    assert in_window.dtype == code
    want = np.take_along_axis(x.reshape(2, -1), in_plane.reshape(2, -1), 1).reshape(in_plane.shape)
    assert np.array_equal(cypool.max_pool_double_backward(x, in_window, kernel, (3, 7)), want)


def test_double_backward_is_the_adjoint_of_backward():
    rng = cases.seeded("double backward")
    x = rng.standard_normal((2, 3, 9, 8))
    y, indices = cypool.max_pool(x, 3, 2, 1, return_indices="window")
    g, gg = rng.standard_normal(y.shape), rng.standard_normal(x.shape)
    left = np.vdot(cypool.max_pool_backward(g, indices, x.shape, 3, 2, 1), gg)
    right = np.vdot(g, cypool.max_pool_double_backward(gg, indices, 3, 2, 1))
    assert left == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_gradient_lies_in_memory_as_its_gradient_does(order):
    x = cases.in_memory_order(cases.make("float32", (3, 4, 6, 8)), order)
    y, indices = cypool.max_pool(x, 2, return_indices=True)
    g = np.ones_like(y)
    lp = cypool.lp_pool(x, 2)
    for got in (
        cypool.max_pool_backward(g, indices, x.shape, 2),
        cypool.avg_pool_backward(g, x.shape, 2),
        cypool.sum_pool_backward(g, x.shape, 2),
        cypool.lp_pool_backward(g, x, lp, 2),
    ):
        assert got.transpose(order).flags.c_contiguous


@pytest.mark.parametrize("form", cases.FORMS)
def test_memory_changes_no_bit(form):
    """But the last ones where another order of axes in memory means another order of adding up."""
    for dtype in FLOATS:
        eps = np.finfo("float64" if dtype == "float64" else "float32").eps
        same = partial(cases.close, error=4 * eps) if form in ("fortran", "channels_last", "rolled") else cases.same_bits
        x = cases.make(dtype, (2, 3, 11, 19))
        y, indices = cypool.max_pool(x, 3, 2, 1, return_indices=True)
        in_window = cypool.max_pool(x, 3, 2, 1, return_indices="window")[1]
        norm = cypool.lp_pool(x, 3, 2, 1)
        g = cases.make(dtype, y.shape, form)
        plain = np.array(g, cases.dtype_of(dtype), order="C")
        give = cases.FORMS[form]
        want = cypool.max_pool_backward(plain, indices, x.shape, 3, 2, 1)
        assert not cases.same_bits(cypool.max_pool_backward(g, indices, x.shape, 3, 2, 1), want)
        assert not same(cypool.avg_pool_backward(g, x.shape, 3, 2, 1), cypool.avg_pool_backward(plain, x.shape, 3, 2, 1))
        assert not same(cypool.sum_pool_backward(g, x.shape, 3, 2, 1), cypool.sum_pool_backward(plain, x.shape, 3, 2, 1))
        if form != "zero_stride":
            for given in (indices, in_window):
                assert not cases.same_bits(cypool.max_pool_backward(g, give(given), x.shape, 3, 2, 1), want)
            want = cypool.lp_pool_backward(plain, x, norm, 3, 2, 1)
            assert not same(cypool.lp_pool_backward(g, give(x), give(norm), 3, 2, 1), want)


@pytest.mark.parametrize("kind", cases.KINDS)
def test_out_receives_the_gradient(kind):
    x = cases.make("float32", (2, 5, 9, 8))
    plain = {"kernel_size": 3, "stride": 2, "padding": 1}
    if kind in ("max", "min"):
        y, indices = getattr(cypool, f"{kind}_pool")(x, return_indices="window", **plain)
        given = (np.ones_like(y), indices, x.shape)
    else:
        y = getattr(cypool, f"{kind}_pool")(x, **plain)
        given = (np.ones_like(y), x, y) if kind == "lp" else (np.ones_like(y), x.shape)
    back = getattr(cypool, f"{kind}_pool_backward")
    want = back(*given, **plain)
    for out in (np.full_like(x, 7), np.asfortranarray(np.full_like(x, 7)), cases.in_poison(np.full_like(x, 7), 1, 2)):
        assert back(*given, out=out, **plain) is out
        assert not cases.same_bits(out, want)
    if kind == "lp":
        want = back(*given, p=np.inf, **plain)
        out = np.full_like(x, 7)
        assert back(*given, p=np.inf, out=out, **plain) is out
        assert not cases.same_bits(out, want)
        assert out.any()


def test_gradients_of_which_only_a_part_is_given():
    """The free axes behind the pooled one don't lie together, nor does anything else."""
    g = cases.make("float64", (4, 3, 5))
    for part in (g[:, :, :4], g[:, ::2, ::2], g[::2, :, 1:]):
        for kind in ("avg", "sum"):
            back = getattr(cypool, f"{kind}_pool_backward")
            shape = (2 * part.shape[0] + 1, *part.shape[1:])
            assert np.array_equal(back(part, shape, 3, 2, axes=0), back(part.copy(), shape, 3, 2, axes=0))


def test_double_backward_of_empty_batches():
    for indices in (np.zeros((0, 2, 2), np.int64), np.zeros((0, 2, 2), np.uint8)):
        out = np.empty((0, 2, 2))
        assert cypool.max_pool_double_backward(np.ones((0, 4, 4)), indices, 2).shape == (0, 2, 2)
        assert cypool.max_pool_double_backward(np.ones((0, 4, 4)), indices, 2, out=out) is out


def test_any_signed_or_unsigned_dtype_of_indices():
    x = cases.make("float64", (3, 6, 6))
    y, in_plane = cypool.max_pool(x, 2, return_indices=True)
    in_window = cypool.max_pool(x, 2, return_indices="window")[1]
    want = cypool.max_pool_backward(np.ones_like(y), in_plane, x.shape, 2)
    for indices in [in_plane.astype(f"int{bits}") for bits in (8, 16, 32, 64)] + [in_window.astype(f"uint{bits}") for bits in (8, 16, 32, 64)]:
        for order in ("=", ">", "<"):
            swapped = indices.astype(indices.dtype.newbyteorder(order))
            assert np.array_equal(cypool.max_pool_backward(np.ones_like(y), swapped, x.shape, 2), want)


@pytest.mark.parametrize("dtype", ["bool", "float32", "float64", "complex128", "object", "U3", "M8[s]"])
def test_indices_of_other_dtypes_are_refused(dtype):
    g = np.ones((2, 2))
    with pytest.raises(TypeError, match="indices"):
        cypool.max_pool_backward(g, np.zeros((2, 2), np.int64).astype(dtype), (4, 4), 2)


@pytest.mark.parametrize("dtype", ["bool", "int32", "int64", "uint8", "complex64", "object", "longdouble"])
def test_gradients_are_real_floats(dtype):
    g = np.ones((2, 2), dtype)
    for call in (
        lambda: cypool.max_pool_backward(g, np.zeros((2, 2), np.int64), (4, 4), 2),
        lambda: cypool.avg_pool_backward(g, (4, 4), 2),
        lambda: cypool.sum_pool_backward(g, (4, 4), 2),
        lambda: cypool.lp_pool_backward(g, np.ones((4, 4)), np.ones((2, 2)), 2),
    ):
        with pytest.raises(TypeError, match="grad_output"):
            call()


def test_batches_without_images_have_gradients_without_images():
    for shape, out in (((0, 3, 4, 4), (0, 3, 2, 2)), ((2, 0, 4, 4), (2, 0, 2, 2))):
        g, none = np.ones(out), np.zeros(out, np.int64)
        assert cypool.max_pool_backward(g, none, shape, 2).shape == shape
        assert cypool.avg_pool_backward(g, shape, 2).shape == shape
        assert cypool.lp_pool_backward(g, np.ones(shape), g, 2).shape == shape


def test_cells_outside_every_window_receive_zero():
    got = cypool.avg_pool_backward(np.ones((1, 1)), (7, 7), 2, 9)
    assert got.sum() == 1
    assert np.count_nonzero(got) == 4
    out = np.full((5, 5), np.nan)
    cypool.max_pool_backward(np.ones((2, 2)), np.zeros((2, 2), np.uint8), (5, 5), 2, out=out)
    assert not np.isnan(out).any()
    assert not out[4].any()


@pytest.mark.parametrize(
    ("kind", "kernel", "stride", "dtype"),
    [("avg", 2, 2, "float32"), ("avg", 3, 2, "float32"), ("avg", 3, 2, "float16"), ("lp", 2, 2, "float32"), ("max", 2, 2, "float32"),
     ("max", 3, 1, "float16"), ("min", 5, 3, "float32")],
)  # fmt: skip
def test_gradients_too_large_for_the_caches_are_the_same_as_small_ones(kind, kernel, stride, dtype):
    """They are written past the caches, from 12 MiB on; here from addresses that aren't those of whole vectors, too."""
    whole, size = 9, (701, 683) if dtype == "float32" else (1003, 997)
    x = cases.make(dtype, (whole, *size))
    y = getattr(cypool, f"{kind}_pool")(x, kernel, stride, **({"return_indices": "window"} if kind in ("max", "min") else {}))
    g = cases.make(dtype, y[0].shape if isinstance(y, tuple) else y.shape, seed=1)
    memory = np.full((x.size + 8) * x.itemsize, 0xAA, "uint8").view(x.dtype)

    def backward(planes, **more):
        shape = (len(g[planes]), *size)
        arrays = {"avg": lambda: (shape,), "lp": lambda: (x[planes], y[planes])}.get(kind, lambda: (y[1][planes], shape))()
        return getattr(cypool, f"{kind}_pool_backward")(g[planes], *arrays, kernel, stride, **more)

    want = np.concatenate([backward(slice(i, i + 1)) for i in range(whole)])
    assert want.nbytes >= 2**24
    for out in (None, memory[1:-7], memory[3:-5]):
        got = backward(slice(None), out=None if out is None else out.reshape(x.shape))
        assert not cases.same_bits(got, want)


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64"])
@pytest.mark.parametrize("width", [1, 5, 21])
def test_gradients_of_few_cells_under_many_windows_leave_alone_what_lies_beside(width, dtype):
    shape, geometry = (80, 300, width), (3, 1, (1, (127 - width) // 2))
    g = cases.make(dtype, (80, 300, 125), seed=4)
    for kind in ("sum", "avg"):
        backward = getattr(cypool, f"{kind}_pool_backward")
        beside = np.full(np.prod(shape) + 256, 77, dtype)
        got = backward(g, shape, *geometry, out=beside[128:-128].reshape(shape))
        assert (beside[:128] == 77).all()
        assert (beside[-128:] == 77).all()
        assert not cases.same_bits(got, np.concatenate([backward(plane, (1, *shape[1:]), *geometry) for plane in np.split(g, 80)]))


@pytest.mark.parametrize("inner", [1, 2, 3, 5, 11, 16, 17])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("stride", [2, 3, 5, 8])
def test_gradients_of_rows_that_are_done_in_parts(inner, dtype, stride):
    """Parts of the same rows lie side by side, and none may write into the next, which may be done already."""
    columns = -(-20_000 // (inner * stride)) + 3
    g = cases.make(dtype, (4, columns, inner), values="plain")
    want = g.repeat(stride, axis=1)
    for n_threads in (1, 2):
        assert np.array_equal(cypool.sum_pool_backward(g, want.shape, stride, axes=1, n_threads=n_threads), want)
    first = np.zeros_like(want)
    first[:, ::stride] = g
    codes = np.zeros(g.shape, "uint8")
    assert np.array_equal(cypool.max_pool_backward(g, codes, want.shape, stride, axes=1), first)
    assert np.array_equal(cypool.max_unpool(g, codes, stride, axes=1), first)
    assert np.array_equal(cypool.max_pool_backward(g[..., 0].copy(), codes[..., 0].copy(), want.shape[:2], stride, axes=1), first[..., 0])


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize(
    ("planes", "geometry"),
    [
        ((5, 5), (5, 3, 2)),  # as many windows as rows need
        ((13, 13), (3, 2)),  # fewer
        ((3, 9), ((3, 2), (1, 2), ((2, 2), (0, 0)))),  # more, as windows may lie in the padding but for one cell
        ((8, 20), (2, 2)),
        ((8, 20), (3, 2, 1)),
        ((11, 7), (3, 1)),
        ((11, 7), (3, 1, 1)),
        ((6, 5), (2, 3, ((0, 1), (1, 0)), 2)),
        ((3, 4, 5), (3, 2, 1)),
    ],
)
@pytest.mark.parametrize("inner", [1, 3])
def test_gradients_of_many_small_planes_are_those_of_each(planes, geometry, inner, dtype):
    x = cases.make(dtype, (3, 111, *planes, inner), seed=2)
    axes = tuple(range(2, x.ndim - 1))

    def gradients(x, axes):
        y, codes = cypool.max_pool(x, *geometry, axes=axes, return_indices="window")
        norms = cypool.lp_pool(x, *geometry, axes=axes)
        yield cypool.max_pool_backward(y, codes, x.shape, *geometry, axes=axes)
        yield cypool.lp_pool_backward(y, x, norms, *geometry, axes=axes)
        for options in ({}, {"count_include_pad": False}, {"divisor_override": 3}):
            yield cypool.avg_pool_backward(y, x.shape, *geometry, axes=axes, **options)

    whole = list(gradients(x, axes))
    for place in ((0, 0), (0, 1), (1, 50), (2, 109), (2, 110)):
        for some, one in zip(whole, gradients(x[place], tuple(a - 2 for a in axes)), strict=True):
            assert not cases.same_bits(some[place], one)


def by_both_indices(x, geometry, seed, **more):
    """Gradients from indices inside windows, and from flat ones, which are sent one by one. What lies beside `out` stays as it was."""
    for indices in ("window", True):
        codes = cypool.max_pool(x, *geometry, return_indices=indices, **more)[1]
        g = cases.make(x.dtype.name, codes.shape, seed=seed)
        beside = np.full(x.size + 256, 77, x.dtype)
        yield cypool.max_pool_backward(g, codes, x.shape, *geometry, out=beside[128:-128].reshape(x.shape), **more)
        assert (beside[:128] == 77).all()
        assert (beside[-128:] == 77).all()


SPREAD = [(2, 2), (2, 2, 1), (3, 2), (3, 2, 1), (3, 2, ((1, 0), (0, 1))), (3, 1), (3, 1, 1), (3, 1, ((0, 2), (1, 0)))]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("geometry", SPREAD)
def test_small_windows_spread_as_if_sent_one_by_one(geometry, dtype):
    """For rows that are parts of vectors, or some and a part, planes of few and of many rows, and channels last."""
    for width in range(3, 75):
        for planes, height, inner in ((7, 3, 1), (2, 4 + width % 9, 1), (2, 5, 2)):
            x = cases.make(dtype, (planes, height, width, inner), seed=width)
            got, want = by_both_indices(x, geometry, width, axes=(1, 2))
            assert not cases.same_bits(got, want), (width, height, inner)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("geometry", SPREAD)
def test_small_windows_spread_in_planes_of_several_tiles_past_the_caches(geometry, n_threads):
    for shape in ((150, 231, 101), (5, 400, 1000), (2, 900, 1999)):
        got, want = by_both_indices(cases.make("float32", shape), geometry, 5, n_threads=n_threads)
        assert not cases.same_bits(got, want), shape


@pytest.mark.parametrize("strides", [(0, 0, 4), (0, 52, 4), (4, 0, 0), (0, 4, 4), (4, 4, 4), (4, 52, 4)])
def test_gradients_of_small_planes_that_share_memory(strides):
    g = np.lib.stride_tricks.as_strided(cases.make("float32", (1000,), seed=3), (50, 13, 13), strides)
    for geometry in ((3, 1, 1), (2, 2), (3, 2, 1)):
        for options in ({}, {"count_include_pad": False}):
            length = 13 if geometry[1] == 1 else 26 if geometry[0] == 2 else 25
            got, want = (cypool.avg_pool_backward(a, (50, length, length), *geometry, axes=(1, 2), **options) for a in (g, g.copy()))
            np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6)  # copies may be added up in another order


def test_gradients_of_planes_that_overlap_divide_by_their_own_rows():
    rows = np.broadcast_to(cases.make("float32", (80, 1, 3), seed=4), (80, 2, 3))
    planes = np.lib.stride_tricks.as_strided(cases.make("float32", (1000,), seed=5), (80, 7, 3), (12, 4, 4))
    for g, shape, geometry in ((rows, (80, 3, 5), (3, 2, 1)), (planes, (80, 7, 3), (3, 1, 1))):
        got, want = (cypool.avg_pool_backward(a, shape, *geometry, axes=(1, 2), count_include_pad=False) for a in (g, g.copy()))
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-6)


def one_by_one(values, in_plane, shape, axes, add):
    """Send values to the cells of their planes in the order of the windows, halves by way of float32."""
    inside = len(axes)
    values, in_plane = (np.moveaxis(a, axes, range(-inside, 0)) for a in (values, in_plane))
    lengths = [shape[axis] for axis in axes]
    result = np.zeros((*values.shape[:-inside], np.prod(lengths)), np.float32 if add and values.dtype == np.float16 else values.dtype)
    for place in np.ndindex(result.shape[:-1]):
        if add:
            np.add.at(result[place], in_plane[place].ravel(), values[place].ravel())
        else:
            for at, value in zip(in_plane[place].ravel(), values[place].ravel(), strict=True):
                result[place][at] = value
    return np.moveaxis(result.reshape(*result.shape[:-1], *lengths), range(-inside, 0), axes).astype(values.dtype)


SENT = {
    "large windows that overlap": ((2, 3, 13, 15), (9, 1, 4), (2, 3)),
    "windows side by side": ((2, 3, 21, 35), (7, 7), (2, 3)),
    "three axes": ((3, 9, 8, 10), (2, 2), (1, 2, 3)),
    "strides apart": ((4, 33, 40), ((3, 5), (4, 3), ((1, 0), (0, 2)), 2), (1, 2)),
    "signals": ((5, 3000), (100, 9), (1,)),
    "channels last": ((2, 14, 11, 3), (3, 3), (1, 2)),
    "more channels than windows at a time": ((2, 9, 10, 300), (4, 3), (1, 2)),
    "codes of 16 bits": ((2, 60, 50), (20, 2), (1, 2)),
    "fewer windows than a table has taps": ((2, 40, 30), (20, 3), (1, 2)),
    "codes that no table lists": ((2, 90, 85), (80, 3), (1, 2)),
    "codes of 32 bits": ((2, 270, 280), (260, 4), (1, 2)),
    "axes in another order": ((2, 12, 21, 2), (6, 5), (2, 1)),
    "one plane": ((30, 44), (6, 5), (0, 1)),
}


@pytest.mark.parametrize("name", SENT)
@pytest.mark.parametrize("n_threads", [1, 2])
def test_windows_sent_one_by_one(name, n_threads):
    shape, geometry, axes = SENT[name]
    geometry = dict(zip(("kernel_size", "stride", "padding", "dilation"), geometry, strict=False), axes=axes, n_threads=n_threads)
    for dtype in (*FLOATS, "int8", "int16", "int64"):
        if dtype == "bfloat16":
            continue  # np.add.at has no such sums
        x = cases.make(dtype, shape, seed=6)
        y, in_window = cypool.max_pool(x, **geometry, return_indices="window")
        _, in_plane = cypool.max_pool(x, **geometry, return_indices=True)
        unpooled = one_by_one(y, in_plane, shape, axes, False) if "dilation" not in geometry else None
        plain = {name: value for name, value in geometry.items() if name != "dilation"}
        for indices in (in_window, in_plane):
            if dtype in FLOATS:
                got = cypool.max_pool_backward(y, indices, shape, **geometry)
                assert not cases.same_bits(got, one_by_one(y, in_plane, shape, axes, True))
                assert not cases.same_bits(cypool.max_pool_double_backward(x, indices, **geometry), y)  # each maximum from its own cell
            if "dilation" not in geometry:
                assert not cases.same_bits(cypool.max_unpool(y, indices, **plain, output_shape=shape), unpooled)


@pytest.mark.parametrize("before", [0, 2**60])
def test_windows_with_taps_far_out_in_the_padding(before):
    x = cases.make("float32", (3, 64, 8), seed=8)
    geometry = dict(stride=1, padding=((before, 2**60 - before), (0, 0)), dilation=(2**60, 1), axes=(1, 2))
    y, indices = cypool.max_pool(x, (2, 1), **geometry, return_indices="window")
    assert not cases.same_bits(cypool.max_pool_backward(y, indices, x.shape, (2, 1), **geometry), x)
    assert not cases.same_bits(cypool.max_pool_double_backward(x, indices, (2, 1), **geometry), x)


@pytest.mark.parametrize("length", [3, 5, 7, 9, 40, 130])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize("bins", [(1, 1), (1, 2), (2, 1), (3, 3)])
def test_gradients_of_wide_windows_that_do_not_overlap(length, dtype, bins):
    """Cells that share their windows are filled together, in rows and over their ends."""
    windows = [[slice(o * length // n, -(-(o + 1) * length // n)) for o in range(n)] for n in bins]
    g = cases.make(dtype, (2, 29, *bins), seed=9)
    want = np.zeros((2, 29, length, length), np.float64)
    for (i, rows), (j, columns) in itertools.product(*map(enumerate, windows)):
        want[..., rows, columns] += g[..., i, j, None, None].astype(np.float64) / ((rows.stop - rows.start) * (columns.stop - columns.start))
    got = cypool.adaptive_avg_pool_backward(g, want.shape, bins)
    np.testing.assert_allclose(got.astype(np.float64), want, rtol=1e-3 if dtype == "float16" else 1e-6, atol=1e-6)
    if bins == (1, 1):
        assert not cases.same_bits(cypool.global_avg_pool_backward(g, want.shape, keepdims=True), got)
        x = cases.make(dtype, want.shape, seed=10)
        y = cypool.global_lp_pool(x, keepdims=True)
        slope = g.astype(np.float64) / y.astype(np.float64) * x.astype(np.float64)
        got = cypool.global_lp_pool_backward(g, x, y, keepdims=True)
        np.testing.assert_allclose(got.astype(np.float64), slope, rtol=4e-3 if dtype == "float16" else 1e-5, atol=1e-5)


@pytest.mark.parametrize(("length", "bins"), [(1, 1024), (1, 1025), (2, 3000), (3, 5000)])
def test_gradients_of_cells_that_share_more_than_a_thousand_bins(length, bins):
    g = np.random.default_rng(length).random((2, bins), np.float32)
    want = np.zeros((2, length))
    for o in range(bins):
        taps = slice(o * length // bins, -(-(o + 1) * length // bins))
        want[:, taps] += g[:, o, None].astype(np.float64) / (taps.stop - taps.start)
    np.testing.assert_allclose(cypool.adaptive_avg_pool_backward(g, (2, length), bins, axes=1), want, rtol=1e-6)


@pytest.mark.parametrize(("shape", "bins"), [((2, 3, 50, 29), (7, 14)), ((4, 7, 7), 1), ((2, 3, 300), 13), ((3, 4, 5), (9, 7))])
def test_adaptive_windows_sent_one_by_one(shape, bins):
    axes = (-1,) if len(shape) == 3 and bins == 13 else (-2, -1)
    for dtype in ("float32", "float64", "float16"):
        x = cases.make(dtype, shape, seed=7)
        y, in_window = cypool.adaptive_max_pool(x, bins, axes=axes, return_indices="window")
        _, in_plane = cypool.adaptive_max_pool(x, bins, axes=axes, return_indices=True)
        want = one_by_one(y, in_plane, shape, axes, True)
        for indices in (in_window, in_plane):
            assert not cases.same_bits(cypool.adaptive_max_pool_backward(y, indices, shape, bins, axes=axes), want)
