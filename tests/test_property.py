"""Do calls that nobody planned give what the definition says?"""

import math

import cases
import cypool
import hypothesis
import hypothesis.extra.numpy as arrays
import hypothesis.strategies as st
import numpy as np
import reference
from cases import DTYPES, FLOATS, FORMS, KINDS

DESCRIPTIONS = {
    **{dtype: st.integers(np.iinfo(dtype).min, np.iinfo(dtype).max) for dtype in cases.INTEGERS},
    "bool": st.booleans(),
    "float16": st.floats(width=16),
    "float32": st.floats(width=32),
    "float64": st.floats(-1e300, 1e300) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0]),
    "bfloat16": st.floats(width=16),
}


def examples(count):
    """So many by default, and more in the same proportion where the profile asks for more."""
    return hypothesis.settings(max_examples=count * hypothesis.settings.default.max_examples // 100)


@st.composite
def geometries(draw, shape):
    """Any arguments for an array of this shape, valid or not."""
    n = draw(st.integers(1, min(3, len(shape))))
    axes = tuple(draw(st.permutations(range(len(shape))))[:n])

    def numbers(low, high):
        return st.integers(low, high) | st.tuples(*[st.integers(low, high)] * n)

    given_ = {"kernel_size": draw(st.tuples(*[st.integers(1, 5)] * n)), "axes": axes}
    optional = {
        "stride": numbers(1, 6),
        "padding": numbers(0, 4)
        | st.tuples(*[st.tuples(st.integers(0, 4), st.integers(0, 4))] * n)
        | st.sampled_from(["same", "same_lower", "valid"]),
        "dilation": numbers(1, 3),
        "ceil_mode": st.sampled_from([False, True, "full"]),
    }
    return given_ | {name: draw(values) for name, values in optional.items() if draw(st.booleans())}


@st.composite
def calls(draw, kinds=KINDS, dtypes=DTYPES, longest=7):
    """A case with an array of hypothesis's making."""
    kind, dtype = draw(st.sampled_from(kinds)), draw(st.sampled_from(dtypes))
    shape = draw(arrays.array_shapes(min_dims=1, max_dims=5, min_side=0, max_side=longest))
    geometry = draw(geometries(shape))
    x = draw(arrays.arrays(np.float64 if dtype == "bfloat16" else dtype, shape, elements=DESCRIPTIONS[dtype]))
    if kind == "lp" and dtype == "float64":  # powers are of float64 numbers themselves: keep them within its range
        x = np.where((np.abs(x) > 1e-90) & (np.abs(x) < 1e90) | ~np.isfinite(x), x, 0)
    x = FORMS[draw(st.sampled_from(sorted(FORMS)))](x.astype(cases.dtype_of(dtype)))
    options = {}
    if kind == "lp":
        options["p"] = draw(st.sampled_from([1, 2, 2.0, 3, 2.5, np.inf, 0.5]))
    if kind == "avg":
        options = draw(st.sampled_from([{}, {"count_include_pad": False}, {"divisor_override": 3}, {"divisor_override": -7}]))
    return kind, x, geometry, options


class Given(cases.Case):
    """A case whose array is given."""

    def array(self):
        return self.values


def check(kind, x, geometry, options):
    try:
        plan = reference.windows_plan(x.shape, **geometry)
        want = getattr(reference, f"{kind}_pool")(x, plan, **options)
    except ValueError:
        said = cases.refused(lambda: getattr(cypool, f"{kind}_pool")(x, **geometry, **options), ValueError)
        assert not said
        return
    case = Given(kind, x.dtype.name, x.shape, geometry, options, values=x)
    got = getattr(cypool, f"{kind}_pool")(x, **geometry, **options)
    if kind in ("max", "min"):
        for form, indices in ((True, want[1]), ("window", want[2])):
            values, found = getattr(cypool, f"{kind}_pool")(x, return_indices=form, **geometry)
            assert not cases.same_bits(values, got)
            assert not cases.same_bits(found, indices)
        want = want[0]
    said = cases.compare_forward(case, got, want)
    assert not said, said


@examples(1500)
@hypothesis.given(calls())
def test_any_call_matches_the_definition(call):
    check(*call)


@examples(300)
@hypothesis.given(calls(dtypes=("float32", "uint8", "int64", "float64"), longest=40).filter(lambda call: call[1].size < 4000))
def test_longer_rows_match_the_definition(call):
    check(*call)


@examples(400)
@hypothesis.given(calls(), st.data())
def test_what_holds_between_calls(call, data):
    """Negation swaps max and min; order, permutation and batches change nothing; average times divisor is the sum."""
    _, x, geometry, _ = call
    try:
        plan = reference.windows_plan(x.shape, **geometry)
    except ValueError:
        return
    hypothesis.assume(not plan.has_empty_window)
    largest = cypool.max_pool(x, **geometry)
    if x.dtype.kind not in "bu" and not (x.dtype.kind == "i" and x.size and x.min() == np.iinfo(x.dtype).min):
        assert not cases.same_bits(cypool.min_pool(-x, **geometry), -largest)
    smallest = cypool.min_pool(x, **geometry)
    with np.errstate(invalid="ignore"):
        assert ((smallest <= largest) | np.isnan(largest.astype(float))).all()
    order = data.draw(st.permutations(range(x.ndim)))
    moved = geometry | {"axes": tuple(order.index(axis) for axis in plan.axes)}
    assert not cases.same_bits(cypool.max_pool(x.transpose(order), **moved), largest.transpose(order))
    ones = cypool.sum_pool(np.ones(x.shape), **geometry)
    assert (ones >= 1).all()
    assert (ones <= math.prod(plan.box)).all()


@examples(400)
@hypothesis.given(calls(("max", "min"), FLOATS), st.integers(0, 2**32))
def test_gradients_of_any_call(call, seed):
    kind, x, geometry, _ = call
    try:
        plan = reference.windows_plan(x.shape, **geometry)
        values, in_plane, in_window = getattr(reference, f"{kind}_pool")(x, plan)
    except ValueError:
        return
    g = cases.random_values(np.random.default_rng(seed), x.dtype.name, values.shape, "ties")
    want = reference.extreme_backward(g, in_plane, plan, x.shape)[0].astype(g.dtype)
    for indices in (in_plane, in_window):
        got = getattr(cypool, f"{kind}_pool_backward")(g, indices, x.shape, **geometry)
        assert got.dtype == g.dtype
        assert np.array_equal(got, want)
    want = reference.sum_pool_backward(g, plan, x.shape)[0].astype(g.dtype)
    assert np.array_equal(cypool.sum_pool_backward(g, x.shape, **geometry), want)


@examples(400)
@hypothesis.given(calls(("max", "min", "avg")), st.data())
def test_any_adaptive_call(call, data):
    kind, x, _, _ = call
    hypothesis.assume(x.size)
    n = data.draw(st.integers(1, min(3, x.ndim)))
    axes = tuple(data.draw(st.permutations(range(x.ndim)))[:n])
    target = data.draw(st.tuples(*[st.integers(1, 9) | st.none()] * n))
    plan = reference.adaptive_plan(x.shape, target, axes=axes)
    want = getattr(reference, f"{kind}_pool")(x, plan)
    pool = getattr(cypool, f"adaptive_{kind}_pool")
    if kind == "avg":
        case = Given("avg", x.dtype.name, x.shape, {}, values=x)
        object.__setattr__(case, "plan", lambda: plan)
        said = cases.compare_forward(case, pool(x, target, axes=axes), want)
        assert not said, said
        return
    for form, indices in ((True, want[1]), ("window", want[2])):
        values, found = pool(x, target, axes=axes, return_indices=form)
        assert not cases.same_bits(values, want[0])
        assert not cases.same_bits(found, indices)


@examples(300)
@hypothesis.given(st.data())
def test_unpooling_any_indices(data):
    n = data.draw(st.integers(1, 3))
    shape = data.draw(st.tuples(*[st.integers(1, 5)] * n))
    plane = data.draw(st.tuples(*[st.integers(1, 8)] * n))
    indices = data.draw(arrays.arrays(np.int64, (2, *shape), elements=st.integers(-1, math.prod(plane))))
    y = np.arange(1.0, indices.size + 1).reshape(indices.shape)
    call = lambda: cypool.max_unpool(y, indices, (1,) * n, output_shape=(2, *plane))  # noqa: E731
    if indices.min() < 0 or indices.max() >= math.prod(plane):
        assert not cases.refused(call, ValueError)
    else:
        assert np.array_equal(call(), reference.unpool(y, indices, tuple(range(1, n + 1)), plane))
