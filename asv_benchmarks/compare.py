"""
Compare the speed of the working tree with that of a commit, `main` unless told otherwise.

    python asv_benchmarks/compare.py [BASE] [--only REGEX] [--rounds 9] [--factor 1.1]

Builds both (once for each state of the sources) and runs the cases of `benchmarks/` in two processes that take
turns, so that a drift of the machine hits both alike. Names each figure that moved by more than 10 %, timed twice
before it is named; exits with 1 if one of them got slower. Needs asv and what builds cypool, in this environment:
pip install asv cython ml_dtypes setuptools
"""

import argparse
import hashlib
import importlib
import itertools
import math
import multiprocessing
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
BUILT = HERE / "env" / "compare"
SOURCES = "cypool", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE"
TURN = 0.02  # seconds
PAUSE = 0.003  # until OpenMP's threads have stopped waiting actively


def git(*args):
    return subprocess.run(["git", "-C", str(ROOT), *args], check=True, stdout=subprocess.PIPE).stdout


def sources(commit):
    """Path -> content of what cypool is built from, of a commit or (None) of the working tree."""
    if commit:
        names = git("ls-tree", "-r", "-z", "--name-only", commit, "--", *SOURCES).decode()
        return {name: git("show", f"{commit}:{name}") for name in names.split("\0") if name}
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SOURCES).decode()
    return {name: (ROOT / name).read_bytes() for name in names.split("\0") if (ROOT / name).is_file()}


def build(commit):
    """The folder that cypool is installed in, as these sources, this compiler's flags and this Python make it."""
    files = sources(commit)
    state = sys.version, os.environ.get("CC"), os.environ.get("CFLAGS"), sorted(files.items())
    target = BUILT / hashlib.sha256(repr(state).encode()).hexdigest()[:12]
    if not target.exists():
        print(f"building {commit or 'the working tree'}", flush=True)
        BUILT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILT) as folder:
            for name, content in files.items():
                path = Path(folder, "sources", name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            pip = sys.executable, "-m", "pip", "--quiet", "install", "--no-index", "--no-deps", "--no-build-isolation"
            subprocess.run([*pip, "--target", f"{folder}/installed", f"{folder}/sources"], check=True)
            Path(folder, "installed").rename(target)
    return target


def worker(folder, connection):
    """Answer with the names of the cases, then for each message (name, repeats) with the seconds that a call takes."""
    sys.path[:0] = [str(folder), str(HERE)]
    os.chdir(folder)
    import benchmarks
    from benchmarks.common import SkipNotImplemented, Timed, duration

    cases = {}
    for module in pkgutil.iter_modules(benchmarks.__path__):
        names = vars(importlib.import_module(f"benchmarks.{module.name}"))
        for question in [n for n in names.values() if isinstance(n, type) and issubclass(n, Timed) and not n.__abstractmethods__]:
            params = getattr(question, "params", ())
            for values in itertools.product(*params):
                cases[f"{module.name}.{question.__name__}({', '.join(map(str, values))})"] = question, values
    connection.send(list(cases))

    ready = call = None
    while message := connection.recv():
        name, repeats = message
        try:
            if name != ready:
                question, values = cases[name]
                call = None  # let go of its arrays first
                call, *_ = question().case(*values)
                ready = name
            connection.send(duration(call, repeats))
        except (KeyError, SkipNotImplemented):
            connection.send(None)


def ask(connection, name, repeats):
    connection.send((name, repeats))
    return connection.recv()


def change(pair, name, rounds):
    """Seconds before and after, or None where one of the two has no such case."""
    first = [ask(connection, name, 1) for connection in pair]
    if None in first:
        return None
    repeats = [max(1, round(TURN / seconds)) for seconds in first]
    times = [[], []]
    for _ in range(rounds):
        for connection, n, seconds in zip(pair, repeats, times, strict=True):
            seconds.append(ask(connection, name, n))
            time.sleep(PAUSE)
    return [sorted(seconds)[rounds // 4] for seconds in times]


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("base", nargs="?", default="main", help="the commit to compare with (default: main)")
    parser.add_argument("--only", default="", metavar="REGEX", help="only the cases whose name it matches")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each side (default: 9)")
    parser.add_argument("--factor", type=float, default=1.1, help="name what moved by more (default: 1.1)")
    args = parser.parse_args()

    context = multiprocessing.get_context("spawn")
    pair, names = [], []
    for folder in [build(args.base), build(None)]:
        here, there = context.Pipe()
        context.Process(target=worker, args=(folder, there), daemon=True).start()
        pair.append(here)
        names = here.recv()  # at last those of the working tree

    moved, ratios = [], []
    for name in filter(re.compile(args.only).search, names):
        for _ in range(2):
            found = change(pair, name, args.rounds)
            if not found:
                break
            ratio = found[1] / found[0]
            if 1 / args.factor <= ratio <= args.factor:
                break
        else:
            moved.append((ratio, name, *found))
        if found:
            ratios.append(ratio)
    for connection in pair:
        connection.send(None)

    for ratio, name, before, after in sorted(moved):
        word = "faster" if ratio < 1 else "SLOWER"
        print(f"{word} {ratio:5.2f}   {before * 1e6:10.1f} -> {after * 1e6:10.1f} us   {name}")
    mean = math.exp(sum(map(math.log, ratios)) / max(1, len(ratios)))
    print(f"{len(ratios)} figures, {len(moved)} moved by more than {args.factor - 1:.0%}; after / before: {mean:.3f} in the geometric mean")
    sys.exit(any(ratio > 1 for ratio, *_ in moved))


if __name__ == "__main__":
    main()
