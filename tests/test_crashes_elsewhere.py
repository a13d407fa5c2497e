"""Does any call that crashed, hung or wrote out of bounds in another library hurt this one?

One test for each advisory or bug report, named by it. What is refused must be refused by an error that names the argument.
"""

import cypool
import numpy as np
import pytest

ARGUMENT_ERRORS = (ValueError, TypeError, OverflowError, MemoryError)
WINDOW_FUNCTIONS = [cypool.max_pool, cypool.min_pool, cypool.avg_pool, cypool.sum_pool, cypool.lp_pool]
ADAPTIVE_FUNCTIONS = [cypool.adaptive_max_pool, cypool.adaptive_min_pool, cypool.adaptive_avg_pool]
PLANE = np.ones((2, 3, 8, 8), np.float32)


def every(functions):
    return pytest.mark.parametrize("pool", functions, ids=lambda pool: pool.__name__)


def gradients(out, shape, kernel_size, *arguments, **more):
    """Each backward function on a `grad_output` and indices of shape `out` and an `input_shape` of `shape`."""
    g = np.ones(out, np.float32)
    signed, unsigned = np.zeros(out, np.int64), np.zeros(out, np.uint8)
    for back in (cypool.max_pool_backward, cypool.min_pool_backward):
        yield lambda back=back: back(g, signed, shape, kernel_size, *arguments, **more)
        yield lambda back=back: back(g, unsigned, shape, kernel_size, *arguments, **more)
    for back in (cypool.avg_pool_backward, cypool.sum_pool_backward):
        yield lambda back=back: back(g, shape, kernel_size, *arguments, **more)


def refuse(calls, match=None, errors=ARGUMENT_ERRORS):
    for call in calls:
        with pytest.raises(errors, match=match):
            call()


# ---------------------------------------------------------------- TensorFlow


def test_cve_2021_29573_batches_of_nothing():
    assert cypool.max_pool_backward(np.ones((0, 2, 2)), np.zeros((0, 2, 2), np.int64), (0, 4, 4), 2).shape == (0, 4, 4)
    for back in gradients((0, 3, 4, 4), (0, 3, 8, 8), 2):
        assert back().shape == (0, 3, 8, 8)


def test_cve_2021_29574_and_29576_double_backward_of_wrong_shapes():
    indices = np.zeros((11, 1, 1, 1), np.int64)
    for back in (cypool.max_pool_double_backward, cypool.min_pool_double_backward):
        refuse([lambda back=back: back(np.ones((1, 2, 2, 2)), indices, (2, 2, 2))], r"indices|shape")
        refuse([lambda back=back: back(np.ones((0, 2, 2, 2)), indices, (2, 2, 2))], r"indices|shape")
        refuse([lambda back=back: back(np.ones((11, 0, 2, 2)), indices, (2, 2, 2))])


def test_cve_2021_29577_gradient_of_another_input():
    refuse(gradients((3, 1, 1, 1, 1), (10, 6, 3, 7, 7), (3, 3, 3)), r"grad_output|shape")


def test_cve_2021_29579_gradient_of_nothing_for_something():
    refuse(gradients((0, 0, 0, 0), (2, 3, 8, 8), 2), r"grad_output|shape")


# Fractional pooling divides an axis into bins of unequal size, as adaptive pooling does: its crashes are tried on that.


@every(ADAPTIVE_FUNCTIONS)
def test_cve_2021_29550_and_2022_21735_no_output_at_all(pool):
    for wrong in (0, (0, 0), (1, 0), (0, None)):
        refuse([lambda wrong=wrong: pool(np.ones((1, 1, 1, 1)), wrong)], "output_size must be >= 1, got 0", ValueError)


@every(ADAPTIVE_FUNCTIONS)
def test_cve_2022_41900_more_outputs_than_inputs(pool):
    x = np.arange(12.0).reshape(1, 3, 4)
    assert np.array_equal(pool(x, (6, 8)), x.repeat(2, 1).repeat(2, 2))
    assert pool(x, (7, 9)).shape == (1, 7, 9)


