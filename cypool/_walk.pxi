"""Windows of three or five rows and as many columns at a stride of 1: down the columns, as many as a vector holds at a time. Each row
stays in registers for all windows that it lies in: three loads or five, and one store, for each result. Extremes of a row are joined across
once; sums of floats, of 3 x 3, go down first, column by column, as they do elsewhere, or they would round otherwise.

`down` and `neighbours` do the same in two passes or more, for all windows.
"""

cdef extern from *:
    """
    #if defined(__GNUC__) && defined(__AVX2__) && defined(__FMA__) && (defined(__AVX512BW__) || !defined(__AVX512F__))
    #include <immintrin.h>
    #ifdef __AVX512BW__
    enum { WALKS = 1, SUMS_WALK = 1 };
    #define IN_VECTORS(op) _mm512_##op
    typedef __m512i whole_t;
    #else
    #ifndef WALK_SUMS
    #define WALK_SUMS 0                           /* three rows of three vectors are more than 16 registers hold (measured) */
    #endif
    enum { WALKS = 1, SUMS_WALK = WALK_SUMS };
    #define IN_VECTORS(op) _mm256_##op
    typedef __m256i whole_t;
    #endif
    /* `a > b ? a : b` is one instruction, but GCC knows that of loops alone. */
    #define BY_VECTOR(type, suffix) (lanes_t)IN_VECTORS(max_##suffix)((type)a, (type)b), (lanes_t)IN_VECTORS(min_##suffix)((type)a, (type)b)
    #define BY_COMPARING(name) name##_if((name)a > (name)b, a, b), name##_if((name)a < (name)b, a, b)
    #define LANES_OF(...) EACH_LANE(__VA_ARGS__)
    #define EACH_LANE(number, whole, name, larger, lesser) \\
        typedef number name __attribute__((vector_size(VECTOR))); \\
        typedef whole name##_bits __attribute__((vector_size(VECTOR))); \\
        static inline lanes_t name##_if(name##_bits so, lanes_t a, lanes_t b) { \\
            return (lanes_t)(((name##_bits)a & so) | ((name##_bits)b & ~so)); \\
        } \\
        static inline lanes_t name##_larger(lanes_t a, lanes_t b) { return larger; } \\
        static inline lanes_t name##_lesser(lanes_t a, lanes_t b) { return lesser; }
    LANES_OF(float, int32_t, f4, BY_VECTOR(f4, ps))
    LANES_OF(double, int64_t, f8, BY_VECTOR(f8, pd))
    LANES_OF(int8_t, int8_t, i1, BY_VECTOR(whole_t, epi8))
    LANES_OF(uint8_t, int8_t, u1, BY_VECTOR(whole_t, epu8))
    LANES_OF(int16_t, int16_t, i2, BY_VECTOR(whole_t, epi16))
    LANES_OF(uint16_t, int16_t, u2, BY_VECTOR(whole_t, epu16))
    LANES_OF(int32_t, int32_t, i4, BY_VECTOR(whole_t, epi32))
    LANES_OF(uint32_t, int32_t, u4, BY_VECTOR(whole_t, epu32))
    #ifdef __AVX512BW__
    LANES_OF(int64_t, int64_t, i8, BY_VECTOR(whole_t, epi64))
    LANES_OF(uint64_t, int64_t, u8, BY_VECTOR(whole_t, epu64))
    #else
    LANES_OF(int64_t, int64_t, i8, BY_COMPARING(i8))
    LANES_OF(uint64_t, int64_t, u8, BY_COMPARING(u8))
    #endif
    #define OF_CELLS(a, verb) _Generic(*(a), float: f4_##verb, double: f8_##verb, int8_t: i1_##verb, uint8_t: u1_##verb, int16_t: i2_##verb, \\
                                       uint16_t: u2_##verb, int32_t: i4_##verb, uint32_t: u4_##verb, int64_t: i8_##verb, uint64_t: u8_##verb)
    #define larger_lanes(cells, a, b) OF_CELLS(cells, larger)(a, b)
    #define lesser_lanes(cells, a, b) OF_CELLS(cells, lesser)(a, b)
    /* Lanes are odd, too, where this holds. */
    #ifdef __AVX512BW__
    #define ODD_IF(so512, so, suffix) return (lanes_t)_mm512_mask_mov_##suffix((whole_t)odd, so512, _mm512_set1_epi8(-1))
    #else
    #define ODD_IF(so512, so, suffix) return odd | (lanes_t)(so)
    #endif
    #define ODD_FLOATS(name, whole, suffix, int_suffix) \\
        static inline lanes_t name##_nan(lanes_t odd, lanes_t a, lanes_t b) { \\
            ODD_IF(_mm512_cmp_##suffix##_mask((name)a, (name)b, _CMP_UNORD_Q), \\
                   IN_VECTORS(cmp_##suffix)((name)a, (name)b, _CMP_UNORD_Q), int_suffix); \\
        } \\
        static inline lanes_t name##_like(lanes_t odd, lanes_t a, whole bits) { \\
            ODD_IF(_mm512_cmpeq_##int_suffix##_mask((whole_t)a, _mm512_set1_##int_suffix(bits)), (name##_bits)a == bits, int_suffix); \\
        } \\
        static inline lanes_t name##_zero_or_nan(lanes_t odd, lanes_t a, int negative) { \\
            ODD_IF(_mm512_fpclass_##suffix##_mask((name)a, negative ? 0x85 : 0x83), \\
                   (lanes_t)((name)a != (name)a) | (lanes_t)((name##_bits)a == (negative ? (whole)1 << (8 * sizeof(whole) - 1) : 0)), int_suffix); \\
        }
    ODD_FLOATS(f4, int32_t, ps, epi32)
    ODD_FLOATS(f8, int64_t, pd, epi64)
    static inline lanes_t odd_if_far(lanes_t odd, lanes_t a) {                /* SUMMABLE, or NaN */
        const f4_bits size = (f4_bits)a & INT32_MAX;
        ODD_IF(_mm512_cmpge_epi32_mask((whole_t)size, _mm512_set1_epi32(0x7d800000)), size >= 0x7d800000, epi32);
    }
    static inline lanes_t odd_if_above(lanes_t odd, lanes_t a, int16_t rank) {
        ODD_IF(_mm512_cmpgt_epi16_mask((whole_t)a, _mm512_set1_epi16(rank)), (i2)a > rank, epi16);
    }
    static inline lanes_t odd_if_below(lanes_t odd, lanes_t a, int16_t rank) {
        ODD_IF(_mm512_cmplt_epi16_mask((whole_t)a, _mm512_set1_epi16(rank)), (i2)a < rank, epi16);
    }
    /* Quotients as `quotient32` and `quotient64` round them, and by counts that differ. */
    #define SUMS_OF(number, name, suffix, finite) \\
        static inline lanes_t name##_sum(lanes_t a, lanes_t b) { return (lanes_t)((name)a + (name)b); } \\
        static inline lanes_t name##_all(double v) { return (lanes_t)(name)IN_VECTORS(set1_##suffix)((number)v); } \\
        static inline lanes_t name##_product(lanes_t a, lanes_t b) { return (lanes_t)((name)a * (name)b); } \\
        static inline lanes_t name##_over(lanes_t a, lanes_t n) { return (lanes_t)((name)a / (name)n); } \\
        static inline lanes_t name##_quotient(lanes_t a, lanes_t n, lanes_t factor) { \\
            const name q = (name)a * (name)factor, left = (name)IN_VECTORS(fmsub_##suffix)(q, (name)n, (name)a); \\
            return finite(q, (lanes_t)IN_VECTORS(fnmadd_##suffix)(left, (name)factor, q)); \\
        }
    #define AS_IT_IS(q, v) (v)
    #define IF_FINITE(q, v) f8_if(((f8_bits)q & INT64_MAX) < 0x7ff0000000000000, v, (lanes_t)q)
    SUMS_OF(float, f4, ps, AS_IT_IS)
    SUMS_OF(double, f8, pd, IF_FINITE)
    #define OF_FLOATS(a, verb) _Generic(*(a), float: f4_##verb, double: f8_##verb)
    #define odd_if_nan(cells, odd, a, b) OF_FLOATS(cells, nan)(odd, a, b)
    #define odd_if_zero_or_nan(cells, odd, a, negative) OF_FLOATS(cells, zero_or_nan)(odd, a, negative)
    #define odd_if_like(cells, odd, a, bits) OF_FLOATS(cells, like)(odd, a, bits)
    #define add_lanes(cells, a, b) OF_FLOATS(cells, sum)(a, b)
    #define all_alike(cells, v) OF_FLOATS(cells, all)(v)
    #define times_lanes(cells, a, b) OF_FLOATS(cells, product)(a, b)
    #define over_lanes(cells, a, n) OF_FLOATS(cells, over)(a, n)
    #define quotient_lanes(cells, a, n, factor) OF_FLOATS(cells, quotient)(a, n, factor)
    static inline lanes_t ordered_halves(lanes_t a) { return (lanes_t)((i2)a ^ (((i2)a >> 15) & INT16_MAX)); }       /* see `in_order` */
    static inline lanes_t all_lanes(lanes_t so, lanes_t a, lanes_t b) { return (so & a) | (~so & b); }
    static inline lanes_t any_lanes(lanes_t a, lanes_t b) { return a | b; }
    static inline int has_lanes(lanes_t a) {
        const i8 words = (i8)a;
        int64_t any = 0;
        for (int i = 0; i < VECTOR / 8; i++)
            any |= words[i];
        return any != 0;
    }
    #else                                     /* with SSE2 the other way is quicker for most (measured) */
    enum { WALKS = 0, SUMS_WALK = 0 };
    #define larger_lanes(cells, a, b) (a)
    #define lesser_lanes(cells, a, b) (a)
    #define odd_if_nan(cells, odd, a, b) (odd)
    #define odd_if_zero_or_nan(cells, odd, a, negative) (odd)
    #define odd_if_like(cells, odd, a, bits) (odd)
    #define add_lanes(cells, a, b) (a)
    #define all_alike(cells, v) no_lanes()
    #define times_lanes(cells, a, b) (a)
    #define over_lanes(cells, a, n) (a)
    #define quotient_lanes(cells, a, n, factor) (a)
    #define odd_if_far(odd, a) (odd)
    #define ordered_halves(a) (a)
    #define odd_if_above(odd, a, rank) (odd)
    #define odd_if_below(odd, a, rank) (odd)
    #define all_lanes(so, a, b) (a)
    #define any_lanes(a, b) (a)
    #define has_lanes(a) 0
    #endif
    """
    enum:
        WALKS                 # can this build walk?
        SUMS_WALK             # and add up so?
    lanes_t larger_lanes(const void *like, lanes_t a, lanes_t b) noexcept nogil
    lanes_t lesser_lanes(const void *like, lanes_t a, lanes_t b) noexcept nogil
    lanes_t odd_if_nan(const void *like, lanes_t odd, lanes_t a, lanes_t b) noexcept nogil
    lanes_t odd_if_zero_or_nan(const void *like, lanes_t odd, lanes_t a, bint negative) noexcept nogil
    lanes_t odd_if_like(const void *like, lanes_t odd, lanes_t a, int64_t bits) noexcept nogil
    lanes_t add_lanes(const void *like, lanes_t a, lanes_t b) noexcept nogil
    lanes_t all_alike(const void *like, double v) noexcept nogil
    lanes_t times_lanes(const void *like, lanes_t a, lanes_t b) noexcept nogil
    lanes_t over_lanes(const void *like, lanes_t a, lanes_t n) noexcept nogil
    lanes_t quotient_lanes(const void *like, lanes_t a, lanes_t n, lanes_t factor) noexcept nogil
    lanes_t odd_if_far(lanes_t odd, lanes_t a) noexcept nogil
    lanes_t ordered_halves(lanes_t a) noexcept nogil
    lanes_t odd_if_above(lanes_t odd, lanes_t a, int16_t rank) noexcept nogil
    lanes_t odd_if_below(lanes_t odd, lanes_t a, int16_t rank) noexcept nogil
    lanes_t all_lanes(lanes_t so, lanes_t a, lanes_t b) noexcept nogil
    lanes_t any_lanes(lanes_t a, lanes_t b) noexcept nogil
    bint has_lanes(lanes_t a) noexcept nogil

