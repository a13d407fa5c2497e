"""The row verbs: every loop over elements. Each takes whole rows in cache, contiguous, with no border in sight."""

from libc.math cimport INFINITY, copysign, fabs, pow, sqrt, sqrtf
from libc.stdint cimport (int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t,
                          INT16_MAX, INT32_MAX, INT64_MAX)
from libc.string cimport memcpy, memmove, memset

cdef extern from *:
    """
    #ifdef __SIZEOF_INT128__
    typedef __int128 wide_t;              /* sums of 64-bit integers */
    #else
    typedef long long wide_t;
    #endif
    #if !defined(__GNUC__)
    #include <math.h>
    #define __builtin_isunordered(a, b) isunordered(a, b)
    #endif
    typedef struct { uint16_t bits; } half_t;
    typedef struct { uint16_t bits; } bfloat_t;
    #pragma pack(push, 1)
    typedef struct { int16_t both; } int8x2;      /* two neighbours; rows may start at odd addresses */
    typedef struct { uint16_t both; } uint8x2;
    typedef struct { int32_t both; } int16x2;
    typedef struct { uint32_t both; } uint16x2;
    #pragma pack(pop)
    typedef union { float f; uint32_t u; } pun32;
    typedef union { double f; uint64_t u; } pun64;
    #if defined(__SSE2__) || defined(_M_X64)
    #include <emmintrin.h>
    #endif
    /* Whole lines to memory that no cache is to hold: they aren't fetched first. Tells how many bytes remain. */
    static size_t stream(char *to, const char *from, size_t n) {
    #if defined(__SSE2__) || defined(_M_X64)
        size_t head = -(size_t)to & 63;
        if (head <= n) {
            memcpy(to, from, head);
            for (to += head, from += head, n -= head; n >= 64; to += 64, from += 64, n -= 64)
                for (size_t i = 0; i < 64; i += 16)
                    _mm_stream_si128((__m128i *)(to + i), _mm_loadu_si128((const __m128i *)(from + i)));
            return n;
        }
    #endif
        memcpy(to, from, n);
        return 0;
    }
    static void settle(void) {            /* other threads see what was streamed */
    #if defined(__SSE2__) || defined(_M_X64)
        _mm_sfence();
    #endif
    }
    static inline int32_t float_bits(float v) { pun32 p; p.f = v; return (int32_t)p.u; }
    static inline float bits_float(int32_t b) { pun32 p; p.u = (uint32_t)b; return p.f; }
    static inline int64_t double_bits(double v) { pun64 p; p.f = v; return (int64_t)p.u; }
    static inline double bits_double(int64_t b) { pun64 p; p.u = (uint64_t)b; return p.f; }
    """
    ctypedef long long wide_t
    ctypedef struct half_t:
        uint16_t bits
    ctypedef struct bfloat_t:
        uint16_t bits
    ctypedef struct int8x2:
        int16_t both
    ctypedef struct uint8x2:
        uint16_t both
    ctypedef struct int16x2:
        int32_t both
    ctypedef struct uint16x2:
        uint32_t both
    bint isunordered "__builtin_isunordered"(double a, double b) noexcept nogil
    size_t stream(char *to, const char *from_, size_t n) noexcept nogil
    void settle() noexcept nogil
    int32_t float_bits(float v) noexcept nogil
    float bits_float(int32_t b) noexcept nogil
    int64_t double_bits(double v) noexcept nogil
    double bits_double(int64_t b) noexcept nogil


# ---- kinds: empty tags. `lift` is what one cell contributes, `join` unites two contributions.

ctypedef struct Max:
    char _
ctypedef struct Min:
    char _
ctypedef struct Sum:
    char _
ctypedef struct Square:
    char _
ctypedef struct Magnitude:
    char _
ctypedef struct Peak:
    char _

ctypedef fused Kind:
    Max
    Min
    Sum
    Square
    Magnitude
    Peak

ctypedef fused number:
    int8_t
    uint8_t
    int16_t
    uint16_t
    int32_t
    uint32_t
    int64_t
    uint64_t
    wide_t
    float
    double

ctypedef fused value:
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
    int8x2
    uint8x2
    int16x2
    uint16x2

cdef inline number lift(Kind *kind, number like, value v) noexcept nogil:
    if value is int8x2:                       # a pair's sum; shifts, because a cast would leave the lanes
        return <number>((v.both >> 8) + (<int16_t>(<uint16_t>v.both << 8) >> 8))
    elif value is int16x2:
        return <number>((v.both >> 16) + (<int32_t>(<uint32_t>v.both << 16) >> 16))
    elif value is uint8x2:
        return <number>((v.both >> 8) + (v.both & 0xff))
    elif value is uint16x2:
        return <number>((v.both >> 16) + (v.both & 0xffff))
    elif Kind is Square:
        return <number>v * <number>v
    elif Kind is Magnitude or Kind is Peak:
        return <number>fabs(v)
    else:
        return <number>v

cdef inline number join(Kind *kind, number a, number b) noexcept nogil:
    if Kind is Max:
        return a if a > b else b
    elif Kind is Min:
        return a if a < b else b
    elif Kind is Peak:                        # the norm of infinite order, NaN and all
        return a if (a > b) | (a != a) else b
    else:
        return a + b



# ---- pairings of accumulator and cell. A struct each, because a fused type can't name two types at once;
# all have the layout of `Operands`, which is what the engine fills in.

cdef struct Operands:
    void *acc
    const void *row[3]
    void *acc_at              # argmax alone: the places of the cells above,
    const void *row_at[3]
    int64_t tap[3]            # and where rows stand among those of their window

ctypedef struct Int8:
    int8_t *acc
    const int8_t *row[3]
ctypedef struct UInt8:
    uint8_t *acc
    const uint8_t *row[3]
ctypedef struct Int16:
    int16_t *acc
    const int16_t *row[3]
ctypedef struct UInt16:
    uint16_t *acc
    const uint16_t *row[3]
ctypedef struct Int32:
    int32_t *acc
    const int32_t *row[3]
ctypedef struct UInt32:
    uint32_t *acc
    const uint32_t *row[3]
ctypedef struct Int64:
    int64_t *acc
    const int64_t *row[3]
ctypedef struct UInt64:
    uint64_t *acc
    const uint64_t *row[3]
ctypedef struct Float:
    float *acc
    const float *row[3]
ctypedef struct Double:
    double *acc
    const double *row[3]
ctypedef struct Int8InInt32:
    int32_t *acc
    const int8_t *row[3]
ctypedef struct UInt8InInt32:
    int32_t *acc
    const uint8_t *row[3]
ctypedef struct UInt8InUInt16:
    uint16_t *acc
    const uint8_t *row[3]
ctypedef struct Int8InInt16:
    int16_t *acc
    const int8_t *row[3]
ctypedef struct Int16InInt32:
    int32_t *acc
    const int16_t *row[3]
ctypedef struct UInt16InInt32:
    int32_t *acc
    const uint16_t *row[3]
ctypedef struct Int32InInt64:
    int64_t *acc
    const int32_t *row[3]
ctypedef struct UInt32InInt64:
    int64_t *acc
    const uint32_t *row[3]
ctypedef struct Int32InWide:
    wide_t *acc
    const int32_t *row[3]
ctypedef struct UInt32InWide:
    wide_t *acc
    const uint32_t *row[3]
ctypedef struct Int64InWide:
    wide_t *acc
    const int64_t *row[3]
ctypedef struct UInt64InWide:
    wide_t *acc
    const uint64_t *row[3]
ctypedef struct Wide:
    wide_t *acc
    const wide_t *row[3]
ctypedef struct FloatInDouble:
    double *acc
    const float *row[3]
ctypedef struct TwoInt8InInt16:
    int16_t *acc
    const int8x2 *row[3]
ctypedef struct TwoUInt8InUInt16:
    uint16_t *acc
    const uint8x2 *row[3]
ctypedef struct TwoInt8InInt32:
    int32_t *acc
    const int8x2 *row[3]
ctypedef struct TwoUInt8InInt32:
    int32_t *acc
    const uint8x2 *row[3]
ctypedef struct TwoInt16InInt32:
    int32_t *acc
    const int16x2 *row[3]
ctypedef struct TwoUInt16InInt32:
    int32_t *acc
    const uint16x2 *row[3]

ctypedef fused Pair:
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
    Int8InInt32
    UInt8InInt32
    UInt8InUInt16
    Int8InInt16
    Int16InInt32
    UInt16InInt32
    Int32InInt64
    UInt32InInt64
    Int32InWide
    UInt32InWide
    Int64InWide
    UInt64InWide
    FloatInDouble
    TwoInt8InInt16
    TwoUInt8InUInt16
    TwoInt8InInt32
    TwoUInt8InInt32
    TwoInt16InInt32
    TwoUInt16InInt32


# ---- down: unite the rows a, b, c that a window covers, for `groups` output rows at a time, each `pitch` cells below the last.

