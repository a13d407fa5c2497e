"""What the questions share: names that may be missing, data, and a plain copy as the yardstick."""

import hashlib
import inspect
import time
from abc import ABC, abstractmethod

import cypool
import numpy as np
from asv_runner.benchmarks.mark import SkipNotImplemented

# asv knows a parameter by its position, on every commit: these stay in front, later kinds follow.
KINDS = list(dict.fromkeys(
    ["max_pool", "min_pool", "avg_pool", "sum_pool", "lp_pool"]
    + [name for name in cypool.__all__
       if name.endswith("_pool") and not name.startswith(("adaptive_", "global_"))]
))
WINDOWS = {
    "k2s2": dict(kernel_size=2),
    "k3s2p1": dict(kernel_size=3, stride=2, padding=1),
    "k3s1p1": dict(kernel_size=3, stride=1, padding=1),
}
TURNS = 15
TURN = 2e-3  # seconds, longer where one call takes longer


def public(name):
    """The function of that name; a commit that has none yet skips the case."""
    try:
        return getattr(cypool, name)
    except AttributeError:
        raise SkipNotImplemented(f"cypool has no {name}") from None


def real_dtype(name):
    """The dtype of that name, with bfloat16 from ml_dtypes."""
    if name == "bfloat16":
        import ml_dtypes
        return np.dtype(ml_dtypes.bfloat16)
    return np.dtype(name)


def data(*shape, dtype="float32"):
    """The same values each time: normal for floats, 0 to 99 for integers, both for bool."""
    rng, dtype = np.random.default_rng(0), real_dtype(dtype)
    if dtype.kind in "iu":
        return rng.integers(0, 100, shape, dtype=np.uint8).astype(dtype)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape, dtype=np.uint8).astype(bool)
    return rng.standard_normal(shape, dtype=np.float32).astype(dtype, copy=False)


def ratio(call, other):
    """Time of `call` over that of `other`: alternating turns, so that a drift of the machine hits both."""
    calls = call, other
    once = [duration(f, 1) for f in calls]
    repeats = [max(1, round(TURN / seconds)) for seconds in once]
    turns = TURNS if max(once) < 10 * TURN else TURNS // 3
    times = [[duration(f, n) for f, n in zip(calls, repeats, strict=True)] for _ in range(turns)]
    quick, other_quick = np.quantile(times, 0.25, axis=0)
    return quick / other_quick


def duration(call, repeats):
    """Seconds a call, after one that warms up."""
    call()
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def copy_of(moved):
    """A plain copy that moves that many bytes: half of them read, half written."""
    source = np.ones(moved // 2, np.uint8)
    target = source.copy()
    return lambda: np.copyto(target, source)


class Timed(ABC):
    """Times `case(*params)[0]`, a call without arguments; what follows it are the arrays that it reads."""

    call = None
    repeat = 5, 25, 0.5

    def __init_subclass__(cls):
        # What a class measures stands in its body: other results belong to another version of it.
        cls.version = hashlib.sha256(inspect.getsource(cls).encode()).hexdigest()

    @abstractmethod
    def case(self, *params): ...

    def time_call(self, *params):
        # Not in `setup`: asv runs that before each call and then times calls one by one, too coarse for microseconds.
        if self.call is None:
            self.call, *_ = self.case(*params)
        self.call()


class Question(Timed):
    """Times the call, and tracks it as a multiple of a copy of the bytes that it has to read and to write."""

    @abstractmethod
    def case(self, *params): ...

    def track_copies(self, *params):
        call, *read = self.case(*params)
        written = call()
        written = written if isinstance(written, tuple) else (written,)
        return ratio(call, copy_of(sum(a.nbytes for a in (*read, *written))))

    track_copies.unit = "copies"
