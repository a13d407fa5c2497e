"""Backward of max and min, and unpooling.

Inside windows (unsigned indices): tap (t, j) of window (o, ow) lies in row o*stride + t*spacing and column ow*stride + j*spacing.
What is equal modulo the strides is a strand of its own, where a tap is a mere shift: each cell asks the window so far away whether it
is the one that won there. A vector of each strand at a time, side by side, they are woven into rows, each written once.

       o:   0   1   2          stride 2, kernel 3: taps 0 and 2 of the windows make strand 0, tap 1 makes strand 1
    rows:   0 1 2 3 4 5 6

Of small windows without gaps each is loaded once, and the rows of cells that it may go to wait for their sums in registers (`spread`).

Taps come last to first, so that a cell adds up its windows in their order. Indices were checked: none names a cell beyond the
edges of its plane. So no border has to stand between rows, nor planes: a cell at an edge asks windows at the opposite one, and
where planes have as many windows as cells, for their stride, they stand on one another like one plane.

That takes longer the more windows a cell lies in, and for each strand anew. So where windows are large, or lie far apart, and for flat
(signed) indices, it is the windows that go to their cells, one by one in their order; each plane belongs to one thread then. The
backward of backward always brings values back that way.
"""

cdef extern from *:
    """
    /* Codes as they are compared: as wide as the cells, but where bytes give masks. */
    #if defined(__GNUC__) && defined(__AVX512BW__) && defined(__AVX512VL__)
    #include <immintrin.h>
    #define BY_MASKS
    typedef uint8_t code32_t, code64_t;
    #else
    typedef int32_t code32_t;
    typedef int64_t code64_t;
    #endif
    #if defined(__GNUC__)
    /* Numbers 0, n, 1, n + 1, ...: lanes of two vectors in turn. */
    #define ONE(i, n) (i), (i) + (n)
    #define TWO(i, n) ONE(i, n), ONE((i) + 1, n)
    #define FOUR(i, n) TWO(i, n), TWO((i) + 2, n)
    #define EIGHT(i, n) FOUR(i, n), FOUR((i) + 4, n)
    #if defined(__AVX512F__)
    #define TURNS4(i) EIGHT(i, 16)
    #define TURNS8(i) FOUR(i, 8)
    #elif defined(__AVX2__)
    #define TURNS4(i) FOUR(i, 8)
    #define TURNS8(i) TWO(i, 4)
    #else
    #define TURNS4(i) TWO(i, 4)
    #define TURNS8(i) ONE(i, 2)
    #endif
    #if defined(__clang__)
    #define TAKE_TURNS(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
    #else
    #define TAKE_TURNS(a, b, ...) __builtin_shuffle(a, b, (__typeof__(a)){__VA_ARGS__})
    #endif
    #define WEAVING(number, whole, size) \\
        typedef whole whole##_lanes __attribute__((vector_size(VECTOR), aligned(1), may_alias)); \\
        typedef number number##_lanes __attribute__((vector_size(VECTOR), aligned(1), may_alias)); \\
        static inline void number##_in_turn(number *to, lanes_t a, lanes_t b) { \\
            ((whole##_lanes *)to)[0] = TAKE_TURNS((whole##_lanes)a, (whole##_lanes)b, TURNS##size(0)); \\
            ((whole##_lanes *)to)[1] = TAKE_TURNS((whole##_lanes)a, (whole##_lanes)b, TURNS##size(VECTOR / 2 / size)); \\
        }
    #if defined(BY_MASKS)
    #define WON(number, kind, so) \\
        static inline lanes_t number##_won(const number *g, const uint8_t *codes, Py_ssize_t code, lanes_t sums, int add) { \\
            if (add) \\
                return (lanes_t)_mm512_mask_add_##kind((number##_lanes)sums, so, (number##_lanes)sums, _mm512_loadu_##kind(g)); \\
            return (lanes_t)_mm512_mask_loadu_##kind((number##_lanes)sums, so, g); \\
        }
    #define SAME(load) _mm_cmpeq_epi8_mask(_mm_##load((const __m128i *)codes), _mm_set1_epi8((char)code))
    WEAVING(float, int32_t, 4)
    WEAVING(double, int64_t, 8)
    WON(float, ps, SAME(loadu_si128))
    WON(double, pd, (__mmask8)SAME(loadl_epi64))
    #else
    #define WON(number, whole) \\
        static inline lanes_t number##_won(const number *g, const whole *codes, Py_ssize_t code, lanes_t sums, int add) { \\
            whole##_lanes so = *(const whole##_lanes *)codes == (whole)code, won = *(const whole##_lanes *)g & so; \\
            return add ? (lanes_t)((number##_lanes)sums + (number##_lanes)won) : (lanes_t)(((whole##_lanes)sums & ~so) | won); \\
        }
    WEAVING(float, int32_t, 4)
    WEAVING(double, int64_t, 8)
    WON(float, int32_t)
    WON(double, int64_t)
    #endif
    #else
    #define WON(number, whole) \\
        static inline lanes_t number##_won(const number *g, const whole *codes, Py_ssize_t code, lanes_t sums, int add) { \\
            number *sum = (number *)&sums; \\
            for (size_t i = 0; i < VECTOR / sizeof(number); i++) \\
                sum[i] = codes[i] != code ? sum[i] : add ? sum[i] + g[i] : g[i]; \\
            return sums; \\
        } \\
        static inline void number##_in_turn(number *to, lanes_t a, lanes_t b) { \\
            for (size_t i = 0; i < VECTOR / sizeof(number); i++) { \\
                to[2 * i] = ((number *)&a)[i]; \\
                to[2 * i + 1] = ((number *)&b)[i]; \\
            } \\
        }
    WON(float, int32_t)
    WON(double, int64_t)
    #endif
    /* What cells get that ask these windows, or have from others. */
    #define lanes_won(g, codes, code, sums, add) _Generic(*(g), float: float_won, double: double_won)(g, codes, code, sums, add)
    #define lanes_in_turn(to, a, b) _Generic(*(to), float: float_in_turn, double: double_in_turn)(to, a, b)
    """
    ctypedef int32_t code32_t                 # of cells of 32 bits,
    ctypedef int64_t code64_t                 # and of 64
    lanes_t lanes_won(const void *g, const void *codes, Py_ssize_t code, lanes_t sums, bint add) noexcept nogil
    void lanes_in_turn(void *to, lanes_t a, lanes_t b) noexcept nogil

