"""Do `return_indices=True` and `"window"` name the winner, in both forms, at no cost to the values?"""

import itertools

import cases
import cypool
import numpy as np
import pytest
import reference
from cases import BFLOAT16

PICKS = {
    name: lambda family=family: (case for case in family() if case.kind in ("max", "min"))
    for name, family in cases.FORWARD_FAMILIES.items()
}


def check_indices(case):
    try:
        values, in_plane, in_window = case.truth()
    except ValueError:
        return cases.refused(lambda: case.call(cypool, return_indices="window"), ValueError)
    for form, want in ((True, in_plane), ("window", in_window)):
        got_values, got = case.call(cypool, return_indices=form)
        if said := cases.same_bits(got_values, values) or cases.same_bits(got, want):
            return f"return_indices={form!r}: {said}"
    to_plane = cypool.window_to_plane(in_window, case.shape, **case.geometry)
    to_window = cypool.plane_to_window(in_plane, case.shape, **case.geometry)
    return cases.same_bits(to_plane, in_plane) or cases.same_bits(to_window, in_window)


@pytest.mark.parametrize("chunk", cases.chunks(PICKS))
def test_indices_match_the_definition(chunk):
    cases.verify(chunk, check_indices)


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("dtype", cases.DTYPES)
def test_the_first_of_equals_wins(kind, dtype):
    pool = getattr(cypool, f"{kind}_pool")
    for shape, arguments in (
        ((70, 70), {"kernel_size": (3, 2), "stride": 1}),
        ((5, 70, 33), {"kernel_size": 5, "stride": 3, "axes": (0, 1)}),
        ((200,), {"kernel_size": (31,), "stride": 1}),
        ((20, 530), {"kernel_size": (9, 1), "stride": (1, 40)}),
        ((5, 23, 101), {"kernel_size": (2, 3, 2), "stride": 1}),
    ):
        plan = reference.windows_plan(shape, **arguments)
        values, in_window = pool(np.ones(shape, cases.dtype_of(dtype)), return_indices="window", **arguments)
        assert not in_window.any()
        assert (values == 1).all()
        in_plane = pool(np.ones(shape, cases.dtype_of(dtype)), return_indices=True, **arguments)[1]
        assert np.array_equal(in_plane, reference.window_to_plane(in_window, plan))


@pytest.mark.parametrize("dtype", cases.FLOATS)
def test_zeros_of_both_signs_are_equal(dtype):
    for zeros in itertools.product((0.0, -0.0), repeat=4):
        x = np.array(zeros).astype(cases.dtype_of(dtype)).reshape(2, 2)
        value, index = cypool.max_pool(x, 2, return_indices=True)
        assert index.item() == 0
        assert np.signbit(value.astype(float)).item() == all(np.signbit(zeros))
        value, index = cypool.min_pool(x, 2, return_indices=True)
        assert index.item() == 0
        assert np.signbit(value.astype(float)).item() == any(np.signbit(zeros))


