"""Are NaN, infinities, zeros of both signs and subnormals themselves afterwards, and the machine's settings what they were?"""

import itertools
import math
import sys
import threading

import cases
import cypool
import numpy as np
import pytest
import reference
from test_builds import run

SPECIAL = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan]


@pytest.mark.parametrize("kind", cases.KINDS)
@pytest.mark.parametrize("dtype", cases.FLOATS)
def test_every_window_of_three_specials(kind, dtype):
    """343 windows, across rows and down columns, bit for bit but for the payload of a NaN."""
    x = np.array(list(itertools.product(SPECIAL, repeat=3))).astype(cases.dtype_of(dtype))
    for array, axes in ((x, -1), (np.ascontiguousarray(x.T), 0)):
        plan = reference.windows_plan(array.shape, 3, axes=axes)
        want = getattr(reference, f"{kind}_pool")(array, plan)
        want = want[0] if kind in ("max", "min") else want
        got = getattr(cypool, f"{kind}_pool")(array, 3, axes=axes)
        if kind in ("max", "min"):
            assert not cases.same_bits(got, want)
        else:
            assert not cases.close(got, want, 0.0)


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("dtype", cases.FLOATS)
@pytest.mark.parametrize("kernel", [8, 9, 15, 17, 49, 65, 300])
def test_one_special_at_each_place_of_a_long_window(kind, dtype, kernel):
    """Alone in its window, each at a time; windows side by side, and below each other."""
    zero = 0.0 if kind == "max" else -0.0
    for special, other in ((math.nan, 1.0), (math.inf, 1.0), (-math.inf, 1.0), (zero, -zero)):
        x = np.full((kernel, kernel), other)
        np.fill_diagonal(x, special)
        x = x.astype(cases.dtype_of(dtype))
        want = np.full(kernel, getattr(np, kind)([special, other]) if special else zero).astype(x.dtype)
        assert not cases.same_bits(getattr(cypool, f"{kind}_pool")(x, kernel, axes=1)[:, 0], want)
        assert not cases.same_bits(getattr(cypool, f"{kind}_pool")(x.T.copy(), kernel, axes=0)[0], want)
        assert not cases.same_bits(getattr(cypool, f"global_{kind}_pool")(x, axes=1), want)


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("dtype", cases.FLOATS)
@pytest.mark.parametrize("kernel", [1025, 4099, 8200])
def test_one_special_in_a_window_of_several_pieces(kind, dtype, kernel):
    """At its ends, where its pieces end, and in all places that cells of a line can have."""
    zero = 0.0 if kind == "max" else -0.0
    ends = [near + i for near in (kernel // 2 // 64 * 64, 2752, 4096, 5504) for i in range(-2, 67)]
    places = {*range(18), *range(512, kernel, 507), *ends, *range(kernel - 18, kernel)}
    places = sorted(place for place in places if place < kernel)
    for special, other in ((math.nan, 1.0), (math.inf, 1.0), (-math.inf, 1.0), (zero, -zero)):
        x = np.full((len(places), kernel), other)
        x[range(len(places)), places] = special
        x = x.astype(cases.dtype_of(dtype))
        want = np.full(len(places), getattr(np, kind)([special, other]) if special else zero).astype(x.dtype)
        assert not cases.same_bits(getattr(cypool, f"global_{kind}_pool")(x, axes=1), want)


@pytest.mark.parametrize("length", [1100, 4160, 100_000])
def test_sums_of_long_windows_that_overflow_on_the_way(length):
    """In float32; means and sums of both signs are none the less what they are."""
    x = np.full((3, length), 3e38, np.float32)
    x[1, ::2] = -3e38
    x[2, -1] = math.inf
    assert cypool.avg_pool(x, length, axes=-1)[:, 0].tolist() == [x[0, 0], 0, math.inf]
    assert cypool.global_avg_pool(x[:, ::-1], axes=-1).tolist() == [x[0, 0], 0, math.inf]


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("kernel", [(1, 3), (3, 3), (1, 5), (5, 5)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_zeros_at_ends_of_rows_that_follow_each_other(kind, kernel, dilation):
    """Where windows are cut, +0 is above -0, too: no cell of the same row, nor of the next one, draws attention to them."""
    sign = 1 if kind == "max" else -1
    reach = kernel[1] // 2 * dilation
    x = np.full((2, 9, 12), sign, np.float32)
    x[:, :, : 2 * reach] = -sign                            # below all zeros
    x[:, :: kernel[0], : 2 * reach] = np.random.default_rng(3).choice([0.0, -0.0], x[:, :: kernel[0], : 2 * reach].shape)
    geometry = {"stride": 1, "padding": "same", "dilation": (1, dilation), "axes": (1, 2)}
    for array in (x, x[:, :, ::-1].copy()):
        want = getattr(reference, f"{kind}_pool")(array, reference.windows_plan(array.shape, kernel, **geometry))[0]
        assert not cases.same_bits(getattr(cypool, f"{kind}_pool")(array, kernel, **geometry), want)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
@pytest.mark.parametrize(("kernel", "ends"), [(2, (0, 0)), (2, (1, 1)), (3, (0, 0)), (3, (1, 1)), (3, (2, 2))])
def test_one_special_in_a_plane(dtype, kernel, ends):
    """Alone at either end of a row, or in its middle, where no other cell tells of it; every second column, and nothing beyond the ends."""
    kinds = [(zero, getattr(cypool, f"{kind}_pool"), getattr(np, kind)) for zero, kind in ((0.0, "max"), (-0.0, "min"))]
    for columns, place in itertools.product((129, 130, 131, 144), (0, 1, 2, 77, -3, -2, -1)):
        inside, marked = np.ones((13, columns)), np.zeros((13, columns))
        marked[6, place] = 1
        padded = (np.pad(plane, ((0, 0), ends)) for plane in (inside, marked))
        count, special_in = (np.lib.stride_tricks.sliding_window_view(plane, (kernel, kernel))[::2, ::2].sum((-2, -1)) for plane in padded)
        for zero, pool, combine in kinds:
            for special, other in ((math.nan, 1.0), (math.inf, 1.0), (-math.inf, 1.0), (zero, -zero)):
                x = np.full((13, columns), other, dtype)
                x[6, place] = special
                want = np.where(special_in, combine([special, other]) if special else zero, other).astype(dtype)
                assert not cases.same_bits(pool(x, kernel, 2, ((0, 0), ends)), want)
        for special, other in ((math.nan, 1.0), (math.inf, 1.0), (3e38, 3e38 / 8) if dtype == "float32" else (30.0, 1.0)):
            x = np.full((13, columns), other, dtype)
            x[6, place] = special
            total = count * other + np.where(special_in, special - other, 0)
            with np.errstate(over="ignore"):
                assert not cases.close(cypool.sum_pool(x, kernel, 2, ((0, 0), ends)), total.astype(dtype), 0)
                assert not cases.close(cypool.avg_pool(x, kernel, 2, ((0, 0), ends)), (total / kernel**2).astype(dtype), 0)


@pytest.mark.parametrize("kernel", [(2, 2, 0), (3, 2, 1), (3, 1, 1), (5, 1, 2), (3, 1, 0), (7, 7, 0), (53, 53, 0)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16"])
def test_odd_planes_between_clean_ones(dtype, kernel):
    """After some that are odd, others are not even tried the quick way; each plane must come out as it does alone."""
    size, stride, padding = kernel
    clean = np.random.default_rng(5).standard_normal((12, 53, 55)).astype(dtype)
    marks = {"max": (math.nan, -0.0), "min": (math.nan, 0.0), "sum": (math.inf, math.nan, 60000 if dtype == "float16" else 3e38)}
    runs = [1, 1, 2, 2, 1, 3, 9, 70, 8, 1, 1, 20, 130, 2, 30]                       # clean, odd, clean, ...
    odd = np.repeat(np.arange(len(runs)) % 2, runs)
    for kind, specials in marks.items():
        pool = getattr(cypool, f"{kind}_pool")
        planes = [clean, *(clean.copy() for _ in specials)]
        for plane, special in zip(planes[1:], specials, strict=True):
            plane[:, 17:20, 30] = special
            if kind != "sum":
                plane[:, 40:, 40:] = special
        alone = [np.stack([pool(plane, size, stride, padding) for plane in some]) for some in planes]
        for start in range(3):
            which = np.where(odd, 1 + (np.arange(len(odd)) + start) // 3 % len(specials), 0)
            order = (np.arange(len(odd)) + start) % 12
            x = np.stack([planes[w][o] for w, o in zip(which, order, strict=True)])
            want = np.stack([alone[w][o] for w, o in zip(which, order, strict=True)])
            assert not cases.same_bits(pool(x, size, stride, padding, axes=(1, 2), n_threads=1), want)
            if kind != "sum":
                got, at = pool(x, size, stride, padding, axes=(1, 2), return_indices="window", n_threads=1)
                assert not cases.same_bits(got, want)
                assert not cases.same_bits(at, np.stack([pool(a, size, stride, padding, return_indices="window")[1] for a in x]))


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_zeros_of_one_sign_and_a_few_of_the_other(kind, dtype):
    """Where zeros of one sign are results, cells are looked through for the other: all that windows of a tile hold, in any layout."""
    zero = 0.0 if kind == "min" else -0.0                   # as a result it could be the wrong one
    pool = getattr(cypool, f"{kind}_pool")
    random = np.random.default_rng(11)
    shapes = [((40, 31, 33), (1, 2)), ((3, 90, 130), (1, 2)), ((9, 12, 10, 64), (1, 2)), ((30_000,), (0,)), ((5, 8, 22, 21), (1, 2, 3)),
              ((130, 90, 3), (0, 1))]  # fmt: skip
    geometries = [(2, 2, 0, 1), (3, 2, 1, 1), (3, 1, 1, 1), (9, 1, 4, 1), (4, 3, 3, 2)]
    for (shape, axes), (kernel, stride, padding, dilation) in itertools.product(shapes, geometries):
        x = np.abs(random.standard_normal(shape)).astype(dtype) * (1 if kind == "min" else -1)
        x[random.random(shape) < 0.4] = zero
        for others in (0, 3):
            x.reshape(-1)[random.integers(0, x.size, others)] = -zero
            for array in (x, x[..., ::-1], np.asfortranarray(x), np.ascontiguousarray(x)[1:] if len(shape) > 1 else x[1:]):
                window = [(kernel - 1) * dilation + 1 if axis in axes else 1 for axis in range(array.ndim)]
                ends = [(padding if axis in axes else 0,) * 2 for axis in range(array.ndim)]
                padded = np.pad(array, ends, constant_values=math.inf if kind == "min" else -math.inf)
                steps = tuple(slice(None, None, stride if axis in axes else 1) for axis in range(array.ndim))
                views = np.lib.stride_tricks.sliding_window_view(padded, window)[steps][(..., *[slice(None, None, dilation)] * array.ndim)]
                want = getattr(views, kind)(axis=tuple(range(-array.ndim, 0)))
                has = ((views == 0) & (np.signbit(views) != np.signbit(zero))).any(tuple(range(-array.ndim, 0)))
                want = np.where(want == 0, np.where(has, -zero, zero), want).astype(dtype)
                assert not cases.same_bits(pool(array, kernel, stride, padding, dilation, axes=axes), want)


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation"),
    [((2, 2), (2, 2), (0, 0), (1, 1)), ((3, 3), (2, 2), (1, 1), (1, 1)), ((4, 3), (3, 1), (3, 0), (2, 1)), ((3, 4), (1, 3), (2, 3), (2, 2)),
     ((9, 5), (1, 1), (4, 2), (1, 1))],
)  # fmt: skip
def test_one_zero_of_the_other_sign_at_each_place(kind, kernel, stride, padding, dilation):
    """It may lie in any row or column that the first, or the last window of all doesn't reach, but another one does."""
    zero = np.float32(0.0 if kind == "min" else -0.0)
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    steps = tuple(slice(None, None, s) for s in stride) + tuple(slice(None, None, d) for d in dilation)
    for place in range(16 * 14):
        x = np.full((16, 14), zero)
        x.flat[place] = -zero
        other = np.pad(np.signbit(x) != np.signbit(zero), [(p, p) for p in padding])
        has = np.lib.stride_tricks.sliding_window_view(other, reach)[steps].any((-2, -1))
        got = getattr(cypool, f"{kind}_pool")(x, kernel, stride, [(p, p) for p in padding], dilation)
        assert not cases.same_bits(got, np.where(has, -zero, zero))


@pytest.mark.parametrize("dtype", cases.FLOATS)
@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [((3, 3), (1, 1), (1, 1)), ((3, 3), (2, 2), (1, 1)), ((3, 3), (3, 3), (0, 1)), ((2, 2), (1, 1), (0, 0)), ((3, 2), (1, 2), (1, 0)),
     ((2, 3), (2, 1), (1, 0)), ((1, 3), (1, 2), (0, 1))],
)  # fmt: skip
def test_one_special_at_each_place_of_wide_columns(dtype, kind, kernel, stride, padding):
    """Alone in a window, in any row and column of it, in the first lanes or the last ones."""
    pool, shape, zero = getattr(cypool, f"{kind}_pool"), (5, 6, 75), 0.0 if kind == "min" else -0.0
    steps = (slice(None, None, stride[0]), slice(None, None, stride[1]))
    for place, special in itertools.product(np.ndindex(5, 6, 2), (math.nan, -math.nan, -zero)):
        place = (*place[:2], (3, 70)[place[2]])
        x, marked = np.full(shape, 1.0 if special else zero, dtype), np.zeros(shape, bool)
        x[place], marked[place] = special, True
        padded = np.pad(marked, [(p, p) for p in (*padding, 0)])
        has = np.lib.stride_tricks.sliding_window_view(padded, kernel, (0, 1))[steps].any((-2, -1))
        got = pool(x, kernel, stride, [(p, p) for p in padding], axes=(0, 1))
        assert not cases.same_bits(got, np.where(has, np.array(special, dtype), x[4 - place[0], 0, 0]).astype(dtype))


@pytest.mark.parametrize(("kind", "sign"), [("max", 1), ("min", -1)])
@pytest.mark.parametrize("kernel", [(3, 1), (3, 3), (2, 1)])
def test_both_zeros_in_planes_behind_one_that_sees_the_nan_of_another(kind, sign, kernel):
    """A tile may see NaN beside it and not be odd itself. Others do as it did: they are to look for zeros all the same."""
    x = np.full((8, 50, 50), sign, "float32")
    x[2, 0, 7] = math.nan
    x[4] = -sign
    x[4, 10:13, 5] = np.multiply([0.0, -0.0, -0.0], sign)
    got = getattr(cypool, f"{kind}_pool")(x, kernel, 1, (1, kernel[1] // 2), axes=(1, 2), n_threads=1)
    assert not cases.same_bits(got[4, 10:12, 5], np.multiply([0.0, 0.0], sign).astype("float32"))


@pytest.mark.parametrize("dtype", cases.FLOATS)
def test_subnormals_survive(dtype):
    tiny = {"float16": 2.0**-24, "bfloat16": 2.0**-133, "float32": 2.0**-149, "float64": 5e-324}[dtype]
    x = np.array([[tiny, 3 * tiny, 0, 2 * tiny]] * 2).astype(cases.dtype_of(dtype))
    assert float(cypool.max_pool(x, 2)[0, 0]) == 3 * tiny
    assert float(cypool.min_pool(-x, 2)[0, 0]) == -3 * tiny
    assert float(cypool.sum_pool(x, 2)[0, 0]) == 8 * tiny
    assert float(cypool.avg_pool(x, 2)[0, 0]) == 2 * tiny
    assert float(cypool.lp_pool(x, 2, p=1)[0, 0]) == 8 * tiny
    assert float(cypool.lp_pool(x, 2, p=np.inf)[0, 0]) == 3 * tiny


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_largest_numbers_survive(dtype):
    top = float(np.finfo(dtype).max)
    x = np.array([[top, -top, top, top]], dtype)
    assert cypool.max_pool(x, (1, 2)).tolist() == [[top, top]]
    assert cypool.sum_pool(x, (1, 2)).tolist() == [[0, math.inf]]
    assert cypool.lp_pool(x, (1, 2), p=np.inf).tolist() == [[top, top]]
    if dtype != "float64":
        assert cypool.avg_pool(x, (1, 2)).tolist() == [[0, top]]


LINES = [(n,) for n in (2, 3, 5, 7, 15, 31, 32, 63)]
PLANES = [(32, 1), (31, 1), (1, 31), (5, 1), (3, 3), (4, 4), (7, 7), (17, 2), (2, 17)]


@pytest.mark.parametrize("stride", [1, 2, None])
@pytest.mark.parametrize("kernel", LINES + PLANES + [(2, 2, 2), (3, 3, 3), (5, 1, 4)])
def test_sums_lose_no_more_than_a_pairwise_sum(kernel, stride):
    """One large cell at each place of a window among small ones, most of which each addition to the large one drops."""
    n = math.prod(kernel)
    for small in (1.0, 0.5, 0.25, 0.125, 1.5, 3.0):
        x = np.full((n, *kernel), small, "float32")
        x.reshape(n, n)[range(n), range(n)] = 2.0**24
        x = np.concatenate([x] * 3, axis=-1)
        exact = 2.0**24 + (n - 1) * small
        for array, axes in ((x, range(1, x.ndim)), (np.moveaxis(x, 0, -1).copy(), range(x.ndim - 1))):
            y = cypool.sum_pool(array, kernel, stride=stride, axes=tuple(axes))
            first = y[..., 0] if axes[0] else y[(0,) * (y.ndim - 1)]
            assert np.abs(first.ravel().astype(float) - exact).max() <= cases.additions(n) * 2.0**-24 * exact


@pytest.mark.parametrize("geometry", [{"kernel_size": 2}, {"kernel_size": 3, "stride": 1, "padding": 1}, {"kernel_size": (7, 5), "stride": 1}])
def test_float32_overflows_as_a_result_only(geometry):
    """Sums on the way to a result may be beyond float32, and windows beside it keep their bits."""
    x = cases.make("float32", (20, 30), "C", "plain", seed=5)
    large = x.copy()
    large[8:13, 10:18] = 3e38 * (-1.0) ** np.arange(8)
    large[9:12, 14] = [3e38, 3e38, -3e38]
    plan = reference.windows_plan(x.shape, **geometry)
    for kind in ("avg", "sum"):
        pool = getattr(cypool, f"{kind}_pool")
        got, want = pool(large, **geometry), getattr(reference, f"{kind}_pool")(large, plan)
        touched = pool(np.where(large == x, 0, 1).astype("float32"), **geometry) != 0
        assert np.isfinite(want[touched]).sum() > 10
        error = reference.magnitude(large, plan) * cases.rounding(plan, "float32")
        assert not cases.close(got[touched], want[touched], error[touched])
        assert np.array_equal(got[~touched], pool(x, **geometry)[~touched])


def test_nan_of_any_payload_is_a_nan():
    patterns = np.array([0x7F800001, 0x7FC00000, 0xFFC12345, 0xFF800001, 0x7FFFFFFF], np.uint32).view(np.float32)
    for nan in patterns:
        x = np.ones((3, 40), np.float32)
        x[1, 5] = nan
        for kind in cases.KINDS:
            assert np.isnan(getattr(cypool, f"{kind}_pool")(x, 3, 1)[0, 3:6]).all()
        assert cypool.max_pool(x, 3, 1, return_indices=True)[1][0, 3] == 45
    bits = np.array([0x7C01, 0xFE00, 0x7E55], np.uint16).view(np.float16)
    for nan in bits:
        x = np.ones((3, 40), np.float16)
        x[1, 5] = nan
        for kind in cases.KINDS:
            assert np.isnan(getattr(cypool, f"{kind}_pool")(x, 3, 1)[0, 3:6]).all()


@pytest.mark.parametrize("kind", cases.KINDS)
def test_no_false_alarm_of_numpy(kind):
    """NaN, overflow and underflow in the input raise and warn of nothing, even where NumPy is told to."""
    arrays = [cases.make(dtype, (64, 33, 35), values=values) for dtype in cases.FLOATS for values in ("plain", "special", "wide")]
    pool = getattr(cypool, f"{kind}_pool")
    with np.errstate(all="raise"):
        for x, threads in itertools.product(arrays, (1, 4)):
            pool(x, 3, 2, 1, n_threads=threads)
            if kind not in ("max", "min"):
                pool(x, 3, 2, 1, dtype="float32", n_threads=threads)


FPU = """
import ctypes, ctypes.util, sys, threading
import numpy as np
libm = ctypes.CDLL(ctypes.util.find_library("m"))
def state():
    tiny = np.float64(2.3e-308)
    return libm.fegetround(), libm.fetestexcept(61), float(tiny / 4) > 0, float(np.float32(1.2e-38) / np.float32(4)) > 0
libm.feclearexcept(61)
before = state()
libm.feclearexcept(61)
import cypool
libm.feclearexcept(61)
assert state() == before, ("import", before, state())
x = np.random.default_rng(0).standard_normal((64, 50, 51)).astype(np.float32)
x[0, 0] = [np.nan, np.inf, -np.inf] * 17
for threads in (1, 8):
    for kind in ("max", "min", "avg", "sum", "lp"):
        for _ in range(2):  # planning counts in floats, the first time
            libm.feclearexcept(61)
            getattr(cypool, kind + "_pool")(x, 3, 2, 1, n_threads=threads)
            raised = libm.fetestexcept(61)
        assert not raised, (kind, threads, raised)
        libm.feclearexcept(61)
        assert state() == before, (kind, threads, before, state())
def inside():
    libm.feclearexcept(61)
    cypool.avg_pool(x, 2, n_threads=8)
    libm.feclearexcept(61)
    seen.append(state())
seen = []
thread = threading.Thread(target=inside); thread.start(); thread.join()
assert seen[0] == before
for mode in (0x400, 0x800, 0xC00):  # down, up, to zero
    libm.fesetround(mode)
    cypool.sum_pool(x, 2, n_threads=4)
    assert libm.fegetround() == mode
    libm.fesetround(0)
print("well")
"""


def test_the_state_of_the_fpu_is_left_alone():
    assert run(FPU).strip() == "well"


def test_no_flag_that_changes_arithmetic():
    flags = str(cypool.show_config("dicts")["Compiler"])
    for flag in ("-ffast-math", "-Ofast", "-funsafe-math-optimizations", "/fp:fast"):
        assert flag not in flags


def test_results_do_not_depend_on_who_calls():
    """Flush-to-zero is a setting of each thread: workers have it as the caller has."""
    x = np.full((256, 64, 64), 1e-310)
    want = cypool.sum_pool(x, 2, n_threads=1)
    assert (want > 3.9e-310).all()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(cypool.sum_pool(x, 2, n_threads=8)))
    thread.start()
    thread.join()
    assert np.array_equal(seen[0], want)


@pytest.mark.skipif(sys.platform != "linux", reason="fills new memory as glibc does")
@pytest.mark.parametrize("call", ["pool(x, 7, 3, axes=(1, 2))", "pool(y, 3, 2, axes=(1, 2), return_indices='window')"])
def test_what_lies_between_rows_sends_nothing_the_careful_way(call):
    """Working memory is full of zeros here, which minima are made again for; that takes 3 to 4 times as long. So would what a NaN leaves behind."""
    code = f"""
import time
import cypool, numpy as np

x, y = np.random.default_rng(0).random((64, 30, 31)) + 1, np.random.default_rng(0).random((256, 9, 9)) + 1
took = dict()
for _ in range(60):
    for pool in (cypool.max_pool, cypool.min_pool):
        start = time.perf_counter()
        {call}
        took.setdefault(pool, []).append(time.perf_counter() - start)
x[0, 0, 0] = y[0, 0, 0] = np.nan
for _ in range(60):
    start = time.perf_counter()
    pool = cypool.max_pool
    {call}
    took.setdefault("NaN", []).append(time.perf_counter() - start)
print(*(min(times) for times in took.values()))
"""
    most, least, one_nan = map(float, run(code, MALLOC_PERTURB_="255", CYPOOL_NUM_THREADS="1").split())
    assert max(least, one_nan) < 2.2 * most
