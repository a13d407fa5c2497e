"""Do sizes, divisors, roundings and sums match the values that were worked out by hand or seen elsewhere?"""

import itertools
import math

import cases
import cypool
import numpy as np
import pytest
import reference
from cases import BFLOAT16
from test_reference import SIZES

# ---------------------------------------------------------------- sizes


@pytest.mark.parametrize(("numbers", "floor", "ceil", "full", "per_window"), SIZES)
def test_sizes_of_floor_ceil_and_full(numbers, floor, ceil, full, per_window):
    length, k, s, before, after, d = numbers
    for ceil_mode, size in ((False, floor), (True, ceil), ("full", full)):
        assert cypool.output_shape((length,), (k,), s, ((before, after),), d, ceil_mode=ceil_mode) == (size,)
    x = np.ones(length)
    arguments = ((k,), s, ((before, after),), d)
    inside, counted = zip(*per_window, strict=True)
    assert cypool.sum_pool(x, *arguments, ceil_mode=True).tolist() == list(inside)
    assert cypool.avg_pool(x, *arguments, ceil_mode=True) == pytest.approx(np.divide(inside, counted))


def test_sizes_over_every_small_geometry():
    for length, k, s, before, after, d in itertools.product(range(1, 8), range(1, 4), range(1, 4), range(3), range(3), (1, 2)):
        for ceil_mode in (False, True, "full"):
            size = reference.output_size(length, k, s, before, after, d, ceil_mode)
            arguments = ((length,), (k,), s, ((before, after),), d)
            if size < 1:
                with pytest.raises(ValueError, match="kernel_size"):
                    cypool.output_shape(*arguments, ceil_mode=ceil_mode)
            else:
                assert cypool.output_shape(*arguments, ceil_mode=ceil_mode) == (size,)