ctypedef fused lane:
    int8_t
    uint8_t
    int16_t
    uint16_t
    int32_t
    uint32_t
    int64_t
    uint64_t
    float
    double

ctypedef fused Walked:
    Int8
    UInt8
    Int16
    UInt16
    Int32
    UInt32
    Int64
    UInt64
    Float
    Double
    HalfInInt16
    BfloatInInt16

cdef struct Walk:
    int taps                                  # 3 or 5, along rows and columns
    Py_ssize_t n, rows, planes                # of output: cells of a row, its rows in a plane, planes
    Py_ssize_t pitch, length                  # cells of a row of x, and its rows in a plane
    Py_ssize_t start, step                    # the row where the first window starts, or would, and from row to row of a window
    Py_ssize_t before, apart                  # cells of the first window that lie outside, and from column to column
    Py_ssize_t ahead
    const void *neutral
    double count                              # that divides all sums; or 0

cdef struct Fringe:           # at an end of the rows: which lanes have this cell of their window
    lanes_t first, second, fourth, last
    lanes_t none, absent                      # what stands for it elsewhere, and for cells of rows outside
    lanes_t count, factor                     # of means: what they are divided by, cells of a row unless all are alike; its reciprocal

cdef struct Taps:             # of a row
    lanes_t first                             # or the extreme of all
    lanes_t middle, last

