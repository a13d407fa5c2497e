"""``cypool bench``: cypool beside whichever other libraries are installed, and beside what the machine allows.

Every peer is a function of a case and its input that returns a call to be timed, or None where the library has no such
thing. Each peer lives in a process of its own, so that nobody's waiting threads disturb another's turn, and the rounds are
interleaved (A B C, A B C, ...), so that a drift of the machine hits all alike.
"""

from __future__ import annotations

import concurrent.futures
import importlib.util
import json
import math
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import cypool
import numpy as np

from ._files import FileError
from ._report import save, table

Array = np.ndarray[Any, Any]
Call = Callable[[], Any]

TURN = 0.015  # seconds of work in one turn
PATIENCE = 0.1  # seconds; libraries that take longer for a turn get fewer of them
REST = 0.005  # seconds for a peer's threads to fall asleep


class Case(NamedTuple):
    """One line of the table."""

    op: str
    shape: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: int = 0
    dtype: str = "float32"
    last: bool = False  # channels last: (batch, pooled axes, channels) instead of (batch, channels, pooled axes)

    @property
    def axes(self) -> tuple[int, ...]:
        """The pooled axes."""
        first = 1 if self.last else len(self.shape) - len(self.kernel)
        return tuple(range(first, first + len(self.kernel)))

    @property
    def spatial(self) -> tuple[int, ...]:
        """The lengths of the pooled axes."""
        return tuple(self.shape[a] for a in self.axes)

    @property
    def windows(self) -> dict[str, Any]:
        """The arguments that every function of cypool takes."""
        return {"kernel_size": self.kernel, "stride": self.stride, "padding": self.padding, "axes": self.axes}

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of the pooled array."""
        if self.op.startswith("adaptive"):
            return (*self.shape[: self.axes[0]], *self.kernel)
        return tuple(cypool.output_shape(self.shape, **self.windows))

    @property
    def tiles(self) -> bool:
        """Whether the windows cover the input once, without rest."""
        return self.kernel == self.stride and not self.padding and not any(n % k for n, k in zip(self.spatial, self.kernel, strict=True))

    @property
    def name(self) -> str:
        """What the table calls it."""
        size = "x".join(map(str, self.shape)) + (" NHWC" if self.last else "")
        window = "k" + "x".join(map(str, self.kernel if len(set(self.kernel)) > 1 else self.kernel[:1])) + f" s{self.stride[0]}"
        if self.op.startswith("global"):
            window = ""
        elif self.op.startswith("adaptive"):
            window = "-> " + "x".join(map(str, self.kernel))
        padding = f" p{self.padding}" if self.padding else ""
        return " ".join(f"{self.op} {window}{padding} {size} {self.dtype}".split())


STEM, DEEP = (8, 64, 112, 112), (8, 192, 28, 28)  # the first and a middle layer of a network for pictures

CASES = [
    Case("max", STEM, (2, 2), (2, 2)),
    Case("max", STEM, (3, 3), (2, 2), 1),
    Case("max", DEEP, (3, 3), (1, 1), 1),
    Case("max", (1, 512, 20, 20), (13, 13), (1, 1), 6),
    Case("max", (1, 16, 32, 32), (2, 2), (2, 2)),
    Case("max", (8, 112, 112, 64), (2, 2), (2, 2), last=True),
    Case("max", (1, 1, 4096, 4096), (2, 2), (2, 2), dtype="uint8"),
    Case("max", (1, 1, 2048, 2048), (31, 31), (1, 1), 15),
    Case("max", (16, 64, 4096), (3,), (2,)),
    Case("max", (1, 32, 32, 64, 64), (2, 2, 2), (2, 2, 2)),
    Case("min", STEM, (2, 2), (2, 2)),
    Case("avg", STEM, (2, 2), (2, 2)),
    Case("avg", DEEP, (3, 3), (1, 1), 1),
    Case("avg", (1, 1, 4096, 4096), (2, 2), (2, 2), dtype="uint8"),
    Case("avg", (1, 1, 2048, 2048), (31, 31), (1, 1), 15),
    Case("lp2", STEM, (2, 2), (2, 2)),
    Case("argmax", STEM, (2, 2), (2, 2)),
    Case("argmax", STEM, (3, 3), (2, 2), 1),
    Case("max backward", STEM, (2, 2), (2, 2)),
    Case("max backward", STEM, (3, 3), (2, 2), 1),
    Case("avg backward", STEM, (2, 2), (2, 2)),
    Case("lp2 backward", STEM, (2, 2), (2, 2)),
    Case("unpool", STEM, (2, 2), (2, 2)),
    Case("global avg", STEM, STEM[2:], STEM[2:]),
    Case("global max", (8, 2048, 7, 7), (7, 7), (7, 7)),
    Case("adaptive avg", (8, 512, 14, 14), (7, 7), (7, 7)),
    Case("adaptive max", (4, 256, 50, 50), (7, 7), (7, 7)),
]


def make_input(case: Case) -> Array:
    """Return the same random array in every process."""
    rng = np.random.default_rng(0)
    if case.dtype == "uint8":
        return rng.integers(0, 256, case.shape, np.uint8)
    return rng.standard_normal(case.shape, np.float32).astype(case.dtype)


# ---------------------------------------------------------------- the machine

def copy(case: Case, x: Array, threads: int) -> Call:
    """Copy the input's bytes once, on one thread, into memory that is there already."""
    y = np.ones_like(x)
    return lambda: np.copyto(y, x)


