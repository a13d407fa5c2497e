"""Do sizes hold up to the last integer that fits, and is one more refused before anything is allocated?"""

import sys

import cases
import cypool
import numpy as np
import pytest
import reference

MOST = sys.maxsize
LARGEST = 2**62  # what the documentation of errors names as too large
EDGES = [1, 2, 3, 2**24, 2**31, 2**32, 2**53, 2**61, LARGEST]
LENGTHS = sorted({max(1, edge + off) for edge in EDGES for off in (-1, 0, 1)})


@pytest.mark.parametrize("block", range(4))
def test_sizes_of_a_thousand_huge_geometries(block):
    """Unbounded integers agree, or the error says that a number is too large or no window fits."""
    rng = cases.seeded("huge", block)
    agreed = 0
    for _ in range(1000):
        length, k, s, d = (int(rng.choice(LENGTHS)) if rng.random() < 0.6 else int(rng.integers(1, 6)) for _ in range(4))
        before, after = (int(rng.choice(LENGTHS)) if rng.random() < 0.3 else int(rng.integers(0, 4)) for _ in range(2))
        mode = [False, True, "full"][int(rng.integers(3))]
        want = reference.output_size(length, k, s, before, after, d, mode)
        try:
            got = cypool.output_shape((length,), (k,), s, ((before, after),), d, ceil_mode=mode)
        except ValueError as error:
            fits = max(length + before + after, (want - 1) * s, d * (k - 1) + 1) + d * (k - 1) + 1 < LARGEST
            assert want < 1 or not fits or max(length, k, s, d, before, after) >= LARGEST
            assert "too large" in str(error) or "too small" in str(error) or "< 2**62" in str(error)
        else:
            assert got == (want,)
            agreed += 1
    assert agreed >= 200


