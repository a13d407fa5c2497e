"""Does Ctrl-C end a long call soon, and is the next call well?"""

import sys

import pytest
from test_builds import run

CODE = """
import os, signal, sys, threading, time
import numpy as np, cypool
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
x = np.random.default_rng(0).standard_normal((24, 700, 700)).astype(np.float32)
long_calls = [  # many seconds on any machine, and small results
    lambda: cypool.lp_pool(np.broadcast_to(x, (400, *x.shape)), 61, 20, 30, p=2.5, n_threads={n_threads}),
    lambda: cypool.sum_pool(np.broadcast_to(np.float32(1), (2**17, 2**17)), 64, 32, n_threads={n_threads}),
    lambda: cypool.global_lp_pool(np.broadcast_to(np.float32(2), (2, 2**31)), p=2.5, axes=1, n_threads={n_threads}),
    lambda: cypool.global_max_pool(np.broadcast_to(np.float64(1), 2**35), axes=0, return_indices=True, n_threads={n_threads}),
]
small = np.arange(16.0).reshape(4, 4)
late = []
for turn in range({turns}):
    sent = []
    def send():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)
    timer = threading.Timer(0.2, send)
    timer.start()
    try:
        long_calls[turn % len(long_calls)]()
        timer.cancel()
        sys.exit("the call was too short" if not sent else "not interrupted")
    except KeyboardInterrupt:
        late.append(time.monotonic() - sent[0])
    timer.join()
    assert cypool.max_pool(small, 2, n_threads={n_threads}).tolist() == [[5, 7], [13, 15]]
print(max(late))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("n_threads", [1, 2, 4])
def test_ctrl_c_ends_a_long_call_within_half_a_second(n_threads):
    assert float(run(CODE.format(n_threads=n_threads, turns=8 if n_threads != 2 else 4), OMP_NUM_THREADS="4")) <= 0.5
