"""Is every index that names no cell refused, by value and place, before anything is written?"""

import itertools
import re
import threading

import cases
import cypool
import numpy as np
import pytest
import reference
from cypool import _arrays

CANARY = 0x5A
EXTREMES = [-1, -2, -100, 2**31 - 1, 2**31, 2**32, 2**32 + 3, 2**40, 2**62, 2**63 - 1, -(2**31), -(2**32) - 3, -(2**63)]


def guarded(shape, dtype):
    """An array of zeros inside a larger one of canary bytes."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.full(size + 256, CANARY, np.uint8)
    return memory, memory[128 : 128 + size].view(dtype).reshape(shape)


def intact(memory):
    return (memory[:128] == CANARY).all() and (memory[-128:] == CANARY).all()


def untouched(memory):
    return (memory == CANARY).all()


def consumers(shape, geometry):
    """Functions of (indices, out) that take indices, with the shape and dtype of what they write."""
    plan = reference.windows_plan(shape, **geometry)
    small = list(shape)
    for axis, size in zip(plan.axes, plan.size, strict=True):
        small[axis] = size
    g, gg = np.ones(small), np.ones(shape)
    unpool = {name: value for name, value in geometry.items() if name not in ("dilation", "ceil_mode")}
    yield lambda indices, out: cypool.max_pool_backward(g, indices, shape, out=out, **geometry), shape
    yield lambda indices, out: cypool.min_pool_backward(g, indices, shape, out=out, **geometry), shape
    yield lambda indices, out: cypool.max_pool_double_backward(gg, indices, out=out, **geometry), small
    yield lambda indices, out: cypool.min_pool_double_backward(gg, indices, out=out, **geometry), small
    if "dilation" not in geometry and "ceil_mode" not in geometry:
        yield lambda indices, out: cypool.max_unpool(g, indices, output_shape=shape, out=out, **unpool), shape


GEOMETRIES = [
    ((2, 3, 6, 8), {"kernel_size": (2, 2)}),
    ((2, 6, 8, 3), {"kernel_size": (3, 3), "stride": 2, "padding": 1, "axes": (1, 2)}),
    ((40,), {"kernel_size": (5,), "stride": 3}),
    ((3, 5, 6, 7), {"kernel_size": (2, 3, 2), "stride": 1}),
    ((2, 9, 9), {"kernel_size": (3, 2), "dilation": 2, "ceil_mode": True, "padding": (2, 1)}),
]


def refused(call, shape, indices, bad, place):
    memory, out = guarded(shape, np.float64)
    with pytest.raises(ValueError, match=rf"(?<!\d){bad}(?!\d)") as caught:
        call(indices, out)
    assert str(tuple(place)) in str(caught.value) or str(list(place)) in str(caught.value)
    assert untouched(memory)


@pytest.mark.parametrize(("shape", "geometry"), GEOMETRIES)
def test_hand_made_plane_indices(shape, geometry):
    """Some five hundred: each extreme, the size and one beyond, at the first, a middle and the last place."""
    plan = reference.windows_plan(shape, **geometry)
    size = int(np.prod(plan.plane))
    count = 0
    for call, out_shape in consumers(shape, geometry):
        small = list(shape)
        for axis, length in zip(plan.axes, plan.size, strict=True):
            small[axis] = length
        for bad, place in itertools.product([size, size + 1, *EXTREMES], (0, int(np.prod(small)) // 2, int(np.prod(small)) - 1)):
            indices = np.zeros(small, np.int64)
            indices.ravel()[place] = bad
            refused(call, out_shape, indices, bad, map(int, np.unravel_index(place, small)))
            count += 1
    assert count >= 4 * 45


@pytest.mark.parametrize(("shape", "geometry"), GEOMETRIES)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64"])
def test_hand_made_window_indices(shape, geometry, dtype):
    """Every tap that a window doesn't have: beyond the window, or in the padding."""
    plan = reference.windows_plan(shape, **geometry)
    small = list(shape)
    for axis, length in zip(plan.axes, plan.size, strict=True):
        small[axis] = length
    valid = reference.plane_to_window(reference.max_pool(np.zeros(shape), plan)[1], plan).astype(dtype)
    for call, out_shape in consumers(shape, geometry):
        memory, out = guarded(out_shape, np.float64)
        call(valid, out)
        assert intact(memory)
        for window in list(reference.windows(plan))[:: max(1, len(list(reference.windows(plan))) // 8)]:
            place = [0] * len(shape)
            for axis, o in zip(plan.axes, window.place, strict=True):
                place[axis] = o
            box = int(np.prod(plan.box))
            outside = [tap for tap in range(box) if tap not in window.in_window] + [box, np.iinfo(dtype).max]
            for bad in outside:
                indices = valid.copy()
                indices[tuple(place)] = bad
                refused(call, out_shape, indices, bad, place)


def test_the_first_offender_is_named():
    indices = np.zeros((2, 3, 4), np.int64)
    indices[1, 0, 2], indices[1, 2, 3], indices[0, 2, 1] = -7, 99, 1000
    for order in ("C", "F"):
        with pytest.raises(ValueError, match="1000") as caught:
            cypool.max_pool_backward(np.ones((2, 3, 4)), np.array(indices, order=order), (2, 6, 8), 2)
        assert "(0, 2, 1)" in str(caught.value)


@pytest.mark.parametrize("block", range(10))
def test_fuzzed_indices(block):
    """A thousand random arrays of indices a block, most with a bad one: refused, or the right result; never a byte outside."""
    rng = cases.seeded("fuzz", block)
    for trial in range(1000):
        shape, geometry = GEOMETRIES[int(rng.integers(len(GEOMETRIES)))]
        plan = reference.windows_plan(shape, **geometry)
        small = list(shape)
        for axis, length in zip(plan.axes, plan.size, strict=True):
            small[axis] = length
        dtype = str(rng.choice(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]))
        info, size = np.iinfo(dtype), int(np.prod(plan.plane if dtype[0] == "i" else plan.box))
        indices = rng.integers(0, min(size, info.max), small).astype(dtype)
        if rng.random() < 0.7:
            some = rng.random(small) < rng.choice([0.01, 0.3, 1.0])
            indices[some] = rng.integers(info.min, info.max, small, dtype, endpoint=True)[some]
        calls = list(consumers(shape, geometry))
        call, out_shape = calls[int(rng.integers(len(calls)))]
        memory, out = guarded(out_shape, np.float64)
        given = cases.FORMS[str(rng.choice(["C", "fortran", "sliced", "negative", "swapped", "unaligned", "read_only"]))](indices)
        if rng.random() < 0.05:
            given = given[..., :-1]
        try:
            call(given, out)
            good = True
        except ValueError:
            good = False
        assert intact(memory), f"block {block}, trial {trial}: wrote outside"
        if not good:
            assert untouched(memory), f"block {block}, trial {trial}: wrote before the error"
        if dtype[0] == "i" and given.shape == indices.shape:
            assert good == bool((indices >= 0).all() and (indices < size).all()), f"block {block}, trial {trial}"


@pytest.mark.parametrize("block", range(2))
def test_fuzzed_indices_of_adaptive_and_global_pooling(block):
    """A thousand arrays a block: bins have cells of their own, and whole planes one index each."""
    rng = cases.seeded("adaptive fuzz", block)
    shape, small = (2, 7, 9), (2, 3, 5)
    calls = {
        cypool.adaptive_max_pool_backward: (small, {"output_size": (3, 5)}),
        cypool.adaptive_min_pool_backward: (small, {"output_size": (3, 5)}),
        cypool.global_max_pool_backward: ((2,), {}),
        cypool.global_min_pool_backward: ((2,), {}),
    }
    for trial in range(1000):
        back, (out_shape, given) = list(calls.items())[int(rng.integers(4))]
        dtype = str(rng.choice(["int8", "int64", "uint8", "uint16", "uint64"]))
        box = 7 * 9 if dtype[0] == "i" or len(out_shape) == 1 else 4 * 3
        info = np.iinfo(dtype)
        indices = rng.integers(0, box, out_shape).astype(dtype)
        if rng.random() < 0.7:
            some = rng.random(out_shape) < rng.choice([0.1, 1.0])
            indices[some] = rng.integers(info.min, info.max, out_shape, dtype, endpoint=True)[some]
        memory, out = guarded(shape, np.float64)
        try:
            back(np.ones(out_shape), indices, shape, out=out, **given)
            good = True
        except ValueError:
            good = False
        assert intact(memory) if good else untouched(memory), f"block {block}, trial {trial}"
        inside = bool((indices >= 0).all() and (indices < box).all())
        assert good == inside if dtype[0] == "i" or len(out_shape) == 1 else inside or not good, f"block {block}, trial {trial}"
        assert not good or out.sum() == np.prod(out_shape)


@pytest.mark.parametrize("wrong", [(2, 2), (1, 2, 2), (3, 2, 2), (2, 2, 3), (2, 3, 2), (2, 2, 2, 1), (0, 2, 2), (8,), ()])
def test_indices_of_another_shape(wrong):
    g, indices = np.ones((2, 2, 2)), np.zeros(wrong, np.int64)
    for call in (
        lambda: cypool.max_pool_backward(g, indices, (2, 4, 4), 2),
        lambda: cypool.max_pool_double_backward(np.ones((2, 4, 4)), indices, 2),
        lambda: cypool.max_unpool(g, indices, 2),
        lambda: cypool.adaptive_max_pool_backward(g, indices, (2, 4, 4), 2),
    ):
        with pytest.raises(ValueError, match="indices"):
            call()


def test_indices_of_another_plane():
    """Positions of a larger plane, and of the whole tensor."""
    x = cases.make("float64", (2, 4, 4))
    larger = cypool.max_pool(np.pad(x, ((0, 0), (4, 0), (4, 0)), constant_values=-9), 2, return_indices=True)[1][:, 2:, 2:]
    tensor = cypool.plane_to_onnx(cypool.max_pool(x, 2, return_indices=True)[1], x.shape, axes=(1, 2))
    for indices in (larger, tensor):
        with pytest.raises(ValueError, match="indices"):
            cypool.max_pool_backward(np.ones((2, 2, 2)), indices, x.shape, 2)


def test_indices_that_another_thread_changes_during_the_call():
    """What is checked is what is used: nothing outside is ever written, whatever the interleaving."""
    shape, small = (4, 256, 256), (4, 128, 128)
    indices = np.zeros(small, np.int64)
    stop = threading.Event()

    def disturb():
        while not stop.is_set():
            indices[3, 120:] = 2**40
            indices[3, 120:] = 0

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for turn in range(60):
            memory, out = guarded(shape, np.float64)
            try:
                if turn % 2:
                    cypool.max_pool_backward(np.ones(small), indices, shape, 2, out=out)
                else:
                    cypool.max_unpool(np.ones(small), indices, 2, out=out)
            except ValueError:
                pass
            assert intact(memory)
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    ("wrong", "dtype", "text"),
    [
        (16, np.int64, "indices must be between 0 and 15, the last cell of a plane, got 16 at (0, 1)"),
        (-1, np.int8, "indices must be between 0 and 15, the last cell of a plane, got -1 at (0, 1)"),
        (9, np.uint8, "indices must be between 0 and 8, the last cell of a window, got 9 at (0, 1)"),
        (2, np.uint8, "indices must be cells of their windows that lie inside the input, got 2 at (0, 1)"),
    ],
)
def test_errors_name_rule_value_and_place(wrong, dtype, text):
    """Windows of 3x3, two cells apart, in 4x4 cells with a frame of one."""
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        cypool.max_pool_backward(np.ones((2, 2)), np.array([[5, wrong], [5, 4]], dtype), (4, 4), 3, 2, 1)


