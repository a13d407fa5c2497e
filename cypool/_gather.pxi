"""Backward of max and min, and unpooling.

Inside windows (unsigned indices): every row of the gradient is gathered from the windows that cover it, in their order, and
written once. The share of window `ow` at tap j goes to column ow*stride + j*spacing; shares that are equal modulo the stride
lie side by side in a strand of their own, and strands are braided into the row at the end.

Flat (signed indices): each plane belongs to one thread, which scatters its gradients in their order.
"""

ctypedef void (*Choose)(void *, const void *, const void *, int64_t, Py_ssize_t) noexcept nogil
ctypedef void (*Braid)(void *, const void *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Scattering)(void *, const void *, const int64_t *, Py_ssize_t, Py_ssize_t, Py_ssize_t, bint, float *) noexcept nogil

cdef struct Gathering:
    Axis axis[MAX_AXES]                       # of the rows, mirrored: length is the output's, out the input's, step in cells
    int n_axes
    Axis column                               # as in forward: length is the input's
    Py_ssize_t inner, itemsize, acc, code, n_rows, rows, columns, pitch
    Real real                                 # for halves
    Finisher finish
    Choose choose
    Braid braid


cdef inline Py_ssize_t tap_of(const Axis *axis, Py_ssize_t i, Py_ssize_t o) noexcept nogil:
    """Which tap of window o cell i is."""
    if axis.stride == 0:
        return i - o * axis.out // axis.length
    return (i + axis.before - o * axis.stride) // axis.spacing


