"""Does PyTorch, where it is installed, agree on thousands of random calls?"""

import cases
import cypool
import numpy as np
import pytest

torch = pytest.importorskip("torch")
functional = torch.nn.functional
BLOCKS = range(20)


def random_call(rng):
    """What PyTorch accepts: symmetric padding of at most half the window, no window without a tap."""
    n = int(rng.integers(1, 4))
    k, s = (rng.integers(1, 5, n).tolist() for _ in range(2))
    p = [int(rng.integers(0, kernel // 2 + 1)) for kernel in k]
    shape = (*rng.integers(1, 4, 2).tolist(), *(kernel + int(rng.integers(0, {1: 30, 2: 9, 3: 5}[n])) for kernel in k))
    axes = tuple(range(2, 2 + n))
    return n, shape, {"kernel_size": k, "stride": s, "padding": p, "ceil_mode": bool(rng.integers(2))}, axes


def named(function, n):
    return getattr(functional, f"{function}{n}d")


def values(rng, shape, dtype):
    spread = 3 if rng.random() < 0.5 else 1000
    return (rng.integers(-spread, spread + 1, shape) / 4).astype(dtype)


@pytest.mark.parametrize("block", BLOCKS)
def test_forward(block):
    rng = cases.seeded("torch forward", block)
    for trial in range(100):
        n, shape, given, axes = random_call(rng)
        dtype = ["float32", "float64"][trial % 2]
        x = values(rng, shape, dtype)
        t = torch.from_numpy(x)
        about = f"block {block}, trial {trial}: {dtype} {shape} {given}"
        if trial % 4 == 0:
            include = bool(rng.integers(2))
            override = int(rng.integers(1, 9)) if n > 1 and rng.random() < 0.3 else None
            more = {} if n == 1 else {"divisor_override": override}
            want = named("avg_pool", n)(t, count_include_pad=include, **given, **more)
            got = cypool.avg_pool(x, axes=axes, count_include_pad=include, divisor_override=override, **given)
        elif trial % 4 == 1 and n < 3:
            exponent = float(rng.choice([1.0, 2.0, 4.0]))
            x = np.abs(x)  # PyTorch takes no absolute values
            k, s = (given[name] if n == 2 else given[name][0] for name in ("kernel_size", "stride"))
            want = named("lp_pool", n)(torch.from_numpy(x), exponent, k, s)
            got = cypool.lp_pool(x, given["kernel_size"], given["stride"], p=exponent)
        else:
            given["dilation"] = d = [int(rng.integers(1, 3)) if p == 0 else 1 for p in given["padding"]]
            shape = (*shape[:2], *(length + (step - 1) * (k - 1) for length, step, k in zip(shape[2:], d, given["kernel_size"], strict=True)))
            x = values(rng, shape, dtype)
            want, want_indices = named("max_pool", n)(torch.from_numpy(x), return_indices=True, **given)
            got, indices = cypool.max_pool(x, axes=axes, return_indices=True, **given)
            assert np.array_equal(got, want.numpy()), about
            assert np.array_equal(indices, want_indices.numpy()), about
            continue
        assert got.shape == tuple(want.shape), about
        assert np.allclose(got, want.numpy(), rtol=1e-5 if dtype == "float32" else 1e-12, atol=1e-4 if dtype == "float32" else 1e-12), about


@pytest.mark.parametrize("block", BLOCKS)
def test_training(block):
    rng = cases.seeded("torch training", block)
    for trial in range(100):
        n, shape, given, axes = random_call(rng)
        x = values(rng, shape, "float64")
        t = torch.from_numpy(x).requires_grad_()
        about = f"block {block}, trial {trial}: {shape} {given}"
        what = ("max", "avg", "adaptive_max", "adaptive_avg", "unpool", "lp")[trial % 6]
        what = "avg" if what == "lp" and n == 3 else what  # PyTorch's gradient of lp_pool3d needs lists it doesn't take
        target = tuple(int(rng.integers(1, 7)) for _ in axes)
        if what == "max":
            y, want_indices = named("max_pool", n)(t, return_indices=True, **given)
            got, indices = cypool.max_pool(x, axes=axes, return_indices=True, **given)
            backward = lambda g: cypool.max_pool_backward(g, indices, shape, axes=axes, **given)  # noqa: E731
        elif what == "avg":
            include = bool(rng.integers(2))
            y = named("avg_pool", n)(t, count_include_pad=include, **given)
            got = cypool.avg_pool(x, axes=axes, count_include_pad=include, **given)
            backward = lambda g: cypool.avg_pool_backward(g, shape, axes=axes, count_include_pad=include, **given)  # noqa: E731
        elif what == "adaptive_max":
            y, want_indices = named("adaptive_max_pool", n)(t, target, True)
            got, indices = cypool.adaptive_max_pool(x, target, return_indices=True)
            backward = lambda g: cypool.adaptive_max_pool_backward(g, indices, shape, target)  # noqa: E731
        elif what == "adaptive_avg":
            y = named("adaptive_avg_pool", n)(t, target)
            got = cypool.adaptive_avg_pool(x, target)
            backward = lambda g: cypool.adaptive_avg_pool_backward(g, shape, target)  # noqa: E731
        elif what == "unpool":
            k = given["kernel_size"]
            small, places = named("max_pool", n)(torch.from_numpy(x), k, return_indices=True)
            small.requires_grad_()
            size = x.shape if all(length > kernel * (length // kernel - 1) for length, kernel in zip(shape[2:], k, strict=True)) else None
            y = named("max_unpool", n)(small, places, k, output_size=size)
            got = cypool.max_unpool(small.detach().numpy(), places.numpy(), k, output_shape=tuple(y.shape))
            t = small
            backward = lambda g: cypool.max_pool_double_backward(g, places.numpy(), k)  # noqa: E731
        else:
            k, s = given["kernel_size"], given["stride"]
            y = named("lp_pool", n)(t, 2.0, *((k, s) if n == 2 else (k[0], s[0])))
            got = cypool.lp_pool(x, k, s, axes=axes)
            backward = lambda g: cypool.lp_pool_backward(g, x, got, k, s, axes=axes)  # noqa: E731
        assert np.allclose(got, y.detach().numpy(), rtol=1e-12, atol=1e-12), about
        if what.endswith("max"):
            assert np.array_equal(indices, want_indices.numpy()), about
        g = rng.standard_normal(got.shape)
        (want,) = torch.autograd.grad(y, t, torch.from_numpy(g))
        assert np.allclose(backward(g), want.numpy(), rtol=1e-11, atol=1e-12), f"{what}, {about}"


def test_tensors_come_in_without_a_copy_of_their_values():
    t = torch.arange(24.0).reshape(2, 3, 4)
    assert np.array_equal(cypool.max_pool(t, (3, 2)), cypool.max_pool(t.numpy(), (3, 2)))
    assert np.array_equal(cypool.avg_pool(t.permute(2, 0, 1), 2), cypool.avg_pool(t.numpy().transpose(2, 0, 1), 2))


def test_a_tensor_that_needs_a_gradient_is_not_silently_detached():
    t = torch.ones(4, 4, requires_grad=True)
    with pytest.raises((TypeError, RuntimeError, BufferError, ValueError)):
        cypool.max_pool(t, 2)