def limit(case: Case, x: Array, threads: int) -> Call:
    """Read the bytes that the case reads and write those that it writes, a block at a time, and do nothing else."""
    out, tap = math.prod(case.output) * x.itemsize, math.prod(case.output)  # an index inside the window takes one byte
    read, write = {
        "argmax": (x.nbytes, out + tap),
        "max backward": (out + tap, x.nbytes),
        "avg backward": (out, x.nbytes),
        "lp2 backward": (x.nbytes + 2 * out, x.nbytes),
        "unpool": (out + tap, x.nbytes),
    }.get(case.op, (x.nbytes, out))
    block = 1 << 18
    n = -(-max(read, write) // block)
    source, target = np.ones(read, np.uint8), np.ones(write, np.uint8)
    pairs = list(zip(np.array_split(source, n), np.array_split(target, n), strict=True))

    def touch(mine: list[tuple[Array, Array]]) -> None:
        for here, there in mine:
            here.max(initial=0)
            there.fill(1)

    if threads == 1 or n < 2 * threads:
        return lambda: touch(pairs)
    pool = concurrent.futures.ThreadPoolExecutor(threads)
    shares = [pairs[i * n // threads : (i + 1) * n // threads] for i in range(threads)]
    return lambda: list(pool.map(touch, shares))


# ---------------------------------------------------------------- the libraries

def cypool_(case: Case, x: Array, threads: int) -> Call | None:
    """Return the call of this library: values and indices in the forms that its own backward takes."""
    windows = case.windows
    n: dict[str, Any] = {"n_threads": threads}
    reduce: dict[str, Callable[..., Array]] = {"max": cypool.max_pool, "min": cypool.min_pool, "avg": cypool.avg_pool, "lp2": cypool.lp_pool}
    if case.op in ("max", "min", "lp2"):
        return lambda: reduce[case.op](x, **windows, **n)
    if case.op == "avg":
        return lambda: cypool.avg_pool(x, **windows, dtype=x.dtype, **n)
    if case.op == "argmax":
        return lambda: cypool.max_pool(x, **windows, return_indices="window", **n)
    if case.op == "global avg":
        return lambda: cypool.global_avg_pool(x, **n)
    if case.op == "global max":
        return lambda: cypool.global_max_pool(x, **n)
    if case.op == "adaptive avg":
        return lambda: cypool.adaptive_avg_pool(x, case.kernel, **n)
    if case.op == "adaptive max":
        return lambda: cypool.adaptive_max_pool(x, case.kernel, **n)
    if case.op in ("max backward", "unpool"):
        y, which = cypool.max_pool(x, **windows, return_indices="window")
        if case.op == "unpool":
            return lambda: cypool.max_unpool(y, which, **windows, output_shape=x.shape, **n)
        return lambda: cypool.max_pool_backward(y, which, x.shape, **windows, **n)
    y = reduce[case.op.split()[0]](x, **windows)
    if case.op == "avg backward":
        return lambda: cypool.avg_pool_backward(y, x.shape, **windows, **n)
    return lambda: cypool.lp_pool_backward(y, x, y, **windows, **n)


def numpy(case: Case, x: Array, threads: int) -> Call | None:
    """Do what a NumPy user writes: reshape where the windows tile, else sliding windows."""
    op = case.op.removeprefix("global ")
    if op not in ("max", "min", "avg", "lp2"):
        return None
    if case.op != op:
        return lambda: (x.max if op == "max" else x.mean)(axis=case.axes)
    if case.tiles:
        split: list[int] = []
        for axis, n in enumerate(x.shape):
            split += [n // case.kernel[axis - case.axes[0]], case.kernel[axis - case.axes[0]]] if axis in case.axes else [n]
        v, axes = x.reshape(split), tuple(case.axes[0] + 1 + 2 * i for i in range(len(case.axes)))
        return {"max": lambda: v.max(axes), "min": lambda: v.min(axes), "avg": lambda: v.mean(axes), "lp2": lambda: np.sqrt((v * v).sum(axes))}[op]
    if math.prod(case.kernel) > 100 or op == "lp2":
        return None
    steps = tuple(slice(None, None, case.stride[a - case.axes[0]]) if a in case.axes else slice(None) for a in range(x.ndim))
    pads = [(case.padding, case.padding) if a in case.axes else (0, 0) for a in range(x.ndim)]
    neutral = {"max": -np.inf, "min": np.inf, "avg": 0}[op]

    def slide() -> Array:
        padded = np.pad(x, pads, constant_values=neutral) if case.padding else x
        v = np.lib.stride_tricks.sliding_window_view(padded, case.kernel, case.axes)[steps]
        axes = tuple(range(-len(case.kernel), 0))
        return {"max": v.max, "min": v.min, "avg": v.mean}[op](axis=axes)  # type: ignore[no-any-return, operator]

    return slide


def scipy(case: Case, x: Array, threads: int) -> Call | None:
    """Run a filter, which gives a value at every cell: the same work where windows are one step apart."""
    from scipy import ndimage

    if set(case.stride) != {1} or case.op not in ("max", "min", "avg"):
        return None
    size = tuple(case.kernel[a - case.axes[0]] if a in case.axes else 1 for a in range(x.ndim))
    if case.op == "avg":
        return lambda: ndimage.uniform_filter(x, size, mode="constant")
    pool, edge = (ndimage.maximum_filter, -np.inf) if case.op == "max" else (ndimage.minimum_filter, np.inf)
    return lambda: pool(x, size, mode="constant", cval=edge)


def skimage(case: Case, x: Array, threads: int) -> Call | None:
    """Reduce blocks, which are windows that tile."""
    from skimage.measure import block_reduce

    if not case.tiles or case.op not in ("max", "min", "avg"):
        return None
    size = tuple(case.kernel[a - case.axes[0]] if a in case.axes else 1 for a in range(x.ndim))
    reduce = {"max": np.max, "min": np.min, "avg": np.mean}[case.op]
    return lambda: block_reduce(x, size, reduce)


def opencv(case: Case, x: Array, threads: int) -> Call | None:
    """Dilate, erode, blur or shrink one plane."""
    import cv2

    cv2.setNumThreads(threads)
    if case.last or len(case.kernel) != 2 or math.prod(x.shape[:-2]) != 1:
        return None
    plane, (rows, columns) = x.reshape(x.shape[-2:]), case.kernel
    if case.op in ("max", "min") and set(case.stride) == {1}:
        pool, element = cv2.dilate if case.op == "max" else cv2.erode, np.ones(case.kernel, np.uint8)
        return lambda: pool(plane, element)
    if case.op == "avg" and set(case.stride) == {1}:
        return lambda: cv2.blur(plane, (columns, rows), borderType=cv2.BORDER_CONSTANT)
    if case.op == "avg" and case.tiles:
        size = (plane.shape[1] // columns, plane.shape[0] // rows)
        return lambda: cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    return None


def torch(case: Case, x: Array, threads: int) -> Call | None:
    """Pool as PyTorch does, gradients by its own kernels, without autograd around them."""
    import torch as t

    t.set_num_threads(threads)
    f, aten, n = t.nn.functional, t.ops.aten, len(case.kernel)
    a = t.from_numpy(x)
    if case.last:
        a = a.permute(0, n + 1, *range(1, n + 1))
    k, s, p = list(case.kernel), list(case.stride), [case.padding] * n
    max_pool, avg_pool = getattr(f, f"max_pool{n}d"), getattr(f, f"avg_pool{n}d")
    if case.op == "max":
        return lambda: max_pool(a, k, s, p)
    if case.op == "min":
        return lambda: -max_pool(-a, k, s, p)
    if case.op == "avg" and x.dtype == np.uint8:
        return lambda: avg_pool(a.float(), k, s, p).round_().to(t.uint8)
    if case.op == "avg":
        return lambda: avg_pool(a, k, s, p)
    if case.op == "lp2":
        return lambda: f.lp_pool2d(a, 2.0, k, s)
    if case.op == "argmax":
        return lambda: max_pool(a, k, s, p, return_indices=True)
    if case.op in ("max backward", "unpool"):
        y, which = max_pool(a, k, s, p, return_indices=True)
        if case.op == "unpool":
            return lambda: f.max_unpool2d(y, which, k, s, p, output_size=case.shape)
        return lambda: aten.max_pool2d_with_indices_backward(y, a, k, s, p, [1] * n, False, which)
    if case.op == "avg backward":
        g = avg_pool(a, k, s, p)
        return lambda: aten.avg_pool2d_backward(g, a, k, s, p, False, True, None)
    if case.op == "lp2 backward":
        a.requires_grad_(True)
        y = f.lp_pool2d(a, 2.0, k, s)
        g = y.detach()
        return lambda: t.autograd.grad(y, a, g, retain_graph=True)
    scope, kind = case.op.split()
    pool, size = getattr(f, f"adaptive_{kind}_pool2d"), 1 if scope == "global" else case.kernel
    return lambda: pool(a, size)


def onnxruntime(case: Case, x: Array, threads: int) -> Call | None:
    """Run a model of one node; making it takes the package onnx too."""
    import onnx
    import onnxruntime as ort

    op = {"max": "MaxPool", "argmax": "MaxPool", "avg": "AveragePool", "lp2": "LpPool"}.get(case.op)
    op = op or {"global avg": "GlobalAveragePool", "global max": "GlobalMaxPool"}.get(case.op)
    if op is None or case.last or op == "AveragePool" and x.dtype == np.uint8:
        return None
    options: dict[str, Any] = {}
    if not op.startswith("Global"):
        options = {"kernel_shape": case.kernel, "strides": case.stride, "pads": [case.padding] * 2 * len(case.kernel)}
    if op == "AveragePool":
        options["count_include_pad"] = 1
    names, kind = ["y", "i"] if case.op == "argmax" else ["y"], onnx.helper.np_dtype_to_tensor_dtype(x.dtype)
    kinds = {"y": kind, "i": onnx.TensorProto.INT64}
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(op, ["x"], names, **options)],
        "pool",
        [onnx.helper.make_tensor_value_info("x", kind, case.shape)],
        [onnx.helper.make_tensor_value_info(name, kinds[name], None) for name in names],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 22)])
    model.ir_version = 10
    ort.set_default_logger_severity(4)
    session_options = ort.SessionOptions()
    session_options.intra_op_num_threads = threads
    session_options.inter_op_num_threads = 1
    session = ort.InferenceSession(model.SerializeToString(), session_options, providers=["CPUExecutionProvider"])
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(x))
    for name in names:
        binding.bind_output(name)
    return lambda: (session.run_with_iobinding(binding), binding)[1]


