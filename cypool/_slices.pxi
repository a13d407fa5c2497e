"""Windows of three columns that they share, and up to three rows, of wide columns (channels last): a slice of some vectors of each column
at a time, along the rows. The rows of a column are joined once, and stay in registers for all windows that share it: as many loads as a
window has rows for each column, and one store.

    columns, each of `inner` cells:   |slice|slice|..  |slice|slice|..  |slice|slice|..
                                      '--------- 3 of 3 x 3 ---------'

The next rows of a slice find those of the one before in L1. `down` and `close` do the same in two passes or more, for all windows.
"""

cdef enum:
    BLOCK = 4                                 # vectors of a slice,
    ABREAST = 256                             # and bytes of several that are made row by row: memory is read in longer pieces

cdef struct Slices:
    int rows_of                               # of a window
    Py_ssize_t inner, columns, rows, planes   # of output; cells of a column
    Py_ssize_t x_pitch, x_plane, pitch        # cells from row to row and from plane to plane of x, and from row to row of output
    Py_ssize_t start, row_stride, step, height              # the first window's first row; from window to window, and row to row; rows of x
    Py_ssize_t first, stride, width           # the same along the columns
    Py_ssize_t fetched                        # rows behind those of a window
    const void *neutral
    double count, factor                      # that divides all sums, and its reciprocal; or 0

cdef inline lanes_t cells_at(Piped *kind, const lane *a, int16_t infinity, lanes_t *odd) noexcept nogil:
    """Halves in their order, and looked at."""
    cdef lanes_t v = lanes_at(a)
    if infinity:
        v = ordered_halves(v)
        odd[0] = odd_cells(kind, a, v, infinity, odd[0])
    return v

cdef inline lanes_t joined(Piped *kind, const lane *like, lanes_t a, lanes_t b, lanes_t *odd) noexcept nogil:
    """The first two of some floats are looked at, as NaN of the last one stays."""
    if (Piped is Max or Piped is Min) and (lane is float or lane is double):
        odd[0] = odd_if_nan(like, odd[0], a, b)
    return join_lanes(kind, like, a, b)