@pytest.mark.parametrize("name", ["shape", "kernel_size", "stride", "padding", "dilation"])
def test_the_last_number_and_the_one_behind(name):
    given = {"shape": (9,), "kernel_size": (2,)} | {name: (LARGEST,)}
    with pytest.raises(ValueError, match=rf"{name} must be < 2\*\*62, got {LARGEST}"):
        cypool.output_shape(**given)
    last = {"shape": (9,), "kernel_size": (1,)} | {name: (LARGEST - 2,)}
    if name == "kernel_size":
        last |= {"shape": (LARGEST // 2 - 2,), "kernel_size": (LARGEST // 2 - 2,)}
    if name == "padding":
        last |= {"padding": ((LARGEST - 13, 0),)}
    want = {"shape": LARGEST - 2, "kernel_size": 1, "stride": 1, "padding": LARGEST - 4, "dilation": 9}[name]
    assert cypool.output_shape(stride=1, **last) == (want,) if name != "stride" else cypool.output_shape(**last) == (want,)


def sizes(itemsize):
    """Numbers of cells at the last comparison, and those whose bytes wrap around to nothing or to little."""
    return [MOST // itemsize + off for off in (-1, 0, 1)] + [2**64 // itemsize + off for off in (-1, 0, 1, 2)] + [2**63 // itemsize]


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float32", "float64"])
def test_results_of_as_many_bytes_as_there_are_addresses(dtype):
    """MemoryError, or ValueError for what no array can be; a product that wrapped would allocate little and write far."""
    itemsize = np.dtype(dtype).itemsize
    one = np.ones((1, 1), dtype)
    for cells in sizes(itemsize):
        calls = [
            lambda cells=cells: cypool.adaptive_max_pool(one, (1, cells)),
            lambda cells=cells: cypool.sum_pool(one, 1, 1, ((0, 0), (cells - 1, 0)), dtype=dtype if dtype[0] == "f" else None),
            lambda cells=cells: cypool.max_unpool(one, np.zeros((1, 1), np.int64), 1, output_shape=(1, cells)),
        ]
        if dtype[0] == "f":
            calls += [
                lambda cells=cells: cypool.avg_pool_backward(one, (1, cells), 1, (1, cells)),
                lambda cells=cells: cypool.max_pool_backward(one, np.zeros((1, 1), np.uint8), (1, cells), 1, (1, cells)),
            ]
        for call in calls:
            with pytest.raises((MemoryError, ValueError)):
                call()


@pytest.mark.parametrize("shape", [(2**31, 2**29), (2**20, 2**20, 2**20), (1, 2**60), (2**32, 2**29 - 1), (3, 5, 2**57)])
def test_results_wider_than_a_virtual_input(shape):
    """From a byte of memory to sums, averages and indices of eight bytes a cell."""
    x = np.broadcast_to(np.uint8(1), shape)
    for call in (
        lambda: cypool.avg_pool(x, 1),
        lambda: cypool.sum_pool(x, 1),
        lambda: cypool.lp_pool(x, 1),
        lambda: cypool.max_pool(x, 1, return_indices=True),
        lambda: cypool.min_pool(x, 1, return_indices="window"),
    ):
        with pytest.raises(MemoryError):
            call()


def test_positions_in_windows_of_more_cells_than_can_be_counted():
    x = np.ones((1, 1, 1))
    k = 2**16
    for box, before in (((k, k, 1), (k - 1, k - 1, 0)), ((1, k, k), (0, k - 1, k - 1)), ((k, 1, k), (k - 1, 0, k - 1))):
        pads = tuple((one, 0) for one in before)
        assert cypool.max_pool(x, box, 1, pads, return_indices="window")[1].tolist() == [[[2**32 - 1]]]
        assert cypool.max_pool(x, box, 1, pads, return_indices=True)[1].tolist() == [[[0]]]
        assert cypool.sum_pool(x, box, 1, pads).tolist() == [[[1]]]
        with pytest.raises(ValueError, match=r"2\*\*32"):
            cypool.max_pool(x, (k, k, 2), 1, ((k - 1, 0), (k - 1, 0), (1, 0)), return_indices="window")


# Windows that reach far beyond the input: each of these once wrote outside its memory, hung, or gave something else.


@pytest.mark.parametrize("ndim", [1, 63, 64])
def test_gradients_of_averages_whose_windows_reach_far_beyond_the_input(ndim):
    shape, before = (1,) * (ndim - 1) + (10,), (1,) * (ndim - 1)
    geometry = {"kernel_size": (*before, 3), "stride": 1, "padding": ((0, 0),) * (ndim - 1) + ((5000, 5000),), "dilation": (*before, 5000)}
    got = cypool.avg_pool_backward(np.ones(shape), shape, **geometry, axes=tuple(range(ndim)), count_include_pad=False)
    assert got.tolist() == np.ones(shape).tolist()


def test_long_windows_of_rows_outside_the_input():
    x = np.ones((1, 10**5), "float32")
    assert cypool.sum_pool(x, (1, 10**5), padding=((1, 1), (0, 0)), n_threads=1).tolist() == [[0], [10**5], [0]]
    assert cypool.avg_pool(x, (2, 10**5), 1, ((2, 2), (0, 0)), n_threads=1).tolist() == [[0], [0.5], [0.5], [0]]


def test_columns_of_overlapping_windows_that_lie_outside_the_input():
    got = cypool.sum_pool(np.ones((1000, 10)), (1000, 3), 1, ((999, 999), (2000, 2000)), n_threads=1)
    inside = np.minimum(np.arange(1, 2000), np.arange(1999, 0, -1))
    assert np.array_equal(got[:, 1997:2011], inside[:, None] * [0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 2, 1, 0])
    assert np.array_equal(got.sum(axis=1), inside * 30)
    x = np.asfortranarray(cases.make("bool", (3, 31, 4, 5)))
    geometry = {"kernel_size": (6, 3), "stride": (5, 1), "padding": ((5, 5), (5, 16)), "dilation": (1, 2), "axes": (3, 2), "ceil_mode": "full"}
    want = reference.lp_pool(x, reference.windows_plan(x.shape, **geometry), 1)
    assert np.array_equal(cypool.lp_pool(x, p=1, **geometry), want)


@pytest.mark.parametrize("kernel", [2**20, 2**30, 2**60])
def test_rows_of_padding_cost_no_memory(kernel):
    """Windows that all rows of the input share, whether they are read once or for each of them anew."""
    x = cases.make("float32", (10, 3))
    want = np.maximum.accumulate(x, axis=0)
    assert np.array_equal(cypool.max_pool(x, (kernel, 1), 1, ((kernel - 1, 0), (0, 0))), want)
    assert np.array_equal(cypool.sum_pool(x.astype("int64"), (kernel, 1), 1, ((kernel - 1, 0), (0, 0))), x.astype("int64").cumsum(axis=0))


@pytest.mark.parametrize("dilation", [2**60 + 1, 10**9 + 1, 3 * 2**40])
def test_dilation_costs_gradients_no_time(dilation):
    assert cypool.sum_pool_backward(np.ones(3, "float32"), (5,), 1, 2, 0, dilation, axes=0).tolist() == [1, 0, 1, 0, 1]
    got = cypool.max_pool_backward(np.ones((2, 3, 3)), np.zeros((2, 3, 3), "uint8"), (4, 3, 3), 1, (2, 1, 1), 0, dilation, axes=(0, 1, 2))
    assert got[:, 0, 0].tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(("stride", "dilation"), [(10**6, 10**7 + 1), (10**6, 10**7), (10**6 + 1, 10**7), (7, 10**7 + 1), (999, 999 * 1000)])
def test_gradients_of_taps_far_apart(stride, dilation):
    length, kernel, padding = 1000, 2, dilation
    count = cypool.output_shape((length,), kernel, stride, padding, dilation, axes=0)[0]
    g = np.random.default_rng(0).integers(1, 9, count).astype("float64")
    want = np.zeros(length)
    for tap in range(kernel):
        at = np.arange(count) * stride - padding + tap * dilation
        inside = (at >= 0) & (at < length)
        np.add.at(want, at[inside], g[inside])
    assert np.array_equal(cypool.sum_pool_backward(g, (length,), kernel, stride, padding, dilation, axes=0), want)


def test_averages_of_more_cells_than_can_be_counted():
    for average in (lambda k: cypool.avg_pool(np.ones((5, 5)), k, None, k), lambda k: cypool.avg_pool_backward(np.ones((2, 2)), (5, 5), k, None, k)):
        with pytest.raises(ValueError, match=r"kernel_size must give windows of at most 2\*\*62 cells to average, got \(8589934592, 8589934592\)"):
            average(2**33)
    with pytest.raises(ValueError, match=r"divisor_override must be between -2\*\*53 and 2\*\*53, got 18014398509481983"):
        cypool.avg_pool(np.ones(3), 1, axes=0, divisor_override=2**54 - 1)