def test_sizes_beyond_what_float32_counts():
    """Above 2**24 a size that went through float32 is off by one."""
    for length in (2**24 + 1, 2**24 + 3, 2**31 + 1, 2**53 + 1):
        assert cypool.output_shape((length,), (1,), 1) == (length,)
        assert cypool.output_shape((length,), (2,), 2, ceil_mode=True) == ((length + 1) // 2,)


@pytest.mark.parametrize(
    ("length", "k", "s", "d", "size", "upper", "lower"),
    [(5, 2, 2, 1, 3, (0, 1), (1, 0)), (5, 4, 1, 1, 5, (1, 2), (2, 1)), (5, 1, 3, 1, 2, (0, 0), (0, 0)), (5, 2, 1, 2, 5, (1, 1), (1, 1))],
)
def test_same_pads_at_the_documented_side(length, k, s, d, size, upper, lower):
    x = np.arange(1.0, length + 1)
    assert cypool.output_shape((length,), (k,), s, "same", d) == (size,)
    for name, pads in (("same", upper), ("same_lower", lower)):
        assert np.array_equal(cypool.sum_pool(x, (k,), s, name, d), cypool.sum_pool(x, (k,), s, (pads,), d)[:size])


def test_same_maximum_of_five():
    x = np.arange(1.0, 6)
    assert cypool.max_pool(x, (2,), 2, "same").tolist() == [2, 4, 5]
    assert cypool.max_pool(x, (2,), 2, "same_lower").tolist() == [1, 3, 5]


# ---------------------------------------------------------------- divisors


def test_average_of_ceil_windows_as_pytorch():
    got = cypool.avg_pool(np.arange(49.0).reshape(1, 1, 7, 7), 2, 3, ceil_mode=True)
    assert got[0, 0].tolist() == [[4, 7, 9.5], [25, 28, 30.5], [42.5, 45.5, 48]]


def test_overhang_is_never_counted():
    x = np.arange(1.0, 10)
    got = cypool.avg_pool(x, (7,), 3, ((0, 3),), ceil_mode=True)
    assert got == pytest.approx([4, 39 / 7, 4])
    assert cypool.avg_pool(np.arange(1.0, 6), (2,), 2, ceil_mode=True).tolist() == [1.5, 3.5, 5]


def test_the_vector_that_once_went_wrong():
    """Seven taps, stride 3, padding 3, ceil: values that torch and onnxruntime agree on, from sums by hand."""
    rng = cases.seeded("vector")
    x = rng.standard_normal(9)
    sums = [x[:4].sum(), x.sum() - x[7:].sum(), x[3:].sum(), x[6:].sum()]
    arguments = ((7,), 3, 3)
    assert cypool.avg_pool(x, *arguments, ceil_mode=True) == pytest.approx(np.divide(sums, [7, 7, 7, 6]))
    assert cypool.avg_pool(x, *arguments, ceil_mode=True, count_include_pad=False) == pytest.approx(np.divide(sums, [4, 7, 6, 3]))


def test_average_of_same():
    x = np.arange(1.0, 6)
    assert cypool.avg_pool(x, (2,), 2, "same", count_include_pad=False).tolist() == [1.5, 3.5, 5]
    assert cypool.avg_pool(x, (2,), 2, "same").tolist() == [1.5, 3.5, 2.5]


def test_divisor_override():
    x = np.ones((4, 4))
    assert (cypool.avg_pool(x, 2, divisor_override=-2) == -2).all()
    assert (cypool.avg_pool(x, 2, divisor_override=3) == 4 / 3).all()
    for wrong in (0, np.int64(0)):
        with pytest.raises(ValueError, match="divisor_override"):
            cypool.avg_pool(x, 2, divisor_override=wrong)
    for wrong in (1.5, "2", True, [2], np.nan):
        with pytest.raises(TypeError, match="divisor_override"):
            cypool.avg_pool(x, 2, divisor_override=wrong)


# ---------------------------------------------------------------- windows without a tap


EMPTY = [  # shape, arguments of a call that has a window with no tap in the input
    ((1, 1), {"kernel_size": 2, "stride": 1, "padding": 1, "dilation": 2}),
    ((4, 4), {"kernel_size": 2, "stride": 1, "padding": 2}),
    ((5,), {"kernel_size": (1,), "stride": 1, "padding": ((0, 1),)}),
    ((5,), {"kernel_size": (1,), "stride": 1, "padding": ((3, 0),)}),
    ((2, 3), {"kernel_size": (2,), "stride": 2, "padding": ((0, 4),), "ceil_mode": "full"}),
]


@pytest.mark.parametrize(("shape", "arguments"), EMPTY)
def test_windows_without_a_tap(shape, arguments):
    x = np.ones(shape)
    for kind in ("max", "min"):
        for form in (False, True, "window"):
            with pytest.raises(ValueError, match=r"padding|empty|no tap|outside|nothing"):
                getattr(cypool, f"{kind}_pool")(x, return_indices=form, **arguments)
    with pytest.raises(ValueError, match=r"padding|empty|no tap|outside|nothing"):
        cypool.avg_pool(x, count_include_pad=False, **arguments)
    plan = reference.windows_plan(shape, **arguments)
    assert np.array_equal(cypool.avg_pool(x, **arguments), reference.avg_pool(x, plan))
    for got in (cypool.sum_pool(x, **arguments), cypool.lp_pool(x, **arguments), cypool.avg_pool(x, divisor_override=1, **arguments)):
        assert (got == 0).any()
    g = np.ones(plan.size if len(shape) == len(plan.size) else (shape[0], *plan.size))
    assert np.array_equal(cypool.sum_pool_backward(g, shape, **arguments), reference.sum_pool_backward(g, plan, shape)[0])
    assert np.allclose(cypool.avg_pool_backward(g, shape, **arguments), reference.avg_pool_backward(g, plan, shape)[0])
    with pytest.raises(ValueError, match=r"padding|empty|no tap|outside|nothing|indices"):
        cypool.max_pool_backward(g, np.zeros(g.shape, np.int64), shape, **arguments)


def test_full_windows_wholly_past_the_padding():
    """ceil_mode "full" with a stride beyond the kernel: the last window starts where the padded input has ended."""
    x = np.ones(5)
    assert cypool.output_shape((5,), (1,), 3, ceil_mode="full") == (3,)
    assert cypool.sum_pool(x, (1,), 3, ceil_mode="full").tolist() == [1, 1, 0]
    for call in (cypool.max_pool, cypool.avg_pool):
        with pytest.raises(ValueError, match=r"padding|empty|no tap|outside|past|nothing"):
            call(x, (1,), 3, ceil_mode="full")
    assert cypool.max_pool(x, (1,), 3, ceil_mode=True).tolist() == [1, 1]


# ---------------------------------------------------------------- averages of integers


@pytest.mark.parametrize(
    ("cells", "dtype", "want"),
    [
        ([1, 2, 2, 2], "uint8", 2),
        ([0, 1, 1, 0], "uint8", 0),  # 0.5 to even
        ([1, 1, 1, 0], "uint8", 1),
        ([1, 2, 1, 2], "uint8", 2),  # 1.5 to even
        ([2, 3, 2, 3], "uint8", 2),  # 2.5 to even
        ([-1, -2, -1, -1], "int64", -1),
        ([3, 2, 1, 1], "int64", 2),
        ([-1, -1, -1, 0], "int8", -1),
        ([-1, -2, -1, -2], "int8", -2),
        ([-1, 0, -1, 0], "int8", 0),
        ([0, 1, 1, 1], "int16", 1),
        ([2**63 - 1] * 4, "int64", 2**63 - 1),
        ([-(2**63)] * 4, "int64", -(2**63)),
        ([2**63 - 1, 2**63 - 1, 2**63 - 1, 2**63 - 3], "int64", 2**63 - 2),  # ...654.5 rounded to even
        ([2**64 - 1] * 4, "uint64", 2**64 - 1),
        ([2**64 - 1, 2**64 - 1, 0, 0], "uint64", 2**63),
        ([255] * 4, "uint8", 255),
        ([-128] * 4, "int8", -128),
    ],
)
def test_integer_averages_round_half_to_even(cells, dtype, want):
    x = np.array(cells, dtype).reshape(2, 2)
    assert round(sum(map(int, cells)) / 4) == want or max(map(abs, cells)) > 2**50
    got = cypool.avg_pool(x, 2, dtype=dtype)
    assert got.dtype == dtype
    assert got.item() == want
    exact = cypool.avg_pool(x, 2)
    assert exact.dtype == np.float64
    assert exact.item() == sum(map(int, cells)) / 4


def test_the_average_of_nine_that_sum_to_four():
    x = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], np.uint8)
    assert cypool.avg_pool(x, 3, dtype=np.uint8).item() == 0
    assert cypool.avg_pool(x, 3).item() == 4 / 9


