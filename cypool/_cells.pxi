"""Cells: their types, and the loops that move them or look at them."""

from libc.math cimport INFINITY, copysign, fabs, fabsf, pow, sqrt, sqrtf
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
    #include <math.h>
    #if !defined(__GNUC__)
    #define __builtin_isunordered(a, b) isunordered(a, b)
    #endif
    #define all_bits(so) (-(int64_t)((so) != 0))   /* what comparing vectors gives: GCC makes 1 of it by one more instruction */
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
    static inline int32_t float_bits(float v) { pun32 p; p.f = v; return (int32_t)p.u; }
    static inline float bits_float(int32_t b) { pun32 p; p.u = (uint32_t)b; return p.f; }
    static inline int64_t double_bits(double v) { pun64 p; p.f = v; return (int64_t)p.u; }
    static inline double bits_double(int64_t b) { pun64 p; p.u = (uint64_t)b; return p.f; }
    /* a / n rounded once, with factor = 1 / n and a whole n < 2**20, odd or a power of two: the remainder is exact, and no quotient lies
       so near to the middle between two floats that the last step could miss the nearer one; zeros keep their sign. */
    #ifdef FP_FAST_FMAF
    static inline float quotient32(float a, float n, float factor) { float q = a * factor; return fmaf(fmaf(q, n, -a), -factor, q); }
    static inline double quotient64(double a, double n, double factor) {
        double q = a * factor;
        return fabs(q) < INFINITY ? fma(fma(q, n, -a), -factor, q) : q;
    }
    #else
    static inline float quotient32(float a, float n, float factor) { return (float)(a * (1.0 / n)); }
    static inline double quotient64(double a, double n, double factor) { return a / n; }
    #endif
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
    int64_t all_bits(bint so) noexcept nogil
    int32_t float_bits(float v) noexcept nogil
    float bits_float(int32_t b) noexcept nogil
    int64_t double_bits(double v) noexcept nogil
    double bits_double(int64_t b) noexcept nogil
    float quotient32(float a, float n, float factor) noexcept nogil
    double quotient64(double a, double n, double factor) noexcept nogil


# ---- which function does what: (verb, kind, from, to), looked up once for each plan. Each file ends with its own.

cdef dict VERBS = {}

SIZES = {"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "bfloat16": 2, "int32": 4, "uint32": 4,
         "float32": 4, "int64": 8, "uint64": 8, "float64": 8, "wide": sizeof(wide_t),
         "int8x2": 2, "uint8x2": 2, "int16x2": 4, "uint16x2": 4}


# ---- moving cells: by size, whatever they mean.

ctypedef struct cell16:
    uint64_t low, high

ctypedef fused cell:
    uint8_t
    uint16_t
    uint32_t
    uint64_t
    cell16