@pytest.mark.parametrize("dtype", cases.FLOATS)
@pytest.mark.parametrize("kind", ["max", "min"])
def test_the_first_nan_wins_at_every_place(kind, dtype):
    """At each place of each window, in planes wide enough for every vector loop, with and without indices."""
    pool = getattr(cypool, f"{kind}_pool")
    for width, channels in ((37, 1), (5, 37)):
        for nan_at in range(9):
            x = cases.random_values(cases.seeded(kind, dtype), dtype, (3, 3 * width, channels), "plain")
            x[nan_at // 3, nan_at % 3 :: 3] = np.nan
            if nan_at < 8:
                x[2, 2::3] = np.nan
            values, in_window = pool(x, 3, axes=(0, 1), return_indices="window")
            assert np.isnan(values.astype(float)).all()
            assert (in_window == nan_at).all()
            assert np.isnan(pool(x, 3, axes=(0, 1)).astype(float)).all()


@pytest.mark.parametrize("dtype", cases.FLOATS)
def test_windows_of_infinities_have_their_first_cell(dtype):
    x = np.full((3, 3), -np.inf).astype(cases.dtype_of(dtype))
    values, indices = cypool.max_pool(x, 3, 1, 1, return_indices=True)
    assert (values == -np.inf).all()
    assert indices.tolist() == [[0, 0, 1], [0, 0, 1], [3, 3, 4]]
    values, indices = cypool.min_pool(-x, 3, 1, 1, return_indices=True)
    assert (values == np.inf).all()
    assert indices.tolist() == [[0, 0, 1], [0, 0, 1], [3, 3, 4]]


@pytest.mark.parametrize("dtype", cases.INTEGERS)
def test_windows_of_the_least_integer_have_their_first_cell(dtype):
    info = np.iinfo(dtype)
    values, indices = cypool.max_pool(np.full((3, 3), info.min, dtype), 3, 1, 1, return_indices=True)
    assert (values == info.min).all()
    assert indices.tolist() == [[0, 0, 1], [0, 0, 1], [3, 3, 4]]
    values, indices = cypool.min_pool(np.full((3, 3), info.max, dtype), 3, 1, 1, return_indices=True)
    assert (values == info.max).all()
    assert indices.tolist() == [[0, 0, 1], [0, 0, 1], [3, 3, 4]]


@pytest.mark.parametrize(
    ("kernel", "dtype"),
    [
        ((255,), "uint8"),
        ((256,), "uint8"),
        ((257,), "uint16"),
        ((16, 16), "uint8"),
        ((257, 1), "uint16"),
        ((255, 257), "uint16"),
        ((256, 256), "uint16"),
        ((65_536,), "uint16"),
        ((65_537,), "uint32"),
        ((1, 65_537), "uint32"),
        ((331, 199), "uint32"),
    ],
)
def test_window_indices_are_as_small_as_they_can_be(kernel, dtype):
    """The borders of uint8 and uint16, with the winner in the last cell and in the first."""
    for kind, start, want in (("max", 0, -1), ("max", 1, 0), ("min", 1, -1)):
        x = np.zeros(kernel, np.float32)
        x.ravel()[want] = 1 if kind == "max" else -1
        values, in_window = getattr(cypool, f"{kind}_pool")(x, kernel, return_indices="window")
        assert in_window.dtype == dtype
        assert in_window.item() == range(x.size)[want]
        assert values.item() == x.ravel()[want]
        gradient = cypool.max_pool_backward(np.ones_like(values), in_window, x.shape, kernel)
        assert gradient.ravel()[want] == 1
        assert gradient.sum() == 1


def test_a_padded_window_counts_its_padding_in_window_positions():
    values, in_window = cypool.max_pool(np.array([[5.0]]), 3, 1, 1, return_indices="window")
    assert in_window.item() == 4


def test_indices_lie_in_memory_as_the_values_do():
    x = np.asfortranarray(cases.make("float32", (4, 6, 8)))
    for form in (True, "window"):
        values, indices = cypool.max_pool(x, 2, return_indices=form)
        assert indices.strides == tuple(stride // 4 * indices.itemsize for stride in values.strides)


def test_windows_too_large_for_window_indices():
    """More cells than 32 bits count, in padding that was never allocated."""
    with pytest.raises(ValueError, match=r"return_indices.*2\*\*32.*17179869184"):
        cypool.max_pool(np.ones((1, 1)), 2**17, padding=2**16, return_indices="window")
    assert cypool.max_pool(np.ones((1, 1)), 2**16, padding=2**15, return_indices="window")[1].item() == 2**31 + 2**15
    with pytest.raises(ValueError, match=r"return_indices.* so large a window .*float64"):
        cypool.max_pool(np.ones((1, 1), np.float32), (2**16, 2**15), padding=(2**15, 2**14), return_indices="window")


def test_only_the_documented_forms_are_known():
    for wrong in ("plane", 2, None, 1.0, [], "Window", b"window"):
        with pytest.raises((TypeError, ValueError), match="return_indices"):
            cypool.max_pool(np.ones((4, 4)), 2, return_indices=wrong)


def test_out_with_indices_receives_the_values():
    x = cases.make("float64", (3, 6, 6))
    want, want_indices = cypool.max_pool(x, 2, return_indices=True)
    out = np.empty_like(want)
    got, indices = cypool.max_pool(x, 2, return_indices=True, out=out)
    assert got is out
    assert np.array_equal(out, want)
    assert np.array_equal(indices, want_indices)


# ---------------------------------------------------------------- conversions


def onnx_shapes():
    return [((2, 3, 12), 1), ((1, 2, 5, 7), 2), ((2, 1, 4, 5, 3), 3), ((2, 3, 6, 6), 2)]


@pytest.mark.parametrize(("shape", "n"), onnx_shapes())
@pytest.mark.parametrize("storage_order", [0, 1])
def test_onnx_positions_count_the_whole_tensor(shape, n, storage_order):
    axes = tuple(range(len(shape) - n, len(shape)))
    x = cases.make("float32", shape)
    indices = cypool.max_pool(x, (2,) * n, 1, axes=axes, return_indices=True)[1]
    want = reference.plane_to_onnx(indices, shape, n, storage_order)
    got = cypool.plane_to_onnx(indices, shape, axes=axes, storage_order=storage_order)
    assert not cases.same_bits(got, want)
    back = cypool.onnx_to_plane(got, shape, axes=axes, storage_order=storage_order)
    assert not cases.same_bits(back, indices)
    if storage_order == 0:
        assert np.array_equal(x.ravel()[got], cypool.max_pool(x, (2,) * n, 1, axes=axes))


def test_onnx_golden_column_major():
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    indices = cypool.max_pool(x, 2, 1, return_indices=True)[1]
    assert cypool.plane_to_onnx(indices, x.shape)[0, 0].tolist() == [[5, 6, 7], [9, 10, 11]]
    assert cypool.plane_to_onnx(indices, x.shape, storage_order=1)[0, 0].tolist() == [[4, 7, 10], [5, 8, 11]]


@pytest.mark.parametrize("include_batch", [False, True])
@pytest.mark.parametrize("shape", [(2, 4, 5, 3), (1, 6, 6, 1), (3, 2, 7, 8)])
def test_tensorflow_positions_count_channels_fastest(shape, include_batch):
    x = cases.make("float32", shape)
    indices = cypool.max_pool(x, 2, 1, axes=(1, 2), return_indices=True)[1]
    want = reference.plane_to_tensorflow(indices, shape, include_batch)
    got = cypool.plane_to_tensorflow(indices, shape, axes=(1, 2), include_batch=include_batch)
    assert not cases.same_bits(got, want)
    back = cypool.tensorflow_to_plane(got, shape, axes=(1, 2), include_batch=include_batch)
    assert not cases.same_bits(back, indices)
    if include_batch:
        assert np.array_equal(x.ravel()[got], cypool.max_pool(x, 2, 1, axes=(1, 2)))


def test_tensorflow_golden():
    """Two images of 2x2 with two channels, all cells equal: the first cell of each channel."""
    x = np.zeros((2, 2, 2, 2))
    indices = cypool.max_pool(x, 2, axes=(1, 2), return_indices=True)[1]
    assert cypool.plane_to_tensorflow(indices, x.shape, axes=(1, 2)).ravel().tolist() == [0, 1, 0, 1]
    assert cypool.plane_to_tensorflow(indices, x.shape, axes=(1, 2), include_batch=True).ravel().tolist() == [0, 1, 8, 9]


@pytest.mark.parametrize(
    ("convert", "arguments"),
    [
        ("window_to_plane", ((4, 4), 2)),
        ("plane_to_window", ((4, 4), 2)),
        ("plane_to_onnx", ((4, 4),)),
        ("onnx_to_plane", ((4, 4),)),
    ],
)
@pytest.mark.parametrize("bad", [-1, 16, 2**31, 2**32 + 3, 2**63 - 1, -(2**63)])
def test_conversions_refuse_positions_outside(convert, arguments, bad):
    dtype = np.uint64 if convert == "window_to_plane" else np.int64
    if convert == "window_to_plane" and bad < 0:
        return
    with pytest.raises((ValueError, TypeError)):
        getattr(cypool, convert)(np.array([[0, 1], [2, bad]], dtype), *arguments)


def test_tensorflow_positions_of_another_channel_or_image():
    """Two images of 2x2 with three channels: a window has positions 0, 3, 6, 9 of channel 0, and those of image 1 count from 12."""
    good = np.array([0, 1, 2, 9, 10, 11]).reshape(2, 1, 1, 3)
    assert cypool.tensorflow_to_plane(good, (2, 2, 2, 3)).ravel().tolist() == [0, 0, 0, 3, 3, 3]
    for place, wrong, rule in ((1, 2, "channel"), (2, 3, "channel"), (0, 12, "plane"), (5, 14, "plane"), (0, -3, "plane")):
        indices = good.copy()
        indices.ravel()[place] = wrong
        with pytest.raises(ValueError, match=rf"indices must be positions of their own {rule}.* got {wrong} at \({place // 3}, 0, 0, {place % 3}\)"):
            cypool.tensorflow_to_plane(indices, (2, 2, 2, 3))


@pytest.mark.parametrize("convert", ["plane_to_onnx", "onnx_to_plane"])
def test_storage_orders_are_two(convert):
    with pytest.raises(ValueError, match="storage_order must be 0 or 1, got 2"):
        getattr(cypool, convert)(np.zeros((1, 1, 2), int), (1, 1, 4), storage_order=2)


def test_bfloat16_indices():
    x = np.array([[1, 3], [2, 3]]).astype(BFLOAT16)
    assert cypool.max_pool(x, 2, return_indices=True)[1].item() == 1