cdef inline lanes_t lanes_at(const void *a) noexcept nogil:
    return (<const lanes_t *>a)[0]

cdef inline lanes_t join_lanes(Piped *kind, const lane *like, lanes_t a, lanes_t b) noexcept nogil:
    if Piped is Max:
        return larger_lanes(like, a, b)
    elif Piped is Min:
        return lesser_lanes(like, a, b)
    elif lane is float or lane is double:
        return add_lanes(like, a, b)
    return a

cdef inline lanes_t join_taps(Piped *kind, const lane *like, lanes_t a, lanes_t b, lanes_t c, lanes_t d, lanes_t e, int taps) noexcept nogil:
    """`taps` is a literal; three are a, b and c."""
    if taps == 3:
        return join_lanes(kind, like, join_lanes(kind, like, a, b), c)
    return join_lanes(kind, like, join_lanes(kind, like, join_lanes(kind, like, a, b), join_lanes(kind, like, c, d)), e)

cdef inline lanes_t odd_cells(Piped *kind, const lane *like, lanes_t v, int16_t infinity, lanes_t odd) noexcept nogil:
    """As `unite_cells` tells of them. `infinity`, a literal here and below, is that of halves; else 0."""
    if infinity and Piped is Max:
        return odd_if_below(odd, v, -1 - infinity)
    elif infinity and Piped is Min:
        return odd_if_above(odd, v, infinity)
    elif (Piped is Max or Piped is Min) and (lane is float or lane is double):
        return odd_if_nan(like, odd, v, v)
    return odd

