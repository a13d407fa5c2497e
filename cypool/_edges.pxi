"""Into accumulators and out of them: what the engine's first and last step do to each cell."""

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

cdef enum:
    ORDERED = 16          # cells that are ordered at a time, of however many bytes

cdef inline int16_t order_bits16(int16_t b, int16_t infinity, int16_t zero, int16_t flip) noexcept nogil:
    """Sign and magnitude to two's complement; NaN above all, even when `flip` (all ones) turns the order round. Magnitude `zero`: no sign."""
    cdef int16_t size = b & INT16_MAX
    cdef int16_t ordered = b ^ ((b >> 15) & INT16_MAX) ^ flip
    ordered = flip if size == zero else ordered
    return INT16_MAX if size > infinity else ordered

cdef inline int32_t order_bits(int32_t b, int32_t infinity, int32_t zero, int32_t flip) noexcept nogil:
    cdef int32_t size = b & INT32_MAX
    cdef int32_t ordered = b ^ ((b >> 31) & INT32_MAX) ^ flip
    ordered = flip if size == zero else ordered
    return INT32_MAX if size > infinity else ordered

cdef inline int64_t order_bits64(int64_t b, int64_t zero, int64_t flip) noexcept nogil:
    cdef int64_t size = b & INT64_MAX
    cdef int64_t ordered = b ^ ((b >> 63) & INT64_MAX) ^ flip
    ordered = flip if size == zero else ordered
    return INT64_MAX if size > <int64_t>0x7ff0000000000000 else ordered

cdef inline void order_cell(const Ordering *r, Py_ssize_t i, int32_t zero, int64_t flip) noexcept nogil:
    cdef int32_t flip32 = <int32_t>flip
    if Ordering is HalfToInt16 or Ordering is BfloatToInt16:
        r.to[i] = order_bits16(<int16_t>r.a[i].bits, 0x7c00 if Ordering is HalfToInt16 else 0x7f80, <int16_t>zero, <int16_t>flip)
    elif Ordering is HalfToInt32 or Ordering is BfloatToInt32:                # the 16 bits in the upper half of 32
        r.to[i] = order_bits(<int32_t>(<uint32_t>r.a[i].bits << 16), 0x7c000000 if Ordering is HalfToInt32 else 0x7f800000, zero, flip32)
    elif Ordering is FloatToInt32:
        r.to[i] = order_bits(float_bits(r.a[i]), 0x7f800000, zero, flip32)
    elif Ordering is DoubleToInt64:
        r.to[i] = order_bits64(double_bits(r.a[i]), zero, flip)
    else:
        r.to[i] = <int32_t>r.a[i] ^ flip32

cdef void order(Ordering *rows, Py_ssize_t n, bint equal_zeros, int64_t flip, Py_ssize_t groups, Py_ssize_t pitch) noexcept nogil:
    """The last cells of a row together with some of those before, 16 in all: as scalars they would take longer than all others."""
    cdef Py_ssize_t i, whole = n & -ORDERED if n > ORDERED else n
    cdef Ordering r = rows[0]
    cdef int32_t zero = 0 if equal_zeros else -1            # -1: no magnitude is that
    for _ in range(groups):
        for i in range(whole):
            order_cell(&r, i, zero, flip)
        for i in range(n - ORDERED if whole < n else n, n):
            order_cell(&r, i, zero, flip)
        r.to += n
        r.a += pitch

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
    cdef int16_t u
    cdef int32_t v
    cdef int64_t w, ones = <int64_t>flip
    for _ in range(groups):
        for i in range(n):
            if Unordering is Int64ToDouble:
                w = r.a[i] ^ ones
                w = w ^ ((w >> 63) & INT64_MAX)
                r.to[i] = bits_double(<int64_t>0x7ff8000000000000 if r.a[i] == INT64_MAX else w)
            elif Unordering is Int32ToFloat:
                v = r.a[i] ^ <int32_t>ones
                v = v ^ ((v >> 31) & INT32_MAX)
                r.to[i] = bits_float(0x7fc00000 if r.a[i] == INT32_MAX else v)
            else:
                u = r.a[i] ^ <int16_t>ones
                u = u ^ ((u >> 15) & INT16_MAX)
                if Unordering is Int16ToHalf:
                    u = 0x7e00 if (u & INT16_MAX) > 0x7c00 else u
                else:
                    u = 0x7fc0 if (u & INT16_MAX) > 0x7f80 else u
                r.to[i].bits = <uint16_t>u
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
    cdef Py_ssize_t i, done = 0
    cdef float[BATCH] some
    if any_value is half_t and real is float:
        done = halves_to_floats(to, <const uint16_t *>a, n)
    elif any_value is half_t:                 # by way of float32: GCC has no conversion to float64 in vectors
        while n - done >= BATCH and halves_to_floats(some, <const uint16_t *>a + done, BATCH) == BATCH:
            for i in range(BATCH):
                to[done + i] = some[i]
            done += BATCH
    for i in range(done, n):
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

