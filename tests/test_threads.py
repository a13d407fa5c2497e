"""Do threads, Python's and our own, change nothing but the time?"""

import asyncio
import concurrent.futures
import contextvars
import os
import threading

import cases
import cypool
import numpy as np
import pytest
from cypool import _threads
from test_builds import run


@pytest.fixture(autouse=True)
def no_setting_left_behind():
    yield
    cypool.set_num_threads(None)


def mixed_calls():
    """Functions of n_threads, each with its right result."""
    calls = []
    for dtype, shape, given in (
        ("float32", (8, 60, 70), {"kernel_size": 3, "stride": 2, "padding": 1}),
        ("float64", (1, 200, 150), {"kernel_size": 5, "stride": 1}),
        ("uint8", (40, 50, 6), {"kernel_size": 2, "axes": (0, 1)}),
        ("int64", (3, 9000), {"kernel_size": 13, "stride": 1, "axes": -1}),
    ):
        x = cases.make(dtype, shape, seed=3)
        for kind in cases.KINDS:
            pool = getattr(cypool, f"{kind}_pool")
            calls.append(lambda n, pool=pool, x=x, given=given: pool(x, n_threads=n, **given))
        calls.append(lambda n, x=x, given=given: cypool.max_pool(x, return_indices=True, n_threads=n, **given)[1])
    x = cases.make("float32", (8, 60, 70), seed=4)
    y, indices = cypool.max_pool(x, 2, return_indices="window")
    calls.append(lambda n: cypool.max_pool_backward(y, indices, x.shape, 2, n_threads=n))
    calls.append(lambda n: cypool.avg_pool_backward(y, x.shape, 2, n_threads=n))
    calls.append(lambda n: cypool.adaptive_avg_pool(x, 7, n_threads=n))
    calls.append(lambda n: cypool.max_unpool(y, indices, 2, n_threads=n))
    return [(call, call(1)) for call in calls]


def test_eight_python_threads_of_four_thousand_calls_each():
    """32,000 mixed calls of four threads each, every Python thread with a setting of its own."""
    calls = mixed_calls()
    wrong = []
    with cypool.threads(8):
        most = cypool.get_num_threads()

    def work(seed):
        rng = np.random.default_rng(seed)
        for turn in range(4000):
            call, want = calls[int(rng.integers(len(calls)))]
            with cypool.threads(seed + 1):
                result = call(4)
                own = cypool.get_num_threads() == min(seed + 1, most)
            if not own or not np.array_equal(result, want, equal_nan=want.dtype.kind == "f"):
                wrong.append((seed, turn))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert not wrong


def test_the_interpreter_runs_on_during_a_call():
    x = np.ones((3000, 3000), np.float32)
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(0)
            stop.wait(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    for _ in range(5):
        before = len(ticks)
        cypool.lp_pool(x, 2, p=2.5, n_threads=1)
        assert len(ticks) > before + 3
    stop.set()
    ticker.join()


# ---------------------------------------------------------------- settings


def test_precedence_of_settings():
    cypool.set_num_threads(3)
    assert cypool.get_num_threads() == 3
    with cypool.threads(2):
        assert cypool.get_num_threads() == 2
        with cypool.threads(1):
            assert cypool.get_num_threads() == 1
        assert cypool.get_num_threads() == 2
        cypool.set_num_threads(5)
        assert cypool.get_num_threads() == 2
    assert cypool.get_num_threads() == 5
    cypool.set_num_threads(None)
    assert cypool.get_num_threads() >= 1


def test_settings_of_one_thread_never_leak_into_another():
    def seen_by_another_thread():
        seen = []
        thread = threading.Thread(target=lambda: contextvars.Context().run(lambda: seen.append(cypool.get_num_threads())))
        thread.start()
        thread.join()
        return seen[0]

    here, there = cypool.get_num_threads(), seen_by_another_thread()
    with cypool.threads(7):
        assert cypool.get_num_threads() == 7
        assert seen_by_another_thread() == there
        assert contextvars.Context().run(cypool.get_num_threads) == here
    assert cypool.get_num_threads() == here


def test_a_setting_ends_with_an_exception():
    default = cypool.get_num_threads()
    with pytest.raises(RuntimeError), cypool.threads(6):
        raise RuntimeError
    assert cypool.get_num_threads() == default


def test_tasks_have_settings_of_their_own():
    async def task(n):
        with cypool.threads(n):
            await asyncio.sleep(0.001)
            return cypool.get_num_threads()

    async def both():
        return await asyncio.gather(*(task(n) for n in (1, 2, 3)))

    assert asyncio.run(both()) == [1, 2, 3]


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "2", True, [1], np.nan])
def test_numbers_of_threads_that_are_none(wrong):
    for call in (cypool.set_num_threads, lambda n: cypool.threads(n).__enter__(), lambda n: cypool.max_pool(np.ones((4, 4)), 2, n_threads=n)):
        with pytest.raises((TypeError, ValueError), match=r"\bn(_threads)? must be"):
            call(wrong)


