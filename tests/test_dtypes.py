"""Which arrays come in, as what do they come out, and how is the rest refused?"""

import array
import ctypes
import itertools
import mmap
from fractions import Fraction

import cases
import cypool
import numpy as np
import pytest
import reference
from cases import BFLOAT16, DTYPES, KINDS

WINDOW_FUNCTIONS = [getattr(cypool, f"{kind}_pool") for kind in KINDS]


def every_function(test):
    return pytest.mark.parametrize("pool", WINDOW_FUNCTIONS, ids=lambda pool: pool.__name__)(test)


# ---------------------------------------------------------------- results


@pytest.mark.parametrize("dtype", DTYPES)
def test_result_dtypes(dtype):
    dtype = cases.dtype_of(dtype)
    x = np.ones((4, 4), dtype)
    mean = np.float64 if dtype.kind in "biu" else dtype
    assert cypool.max_pool(x, 2).dtype == dtype
    assert cypool.min_pool(x, 2).dtype == dtype
    assert cypool.avg_pool(x, 2).dtype == mean
    assert cypool.lp_pool(x, 2).dtype == mean
    assert cypool.sum_pool(x, 2).dtype == (dtype if dtype.kind not in "biu" else x.sum().dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("wanted", ["int8", "uint8", "int32", "int64", "uint64", "float16", "bfloat16", "float32", "float64"])
def test_dtype_asks_for_a_result(dtype, wanted):
    x = np.ones((4, 4), cases.dtype_of(dtype))
    wanted = cases.dtype_of(wanted)
    integer = wanted.kind in "iu"
    for pool, number in ((cypool.avg_pool, 1), (cypool.sum_pool, 4), (cypool.lp_pool, 2)):
        if integer and (cases.dtype_of(dtype).kind not in "biu" or pool is cypool.lp_pool):
            with pytest.raises(TypeError, match="dtype"):
                pool(x, 2, dtype=wanted)
        else:
            got = pool(x, 2, dtype=wanted)
            assert got.dtype == wanted
            assert (got == number).all()


def test_dtype_is_spelled_as_numpy_does():
    x = np.ones((4, 4), np.uint8)
    for spelled in (np.float32, "float32", "f4", np.dtype("f4"), "single"):
        assert cypool.avg_pool(x, 2, dtype=spelled).dtype == np.float32
    assert cypool.avg_pool(x, 2, dtype=float).dtype == np.float64
    assert cypool.avg_pool(x, 2, dtype=None).dtype == np.float64
    assert cypool.sum_pool(x, 2, dtype=int).dtype == np.int64


@pytest.mark.parametrize("wrong", ["bool", "complex64", "object", "U5", "M8[s]", "longdouble", "V4", "nonsense", 3, [], 1.5])
def test_dtypes_that_no_result_can_have(wrong):
    for pool in (cypool.avg_pool, cypool.sum_pool, cypool.lp_pool):
        with pytest.raises(TypeError):
            pool(np.ones((4, 4), np.uint8), 2, dtype=wrong)


def test_extremes_have_no_dtype_argument():
    for pool in (cypool.max_pool, cypool.min_pool):
        with pytest.raises(TypeError):
            pool(np.ones((4, 4)), 2, dtype=np.float32)


# ---------------------------------------------------------------- refused


@every_function
@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        ("complex64", "complex64"),
        ("complex128", "complex128"),
        ("object", "object"),
        ("U3", "str|<U3"),
        ("S3", "bytes|S3"),
        ("M8[s]", "datetime64"),
        ("m8[s]", "timedelta64"),
        ("V4", "void|V4"),
        ("longdouble", "longdouble|float128"),
        ([("a", "f4"), ("b", "f4")], "a"),
    ],
)
def test_dtypes_that_are_refused_by_name(pool, dtype, name):
    if dtype == "longdouble" and np.dtype("longdouble") == np.float64:
        return
    with pytest.raises(TypeError, match=name):
        pool(np.zeros((4, 4), dtype), 2)


