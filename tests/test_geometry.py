"""Do the integers say of windows what a list of their taps says, and do their errors say what is wrong?"""

import itertools
import re

import cypool
import numpy as np
import pytest
import reference
from cypool import _geometry
from cypool._geometry import LARGEST, Windows, bins, paddings, pooled_axes, pooled_shape, unpooled_shape, whole_planes, whole_shape, windows


def taps(w):
    """The positions of every window's taps."""
    return [[o * w.stride - w.before + j * w.dilation for j in range(w.kernel)] for o in range(w.out)]


def check(w):
    cells = taps(w)
    assert all(w.reach == window[-1] - window[0] + 1 for window in cells)
    side_by_side = list(itertools.chain(*cells)) == list(range(w.length))
    assert w.tiles == (side_by_side and w.stride == w.kernel), w
    for include_pad in (False, True):
        counted = [sum(tap < w.length + w.after if include_pad else 0 <= tap < w.length for tap in window) for window in cells]
        limit = w.limit(include_pad)
        if w.length:  # without cells nothing is divided
            assert [sum(tap < limit if limit else 0 <= tap < w.length for tap in window) for window in cells] == counted, w
        assert w.uniform(include_pad) == all(n == w.kernel for n in counted), w
        assert w.empty(include_pad) == (0 in counted), w
    assert w.empty() == w.empty(False)


