"""How much of a pooled picture changes when the picture moves by one pixel?

    python examples/shift_invariance.py [FIGURE]

Pooling is said to make a network blind to small shifts. This measures it on a photograph: pool it, move it one pixel
to the right, pool it again, and count the outputs that differ by more than 5, and by more than 25, of 255 grey levels.
Without pooling (a kernel of 1) that is every pixel on an edge or a texture, a third of them. The share falls as the
window grows, but not for every kind alike. A maximum mostly stays, and where it changes it may change by anything: it
hangs on a single pixel. A mean nearly always moves a little at an edge, and never by much: one column in k is new.
"""

import sys

import cypool
import numpy as np
from matplotlib import cbook
from matplotlib.figure import Figure
from PIL import Image

KERNELS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
LEVELS = (5, 25)
STYLES = {"max": ("#d1495b", "o-"), "min": ("#2e4057", "s-"), "avg": ("#66a182", "^-"), "L2": ("#edae49", "v-")}


def pool(kind, x, kernel):
    """Pool to the scale of the input, whatever the kind: the norm as a root mean square."""
    if kind == "L2":
        return cypool.lp_pool(x, kernel) / kernel
    return {"max": cypool.max_pool, "min": cypool.min_pool, "avg": cypool.avg_pool}[kind](x, kernel)


def change(kind, x, kernel):
    """Return by how much each output changes when `x` moves one pixel to the right."""
    return np.abs(pool(kind, x[:, :-1], kernel) - pool(kind, x[:, 1:], kernel))


def measure(x):
    """Return kind -> for each of `LEVELS` the share of outputs that change by more, by kernel."""
    return {
        kind: [[float(np.mean(change(kind, x, k) > level)) for k in KERNELS] for level in LEVELS] for kind in STYLES
    }


def draw(x, shares):
    figure = Figure(figsize=(12, 4.2), layout="constrained", dpi=100)
    picture, *plots = figure.subplots(1, 3, width_ratios=(0.8, 1, 1))
    picture.imshow(change("max", x, 8), cmap="magma")
    picture.set_title("change of the maxima of 8 × 8\nwhen the picture moves by one pixel", fontsize=10)
    picture.set_axis_off()
    for ax, column, level in zip(plots, (0, 1), LEVELS, strict=True):
        for kind, (colour, style) in STYLES.items():
            ax.plot(KERNELS, [100 * v for v in shares[kind][column]], style, color=colour, label=kind)
        ax.set_xscale("log", base=2)
        ax.set_xticks(KERNELS, KERNELS)
        ax.minorticks_off()
        ax.set_ylim(bottom=0)
        ax.grid(alpha=0.3)
        ax.set_title(f"outputs that change by more than {level} of 255, %", fontsize=10)
        ax.set_xlabel("kernel = stride")
    plots[0].legend()
    return figure


def main(output="shift-invariance.png"):
    """Measure, print a table, write the figure; return the shares."""
    with Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)) as picture:
        x = np.asarray(picture.convert("L"), np.float32)
    shares = measure(x)
    print("outputs that change when the picture moves by one pixel, %")
    for column, level in enumerate(LEVELS):
        print(f"{f'by more than {level}':15}", *(f"{k:6}" for k in KERNELS))
        for kind in shares:
            print(f"{kind:15}", *(f"{100 * v:6.1f}" for v in shares[kind][column]))
    draw(x, shares).savefig(output)
    print(f"figure: {output}")
    return shares


if __name__ == "__main__":
    main(*sys.argv[1:])