@every_function
def test_a_masked_array_is_refused_with_a_way_out(pool):
    x = np.ma.masked_array(np.ones((4, 4)), np.eye(4, dtype=bool))
    with pytest.raises(TypeError, match="mask"):
        pool(x, 2)
    with pytest.raises(TypeError, match="mask"):
        pool(np.ma.masked_array(np.ones((4, 4))), 2)


@every_function
def test_what_is_no_array(pool):
    for wrong in (None, "abcd", b"abcd", object(), {}, {1: 2}, set(), [[1, 2], [3]], [], [[]], 3, 3.5, np.float64(3), np.array(3), pool):
        with pytest.raises((TypeError, ValueError)):
            pool(wrong, 2)


@every_function
def test_zero_dimensions_are_refused(pool):
    with pytest.raises(ValueError, match=r"axes|dimension|axis"):
        pool(np.array(1.0), 1, axes=())
    with pytest.raises(ValueError, match=r"axes|dimension|axis"):
        pool(np.array(1.0), 1)


@every_function
def test_axes_that_are_wrong(pool):
    x = np.ones((2, 3, 4))
    for wrong in (3, -4, (0, 3), (0, 0), (1, -2), (), (0, 1, 2, 3)):
        with pytest.raises(ValueError, match="ax"):
            pool(x, 1, axes=wrong)
    for wrong in ("01", 1.0, (0, 1.0), (0, None), True, [[0, 1]], {0: 1}):
        with pytest.raises((TypeError, ValueError), match="axes"):
            pool(x, 1, axes=wrong)
    with pytest.raises(ValueError, match=r"kernel_size|axes"):
        pool(x, (1, 1), axes=(0, 1, 2))
    with pytest.raises(ValueError, match=r"kernel_size|axes"):
        pool(x, (1, 1, 1, 1))


@every_function
def test_numbers_that_are_no_numbers(pool):
    x = np.ones((4, 4))
    for name in ("kernel_size", "stride", "padding", "dilation"):
        for wrong in (1.0, 2.5, "1", b"1", np.nan, 1j, True, np.True_, (1, 1.0), (1, None), (1, True), {}, {1, 2}, object(), [[1]], np.float32(1)):
            with pytest.raises((TypeError, ValueError), match=name):
                pool(x, **({"kernel_size": 1} | {name: wrong}))
    for wrong in (1.5, "2", True, np.nan, [1], 0, -1):
        with pytest.raises((TypeError, ValueError), match="n_threads"):
            pool(x, 2, n_threads=wrong)
    for wrong in ("floor", "Full", 2, None, 1.0, [], np.nan):
        with pytest.raises((TypeError, ValueError), match="ceil_mode"):
            pool(x, 2, ceil_mode=wrong)


@every_function
def test_messages_name_argument_value_axis_and_limit(pool):
    x = np.ones((2, 5, 4))
    for arguments, message in (
        ({"kernel_size": 2, "stride": (0, 1)}, "stride must be >= 1, got 0 for axis 1"),
        ({"kernel_size": (1, -3)}, "kernel_size must be >= 1, got -3 for axis 2"),
        ({"kernel_size": 2, "dilation": (1, 0)}, "dilation must be >= 1, got 0 for axis 2"),
        ({"kernel_size": 2, "padding": ((0, 0), (0, -1))}, "padding must be >= 0, got -1 for axis 2"),
    ):
        with pytest.raises(ValueError, match=message):
            pool(x, **arguments)
    with pytest.raises(ValueError, match="kernel_size 5 needs 9 cells with dilation 2, but axis 2 has 4"):
        pool(x, (1, 5), dilation=(1, 2))


# ---------------------------------------------------------------- out


