"""Is the truth true? The slow reference beside NumPy, hand-made values and, where it is installed, torch."""

import itertools
import math

import numpy as np
import pytest
import reference
from cases import seeded

SIZES = [  # (L, k, s, before, after, d), floor, ceil, full, then per window of ceil: (taps in the input, taps counted)
    ((9, 4, 4, 2, 2, 1), 3, 3, 4, [(2, 4), (4, 4), (3, 4)]),
    ((9, 7, 3, 3, 3, 1), 3, 4, 4, [(4, 7), (7, 7), (6, 7), (3, 6)]),
    ((9, 7, 3, 0, 3, 1), 2, 3, 3, [(7, 7), (6, 7), (3, 6)]),
    ((5, 2, 2, 0, 0, 1), 2, 3, 3, [(2, 2), (2, 2), (1, 1)]),
    ((4, 3, 3, 0, 0, 1), 1, 2, 2, [(3, 3), (1, 1)]),
    ((7, 2, 3, 0, 0, 1), 2, 3, 3, [(2, 2), (2, 2), (1, 1)]),
    ((10, 3, 4, 1, 1, 2), 2, 3, 3, [(2, 3), (3, 3), (2, 2)]),
    ((1, 2, 1, 1, 1, 2), 1, 1, 1, [(0, 2)]),
]


@pytest.mark.parametrize(("numbers", "floor", "ceil", "full", "per_window"), SIZES)
def test_golden_sizes(numbers, floor, ceil, full, per_window):
    sizes = [reference.output_size(*numbers, ceil_mode) for ceil_mode in (False, True, "full")]
    assert sizes == [floor, ceil, full]
    spans = reference.axis_spans(*numbers, ceil)
    assert [(len(span.cells), span.counted) for span in spans] == per_window


@pytest.mark.parametrize(
    ("numbers", "size", "upper", "lower"),
    [((5, 2, 2, 1), 3, (0, 1), (1, 0)), ((5, 4, 1, 1), 5, (1, 2), (2, 1)), ((5, 1, 3, 1), 2, (0, 0), (0, 0)), ((5, 2, 1, 2), 5, (1, 1), (1, 1))],
)
def test_golden_same(numbers, size, upper, lower):
    length, k, s, d = numbers
    assert reference.same_padding(length, k, s, d, False) == upper
    assert reference.same_padding(length, k, s, d, True) == lower
    assert reference.windows_plan((length,), (k,), s, "same", d).size == (size,)


def test_golden_bins():
    bins = {(10, 3): [(0, 4), (3, 7), (6, 10)], (7, 5): [(0, 2), (1, 3), (2, 5), (4, 6), (5, 7)]}
    bins[3, 5] = [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]
    for (length, out), want in bins.items():
        (spans,) = reference.adaptive_plan((length,), (out,)).spans
        assert [(span.cells[0], span.cells[-1] + 1) for span in spans] == want


def test_one_window_by_hand():
    assert reference.largest([1, 3, 3, 2]) == (3, 1)
    assert reference.smallest([2, 1, 1]) == (1, 1)
    assert reference.largest([1.0, math.nan, 9.0])[1] == 1
    assert reference.largest([-math.inf, -math.inf]) == (-math.inf, 0)
    value, t = reference.largest([-0.0, 0.0])
    assert (math.copysign(1, value), t) == (1, 0)
    value, t = reference.smallest([0.0, -0.0])
    assert (math.copysign(1, value), t) == (-1, 0)
    assert reference.total([1.0, 1e17, -1e17]) == 1.0
    assert reference.total([1e308, 1e308, -1e308]) == 1e308
    assert math.isnan(reference.total([math.inf, -math.inf]))
    assert reference.total([2**63, 2**63]) == 2**64
    assert reference.norm([1e200, 1e200], 2) == pytest.approx(2**0.5 * 1e200)
    assert reference.norm([-1.0, -2.0], 3) == pytest.approx(9 ** (1 / 3))
    assert reference.norm([-3, 2], math.inf) == 3


def test_tiles_are_what_numpy_reduces():
    x = seeded("tiles").standard_normal((3, 6, 8))
    tiles = x.reshape(3, 3, 2, 2, 4)
    plan = reference.windows_plan(x.shape, (2, 4))
    assert np.array_equal(reference.max_pool(x, plan)[0], tiles.max((2, 4)))
    assert np.array_equal(reference.min_pool(x, plan)[0], tiles.min((2, 4)))
    assert np.allclose(reference.sum_pool(x, plan), tiles.sum((2, 4)), rtol=1e-14)
    assert np.allclose(reference.avg_pool(x, plan), tiles.mean((2, 4)), rtol=1e-14)
    assert np.allclose(reference.lp_pool(x, plan), np.sqrt((tiles**2).sum((2, 4))), rtol=1e-14)