cdef bint down(Kind *kind, Pair *rows, int count, bint first, Py_ssize_t n,
               Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    """Write (`first`), or join to what is there, the first `count` (1 to 3, or 1 to 2) of three rows. Max and min tell of NaN."""
    cdef Py_ssize_t i
    cdef Pair r = rows[0]
    cdef int32_t odd = 0                      # as wide as the cells, so that they share lanes
    cdef int64_t odd64 = 0
    for _ in range(groups):
        if first and count == 1:
            for i in range(n):
                if (Kind is Max or Kind is Min) and Pair is Float:
                    odd |= isunordered(r.row[0][i], r.row[0][i])
                if (Kind is Max or Kind is Min) and Pair is Double:
                    odd64 |= isunordered(r.row[0][i], r.row[0][i])
                r.acc[i] = lift(kind, r.acc[0], r.row[0][i])
        elif first and count == 2:
            for i in range(n):
                if (Kind is Max or Kind is Min) and Pair is Float:
                    odd |= isunordered(r.row[0][i], r.row[1][i])
                if (Kind is Max or Kind is Min) and Pair is Double:
                    odd64 |= isunordered(r.row[0][i], r.row[1][i])
                r.acc[i] = join(kind, lift(kind, r.acc[0], r.row[0][i]), lift(kind, r.acc[0], r.row[1][i]))
        elif first:
            for i in range(n):
                if (Kind is Max or Kind is Min) and Pair is Float:
                    odd |= isunordered(r.row[0][i], r.row[1][i]) | isunordered(r.row[2][i], r.row[2][i])
                if (Kind is Max or Kind is Min) and Pair is Double:
                    odd64 |= isunordered(r.row[0][i], r.row[1][i]) | isunordered(r.row[2][i], r.row[2][i])
                r.acc[i] = join(kind, join(kind, lift(kind, r.acc[0], r.row[0][i]), lift(kind, r.acc[0], r.row[1][i])),
                                lift(kind, r.acc[0], r.row[2][i]))
        elif count == 1:
            for i in range(n):
                if (Kind is Max or Kind is Min) and Pair is Float:
                    odd |= isunordered(r.row[0][i], r.row[0][i])
                if (Kind is Max or Kind is Min) and Pair is Double:
                    odd64 |= isunordered(r.row[0][i], r.row[0][i])
                r.acc[i] = join(kind, r.acc[i], lift(kind, r.acc[0], r.row[0][i]))
        else:
            for i in range(n):
                if (Kind is Max or Kind is Min) and Pair is Float:
                    odd |= isunordered(r.row[0][i], r.row[1][i])
                if (Kind is Max or Kind is Min) and Pair is Double:
                    odd64 |= isunordered(r.row[0][i], r.row[1][i])
                r.acc[i] = join(kind, r.acc[i], join(kind, lift(kind, r.acc[0], r.row[0][i]), lift(kind, r.acc[0], r.row[1][i])))
        r.acc += acc_pitch
        r.row[0] += pitch
        r.row[1] += pitch
        r.row[2] += pitch
    return odd != 0 or odd64 != 0


ctypedef struct TwoInt8ToInt8:
    int8_t *acc
    const int8x2 *row[3]
ctypedef struct TwoUInt8ToUInt8:
    uint8_t *acc
    const uint8x2 *row[3]

ctypedef fused Halving:
    TwoInt8ToInt8
    TwoUInt8ToUInt8

ctypedef fused total:
    int16_t
    uint16_t
    int32_t

cdef inline total halved(total v, int times) noexcept nogil:
    """Halve so many times; round once, half to even."""
    cdef total rounded = <total>(v + ((1 << times) // 2 - 1) + ((v >> times) & 1))
    return rounded >> times

cdef bint down_mean(void *kind, Halving *rows, int count, bint first, Py_ssize_t n,
                    Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    """The mean of one pair or two, with no sums to come back to."""
    cdef Py_ssize_t i
    cdef int16_t like = 0
    cdef Halving r = rows[0]
    for _ in range(groups):
        if count == 1:
            for i in range(n):
                r.acc[i] = halved(lift(<Sum *>kind, like, r.row[0][i]), 1)
        else:
            for i in range(n):
                r.acc[i] = halved(lift(<Sum *>kind, like, r.row[0][i]) + lift(<Sum *>kind, like, r.row[1][i]), 2)
        r.acc += acc_pitch
        r.row[0] += pitch
        r.row[1] += pitch
    return False


# ---- across: doubling along a row. S_2n[i] = S_n[i] + S_n[i+n], and one more cell for an odd width: floor(log2 w) passes
# make any window from cells, in tree order, at every position.

ctypedef fused Union:
    Max
    Min
    Sum
    Peak

ctypedef fused Same:
    Int8
    UInt8
    Int16
    UInt16
    Int32
    UInt32
    Int64
    UInt64
    Wide
    Float
    Double

cdef void widen(Union *kind, Same *rows, bint odd, Py_ssize_t n) noexcept nogil:
    """acc = row 0 joined with row 1 and, if `odd`, with row 2: the same row, shifted."""
    cdef Py_ssize_t i
    cdef Same r = rows[0]
    if odd:
        for i in range(n):
            r.acc[i] = join(kind, join(kind, r.row[0][i], r.row[1][i]), r.row[2][i])
    else:
        for i in range(n):
            r.acc[i] = join(kind, r.row[0][i], r.row[1][i])


cdef void widen_last(Union *kind, Same *rows, bint odd, Py_ssize_t n, Py_ssize_t stride,
                     Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """The last doubling, at every `stride`-th column, written where it stays."""
    cdef Py_ssize_t i
    cdef Same r = rows[0]
    for _ in range(groups):
        if stride == 1 and odd:
            for i in range(n):
                r.acc[i] = join(kind, join(kind, r.row[0][i], r.row[1][i]), r.row[2][i])
        elif stride == 1:
            for i in range(n):
                r.acc[i] = join(kind, r.row[0][i], r.row[1][i])
        elif stride == 2 and odd:
            for i in range(n):
                r.acc[i] = join(kind, join(kind, r.row[0][2 * i], r.row[1][2 * i]), r.row[2][2 * i])
        elif stride == 2:
            for i in range(n):
                r.acc[i] = join(kind, r.row[0][2 * i], r.row[1][2 * i])
        else:
            for i in range(n):
                r.acc[i] = join(kind, r.row[0][stride * i], r.row[1][stride * i])
            for i in range(n * odd):
                r.acc[i] = join(kind, r.acc[i], r.row[2][stride * i])
        r.acc += to_pitch
        r.row[0] += pitch
        r.row[1] += pitch
        r.row[2] += pitch


cdef void fold(Union *kind, Same *rows, Py_ssize_t kernel, Py_ssize_t lanes, Py_ssize_t n, Py_ssize_t stride,
               Py_ssize_t groups, Py_ssize_t pitch) noexcept nogil:
    """Lay `n` windows of each row, far apart, in `lanes` columns each: a power of two, and no literal, or the loops fall to pieces."""
    cdef Py_ssize_t i, k
    cdef Same r = rows[0]
    for _ in range(groups):
        r.row[1] = r.row[0]
        for _ in range(n):
            if kernel >= 2 * lanes:
                for i in range(lanes):
                    r.acc[i] = join(kind, r.row[1][i], r.row[1][lanes + i])
            else:
                for i in range(lanes):
                    r.acc[i] = r.row[1][i]
            k = 2 * lanes
            while k + lanes <= kernel:
                for i in range(lanes):
                    r.acc[i] = join(kind, r.acc[i], r.row[1][k + i])
                k += lanes
            k = kernel & -lanes
            for i in range(kernel - k):
                r.acc[i] = join(kind, r.acc[i], r.row[1][k + i])
            r.acc += lanes
            r.row[1] += stride
        r.row[0] += pitch


# ---- argmax: the same with places. rows[1] are the places of the cells in rows[0]: how far a cell stands behind the start of its
# window, counted in the cells' own type, so that both share lanes. Of equals the earlier place wins, so any order of joining
# gives the window's first.

ctypedef fused Extreme:
    Max
    Min

cdef inline bint beats(Extreme *kind, number a, number b) noexcept nogil:
    return a > b if Extreme is Max else a < b

cdef inline bint topmost(Extreme *kind, number *to, number *to_at, const number *a, const number *b, const number *c,
                         const int64_t *tap, int count, bint first, Py_ssize_t n) noexcept nogil:
    """Rows from top to bottom: each has to beat those above it. `count` and `first` are literals. Tells of NaN."""
    cdef Py_ssize_t i
    cdef number v, v_at, x, y, z, tap_a = <number>tap[0], tap_b = <number>tap[1], tap_c = <number>tap[2]
    cdef int32_t odd = 0
    cdef int64_t odd64 = 0
    for i in range(n):
        x = a[i]
        y = b[i] if count > 1 else x
        z = c[i] if count > 2 else y
        if number is float:
            odd |= isunordered(x, y)
            if count > 2:
                odd |= isunordered(z, z)
        elif number is double:
            odd64 |= isunordered(x, y)
            if count > 2:
                odd64 |= isunordered(z, z)
        v = x if first or beats(kind, x, to[i]) else to[i]
        v_at = tap_a if first or beats(kind, x, to[i]) else to_at[i]
        if count > 1:
            v_at = tap_b if beats(kind, y, v) else v_at
            v = y if beats(kind, y, v) else v
        if count > 2:
            v_at = tap_c if beats(kind, z, v) else v_at
            v = z if beats(kind, z, v) else v
        to[i] = v
        to_at[i] = v_at
    return odd != 0 or odd64 != 0

cdef bint down_argmax(Extreme *kind, Same *rows, int count, bint first, Py_ssize_t n,
                      Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    cdef Same r = rows[0], at = rows[1]
    cdef const int64_t *tap = (<Operands *>rows).tap
    cdef bint odd = False
    for _ in range(groups):
        if first and count == 1:
            odd |= topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], tap, 1, True, n)
        elif first and count == 2:
            odd |= topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], tap, 2, True, n)
        elif first:
            odd |= topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], tap, 3, True, n)
        elif count == 1:
            odd |= topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], tap, 1, False, n)
        else:
            odd |= topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], tap, 2, False, n)
        r.acc += acc_pitch
        at.acc += acc_pitch
        r.row[0] += pitch
        r.row[1] += pitch
        r.row[2] += pitch
    return odd

cdef inline void earliest(Extreme *kind, number *to, number *to_at, const number *s, const number *s_at, const number *t, const number *t_at,
                          number tap, Py_ssize_t n) noexcept nogil:
    """The best of s and t, and of equals the earlier; t's places count from its own start, `tap` behind."""
    cdef Py_ssize_t i
    cdef number v, w, v_at, w_at
    cdef bint take
    for i in range(n):
        v, w, v_at, w_at = s[i], t[i], s_at[i], <number>(t_at[i] + tap)
        take = beats(kind, w, v) | ((w == v) & (w_at < v_at))
        to[i] = w if take else v
        to_at[i] = w_at if take else v_at

