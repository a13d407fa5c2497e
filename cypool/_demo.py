"""``cypool demo``: one picture pooled with every kind, in a table and in a figure."""

from __future__ import annotations

import functools
import itertools
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import cypool
import numpy as np

from ._files import FileError, read_array
from ._report import save, table

Array = np.ndarray[Any, Any]
Call = Callable[[], Array]

WINDOWS = 6  # the detail shows this many windows a side


def sample_picture() -> str:
    """Return the path of the photograph that comes with matplotlib."""
    try:
        from matplotlib import cbook
    except ImportError as error:
        raise FileError("demo needs matplotlib and Pillow: pip install 'cypool[demo]'") from error
    path = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    if not os.path.exists(path):
        raise FileError("this matplotlib came without its sample picture: give one, cypool demo PICTURE")
    return str(path)


def read_picture(path: str) -> Array:
    """Return grey or RGB in 8 bits."""
    x, extras = read_array(path)
    if extras is None or x.dtype != np.uint8:
        raise FileError(f"{path}: the demo wants a picture of 8 bits a channel, got {x.dtype}")
    if x.ndim == 3:
        x = x[..., 0] if x.shape[2] == 2 else x[..., :3]  # alpha is left out
    return np.ascontiguousarray(x)


# ---------------------------------------------------------------- the four kinds, here and in plain NumPy

def kinds(x: Array, k: int, n_threads: int) -> dict[str, tuple[Call, list[Call]]]:
    """Return name -> (cypool's call, the calls a NumPy user would try)."""
    h, w = x.shape[0] // k, x.shape[1] // k
    x = x[: h * k, : w * k]
    tiles = x.reshape(h, k, w, k, *x.shape[2:])
    taps = [x[i::k, j::k] for i, j in itertools.product(range(k), repeat=2)]
    options: dict[str, Any] = {"axes": (0, 1), "n_threads": n_threads}

    def after(way: Call, finish: Callable[[Array], Array]) -> Call:
        return lambda: finish(way())

    def mean(total: Array) -> Array:
        return np.rint(total / k**2).astype(np.uint8)

    def norm(total: Array) -> Array:
        return np.sqrt(total.astype(np.float64))

    def squares(v: Array) -> Array:
        return np.square(v, dtype=np.uint32)

    def extreme(join: np.ufunc) -> list[Call]:
        return [
            lambda: join.reduce(tiles, axis=(1, 3)),
            lambda: join.reduce(join.reduce(tiles, axis=1), axis=2),
            lambda: functools.reduce(join, taps),
        ]

    def total(v: Array, lift: Callable[[Array], Array] = lambda v: v) -> list[Call]:
        return [
            lambda: lift(v).sum(axis=(1, 3), dtype=np.uint32),
            lambda: lift(v).sum(axis=1, dtype=np.uint32).sum(axis=2),
            lambda: functools.reduce(lambda a, b: np.add(a, lift(b), dtype=np.uint32), taps[1:], lift(taps[0])),
        ]

    return {
        "max": (lambda: cypool.max_pool(x, k, **options), extreme(np.maximum)),
        "min": (lambda: cypool.min_pool(x, k, **options), extreme(np.minimum)),
        "avg": (
            lambda: cypool.avg_pool(x, k, dtype=np.uint8, **options),
            [after(way, mean) for way in total(tiles)],
        ),
        "L2": (
            lambda: cypool.lp_pool(x, k, p=2, **options),
            [after(way, norm) for way in total(tiles, squares)],
        ),
    }


def best_time(call: Call, seconds: float = 0.1) -> float:
    """Return the shortest of the runs that fit into `seconds` (at least three)."""
    best, end = float("inf"), time.perf_counter() + seconds
    runs = 0
    while runs < 3 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
        runs += 1
    return best


# ---------------------------------------------------------------- the figure

def busiest_detail(x: Array, k: int, windows: int) -> tuple[int, int]:
    """Return the corner of the square of `windows` x `windows` windows over which the pooled pictures vary most."""
    grey = x.mean(axis=2) if x.ndim == 3 else x.astype(float)

    def deviation(y: Array) -> Array:
        variance = cypool.avg_pool(y**2, windows, 1) - cypool.avg_pool(y, windows, 1) ** 2
        root: Array = np.sqrt(np.maximum(variance, 0))
        return root

    busy = deviation(cypool.max_pool(grey, k)) + deviation(cypool.min_pool(grey, k))
    row, column = np.unravel_index(np.argmax(busy), busy.shape)
    return int(row) * k, int(column) * k