@pytest.mark.parametrize("many", [100, 10_000, 2**31, 2**63, 10**30])
def test_more_threads_than_sensible_are_capped(many):
    x = np.ones((64, 64, 64), np.float32)
    before = threading.active_count()
    assert np.array_equal(cypool.max_pool(x, 2, n_threads=many), cypool.max_pool(x, 2, n_threads=1))
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("environment", "want"),
    [
        ({"CYPOOL_NUM_THREADS": "1"}, 1),
        ({"CYPOOL_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "1"}, 1),
        ({"OMP_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "3", "CYPOOL_NUM_THREADS": "2"}, 2),
    ],
)
def test_the_environment_is_honoured(environment, want):
    code = "import cypool; print(cypool.get_num_threads())"
    plain = dict.fromkeys(("CYPOOL_NUM_THREADS", "OMP_NUM_THREADS")) | environment
    openmp = cypool.show_config("dicts")["OpenMP"]["built in"]
    assert int(run(code, **plain)) == (want if openmp else 1)


@pytest.mark.parametrize("nonsense", ["0", "-3", "many", "1.5", "999999999999999999999"])
def test_nonsense_in_the_environment_is_named_or_ignored(nonsense):
    code = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import numpy as np, cypool\n"
        "try:\n    cypool.max_pool(np.ones((300, 300, 30)), 2); print('works')\n"
        "except ValueError as error:\n    print('CYPOOL_NUM_THREADS' in str(error) and 'named')"
    )
    assert run(code, CYPOOL_NUM_THREADS=nonsense).strip().splitlines()[-1] in ("works", "named")


def test_threadpoolctl_limits_us():
    pytest.importorskip("threadpoolctl")
    code = (
        "import cypool, threadpoolctl\n"
        "cypool.max_pool(__import__('numpy').ones((64, 64, 64)), 2)\n"
        "with threadpoolctl.threadpool_limits(1):\n    print(cypool.get_num_threads())"
    )
    assert int(run(code, OMP_NUM_THREADS="4")) == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this platform")
def test_affinity_is_respected():
    code = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); import cypool; print(cypool.get_num_threads())"
    assert int(run(code, CYPOOL_NUM_THREADS=None, OMP_NUM_THREADS=None)) == 1


@pytest.mark.parametrize(
    ("lines", "files", "want"),
    [
        ("0::/", {}, float("inf")),
        ("0::/a/b", {"a/cpu.max": "250000 100000", "a/b/cpu.max": "max 100000"}, 2.5),
        ("0::/a/b", {"cpu.max": "100000 100000", "a/b/cpu.max": "300000 100000"}, 1),
        ("3:cpu,cpuacct:/c\n2:memory:/m\n0::/", {"cpu/c/cpu.cfs_quota_us": "50000", "cpu/c/cpu.cfs_period_us": "100000", "cpu.max": "9 1"}, 0.5),
        ("3:cpu:/c", {"cpu/c/cpu.cfs_quota_us": "-1", "cpu/c/cpu.cfs_period_us": "100000"}, float("inf")),
        ("2:memory:/m", {"memory/m/cpu.max": "1 1", "m/cpu.max": "1 1"}, float("inf")),
        ("0::/a", {"a/cpu.max": "100000"}, float("inf")),
        (None, {"cpu.max": "1 1"}, float("inf")),
    ],
)
def test_control_groups_limit_us(tmp_path, lines, files, want):
    """Version 2 has one file `cpu.max`, version 1 two in a tree of its own; the strictest group above counts."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    if lines is not None:
        (tmp_path / "own").write_text(lines + "\n")
    assert _threads.cpu_quota(str(tmp_path / "own"), str(tmp_path)) == want


@pytest.mark.parametrize(("quota", "want"), [(0.3, 1), (1.0, 1), (1.2, 2), (3.0, 3), (99.0, 4), (float("inf"), 4)])
def test_quotas_are_rounded_up(monkeypatch, quota, want):
    monkeypatch.setattr(_threads, "cpu_quota", lambda: quota)
    monkeypatch.setattr(_threads._cpu, "affinity", lambda: 4)
    assert _threads.usable_cpus() == want


@pytest.mark.parametrize(
    ("openmp", "gnu", "want"),
    [
        (None, None, 0), ("64", None, 64 << 10), (" 3 M ", None, 3 << 20), ("5b", None, 5), ("2g", None, 2 << 30), ("+1K", "7", 1 << 10),
        ("nonsense", "7", 7 << 10), ("", "7m", 7 << 20), ("99999999999999999999", "7", 7 << 10), ("18014398509481984", "7", 7 << 10),
        ("-1b", None, 2**64 - 1),
    ],
)  # fmt: skip
def test_stack_sizes_are_read_as_openmp_reads_them(monkeypatch, openmp, gnu, want):
    for name, text in (("OMP_STACKSIZE", openmp), ("GOMP_STACKSIZE", gnu)):
        if text is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, text)
    assert _threads.stack_size() == want


def test_pools_of_python_threads():
    calls = mixed_calls()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for result, (_, want) in zip(pool.map(lambda pair: pair[0](2), calls * 10), calls * 10, strict=True):
            assert np.array_equal(result, want, equal_nan=want.dtype.kind == "f")
