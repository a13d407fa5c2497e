"""Do forks, process pools, neighbours with OpenMP and the end of the interpreter leave us alone?"""

import os
import subprocess
import sys

import pytest
from test_builds import run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a Unix")

WORK = """
import numpy as np, cypool
x = np.arange(64 * 128 * 128, dtype=np.float32).reshape(64, 128, 128)
def work(n_threads=None):
    results = cypool.avg_pool(x, 3, 1, 1, n_threads=n_threads), cypool.max_pool(x, 2, n_threads=n_threads)
    return sum(float(result.sum(dtype=np.float64)) for result in results)
"""


def test_fifty_forks_after_a_parallel_call():
    code = WORK + """
import os, sys, time, warnings
warnings.simplefilter("ignore")
want = work(4)
for turn in range(50):
    child = os.fork()
    if not child:
        os._exit(0 if work(4 if turn % 2 else None) == want else 1)
    end = time.monotonic() + 10
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > end:
            os.kill(child, 9)
            sys.exit(f"fork {turn} hangs")
        time.sleep(0.002)
    if status:
        sys.exit(f"fork {turn} ends with {status}")
    assert work(4) == want
print("well")
"""
    assert run(code, OMP_NUM_THREADS="4").strip() == "well"


def test_a_fork_before_any_parallel_call_keeps_its_threads():
    code = WORK + """
import os
want = work(1)
before = cypool.get_num_threads()
child = os.fork()
if not child:
    os._exit(0 if cypool.get_num_threads() == before and work(4) == want else 1)
assert os.waitpid(child, 0)[1] == 0
work(4)
child = os.fork()
if not child:
    os._exit(0 if cypool.get_num_threads() == 1 else 1)
assert os.waitpid(child, 0)[1] == 0
print("well")
"""
    assert run(code, CYPOOL_NUM_THREADS="4").strip() == "well"


@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_process_pools(method, tmp_path):
    (tmp_path / "pooled.py").write_text(
        WORK
        + f"""
import concurrent.futures, multiprocessing, warnings
if __name__ == "__main__":
    warnings.simplefilter("ignore")
    want = work(4)
    context = multiprocessing.get_context({method!r})
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(work, [None, 4, 2, 1] * 3, timeout=100)) == [want] * 12
    with context.Pool(2) as pool:
        assert pool.map_async(work, [4, None] * 3).get(100) == [want] * 6
    print("well")
"""
    )
    assert run(tmp_path / "pooled.py", OMP_NUM_THREADS="4").strip().endswith("well")


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_ten_children_after_a_parallel_call(method, tmp_path):
    (tmp_path / "children.py").write_text(
        WORK
        + f"""
import multiprocessing, sys
def child(want):
    sys.exit(0 if work(4) == work(None) == want else 1)
if __name__ == "__main__":
    want = work(4)
    context = multiprocessing.get_context({method!r})
    for _ in range(5):
        pair = [context.Process(target=child, args=(want,)) for _ in range(2)]
        for process in pair:
            process.start()
        for process in pair:
            process.join(60)
            assert process.exitcode == 0, process.exitcode
        assert work(4) == want
    print("well")
"""
    )
    assert run(tmp_path / "children.py", OMP_NUM_THREADS="4").strip().endswith("well")


def test_a_fork_from_another_thread_while_a_call_runs():
    code = WORK + """
import os, sys, threading, time, warnings
warnings.simplefilter("ignore")
want = work(3)
stop = threading.Event()
def busy():
    while not stop.is_set():
        work(3)
thread = threading.Thread(target=busy)
thread.start()
for turn in range(10):
    child = os.fork()
    if not child:
        os._exit(0 if work(3) == want else 1)
    end = time.monotonic() + 20
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(child, 9); stop.set(); sys.exit("hangs")
        time.sleep(0.005)
    assert done[1] == 0, done
stop.set()
thread.join()
print("well")
"""
    assert run(code, OMP_NUM_THREADS="3").strip() == "well"


@pytest.mark.parametrize("n_threads", ["None", "2", "4", "8", "1"])
def test_threads_that_cannot_start(n_threads):
    """A stack of 8 GiB in 2 GiB of addresses, in 20 processes: libgomp itself would end them."""
    code = f"""
import resource, warnings
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
warnings.simplefilter("ignore")
{WORK}
for _ in range(5):
    assert work({n_threads}) == work(1)
print("well")
"""
    for stack in ("8G", "3G", "8388608", "1000000000000"):
        assert run(code, OMP_STACKSIZE=stack, OMP_NUM_THREADS="8").strip() == "well"


