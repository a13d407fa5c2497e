"""What do windows made from an output size cost: adaptive and global, forward and back."""

from .common import KINDS, Question, data, public

SHAPES = {  # input, output size
    "8x512x14x14 to 7x7": ((8, 512, 14, 14), (7, 7)),
    "4x256x50x50 to 7x7": ((4, 256, 50, 50), (7, 7)),
    "8x128x57x57 to 7x7": ((8, 128, 57, 57), (7, 7)),
    "8x128x55x55 to 28x28": ((8, 128, 55, 55), (28, 28)),
    "8x64x112x112 to 5x6": ((8, 64, 112, 112), (5, 6)),
    "8x256x7x7 to 16x16": ((8, 256, 7, 7), (16, 16)),
}
PLANES = {  # input, pooled axes
    "8x2048x7x7": ((8, 2048, 7, 7), (2, 3)),
    "8x64x112x112": ((8, 64, 112, 112), (2, 3)),
    "64x112x112": ((64, 112, 112), (1, 2)),  # in cache
    "8x128x33x32": ((8, 128, 33, 32), (2, 3)),
    "8x7x7x2048 NHWC": ((8, 7, 7, 2048), (1, 2)),
}


class Adaptive(Question):
    params = ["adaptive_max_pool", "adaptive_min_pool", "adaptive_avg_pool"], list(SHAPES)
    param_names = "kind", "case"

    def case(self, kind, name):
        pool, (shape, size) = public(kind), SHAPES[name]
        x = data(*shape)
        return lambda: pool(x, size, n_threads=1), x


class AdaptiveBackward(Question):
    params = ["adaptive_max_pool", "adaptive_avg_pool"], list(SHAPES)
    param_names = "kind", "case"

    def case(self, kind, name):
        pool, backward, (shape, size) = public(kind), public(kind + "_backward"), SHAPES[name]
        x = data(*shape)
        if kind == "adaptive_max_pool":
            read = pool(x, size, return_indices="window", n_threads=1)
        else:
            read = pool(x, size, n_threads=1),
        return lambda: backward(*read, shape, size, n_threads=1), *read


class Global(Question):
    params = ["global_" + kind for kind in KINDS], list(PLANES)
    param_names = "kind", "case"

    def case(self, kind, name):
        pool, (shape, axes) = public(kind), PLANES[name]
        x = data(*shape)
        return lambda: pool(x, axes=axes, n_threads=1), x


class GlobalBackward(Question):
    params = ["global_avg_pool", "global_lp_pool", "global_max_pool"], list(PLANES)
    param_names = "kind", "case"

    def case(self, kind, name):
        pool, backward, (shape, axes) = public(kind), public(kind + "_backward"), PLANES[name]
        x = data(*shape)
        if kind == "global_max_pool":
            read = *pool(x, axes=axes, return_indices="window", n_threads=1), shape
        else:
            y = pool(x, axes=axes, n_threads=1)
            read = (y, x, y) if kind == "global_lp_pool" else (y, shape)
        return lambda: backward(*read, axes=axes, n_threads=1), x
