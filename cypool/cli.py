"""The command ``cypool``: demo, pool, bench, info."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import cypool
import numpy as np

from ._files import FileError, check_picture, create_npy, read_array, replacing, write_picture

POOLS: dict[str, Callable[..., Any]] = {
    "max": cypool.max_pool,
    "min": cypool.min_pool,
    "avg": cypool.avg_pool,
    "sum": cypool.sum_pool,
    "lp": cypool.lp_pool,
}


CEIL_MODES = {"floor": False, "ceil": True, "full": "full"}


# ---------------------------------------------------------------- arguments

def integers(text: str) -> int | tuple[int, ...]:
    """``3`` is an int, ``3,2`` (or ``3x2``) a tuple."""
    try:
        values = tuple(int(v) for v in re.split("[,x]", text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected integers such as 3 or 3,2, got {text!r}") from None
    return values if len(values) > 1 else values[0]


def paddings(text: str) -> Any:
    """``1``, ``1,2``, pairs before:after as ``0:1,2:2``, or a word."""
    if text in ("valid", "same", "same_lower"):
        return text
    try:
        values = tuple(tuple(map(int, v.split(":"))) if ":" in v else int(v) for v in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected 1, 1,2, before:after pairs such as 0:1,2:2, valid, same or same_lower, got {text!r}"
        ) from None
    return values if len(values) > 1 or isinstance(values[0], tuple) else values[0]


def positive(text: str) -> int:
    if not re.fullmatch("0*[1-9][0-9]*", text):
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 up, got {text!r}")
    return int(text)


def number_type(text: str) -> np.dtype[Any]:
    try:
        return np.dtype(text)
    except TypeError:
        raise argparse.ArgumentTypeError(f"expected a type such as float32 or uint8, got {text!r}") from None


def pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="cypool", description="Pool arrays and pictures: slide a window, reduce each window to one value.")
    top.add_argument("--version", action="version", version=f"cypool {cypool.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[argparse.Namespace], None], summary: str, **more: Any) -> argparse.ArgumentParser:
        p = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".", **more)
        p.set_defaults(run=run)
        return p

    def add_threads(p: argparse.ArgumentParser) -> None:
        p.add_argument("--threads", type=positive, metavar="N", help="threads to use (default: see cypool info)")

    p = command("demo", run_demo, "pool a photograph with max, min, average and L2, time it beside NumPy and draw a figure")
    p.add_argument("picture", nargs="?", metavar="PICTURE", help="an 8-bit picture (default: a photograph that matplotlib ships)")
    p.add_argument("--output", "-o", default="cypool-demo.png", metavar="FILE", help="the figure (default: %(default)s)")
    p.add_argument("--kernel", type=positive, metavar="K", help="side of the window (default: a 64th of the picture)")
    p.add_argument("--threads", type=positive, default=1, metavar="N", help="threads of cypool (default: 1, as NumPy has)")

    p = command(
        "pool", run_pool, "pool a .npy array or a picture into another file",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="""examples:
  cypool pool photo.jpg small.jpg --kind avg --kernel 4
  cypool pool photo.png bright.png --kernel 3 --stride 1 --padding same
  cypool pool volume.npy half.npy --kernel 2,2,2
  cypool pool nhwc.npy out.npy --kernel 3 --stride 2 --padding same --axes 1,2