cdef inline void bring_column(Piped *kind, lanes_t *v, const lane *a, const Slices *h, Py_ssize_t c, Py_ssize_t rows, lanes_t none, int16_t infinity,
                              int vectors, lanes_t *odd) noexcept nogil:
    """So many rows of column `c`. `vectors` is a literal."""
    cdef Py_ssize_t lanes = VECTOR // sizeof(a[0]), step = h.step * h.x_pitch, k
    cdef lanes_t u
    cdef Py_ssize_t i
    if not 0 <= c < h.width:
        for k in range(vectors):
            v[k] = none
        return
    a += c * h.inner
    for k in range(vectors):
        v[k] = cells_at(kind, a + k * lanes, infinity, odd)
    for i in range(1, rows):
        a += step
        for k in range(vectors):
            u = cells_at(kind, a + k * lanes, infinity, odd)
            v[k] = joined(kind, a, v[k], u, odd) if i == 1 else join_lanes(kind, a, v[k], u)
    for i in range(h.fetched):
        a += step
        for k in range((vectors * VECTOR - 1) // LINE + 1):
            prefetch(<size_t>a + k * LINE)

cdef inline void put_slice(Piped *kind, lane *to, lanes_t v, const Slices *h, lanes_t count, lanes_t factor, int16_t infinity,
                           lanes_t *odd) noexcept nogil:
    if (Piped is Max or Piped is Min) and (lane is float or lane is double):
        odd[0] = odd_if_zero_or_nan(to, odd[0], v, Piped is Max)
    else:
        odd[0] = odd_lanes(kind, to, v, infinity, odd[0])
    if Piped is Mean:
        v = divided(to, v, h.count > 0, count, factor)
    (<lanes_t *>to)[0] = ordered_halves(v) if infinity else v

cdef inline void join_row(Piped *kind, lane *to, const lane *a, const Slices *h, Py_ssize_t rows, int shared, int vectors, int16_t infinity,
                          lanes_t *odd) noexcept nogil:
    """A slice of a row of output, whose windows have so many rows inside. `shared`, of three columns, is a literal, too."""
    cdef lanes_t[BLOCK] u, v, w
    cdef lanes_t t, none = lanes_at(h.neutral), count = none, factor = none
    cdef Py_ssize_t lanes = VECTOR // sizeof(to[0]), c = h.first - shared * h.stride, i, k
    if Piped is Mean and (lane is float or lane is double):
        count, factor = all_alike(to, h.count), all_alike(to, h.factor)
    for k in range(vectors):
        v[k] = w[k] = none
    for i in range(-shared, h.columns):       # the first ones only bring columns that others share
        for k in range(vectors):
            u[k] = v[k] if shared == 2 else w[k]
            v[k] = w[k]
        if shared == 1:
            bring_column(kind, v, a, h, c + 1, rows, none, infinity, vectors, odd)
        bring_column(kind, w, a, h, c + 2, rows, none, infinity, vectors, odd)
        if i >= 0:
            if Piped is Mean and (lane is float or lane is double) and not h.count:
                count = all_alike(to, <double>(rows * (smaller(h.width, c + 3) - greater(0, c))))
            for k in range(vectors):
                t = join_lanes(kind, to, joined(kind, to, u[k], v[k], odd), w[k])
                put_slice(kind, to + k * lanes, t, h, count, factor, infinity, odd)
            to += h.inner
        c += h.stride

cdef inline lanes_t join_slice(Piped *kind, lane *out, const lane *x, const Slices *slices, int shared, int vectors, int slices_of,
                               int16_t infinity) noexcept nogil:
    """So many of them beside each other, row after row of a plane. Tells of odd lanes."""
    cdef Slices h = slices[0]
    cdef lanes_t odd = no_lanes()
    cdef Py_ssize_t start = h.start, top, rows, at, block = vectors * VECTOR // sizeof(out[0])
    for _ in range(h.rows):
        top = (h.step - 1 - start) // h.step if start < 0 else 0
        rows = smaller(h.rows_of, (h.height - 1 - start) // h.step + 1) - top
        a = x + (start + top * h.step) * h.x_pitch
        for at in range(slices_of):
            join_row(kind, out + at * block, a + at * block, &h, rows, shared, vectors, infinity, &odd)
        out += h.pitch
        start += h.row_stride
    return odd

cdef inline lanes_t join_some(Piped *kind, lane *out, const lane *x, const Slices *h, int vectors, int slices_of, int16_t infinity) noexcept nogil:
    """`vectors` is a literal."""
    if h.stride == 1:
        return join_slice(kind, out, x, h, 2, vectors, slices_of, infinity)
    return join_slice(kind, out, x, h, 1, vectors, slices_of, infinity)

cdef inline bint join_slices(Piped *kind, lane *out, const lane *x, const Slices *h, int16_t infinity) noexcept nogil:
    """Slice after slice, the last of which ends where the column does, plane after plane."""
    cdef Py_ssize_t lanes = VECTOR // sizeof(out[0]), block = BLOCK * lanes, at
    cdef lanes_t odd = no_lanes()
    cdef int some
    for _ in range(h.planes):
        at = 0
        while at < h.inner:
            if at + block <= h.inner:
                some = <int>smaller(ABREAST // (BLOCK * VECTOR), (h.inner - at) // block)
                odd = any_lanes(odd, join_some(kind, out + at, x + at, h, BLOCK, some, infinity))
                at += some * block
            elif at + 2 * lanes <= h.inner:
                odd = any_lanes(odd, join_some(kind, out + at, x + at, h, 2, 1, infinity))
                at += 2 * lanes
            else:
                at = smaller(at, h.inner - lanes)
                odd = any_lanes(odd, join_some(kind, out + at, x + at, h, 1, 1, infinity))
                at += lanes
        out += h.rows * h.pitch
        x += h.x_plane
    return has_lanes(odd)

cdef bint slices(Piped *kind, Walked *rows, const Slices *h) noexcept nogil:
    cdef int16_t infinity = 0x7c00 if Walked is HalfInInt16 else 0x7f80 if Walked is BfloatInInt16 else 0
    x = rows.row[0]
    if Walked is HalfInInt16 or Walked is BfloatInInt16:
        ranks = <const int16_t *>x
        return join_slices(kind, rows.acc, ranks, h, infinity)
    return join_slices(kind, rows.acc, x, h, 0)

cdef list_slices(Walked *rows, str cell, str acc):
    VERBS["slices", "max", cell, acc] = <size_t><void *>slices[Max, Walked]
    VERBS["slices", "min", cell, acc] = <size_t><void *>slices[Min, Walked]
    if Walked is Float or Walked is Double:
        VERBS["slices", "mean", cell, acc] = <size_t><void *>slices[Mean, Walked]

list_slices(<Int8 *>NULL, "int8", "int8")     # the commonest, because they are large
list_slices(<UInt8 *>NULL, "uint8", "uint8")
list_slices(<Float *>NULL, "float32", "float32")
list_slices(<Double *>NULL, "float64", "float64")
list_slices(<HalfInInt16 *>NULL, "float16", "int16")
list_slices(<BfloatInInt16 *>NULL, "bfloat16", "int16")
