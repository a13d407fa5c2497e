"""Uniting rows: every loop that reduces. Each takes whole rows in cache, contiguous, with no border in sight."""

# ---- kinds: tags, empty but for one. `lift` is what one cell contributes, as `read` brings it, `join` unites two contributions.

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
ctypedef struct Mean:
    double count              # that divides all sums
ctypedef struct MaxOfCells:   # as they lie in x, among which may be NaN
    char _
ctypedef struct MinOfCells:
    char _
ctypedef struct MaxOfHalves:  # in their order, out of which they come back
    char _
ctypedef struct MinOfHalves:
    char _
ctypedef struct MeanOfHalves:  # which infinities pass
    double count

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
    half_t
    bfloat_t
    int8x2
    uint8x2
    int16x2
    uint16x2

cdef inline int16_t in_order(int16_t b) noexcept nogil:
    """Sign and magnitude to two's complement; NaN, by its sign, beyond the infinities."""
    return b ^ ((b >> 15) & INT16_MAX)

cdef inline number read(number like, value v) noexcept nogil:
    if value is int8x2:                       # a pair's sum; shifts, because a cast would leave the lanes
        return <number>((v.both >> 8) + (<int16_t>(<uint16_t>v.both << 8) >> 8))
    elif value is int16x2:
        return <number>((v.both >> 16) + (<int32_t>(<uint32_t>v.both << 16) >> 16))
    elif value is uint8x2:
        return <number>((v.both >> 8) + (v.both & 0xff))
    elif value is uint16x2:
        return <number>((v.both >> 16) + (v.both & 0xffff))
    elif value is half_t and number is float:
        return half_to_float(v.bits)
    elif value is bfloat_t and number is float:
        return bfloat_to_float(v.bits)
    elif value is half_t or value is bfloat_t:
        return <number>in_order(<int16_t>v.bits)
    else:
        return <number>v

cdef inline number lift(Kind *kind, number v) noexcept nogil:
    if Kind is Square:
        return v * v
    elif Kind is Magnitude or Kind is Peak:
        return <number>fabs(<double>v)
    else:
        return v

ctypedef fused Joined:
    Max
    Min
    Sum
    Square
    Magnitude
    Peak
    Mean
    MaxOfCells
    MinOfCells
    MaxOfHalves
    MinOfHalves
    MeanOfHalves

cdef inline number join(Joined *kind, number a, number b) noexcept nogil:
    if Joined is Max or Joined is MaxOfCells or Joined is MaxOfHalves:
        return a if a > b else b
    elif Joined is Min or Joined is MinOfCells or Joined is MinOfHalves:
        return a if a < b else b
    elif Joined is Peak:                        # the norm of infinite order, NaN and all
        return a if (a > b) | (a != a) else b
    else:
        return a + b


# ---- pairings of accumulator and cell. A struct each, because a fused type can't name two types at once;
# all have the layout of `Operands`, which is what the engine fills in.

cdef struct Operands:
    void *acc
    const void *row[4]
    void *acc_at              # argmax alone: the places of the cells above,
    const void *row_at[4]
    int64_t tap[4]            # and where rows stand among those of their window
    Py_ssize_t ahead          # so many bytes before they are read, rows are fetched into cache; 0: never

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define prefetch(at) __builtin_prefetch((const char *)(at))
    #else
    #define prefetch(at) ((void)(at))
    #endif
    """
    void prefetch(size_t at) noexcept nogil   # nothing is read, so it may lie behind an array

cdef inline void fetch(size_t at, Py_ssize_t size) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(0, size, 64):
        prefetch(at + i)

cdef inline bint taken(size_t at, const void *row, Py_ssize_t ahead, Py_ssize_t step) noexcept nogil:
    """Is a row of these windows, or of the next ones, fetched with another?"""
    return at + <size_t>ahead == <size_t>row or at + <size_t>step == <size_t>row

cdef inline void fetch_rows(const void *a, const void *b, const void *c, const void *d, int count, Py_ssize_t ahead, Py_ssize_t size,
                            Py_ssize_t step) noexcept nogil:
    """Rows of `size` bytes, the next windows' `step` bytes on. `count` is a literal."""
    if not (count > 1 and taken(<size_t>a, b, ahead, step) or count > 2 and taken(<size_t>a, c, ahead, step)
            or count > 3 and taken(<size_t>a, d, ahead, step)):
        fetch(<size_t>a + ahead, size)
    if count > 1 and not (count > 2 and taken(<size_t>b, c, ahead, step) or count > 3 and taken(<size_t>b, d, ahead, step)):
        fetch(<size_t>b + ahead, size)
    if count > 2 and not (count > 3 and taken(<size_t>c, d, ahead, step)):
        fetch(<size_t>c + ahead, size)
    if count > 3:
        fetch(<size_t>d + ahead, size)

ctypedef struct Int8:
    int8_t *acc
    const int8_t *row[4]
ctypedef struct UInt8:
    uint8_t *acc
    const uint8_t *row[4]
ctypedef struct Int16:
    int16_t *acc
    const int16_t *row[4]
ctypedef struct UInt16:
    uint16_t *acc
    const uint16_t *row[4]
ctypedef struct Int32:
    int32_t *acc
    const int32_t *row[4]
ctypedef struct UInt32:
    uint32_t *acc
    const uint32_t *row[4]
ctypedef struct Int64:
    int64_t *acc
    const int64_t *row[4]
ctypedef struct UInt64:
    uint64_t *acc
    const uint64_t *row[4]
ctypedef struct Float:
    float *acc
    const float *row[4]
ctypedef struct Double:
    double *acc
    const double *row[4]
ctypedef struct Int8InInt32:
    int32_t *acc
    const int8_t *row[4]
ctypedef struct UInt8InInt32:
    int32_t *acc
    const uint8_t *row[4]
ctypedef struct UInt8InUInt16:
    uint16_t *acc
    const uint8_t *row[4]
ctypedef struct Int8InInt16:
    int16_t *acc
    const int8_t *row[4]
ctypedef struct Int16InInt32:
    int32_t *acc
    const int16_t *row[4]
ctypedef struct UInt16InInt32:
    int32_t *acc
    const uint16_t *row[4]
ctypedef struct Int32InInt64:
    int64_t *acc
    const int32_t *row[4]
ctypedef struct UInt32InInt64:
    int64_t *acc
    const uint32_t *row[4]
ctypedef struct Int32InWide:
    wide_t *acc
    const int32_t *row[4]
ctypedef struct UInt32InWide:
    wide_t *acc
    const uint32_t *row[4]
ctypedef struct Int64InWide:
    wide_t *acc
    const int64_t *row[4]
ctypedef struct UInt64InWide:
    wide_t *acc
    const uint64_t *row[4]
ctypedef struct Wide:
    wide_t *acc
    const wide_t *row[4]
ctypedef struct FloatInDouble:
    double *acc
    const float *row[4]
ctypedef struct HalfInInt16:
    int16_t *acc
    const half_t *row[4]
ctypedef struct BfloatInInt16:
    int16_t *acc
    const bfloat_t *row[4]
ctypedef struct HalfInFloat:
    float *acc
    const half_t *row[4]
ctypedef struct BfloatInFloat:
    float *acc
    const bfloat_t *row[4]
ctypedef struct TwoInt8InInt16:
    int16_t *acc
    const int8x2 *row[4]
ctypedef struct TwoUInt8InUInt16:
    uint16_t *acc
    const uint8x2 *row[4]
ctypedef struct TwoInt8InInt32:
    int32_t *acc
    const int8x2 *row[4]