.npy files are memory-mapped, so an array may be larger than memory. Each channel of a picture (alpha too) is
pooled by itself, and averages of whole numbers in pictures are rounded half to even.""",
    )
    p.add_argument("input", metavar="IN", help=".npy or a picture, 8 or 16 bits a channel")
    p.add_argument("output", metavar="OUT", help=".npy or a picture; replaced when complete, never half written")
    p.add_argument("--kind", choices=POOLS, default="max", help="default: %(default)s")
    p.add_argument("--kernel", type=integers, required=True, metavar="K", help="side of the window: 3, or one for each axis: 3,2")
    p.add_argument("--stride", type=integers, metavar="S", help="step from window to window (default: the kernel)")
    p.add_argument("--padding", type=paddings, default=0, metavar="P", help="1, or 1,2, or before:after pairs 0:1,2:2, or valid, same, same_lower")
    p.add_argument("--dilation", type=integers, default=1, metavar="D", help="step from cell to cell within a window")
    p.add_argument("--axes", type=integers, metavar="A", help="axes to pool (default: the last ones; of a picture height and width)")
    p.add_argument("--ceil-mode", choices=CEIL_MODES, default="floor", help="what becomes of a last, partial window (default: floor, it is dropped)")
    p.add_argument("--p", type=float, metavar="P", help="order of the norm for --kind lp (default: 2)")
    p.add_argument("--exclude-pad", action="store_true", help="leave padded cells out of averages")
    p.add_argument("--dtype", type=number_type, metavar="TYPE", help="number type of the result, for avg, sum and lp")
    p.add_argument("--verbose", "-v", action="store_true", help="say what was done")
    add_threads(p)

    p = command("bench", run_bench, "time cypool beside the other libraries that are installed")
    p.add_argument("--only", type=pattern, default="", metavar="REGEX", help="only the cases whose name matches")
    p.add_argument("--alone", action="store_true", help="leave the other libraries out")
    p.add_argument("--rounds", type=positive, default=7, metavar="N", help="rounds; the figure is their lower quartile (default: %(default)s)")
    p.add_argument("--chart", metavar="FILE", help="draw bars: cypool, the others, the limit")
    how = p.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="print JSON, times in seconds")
    how.add_argument("--markdown", action="store_true", help="print a Markdown table")
    p.add_argument("--list", action="store_true", help="name the cases and stop")
    add_threads(p)

    p = command("info", run_info, "show version, compiler, CPU build and threads")
    p.add_argument("--json", action="store_true", help="print JSON")
    return top


# ---------------------------------------------------------------- commands

def run_demo(args: argparse.Namespace) -> None:
    from ._demo import demo

    for line in demo(args.picture, args.output, args.kernel, args.threads):
        print(line, flush=True)


def run_pool(args: argparse.Namespace) -> None:
    options = {"p": (args.p, "lp"), "dtype": (args.dtype, "avg, sum or lp"), "exclude_pad": (args.exclude_pad or None, "avg")}
    for name, (value, allowed) in options.items():
        if value is not None and args.kind not in allowed.replace(",", "").split():
            raise UsageError(f"--{name.replace('_', '-')} goes with --kind {allowed}, not {args.kind}")
    x, picture = read_array(args.input)
    pool, dtype = POOLS[args.kind], args.dtype
    if picture is not None and args.kind == "avg" and dtype is None:
        dtype = x.dtype
    windows = {
        "kernel_size": args.kernel,
        "stride": args.stride,
        "padding": args.padding,
        "dilation": args.dilation,
        "axes": (0, 1) if args.axes is None and picture is not None else args.axes,
        "ceil_mode": CEIL_MODES[args.ceil_mode],
    }
    more = {"p": args.p, "dtype": dtype, "count_include_pad": False if args.exclude_pad else None}
    more = {name: value for name, value in more.items() if value is not None}
    shape = cypool.output_shape(x.shape, **windows)
    dtype = pool(np.ones((1,) * x.ndim, x.dtype), 1, axes=0, **more).dtype  # the function itself knows best
    to_npy = args.output.lower().endswith(".npy")
    if not to_npy:
        check_picture(args.output, shape, dtype)
    with replacing(args.output) as temporary:
        if to_npy:
            y = create_npy(temporary, shape, dtype, fortran_order=x.flags.fnc)
            pool(x, **windows, **more, out=y, n_threads=args.threads)
            getattr(y, "flush", bool)()
        else:
            write_picture(temporary, pool(x, **windows, **more, n_threads=args.threads), picture)
    if args.verbose:
        print(f"{args.kind}: {args.input} {x.shape} {x.dtype} -> {args.output} {shape} {dtype}")


def run_bench(args: argparse.Namespace) -> None:
    from . import _bench

    cases = [case for case in _bench.CASES if re.search(args.only, case.name)]
    if not cases:
        raise UsageError(f"no case matches --only {args.only.pattern}; cypool bench --list names them")
    if args.list:
        print(*(case.name for case in cases), sep="\n")
        return
    form = "json" if args.json else "markdown" if args.markdown else "text"
    _bench.bench(cases, args.threads, args.rounds, args.chart, form, args.alone)


def run_info(args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(cypool.show_config(mode="dicts"), indent=2, default=str))
    else:
        cypool.show_config()


# ---------------------------------------------------------------- errors

class UsageError(Exception):
    """Arguments that don't go together."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code: 0, 1 after an error, 2 after wrong usage, 128 + signal."""
    argv = list(sys.argv[1:] if argv is None else argv)
    for i in range(len(argv) - 1, 0, -1):  # `--axes -2,-1`: argparse takes -2,-1 for an option
        if argv[i - 1].startswith("--") and re.match(r"-\d", argv[i]):
            argv[i - 1 : i + 1] = [f"{argv[i - 1]}={argv[i]}"]
    try:
        args = parser().parse_args(argv)
        args.run(args)
        sys.stdout.flush()
        return 0
    except BrokenPipeError:  # the reader, `head` say, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except UsageError as error:
        return fail(error, 2)
    except MemoryError as error:
        return fail(f"not enough memory: {error}")
    except OSError as error:
        return fail(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else error)
    except (FileError, ValueError, TypeError, OverflowError, RuntimeError) as error:
        return fail(error)


def fail(error: object, code: int = 1) -> int:
    print("cypool: error:", " ".join(str(error).split()), file=sys.stderr)
    return code
