"""How fast are large arrays: kind x dtype x window x layout, one thread."""

import numpy as np

from .common import KINDS, WINDOWS, Question, data, public, real_dtype


class Kinds(Question):
    params = KINDS, list(WINDOWS)
    param_names = "kind", "window"

    def case(self, kind, window):
        pool, x = public(kind), data(8, 64, 112, 112)
        return lambda: pool(x, **WINDOWS[window], n_threads=1), x


class Dtypes(Question):
    """16 MiB of each, so that times compare per byte."""

    params = (
        ["max_pool", "min_pool", "avg_pool"],
        ["float32", "float64", "float16", "bfloat16", "bool", "int8", "int16", "int32", "int64",
         "uint8", "uint16", "uint32", "uint64"],
    )
    param_names = "kind", "dtype"

    def case(self, kind, dtype):
        pool = public(kind)
        x = data(64 // real_dtype(dtype).itemsize, 512, 512, dtype=dtype)
        kept = dict(dtype=np.uint8 if dtype == "bool" else x.dtype) if kind == "avg_pool" else {}
        return lambda: pool(x, 2, **kept, n_threads=1), x


class Layouts(Question):
    """About 25 MB each."""

    shapes = {  # shape, pooled axes
        "NCHW": ((8, 64, 112, 112), (2, 3)),
        **{f"NHWC, C = {c}": ((512 // c, 112, 112, c), (1, 2)) for c in (1, 3, 4, 16, 24, 64, 256)},
        "HWC image": ((1448, 1448, 3), (0, 1)),
        "last of three": ((16, 96, 4096), (2,)),
        "middle of three": ((48, 4096, 32), (1,)),
        "first of two": ((4096, 1536), (0,)),
        "Fortran": ((112, 112, 512), (0, 1)),
    }
    params = ["max_pool", "avg_pool"], list(shapes), ["k2s2", "k3s2p1"]
    param_names = "kind", "layout", "window"

    def case(self, kind, layout, window):
        pool, (shape, axes) = public(kind), self.shapes[layout]
        x = data(*shape)
        if layout == "Fortran":
            x = np.asfortranarray(x)
        return lambda: pool(x, **WINDOWS[window], axes=axes, n_threads=1), x


class Shapes(Question):
    """Of networks, signals, volumes and images; odd ones too. The spatial axes are those behind the first two."""

    shapes = {
        "max 8x192x28x28 k3s1p1": ((8, 192, 28, 28), dict(kernel_size=3, stride=1, padding=1)),
        "avg 8x192x28x28 k3s1p1": ((8, 192, 28, 28), dict(kernel_size=3, stride=1, padding=1)),
        "max 8x240x14x14 k3s1p1": ((8, 240, 14, 14), dict(kernel_size=3, stride=1, padding=1)),
        "max 1x512x20x20 k5s1p2": ((1, 512, 20, 20), dict(kernel_size=5, stride=1, padding=2)),
        "max 1x512x20x20 k13s1p6": ((1, 512, 20, 20), dict(kernel_size=13, stride=1, padding=6)),
        "max 8x28x28x192 k3s1p1 NHWC": ((8, 28, 28, 192), dict(kernel_size=3, stride=1, padding=1, axes=(1, 2))),
        "avg 8x28x28x192 k3s1p1 NHWC": ((8, 28, 28, 192), dict(kernel_size=3, stride=1, padding=1, axes=(1, 2))),
        "max 4x64x56x56 k3s1p1d2": ((4, 64, 56, 56), dict(kernel_size=3, stride=1, padding=1, dilation=2)),
        "max 1x3x1001x997 k3x5 s2x3 p1x2": ((1, 3, 1001, 997), dict(kernel_size=(3, 5), stride=(2, 3), padding=(1, 2))),
        "avg 2x37x97x131 k5x2 s1x2": ((2, 37, 97, 131), dict(kernel_size=(5, 2), stride=(1, 2))),
        "avg 1x1x4096x4096 k8s8": ((1, 1, 4096, 4096), dict(kernel_size=8)),
        "max 8x64x27x27 k3s2": ((8, 64, 27, 27), dict(kernel_size=3, stride=2)),
        "max 8x8x65536 k3s2p1": ((8, 8, 65536), dict(kernel_size=(3,), stride=2, padding=1)),
        "max 16x64x4096 k3s2": ((16, 64, 4096), dict(kernel_size=(3,), stride=2)),
        "max 1x32x32x64x64 k2s2": ((1, 32, 32, 64, 64), dict(kernel_size=(2, 2, 2))),
        "max 1x32x16x56x56 k3s1p1": ((1, 32, 16, 56, 56), dict(kernel_size=(3, 3, 3), stride=1, padding=1)),
        "max 256x1x9x9x9 k3s2p1": ((256, 1, 9, 9, 9), dict(kernel_size=(3, 3, 3), stride=2, padding=1)),
        "avg 512x1x8x8x8 k2s2": ((512, 1, 8, 8, 8), dict(kernel_size=(2, 2, 2))),
        "max 8x512x13x13 k2s2": ((8, 512, 13, 13), dict(kernel_size=2)),
        "avg 1x1x128x128x128 k2s2": ((1, 1, 128, 128, 128), dict(kernel_size=(2, 2, 2))),
    }
    params = [list(shapes)]
    param_names = ["case"]

    def case(self, name):
        shape, window = self.shapes[name]
        pool, x = public(name[:3] + "_pool"), data(*shape)
        return lambda: pool(x, **window, n_threads=1), x


class Results(Question):
    """A new result each time, as most calls have it, or the same `out` again and again."""

    params = ["max_pool", "avg_pool"], ["new", "out"]
    param_names = "kind", "result"

    def case(self, kind, result):
        pool, x = public(kind), data(8, 64, 112, 112)
        out = pool(x, 2, n_threads=1) if result == "out" else None
        return lambda: pool(x, 2, out=out, n_threads=1), x
