"""Do windows made from an output size, and the one window of everything, give what the definition says?"""

import itertools
from dataclasses import dataclass, field

import cases
import cypool
import numpy as np
import pytest
import reference
from cases import DTYPES, FLOATS, FORMS, KINDS, VALUES


@dataclass(frozen=True)
class Sized:
    """One call of an adaptive (with `target`) or global function."""

    kind: str
    dtype: str
    shape: tuple
    target: object
    axes: object
    options: dict = field(default_factory=dict)
    form: str = "C"
    values: str = "plain"
    seed: int = 0

    geometry: dict = field(default_factory=dict)

    def array(self):
        return cases.make(self.dtype, self.shape, self.form, self.values, self.seed)

    def plan(self):
        if self.target is None:
            return reference.global_plan(self.shape, axes=(-2, -1) if self.axes is None else self.axes)
        return reference.adaptive_plan(self.shape, self.target, axes=self.axes)

    def name(self):
        return f"{'global' if self.target is None else 'adaptive'}_{self.kind}_pool"

    def where(self):
        return {} if self.axes is None else {"axes": self.axes}

    def positional(self):
        return () if self.target is None else (self.target,)

    def call(self, **more):
        return getattr(cypool, self.name())(self.array(), *self.positional(), **self.where(), **self.options, **more)

    def truth(self):
        return getattr(reference, f"{self.kind}_pool")(self.array(), self.plan(), **self.options)

    def __str__(self):
        return (
            f"x = cases.make({self.dtype!r}, {self.shape}, {self.form!r}, {self.values!r}, {self.seed})\n"
            f"cypool.{self.name()}(x, *{self.positional()}, **{self.where() | self.options})"
        )


def random_sized(rng, kind, dtype, form, everything):
    ndim = int(rng.integers(1, 6))
    n = int(rng.integers(1, min(3, ndim) + 1))
    axes = tuple(int(axis) for axis in sorted(rng.choice(ndim, n, replace=False)))
    if rng.random() < 0.15:
        axes = axes[::-1]
    shape = tuple(int(rng.integers(1, {1: 40, 2: 14, 3: 7}[n] if axis in axes else 5)) for axis in range(ndim))
    values = VALUES[int(rng.integers(4))]
    options = {"p": [1, 2.0, np.inf, 3][int(rng.integers(4))]} if kind == "lp" else {}
    if kind in ("avg", "sum") and rng.random() < 0.3:
        options["dtype"] = "float64" if dtype not in cases.INTEGERS or rng.random() < 0.5 else dtype
    target = None
    if not everything:
        target = tuple(None if rng.random() < 0.1 else int(rng.integers(1, 12 if n < 3 else 6)) for _ in axes)
        if n == 1 and rng.random() < 0.3 and target[0]:
            target = target[0]
    if tuple(axes) == tuple(range(ndim - n, ndim)) and rng.random() < 0.5 and (n == 2 or np.ndim(target) and not everything):
        axes = None
    elif n == 1 and rng.random() < 0.5:
        axes = axes[0]
    return Sized(kind, dtype, shape, target, axes, options, form, values, int(rng.integers(2**31)))


def adaptive_grid():
    for kind, dtype, form in itertools.product(("max", "min", "avg"), DTYPES, FORMS):
        rng = cases.seeded("adaptive", kind, dtype, form)
        for _ in range(3):
            yield random_sized(rng, kind, dtype, form, False)


def global_grid():
    for kind, dtype, form in itertools.product(KINDS, DTYPES, FORMS):
        yield random_sized(cases.seeded("global", kind, dtype, form), kind, dtype, form, True)


GRID = {"adaptive": adaptive_grid, "global": global_grid}


def check_forward(case):
    want = case.truth()
    if case.kind not in ("max", "min"):
        return cases.compare_forward(case, case.call(), want)
    if said := cases.same_bits(case.call(), want[0]):
        return said
    for form, indices in ((True, want[1]), ("window", want[2])):
        got = case.call(return_indices=form)
        if said := cases.same_bits(got[0], want[0]) or cases.same_bits(got[1], indices):
            return f"return_indices={form!r}: {said}"
    return ""


@pytest.mark.parametrize("chunk", cases.chunks(GRID))
def test_values_and_indices_match_the_definition(chunk):
    def check(case):
        if case.target is None:
            kept = case.call(keepdims=True)
            squeezed = case.call()
            if said := cases.same_bits(np.squeeze(kept, case.plan().axes), squeezed):
                return f"keepdims: {said}"
            return check_forward(Kept(case))
        return check_forward(case)

    cases.verify(chunk, check)