def test_torch_agrees():
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    rng = seeded("reference beside torch")
    for n, trial in itertools.product((1, 2, 3), range(40)):
        k, s, d = (rng.integers(1, 4, n).tolist() for _ in range(3))
        p = [int(rng.integers(0, k_ // 2 + 1)) for k_ in k]
        shape = (2, 2, *(d_ * (k_ - 1) + 1 + int(rng.integers(0, 6)) for d_, k_ in zip(d, k, strict=True)))
        x = rng.integers(-3, 4, shape).astype(np.float64)
        ceil_mode = bool(trial % 2)
        tensor = torch.from_numpy(x).requires_grad_()
        plan = reference.windows_plan(shape, k, s, p, d, ceil_mode=ceil_mode)
        if not plan.has_empty_window:
            values, in_plane, in_window = reference.max_pool(x, plan)
            want, want_indices = getattr(functional, f"max_pool{n}d")(tensor, k, s, p, d, ceil_mode, True)
            assert np.array_equal(values, want.detach().numpy())
            assert np.array_equal(in_plane, want_indices.numpy())
            assert np.array_equal(reference.window_to_plane(in_window, plan), in_plane)
            assert np.array_equal(reference.plane_to_window(in_plane, plan), in_window)
            g = rng.standard_normal(values.shape)
            (want_grad,) = torch.autograd.grad(want, tensor, torch.from_numpy(g))
            assert np.allclose(reference.extreme_backward(g, in_plane, plan, shape)[0], want_grad.numpy(), rtol=1e-13)
        for include in (True, False):
            plan = reference.windows_plan(shape, k, s, p, ceil_mode=ceil_mode)
            want = getattr(functional, f"avg_pool{n}d")(tensor, k, s, p, ceil_mode, include)
            values = reference.avg_pool(x, plan, include)
            assert np.allclose(values, want.detach().numpy(), rtol=1e-13)
            g = rng.standard_normal(values.shape)
            (want_grad,) = torch.autograd.grad(want, tensor, torch.from_numpy(g))
            assert np.allclose(reference.avg_pool_backward(g, plan, shape, include)[0], want_grad.numpy(), rtol=1e-13)
        target = rng.integers(1, 8, n).tolist()
        plan = reference.adaptive_plan(shape, target)
        values, in_plane, _ = reference.max_pool(x, plan)
        want, want_indices = getattr(functional, f"adaptive_max_pool{n}d")(tensor, target, True)
        assert np.array_equal(values, want.detach().numpy())
        assert np.array_equal(in_plane, want_indices.numpy())
        want = getattr(functional, f"adaptive_avg_pool{n}d")(tensor, target).detach().numpy()
        assert np.allclose(reference.avg_pool(x, plan), want, rtol=1e-13)


def test_torch_agrees_on_norms_and_their_slopes():
    torch = pytest.importorskip("torch")
    rng = seeded("norms beside torch")
    x = np.abs(rng.standard_normal((2, 3, 7, 8)))
    plan = reference.windows_plan(x.shape, (3, 2), 2)
    for p in (1.0, 2.0, 3.0, 2.5):
        tensor = torch.from_numpy(x).requires_grad_()
        want = torch.nn.functional.lp_pool2d(tensor, p, (3, 2), 2)
        values = reference.lp_pool(x, plan, p)
        assert np.allclose(values, want.detach().numpy(), rtol=1e-12)
        g = rng.standard_normal(values.shape)
        (want_grad,) = torch.autograd.grad(want, tensor, torch.from_numpy(g))
        got = reference.lp_pool_backward(g, x, values, plan, p)[0]
        assert np.allclose(got, want_grad.numpy(), rtol=1e-12, atol=1e-14)


def test_torch_agrees_on_unpooling():
    torch = pytest.importorskip("torch")
    rng = seeded("unpooling beside torch")
    x = rng.standard_normal((2, 3, 8, 6))
    values, indices = torch.nn.functional.max_pool2d(torch.from_numpy(x), 2, return_indices=True)
    want = torch.nn.functional.max_unpool2d(values, indices, 2).numpy()
    assert np.array_equal(reference.unpool(values.numpy(), indices.numpy(), (2, 3), (8, 6)), want)