MACHINE = {"limit": limit, "copy": copy}
PEERS: dict[str, tuple[str, Callable[[Case, Array, int], Call | None]]] = {  # name -> (module it needs, its calls)
    "NumPy": ("numpy", numpy),
    "SciPy": ("scipy", scipy),
    "skimage": ("skimage", skimage),
    "OpenCV": ("cv2", opencv),
    "torch": ("torch", torch),
    "ORT": ("onnxruntime", onnxruntime),
}


# ---------------------------------------------------------------- taking turns

def worker(name: str, threads: int, pipe: Connection) -> None:
    """Answer a case with the time of one call (None if there is no such call), a number with the time of so many."""
    make = {**MACHINE, "cypool": cypool_, **{peer: make for peer, (_, make) in PEERS.items()}}[name]
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the peers have to say is not about this command
    call: Call | None = None
    while True:
        message = pipe.recv()
        try:
            if isinstance(message, Case):
                call = make(message, make_input(message), threads)
                repeat = 0 if call is None else 1
                if call:
                    call()  # the first call is another matter: tables made, memory fetched
            else:
                repeat = message
            start = time.perf_counter()
            for _ in range(repeat):
                call()  # type: ignore[misc]
            pipe.send((time.perf_counter() - start) / repeat if repeat else None)
        except KeyboardInterrupt:
            return
        except Exception:  # a peer that can't do a case, too old say, is left out of it
            pipe.send(None)


