"""Backward of max and min, and unpooling.

Inside windows (unsigned indices): tap (t, j) of window (o, ow) lies in row o*stride + t*spacing and column ow*stride + j*spacing.
What is equal modulo the strides lies side by side in a strand of its own, where a tap is a mere shift: each tap asks a whole
tile of windows at once whether it won. Strands are braided into rows at the end, each row written once.

       o:   0   1   2          stride 2, kernel 3: taps 0 and 2 of the windows make strand 0, tap 1 makes strand 1
    rows:   0 1 2 3 4 5 6

Taps come last to first, so that a cell adds up its windows in their order.

Flat (signed indices): each plane belongs to one thread, which scatters its gradients in their order.
"""

ctypedef void (*Choose)(void *, const void *, const void *, int64_t, bint, Py_ssize_t) noexcept nogil
ctypedef void (*Lanes)(void *, const void *, Py_ssize_t) noexcept nogil
ctypedef void (*Braid)(void *, const void *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Scattering)(void *, const void *, const int64_t *, Py_ssize_t, Py_ssize_t, Py_ssize_t, bint, float *) noexcept nogil

cdef struct Gathering:
    Axis axis[MAX_AXES]                       # of the rows, mirrored: length is the output's, out the input's, step in cells
    int n_axes
    Axis row                                  # the last of them and the columns, as in forward: length is the input's
    Axis column
    Py_ssize_t inner, itemsize, acc, code, planes, rows, columns
    Py_ssize_t windows, pitch, strand         # rows of windows a tile needs at most, cells from one to the next, rows of a strand
    bint add                                  # or else the last window's value stays
    Real real                                 # for halves
    Finisher finish
    Choose choose
    Lanes lanes
    Braid braid