cdef inline lanes_t odd_lanes(Piped *kind, const lane *like, lanes_t v, int16_t infinity, lanes_t odd) noexcept nogil:
    """As `settled`, `is_odd32` and `is_odd64` do."""
    if Piped is Sum or Piped is Mean:
        return odd_if_far(odd, v) if lane is float else odd
    elif infinity and Piped is Max:
        return odd_if_above(odd, v, infinity)
    elif infinity and Piped is Min:
        return odd_if_below(odd, v, -1 - infinity)
    elif lane is float:
        return odd_if_like(like, odd, v, -INT32_MAX - 1 if Piped is Max else 0)
    elif lane is double:
        return odd_if_like(like, odd, v, -INT64_MAX - 1 if Piped is Max else 0)
    return odd

cdef inline Taps taps_at(Piped *kind, const lane *a, const Walk *h, const Fringe *f, int taps, int16_t infinity, bint fringed, bint looks,
                         lanes_t *odd) noexcept nogil:
    """Of windows beside each other. `taps`, `fringed` and `looks`, at more than the one in the middle, are literals."""
    cdef lanes_t u = lanes_at(a), v = lanes_at(a + h.apart), w = lanes_at(a + 2 * h.apart), x = w, y = w
    cdef Taps t
    if h.ahead:
        prefetch(<size_t>a + h.ahead)
    if taps == 5:
        x, y = lanes_at(a + 3 * h.apart), lanes_at(a + 4 * h.apart)
    if infinity:
        u, v, w, x, y = ordered_halves(u), ordered_halves(v), ordered_halves(w), ordered_halves(x), ordered_halves(y)
    odd[0] = odd_cells(kind, a, v if taps == 3 else w, infinity, odd[0])
    if looks:                                 # at all of them, before some are made neutral
        odd[0] = odd_cells(kind, a, u, infinity, odd_cells(kind, a, w if taps == 3 else v, infinity, odd[0]))
    if looks and taps == 5:
        odd[0] = odd_cells(kind, a, x, infinity, odd_cells(kind, a, y, infinity, odd[0]))
    if fringed:
        u = all_lanes(f.first, u, f.none)
    if fringed and taps == 3:
        w = all_lanes(f.last, w, f.none)
    elif fringed:
        v, x, y = all_lanes(f.second, v, f.none), all_lanes(f.fourth, x, f.none), all_lanes(f.last, y, f.none)
    t.first, t.middle, t.last = u, v, w
    if Piped is Max or Piped is Min:
        t.first = join_taps(kind, a, u, v, w, x, y, taps)
    return t

