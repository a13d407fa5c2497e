"""How much memory does a call take beyond its output? (Linux: the kernel's own peak, which can be started anew.)"""

import ctypes
from pathlib import Path

import numpy as np

from .common import SkipNotImplemented, public

PROCESS = Path("/proc/self")


def resident(which):
    """KiB of this process: `VmRSS` now, `VmHWM` at most since the peak was reset."""
    lines = (PROCESS / "status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(which)))


class Peak:
    """
    The output is there already, and a first call has loaded code and started threads; what it has freed went back
    to the system. So what is left is scratch. The kernel counts in steps of some 256 KiB a thread.
    """

    cases = {  # kind, input, window
        "max 2 MiB k3s2p1": ("max_pool", (1, 2, 512, 512), dict(kernel_size=3, stride=2, padding=1)),
        "max 128 MiB k3s2p1": ("max_pool", (32, 4, 512, 512), dict(kernel_size=3, stride=2, padding=1)),
        "avg 64 MiB k31s1p15": ("avg_pool", (4096, 4096), dict(kernel_size=31, stride=1, padding=15)),
        "max 64 MiB k31s1p15": ("max_pool", (4096, 4096), dict(kernel_size=31, stride=1, padding=15)),
        "max 64 MiB k101s1p50": ("max_pool", (1, 1 << 24), dict(kernel_size=(101,), stride=1, padding=50)),
        "max 98 MiB k3s2p1 NHWC": ("max_pool", (32, 112, 112, 64), dict(kernel_size=3, stride=2, padding=1, axes=(1, 2))),
    }
    params = list(cases), [1, 2]
    param_names = "case", "threads"

    def track_beyond_output(self, name, threads):
        if not (PROCESS / "clear_refs").exists():
            raise SkipNotImplemented("no /proc/self/clear_refs")
        kind, shape, window = self.cases[name]
        pool, x = public(kind), np.ones(shape, np.float32)
        out = pool(x, **window, n_threads=threads)
        pool(x, **window, out=out, n_threads=threads)
        ctypes.CDLL(None).malloc_trim(0)
        (PROCESS / "clear_refs").write_text("5")
        before = resident("VmRSS")
        pool(x, **window, out=out, n_threads=threads)
        return resident("VmHWM") - before

    track_beyond_output.unit = "KiB"