cdef void gather_row(const Gathering *p, const char *g, const char *codes, char *to, char *memory, Py_ssize_t r, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    cdef Span span[MAX_AXES]
    cdef Py_ssize_t cell[MAX_AXES]
    cdef Py_ssize_t tap[MAX_AXES]
    cdef const Axis *column = &p.column
    cdef Py_ssize_t low, high, n, i, j, o, q, at = 0, ordinal, stride = greater(1, column.stride), start
    cdef char *strands = memory
    cdef char *row = memory + stride * p.pitch * p.acc
    cdef char *wide = row + p.pitch * stride * p.acc
    cdef const char *values
    cdef Operands rows
    cdef int a
    cdef bint covered = True
    memset(strands, 0, stride * p.pitch * p.acc)
    for a in range(p.n_axes - 1, -1, -1):
        cell[a] = r % p.axis[a].out
        r //= p.axis[a].out
        span[a] = window(&p.axis[a], cell[a])
        covered &= span[a].first < span[a].last
        tap[a] = 0
        at += span[a].start * p.axis[a].step
    if column.stride == 0:                    # the bins that hold columns c..
        low = c * column.out // column.length
        high = ((c + columns) * column.out - 1) // column.length + 1
    else:
        low = greater(0, (c + column.before - (column.kernel - 1) * column.dilation) // stride)
        high = smaller(column.out, (c + columns - 1 + column.before) // stride + 1)
        start = low * stride
    n = (high - low) * p.inner
    while covered and n > 0:
        ordinal = 0
        for a in range(p.n_axes):
            o = span[a].start + tap[a] * p.axis[a].dilation
            ordinal = ordinal * p.axis[a].kernel + tap_of(&p.axis[a], cell[a], o)
        ordinal *= column.kernel
        values = g + (at + low * p.inner) * p.itemsize
        if p.real != NULL:
            p.real(wide, values, n)
            values = wide
        if column.stride:
            for j in range(column.kernel - 1, -1, -1):
                q = j * column.dilation
                p.choose(strands + (q % stride * p.pitch + q // stride * p.inner) * p.acc, values,
                         codes + (at + low * p.inner) * p.code, ordinal + j, n)
        else:
            for o in range(low, high):
                start = o * column.length // column.out
                for j in range(((o + 1) * column.length - 1) // column.out + 1 - start):
                    if 0 <= start + j - c < columns:
                        p.choose(strands + (start + j - c) * p.inner * p.acc, values + (o - low) * p.inner * p.acc,
                                 codes + (at + o * p.inner) * p.code, ordinal + j, p.inner)
        for a in range(p.n_axes - 1, -1, -1):
            tap[a] += 1
            at += p.axis[a].dilation * p.axis[a].step
            if span[a].first + tap[a] < span[a].last:
                break
            at -= tap[a] * p.axis[a].dilation * p.axis[a].step
            tap[a] = 0
        else:
            break
    rows.acc = to if p.finish == NULL else row
    p.braid(rows.acc, strands, p.pitch, c + column.before - start if column.stride else 0, columns, stride, p.inner)
    if p.finish != NULL:
        rows.row[0] = row
        rows.acc = to
        p.finish(NULL, &rows, columns * p.inner, NULL, 0, 1, 0, 0)


cdef void gather_work(const void *problem, const Arrays *arrays, char *memory, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    cdef const Gathering *p = <const Gathering *>problem
    cdef Py_ssize_t tiles = (p.column.length - 1) // p.columns + 1, r, c
    while item < stop:
        c = item % tiles * p.columns
        for r in range(item // tiles * p.rows, smaller(p.n_rows, (item // tiles + 1) * p.rows)):
            gather_row(p, arrays.x, arrays.y, arrays.out + (r * p.column.length + c) * p.inner * p.itemsize, memory,
                       r, c, smaller(p.columns, p.column.length - c))
        item += 1


cdef class MaxGradient:
    """The gradient of max and min, from indices inside windows."""

    cdef Gathering p
    cdef Py_ssize_t items
    cdef double seconds_per_item
    cdef readonly Py_ssize_t useful_threads

    def __init__(self, list axes, tuple column, Py_ssize_t inner, str dtype, str code):
        cdef Gathering *p = &self.p
        cdef double taps = 1
        cdef int a
        p.n_axes = len(axes)
        p.n_rows = 1
        for a in range(p.n_axes):
            p.axis[a] = axis_of(axes[a])
            p.n_rows *= p.axis[a].out
            taps *= (p.axis[a].kernel - 1) // greater(1, p.axis[a].stride) + 1
        p.column = axis_of(column)
        acc = "float64" if dtype == "float64" else "float32"
        p.inner, p.itemsize, p.acc, p.code = inner, SIZES[dtype], SIZES[acc], SIZES[code]
        if dtype != acc:
            p.real = <Real><void *><size_t>VERBS["convert", "real", dtype, acc]
            p.finish = <Finisher><void *><size_t>VERBS["finish", "total", acc, dtype]
        p.choose = <Choose><void *><size_t>VERBS["choose", acc, code]
        p.braid = <Braid><void *><size_t>VERBS["braid", acc]
        p.columns = smaller(p.column.length, greater(1, 4096 // inner))
        stride = greater(1, p.column.stride)
        if p.column.stride:
            p.pitch = ((p.columns + (p.column.kernel - 1) * p.column.dilation * 2) // stride + 3) * inner
        else:
            p.pitch = greater(p.columns, p.columns * p.column.out // p.column.length + 2) * inner
        p.rows = smaller(p.n_rows, greater(1, 4096 // (p.columns * inner)))
        self.items = ((p.n_rows - 1) // p.rows + 1) * ((p.column.length - 1) // p.columns + 1)
        self.seconds_per_item = 2e-10 * p.rows * p.columns * inner * taps * p.column.kernel
        self.useful_threads = smaller(self.items, greater(1, <Py_ssize_t>(self.items * self.seconds_per_item / 10e-6)))

    def __call__(self, g, codes, out, int n_threads):
        cdef Arrays arrays
        cdef Py_ssize_t stride = greater(1, self.p.column.stride)
        arrays.x = <const char *>cnp.PyArray_DATA(g)
        arrays.y = <const char *>cnp.PyArray_DATA(codes)
        arrays.out = <char *>cnp.PyArray_DATA(out)
        share_out(gather_work, &self.p, &arrays, (2 * stride + stride) * self.p.pitch * self.p.acc + LINE,
                  self.items, self.seconds_per_item, n_threads)


cdef struct Scattered:
    Py_ssize_t cells, n, inner, itemsize
    bint add
    Scattering scatter

cdef void scatter_work(const void *problem, const Arrays *arrays, char *memory, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    cdef const Scattered *p = <const Scattered *>problem
    while item < stop:
        p.scatter(arrays.out + item * p.cells * p.inner * p.itemsize, arrays.x + item * p.n * p.inner * p.itemsize,
                  <const int64_t *>arrays.y + item * p.n * p.inner, p.cells, p.n, p.inner, p.add, <float *>memory)
        item += 1

def scatter_planes(g, indices, out, Py_ssize_t planes, Py_ssize_t n, Py_ssize_t cells, Py_ssize_t inner, str dtype, bint add, int n_threads):
    """Send (planes, n, inner) values to (planes, cells, inner) cells at flat `indices`; all C-contiguous."""
    cdef Scattered p
    cdef Arrays arrays
    p.cells, p.n, p.inner, p.itemsize, p.add = cells, n, inner, SIZES[dtype], add
    p.scatter = <Scattering><void *><size_t>VERBS["scatter", dtype]
    arrays.x = <const char *>cnp.PyArray_DATA(g)
    arrays.y = <const char *>cnp.PyArray_DATA(indices)
    arrays.out = <char *>cnp.PyArray_DATA(out)
    share_out(scatter_work, &p, &arrays, cells * inner * 4 if add and p.itemsize == 2 else LINE, planes, 2e-9 * (cells + n) * inner, n_threads)
