"""Where windows tile an array, do NumPy, scikit-image and SciPy reduce to the same?"""

import cases
import cypool
import numpy as np
import pytest

REDUCE = {"max": np.max, "min": np.min, "avg": np.mean, "sum": np.sum}


@pytest.mark.parametrize("kind", REDUCE)
@pytest.mark.parametrize("dtype", [dtype for dtype in cases.DTYPES if dtype != "bfloat16"])
def test_tiles_are_what_numpy_reduces(kind, dtype):
    rng = cases.seeded("tiles", kind, dtype)
    for _ in range(20):
        k, n = rng.integers(1, 6, 2), rng.integers(1, 8, 2)
        x = cases.make(dtype, (3, *(k * n)), values="plain", seed=int(rng.integers(2**31)))
        tiles = x.reshape(3, n[0], k[0], n[1], k[1]).astype(np.float64 if dtype == "float16" else dtype)
        want = REDUCE[kind](tiles, axis=(2, 4))
        got = getattr(cypool, f"{kind}_pool")(x, tuple(k))
        if dtype == "float16":
            want = want.astype(np.float16)
        assert got.dtype == want.dtype
        if got.dtype.kind in "biu" or kind in ("max", "min"):
            assert np.array_equal(got, want)
        else:
            scale = np.abs(tiles.astype(np.float64)).sum((2, 4)) * (k.prod() if kind == "sum" else 1)  # NumPy adds up one by one
            assert (np.abs(got.astype(np.float64) - want) <= np.finfo(got.dtype).eps * scale).all()


@pytest.mark.parametrize("kind", REDUCE)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32", "float64"])
def test_blocks_are_what_skimage_reduces(kind, dtype):
    measure = pytest.importorskip("skimage.measure")
    x = cases.make(dtype, (24, 36, 3), seed=4)
    for block in ((2, 3, 1), (4, 4, 1), (6, 9, 3), (24, 36, 1)):
        want = measure.block_reduce(x, block, REDUCE[kind])
        got = getattr(cypool, f"{kind}_pool")(x, block)
        assert np.allclose(got, want, rtol=1e-5 if dtype == "float32" else 1e-12, atol=1e-5 if dtype == "float32" else 1e-12)


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("size", [(3, 3), (1, 5), (13, 7)])
def test_dense_windows_are_the_filters_of_scipy(kind, size):
    ndimage = pytest.importorskip("scipy.ndimage")
    x = cases.make("float64", (40, 50))
    edge = -np.inf if kind == "max" else np.inf
    want = getattr(ndimage, f"{kind}imum_filter")(x, size, mode="constant", cval=edge)
    padding = tuple(k // 2 for k in size)
    assert np.array_equal(getattr(cypool, f"{kind}_pool")(x, size, 1, padding), want)


def test_sliding_windows_are_those_of_numpy():
    rng = cases.seeded("sliding")
    for _ in range(60):
        x = rng.standard_normal((3, *rng.integers(5, 30, 2)))
        k, s = rng.integers(1, 5, 2), rng.integers(1, 5, 2)
        views = np.lib.stride_tricks.sliding_window_view(x, k, (1, 2))[:, :: s[0], :: s[1]]
        for kind, reduce in REDUCE.items():
            got = getattr(cypool, f"{kind}_pool")(x, tuple(k), tuple(s))
            assert np.allclose(got, reduce(views, axis=(3, 4)), rtol=1e-13, atol=1e-14)
        _, indices = cypool.max_pool(x, tuple(k), tuple(s), return_indices="window")
        assert np.array_equal(indices, views.reshape(*views.shape[:3], -1).argmax(3))