def test_a_large_average_of_integers_is_exact():
    x = np.full((600, 600), 255, np.uint8)
    assert cypool.avg_pool(x, 600, dtype=np.uint8).item() == 255
    assert cypool.sum_pool(x, 600).item() == 255 * 360_000
    assert cypool.sum_pool(np.full((600, 600), 2**31 - 1, np.int32), 600).item() == (2**31 - 1) * 360_000
    assert cypool.avg_pool(np.full((3, 3), 2**53 + 1, np.int64), 3, dtype=np.int64).item() == 2**53 + 1
    for dtype in (np.int32, np.uint32):  # more than 2**20 cells
        x = np.full((1025, 1025), np.iinfo(dtype).max, dtype)
        assert cypool.global_avg_pool(x).item() == np.iinfo(dtype).max
        x[1024, 1020:] -= 7
        assert cypool.avg_pool(x, 1025).item() == np.iinfo(dtype).max - 35 / 1025**2


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_windows_as_large_as_a_narrow_sum_can_hold(dtype):
    """Around the sizes at which sums (of squares) of extremes leave 32 or 64 bits, across rows and down columns."""
    for value in (np.iinfo(dtype).min, np.iinfo(dtype).max):
        for taps in (1, 2, 3, 4, 255, 256, 257, 32_767, 32_768, 32_769, 33_025, 33_026, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073):
            line = np.full(taps, value, dtype)
            for x, k, axes in ((line[None], (1, taps), (0, 1)), (line[:, None] * np.ones(3, dtype), (taps,), (0,))):
                exact = taps * int(value)
                assert (cypool.avg_pool(x, k, axes=axes, dtype=dtype) == value).all()
                assert (cypool.avg_pool(x, k, axes=axes) == float(value)).all()
                assert (cypool.sum_pool(x, k, axes=axes) == line.sum()).all()
                assert (cypool.sum_pool(x, k, axes=axes, dtype=np.float64) == float(exact)).all()
                assert cypool.lp_pool(x, k, axes=axes, p=1).ravel()[0] == float(abs(exact))
                assert cypool.lp_pool(x, k, axes=axes, p=np.inf).ravel()[0] == float(abs(int(value)))
                assert cypool.lp_pool(x, k, axes=axes).ravel()[0] == pytest.approx(abs(int(value)) * taps**0.5, rel=1e-15)


