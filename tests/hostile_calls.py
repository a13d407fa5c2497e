"""Run as a program: thousands of calls with hostile arguments, one line each before it is made, so that a crash shows its call.

    python hostile_calls.py [SEED [PAIRS]]

Every public function, each argument with each value alone, then PAIRS random pairs of arguments for each function. The last
line is a JSON summary.
"""

import collections
import inspect
import itertools
import json
import random
import sys

import cypool
import numpy as np

INTEGERS = [-(2**63), -(2**31) - 1, -1, 0, 1, 2, 3, 2**31 - 1, 2**31, 2**32 + 3, 2**62, 2**63 - 1, 2**63, 2**64, 10**40]
OTHERS = [True, 1.5, float("nan"), float("inf"), 1j, "", "same", "valid", "x", b"x", None, (), [], {}, object(), NotImplemented, print, np.int8(-1)]
NESTED = [(2, 2), (0, 1), (1, -1), (2, 2, 2), ((1, 1), (1, 1)), ((0, 0), (0, 2**62)), [[[1]]], (1, None), (2**63, 1), ("a", 1)]
NESTED += [np.array([2, 2]), np.ones((2, 2)), np.ones((2, 2, 2), np.int64)]
ARRAYS = [
    np.ones((4, 4)),
    np.ones((2, 3, 4, 4), np.float32),
    np.ones((0, 4, 4)),
    np.ones((4, 0)),
    np.ones(()),
    np.ones(7, np.int8),
    np.full((2, 2), 2**63 - 1),
    np.full((2, 2), 2**64 - 1, np.uint64),
    np.full((2, 2), -1),
    np.full((2, 2), np.nan),
    np.zeros((2, 2), np.uint8),
    np.broadcast_to(np.ones((1, 1), np.int8), (2**12, 2**12)),
    np.zeros((4, 4), complex),
    np.zeros((4, 4), object),
    np.array([["a"]]),
    np.ma.masked_array(np.ones((4, 4)), True),
]
VALUES = INTEGERS + OTHERS + NESTED + ARRAYS
ALLOWED = (TypeError, ValueError, OverflowError, MemoryError)


def valid(name):
    """Arguments of a call that works, for a function of the package."""
    x = np.arange(16.0).reshape(4, 4)
    half = cypool.max_pool(x, 2)
    in_plane, in_window = (cypool.max_pool(x, 2, return_indices=form)[1] for form in (True, "window"))
    whole = "global" in name
    given = {
        "x": x,
        "y": np.array(2.0) if whole else half,
        "grad_output": np.array(1.0) if whole else np.ones((2, 2)),
        "grad_grad_input": np.ones((4, 4)),
        "indices": np.array(3) if whole else in_window if name == "window_to_plane" else in_plane,
        "shape": (4, 4),
        "input_shape": (4, 4),
        "kernel_size": 2,
        "output_size": 2,
        "mode": "dicts",
        "n": 2,
    }
    if "tensorflow" in name:
        given |= {"indices": np.zeros((1, 2, 2, 1), np.int64), "input_shape": (1, 4, 4, 1), "axes": (1, 2)}
    return given


def functions():
    """Public functions by name, each with the names of its arguments."""
    for name in cypool.__all__:
        function = getattr(cypool, name)
        if callable(function) and not inspect.isclass(function) or name == "threads":
            yield name, function, list(inspect.signature(function).parameters)


def calls(seed, pairs):
    """Function name, function, arguments, names of the hostile ones, names of all it has."""
    rng = random.Random(seed)
    for name, function, parameters in functions():
        base = {parameter: value for parameter, value in valid(name).items() if parameter in parameters}
        for parameter, value in itertools.product(parameters, VALUES):
            yield name, function, base | {parameter: value}, (parameter,), parameters
        if len(parameters) > 1:
            for _ in range(pairs):
                chosen = rng.sample(parameters, min(len(parameters), rng.choice((2, 2, 3))))
                yield name, function, base | {parameter: rng.choice(VALUES) for parameter in chosen}, tuple(chosen), parameters


def spell(value):
    if isinstance(value, np.ndarray) and value.size > 20:
        return f"<{value.dtype} {value.shape}>"
    return repr(value).replace("\n", " ")[:200]


def main(seed=0, pairs=60):
    with_limit = 3 << 30
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (with_limit, with_limit))
    except ImportError:
        pass
    count, wrong = collections.Counter(), []
    for name, function, arguments, hostile, parameters in calls(seed, pairs):
        line = f"cypool.{name}({', '.join(f'{parameter}={spell(value)}' for parameter, value in arguments.items())})"
        print(line, flush=True)
        count["calls"] += 1
        try:
            function(**arguments)
            count["returned"] += 1
        except ALLOWED as error:
            count[type(error).__name__] += 1
            if len(hostile) == 1 and not isinstance(error, MemoryError) and not any(parameter in str(error) for parameter in parameters):
                wrong.append(f"{line}\n    names no argument: {type(error).__name__}: {error}")
        except BaseException as error:
            wrong.append(f"{line}\n    {type(error).__name__}: {error}")
        cypool.set_num_threads(None)
    print(json.dumps({"count": count, "wrong": wrong}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
