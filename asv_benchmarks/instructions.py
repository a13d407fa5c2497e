"""
Count the instructions that each kernel executes per output element, and compare with a committed table.

    python asv_benchmarks/instructions.py [--only REGEX] [--renew]

An exact gate that needs no clock: callgrind counts what the installed cypool executes in its x86-64-v3 build
(valgrind knows no AVX-512), on one thread. Each case runs with some planes and with three times as many; the
difference, over the elements that the second run makes more, is free of what a call costs. More than 10 % above
`instructions.json` fails; `--renew` writes the table anew, for a commit that says why. Another compiler may
count otherwise: the table names the one that made it.
"""

import argparse
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TABLE = Path(__file__).with_suffix(".json")
ALLOWED = 0.1
PLANES = 4, 12
REPEATS = 3  # the least counts: what Python does beside the kernel varies a little


class Missing(LookupError):
    """This cypool has no such function yet."""


def cases():
    """Name -> (shape of one plane, function of an array that makes the call)."""
    import cypool
    import numpy as np

    k2s2 = dict(kernel_size=2)
    k3s2p1 = dict(kernel_size=3, stride=2, padding=1)
    k3s1p1 = dict(kernel_size=3, stride=1, padding=1)
    wide, narrow, image = (112, 112), (28, 28), (256, 256)
    kinds = [name for name in cypool.__all__ if name.endswith("_pool") and not name.startswith(("adaptive_", "global_"))]

    def public(name):
        if name not in cypool.__all__:
            raise Missing(name)
        return getattr(cypool, name)

    def forward(name, *args, given="float32", **more):
        def make(x):
            pool, x = public(name), x.astype(given)
            return lambda: pool(x, *args, **more, n_threads=1)

        return make

    def with_zeros(make):
        return lambda x: make((x > 10) * x - (x > 10) * 50)  # a tenth of the cells, among others of both signs

    def with_a_nan(make):
        return lambda x: make(np.where(np.arange(x.size).reshape(x.shape) == 0, np.nan, x))

    def backward(name, **window):
        def make(x):
            pool, back = public(name), public(name + "_backward")
            if name in ("max_pool", "min_pool"):
                read = *pool(x, **window, return_indices="window", n_threads=1), x.shape
            elif name == "lp_pool":
                y = pool(x, **window, n_threads=1)
                read = y, x, y
            else:
                read = pool(x, **window, n_threads=1), x.shape
            return lambda: back(*read, **window, n_threads=1)

        return make

    def unpool(**window):
        def make(x):
            unpooled = public("max_unpool")
            read = public("max_pool")(x, **window, return_indices="window", n_threads=1)
            return lambda: unpooled(*read, **window, output_shape=x.shape, n_threads=1)

        return make

    return {
        **{f"{kind} k2s2": (wide, forward(kind, **k2s2)) for kind in kinds},
        "max_pool k2s2 113x113, same": ((113, 113), forward("max_pool", **k2s2, padding="same")),
        "max_pool k3s2p1": (wide, forward("max_pool", **k3s2p1)),
        "avg_pool k3s2p1": (wide, forward("avg_pool", **k3s2p1)),
        "max_pool k3s1p1 28x28": (narrow, forward("max_pool", **k3s1p1)),
        "avg_pool k3s1p1 28x28": (narrow, forward("avg_pool", **k3s1p1)),
        "max_pool k3s1p1d2 56x56": ((56, 56), forward("max_pool", **k3s1p1, dilation=2)),
        "max_pool k5s1p2 20x20": ((20, 20), forward("max_pool", kernel_size=5, stride=1, padding=2)),
        "max_pool k3s1p1 56x56 uint8": ((8, 56, 56), forward("max_pool", given="uint8", **k3s1p1)),
        "min_pool k3s1 28x28 float16": ((8, *narrow), forward("min_pool", given="float16", kernel_size=3, stride=1)),
        "max_pool k5s1p2 NHWC C=8": ((*narrow, 8), forward("max_pool", kernel_size=5, stride=1, padding=2, axes=(1, 2))),
        "max_pool k13s1p6 20x20": ((20, 20), forward("max_pool", kernel_size=13, stride=1, padding=6)),
        "avg_pool k7s1p3 7x7": ((7, 7), forward("avg_pool", kernel_size=7, stride=1, padding=3)),
        "max_pool k31s1p15": (image, forward("max_pool", kernel_size=31, stride=1, padding=15)),
        "avg_pool k31s1p15": (image, forward("avg_pool", kernel_size=31, stride=1, padding=15)),
        "avg_pool k8s7": (image, forward("avg_pool", kernel_size=8, stride=7)),
        "max_pool k9s4": (image, forward("max_pool", kernel_size=9, stride=4)),
        "max_pool k15s7 57x57 uint8": ((57, 57), forward("max_pool", given="uint8", kernel_size=15, stride=7)),
        "avg_pool k8s8": (image, forward("avg_pool", kernel_size=8)),
        **{f"max_pool k2s2 {t}": (image, forward("max_pool", given=t, **k2s2))
           for t in ("uint8", "int16", "int64", "float16", "float64")},
        "min_pool k2s2 float16": (image, forward("min_pool", given="float16", **k2s2)),
        **{f"avg_pool k2s2 {t}": (image, forward("avg_pool", given=t, **k2s2, dtype=t)) for t in ("uint8", "int16", "float16", "float64")},
        **{f"avg_pool k3s1p1 {t}": (image, forward("avg_pool", given=t, **k3s1p1, dtype=t)) for t in ("uint8", "int16", "int32", "int64")},
        "max_pool k2s2 NHWC C=64": ((28, 28, 64), forward("max_pool", **k2s2, axes=(1, 2))),
        "max_pool k3s2p1 NHWC C=64": ((28, 28, 64), forward("max_pool", **k3s2p1, axes=(1, 2))),
        "max_pool k2s2 NHWC C=3": ((*wide, 3), forward("max_pool", **k2s2, axes=(1, 2))),
        "avg_pool k3s1p1 NHWC C=192": ((14, 14, 192), forward("avg_pool", **k3s1p1, axes=(1, 2))),
        "avg_pool k3s2p1 NHWC C=5": ((*narrow, 5), forward("avg_pool", **k3s2p1, axes=(1, 2))),
        "max_pool k3s2 27x27": ((27, 27), forward("max_pool", kernel_size=3, stride=2)),
        "min_pool k7s3 31x31": ((31, 31), forward("min_pool", kernel_size=7, stride=3)),
        "min_pool k7s3 31x31, one NaN": ((31, 31), with_a_nan(forward("min_pool", kernel_size=7, stride=3))),
        "min_pool k3s2 9x9, window indices": ((64, 9, 9), forward("min_pool", kernel_size=3, stride=2, return_indices="window")),
        "max_pool 1-D k3s2p1": ((16384,), forward("max_pool", kernel_size=3, stride=2, padding=1, axes=-1)),
        "max_pool 1-D k3s2": ((4096,), forward("max_pool", kernel_size=3, stride=2, axes=-1)),
        "max_pool 1-D k101s1p50": ((8192,), forward("max_pool", kernel_size=101, stride=1, padding=50, axes=-1)),
        "avg_pool 1-D k101s1p50": ((8192,), forward("avg_pool", kernel_size=101, stride=1, padding=50, axes=-1)),
        "max_pool 3-D k2s2": ((32, 32, 32), forward("max_pool", kernel_size=(2, 2, 2))),
        "max_pool 3-D k3s1p1": ((16, 28, 28), forward("max_pool", kernel_size=(3, 3, 3), stride=1, padding=1)),
        "avg_pool 3-D k2s2": ((32, 32, 32), forward("avg_pool", kernel_size=(2, 2, 2))),
        "max_pool 3-D k3s2p1 16 of 9x9x9": ((16, 9, 9, 9), forward("max_pool", kernel_size=(3, 3, 3), stride=2, padding=1)),
        "max_pool 3-D k2s2 16 of 8x8x8": ((16, 8, 8, 8), forward("max_pool", kernel_size=(2, 2, 2))),
        "avg_pool k3s1p1 13x13, without padding": ((64, 13, 13), forward("avg_pool", **k3s1p1, count_include_pad=False)),
        "avg_pool k3s1p1 56x56, without padding": ((4, 56, 56), forward("avg_pool", **k3s1p1, count_include_pad=False)),
        "avg_pool k3s1p1 7x7 float16": ((64, 7, 7), forward("avg_pool", given="float16", **k3s1p1)),
        "avg_pool 1-D k3s2 64 of 15 float16": ((64, 15), forward("avg_pool", given="float16", kernel_size=3, stride=2, axes=-1)),
        "max_pool k3s2p1 64 of 5x5 uint8, window indices": (
            (64, 5, 5), forward("max_pool", given="uint8", **k3s2p1, return_indices="window")),
        "max_pool 49 uint8 side by side": ((64, 490), forward("max_pool", given="uint8", kernel_size=49, axes=-1)),
        "max_pool k2s2, window indices": (wide, forward("max_pool", **k2s2, return_indices="window")),
        "max_pool k3s2p1, window indices": (wide, forward("max_pool", **k3s2p1, return_indices="window")),
        "max_pool k3s1p1 28x28, window indices": (narrow, forward("max_pool", **k3s1p1, return_indices="window")),
        "max_pool k3s2p1, plane indices": (wide, forward("max_pool", **k3s2p1, return_indices=True)),
        **{f"{kind}_backward k2s2": (wide, backward(kind, **k2s2)) for kind in kinds},
        "max_pool_backward k3s2p1": (wide, backward("max_pool", **k3s2p1)),
        "max_pool_backward k3s1p1 28x28": (narrow, backward("max_pool", **k3s1p1)),
        "avg_pool_backward k3s1p1 28x28": (narrow, backward("avg_pool", **k3s1p1)),
        "max_pool_backward k3s2 13x13": ((64, 13, 13), backward("max_pool", kernel_size=3, stride=2)),
        "max_pool_backward k9s1p4 13x13": ((64, 13, 13), backward("max_pool", kernel_size=9, stride=1, padding=4)),
        "max_pool_backward k7s7 56x56": ((16, 56, 56), backward("max_pool", kernel_size=7)),
        "avg_pool_backward k2s2 8x8": ((64, 8, 8), backward("avg_pool", **k2s2)),
        "avg_pool_backward k3s1p1 13x13, without padding": ((64, 13, 13), backward("avg_pool", **k3s1p1, count_include_pad=False)),
        "max_unpool k2s2": (wide, unpool(**k2s2)),
        "avg_pool_backward k7s7 7x7": ((512, 7, 7), backward("avg_pool", kernel_size=7)),
        "avg_pool_backward k28s28 56x56": ((8, 56, 56), backward("avg_pool", kernel_size=28)),
        "global_avg_pool 7x7": ((512, 7, 7), forward("global_avg_pool")),
        "global_max_pool 7x7": ((512, 7, 7), forward("global_max_pool")),
        "global_min_pool 7x7, some zeros": ((512, 7, 7), with_zeros(forward("global_min_pool"))),
        "global_avg_pool 112x112": (wide, forward("global_avg_pool")),
        "global_max_pool 112x112": (wide, forward("global_max_pool")),
        "global_avg_pool 112x112 float16": (wide, forward("global_avg_pool", given="float16")),
        "global_max_pool 33x32 uint8": ((16, 33, 32), forward("global_max_pool", given="uint8")),
        "adaptive_avg_pool 14x14 to 7x7": ((16, 14, 14), forward("adaptive_avg_pool", (7, 7))),
        "adaptive_avg_pool 27x27 to 14x14": ((27, 27), forward("adaptive_avg_pool", (14, 14))),
        "adaptive_max_pool 29x29 to 14x14": ((29, 29), forward("adaptive_max_pool", (14, 14))),
        "adaptive_max_pool 50x50 to 7x7": ((16, 50, 50), forward("adaptive_max_pool", (7, 7))),
    }


