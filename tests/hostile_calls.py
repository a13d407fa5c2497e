"""Run as a program: thousands of calls with hostile arguments, one line each before it is made, so that a crash shows its call.

    python hostile_calls.py [SEED [PAIRS]]

Every public function, each argument with each value alone, then PAIRS random values for every pair of its arguments. Only four
errors are allowed, each must name an argument and show its value, and no call may take seconds. The last line is a JSON summary.
"""

import collections
import inspect
import itertools
import json
import random
import re
import signal
import sys
import time

import cypool
import numpy as np

INTEGERS = [-(2**63), -(2**31) - 1, -1, 0, 1, 2, 3, 2**31 - 1, 2**31, 2**32 + 3, 2**62, 2**63 - 1, 2**63, 2**64, 10**40, 10**5000, -(10**5000)]


class Endless:
    """A sequence that says it has two items and never ends."""

    def __len__(self):
        return 2

    def __iter__(self):
        return itertools.count(1)


class Fickle:
    """Another integer whenever it is asked."""

    values = itertools.cycle([2, -1, 2**31, 0, 1, 2**62, 3])

    def __index__(self):
        return next(self.values)


class Unprintable:
    def __repr__(self):
        raise RuntimeError("no repr")


OTHERS = [True, 1.5, float("nan"), float("inf"), 1j, "", "same", "valid", "x", b"x", None, (), [], {}, object(), NotImplemented, print, np.int8(-1)]
OTHERS += [Endless(), Fickle(), Unprintable(), range(2**62), range(2**40), bytearray(4), np.array(2), np.float16(2), "a" * 100_000]
NESTED = [(2, 2), (0, 1), (1, -1), (2, 2, 2), ((1, 1), (1, 1)), ((0, 0), (0, 2**62)), [[[1]]], (2,) * 100, (1, None), (2**63, 1), ("a", 1)]
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
    np.broadcast_to(np.int8(1), (2**31, 2**31)),
    np.lib.stride_tricks.as_strided(np.ones(8), (2, 2), (8, 8)),
    np.zeros((4, 4), complex),
    np.zeros((4, 4), object),
    np.array([["a"]]),
    np.ma.masked_array(np.ones((4, 4)), True),
]
VALUES = INTEGERS + OTHERS + NESTED + ARRAYS
ARRAY_ARGUMENTS = ("x", "y", "grad_output", "grad_grad_input", "indices", "out")
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
    if "onnx" in name:
        given |= {"indices": np.zeros((1, 1, 2, 2), np.int64), "input_shape": (1, 1, 4, 4)}
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
        yield name, function, base, (), parameters
        for parameter, value in itertools.product(parameters, VALUES):
            yield name, function, base | {parameter: value}, (parameter,), parameters
        for chosen in itertools.combinations(parameters, 2):
            for _ in range(pairs):
                yield name, function, base | {parameter: rng.choice(VALUES) for parameter in chosen}, chosen, parameters


def spell(value):
    if isinstance(value, np.ndarray) and value.size > 20:
        return f"<{value.dtype} {value.shape}>"
    try:
        return repr(value).replace("\n", " ")[:200]
    except (RuntimeError, ValueError):
        return f"an unprintable {type(value).__name__}"


def says_too_little(message, name, value, parameters):
    """What the message of an error lacks, if anything, when the argument `name` was `value`."""
    if not any(re.search(rf"\b{parameter}\b", message) for parameter in parameters):
        return "names no argument"
    plain = type(value) in (int, float, complex, str, bytes, bool) and name not in ARRAY_ARGUMENTS
    if plain and re.match(rf"{name}\b", message) and spell(value)[:60] not in message:
        return "does not show the value"
    return ""


class Enough(Exception):
    """A call was given long enough: a virtual array of 2**62 cells takes years, unless a signal ends it."""


def enough(*_):
    raise Enough


def main(seed=0, pairs=4):
    signal.signal(signal.SIGALRM, enough)
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
        start = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            function(**arguments)
            signal.setitimer(signal.ITIMER_REAL, 0)
            count["returned"] += 1
            count["works"] += not hostile
        except ALLOWED as error:
            count[type(error).__name__] += 1
            alone = len(hostile) == 1 and not isinstance(error, MemoryError)
            if alone and (lack := says_too_little(str(error), *hostile, arguments[hostile[0]], parameters)):
                wrong.append(f"{line}\n    {lack}: {type(error).__name__}: {error}")
        except Enough:
            count["interrupted"] += 1
        except BaseException as error:
            wrong.append(f"{line}\n    {type(error).__name__}: {error}")
        signal.setitimer(signal.ITIMER_REAL, 0)
        if (took := time.process_time() - start) > 5:
            wrong.append(f"{line}\n    takes {took:.0f} s")
        cypool.set_num_threads(None)
    print(json.dumps({"count": count, "wrong": wrong}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