@every(ADAPTIVE_FUNCTIONS)
def test_cve_2023_25801_a_ratio_for_batch_and_channels(pool):
    for wrong in ((2, 2, 2), (1, 1, 2, 2), (2, 3, 4, 4, 1), (2,)):
        refuse([lambda wrong=wrong: pool(PLANE, wrong, axes=(-2, -1))], "output_size", ValueError)


def adaptive_gradients(out, shape, output_size):
    """Each backward function of adaptive pooling."""
    g = np.ones(out, np.float32)
    for back in (cypool.adaptive_max_pool_backward, cypool.adaptive_min_pool_backward):
        for dtype in (np.int64, np.uint8):
            yield lambda back=back, dtype=dtype: back(g, np.zeros(out, dtype), shape, output_size)
    yield lambda: cypool.adaptive_avg_pool_backward(g, shape, output_size)


def test_cve_2021_29578_37651_2022_21730_35963_sizes_of_bins_that_do_not_fit():
    """Lists that are short, negative or huge, where the gradient of a fractional average asked for boundaries."""
    for shape in ((2, 3, 8), (8,), (), (2, 3, -10, 8), (2, 3, 8, -1879048192), (-2, 3, 8, 8), (2, 3, 2**62, 8), (2, 3, 2**64, 8), (2, 3, 5, 0)):
        refuse(adaptive_gradients((2, 3, 4, 4), shape, 4))
    for size in (-10, -1879048192, (4, -1), (4,) * 5, 3, 5, 2**62, ()):
        refuse(adaptive_gradients((2, 3, 4, 4), (2, 3, 8, 8), size))


def test_cve_2021_29580_2022_35981_41897_gradients_of_nothing_or_of_another_rank():
    for out in ((0, 0, 0, 0), (0,), (), (16,), (2, 3, 4), (2, 3, 0, 4)):
        refuse(adaptive_gradients(out, (2, 3, 8, 8), 4), r"grad_output|axes", ValueError)
    for bad in (-0x4000000, 64, 2**31):
        for back in (cypool.adaptive_max_pool_backward, cypool.adaptive_min_pool_backward):
            refuse([lambda back=back, bad=bad: back(np.ones((1, 4, 4)), np.full((1, 4, 4), bad), (1, 8, 8), 4)], rf"{bad}(?!\d)", ValueError)
    for back in adaptive_gradients((0, 3, 4, 4), (0, 3, 8, 8), 4):
        assert back().shape == (0, 3, 8, 8)


def test_cve_2021_29570_and_37674_every_array_has_the_shape_of_the_output():
    """One array was checked, the other was not."""
    good = np.ones((2, 2, 2))
    for wrong in ((2, 2), (1, 2, 2), (2, 2, 3), (0, 2, 2), (2, 2, 2, 1)):
        bad, indices = np.ones(wrong), np.zeros(wrong, np.int64)
        refuse([lambda: cypool.max_pool_backward(good, indices, (2, 4, 4), 2)], "indices", ValueError)
        refuse([lambda: cypool.max_pool_backward(bad, np.zeros((2, 2, 2), np.int64), (2, 4, 4), 2)], "grad_output", ValueError)
        refuse([lambda: cypool.max_unpool(bad, np.zeros((2, 2, 2), np.int64), 2)], "indices", ValueError)
        refuse([lambda: cypool.lp_pool_backward(good, np.ones((2, 4, 4)), bad, 2)], r"\by\b", ValueError)
        refuse([lambda: cypool.lp_pool_backward(bad, np.ones((2, 4, 4)), good, 2)], "grad_output", ValueError)


@every(WINDOW_FUNCTIONS)
def test_cve_2022_21739_nothing_to_refer_to(pool):
    for x in (np.ones(0), np.ones((0, 0)), np.ones((3, 0, 4)), None, []):
        refuse([lambda x=x: pool(x, 2)], errors=(ValueError, TypeError))
    assert pool(np.ones((0, 4, 4)), 2).shape == (0, 2, 2)


@every(WINDOW_FUNCTIONS)
def test_cve_2021_41196_window_of_zero_or_less(pool):
    volume = np.ones((1, 4, 4, 4))
    for wrong in ((2, 2, 0), (2, -1, 2), (0, 0, 0), (-(2**63), 1, 1)):
        refuse([lambda wrong=wrong: pool(volume, wrong)], "kernel_size", ValueError)


