"""Run as a program: the SHA-256 of every result of a fixed list of calls, one line each, with the threads given as arguments.

    CYPOOL_BUILD=v3 python hash_cases.py 1 2 7

Each line is the case's number, the threads and the hash; the build in use comes first.
"""

import hashlib
import sys

import cases
import cypool
import numpy as np


def calls():
    """Pairs (name, function of n_threads): small cases of every kind and dtype, and planes large enough to be split."""
    for family in (cases.rank_grid, cases.channel_grid, cases.corner_grid, cases.large_grid, cases.seamless_grid):
        for case in list(family())[::5]:
            yield str(case), lambda threads, case=case: case.call(cypool, n_threads=threads)
    for dtype in ("float32", "float64", "float16", "bfloat16", "uint8", "int64"):
        for shape, given in (
            ((1, 700, 900), {"kernel_size": 3, "stride": 1, "padding": 1}),
            ((64, 60, 70), {"kernel_size": 2}),
            ((300, 300, 8), {"kernel_size": 5, "stride": 2, "axes": (0, 1)}),
            ((3, 200_000), {"kernel_size": 101, "stride": 1, "axes": -1}),
            ((40, 40, 40, 6), {"kernel_size": (3, 3, 3), "stride": 1, "axes": (0, 1, 2)}),
        ):
            values = "special" if dtype == "float32" and len(shape) == 3 else "plain"
            x = cases.make(dtype, shape, values=values, seed=len(shape))
            for kind in cases.KINDS:
                pool = getattr(cypool, f"{kind}_pool")
                yield f"{kind} {dtype} {shape}", lambda threads, x=x, pool=pool, given=given: pool(x, n_threads=threads, **given)
            for form in (True, "window"):
                yield (
                    f"indices {form} {dtype} {shape}",
                    lambda threads, x=x, given=given, form=form: cypool.max_pool(x, return_indices=form, n_threads=threads, **given)[1],
                )
            if dtype in cases.FLOATS:
                y, indices = cypool.max_pool(x, return_indices="window", **given)
                g = cases.make(dtype, y.shape, seed=9)
                lp = cypool.lp_pool(x, **given)
                yield (
                    f"max backward {dtype} {shape}",
                    lambda threads, g=g, indices=indices, x=x, given=given: cypool.max_pool_backward(g, indices, x.shape, n_threads=threads, **given),
                )
                for kind in ("avg", "sum"):
                    back = getattr(cypool, f"{kind}_pool_backward")
                    yield (
                        f"{kind} backward {dtype} {shape}",
                        lambda threads, g=g, x=x, given=given, back=back: back(g, x.shape, n_threads=threads, **given),
                    )
                yield (
                    f"lp backward {dtype} {shape}",
                    lambda threads, g=g, x=x, lp=lp, given=given: cypool.lp_pool_backward(g, x, lp, n_threads=threads, **given),
                )
    x = cases.make("float32", (40, 90, 110), seed=2)
    for kind in ("max", "min", "avg"):
        pool = getattr(cypool, f"adaptive_{kind}_pool")
        yield f"adaptive {kind}", lambda threads, pool=pool: pool(x, (7, 200), n_threads=threads)
    for kind in cases.KINDS:
        pool = getattr(cypool, f"global_{kind}_pool")
        yield f"global {kind}", lambda threads, pool=pool: pool(x, n_threads=threads)
        yield f"global {kind} 1", lambda threads, pool=pool: pool(x.reshape(1, -1, 10), axes=(0, 1, 2), n_threads=threads)


def digest(result):
    """Equal for equal bits; every NaN counts as the same."""
    result = np.ascontiguousarray(result)
    if result.dtype.kind not in "biu":
        result = np.where(np.isnan(result.astype(np.float64)), np.array(np.nan, result.dtype), result)
    return hashlib.sha256(result.tobytes()).hexdigest()[:16]


def main():
    print(cypool.show_config("dicts")["CPU builds"]["in use"])
    for number, (_, call) in enumerate(calls()):
        for threads in map(int, sys.argv[1:]):
            try:
                said = digest(call(threads))
            except ValueError:
                said = "ValueError"
            print(number, threads, said, flush=True)


if __name__ == "__main__":
    main()
