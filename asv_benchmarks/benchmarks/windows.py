"""Does the size of the window matter, at stride 1 and where windows share less?"""

from .common import Question, data, public


class Square(Question):
    params = ["max_pool", "min_pool", "avg_pool"], ["float32", "uint8"], [3, 7, 15, 31, 63, 127]
    param_names = "kind", "dtype", "k"

    def case(self, kind, dtype, k):
        pool, x = public(kind), data(2048, 2048, dtype=dtype)
        kept = dict(dtype=x.dtype) if kind == "avg_pool" else {}
        return lambda: pool(x, k, 1, k // 2, **kept, n_threads=1), x


class Line(Question):
    params = ["max_pool", "avg_pool"], [3, 7, 31, 127, 513, 4097]
    param_names = "kind", "k"

    def case(self, kind, k):
        pool, x = public(kind), data(4, 262144)
        return lambda: pool(x, k, 1, k // 2, axes=-1, n_threads=1), x


class Inside(Question):
    """Averages that leave out padding, as ONNX has them by default."""

    params = ["float32", "float16", "uint8"], [7, 13, 28, 56, 224]
    param_names = "dtype", "length"

    def case(self, dtype, length):
        pool, x = public("avg_pool"), data(8, 2**18 // length**2, length, length, dtype=dtype)
        return lambda: pool(x, 3, 1, 1, count_include_pad=False, dtype=x.dtype, n_threads=1), x


class Narrow(Question):
    """Averages, and places, of rows shorter than a line or not much longer."""

    params = ["avg_pool", "indices"], ["float32", "float16", "uint8"], [7, 15, 40], [(3, 1), (3, 2)]
    param_names = "what", "dtype", "length", "k, stride"

    def case(self, what, dtype, length, window):
        x = data(8, 2**18 // length**2, length, length, dtype=dtype)
        more = dict(dtype=x.dtype) if what == "avg_pool" else dict(return_indices="window")
        pool = public("avg_pool" if what == "avg_pool" else "max_pool")
        return lambda: pool(x, *window, **more, n_threads=1), x


class Strided(Question):
    params = ["max_pool", "avg_pool"], ["float32", "uint8"], [(7, 4), (8, 7), (15, 2), (15, 7), (31, 16)], [28, 224]
    param_names = "kind", "dtype", "k, stride", "length"

    def case(self, kind, dtype, window, length):
        pool, x = public(kind), data(8, 2**18 // length**2, length, length, dtype=dtype)
        kept = dict(dtype=x.dtype) if kind == "avg_pool" else {}
        k, stride = (min(n, length) for n in window)
        return lambda: pool(x, k, stride, **kept, n_threads=1), x