ctypedef struct TwoUInt8InInt32:
    int32_t *acc
    const uint8x2 *row[4]
ctypedef struct TwoInt16InInt32:
    int32_t *acc
    const int16x2 *row[4]
ctypedef struct TwoUInt16InInt32:
    int32_t *acc
    const uint16x2 *row[4]

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
    HalfInInt16
    BfloatInInt16
    HalfInFloat
    BfloatInFloat
    TwoInt8InInt16
    TwoUInt8InUInt16
    TwoInt8InInt32
    TwoUInt8InInt32
    TwoInt16InInt32
    TwoUInt16InInt32


# ---- down: unite up to four rows that a window covers, for `groups` output rows at a time, each `pitch` cells below the last.

cdef struct Odd:              # has there been a cell, or a result, that the quick way can't treat? As wide as they are, so that they share lanes
    int16_t of16
    int32_t of32
    int64_t of64

cdef inline int16_t worse(Kind *kind, int16_t a, int16_t b) noexcept nogil:
    return (a if a < b else b) if Kind is Max else (a if a > b else b)

cdef inline void unite_cells(Kind *kind, number *to, number a, number b, number c, number d, int count, bint first, bint halves,
                             Odd *odd) noexcept nogil:
    """One cell of each row. Stored before the look at NaN: else GCC would load them once more for it, not keep them.

    Some NaN of halves beat all other cells, and show at the end; the others are worst of all.
    """
    cdef number v = lift(kind, a)
    if count > 1:
        v = join(kind, v, lift(kind, b))
    if count == 3:
        v = join(kind, v, lift(kind, c))
    elif count == 4:
        v = join(kind, v, join(kind, lift(kind, c), lift(kind, d)))
    to[0] = v if first else join(kind, to[0], v)
    if (Kind is Max or Kind is Min) and number is float:
        odd.of32 |= <int32_t>all_bits(isunordered(a, b))
        if count > 2:
            odd.of32 |= <int32_t>all_bits(isunordered(c, d))
    elif (Kind is Max or Kind is Min) and number is double:
        odd.of64 |= all_bits(isunordered(a, b))
        if count > 2:
            odd.of64 |= all_bits(isunordered(c, d))
    elif (Kind is Max or Kind is Min) and number is int16_t:
        if halves:
            odd.of16 = worse(kind, odd.of16, worse(kind, a, b))
        if halves and count > 2:
            odd.of16 = worse(kind, odd.of16, worse(kind, c, d))

cdef inline bint unite_rows(Kind *kind, const Pair *rows, int count, bint first, Py_ssize_t n,
                            Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch, Py_ssize_t ahead) noexcept nogil:
    """`count` and `first` are literals."""
    cdef Py_ssize_t i, done = 0, size = sizeof(rows.row[0][0])
    cdef Pair r = rows[0]
    cdef int16_t infinity = 0x7c00 if Pair is HalfInInt16 else 0x7f80 if Pair is BfloatInInt16 else INT16_MAX
    cdef int b = 1 if count > 1 else 0, c = 2 if count > 2 else b, d = 3 if count > 3 else c, k
    cdef bint halves = Pair is HalfInInt16 or Pair is BfloatInInt16
    cdef int16_t worst = 0
    cdef Odd odd
    odd.of16, odd.of32, odd.of64 = 0, 0, 0
    for _ in range(groups):
        if halves:                            # of each row by itself: no row then waits for the one before
            worst, odd.of16 = worse(kind, worst, odd.of16), 0
        if ahead and (count < 4 or groups == 1 or n * size < 1024):           # the processor itself follows four longer ones
            fetch_rows(r.row[0], r.row[1], r.row[2], r.row[3], count, ahead, n * size, pitch * size)
        if Pair is HalfInFloat and Kind is Sum:
            done = 0 if count == 1 or not first else add_halves(r.acc, r.row[0], r.row[1], r.row[2], r.row[3], count, n)
        for i in range(done, n):
            unite_cells(kind, r.acc + i, read(r.acc[0], r.row[0][i]), read(r.acc[0], r.row[b][i]), read(r.acc[0], r.row[c][i]),
                        read(r.acc[0], r.row[d][i]), count, first, halves, &odd)
        r.acc += acc_pitch
        for k in range(4):
            r.row[k] += pitch
    if halves:
        odd.of16 = worse(kind, worst, odd.of16)
    return odd.of16 > infinity or odd.of16 < -1 - infinity or odd.of32 != 0 or odd.of64 != 0