cdef inline Span covering(const Axis *axis, Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """Which windows may hold cells first.. of an axis."""
    cdef Span s
    s.start = greater(0, (first + axis.before - (axis.kernel - 1) * axis.dilation) // axis.stride)
    s.last = smaller(axis.out, (first + n - 1 + axis.before) // axis.stride + 1)
    return s


cdef void gather_tile(const Gathering *p, const Arrays *arrays, char *memory, Py_ssize_t plane, Py_ssize_t r, Py_ssize_t n_rows,
                      Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """Rows r.. and columns c.. of one plane of the gradient."""
    cdef Span span[MAX_AXES]
    cdef Py_ssize_t cell[MAX_AXES]
    cdef Py_ssize_t tap[MAX_AXES]
    cdef Span below = covering(&p.row, r, n_rows), beside = covering(&p.column, c, columns)
    cdef Py_ssize_t n = greater(0, beside.last - beside.start) * p.inner, n_windows = greater(0, below.last - below.start)
    cdef Py_ssize_t strand = p.strand * p.pitch * p.acc, strands = p.row.stride * p.column.stride
    cdef Py_ssize_t i, t, j, q, w, from_, ordinal, at = plane
    cdef char *values = memory + strands * strand + LINE
    cdef char *codes = values + p.windows * p.pitch * p.acc + LINE
    cdef char *row = codes + p.windows * p.pitch * p.acc + LINE
    cdef char *to
    cdef Operands rows
    cdef int a, outer = p.n_axes - 1
    cdef bint covered = n > 0 and n_windows > 0
    memset(memory, 0, strands * strand + LINE)
    memset(values, 0, p.windows * p.pitch * p.acc)
    memset(codes, 255, p.windows * p.pitch * p.acc)         # no tap
    for a in range(outer - 1, -1, -1):
        cell[a] = at % p.axis[a].out
        at //= p.axis[a].out
        span[a] = window(&p.axis[a], cell[a])
        covered &= span[a].first < span[a].last
        tap[a] = 0
    at = below.start * p.axis[outer].step + beside.start * p.inner
    for a in range(outer):
        at += span[a].start * p.axis[a].step
    while covered:
        ordinal = 0
        for a in range(outer):
            q = span[a].start + tap[a] * p.axis[a].dilation
            ordinal += (cell[a] + p.axis[a].before - q * p.axis[a].stride) // p.axis[a].spacing * p.axis[a].plane
        for w in range(n_windows):
            from_ = at + w * p.axis[outer].step
            if p.real != NULL:
                p.real(values + w * p.pitch * p.acc, arrays.x + from_ * p.itemsize, n)
            else:
                memcpy(values + w * p.pitch * p.acc, arrays.x + from_ * p.itemsize, n * p.acc)
            p.lanes(codes + w * p.pitch * p.acc, arrays.y + from_ * p.code, n)
        for t in range(p.row.kernel - 1, -1, -1):
            for j in range(p.column.kernel - 1, -1, -1):
                q = t * p.row.dilation
                w = j * p.column.dilation
                to = memory + (q % p.row.stride * p.column.stride + w % p.column.stride) * strand
                to += (q // p.row.stride * p.pitch + w // p.column.stride * p.inner) * p.acc
                p.choose(to, values, codes, ordinal + t * p.row.plane + j * p.column.plane, p.add,
                         (n_windows - 1) * p.pitch + n)
        for a in range(outer - 1, -1, -1):
            tap[a] += 1
            at += p.axis[a].dilation * p.axis[a].step
            if span[a].first + tap[a] < span[a].last:
                break
            at -= tap[a] * p.axis[a].dilation * p.axis[a].step
            tap[a] = 0
        else:
            break
    for i in range(r, r + n_rows):
        q = i + p.row.before - below.start * p.row.stride
        to = arrays.out + ((plane * p.row.length + i) * p.column.length + c) * p.inner * p.itemsize
        p.braid(to if p.finish == NULL else row, memory + q % p.row.stride * p.column.stride * strand + q // p.row.stride * p.pitch * p.acc,
                p.strand * p.pitch, c + p.column.before - beside.start * p.column.stride, columns, p.column.stride, p.inner)
        if p.finish != NULL:
            rows.row[0] = row
            rows.acc = to
            p.finish(NULL, &rows, columns * p.inner, NULL, 0, 1, 0, 0)


cdef void gather_work(const void *problem, const Arrays *arrays, char *memory, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    cdef const Gathering *p = <const Gathering *>problem
    cdef Py_ssize_t beside = (p.column.length - 1) // p.columns + 1, below = (p.row.length - 1) // p.rows + 1, r, c
    while item < stop:
        c = item % beside * p.columns
        r = item // beside % below * p.rows
        gather_tile(p, arrays, memory, item // beside // below, r, smaller(p.rows, p.row.length - r), c, smaller(p.columns, p.column.length - c))
        item += 1


cdef class MaxGradient:
    """The gradient of max and min, from indices inside windows."""

    cdef Gathering p
    cdef Py_ssize_t items, memory
    cdef double seconds_per_item
    cdef readonly Py_ssize_t useful_threads

    def __init__(self, list axes, tuple row, tuple column, Py_ssize_t inner, str dtype, str code, bint add):
        cdef Gathering *p = &self.p
        cdef double taps
        cdef Py_ssize_t extra
        cdef int a
        p.n_axes, p.add = len(axes), add
        p.planes = 1
        for a in range(p.n_axes):
            p.axis[a] = axis_of(axes[a])
            if a < p.n_axes - 1:
                p.planes *= p.axis[a].out
        p.row, p.column = axis_of(row), axis_of(column)
        acc = "float64" if dtype == "float64" else "float32"
        p.inner, p.itemsize, p.acc, p.code = inner, SIZES[dtype], SIZES[acc], SIZES[code]
        if dtype != acc:
            p.real = <Real><void *><size_t>VERBS["convert", "real", dtype, acc]
            p.finish = <Finisher><void *><size_t>VERBS["finish", "total", acc, dtype]
        p.choose = <Choose><void *><size_t>VERBS["choose", acc]
        p.lanes = <Lanes><void *><size_t>VERBS["lanes", acc, code]
        p.braid = <Braid><void *><size_t>VERBS["braid", acc]
        taps = <double>p.row.kernel * p.column.kernel
        extra = (p.column.kernel - 1) * p.column.dilation
        p.columns = smaller(p.column.length, greater(1, 4096 // inner))
        p.pitch = ((p.columns + extra) // p.column.stride + 2 + extra // p.column.stride) * inner
        extra = (p.row.kernel - 1) * p.row.dilation
        p.rows = smaller(p.row.length, greater(p.row.stride, 16384 // (p.columns * inner)))
        p.windows = (p.rows + extra) // p.row.stride + 2
        p.strand = p.windows + extra // p.row.stride + 1
        self.memory = ((p.row.stride * p.column.stride * p.strand + 2 * p.windows) * p.pitch + p.columns * inner) * p.acc + 5 * LINE
        self.items = p.planes * ((p.row.length - 1) // p.rows + 1) * ((p.column.length - 1) // p.columns + 1)
        self.seconds_per_item = 1e-10 * p.rows * p.columns * inner * (taps + 8)
        self.useful_threads = smaller(self.items, greater(1, <Py_ssize_t>(self.items * self.seconds_per_item / 10e-6)))

    def __call__(self, g, codes, out, int n_threads):
        cdef Arrays arrays
        arrays.x = <const char *>cnp.PyArray_DATA(g)
        arrays.y = <const char *>cnp.PyArray_DATA(codes)
        arrays.out = <char *>cnp.PyArray_DATA(out)
        share_out(gather_work, &self.p, &arrays, self.memory, self.items, self.seconds_per_item, n_threads)


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


cdef struct Collection:
    Axis axis[MAX_AXES]                       # the pooled ones, in the order in which positions count
    int n_axes
    Py_ssize_t cells, n, inner, itemsize, code                # bytes of an index; signed ones are flat

cdef inline int64_t position(const Collection *p, Py_ssize_t window, int64_t code) noexcept nogil:
    """The flat position of what stands at `code` inside a window."""
    cdef int64_t flat = 0, step = 1, start
    cdef const Axis *axis
    cdef int a
    for a in range(p.n_axes - 1, -1, -1):
        axis = &p.axis[a]
        start = window % axis.out
        start = start * axis.stride - axis.before if axis.stride else start * axis.length // axis.out
        flat += (start + code % axis.kernel * axis.dilation) * step
        step *= axis.length
        window //= axis.out
        code //= axis.kernel
    return flat

cdef void collect_work(const void *problem, const Arrays *arrays, char *memory, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    cdef const Collection *p = <const Collection *>problem
    cdef Py_ssize_t i, k, cell
    cdef int64_t at
    while item < stop:
        for i in range(p.n):
            for k in range(p.inner):
                cell = (item * p.n + i) * p.inner + k
                if p.code == 1:
                    at = position(p, i, (<const uint8_t *>arrays.y)[cell])
                elif p.code == 2:
                    at = position(p, i, (<const uint16_t *>arrays.y)[cell])
                elif p.code == 4:
                    at = position(p, i, (<const uint32_t *>arrays.y)[cell])
                else:
                    at = (<const int64_t *>arrays.y)[cell]
                if 0 <= at < p.cells:         # checked before, and again: another thread may write indices meanwhile
                    memcpy(arrays.out + cell * p.itemsize, arrays.x + ((item * p.cells + at) * p.inner + k) * p.itemsize, p.itemsize)
                else:
                    memset(arrays.out + cell * p.itemsize, 0, p.itemsize)
        item += 1

def collect_planes(g, indices, out, Py_ssize_t planes, Py_ssize_t inner, list axes, int n_threads):
    """Bring (planes, n, inner) cells from the positions that `indices` name in (planes, cells, inner) cells; all C-contiguous."""
    cdef Collection p
    cdef Arrays arrays
    cdef int a
    p.n_axes, p.cells, p.n, p.inner = len(axes), 1, 1, inner
    for a in range(p.n_axes):
        p.axis[a] = axis_of(axes[a])
        p.cells *= p.axis[a].length
        p.n *= p.axis[a].out
    p.itemsize, p.code = g.dtype.itemsize, indices.dtype.itemsize
    arrays.x = <const char *>cnp.PyArray_DATA(g)
    arrays.y = <const char *>cnp.PyArray_DATA(indices)
    arrays.out = <char *>cnp.PyArray_DATA(out)
    share_out(collect_work, &p, &arrays, LINE, planes, 5e-9 * p.n * inner, n_threads)