def test_cve_2021_41206_unchecked_shapes():
    for shape in ((), (8,), (2, 3, 8), (2, 3, 8, 8, 1), (2, 3, 8, -8), (2, 3, 2**62, 2**62), None, 8, "8888", (2, 3, 8, 8.0)):
        refuse(gradients((2, 3, 4, 4), shape, 2))


@every(WINDOW_FUNCTIONS)
def test_cve_2021_29586_and_37684_stride_zero(pool):
    for wrong in (0, (0, 1), (1, 0), -1, (2, -(2**63))):
        refuse([lambda wrong=wrong: pool(PLANE, 2, wrong)], "stride", ValueError)
        refuse(gradients((2, 3, 4, 4), (2, 3, 8, 8), 2, wrong), "stride", ValueError)


@every(WINDOW_FUNCTIONS)
def test_cve_2022_35941_window_of_ten_to_the_twenty(pool):
    for wrong in (10**20, 2**63, 2**64, 2**63 - 1, 2**31, (1, 10**20)):
        refuse([lambda wrong=wrong: pool(PLANE, wrong)], "kernel_size", (ValueError, OverflowError))
    for wrong in (1e20, 2.0, np.float64(2), np.float32(2), "2", None, 2j):
        refuse([lambda wrong=wrong: pool(PLANE, wrong)], "kernel_size", TypeError)


def test_cve_2022_35968_and_35959_negative_or_overflowing_input_shape():
    for shape in ((-536870912, 3, 8, 8), (2, 3, -536870912, 8), (2, 3, 2**31, 2**33), (2**62, 4, 8, 8), (2, 3, 8, 2**64)):
        refuse(gradients((2, 3, 4, 4), shape, 2), r"input_shape|shape|grad_output")


@every(WINDOW_FUNCTIONS)
def test_cve_2022_35966_arrays_where_scalars_are_expected(pool):
    for name in ("stride", "padding", "dilation"):
        refuse([lambda name=name: pool(PLANE, 2, **{name: np.ones((3, 3), np.int64)})], name)
        refuse([lambda name=name: pool(PLANE, 2, **{name: np.ones((2, 2, 2), np.int64)})], name)
    refuse([lambda: pool(PLANE, np.ones((2, 2), np.int64))], "kernel_size")
    refuse([lambda: pool(PLANE, 2, n_threads=np.ones(2, np.int64))], "n_threads")


def test_cve_2023_25664_window_and_stride_beyond_the_input():
    shape = (1, 8, 8, 3)
    refuse(gradients((1, 1, 1, 3), shape, (40, 128), 128, axes=(1, 2)), "kernel_size")
    *extremes, average, total = gradients((1, 1, 1, 3), shape, (2, 3), 128, axes=(1, 2))
    assert [back().sum() for back in (*extremes, average)] == pytest.approx([3] * 5)  # every channel once
    assert total().sum() == 18  # to each of the 2 x 3 cells
    assert cypool.avg_pool_backward(np.ones((1, 1, 1, 3)), shape, (40, 128), 128, (20, 64), axes=(1, 2)).shape == shape


def test_cve_2023_25669_zeros_everywhere():
    for shape in ((0, 0, 0, 0), (1, 1, 0, 0), (1, 1, 8, 0)):
        for pool in WINDOW_FUNCTIONS:
            refuse([lambda pool=pool, shape=shape: pool(np.ones(shape), 0, 0)], r"kernel_size|stride", ValueError)
        refuse(gradients(shape, shape, 0, 0), r"kernel_size|stride", ValueError)


@every(WINDOW_FUNCTIONS)
def test_tensorflow_2_21_window_beyond_the_input(pool):
    refuse([lambda: pool(np.ones((1, 2, 2, 1)), 3, 1, "valid", axes=(1, 2))], "kernel_size", ValueError)