def measure(cases: list[Case], threads: int, rounds: int, alone: bool) -> Iterator[dict[str, Any]]:
    """Yield for each case its name and the seconds that one call takes, by library."""
    present = () if alone else (name for name, (module, _) in PEERS.items() if importlib.util.find_spec(module))
    names = [*MACHINE, "cypool", *present]
    context = multiprocessing.get_context("spawn")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    pipes: dict[str, Connection] = {}
    processes = []
    try:
        for name in names:
            pipes[name], there = context.Pipe()
            processes.append(context.Process(target=worker, args=(name, threads, there), daemon=True))
            processes[-1].start()
            there.close()  # so that the end of the process is the end of the pipe

        def turn(name: str, message: Any) -> float | None:
            try:
                pipes[name].send(message)
                answer: float | None = pipes[name].recv()
            except (EOFError, OSError):  # its process is no more
                return None
            time.sleep(REST)
            return answer

        for case in cases:
            first = {name: t for name in names if (t := turn(name, case)) is not None}
            repeat = {name: max(1, int(TURN / t)) for name, t in first.items()}
            turns = {name: max(1, min(rounds, int(rounds * PATIENCE / (first[name] * n)))) for name, n in repeat.items()}
            times: dict[str, list[float]] = {name: [] for name in repeat}
            for i in range(rounds):
                for name, n in repeat.items():
                    if i < turns[name]:
                        t = turn(name, n)
                        times[name] += [] if t is None else [t]
            quiet = {name: float(np.quantile(ts, 0.25)) for name, ts in times.items() if ts}
            if "cypool" not in quiet:
                raise RuntimeError(f"cypool can't do {case.name}")
            yield {"case": case.name, "threads": threads, "seconds": quiet}
    finally:
        for process in processes:
            process.terminate()