def run(pattern):
    """Under callgrind: run each case's two calls between calls of `getsid`, before which callgrind dumps its counts."""
    import cypool
    import numpy as np

    gc.disable()
    elements = {}
    for name, (plane, make) in cases().items():
        if not re.search(pattern, name):
            continue
        rng = np.random.default_rng(0)
        try:
            calls = [make(100 * rng.random((planes, *plane), dtype=np.float32)) for planes in PLANES]
        except Missing:
            continue
        few, many = map(size, [call() for call in calls])
        elements[name] = many - few
        os.getsid(0)
        for call in calls * REPEATS:
            call()
            os.getsid(0)
    print(json.dumps({"compiler": cypool.show_config("dicts")["Compiler"]["name"], "elements": elements}))


def size(result):
    """Elements of a result, without the indices that may come with it."""
    return (result[0] if isinstance(result, tuple) else result).size


def count(pattern):
    """The compiler, and name -> instructions per output element, as callgrind counts them in a child."""
    with tempfile.TemporaryDirectory() as folder:
        dumps = Path(folder, "callgrind")
        command = [
            "valgrind", "--tool=callgrind", f"--callgrind-out-file={dumps}", "--combine-dumps=yes",
            "--dump-before=getsid", sys.executable, __file__, "--run", "--only", pattern,
        ]
        env = dict(os.environ, CYPOOL_BUILD="v3", PYTHONHASHSEED="0")
        child = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True)
        if child.returncode:
            sys.exit(f"{child.stderr}\nthe run under valgrind failed")
        totals = [int(n) for n in re.findall(r"^totals: (\d+)", dumps.read_text(), re.MULTILINE)]
    found = json.loads(child.stdout)
    # For each case what comes before its calls, then the calls, with few planes and with many in turn; at last the end.
    a_case = 1 + 2 * REPEATS
    assert len(totals) == a_case * len(found["elements"]) + 1, "callgrind has missed a mark"
    counts = {}
    for i, (name, elements) in enumerate(found["elements"].items()):
        first = a_case * i + 1
        few, many = (min(totals[j : first + 2 * REPEATS : 2]) for j in (first, first + 1))
        counts[name] = round((many - few) / elements, 3)
    return found["compiler"], counts