@every_function
def test_out_that_does_not_fit(pool):
    x = np.ones((4, 4), np.float32)
    for wrong in (np.empty((2, 3), np.float32), np.empty((1, 2, 2), np.float32), np.empty(4, np.float32)):
        with pytest.raises(ValueError, match=r"out.*shape"):
            pool(x, 2, out=wrong)
    for dtype in (np.float64, np.int32, np.float16, ">f4"):
        with pytest.raises((TypeError, ValueError), match=r"out.*dtype|out must be"):
            pool(x, 2, out=np.empty((2, 2), dtype))
    for wrong in ([[0, 0], [0, 0]], "out", 3, memoryview(bytearray(16))):
        with pytest.raises(TypeError, match="out"):
            pool(x, 2, out=wrong)
    with pytest.raises(ValueError, match="out"):
        pool(x, 2, out=cases.read_only(np.empty((2, 2), np.float32)))
    with pytest.raises(ValueError, match="out"):
        pool(x, 2, out=np.lib.stride_tricks.as_strided(np.empty(4, np.float32), (2, 2), (0, 4)))
    with pytest.raises((TypeError, ValueError), match="out"):
        pool(x, 2, out=np.ma.masked_array(np.empty((2, 2), np.float32)))


@every_function
def test_out_may_not_overlap_the_input(pool):
    memory = np.arange(64.0)
    x = memory[:16].reshape(4, 4)
    before = memory.copy()
    for out in (x[:2, :2], x[::2, ::2], memory[12:16].reshape(2, 2), memory[4:0:-1].reshape(2, 2)):
        with pytest.raises(ValueError, match=r"out.*(overlap|share)"):
            pool(x, 2, out=out)
        assert np.array_equal(memory, before)
    out = memory[16:20].reshape(2, 2)
    assert pool(x, 2, out=out) is out


@every_function
@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "float64"])
def test_nothing_is_written_beside_out(pool, dtype):
    for shape, kernel, axes in itertools.product([(7, 5), (7, 300), (2, 8, 7)], (1, 2, 3), (-1, -2, (-2, -1))):
        x = cases.make(dtype, shape)
        want = pool(x, kernel, axes=axes)
        memory = np.full(want.size + 200, 7, want.dtype)
        pool(x, kernel, axes=axes, out=memory[100:-100].reshape(want.shape))
        assert np.array_equal(memory[100:-100].reshape(want.shape), want)
        assert (memory[:100] == 7).all()
        assert (memory[-100:] == 7).all()


# ---------------------------------------------------------------- arrays of other libraries