def test_integer_extremes_are_exact():
    for dtype, value in (("int64", 2**53 + 1), ("uint64", 2**64 - 1), ("int64", -(2**63))):
        x = np.full((3, 3), value, dtype)
        assert cypool.max_pool(x, 3).item() == value
        assert cypool.min_pool(x, 3).item() == value


def test_sums_wrap_where_those_of_numpy_do():
    for dtype in cases.INTEGERS:
        x = np.full((2, 2), np.iinfo(dtype).max, dtype)
        assert cypool.sum_pool(x, 2).item() == x.sum()
        assert cypool.sum_pool(x, 2).dtype == x.sum().dtype
        for wanted in ("int8", "uint16", "int64", "uint64", "float32", "float64"):
            if wanted == "float32":
                assert cypool.sum_pool(x, 2, dtype=wanted).item() == np.float32(4 * np.iinfo(dtype).max)
            elif wanted == "float64":
                assert cypool.sum_pool(x, 2, dtype=wanted).item() == float(4 * np.iinfo(dtype).max)
            else:
                assert cypool.sum_pool(x, 2, dtype=wanted).item() == x.sum(dtype=wanted)
    assert cypool.sum_pool(np.ones((2, 2), bool), 2).dtype == np.int64
    assert cypool.sum_pool(np.ones((2, 2), bool), 2).item() == 4
    assert cypool.avg_pool(np.array([[True, False]]), (1, 2)).item() == 0.5


# ---------------------------------------------------------------- accumulation


def test_a_million_tenths_average_to_a_tenth():
    x = np.full((1024, 1024), 0.1, np.float32)
    tenth = np.float32(0.1)
    for got in (cypool.avg_pool(x, 1024), cypool.global_avg_pool(x), cypool.adaptive_avg_pool(x, 1)):
        assert abs(got.item() - tenth) <= np.spacing(tenth)
    line = x.reshape(1, -1)
    for got in (cypool.avg_pool(line, (2**20,)), cypool.avg_pool(line.T, (2**20,), axes=0)):
        assert abs(got.item() - tenth) <= np.spacing(tenth)


@pytest.mark.parametrize("dtype", [np.float16, BFLOAT16])
def test_small_floats_accumulate_wide(dtype):
    ones = np.ones((64, 64), dtype)
    assert cypool.avg_pool(ones, 64).item() == 1
    assert cypool.adaptive_avg_pool(np.ones((32, 32, 32), dtype), (2, 2, 2)).astype(float).tolist() == [[[1.0] * 2] * 2] * 2
    assert cypool.global_avg_pool(np.ones((300, 300), dtype)).item() == 1
    assert cypool.sum_pool(ones, 64).item() == 4096
    assert cypool.avg_pool(np.full((600, 600), 3.0, dtype), 600).item() == 3
    tenth = np.array(0.1).astype(dtype)
    got = cypool.avg_pool(np.full((1, 2**20), 0.1).astype(dtype), (2**20,))
    assert abs(float(got.item()) - float(tenth)) <= cases.ulp(np.float64(tenth), dtype)


def test_float16_sums_overflow_only_where_the_result_does():
    x = np.array([[60000, 60000, -60000, -60000]], np.float16)
    assert cypool.sum_pool(x, (1, 4)).item() == 0
    assert cypool.sum_pool(x, (1, 2))[0, 0] == np.inf
    assert cypool.avg_pool(x, (1, 2))[0, 0] == 60000
    assert cypool.lp_pool(x, (1, 4)).item() == np.inf
    big = np.array([[3e38, 3e38]], np.float32)
    assert cypool.avg_pool(big, (1, 2)).item() == np.float32(3e38)
    assert cypool.sum_pool(big, (1, 2)).item() == np.inf