class Kept:
    """A global case whose results keep the pooled axes, as the reference's do."""

    def __init__(self, case):
        self.case = case

    def __getattr__(self, name):
        return getattr(self.case, name)

    def call(self, **more):
        return self.case.call(keepdims=True, **more)


def check_gradient(case):
    plan, x = case.plan(), case.array()
    if case.kind == "lp" and case.values in ("special", "wide"):
        return ""
    keep = {"keepdims": True} if case.target is None else {}
    values = case.truth()
    shape = (values[0] if case.kind in ("max", "min") else values).shape
    g = cases.random_values(np.random.default_rng(case.seed + 1), case.dtype, shape, "plain")
    back = getattr(cypool, case.name() + "_backward")
    if case.kind in ("max", "min"):
        want, scale = reference.extreme_backward(g, values[1], plan, x.shape)
        got = back(g, values[1], x.shape, *case.positional(), **case.where(), **keep)
        other = back(g, values[2], x.shape, *case.positional(), **case.where(), **keep)
        if said := cases.same_bits(other, got):
            return f"the two forms of indices: {said}"
    elif case.kind == "lp":
        y = reference.lp_pool(x, plan, **{"p": case.options["p"]})
        want, scale = reference.lp_pool_backward(g, x, y, plan, case.options["p"])
        got = back(g, x, y, *case.positional(), p=case.options["p"], **case.where(), **keep)
    else:
        want, scale = getattr(reference, f"{case.kind}_pool_backward")(g, plan, x.shape)
        got = back(g, x.shape, *case.positional(), **case.where(), **keep)
    unit = 2.0**-53 if case.dtype == "float64" else 2.0**-24
    with np.errstate(over="ignore", under="ignore"):
        want = want.astype(g.dtype)
    return cases.close(got, want, scale * unit * (64 if case.kind == "lp" else 16))


BACKWARD_GRID = {name: lambda grid=grid: (case for case in grid() if case.dtype in FLOATS) for name, grid in GRID.items()}


@pytest.mark.parametrize("chunk", cases.chunks(BACKWARD_GRID))
def test_gradients_match_the_definition(chunk):
    cases.verify(chunk, check_gradient)


# ---------------------------------------------------------------- claims, one by one


def test_golden_adaptive_average():
    """As Keras: 5 -> 3 of 0..4."""
    assert cypool.adaptive_avg_pool(np.arange(5.0), (3,)).tolist() == [0.5, 2, 3.5]


@pytest.mark.parametrize(
    ("length", "out", "bins"),
    [
        (10, 3, [(0, 4), (3, 7), (6, 10)]),
        (7, 5, [(0, 2), (1, 3), (2, 5), (4, 6), (5, 7)]),
        (3, 5, [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]),
    ],
)
def test_golden_bins(length, out, bins):
    x = np.arange(1.0, length + 1)
    assert cypool.adaptive_min_pool(x, (out,)).tolist() == [start + 1 for start, _ in bins]
    assert cypool.adaptive_max_pool(x, (out,)).tolist() == [end for _, end in bins]
    assert cypool.adaptive_avg_pool(x, (out,)) == pytest.approx([x[start:end].mean() for start, end in bins])


