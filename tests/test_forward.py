"""Does every window function give what the definition says?"""

import itertools
import math

import cases
import cypool
import numpy as np
import pytest
import reference
from cases import KINDS, compare_forward
from cypool import _arrays


def check_values(case):
    try:
        want = case.truth()
    except ValueError:
        return cases.refused(lambda: case.call(cypool), ValueError)
    got = case.call(cypool)
    return compare_forward(case, got, want[0] if case.kind in ("max", "min") else want)


@pytest.mark.parametrize("chunk", cases.chunks(cases.FORWARD_FAMILIES))
def test_values_match_the_definition(chunk):
    cases.verify(chunk, check_values)


def test_the_grid_is_as_large_as_promised():
    grid = [case for family in cases.FORWARD_FAMILIES.values() for case in family()]
    assert len(grid) >= 5_000
    assert {case.dtype for case in grid} == set(cases.DTYPES)
    assert {case.form for case in grid} == set(cases.FORMS)


@pytest.mark.parametrize("chunk", cases.chunks({"any": cases.any_grid, "corner": cases.corner_grid}, 400))
def test_output_shape_needs_no_array(chunk):
    def check(case):
        want = list(case.shape)
        for axis, size in zip(case.plan().axes, case.plan().size, strict=True):
            want[axis] = size
        got = cypool.output_shape(case.shape, **case.geometry)
        plain = isinstance(got, tuple) and all(type(length) is int for length in got)
        return "" if plain and got == tuple(want) else f"got {got!r}, want {tuple(want)}"

    cases.verify(chunk, check)


def check_out(case):
    """The same bits into an array of the caller's, whatever its memory, and that array is what comes back."""
    try:
        want = case.call(cypool)
    except ValueError:
        return ""
    order = np.random.default_rng(case.seed).permutation(want.ndim)
    for out in (
        np.empty_like(want),
        cases.in_memory_order(np.empty(want.shape, want.dtype), order),
        cases.in_poison(np.zeros(want.shape, want.dtype), 1, 2),
        np.flip(np.empty(want.shape, want.dtype)),
    ):
        if case.call(cypool, out=out) is not out:
            return "out is not returned"
        if said := cases.same_bits(out, want):
            return f"out with strides {out.strides}: {said}"
    return ""


@pytest.mark.parametrize("chunk", cases.chunks({"rank": cases.rank_grid, "channels": cases.channel_grid}, 100))
def test_out_receives_the_result(chunk):
    cases.verify(chunk, check_out)


@pytest.mark.parametrize("kind", KINDS)
def test_the_cells_between_the_cells_of_out_are_left_alone(kind):
    x = cases.make("float32", (2, 9, 8))
    pool = getattr(cypool, f"{kind}_pool")
    want = pool(x, 2)
    around = np.full((9, 19, 19), 7, np.float32)
    out = around[2:4, 1:17:4, 3:18:4]
    pool(x, 2, out=out)
    assert np.array_equal(out, want)
    around[2:4, 1:17:4, 3:18:4] = 7
    assert (around == 7).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_the_result_lies_in_memory_as_the_input_does(kind, order):
    x = cases.in_memory_order(cases.make("float32", (3, 4, 6, 8)), order)
    for axes in ((2, 3), (1, 2), (0, 3)):
        result = getattr(cypool, f"{kind}_pool")(x, 2, axes=axes)
        assert result.transpose(order).flags.c_contiguous


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_and_spellings_of_arguments(kind):
    pool = getattr(cypool, f"{kind}_pool")
    x = cases.make("float64", (2, 3, 6, 8))
    want = pool(x, (2, 2), (2, 2), (0, 0), (1, 1), axes=(2, 3), ceil_mode=False)
    for result in (
        pool(x, 2),
        pool(x, (2, 2)),
        pool(x, [2, 2]),
        pool(x, np.int64(2), np.uint8(2)),
        pool(x, np.array([2, 2])),
        pool(x, 2, 2, 0, 1),
        pool(x, 2, padding="valid"),
        pool(x, 2, padding=[(0, 0), (0, 0)]),
        pool(x, 2, axes=(-2, -1)),
        pool(x, kernel_size=2, stride=None),
        pool(x.tolist(), 2),
    ):
        assert np.array_equal(result, want)
    assert np.array_equal(pool(x, 3, axes=-1), pool(x, (3,)))
    assert np.array_equal(pool(x, (2, 3), axes=(3, 1)), pool(x, (3, 2), axes=(1, 3)))
    assert pool(x[0, 0], 2).shape == (3, 4)
    assert pool(x, (2, 2, 2)).shape == (2, 1, 3, 4)


@pytest.mark.parametrize("kind", KINDS)
def test_all_but_five_arguments_are_keywords(kind):
    with pytest.raises(TypeError):
        getattr(cypool, f"{kind}_pool")(np.ones((4, 4)), 2, 2, 0, 1, (0, 1))