def test_no_running_sums():
    """A window never sees what it doesn't hold: neither rounding errors nor NaN or infinities of its neighbours."""
    x = np.array([1, 1e17, 1, 1, 1, 1])
    assert cypool.sum_pool(x, (2,), 1).tolist() == [1e17 + 1, 1e17 + 1, 2, 2, 2]
    assert cypool.avg_pool(x.astype(np.float32), (2,), 1)[2:].tolist() == [1, 1, 1]
    for bad in (np.nan, np.inf, -np.inf):
        for k in (2, 3, 13, 31):
            for dtype in (np.float32, np.float64, np.float16):
                x = np.ones(200, dtype)
                x[100] = bad
                for call in (cypool.sum_pool, cypool.avg_pool, cypool.lp_pool):
                    for array, axes in ((x, -1), (x[:, None] * np.ones(5, dtype), 0)):
                        got = call(array, k, 1, axes=axes)
                        assert np.isfinite(got[: 101 - k]).all()
                        assert np.isfinite(got[101:]).all()
                        assert not np.isfinite(got[101 - k : 101]).any()


def test_more_than_two_to_the_24_ones():
    x = np.ones((1, 2**24 + 3), np.float32)
    assert cypool.sum_pool(x, (2**24 + 3,), dtype=np.float64).item() == 2**24 + 3
    assert cypool.avg_pool(x, (2**24 + 3,)).item() == 1


# ---------------------------------------------------------------- norms


def test_norms_by_hand():
    assert cypool.lp_pool(np.array([-1.0, -2.0]), (2,), p=3).item() == pytest.approx(2.0801, abs=5e-5)
    assert cypool.lp_pool(np.array([-1.0, -2.0]), (2,), p=2.5).item() == pytest.approx((1 + 2**2.5) ** 0.4)
    assert cypool.lp_pool(np.ones(5), (2,), 2, ceil_mode=True).tolist() == [2**0.5, 2**0.5, 1]
    assert cypool.lp_pool(np.array([1.0, -2.0]), (2,), p=np.inf).item() == 2
    assert cypool.lp_pool(np.array([1.0, -2.0]), (2,), p=1).item() == 3
    assert cypool.lp_pool(np.ones(3), (2,), 1, 1).tolist() == [1, 2**0.5, 2**0.5, 1]
    assert cypool.lp_pool(np.array([3, -4], np.int8), (2,)).item() == 5
    assert cypool.lp_pool(np.array([-128, 0], np.int8), (2,), p=1).item() == 128
    assert cypool.lp_pool(np.array([-(2**63), 0]), (2,), p=np.inf).item() == 2.0**63
    assert cypool.lp_pool(np.array([1.0, -2.0]), (2,), p=10**400).item() == 2  # too large for a float


def test_powers_do_not_overflow():
    big, small = np.array([1e30, 1e30], np.float32), np.array([1e-30, 1e-30], np.float32)
    assert cypool.lp_pool(big, (2,)).item() == pytest.approx(1.4142135e30, rel=1e-6)
    assert cypool.lp_pool(small, (2,)).item() == pytest.approx(1.4142135e-30, rel=1e-6)
    assert cypool.lp_pool(big, (2,), p=3).item() == pytest.approx(2 ** (1 / 3) * 1e30, rel=1e-6)


@pytest.mark.parametrize("p", [0, -1, -np.inf, np.nan, 0.0, -0.0, -(10**400)])
def test_orders_that_are_no_norm(p):
    with pytest.raises(ValueError, match=r"\bp\b"):
        cypool.lp_pool(np.ones(4), (2,), p=p)


@pytest.mark.parametrize("p", ["2", None, [2], 1j, np.array([1.0, 2.0])])
def test_orders_that_are_no_number(p):
    with pytest.raises(TypeError, match=r"\bp\b"):
        cypool.lp_pool(np.ones(4), (2,), p=p)


def test_nan_in_every_kind():
    x = np.ones((3, 37))
    x[1, 20] = np.nan
    for kind in cases.KINDS:
        got = getattr(cypool, f"{kind}_pool")(x, (3, 4), 1)
        assert np.isnan(got[0]).tolist() == [17 <= i <= 20 for i in range(34)], kind
    assert math.isnan(cypool.lp_pool(x, (3, 37), p=np.inf).item())
    assert math.isnan(cypool.lp_pool(x, (3, 37), p=2.5).item())
