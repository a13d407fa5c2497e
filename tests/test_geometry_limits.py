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
