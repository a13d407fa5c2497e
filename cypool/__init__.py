"""Pooling for arrays: max, min, average, sum and Lp norm over sliding windows."""

from ._config import show_config
from ._threads import get_num_threads, set_num_threads, threads
from .pooling import avg_pool, lp_pool, max_pool, min_pool, output_shape, sum_pool

__version__ = "0.1.0"

__all__ = [
    "avg_pool", "get_num_threads", "lp_pool", "max_pool", "min_pool", "output_shape", "set_num_threads",
    "show_config", "sum_pool", "threads",
]