# ---- finish: accumulators to results. A mean is multiplied by `scale`, the reciprocal of its count, where a double is rounded
# to float32 afterwards (the product is right long before that), divided by it elsewhere. `p` is a norm's order, or what divides all
# means; below 0 it tells of the results to mend, or of halves with divisors above 4096.

ctypedef struct Total:
    char _
ctypedef struct Root:
    char _
ctypedef struct RootP:
    char _

ctypedef fused Finish:
    Total
    Mean

ctypedef fused Rooting:
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

ctypedef fused Rooted:
    DoubleToFloat
    DoubleToDouble
    DoubleToHalf
    DoubleToBfloat

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

cdef inline int64_t nearest(double v) noexcept nogil:
    """Round half to even: below 2**51 the sum with this constant has no room for a fraction, and its last bits are the integer.
    Few processors have the conversion itself in vectors."""
    return double_bits(v + 6755399441055744.0) - <int64_t>0x4338000000000000

cdef inline int32_t nearest32(float v) noexcept nogil:
    """The same below 2**22."""
    return <int32_t>float_bits(v + <float>12582912.0) - 0x4b400000

cdef inline double to_double(number v) noexcept nogil:
    """And back, of 64 bits below 2**51."""
    if number is int64_t:
        return bits_double(v + <int64_t>0x4338000000000000) - 6755399441055744.0
    return <double>v

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

cdef enum:
    BATCH = 64            # floats that become halves at a time