@every(WINDOW_FUNCTIONS)
def test_tensorflow_42213_42205_65120_61603(pool):
    volume = np.ones((1, 1, 4, 4, 4))
    refuse([lambda: pool(volume, (2, 2, 2), 0)], "stride", ValueError)
    refuse([lambda: pool(volume, (5, 5, 5))], "kernel_size", ValueError)
    refuse([lambda: pool(volume, 10**38)], "kernel_size", (ValueError, OverflowError))
    refuse([lambda: pool(volume, 1e38)], "kernel_size", TypeError)


# ---------------------------------------------------------------- PyTorch


@every(WINDOW_FUNCTIONS)
def test_cve_2025_2953_pytorch_149274_41767_41819_stride_zero(pool):
    refuse([lambda: pool(PLANE, 2, stride=0)], "stride must be >= 1, got 0", ValueError)


@every(WINDOW_FUNCTIONS)
def test_pytorch_142454_everything_huge(pool):
    huge, large = 8608480567731124087, 1250999896764
    refuse([lambda: pool(np.ones((1, 1, 9)), (huge,), huge, large, large)], None, (ValueError, OverflowError, MemoryError))
    refuse([lambda: pool(np.ones((1, 1, 9)), (huge,), huge, large, large, ceil_mode=True)], None, (ValueError, OverflowError, MemoryError))


@every(WINDOW_FUNCTIONS)
def test_pytorch_73191_73192_window_times_dilation(pool):
    volume = np.ones((1, 1, 4, 4, 4))
    for ceil_mode in (False, True):
        refuse([lambda c=ceil_mode: pool(volume, (536870912,) * 3, 1, 0, 1879048192, ceil_mode=c)], "kernel_size", (ValueError, OverflowError))


@every(WINDOW_FUNCTIONS)
def test_pytorch_145077_189664_beyond_int32(pool):
    for name in ("kernel_size", "dilation"):
        arguments = {"kernel_size": 2, name: 2**31}
        refuse([lambda arguments=arguments: pool(PLANE, **arguments)], "kernel_size", (ValueError, OverflowError))
    assert pool(PLANE, 2, 2**31).shape == (2, 3, 1, 1)
    refuse([lambda: pool(PLANE, 2, 1, 2**31)])
    refuse([lambda: pool(PLANE, 2, 1, 2**62)])
    refuse([lambda: pool(PLANE, 2, 1, 2**64)])


@every(ADAPTIVE_FUNCTIONS)
def test_pytorch_50960_73183_91552_91553_91557_42582_huge_output_size(pool):
    for huge in (9132760301568586890, 125091515651 * 2**20, 2**63, 2**64):
        refuse([lambda huge=huge: pool(PLANE, huge)], None, (ValueError, MemoryError, OverflowError))
        refuse([lambda huge=huge: pool(PLANE, (1, huge))], None, (ValueError, MemoryError, OverflowError))


@pytest.mark.parametrize(
    ("size", "out"), [((5877, 3697), (2855, 1)), ((5877, 3697), (2863, 1)), ((4757, 560), (3527, 2219)), ((5873, 3693), (3527, 2219))]
)
def test_pytorch_81409_bins_that_end_behind_the_input(size, out):
    rows = np.arange(size[0], dtype=np.float64).reshape(-1, 1)
    columns = np.arange(size[1], dtype=np.float64).reshape(1, -1)
    assert cypool.adaptive_max_pool(rows, (out[0], 1))[-1, 0] == size[0] - 1
    assert cypool.adaptive_max_pool(columns, (1, out[1]))[0, -1] == size[1] - 1
    assert cypool.adaptive_avg_pool(rows, (out[0], 1))[-1, 0] <= size[0] - 1


def test_pytorch_50967_73624_empty_and_zero_sizes():
    for pool in WINDOW_FUNCTIONS:
        refuse([lambda pool=pool: pool(PLANE, ())], "kernel_size", ValueError)
        refuse([lambda pool=pool: pool(PLANE, 2, ())], "stride", ValueError)
        refuse([lambda pool=pool: pool(PLANE, 2, padding=())], "padding", ValueError)
        refuse([lambda pool=pool: pool(PLANE, 2, axes=())], "axes", ValueError)
    for pool in ADAPTIVE_FUNCTIONS:
        refuse([lambda pool=pool: pool(PLANE, ())], "output_size", ValueError)
        refuse([lambda pool=pool: pool(PLANE, (0, 1))], "output_size", ValueError)