cdef struct Tap:
    Py_ssize_t shift      # cells from a cell to the window that it asks,
    Py_ssize_t code       # whether this one won; -1 ends a list

cdef struct Loom:
    const Tap **taps                          # what cells ask: for each line of a period, one list for each strand in it
    Py_ssize_t period, step                   # lines on, windows are so many cells further, and lists come again
    Py_ssize_t strands                        # side by side in a line
    Py_ssize_t n, pitch                       # cells of a strand in a line, and from line to line
    Py_ssize_t apart                          # cells from column to column
    bint add                                  # or else the last window's value stays
    char *braided                             # strands, before they are: where the first one is,
    Py_ssize_t *offset                        # and how far from it each one
    char *spare                               # what would be written beyond the end

ctypedef void (*Weave)(void *, const void *, const void *, const void *, const Loom *, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Spread)(void *, void *, const void *, const void *, const Loom *, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Spell)(void *, const uint8_t *, Py_ssize_t) noexcept nogil
ctypedef bint (*Beyond)(const void *, Py_ssize_t, uint64_t) noexcept nogil
ctypedef bint (*Astray)(const void *, Py_ssize_t, Py_ssize_t, const uint64_t *, bint, double, double, int64_t, int64_t, int64_t) noexcept nogil
ctypedef void (*Sending)(void *, const void *, const void *, const int64_t *, const int64_t *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t,
                         Py_ssize_t, bint) noexcept nogil

cdef struct Gathering:
    Axis axis[MAX_AXES]                       # of the rows, mirrored: length is the output's, out the input's, step in cells
    int n_axes
    Axis row, column                          # the last of them and the columns, as in forward: length is the input's
    Py_ssize_t above, before                  # how far off the first window is that a cell asks
    Py_ssize_t inner, itemsize, acc, code, taps, planes, rows, columns
    Py_ssize_t stack, apart                   # whole planes of a tile, and rows of windows from one to the next
    Py_ssize_t margin, windows                # cells before and behind a tile's windows; all of these at most
    Py_ssize_t lists, wide, spare, strands, values, codes, stage            # where in memory; no stage: 0
    Py_ssize_t staged                         # bytes of rows that wait there at a time
    bint add                                  # see `Loom`
    bint closed                               # are there as many rows of windows as of cells, for their stride?
    Real real                                 # for halves
    Finisher finish
    Weave weave
    Spread spread                             # or NULL
    Spell spell
    Braid braid


cdef enum:
    MAX_GRIDS = 256                           # as codes are bytes
    TILED = 32768                             # bytes of gradients that a tile aims at; twice as many, where windows are spread down its rows
    NEAR_ROWS = 4096                          # bytes of rows, times their stride, up to which it pays to go down them (measured),
    WIDE_ROWS = 16384                         # and of channels last
    BOUND = 4                                 # vectors of a strand that are woven at a time
    BY_COLUMN = 16                            # cells of a column from which on each is woven by itself

cdef struct Tile:
    Py_ssize_t row, column                    # of the strands, their first; of windows:
    Py_ssize_t top, start, n_rows, pitch      # the first ones, which may lie before the array, rows, and cells of a row
    int grids                                 # windows along the outer axes, all of whose rows are here
    char *values
    char *codes
    Py_ssize_t ordinal[MAX_GRIDS]             # of the cell's tap along the outer axes, for each grid