cdef inline lanes_t join_down(Piped *kind, const lane *like, Taps a, Taps b, Taps c, Taps d, Taps e, int taps) noexcept nogil:
    """`taps` is a literal; three are c, d and e."""
    cdef lanes_t v
    if Piped is Max or Piped is Min:
        return join_taps(kind, like, a.first, b.first, c.first, d.first, e.first, 5) if taps == 5 else \
            join_taps(kind, like, c.first, d.first, e.first, e.first, e.first, 3)
    v = join_taps(kind, like, c.first, d.first, e.first, e.first, e.first, 3)
    v = join_lanes(kind, like, v, join_taps(kind, like, c.middle, d.middle, e.middle, e.middle, e.middle, 3))
    return join_lanes(kind, like, v, join_taps(kind, like, c.last, d.last, e.last, e.last, e.last, 3))

cdef inline lanes_t divided(const lane *like, lanes_t v, bint alike, lanes_t count, lanes_t factor) noexcept nogil:
    """Sums to means: by a factor, if all count `alike`."""
    if lane is float or lane is double:
        return quotient_lanes(like, v, count, factor) if alike else over_lanes(like, v, count)
    return v

cdef inline lanes_t walk_down(Piped *kind, lane *to, const lane *a, const Walk *walk, const Fringe *fringe, int taps, int16_t infinity,
                              bint fringed, bint looks) noexcept nogil:
    """A strip of a plane; every `step`-th row by itself. Tells of odd lanes."""
    cdef Walk h = walk[0]
    cdef Fringe f = fringe[0]
    cdef Py_ssize_t step = h.step * h.pitch, to_step = h.step * h.n, k, i, row, at
    cdef Py_ssize_t stop = h.length - h.start - (taps - 1) * h.step                  # windows from there on end outside
    cdef lanes_t v, count, odd = no_lanes()
    cdef Taps none, t, u, w, x, y
    none.first = none.middle = none.last = f.absent
    t = u = w = x = none
    for k in range(smaller(h.step, h.rows)):
        from_, y_at = a + k * h.pitch, to + k * h.n
        for i in range(taps - 1):             # all rows of the first window but the last
            at = h.start + k + i * h.step
            y = none
            if 0 <= at < h.length:
                y = taps_at(kind, from_, &h, &f, taps, infinity, fringed, looks, &odd)
            from_ += step
            t, u, w, x = u, w, x, y
        row = k
        while row < h.rows:
            y = none
            if row < stop:
                y = taps_at(kind, from_, &h, &f, taps, infinity, fringed, looks, &odd)
            from_ += step
            v = join_down(kind, a, t, u, w, x, y, taps)
            odd = odd_lanes(kind, a, v, infinity, odd)
            if Piped is Mean and (lane is float or lane is double):
                count = f.count if h.count > 0 else times_lanes(a, f.count, all_alike(a, <double>(taps - (h.start + row < 0) - (row >= stop))))
                v = divided(a, v, h.count > 0, count, f.factor)
            if infinity:
                v = ordered_halves(v)
            (<lanes_t *>y_at)[0] = v
            t, u, w, x = u, w, x, y
            y_at += to_step
            row += h.step
    return odd

cdef inline Py_ssize_t clamped(Py_ssize_t size) noexcept nogil:
    return greater(0, smaller(size, VECTOR))