BAD = [-1, -2, 16, 100, 2**31 - 1, 2**31, 2**32, 2**32 + 3, 2**40, 2**63 - 1, -(2**31), -(2**63), 1250999896764]


@pytest.mark.parametrize("bad", BAD)
def test_pytorch_78126_88032_91555_152913_197409_oneflow_10670_xpu_5430_unpooling_at_bad_indices(bad):
    y, indices = np.ones((2, 2, 2)), np.zeros((2, 2, 2), np.int64)
    indices[1, 0, 1] = bad
    refuse([lambda: cypool.max_unpool(y, indices, 2)], rf"{bad}(?!\d)", ValueError)
    volume, positions = np.ones((1, 1, 2, 2, 2)), np.full((1, 1, 2, 2, 2), bad)
    if not 0 <= bad < 64:
        refuse([lambda: cypool.max_unpool(volume, positions, (2, 2, 2))], rf"{bad}(?!\d)", ValueError)


@pytest.mark.parametrize("bad", BAD)
def test_pytorch_141099_141100_145070_142838_gradients_at_bad_indices(bad):
    g, indices = np.ones((2, 2, 2)), np.zeros((2, 2, 2), np.int64)
    indices[1, 0, 1] = bad
    for call in (
        lambda: cypool.max_pool_backward(g, indices, (2, 4, 4), 2),
        lambda: cypool.min_pool_backward(g, indices, (2, 4, 4), 2),
        lambda: cypool.max_pool_double_backward(np.ones((2, 4, 4)), indices, 2),
        lambda: cypool.min_pool_double_backward(np.ones((2, 4, 4)), indices, 2),
        lambda: cypool.adaptive_max_pool_backward(g, indices, (2, 4, 4), 2),
        lambda: cypool.adaptive_min_pool_backward(g, indices, (2, 4, 4), 2),
    ):
        with pytest.raises(ValueError, match=rf"{bad}(?!\d)") as caught:
            call()
        assert "(1, 0, 1)" in str(caught.value)
    whole = np.zeros(2, np.int64)
    whole[1] = bad
    refuse([lambda: cypool.global_max_pool_backward(np.ones(2), whole, (2, 4, 4))], rf"{bad}(?!\d)", ValueError)
    refuse([lambda: cypool.adaptive_max_pool_backward(g, np.zeros((2, 2, 3), np.int64), (2, 4, 4), 2)], r"indices|shape", ValueError)


def test_pytorch_140923_142459_gradient_and_indices_of_different_batches():
    for wrong in ((5, 2, 2), (0, 2, 2), (9, 2), (9, 2, 2, 1), (9, 2, 3)):
        indices = np.zeros(wrong, np.int64)
        refuse([lambda indices=indices: cypool.max_pool_backward(np.ones((9, 2, 2)), indices, (9, 4, 4), 2)], r"indices|shape", ValueError)
        refuse([lambda indices=indices: cypool.max_unpool(np.ones((9, 2, 2)), indices, 2)], r"indices|shape", ValueError)


def test_pytorch_2_13_windows_without_a_tap():
    """Eight channels of one cell, dilated windows that all miss it: the gradient went to the next channel and past the end."""
    x = np.zeros((1, 8, 1, 1))
    refuse([lambda: cypool.max_pool(x, 2, 1, 1, 2, return_indices=True)], None, ValueError)
    for back in (cypool.max_pool_backward, cypool.min_pool_backward):
        for indices in (np.full((1, 8, 1, 1), 2), np.zeros((1, 8, 1, 1), np.uint8), np.zeros((1, 8, 1, 1), np.int64)):
            refuse([lambda b=back, i=indices: b(np.arange(8.0).reshape(1, 8, 1, 1), i, x.shape, 2, 1, 1, 2)], None, ValueError)
    assert not cypool.sum_pool_backward(np.ones(x.shape), x.shape, 2, 1, 1, 2).any()