@pytest.mark.parametrize(
    "environment",
    [{"OMP_STACKSIZE": "16K"}, {"OMP_STACKSIZE": "-1"}, {"OMP_THREAD_LIMIT": "2"}, {"OMP_DYNAMIC": "true", "OMP_WAIT_POLICY": "active"}],
    ids=str,
)
def test_threads_with_little_stack_and_fewer_than_asked_for(environment):
    """The smallest stack that the system gives, and a runtime that starts fewer threads than a call was promised."""
    code = WORK + """
y, at = cypool.max_pool(x, 2, return_indices="window", n_threads=4)
for kind in ("max", "min", "avg", "sum", "lp"):
    for given in (x, x.astype(np.float16), x[:, ::-1, ::2]):
        pools = getattr(cypool, kind + "_pool"), getattr(cypool, "global_" + kind + "_pool")
        assert np.array_equal(pools[0](given, 3, 1, 1, n_threads=4), pools[0](given, 3, 1, 1, n_threads=1))
        assert np.array_equal(pools[1](given, n_threads=4), pools[1](given, n_threads=1))
for n in (1, 4):
    cypool.max_unpool(y, at, 2, n_threads=n)
    cypool.max_pool_backward(y, at, x.shape, 2, n_threads=n)
    cypool.lp_pool_backward(y, x, y, 2, p=2.5, n_threads=n)
print("well")
"""
    assert run(code, OMP_NUM_THREADS="4", **environment).strip() == "well"


@pytest.mark.parametrize("first", ["cypool", "neighbour"])
@pytest.mark.parametrize("neighbour", ["torch", "sklearn", "numpy", "scipy"])
def test_import_orders(neighbour, first):
    pytest.importorskip(neighbour)
    compute = {
        "torch": "import torch; torch.ones(300, 300) @ torch.ones(300, 300)",
        "sklearn": "import sklearn.cluster, numpy; sklearn.cluster.KMeans(3, n_init=1).fit(numpy.random.rand(2000, 4))",
        "numpy": "import numpy; numpy.ones((500, 500)) @ numpy.ones((500, 500))",
        "scipy": "import scipy.linalg, numpy; scipy.linalg.svd(numpy.random.rand(100, 100))",
    }[neighbour]
    ours = WORK + "\nassert work(2) == work(1)\n"
    turns = [ours, compute] * 2 if first == "cypool" else [compute, ours] * 2
    assert run("\n".join(["import warnings; warnings.simplefilter('ignore')", *turns, "print('well')"])).strip().endswith("well")


def test_fifty_ends_of_the_interpreter():
    """In daemon threads and in atexit functions, while the interpreter ends."""
    code = WORK + """
import atexit, threading
atexit.register(lambda: work(2))
def forever():
    while True:
        work(2)
for _ in range(2):
    threading.Thread(target=forever, daemon=True).start()
work(2)
"""
    waiting = [subprocess.Popen([sys.executable, "-P", "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for turn in range(50):
        process = waiting.pop(0)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, f"exit {turn}: {process.returncode}\n{said[-2000:]}"
        if turn < 48:
            waiting.append(subprocess.Popen([sys.executable, "-P", "-c", code], stderr=subprocess.PIPE, text=True))


def test_calls_from_a_signal_handler():
    code = WORK + """
import signal
want, seen = work(2), []
signal.signal(signal.SIGALRM, lambda *_: seen.append(work(2)))
for _ in range(30):
    signal.setitimer(signal.ITIMER_REAL, 0.003)
    assert work(2) == want
    signal.pause() if not seen else None
signal.setitimer(signal.ITIMER_REAL, 0)
assert seen and all(one == want for one in seen)
print("well")
"""
    assert run(code).strip() == "well"


def test_subinterpreters_work_or_refuse():
    code = """
try:
    import _xxsubinterpreters as interpreters
except ImportError:
    try:
        import _interpreters as interpreters
    except ImportError:
        print("well"); raise SystemExit
one = interpreters.create()
try:
    interpreters.run_string(one, "import cypool")
except Exception as error:
    pass
print("well")
"""
    assert run(code).strip() == "well"