def judge(counts, table):
    """Print each case beside the table; return the names of those that are worse than allowed."""
    print(f"{'instructions per output element':42s} {'now':>9s} {'table':>9s}")
    worse = []
    for name, now in counts.items():
        if name not in table:
            print(f"{name:42s} {now:9.3f} {'none':>9s}")
            continue
        change = now / table[name] - 1
        if change > ALLOWED:
            worse.append(name)
        print(f"{name:42s} {now:9.3f} {table[name]:9.3f} {change:+7.1%}{'  worse' if change > ALLOWED else ''}")
    return worse


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--only", default="", metavar="REGEX", help="only the cases whose name it matches")
    parser.add_argument("--renew", action="store_true", help=f"write {TABLE.name} anew")
    parser.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.run:
        return run(args.only)
    if not shutil.which("valgrind"):
        sys.exit("instructions.py needs valgrind (on Debian: apt-get install valgrind)")
    made = json.loads(TABLE.read_text()) if TABLE.exists() else {"compiler": "", "counts": {}}
    compiler, counts = count(args.only)
    worse = judge(counts, made["counts"])
    gone = [name for name in made["counts"] if name not in counts and re.search(args.only, name)]
    if args.renew:
        kept = made["counts"] if args.only else {}
        TABLE.write_text(json.dumps({"compiler": compiler, "counts": {**kept, **counts}}, indent=1) + "\n")
    elif gone:
        sys.exit(f"cases of {TABLE.name} that this cypool has not: {'; '.join(gone)}")
    elif worse:
        if compiler != made["compiler"]:
            print(f"the table was made with {made['compiler']}, this build with {compiler}")
        sys.exit(f"{len(worse)} of {len(counts)} cases are more than {ALLOWED:.0%} worse than {TABLE.name}: {'; '.join(worse)}")


if __name__ == "__main__":
    main()