class WithArray:
    """Has `__array__` alone."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values if dtype is None else self.values.astype(dtype)


class WithDLPack:
    """Has `__dlpack__` alone."""

    def __init__(self, values):
        self.values = values

    def __dlpack__(self, **arguments):
        return self.values.__dlpack__(**arguments)

    def __dlpack_device__(self):
        return self.values.__dlpack_device__()


@every_function
def test_other_arrays_come_in(pool):
    values = np.arange(16.0).reshape(4, 4)
    want = pool(values, 2)
    flat = array.array("d", range(16))
    for other in (
        WithArray(values),
        WithDLPack(values),
        memoryview(values),
        memoryview(flat).cast("B").cast("d", (4, 4)),
        values.tolist(),
        tuple(map(tuple, values.tolist())),
        (ctypes.c_double * 4 * 4)(*map(tuple, values.tolist())),
    ):
        got = pool(other, 2)
        assert type(got) is np.ndarray
        assert np.array_equal(got, want)
    assert np.array_equal(pool(flat, 2, axes=0), pool(values.ravel(), 2, axes=0))


def test_an_array_that_raises_says_so_itself():
    class Angry:
        def __array__(self, dtype=None, copy=None):
            raise ZeroDivisionError("from __array__")

    with pytest.raises(ZeroDivisionError, match="from __array__"):
        cypool.max_pool(Angry(), 2)


@every_function
def test_subclasses_give_plain_arrays(pool):
    class Own(np.ndarray):
        pass

    values = np.arange(16.0).reshape(4, 4)
    for x in (values.view(Own), values.view(np.matrix) if hasattr(np, "matrix") else values, values.view(np.recarray)):
        got = pool(x, 2)
        assert type(got) is np.ndarray
        assert np.array_equal(got, pool(values, 2))


def test_files_mapped_into_memory(tmp_path):
    values = cases.make("float32", (40, 50))
    np.save(tmp_path / "x.npy", values)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert np.array_equal(cypool.max_pool(mapped, 3, 2, 1), cypool.max_pool(values, 3, 2, 1))
    with open(tmp_path / "y", "wb+") as file:
        file.truncate(1600)
        with mmap.mmap(file.fileno(), 1600) as memory:
            x = np.frombuffer(memory, np.uint8).reshape(40, 40)
            assert cypool.max_pool(x, 2).max() == 0
            del x


def test_data_frames_come_in_as_their_values():
    pandas = pytest.importorskip("pandas")
    values = np.arange(16.0).reshape(4, 4)
    assert np.array_equal(cypool.avg_pool(pandas.DataFrame(values), 2), cypool.avg_pool(values, 2))
    assert np.array_equal(cypool.avg_pool(pandas.Series(values[0]), 2, axes=0), cypool.avg_pool(values[0], 2, axes=0))


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if dtype != "bfloat16"])
def test_arrays_of_other_libraries_are_not_copied(dtype):
    """A virtual array of 2**40 cells, of which any copy would be a MemoryError."""
    x = np.broadcast_to(np.ones((1, 1), dtype), (2**20, 2**20))
    for pool in WINDOW_FUNCTIONS:
        assert pool(x, (2, 2), 2**19).shape == (2, 2)
        assert pool(WithArray(x), (2, 2), 2**19).shape == (2, 2)
    with pytest.raises(MemoryError):
        cypool.max_pool(x, 1)


def test_virtual_arrays_of_two_to_the_33_cells():
    x = np.broadcast_to(np.uint8(7), (1, 1, 2**33))
    assert cypool.max_pool(x, (5,), 2**31, axes=-1).tolist() == [[[7] * 4]]
    assert cypool.max_pool(x, (5,), 2**31, axes=-1, return_indices=True)[1].tolist() == [[[0, 2**31, 2**32, 3 * 2**31]]]
    assert cypool.sum_pool(x, (5,), 2**31, axes=-1).tolist() == [[[35] * 4]]
    assert cypool.avg_pool(x, (5,), 2**32, dtype=np.uint8, axes=-1).tolist() == [[[7] * 2]]
    assert cypool.max_pool(np.broadcast_to(np.float32(1), (2**33, 2)), (3, 2), 2**32, axes=(0, 1)).tolist() == [[1], [1]]
    assert cypool.min_pool(np.broadcast_to(np.int16(-4), (2**17, 2**17)), 2, 2**16).tolist() == [[-4] * 2] * 2


def test_bfloat16_rounds_once():
    x = np.array([1, 2**-9, 2**-9, 2**-9]).astype(BFLOAT16)
    assert cypool.sum_pool(x, (4,)).item() == float(np.float32(1 + 3 * 2**-9).astype(BFLOAT16))
    assert cypool.avg_pool(x, (4,)).dtype == BFLOAT16
    assert cypool.max_pool(x[::-1], (2,)).tolist() == [BFLOAT16.type(2**-9), 1]


@pytest.mark.parametrize("dtype", ["bool", *cases.INTEGERS])
@pytest.mark.parametrize("divisor", [1, 3, 8, -1, -7])
def test_integer_averages_may_leave_the_dtype_of_x(dtype, divisor):
    """Divided by less than the cells of a window, or by a negative number."""
    for values, wanted in itertools.product(("plain", "wide"), ("int64", "int32", "uint8")):
        x = cases.make(dtype, (9, 20), values=values)
        plan = reference.windows_plan(x.shape, (3, 3), 2)
        want = reference.avg_pool(x, plan, divisor_override=divisor, dtype=wanted)
        assert not cases.same_bits(cypool.avg_pool(x, 3, 2, divisor_override=divisor, dtype=wanted), want)


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "uint16"])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [
        ((1, 2), None, 0), ((2, 2), None, 0), ((2, 2), None, (1, 0)), ((2, 2), (2, 4), 0), ((2, 2), (1, 3), 0), ((2, 3), (1, 2), 0),
        ((4, 2), (1, 2), 0), ((1, 4), None, 0), ((1, 4), None, (0, 2)), ((1, 4), (1, 2), (0, 1)), ((3, 4), (1, 2), 0), ((2, 16), None, 0),
    ],
)  # fmt: skip
def test_neighbours_that_are_read_two_at_a_time(dtype, kernel, stride, padding):
    """As in int64, along rows of every length, at even and odd addresses and distances."""
    own = "uint8" if dtype == "bool" else dtype
    geometry = {"kernel_size": kernel, "stride": stride, "padding": padding}
    for length, ceil_mode in itertools.product((16, 17, 70, 71, 1030, 1031), (False, True)):
        whole = cases.make(dtype, (9, length + 1), values="wide", seed=length)
        for x in (whole, whole[:, 1:], whole[:, :0:-1]):
            y = x.astype("int64")
            assert np.array_equal(cypool.sum_pool(x, **geometry, ceil_mode=ceil_mode), cypool.sum_pool(y, **geometry, ceil_mode=ceil_mode))
            for more in ({}, {"count_include_pad": False}, {"divisor_override": 4}, {"divisor_override": 64}):
                more = geometry | more | {"ceil_mode": ceil_mode}
                assert np.array_equal(cypool.avg_pool(x, **more), cypool.avg_pool(y, **more))
                assert np.array_equal(cypool.avg_pool(x, **more, dtype=own), cypool.avg_pool(y, **more, dtype="int64").astype(own))


@pytest.mark.parametrize("count", [2, 4, 6, 14, 26, 30, 122, 250, 360])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16"])
def test_means_between_two_integers_round_to_the_even_one(count, dtype):
    low = np.arange(np.iinfo(dtype).min, np.iinfo(dtype).max) if dtype != "int16" else np.arange(-2000, 2000)
    x = np.stack([low, low + 1], axis=1).repeat(count // 2, axis=1).astype(dtype).ravel()
    want = low + low % 2
    side_by_side = cypool.avg_pool(x, count, axes=0, dtype=dtype)
    assert np.array_equal(side_by_side, want)
    each = cypool.avg_pool(x, count, stride=1, padding=((1, 0),), axes=0, dtype=dtype)
    assert np.array_equal(each[1::count], want)


@pytest.mark.parametrize("count", [3, 5, 6, 7, 9, 12, 25, 49, 100, 125, 126, 127, 128, 129, 130, 254, 255, 1000, 2**16 + 2])
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_means_of_integers_are_rounded_once(count, dtype):
    """Cells of one value and the next: their means lie at the middle between the two, or as near to it as any."""
    info, rng = np.iinfo(dtype), np.random.default_rng(count)
    low, high = max(int(info.min), -(2**51) // count), min(int(info.max), 2**51 // count)
    whole = np.concatenate([[low, low + 1, high - 2, high - 1, 0], rng.integers(low, high, 20)])
    for more in (count // 2 - 1, count // 2, (count + 1) // 2, count // 2 + 1):
        x = np.broadcast_to(whole[:, None], (len(whole), count)).copy()
        x[:, rng.permutation(count)[:more]] += 1
        up = np.where(2 * more == count, whole % 2, 2 * more > count)
        want = (whole + up).astype(dtype)
        x = x.astype(dtype)
        assert np.array_equal(cypool.avg_pool(x, count, axes=1, dtype=dtype)[:, 0], want)
        assert np.array_equal(cypool.avg_pool(x.T.copy(), count, axes=0, dtype=dtype)[0], want)
        padded = cypool.avg_pool(x, count, padding="same", stride=1, axes=1, dtype=dtype, count_include_pad=False)
        assert np.array_equal(padded[:, (count - 1) // 2], want)


@pytest.mark.parametrize("count", [2, 3, 5, 6, 7, 9, 12, 16, 25, 49, 127, 1000, 4095])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_means_of_floats_are_quotients_rounded_once(count, dtype):
    n = 2_000_000 // max(count, 50)
    bits = np.random.default_rng(count).integers(0, 256, (n, np.dtype(dtype).itemsize), dtype=np.uint8)
    x = np.zeros((n, count), dtype)                       # one cell of each window isn't 0, so that all sums are exact
    x[:, 0] = bits.view(dtype)[:, 0]
    x[: n // 3, 0] = np.finfo(dtype).smallest_subnormal * np.arange(n // 3)
    with np.errstate(all="ignore"):
        want = (x[:, 0].astype("float64") / count).astype(dtype)
    np.testing.assert_array_equal(cypool.avg_pool(x, count, axes=1)[:, 0], want)
    np.testing.assert_array_equal(cypool.avg_pool(x[:, :, None, None], (count, 1), axes=(1, 2))[:, 0, 0, 0], want)
    each = cypool.avg_pool(x.ravel(), count, stride=1, axes=0)
    np.testing.assert_array_equal(each, want[(np.arange(len(each)) + count - 1) // count])
    assert np.signbit(cypool.avg_pool(np.full(3 * count, -0.0, dtype), count, axes=0)).all()


@pytest.mark.parametrize("count", [2**15 + 1, 2**23 - 1, 2**23, 2**23 + 1])
@pytest.mark.parametrize("value", [-128, 127, 255])
def test_sums_of_bytes_at_the_end_of_32_bits(count, value):
    x = np.broadcast_to(np.array(value, "int8" if value < 128 else "uint8"), count).copy()
    assert cypool.global_avg_pool(x, axes=0, dtype=x.dtype).item() == value
    assert cypool.sum_pool(x, count, axes=0).item() == value * count
    x[: count // 2] = value - 1 if value > 0 else value + 1
    for odd in range(2):                      # just beside, or on, the middle between two integers
        assert cypool.global_avg_pool(x, axes=0, dtype=x.dtype).item() == np.rint(x.mean(dtype="longdouble"))
        assert cypool.global_avg_pool(x, axes=0).item() == x.mean(dtype="float64")
        x[count // 2 + 1 - odd] = x[0]


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7, 9, 10, 12, 14, 25, 28, 49, 100, 1000, 1001, 4095, 4096, 5000])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_means_of_halves_are_rounded_once(count, dtype):
    """Cells of one value and the next: their means lie around the middle between the two, and often on it."""
    n, rng = max(40, 60_000 // count), np.random.default_rng(count)
    dtype, bits = cases.dtype_of(dtype), 10 if dtype == "float16" else 7
    whole = rng.integers(0, 2 ** (bits + 1) - 1, (n, 1)) + (rng.random((n, count)) < rng.choice([0.5, 0.01, 0.99], (n, 1)))
    for scale in (1.0, 2.0**-14, 2.0**-24 if bits == 10 else 2.0**-133):
        x = (whole * scale).astype(dtype)
        want = (whole.sum(axis=1) / count * scale).astype(dtype)       # neither float64 lies so near to a middle that it was rounded to it
        assert np.array_equal(x.astype("float64"), whole * scale)
        assert np.array_equal(cypool.avg_pool(x, count, axes=1)[:, 0], want)
        assert np.array_equal(cypool.avg_pool(-x[:, None, :, None], (1, count, 1), (1, 1, 1), axes=(1, 2, 3)).ravel(), -want)
        padded = cypool.avg_pool(x, count, 1, count - 1, axes=1, count_include_pad=False)
        assert np.array_equal(padded[:, [0, count - 1, -1]], np.stack([x[:, 0], want, x[:, -1]], axis=1))
    x = np.zeros((4, count), dtype)
    x[0, -1], x[1, 0], x[2, -1], x[3] = np.inf, -np.inf, np.nan, -0.0
    got = cypool.avg_pool(x, count, axes=1)[:, 0].astype("float32")
    np.testing.assert_array_equal(got, [np.inf, -np.inf, np.nan, 0])
    assert np.signbit(got[3])


@pytest.mark.parametrize("dtype", ["int8", "uint8"])
def test_means_of_few_bytes_are_exact_whatever_their_sum_and_count(dtype):
    """All sums of 256 bytes by all counts up to that. What leaves the dtype wraps, as in casts of NumPy's."""
    info = np.iinfo(dtype)
    sums = np.arange(256 * info.min, 256 * info.max + 1)
    x = (sums[:, None] // 256 + (np.arange(256) < sums[:, None] % 256)).astype(dtype)
    for count in range(1, 258):
        down, rest = np.divmod(sums, count)
        want = down + ((2 * rest > count) | ((2 * rest == count) & (down % 2 == 1)))
        means = cypool.avg_pool(x, 256, axes=1, divisor_override=count, dtype=dtype)[:, 0]
        assert np.array_equal(means, want.astype(dtype)), count


@pytest.mark.parametrize("kernel", [(127, 127), (128, 128), (5, 3277), (181, 181), (182, 181), (65536, 1)])
@pytest.mark.parametrize("dtype", ["uint8", "int8"])
def test_means_of_many_bytes_are_exact(kernel, dtype):
    shape = (kernel[0] + 12, kernel[1] + 12)
    highest = np.iinfo(dtype).max
    brightest = np.random.default_rng(3).integers(highest - 1, highest + 1, shape).astype(dtype)
    for x in (np.full(shape, highest, dtype), brightest, cases.make(dtype, shape)):
        for stride in (1, 3):
            total = np.zeros((shape[0] + 1, shape[1] + 1), "int64")
            total[1:, 1:] = x.cumsum(axis=0, dtype="int64").cumsum(axis=1)
            total = total[kernel[0] :] - total[: -kernel[0]]
            total = (total[:, kernel[1] :] - total[:, : -kernel[1]])[::stride, ::stride]
            count = kernel[0] * kernel[1]
            down, rest = np.divmod(total, count)
            want = down + ((2 * rest > count) | ((2 * rest == count) & (down % 2 == 1)))
            assert np.array_equal(cypool.avg_pool(x, kernel, stride, dtype=dtype), want.astype(dtype))


@pytest.mark.parametrize("total", [2**51 - 1, 2**51 + 1, 2**52 - 1, 2**52 + 1, 2**53 + 1, 2**62 + 1])
@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_means_of_large_integers_are_exact(total, dtype):
    assert cypool.avg_pool(np.array([total] * 5, dtype), 1, axes=0, dtype=dtype).tolist() == [total] * 5
    x = np.array([[total // 3, total // 3, total - 2 * (total // 3)]], dtype)
    assert cypool.avg_pool(x, 3, axes=1, dtype=dtype, divisor_override=1).item() == total
    assert cypool.avg_pool(x, 3, axes=1, dtype=dtype, divisor_override=3).item() == (total + 1) // 3


def test_means_of_many_large_integers_are_exact():
    for cells in (2**19 - 1, 2**19 + 1, 2**20 - 1):
        got = cypool.avg_pool(np.full(cells, 2**32 - 1, "uint32"), cells, axes=0, dtype="int64", divisor_override=1)
        assert got.item() == cells * (2**32 - 1)


def test_means_of_large_integers_in_rows_with_columns_that_no_window_reaches():
    """They are added up in wider integers, for which fewer columns have room."""
    x = cases.make("uint64", (5, 12, 129), values="wide")
    got = cypool.avg_pool(x, (5, 7), (1, 7), ((4, 0), (0, 0)), axes=(0, 1), dtype="uint64", count_include_pad=False)
    for o in range(5):
        cells = x[: o + 1, :7].reshape(-1, 129).astype(object)
        assert got[o, 0].tolist() == [round(Fraction(int(total), len(cells))) for total in cells.sum(axis=0)]