def test_pytorch_94696_huge_with_a_zero():
    for shape in ((0, 2**40, 4, 4), (2**40, 0, 4, 4), (2**10, 0, 2**10, 2**10)):
        for pool in WINDOW_FUNCTIONS:
            assert pool(np.empty(shape, np.uint8), 2).size == 0


# ---------------------------------------------------------------- others


@every(WINDOW_FUNCTIONS)
def test_chainer_6025_paddle_49919_xnnpack_11156_stride_zero(pool):
    for axes in ((2, 3), (1, 2), (0, 1)):
        refuse([lambda axes=axes: pool(PLANE, 2, (1, 0), axes=axes)], "stride", ValueError)


@every(WINDOW_FUNCTIONS)
def test_tt_metal_25208_zeros_one_by_one(pool):
    for name in ("kernel_size", "stride", "dilation"):
        refuse([lambda name=name: pool(PLANE, **({"kernel_size": 2} | {name: 0}))], name, ValueError)


@every(WINDOW_FUNCTIONS)
def test_xnnpack_10761_products_that_wrap_to_zero(pool):
    for big in (2**16, 2**32):
        refuse([lambda big=big: pool(np.ones((1, 1, 2, 2, 2)), (big,) * 3, 1, 0)], "kernel_size", (ValueError, OverflowError))
    refuse([lambda: pool(np.ones((1, 1, 2, 2, 2)), (2, 2, 2), 1, 2**32)])
    refuse([lambda: pool(np.ones((1, 1, 2, 2)), 2**32, 1, 2**32)])


@every(WINDOW_FUNCTIONS)
def test_onnx_shape_helpers(pool):
    for wrong in (-1, (-1, 0), ((0, -1), (0, 0)), ((1, 2), (-(2**63), 0))):
        refuse([lambda wrong=wrong: pool(PLANE, 2, padding=wrong)], "padding", ValueError)
    refuse([lambda: pool(PLANE, (2, 2, 2, 2, 2))], r"kernel_size|axes", ValueError)
    refuse([lambda: pool(PLANE, 2, padding=[1, 2, 3])], "padding", ValueError)
    refuse([lambda: pool(PLANE, 2, padding=[[1, 2, 3], [1, 2, 3]])], "padding", ValueError)
    refuse([lambda: pool(PLANE, 2, padding="SAME_UPPER")], "padding", ValueError)


@pytest.mark.parametrize("shape", [(2, 3, 8), (8,), (2, 3, 8, 8, 8), ()])
def test_onnx_8036_onnxruntime_21507_lists_of_the_wrong_length(shape):
    refuse(gradients((2, 3, 4, 4), shape, (2, 2, 2)))


def test_onnxruntime_27432_27903_xnnpack_10454_tensorflow_120484_mediapipe_6317_window_indices_outside_the_window():
    for bad in (4, 5, 255):
        indices = np.zeros((2, 2, 2), np.uint8)
        indices[0, 1, 1] = bad
        for call in (
            lambda i=indices: cypool.max_pool_backward(np.ones((2, 2, 2)), i, (2, 4, 4), 2),
            lambda i=indices: cypool.max_unpool(np.ones((2, 2, 2)), i, 2),
            lambda i=indices: cypool.max_pool_double_backward(np.ones((2, 4, 4)), i, 2),
        ):
            with pytest.raises(ValueError, match=str(bad)) as caught:
                call()
            assert "(0, 1, 1)" in str(caught.value)
    for bad in (2**31, 2**32 + 3, 2**63, 2**64 - 1):
        indices = np.full((2, 2, 2), bad, np.uint64)
        refuse([lambda i=indices: cypool.max_pool_backward(np.ones((2, 2, 2)), i, (2, 4, 4), 2)], str(bad), ValueError)


def test_numpy_cve_2017_12852_empty_padding():
    refuse([lambda: cypool.avg_pool(PLANE, 2, padding=[])], "padding", ValueError)
    refuse([lambda: cypool.avg_pool(PLANE, 2, padding=[[]])], "padding", ValueError)
    refuse([lambda: cypool.avg_pool(PLANE, 2, padding=[[], []])], "padding", ValueError)
