"""What does training cost: argmax, backward, unpooling, 8x64x112x112 float32, one thread."""

import numpy as np

from .common import KINDS, WINDOWS, Question, data, public

SHAPE = 8, 64, 112, 112
FORMS = {"window": "window", "plane": True}


class Argmax(Question):
    params = ["max_pool", "min_pool"], list(FORMS), list(WINDOWS)
    param_names = "kind", "indices", "window"

    def case(self, kind, form, window):
        pool, x = public(kind), data(*SHAPE)
        return lambda: pool(x, **WINDOWS[window], return_indices=FORMS[form], n_threads=1), x


class Backward(Question):
    params = KINDS, list(WINDOWS)
    param_names = "kind", "window"

    def case(self, kind, window):
        pool, backward, window = public(kind), public(kind + "_backward"), WINDOWS[window]
        x = data(*SHAPE)
        if kind in ("max_pool", "min_pool"):
            y, indices = pool(x, **window, return_indices="window", n_threads=1)
            read = np.ones_like(y), indices
            return lambda: backward(*read, x.shape, **window, n_threads=1), *read
        y = pool(x, **window, n_threads=1)
        grad = np.ones_like(y)
        if kind == "lp_pool":
            return lambda: backward(grad, x, y, **window, n_threads=1), grad, x, y
        return lambda: backward(grad, x.shape, **window, n_threads=1), grad


class SmallPlanes(Question):
    """The backward of many of them."""

    params = KINDS, [(7, 3, 2), (8, 2, 2), (13, 3, 2), (13, 3, 1)]
    param_names = "kind", "length, k, stride"

    def case(self, kind, sizes):
        length, k, stride = sizes
        pool, backward, x = public(kind), public(kind + "_backward"), data(8, 2**18 // length**2, length, length)
        if kind in ("max_pool", "min_pool"):
            read = *pool(x, k, stride, return_indices="window", n_threads=1), x.shape
        else:
            y = pool(x, k, stride, n_threads=1)
            read = (y, x, y) if kind == "lp_pool" else (y, x.shape)
        return lambda: backward(*read, k, stride, n_threads=1), x


class LargeWindows(Question):
    """The backward of windows that are sent one by one, large ones or such as lie far apart."""

    params = ["max_pool_backward", "min_pool_backward"], [(13, 9, 1, 4), (56, 7, 7, 0), (56, 9, 4, 4), (224, 3, 3, 0)], list(FORMS)
    param_names = "backward", "length, k, stride, padding", "indices"

    def case(self, backward, sizes, form):
        length, *window = sizes
        pool, backward, x = public(backward.removesuffix("_backward")), public(backward), data(8, 2**18 // length**2 + 1, length, length)
        y, indices = pool(x, *window, return_indices=FORMS[form], n_threads=1)
        return lambda: backward(y, indices, x.shape, *window, n_threads=1), y, indices


class PlaneIndices(Question):
    """The other form of indices, eight times as wide."""

    params = [list(WINDOWS)]
    param_names = ["window"]

    def case(self, window):
        pool, backward, window = public("max_pool"), public("max_pool_backward"), WINDOWS[window]
        y, indices = pool(data(*SHAPE), **window, return_indices=True, n_threads=1)
        return lambda: backward(y, indices, SHAPE, **window, n_threads=1), y, indices


class DoubleBackward(Question):
    params = ["max_pool", "min_pool"], ["k2s2", "k3s2p1"]
    param_names = "kind", "window"

    def case(self, kind, window):
        pool, double, window = public(kind), public(kind + "_double_backward"), WINDOWS[window]
        x = data(*SHAPE)
        _, indices = pool(x, **window, return_indices="window", n_threads=1)
        return lambda: double(x, indices, **window, n_threads=1), x, indices


class Unpool(Question):
    params = list(FORMS), ["k2s2", "k3s2p1"]
    param_names = "indices", "window"

    def case(self, form, window):
        pool, unpool, window = public("max_pool"), public("max_unpool"), WINDOWS[window]
        y, indices = pool(data(*SHAPE), **window, return_indices=FORMS[form], n_threads=1)
        return lambda: unpool(y, indices, **window, output_shape=SHAPE, n_threads=1), y, indices