@pytest.mark.parametrize(
    ("size", "out"),
    [((5877, 3697), (2855, 1)), ((5877, 3697), (2863, 1)), ((4757, 560), (3527, 2219)), ((5873, 3693), (3527, 2219))],
)
def test_bins_of_large_sizes_stay_inside(size, out):
    """Sizes whose bins, counted in float32, end past the input (and read past it)."""
    for axis, (length, target) in enumerate(zip(size, out, strict=True)):
        x = np.arange(length, dtype=np.int64).reshape((-1, 1) if axis == 0 else (1, -1))
        both = (target, 1) if axis == 0 else (1, target)
        start = [i * length // target for i in range(target)]
        last = [-(-(i + 1) * length // target) - 1 for i in range(target)]
        assert cypool.adaptive_min_pool(x, both).ravel().tolist() == start
        assert cypool.adaptive_max_pool(x, both).ravel().tolist() == last


@pytest.mark.parametrize("kind", ["max", "min", "avg"])
def test_none_keeps_an_axis(kind):
    x = cases.make("float64", (3, 7, 8))
    pool = getattr(cypool, f"adaptive_{kind}_pool")
    assert np.array_equal(pool(x, (None, 3)), pool(x, (7, 3)))
    assert np.array_equal(pool(x, (None, None)), x)
    assert pool(x, 4).shape == (3, 4, 4)
    assert pool(x, 4, axes=0).shape == (4, 7, 8)
    assert pool(x, (2, 5), axes=(2, 0)).shape == (5, 7, 2)


@pytest.mark.parametrize("kind", ["max", "min", "avg"])
def test_sizes_that_divide_are_window_pooling(kind):
    x = cases.make("float32", (2, 3, 12, 20))
    assert np.array_equal(getattr(cypool, f"adaptive_{kind}_pool")(x, (4, 5)), getattr(cypool, f"{kind}_pool")(x, (3, 4)))


@pytest.mark.parametrize("kind", ["max", "min", "avg"])
@pytest.mark.parametrize("wrong", [0, -1, (3, 0), (-(2**63), 2)])
def test_output_sizes_are_positive(kind, wrong):
    with pytest.raises(ValueError, match="output_size"):
        getattr(cypool, f"adaptive_{kind}_pool")(np.ones((4, 4)), wrong)


@pytest.mark.parametrize("kind", ["max", "min", "avg"])
@pytest.mark.parametrize("huge", [2**60, 9132760301568586890, 2**62, 2**63 - 1, 2**63, 2**64, 10**30])
def test_huge_output_sizes_are_refused_before_anything_is_allocated(kind, huge):
    for size in ((huge, huge), (1, huge)):
        with pytest.raises(ValueError, match=f"output_size .*{huge}"):
            getattr(cypool, f"adaptive_{kind}_pool")(np.ones((4, 4)), size)


@pytest.mark.parametrize("kind", KINDS)
def test_global_pooling_is_what_numpy_reduces(kind):
    x = cases.make("float64", (2, 3, 5, 7))
    pool = getattr(cypool, f"global_{kind}_pool")
    reduce = {"max": np.max, "min": np.min, "avg": np.mean, "sum": np.sum, "lp": lambda x, axis: np.sqrt((x * x).sum(axis))}[kind]
    for axes in ((-2, -1), (0,), (1, 3), (0, 1, 2, 3), (3, 0)):
        assert np.allclose(pool(x, axes=axes), reduce(x, axis=axes), rtol=1e-13)
        assert pool(x, axes=axes, keepdims=True).ndim == 4
    assert np.allclose(pool(x), reduce(x, axis=(2, 3)), rtol=1e-13)
    assert pool(x, axes=(0, 1, 2, 3)).shape == ()
    assert pool(x[0, 0], axes=0).shape == (7,)


@pytest.mark.parametrize("kind", ["max", "min"])
def test_global_indices_without_keepdims(kind):
    x = cases.make("float64", (2, 3, 5, 7))
    values, indices = getattr(cypool, f"global_{kind}_pool")(x, return_indices=True)
    want = getattr(np, f"arg{kind}")(x.reshape(2, 3, 35), axis=2)
    assert np.array_equal(indices, want)
    assert np.array_equal(np.take_along_axis(x.reshape(2, 3, 35), indices[..., None], 2)[..., 0], values)
    got = getattr(cypool, f"global_{kind}_pool_backward")(np.ones_like(values), indices, x.shape)
    assert np.array_equal(got.reshape(6, 35).argmax(1), indices.ravel())
    assert got.sum() == 6


def test_global_gradients_without_keepdims():
    x = cases.make("float64", (2, 3, 5, 7))
    g = np.arange(6.0).reshape(2, 3)
    assert np.allclose(cypool.global_avg_pool_backward(g, x.shape), np.broadcast_to(g[..., None, None] / 35, x.shape))
    assert np.array_equal(cypool.global_sum_pool_backward(g, x.shape), np.broadcast_to(g[..., None, None], x.shape))
    y = cypool.global_lp_pool(x)
    assert np.allclose(cypool.global_lp_pool_backward(g, x, y), g[..., None, None] * x / y[..., None, None])


def test_global_pooling_of_an_empty_plane():
    x = np.ones((2, 3, 0, 4))
    for kind in ("max", "min", "avg"):
        with pytest.raises(ValueError, match=r"axis 2|empty"):
            getattr(cypool, f"global_{kind}_pool")(x)


def test_empty_batches():
    x = np.ones((0, 3, 4, 4), np.float32)
    assert cypool.adaptive_max_pool(x, 2).shape == (0, 3, 2, 2)
    assert cypool.global_max_pool(x).shape == (0, 3)
    assert cypool.global_avg_pool(x, keepdims=True).shape == (0, 3, 1, 1)


def test_out_of_adaptive_and_global():
    x = cases.make("float32", (2, 3, 7, 9))
    for call in (
        lambda **out: cypool.adaptive_max_pool(x, 3, **out),
        lambda **out: cypool.adaptive_avg_pool(x, (4, 12), **out),
        lambda **out: cypool.global_sum_pool(x, **out),
        lambda **out: cypool.global_lp_pool(x, keepdims=True, **out),
    ):
        want = call()
        out = np.asfortranarray(np.empty_like(want))
        assert call(out=out) is out
        assert np.array_equal(out, want)