cdef inline bint walk_strips(Piped *kind, lane *out, const lane *x, const Walk *walk, int taps, int16_t infinity) noexcept nogil:
    """Plane after plane, strip after strip, the last of which ends where the row does. One that is wider than a row overwrites the next
    row's start, which comes later."""
    cdef Walk h = walk[0]
    cdef Py_ssize_t size = sizeof(out[0]), lanes = VECTOR // size, reach = taps // 2 * h.apart, at, left, right
    cdef bint fringed, covered = h.before == reach and h.n == h.pitch      # is each cell a window's middle?
    cdef lanes_t odd, one, three, seen = no_lanes()
    cdef int8_t[3 * LINE] ends                # all lanes, no lanes, all lanes
    cdef Fringe f
    memset(ends, -1, 3 * VECTOR)
    memset(ends + VECTOR, 0, VECTOR)
    f.none = f.absent = f.first = f.second = f.fourth = f.last = f.count = f.factor = lanes_at(h.neutral)
    if (Piped is Sum or Piped is Mean) and (lane is float or lane is double):
        f.absent = all_alike(x, -0.0)         # which no sum notices
        one, three, f.count, f.factor = all_alike(x, 1), all_alike(x, 3), all_alike(x, h.count), all_alike(x, 1 / h.count)
    to = out
    a = x + smaller(0, h.start) * h.pitch - h.before
    for _ in range(h.planes):
        at = 0
        while True:
            fringed = at < reach or at + lanes > h.n - reach
            if fringed:
                left, right = h.before - at, h.pitch + h.before - at - (taps - 1) * h.apart
                f.first = lanes_at(ends + 2 * VECTOR - clamped(left * size))
                f.second = lanes_at(ends + 2 * VECTOR - clamped((left - h.apart) * size))
                f.fourth = lanes_at(ends + VECTOR - clamped((right + h.apart) * size))
                f.last = lanes_at(ends + VECTOR - clamped(right * size))
            if Piped is Mean and (lane is float or lane is double) and not h.count:
                f.count = add_lanes(x, add_lanes(x, all_lanes(f.first, one, f.none), one), all_lanes(f.last, one, f.none)) if fringed else three
            if not fringed:
                odd = walk_down(kind, to + at, a + at, &h, &f, taps, infinity, False, False)
            elif covered:
                odd = walk_down(kind, to + at, a + at, &h, &f, taps, infinity, True, False)
            else:
                odd = walk_down(kind, to + at, a + at, &h, &f, taps, infinity, True, True)
            if h.n < lanes:                   # what is beyond the row doesn't count
                odd = all_lanes(lanes_at(ends + VECTOR - h.n * size), odd, no_lanes())
            seen = any_lanes(seen, odd)
            if at + lanes >= h.n:
                break
            at = smaller(at + lanes, h.n - lanes)
        to += h.rows * h.n
        a += h.length * h.pitch
    return has_lanes(seen)

cdef bint walk(Piped *kind, Walked *rows, const Walk *h) noexcept nogil:
    cdef int16_t infinity = 0x7c00 if Walked is HalfInInt16 else 0x7f80 if Walked is BfloatInInt16 else 0
    x = rows.row[0]
    if Walked is HalfInInt16 or Walked is BfloatInInt16:
        ranks = <const int16_t *>x
        return walk_strips(kind, rows.acc, ranks, h, 3, infinity) if h.taps == 3 else walk_strips(kind, rows.acc, ranks, h, 5, infinity)
    elif Piped is Sum or Piped is Mean:
        return walk_strips(kind, rows.acc, x, h, 3, 0)
    return walk_strips(kind, rows.acc, x, h, 3, 0) if h.taps == 3 else walk_strips(kind, rows.acc, x, h, 5, 0)

cdef list_walks(Walked *rows, str cell, str acc):
    VERBS["walk", "max", cell, acc] = <size_t><void *>walk[Max, Walked]
    VERBS["walk", "min", cell, acc] = <size_t><void *>walk[Min, Walked]
    if (Walked is Float or Walked is Double) and SUMS_WALK:
        VERBS["walk", "sum", cell, acc] = <size_t><void *>walk[Sum, Walked]
        VERBS["walk", "mean", cell, acc] = <size_t><void *>walk[Mean, Walked]

list_walks(<Int8 *>NULL, "int8", "int8")
list_walks(<UInt8 *>NULL, "uint8", "uint8")
list_walks(<Int16 *>NULL, "int16", "int16")
list_walks(<UInt16 *>NULL, "uint16", "uint16")
list_walks(<Int32 *>NULL, "int32", "int32")
list_walks(<UInt32 *>NULL, "uint32", "uint32")
list_walks(<Int64 *>NULL, "int64", "int64")
list_walks(<UInt64 *>NULL, "uint64", "uint64")
list_walks(<Float *>NULL, "float32", "float32")
list_walks(<Double *>NULL, "float64", "float64")
list_walks(<HalfInInt16 *>NULL, "float16", "int16")
list_walks(<BfloatInInt16 *>NULL, "bfloat16", "int16")