def draw(x: Array, results: dict[str, Array], k: int, title: str) -> Any:
    """Return a figure: the picture and its pooled forms above, the windows of one detail below."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    def show(ax: Any, image: Array, extent: tuple[int, int, int, int], label: str) -> None:
        ax.imshow(image, cmap="gray", vmin=0, vmax=255, extent=extent, interpolation="nearest")
        ax.set_title(label, fontsize=11)
        ax.set_xticks([])
        ax.set_yticks([])

    windows = min(WINDOWS, *(n // k for n in x.shape[:2]))
    side = windows * k
    top, left = busiest_detail(x, k, windows)
    aspect = x.shape[0] / x.shape[1]
    columns = 1 + len(results)
    figure = Figure(figsize=(2.9 * columns, 2.9 * (aspect + 1) + 1.1), layout="constrained", dpi=80)
    axes = figure.subplots(2, columns, height_ratios=(aspect, 1), squeeze=False)
    figure.suptitle(title, fontsize=14)

    full = (0, x.shape[1], x.shape[0], 0)
    show(axes[0, 0], x, full, f"input, {x.shape[0]} × {x.shape[1]}")
    part = (left, left + side, top + side, top)
    show(axes[1, 0], x[top : top + side, left : left + side], part, f"a detail, windows of {k} × {k}")
    for column, (name, y) in enumerate(results.items(), 1):
        label = f"{name}, {y.shape[0]} × {y.shape[1]}"
        if name == "L2":  # a window of n equal values v has the norm v * sqrt(n)
            y, label = y / k, f"{label}  (shown divided by {k})"
        y = np.rint(y).astype(np.uint8)
        show(axes[0, column], y, (0, y.shape[1] * k, y.shape[0] * k, 0), label)
        cells = y[top // k : top // k + windows, left // k : left // k + windows]
        show(axes[1, column], cells, part, f"{name} of each window")
        grey = cells.mean(axis=2) if cells.ndim == 3 else cells
        for (row, col), value in np.ndenumerate(grey):
            axes[1, column].text(
                left + (col + 0.5) * k, top + (row + 0.5) * k, f"{value:.0f}",
                ha="center", va="center", fontsize=9, color="black" if value > 110 else "white",
            )
    for ax in axes[1]:
        for i in range(windows + 1):
            ax.axhline(top + i * k, color="#ffb000", lw=1)
            ax.axvline(left + i * k, color="#ffb000", lw=1)
    for ax in axes[0]:
        ax.add_patch(Rectangle((left, top), side, side, fill=False, edgecolor="#ffb000", lw=1.5))
    return figure


def demo(picture: str | None, output: str, kernel: int | None, n_threads: int) -> Iterator[str]:
    """Pool `picture`, yield the lines of the report and write the figure."""
    path = picture or sample_picture()
    x = read_picture(path)
    k = kernel or max(2, min(x.shape[:2]) // 64)
    if min(x.shape[:2]) < k:
        raise FileError(f"{path}: {x.shape[0]} x {x.shape[1]} holds no window of {k} x {k}")
    shape = " x ".join(map(str, x.shape))
    yield f"{os.path.basename(path)}: {shape} {x.dtype}, windows of {k} x {k}, {n_threads} thread{'s' * (n_threads > 1)}"
    rows, results = [], {}
    for name, (pool, ways) in kinds(x, k, n_threads).items():
        y = results[name] = pool()
        same = all(np.array_equal(y, way()) for way in ways)
        mine, numpy = best_time(pool), min(map(best_time, ways))
        size = " x ".join(map(str, y.shape)) + f" {y.dtype}"
        rows.append((name, size, f"{mine * 1e3:.3f} ms", f"{numpy * 1e3:.3f} ms", f"{numpy / mine:.1f} x", "yes" if same else "NO"))
    yield table(("kind", "result", "cypool", "best NumPy", "faster", "same values"), rows)
    try:
        figure = draw(x, results, k, f"{os.path.basename(path)} pooled over windows of {k} × {k}")
    except ImportError as error:
        raise FileError("the figure needs matplotlib: pip install 'cypool[demo]'") from error
    save(figure, output)
    yield f"figure: {output}"