cdef void load_windows(const Gathering *p, const Arrays *arrays, Tile *tile, Py_ssize_t plane, Py_ssize_t planes) noexcept nogil:
    """Bring together all windows that cells of a tile may ask."""
    cdef Span span[MAX_AXES]
    cdef Py_ssize_t cell[MAX_AXES]
    cdef Py_ssize_t tap[MAX_AXES]
    cdef Py_ssize_t row = greater(0, tile.top), column = greater(0, tile.start)
    cdef Py_ssize_t behind = (planes - 1) * p.apart, n_rows = smaller(p.row.out, tile.top + tile.n_rows - behind) - row
    cdef Py_ssize_t n = (smaller(p.column.out, tile.start + tile.pitch // p.inner) - column) * p.inner
    cdef Py_ssize_t step = p.axis[p.n_axes - 1].step, below = p.row.out * step, at = row * step + column * p.inner, from_
    cdef Py_ssize_t to = (row - tile.top) * tile.pitch + (column - tile.start) * p.inner, apart = p.apart * tile.pitch, k, w, q
    cdef int a, outer = p.n_axes - 1
    cdef Py_ssize_t first                     # in the array, of what stands at -margin in the tile
    cdef bint there = False, codes_there
    tile.grids = 0
    if outer == 0:
        at += plane * below
    if p.apart == p.row.out:                  # planes follow each other here, too
        n_rows += behind
        planes = 1
    if n == tile.pitch == step and planes == 1 and n_rows > 0:             # a plane may go on far below its windows
        first = at - to - p.margin
        there = outer == 0 and p.real == NULL and first >= 0 and first + p.windows <= p.planes * below
        n *= n_rows
        n_rows = 1
    if there:                                 # values may be read where they are: what no code names is dropped
        tile.values = <char *>arrays.x + (at - to) * p.acc
    codes_there = there and p.closed and p.code == 1       # and codes, too: rows and columns have as many windows as cells, for their stride,
    if there and not codes_there:                          # and so those of windows around a tile name no cell of it
        memset(tile.codes - p.margin * p.code, 255, (p.margin + to) * p.code)            # no tap
        memset(tile.codes + (to + n) * p.code, 255, (p.windows - p.margin - to - n) * p.code)
    elif not there:
        memset(tile.codes - p.margin * p.code, 255, p.windows * p.code)
    for a in range(outer - 1, -1, -1):
        cell[a] = plane % p.axis[a].out
        plane //= p.axis[a].out
        span[a] = window(&p.axis[a], cell[a])
        if span[a].first >= span[a].last:
            return
        tap[a] = 0
        at += span[a].start * p.axis[a].step
    if p.stage and (n_rows == 1 or n == step) and planes == 1:          # the next tile's, as these arrays are in no cache
        fetch(<size_t>arrays.x + (at + n_rows * n) * p.itemsize, n_rows * n * p.itemsize)
        fetch(<size_t>arrays.y + at + n_rows * n, n_rows * n)
    if codes_there:
        tile.codes = <char *>arrays.y + at - to
        tile.grids, tile.ordinal[0] = 1, 0
        return
    while n > 0:
        tile.ordinal[tile.grids] = 0
        for a in range(outer):
            q = span[a].start + tap[a] * p.axis[a].dilation
            tile.ordinal[tile.grids] += (cell[a] + p.axis[a].before - q * p.axis[a].stride) // p.axis[a].spacing * p.axis[a].plane
        for k in range(planes):
            from_, w = at + k * below, to + k * apart
            for _ in range(n_rows):
                if there:
                    pass
                elif p.real != NULL:
                    p.real(tile.values + w * p.acc, arrays.x + from_ * p.itemsize, n)
                else:
                    memcpy(tile.values + w * p.acc, arrays.x + from_ * p.itemsize, n * p.acc)
                p.spell(tile.codes + w * p.code, <const uint8_t *>arrays.y + from_, n)
                from_ += step
                w += tile.pitch
        tile.grids += 1
        to += tile.n_rows * tile.pitch
        for a in range(outer - 1, -1, -1):
            tap[a] += 1
            at += p.axis[a].dilation * p.axis[a].step
            if span[a].first + tap[a] < span[a].last:
                break
            at -= tap[a] * p.axis[a].dilation * p.axis[a].step
            tap[a] = 0
        else:
            break


cdef Tap *list_taps(const Gathering *p, const Tile *tile, Tap *taps, Py_ssize_t phase, Py_ssize_t column) noexcept nogil:
    """What the cells of a strand ask, window by window: from the tile's first row and this column, counted from the first window, on."""
    cdef Py_ssize_t g, t, j, shift
    for g in range(tile.grids):
        for t in range(p.row.kernel - 1, -1, -1):
            if t * p.row.dilation % p.row.stride != phase:
                continue
            shift = (g * tile.n_rows + tile.row - t * p.row.dilation // p.row.stride - tile.top) * tile.pitch
            for j in range(p.column.kernel - 1, -1, -1):
                if (column - j * p.column.dilation) % p.column.stride == 0:
                    taps.shift = shift + ((column - j * p.column.dilation) // p.column.stride - tile.start) * p.inner
                    taps.code = tile.ordinal[g] + t * p.row.plane + j * p.column.plane
                    taps += 1
    taps.code = -1
    return taps + 1


cdef void weave_rows(const Gathering *p, const Loom *loom, char *to, const char *values, const char *codes,
                     Py_ssize_t phase, Py_ssize_t n_rows) noexcept nogil:
    """Lines are rows; or the columns of each row, if these have many cells of their own; or strands to be braided."""
    cdef const char *end = to + n_rows * loom.pitch * p.acc
    cdef Py_ssize_t columns = loom.pitch // p.inner, none = 0, q
    cdef Loom h = loom[0]
    if loom.strands == 1 or loom.strands == 2 and p.inner == 1:
        if loom.strands == loom.period == 1 and loom.step == loom.pitch:                  # one long row
            h.n *= n_rows
            n_rows = 1
        p.weave(to, end, values, codes, &h, phase, n_rows)
        return
    h.strands = 1
    if p.inner >= BY_COLUMN:
        h.period, h.step, h.n, h.pitch = loom.strands, p.inner, p.inner, p.inner
    for _ in range(n_rows):
        h.taps = loom.taps + phase * loom.strands
        if p.inner >= BY_COLUMN:
            p.weave(to, end, values, codes, &h, 0, columns)
        else:
            for q in range(loom.strands):     # `spare` comes next in memory: there is room for whole blocks
                p.weave(loom.braided + loom.offset[q] * p.acc, loom.spare, values, codes, &h, 0, 1)
                h.taps += 1
            p.braid(to, loom.braided, &none, loom.offset, 1, columns, columns, 0, loom.strands, p.inner)
        to += loom.pitch * p.acc
        phase += 1
        if phase == loom.period:
            phase = 0
            values += loom.step * p.acc
            codes += loom.step * p.code


cdef void gather_tile(const Gathering *p, const Arrays *arrays, char *memory, Stage *stage, Py_ssize_t plane, Py_ssize_t planes,
                      Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """Rows r.. and columns c.. of one plane of the gradient, or some whole ones."""
    cdef Py_ssize_t out_pitch = p.column.length * p.inner, n = columns * p.inner, most = n_rows, first, k, i, some, row, phase, side, at
    cdef char *to = arrays.out + ((plane * p.row.length + r) * out_pitch + c * p.inner) * p.itemsize
    cdef char *woven
    cdef Tap *taps = <Tap *>memory
    cdef const Tap **lists = <const Tap **>(memory + p.lists)
    cdef Operands rows
    cdef Loom loom
    cdef Tile tile
    tile.row = (r + p.row.before) // p.row.stride
    tile.column = (c + p.column.before) // p.column.stride
    tile.top = tile.row - p.above
    tile.n_rows = (r + n_rows - 1 + p.row.before) // p.row.stride + 1 - tile.top + (planes - 1) * p.apart
    tile.start = 0
    tile.pitch = greater((p.column.length - 1) // p.column.stride + 1, p.column.out) * p.inner
    if columns < p.column.length:
        tile.start = tile.column - p.before
        tile.pitch = ((c + columns - 1 + p.column.before) // p.column.stride + 1 - tile.start) * p.inner
    tile.values, tile.codes = memory + p.values + p.margin * p.acc, memory + p.codes + p.margin * p.code
    load_windows(p, arrays, &tile, plane, planes)
    first = (tile.column - tile.start) * p.inner
    for phase in range(p.row.stride):
        for side in range(p.column.stride):
            lists[phase * p.column.stride + side] = taps
            taps = list_taps(p, &tile, taps, phase, c + p.column.before + side)
    loom.taps, loom.period, loom.step, loom.strands = lists, p.row.stride, tile.pitch, p.column.stride
    loom.n, loom.pitch = (columns - 1) // p.column.stride * p.inner + p.inner, n
    loom.add, loom.apart, loom.spare, loom.braided = p.add, p.inner, memory + p.spare, memory + p.strands
    loom.offset = <Py_ssize_t *>(lists + p.row.stride * p.column.stride)
    for side in range(p.column.stride):
        loom.offset[side] = side * (loom.n + BOUND * VECTOR // p.acc)
    if n < out_pitch:
        most = 1
    elif stage.memory != NULL or p.finish != NULL:
        most = greater(1, p.staged // (n * p.itemsize))
    for k in range(planes):
        i = 0
        while i < n_rows:
            some = smaller(most, n_rows - i)
            row = r + i + p.row.before
            at = (row // p.row.stride - tile.row + k * p.apart) * tile.pitch
            rows.acc = staged(stage, to, some * n * p.itemsize)
            woven = <char *>rows.acc if p.finish == NULL else memory + p.wide
            if p.spread != NULL:
                at += first
                p.spread(woven, woven + some * n * p.acc, tile.values + at * p.acc, tile.codes + at * p.code, &loom,
                         -p.above * p.row.stride - row % p.row.stride, some)
            else:
                weave_rows(p, &loom, woven, tile.values + at * p.acc, tile.codes + at * p.code, row % p.row.stride, some)
            if p.finish != NULL:
                rows.row[0] = woven
                p.finish(NULL, &rows, some * n, NULL, 0, 1, 0, 0)
            to += some * out_pitch * p.itemsize
            i += some


cdef void gather_work(const void *problem, const Arrays *arrays, char *memory, Turn *turn, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    cdef const Gathering *p = <const Gathering *>problem
    cdef Py_ssize_t beside = (p.column.length - 1) // p.columns + 1, below = (p.row.length - 1) // p.rows + 1, plane, r, c
    cdef Stage stage = stage_at(memory + p.stage if p.stage else NULL)
    while item < stop and not stopped(turn, p.windows):
        c = item % beside * p.columns
        r = item // beside % below * p.rows
        plane = item // beside // below * p.stack
        gather_tile(p, arrays, memory, &stage, plane, smaller(p.stack, p.planes - plane), r, smaller(p.rows, p.row.length - r),
                    c, smaller(p.columns, p.column.length - c))
        item += 1
    end_stage(&stage)


cdef class MaxGradient:
    """The gradient of max and min, from indices inside windows; called with C-contiguous arrays."""

    cdef Gathering p
    cdef Py_ssize_t items, memory
    cdef double seconds_per_item
    cdef readonly Py_ssize_t useful_threads

    def __init__(self, list axes, tuple row, tuple column, Py_ssize_t inner, str dtype, bint add):
        cdef Gathering *p = &self.p
        cdef Py_ssize_t grids = 1, tile = TILED, cells, pitch, windows, strands
        cdef bint free = True, weaves
        cdef int a
        p.n_axes, p.add = len(axes), add
        p.planes = 1
        for a in range(p.n_axes):
            p.axis[a] = axis_of(axes[a])
            if a < p.n_axes - 1:
                p.planes *= p.axis[a].out
                grids *= p.axis[a].kernel
                free = free and is_plain(&p.axis[a]) and p.axis[a].length == p.axis[a].out
        p.row, p.column = axis_of(row), axis_of(column)
        if free:                              # planes follow each other, or even stand on one another like one
            p.axis[0], p.n_axes = p.axis[p.n_axes - 1], 1
        if free and p.row.length == p.row.out * p.row.stride:
            p.row.length, p.row.out, p.planes = p.row.length * p.planes, p.row.out * p.planes, 1
        acc = "float64" if dtype == "float64" else "float32"
        p.inner, p.itemsize, p.acc = inner, SIZES[dtype], SIZES[acc]
        if dtype != acc:
            p.real = <Real><void *><size_t>VERBS["convert", "real", dtype, acc]
            p.finish = <Finisher><void *><size_t>VERBS["finish", "total", acc, dtype]
        p.code = sizeof(code32_t) if p.acc == 4 else sizeof(code64_t)
        p.weave = <Weave><void *><size_t>VERBS["weave", acc]
        p.spell = <Spell><void *><size_t>VERBS["spell", acc]
        p.braid = <Braid><void *><size_t>VERBS["braid", SIZES[acc]]
        p.taps = grids * p.row.kernel * p.column.kernel
        p.above = (p.row.kernel - 1) * p.row.dilation // p.row.stride
        p.before = (p.column.kernel - 1) * p.column.dilation // p.column.stride
        p.margin = greater(p.before, p.column.before // p.column.stride + 1) * inner
        p.columns = smaller(p.column.length, greater(1, 2048 // inner))
        p.staged = STAGE
        pitch = p.column.length * inner * p.acc
        weaves = p.row.stride == 1 and 2 * pitch < VECTOR                   # several rows so narrow at a time
        weaves = weaves or p.row.stride * pitch > (NEAR_ROWS if inner == 1 else WIDE_ROWS) or inner > 1 and p.column.stride > 1
        if add and p.n_axes == 1 and not weaves:
            if p.row.kernel == p.column.kernel == p.row.plane and p.row.stride == p.column.stride and p.row.dilation == p.column.dilation == 1:
                p.spread = <Spread><void *><size_t>VERBS.get(("spread", p.row.kernel, p.row.stride, p.column.before % p.column.stride, acc), 0)
        if p.spread != NULL:
            tile, p.columns = 2 * TILED, p.column.length
            p.staged = greater((FEW if p.finish == NULL else 2) * pitch, TILED // 2) if p.above else STAGE      # above, windows come again
        p.rows = smaller(p.row.length, greater(1, tile // (p.columns * inner * p.row.stride * p.acc)) * p.row.stride)
        cells = (p.row.length - 1) // p.row.stride + 1                      # of a plane's strand
        p.closed = p.row.out >= cells
        p.stack, windows = 1, (p.rows - 1) // p.row.stride + 2
        if free and p.rows == p.row.length and p.planes > 1:
            p.apart = greater(p.row.out, cells)
            p.stack = smaller(p.planes, greater(1, tile // (p.apart * p.row.stride * p.columns * inner * p.acc)))
            windows += (p.stack - 1) * p.apart
        pitch = (p.columns - 1) // p.column.stride + 1
        pitch = (greater(pitch, p.column.out) if p.columns == p.column.length else pitch + 1 + p.before) * inner
        p.windows = grids * (windows + p.above) * pitch + 2 * p.margin + BOUND * VECTOR // p.acc
        strands = p.row.stride * p.column.stride
        p.lists = (p.taps + strands) * sizeof(Tap)
        p.wide = lines(p.lists + strands * sizeof(Tap *) + p.column.stride * sizeof(Py_ssize_t))
        p.strands = p.wide + (lines(greater(p.staged // p.itemsize, p.columns * inner) * p.acc) if p.finish != NULL else 0)
        p.spare = lines(p.strands + p.column.stride * (((p.columns - 1) // p.column.stride + 1) * inner * p.acc + BOUND * VECTOR))
        p.values = p.spare + 2 * BOUND * VECTOR
        p.codes = lines(p.values + p.windows * p.acc)
        self.memory = lines(p.codes + p.windows * p.code)
        if p.planes * p.row.length * p.column.length * inner * p.itemsize >= LARGE:
            p.stage = self.memory
            self.memory = lines(p.stage + STAGE + p.staged + p.columns * inner * p.itemsize)
        self.items = ((p.planes - 1) // p.stack + 1) * ((p.row.length - 1) // p.rows + 1) * ((p.column.length - 1) // p.columns + 1)
        self.seconds_per_item = 4e-11 * p.stack * p.rows * p.columns * inner * (p.taps / strands + 2)
        self.useful_threads = smaller(self.items, greater(1, <Py_ssize_t>(self.items * self.seconds_per_item / 10e-6)))

    def __call__(self, x, out, codes, int n_threads):
        cdef Arrays arrays
        arrays.x = <const char *>cnp.PyArray_DATA(x)
        arrays.y = <const char *>cnp.PyArray_DATA(codes)
        arrays.out = <char *>cnp.PyArray_DATA(out)
        share_out(gather_work, &self.p, &arrays, self.memory, self.items, self.seconds_per_item, n_threads)


cdef struct Edge:         # an axis whose windows stick out
    Axis axis
    Py_ssize_t outer, inner, below            # codes are (outer, windows, inner); one more tap adds `below` to the code

cdef class Stray:
    """Whether some codes of an array name no cell: there are not so many, or they are of taps outside the input."""

    cdef Edge *edges
    cdef int n_edges
    cdef Py_ssize_t itemsize
    cdef uint64_t cells
    cdef Beyond beyond
    cdef Astray astray

    def __cinit__(self, list edges, uint64_t cells, Py_ssize_t itemsize):
        self.n_edges, self.itemsize, self.cells = len(edges), itemsize, cells
        self.beyond = <Beyond><void *><size_t>VERBS["beyond", itemsize]
        self.astray = <Astray><void *><size_t>VERBS["astray", itemsize] if edges else NULL
        self.edges = <Edge *>PyMem_RawMalloc((self.n_edges + 1) * sizeof(Edge))
        if self.edges == NULL:
            raise MemoryError
        for a, (outer, numbers, inner, below) in enumerate(edges):
            edge = &self.edges[<int>a]
            edge.axis, edge.outer, edge.inner, edge.below = axis_of(numbers), outer, inner, below

    def __dealloc__(self):
        PyMem_RawFree(self.edges)

    def __call__(self, codes):
        cdef const char *first = <const char *>cnp.PyArray_DATA(codes)
        cdef Py_ssize_t n = cnp.PyArray_SIZE(codes)
        cdef bint found
        cdef int a
        with nogil:
            found = self.beyond(first, n, self.cells)
            for a in range(self.n_edges):
                found = found or is_outside(&self.edges[a], self.astray, first, self.itemsize, self.cells)
        return found


cdef bint is_outside(const Edge *edge, Astray astray, const char *first, Py_ssize_t itemsize, Py_ssize_t cells) noexcept nogil:
    """Whether some of these codes, of `cells`, name taps outside the input."""
    cdef const Axis *axis = &edge.axis
    cdef Span s
    cdef Py_ssize_t o = 0, many = edge.outer, step = axis.out * edge.inner, few = edge.inner, near = 1, i
    cdef double by = 1.0 / edge.below
    cdef bint wrong = False, listed = cells <= 64 or itemsize <= 2 and 8 * cells <= edge.outer * edge.inner
    cdef uint64_t[1024] bits                  # one for each code of up to 16: is it wrong?
    if few == 1 or many < few:                # the longer loop inside
        many, step, few, near = few, near, many, step
    while o < axis.out and not wrong:
        s = window(axis, o)
        if s.first == 0 and s.last == axis.kernel:
            if axis.stride:                   # nor are the next ones clipped
                o = greater(o, (axis.length - 1 + axis.before - (axis.kernel - 1) * axis.dilation) // axis.stride)
        else:
            memset(bits, 0, (cells + 63) // 64 * sizeof(uint64_t) if listed else 0)
            for i in range(cells if listed else 0):
                if not s.first <= i // edge.below % axis.kernel < s.last:
                    bits[i >> 6] |= <uint64_t>1 << (i & 63)
            for i in range(many):
                wrong |= astray(first + (o * edge.inner + i * step) * itemsize, few, near, bits if listed else NULL, cells <= 64,
                                by, by / axis.kernel, axis.kernel, s.first, s.last)
        o += 1
    return wrong


cdef enum:
    LISTED = 4096                             # taps of a window whose places are listed,
    SENT = 256                                # and cells of windows that are sent, or brought, at a time: of small ones, all they reach fits L1

cdef struct Scattered:    # the cells of planes that the indices of their windows name
    Axis axis[MAX_AXES]                       # the pooled ones, in the order in which positions count; plane as flat indices do
    int n_axes
    Py_ssize_t cells, n, inner                # cells of a plane, and windows
    Py_ssize_t taps, itemsize, code           # of a window; bytes of a value, and of an index: 8 of a flat one
    bint listed                               # does each tap stand in a table?
    bint brings, add                          # from the cells, not to them; what meets there adds up, or else the last one stays
    Sending send
    Real real                                 # for halves, whose sums are float32:
    Finisher finish
    Py_ssize_t acc, flat, values, sums        # bytes of one, and where in memory

cdef inline int64_t start_of(const Axis *axis, Py_ssize_t o) noexcept nogil:
    return o * axis.stride - axis.before if axis.stride else o * axis.length // axis.out

cdef void list_starts(const Scattered *p, int64_t *start, Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """Where in the plane the windows from `first` on start."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t column = first % last.out, rest, some, i
    cdef int64_t above, step = last.stride
    cdef int a
    while n > 0:
        above, rest = 0, first // last.out
        for a in range(p.n_axes - 2, -1, -1):
            above += start_of(&p.axis[a], rest % p.axis[a].out) * p.axis[a].plane
            rest //= p.axis[a].out
        some = smaller(n, last.out - column)
        if step:
            above += start_of(last, column)
            for i in range(some):
                start[i] = above + i * step
        else:
            for i in range(some):
                start[i] = above + start_of(last, column + i)
        start += some
        first += some
        n -= some
        column = 0

cdef int64_t behind_start(const Scattered *p, int64_t code) noexcept nogil:
    """How far behind the start of its window a tap lies in the plane."""
    cdef int64_t flat = 0
    cdef int a
    for a in range(p.n_axes - 1, -1, -1):
        flat += code % p.axis[a].kernel * p.axis[a].dilation * p.axis[a].plane
        code //= p.axis[a].kernel
    return flat

cdef void flatten(const Scattered *p, int64_t *to, const char *codes, const int64_t *start, Py_ssize_t n, Py_ssize_t width) noexcept nogil:
    """Codes to flat indices, if there are too many for a table."""
    cdef Py_ssize_t i
    cdef int64_t code
    for i in range(n):
        for _ in range(width):
            code = (<const uint8_t *>codes)[0] if p.code == 1 else (<const uint16_t *>codes)[0] if p.code == 2 else (<const uint32_t *>codes)[0]
            to[0] = start[i] + behind_start(p, code)
            to += 1
            codes += p.code


cdef void scatter_work(const void *problem, const Arrays *arrays, char *memory, Turn *turn, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    """Planes, one after another, to their cells or from them: some windows at a time, or a part of one with many free cells."""
    cdef const Scattered *p = <const Scattered *>problem
    cdef const Axis *first = &p.axis[0]
    cdef int64_t *table = <int64_t *>memory
    cdef int64_t *start = table + LISTED + 1
    cdef Py_ssize_t at = 0, beside = 0, n = greater(1, SENT // p.inner), some, width, before, started = -1, ready = 0, cleared, tap
    cdef const char *values
    cdef const char *codes
    cdef char *to
    cdef Operands sums = no_rows()
    if p.listed:
        for tap in range(p.taps):
            table[tap] = behind_start(p, tap)
        table[p.taps] = -INT64_MAX // 2       # of no tap: no cell
    while item < stop:
        some, width = smaller(n, p.n - at), smaller(p.inner - beside, SENT)
        if stopped(turn, some * width):
            return
        before = (item * p.n + at) * p.inner + beside
        codes = arrays.y + before * p.code
        if p.code < 8 and started != at:      # or else as those of the plane before
            list_starts(p, start, at, some)
            started = at
        if p.code < 8 and not p.listed:
            flatten(p, <int64_t *>(memory + p.flat), codes, start, some, width)
            codes = memory + p.flat
        if p.brings:
            values = arrays.x + (item * p.cells * p.inner + beside) * p.itemsize
            p.send(arrays.out + before * p.itemsize, values, codes, start, table, p.taps, p.cells, some, p.inner, width, False)
        else:
            values, to = arrays.x + before * p.itemsize, arrays.out + item * p.cells * p.inner * p.itemsize
            if p.real != NULL:
                p.real(memory + p.values, values, some * width)
                values, to = memory + p.values, memory + p.sums
            cleared = p.cells
            if p.code < 8 and at + some < p.n:              # all that these windows reach, and no more, so that it is in cache still
                cleared = start_of(first, (at + some - 1) // (p.n // first.out)) + (first.kernel - 1) * first.dilation + 1
                cleared = smaller(first.length, greater(0, cleared)) * first.plane
            if cleared > ready:
                memset(to + ready * p.inner * p.acc, 0, (cleared - ready) * p.inner * p.acc)
                ready = cleared
            p.send(to + beside * p.acc, values, codes, start, table, p.taps, p.cells, some, p.inner, width, p.add)
        beside += width
        if beside < p.inner:
            continue
        beside = 0
        at += some
        if at < p.n:
            continue
        if p.finish != NULL:
            sums.acc, sums.row[0] = arrays.out + item * p.cells * p.inner * p.itemsize, memory + p.sums
            p.finish(NULL, &sums, p.cells * p.inner, NULL, 0, 1, 0, 0)
        at = ready = 0
        item += 1


cdef class Scatter:
    """Sends (planes, windows, inner) values to the (planes, cells, inner) cells that indices name, those of each cell in their order; or
    brings them from there. Indices are flat (int64) or in their windows; all arrays C-contiguous."""

    cdef Scattered p
    cdef Py_ssize_t planes, memory
    cdef double seconds_per_item
    cdef readonly Py_ssize_t useful_threads

    def __init__(self, tuple axes, Py_ssize_t planes, Py_ssize_t inner, str dtype, Py_ssize_t code, bint add, bint brings=False):
        cdef Scattered *p = &self.p
        cdef int a
        p.n_axes, p.cells, p.n, p.taps = len(axes), 1, 1, 1
        for a in range(p.n_axes - 1, -1, -1):
            p.axis[a] = axis_of(axes[a])
            p.axis[a].plane = p.cells
            p.cells *= p.axis[a].length
            p.n *= p.axis[a].out
            p.taps *= p.axis[a].kernel
        p.inner, p.itemsize, p.acc, p.code, p.add, p.brings = inner, SIZES[dtype], SIZES[dtype], code, add, brings
        p.listed = code <= 2 and p.taps <= smaller(LISTED, planes * p.n * inner)
        p.flat = (LISTED + 1 + SENT) * sizeof(int64_t)
        p.values = p.sums = p.flat + (0 if p.listed else SENT * sizeof(int64_t))
        if add and p.itemsize == 2:
            p.real = <Real><void *><size_t>VERBS["convert", "real", dtype, "float32"]
            p.finish = <Finisher><void *><size_t>VERBS["finish", "total", "float32", dtype]
            p.acc = 4
            p.sums = p.values + SENT * 4
        p.send = <Sending><void *><size_t>VERBS["collect" if brings else "scatter", p.acc, code if p.listed else 8]
        self.memory = lines(p.sums + (p.cells * inner * p.acc if p.finish != NULL else 0))
        self.planes = planes
        self.seconds_per_item = (2e-9 * p.n + (0 if brings else 1e-10 * p.cells)) * inner
        self.useful_threads = smaller(planes, greater(1, <Py_ssize_t>(planes * self.seconds_per_item / 10e-6)))

    def __call__(self, x, out, codes, int n_threads):
        cdef Arrays arrays
        arrays.x = <const char *>cnp.PyArray_DATA(x)
        arrays.y = <const char *>cnp.PyArray_DATA(codes)
        arrays.out = <char *>cnp.PyArray_DATA(out)
        share_out(scatter_work, &self.p, &arrays, self.memory, self.planes, self.seconds_per_item, n_threads)


# ---- loops

cdef bint beyond(const code *codes, Py_ssize_t n, uint64_t cells) noexcept nogil:
    cdef code largest = 0, bits = 0           # negative, if one of them is
    cdef Py_ssize_t i
    for i in range(n):
        largest = codes[i] if codes[i] > largest else largest
        bits |= codes[i]
    return bits < 0 or <uint64_t>largest >= cells

cdef bint astray(const code *codes, Py_ssize_t n, Py_ssize_t step, const uint64_t *wrong, bint one_word, double by, double by_all,
                 int64_t kernel, int64_t first, int64_t last) noexcept nogil:
    """Whether one of these codes names a tap of its axis before `first` or from `last` on: is a bit of `wrong`, if they are listed there."""
    cdef Py_ssize_t i
    cdef int64_t tap
    cdef uint64_t odd = 0, all_wrong = wrong[0] if one_word else 0
    if one_word:                              # in vectors
        for i in range(n):
            odd |= all_wrong >> codes[i * step]
        return odd & 1
    if wrong != NULL:
        for i in range(n):
            odd |= wrong[codes[i * step] >> 6 & 1023] >> (codes[i * step] & 63)
        return odd & 1
    for i in range(n):                        # half a cell further, truncated quotients of 32 bits are right; and quicker than //
        tap = <int64_t>((codes[i * step] + 0.5) * by) - kernel * <int64_t>((codes[i * step] + 0.5) * by_all)
        odd |= <uint64_t>((tap < first) | (tap >= last))
    return odd != 0

ctypedef fused spelled:
    code32_t
    code64_t

cdef void spell(spelled *to, const uint8_t *codes, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        to[i] = codes[i]

cdef inline void ask(lanes_t *sums, const real *g, const spelled *codes, const Tap *tap, bint add, int vectors) noexcept nogil:
    """Add up what cells get from the windows that they ask, or take the last one's: 0, where no tap won. `vectors`, of cells, is a literal."""
    cdef int lanes = VECTOR // sizeof(real), k
    for k in range(vectors):
        sums[k] = no_lanes()
    while tap.code >= 0:
        for k in range(vectors):
            sums[k] = lanes_won(g + tap.shift + k * lanes, codes + tap.shift + k * lanes, tap.code, sums[k], add)
        tap += 1

cdef inline void weave_lines(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t line, Py_ssize_t n_lines,
                             int vectors, int strands) noexcept nogil:
    """`vectors` of each of one or two `strands` at a time, all literals."""
    cdef Loom h = loom[0]
    cdef Py_ssize_t block = vectors * VECTOR // sizeof(real), w, k
    cdef lanes_t[BOUND] one, other
    cdef real *at
    for _ in range(n_lines):
        taps = h.taps + line * strands
        w = 0
        while w < h.n:
            at = to + w * strands
            if end - at < block * strands:
                at = <real *>h.spare
            ask(one, g + w, codes + w, taps[0], h.add, vectors)
            if strands == 2:
                ask(other, g + w, codes + w, taps[1], h.add, vectors)
            for k in range(vectors):
                if strands == 2:
                    lanes_in_turn(at + 2 * k * VECTOR // sizeof(real), one[k], other[k])
                else:
                    (<lanes_t *>at)[k] = one[k]
            if at == <real *>h.spare:
                memcpy(to + w * strands, at, (end - to - w * strands) * sizeof(real))
            w += block
        to += h.pitch
        line += 1
        if line == h.period:
            line = 0
            g += h.step
            codes += h.step

cdef inline void weave_blocks(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t line, Py_ssize_t n_lines,
                              int vectors) noexcept nogil:
    if loom.strands == 1:
        weave_lines(to, end, g, codes, loom, line, n_lines, vectors, 1)
    else:
        weave_lines(to, end, g, codes, loom, line, n_lines, vectors, 2)

cdef void weave(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t line, Py_ssize_t n_lines) noexcept nogil:
    """So many lines from this one of a period on. Blocks may be longer than what is left of a line: the next one overwrites that, and what
    would lie behind the end goes elsewhere."""
    cdef Py_ssize_t vectors = (loom.n - 1) * sizeof(real) // VECTOR + 1
    if vectors == 1:
        weave_blocks(to, end, g, codes, loom, line, n_lines, 1)
    elif vectors == 2 or vectors < 16 and 0 < vectors % BOUND <= 2:
        weave_blocks(to, end, g, codes, loom, line, n_lines, 2)
    else:
        weave_blocks(to, end, g, codes, loom, line, n_lines, BOUND)

cdef inline void spread_block(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t row, Py_ssize_t n_rows,
                              int taps, int stride, int before, int vectors) noexcept nogil:
    """Down the rows, from the one on where the first window starts. `taps`, `stride`, `before` and `vectors` are literals."""
    cdef int lanes = VECTOR // sizeof(real), i, j, k, side
    cdef Py_ssize_t step = loom.step, pitch = loom.pitch, apart = loom.apart, shift
    cdef lanes_t[3 * 2] one, other            # for each row that a window reaches
    cdef real *at
    for k in range(taps * vectors):
        one[k] = other[k] = no_lanes()
    while row < n_rows:
        for j in range(taps - 1, -1, -1):
            side = (j - before + stride) % stride
            shift = (side + before - j) // stride * apart
            for k in range(vectors):
                v, code = g + shift + k * lanes, codes + shift + k * lanes
                for i in range(taps):
                    if side == 0:
                        one[i * vectors + k] = lanes_won(v, code, i * taps + j, one[i * vectors + k], True)
                    else:
                        other[i * vectors + k] = lanes_won(v, code, i * taps + j, other[i * vectors + k], True)
        for i in range(stride):               # no later window reaches these
            if 0 <= row + i < n_rows:
                at = to + (row + i) * pitch
                if end - at < stride * vectors * lanes:
                    at = <real *>loom.spare
                for k in range(vectors):
                    if stride == 1:
                        (<lanes_t *>(at + k * lanes))[0] = one[i * vectors + k]
                    else:
                        lanes_in_turn(at + 2 * k * lanes, one[i * vectors + k], other[i * vectors + k])
                if at == <real *>loom.spare:
                    memcpy(to + (row + i) * pitch, at, (end - to - (row + i) * pitch) * sizeof(real))
        for k in range(taps * vectors):
            one[k] = one[k + stride * vectors] if k < (taps - stride) * vectors else no_lanes()
            other[k] = other[k + stride * vectors] if k < (taps - stride) * vectors else no_lanes()
        g += step
        codes += step
        row += stride

cdef inline void spread_blocks(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t row, Py_ssize_t n_rows,
                               int taps, int stride, int before, int vectors) noexcept nogil:
    """The last one ends where the rows do; what it writes beyond, the first overwrites."""
    cdef Py_ssize_t block = vectors * VECTOR // sizeof(real), at = loom.n
    while at > 0:
        at = greater(0, at - block)
        spread_block(to + at * stride, end, g + at, codes + at, loom, row, n_rows, taps, stride, before, vectors)

cdef void spread22(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t row, Py_ssize_t n_rows) noexcept nogil:
    spread_blocks(to, end, g, codes, loom, row, n_rows, 2, 2, 0, 1)

cdef void spread32(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t row, Py_ssize_t n_rows) noexcept nogil:
    spread_blocks(to, end, g, codes, loom, row, n_rows, 3, 2, 0, 1)

cdef void spread32_padded(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t row,
                          Py_ssize_t n_rows) noexcept nogil:
    spread_blocks(to, end, g, codes, loom, row, n_rows, 3, 2, 1, 1)

cdef void spread31(real *to, real *end, const real *g, const spelled *codes, const Loom *loom, Py_ssize_t row, Py_ssize_t n_rows) noexcept nogil:
    if loom.n * <Py_ssize_t>sizeof(real) <= VECTOR:
        spread_blocks(to, end, g, codes, loom, row, n_rows, 3, 1, 0, 1)
    else:
        spread_blocks(to, end, g, codes, loom, row, n_rows, 3, 1, 0, 2)

ctypedef fused sent:
    uint8_t
    uint16_t
    float
    double

ctypedef fused index:
    uint8_t
    uint16_t
    int64_t

cdef inline int64_t named(index code, int64_t start, const int64_t *table, Py_ssize_t taps) noexcept nogil:
    """The cell; checked were those of taps, but another thread may write indices meanwhile."""
    return <int64_t>code if index is int64_t else start + table[code if code < taps else taps]

cdef void scatter(sent *to, const sent *g, const index *codes, const int64_t *start, const int64_t *table, Py_ssize_t taps,
                  Py_ssize_t cells, Py_ssize_t n, Py_ssize_t inner, Py_ssize_t width, bint add) noexcept nogil:
    """Send n x inner values, or `width` of those of one window, to cells of a plane, in their order: add them up, or let the last stay."""
    cdef Py_ssize_t i, k
    cdef int64_t at
    for i in range(n):
        for k in range(width):
            at = named(codes[k], start[i], table, taps)
            if 0 <= at < cells:
                to[at * inner + k] = to[at * inner + k] + g[k] if add else g[k]
        g += inner
        codes += inner

cdef void collect(sent *to, const sent *g, const index *codes, const int64_t *start, const int64_t *table, Py_ssize_t taps,
                  Py_ssize_t cells, Py_ssize_t n, Py_ssize_t inner, Py_ssize_t width, bint add) noexcept nogil:
    """Bring as many from cells of a plane; there is nothing to `add`."""
    cdef Py_ssize_t i, k
    cdef int64_t at
    for i in range(n):
        for k in range(width):
            at = named(codes[k], start[i], table, taps)
            to[k] = g[at * inner + k] if 0 <= at < cells else 0
        to += inner
        codes += inner


cdef list_sending(sent *like):
    cdef Py_ssize_t size = sizeof(like[0])
    VERBS["scatter", size, 1] = <size_t><void *>scatter[sent, uint8_t]
    VERBS["scatter", size, 2] = <size_t><void *>scatter[sent, uint16_t]
    VERBS["scatter", size, 8] = <size_t><void *>scatter[sent, int64_t]
    VERBS["collect", size, 1] = <size_t><void *>collect[sent, uint8_t]
    VERBS["collect", size, 2] = <size_t><void *>collect[sent, uint16_t]
    VERBS["collect", size, 8] = <size_t><void *>collect[sent, int64_t]

VERBS["beyond", 1] = <size_t><void *>beyond[uint8_t]
VERBS["beyond", 2] = <size_t><void *>beyond[uint16_t]
VERBS["beyond", 4] = <size_t><void *>beyond[uint32_t]
VERBS["beyond", 8] = <size_t><void *>beyond[int64_t]
VERBS["astray", 1] = <size_t><void *>astray[uint8_t]
VERBS["astray", 2] = <size_t><void *>astray[uint16_t]
VERBS["astray", 4] = <size_t><void *>astray[uint32_t]
VERBS["weave", "float32"] = <size_t><void *>weave[float, code32_t]
VERBS["weave", "float64"] = <size_t><void *>weave[double, code64_t]
VERBS["spread", 2, 2, 0, "float32"] = <size_t><void *>spread22[float, code32_t]
VERBS["spread", 2, 2, 0, "float64"] = <size_t><void *>spread22[double, code64_t]
VERBS["spread", 3, 2, 0, "float32"] = <size_t><void *>spread32[float, code32_t]
VERBS["spread", 3, 2, 0, "float64"] = <size_t><void *>spread32[double, code64_t]
VERBS["spread", 3, 2, 1, "float32"] = <size_t><void *>spread32_padded[float, code32_t]
VERBS["spread", 3, 2, 1, "float64"] = <size_t><void *>spread32_padded[double, code64_t]
VERBS["spread", 3, 1, 0, "float32"] = <size_t><void *>spread31[float, code32_t]
VERBS["spread", 3, 1, 0, "float64"] = <size_t><void *>spread31[double, code64_t]
VERBS["spell", "float32"] = <size_t><void *>spell[code32_t]
VERBS["spell", "float64"] = <size_t><void *>spell[code64_t]
list_sending(<uint8_t *>NULL)
list_sending(<uint16_t *>NULL)
list_sending(<float *>NULL)
list_sending(<double *>NULL)