cdef extern from *:
    """
    #ifdef __SSSE3__
    #include <immintrin.h>
    #endif
    /* Columns of few bytes, as many as lie in 16 bytes by one shuffle; tells how many of each row, the others are left to `pick`. */
    static Py_ssize_t pick_bytes(char *to, const char *s, Py_ssize_t n, Py_ssize_t stride, Py_ssize_t inner,
                                 Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) {
        Py_ssize_t i = 0;
    #ifdef __SSSE3__
        const Py_ssize_t some = (16 - inner) / (stride * inner) + 1;
        char from[16] = {0};
        for (Py_ssize_t c = 0; c < some; c++)
            for (Py_ssize_t k = 0; k < inner; k++)
                from[c * inner + k] = (char)(c * stride * inner + k);
        const __m128i table = _mm_loadu_si128((const __m128i *)from);
        for (; groups > 0 && some > 1; groups--, to += to_pitch, s += pitch)
            for (i = 0; (n - i) * inner >= 16; i += some)         /* what is too much, the next ones overwrite */
                _mm_storeu_si128((__m128i *)(to + i * inner), _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(s + i * stride * inner)), table));
    #endif
        return i;
    }
    """
    Py_ssize_t pick_bytes(char *to, const char *s, Py_ssize_t n, Py_ssize_t stride, Py_ssize_t inner,
                          Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil

cdef void pick(cell *to, const cell *s, Py_ssize_t n, Py_ssize_t stride, Py_ssize_t inner,
               Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """Take every `stride`-th of the columns (`inner` cells each) of `groups` rows; literal strides, because only they vectorise."""
    cdef Py_ssize_t i, k, most, done = 0
    if stride == 1:
        n *= inner
        inner = 1
    most = n - 16 // (inner * <Py_ssize_t>sizeof(cell)) if 1 < inner <= 16 // <Py_ssize_t>sizeof(cell) else 0
    if cell is uint8_t and most > 0:
        done = pick_bytes(<char *>to, <const char *>s, n, stride, inner, groups, to_pitch, pitch)
    for _ in range(groups):
        if inner > 1:
            for i in range(done, most):       # narrow columns in one move: what is too much, the next one overwrites
                memcpy(to + i * inner, s + i * stride * inner, 16)
            for i in range(greater(done, most), n):
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
    float
    double

cdef bint watch(watched *cells, Py_ssize_t n, Py_ssize_t groups, Py_ssize_t pitch, int64_t bound) noexcept nogil:
    """A 64-bit integer beyond `bound`, so that sums might not be exact; `bound` among the ranks of halves; NaN, or a float of these bits."""
    cdef Py_ssize_t i
    cdef int64_t odd = 0
    cdef int32_t odd32 = 0
    cdef int16_t odd16 = 0, wrong = <int16_t>bound
    for _ in range(groups):
        for i in range(n):
            if watched is int16_t:
                odd16 |= <int16_t>all_bits(cells[i] == wrong)
            elif watched is float:
                odd32 |= <int32_t>all_bits(isunordered(cells[i], cells[i])) | <int32_t>all_bits(float_bits(cells[i]) == <int32_t>bound)
            elif watched is double:
                odd |= all_bits(isunordered(cells[i], cells[i])) | all_bits(double_bits(cells[i]) == bound)
            elif watched is int64_t:
                odd |= all_bits((cells[i] > bound) | (cells[i] < -bound))
            else:
                odd |= all_bits(cells[i] > <uint64_t>bound)
        cells += pitch
    return odd != 0 or odd32 != 0 or odd16 != 0

ctypedef fused bits:
    int32_t
    int64_t

cdef bint watch_bits(const bits *cells, int64_t mask, int64_t odd_bits, Py_ssize_t n) noexcept nogil:
    """Is there a result whose bits under `mask` are `odd_bits`?"""
    cdef Py_ssize_t i
    cdef bits odd = 0, under = <bits>mask, wrong = <bits>odd_bits
    for i in range(n):
        odd |= <bits>all_bits((cells[i] & under) == wrong)
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

cdef extern from *:
    """
    #ifdef __F16C__
    #include <immintrin.h>
    #endif
    /* As many as the processor converts itself, eight or sixteen at a time, to the same bits as the functions above. */
    #if defined(__F16C__) && defined(__AVX512F__)
    enum { HALVES = 16 };
    typedef __m512 floats_t;
    static inline floats_t load_halves(const uint16_t *a) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)a)); }
    static inline floats_t add_floats(floats_t a, floats_t b) { return _mm512_add_ps(a, b); }
    static inline void store_floats(float *to, floats_t v) { _mm512_storeu_ps(to, v); }
    static inline void store_halves(uint16_t *to, const float *a) {
        const __m512 v = _mm512_loadu_ps(a);
        const __m512i bits = _mm512_castps_si512(v);
        const __m512i nan = _mm512_or_epi32(_mm512_and_epi32(bits, _mm512_set1_epi32(INT32_MIN)), _mm512_set1_epi32(0x7fc00000));
        const __m512i quiet = _mm512_mask_mov_epi32(bits, _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q), nan);
        _mm256_storeu_si256((__m256i *)to, _mm512_cvtps_ph(_mm512_castsi512_ps(quiet), _MM_FROUND_TO_NEAREST_INT));
    }
    #elif defined(__F16C__)
    enum { HALVES = 8 };
    typedef __m256 floats_t;
    static inline floats_t load_halves(const uint16_t *a) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)a)); }
    static inline floats_t add_floats(floats_t a, floats_t b) { return _mm256_add_ps(a, b); }
    static inline void store_floats(float *to, floats_t v) { _mm256_storeu_ps(to, v); }
    static inline void store_halves(uint16_t *to, const float *a) {
        const __m256 v = _mm256_loadu_ps(a), sign = _mm256_set1_ps(-0.0f), nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000));
        const __m256 quiet = _mm256_blendv_ps(v, _mm256_or_ps(_mm256_and_ps(v, sign), nan), _mm256_cmp_ps(v, v, _CMP_UNORD_Q));
        _mm_storeu_si128((__m128i *)to, _mm256_cvtps_ph(quiet, _MM_FROUND_TO_NEAREST_INT));
    }
    #endif
    static inline size_t halves_to_floats(float *to, const uint16_t *a, size_t n) {
        size_t i = 0;
    #ifdef __F16C__
        for (; i + HALVES <= n; i += HALVES)
            store_floats(to + i, load_halves(a + i));
    #endif
        return i;
    }
    static inline size_t floats_to_halves(uint16_t *to, const float *a, size_t n) {
        size_t i = 0;
    #ifdef __F16C__
        for (; i + HALVES <= n; i += HALVES)
            store_halves(to + i, a + i);
    #endif
        return i;
    }
    /* Sums of 2 to 4 rows, in the order of `unite_cells`. */
    static inline size_t add_halves(float *to, const void *a, const void *b, const void *c, const void *d, int count, size_t n) {
        size_t i = 0;
    #ifdef __F16C__
        for (; i + HALVES <= n; i += HALVES) {
            floats_t v = add_floats(load_halves((const uint16_t *)a + i), load_halves((const uint16_t *)b + i));
            if (count == 3)
                v = add_floats(v, load_halves((const uint16_t *)c + i));
            else if (count == 4)
                v = add_floats(v, add_floats(load_halves((const uint16_t *)c + i), load_halves((const uint16_t *)d + i)));
            store_floats(to + i, v);
        }
    #endif
        return i;
    }
    """
    Py_ssize_t halves_to_floats(float *to, const uint16_t *a, Py_ssize_t n) noexcept nogil
    Py_ssize_t floats_to_halves(uint16_t *to, const float *a, Py_ssize_t n) noexcept nogil
    Py_ssize_t add_halves(float *to, const void *a, const void *b, const void *c, const void *d, int count, Py_ssize_t n) noexcept nogil

ctypedef fused half:
    half_t
    bfloat_t

cdef inline half narrowed(half like, float v) noexcept nogil:
    like.bits = <uint16_t>(float_to_half(v) if half is half_t else float_to_bfloat(v))
    return like

cdef void narrow(half *to, const float *a, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t i, done = 0
    if half is half_t:
        done = floats_to_halves(<uint16_t *>to, a, n)
    for i in range(done, n):
        to[i] = narrowed(to[0], a[i])


VERBS["watch", "int16"] = <size_t><void *>watch[int16_t]
VERBS["watch", "int64"] = <size_t><void *>watch[int64_t]
VERBS["watch", "float32"] = <size_t><void *>watch[float]
VERBS["watch", "float64"] = <size_t><void *>watch[double]
VERBS["watch", "uint64"] = <size_t><void *>watch[uint64_t]
VERBS["pick", 1] = <size_t><void *>pick[uint8_t]
VERBS["fill", 1] = <size_t><void *>fill[uint8_t]
VERBS["gather", 1] = <size_t><void *>gather[uint8_t]
VERBS["pick", 2] = <size_t><void *>pick[uint16_t]
VERBS["fill", 2] = <size_t><void *>fill[uint16_t]
VERBS["gather", 2] = <size_t><void *>gather[uint16_t]
VERBS["pick", 4] = <size_t><void *>pick[uint32_t]
VERBS["fill", 4] = <size_t><void *>fill[uint32_t]
VERBS["gather", 4] = <size_t><void *>gather[uint32_t]
VERBS["pick", 8] = <size_t><void *>pick[uint64_t]
VERBS["fill", 8] = <size_t><void *>fill[uint64_t]
VERBS["gather", 8] = <size_t><void *>gather[uint64_t]
VERBS["pick", 16] = <size_t><void *>pick[cell16]
VERBS["fill", 16] = <size_t><void *>fill[cell16]
VERBS["swap", 2] = <size_t><void *>swap_bytes[uint16_t]
VERBS["swap", 4] = <size_t><void *>swap_bytes[uint32_t]
VERBS["swap", 8] = <size_t><void *>swap_bytes[uint64_t]
VERBS["watch_bits", 4] = <size_t><void *>watch_bits[int32_t]
VERBS["watch_bits", 8] = <size_t><void *>watch_bits[int64_t]