def best_peer(seconds: dict[str, float]) -> str | None:
    """Return the fastest library besides cypool."""
    peers = [name for name in seconds if name not in (*MACHINE, "cypool")]
    return min(peers, key=seconds.__getitem__, default=None)


def bench(cases: list[Case], threads: int | None, rounds: int, chart: str | None, form: str, alone: bool) -> None:
    """Time the cases and print them as ``text``, ``markdown`` or ``json``; draw them into the file `chart`."""
    threads = threads or cypool.get_num_threads()
    rows = []
    for i, row in enumerate(measure(cases, threads, rounds, alone), 1):
        rows.append(row)
        if sys.stderr.isatty():
            print(f"\r{i}/{len(cases)} {row['case']:<60.60}", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 72 + "\r", end="", file=sys.stderr)
    print(json.dumps(rows, indent=1) if form == "json" else report(rows, form == "markdown"), flush=True)
    if chart:
        save(draw(rows, threads), chart)
        print(f"chart: {chart}", file=sys.stderr if form == "json" else sys.stdout)


def report(rows: list[dict[str, Any]], markdown: bool) -> str:
    """Return the table, times in milliseconds, and who wins by how much."""
    present = [name for name in (*MACHINE, "cypool", *PEERS) if any(name in row["seconds"] for row in rows)]
    peers = any(best_peer(row["seconds"]) for row in rows)
    lines = []
    for row in rows:
        seconds = row["seconds"]
        best = best_peer(seconds)
        cells = [f"{seconds[name] * 1e3:.3g}" if name in seconds else "-" for name in present]
        cells.append(f"{seconds['cypool'] / seconds['limit']:.1f}")
        if best:
            cells += [f"{seconds[best] / seconds['cypool']:.1f}", best]
        elif peers:
            cells += ["-", "-"]
        lines.append((row["case"], *cells))
    head = ("case (times in ms)", *present, "x limit", *(("faster", "than") if peers else ()))
    threads = rows[0]["threads"]
    note = f"{threads} thread{'s' * (threads > 1)}; limit: reads the input, writes the output; x limit: cypool's time by that"
    if peers:
        note += "; faster: the best other library's time by cypool's"
    return table(head, lines, markdown) + "\n\n" + note


