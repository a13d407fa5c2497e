"""What does a call cost beside its work: arrays of a few kilobytes and less."""

import itertools

import numpy as np

from .common import KINDS, Question, Timed, data, public


class Tiny(Question):
    params = [KINDS]
    param_names = ["kind"]

    def case(self, kind):
        pool, x = public(kind), data(1, 16, 32, 32)
        return lambda: pool(x, 2, n_threads=1), x


class Forms(Question):
    """The ways to ask for one small maximum."""

    forms = {
        "threads by default": {},
        "out": dict(n_threads=1, out=np.empty((1, 16, 16, 16), np.float32)),
        "tuples": dict(n_threads=1, stride=(2, 2), padding=((0, 0), (0, 0)), dilation=(1, 1), axes=(2, 3)),
        "plane indices": dict(n_threads=1, return_indices=True),
        "window indices": dict(n_threads=1, return_indices="window"),
    }
    params = [list(forms)]
    param_names = ["form"]

    def case(self, form):
        pool, x, more = public("max_pool"), data(1, 16, 32, 32), self.forms[form]
        return lambda: pool(x, 2, **more), x


class Eight(Timed):
    """Eight elements: the call and nothing else."""

    params = [["max_pool", "avg_pool"]]
    param_names = ["kind"]

    def case(self, kind):
        pool, x = public(kind), data(8)
        return lambda: pool(x, 2, axes=-1, n_threads=1), x


class TinyBackward(Timed):
    """The gradient of two planes of eight by eight."""

    params = [KINDS]
    param_names = ["kind"]

    def case(self, kind):
        pool, backward, x = public(kind), public(kind + "_backward"), data(1, 2, 8, 8)
        if kind in ("max_pool", "min_pool"):
            read = *pool(x, 2, return_indices="window"), x.shape
        else:
            y = pool(x, 2)
            read = (y, x, y) if kind == "lp_pool" else (y, x.shape)
        return lambda: backward(*read, 2, n_threads=1), x


class NewShape(Timed):
    """A shape never seen before, empty: what its geometry costs."""

    def case(self):
        pool, sizes = public("max_pool"), itertools.count(2)
        return lambda: pool(np.empty((0, next(sizes)), np.float32), 2, axes=-1, n_threads=1),


class OutputShape(Timed):
    def case(self):
        shape = public("output_shape")
        return lambda: shape((8, 64, 112, 112), 3, 2, 1),
