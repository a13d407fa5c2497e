"""Are results the same bits in every CPU build and at every number of threads?"""

import os
import subprocess
import sys
from pathlib import Path

import cypool
import hash_cases
import pytest
from cypool import _build

SCRIPT = Path(hash_cases.__file__)


def run(code_or_script, *arguments, **environment):
    """A fresh interpreter's output; its standard error in the message when it fails. A variable that is None is unset."""
    environment = {name: value for name, value in (os.environ | environment).items() if value is not None}
    command = [sys.executable, *([str(code_or_script)] if isinstance(code_or_script, Path) else ["-P", "-c", code_or_script]), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stderr[-3000:]}"
    return done.stdout


def builds():
    """Names of the builds that this machine can run, best first."""
    return cypool.show_config("dicts")["CPU builds"]["can run"]


@pytest.fixture(scope="module")
def truth():
    """Number of the case -> hash, one thread, the plainest build."""
    lines = run(SCRIPT, 1, CYPOOL_BUILD=builds()[-1]).splitlines()[1:]
    return {number: said for number, _, said in map(str.split, lines)}


def test_the_list_is_long_enough(truth):
    assert len(truth) >= 400
    assert sum(said != "ValueError" for said in truth.values()) >= 350


@pytest.mark.parametrize("build", builds())
def test_every_build_and_number_of_threads_gives_the_same_bits(build, truth):
    threads = (1, 2, 3, 7) if build != builds()[0] else (1, 2, 3, 4, 5, 6, 7, 8, 16)
    lines = run(SCRIPT, *threads, CYPOOL_BUILD=build).splitlines()
    names = None
    for line in lines[1:]:
        number, n, said = line.split()
        if said != truth[number]:
            names = names or [name for name, _ in hash_cases.calls()]
            pytest.fail(f"build {build}, {n} threads, case {number}:\n{names[int(number)]}")
    assert len(lines) - 1 == len(threads) * len(truth)


EVERY_HALF = """
import numpy as np
import cypool

x = np.arange(2**16, dtype=np.uint16).view(np.float16)
nan = np.isnan(x)
for kind in ("max", "min", "avg", "sum"):
    y = getattr(cypool, f"{kind}_pool")(x, 1, axes=-1)
    assert np.isnan(y[nan]).all()
    assert set(y[nan].view(np.uint16)) <= {0x7E00, 0xFE00}, kind
    assert y[~nan].tobytes() == x[~nan].tobytes(), kind
finite = x[np.isfinite(x)]
for apart in (1, 2, 7, 1000, 30000):
    pairs = np.stack([finite, np.roll(finite, apart)], 1)
    with np.errstate(over="ignore"):
        sums = pairs.astype(np.float64).sum(1).astype(np.float16)
    means = (pairs.astype(np.float64).sum(1) / 2).astype(np.float16)
    assert np.array_equal(cypool.sum_pool(pairs, 2, axes=1)[:, 0].view(np.uint16), sums.view(np.uint16))
    assert np.array_equal(cypool.avg_pool(pairs, 2, axes=1)[:, 0].view(np.uint16), means.view(np.uint16))
"""


@pytest.mark.parametrize("build", builds())
def test_every_half_is_read_and_rounded_right(build):
    run(EVERY_HALF, CYPOOL_BUILD=build)


@pytest.mark.parametrize("build", builds())
def test_the_build_asked_for_is_the_one_in_use(build):
    code = "import cypool; print(cypool.show_config('dicts')['CPU builds']['in use'])"
    assert run(code, CYPOOL_BUILD=build).strip() == build


def test_a_build_that_does_not_exist_is_named():
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import cypool"], env=os.environ | {"CYPOOL_BUILD": "v9"}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "v9" in done.stderr
    assert "CYPOOL_BUILD" in done.stderr


def test_a_build_that_this_cpu_cannot_run_is_named(monkeypatch):
    monkeypatch.setattr(_build, "BUILDS", (("v4", "_kernels_v4", False), ("v3", "_no_such_module", True), ("baseline", "_kernels", True)))
    assert _build.choose(None) == ("baseline", "cypool._kernels")
    for wanted in ("v4", "v3"):
        with pytest.raises(ImportError, match=f"CYPOOL_BUILD={wanted}.* only baseline"):
            _build.choose(wanted)


def test_a_folder_without_compiled_modules_says_so():
    code = "import sys; sys.modules['cypool._cpu'] = None\ntry:\n    import cypool\nexcept ImportError as error:\n    print(error)"
    assert "no compiled modules in" in run(code)


def test_the_baseline_runs_everywhere():
    assert "baseline" in builds()


def test_import_pulls_in_nothing_but_numpy():
    code = "import sys, numpy; before = set(sys.modules); import cypool; print(*{name.split('.')[0] for name in set(sys.modules) - before})"
    extra = {name for name in run(code).split() if "cython" not in name} - {"cypool", "numpy"}
    assert extra <= set(sys.stdlib_module_names)


def test_show_config_prints_what_it_returns(capsys):
    facts = cypool.show_config("dicts")
    assert cypool.show_config() is None
    printed = capsys.readouterr().out
    for topic in facts:
        assert topic in printed
    with pytest.raises(ValueError, match="mode"):
        cypool.show_config("json")