def draw(rows: list[dict[str, Any]], threads: int) -> Any:
    """Return a figure: for each case a bar a library, as multiples of the limit, to the left for less than that."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise FileError("a chart needs matplotlib: pip install 'cypool[demo]'") from error

    names = [name for name in ("cypool", *PEERS) if any(name in row["seconds"] for row in rows)]
    colours = dict(zip(["cypool", *PEERS], ["#d1495b", "#8d99ae", "#66a182", "#2e4057", "#edae49", "#7d5ba6", "#00798c"], strict=True))
    figure = Figure(figsize=(10, 1.4 + 0.09 * sum(len(row["seconds"]) + 1 for row in rows)), layout="constrained", dpi=100)
    ax = figure.subplots()
    y, ticks, labelled, least = 0.0, [], set(), 0.93
    for row in rows:
        seconds = row["seconds"]
        mine = [name for name in names if name in seconds]
        ticks.append(y + (len(mine) - 1) / 2)
        for name in mine:
            times = seconds[name] / seconds["limit"]
            least = min(least, 0.93 * times)
            ax.barh(y, times - 1, left=1, height=0.9, color=colours[name], label=None if name in labelled else name)
            if name == "cypool":
                ax.text(max(times, 1) * 1.04, y, f"{times:.1f}", va="center", fontsize=7, color=colours[name])
            labelled.add(name)
            y += 1
        y += 0.9
    ax.set_xscale("log")
    ax.set_xlim(left=least)
    ax.axvline(1, color="black", lw=1)
    ax.set_yticks(ticks, [row["case"] for row in rows], fontsize=8)
    ax.set_ylim(y, -1)
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:g} ×")
    ax.tick_params(axis="x", top=True, labeltop=True)
    ax.grid(axis="x", alpha=0.3)
    ax.set_axisbelow(True)
    ax.set_xlabel(f"time of a call, as a multiple of merely reading the input and writing the output ({threads} thread{'s' * (threads > 1)})")
    ax.legend(loc="lower right", fontsize=9)
    return figure
