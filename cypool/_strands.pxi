"""Backward of average, sum and Lp.

A cell's gradient is a sum over the windows that it lies in. Which ones these are changes from cell to cell, but cells `stride`
apart see the same picture, shifted by one window: a strand. So the gradients of all windows around a tile are united the forward
way, at a stride of 1, once for each number of rows and columns of windows that cells share (a sheet); each strand is a part of
one sheet, and strands are braided into rows at the end.

    windows:  0   1   2          stride 2, kernel 3: even cells lie in two windows (sheet of sums of 2), odd ones in one (sheet of 1)
      cells: 0 1 2 3 4 5 6
"""

cdef Py_ssize_t most_windows(const Axis *axis, Py_ssize_t n) noexcept nogil:
    """How many windows n cells of a gradient lie in, at the most."""
    if axis.stride == 0:
        return n * axis.length // axis.out + 2
    return (n - 1 + greater((axis.kernel - 1) * axis.spacing, axis.stride - 1)) // axis.stride + 1


cdef Py_ssize_t piece(const Axis *axis, Py_ssize_t inner, Py_ssize_t target) noexcept nogil:
    """How many cells of a gradient to do at a time: equal shares of all, whose windows are about `target` cells."""
    cdef Py_ssize_t stride = smaller(axis.stride or 1, axis.out), windows = greater(target // inner, 4 * most_windows(axis, 1)), n
    if most_windows(axis, axis.out) * inner <= 2 * target:
        return axis.out
    n = (windows - most_windows(axis, 1)) * stride if axis.stride else greater(1, windows * axis.out // axis.length)
    n = (axis.out - 1) // ((axis.out - 1) // n + 1) + 1
    return smaller(axis.out, (n + stride - 1) // stride * stride)


cdef inline Span reached(const Axis *axis, Py_ssize_t o, Py_ssize_t n) noexcept nogil:
    """From the first to the last window of cells o..o+n-1, and one at least."""
    cdef Span s, last = shared(axis, o + n - 1)
    cdef Py_ssize_t room = o + axis.before + back(axis) * axis.stride
    if axis.stride == 0:
        s = shared(axis, o)
        s.last = last.start + last.last - s.start
        return s
    s.first = 0
    s.start = smaller((room - (axis.kernel - 1) * axis.spacing - 1) // axis.stride + 1, room // axis.stride)
    s.last = (room + n - 1) // axis.stride + 1 - s.start
    return s


cdef Py_ssize_t run_of_counts(const Axis *counted, Py_ssize_t o, Py_ssize_t n) noexcept nogil:
    """How many of `n` windows from `o` on count as many taps as the first."""
    cdef Py_ssize_t i
    for i in range(1, n):
        if count_taps(counted, o + i) != count_taps(counted, o):
            return i
    return n


cdef bint take_windows(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t start, Py_ssize_t rows,
                       Py_ssize_t low, Py_ssize_t columns, char *to) noexcept nogil:
    """`rows` rows of the gradient, or neutral ones, from `start` on, for the cells in the plane of row `r`."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t above = smaller(greater(0, -start), rows), stop = greater(above, smaller(last.length - start, rows)), row = above, run
    cdef Py_ssize_t pitch = s.pitch * v.acc
    cdef bint odd = False
    neutral(p, s, v, to, NULL, columns * p.inner, above, s.pitch)
    while row < stop:
        run = smaller(stop - row, p.run)
        if p.counts and not p.planar:
            run = run_of_counts(&p.counted[p.n_axes - 1], start + row, run)
        odd |= cover(p, v, arrays, s, r, start + row, run, last.step, low, columns, to + row * pitch, NULL)
        row += run
    neutral(p, s, v, to + row * pitch, NULL, columns * p.inner, rows - row, s.pitch)
    return odd


cdef bint take_planes(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t planes, Py_ssize_t start,
                      Py_ssize_t rows, Py_ssize_t low, Py_ssize_t columns, char *to) noexcept nogil:
    """The same of several planes: each like one row, if nothing stands beside their rows, or the first row of all, then the second..."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t above = smaller(greater(0, -start), rows), inside = greater(above, smaller(last.length - start, rows)) - above
    cdef Py_ssize_t pitch = s.pitch, below = above + inside, plane
    cdef bint odd = False
    if p.stacked and not p.counts and not p.gathers and columns * p.inner == pitch and last.step == pitch * p.itemsize and 0 < inside <= p.run:
        odd = cover_planes(p, v, arrays, s, r, start + above, rows, above, above + 1, planes, p.run // inside, low, inside * columns, to, NULL)
    elif p.stacked and planes > inside:
        odd = cover_planes(p, v, arrays, s, r, start + above, rows, above, below, planes, p.run, low, columns, to, NULL)
    else:
        for plane in range(planes):
            odd |= take_windows(p, v, arrays, s, r + plane * last.out, start, rows, low, columns, to + plane * rows * pitch * v.acc)
        return odd
    neutral(p, s, v, to, NULL, above * pitch, planes, rows * pitch)
    neutral(p, s, v, to + below * pitch * v.acc, NULL, (rows - below) * pitch, planes, rows * pitch)
    return odd


cdef char *summed(const Problem *p, Scratch *s, const Verbs *v, char *cells, char *to, char *spare,
                  Py_ssize_t width, Py_ssize_t shift, Py_ssize_t n) noexcept nogil:
    """Windows of `width` cells that lie `shift` apart: they stand in `to`, but one cell is its own window."""
    cdef char *tile[3]
    cdef int bit = doubling_steps(width)
    tile[0] = cells
    tile[2 - bit % 2] = to                    # where the last pass writes
    tile[1 + bit % 2] = spare
    return tile[doubled(p, s, v, tile, tile, width, shift, 0, n, False).at]


cdef inline int place_of(const Py_ssize_t *widths, int number, Py_ssize_t width) noexcept nogil:
    """Where a width stands among all; -1: nowhere."""
    cdef int i
    for i in range(number):
        if widths[i] == width:
            return i
    return -1


cdef bint add_windows(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s,
                      Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """A sheet of sums for each number of rows and columns of windows that cells share: the forward way, at a stride of 1."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t rows = smaller(n_rows, last.out), planes = n_rows // rows, n, some
    cdef Span below = reached(last, r % last.out, rows), beside = reached(&p.column, c, columns)
    cdef Py_ssize_t start = beside.start - back(&p.column), pitch = beside.last * p.inner
    cdef Py_ssize_t low = greater(start, 0), high = greater(low, smaller(start + beside.last, p.column.length))
    cdef Py_ssize_t margin = (p.width_of[1][p.widths[1] - 1] - 1) * p.column.dilation * p.inner
    cdef bint odd = False, early = v.mean and v.acc == v.result, late = v.finish != NULL and not early and arrays.slope == NULL
    cdef int i, k, one_row = place_of(p.width_of[0], p.widths[0], 1), one_column = -1 if late else place_of(p.width_of[1], p.widths[1], 1)
    cdef char *first = s.tile[0]              # what is there already, of one window's width, is made in its sheet
    cdef char *loaded
    cdef char *wide
    cdef char *sheet
    cdef Operands done
    if one_row >= 0 and one_column >= 0:
        first = s.sheets + (one_row * p.widths[1] + one_column) * p.sheet
    loaded = s.tile[0] if first != s.tile[0] and early else s.tile[3] if early else first
    s.tap, s.pitch, s.end = 0, pitch, s.tile[0] + p.tiles
    odd |= take_planes(p, v, arrays, s, r, planes, below.start - back(last), below.last, low, high - low, loaded + (low - start) * p.inner * v.acc)
    n = planes * below.last
    neutral(p, s, v, loaded, NULL, (low - start) * p.inner, n, pitch)
    neutral(p, s, v, loaded + (high - start) * p.inner * v.acc, NULL, (start + beside.last - high) * p.inner, n, pitch)
    if v.watch_bits != NULL:
        odd |= v.watch_bits(loaded, v.mask, v.odd_bits, n * pitch)
    if early:
        done.row[0] = loaded
        done.acc = first
        v.finish(NULL, &done, pitch, divisors(p, s, last, &p.column, Counts(0, 0, 1, p.divisor), v.reciprocal), v.p, n, pitch, pitch)
    n *= pitch
    neutral(p, s, v, first + n * v.acc, NULL, margin, 1, 0)
    sheet = s.sheets
    for i in range(p.widths[0]):
        some = n - (p.width_of[0][i] - 1) * last.dilation * pitch
        wide = s.tile[3] if one_column < 0 else sheet + one_column * p.sheet
        wide = summed(p, s, v, first, wide, s.tile[1], p.width_of[0][i], last.dilation * pitch, n + margin)
        for k in range(p.widths[1]):
            if p.width_of[0][i] * p.width_of[1][k] == 0:
                memset(sheet, 0, n * p.added)
            elif some > 0 and late:
                done.row[0] = summed(p, s, v, wide, s.tile[2], s.tile[1], p.width_of[1][k], p.column.dilation * p.inner, some + margin)
                done.acc = sheet
                v.finish(NULL, &done, pitch, divisors(p, s, last, &p.column, Counts(0, 0, 1, p.divisor), v.reciprocal) if v.mean else NULL, v.p,
                         some // pitch, pitch, pitch)
            elif some > 0:
                summed(p, s, v, wide, sheet, s.tile[1], p.width_of[1][k], p.column.dilation * p.inner, some + margin)
            sheet += p.sheet
    return odd


cdef void place_strands(const Axis *axis, const Py_ssize_t *widths, int number, Py_ssize_t o, Py_ssize_t n, Py_ssize_t step,
                        Py_ssize_t sheet, Py_ssize_t *offset) noexcept nogil:
    """Where in the sheets cells o..o+n-1 find their sums."""
    cdef Py_ssize_t start = reached(axis, o, 1).start, i
    cdef Span mine
    for i in range(n):
        if i < axis.stride or axis.stride == 0:
            mine = shared(axis, o + i)
            offset[i] = place_of(widths, number, mine.last) * sheet + ((mine.start - start) * step if mine.last else 0)
        else:
            offset[i] = offset[i - axis.stride] + step


cdef void braid_strands(const Problem *p, const Arrays *arrays, Scratch *s,
                        Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """Sheets to rows of output: some at a time, as many as are streamed together, or one row of a norm's slopes."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t rows = smaller(n_rows, last.out), n = columns * p.inner, out_pitch = p.column.out * p.inner, done = 0, some = n_rows, i
    cdef Py_ssize_t high = reached(last, r % last.out, rows).last, pitch = reached(&p.column, c, columns).last * p.inner
    cdef Py_ssize_t apart = smaller(p.column.stride or columns, columns)
    cdef char *out = arrays.out + (r * out_pitch + c * p.inner) * p.itemsize
    cdef const char *slope = arrays.slope + (r * out_pitch + c * p.inner) * p.itemsize if arrays.slope != NULL else NULL
    cdef Py_ssize_t *offset = s.offset + p.rows
    cdef Operands row
    place_strands(last, p.width_of[0], p.widths[0], r % last.out, rows, pitch, p.widths[1] * p.sheet // p.added, s.offset)
    for i in range(rows, n_rows):
        s.offset[i] = s.offset[i - rows] + high * pitch
    place_strands(&p.column, p.width_of[1], p.widths[1], c, apart, p.inner, p.sheet // p.added, offset)
    if p.streams or arrays.slope != NULL:
        some = greater(1, STAGE // (n * p.itemsize)) if n == out_pitch else 1
    while done < n_rows:
        some = smaller(some, n_rows - done)
        row.acc = staged(&s.stage, out, some * n * p.itemsize)
        p.braid(row.acc if slope == NULL else s.other, s.sheets, s.offset + done, offset, some, columns, out_pitch,
                (n_rows - done - some) * n if n == out_pitch else 0, apart, p.inner)
        if slope != NULL:
            (<Slope><void *>p.quick.finish)(row.acc, s.other, slope, some * n, p.quick.p)
            slope += some * out_pitch * p.itemsize
        out += some * out_pitch * p.itemsize
        done += some


# ---- braiding: column u*stride + q of row r is column u of what starts at row[r] + offset[q]. What a row writes behind its end will be
# overwritten by the next; behind the last, `spare` cells may be.

cdef inline void interleave(cell *to, const cell *s, const Py_ssize_t *row, const Py_ssize_t *offset, Py_ssize_t n_rows, Py_ssize_t n,
                            Py_ssize_t pitch, Py_ssize_t spare, int stride) noexcept nogil:
    """Whole vectors where they may be; `stride` is a literal, because only those vectorise."""
    cdef Py_ssize_t i, r, done, most = ((n + stride - 1) // stride + 7) & -8, least = n // stride
    cdef int q
    cdef const cell *strand[8]
    for r in range(n_rows):
        done = most if most * stride - n <= ((n_rows - 1 - r) * pitch if n == pitch else 0) + spare else least
        for q in range(stride):
            strand[q] = s + row[r] + offset[q]
        for i in range(done):
            for q in range(stride):
                to[stride * i + q] = strand[q][i]
        for i in range(done * stride, n):
            to[i] = s[row[r] + offset[i - done * stride] + done]
        to += pitch

cdef inline void interlay(cell *to, const cell *s, const Py_ssize_t *row, const Py_ssize_t *offset, Py_ssize_t n_rows, Py_ssize_t n,
                          Py_ssize_t pitch, Py_ssize_t stride, Py_ssize_t inner, Py_ssize_t lanes) noexcept nogil:
    """Columns of `inner` cells; so many lanes of each are laid, a literal or no more than they have."""
    cdef Py_ssize_t i, k, q, r
    cdef cell *at
    cdef const cell *strand
    for r in range(n_rows):
        at = to
        strand = s + row[r]
        i = n
        while i > 0:
            for q in range(min(stride, i)):
                for k in range(lanes):
                    at[k] = strand[offset[q] + k]
                at += inner
            strand += inner
            i -= stride
        to += pitch

cdef enum:
    RUNS = 8              # of cells that share their windows, between one stride and the next

cdef inline bint fill_runs(cell *to, const cell *s, const Py_ssize_t *row, const Py_ssize_t *offset, Py_ssize_t n_rows, Py_ssize_t n,
                           Py_ssize_t pitch, Py_ssize_t stride) noexcept nogil:
    """Cells that share their windows, side by side and row after row, are filled with one value. Tells if that was done: runs are few."""
    cdef Py_ssize_t[RUNS + 1] run
    cdef Py_ssize_t runs = 0, i, k, q, r = 0, size, cells, period = min(stride, n)
    cdef const cell *strand
    cdef cell *at
    cdef cell v
    for q in range(period):
        if q == 0 or offset[q] != offset[q - 1]:
            if runs == RUNS or 6 * (runs + 1) > period and (runs or n > stride):            # or loops take longer
                return False
            run[runs] = q
            runs += 1
    run[runs] = period
    while r < n_rows:
        at = to
        strand = s + row[r]
        cells = n
        if runs == 1 and period == n == pitch:              # rows that share their windows, too, are one run
            while r + 1 < n_rows and row[r + 1] == row[r]:
                r += 1
                cells += n
        i = cells
        while i > 0:
            for q in range(runs):
                size = smaller(i, cells if period == n and runs == 1 else run[q + 1] - run[q])
                v = strand[offset[run[q]]]
                for k in range(size):
                    at[k] = v
                at += size
                i -= size
            strand += 1
        to += pitch + cells - n
        r += 1
    return True

cdef void braid(cell *to, const cell *s, const Py_ssize_t *row, const Py_ssize_t *offset, Py_ssize_t n_rows, Py_ssize_t n,
                Py_ssize_t pitch, Py_ssize_t spare, Py_ssize_t stride, Py_ssize_t inner) noexcept nogil:
    """`n` columns of each row, of strands that are `inner` cells wide."""
    cdef Py_ssize_t r, done
    if stride == 1:
        for r in range(n_rows):
            memcpy(to + r * pitch, s + row[r] + offset[0], n * inner * sizeof(cell))
    elif inner == 1 and (stride > 8 or n < 8 * stride) and fill_runs(to, s, row, offset, n_rows, n, pitch, stride):
        pass
    elif inner == 1 and stride == 2:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 2)
    elif inner == 1 and stride == 3:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 3)
    elif inner == 1 and stride == 4:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 4)
    elif inner == 1 and stride == 5:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 5)
    elif inner == 1 and stride == 6:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 6)
    elif inner == 1 and stride == 7:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 7)
    elif inner == 1 and stride == 8:
        interleave(to, s, row, offset, n_rows, n, pitch, spare, 8)
    elif 1 < inner <= 16:                     # what is too much, the next columns overwrite, and the last ones have to be exact
        done = greater(0, n - 16 // inner - 1) // stride * stride
        if inner <= 4:
            interlay(to, s, row, offset, n_rows, done, pitch, stride, inner, 4)
        elif inner <= 8:
            interlay(to, s, row, offset, n_rows, done, pitch, stride, inner, 8)
        else:
            interlay(to, s, row, offset, n_rows, done, pitch, stride, inner, 16)
        interlay(to + done * inner, s + done // stride * inner, row, offset, n_rows, n - done, pitch, stride, inner, inner)
    else:
        interlay(to, s, row, offset, n_rows, n, pitch, stride, inner, inner)


# ---- gradients: what a window's gradient is to each of its cells.

cdef void divide_row(real *x, const double *by, bint reciprocal, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        x[i] = <real>(x[i] * by[i] if reciprocal else x[i] / by[i])

cdef void norm_ratio(double *g, const double *y, Py_ssize_t n, double p) noexcept nogil:
    """g * y**(1-p), and 0 where y is 0."""
    cdef Py_ssize_t i
    for i in range(n):
        if p == 2:
            g[i] = g[i] / y[i] if y[i] != 0 else 0
        elif p == 1:
            g[i] = g[i] if y[i] != 0 else 0
        else:
            g[i] = g[i] * pow(y[i], 1 - p) if y[i] != 0 else 0

cdef inline double widened(any_value v) noexcept nogil:
    if any_value is half_t:
        return half_to_float(v.bits)
    elif any_value is bfloat_t:
        return bfloat_to_float(v.bits)
    else:
        return <double>v

cdef inline any_value rounded(any_value like, double v) noexcept nogil:
    if any_value is half_t or any_value is bfloat_t:
        return narrowed(like, round_to_odd(v))
    else:
        return <any_value>v

cdef void slope(any_value *to, const double *sums, const any_value *x, Py_ssize_t n, double p) noexcept nogil:
    """sums * sign(x) * abs(x)**(p-1)."""
    cdef Py_ssize_t i
    cdef double v
    if p == 2:
        for i in range(n):
            to[i] = rounded(x[i], sums[i] * widened(x[i]))
    else:
        for i in range(n):
            v = widened(x[i])
            to[i] = rounded(x[i], 0 if v == 0 else sums[i] * copysign(1 if p == 1 else pow(fabs(v), p - 1), v))


VERBS["finish", "slope", "float64", "float32"] = <size_t><void *>slope[float]
VERBS["finish", "slope", "float64", "float64"] = <size_t><void *>slope[double]
VERBS["finish", "slope", "float64", "float16"] = <size_t><void *>slope[half_t]
VERBS["finish", "slope", "float64", "bfloat16"] = <size_t><void *>slope[bfloat_t]
VERBS["braid", 2] = <size_t><void *>braid[uint16_t]
VERBS["braid", 4] = <size_t><void *>braid[uint32_t]
VERBS["braid", 8] = <size_t><void *>braid[uint64_t]