@pytest.mark.parametrize("padding", ["same", "same_lower"])
def test_same_ignores_ceil_mode(padding):
    for length, k, s, d in itertools.product(range(1, 12), range(1, 5), range(1, 5), (1, 2)):
        shapes = {cypool.output_shape((length,), (k,), s, padding, d, ceil_mode=mode) for mode in (False, True, "full")}
        assert shapes == {(-(-length // s),)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_input_is_left_alone(kind):
    for form in cases.FORMS:
        x = cases.make("float32", (3, 6, 7), form, "special")
        before = x.tobytes()
        getattr(cypool, f"{kind}_pool")(x, 3, 1, 1, ceil_mode=True)
        assert x.tobytes() == before


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
@pytest.mark.parametrize(("kernel", "stride", "length"), [(12, 10, 102), (49, 49, 49), (49, 49, 98), (9, 8, 17), (70, 65, 200), (300, 280, 860)])
def test_windows_far_apart_are_folded_where_they_lie(dtype, kernel, stride, length):
    """On one row, on many rows that follow each other, and on rows that don't; x may be read-only and isn't written."""
    for rows in (1, 5, 700):
        whole = cases.make("int32" if dtype == "int64" else dtype, (rows, length + 3), values="plain").astype(dtype)
        for x in (whole[:, :length], np.ascontiguousarray(whole[:, :length])):
            before = x.tobytes()
            x.flags.writeable = False
            cells = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=1)[:, ::stride].astype("float64")
            assert np.allclose(cypool.sum_pool(x, kernel, stride, axes=-1), cells.sum(-1), atol=1e-4)
            assert np.allclose(cypool.avg_pool(x, kernel, stride, axes=-1), cells.mean(-1), atol=1e-5)
            assert x.tobytes() == before


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
@pytest.mark.parametrize("shape", [(4, 64), (16, 16), (7, 3, 10), (64, 64), (64, 66), (5, 6, 8)])
@pytest.mark.parametrize("kernel", [(2, 2), (1, 2), (2, 1, 2), (1, 2, 2), (2, 2, 1)])
def test_means_of_pairs_of_bytes_in_windows_that_share_rows(dtype, shape, kernel):
    """Of two or four cells that need no sum, but where rows are joined before."""
    if len(kernel) > len(shape):
        return
    x = cases.make(dtype, shape, values="wide")
    axes = tuple(range(len(shape) - len(kernel), len(shape)))
    for stride in itertools.product((1, 2), repeat=len(kernel)):
        cells = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=axes)
        cells = cells[(..., *(slice(None, None, s) for s in stride), *(slice(None) for _ in kernel))]
        mean = np.rint(cells.mean(axis=tuple(range(-len(kernel), 0))))
        assert np.array_equal(cypool.avg_pool(x, kernel, stride, axes=axes, dtype=dtype), mean)
        out = mean.shape[-len(kernel) :]
        bins = np.rint(cypool.adaptive_avg_pool(x.astype("float64"), out, axes=axes))
        assert np.array_equal(cypool.adaptive_avg_pool(x, out, axes=axes, dtype=dtype), bins)


@pytest.mark.parametrize(("kernel", "stride"), [((191, 3), (39, 1)), ((11, 187), (3, 1))])
def test_rows_that_are_loaded_once_count_as_they_are_joined(kernel, stride):
    """By doubling, which takes more additions after each other than a pairwise sum: not in float32."""
    row, column = ((k + 4 * s, k, s, 1, 0, 0, 5, 0, 4, 0) for k, s in zip(kernel, stride, strict=True))
    assert _arrays.shallow([row], column, 1, False)
    assert not _arrays.shallow([row], column, 1, True)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64", "float16", "float32", "float64"])
@pytest.mark.parametrize("kernel", [8, 9, 15, 16, 17, 31, 32, 33, 49, 63, 64, 65, 95, 127, 128, 144, 255, 256, 257, 320, 575, 576])
def test_each_cell_of_a_wide_window_counts_once(dtype, kernel):
    """One cell of each row differs from the others, another one in each row; behind the windows lie cells that differ more."""
    one = np.eye(kernel, dtype=dtype)
    x = np.concatenate([one, np.zeros_like(one), one, np.full((kernel, 1), 3, dtype)], axis=1)[:, : 3 * kernel]
    assert (cypool.max_pool(x, kernel, axes=-1) == [1, 0, 1]).all()
    assert (cypool.min_pool(1 - x, kernel, axes=-1) == [0, 1, 0]).all()
    assert (cypool.sum_pool(x, kernel, axes=-1) == [1, 0, 1]).all()
    assert (cypool.lp_pool(x, kernel, p=1, axes=-1) == [1, 0, 1]).all()
    if np.dtype(dtype).kind == "f":
        odd = np.where(x == 1, np.nan, x - 1)
        for pool in (cypool.max_pool, cypool.min_pool, cypool.sum_pool):
            assert (np.isnan(pool(odd, kernel, axes=-1)) == [True, False, True]).all()
        assert np.signbit(cypool.sum_pool(-np.zeros_like(x), kernel, axes=-1)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_new_writable_arrays(kind):
    for shape, k in (((3, 4), 1), ((0, 4, 4), 2), ((2, 2), 2)):
        x = cases.make("float64", shape)
        result = getattr(cypool, f"{kind}_pool")(x, k)
        assert type(result) is np.ndarray
        assert result.flags.writeable
        assert result.dtype.isnative
        assert not np.may_share_memory(result, x)


@pytest.mark.parametrize("kind", KINDS)
def test_extremes_keep_the_byte_order_and_other_kinds_are_native(kind):
    x = cases.make("float64", (4, 6), "swapped")
    dtype = getattr(cypool, f"{kind}_pool")(x, 2).dtype
    assert dtype == (x.dtype if kind in ("max", "min") else np.float64)


@pytest.mark.parametrize("form", cases.FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_memory_changes_no_bit(kind, form):
    """But the last ones of float sums where another order of axes in memory means another order of adding up."""
    reordered = form in ("fortran", "channels_last", "rolled")
    for dtype, values in itertools.product(("float32", "float16", "float64", "int64", "uint8"), ("plain", "special", "wide")):
        for shape, arguments in (
            ((2, 3, 9, 17), {"kernel_size": 3, "stride": 2, "padding": 1}),
            ((2, 9, 7, 33), {"kernel_size": 3, "stride": 1, "axes": (1, 2)}),
            ((3, 40, 50), {"kernel_size": (13, 5), "stride": 1, "padding": (6, 0)}),
        ):
            x = cases.make(dtype, shape, form, values, seed=3)
            plain = np.array(x, dtype, order="C")
            pool = getattr(cypool, f"{kind}_pool")
            got, want = cases.native(pool(x, **arguments)), pool(plain, **arguments)
            if reordered and kind not in ("max", "min") and want.dtype.kind == "f":
                plan = reference.windows_plan(shape, **arguments)
                eps = cases.rounding(plan, "float32" if dtype == "float32" else "float64")
                said = cases.close(got, want, 2 * eps * np.nan_to_num(reference.magnitude(plain, plan), posinf=0))
            else:
                said = cases.same_bits(got, want)
            assert not said, f"{kind}_pool of cases.make({dtype!r}, {shape}, {form!r}, {values!r}, 3) with {arguments}: {said}"


def test_the_reference_sees_every_kind():
    names = {name.removesuffix("_pool") for name in cypool.__all__ if name.endswith("_pool")}
    window_kinds = {name for name in names if not name.startswith(("global_", "adaptive_"))}
    assert window_kinds == set(KINDS)
    assert all(hasattr(reference, f"{kind}_pool") for kind in window_kinds)


@pytest.mark.parametrize(("kernel", "length"), [(8, 1), (9, 3), (13, 1), (13, 5), (16, 1), (17, 2), (31, 2), (64, 3), (65, 2), (300, 2)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int8", "uint16", "int64"])
def test_wide_windows_of_many_rows_that_are_mostly_padding(kernel, length, dtype):
    """Rows share their padding: a window is wider than what lies between it and the next row's."""
    x = cases.make(dtype, (1500, length))
    padding = (kernel - length + 1) // 2
    for name, values, want in (
        ("max", {}, x.max(axis=1)), ("min", {}, x.min(axis=1)), ("sum", {"dtype": "float64"}, x.sum(axis=1, dtype="float64")),
    ):  # fmt: skip
        got = getattr(cypool, f"{name}_pool")(x, kernel, kernel, padding, axes=1, **values)
        np.testing.assert_allclose(got[:, 0].astype("float64"), want.astype("float64"), rtol=1e-12, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int8", "int64"])
@pytest.mark.parametrize("kernel", [(6, 3, 13), (6, 3, 1200), (18, 17, 13), (18, 17, 40)])
def test_long_windows_of_many_rows_that_are_mostly_padding(kernel, dtype):
    """What lies inside is less than one of the pieces that long windows are united in, but of more rows than are added up one by one."""
    x = cases.make(dtype, (21, 19, 2, 110))
    padding = ((3, 5), (0, 0), (kernel[2] // 2 - 1, kernel[2] // 2))
    geometry = {"kernel_size": kernel, "stride": (2, 3, kernel[2]), "padding": padding, "axes": (0, 1, 2)}

    def truth(cells, neutral, reduce):
        cells = np.pad(reduce(cells, axis=2), (*padding[:1], (0, 0), (0, 0)), constant_values=neutral)
        return reduce(np.lib.stride_tricks.sliding_window_view(cells, kernel[:2], axis=(0, 1))[::2, ::3], axis=(-2, -1))[:, :, None]

    assert np.array_equal(cypool.max_pool(x, **geometry), truth(x, x.min(), np.max))
    assert np.array_equal(cypool.min_pool(x, **geometry), truth(x, x.max(), np.min))
    wide, rtol = x.astype("float64"), 1e-12 if dtype in ("float64", "int8", "int64") else 1e-3 if dtype == "float16" else 1e-6
    error = rtol * truth(abs(wide), 0, np.sum)
    assert (abs(cypool.sum_pool(x, dtype="float64", **geometry) - truth(wide, 0, np.sum)) <= error).all()
    assert (abs(cypool.avg_pool(x, **geometry) - truth(wide, 0, np.sum) / math.prod(kernel)) <= error / math.prod(kernel)).all()
    np.testing.assert_allclose(cypool.lp_pool(x, **geometry), truth(wide**2, 0, np.sum) ** 0.5, rtol=rtol)


@pytest.mark.parametrize("kernel", [1025, 1031, 1040, 1041, 1048, 2080, 4096, 4097, 4103, 9000])
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "int64", "uint64", "float16", "float32", "float64"])
def test_long_windows_piece_by_piece(kernel, dtype):
    """Just as many cells as a piece has, or some more; the first and the last window reach into the padding, of one 3 cells are left."""
    x = cases.make(dtype, (3, 2 * kernel + 2))
    windows = slice(0, kernel - 1), slice(kernel - 1, 2 * kernel - 1), slice(2 * kernel - 1, None)
    geometry = {"kernel_size": kernel, "padding": ((1, kernel - 3),), "axes": -1}
    for array in (x, x[:, ::-1].copy()[:, ::-1], x.astype(x.dtype.newbyteorder())):
        most, least = cypool.max_pool(array, **geometry), cypool.min_pool(array, **geometry)
        mean = cypool.avg_pool(array, **geometry, dtype="float64", count_include_pad=False)
        for o, window in enumerate(windows):
            assert np.array_equal(most[:, o], x[:, window].max(axis=1))
            assert np.array_equal(least[:, o], x[:, window].min(axis=1))
            np.testing.assert_allclose(mean[:, o], x[:, window].mean(axis=1, dtype="float64"), rtol=1e-9, atol=1e-9)
    most, mean = cypool.adaptive_max_pool(x[:, 1:], 2, axes=-1), cypool.adaptive_avg_pool(x[:, 1:], 2, axes=-1, dtype="float64")
    for o, window in enumerate((slice(1, kernel + 2), slice(kernel + 1, None))):
        assert np.array_equal(most[:, o], x[:, window].max(axis=1))
        np.testing.assert_allclose(mean[:, o], x[:, window].mean(axis=1, dtype="float64"), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rows", [20, 600])
@pytest.mark.parametrize("kernel", [1025, 1039, 1047, 1551, 2100, 4097])
@pytest.mark.parametrize("dtype", ["int8", "int64", "float32", "float64"])
def test_long_windows_of_more_rows_than_a_chain_has(rows, kernel, dtype):
    """A tree of them, each of which is folded as a whole, or in two pieces."""
    rng = np.random.default_rng(rows + kernel)
    x = rng.integers(-100, 100, (rows, kernel + 3)).astype(dtype)
    x[rng.integers(rows), rng.integers(kernel)] = 120
    assert cypool.max_pool(x, (rows, kernel)).item() == 120 == -cypool.min_pool(-x.astype("float64"), (rows, kernel)).item()
    want = x[:, :kernel].sum(dtype="int64")
    error = 1e-6 * abs(x.astype("int64")).sum() if dtype == "float32" else 0
    assert abs(cypool.sum_pool(x, (rows, kernel)).item() - want) <= error
    assert abs(cypool.avg_pool(x, (rows, kernel), dtype="float64").item() * rows * kernel - want) <= error + 1e-9 * abs(want)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16"])
@pytest.mark.parametrize("inner", [1, 7, 41, 55, 56, 133])
@pytest.mark.parametrize("stride", [1, 5])
def test_sums_of_small_integers_of_tall_windows_through_planes(dtype, inner, stride):
    """What a row of narrow cells is joined to reaches further behind its end than the cells themselves."""
    x = cases.make(dtype, (7, 27, 6, inner))
    kernel, padding = (5, 11, 5), ((1, 2), (7, 7), (1, 2))
    got = cypool.sum_pool(x, kernel, stride, padding, axes=(0, 1, 2), dtype="float64")
    cells = np.pad(x.astype("int64"), (*padding, (0, 0)))
    want = np.lib.stride_tricks.sliding_window_view(cells, kernel, axis=(0, 1, 2))[::stride, ::stride, ::stride].sum((-3, -2, -1))
    assert np.array_equal(got, want)


@pytest.mark.parametrize("kind", ["max", "avg", "sum", "lp"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "uint8", "int64"])
@pytest.mark.parametrize("planes", [(18, 10), (27, 13), (20, 3), (5, 18, 7), (9, 9, 9)])
def test_a_batch_of_small_planes_is_pooled_as_each_of_them(kind, dtype, planes):
    """Of windows of so many rows that they are united as a tree, for many planes at a time."""
    x = cases.make(dtype, (400, *planes))
    for kernel in (9, 3, (*planes[:-1], 1), (*[9] * (len(planes) - 1), 1)):
        kernel = (kernel,) * len(planes) if isinstance(kernel, int) else kernel
        kernel = tuple(map(min, kernel, planes))
        axes = range(1, x.ndim)
        got = getattr(cypool, f"{kind}_pool")(x, kernel, axes=axes)
        each = [getattr(cypool, f"{kind}_pool")(x[i : i + 1].copy(), kernel, axes=axes, n_threads=1) for i in range(0, 400, 7)]
        assert not cases.same_bits(got[::7], np.concatenate(each))


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16", "uint8", "int64"])
@pytest.mark.parametrize("geometry", [{"kernel_size": 2}, {"kernel_size": 3, "stride": 2, "padding": 1}, {"kernel_size": (5, 3), "stride": (2, 1)}])
def test_arrays_larger_than_the_caches_are_pooled_as_their_parts(dtype, geometry):
    planes = 9 * 2**20 // (120 * 130 * cases.dtype_of(dtype).itemsize)
    x = cases.make(dtype, (planes, 120, 130), values="special", seed=3)
    for kind in KINDS:
        pool = getattr(cypool, f"{kind}_pool")
        whole = pool(x, **geometry)
        for start in range(0, planes, planes // 5):
            part = slice(start, start + planes // 5)
            assert not cases.same_bits(whole[part], pool(x[part], **geometry))
    values, places = cypool.max_pool(x, **geometry, return_indices="window")
    assert values[-3:].tobytes() == cypool.max_pool(x[-3:], **geometry).tobytes()
    assert places[-3:].tobytes() == cypool.max_pool(x[-3:], **geometry, return_indices="window")[1].tobytes()


@pytest.mark.parametrize(
    ("shape", "dtype", "geometry"),
    [
        ((2, 6, 1100), "uint8", {"kernel_size": (3, 1100), "stride": 1, "padding": ((1, 1), (0, 0))}),  # united piece by piece
        ((3, 6, 1025), "uint8", {"kernel_size": (3, 2), "stride": (1, 2), "padding": ((1, 1), (0, 0))}),  # pairs at odd addresses
        ((3, 6, 1025), "int16", {"kernel_size": (3, 2), "stride": (1, 2), "padding": ((1, 1), (0, 0))}),
        ((5, 9, 700), "float32", {"kernel_size": 3, "stride": 1, "padding": 1}),
        ((40, 6, 8), "float32", {"kernel_size": 2, "stride": 2, "padding": ((0, 0), (1, 0))}),  # a column behind the last window
    ],
)
def test_planes_without_seams_are_pooled_as_each_of_them(shape, dtype, geometry):
    x = cases.make(dtype, shape, seed=5)
    for kind in KINDS:
        pool = getattr(cypool, f"{kind}_pool")
        assert not cases.same_bits(pool(x, **geometry), np.stack([pool(plane, **geometry) for plane in x]))


@pytest.mark.parametrize(
    ("shape", "dtype", "kernel"),
    [((12, 7, 792), "float32", (10, 4, 3)), ((101, 30, 30), "uint8", (100, 3, 3)), ((101, 9, 30), "int16", (70, 2, 3))],
)
def test_planes_without_seams_of_tall_volumes(shape, dtype, kernel):
    x = cases.make(dtype, shape, seed=6)
    for kind in ("max", "avg", "sum"):
        pool = getattr(cypool, f"{kind}_pool")
        whole = pool(x, kernel, 1, ((0, 0), (kernel[1] // 2, (kernel[1] - 1) // 2), (1, 1)))
        for o in range(shape[0] - kernel[0] + 1):
            part = x[o : o + kernel[0]].copy()
            assert not cases.same_bits(whole[o : o + 1], pool(part, kernel, 1, ((0, 0), (kernel[1] // 2, (kernel[1] - 1) // 2), (1, 1))))


@pytest.mark.parametrize(("kernel", "stride", "columns"), [((150, 3), 1, 50), ((200, 2), 2, 31), ((120, 5), 1, 34), ((130, 4), 2, 27)])
@pytest.mark.parametrize("kind", KINDS)
def test_tall_windows_of_narrow_planes_without_padding(kind, kernel, stride, columns):
    """A tile holds fewer rows than the windows of one position."""
    x = np.abs(cases.make("float32", (2, 9 * kernel[0], columns), seed=5))
    whole = getattr(cypool, f"{kind}_pool")(x, kernel, stride, n_threads=2)
    for o in range(0, whole.shape[1], 101):
        part = x[:, o * stride : o * stride + kernel[0]].astype("float64")
        assert np.allclose(whole[:, o], getattr(cypool, f"{kind}_pool")(part, kernel, stride)[:, 0], rtol=1e-5)


@pytest.mark.parametrize("padding", [0, 1, (0, 1), (1, 0), (0, 2), (2, 0)])
@pytest.mark.parametrize(("kernel", "stride"), [(2, 1), (2, 2), (3, 1), (3, 2), (5, 1)])
@pytest.mark.parametrize("columns", [100, 3000, 20000])
def test_rows_that_share_memory(kernel, stride, padding, columns):
    """A row may be its own neighbour, or lie over the next one."""
    row = cases.make("float32", (columns + 99,), seed=6)
    for x in (np.broadcast_to(row, (50, len(row))), np.lib.stride_tricks.sliding_window_view(row, columns), row[::-1].reshape(1, -1)):
        for pool in (cypool.max_pool, cypool.avg_pool):
            if kernel > max(np.broadcast_to(padding, 2)):
                geometry = {"kernel_size": kernel, "stride": stride, "padding": (np.broadcast_to(padding, 2).tolist(),), "axes": (1,)}
                assert not cases.same_bits(pool(x, **geometry, n_threads=1), pool(np.array(x), **geometry, n_threads=1))


def with_odd_cells(dtype, shape, seed):
    """Values of which one in some thousands is NaN, a zero of either sign, or so large that sums overflow."""
    x = cases.make(dtype, shape, seed=seed)
    rng = np.random.default_rng(seed)
    odd = cases.make(dtype, (64,), values="special", seed=seed)
    places = rng.integers(0, x.size, 1 + x.size // 5000)
    x.reshape(-1)[places] = odd[rng.integers(0, 64, len(places))]
    return x


STRIPED = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 1, "padding": 1},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": (4, 5), "stride": (3, 2), "padding": (2, 1)},
    {"kernel_size": (9, 7), "stride": 1, "padding": (4, 3)},
    {"kernel_size": (2, 9), "stride": (2, 9)},
    {"kernel_size": 3, "stride": 1, "padding": 2, "dilation": 2},
]


def strip(x, o, geometry, rows):
    """The part of x that `rows` rows of output from `o` on come from, and their geometry."""
    k, s, p, d = (np.broadcast_to(geometry.get(name, default), 2) for name, default in
                  (("kernel_size", 0), ("stride", geometry["kernel_size"]), ("padding", 0), ("dilation", 1)))  # fmt: skip
    first, stop = o * s[0] - p[0], (o + rows - 1) * s[0] - p[0] + (k[0] - 1) * d[0] + 1
    padding = ((max(0, -first), max(0, stop - len(x))), (p[1], p[1]))
    return x[max(0, first) : max(0, stop)], geometry | {"padding": padding}


def each_result(got):
    return got if isinstance(got, tuple) else (got,)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16", "int8", "uint8", "int64", "bool"])
@pytest.mark.parametrize("geometry", STRIPED)
@pytest.mark.parametrize("inner", [1, 3, 24, 40])
def test_a_large_plane_is_pooled_as_its_strips(dtype, geometry, inner):
    """Most of its parts make the same calls, which are recorded once and replayed."""
    x = with_odd_cells(dtype, (350, 500 // inner, inner), seed=7)
    geometry = geometry | {"axes": (0, 1), "n_threads": 1}
    pools = [(getattr(cypool, f"{kind}_pool"), {}) for kind in KINDS]
    pools += [(cypool.max_pool, {"return_indices": "window"}), (cypool.avg_pool, {"count_include_pad": False})]
    for pool, more in pools:
        whole = each_result(pool(x, **geometry, **more))
        strips = []
        for o in range(0, len(whole[0]), 3):
            part, padded = strip(x, o, geometry, min(3, len(whole[0]) - o))
            strips.append(each_result(pool(part, **padded, **more)))
        for a, b in zip(whole, zip(*strips, strict=True), strict=True):
            assert not cases.same_bits(a, np.concatenate(b))


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "uint8", "int32"])
@pytest.mark.parametrize("shape", [(2, 90, 61, 40), (1, 7, 130, 64), (3, 20, 20, 260), (1, 33, 9, 515), (2, 5, 70, 1000)])
@pytest.mark.parametrize("geometry", STRIPED)
def test_channels_last_are_pooled_as_planes(dtype, shape, geometry):
    """Tiles of some columns and some rows, and planes that share one. (Floats are added up in another order.)"""
    x = with_odd_cells(dtype, shape, seed=8)
    planes = np.ascontiguousarray(np.moveaxis(x, -1, 1))
    for kind in ("max", "min", "avg", "sum") if x.dtype.kind in "iu" else ("max", "min"):
        pool = getattr(cypool, f"{kind}_pool")
        got = pool(x, **geometry, axes=(1, 2))
        assert not cases.same_bits(np.ascontiguousarray(np.moveaxis(got, -1, 1)), pool(planes, **geometry, axes=(2, 3)))


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16", "uint8", "int16"])
@pytest.mark.parametrize(
    ("shape", "geometry"),
    [
        ((700, 56, 112), {"kernel_size": 3, "stride": 2, "padding": 1}),
        ((3, 1025, 1499), {"kernel_size": 2}),
        ((3, 1025, 1499), {"kernel_size": 3, "stride": 2, "padding": ((0, 1), (1, 1))}),
        ((50, 301, 301), {"kernel_size": 3, "stride": 1, "padding": 1}),
        ((2, 11, 110003), {"kernel_size": 3, "stride": 2, "padding": 1}),
        ((9, 113, 111, 40), {"kernel_size": 3, "stride": 2, "padding": 1, "axes": (1, 2)}),
        ((9, 113, 112, 40), {"kernel_size": 2, "axes": (1, 2)}),
        ((701, 1505, 5), {"kernel_size": 3, "stride": 2, "padding": 1, "axes": (0, 1)}),
        ((2900, 40, 2, 20), {"kernel_size": 2, "axes": (1, 2)}),
    ],
)
@pytest.mark.parametrize("n_threads", [1, 2])
def test_arrays_that_are_in_no_cache_and_what_lies_beside_the_result(dtype, shape, geometry, n_threads):
    """NumPy's sliding windows say the same, whole lines that were read or written too much do no harm."""
    x = cases.make(dtype, shape, seed=9)
    axes = geometry.get("axes", (1, 2))
    pads = [(0, 0)] * len(shape)
    for axis, pad in zip(axes, np.broadcast_to(geometry.get("padding", 0), (2, 2)), strict=True):
        pads[axis] = tuple(pad)
    step = [1] * len(shape)
    for axis in axes:
        step[axis] = geometry.get("stride", geometry["kernel_size"])
    real = x.astype("float32" if x.dtype.kind in "fV" else "int32")
    for kind, neutral in (("max", -np.inf), ("min", np.inf), ("avg", 0)):
        fill = neutral if x.dtype.kind in "fV" or not neutral else int(np.copysign(2**20, neutral))
        padded = np.pad(real, pads, constant_values=fill)
        windows = np.lib.stride_tricks.sliding_window_view(padded, [geometry["kernel_size"]] * 2, axis=axes)
        windows = windows[tuple(slice(None, None, s) for s in step)]
        wanted = cypool.output_shape(shape, **geometry | {"axes": axes})
        beside = np.full(math.prod(wanted) + 256, 77, "float64" if kind == "avg" and x.dtype.kind not in "fV" else x.dtype)
        out = beside[128:-128].reshape(wanted)
        getattr(cypool, f"{kind}_pool")(x, **geometry | {"axes": axes}, out=out, n_threads=n_threads)
        assert (beside[:128] == 77).all()
        assert (beside[-128:] == 77).all()
        got = out.astype("float64")
        if kind == "avg":
            error = {"float32": 1e-6, "float16": 1e-3, "bfloat16": 8e-3}.get(dtype, 1e-12)
            assert np.allclose(got, windows.mean((-2, -1), dtype="float64"), rtol=error, atol=error * 100)
        else:
            assert (got == (windows.max((-2, -1)) if kind == "max" else windows.min((-2, -1)))).all()


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize(
    ("dtype", "shape", "geometry"),
    [
        ("float32", (1, 1500, 57, 53), {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("float32", (1, 130, 181, 179), {"kernel_size": 5, "stride": 1, "padding": 2}),
        ("float32", (1, 12, 600, 613), {"kernel_size": 31, "stride": 1, "padding": 15}),
        ("float32", (3, 2, 701, 1001), {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("float32", (5, 3, 1, 300_001), {"kernel_size": (1, 5), "stride": 1, "padding": (0, 2)}),
        ("float32", (9, 160, 61, 49), {"kernel_size": 3, "stride": 1, "padding": 1, "axes": (0, 2)}),
        ("uint8", (1, 5, 1801, 1903), {"kernel_size": 3, "stride": 1, "padding": 1}),
        ("float16", (1, 2, 2103, 2005), {"kernel_size": 5, "stride": 1, "padding": 2}),
        ("int16", (2, 5, 913, 931), {"kernel_size": (4, 3), "stride": 1, "padding": 1}),
    ],
)
def test_results_that_no_cache_is_to_hold(dtype, shape, geometry, n_threads):
    """They are the same as those of planes that one may hold; nothing is written beside them."""
    axes = geometry.get("axes", (2, 3))
    x = with_odd_cells(dtype, shape, seed=12)
    by_planes = np.moveaxis(x, axes, (-2, -1))
    for kind, more in (("max", {}), ("avg", {"count_include_pad": False}), ("max", {"return_indices": "window"})):
        pool, arguments = getattr(cypool, f"{kind}_pool"), geometry | more
        first = each_result(pool(by_planes[0, 0], **arguments | {"axes": (0, 1)}))
        beside = np.full(x.size // math.prod(by_planes.shape[2:]) * first[0].size + 256, 77, first[0].dtype)
        out = beside[128:-128].reshape(cypool.output_shape(shape, **geometry | {"axes": axes}))
        assert out.nbytes >= 2**24
        whole = each_result(pool(x, **arguments | {"axes": axes}, out=out, n_threads=n_threads))
        assert (beside[:128] == 77).all()
        assert (beside[-128:] == 77).all()
        for place in np.ndindex(by_planes.shape[:2]):
            if sum(place) % 7 == 0:
                for result, wanted in zip(whole, each_result(pool(by_planes[place], **arguments | {"axes": (0, 1)})), strict=True):
                    assert not cases.same_bits(np.moveaxis(result, axes, (-2, -1))[place], wanted)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16", "uint8", "int8", "int16", "int64"])
@pytest.mark.parametrize(
    ("shape", "axes", "geometry"),
    [
        ((157, 5, 6), (1, 2), (3, 1, 1)),
        ((157, 5, 6), (1, 2), (4, 2, ((2, 1), (0, 2)))),
        ((1000, 7), 1, (4, 1, 2)),
        ((1000, 7), 0, (4, 1, 2)),
        ((90, 13, 14), (1, 2), (3, 2, 1)),
        ((40, 3, 4, 5), (1, 2, 3), (3, 1, 1)),
        ((60, 6, 7, 3), (1, 2), (3, 1, 1)),
        ((3, 80, 81), (1, 2), (5, 3, 2)),
        ((2, 9, 7000), (1, 2), (3, 1, 1)),
        ((3, 90, 90), (1, 2), (80, 10, 40)),  # of more cells than a quotient in float32 is good for, if halves are wanted
    ],
)
def test_averages_divide_by_what_lies_inside(dtype, shape, axes, geometry):
    """Small planes by one table of counts, wide ones row by row and partly without a table."""
    x = np.random.default_rng(1).integers(0, 9, shape).astype(cases.dtype_of(dtype))
    for ceil_mode in (False, True):
        more = {"axes": axes, "ceil_mode": ceil_mode}
        counts = cypool.sum_pool(np.ones(shape), *geometry, **more)
        want = cypool.sum_pool(x.astype("float64"), *geometry, **more) / counts
        got = cypool.avg_pool(x, *geometry, count_include_pad=False, dtype=dtype, **more)
        assert np.array_equal(got, (np.rint(want) if np.dtype(x.dtype).kind in "iu" else want).astype(x.dtype))


@pytest.mark.parametrize("kernel", [3, 4, 5, 9])
@pytest.mark.parametrize("columns", [13, 16, 33])
@pytest.mark.parametrize("padding", [((2, 0), (0, 0)), ((2, 2), (0, 0))])
def test_averages_of_columns_that_are_made_again(kernel, columns, padding):
    """Large cells send a tile the careful way, which takes fewer columns at a time; the other planes have the same averages as without."""
    x = np.random.default_rng(2).integers(0, 9, (4, 20, columns))
    for dtype, large in (("int64", 2**52), ("float32", 3e38)):
        odd = x.astype(dtype)
        odd[0, 5:9] = large
        got, want = (cypool.avg_pool(a, (kernel, 1), 1, padding, count_include_pad=False) for a in (odd, x.astype(dtype)))
        assert np.array_equal(got[1:], want[1:])
        alone = cypool.avg_pool(odd[0].astype("float64"), (kernel, 1), 1, padding, count_include_pad=False)
        np.testing.assert_allclose(got[0], alone, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int8", "uint16", "int64"])
@pytest.mark.parametrize("planes", [(28, 28), (11, 30), (56, 57), (6, 7, 8), (7, 7), (5, 6), (13, 9), (80, 81), (65, 64)])
def test_a_batch_is_pooled_as_its_planes(dtype, planes):
    x = with_odd_cells(dtype, (2, 200, *planes), seed=8)
    axes = tuple(range(-len(planes), 0))
    calls = [(getattr(cypool, f"adaptive_{kind}_pool"), {"output_size": size}) for kind in ("max", "min", "avg") for size in (3, (4, *planes[1:]))]
    for geometry in ({"kernel_size": 2}, {"kernel_size": 3, "stride": 1, "padding": 1}, {"kernel_size": 3, "stride": 2, "padding": 1},
                     {"kernel_size": 5, "stride": 1, "padding": 2}, {"kernel_size": 4, "stride": 1, "padding": "same"},
                     {"kernel_size": planes}):  # fmt: skip
        calls += [(getattr(cypool, f"{kind}_pool"), geometry) for kind in KINDS]
        calls += [(cypool.avg_pool, geometry | {"count_include_pad": False})]
        calls += [(cypool.max_pool, geometry | {"return_indices": form}) for form in ("window", True)]
    for pool, arguments in calls:
        whole = each_result(pool(x, **arguments, axes=axes, n_threads=1))
        parts = [each_result(pool(plane, **arguments, axes=axes)) for plane in x.reshape(400, *planes)]
        for a, b in zip(whole, zip(*parts, strict=True), strict=True):
            assert not cases.same_bits(a.reshape(400, *a.shape[2:]), np.stack(b))