cdef inline bint down_rows(Kind *kind, Pair *rows, int count, bint first, Py_ssize_t n,
                           Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    """`first` is a literal."""
    cdef Py_ssize_t ahead = (<Operands *>rows).ahead
    if count == 1:
        return unite_rows(kind, rows, 1, first, n, groups, pitch, acc_pitch, ahead)
    elif count == 2:
        return unite_rows(kind, rows, 2, first, n, groups, pitch, acc_pitch, ahead)
    elif count == 3:
        return unite_rows(kind, rows, 3, first, n, groups, pitch, acc_pitch, ahead)
    return unite_rows(kind, rows, 4, first, n, groups, pitch, acc_pitch, ahead)

cdef bint down(Kind *kind, Pair *rows, int count, bint first, Py_ssize_t n,
               Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    """Write (`first`) 1 to 4 rows, or join them to what is there. Max and min tell of NaN."""
    if first:
        return down_rows(kind, rows, count, True, n, groups, pitch, acc_pitch)
    return down_rows(kind, rows, count, False, n, groups, pitch, acc_pitch)


ctypedef struct TwoInt8ToInt8:
    int8_t *acc
    const int8x2 *row[4]
ctypedef struct TwoUInt8ToUInt8:
    uint8_t *acc
    const uint8x2 *row[4]

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
    cdef Py_ssize_t i, size = sizeof(rows.row[0][0]), ahead = (<Operands *>rows).ahead
    cdef int16_t like = 0
    cdef Halving r = rows[0]
    for _ in range(groups):
        if ahead:
            fetch_rows(r.row[0], r.row[1], r.row[2], r.row[3], count, ahead, n * size, pitch * size)
        if count == 1:
            for i in range(n):
                r.acc[i] = halved(read(like, r.row[0][i]), 1)
        else:
            for i in range(n):
                r.acc[i] = halved(read(like, r.row[0][i]) + read(like, r.row[1][i]), 2)
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


ctypedef fused Mended:
    Max
    Min
    Sum
    Peak
    Mean

ctypedef fused Last:
    Max
    Min
    Sum
    Peak
    Mean
    MaxOfCells
    MinOfCells
    MaxOfHalves
    MinOfHalves
    MeanOfHalves

cdef extern from *:
    """
    #define SUMMABLE 2.1267647932558654e37f  /* 2**124: the sum of several smaller ones is finite */
    """
    float SUMMABLE

cdef struct Settling:
    double count, factor      # what divides means, and its reciprocal
    Odd odd

cdef inline number settled(Last *kind, number v, Settling *s) noexcept nogil:
    """A result: means divided, halves out of their order."""
    cdef int16_t far
    if Last is Mean and number is float:
        v = quotient32(v, <float>s.count, <float>s.factor)
    elif Last is Mean and number is double:
        v = quotient64(v, s.count, s.factor)
    elif Last is MeanOfHalves and number is float:
        v = quotient32(v, <float>s.count, <float>s.factor) if fabsf(v) < <float>INFINITY else v
    elif Last is MaxOfHalves or Last is MinOfHalves:
        far = <int16_t>v if Last is MaxOfHalves else <int16_t>(-1 - <int16_t>v)                 # from 0, if NaN has won
        s.odd.of16 = far if far > s.odd.of16 else s.odd.of16
        v = in_order(<int16_t>v)
    return v

cdef inline int32_t is_odd32(Last *kind, float v) noexcept nogil:
    """Is it a sum near the end of float32, or a zero of the sign that both zeros must not give?"""
    if Last is Sum or Last is Mean:
        return <int32_t>all_bits(not fabsf(v) < SUMMABLE)
    elif Last is Max or Last is MaxOfCells:
        return <int32_t>all_bits(float_bits(v) == -INT32_MAX - 1)
    elif Last is Min or Last is MinOfCells:
        return <int32_t>all_bits(float_bits(v) == 0)
    return 0

cdef inline int64_t is_odd64(Last *kind, double v) noexcept nogil:
    if Last is Max or Last is MaxOfCells:
        return all_bits(double_bits(v) == -INT64_MAX - 1)
    elif Last is Min or Last is MinOfCells:
        return all_bits(double_bits(v) == 0)
    return 0

cdef inline void tell(Last *kind, number v, Settling *s) noexcept nogil:
    if number is float:
        s.odd.of32 |= is_odd32(kind, v)
    elif number is double:
        s.odd.of64 |= is_odd64(kind, v)

cdef inline Settling settling(double count) noexcept nogil:
    cdef Settling s
    s.count, s.factor = count, 1 / count
    s.odd.of16, s.odd.of32, s.odd.of64 = 0, 0, 0
    return s

cdef inline void close_cell(Last *kind, number *to, number a, number b, number c, bint odd, Settling *s) noexcept nogil:
    """`odd` is a literal. Stored first, as above."""
    cdef number v = join(kind, a, b)
    if odd:
        v = join(kind, v, c)
    v = settled(kind, v, s)
    to[0] = v
    tell(kind, v, s)
    if (Last is MaxOfCells or Last is MinOfCells) and number is float:
        s.odd.of32 |= <int32_t>all_bits(isunordered(a, b))
        if odd:
            s.odd.of32 |= <int32_t>all_bits(isunordered(c, c))
    elif (Last is MaxOfCells or Last is MinOfCells) and number is double:
        s.odd.of64 |= all_bits(isunordered(a, b))
        if odd:
            s.odd.of64 |= all_bits(isunordered(c, c))

cdef inline bint close_rows(Last *kind, Same *rows, bint odd, Py_ssize_t n, Py_ssize_t stride,
                            Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch, bint pairs=False) noexcept nogil:
    """`odd` is a literal, and so is a stride of 1 or 2. Of `pairs`, a literal, row 1 is row 0 but for a cell: they are read as one."""
    cdef Py_ssize_t i, size = sizeof(rows.row[0][0]), ahead = (<Operands *>rows).ahead
    cdef Same r = rows[0]
    cdef Settling s = settling(1)
    if Last is Mean:
        s = settling(kind.count)
    for _ in range(groups):
        if ahead:
            fetch(<size_t>r.row[0] + ahead, n * stride * size)
        if pairs:
            for i in range(n):
                close_cell(kind, r.acc + i, r.row[0][2 * i], r.row[0][2 * i + 1], 0, False, &s)
        elif stride <= 2:
            for i in range(n):
                close_cell(kind, r.acc + i, r.row[0][stride * i], r.row[1][stride * i], r.row[2 if odd else 1][stride * i], odd, &s)
        elif odd:
            for i in range(n):
                r.acc[i] = join(kind, r.row[0][stride * i], r.row[1][stride * i])
            for i in range(n):
                close_cell(kind, r.acc + i, r.acc[i], r.row[2][stride * i], 0, False, &s)
        else:
            for i in range(n):
                close_cell(kind, r.acc + i, r.row[0][stride * i], r.row[1][stride * i], 0, False, &s)
        r.acc += to_pitch
        r.row[0] += pitch
        r.row[1] += pitch
        r.row[2] += pitch
    return s.odd.of32 != 0 or s.odd.of64 != 0

cdef bint widen_last(Last *kind, Same *rows, bint odd, Py_ssize_t n, Py_ssize_t stride,
                     Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """The last doubling, at every `stride`-th column, written where it stays. Tells of odd results."""
    if odd and stride == 1:
        return close_rows(kind, rows, True, n, 1, groups, to_pitch, pitch)
    elif stride == 1:
        return close_rows(kind, rows, False, n, 1, groups, to_pitch, pitch)
    elif odd and stride == 2:
        return close_rows(kind, rows, True, n, 2, groups, to_pitch, pitch)
    elif stride == 2 and rows.row[1] == rows.row[0] + 1:
        return close_rows(kind, rows, False, n, 2, groups, to_pitch, pitch, True)
    elif stride == 2:
        return close_rows(kind, rows, False, n, 2, groups, to_pitch, pitch)
    elif odd:
        return close_rows(kind, rows, True, n, stride, groups, to_pitch, pitch)
    return close_rows(kind, rows, False, n, stride, groups, to_pitch, pitch)


cdef inline number of_five(Mended *kind, number a, number b, number c, number d, number e) noexcept nogil:
    """In the order of doubling."""
    return join(kind, join(kind, join(kind, a, b), join(kind, c, d)), e)

cdef inline void join_around(Mended *kind, number *to, number a, number b, number c, number d, number e, int taps, Settling *s) noexcept nogil:
    """Three are a, c and e. Told of is the cell in the middle, which each is once, not the result."""
    to[0] = settled(kind, of_five(kind, a, b, c, d, e) if taps == 5 else join(kind, join(kind, a, c), e), s)
    tell(kind, c, s)

cdef inline void mend_seams(Mended *kind, number *to, const number *a, int taps, Py_ssize_t n, Py_ssize_t apart, Py_ssize_t seams,
                            Settling *s) noexcept nogil:
    """Where a row ends and the next one starts: windows of the cells on one side. Sums as if neutral cells were there. An `apart` of 1
    is a literal; several seams share a vector then, as nothing is looked at."""
    cdef number zero = 0, u, v, w, x
    cdef Py_ssize_t i, two = 2 * apart, three = 3 * apart
    for _ in range(seams):
        to += n
        a += n
        for i in range(apart):
            v = join(kind, a[i - two], a[i - apart])
            w = join(kind, a[i], a[i + apart])
            if taps == 5:
                u = join(kind, join(kind, a[i - two - two], a[i - three]), v)
                v = join(kind, join(kind, a[i - three], a[i - two]), a[i - apart])
                x = join(kind, join(kind, a[i], join(kind, a[i + apart], a[i + two])), a[i + three])
                w = join(kind, w, a[i + two])
            if Mended is Sum or Mended is Mean:
                v, w = v + zero, w + zero
                if taps == 5:
                    u, x = u + zero, x + zero
            if taps == 5:
                to[i - two] = settled(kind, u, s)
            to[i - apart] = settled(kind, v, s)
            to[i] = settled(kind, w, s)
            if taps == 5:
                to[i + apart] = settled(kind, x, s)

cdef inline bint join_neighbours(Mended *kind, Same *rows, int taps, Py_ssize_t n, Py_ssize_t apart, Py_ssize_t groups) noexcept nogil:
    """`taps` is a literal."""
    cdef Py_ssize_t i, middle = taps // 2 * apart, fourth = 3 * apart if taps == 5 else middle
    cdef Same r = rows[0]
    cdef Settling s = settling(1)
    if Mended is Mean:
        s = settling(kind.count)
    for i in range(n * groups):
        join_around(kind, r.acc + i, r.row[0][i], r.row[0][i + apart], r.row[0][i + middle], r.row[0][i + fourth],
                    r.row[0][i + 2 * middle], taps, &s)
    if apart == 1:
        mend_seams(kind, r.acc, r.row[0] + middle, taps, n, 1, groups - 1, &s)
    else:
        mend_seams(kind, r.acc, r.row[0] + middle, taps, n, apart, groups - 1, &s)
    return s.odd.of32 != 0 or s.odd.of64 != 0

cdef bint neighbours(Mended *kind, Same *rows, Py_ssize_t taps, Py_ssize_t n, Py_ssize_t apart, Py_ssize_t groups) noexcept nogil:
    """Each cell of rows without gaps with one or two on both sides, at once: no more loads than doubling takes, and no row on the way."""
    if taps == 3:
        return join_neighbours(kind, rows, 3, n, apart, groups)
    return join_neighbours(kind, rows, 5, n, apart, groups)


# ---- pipeline: down and across in one, where few rows and columns are to be joined. While one strip of rows is united, the one
# before it is joined across: the processor never waits for rows alone, nor for what it has just stored. Loops take whole lines,
# so that each is but one loop. Pairs of columns need no strip.

cdef struct Pipeline:
    int count                 # of rows: 2 or 4, and 2 columns, or 3, and 3 columns
    Py_ssize_t stride, inner, columns
    Py_ssize_t before, n, behind              # cells of a strip: neutral ones, those of x, neutral ones
    Py_ssize_t strips, pitch, to_pitch        # cells from strip to strip of x, and of the results
    Py_ssize_t room                           # cells of a strip at the most, and four lines: half of it takes as many pairs, and their last line
    const void *neutral

cdef enum:
    SLIVER = 16           # bytes of narrow columns that are joined at a time

ctypedef fused Piped:
    Max
    Min
    Sum
    Mean

ctypedef fused Thin:
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
    HalfInFloat
    BfloatInFloat

cdef inline number cell_at(const number *like, const void *a) noexcept nogil:
    return (<const number *>a)[0]

cdef inline void fill_strip(number *to, const void *neutral, Py_ssize_t n) noexcept nogil:
    cdef number v = cell_at(to, neutral)
    cdef Py_ssize_t i
    for i in range(n):
        to[i] = v

cdef inline bint is_narrow(Py_ssize_t n, Py_ssize_t size) noexcept nogil:
    """Is a column less than half a line?"""
    return n * size < 32

cdef inline void close_few(Last *kind, number *to, const number *a, const number *b, const number *c, bint odd) noexcept nogil:
    """The cells of 16 bytes, `odd` is a literal: copies that GCC makes vectors of, because nothing else can lie in them."""
    cdef number[SLIVER] u, v, w
    cdef int i
    memcpy(u, a, SLIVER)
    memcpy(v, b, SLIVER)
    memcpy(w, c, SLIVER)
    for i in range(SLIVER // <int>sizeof(number)):
        u[i] = join(kind, join(kind, u[i], v[i]), w[i]) if odd else join(kind, u[i], v[i])
    memcpy(to, u, SLIVER)

cdef inline void close_strip(Last *kind, void *to, const number *s, bint odd, Py_ssize_t n, Py_ssize_t most, Py_ssize_t stride, Py_ssize_t apart,
                             Py_ssize_t columns, Py_ssize_t pitch, Settling *state) noexcept nogil:
    """`odd` and `stride` are literals, and so is an `apart` of 1: of one cell each, all columns are one. Whole lines of each, `most`
    cells, or if they are narrow, 16 bytes at a time: what is more than `n`, the next ones overwrite. Of halves
    columns of up to a line are narrow: to look for NaN after each would take longer than all else."""
    cdef Py_ssize_t i, size = sizeof(s[0]), third = 2 * apart if odd else apart
    cdef number *out = <number *>to
    cdef number v
    if apart > 1 and is_narrow(n, size // 2 if Last is MaxOfHalves or Last is MinOfHalves else size):
        for _ in range(columns):
            i = 0
            while i < n:
                close_few(kind, out + i, s + i, s + i + apart, s + i + third, odd)
                i += SLIVER // size
            out += n
            s += pitch
        out = <number *>to
        for i in range(columns * n):          # looked at, and divided, all at once
            out[i] = v = settled(kind, out[i], state)
            tell(kind, v, state)
    else:
        for _ in range(columns):
            for i in range(most):
                close_cell(kind, out + i, s[stride * i], s[stride * i + apart], s[stride * i + third], odd, state)
            out += n
            s += pitch

cdef inline bint pipe(Piped *kind, Thin *rows, const Pipeline *h, int count, bint odd, Py_ssize_t stride, bint slim) noexcept nogil:
    """`count`, `odd`, `stride` and `slim` (columns of one cell) are literals."""
    cdef Thin r = rows[0]
    cdef Py_ssize_t ahead = (<Operands *>rows).ahead, size = sizeof(r.row[0][0]), line = LINE // <Py_ssize_t>sizeof(r.acc[0]), left = h.strips
    cdef Py_ssize_t n = h.columns if slim else h.inner, whole = (h.n + line - 1) & -line, most = (n + line - 1) & -line
    cdef Py_ssize_t columns = 1 if slim else h.columns, apart = 1 if slim else h.inner
    cdef char *to = <char *>(<Operands *>rows).acc_at
    cdef char *at = to
    cdef int16_t infinity = 0x7c00 if Thin is HalfInInt16 else 0x7f80
    cdef bint strange = False
    cdef int k
    cdef Settling s = settling(1)
    if Piped is Mean:
        s = settling(kind.count)
    if odd and stride == 2:                   # the last ones of a loop over every second cell are left to scalars: let it be one
        most = (n + line // 2 - 2) // (line // 2) * (line // 2) + 1
    strip = r.acc
    last = r.acc + h.room
    beside = r.acc + 2 * h.room
    fill_strip(strip, h.neutral, 2 * h.room)
    while True:
        if left > 0:
            r.acc = strip + h.before
            if Piped is Mean:
                strange |= unite_rows(<Sum *>kind, &r, count, True, whole, 1, h.pitch, 0, ahead)
            else:
                strange |= unite_rows(kind, &r, count, True, whole, 1, h.pitch, 0, ahead)
            fill_strip(r.acc + h.n, h.neutral, h.behind)
            for k in range(4):
                r.row[k] += h.pitch
        if left < h.strips:
            if Thin is HalfInFloat or Thin is BfloatInFloat:
                at = <char *>beside
            elif left == 0:
                at = <char *>strip
            if (Thin is HalfInInt16 or Thin is BfloatInInt16) and Piped is Max:
                close_strip(<MaxOfHalves *>kind, at, last, odd, n, most, stride, apart, columns, h.stride * h.inner, &s)
            elif (Thin is HalfInInt16 or Thin is BfloatInInt16) and Piped is Min:
                close_strip(<MinOfHalves *>kind, at, last, odd, n, most, stride, apart, columns, h.stride * h.inner, &s)
            elif (Thin is HalfInFloat or Thin is BfloatInFloat) and Piped is Mean:
                close_strip(<MeanOfHalves *>kind, at, last, odd, n, most, stride, apart, columns, h.stride * h.inner, &s)
            else:
                close_strip(kind, at, last, odd, n, most, stride, apart, columns, h.stride * h.inner, &s)
            if Thin is HalfInFloat:
                narrow(<half_t *>strip if left == 0 else <half_t *>to, beside, (columns * n + line - 1) & -line)
                to += h.to_pitch * size
            elif Thin is BfloatInFloat:
                narrow(<bfloat_t *>strip if left == 0 else <bfloat_t *>to, beside, (columns * n + line - 1) & -line)
                to += h.to_pitch * size
            else:
                at += h.to_pitch * size
        left -= 1
        if left < 0:
            break
        strip, last = last, strip
    memcpy(<char *>(<Operands *>rows).acc_at + (h.strips - 1) * h.to_pitch * size, strip, columns * n * size)
    if Thin is HalfInFloat or Thin is BfloatInFloat:
        return False                          # there is no other way
    return strange or s.odd.of16 > infinity or s.odd.of32 != 0 or s.odd.of64 != 0

cdef enum:
    LANES = 8             # columns that a window is folded into at last, see `fold`,
    MOST_LANES = 64       # and at first, at the most: a line of bytes

cdef struct Seen:         # has there been NaN? For each cell of a line, or of 16, as wide as they are
    int32_t[2 * LANES] of32
    int64_t[2 * LANES] of64
    int32_t[LANES] told32     # and an odd result of their pairs? Apart: half a vector of a whole one would go by memory
    int64_t[LANES] told64

cdef inline void look(Union *kind, number a, number b, int32_t *of32, int64_t *of64, int lane) noexcept nogil:
    if (Union is Max or Union is Min) and number is float:
        of32[lane] |= <int32_t>all_bits(isunordered(a, b))
    elif (Union is Max or Union is Min) and number is double:
        of64[lane] |= all_bits(isunordered(a, b))

cdef inline Seen seen_nothing() noexcept nogil:
    cdef Seen seen
    cdef int i
    for i in range(2 * LANES):
        seen.of64[i] = seen.of32[i] = 0
    for i in range(LANES):
        seen.told64[i] = seen.told32[i] = 0
    return seen

cdef inline bint seen_any(const Seen *seen) noexcept nogil:
    cdef int64_t odd = 0
    cdef int i
    for i in range(2 * LANES):
        odd |= seen.of64[i] | seen.of32[i]
    for i in range(LANES):
        odd |= seen.told64[i] | seen.told32[i]
    return odd != 0

cdef inline Py_ssize_t paired(Py_ssize_t size) noexcept nogil:
    """A line of cells, or 16: of fewer, GCC would unroll the loop over their pairs, not make vectors of it."""
    return greater(LINE // size, 2 * LANES)

cdef inline number join_column(Piped *kind, number a, number b, number c, number d, int count,
                               int32_t *of32, int64_t *of64, int lane) noexcept nogil:
    """The cells of 2 to 4 rows. `count` is a literal."""
    cdef number v = join(kind, a, b)
    if count == 3:
        v = join(kind, v, c)
    elif count == 4:
        v = join(kind, v, join(kind, c, d))
    if Piped is Max or Piped is Min:
        look(kind, a, b, of32, of64, lane)
        if count > 2:
            look(kind, c, d, of32, of64, lane)
    return v

cdef inline void close_pair(Piped *kind, number *to, number a, number b, Settling *s, int32_t *of32, int64_t *of64, int lane) noexcept nogil:
    cdef number v = settled(kind, join(kind, a, b), s)
    to[0] = v
    if number is float:
        of32[lane] |= is_odd32(kind, v)
    elif number is double:
        of64[lane] |= is_odd64(kind, v)

cdef inline void join_line(Piped *kind, number *to, number *evens, const number *a, const number *b, const number *c, const number *d, int count,
                           bint odd, Settling *s, Seen *seen) noexcept nogil:
    """`paired` cells of each row to half as many. What is joined stays in registers; GCC would rather take apart what it loads,
    twice as much, if this were one loop."""
    cdef number[MOST_LANES] u
    cdef int i
    for i in range(paired(sizeof(number))):
        u[i] = join_column(kind, a[i], b[i], c[i], d[i], count, seen.of32, seen.of64, i)
    if odd:
        for i in range(paired(sizeof(number)) // 2):
            to[i] = join(kind, u[2 * i], u[2 * i + 1])
        for i in range(paired(sizeof(number)) // 2):
            evens[i] = u[2 * i]
    else:
        for i in range(paired(sizeof(number)) // 2):
            close_pair(kind, to + i, u[2 * i], u[2 * i + 1], s, seen.told32, seen.told64, i)

cdef inline void join_end(Piped *kind, number *to, number *even, number neutral, const number *a, const number *b, const number *c,
                          const number *d, int count, bint odd, Settling *s) noexcept nogil:
    """A pair at the end of a row, of which one column lies inside. It keeps off the lanes, for which vectors would have to wait."""
    cdef number v = join_column(kind, a[0], b[0], c[0], d[0], count, &s.odd.of32, &s.odd.of64, 0)
    if odd:
        even[0] = v
        to[0] = join(kind, v, neutral)
    else:
        close_pair(kind, to, v, neutral, s, &s.odd.of32, &s.odd.of64, 0)

cdef inline void join_strip(Piped *kind, const Same *r, const Pipeline *h, int count, bint odd, Settling *s, Seen *seen) noexcept nogil:
    """Pairs of columns to results or, if `odd`, to a strip of theirs and, behind it, one of the first column of each."""
    cdef Py_ssize_t i = h.before & 1, k = (h.before + 1) >> 1, size = sizeof(r.acc[0])
    cdef bint loose = h.behind == (2 if odd else 1)         # is a column of the last pair outside?
    to = r.acc
    neutral = cell_at(to, h.neutral)
    evens = to + (h.room >> 1)
    a = r.row[0]
    b = r.row[1]
    c = r.row[2]
    d = r.row[3 if count == 4 else 2]         # of three, the last is looked at with itself
    if i:
        join_end(kind, to, evens, neutral, a, b, c, d, count, odd, s)
    while i < h.n - loose:
        join_line(kind, to + k, evens + k, a + i, b + i, c + i, d + i, count, odd, s, seen)
        i += paired(size)
        k += paired(size) >> 1
    if loose:
        i, k = h.n - 1, h.columns - 1
        join_end(kind, to + k, evens + k, neutral, a + i, b + i, c + i, d + i, count, odd, s)
    if odd and h.before == 2:                 # windows that begin, or end, outside
        to[0] = neutral
    if odd and h.behind:
        evens[h.columns] = neutral

cdef inline bint join_pairs(Piped *kind, Same *rows, const Pipeline *pipeline, int count, bint odd) noexcept nogil:
    """Pairs of columns of one cell, with nothing on the way, or if `odd` (a literal, as `count`) three: from the strip before, pairs
    with the first of the next one. What is too much, the next strip overwrites."""
    cdef Same r = rows[0]
    cdef Pipeline h = pipeline[0]      # so that all of it is known to stay
    cdef Py_ssize_t ahead = (<Operands *>rows).ahead, size = sizeof(r.row[0][0]), left = h.strips, half = h.room >> 1, i
    cdef Py_ssize_t most = (h.columns + LINE // size - 1) & -(LINE // size)
    cdef int k
    cdef Seen seen = seen_nothing()
    cdef Settling s = settling(1)
    if Piped is Mean:
        s = settling(kind.count)
    to = rows[1].acc
    strip = r.acc
    last = r.acc + h.room
    for i in range(4 if odd else 0):          # what is closed with the last ones, though no line may reach it
        fill_strip(strip + i * half + h.columns, h.neutral, most + 1 - h.columns)
    while left > (-1 if odd else 0):
        at = strip if left == (0 if odd else 1) else to       # behind the last ones nothing may be written
        if left > 0:
            if ahead:
                fetch_rows(r.row[0], r.row[1], r.row[2], r.row[3], count, ahead, h.n * size, h.pitch * size)
            r.acc = strip if odd else at
            join_strip(kind, &r, &h, count, odd, &s, &seen)
            for k in range(4):
                r.row[k] += h.pitch
        if odd and left < h.strips:
            for i in range(most):
                close_cell(kind, at + i, last[i], last[half + i + 1], 0, False, &s)
        if not odd or left < h.strips:
            to += h.to_pitch
        if odd:
            strip, last = last, strip
        left -= 1
    memcpy(to - h.to_pitch, at, h.columns * size)
    return seen_any(&seen) or s.odd.of32 != 0 or s.odd.of64 != 0

cdef inline bint pipe_pairs(Piped *kind, Thin *rows, const Pipeline *h, int count, bint odd) noexcept nogil:
    """Halves, and three columns of 64 bits, which are as fast so, take whole strips."""
    if odd and sizeof(rows.acc[0]) == 8:
        return pipe(kind, rows, h, count, odd, 2, True)
    if Thin is HalfInInt16 or Thin is BfloatInInt16 or Thin is HalfInFloat or Thin is BfloatInFloat:
        return pipe(kind, rows, h, count, odd, 2, True)
    return join_pairs(kind, rows, h, count, odd)

cdef bint pipeline(Piped *kind, Thin *rows, const Pipeline *h) noexcept nogil:
    """Strips of rows to results, at `acc_at`; `acc` has room for two strips, and for results."""
    cdef bint pairs = h.inner == 1 and h.stride == 2
    if h.count == 3:
        if pairs:
            return pipe_pairs(kind, rows, h, 3, True)
        return pipe(kind, rows, h, 3, True, 1, True) if h.inner == 1 else pipe(kind, rows, h, 3, True, 1, False)
    elif h.count == 2:
        return pipe_pairs(kind, rows, h, 2, False) if pairs else pipe(kind, rows, h, 2, False, 1, False)
    return pipe_pairs(kind, rows, h, 4, False) if pairs else pipe(kind, rows, h, 4, False, 1, False)


cdef inline void mend_cells(Mended *kind, number *to, const number *a, int taps, Py_ssize_t apart, Py_ssize_t n,
                            Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch, Settling *s) noexcept nogil:
    """`taps` is a literal. Sums start at 0, as if neutral cells were there."""
    cdef Py_ssize_t i
    cdef number v
    for _ in range(groups):
        for i in range(n):
            v = join(kind, a[i], 0) if Mended is Sum or Mended is Mean else a[i]
            if taps > 1:
                v = join(kind, v, a[i + apart])
            if taps > 2:
                v = join(kind, v, a[i + 2 * apart])
            to[i] = v = settled(kind, v, s)
            tell(kind, v, s)
        to += to_pitch
        a += pitch

cdef bint mend(Mended *kind, Same *rows, Py_ssize_t taps, Py_ssize_t apart, Py_ssize_t n,
               Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """The same for a column at an edge, of `n` cells in each row: 1 to 3 `taps` that lie `apart`."""
    cdef Same r = rows[0]
    cdef Settling s = settling(1)
    if Mended is Mean:
        s = settling(kind.count)
    if taps == 1:
        mend_cells(kind, r.acc, r.row[0], 1, apart, n, groups, to_pitch, pitch, &s)
    elif taps == 2 and n == 1:                # most of them
        mend_cells(kind, r.acc, r.row[0], 2, apart, 1, groups, to_pitch, pitch, &s)
    elif taps == 2:
        mend_cells(kind, r.acc, r.row[0], 2, apart, n, groups, to_pitch, pitch, &s)
    else:
        mend_cells(kind, r.acc, r.row[0], 3, apart, n, groups, to_pitch, pitch, &s)
    return s.odd.of32 != 0 or s.odd.of64 != 0


# ---- windows far apart: each is folded into 8 columns, which are halved across then.

cdef inline number late(Union *kind, number v, number wanted) noexcept nogil:
    """One of the last cells of a window, of which some were taken already: extremes may take cells twice."""
    if Union is Sum:
        return v if wanted else -<number>0                  # which sums of -0 stay of
    return v

cdef inline number join_four(Union *kind, const number *a, Py_ssize_t apart) noexcept nogil:
    return join(kind, join(kind, a[0], a[apart]), join(kind, a[2 * apart], a[3 * apart]))

cdef inline void fold_window(Union *kind, number *to, const number *a, const number *wanted, Py_ssize_t kernel, int width,
                             Py_ssize_t ahead, Seen *seen) noexcept nogil:
    """`width` and an `ahead` of 0 are literals. Joined are cells that lie so far apart: single ones first, which go through all later
    joinings, then trees."""
    cdef number[MOST_LANES] u
    cdef Py_ssize_t k = width, left = kernel // width - 1, last = kernel - width
    cdef int i
    for i in range(width):
        u[i] = a[i]
        look(kind, a[i], a[i], seen.of32, seen.of64, i)
    while left % 4:
        for i in range(width):
            u[i] = join(kind, u[i], a[k + i])
            look(kind, a[k + i], a[k + i], seen.of32, seen.of64, i)
        k += width
        left -= 1
    while left % 16 if Union is Sum and number is float else left:
        for i in range(width):
            u[i] = join(kind, u[i], join_four(kind, a + k + i, width))
            look(kind, a[k + i], a[k + width + i], seen.of32, seen.of64, i)
            look(kind, a[k + 2 * width + i], a[k + 3 * width + i], seen.of32, seen.of64, i)
        fetch(<size_t>(a + k) + ahead, 4 * width * sizeof(a[0]) if ahead else 0)
        k += 4 * width
        left -= 4
    while left:                               # sums of float32 alone: in shorter chains
        for i in range(width):
            u[i] = join(kind, u[i], join(kind, join(kind, join_four(kind, a + k + i, width), join_four(kind, a + k + 4 * width + i, width)),
                                         join(kind, join_four(kind, a + k + 8 * width + i, width), join_four(kind, a + k + 12 * width + i, width))))
        fetch(<size_t>(a + k) + ahead, 16 * width * sizeof(a[0]) if ahead else 0)
        k += 16 * width
        left -= 16
    if k < kernel:
        for i in range(width):
            u[i] = join(kind, u[i], late(kind, a[last + i], wanted[i]))
            look(kind, a[last + i], a[last + i], seen.of32, seen.of64, i)
    if width > 32:
        for i in range(32):
            u[i] = join(kind, u[i], u[32 + i])
    if width > 16:
        for i in range(16):
            u[i] = join(kind, u[i], u[16 + i])
    for i in range(LANES):
        to[i] = join(kind, u[i], u[LANES + i]) if width > LANES else u[i]

cdef inline bint fold_rows(Union *kind, number *to, const number *a, Py_ssize_t kernel, int width, Py_ssize_t n, Py_ssize_t stride,
                           Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t ahead) noexcept nogil:
    """`width` is a literal."""
    cdef number[MOST_LANES] wanted
    cdef Py_ssize_t i
    cdef Seen seen = seen_nothing()
    for i in range(width):
        wanted[i] = i >= width - kernel % width
    for _ in range(groups):
        for i in range(n):
            fold_window(kind, to, a + i * stride, wanted, kernel, width, ahead, &seen)
            to += LANES
        a += pitch
    return seen_any(&seen)

cdef bint fold(Union *kind, Same *rows, Py_ssize_t kernel, Py_ssize_t n, Py_ssize_t stride, Py_ssize_t groups, Py_ssize_t pitch) noexcept nogil:
    """Lay `n` windows of each row in 8 columns each: a line of cells at a time, or of short windows 8. Extremes of floats tell of NaN."""
    cdef int line = 64 // <int>sizeof(rows.acc[0])
    cdef Py_ssize_t ahead = (<Operands *>rows).ahead
    if kernel >= line > LANES:
        if ahead:
            return fold_rows(kind, rows.acc, rows.row[0], kernel, line, n, stride, groups, pitch, ahead)
        return fold_rows(kind, rows.acc, rows.row[0], kernel, line, n, stride, groups, pitch, 0)
    return fold_rows(kind, rows.acc, rows.row[0], kernel, LANES, n, stride, groups, pitch, 0)


# ---- argmax: the same with places. rows[1] are the places of the cells in rows[0]: how far a cell stands behind the start of its
# window, counted in the cells' own type, so that both share lanes. Of equals the earlier place wins, so any order of joining
# gives the window's first.

ctypedef fused Extreme:
    Max
    Min

cdef inline bint beats(Extreme *kind, number a, number b) noexcept nogil:
    return a > b if Extreme is Max else a < b

cdef inline bint topmost(Extreme *kind, number *to, number *to_at, const number *a, const number *b, const number *c,
                         const number *d, const int64_t *tap, int count, bint first, Py_ssize_t n) noexcept nogil:
    """Rows from top to bottom: each has to beat those above it. `count` and `first` are literals. Tells of NaN."""
    cdef Py_ssize_t i
    cdef number v, w, x, y, z, at, tap_a = <number>tap[0], tap_b = <number>tap[1], tap_c = <number>tap[2], tap_d = <number>tap[3]
    cdef Odd odd
    odd.of32, odd.of64 = 0, 0
    for i in range(n):
        x = a[i]
        y = b[i] if count > 1 else x
        z = c[i] if count > 2 else y
        w = d[i] if count > 3 else z
        v = x if first or beats(kind, x, to[i]) else to[i]
        at = tap_a if first or beats(kind, x, to[i]) else to_at[i]
        if count > 1:
            at = tap_b if beats(kind, y, v) else at
            v = y if beats(kind, y, v) else v
        if count > 2:
            at = tap_c if beats(kind, z, v) else at
            v = z if beats(kind, z, v) else v
        if count > 3:
            at = tap_d if beats(kind, w, v) else at
            v = w if beats(kind, w, v) else v
        to[i] = v
        to_at[i] = at
        if number is float:                   # after the stores, as above
            odd.of32 |= <int32_t>all_bits(isunordered(x, y))
            if count > 2:
                odd.of32 |= <int32_t>all_bits(isunordered(z, w))
        elif number is double:
            odd.of64 |= all_bits(isunordered(x, y))
            if count > 2:
                odd.of64 |= all_bits(isunordered(z, w))
    return odd.of32 != 0 or odd.of64 != 0

cdef inline bint topmost_rows(Extreme *kind, const Same *r, const Same *at, const int64_t *tap, int count, bint first, Py_ssize_t n) noexcept nogil:
    """`first` is a literal."""
    if count == 1:
        return topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], r.row[3], tap, 1, first, n)
    elif count == 2:
        return topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], r.row[3], tap, 2, first, n)
    elif count == 3:
        return topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], r.row[3], tap, 3, first, n)
    return topmost(kind, r.acc, at.acc, r.row[0], r.row[1], r.row[2], r.row[3], tap, 4, first, n)

cdef bint down_argmax(Extreme *kind, Same *rows, int count, bint first, Py_ssize_t n,
                      Py_ssize_t groups, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    cdef Same r = rows[0], at = rows[1]
    cdef const int64_t *tap = (<Operands *>rows).tap
    cdef Py_ssize_t size = sizeof(r.row[0][0]), ahead = (<Operands *>rows).ahead
    cdef bint odd = False
    for _ in range(groups):
        if ahead:
            fetch_rows(r.row[0], r.row[1], r.row[2], r.row[3], count, ahead, n * size, pitch * size)
        if first:
            odd |= topmost_rows(kind, &r, &at, tap, count, True, n)
        else:
            odd |= topmost_rows(kind, &r, &at, tap, count, False, n)
        r.acc += acc_pitch
        at.acc += acc_pitch
        r.row[0] += pitch
        r.row[1] += pitch
        r.row[2] += pitch
        r.row[3] += pitch
    return odd

cdef inline void earliest(Extreme *kind, number *to, number *to_at, const number *s, const number *s_at, const number *t, const number *t_at,
                          const number *u, const number *u_at, const int64_t *tap, bint odd, Py_ssize_t n, Settling *state) noexcept nogil:
    """The best of s, t and, if `odd` (a literal), u; of equals the earlier. Places of t and u count from their own start, `tap` behind."""
    cdef Py_ssize_t i
    cdef number a, b, c, ab, ab_c, at, b_at, c_at, second = <number>tap[1], third = <number>tap[2]
    cdef bint take
    for i in range(n):
        a, b, c = s[i], t[i], u[i]
        at, b_at, c_at = s_at[i], <number>(t_at[i] + second), <number>(u_at[i] + third)
        ab = join(kind, a, b)
        ab_c = join(kind, ab, c) if odd else ab
        to[i] = ab_c                          # before the places, as above
        tell(kind, ab_c, state)
        take = beats(kind, b, a) | ((b == a) & (b_at < at))
        at = b_at if take else at
        if odd:
            take = beats(kind, c, ab) | ((c == ab) & (c_at < at))
            at = c_at if take else at
        to_at[i] = at

cdef inline bint close_argmax(Extreme *kind, Same *rows, bint odd, Py_ssize_t n,
                              Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """`odd` is a literal."""
    cdef Same r = rows[0], at = rows[1]
    cdef const int64_t *tap = (<Operands *>rows).tap
    cdef int last = 2 if odd else 1, k
    cdef Settling s = settling(1)
    for _ in range(groups):
        earliest(kind, r.acc, at.acc, r.row[0], at.row[0], r.row[1], at.row[1], r.row[last], at.row[last], tap, odd, n, &s)
        r.acc += to_pitch
        at.acc += to_pitch
        for k in range(3):
            r.row[k] += pitch
            at.row[k] += pitch
    return s.odd.of32 != 0 or s.odd.of64 != 0

cdef bint widen_last_argmax(Extreme *kind, Same *rows, bint odd, Py_ssize_t n, Py_ssize_t stride,
                            Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """At every column: places are picked before."""
    if odd:
        return close_argmax(kind, rows, True, n, groups, to_pitch, pitch)
    return close_argmax(kind, rows, False, n, groups, to_pitch, pitch)

cdef inline void mend_places(Extreme *kind, number *to, number *to_at, const number *a, const number *a_at, const int64_t *tap,
                             int taps, Py_ssize_t apart, Py_ssize_t n, Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch,
                             Settling *state) noexcept nogil:
    """`taps` is a literal. A choice by multiplying, not by branches, because which cell is taken can't be foretold."""
    cdef Py_ssize_t i
    cdef number v, w, at, w_at, first = <number>tap[0], second = <number>tap[1], third = <number>tap[2]
    for _ in range(groups):
        for i in range(n):
            v, at = a[i], <number>(a_at[i] + first)
            if taps > 1:
                w, w_at = a[i + apart], <number>(a_at[i + apart] + second)
                at += <number>(beats(kind, w, v) | ((w == v) & (w_at < at))) * (w_at - at)
                v = join(kind, v, w)
            if taps > 2:
                w, w_at = a[i + 2 * apart], <number>(a_at[i + 2 * apart] + third)
                at += <number>(beats(kind, w, v) | ((w == v) & (w_at < at))) * (w_at - at)
                v = join(kind, v, w)
            to[i] = v
            tell(kind, v, state)
            to_at[i] = at
        to += to_pitch
        to_at += to_pitch
        a += pitch
        a_at += pitch

cdef bint mend_argmax(Extreme *kind, Same *rows, Py_ssize_t taps, Py_ssize_t apart, Py_ssize_t n,
                      Py_ssize_t groups, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    cdef Same r = rows[0], at = rows[1]
    cdef const int64_t *tap = (<Operands *>rows).tap
    cdef Settling s = settling(1)
    if taps == 1:
        mend_places(kind, r.acc, at.acc, r.row[0], at.row[0], tap, 1, apart, n, groups, to_pitch, pitch, &s)
    elif taps == 2 and n == 1:                # most of them
        mend_places(kind, r.acc, at.acc, r.row[0], at.row[0], tap, 2, apart, 1, groups, to_pitch, pitch, &s)
    elif taps == 2:
        mend_places(kind, r.acc, at.acc, r.row[0], at.row[0], tap, 2, apart, n, groups, to_pitch, pitch, &s)
    else:
        mend_places(kind, r.acc, at.acc, r.row[0], at.row[0], tap, 3, apart, n, groups, to_pitch, pitch, &s)
    return s.odd.of32 != 0 or s.odd.of64 != 0

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


# ---- these in the table. What dtypes have in common is said in functions of their pairings, because types can't be looped over.

cdef list_joining(Union *kind, Same *rows, str name, str acc):
    VERBS["widen", name, acc, acc] = <size_t><void *>widen[Union, Same]
    VERBS["widen_last", name, acc] = <size_t><void *>widen_last[Union, Same]
    VERBS["neighbours", name, acc] = <size_t><void *>neighbours[Union, Same]
    VERBS["mend", name, acc] = <size_t><void *>mend[Union, Same]
    VERBS["fold", name, acc] = <size_t><void *>fold[Union, Same]

cdef list_extreme(Extreme *kind, Same *rows, str name, str dtype):
    list_joining(kind, rows, name, dtype)
    if Same is not Wide:
        VERBS["down", name, dtype, dtype] = <size_t><void *>down[Extreme, Same]
        VERBS["pipeline", name, dtype, dtype] = <size_t><void *>pipeline[Extreme, Same]
    VERBS["down", "arg" + name, dtype, dtype] = <size_t><void *>down_argmax[Extreme, Same]
    VERBS["widen", "arg" + name, dtype, dtype] = <size_t><void *>widen_argmax[Extreme, Same]
    VERBS["widen_last", "arg" + name, dtype] = <size_t><void *>widen_last_argmax[Extreme, Same]
    VERBS["mend", "arg" + name, dtype] = <size_t><void *>mend_argmax[Extreme, Same]

cdef list_places(number *at, str dtype):
    VERBS["write_places", dtype, "uint8"] = <size_t><void *>write_places[uint8_t, number]
    VERBS["write_places", dtype, "uint16"] = <size_t><void *>write_places[uint16_t, number]
    VERBS["write_places", dtype, "uint32"] = <size_t><void *>write_places[uint32_t, number]
    VERBS["write_places", dtype, "int64"] = <size_t><void *>write_places[int64_t, number]

cdef list_extremes(Same *like, str dtype):
    cdef Same rows
    rows.acc = NULL
    list_extreme(<Max *>NULL, &rows, "max", dtype)
    list_extreme(<Min *>NULL, &rows, "min", dtype)
    list_places(rows.acc, dtype)

cdef list_floats(Same *rows, str dtype):
    VERBS["widen_last", "max of cells", dtype] = <size_t><void *>widen_last[MaxOfCells, Same]
    VERBS["widen_last", "min of cells", dtype] = <size_t><void *>widen_last[MinOfCells, Same]
    VERBS["widen_last", "mean", dtype] = <size_t><void *>widen_last[Mean, Same]
    VERBS["neighbours", "mean", dtype] = <size_t><void *>neighbours[Mean, Same]
    VERBS["mend", "mean", dtype] = <size_t><void *>mend[Mean, Same]

cdef list_norms(Pair *rows, str cell):
    VERBS["down", "square", cell, "float64"] = <size_t><void *>down[Square, Pair]
    VERBS["down", "magnitude", cell, "float64"] = <size_t><void *>down[Magnitude, Pair]
    VERBS["down", "peak", cell, "float64"] = <size_t><void *>down[Peak, Pair]

cdef list_pipelines(Thin *rows, str cell, str acc):
    VERBS["pipeline", "sum", cell, acc] = <size_t><void *>pipeline[Sum, Thin]
    VERBS["pipeline", "mean", cell, acc] = <size_t><void *>pipeline[Mean, Thin]

list_extremes(<Int8 *>NULL, "int8")
list_extremes(<UInt8 *>NULL, "uint8")
list_extremes(<Int16 *>NULL, "int16")
list_extremes(<UInt16 *>NULL, "uint16")
list_extremes(<Int32 *>NULL, "int32")
list_extremes(<UInt32 *>NULL, "uint32")
list_extremes(<Int64 *>NULL, "int64")
list_extremes(<UInt64 *>NULL, "uint64")
list_extremes(<Float *>NULL, "float32")
list_extremes(<Double *>NULL, "float64")
VERBS["down", "max", "float16", "int16"] = <size_t><void *>down[Max, HalfInInt16]
VERBS["down", "max", "bfloat16", "int16"] = <size_t><void *>down[Max, BfloatInInt16]
VERBS["down", "min", "float16", "int16"] = <size_t><void *>down[Min, HalfInInt16]
VERBS["down", "min", "bfloat16", "int16"] = <size_t><void *>down[Min, BfloatInInt16]
VERBS["pipeline", "max", "float16", "int16"] = <size_t><void *>pipeline[Max, HalfInInt16]
VERBS["pipeline", "max", "bfloat16", "int16"] = <size_t><void *>pipeline[Max, BfloatInInt16]
VERBS["pipeline", "min", "float16", "int16"] = <size_t><void *>pipeline[Min, HalfInInt16]
VERBS["pipeline", "min", "bfloat16", "int16"] = <size_t><void *>pipeline[Min, BfloatInInt16]
list_joining(<Sum *>NULL, <Int16 *>NULL, "sum", "int16")
list_joining(<Sum *>NULL, <UInt16 *>NULL, "sum", "uint16")
list_joining(<Sum *>NULL, <Int32 *>NULL, "sum", "int32")
list_joining(<Sum *>NULL, <Int64 *>NULL, "sum", "int64")
list_joining(<Sum *>NULL, <Wide *>NULL, "sum", "wide")
list_joining(<Sum *>NULL, <Float *>NULL, "sum", "float32")
list_joining(<Sum *>NULL, <Double *>NULL, "sum", "float64")
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
VERBS["down", "mean", "int8x2", "int8"] = <size_t><void *>down_mean[TwoInt8ToInt8]
VERBS["down", "mean", "uint8x2", "uint8"] = <size_t><void *>down_mean[TwoUInt8ToUInt8]
list_floats(<Float *>NULL, "float32")
list_floats(<Double *>NULL, "float64")
list_joining(<Peak *>NULL, <Double *>NULL, "peak", "float64")
list_norms(<FloatInDouble *>NULL, "float32")
list_norms(<Double *>NULL, "float64")
list_pipelines(<Float *>NULL, "float32", "float32")
list_pipelines(<Double *>NULL, "float64", "float64")
list_pipelines(<HalfInFloat *>NULL, "float16", "float32")
list_pipelines(<BfloatInFloat *>NULL, "bfloat16", "float32")