@pytest.mark.parametrize("length", range(8))
def test_every_small_window(length):
    for k, s, d, mode in itertools.product(range(1, 5), range(1, 5), range(1, 5), (False, True, "full")):
        for pads in [*itertools.product(range(4), range(4)), "same", "same_lower"]:
            numbers = reference.same_padding(length, k, s, d, pads == "same_lower") if isinstance(pads, str) else pads
            try:
                _, (w,) = windows((length,), (k,), (s,), pads if isinstance(pads, str) else (pads,), (d,), None, mode)
            except ValueError:
                assert reference.output_size(length, k, s, *numbers, d, mode) < 1
                continue
            out = -(-length // s) if isinstance(pads, str) else reference.output_size(length, k, s, *numbers, d, mode)
            assert w == (length, k, s, d, *numbers, out)
            if out:
                check(w)
            else:
                assert not w.empty()


@pytest.mark.parametrize(
    "numbers", [(3, 2, 9, 7, 30, 30, 7), (4, 3, 2, 6, 11, 9, 9), (5, 2, 3, 30, 28, 40, 20), (1, 9, 5, 4, 33, 0, 8), (3, 3, 2, 4, 8, 0, 5)]
)
def test_windows_that_step_over_the_input(numbers):
    w = Windows(*numbers)
    for before in range(40):
        for out in range(1, 12):
            check(w._replace(before=before, out=out))


def test_no_windows_are_not_empty_windows():
    assert not Windows(4, 2, 2, 1, 9, 9, 0).empty()
    assert not Windows(7, 3, 0, 1, 0, 0, 3).empty()


def test_every_small_bin():
    for length, out in itertools.product(range(1, 30), range(1, 40)):
        _, (w,) = bins((length,), (out,), None)
        starts = [o * length // out for o in range(out)]
        sizes = [-(-(o + 1) * length // out) - start for o, start in enumerate(starts)]
        assert (w.length, w.out, w.dilation, w.before, w.after, w.kernel) == (length, out, 1, 0, 0, max(sizes))
        if w.stride:
            assert length % out <= 1
            assert starts == [o * w.stride for o in range(out)]
            assert set(sizes) == {w.kernel}
            assert w.tiles == (length % out == 0)
            assert w.uniform(False)
        else:
            assert w.stride == 0
            assert not w.tiles
            assert not w.uniform(False)
            assert not w.uniform(True)
        r = w.regular
        assert (r.before, r.after) == ((1, 1) if not w.stride and length % out == out - 1 and length > out else (0, 0))
        if r.before:
            assert [max(0, o * r.stride - 1) for o in range(out)] == starts
            assert [min(length, o * r.stride - 1 + r.kernel) - start for o, start in enumerate(starts)] == sizes
        else:
            assert r is w


def test_windows_that_are_no_bins_are_regular():
    w = Windows(7, 3, 2, 1, 1, 1, 4)
    assert w.regular is w
    assert Windows(0, 1, 0, 1, 0, 0, 0).regular.out == 0


def test_spellings():
    assert pooled_axes(4, None, None) == (2, 3)
    assert pooled_axes(4, 3, None) == (1, 2, 3)
    assert pooled_axes(4, None, -4) == (0,)
    assert pooled_axes(4, 2, [3, -3]) == (3, 1)
    assert pooled_axes(2, None, (np.int8(1), 0)) == (1, 0)
    assert paddings("valid", (1, 2)) == ((0, 0), (0, 0))
    assert paddings("same", (1,)) == "same"
    assert paddings("same_lower", (1,)) == "same_lower"
    assert paddings(3, (0, 1)) == ((3, 3), (3, 3))
    assert paddings([1, (2, 3)], (0, 1)) == ((1, 1), (2, 3))
    assert paddings(np.array([[1, 2], [3, 4]]), (0, 1)) == ((1, 2), (3, 4))
    assert pooled_shape((5, 9, 7), *bins((5, 9, 7), (2, None), (2, 0))) == (5, 9, 2)
    assert whole_planes((2, 0, 5), (1, 2)) == ((1, 2), (Windows(0, 1, 1, 1, 0, 0, 1), Windows(5, 5, 5, 1, 0, 0, 1)))
    assert whole_planes((2, 3, 5), None)[0] == (1, 2)
    assert windows((9, 9), 3, None, 0, 1, None, False) == windows((9, 9), (3, 3), [3, 3], "valid", (1, 1), (0, 1), False)
    assert windows((9, 9), np.array(3), np.array(2), 0, 1, np.array(-1), False) == windows((9, 9), 3, 2, 0, 1, (1,), False)
    assert whole_shape([2, np.int64(0)]) == (2, 0)
    assert _geometry.taps((Windows(3, 2, 1, 1, 0, 0, 2), Windows(3, 9, 1, 1, 4, 4, 1))) == 2 * 3
    assert unpooled_shape((7, 2, 3), (2, 3), None, ((0, 1), 0), (1, 2), None) == (
        (7, 3, 9), (1, 2), (Windows(3, 2, 2, 1, 0, 1, 2), Windows(9, 3, 3, 1, 0, 0, 3))
    )  # fmt: skip
    assert unpooled_shape((2, 3), (2,), None, 0, None, None) == ((2, 6), (1,), (Windows(6, 2, 2, 1, 0, 0, 3),))
    assert unpooled_shape((2, 1), 1, None, 0, 1, None)[0] == (2, 1)
    assert unpooled_shape((2, 0), 2, 1, 0, None, (3, 0))[0] == (3, 0)
    assert unpooled_shape((2, 3), 2, None, 0, None, [np.int16(4), 9])[0] == (4, 9)


def place(shape=(4, 9), kernel_size=2, stride=None, padding=0, dilation=1, axes=None, ceil_mode=False):
    return windows(shape, kernel_size, stride, padding, dilation, axes, ceil_mode)


ERRORS = [
    (lambda: place(kernel_size=2.5), TypeError, "kernel_size must be an int, got 2.5"),
    (lambda: place(kernel_size=True), TypeError, "kernel_size must be an int, got True"),
    (lambda: place(kernel_size="2"), TypeError, "kernel_size must be an int, got '2'"),
    (lambda: place(kernel_size={2: 2}), TypeError, "kernel_size must be an int, got {2: 2}"),
    (lambda: place(stride=(1, None)), TypeError, "stride must be an int, got None for axis 1"),
    (lambda: place(stride=0), ValueError, "stride must be >= 1, got 0"),
    (lambda: place(stride=(1, 0)), ValueError, "stride must be >= 1, got 0 for axis 1"),
    (lambda: place(dilation=(0, 1)), ValueError, "dilation must be >= 1, got 0 for axis 0"),
    (lambda: place(kernel_size=LARGEST), ValueError, f"kernel_size must be < 2**62, got {LARGEST}"),
    (lambda: place(kernel_size=(2, LARGEST)), ValueError, f"kernel_size must be < 2**62, got {LARGEST} for axis 1"),
    (lambda: place(stride=(1, 2, 3)), ValueError, "stride must be an int or have one int for each of the 2 pooled axes, got (1, 2, 3)"),
    (lambda: place(kernel_size=()), ValueError, "kernel_size must have at least one item, got ()"),
    (lambda: place(axes=2), ValueError, "axes must be between -2 and 1 for an array of 2 axes, got 2"),
    (lambda: place(axes=(0, -3)), ValueError, "axes must be between -2 and 1 for an array of 2 axes, got -3"),
    (lambda: place(axes=LARGEST), ValueError, f"axes must be < 2**62, got {LARGEST}"),
    (lambda: place(axes=-LARGEST - 1), ValueError, f"axes must be >= {-LARGEST}, got {-LARGEST - 1}"),
    (lambda: place(axes=()), ValueError, "axes must name at least one axis, got ()"),
    (lambda: place(axes=(1, -1)), ValueError, "axes must not repeat, got (1, -1)"),
    (lambda: place(kernel_size=(1, 1), axes=1), ValueError, "kernel_size must be an int or have one int for each of the 1 pooled axes, got 2 items"),
    (lambda: place(padding="full"), ValueError, "padding must be ints, \"valid\", \"same\" or \"same_lower\", got 'full'"),
    (lambda: place(padding=(1,)), ValueError, "padding must be an int or have one int or pair for each of the 2 pooled axes, got (1,)"),
    (lambda: place(padding=(1, (1, 2, 3))), ValueError, "padding must be an int or a pair (before, after), got (1, 2, 3) for axis 1"),
    (lambda: place(padding=-1), ValueError, "padding must be >= 0, got -1"),
    (lambda: place(padding=((-1, 0), 0)), ValueError, "padding must be >= 0, got -1 for axis 0"),
    (lambda: place(padding=(0, (0, -1))), ValueError, "padding must be >= 0, got -1 for axis 1"),
    (lambda: place(ceil_mode="ceil"), ValueError, "ceil_mode must be False, True or \"full\", got 'ceil'"),
    (lambda: place(ceil_mode=np.array(["full"])), ValueError, "ceil_mode must be False, True or \"full\", got array(['full'], dtype='<U4')"),
    (lambda: place(ceil_mode=1), ValueError, "ceil_mode must be False, True or \"full\", got 1"),
    (lambda: place(kernel_size=5), ValueError, "kernel_size 5 needs 5 cells, but axis 0 has 4: output size 0 is too small"),
    (
        lambda: place(kernel_size=(1, 5), dilation=3, padding=(0, (1, 0))), ValueError,
        "kernel_size 5 needs 13 cells with dilation 3, but axis 1 has 9 + padding 1: output size 0 is too small",
    ),
    (
        lambda: place(kernel_size=(1, 5), dilation=(1, 9), padding=(0, (0, 2))), ValueError,
        "kernel_size 5 needs 37 cells with dilation 9, but axis 1 has 9 + padding 2: output size 0 is too small",
    ),
    (
        lambda: place((1, 3), 1, 2, (0, (LARGEST - 4, 0))), ValueError,
        f"kernel_size 1, stride 2, padding {(LARGEST - 4, 0)} and dilation 1 are too large for axis 1",
    ),
    (
        lambda: place((3, 2), dilation=2), ValueError,
        "kernel_size 2 needs 3 cells with dilation 2, but axis 1 has 2: output size 0 is too small",
    ),
    (lambda: bins((4, 4), 0, None), ValueError, "output_size must be >= 1, got 0 for axis 0"),
    (lambda: bins((4, 4), (2, 1.5), None), TypeError, "output_size must be an int, got 1.5 for axis 1"),
    (lambda: bins((4, 4), (1, 2), 0), ValueError, "output_size must be an int or have one int for each of the 1 pooled axes, got 2 items"),
    (lambda: bins((4, 0), 1, None), ValueError, "x or input_shape must have cells to pool along axis 1, got shape (4, 0)"),
    (lambda: bins((4, 4), (1, 2**60), None), ValueError, f"output_size {2**60} is too large for axis 1 with 4 cells"),
    (lambda: whole_shape(4), TypeError, "input_shape must be a sequence of ints, got 4"),
    (lambda: whole_shape((4, -1)), ValueError, "input_shape must be >= 0, got -1"),
    (lambda: unpooled_shape((2, 2), (2, None), None, 0, None, None), TypeError, "kernel_size must be an int, got None for axis 1"),
    (lambda: unpooled_shape((2, 2), 2, -1, 0, None, None), ValueError, "stride must be >= 1, got -1"),
    (lambda: unpooled_shape((2, 2), 2, None, "same", None, None), ValueError, "padding must be ints or \"valid\" to unpool, got 'same'"),
    (lambda: unpooled_shape((2, 2), 2, None, (0, 2), None, None), ValueError, "output_shape of axis 1 comes out as 0: size is too small"),
    (lambda: unpooled_shape((2, 2), 2, 2**61, 0, 1, (2, 2**62)), ValueError, f"output_shape must be < 2**62, got {2**62}"),
    (lambda: unpooled_shape((2, 3), 2, 2**61, 0, 1, None), ValueError, f"output_shape of axis 1 comes out as {2**62 + 2}: size is too large"),
    (lambda: unpooled_shape((2, 2), 2, 2**62 - 2, 0, 1, None), ValueError, f"output_shape of axis 1 comes out as {2**62}: size is too large"),
    (lambda: unpooled_shape((2, 3), 2, None, 0, 1, (3, 6)), ValueError, "output_shape must be (2, 3) but for the pooled axes (1,), got (3, 6)"),
    (lambda: unpooled_shape((2, 3), 2, None, 0, 1, (2, 6, 1)), ValueError, "output_shape must be (2, 3) but for the pooled axes (1,), got (2, 6, 1)"),
    (lambda: unpooled_shape((2, 3), 2, None, 0, 1, 6), TypeError, "output_shape must be a sequence of ints, got 6"),
    (
        lambda: _geometry.refuse_empty((1, 3), (Windows(2, 2, 2, 1, 0, 0, 1), Windows(4, 2, 3, 1, 2, 5, 1))), ValueError,
        "every window must hold a cell of x or input_shape, but with kernel_size 2, stride 3, dilation 1 and padding (2, 5) "
        "some windows of axis 3 (4 cells) lie in the padding alone",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "text"), ERRORS, ids=[text[:40] for _, _, text in ERRORS])
def test_errors_name_argument_rule_value_and_axis(call, error, text):
    with pytest.raises(error, match=f"^{re.escape(text)}$"):
        call()


def test_too_few_axes_for_the_kernel():
    for shape, kernel, text in (
        ((4, 4), (2, 2, 2), "at least 3 axes to pool the last 3, got .*2: name the axes, as in axes=-1$"),
        ((4,), 2, "at least 2 axes to pool the last 2, got .*1: name the axis, as in axes=-1$"),
        ((), 2, "at least 2 axes to pool the last 2, got [^:]*0$"),
    ):
        with pytest.raises(ValueError, match=text):
            place(shape, kernel)


@pytest.mark.parametrize("argument", ["kernel_size", "stride", "padding", "dilation"])
def test_long_values_are_cut_short(argument):
    for value in ("x" * 500, (1.5,) * 500):
        with pytest.raises((TypeError, ValueError)) as caught:
            place(**{argument: value})
        assert len(str(caught.value)) < 250


def test_the_largest_numbers_that_are_allowed():
    """Sums of two numbers that kernels count with stay below 2**63."""
    most = LARGEST - 2
    assert place((1, most), 1, axes=1)[1] == (Windows(most, 1, 1, 1, 0, 0, most),)
    assert place((1, 1), 1, LARGEST - 1, axes=1)[1] == (Windows(1, 1, LARGEST - 1, 1, 0, 0, 1),)
    assert place((1, 2), 2, 1, 0, 1, 1)[1][0].out == 1
    for refused in (
        lambda: place((1, most + 1), 1, axes=1),
        lambda: place((1, 3), 1, 1, ((most - 3 + 1, 0),), axes=1),
        lambda: place((1, 3), 1, 1, ((0, most - 3 + 1),), axes=1),
        lambda: place((1, 3), 2**60, 1, "same", 2, axes=1),
        lambda: place((1, 2), 1, 2**61 + 1, ((0, 2**61 + 1),), 1, axes=1, ceil_mode="full"),
    ):
        with pytest.raises(ValueError, match="are too large for axis 1"):
            refused()
    assert place((1, 3), 1, 1, ((most - 3, 0),), axes=1)[1][0].out == most
    assert place((1, 3), 2**60 - 1, 1, "same", 2, axes=1)[1][0].out == 3
    assert bins((1, 4), (1, 2**60 - 1), None)[1][1].out == 2**60 - 1
    assert unpooled_shape((2, 2), 2, 2**62 - 3, 0, 1, None)[0] == (2, 2**62 - 1)


@pytest.mark.parametrize("equal", [0, 1, 0.0])
def test_a_remembered_answer_is_not_given_to_an_equal_argument_of_another_type(equal):
    for ceil_mode in (False, True):
        cypool.output_shape((4, 4), 2, ceil_mode=ceil_mode)
        cypool.max_pool(np.ones((4, 4)), 2, ceil_mode=ceil_mode)
        cypool.avg_pool_backward(np.ones((2, 2)), (4, 4), 2, ceil_mode=ceil_mode)
    for call in (
        lambda: cypool.output_shape((4, 4), 2, ceil_mode=equal),
        lambda: cypool.max_pool(np.ones((4, 4)), 2, ceil_mode=equal),
        lambda: cypool.avg_pool_backward(np.ones((2, 2)), (4, 4), 2, ceil_mode=equal),
    ):
        with pytest.raises(ValueError, match="ceil_mode must be"):
            call()
    for call in (lambda: cypool.output_shape((2, True), 1), lambda: cypool.output_shape((2, 1), True), lambda: cypool.output_shape((2, 1), 1.0)):
        cypool.output_shape((2, 1), 1)
        with pytest.raises(TypeError, match="must be an int"):
            call()