cdef void finish(Finish *kind, Result *rows, Py_ssize_t n, const double *scale, double p,
                 Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    cdef Py_ssize_t i, k, most
    cdef float[BATCH] batch
    cdef Result r = rows[0]
    cdef float q, factor
    cdef double v
    cdef int shift = 0
    while 1 << (shift + 1) <= p <= 256:
        shift += 1
    if to_pitch == n == pitch and (not (Finish is Mean) or p > 0):
        n *= groups                           # rows that follow each other, nothing that differs between them
        groups = 1
    for _ in range(groups):
        if Result is DoubleToFloat or Result is FloatToFloat:
            if p < 0:                         # mend what overflowed the quick way
                for i in range(n):
                    if not fabs(r.to[i]) < INFINITY:
                        r.to[i] = <float>(r.a[i] * scale[i] if Finish is Mean else r.a[i])
            elif p > 0 and Finish is Mean and Result is FloatToFloat:
                q, factor = <float>p, <float>(1 / p)
                for i in range(n):
                    r.to[i] = quotient32(<float>r.a[i], q, factor)
            else:
                for i in range(n):
                    r.to[i] = <float>(r.a[i] * scale[i] if Finish is Mean else r.a[i])
        elif Result is DoubleToDouble:
            v = 1 / p if p > 0 else 0
            for i in range(n):
                if Finish is Mean:
                    r.to[i] = quotient64(r.a[i], p, v) if p > 0 else r.a[i] / scale[i]
                else:
                    r.to[i] = r.a[i]
        elif Result is FloatToHalf or Result is FloatToBfloat:
            q, factor = <float>p, <float>(1 / p) if p > 0 else 0
            k = 0
            while k < n:
                most = n - k if n - k < BATCH else BATCH
                for i in range(most):
                    if Finish is Mean and p > 0:
                        batch[i] = quotient32(r.a[k + i], q, factor) if fabsf(r.a[k + i]) < <float>INFINITY else r.a[k + i]
                    elif Finish is Mean and p < 0:
                        batch[i] = round_to_odd(r.a[k + i] / scale[k + i])
                    elif Finish is Mean:      # up to 4096, quotients lie further from a half's middles than a float rounds
                        batch[i] = r.a[k + i] / <float>scale[k + i]
                    else:
                        batch[i] = r.a[k + i]
                narrow(r.to + k, batch, most)
                k += most
        elif Result is DoubleToHalf or Result is DoubleToBfloat:
            for i in range(n):
                r.to[i] = narrowed(r.to[0], round_to_odd(r.a[i] / scale[i] if Finish is Mean else r.a[i]))
        elif Finish is Total:
            for i in range(n):
                r.to[i] = r.a[i]
        elif (Result is UInt16ToDouble or Result is Int16ToDouble or Result is Int32ToDouble or Result is Int64ToReal
              or Result is WideToDouble):
            v = 1 / p if p > 0 else 0
            for i in range(n):
                r.to[i] = quotient64(to_double(r.a[i]), p, v) if p > 0 else <double>r.a[i] / scale[i]
        elif (Result is UInt16ToUInt8 or Result is Int16ToInt8 or Result is Int32ToInt16 or Result is Int32ToUInt16) and p == 1 << shift:
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
            factor = <float>(1 / p) if p > 0 else 0
            for i in range(n):            # float32 has room for 32768 cells of 8 bits, and twice the lanes
                r.to[i] = nearest32(<float>r.a[i] * factor if p > 0 else <float>r.a[i] / <float>scale[i])
        elif (Result is Int32ToInt16 or Result is Int32ToUInt16) and 0 < p <= 128:
            q, factor = <float>p, <float>(1 / p)
            for i in range(n):            # and for 256 of 16 bits; of 128, quotients lie further from a middle than it rounds
                r.to[i] = nearest32(quotient32(<float>r.a[i], q, factor))
        elif Result is WideToInt64 or Result is WideToUInt64:
            for i in range(n):
                r.to[i] = wide_mean(r.a[i], <int64_t>scale[i])
        elif p > 0:
            v = 1 / p
            for i in range(n):
                r.to[i] = nearest(quotient64(to_double(r.a[i]), p, v))
        else:
            for i in range(n):
                r.to[i] = nearest(<double>r.a[i] / scale[i])
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

cdef void finish_norm(Rooting *kind, Rooted *rows, Py_ssize_t n, const double *scale, double p,
                      Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """Roots of order 2 or `p`, of sums in float64."""
    cdef Py_ssize_t i
    cdef double v, exponent = 1 / p if Rooting is RootP else 0
    cdef Rooted r = rows[0]
    if to_pitch == n == pitch:
        n *= groups
        groups = 1
    for _ in range(groups):
        if Rooting is Root and Rooted is DoubleToFloat:
            root_float(r.to, r.a, n)
        else:
            for i in range(n):
                v = sqrt(r.a[i]) if Rooting is Root else pow(r.a[i], exponent)
                if Rooted is DoubleToHalf or Rooted is DoubleToBfloat:
                    r.to[i] = narrowed(r.to[0], round_to_odd(v))
                elif Rooted is DoubleToFloat:
                    r.to[i] = <float>v
                else:
                    r.to[i] = v
        r.to += to_pitch
        r.a += pitch


cdef list_endings(Rooted *rows, str result):
    VERBS["finish", "total", "float64", result] = <size_t><void *>finish[Total, Rooted]
    VERBS["finish", "mean", "float64", result] = <size_t><void *>finish[Mean, Rooted]
    VERBS["finish", "root", "float64", result] = <size_t><void *>finish_norm[Root, Rooted]
    VERBS["finish", "rootp", "float64", result] = <size_t><void *>finish_norm[RootP, Rooted]

list_endings(<DoubleToFloat *>NULL, "float32")
list_endings(<DoubleToDouble *>NULL, "float64")
list_endings(<DoubleToHalf *>NULL, "float16")
list_endings(<DoubleToBfloat *>NULL, "bfloat16")
VERBS["finish", "mean", "uint16", "uint8"] = <size_t><void *>finish[Mean, UInt16ToUInt8]
VERBS["finish", "mean", "int16", "int8"] = <size_t><void *>finish[Mean, Int16ToInt8]
VERBS["finish", "mean", "uint16", "float64"] = <size_t><void *>finish[Mean, UInt16ToDouble]
VERBS["finish", "mean", "int16", "float64"] = <size_t><void *>finish[Mean, Int16ToDouble]
VERBS["finish", "total", "uint16", "int64"] = <size_t><void *>finish[Total, UInt16ToInt64]
VERBS["finish", "total", "int16", "int64"] = <size_t><void *>finish[Total, Int16ToInt64]
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
VERBS["finish", "total", "float32", "float16"] = <size_t><void *>finish[Total, FloatToHalf]
VERBS["finish", "total", "float32", "bfloat16"] = <size_t><void *>finish[Total, FloatToBfloat]
VERBS["finish", "total", "int32", "int64"] = <size_t><void *>finish[Total, Int32ToInt64]
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