cdef void widen_last_argmax(Extreme *kind, Same *rows, bint odd, Py_ssize_t n, Py_ssize_t stride,
                            Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """At every column: places are picked before."""
    cdef Same r = rows[0], at = rows[1]
    cdef const int64_t *tap = (<Operands *>rows).tap
    cdef Py_ssize_t k
    for _ in range(groups):
        earliest(kind, r.acc, at.acc, r.row[0], at.row[0], r.row[1], at.row[1], tap[1], n)
        if odd:
            earliest(kind, r.acc, at.acc, r.acc, at.acc, r.row[2], at.row[2], tap[2], n)
        r.acc += to_pitch
        at.acc += to_pitch
        for k in range(3):
            r.row[k] += pitch
            at.row[k] += pitch

cdef void widen_argmax(Extreme *kind, Same *rows, bint odd, Py_ssize_t n) noexcept nogil:
    widen_last_argmax(kind, rows, odd, n, 1, 1, 0, 0)

ctypedef fused code:
    uint8_t
    uint16_t
    uint32_t
    int64_t

cdef void write_places(code *to, const number *at, const int64_t *start, int64_t above, Py_ssize_t columns, Py_ssize_t inner) noexcept nogil:
    """Places as they are, or in the plane: behind the columns and the row where the windows start."""
    cdef Py_ssize_t i, k
    for i in range(columns * inner if code is not int64_t or inner == 1 else 0):
        if code is int64_t:
            to[i] = <int64_t>at[i] + (start[i] + above)
        elif number is float or number is double and code is not uint32_t:
            to[i] = <code><int32_t>at[i]
        else:
            to[i] = <code><int64_t>at[i]
    for i in range(columns if code is int64_t and inner > 1 else 0):
        for k in range(inner):
            to[i * inner + k] = <code>(<int64_t>at[i * inner + k] + (start[i] + above))


# ---- moving cells: by size, whatever they mean.

ctypedef struct cell16:
    uint64_t low, high

ctypedef fused cell:
    uint8_t
    uint16_t
    uint32_t
    uint64_t
    cell16

cdef void pick(cell *to, const cell *s, Py_ssize_t n, Py_ssize_t stride, Py_ssize_t inner,
               Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """Take every `stride`-th of the columns (`inner` cells each) of `groups` rows; literal strides, because only they vectorise."""
    cdef Py_ssize_t i, k, most
    if stride == 1:
        n *= inner
        inner = 1
    most = n - 16 // (inner * <Py_ssize_t>sizeof(cell)) if 1 < inner <= 16 // <Py_ssize_t>sizeof(cell) else 0
    for _ in range(groups):
        if inner > 1:
            for i in range(most):             # narrow columns in one move: what is too much, the next one overwrites
                memcpy(to + i * inner, s + i * stride * inner, 16)
            for i in range(most if most > 0 else 0, n):
                for k in range(inner):
                    to[i * inner + k] = s[i * stride * inner + k]
        elif stride == 1:
            for i in range(n):
                to[i] = s[i]
        elif stride == 2:
            for i in range(n):
                to[i] = s[2 * i]
        elif stride == 3:
            for i in range(n):
                to[i] = s[3 * i]
        elif stride == 4:
            for i in range(n):
                to[i] = s[4 * i]
        else:
            for i in range(n):
                to[i] = s[stride * i]
        to += to_pitch
        s += pitch

# Strands: column u*stride + q of row r is column u of what starts at row[r] + offset[q]. What a row writes behind its end will be
# overwritten by the next; behind the last, `spare` cells may be.

cdef inline void interleave(cell *to, const cell *s, const Py_ssize_t *row, const Py_ssize_t *offset, Py_ssize_t n_rows, Py_ssize_t n,
                            Py_ssize_t pitch, Py_ssize_t spare, int stride) noexcept nogil:
    """Whole vectors where they may be; `stride` is a literal, because only those vectorise."""
    cdef Py_ssize_t i, r, done, most = ((n + stride - 1) // stride + 7) & -8, least = n // stride
    cdef int q
    cdef const cell *strand[8]
    for r in range(n_rows):
        done = most if most * stride - n <= (n_rows - 1 - r) * pitch + spare else least
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

cdef void braid(cell *to, const cell *s, const Py_ssize_t *row, const Py_ssize_t *offset, Py_ssize_t n_rows, Py_ssize_t n,
                Py_ssize_t pitch, Py_ssize_t spare, Py_ssize_t stride, Py_ssize_t inner) noexcept nogil:
    """`n` columns of each row, of strands that are `inner` cells wide."""
    cdef Py_ssize_t r
    if stride == 1:
        for r in range(n_rows):
            memcpy(to + r * pitch, s + row[r] + offset[0], n * inner * sizeof(cell))
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
    elif 1 < inner <= 16:
        r = n_rows if spare >= 16 else n_rows - 1
        if inner <= 4:
            interlay(to, s, row, offset, r, n, pitch, stride, inner, 4)
        elif inner <= 8:
            interlay(to, s, row, offset, r, n, pitch, stride, inner, 8)
        else:
            interlay(to, s, row, offset, r, n, pitch, stride, inner, 16)
        interlay(to + r * pitch, s, row + r, offset, n_rows - r, n, pitch, stride, inner, inner)
    else:
        interlay(to, s, row, offset, n_rows, n, pitch, stride, inner, inner)

cdef void fill(cell *to, const cell *pattern, Py_ssize_t n, Py_ssize_t groups, Py_ssize_t pitch) noexcept nogil:
    cdef Py_ssize_t i
    cdef cell v = pattern[0]
    for _ in range(groups):
        for i in range(n):
            to[i] = v
        to += pitch

cdef void gather(cell *to, const char *s, Py_ssize_t columns, Py_ssize_t step, Py_ssize_t inner, Py_ssize_t inner_step) noexcept nogil:
    """Bring a strided or unaligned row together."""
    cdef Py_ssize_t i, k
    for i in range(columns):
        for k in range(inner):
            memcpy(to + i * inner + k, s + i * step + k * inner_step, sizeof(cell))

ctypedef fused swappable:
    uint16_t
    uint32_t
    uint64_t

cdef void swap_bytes(swappable *to, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    cdef uint64_t v
    for i in range(n):
        v = to[i]
        v = ((v & <uint64_t>0x00ff00ff00ff00ff) << 8) | ((v >> 8) & <uint64_t>0x00ff00ff00ff00ff)
        if sizeof(swappable) > 2:
            v = ((v & <uint64_t>0x0000ffff0000ffff) << 16) | ((v >> 16) & <uint64_t>0x0000ffff0000ffff)
        if sizeof(swappable) > 4:
            v = (v << 32) | (v >> 32)
        to[i] = <swappable>v


# ---- watch: is there a cell that the quick way can't treat?

ctypedef fused watched:
    int16_t
    int64_t
    uint64_t

cdef bint watch(watched *cells, Py_ssize_t n, Py_ssize_t groups, Py_ssize_t pitch, int64_t bound) noexcept nogil:
    """A 64-bit integer beyond `bound`, so that sums might not be exact; -0 among the ranks of halves."""
    cdef Py_ssize_t i
    cdef int64_t odd = 0
    cdef int16_t odd16 = 0, wrong = <int16_t>bound
    for _ in range(groups):
        for i in range(n):
            if watched is int16_t:
                odd16 |= cells[i] == wrong
            elif watched is int64_t:
                odd |= (cells[i] > bound) | (cells[i] < -bound)
            else:
                odd |= cells[i] > <uint64_t>bound
        cells += pitch
    return odd != 0 or odd16 != 0

ctypedef fused bits:
    int32_t
    int64_t

cdef bint watch_bits(const bits *cells, int64_t mask, int64_t odd_bits, Py_ssize_t n) noexcept nogil:
    """Is there a result whose bits under `mask` are `odd_bits`?"""
    cdef Py_ssize_t i
    cdef bits odd = 0, under = <bits>mask, wrong = <bits>odd_bits
    for i in range(n):
        odd |= (cells[i] & under) == wrong
    return odd != 0


# ---- half floats. Written with integers, so that every build vectorises them and all agree.

cdef inline float half_to_float(uint32_t h) noexcept nogil:
    """Rebias by a multiplication (exact, subnormals included), then mend infinity and NaN."""
    cdef uint32_t size = h & 0x7fff
    cdef float f = bits_float(<int32_t>(size << 13)) * bits_float(0x77800000)     # 2**112
    cdef uint32_t b = <uint32_t>float_bits(f)
    b = (b | 0x7f800000) if size >= 0x7c00 else b
    return bits_float(<int32_t>(b | ((h & 0x8000) << 16)))

cdef inline uint32_t float_to_half(float v) noexcept nogil:
    cdef uint32_t b = <uint32_t>float_bits(v)
    cdef uint32_t size = b & 0x7fffffff
    cdef float half = bits_float(<int32_t>size) + <float>0.5                      # 0.5 has the last bit of a subnormal half
    cdef uint32_t small = <uint32_t>float_bits(half) - 0x3f000000
    cdef uint32_t h = (size + <uint32_t>0xc8000fff + ((size >> 13) & 1)) >> 13    # rebias by -112, round half to even
    h = small if size < 0x38800000 else h
    h = 0x7c00 if size >= 0x477ff000 else h
    h = 0x7e00 if size > 0x7f800000 else h
    return h | ((b >> 16) & 0x8000)

cdef inline float bfloat_to_float(uint32_t b) noexcept nogil:
    return bits_float(<int32_t>(b << 16))

cdef inline uint32_t float_to_bfloat(float v) noexcept nogil:
    cdef uint32_t b = <uint32_t>float_bits(v)
    cdef uint32_t rounded = (b + 0x7fff + ((b >> 16) & 1)) >> 16
    return 0x7fc0 if (b & 0x7fffffff) > 0x7f800000 else rounded

cdef inline float round_to_odd(double v) noexcept nogil:
    """float32 whose last bit remembers what was cut off, so that rounding on to a half float rounds once."""
    cdef float f = <float>v
    cdef int32_t b = float_bits(f)
    b -= fabs(<double>f) > fabs(v)
    return bits_float(b | ((<double>f != v) & (v == v)))


# ---- convert: cells as the accumulator wants them. `order`: integers in the floats' order, for halves always, for the others
# where a NaN or the sign of a zero matters, and for argmax. `real`: float32 for sums of halves, float64 for norms.

ctypedef struct HalfToInt16:
    int16_t *to
    const half_t *a
ctypedef struct HalfToInt32:
    int32_t *to
    const half_t *a
ctypedef struct BfloatToInt16:
    int16_t *to
    const bfloat_t *a
ctypedef struct BfloatToInt32:
    int32_t *to
    const bfloat_t *a
ctypedef struct FloatToInt32:
    int32_t *to
    const float *a
ctypedef struct DoubleToInt64:
    int64_t *to
    const double *a
ctypedef struct Int8ToInt32:
    int32_t *to
    const int8_t *a
ctypedef struct UInt8ToInt32:
    int32_t *to
    const uint8_t *a
ctypedef struct Int16ToInt32:
    int32_t *to
    const int16_t *a
ctypedef struct UInt16ToInt32:
    int32_t *to
    const uint16_t *a

ctypedef fused Ordering:
    HalfToInt16
    HalfToInt32
    BfloatToInt16
    BfloatToInt32
    FloatToInt32
    DoubleToInt64
    Int8ToInt32
    UInt8ToInt32
    Int16ToInt32
    UInt16ToInt32

cdef inline int32_t order_bits(int32_t b, int32_t infinity, bint equal_zeros, int32_t flip) noexcept nogil:
    """Sign and magnitude to two's complement; NaN above all, even when `flip` (all ones) turns the order round."""
    cdef int32_t size = b & 0x7fffffff
    cdef int32_t ordered = b ^ ((b >> 31) & 0x7fffffff) ^ flip
    ordered = flip if equal_zeros and size == 0 else ordered
    return 0x7fffffff if size > infinity else ordered

cdef inline int64_t order_bits64(int64_t b, bint equal_zeros, int64_t flip) noexcept nogil:
    cdef int64_t size = b & INT64_MAX
    cdef int64_t ordered = b ^ ((b >> 63) & INT64_MAX) ^ flip
    ordered = flip if equal_zeros and size == 0 else ordered
    return INT64_MAX if size > <int64_t>0x7ff0000000000000 else ordered

cdef void order(Ordering *rows, Py_ssize_t n, bint equal_zeros, int64_t flip) noexcept nogil:
    cdef Py_ssize_t i
    cdef Ordering r = rows[0]
    cdef int32_t flip32 = <int32_t>flip
    for i in range(n):
        if Ordering is HalfToInt16 or Ordering is BfloatToInt16:              # the 16 bits in the upper half of 32
            r.to[i] = <int16_t>(order_bits(<int32_t>(<uint32_t>r.a[i].bits << 16),
                                           0x7c000000 if Ordering is HalfToInt16 else 0x7f800000, equal_zeros, flip32) >> 16)
        elif Ordering is HalfToInt32 or Ordering is BfloatToInt32:
            r.to[i] = order_bits(<int32_t>(<uint32_t>r.a[i].bits << 16),
                                 0x7c000000 if Ordering is HalfToInt32 else 0x7f800000, equal_zeros, flip32)
        elif Ordering is FloatToInt32:
            r.to[i] = order_bits(float_bits(r.a[i]), 0x7f800000, equal_zeros, flip32)
        elif Ordering is DoubleToInt64:
            r.to[i] = order_bits64(double_bits(r.a[i]), equal_zeros, flip)
        else:
            r.to[i] = <int32_t>r.a[i] ^ flip32

ctypedef struct Int16ToHalf:
    half_t *to
    const int16_t *a
ctypedef struct Int16ToBfloat:
    bfloat_t *to
    const int16_t *a
ctypedef struct Int32ToFloat:
    float *to
    const int32_t *a
ctypedef struct Int64ToDouble:
    double *to
    const int64_t *a

ctypedef fused Unordering:
    Int16ToHalf
    Int16ToBfloat
    Int32ToFloat
    Int64ToDouble

cdef void unorder(void *kind, Unordering *rows, Py_ssize_t n, const double *scale, double flip,
                  Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """`order` undone, as one of the `finish` verbs; every NaN comes back as the quiet one."""
    cdef Py_ssize_t i
    cdef Unordering r = rows[0]
    cdef int32_t v
    cdef int64_t w, ones = <int64_t>flip
    for _ in range(groups):
        for i in range(n):
            if Unordering is Int64ToDouble:
                w = r.a[i] ^ ones
                w = w ^ ((w >> 63) & INT64_MAX)
                r.to[i] = bits_double(<int64_t>0x7ff8000000000000 if r.a[i] == INT64_MAX else w)
            else:
                v = r.a[i] ^ <int32_t>ones
                v = v ^ ((v >> 31) & (0x7fffffff if Unordering is Int32ToFloat else 0x7fff))
                if Unordering is Int32ToFloat:
                    r.to[i] = bits_float(0x7fc00000 if r.a[i] == INT32_MAX else v)
                elif Unordering is Int16ToHalf:
                    r.to[i].bits = <uint16_t>(0x7e00 if r.a[i] == INT16_MAX else v)
                else:
                    r.to[i].bits = <uint16_t>(0x7fc0 if r.a[i] == INT16_MAX else v)
        r.to += to_pitch
        r.a += pitch

ctypedef fused real:
    float
    double

ctypedef fused any_value:
    int8_t
    uint8_t
    int16_t
    uint16_t
    int32_t
    uint32_t
    int64_t
    uint64_t
    half_t
    bfloat_t
    float
    double

cdef void to_real(real *to, const any_value *a, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        if any_value is half_t:
            to[i] = half_to_float(a[i].bits)
        elif any_value is bfloat_t:
            to[i] = bfloat_to_float(a[i].bits)
        else:
            to[i] = <real>a[i]

cdef void power(double *x, Py_ssize_t n, double p) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        x[i] = pow(fabs(x[i]), p)



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
    if any_value is half_t:
        like.bits = <uint16_t>float_to_half(round_to_odd(v))
    elif any_value is bfloat_t:
        like.bits = <uint16_t>float_to_bfloat(round_to_odd(v))
    else:
        like = <any_value>v
    return like

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

cdef bint astray(const code *codes, Py_ssize_t n, Py_ssize_t step, uint64_t wrong, double by, double by_all, int64_t kernel,
                 int64_t first, int64_t last) noexcept nogil:
    """Whether one of these codes names a tap of its axis before `first` or from `last` on; of up to 64 codes, one that is a bit of `wrong`."""
    cdef Py_ssize_t i
    cdef int64_t tap, odd = 0
    if wrong:
        for i in range(n):
            odd |= <int64_t>((wrong >> codes[i * step]) & 1)
        return odd != 0
    for i in range(n):                        # half a cell further, truncated quotients of 32 bits are right; and quicker than //
        tap = <int64_t>((codes[i * step] + 0.5) * by) - kernel * <int64_t>((codes[i * step] + 0.5) * by_all)
        odd |= (tap < first) | (tap >= last)
    return odd != 0

cdef enum:
    BLOCK = 64            # cells that ask at a time: a line of codes

cdef struct Tap:
    Py_ssize_t shift      # cells from a cell to the window that it asks,
    Py_ssize_t code       # whether this one won; -1 ends a list

cdef void choose(real *to, const real *g, const uint8_t *codes, const Tap *taps, bint add, double none, Py_ssize_t n) noexcept nogil:
    """Add up what cells get from the windows that they ask, or take the last's: `none`, where no tap won. Writes whole blocks."""
    cdef Py_ssize_t k
    cdef real sums[BLOCK]
    cdef real v
    cdef const real *s
    cdef const uint8_t *c
    cdef const Tap *tap
    cdef uint8_t code
    for _ in range((n + BLOCK - 1) // BLOCK):
        for k in range(BLOCK):
            sums[k] = <real>none              # a literal would become a call of memset
        tap = taps
        while tap.code >= 0:                  # a list of known length would be unrolled before the cells are vectorised
            s = g + tap.shift
            c = codes + tap.shift
            code = <uint8_t>tap.code
            if add:
                for k in range(BLOCK):
                    v = s[k]
                    sums[k] = sums[k] + (v if c[k] == code else <real>0)
            else:
                for k in range(BLOCK):
                    v = s[k]
                    sums[k] = v if c[k] == code else sums[k]
            tap += 1
        for k in range(BLOCK):
            to[k] = sums[k]
        to += BLOCK
        g += BLOCK
        codes += BLOCK

cdef void scatter(any_value *to, const any_value *g, const int64_t *indices, Py_ssize_t cells, Py_ssize_t n, Py_ssize_t inner,
                  bint first, bint last, bint add, float *sums) noexcept nogil:
    """Send n x inner values to the cells of one plane, in their order: add them up, or let the last stay. `sums` for halves.

    The `first` part of them finds nothing in the plane, the `last` leaves it finished.
    """
    cdef Py_ssize_t i, k
    cdef int64_t at
    if first:
        memset(to, 0, cells * inner * sizeof(any_value))
    if (any_value is half_t or any_value is bfloat_t) and first and add:
        memset(sums, 0, cells * inner * sizeof(float))
    for i in range(n):
        for k in range(inner):
            at = indices[i * inner + k]
            if at < 0 or at >= cells:                 # checked before, and again: another thread may write indices meanwhile
                continue
            if not add:
                to[at * inner + k] = g[i * inner + k]
            elif any_value is half_t:
                sums[at * inner + k] += half_to_float(g[i * inner + k].bits)
            elif any_value is bfloat_t:
                sums[at * inner + k] += bfloat_to_float(g[i * inner + k].bits)
            else:
                to[at * inner + k] += g[i * inner + k]
    if (any_value is half_t or any_value is bfloat_t) and last and add:
        for i in range(cells * inner):
            if any_value is half_t:
                to[i].bits = <uint16_t>float_to_half(sums[i])
            elif any_value is bfloat_t:
                to[i].bits = <uint16_t>float_to_bfloat(sums[i])


# ---- finish: accumulators to results. A mean is multiplied by `scale`, the reciprocal of its count, where a double is rounded
# to float32 or less afterwards (the product is right long before that), divided by it elsewhere.

ctypedef struct Total:
    char _
ctypedef struct Mean:
    char _
ctypedef struct Root:
    char _
ctypedef struct RootP:
    char _

ctypedef fused Finish:
    Total
    Mean
    Root
    RootP

ctypedef struct DoubleToFloat:
    float *to
    const double *a
ctypedef struct DoubleToDouble:
    double *to
    const double *a
ctypedef struct DoubleToHalf:
    half_t *to
    const double *a
ctypedef struct DoubleToBfloat:
    bfloat_t *to
    const double *a
ctypedef struct FloatToFloat:
    float *to
    const float *a
ctypedef struct FloatToHalf:
    half_t *to
    const float *a
ctypedef struct FloatToBfloat:
    bfloat_t *to
    const float *a
ctypedef struct Int32ToUInt8:
    uint8_t *to
    const int32_t *a
ctypedef struct Int32ToInt8:
    int8_t *to
    const int32_t *a
ctypedef struct UInt16ToUInt8:
    uint8_t *to
    const uint16_t *a
ctypedef struct Int16ToInt8:
    int8_t *to
    const int16_t *a
ctypedef struct UInt16ToDouble:
    double *to
    const uint16_t *a
ctypedef struct Int16ToDouble:
    double *to
    const int16_t *a
ctypedef struct UInt16ToInt64:
    int64_t *to
    const uint16_t *a
ctypedef struct Int16ToInt64:
    int64_t *to
    const int16_t *a
ctypedef struct Int32ToInt16:
    int16_t *to
    const int32_t *a
ctypedef struct Int32ToUInt16:
    uint16_t *to
    const int32_t *a
ctypedef struct Int32ToInt64:
    int64_t *to
    const int32_t *a
ctypedef struct Int32ToDouble:
    double *to
    const int32_t *a
ctypedef struct Int64ToInt8:
    int8_t *to
    const int64_t *a
ctypedef struct Int64ToUInt8:
    uint8_t *to
    const int64_t *a
ctypedef struct Int64ToInt16:
    int16_t *to
    const int64_t *a
ctypedef struct Int64ToUInt16:
    uint16_t *to
    const int64_t *a
ctypedef struct Int64ToInt32:
    int32_t *to
    const int64_t *a
ctypedef struct Int64ToUInt32:
    uint32_t *to
    const int64_t *a
ctypedef struct Int64ToSigned:
    int64_t *to
    const int64_t *a
ctypedef struct Int64ToUnsigned:
    uint64_t *to
    const int64_t *a
ctypedef struct Int64ToReal:
    double *to
    const int64_t *a
ctypedef struct WideToInt64:
    int64_t *to
    const wide_t *a
ctypedef struct WideToUInt64:
    uint64_t *to
    const wide_t *a
ctypedef struct WideToDouble:
    double *to
    const wide_t *a

ctypedef fused Result:
    DoubleToFloat
    DoubleToDouble
    DoubleToHalf
    DoubleToBfloat
    FloatToFloat
    FloatToHalf
    FloatToBfloat
    Int32ToUInt8
    Int32ToInt8
    UInt16ToUInt8
    Int16ToInt8
    UInt16ToDouble
    Int16ToDouble
    UInt16ToInt64
    Int16ToInt64
    Int32ToInt16
    Int32ToUInt16
    Int32ToInt64
    Int32ToDouble
    Int64ToInt8
    Int64ToUInt8
    Int64ToInt16
    Int64ToUInt16
    Int64ToInt32
    Int64ToUInt32
    Int64ToSigned
    Int64ToUnsigned
    Int64ToReal
    WideToInt64
    WideToUInt64
    WideToDouble

cdef inline double nearest(double v) noexcept nogil:
    """Round half to even: below 2**51 the sum with this constant has no room for a fraction."""
    return (v + 6755399441055744.0) - 6755399441055744.0

ctypedef fused Narrowing:
    UInt16ToUInt8
    Int16ToInt8
    Int32ToInt16
    Int32ToUInt16

cdef inline void halve(Narrowing *r, int times, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(n):
        r.to[i] = halved(r.a[i], times)

cdef inline wide_t wide_mean(wide_t total, int64_t count) noexcept nogil:
    cdef wide_t n = count if count > 0 else -count
    cdef wide_t t = total if count > 0 else -total
    cdef wide_t q = t // n
    cdef wide_t r = t - q * n
    if r < 0:                             # C cuts towards zero; go on from the floor
        q -= 1
        r += n
    return q + ((2 * r > n) | ((2 * r == n) & <int>(q & 1)))

cdef void finish(Finish *kind, Result *rows, Py_ssize_t n, const double *scale, double p,
                 Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    cdef Py_ssize_t i
    cdef Result r = rows[0]
    cdef float q
    cdef double v
    cdef int shift = 0
    while 1 << (shift + 1) <= p <= 256:
        shift += 1
    if to_pitch == n == pitch and (not (Finish is Mean) or p > 0):
        n *= groups                           # rows that follow each other, nothing that differs between them
        groups = 1
    for _ in range(groups):
        if Result is DoubleToFloat or Result is FloatToFloat:
            if Finish is Root and Result is DoubleToFloat:
                root_float(r.to, r.a, n)
            elif p < 0:                   # mend what overflowed the quick way
                for i in range(n):
                    if not fabs(r.to[i]) < INFINITY:
                        r.to[i] = <float>(r.a[i] * scale[i] if Finish is Mean else r.a[i])
            elif p > 0 and Finish is Mean and Result is FloatToFloat:
                if <double>(<float>(1 / p)) == 1 / p:
                    q = <float>(1 / p)    # a power of two: exact
                    for i in range(n):
                        r.to[i] = r.a[i] * q
                else:
                    v = 1 / p
                    for i in range(n):
                        r.to[i] = <float>(r.a[i] * v)
            else:
                for i in range(n):
                    r.to[i] = <float>(r.a[i] * scale[i] if Finish is Mean else pow(r.a[i], 1 / p) if Finish is RootP else r.a[i])
        elif Result is DoubleToDouble:
            for i in range(n):
                r.to[i] = (r.a[i] / scale[i] if Finish is Mean else sqrt(r.a[i]) if Finish is Root
                           else pow(r.a[i], 1 / p) if Finish is RootP else r.a[i])
        elif Result is DoubleToHalf or Result is DoubleToBfloat or Result is FloatToHalf or Result is FloatToBfloat:
            for i in range(n):
                v = r.a[i]
                if Finish is Mean:
                    v = v * scale[i]
                elif Finish is Root:
                    v = sqrt(v)
                elif Finish is RootP:
                    v = pow(v, 1 / p)
                if Result is DoubleToHalf or Result is FloatToHalf:
                    r.to[i].bits = <uint16_t>float_to_half(round_to_odd(v))
                else:
                    r.to[i].bits = <uint16_t>float_to_bfloat(round_to_odd(v))
        elif Finish is Root or Finish is RootP:
            pass                          # norms accumulate in float64 only
        elif Finish is Total:
            for i in range(n):
                r.to[i] = r.a[i]
        elif (Result is UInt16ToDouble or Result is Int16ToDouble or Result is Int32ToDouble or Result is Int64ToReal
              or Result is WideToDouble):
            for i in range(n):
                r.to[i] = <double>r.a[i] / scale[i]
        elif (Result is UInt16ToUInt8 or Result is Int16ToInt8 or Result is Int32ToInt16 or Result is Int32ToUInt16) and p > 0:
            if shift == 1:                # all counts are the same power of two, and shifts by literals stay in narrow lanes
                halve(&r, 1, n)
            elif shift == 2:
                halve(&r, 2, n)
            elif shift == 3:
                halve(&r, 3, n)
            elif shift == 4:
                halve(&r, 4, n)
            else:
                halve(&r, shift, n)
        elif Result is Int32ToUInt8 or Result is Int32ToInt8 or Result is UInt16ToUInt8 or Result is Int16ToInt8:
            for i in range(n):            # float32 has room for 4096 cells of 8 bits, and twice the lanes
                q = <float>r.a[i] / <float>scale[i]
                r.to[i] = <int32_t>((q + <float>12582912.0) - <float>12582912.0)
        elif Result is WideToInt64 or Result is WideToUInt64:
            for i in range(n):
                r.to[i] = wide_mean(r.a[i], <int64_t>scale[i])
        else:
            for i in range(n):
                r.to[i] = <int64_t>nearest(<double>r.a[i] / scale[i])
        r.to += to_pitch
        r.a += pitch

cdef void root_float(float *to, const double *a, Py_ssize_t n) noexcept nogil:
    """The root in float32 has twice the lanes; squares beyond float32's range take it in float64."""
    cdef Py_ssize_t i
    cdef int64_t beyond = 0
    for i in range(n):
        to[i] = sqrtf(<float>a[i])
        beyond |= (a[i] > 1e38) | ((a[i] < 1e-37) & (a[i] > 0))
    if beyond:
        for i in range(n):
            if a[i] > 1e38 or 0 < a[i] < 1e-37:
                to[i] = <float>sqrt(a[i])


# ---- which function does what: (verb, kind, from, to), looked up once for each plan.
cdef dict VERBS = {}
VERBS["down", "max", "int8", "int8"] = <size_t><void *>down[Max, Int8]
VERBS["down", "max", "uint8", "uint8"] = <size_t><void *>down[Max, UInt8]
VERBS["down", "max", "int16", "int16"] = <size_t><void *>down[Max, Int16]
VERBS["down", "max", "uint16", "uint16"] = <size_t><void *>down[Max, UInt16]
VERBS["down", "max", "int32", "int32"] = <size_t><void *>down[Max, Int32]
VERBS["down", "max", "uint32", "uint32"] = <size_t><void *>down[Max, UInt32]
VERBS["down", "max", "int64", "int64"] = <size_t><void *>down[Max, Int64]
VERBS["down", "max", "uint64", "uint64"] = <size_t><void *>down[Max, UInt64]
VERBS["down", "max", "float32", "float32"] = <size_t><void *>down[Max, Float]
VERBS["down", "max", "float64", "float64"] = <size_t><void *>down[Max, Double]
VERBS["down", "min", "int8", "int8"] = <size_t><void *>down[Min, Int8]
VERBS["down", "min", "uint8", "uint8"] = <size_t><void *>down[Min, UInt8]
VERBS["down", "min", "int16", "int16"] = <size_t><void *>down[Min, Int16]
VERBS["down", "min", "uint16", "uint16"] = <size_t><void *>down[Min, UInt16]
VERBS["down", "min", "int32", "int32"] = <size_t><void *>down[Min, Int32]
VERBS["down", "min", "uint32", "uint32"] = <size_t><void *>down[Min, UInt32]
VERBS["down", "min", "int64", "int64"] = <size_t><void *>down[Min, Int64]
VERBS["down", "min", "uint64", "uint64"] = <size_t><void *>down[Min, UInt64]
VERBS["down", "min", "float32", "float32"] = <size_t><void *>down[Min, Float]
VERBS["down", "min", "float64", "float64"] = <size_t><void *>down[Min, Double]
VERBS["down", "sum", "int8", "int32"] = <size_t><void *>down[Sum, Int8InInt32]
VERBS["down", "sum", "uint8", "int32"] = <size_t><void *>down[Sum, UInt8InInt32]
VERBS["down", "sum", "uint8", "uint16"] = <size_t><void *>down[Sum, UInt8InUInt16]
VERBS["down", "sum", "int8", "int16"] = <size_t><void *>down[Sum, Int8InInt16]
VERBS["down", "sum", "int8x2", "int16"] = <size_t><void *>down[Sum, TwoInt8InInt16]
VERBS["down", "sum", "uint8x2", "uint16"] = <size_t><void *>down[Sum, TwoUInt8InUInt16]
VERBS["down", "sum", "int8x2", "int32"] = <size_t><void *>down[Sum, TwoInt8InInt32]
VERBS["down", "sum", "uint8x2", "int32"] = <size_t><void *>down[Sum, TwoUInt8InInt32]
VERBS["down", "sum", "int16x2", "int32"] = <size_t><void *>down[Sum, TwoInt16InInt32]
VERBS["down", "sum", "uint16x2", "int32"] = <size_t><void *>down[Sum, TwoUInt16InInt32]
VERBS["down", "mean", "int8x2", "int8"] = <size_t><void *>down_mean[TwoInt8ToInt8]
VERBS["down", "mean", "uint8x2", "uint8"] = <size_t><void *>down_mean[TwoUInt8ToUInt8]
VERBS["down", "sum", "int16", "int32"] = <size_t><void *>down[Sum, Int16InInt32]
VERBS["down", "sum", "uint16", "int32"] = <size_t><void *>down[Sum, UInt16InInt32]
VERBS["down", "sum", "int32", "int64"] = <size_t><void *>down[Sum, Int32InInt64]
VERBS["down", "sum", "uint32", "int64"] = <size_t><void *>down[Sum, UInt32InInt64]
VERBS["down", "sum", "int64", "int64"] = <size_t><void *>down[Sum, Int64]
VERBS["down", "sum", "uint64", "int64"] = <size_t><void *>down[Sum, Int64]
VERBS["down", "sum", "int32", "wide"] = <size_t><void *>down[Sum, Int32InWide]
VERBS["down", "sum", "uint32", "wide"] = <size_t><void *>down[Sum, UInt32InWide]
VERBS["down", "sum", "int64", "wide"] = <size_t><void *>down[Sum, Int64InWide]
VERBS["down", "sum", "uint64", "wide"] = <size_t><void *>down[Sum, UInt64InWide]
VERBS["down", "sum", "float32", "float32"] = <size_t><void *>down[Sum, Float]
VERBS["down", "sum", "float32", "float64"] = <size_t><void *>down[Sum, FloatInDouble]
VERBS["down", "sum", "float64", "float64"] = <size_t><void *>down[Sum, Double]
VERBS["down", "square", "float32", "float64"] = <size_t><void *>down[Square, FloatInDouble]
VERBS["down", "square", "float64", "float64"] = <size_t><void *>down[Square, Double]
VERBS["down", "peak", "float32", "float64"] = <size_t><void *>down[Peak, FloatInDouble]
VERBS["down", "peak", "float64", "float64"] = <size_t><void *>down[Peak, Double]
VERBS["widen", "peak", "float64", "float64"] = <size_t><void *>widen[Peak, Double]
VERBS["widen_last", "peak", "float64"] = <size_t><void *>widen_last[Peak, Double]
VERBS["fold", "peak", "float64"] = <size_t><void *>fold[Peak, Double]
VERBS["down", "magnitude", "float32", "float64"] = <size_t><void *>down[Magnitude, FloatInDouble]
VERBS["down", "magnitude", "float64", "float64"] = <size_t><void *>down[Magnitude, Double]
VERBS["widen", "max", "int8", "int8"] = <size_t><void *>widen[Max, Int8]
VERBS["widen_last", "max", "int8"] = <size_t><void *>widen_last[Max, Int8]
VERBS["fold", "max", "int8"] = <size_t><void *>fold[Max, Int8]
VERBS["widen", "max", "uint8", "uint8"] = <size_t><void *>widen[Max, UInt8]
VERBS["widen_last", "max", "uint8"] = <size_t><void *>widen_last[Max, UInt8]
VERBS["fold", "max", "uint8"] = <size_t><void *>fold[Max, UInt8]
VERBS["widen", "max", "int16", "int16"] = <size_t><void *>widen[Max, Int16]
VERBS["widen_last", "max", "int16"] = <size_t><void *>widen_last[Max, Int16]
VERBS["fold", "max", "int16"] = <size_t><void *>fold[Max, Int16]
VERBS["widen", "max", "uint16", "uint16"] = <size_t><void *>widen[Max, UInt16]
VERBS["widen_last", "max", "uint16"] = <size_t><void *>widen_last[Max, UInt16]
VERBS["fold", "max", "uint16"] = <size_t><void *>fold[Max, UInt16]
VERBS["widen", "max", "int32", "int32"] = <size_t><void *>widen[Max, Int32]
VERBS["widen_last", "max", "int32"] = <size_t><void *>widen_last[Max, Int32]
VERBS["fold", "max", "int32"] = <size_t><void *>fold[Max, Int32]
VERBS["widen", "max", "uint32", "uint32"] = <size_t><void *>widen[Max, UInt32]
VERBS["widen_last", "max", "uint32"] = <size_t><void *>widen_last[Max, UInt32]
VERBS["fold", "max", "uint32"] = <size_t><void *>fold[Max, UInt32]
VERBS["widen", "max", "int64", "int64"] = <size_t><void *>widen[Max, Int64]
VERBS["widen_last", "max", "int64"] = <size_t><void *>widen_last[Max, Int64]
VERBS["fold", "max", "int64"] = <size_t><void *>fold[Max, Int64]
VERBS["widen", "max", "uint64", "uint64"] = <size_t><void *>widen[Max, UInt64]
VERBS["widen_last", "max", "uint64"] = <size_t><void *>widen_last[Max, UInt64]
VERBS["fold", "max", "uint64"] = <size_t><void *>fold[Max, UInt64]
VERBS["widen", "max", "float32", "float32"] = <size_t><void *>widen[Max, Float]
VERBS["widen_last", "max", "float32"] = <size_t><void *>widen_last[Max, Float]
VERBS["fold", "max", "float32"] = <size_t><void *>fold[Max, Float]
VERBS["widen", "max", "float64", "float64"] = <size_t><void *>widen[Max, Double]
VERBS["widen_last", "max", "float64"] = <size_t><void *>widen_last[Max, Double]
VERBS["fold", "max", "float64"] = <size_t><void *>fold[Max, Double]
VERBS["widen", "min", "int8", "int8"] = <size_t><void *>widen[Min, Int8]
VERBS["widen_last", "min", "int8"] = <size_t><void *>widen_last[Min, Int8]
VERBS["fold", "min", "int8"] = <size_t><void *>fold[Min, Int8]
VERBS["widen", "min", "uint8", "uint8"] = <size_t><void *>widen[Min, UInt8]
VERBS["widen_last", "min", "uint8"] = <size_t><void *>widen_last[Min, UInt8]
VERBS["fold", "min", "uint8"] = <size_t><void *>fold[Min, UInt8]
VERBS["widen", "min", "int16", "int16"] = <size_t><void *>widen[Min, Int16]
VERBS["widen_last", "min", "int16"] = <size_t><void *>widen_last[Min, Int16]
VERBS["fold", "min", "int16"] = <size_t><void *>fold[Min, Int16]
VERBS["widen", "min", "uint16", "uint16"] = <size_t><void *>widen[Min, UInt16]
VERBS["widen_last", "min", "uint16"] = <size_t><void *>widen_last[Min, UInt16]
VERBS["fold", "min", "uint16"] = <size_t><void *>fold[Min, UInt16]
VERBS["widen", "min", "int32", "int32"] = <size_t><void *>widen[Min, Int32]
VERBS["widen_last", "min", "int32"] = <size_t><void *>widen_last[Min, Int32]
VERBS["fold", "min", "int32"] = <size_t><void *>fold[Min, Int32]
VERBS["widen", "min", "uint32", "uint32"] = <size_t><void *>widen[Min, UInt32]
VERBS["widen_last", "min", "uint32"] = <size_t><void *>widen_last[Min, UInt32]
VERBS["fold", "min", "uint32"] = <size_t><void *>fold[Min, UInt32]
VERBS["widen", "min", "int64", "int64"] = <size_t><void *>widen[Min, Int64]
VERBS["widen_last", "min", "int64"] = <size_t><void *>widen_last[Min, Int64]
VERBS["fold", "min", "int64"] = <size_t><void *>fold[Min, Int64]
VERBS["widen", "min", "uint64", "uint64"] = <size_t><void *>widen[Min, UInt64]
VERBS["widen_last", "min", "uint64"] = <size_t><void *>widen_last[Min, UInt64]
VERBS["fold", "min", "uint64"] = <size_t><void *>fold[Min, UInt64]
VERBS["widen", "min", "float32", "float32"] = <size_t><void *>widen[Min, Float]
VERBS["widen_last", "min", "float32"] = <size_t><void *>widen_last[Min, Float]
VERBS["fold", "min", "float32"] = <size_t><void *>fold[Min, Float]
VERBS["widen", "min", "float64", "float64"] = <size_t><void *>widen[Min, Double]
VERBS["widen_last", "min", "float64"] = <size_t><void *>widen_last[Min, Double]
VERBS["fold", "min", "float64"] = <size_t><void *>fold[Min, Double]
VERBS["widen", "sum", "int16", "int16"] = <size_t><void *>widen[Sum, Int16]
VERBS["widen_last", "sum", "int16"] = <size_t><void *>widen_last[Sum, Int16]
VERBS["fold", "sum", "int16"] = <size_t><void *>fold[Sum, Int16]
VERBS["widen", "sum", "uint16", "uint16"] = <size_t><void *>widen[Sum, UInt16]
VERBS["widen_last", "sum", "uint16"] = <size_t><void *>widen_last[Sum, UInt16]
VERBS["fold", "sum", "uint16"] = <size_t><void *>fold[Sum, UInt16]
VERBS["finish", "mean", "uint16", "uint8"] = <size_t><void *>finish[Mean, UInt16ToUInt8]
VERBS["finish", "mean", "int16", "int8"] = <size_t><void *>finish[Mean, Int16ToInt8]
VERBS["finish", "mean", "uint16", "float64"] = <size_t><void *>finish[Mean, UInt16ToDouble]
VERBS["finish", "mean", "int16", "float64"] = <size_t><void *>finish[Mean, Int16ToDouble]
VERBS["finish", "total", "uint16", "int64"] = <size_t><void *>finish[Total, UInt16ToInt64]
VERBS["finish", "total", "int16", "int64"] = <size_t><void *>finish[Total, Int16ToInt64]
VERBS["widen", "sum", "int32", "int32"] = <size_t><void *>widen[Sum, Int32]
VERBS["widen_last", "sum", "int32"] = <size_t><void *>widen_last[Sum, Int32]
VERBS["fold", "sum", "int32"] = <size_t><void *>fold[Sum, Int32]
VERBS["widen", "sum", "int64", "int64"] = <size_t><void *>widen[Sum, Int64]
VERBS["widen_last", "sum", "int64"] = <size_t><void *>widen_last[Sum, Int64]
VERBS["fold", "sum", "int64"] = <size_t><void *>fold[Sum, Int64]
VERBS["widen", "sum", "wide", "wide"] = <size_t><void *>widen[Sum, Wide]
VERBS["widen_last", "sum", "wide"] = <size_t><void *>widen_last[Sum, Wide]
VERBS["fold", "sum", "wide"] = <size_t><void *>fold[Sum, Wide]
VERBS["widen", "sum", "float32", "float32"] = <size_t><void *>widen[Sum, Float]
VERBS["widen_last", "sum", "float32"] = <size_t><void *>widen_last[Sum, Float]
VERBS["fold", "sum", "float32"] = <size_t><void *>fold[Sum, Float]
VERBS["widen", "sum", "float64", "float64"] = <size_t><void *>widen[Sum, Double]
VERBS["widen_last", "sum", "float64"] = <size_t><void *>widen_last[Sum, Double]
VERBS["fold", "sum", "float64"] = <size_t><void *>fold[Sum, Double]
VERBS["watch", "int16"] = <size_t><void *>watch[int16_t]
VERBS["down", "argmax", "int8", "int8"] = <size_t><void *>down_argmax[Max, Int8]
VERBS["widen", "argmax", "int8", "int8"] = <size_t><void *>widen_argmax[Max, Int8]
VERBS["widen_last", "argmax", "int8"] = <size_t><void *>widen_last_argmax[Max, Int8]
VERBS["down", "argmin", "int8", "int8"] = <size_t><void *>down_argmax[Min, Int8]
VERBS["widen", "argmin", "int8", "int8"] = <size_t><void *>widen_argmax[Min, Int8]
VERBS["widen_last", "argmin", "int8"] = <size_t><void *>widen_last_argmax[Min, Int8]
VERBS["write_places", "int8", "uint8"] = <size_t><void *>write_places[uint8_t, int8_t]
VERBS["write_places", "int8", "uint16"] = <size_t><void *>write_places[uint16_t, int8_t]
VERBS["write_places", "int8", "uint32"] = <size_t><void *>write_places[uint32_t, int8_t]
VERBS["write_places", "int8", "int64"] = <size_t><void *>write_places[int64_t, int8_t]
VERBS["down", "argmax", "uint8", "uint8"] = <size_t><void *>down_argmax[Max, UInt8]
VERBS["widen", "argmax", "uint8", "uint8"] = <size_t><void *>widen_argmax[Max, UInt8]
VERBS["widen_last", "argmax", "uint8"] = <size_t><void *>widen_last_argmax[Max, UInt8]
VERBS["down", "argmin", "uint8", "uint8"] = <size_t><void *>down_argmax[Min, UInt8]
VERBS["widen", "argmin", "uint8", "uint8"] = <size_t><void *>widen_argmax[Min, UInt8]
VERBS["widen_last", "argmin", "uint8"] = <size_t><void *>widen_last_argmax[Min, UInt8]
VERBS["write_places", "uint8", "uint8"] = <size_t><void *>write_places[uint8_t, uint8_t]
VERBS["write_places", "uint8", "uint16"] = <size_t><void *>write_places[uint16_t, uint8_t]
VERBS["write_places", "uint8", "uint32"] = <size_t><void *>write_places[uint32_t, uint8_t]
VERBS["write_places", "uint8", "int64"] = <size_t><void *>write_places[int64_t, uint8_t]
VERBS["down", "argmax", "int16", "int16"] = <size_t><void *>down_argmax[Max, Int16]
VERBS["widen", "argmax", "int16", "int16"] = <size_t><void *>widen_argmax[Max, Int16]
VERBS["widen_last", "argmax", "int16"] = <size_t><void *>widen_last_argmax[Max, Int16]
VERBS["down", "argmin", "int16", "int16"] = <size_t><void *>down_argmax[Min, Int16]
VERBS["widen", "argmin", "int16", "int16"] = <size_t><void *>widen_argmax[Min, Int16]
VERBS["widen_last", "argmin", "int16"] = <size_t><void *>widen_last_argmax[Min, Int16]
VERBS["write_places", "int16", "uint8"] = <size_t><void *>write_places[uint8_t, int16_t]
VERBS["write_places", "int16", "uint16"] = <size_t><void *>write_places[uint16_t, int16_t]
VERBS["write_places", "int16", "uint32"] = <size_t><void *>write_places[uint32_t, int16_t]
VERBS["write_places", "int16", "int64"] = <size_t><void *>write_places[int64_t, int16_t]
VERBS["down", "argmax", "uint16", "uint16"] = <size_t><void *>down_argmax[Max, UInt16]
VERBS["widen", "argmax", "uint16", "uint16"] = <size_t><void *>widen_argmax[Max, UInt16]
VERBS["widen_last", "argmax", "uint16"] = <size_t><void *>widen_last_argmax[Max, UInt16]
VERBS["down", "argmin", "uint16", "uint16"] = <size_t><void *>down_argmax[Min, UInt16]
VERBS["widen", "argmin", "uint16", "uint16"] = <size_t><void *>widen_argmax[Min, UInt16]
VERBS["widen_last", "argmin", "uint16"] = <size_t><void *>widen_last_argmax[Min, UInt16]
VERBS["write_places", "uint16", "uint8"] = <size_t><void *>write_places[uint8_t, uint16_t]
VERBS["write_places", "uint16", "uint16"] = <size_t><void *>write_places[uint16_t, uint16_t]
VERBS["write_places", "uint16", "uint32"] = <size_t><void *>write_places[uint32_t, uint16_t]
VERBS["write_places", "uint16", "int64"] = <size_t><void *>write_places[int64_t, uint16_t]
VERBS["down", "argmax", "int32", "int32"] = <size_t><void *>down_argmax[Max, Int32]
VERBS["widen", "argmax", "int32", "int32"] = <size_t><void *>widen_argmax[Max, Int32]
VERBS["widen_last", "argmax", "int32"] = <size_t><void *>widen_last_argmax[Max, Int32]
VERBS["down", "argmin", "int32", "int32"] = <size_t><void *>down_argmax[Min, Int32]
VERBS["widen", "argmin", "int32", "int32"] = <size_t><void *>widen_argmax[Min, Int32]
VERBS["widen_last", "argmin", "int32"] = <size_t><void *>widen_last_argmax[Min, Int32]
VERBS["write_places", "int32", "uint8"] = <size_t><void *>write_places[uint8_t, int32_t]
VERBS["write_places", "int32", "uint16"] = <size_t><void *>write_places[uint16_t, int32_t]
VERBS["write_places", "int32", "uint32"] = <size_t><void *>write_places[uint32_t, int32_t]
VERBS["write_places", "int32", "int64"] = <size_t><void *>write_places[int64_t, int32_t]
VERBS["down", "argmax", "uint32", "uint32"] = <size_t><void *>down_argmax[Max, UInt32]
VERBS["widen", "argmax", "uint32", "uint32"] = <size_t><void *>widen_argmax[Max, UInt32]
VERBS["widen_last", "argmax", "uint32"] = <size_t><void *>widen_last_argmax[Max, UInt32]
VERBS["down", "argmin", "uint32", "uint32"] = <size_t><void *>down_argmax[Min, UInt32]
VERBS["widen", "argmin", "uint32", "uint32"] = <size_t><void *>widen_argmax[Min, UInt32]
VERBS["widen_last", "argmin", "uint32"] = <size_t><void *>widen_last_argmax[Min, UInt32]
VERBS["write_places", "uint32", "uint8"] = <size_t><void *>write_places[uint8_t, uint32_t]
VERBS["write_places", "uint32", "uint16"] = <size_t><void *>write_places[uint16_t, uint32_t]
VERBS["write_places", "uint32", "uint32"] = <size_t><void *>write_places[uint32_t, uint32_t]
VERBS["write_places", "uint32", "int64"] = <size_t><void *>write_places[int64_t, uint32_t]
VERBS["down", "argmax", "int64", "int64"] = <size_t><void *>down_argmax[Max, Int64]
VERBS["widen", "argmax", "int64", "int64"] = <size_t><void *>widen_argmax[Max, Int64]
VERBS["widen_last", "argmax", "int64"] = <size_t><void *>widen_last_argmax[Max, Int64]
VERBS["down", "argmin", "int64", "int64"] = <size_t><void *>down_argmax[Min, Int64]
VERBS["widen", "argmin", "int64", "int64"] = <size_t><void *>widen_argmax[Min, Int64]
VERBS["widen_last", "argmin", "int64"] = <size_t><void *>widen_last_argmax[Min, Int64]
VERBS["write_places", "int64", "uint8"] = <size_t><void *>write_places[uint8_t, int64_t]
VERBS["write_places", "int64", "uint16"] = <size_t><void *>write_places[uint16_t, int64_t]
VERBS["write_places", "int64", "uint32"] = <size_t><void *>write_places[uint32_t, int64_t]
VERBS["write_places", "int64", "int64"] = <size_t><void *>write_places[int64_t, int64_t]
VERBS["down", "argmax", "uint64", "uint64"] = <size_t><void *>down_argmax[Max, UInt64]
VERBS["widen", "argmax", "uint64", "uint64"] = <size_t><void *>widen_argmax[Max, UInt64]
VERBS["widen_last", "argmax", "uint64"] = <size_t><void *>widen_last_argmax[Max, UInt64]
VERBS["down", "argmin", "uint64", "uint64"] = <size_t><void *>down_argmax[Min, UInt64]
VERBS["widen", "argmin", "uint64", "uint64"] = <size_t><void *>widen_argmax[Min, UInt64]
VERBS["widen_last", "argmin", "uint64"] = <size_t><void *>widen_last_argmax[Min, UInt64]
VERBS["write_places", "uint64", "uint8"] = <size_t><void *>write_places[uint8_t, uint64_t]
VERBS["write_places", "uint64", "uint16"] = <size_t><void *>write_places[uint16_t, uint64_t]
VERBS["write_places", "uint64", "uint32"] = <size_t><void *>write_places[uint32_t, uint64_t]
VERBS["write_places", "uint64", "int64"] = <size_t><void *>write_places[int64_t, uint64_t]
VERBS["down", "argmax", "float32", "float32"] = <size_t><void *>down_argmax[Max, Float]
VERBS["widen", "argmax", "float32", "float32"] = <size_t><void *>widen_argmax[Max, Float]
VERBS["widen_last", "argmax", "float32"] = <size_t><void *>widen_last_argmax[Max, Float]
VERBS["down", "argmin", "float32", "float32"] = <size_t><void *>down_argmax[Min, Float]
VERBS["widen", "argmin", "float32", "float32"] = <size_t><void *>widen_argmax[Min, Float]
VERBS["widen_last", "argmin", "float32"] = <size_t><void *>widen_last_argmax[Min, Float]
VERBS["write_places", "float32", "uint8"] = <size_t><void *>write_places[uint8_t, float]
VERBS["write_places", "float32", "uint16"] = <size_t><void *>write_places[uint16_t, float]
VERBS["write_places", "float32", "uint32"] = <size_t><void *>write_places[uint32_t, float]
VERBS["write_places", "float32", "int64"] = <size_t><void *>write_places[int64_t, float]
VERBS["down", "argmax", "float64", "float64"] = <size_t><void *>down_argmax[Max, Double]
VERBS["widen", "argmax", "float64", "float64"] = <size_t><void *>widen_argmax[Max, Double]
VERBS["widen_last", "argmax", "float64"] = <size_t><void *>widen_last_argmax[Max, Double]
VERBS["down", "argmin", "float64", "float64"] = <size_t><void *>down_argmax[Min, Double]
VERBS["widen", "argmin", "float64", "float64"] = <size_t><void *>widen_argmax[Min, Double]
VERBS["widen_last", "argmin", "float64"] = <size_t><void *>widen_last_argmax[Min, Double]
VERBS["write_places", "float64", "uint8"] = <size_t><void *>write_places[uint8_t, double]
VERBS["write_places", "float64", "uint16"] = <size_t><void *>write_places[uint16_t, double]
VERBS["write_places", "float64", "uint32"] = <size_t><void *>write_places[uint32_t, double]
VERBS["write_places", "float64", "int64"] = <size_t><void *>write_places[int64_t, double]
VERBS["watch", "int64"] = <size_t><void *>watch[int64_t]
VERBS["watch", "uint64"] = <size_t><void *>watch[uint64_t]
VERBS["convert", "order", "float16", "int16"] = <size_t><void *>order[HalfToInt16]
VERBS["convert", "order", "float16", "int32"] = <size_t><void *>order[HalfToInt32]
VERBS["convert", "order", "bfloat16", "int16"] = <size_t><void *>order[BfloatToInt16]
VERBS["convert", "order", "bfloat16", "int32"] = <size_t><void *>order[BfloatToInt32]
VERBS["convert", "order", "float32", "int32"] = <size_t><void *>order[FloatToInt32]
VERBS["convert", "order", "float64", "int64"] = <size_t><void *>order[DoubleToInt64]
VERBS["convert", "order", "int8", "int32"] = <size_t><void *>order[Int8ToInt32]
VERBS["convert", "order", "uint8", "int32"] = <size_t><void *>order[UInt8ToInt32]
VERBS["convert", "order", "int16", "int32"] = <size_t><void *>order[Int16ToInt32]
VERBS["convert", "order", "uint16", "int32"] = <size_t><void *>order[UInt16ToInt32]
VERBS["finish", "unorder", "int16", "float16"] = <size_t><void *>unorder[Int16ToHalf]
VERBS["finish", "unorder", "int16", "bfloat16"] = <size_t><void *>unorder[Int16ToBfloat]
VERBS["finish", "unorder", "int32", "float32"] = <size_t><void *>unorder[Int32ToFloat]
VERBS["finish", "unorder", "int64", "float64"] = <size_t><void *>unorder[Int64ToDouble]
VERBS["convert", "real", "int8", "float64"] = <size_t><void *>to_real[double, int8_t]
VERBS["convert", "real", "uint8", "float64"] = <size_t><void *>to_real[double, uint8_t]
VERBS["convert", "real", "int16", "float64"] = <size_t><void *>to_real[double, int16_t]
VERBS["convert", "real", "uint16", "float64"] = <size_t><void *>to_real[double, uint16_t]
VERBS["convert", "real", "int32", "float64"] = <size_t><void *>to_real[double, int32_t]
VERBS["convert", "real", "uint32", "float64"] = <size_t><void *>to_real[double, uint32_t]
VERBS["convert", "real", "int64", "float64"] = <size_t><void *>to_real[double, int64_t]
VERBS["convert", "real", "uint64", "float64"] = <size_t><void *>to_real[double, uint64_t]
VERBS["convert", "real", "float32", "float32"] = <size_t><void *>to_real[float, float]
VERBS["convert", "real", "float32", "float64"] = <size_t><void *>to_real[double, float]
VERBS["convert", "real", "float64", "float64"] = <size_t><void *>to_real[double, double]
VERBS["convert", "real", "float16", "float64"] = <size_t><void *>to_real[double, half_t]
VERBS["convert", "real", "bfloat16", "float64"] = <size_t><void *>to_real[double, bfloat_t]
VERBS["convert", "real", "float16", "float32"] = <size_t><void *>to_real[float, half_t]
VERBS["convert", "real", "bfloat16", "float32"] = <size_t><void *>to_real[float, bfloat_t]
VERBS["finish", "total", "float64", "float32"] = <size_t><void *>finish[Total, DoubleToFloat]
VERBS["finish", "total", "float64", "float64"] = <size_t><void *>finish[Total, DoubleToDouble]
VERBS["finish", "total", "float64", "float16"] = <size_t><void *>finish[Total, DoubleToHalf]
VERBS["finish", "total", "float64", "bfloat16"] = <size_t><void *>finish[Total, DoubleToBfloat]
VERBS["finish", "mean", "float64", "float32"] = <size_t><void *>finish[Mean, DoubleToFloat]
VERBS["finish", "mean", "float64", "float64"] = <size_t><void *>finish[Mean, DoubleToDouble]
VERBS["finish", "mean", "float64", "float16"] = <size_t><void *>finish[Mean, DoubleToHalf]
VERBS["finish", "mean", "float64", "bfloat16"] = <size_t><void *>finish[Mean, DoubleToBfloat]
VERBS["finish", "root", "float64", "float32"] = <size_t><void *>finish[Root, DoubleToFloat]
VERBS["finish", "root", "float64", "float64"] = <size_t><void *>finish[Root, DoubleToDouble]
VERBS["finish", "root", "float64", "float16"] = <size_t><void *>finish[Root, DoubleToHalf]
VERBS["finish", "root", "float64", "bfloat16"] = <size_t><void *>finish[Root, DoubleToBfloat]
VERBS["finish", "rootp", "float64", "float32"] = <size_t><void *>finish[RootP, DoubleToFloat]
VERBS["finish", "rootp", "float64", "float64"] = <size_t><void *>finish[RootP, DoubleToDouble]
VERBS["finish", "rootp", "float64", "float16"] = <size_t><void *>finish[RootP, DoubleToHalf]
VERBS["finish", "rootp", "float64", "bfloat16"] = <size_t><void *>finish[RootP, DoubleToBfloat]
VERBS["finish", "total", "float32", "float16"] = <size_t><void *>finish[Total, FloatToHalf]
VERBS["finish", "total", "float32", "bfloat16"] = <size_t><void *>finish[Total, FloatToBfloat]
VERBS["finish", "total", "int32", "int64"] = <size_t><void *>finish[Total, Int32ToInt64]
VERBS["finish", "total", "int64", "int64"] = <size_t><void *>finish[Total, Int64ToSigned]
VERBS["finish", "total", "int64", "uint64"] = <size_t><void *>finish[Total, Int64ToUnsigned]
VERBS["finish", "mean", "float32", "float32"] = <size_t><void *>finish[Mean, FloatToFloat]
VERBS["finish", "mean", "float32", "float16"] = <size_t><void *>finish[Mean, FloatToHalf]
VERBS["finish", "mean", "float32", "bfloat16"] = <size_t><void *>finish[Mean, FloatToBfloat]
VERBS["finish", "mean", "int32", "uint8"] = <size_t><void *>finish[Mean, Int32ToUInt8]
VERBS["finish", "mean", "int32", "int8"] = <size_t><void *>finish[Mean, Int32ToInt8]
VERBS["finish", "mean", "int32", "int16"] = <size_t><void *>finish[Mean, Int32ToInt16]
VERBS["finish", "mean", "int32", "uint16"] = <size_t><void *>finish[Mean, Int32ToUInt16]
VERBS["finish", "mean", "int32", "float64"] = <size_t><void *>finish[Mean, Int32ToDouble]
VERBS["finish", "mean", "int64", "int8"] = <size_t><void *>finish[Mean, Int64ToInt8]
VERBS["finish", "mean", "int64", "uint8"] = <size_t><void *>finish[Mean, Int64ToUInt8]
VERBS["finish", "mean", "int64", "int16"] = <size_t><void *>finish[Mean, Int64ToInt16]
VERBS["finish", "mean", "int64", "uint16"] = <size_t><void *>finish[Mean, Int64ToUInt16]
VERBS["finish", "mean", "int64", "int32"] = <size_t><void *>finish[Mean, Int64ToInt32]
VERBS["finish", "mean", "int64", "uint32"] = <size_t><void *>finish[Mean, Int64ToUInt32]
VERBS["finish", "mean", "int64", "int64"] = <size_t><void *>finish[Mean, Int64ToSigned]
VERBS["finish", "mean", "int64", "uint64"] = <size_t><void *>finish[Mean, Int64ToUnsigned]
VERBS["finish", "mean", "int64", "float64"] = <size_t><void *>finish[Mean, Int64ToReal]
VERBS["finish", "mean", "wide", "int64"] = <size_t><void *>finish[Mean, WideToInt64]
VERBS["finish", "mean", "wide", "uint64"] = <size_t><void *>finish[Mean, WideToUInt64]
VERBS["finish", "mean", "wide", "float64"] = <size_t><void *>finish[Mean, WideToDouble]
VERBS["finish", "slope", "float64", "float32"] = <size_t><void *>slope[float]
VERBS["finish", "slope", "float64", "float64"] = <size_t><void *>slope[double]
VERBS["finish", "slope", "float64", "float16"] = <size_t><void *>slope[half_t]
VERBS["finish", "slope", "float64", "bfloat16"] = <size_t><void *>slope[bfloat_t]
VERBS["pick", 1] = <size_t><void *>pick[uint8_t]
VERBS["fill", 1] = <size_t><void *>fill[uint8_t]
VERBS["gather", 1] = <size_t><void *>gather[uint8_t]
VERBS["pick", 2] = <size_t><void *>pick[uint16_t]
VERBS["braid", 2] = <size_t><void *>braid[uint16_t]
VERBS["fill", 2] = <size_t><void *>fill[uint16_t]
VERBS["gather", 2] = <size_t><void *>gather[uint16_t]
VERBS["pick", 4] = <size_t><void *>pick[uint32_t]
VERBS["braid", 4] = <size_t><void *>braid[uint32_t]
VERBS["fill", 4] = <size_t><void *>fill[uint32_t]
VERBS["gather", 4] = <size_t><void *>gather[uint32_t]
VERBS["pick", 8] = <size_t><void *>pick[uint64_t]
VERBS["braid", 8] = <size_t><void *>braid[uint64_t]
VERBS["fill", 8] = <size_t><void *>fill[uint64_t]
VERBS["gather", 8] = <size_t><void *>gather[uint64_t]
VERBS["pick", 16] = <size_t><void *>pick[cell16]
VERBS["fill", 16] = <size_t><void *>fill[cell16]
VERBS["swap", 2] = <size_t><void *>swap_bytes[uint16_t]
VERBS["swap", 4] = <size_t><void *>swap_bytes[uint32_t]
VERBS["swap", 8] = <size_t><void *>swap_bytes[uint64_t]
VERBS["watch_bits", 4] = <size_t><void *>watch_bits[int32_t]
VERBS["watch_bits", 8] = <size_t><void *>watch_bits[int64_t]

VERBS["astray", "uint8"] = <size_t><void *>astray[uint8_t]
VERBS["astray", "uint16"] = <size_t><void *>astray[uint16_t]
VERBS["astray", "uint32"] = <size_t><void *>astray[uint32_t]
VERBS["choose", "float32"] = <size_t><void *>choose[float]
VERBS["choose", "float64"] = <size_t><void *>choose[double]
VERBS["scatter", "uint8"] = <size_t><void *>scatter[uint8_t]
VERBS["scatter", "float16"] = <size_t><void *>scatter[half_t]
VERBS["scatter", "bfloat16"] = <size_t><void *>scatter[bfloat_t]
VERBS["scatter", "float32"] = <size_t><void *>scatter[float]
VERBS["scatter", "float64"] = <size_t><void *>scatter[double]

SIZES = {"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "bfloat16": 2, "int32": 4, "uint32": 4,
         "float32": 4, "int64": 8, "uint64": 8, "float64": 8, "wide": sizeof(wide_t),
         "int8x2": 2, "uint8x2": 2, "int16x2": 4, "uint16x2": 4}
