"""Do gradients agree with differences of forward, and are they its adjoint?"""

import cases
import cypool
import numpy as np
import pytest

KINDS = ("max", "min", "avg", "sum", "lp1", "lp2", "lp3", "lp2.5", "lpinf")
KINDS += ("adaptive_max", "adaptive_min", "adaptive_avg", "global_max", "global_avg", "global_lp")


def away_from_ties(rng, shape):
    """All sizes at least 0.01 apart, so that no step of a difference changes which is largest; both signs."""
    sizes = rng.permutation(int(np.prod(shape))).reshape(shape) * 0.02 + 0.5
    return sizes * rng.choice([-1.0, 1.0], shape)


def pair(kind, rng):
    """A random (x, forward, backward): functions of x, and of the gradient of the result."""
    while True:
        ndim = int(rng.integers(2, 5))
        n = int(rng.integers(1, min(3, ndim) + 1))
        axes = tuple(sorted(int(axis) for axis in rng.choice(ndim, n, replace=False)))
        shape = tuple(int(rng.integers(2, 7 if axis in axes else 4)) for axis in range(ndim))
        geometry = cases.random_geometry(rng, shape, axes, longest=3)
        x = away_from_ties(rng, shape)
        try:
            if kind.startswith(("adaptive", "global")):
                target = () if kind.startswith("global") else (tuple(int(rng.integers(1, 6)) for _ in axes),)
                more = {"axes": axes} | ({"p": 3} if kind == "global_lp" else {})
                forward, backward = getattr(cypool, f"{kind}_pool"), getattr(cypool, f"{kind}_pool_backward")
                if kind.endswith(("max", "min")):
                    indices = forward(x, *target, return_indices=True, **more)[1]
                    return x, lambda x: forward(x, *target, **more), lambda g: backward(g, indices, x.shape, *target, **more)
                if kind.endswith("lp"):
                    y = forward(x, **more)
                    return x, lambda x: forward(x, **more), lambda g: backward(g, x, y, **more)
                return x, lambda x: forward(x, *target, **more), lambda g: backward(g, x.shape, *target, **more)
            if kind.startswith("lp"):
                p = float(kind[2:])
                y = cypool.lp_pool(x, p=p, **geometry)
                return x, lambda x: cypool.lp_pool(x, p=p, **geometry), lambda g: cypool.lp_pool_backward(g, x, y, p=p, **geometry)
            forward, backward = getattr(cypool, f"{kind}_pool"), getattr(cypool, f"{kind}_pool_backward")
            if kind in ("max", "min"):
                indices = forward(x, return_indices="window", **geometry)[1]
                return x, lambda x: forward(x, **geometry), lambda g: backward(g, indices, x.shape, **geometry)
            if kind == "avg" and rng.random() < 0.5:
                geometry["count_include_pad"] = False
            forward(x, **geometry)
            return x, lambda x: forward(x, **geometry), lambda g: backward(g, x.shape, **geometry)
        except ValueError:  # no window, or one without a tap
            continue


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_are_central_differences(kind):
    rng = cases.seeded("differences", kind)
    for trial in range(40):
        x, forward, backward = pair(kind, rng)
        g = rng.standard_normal(forward(x).shape)
        direction = rng.standard_normal(x.shape)
        step = 1e-4
        ahead, behind = forward(x + step * direction), forward(x - step * direction)
        far_ahead, far_behind = forward(x + 2 * step * direction), forward(x - 2 * step * direction)
        difference = np.vdot(g, 8 * (ahead - behind) - (far_ahead - far_behind)) / (12 * step)
        slope = np.vdot(backward(g), direction)
        size = np.linalg.norm(g) * np.linalg.norm(direction)
        assert abs(slope - difference) <= 1e-6 * max(abs(difference), 1e-2 * size), f"{kind}, trial {trial}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "lp" not in kind])
def test_backward_is_the_adjoint_of_forward(kind):
    """Where forward is linear (for max and min: with the winners fixed) <g, J x> = <J' g, x>."""
    rng = cases.seeded("adjoint", kind)
    for trial in range(40):
        x, forward, backward = pair(kind, rng)
        g = rng.standard_normal(forward(x).shape)
        left, right = np.vdot(g, forward(x)), np.vdot(backward(g), x)
        size = np.linalg.norm(g) * np.linalg.norm(forward(x))
        assert abs(left - right) <= 1e-13 * max(size, 1), f"{kind}, trial {trial}"


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, np.inf])
def test_norms_are_homogeneous(p):
    """Euler: <gradient of a norm, x> is the norm."""
    rng = cases.seeded("euler", p)
    for _ in range(20):
        x = away_from_ties(rng, (3, 7, 8))
        y = cypool.lp_pool(x, 3, 2, 1, p=p)
        g = rng.standard_normal(y.shape)
        assert np.vdot(cypool.lp_pool_backward(g, x, y, 3, 2, 1, p=p), x) == pytest.approx(np.vdot(g, y), rel=1e-10, abs=1e-10)


def test_average_and_sum_are_the_double_backward_of_their_own_backward():
    rng = cases.seeded("double")
    gg = rng.standard_normal((2, 9, 8))
    g = rng.standard_normal(cypool.avg_pool(gg, 3, 2, 1).shape)
    assert np.vdot(cypool.avg_pool_backward(g, gg.shape, 3, 2, 1), gg) == pytest.approx(np.vdot(g, cypool.avg_pool(gg, 3, 2, 1)))
    assert np.vdot(cypool.sum_pool_backward(g, gg.shape, 3, 2, 1), gg) == pytest.approx(np.vdot(g, cypool.sum_pool(gg, 3, 2, 1)))
