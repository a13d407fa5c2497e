"""What do more threads bring: many planes, one plane, narrow rows, a reduction to one value."""

import os

from .common import SkipNotImplemented, Timed, data, public, ratio


class Threads(Timed):
    shapes = {
        "max 8x64x112x112 k2s2": ((8, 64, 112, 112), dict(kernel_size=2)),
        "avg 8x64x112x112 k3s2p1": ((8, 64, 112, 112), dict(kernel_size=3, stride=2, padding=1)),
        "max 8x192x28x28 k3s1p1": ((8, 192, 28, 28), dict(kernel_size=3, stride=1, padding=1)),
        "max 2048x2048 k31s1p15": ((2048, 2048), dict(kernel_size=31, stride=1, padding=15)),
        "max 3x2000x2000 k2s2": ((3, 2000, 2000), dict(kernel_size=2)),
        "max 1x262144 k101s1p50": ((1, 262144), dict(kernel_size=(101,), stride=1, padding=50)),
        "avg 4096x4096 k4096": ((4096, 4096), dict(kernel_size=4096)),
    }
    params = list(shapes), [1, 2, 4]
    param_names = "case", "threads"

    def case(self, name, threads):
        if threads > os.cpu_count():
            raise SkipNotImplemented(f"{threads} threads, {os.cpu_count()} CPUs")
        shape, window = self.shapes[name]
        pool, x = public(name[:3] + "_pool"), data(*shape)
        return lambda: pool(x, **window, n_threads=threads),

    def track_speedup(self, name, threads):
        call, = self.case(name, threads)
        alone, = self.case(name, 1)
        return ratio(alone, call)

    track_speedup.unit = "times one thread"
