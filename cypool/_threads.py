"""How many threads a call may use, and why: `resolve` decides, the rest gathers what it needs."""

import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from operator import index

from . import _cpu
from ._geometry import spelled


def checked(n: object, name: str = "n_threads") -> int:
    """Return `n` as an int >= 1."""
    try:
        number = index(n)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(n, bool):
        raise TypeError(f"{name} must be an int, got {spelled(n)}")
    if number < 1:
        raise ValueError(f"{name} must be >= 1, got {spelled(number)}")
    return number


def asked(n_threads: object) -> int | None:
    """Return the number of threads that a call asks for."""
    return n_threads if n_threads is None or type(n_threads) is int and n_threads > 0 else checked(n_threads)


def from_environment() -> int | None:
    """Return CYPOOL_NUM_THREADS; one that makes no sense is ignored with a warning."""
    text = os.environ.get("CYPOOL_NUM_THREADS", "").strip()
    try:
        return checked(int(text), "CYPOOL_NUM_THREADS") if text else None
    except ValueError:
        warnings.warn(f"CYPOOL_NUM_THREADS must be an int >= 1, got {text!r}: ignored", RuntimeWarning, stacklevel=2)
        return None


def stack_size() -> int:
    """Return the bytes that OpenMP gives each thread as its stack, 0 for the system's default."""
    for name in ("OMP_STACKSIZE", "GOMP_STACKSIZE"):
        if match := re.fullmatch(r"\s*([+-]?\d{1,20})\s*([bkmg]?)\s*", os.environ.get(name, ""), re.IGNORECASE):
            size = int(match[1]) % 2**64 << 10 * "bkmg".index(match[2].lower() or "k")  # C's strtoul lets -1 wrap
            if size < 2**64:
                return size
    return 0


def group_quota(group: str) -> float:
    """Return how many CPUs' time the control group with the folder `group` may use."""

    def read(name: str) -> list[str]:
        try:
            with open(os.path.join(group, name)) as file:
                return file.read().split()
        except OSError:
            return []

    match read("cpu.max") or read("cpu.cfs_quota_us") + read("cpu.cfs_period_us"):
        case [quota, period] if quota not in ("max", "-1"):
            return int(quota) / int(period)
    return float("inf")


@cache
def cpu_quota(own: str = "/proc/self/cgroup", root: str = "/sys/fs/cgroup") -> float:
    """Return how many CPUs' time this process may use by its control groups (version 1 and 2) and all above them."""
    least = float("inf")
    try:
        with open(own) as file:
            lines = file.read().splitlines()
    except OSError:
        return least
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        top = os.path.join(root, "cpu") if controllers else root
        parts = [part for part in path.split("/") if part]
        for depth in range(len(parts) + 1):
            least = min(least, group_quota(os.path.join(top, *parts[:depth])))
    return least


def usable_cpus() -> int:
    """Return how many CPUs this process may use: its affinity, and its quota rounded up."""
    cpus = _cpu.affinity() or os.cpu_count() or 1
    quota = cpu_quota()
    return cpus if quota >= cpus else max(1, -int(-quota // 1))


# More threads than this never help; tests and debugging want a few more than there are CPUs.
_MOST = max(16, min(4 * (os.cpu_count() or 1), 256)) if _cpu.OPENMP else 1
_ENVIRONMENT = from_environment()
_STACK_SIZE = stack_size()
_OPENMP_CPUS = _cpu.omp_cpus()
_OPENMP_TOLD = "OMP_NUM_THREADS" in os.environ

_most = _MOST
_why_most = "the most that help on this machine" if _cpu.OPENMP else "built without OpenMP"
_setting: int | None = None
_scoped: ContextVar[int | None] = ContextVar("cypool_threads", default=None)


def opinion() -> tuple[int, str]:
    """Return the threads of a call that does not say itself, and who says so; the first who speaks is heard."""
    if n := _scoped.get():
        return n, "with threads(n)"
    if _setting:
        return _setting, "set_num_threads"
    if _ENVIRONMENT:
        return _ENVIRONMENT, "CYPOOL_NUM_THREADS"
    n = _cpu.omp_threads()
    if _OPENMP_TOLD or n != _OPENMP_CPUS:
        return n, "OpenMP: OMP_NUM_THREADS, threadpoolctl or a parallel region around the call"
    return usable_cpus(), "the CPUs that this process may use"


def limited() -> tuple[int, str]:
    """Return the threads of a call that does not say itself, and why, limits included."""
    n, why = opinion()
    return (n, why) if n <= _most else (_most, _why_most)


def resolve(n_threads: int | None = None, useful: int = _MOST) -> int:
    """Return the threads for one call, whose work can keep `useful` of them busy.

    The answer holds for the parallel region that follows: its threads have been seen to start.
    """
    n_threads = asked(n_threads)
    if useful < 2:
        return 1
    n = n_threads or opinion()[0]
    if n > useful:
        n = useful
    if n > _most:
        n = _most
    if n == 1:
        return 1
    started = _cpu.start(n, _STACK_SIZE)
    if started < n:
        lower_most(started, f"only {started} of {n} threads could be started")
        warnings.warn(f"{_why_most}; OpenMP's stack size and the limits of this process decide", RuntimeWarning, stacklevel=4)
    return started


def lower_most(n: int, why: str) -> None:
    """From now on use at most `n` threads."""
    global _most, _why_most
    _most, _why_most = n, why


def after_fork() -> None:
    """Keep a child to one thread if its parent used more: OpenMP's own do not survive the fork, and it would wait for them."""
    if _cpu.openmp_used():
        lower_most(1, "forked from a process that had used OpenMP")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=after_fork)


def set_num_threads(n: int | None) -> None:
    """Set the number of threads for this process.

    Parameters
    ----------
    n : int or None
        At least 1. ``None`` takes the setting back. ``n_threads=`` of a call and `threads` around it are stronger;
        ``CYPOOL_NUM_THREADS``, OpenMP's own settings and the CPUs that the process may use are weaker.

    Raises
    ------
    TypeError, ValueError
        If `n` is not an int, or less than 1.

    See Also
    --------
    get_num_threads, threads

    Examples
    --------
    >>> import cypool
    >>> cypool.set_num_threads(1)
    >>> cypool.get_num_threads()
    1
    >>> cypool.set_num_threads(None)
    """
    global _setting
    _setting = None if n is None else checked(n, "n")


def get_num_threads() -> int:
    """Return how many threads a large call would use here and now.

    Returns
    -------
    int
        At least 1; 1 in a build without OpenMP, and in a child forked from a process that had used OpenMP.

    See Also
    --------
    set_num_threads, threads
    show_config : Says why as well.

    Examples
    --------
    >>> import cypool
    >>> with cypool.threads(1):
    ...     cypool.get_num_threads()
    1
    """
    return limited()[0]


@contextmanager
def threads(n: int) -> Iterator[None]:
    """Use `n` threads inside a ``with`` block.

    Parameters
    ----------
    n : int
        At least 1. Holds for the calling Python thread and, in asynchronous code, for its task only.
        ``n_threads=`` of a call is stronger.

    Raises
    ------
    TypeError, ValueError
        If `n` is not an int, or less than 1.

    See Also
    --------
    set_num_threads, get_num_threads

    Examples
    --------
    >>> import numpy as np
    >>> import cypool
    >>> with cypool.threads(1):
    ...     cypool.max_pool(np.arange(16).reshape(4, 4), 2)
    array([[ 5,  7],
           [13, 15]])
    """
    token = _scoped.set(checked(n, "n"))
    try:
        yield
    finally:
        _scoped.reset(token)