@pytest.mark.parametrize(("length", "kernel"), [(13, 9), (30, 19)])
def test_one_wrong_index_of_large_windows_is_found(length, kernel):
    """Windows of more than 64 taps, whose codes of 8 or 16 bits are looked up: one names a tap beyond one of the four edges."""
    half, last = kernel // 2, kernel - 1
    x = cases.make("float32", (300, length, length), seed=1)
    geometry = dict(kernel_size=kernel, stride=1, padding=half, axes=(1, 2))
    y, indices = cypool.max_pool(x, **geometry, return_indices="window")
    cypool.max_pool_backward(y, indices, x.shape, **geometry)
    for row, column, tap in ((0, half, (0, half)), (half, 1, (half, half - 2)), (length - 1, half, (last, half)), (half, length - 2, (half, last))):
        wrong = indices.copy()
        wrong[299, row, column] = tap[0] * kernel + tap[1]
        with pytest.raises(ValueError, match=re.escape(f"(299, {row}, {column})")):
            cypool.max_pool_backward(y, wrong, x.shape, **geometry)


def test_window_indices_stay_inside_their_bins():
    """Bins of 7 cells in 5: the third alone has 3 cells, but the others have a neighbour behind them, too."""
    sizes = (2, 2, 3, 2, 2)
    for place, tap in itertools.product(range(5), range(4)):
        indices = np.zeros(5, np.uint8)
        indices[place] = tap
        if tap < sizes[place]:
            assert cypool.adaptive_max_pool_backward(np.ones(5), indices, (7,), (5,)).sum() == 5
        else:
            with pytest.raises(ValueError, match=rf"got {tap} at \({place},\)"):
                cypool.adaptive_max_pool_backward(np.ones(5), indices, (7,), (5,))


@pytest.mark.parametrize("dtype", [np.float64, np.int8])
def test_windows_that_lie_behind_the_input_have_no_cell(dtype):
    """Unpooling into so short a row that the third window starts where it ends."""
    for tap in range(2):
        with pytest.raises(ValueError, match=rf"got {tap} at \(2,\)"):
            cypool.max_unpool(np.ones(3, dtype), np.array([0, 1, tap], np.uint8), (2,), output_shape=(4,))


def test_indices_that_were_wrong_only_for_a_moment():
    with pytest.raises(ValueError, match="indices must be small, but changed during the call"):
        _arrays.first_wrong(np.zeros(3, bool), np.arange(3), "small")
