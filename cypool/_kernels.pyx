"""The engine: one loop nest for all kinds, dimensions, layouts and dtypes.

    x          rows: contiguous runs of columns x inner cells, along the last pooled axis
    |  down    unite the rows that a window covers                      (_rows.pxi: down)
    tile       a few output rows, neutral cells at their ends           (fill)
    |  across  unite neighbouring columns, doubling                     (widen)
    |  pick    every stride-th column
    |  finish  divide, root, round, cast
    out

A tile lies in L1; it belongs to one thread. Tiles that differ by a shift only replay the calls of the first one (_trace.pxi). Windows of
two or three rows and columns go the same way in one loop (_rows.pxi: pipeline), and some need no tile: 3 x 3 and 5 x 5 at a stride of 1
(_walk.pxi), three columns that are as wide as vectors (_slices.pxi). Nothing here raises, allocates in a loop or calls back. Gradients go the
way back in _strands.pxi (average, sum, norms) and _gather.pxi (max, min).
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cython.parallel cimport prange

cimport numpy as cnp

cdef extern from "<fenv.h>" nogil:
    ctypedef struct fexcept_t:
        pass
    int FE_ALL_EXCEPT
    int fegetexceptflag(fexcept_t *, int)
    int fesetexceptflag(const fexcept_t *, int)
    int fetestexcept(int)

cdef extern from "<time.h>" nogil:
    struct timespec:
        long long tv_sec
        long tv_nsec
    int timespec_get(timespec *, int)
    int TIME_UTC

cdef extern from *:
    """
    #if defined(__GNUC__)
    #define raise_flag(flag) __atomic_store_n(flag, 1, __ATOMIC_RELAXED)
    #define is_raised(flag) __atomic_load_n(flag, __ATOMIC_RELAXED)
    #else
    #define raise_flag(flag) (*(volatile int *)(flag) = 1)
    #define is_raised(flag) (*(volatile int *)(flag))
    #endif
    """
    void raise_flag(bint *flag) noexcept nogil            # for other threads to see, now or a little later
    bint is_raised(const bint *flag) noexcept nogil

cdef extern from *:
    """
    #if defined(__AVX512F__)
    enum { VECTOR = 64, TRIMMED = 256 };
    #elif defined(__AVX2__)
    enum { VECTOR = 32, TRIMMED = 64 };
    #else
    enum { VECTOR = 16, TRIMMED = 64 };
    #endif
    /* A vector of cells, whatever they are. GCC keeps these in registers, as it doesn't keep arrays of cells. */
    #if defined(__GNUC__)
    typedef char lanes_t __attribute__((vector_size(VECTOR), aligned(1), may_alias));
    #else
    typedef struct { char bytes[VECTOR]; } lanes_t;
    #endif
    static inline lanes_t no_lanes(void) { const lanes_t none = {0}; return none; }
    """
    ctypedef struct lanes_t:
        pass
    lanes_t no_lanes() noexcept nogil
    enum:
        VECTOR            # bytes
        TRIMMED           # bytes of a row of results, up to which rows with neutral cells between them are joined over their ends (measured)

cdef extern from "Python.h":
    int PyErr_CheckSignals() noexcept         # what it raises waits until the kernels are left

include "_cells.pxi"
include "_rows.pxi"
include "_walk.pxi"
include "_slices.pxi"
include "_edges.pxi"
include "_stream.pxi"

cdef extern from *:
    """
    #ifndef __has_feature
    #define __has_feature(x) 0
    #endif
    #if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
    #include <sanitizer/asan_interface.h>
    enum { GUARD = 512 };                 /* bytes behind each part of the working memory that nothing may touch */
    static void guard(char *end) { ASAN_POISON_MEMORY_REGION(end - GUARD, GUARD); }
    static void unguard(char *memory, size_t size) { ASAN_UNPOISON_MEMORY_REGION(memory, size); }
    #else
    enum { GUARD = 0 };
    static inline void guard(char *end) { (void)end; }
    static inline void unguard(char *memory, size_t size) { (void)memory; (void)size; }
    #endif
    """
    int GUARD
    void guard(char *end) noexcept nogil
    void unguard(char *memory, size_t size) noexcept nogil

cdef enum:
    PIPED = -3            # see `cover`
    PILED = -2
    INSIDE = -1           # see `Spot`
    MAX_AXES = 66         # NumPy's 64, the column, and rows that gradients may need
    SHORT = 5             # taps of windows that are made again where they stick out, if they are few:
    MENDED = 4            # so many at an end at the most
    LINE = 64             # bytes; rows are read in whole lines where the array goes on behind them
    TILE = 12288          # bytes of accumulators a tile aims at: three such buffers and the input's rows fit L1
    NEAR = 2048           # the same for arrays that are fetched, so that new rows come while others are joined
    TALL = 2048           # bytes that a row of tall windows aims at: all rows that it is made of fit L2, the last ones L1
    BROAD = 3072          # the same where they are united block by block; there, fewer rows wait
    WIDE = 512            # bytes of rows for which that pays
    BRIEF = 192           # bytes of a row of results, up to which rows without padding are joined over their ends
    NARROW = 384          # bytes of rows that are laid into a tile with their neutral cells; wider ones are joined there
    RINGS = 1 << 28       # bytes that rows of tall windows may wait on; beyond, each row of output takes them anew
    SMALL = 2048          # cells of planes that are taken several at a time
    PLANAR = 4096         # the same of planes whose means are divided at once,
    REPEATED = 256        # several together if they have less,
    SPLIT = 128           # and of rows of others, from which on columns that count alike are divided apart, but for halves
    STAGE = 4096          # bytes that wait to be streamed, of results from
    LARGE = 3 << 22       # so many bytes on, which no cache is to hold
    SLICED = 24           # columns of output, whose slices are to stay in L1 for the next row; of 1 KiB and more a third, as they share sets,
    SHEET = 1 << 17       # and bytes of a tile of them, which is to stay in L2 until its slices are done
    PIECE = 512           # cells; a window of more than LONG columns is united piece by piece. Pieces twice as large are fetched sooner,
    LONG = 1024           # unless they are 2 KiB (measured), and sums of float32 stay more exact in small ones
    TO_FOLD = 4096        # the same of pieces that are folded,
    SUM_TO_FOLD = 1040    # and of sums of float32, 16 cells and then 256 at a time: longer chains were less exact than pairwise sums
    MANY = 16384          # cells whose mean of 8 bits a factor in float32 can tell from its neighbours
    AHEAD = 8192          # bytes before they are read, rows are fetched into cache; longer ones with those that the next windows need,
    FAR = 1 << 16         # if these are not so far on;
    SLICE = 512           # and cells of longer ones are made before more are fetched;
    COLD = 1 << 23        # and arrays of fewer bytes than this may lie there already,
    NEARBY = 1 << 19      # or near enough that it doesn't pay to fetch strips, whose lines follow each other from row to row
    PATH = 1024           # bytes of rows from which on windows aren't made down the columns
    FEW = 4               # rows of output of a plane, and
    THICK = 256           # bytes of a row from which on rows and columns are joined in one, but for some pairs, see `suits_pipeline`;
    THIN = 8192           # a strip is a row of so many at the most,
    STRIP = 512           # or so many of a longer row: what is fetched at a time should be little;
    PIECES = 16384        # a tile has so many, or twice that many of several rows
    PATIENCE = 65536      # cells to unite before a look at the clock
    WARIEST = 63          # tiles that are done carefully, until one is tried the quick way again

cdef struct Axis:         # the windows along one axis
    Py_ssize_t length, kernel, stride, dilation, before, limit, out
    Py_ssize_t spacing    # mirrored: what dilation is in forward, while `dilation` is that of the windows that share a cell; else 0
    Py_ssize_t inverse    # of the stride modulo `dilation`, both without their common divisor
    Py_ssize_t step       # bytes to the next cell of x
    Py_ssize_t plane      # cells to the next one in a plane, as flat indices count; 0 for an axis that isn't pooled
    Py_ssize_t inside_first, inside_stop      # the windows that no end cuts short
    Py_ssize_t place      # what places count from tap to tap: cells of the window or, for flat indices, of the plane

cdef struct Span:         # one window: taps first..last-1 lie inside the input, tap j at start + j*dilation
    Py_ssize_t start, first, last

cdef inline Py_ssize_t smaller(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a < b else b

cdef inline Py_ssize_t greater(Py_ssize_t a, Py_ssize_t b) noexcept nogil:
    return a if a > b else b

cdef inline Py_ssize_t back(const Axis *axis) noexcept nogil:
    """How far before the first window one may start that a cell would lie in, were there no end to them; it has number 0 then."""
    return (axis.kernel - 1) * axis.spacing // axis.stride + 1 if axis.spacing else 0

cdef inline Span shared(const Axis *axis, Py_ssize_t o) noexcept nogil:
    """The windows that cell o lies in, if there were no end to them: from `start` on, each `dilation` behind the one before."""
    cdef Span s
    cdef Py_ssize_t room = o + axis.before + back(axis) * axis.stride             # = number * stride + tap * spacing
    cdef Py_ssize_t common, first
    s.first = 0
    if axis.stride == 0:                      # adaptive: bins floor(o*L/O) .. ceil((o+1)*L/O)
        s.start = o * axis.length // axis.out
        s.last = ((o + 1) * axis.length - 1) // axis.out + 1 - s.start
        return s
    s.start = (room - (axis.kernel - 1) * axis.spacing - 1) // axis.stride + 1
    s.last = room // axis.stride + 1
    if axis.spacing > 1:                      # every `dilation`-th has a tap at the cell, or none has
        common = axis.spacing // axis.dilation
        first = <Py_ssize_t>(<wide_t>(room // common % axis.dilation) * axis.inverse % axis.dilation)
        s.start += (first - s.start % axis.dilation + axis.dilation) % axis.dilation
        s.start = s.last if room % common else smaller(s.start, s.last)
    s.last = greater(0, s.last - s.start + axis.dilation - 1) // axis.dilation
    return s

cdef inline Span window(const Axis *axis, Py_ssize_t o) noexcept nogil:
    cdef Span s
    cdef Py_ssize_t room
    if axis.stride == 0:
        return shared(axis, o)
    if axis.spacing:                          # mirrored: the windows that cell o lies in, from the first on
        s = shared(axis, o)
        s.start -= back(axis)
    else:
        s.start = o * axis.stride - axis.before
        s.last = axis.kernel
    s.first = 0 if s.start >= 0 else (axis.dilation - 1 - s.start) // axis.dilation
    room = axis.length - s.start
    s.last = 0 if room <= 0 else min(s.last, (room - 1) // axis.dilation + 1)
    if axis.spacing:
        s.start += s.first * axis.dilation
        s.last -= s.first
        s.first = 0
    return s

cdef inline Py_ssize_t count_taps(const Axis *axis, Py_ssize_t o) noexcept nogil:
    """How many taps of a window an average divides by: those before `limit`, or those inside the input."""
    cdef Span s
    if axis.inside_first <= o < axis.inside_stop:
        return axis.kernel
    s = window(axis, o)
    if axis.limit == 0 or axis.stride == 0:
        return s.last - s.first
    return min(axis.kernel, (axis.limit - s.start - 1) // axis.dilation + 1) if axis.limit > s.start else 0



# ---- verbs: how one kind treats one dtype, found once for each plan; NULL where there is nothing to do.

ctypedef void (*Gather)(void *, const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Swap)(void *, Py_ssize_t) noexcept nogil
ctypedef void (*Ordered)(Operands *, Py_ssize_t, bint, int64_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Real)(void *, const void *, Py_ssize_t) noexcept nogil
ctypedef bint (*Watch)(const void *, Py_ssize_t, Py_ssize_t, Py_ssize_t, int64_t) noexcept nogil
ctypedef bint (*WatchBits)(const void *, int64_t, int64_t, Py_ssize_t) noexcept nogil
ctypedef bint (*Down)(void *, Operands *, int, bint, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Widen)(void *, Operands *, bint, Py_ssize_t) noexcept nogil
ctypedef bint (*WidenLast)(void *, Operands *, bint, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef bint (*Neighbours)(void *, Operands *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef bint (*Mend)(void *, Operands *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef bint (*Piping)(void *, Operands *, const Pipeline *) noexcept nogil
ctypedef bint (*Walking)(void *, Operands *, const Walk *) noexcept nogil
ctypedef bint (*Slicing)(void *, Operands *, const Slices *) noexcept nogil
ctypedef bint (*Fold)(void *, Operands *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Pick)(void *, const void *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Fill)(void *, const void *, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Finisher)(void *, Operands *, Py_ssize_t, const double *, double, Py_ssize_t, Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*Slope)(void *, const void *, const void *, Py_ssize_t, double) noexcept nogil
ctypedef void (*Braid)(void *, const void *, const Py_ssize_t *, const Py_ssize_t *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t,
                       Py_ssize_t, Py_ssize_t) noexcept nogil
ctypedef void (*WritePlaces)(void *, const void *, const int64_t *, int64_t, Py_ssize_t, Py_ssize_t) noexcept nogil

cdef struct Verbs:
    Py_ssize_t cell, acc, result, code        # bytes of each; no result: places only; no code: no places
    Ordered order
    Real real
    Watch watch                               # cells that were loaded
    Watch look_again                          # and cells of x, if extremes of them were odd, for NaN and the other zero
    WatchBits watch_bits
    Down down
    Widen widen
    WidenLast widen_last
    WidenLast close                           # the last one of all; if it `closes`, means are divided there
    WidenLast close_cells                     # the same of cells just as they lie in x, or were folded there: tells of NaN, too
    Neighbours neighbours                     # the same of 3 or 5 columns, all at once
    Mend mend                                 # columns at the edges, as `close` joins all others
    Piping pipeline                           # for results that need no finish, or NULL
    Walking walk                              # for windows at a stride of 1, of 3 x 3 or 5 x 5,
    Slicing slices                            # and of three columns that are as wide as vectors; or NULL
    Fold fold
    Pick pick
    Fill fill
    Finisher finish
    WritePlaces write_places
    char neutral[LINE]
    char neutral_at[LINE]
    bint mean, floats, real_means, reciprocal, equal_zeros
    bint exact                                # is the order free in which cells are united?
    bint closes
    bint bare                                 # are cells what is joined, just as they lie in x?
    Py_ssize_t chain
    int64_t flip, bound
    int64_t mask, odd_bits                    # of results to be made again the careful way
    int64_t other_zero                        # if it is among the cells, too
    double p                                  # a norm's order, or what all sums are divided by; or 0
    double whole                              # windows inside the input count so many cells, by which all can be divided at once; or 0

cdef struct Problem:
    Axis axis[MAX_AXES]                       # of the rows, slowest first
    int n_axes
    Axis column                               # along the rows
    Py_ssize_t inner, inner_step              # the contiguous free cells of one column
    Py_ssize_t itemsize, n_rows, rows, columns              # rows and columns of output of a tile
    Py_ssize_t width, pitch                   # cells of its rows, and from row to row: neighbours share neutral cells
    Py_ssize_t gaps                           # cells of all its rows, if some may be looked at between them that no row fills; or 0
    Py_ssize_t cell                           # bytes of the widest cell that rows are read as
    bint gathers, loads, dense, flat
    Py_ssize_t code                           # bytes of places
    bint straight                             # no columns are joined: what is to be finished lies in the first tile
    bint bare                                 # no rows are joined: columns are, or are folded, where they lie in x, tiles with an end apart
    int pipelined                             # rows of a window, if rows and columns are joined in one, or 0;
    Py_ssize_t strip, strip_room              # columns of output, of a row or piece by piece; cells that these take
    Py_ssize_t group                          # rows of output of a plane that share rows of input, to be united by doubling; 0: row by row
    int levels                                # of doubling
    bint blocks                               # or block by block, if the rows of a tile are wide
    bint all_columns                          # are columns taken that no window reaches, too, so that rows follow each other?
    bint trims                                # are narrow ones joined over their ends, what belongs to no window left out? (Of places: by the tile.)
    int free                                  # the longest axis but the last whose windows differ by a shift only, or -1;
    Py_ssize_t planes, free_step              # planes of output behind each of its windows, and bytes from window to window
    bint stacked                              # do planes follow each other like rows?
    bint by_planes                            # is the same row of several planes to be made at a time?
    bint piled                                # are windows in whole planes as regular as in one tall plane, but at the edges?
    int above, below                          # rows of output at a plane's edges that are made again then
    bint mends                                # do rows follow each other with no neutral cells between them? Then columns at the edges,
    int left, right                           # so many, are made again
    bint around                               # is each window a cell with one or two on both sides? Then one verb joins them and mends them
    bint walks                                # are windows made in one, down the columns of x,
    bint slices                               # or along its rows?
    Py_ssize_t period                         # rows that items divide anew
    bint traced                               # are there so many items that some will be alike?
    Py_ssize_t cycle                          # rows after which windows are the same again, but for a shift
    Py_ssize_t across                         # columns of the windows in a tile: the column's kernel,
    bint long                                 # but of long windows those of a piece,
    Py_ssize_t piece                          # which are so many;
    bint folded                               # is each piece folded to LANES cells when it is taken? Then these are what is in a tile
    Py_ssize_t chain                          # rows that are united one after another; more of them as a tree
    Py_ssize_t ahead                          # bytes before they are read, rows are fetched; 0: by pipeline only
    Py_ssize_t divisor                        # instead of counts; 0: none
    bint planar                               # are planes so small that each is divided by a table of all its counts,
    Py_ssize_t table_rows, table              # or several by one of so many rows and counts? Of sums forward, of gradients backward
    bint strands                              # cells of a gradient share windows that are others from cell to cell: strand by strand
    int widths[2]                             # how many of them: numbers of these numbers along rows and columns,
    Py_ssize_t width_of[2][3]                 # and they themselves, in rising order
    bint slopes, streams                      # the sums are multiplied by a norm's slopes; results bypass the caches
    Py_ssize_t sheet, added                   # bytes of the sums of so many rows and columns, and of one
    Braid braid
    Axis counted[MAX_AXES]                    # a gradient's windows, whose counts divide it; n_axes for the rows, then the column's
    bint counts
    Gather gather
    Swap swap
    Verbs quick, careful, place               # the usual way; the way for tiles with odd cells, and for their places alone
    Py_ssize_t acc                            # bytes of an accumulator for which tiles are made; fewer wider ones fit, as the careful way's:
    Py_ssize_t careful_rows, careful_columns  # rows and columns at a time,
    Py_ssize_t block                          # of tall windows: of input and of output
    Py_ssize_t tile, rings, branch, tiles     # bytes: a tile, the rings, a branch, and all together
    int branches
    Py_ssize_t run, load_part                 # rows of a run, and bytes to load them to
    Py_ssize_t scales, starts, offsets, spare               # bytes of the tables along a row, and of a row on the way

cdef struct Arrays:
    const char *x
    const char *end       # where x ends, if it has no gaps
    const char *y         # gradients of norms: the norms, which lie as x does,
    const char *slope     # and what they are of, which lies as `out` does
    char *out
    char *indices

cdef struct Turn:         # one thread's turn of work
    bint *stopped         # by a signal: what is left is to be left
    bint asks             # is it the thread that called?
    Py_ssize_t cells      # united since it last looked at the clock,
    double since          # and when it last asked for signals

cdef inline double now() noexcept nogil:
    cdef timespec t
    timespec_get(&t, TIME_UTC)
    return <double>t.tv_sec + 1e-9 * <double>t.tv_nsec

cdef void look_for_signals(Turn *turn) noexcept nogil:
    """Every few hundredths of a second."""
    turn.cells = 0
    if turn.asks and now() > turn.since + 0.03:
        with gil:
            if PyErr_CheckSignals() < 0:
                raise_flag(turn.stopped)
        turn.since = now()

cdef inline bint stopped(Turn *turn, Py_ssize_t cells) noexcept nogil:
    """Is the work to be left, of which so much is done?"""
    turn.cells += cells
    if turn.cells > PATIENCE:
        look_for_signals(turn)
    return is_raised(turn.stopped)


cdef struct Recorder      # of calls: see _trace.pxi

cdef struct Counts:       # of a table: its first column, how many, and rows; taps along the other axes
    Py_ssize_t first, columns, rows, counted

cdef struct Scratch:      # one thread's memory: three tiles, four rows to load into, one row each of the tables
    char *tile[4]         # the fourth for strands, and for windows that are folded in x
    char *at[3]
    char *ring            # of tall windows
    char *ring_at
    char *branch          # of the trees
    char *branch_at
    char *sheets          # of strands
    Py_ssize_t *offset    # in the sheets: of each row of output, then of each strand of columns
    Stage stage           # of strands; of the way forward, `memory` alone: a tile's results, before they are streamed
    Py_ssize_t pitch      # cells from row to row of what `cover` fills
    const char *end       # and where that ends
    Py_ssize_t tap        # of the first column that `cover` unites
    bint of_planes        # are the rows that it takes together the same one of several planes?
    bint bare             # are columns of this tile joined where they lie in x?
    Py_ssize_t column, columns                # of output that are made by pipeline,
    Py_ssize_t made                           # and rows that were
    Turn *turn
    bint records          # the calls,
    Recorder *recorder    # here; NULL where tiles are too few
    bint odd              # is the next tile known to be, because replaying it told so?
    int wary, wariness    # so many tiles are not even tried the quick way, as those before were odd, and after the next odd one so many
    char *rows
    char *other
    int64_t *start        # where in the plane each column's window starts,
    Py_ssize_t start_first                    # from this column on
    double *scale
    Counts counts         # that `scale` was made for

cdef inline Py_ssize_t whole_lines(Py_ssize_t size, Py_ssize_t n) noexcept nogil:
    """The same number of cells or some more, up to the end of a line."""
    return (n + LINE // size - 1) & -(LINE // size)


include "_trace.pxi"


cdef void load(const Problem *p, const Verbs *v, const Scratch *s, char *to, const char *x, const char *y,
               Py_ssize_t columns, Py_ssize_t groups, Py_ssize_t step, const double *scale) noexcept nogil:
    """Rows as `down` reads them: contiguous, native, of the accumulator's sort; gradients divided."""
    cdef Py_ssize_t n = columns * p.inner
    cdef bint cold = p.ahead and n * p.itemsize <= AHEAD
    cdef bint alike = scale != NULL and (not p.planar or s.of_planes)
    cdef Operands rows
    cdef char *at = to
    if step == n * p.itemsize and not p.gathers and not alike and not cold and (y == NULL or n * groups * 8 <= p.spare):
        n *= groups
        groups = 1
    if v.order != NULL and not p.gathers:
        rows.acc = at
        rows.row[0] = x
        v.order(&rows, n, v.equal_zeros, v.flip, groups, step // p.itemsize)
        return
    for _ in range(groups):
        rows.acc = at
        rows.row[0] = x
        if cold:
            fetch(<size_t>x + AHEAD, n * p.itemsize)
            fetch(<size_t>y + AHEAD, n * p.itemsize if y != NULL else 0)
        if p.gathers:
            rows.row[0] = s.other if v.order != NULL or v.real != NULL else rows.acc
            p.gather(<void *>rows.row[0], x, columns, p.column.step, p.inner, p.inner_step)
            if p.swap != NULL:
                p.swap(<void *>rows.row[0], n)
        if v.order != NULL:
            v.order(&rows, n, v.equal_zeros, v.flip, 1, 0)
        elif v.real != NULL:
            v.real(rows.acc, rows.row[0], n)
            if y != NULL:
                v.real(s.other, y, n)
                norm_ratio(<double *>rows.acc, <const double *>s.other, n, v.p)
                y += step
            elif v.p > 0 and not v.mean:
                power(<double *>rows.acc, n, v.p)
            if scale != NULL and v.cell == 4:
                divide_row(<float *>rows.acc, scale, p.itemsize < 8, n)
            elif scale != NULL:
                divide_row(<double *>rows.acc, scale, p.itemsize < 8, n)
            if scale != NULL and not alike:
                scale += n
        at += n * v.cell
        x += step


cdef inline Py_ssize_t with_room(Py_ssize_t room, Py_ssize_t size, Py_ssize_t step, Py_ssize_t groups) noexcept nogil:
    """How many of `groups` rows, `step` apart, have room for `size`."""
    if (groups - 1) * step + size <= room:
        return groups
    return (room - size) // step + 1 if step > 0 and size <= room else 0


cdef inline Operands rows_below(const Verbs *v, const Operands *rows, Py_ssize_t n_rows, Py_ssize_t pitch, Py_ssize_t acc_pitch) noexcept nogil:
    cdef Operands rest = rows[0]
    cdef int k
    advance(v, &rest, n_rows, acc_pitch, acc_pitch, 0)
    for k in range(4):
        rest.row[k] = <const char *>rest.row[k] + n_rows * pitch * v.cell
    return rest


cdef inline bint join_rows(const Problem *p, Scratch *s, const Verbs *v, Operands *rows, int count, bint first, Py_ssize_t n, Py_ssize_t groups,
                           Py_ssize_t pitch, Py_ssize_t acc_pitch, const char *end) noexcept nogil:
    """`down`, in whole lines where the rows go on behind their ends and what is too much will be overwritten."""
    cdef Py_ssize_t whole, most = 0
    cdef bint odd = False
    cdef Operands rest
    cdef int k
    if n == pitch == acc_pitch:               # rows that follow each other like one
        n *= groups
        groups = 1
    for k in range(count, 4):
        rows.row[k] = rows.row[0]             # not read, but moved along
    if rows.ahead and groups == 1 and n > SLICE:
        odd = perform(p, s, v, DOWN, rows, count, first, SLICE, n // SLICE, SLICE, SLICE, 0)
        rest = rows_below(v, rows, n // SLICE, SLICE, SLICE)
        return odd | perform(p, s, v, DOWN, &rest, count, first, n % SLICE, 1, 0, 0, 0)
    whole = whole_lines(v.cell, n)
    if first or groups == 1 or whole <= acc_pitch:
        most = with_room(end - <const char *>rows.row[count - 1], whole * v.cell, pitch * v.cell, groups)
        most = with_room(s.end - <char *>rows.acc, whole * v.acc, acc_pitch * v.acc, most)
    if most > 0:
        odd |= perform(p, s, v, DOWN, rows, count, first, whole, most, pitch, acc_pitch, 0)
        reads_to(s, <const char *>rows.row[count - 1] + ((most - 1) * pitch + whole) * v.cell)
    if most < groups:
        rest = rows_below(v, rows, most, pitch, acc_pitch)
        odd |= perform(p, s, v, DOWN, &rest, count, first, n, groups - most, pitch, acc_pitch, 0)
    return odd


cdef bint pipe_rows(const Problem *p, Scratch *s, const Verbs *v, const Operands *rows, int count, Py_ssize_t groups, Py_ssize_t pitch,
                    const char *end) noexcept nogil:
    """`down` and all that follows, to rows of output: a strip is a row, or a piece of one and the next ones follow along it.
    As many rows as have room behind them for whole lines."""
    cdef const Axis *column = &p.column
    cdef bint along = p.strip < column.out, odd = False
    cdef Py_ssize_t first = greater(0, s.column * column.stride - column.before), out_pitch = column.out * p.inner
    cdef Py_ssize_t done, columns, strips, start, before, width, n, whole, most, step, to_step, from_
    cdef Py_ssize_t[NUMBERS] number
    cdef Operands some = rows[0]
    cdef int k
    s.made = 0
    while s.made < groups:
        done = 0
        while done < s.columns:
            columns, strips, step, to_step = smaller(p.strip, s.columns - done), groups, pitch, out_pitch
            start = (s.column + done) * column.stride - column.before
            before = greater(0, -start)
            width = (columns - 1) * column.stride + column.kernel
            n = smaller(width, column.length - start) - before
            if along:
                strips = 1
                if n == width:
                    strips += smaller((s.columns - done) // columns - 1, (column.length - start - width) // (columns * column.stride))
                step, to_step = columns * column.stride * p.inner, columns * p.inner
            from_ = s.made * pitch + (start + before - first) * p.inner
            before, n = before * p.inner, n * p.inner
            for k in range(4):                # extremes may take the first row once more
                some.row[k] = <const char *>rows.row[k if k < count else 0] + from_ * p.itemsize
            some.acc = s.tile[0] + (whole_lines(v.acc, before) - before) * v.acc        # so that what is stored is aligned
            some.acc_at = <char *>rows.acc + (s.made * out_pitch + done * p.inner) * v.result
            whole = whole_lines(p.itemsize, n)
            if column.stride == 2 and p.inner == 1:         # pairs, which start at a cell or behind those outside
                whole = before + ((n + paired(p.itemsize) - 1) & -paired(p.itemsize))
            if whole > n:
                most = with_room(end - <const char *>some.row[count - 1], whole * p.itemsize, step * p.itemsize, strips)
                if most < strips and along or most == 0:
                    return odd
                strips = most
                reads_to(s, <const char *>some.row[count - 1] + ((strips - 1) * step + whole) * p.itemsize)
            number = [p.pipelined, columns, before, n, strips, step, to_step, 0]
            odd |= perform_all(p, s, v, PIPELINE, &some, number, 0)
            done += columns * (strips if along else 1)
        s.made += 1 if along else strips
        if not along:
            return odd
    return odd


cdef inline void neutral(const Problem *p, Scratch *s, const Verbs *v, char *acc, char *acc_at,
                         Py_ssize_t n, Py_ssize_t groups, Py_ssize_t pitch) noexcept nogil:
    """Cells that decide nothing: of equal ones a real cell comes first."""
    cdef Operands rows = no_rows()
    rows.acc = acc
    rows.acc_at = acc_at
    perform(p, s, v, NEUTRAL, &rows, n, groups, pitch, 0, 0, 0, 0)


cdef void trim(char *to, const char *rows, Py_ssize_t n, Py_ssize_t pitch, Py_ssize_t groups) noexcept nogil:
    """The first `n` bytes of rows that start `pitch` bytes apart: whole lines, as long as `groups` are left that overwrite what is too much."""
    cdef Py_ssize_t i, whole = (n + LINE - 1) // LINE
    while groups * n >= whole * LINE:
        for i in range(whole):
            memcpy(to + i * LINE, rows + i * LINE, LINE)
        to += n
        rows += pitch
        groups -= 1
    for _ in range(groups):
        memcpy(to, rows, n)
        to += n
        rows += pitch


cdef inline void trim_rows(const Problem *p, Scratch *s, const Verbs *v, char *to, const char *from_, Py_ssize_t n, Py_ssize_t pitch,
                           Py_ssize_t n_rows) noexcept nogil:
    cdef Operands rows = no_rows()
    rows.acc = to
    rows.row[0] = from_
    perform(p, s, v, TRIM, &rows, n * v.acc, pitch * v.acc, n_rows, 0, 0, 0, 0)


cdef void lay(char *to, const char *rows, const char *line, Py_ssize_t before, Py_ssize_t n, Py_ssize_t behind,
              Py_ssize_t groups, Py_ssize_t group, Py_ssize_t skipped) noexcept nogil:
    """Rows of `n` bytes with so many of `line` before the first and behind each: whole lines, what is too much will be overwritten.

    After each `group` rows so many are skipped.
    """
    cdef Py_ssize_t i, left = group
    for i in range((before + LINE - 1) // LINE):
        memcpy(to + i * LINE, line, LINE)
    to += before
    for _ in range(groups):
        for i in range((n + LINE - 1) // LINE):
            memcpy(to + i * LINE, rows + i * LINE, LINE)
        for i in range((behind + LINE - 1) // LINE):
            memcpy(to + n + i * LINE, line, LINE)
        to += n + behind
        rows += n
        left -= 1
        if left == 0:
            left = group
            rows += skipped * n


cdef inline void lay_rows(const Problem *p, Scratch *s, const Verbs *v, Verb verb, char *to, const char *from_, Py_ssize_t before,
                          Py_ssize_t n, Py_ssize_t groups, Py_ssize_t group, Py_ssize_t skipped) noexcept nogil:
    cdef Operands rows = no_rows()
    rows.acc = to
    rows.row[0] = from_
    perform(p, s, v, verb, &rows, before * v.acc, n * v.acc, (p.pitch - n) * v.acc, groups, group, skipped, 0)


cdef inline Py_ssize_t fitting(const Problem *p, const Verbs *v, Py_ssize_t n) noexcept nogil:
    """How many rows or columns take the room of `n` for which it was made."""
    return n if v.acc <= p.acc else greater(1, n * p.acc // v.acc)


cdef struct Block:        # of windows that differ by a shift only: what is to be united
    Span span[MAX_AXES]   # taps along the axes of the rows;
    int outer             # of these but the last, which is the fastest, unless there are pieces of long windows:
    Py_ssize_t fast, fast_step, fast_place    # how many follow each other, and bytes and places from each to the next
    Py_ssize_t groups, step, low, columns     # rows beside each of these rows, bytes apart, and their columns
    Py_ssize_t start, place                   # of the first row: bytes along the fastest axis; its first column in a window
    bint piped                                # are columns joined, too?


cdef inline Py_ssize_t extent(const Problem *p) noexcept nogil:
    """Columns from the first to the last of a piece."""
    return (p.piece - 1) * p.column.dilation + 1

cdef inline Py_ssize_t cells_of(const Problem *p, const Block *b) noexcept nogil:
    """How many cells of a row are united with others. Fewer than LANES that are left of a long window are so just as they are."""
    return LANES if p.folded and b.columns >= LANES else b.columns * p.inner


cdef bint cover(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t single, Py_ssize_t groups,
                Py_ssize_t step, Py_ssize_t low, Py_ssize_t columns, char *acc, char *acc_at) noexcept nogil:
    """Down: the windows of `groups` output rows from `r` on, which differ by a shift only. Tells if a cell is odd.

    If `single` >= 0, the last axis isn't united: `groups` rows of input from there on. They lie `step` bytes apart.
    If it is PILED, windows are whole, though a plane may end: another follows. If it is PIPED, results are to be written.
    """
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Span *span
    cdef Py_ssize_t rows = 1, taps, rest
    cdef bint odd
    cdef Block b
    cdef int a
    for a in range(p.n_axes - 1, -1, -1):
        span = &b.span[a]
        span[0] = window(&p.axis[a], r % p.axis[a].out)
        r //= p.axis[a].out
        if single >= 0 and a == p.n_axes - 1:
            span.start, span.first, span.last = single, 0, 1
        elif single == PILED and a == p.n_axes - 1:
            span.first, span.last = 0, last.kernel
        if span.first >= span.last:
            neutral(p, s, v, acc, acc_at, smaller(columns * p.inner, p.pitch) if p.long else columns * p.inner, groups, s.pitch)
            return False
        rows *= span.last - span.first
    span = &b.span[p.n_axes - 1]
    b.outer, b.fast, b.fast_step, b.fast_place = p.n_axes - 1, span.last - span.first, last.dilation * last.step, last.place
    b.groups, b.step, b.low, b.columns, b.piped = groups, step, low, columns, single == PIPED
    b.start, b.place = (span.start + span.first * last.dilation) * last.step, s.tap * p.column.place + span.first * last.place
    if not p.long or columns <= extent(p):    # one piece
        return chain(p, v, arrays, s, &b, 0, rows, acc, acc_at) if rows <= p.chain else unite(p, v, arrays, s, &b, 0, rows, acc, acc_at, 0)
    taps = (columns - 1) // p.column.dilation + 1
    b.outer, b.fast, rest = p.n_axes, taps // p.piece, taps % p.piece
    b.fast_step, b.fast_place = p.piece * p.column.dilation * p.column.step, p.piece * p.column.place
    b.start, b.place = 0, s.tap * p.column.place
    b.columns = extent(p)
    odd = unite(p, v, arrays, s, &b, 0, rows * b.fast, acc, acc_at, 0)
    if rest:
        b.low += b.fast * p.piece * p.column.dilation
        b.place += b.fast * b.fast_place
        b.columns, b.fast = (rest - 1) * p.column.dilation + 1, 1
        odd |= unite(p, v, arrays, s, &b, 0, rows, s.branch, s.branch_at, 1)
        join_branch(p, v, s, &b, acc, acc_at, 0)
    return odd


cdef bint unite(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, const Block *b, Py_ssize_t from_, Py_ssize_t to,
                char *acc, char *acc_at, int level) noexcept nogil:
    """The rows of a block that are counted so: a tree whose leaves are chains."""
    cdef Py_ssize_t middle = from_ + (to - from_ + 1) // 2
    cdef bint odd
    if is_raised(s.turn.stopped):
        return False
    if to - from_ <= p.chain:
        return chain(p, v, arrays, s, b, from_, to, acc, acc_at)
    odd = unite(p, v, arrays, s, b, from_, middle, acc, acc_at, level)
    odd |= unite(p, v, arrays, s, b, middle, to, s.branch + level * p.branch, s.branch_at + level * p.branch, level + 1)
    join_branch(p, v, s, b, acc, acc_at, level)
    return odd


cdef void join_branch(const Problem *p, const Verbs *v, Scratch *s, const Block *b, char *acc, char *acc_at, int level) noexcept nogil:
    cdef Operands rows = no_rows()
    rows.acc = acc
    rows.acc_at = acc_at
    rows.row[0] = rows.row[2] = acc
    rows.row_at[0] = rows.row_at[2] = acc_at
    rows.row[1] = s.branch + level * p.branch
    rows.row_at[1] = s.branch_at + level * p.branch
    rows.tap[1] = 0
    perform(p, s, v, WIDEN_LAST, &rows, False, cells_of(p, b), 1, b.groups, s.pitch, s.pitch, 0)


cdef bint chain(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, const Block *b, Py_ssize_t from_, Py_ssize_t to,
                char *acc, char *acc_at) noexcept nogil:
    """One row after another."""
    cdef Py_ssize_t tap[MAX_AXES]
    cdef const Axis *axis
    cdef const Axis *last
    cdef bint loads = not b.piped and (p.gathers or v.order != NULL or v.real != NULL)
    cdef bint first = True, odd = False
    cdef Py_ssize_t n = b.columns * p.inner, width = cells_of(p, b)
    cdef bint folds = width < n
    cdef Py_ssize_t pitch = n if loads else b.step // (p.itemsize if b.piped else v.cell)
    cdef Py_ssize_t at = from_ % b.fast if from_ else 0, rest = from_ // b.fast if from_ else 0, left = to - from_, counted, first_row
    cdef Py_ssize_t place = b.place + at * b.fast_place
    cdef const char *row = arrays.x + b.low * p.column.step + b.start + at * b.fast_step
    cdef const char *end = s.rows + 4 * p.load_part if loads else arrays.end
    cdef const double *scale = NULL
    cdef Operands rows = no_rows(), loading = no_rows()
    cdef Py_ssize_t side = 0
    cdef int a, count = 0
    if stopped(s.turn, left * n * b.groups):
        return False
    for a in range(b.outer - 1, -1, -1):
        axis = &p.axis[a]
        tap[a] = b.span[a].first
        if rest:
            tap[a] += rest % (b.span[a].last - b.span[a].first)
            rest //= b.span[a].last - b.span[a].first
        row += (b.span[a].start + tap[a] * axis.dilation) * axis.step
        place += tap[a] * axis.place
    rows.acc = acc
    rows.acc_at = acc_at
    if b.piped:
        rows.ahead = AHEAD if b.step < AHEAD else b.step if b.step <= 4 * FAR else AHEAD // 2
    elif p.ahead and folds and not loads:
        loading.ahead = AHEAD
    elif p.ahead and not loads:
        rows.ahead = p.ahead if n * v.cell < p.ahead else b.step if b.step <= FAR else 0
    while True:
        rows.tap[count] = place
        rows.row[count] = row
        if loads:
            if p.counts:
                last = &p.counted[p.n_axes - 1]
                first_row = b.span[p.n_axes - 1].start + (b.span[p.n_axes - 1].first + at) * p.axis[p.n_axes - 1].dilation
                counted = 1 if p.planar else count_taps(last, first_row)
                for a in range(p.n_axes - 1):
                    counted *= count_taps(&p.counted[a], b.span[a].start + tap[a] * p.axis[a].dilation)
                scale = divisors(p, s, last, last + 1, Counts(b.low, b.columns, p.table_rows if p.planar else 1, counted), p.itemsize < 8)
                scale += first_row * n if p.planar else 0
            loading.acc = s.rows + count * p.load_part
            loading.row[0] = row
            loading.row[1] = NULL if arrays.y == NULL else arrays.y + (row - arrays.x)
            loading.row[2] = scale
            perform(p, s, v, LOAD, &loading, b.columns, b.groups, b.step, 0, 0, 0, 0)
            rows.row[count] = loading.acc
        if v.watch != NULL:
            loading.row[0] = rows.row[count]
            odd |= perform(p, s, v, WATCH, &loading, n, b.groups, pitch, 0, 0, 0, 0)
        if folds:                             # one stream from memory, into registers: sooner than rows are united, in and out of cache
            loading.acc = acc if to - from_ == 1 else s.rows + count * (p.load_part if loads else LANES * v.acc)
            loading.row[0] = rows.row[count]
            if side == 0:                     # with those that follow in x
                side = 1 if loads or b.fast_step % v.cell else smaller(b.fast - at, smaller(4 - count, left))
                odd |= perform(p, s, v, FOLD, &loading, n, side, b.fast_step // v.cell, 1, 0, 0, 0)
            side -= 1
            rows.row[count] = loading.acc
            if to - from_ == 1:
                return odd
        count += 1
        left -= 1
        if count == 4 or left == 0:
            if b.piped:
                return pipe_rows(p, s, v, &rows, count, b.groups, pitch, end)
            if folds:                         # there is nothing behind them that could be read in whole lines
                pitch, end = width, s.rows
            odd |= join_rows(p, s, v, &rows, count, first, width, b.groups, pitch, s.pitch, end)
            if left == 0:
                return odd
            first = False
            count = 0
        at += 1
        place += b.fast_place
        row += b.fast_step
        if at < b.fast:
            continue
        at = 0
        place -= b.fast * b.fast_place
        row -= b.fast * b.fast_step
        for a in range(b.outer - 1, -1, -1):                # the next tap along the other axes
            axis = &p.axis[a]
            tap[a] += 1
            place += axis.place
            row += axis.dilation * axis.step
            if tap[a] < b.span[a].last:
                break
            place -= (tap[a] - b.span[a].first) * axis.place
            row -= (tap[a] - b.span[a].first) * axis.dilation * axis.step
            tap[a] = b.span[a].first


cdef struct Doubling:     # windows of `done` columns stand in tile `at`; joining `rows`, three if `odd`, makes them of the width wanted
    int at
    Py_ssize_t done
    Operands rows
    bint odd

cdef Doubling doubled(const Problem *p, Scratch *s, const Verbs *v, char **tile, char **places, Py_ssize_t width, Py_ssize_t shift, Py_ssize_t place,
                      Py_ssize_t n, bint leave) noexcept nogil:
    """Widen the `n` cells of the first tile to windows of `width` cells that lie `shift` apart, and `place` as places count;
    all the way, or `leave` the last joining."""
    cdef Doubling d
    cdef int bit = doubling_steps(width), to, k
    d.rows = no_rows()
    d.at = 0
    d.done = 1
    while bit:
        bit -= 1
        d.odd = (width >> bit) & 1
        for k in range(3):
            d.rows.row[k] = tile[0 if k == 2 else d.at] + k * d.done * shift * v.acc
            d.rows.row_at[k] = places[0 if k == 2 else d.at] + k * d.done * shift * v.acc
            d.rows.tap[k] = k * d.done * place
        if leave and bit == 0:
            break
        to = 2 if d.at == 1 else 1
        n -= (d.done + d.odd) * shift
        d.rows.acc = tile[to]
        d.rows.acc_at = places[to]
        perform(p, s, v, WIDEN, &d.rows, d.odd, whole_lines(v.acc, n), 0, 0, 0, 0, 0)
        d.done += d.done + d.odd
        d.at = to
    return d


cdef int doubled_once_more(const Problem *p, const Verbs *v, Scratch *s, int at, Py_ssize_t n) noexcept nogil:
    """The windows of tile `at` and one more column: some adaptive bins are wider than others."""
    cdef Py_ssize_t more = (p.column.kernel - 1) * p.inner
    cdef int to = 2 if at == 1 else 1
    cdef Operands rows = no_rows()
    rows.row[0] = s.tile[at]
    rows.row_at[0] = s.at[at]
    rows.row[1] = s.tile[0] + more * v.acc
    rows.row_at[1] = s.at[0] + more * v.acc
    rows.tap[1] = (p.column.kernel - 1) * p.column.place
    rows.acc = s.tile[to]
    rows.acc_at = s.at[to]
    perform(p, s, v, WIDEN, &rows, False, n - more, 0, 0, 0, 0, 0)
    return to


cdef Py_ssize_t row_count(const Problem *p, Py_ssize_t r, bint planes) noexcept nogil:
    """Taps along the axes of the rows; of whole planes, along those but the last."""
    cdef Py_ssize_t product = 1
    cdef int a
    for a in range(p.n_axes - 1, -1, -1):
        if not planes or a < p.n_axes - 1:
            product *= count_taps(&p.axis[a], r % p.axis[a].out)
        r //= p.axis[a].out
    return product


cdef const double *divisors(const Problem *p, Scratch *s, const Axis *row, const Axis *column, Counts of, bint reciprocal) noexcept nogil:
    """A table of counts along a row, or all rows of planes, or their reciprocals; made anew only where others are wanted."""
    cdef Py_ssize_t r, i, k, n = 0, along, taps, before
    cdef double d = 0
    if p.divisor:
        of.first, of.columns = 0, p.pitch // p.inner
    elif column.inside_first <= of.first and of.first + of.columns <= column.inside_stop:
        of.first = column.inside_first        # all alike
    if not count_alike(&s.counts, &of):
        s.counts = of
        keep_no_trace(s)                      # to make a table is no call either
        for r in range(of.rows):
            along = of.counted * count_taps(row, r % row.out) if of.rows > 1 else of.counted
            before = -1
            for i in range(of.columns):
                taps = 1 if p.divisor else count_taps(column, smaller(of.first + i, column.out - 1))
                if taps != before:            # a division takes longer than all else
                    d = 1 / <double>(along * taps) if reciprocal else <double>(along * taps)
                    before = taps
                for k in range(p.inner):
                    s.scale[n + k] = d
                n += p.inner
    return s.scale


cdef void divide(const Problem *p, const Verbs *v, Scratch *s, Operands *rows, Py_ssize_t r, Py_ssize_t n_rows,
                 Py_ssize_t c, Py_ssize_t columns, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """Finish a mean, as many rows at a time as one table serves: of small planes several tables, of others the rows that count alike,
    and of wide ones the columns that need no table by themselves."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t done = 0, run, counted, left = 0, right = 0, high = 1, rest        # columns from left to right count all taps
    cdef const double *scale
    if p.planar and pitch == to_pitch == columns * p.inner and (is_plain(last) or r % last.out == n_rows % last.out == 0):
        high = p.table_rows
    elif v.whole > 0 and (v.floats or columns * p.inner >= SPLIT):
        right = columns
        while left < columns and count_taps(&p.column, c + left) < p.column.kernel:
            left += 1
        while left < right and count_taps(&p.column, c + right - 1) < p.column.kernel:
            right -= 1
    while done < n_rows:
        counted = p.divisor or row_count(p, r + done, high > 1)
        run = n_rows if p.divisor else 0
        while done + run < n_rows and (run == 0 or row_count(p, r + done + run, high > 1) == counted):
            run += smaller(n_rows - done - run, last.out - (r + done + run) % last.out if high > 1 else 1)
        scale = NULL if p.divisor and v.p > 0 else divisors(p, s, last, &p.column, Counts(c, columns, high, counted), v.reciprocal)
        if left < right and counted * p.column.kernel == v.whole:
            divide_columns(p, s, v, rows, done, 0, left, scale, v.p, run, 1, to_pitch, pitch)
            divide_columns(p, s, v, rows, done, left, right, scale, v.whole, run, 1, to_pitch, pitch)
            divide_columns(p, s, v, rows, done, right, columns, scale, v.p, run, 1, to_pitch, pitch)
        else:
            rest = run % high                 # fewer planes than a table has
            divide_columns(p, s, v, rows, done, 0, high * columns, scale, v.p, run // high, high, to_pitch, pitch)
            divide_columns(p, s, v, rows, done + run - rest, 0, rest * columns, scale, v.p, 1, rest, to_pitch, pitch)
        done += run


cdef inline void divide_columns(const Problem *p, Scratch *s, const Verbs *v, const Operands *rows, Py_ssize_t row, Py_ssize_t from_,
                                Py_ssize_t to, const double *scale, double divisor, Py_ssize_t n_rows, Py_ssize_t high,
                                Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    """Those of `n_rows` rows from `row` on; or of as many times `high` rows, which follow each other like one."""
    cdef Operands part = rows[0]
    part.acc = <char *>rows.acc + (row * to_pitch + from_ * p.inner) * v.result
    part.row[0] = <const char *>rows.row[0] + (row * pitch + from_ * p.inner) * v.acc
    part.row[1] = NULL if scale == NULL else scale + from_ * p.inner
    if from_ < to and n_rows > 0:
        perform(p, s, v, FINISH, &part, (to - from_) * p.inner, n_rows, high * to_pitch, high * pitch, 0, 0, divisor)


cdef void write_indices(const Problem *p, const Verbs *v, Scratch *s, char *to, const char *at, Py_ssize_t r, Py_ssize_t n_rows,
                        Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """Places to indices; flat ones count from where the windows of row and column start."""
    cdef Py_ssize_t above, rest, i
    cdef Operands rows = no_rows()
    cdef int a
    if p.flat and s.start_first != c:
        s.start_first = c
        keep_no_trace(s)                      # to make a table is no call either
        for i in range(columns):
            s.start[i] = window(&p.column, c + i).start * p.column.plane
    elif not p.flat and columns == p.column.out:
        columns *= n_rows
        n_rows = 1
    for i in range(n_rows):
        above, rest = 0, r + i
        for a in range(p.n_axes - 1, -1, -1):
            above += window(&p.axis[a], rest % p.axis[a].out).start * p.axis[a].plane
            rest //= p.axis[a].out
        rows.acc = to
        rows.row[0] = at
        perform(p, s, v, WRITE_PLACES, &rows, above, columns, p.inner, 0, 0, 0, 0)
        to += p.column.out * p.inner * v.code
        at += columns * p.inner * v.acc


cdef inline Py_ssize_t steps_from(const Problem *p, Py_ssize_t r, Py_ssize_t rows, Py_ssize_t n_rows) noexcept nogil:
    """How many positions of the free axis start with row `r`, if each holds so many of `n_rows`."""
    if r % rows:
        return 0
    return smaller(n_rows // rows, p.axis[p.free].out - r // rows % p.axis[p.free].out)


cdef bint cover_planes(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t single, Py_ssize_t rows,
                       Py_ssize_t first, Py_ssize_t stop, Py_ssize_t planes, Py_ssize_t most, Py_ssize_t low, Py_ssize_t columns,
                       char *to, char *to_at) noexcept nogil:
    """Rows first..stop, of `rows`, at each position of the free axis: the first of all `planes`, `most` at a time, then the second, and so on.
    If `single` >= 0, the last axis isn't united: the first row is this row of input."""
    cdef Py_ssize_t pitch = s.pitch, below = p.planes * p.axis[p.n_axes - 1].out, row, plane, at, some
    cdef const char *end = s.end
    cdef bint odd = False
    s.pitch = rows * pitch
    s.of_planes = True
    for row in range(first, stop):
        if (rows - row) * pitch < whole_lines(v.cell, columns * p.inner):
            s.end = to                        # there is no room: the next position's rows are there already
        plane = 0
        while plane < planes:
            some = smaller(most, planes - plane)
            at = (plane * rows + row) * pitch * v.acc
            odd |= cover(p, v, arrays, s, r + plane * below + (0 if single >= 0 else row), single + row - first if single >= 0 else -1,
                         some, p.free_step, low, columns, to + at, to_at + at)
            plane += some
    s.pitch, s.end, s.of_planes = pitch, end, False
    return odd


cdef bint cover_pile(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t n_rows,
                     Py_ssize_t low, Py_ssize_t columns, char *to, char *to_at) noexcept nogil:
    """Whole planes as if they were one, then again the rows that their edges cut, each of all planes at a time."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t pitch = s.pitch, first = p.above if r == 0 else 0, row, i, at = first * pitch * v.acc
    cdef Py_ssize_t stop = n_rows - (p.below if r + n_rows == p.n_rows else 0)
    cdef const char *end = s.end
    cdef bint odd
    odd = cover(p, v, arrays, s, r + first, PILED, stop - first, last.stride * last.step, low, columns, to + at, to_at + at)
    s.pitch = last.out * pitch
    s.end = to                                # no whole lines: the next rows are there already
    for i in range(p.above + p.below):
        row = i if i < p.above else last.out - p.above - p.below + i
        at = row * pitch * v.acc
        odd |= cover(p, v, arrays, s, r + row, -1, n_rows // last.out, p.free_step, low, columns, to + at, to_at + at)
    s.pitch, s.end = pitch, end
    return odd


cdef bint cover_rows(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t n_rows,
                     Py_ssize_t low, Py_ssize_t columns, char *to, char *to_at) noexcept nogil:
    """For each row of output the cells that its window covers, as few calls as windows of one shape allow."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Span taps
    cdef Py_ssize_t done = 0, run, at, rows = p.planes * last.out
    cdef bint odd = False
    if p.piled and r % last.out == n_rows % last.out == 0 and v.order == NULL and v.real == NULL and columns:
        return cover_pile(p, v, arrays, s, r, n_rows, low, columns, to, to_at)
    while done < n_rows and columns:
        run = smaller(p.run, steps_from(p, r + done, rows, n_rows - done)) if p.by_planes else 0
        if run > (last.out if last.stride else 1):
            at = done * s.pitch * v.acc
            odd |= cover_planes(p, v, arrays, s, r + done, -1, rows, 0, rows, run, run, low, columns, to + at, to_at + at)
            done += run * rows
            continue
        taps = window(last, (r + done) % last.out)
        run = 1
        if last.stride and taps.first == 0 and taps.last == last.kernel:
            run = (last.length - 1 - (last.kernel - 1) * last.dilation - taps.start) // last.stride + 1
            run = min(run, last.out - (r + done) % last.out, n_rows - done, p.run)
        at = done * s.pitch * v.acc
        odd |= cover(p, v, arrays, s, r + done, -1, run, last.stride * last.step, low, columns, to + at, to_at + at)
        done += run
    return odd


cdef struct Descent:      # of tall windows through all rows of input that they reach, plane after plane
    Py_ssize_t r, start                       # the first row of output, and of input
    Py_ssize_t group, above, inside, apart    # rows of a plane: of output, neutral ones, then those of input, and up to the next plane
    Py_ssize_t rows, taken, made              # in all, and taken so far; of output that the last ones made
    Py_ssize_t n, block, lag                  # cells of a row; rows to take at a time, and those of a ring that are none of the windows'
    bint by_blocks                            # no doubling: one ring of as many rows as a window has

cdef inline Py_ssize_t ring_pitch(Py_ssize_t n, Py_ssize_t acc) noexcept nogil:
    """Cells from row to row on a ring: whole lines of wide ones."""
    return whole_lines(acc, n) if n * acc >= WIDE else n

cdef Descent descent(const Problem *p, const Verbs *v, Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t n) noexcept nogil:
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t reach = (last.kernel - 1) * last.dilation, rows, shared
    cdef Descent d
    d.r, d.start, d.group = r, window(last, r % last.out).start, smaller(p.group, n_rows)
    d.n = ring_pitch(n, v.acc)
    rows = (d.group - 1) * last.stride + reach + 1
    d.above = smaller(greater(0, -d.start), rows)
    d.inside = greater(0, smaller(last.length - d.start, rows) - d.above)
    shared = min(d.above, rows - d.above - d.inside, reach)         # neutral rows below one plane and above the next
    d.apart = (rows - shared + last.stride - 1) // last.stride * last.stride
    d.rows = (n_rows // d.group - 1) * d.apart + rows
    d.taken = 0
    d.block = fitting(p, v, p.block)
    d.lag = d.block + LINE // v.cell // n + 1                       # room for what is new, and whole lines of it
    d.by_blocks = p.blocks and n * v.acc >= WIDE
    return d


cdef inline Py_ssize_t on_ring(const Problem *p, const Verbs *v, const Descent *d, int level, Py_ssize_t row, Py_ssize_t *at) noexcept nogil:
    """Where a row of windows of so many doublings lies, in bytes, and how many follow it there."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t width = last.kernel >> (p.levels - level), wider = last.kernel >> (0 if d.by_blocks else p.levels - level - 1)
    cdef Py_ssize_t rows = (wider - width) * last.dilation + d.lag
    row %= rows
    at[0] = (((width - 1) * last.dilation + level * d.lag + row) * d.n + level * LINE) * v.acc
    return rows - row


cdef bint take_rows(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, const Descent *d, Py_ssize_t stop,
                    Py_ssize_t low, Py_ssize_t columns) noexcept nogil:
    """The next rows of input, or neutral ones, each once."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t row = d.taken, room, run, steps, plane, in_plane, at, k, pitch = d.apart * d.n
    cdef const char *end = s.end
    cdef bint odd = False
    while row < stop:
        room = smaller(stop - row, on_ring(p, v, d, 0, row, &at))
        plane, in_plane = row // d.apart, row % d.apart
        if in_plane < d.above or in_plane >= d.above + d.inside:
            room = smaller(room, (d.above if in_plane < d.above else d.apart + d.above) - in_plane)
            if stopped(s.turn, room * d.n):
                return False
            neutral(p, s, v, s.ring + at, s.ring_at + at, room * d.n, 1, 0)
            row += room
            continue
        plane = d.r + plane * d.group
        run = min(room, d.above + d.inside - in_plane, p.run)
        steps = 0
        if p.stacked and columns == p.column.length and run == d.inside and d.n == columns * p.inner:
            steps = smaller(room - run, d.rows - 1 - row) // d.apart + 1
            steps = steps_from(p, plane // last.out, p.planes, steps)
        s.pitch = d.n
        if steps < 2:
            odd |= cover(p, v, arrays, s, plane, d.start + in_plane, run, last.step, low, columns, s.ring + at, s.ring_at + at)
            row += run
            continue
        s.pitch = p.planes * pitch
        for k in range(p.planes):             # as `cover_planes` does, but all rows of input in one
            if (p.planes - k) * pitch < whole_lines(v.cell, run * d.n):
                s.end = s.ring
            odd |= cover(p, v, arrays, s, plane + k * last.out, d.start + d.above, steps, p.free_step, low, run * columns,
                         s.ring + at + k * pitch * v.acc, s.ring_at + at + k * pitch * v.acc)
        s.end = end
        at += run * d.n * v.acc
        steps = steps * p.planes - 1
        neutral(p, s, v, s.ring + at, s.ring_at + at, (d.apart - run) * d.n, steps, pitch)
        row += steps * d.apart + run
    return odd


cdef bint descend(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Descent *d, Py_ssize_t low, Py_ssize_t columns,
                  char *to, char *to_at, Py_ssize_t to_pitch) noexcept nogil:
    """Take some rows of input, each once, and unite all that stand behind each other, down to rows of output, and between those of
    two planes some that aren't any."""
    cdef Py_ssize_t stop = smaller(d.rows, d.taken + d.block)
    cdef bint odd = take_rows(p, v, arrays, s, d, stop, low, columns)
    d.made = 0
    if d.by_blocks:
        unite_blocks(p, v, s, d, stop, to, to_at, to_pitch)
    else:
        double_rows(p, v, s, d, stop, to, to_at, to_pitch)
    d.taken = stop
    return odd


cdef inline void aim(const Problem *p, const Verbs *v, const Scratch *s, const Descent *d, Py_ssize_t row, Operands *rows, int k) noexcept nogil:
    """At a row of input on its ring."""
    cdef Py_ssize_t at
    on_ring(p, v, d, 0, row, &at)
    rows.row[k] = s.ring + at
    rows.row_at[k] = s.ring_at + at


cdef void unite_blocks(const Problem *p, const Verbs *v, Scratch *s, Descent *d, Py_ssize_t stop,
                       char *to, char *to_at, Py_ssize_t to_pitch) noexcept nogil:
    """Three joinings a row, however tall the windows: cut in blocks of `kernel` rows, each is the end of one and the start of the next
    (van Herk, 1992; Gil and Werman, 1993)."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t row = d.taken, start, in_block, i, at = ((last.kernel - 1 + d.lag) * d.n + LINE) * v.acc       # of the block's start
    cdef bint wanted, whole
    cdef Operands rows = no_rows()
    while row < stop:
        in_block = row % last.kernel
        start = row - last.kernel + 1
        wanted = start >= 0 and start % last.stride == 0
        whole = wanted and in_block == last.kernel - 1      # the block is the window
        aim(p, v, s, d, row, &rows, 1)
        if in_block == 1:
            aim(p, v, s, d, row - 1, &rows, 0)
        elif in_block:
            rows.row[0] = s.ring + at
            rows.row_at[0] = s.ring_at + at
        if in_block:
            rows.tap[1] = in_block * last.place
            rows.acc = to + d.made * to_pitch * v.acc if whole else s.ring + at
            rows.acc_at = to_at + d.made * to_pitch * v.acc if whole else s.ring_at + at
            perform(p, s, v, WIDEN, &rows, False, d.n, 0, 0, 0, 0, 0)
            rows.row[1] = rows.acc
            rows.row_at[1] = rows.acc_at
        if wanted and not whole:
            aim(p, v, s, d, start, &rows, 0)
            rows.tap[1] = (last.kernel - 1 - in_block) * last.place
            rows.acc = to + d.made * to_pitch * v.acc
            rows.acc_at = to_at + d.made * to_pitch * v.acc
            perform(p, s, v, WIDEN, &rows, False, d.n, 0, 0, 0, 0, 0)
        d.made += wanted
        if in_block == last.kernel - 1:       # its ends, longer and longer, each in the place of its first row
            rows.tap[1] = last.place
            i = row - 1
            while i > start:
                aim(p, v, s, d, i, &rows, 0)
                aim(p, v, s, d, i + 1, &rows, 1)
                rows.acc = <void *>rows.row[0]
                rows.acc_at = <void *>rows.row_at[0]
                perform(p, s, v, WIDEN, &rows, False, d.n, 0, 0, 0, 0, 0)
                i -= 1
        row += 1


cdef void double_rows(const Problem *p, const Verbs *v, Scratch *s, Descent *d, Py_ssize_t stop,
                      char *to, char *to_at, Py_ssize_t to_pitch) noexcept nogil:
    """Level after level, each on a ring of its own."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t width = 1, wider, i, end, step = 1, run, room, at
    cdef Operands rows = no_rows()
    cdef int level, k
    for level in range(1, p.levels + 1):
        wider = last.kernel >> (p.levels - level)
        i = greater(0, d.taken - (wider - 1) * last.dilation)
        end = stop - (wider - 1) * last.dilation
        while i < end:
            if level == p.levels:
                step = last.stride
                i = (i + step - 1) // step * step
                if i >= end:
                    break
            room = end - i
            for k in range(3 if wider & 1 else 2):
                room = smaller(room, on_ring(p, v, d, 0 if k == 2 else level - 1, i + k * width * last.dilation, &at))
                rows.row[k] = s.ring + at
                rows.row_at[k] = s.ring_at + at
                rows.tap[k] = k * width * last.place
            if level < p.levels:
                run = smaller(room, on_ring(p, v, d, level, i, &at))
                rows.acc = s.ring + at
                rows.acc_at = s.ring_at + at
                perform(p, s, v, WIDEN, &rows, wider & 1, whole_lines(v.acc, run * d.n), 0, 0, 0, 0, 0)
            else:
                run = (room - 1) // step + 1
                rows.acc = to + d.made * to_pitch * v.acc
                rows.acc_at = to_at + d.made * to_pitch * v.acc
                if step == 1 and to_pitch == d.n:
                    perform(p, s, v, WIDEN, &rows, wider & 1, whole_lines(v.acc, run * d.n), 0, 0, 0, 0, 0)
                else:
                    perform(p, s, v, WIDEN_LAST, &rows, wider & 1, whole_lines(v.acc, d.n), 1, run, to_pitch, step * d.n, 0)
                d.made += run
            i += (run - 1) * step + 1
        width = wider


cdef bint walk_tile(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s, Py_ssize_t r, Py_ssize_t n_rows) noexcept nogil:
    """Rows of x to rows of output: whole planes, or some rows of one. Where vectors would reach beyond an end of x, plane by plane from copies."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef const Axis *column = &p.column
    cdef Py_ssize_t n = column.out * p.inner, plane = last.length * last.step, before = column.before * p.inner
    cdef Py_ssize_t start = r % last.out - last.before, low = greater(0, start), rows = smaller(n_rows, last.out), planes = n_rows // rows, some
    cdef Py_ssize_t high = smaller(last.length, start + rows + (last.kernel - 1) * last.dilation), size
    cdef Py_ssize_t behind = greater(n, VECTOR // v.cell) - before + ((column.kernel - 1) * column.dilation - column.length) * p.inner
    cdef const char *x = arrays.x + r // last.out * plane + low * last.step
    cdef char *place = arrays.out + r * n * v.result
    cdef char *out = s.stage.memory if p.streams else place
    cdef bint odd = False
    cdef Operands of = no_rows()
    before, behind = before * v.cell, greater(0, behind) * v.cell         # bytes that are read there
    if n * v.cell < VECTOR:                   # a strip reaches into the next row, at the end to where others are at work
        out = s.tile[1]
    of.acc = out
    of.ahead = p.ahead
    while planes > 0 and not stopped(s.turn, rows * n):
        some = planes if x - before >= arrays.x else 1
        size = (some - 1) * plane + (high - low) * last.step
        while some > 1 and x + size + behind > arrays.end:
            some -= 1
            size -= plane
        of.row[0] = x
        if x - before < arrays.x or x + size + behind > arrays.end:
            memset(s.tile[0], 0, before)
            memcpy(s.tile[0] + before, x, size)
            memset(s.tile[0] + before + size, 0, behind)
            of.row[0] = s.tile[0] + before
            keep_no_trace(s)                  # copying is no call
        else:
            reads_to(s, x + size + behind)
        odd |= perform(p, s, v, WALK, &of, some, rows, start, 0, 0, 0, 0)
        of.acc = <char *>of.acc + some * rows * n * v.cell
        x += some * plane
        planes -= some
    of.acc, of.row[0] = place, out
    if p.streams:
        perform(p, s, v, STREAM, &of, n_rows * n * v.result, 0, 0, 0, 0, 0, 0)
    elif out != place:
        trim_rows(p, s, v, place, out, n_rows * n, n_rows * n, 1)
    return odd


cdef bint slice_tile(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s,
                     Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """Columns of x to those of output: whole planes, or some rows of one."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t rows = smaller(n_rows, last.out)
    cdef Operands of = no_rows()
    of.acc = arrays.out + (r * p.column.out + c) * p.inner * v.result
    of.row[0] = arrays.x + r // last.out * p.axis[0].step
    of.ahead = p.ahead
    return perform(p, s, v, SLICES, &of, n_rows // rows, rows, r % last.out * last.stride - last.before, columns,
                   c * p.column.stride - p.column.before, 0, 0)


cdef bint pool_tile(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s,
                    Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """Rows r.. and columns c.. of the output. Tells if a cell or a result is odd: then it is to be done again, carefully."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t done = 0, run, row, low = greater(0, c * p.column.stride - p.column.before)
    cdef Py_ssize_t high = smaller(p.column.length, (c + columns - 1) * p.column.stride - p.column.before + p.column.kernel)
    cdef Span taps
    cdef bint odd = False, whole
    cdef char *to
    if p.walks and v == &p.quick:
        return walk_tile(p, v, arrays, s, r, n_rows)
    if p.slices and v == &p.quick:
        return slice_tile(p, v, arrays, s, r, n_rows, c, columns)
    if not p.pipelined or v != &p.quick:
        return join_tile(p, v, arrays, s, r, n_rows, c, columns)
    while done < n_rows:
        row = (r + done) % last.out
        taps = window(last, row)
        whole = last.inside_first <= row < last.inside_stop
        run = smaller(n_rows - done, last.inside_stop - row) if whole else 1
        s.made = s.tap = 0
        if whole or v.exact and taps.first < taps.last:
            s.column, s.columns, s.pitch = c, columns, p.column.out * p.inner
            to = arrays.out + ((r + done) * s.pitch + c * p.inner) * v.result
            odd |= cover(p, v, arrays, s, r + done, PIPED, run, last.stride * last.step, low, high - low, to, to)
        if s.made == 0:                       # at an edge of memory or, of sums, of the plane
            odd |= join_tile(p, v, arrays, s, r + done, 1, c, columns)
            s.made = 1
        done += s.made
    return odd


cdef bint join_tile(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s,
                    Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """First rows are joined, then columns."""
    cdef const Axis *column = &p.column
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Span taps = window(column, c + columns - 1)
    cdef Py_ssize_t first = window(column, c).start, done = 0, some = n_rows, n, skipped, planes_rows, below
    cdef Py_ssize_t stop = taps.start + (taps.last if column.stride == 0 else (column.kernel - 1) * column.dilation + 1)
    cdef Py_ssize_t low = greater(first, 0), high = smaller(stop, column.length)      # what of first..stop lies inside
    cdef bint odd = False, lays, whole
    cdef char *tile = s.tile[0]
    cdef char *base
    cdef char *to
    cdef char *to_at
    cdef Descent d
    s.tap = 0
    if p.long:                                # no more than what lies inside
        s.tap = taps.first
        first = low = taps.start + taps.first * column.dilation
        high = low + (taps.last - 1 - taps.first) * column.dilation + 1
        stop = greater(high, low + p.pitch // p.inner)
    elif p.mends or p.all_columns and columns == column.out and v.acc <= p.acc:
        stop, high = greater(stop, column.length), column.length
    if low >= high:
        low = high = first
    n = (high - low) * p.inner
    skipped = (low - first) * p.inner
    whole = low == first and high == stop
    if p.straight and not p.group and v.finish == NULL and v.result and whole:
        s.pitch = column.out * p.inner
        to = arrays.out + (r * s.pitch + c * p.inner) * v.result
        s.end = to + n_rows * s.pitch * v.result if columns == column.out else NULL       # beside it, others may be at work
        odd = cover_rows(p, v, arrays, s, r, n_rows, low, columns, to, s.at[0])
        return odd | odd_results(p, s, v, to, columns, n_rows)         # looked at in any case, so that a trace does, too
    s.bare = p.bare and v == &p.quick and (whole or p.mends and 0 < r < p.n_rows - n_rows) and not stopped(s.turn, n_rows * p.pitch)
    if s.bare:
        s.tile[0] = <char *>arrays.x + r * last.step + first * v.cell
        odd = join_columns(p, v, arrays, s, r, n_rows, c, columns, first)
        s.tile[0] = tile
        return odd
    s.end = s.tile[0] + p.tiles
    lays = not whole and n * v.acc <= NARROW and not p.mends or 0 < p.group < n_rows
    base = tile + (whole_lines(v.acc, skipped) - skipped) * v.acc if p.mends else tile
    to = s.tile[1] if lays else base + skipped * v.acc
    to_at = to + p.tiles
    if p.group and n:
        d = descent(p, v, r, n_rows, n)
        planes_rows, below = d.group, d.apart // last.stride - d.group
    else:
        planes_rows, below = n_rows, 0
    while done < n_rows and not is_raised(s.turn.stopped):
        s.pitch = n if lays else p.pitch
        if p.group and n:
            odd |= descend(p, v, arrays, s, &d, low, high - low, to, to_at, s.pitch)
            some = d.made if n_rows == d.group else n_rows
        else:
            if p.group:                       # no cell lies inside; a tile has room for so many neutral rows
                some = smaller(n_rows - done, fitting(p, v, p.block))
            odd |= cover_rows(p, v, arrays, s, r + done, some, low, high - low, to, to_at)
        if lays:
            lay_rows(p, s, v, LAY, base, to, skipped, n, some, planes_rows, below)
        if lays and v.code:
            lay_rows(p, s, v, LAY_PLACES, s.at[0], to_at, skipped, n, some, planes_rows, below)
        if p.mends:
            s.tile[0] = base
            s.at[0] = base + p.tiles
            neutral(p, s, v, base, s.at[0], skipped, 1, 0)
            neutral(p, s, v, base + (skipped + some * n) * v.acc, s.at[0] + (skipped + some * n) * v.acc, (stop - high) * p.inner, 1, 0)
        elif not whole and not lays:
            neutral(p, s, v, s.tile[0], s.at[0], skipped, 1, 0)
            neutral(p, s, v, to + n * v.acc, to_at + n * v.acc, p.pitch - n, some, p.pitch)
        if some:
            odd |= join_columns(p, v, arrays, s, r + done, some, c, columns, first)
        if p.mends:
            s.tile[0] = tile
            s.at[0] = tile + p.tiles
        done += some
    return odd


cdef bint join_columns(const Problem *p, const Verbs *v, const Arrays *arrays, Scratch *s,
                       Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns, Py_ssize_t first) noexcept nogil:
    """Across: rows of tile 0 to rows of output."""
    cdef const Axis *column = &p.column
    cdef Py_ssize_t n = columns * p.inner, out_pitch = column.out * p.inner, pitch = p.pitch, cells = (n_rows - 1) * pitch + p.width
    cdef Py_ssize_t stride = column.stride if p.columns > 1 else smaller(column.stride, 1)              # of one column, any will do
    cdef int at, wide, spare
    cdef Operands rows = no_rows()
    cdef char *place = arrays.out + (r * out_pitch + c * p.inner) * v.result
    # Results that follow each other; the careful way mends what lies there.
    cdef bint streams = p.streams and v == &p.quick and (columns == column.out or n_rows == 1)
    cdef char *out = s.stage.memory if streams else place
    cdef bint together, folds, ready, closes, direct, trims, odd = False
    cdef Doubling joining
    folds = not v.code and are_far_apart(p.across, column.stride) and p.inner == 1 and column.dilation == 1
    wide = column.stride == 0 and p.across > 1 and not p.long                        # some bins hold one column more
    together = p.across > 1 and (stride == 1 or stride and (v.code or p.inner == 1 or p.inner >= 16))
    closes = v.closes and (together or folds)
    direct = v.result and (v.finish == NULL or closes)
    joining = doubled(p, s, v, s.tile, s.at, 1 if folds or p.around else p.across - wide, p.inner * column.dilation, column.place, cells, together)
    at = joining.at
    wide = doubled_once_more(p, v, s, at, cells) if wide else at
    ready = p.straight and not direct
    spare = 3 if folds and s.bare else 0 if folds or ready else 3 - at - wide if at != wide else 3 - at if at else 1
    if together and p.inner < 16 and in_strands(stride, v.code):
        pick_strands(p, v, s, &joining, spare, cells)
        spare, pitch, stride = 2 if p.mends else 0, pitch // stride, 1        # edges are made of the first; none is doubled then
    trims = p.trims and v == &p.quick
    if v.code and together and stride == 1 and columns == column.out and n < pitch:         # rows of half a line at most: over their ends, too
        trims = 2 * n <= whole_lines(v.acc, n)
    if p.around:
        rows.acc = out if direct else s.tile[spare]
        rows.row[0] = s.tile[0]
        odd = perform(p, s, v, NEIGHBOURS, &rows, p.across, n, p.inner * column.dilation, n_rows, 0, 0, 0)
    elif folds:
        odd = emit_folded(p, v, s, out if direct else s.tile[spare], out_pitch if direct else n, columns, n_rows)
    elif trims:
        pitch //= stride
        joining.rows.acc = s.tile[spare]
        joining.rows.acc_at = s.at[spare]
        odd = perform(p, s, v, CLOSE_CELLS if s.bare else CLOSE, &joining.rows, joining.odd, (n_rows - 1) * pitch + n, stride, 1, 0, 0, 0)
        at, spare = spare, 2 if spare == 1 else 1
        if v.result:
            trim_rows(p, s, v, out if direct else s.tile[spare], s.tile[at], n, pitch, n_rows)
        if v.code:
            trim_rows(p, s, v, s.at[spare], s.at[at], n, pitch, n_rows)
    elif together:
        odd = emit(p, s, v, &joining, out if direct else s.tile[spare], out_pitch if direct else n, s.at[spare], columns, n_rows, stride, pitch)
    elif not ready:
        pick_columns(p, s, v, out if direct else s.tile[spare], out_pitch if direct else n, s.tile[at], s.tile[wide], n_rows, c, columns, first)
        if v.code:
            pick_columns(p, s, v, s.at[spare], n, s.at[at], s.at[wide], n_rows, c, columns, first)
    if p.mends and not p.around:
        odd |= mend_columns(p, v, s, out if direct else s.tile[spare], s.at[spare], n, n_rows)
    if v.code:
        write_indices(p, v, s, arrays.indices + (r * out_pitch + c * p.inner) * v.code, s.at[spare], r, n_rows, c, columns)
    rows.acc = out
    rows.row[0] = s.tile[spare]
    pitch = p.pitch if ready else n
    if v.mean and not closes:
        divide(p, v, s, &rows, r, n_rows, c, columns, out_pitch, pitch)
    elif v.finish != NULL and not closes and n == out_pitch == pitch:         # rows that follow each other like one
        perform(p, s, v, FINISH, &rows, n * n_rows, 1, 0, 0, 0, 0, v.p)
    elif v.finish != NULL and not closes:
        perform(p, s, v, FINISH, &rows, n, n_rows, out_pitch, pitch, 0, 0, v.p)
    if not folds and not together:
        odd = odd_results(p, s, v, out, columns, n_rows)
    if streams:
        rows.acc = place
        rows.row[0] = out
        perform(p, s, v, STREAM, &rows, n_rows * n * v.result, 0, 0, 0, 0, 0, 0)
    return odd


cdef bint odd_results(const Problem *p, Scratch *s, const Verbs *v, const char *out, Py_ssize_t columns, Py_ssize_t n_rows) noexcept nogil:
    cdef Py_ssize_t n = columns * p.inner
    cdef Operands rows = no_rows()
    cdef bint odd = False
    if v.watch_bits == NULL:
        return False
    if columns == p.column.out:
        n, n_rows = n * n_rows, 1
    for _ in range(n_rows):
        rows.row[0] = out
        odd |= perform(p, s, v, WATCH_BITS, &rows, n, 0, 0, 0, 0, 0, 0)
        out += p.column.out * p.inner * v.result
    return odd


cdef inline void pick_rows(const Problem *p, Scratch *s, const Verbs *v, char *to, const char *from_, Py_ssize_t columns, Py_ssize_t stride,
                           Py_ssize_t n_rows, Py_ssize_t to_pitch, Py_ssize_t pitch) noexcept nogil:
    cdef Operands rows = no_rows()
    rows.acc = to
    rows.row[0] = from_
    perform(p, s, v, PICK, &rows, columns, stride, p.inner, n_rows, to_pitch, pitch, 0)


cdef void pick_strands(const Problem *p, const Verbs *v, Scratch *s, Doubling *d, int spare, Py_ssize_t cells) noexcept nogil:
    """Every stride-th column of the rows to join, so that they are joined without gaps. Tile `spare` takes them, and the first is spare then."""
    cdef Py_ssize_t columns = cells // p.inner // p.column.stride, behind, from_, at
    cdef int k, to
    for k in range(3 if d.odd else 2):
        behind = k * d.done * p.column.dilation
        from_ = behind % p.column.stride * p.inner * v.acc
        to = d.at if k == 2 and d.at else spare
        at = k * columns * p.inner * v.acc if from_ and to == spare else 0
        if k == 0 or from_ or to != spare:
            pick_rows(p, s, v, s.tile[to] + at, s.tile[0 if k == 2 else d.at] + from_, columns, p.column.stride, 1, 0, 0)
            if v.code:
                pick_rows(p, s, v, s.at[to] + at, s.at[0 if k == 2 else d.at] + from_, columns, p.column.stride, 1, 0, 0)
        at += behind // p.column.stride * p.inner * v.acc
        d.rows.row[k] = s.tile[to] + at
        d.rows.row_at[k] = s.at[to] + at


cdef bint mend_columns(const Problem *p, const Verbs *v, Scratch *s, char *to, char *to_at, Py_ssize_t to_pitch, Py_ssize_t n_rows) noexcept nogil:
    """Windows at the edges, which were joined with cells of other rows, once more."""
    cdef const Axis *column = &p.column
    cdef Py_ssize_t before = window(column, 0).start, i, c, from_
    cdef int k
    cdef bint odd = False
    cdef Operands rows = no_rows()
    cdef Span taps
    for i in range(p.left + p.right):
        c = i if i < p.left else column.out - p.left - p.right + i
        taps = window(column, c)
        from_ = (taps.start + taps.first * column.dilation - before) * p.inner * v.acc
        rows.acc = to + c * p.inner * v.acc
        rows.acc_at = to_at + c * p.inner * v.acc
        rows.row[0] = s.tile[0] + from_
        rows.row_at[0] = s.at[0] + from_
        for k in range(3):
            rows.tap[k] = (taps.first + k) * column.place
        odd |= perform(p, s, v, MEND, &rows, taps.last - taps.first, column.dilation * p.inner, p.inner, n_rows, to_pitch, p.pitch, 0)
    return odd


cdef inline void advance(const Verbs *v, Operands *rows, Py_ssize_t n_rows, Py_ssize_t to_pitch, Py_ssize_t n, Py_ssize_t pitch) noexcept nogil:
    cdef Py_ssize_t k
    rows.acc = <char *>rows.acc + n_rows * to_pitch * v.acc
    rows.acc_at = <char *>rows.acc_at + n_rows * n * v.acc
    for k in range(3):
        rows.row[k] = <const char *>rows.row[k] + n_rows * pitch * v.acc
        rows.row_at[k] = <const char *>rows.row_at[k] + n_rows * pitch * v.acc


cdef bint emit(const Problem *p, Scratch *s, const Verbs *v, Doubling *d, char *to, Py_ssize_t to_pitch, char *at,
               Py_ssize_t columns, Py_ssize_t n_rows, Py_ssize_t stride, Py_ssize_t pitch) noexcept nogil:
    """Join for the last time and pick in one, rows in whole lines where what is too much will be overwritten. Tells of odd results."""
    cdef bint odd = False
    cdef Py_ssize_t n = columns * p.inner, whole, most
    cdef Operands rest
    cdef Verb close = CLOSE_CELLS if s.bare else CLOSE
    cdef Py_ssize_t half = LINE // 2 // v.acc           # of a line; of every second cell, the last of a loop are left to scalars: let it be one
    d.rows.acc = to
    d.rows.acc_at = at
    if pitch == n * stride and to_pitch == n:          # rows that follow each other like one
        columns *= n_rows
        n *= n_rows
        to_pitch = n
        n_rows = 1
    if p.ahead and close == CLOSE_CELLS and n > SLICE:
        d.rows.ahead = p.ahead
        for _ in range(n_rows):
            odd |= perform(p, s, v, close, &d.rows, d.odd, SLICE, stride, n // SLICE, SLICE, SLICE * stride, 0)
            rest = d.rows
            advance(v, &rest, n // SLICE, SLICE, 0, SLICE * stride)
            odd |= perform(p, s, v, close, &rest, d.odd, n % SLICE, stride, 1, 0, 0, 0)
            advance(v, &d.rows, 1, to_pitch, n, pitch)
        return odd
    if stride == 1 or p.inner == 1:
        whole = whole_lines(v.acc, n) if stride == 1 else n if stride > 2 else (n + half - 2) // half * half + 1
        most = greater(0, n_rows - (whole - n + to_pitch - 1) // to_pitch) if to_pitch == n else 0
        if most:
            odd = perform(p, s, v, close, &d.rows, d.odd, whole, stride, most, to_pitch, pitch, 0)
            advance(v, &d.rows, most, to_pitch, n, pitch)
            n_rows -= most
        if n_rows and (to_pitch == n or not v.code):       # places follow each other in any case
            return odd | perform(p, s, v, close, &d.rows, d.odd, n, stride, n_rows, to_pitch, pitch, 0)
    for _ in range(n_rows):
        if stride == 1 or p.inner == 1:
            odd |= perform(p, s, v, close, &d.rows, d.odd, n, stride, 1, to_pitch, pitch, 0)
        else:
            odd |= perform(p, s, v, close, &d.rows, d.odd, p.inner, 1, columns, p.inner, stride * p.inner, 0)
        advance(v, &d.rows, 1, to_pitch, n, pitch)
    return odd


cdef bint emit_folded(const Problem *p, const Verbs *v, Scratch *s, char *to, Py_ssize_t to_pitch,
                      Py_ssize_t columns, Py_ssize_t n_rows) noexcept nogil:
    """Fold windows that lie far apart into few columns, and those again and again into halves, down to one."""
    cdef Py_ssize_t lanes = LANES
    cdef int at = 1, next_ = 2
    cdef bint odd = False
    cdef Operands rows = no_rows()
    rows.acc = s.tile[at]
    rows.row[0] = s.tile[0]
    if p.folded or p.across == p.column.stride == LANES and p.pitch == columns * LANES:       # they lie like this
        at = 0
    else:
        odd = perform(p, s, v, FOLD, &rows, p.across, columns, p.column.stride, n_rows, p.pitch, 0, 0)
    while lanes > 2:
        lanes //= 2
        rows.acc = s.tile[next_]
        rows.row[0] = rows.row[2] = s.tile[at]
        rows.row[1] = s.tile[at] + v.acc
        perform(p, s, v, WIDEN_LAST, &rows, False, n_rows * columns * lanes, 2, 1, 0, 0, 0)
        at, next_ = next_, 3 - next_
    rows.acc = to
    rows.row[0] = rows.row[2] = s.tile[at]
    rows.row[1] = s.tile[at] + v.acc
    return odd | perform(p, s, v, CLOSE, &rows, False, columns, 2, n_rows, to_pitch, 2 * columns, 0)


cdef void pick_columns(const Problem *p, Scratch *s, const Verbs *v, char *to, Py_ssize_t to_pitch, const char *tile, const char *wide,
                       Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns, Py_ssize_t first) noexcept nogil:
    cdef Span bin
    cdef Py_ssize_t i
    if p.column.stride:
        pick_rows(p, s, v, to, tile, columns, p.column.stride, n_rows, to_pitch, p.pitch)
    else:
        for i in range(columns):
            bin = window(&p.column, c + i)
            pick_rows(p, s, v, to + i * p.inner * v.acc, (wide if bin.last == p.column.kernel else tile) + (bin.start - first) * p.inner * v.acc,
                      1, 1, n_rows, to_pitch, p.pitch)



cdef inline void fill_gaps(const Problem *p, Scratch *s) noexcept nogil:
    """Rows are joined over their ends: what lies between them is to look like a cell, not odd, before any has been written there."""
    if p.gaps:
        neutral(p, s, &p.quick, s.tile[0], s.at[0], p.gaps, 1, 0)


cdef bint is_odd(const Problem *p, const Arrays *arrays, Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    """A tile of extremes told of something odd: is there NaN in its windows, or the other zero, too? Zeros of one sign, as erosions and
    ReLUs have them, are no matter. Looked for in all of x that lies between, unless that is more than twice what the windows cover, or
    more than a cache holds."""
    cdef Py_ssize_t i = c, j = c + columns - 1, last = r + n_rows - 1, cells = p.inner, lower, upper
    cdef Py_ssize_t low = smaller(0, (p.inner - 1) * p.inner_step), high = greater(0, (p.inner - 1) * p.inner_step) + p.itemsize
    cdef const Axis *axis = &p.column
    cdef int a = p.n_axes
    if p.quick.look_again == NULL or arrays.end == NULL:
        return True
    while True:
        lower = smaller(axis.length - 1, greater(0, window(axis, i).start))            # taps of others may lie nearer to the ends
        upper = greater(lower, smaller(axis.length, window(axis, j).start + (axis.kernel - 1) * axis.dilation + 1) - 1)
        low += smaller(lower * axis.step, upper * axis.step)
        high += greater(lower * axis.step, upper * axis.step)
        cells *= smaller(upper - lower + 1, (j - i + 1) * smaller(axis.kernel, axis.length))
        a -= 1
        if a < 0:
            break
        axis = &p.axis[a]
        i, j = r % axis.out, last % axis.out
        r, last = r // axis.out, last // axis.out
        if r != last:                         # these rows go on along a slower axis
            i, j = 0, axis.out - 1
    if high - low > smaller(2 * cells * p.itemsize, COLD):
        return True
    return p.quick.look_again(arrays.x + low, (high - low) // p.itemsize, 1, 0, p.quick.other_zero)


cdef Py_ssize_t pool_items(const Problem *p, const Arrays *arrays, Scratch *s, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    """One tile, or several that are alike; tells how many. Items count along the row first."""
    cdef Py_ssize_t beside = (p.column.out - 1) // p.columns + 1, below = (p.period - 1) // p.rows + 1
    cdef Py_ssize_t c = item % beside * p.columns, in_period = item // beside % below * p.rows
    cdef Py_ssize_t r = item // beside // below * p.period + in_period
    cdef Py_ssize_t n_rows = smaller(p.rows, p.period - in_period), columns = smaller(p.columns, p.column.out - c)
    cdef Py_ssize_t done = 0, aside
    cdef Spot spot
    cdef Trace *trace
    cdef bint odd = s.wary > 0
    if p.strands:
        if add_windows(p, &p.quick, arrays, s, r, n_rows, c, columns):
            add_windows(p, &p.careful, arrays, s, r, n_rows, c, columns)
        braid_strands(p, arrays, s, r, n_rows, c, columns)
        return 1
    if p.traced and not odd and not s.odd:
        spot = spot_of(p, r, n_rows, c, columns)
        trace = find_trace(s.recorder, &spot)
        if trace == NULL:
            start_trace(p, s, r)
        else:
            done = replay(p, arrays, s, trace, &spot, stop - item, r, c)
            if done:
                s.wariness = 0
                return done
    if odd:
        s.wary -= 1
    else:
        odd = s.odd or (pool_tile(p, &p.quick, arrays, s, r, n_rows, c, columns) and is_odd(p, arrays, r, n_rows, c, columns))
        s.odd = False
        if arrays.indices != NULL and not odd and not p.quick.code:
            pool_tile(p, &p.place, arrays, s, r, n_rows, c, columns)
            fill_gaps(p, s)
        if s.records:
            end_trace(s, &spot, not odd and not is_raised(s.turn.stopped))
        if odd and p.quick.exact:             # else it only mends what the quick way has made
            s.wary, s.wariness = s.wariness, <int>smaller(2 * s.wariness + 1, WARIEST)
        elif not odd:
            s.wariness = 0
    while odd and done < n_rows:
        aside = 0
        while aside < columns:
            pool_tile(p, &p.careful, arrays, s, r + done, smaller(p.careful_rows, n_rows - done),
                      c + aside, smaller(p.careful_columns, columns - aside))
            aside += p.careful_columns
        done += p.careful_rows
    if arrays.indices != NULL and odd:
        pool_tile(p, &p.place, arrays, s, r, n_rows, c, columns)
    if odd:
        fill_gaps(p, s)
    return 1


ctypedef void (*Work)(const void *, const Arrays *, char *, Turn *, Py_ssize_t, Py_ssize_t) noexcept nogil

cdef inline void take_turn(Work do, const void *problem, const Arrays *arrays, char *memory, bint *stopped, bint asks, double since,
                           Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    cdef Turn turn
    turn.stopped, turn.asks, turn.cells, turn.since = stopped, asks, 0, since
    do(problem, arrays, memory, &turn, item, stop)

cdef int pass_on() except -1:
    """Raise what a signal has raised."""
    return -1

cdef share_out(Work do, const void *problem, const Arrays *arrays, Py_ssize_t memory, Py_ssize_t items, double seconds, Py_ssize_t n):
    """Let `n` threads do the items, each with `memory` of its own; look for signals every few hundredths of a second."""
    cdef Py_ssize_t first = 0, stop, share, t, slice_
    cdef double start, took
    cdef bint stopped = False
    cdef fexcept_t flags                      # the caller's: what the kernels raise is nobody's business
    cdef int raised = fetestexcept(FE_ALL_EXCEPT)           # soon told; to set flags takes as long as to pool some thousand cells
    cdef char *scratch = <char *>PyMem_RawMalloc(n * memory + LINE)
    cdef char *lines = <char *>((<size_t>scratch + LINE - 1) & -<size_t>LINE)
    if scratch == NULL:
        raise MemoryError(f"no room for {n * memory} bytes of working memory")
    fegetexceptflag(&flags, FE_ALL_EXCEPT)
    start = now()
    slice_ = greater(n, <Py_ssize_t>(n * 0.01 / seconds))
    try:
        while first < items:
            stop = smaller(items, first + slice_)
            with nogil:
                if n == 1:                    # never enters OpenMP
                    take_turn(do, problem, arrays, lines, &stopped, True, start, first, stop)
                else:
                    share = (stop - first - 1) // n + 1
                    for t in prange(n, num_threads=n, schedule="static"):
                        take_turn(do, problem, arrays, lines + t * memory, &stopped, t == 0, start,
                                  smaller(stop, first + t * share), smaller(stop, first + (t + 1) * share))
            first = stop
            if stopped or first < items and PyErr_CheckSignals() < 0:
                pass_on()
            if first < items:
                took = now() - start
                start += took
                slice_ = greater(n, slice_ * 2 if took < 0.02 else slice_ // 4 if took > 0.1 else slice_)
    finally:
        if fetestexcept(FE_ALL_EXCEPT) != raised:
            fesetexceptflag(&flags, FE_ALL_EXCEPT)
        PyMem_RawFree(scratch)


cdef void work(const void *problem, const Arrays *arrays, char *memory, Turn *turn, Py_ssize_t item, Py_ssize_t stop) noexcept nogil:
    """Pool items, in one thread's memory."""
    cdef const Problem *p = <const Problem *>problem
    cdef Scratch s
    cdef Py_ssize_t i
    for i in range(3):
        s.tile[i] = memory + i * p.tile
        s.at[i] = s.tile[i] + p.tiles
    s.ring = s.tile[3] = memory + 3 * p.tile
    s.ring_at = s.ring + p.tiles
    s.sheets = memory + 4 * p.tile
    s.branch = memory + p.tiles - p.branches * p.branch
    s.branch_at = s.branch + p.tiles
    s.turn = turn
    memory += (2 if arrays.indices != NULL else 1) * p.tiles
    s.recorder = <Recorder *>memory if p.traced else NULL
    memory += lines(sizeof(Recorder)) if p.traced else 0
    s.scale = <double *>memory
    s.start = <int64_t *>(memory + p.scales)
    s.offset = <Py_ssize_t *>(memory + p.scales + p.starts)
    s.other = memory + p.scales + p.starts + p.offsets
    s.rows = s.other + p.spare
    s.stage = stage_at(s.rows + 4 * p.load_part if p.streams else NULL)
    s.records = s.odd = False
    s.wary = s.wariness = 0
    if p.traced:
        ready_recorder(p, arrays, s.recorder, s.tile[0], s.rows + 4 * p.load_part)
    s.counts = Counts(-1, 0, 0, 0)
    s.of_planes = False
    s.start_first = -1
    fill_gaps(p, &s)
    for i in range(4 if p.strands else 3):
        guard(s.tile[i] + p.tile)
    for i in range(3 if arrays.indices != NULL else 0):
        guard(s.at[i] + p.tile)
    for i in range(0 if p.rings else 1, p.branches + 1):
        guard(s.branch + i * p.branch)        # the rings end where the branches begin
    while item < stop and not is_raised(turn.stopped):
        item += pool_items(p, arrays, &s, item, stop)
    end_stage(&s.stage)
    unguard(s.tile[0], memory - s.tile[0])


cdef Verbs find(dict recipe) except *:
    cdef Verbs v
    cdef bytes neutral = LINE * recipe.get("neutral", bytes(1)), neutral_at = LINE * recipe.get("neutral_at", bytes(1))
    kind, cell, acc, result, code = recipe["kind"], recipe["cell"], recipe["acc"], recipe.get("result"), recipe.get("code")
    convert, ending, source = recipe.get("convert"), recipe.get("finish"), recipe.get("source")
    union_ = {"square": "sum", "magnitude": "sum", "mean": "max"}.get(kind, kind)         # means are never joined
    memset(&v, 0, sizeof(v))
    v.cell, v.acc, v.result, v.code = SIZES[cell], SIZES[acc], SIZES.get(result, 0), SIZES.get(code, 0)
    v.down = <Down><void *><size_t>VERBS["down", kind, cell, acc]
    v.widen = <Widen><void *><size_t>VERBS["widen", union_, acc, acc]
    v.widen_last = <WidenLast><void *><size_t>VERBS["widen_last", union_, acc]
    v.close = v.close_cells = v.widen_last
    v.mend = <Mend><void *><size_t>VERBS["mend", union_, acc]
    v.neighbours = <Neighbours><void *><size_t>VERBS.get(("neighbours", union_, acc), 0)         # places have none
    if ending == "total" and acc == result:                 # that would only copy
        ending = None
    if v.result and convert is None and (ending is None or ending == "unorder") and not recipe.get("watch"):
        v.pipeline = <Piping><void *><size_t>VERBS.get(("pipeline", kind, cell, acc), 0)
        v.walk = <Walking><void *><size_t>VERBS.get(("walk", kind, cell, acc), 0)
        v.slices = <Slicing><void *><size_t>VERBS.get(("slices", kind, cell, acc), 0)
    elif v.result == 2 and convert == "real" and ending == "total":
        v.pipeline = <Piping><void *><size_t>VERBS.get(("pipeline", kind, source, acc), 0)
    if code:
        v.write_places = <WritePlaces><void *><size_t>VERBS["write_places", acc, code]
    else:
        v.fold = <Fold><void *><size_t>VERBS["fold", union_, acc]
    v.floats = acc in ("float32", "float64")
    v.pick = <Pick><void *><size_t>VERBS["pick", v.acc]
    v.fill = <Fill><void *><size_t>VERBS["fill", v.acc]
    if convert == "order":
        v.order = <Ordered><void *><size_t>VERBS["convert", "order", source, cell]
    elif convert == "real":
        v.real = <Real><void *><size_t>VERBS["convert", "real", source, cell]
    if recipe.get("watch"):
        v.watch = <Watch><void *><size_t>VERBS["watch", cell]
    if "odd_bits" in recipe:
        v.watch_bits = <WatchBits><void *><size_t>VERBS["watch_bits", v.result]
        v.mask, v.odd_bits = recipe["odd_bits"]
    if "other_zero" in recipe:
        v.look_again = <Watch><void *><size_t>VERBS["watch", cell]
        v.other_zero = recipe["other_zero"]
    if ending is not None:
        v.finish = <Finisher><void *><size_t>VERBS["finish", ending, acc, result]
        v.mean = ending == "mean"
        v.real_means = v.mean and result == "float64"
        v.reciprocal = v.mean and v.floats and result == "float32"
    memcpy(v.neutral, <const char *>neutral, LINE)
    memcpy(v.neutral_at, <const char *>neutral_at, LINE)
    v.exact = union_ != "sum" or not v.floats
    if v.floats and kind in ("max", "min"):
        v.close_cells = <WidenLast><void *><size_t>VERBS["widen_last", f"{kind} of cells", acc]
    v.bare = can_fold(recipe) and convert is None and not recipe.get("watch")
    v.chain = recipe.get("chain", 256)
    v.equal_zeros = recipe.get("equal_zeros", False)
    v.flip = recipe.get("flip", 0)
    v.bound = recipe.get("bound", 0)
    v.p = recipe.get("p", 0.0)
    return v


cdef bint has_factor(const Verbs *v, Py_ssize_t count, double taps) noexcept nogil:
    """Can sums of so many `taps` all be divided by `count` with one factor, or a shift, and be rounded the same?"""
    cdef float factor = <float>(1.0 / count)
    cdef int whole
    if not v.mean or count < 2:
        return False
    if v.floats and v.result == 2:            # multiples of a half's middles are float32, so quotients stay off them by more than it rounds
        return v.acc == 4 and count <= 4096
    if v.floats:                              # what `quotient32` and `quotient64` ask for
        return v.acc == v.result and count < 1 << 20 and (count % 2 == 1 or count & (count - 1) == 0)
    if v.real_means:                          # other counts are no trouble, as long as no quotient is subnormal
        return count < 1 << 20 and (v.acc != 8 or taps <= 1 << 19)
    if v.result > 1 and v.acc <= 8:           # floats have room for all sums, and quotients lie further from a middle than they round
        return count < 1 << 18 and taps <= 1 << 19 and (v.result > 2 or taps <= count)
    if v.acc == 2 and count <= 256 and count & (count - 1) == 0:
        return True
    if v.result > 1 or count > MANY:
        return False
    for whole in range(256 if count % 2 == 0 else 0):       # between two integers alone does the last bit matter
        if <float>((2 * whole + 1) * (count // 2)) * factor != <float>(whole + 0.5):
            return False
    return True


cdef bint can_fold(dict recipe) except -1:
    return recipe["kind"] in ("sum", "max", "min") and recipe["cell"] == recipe["acc"]


cdef inline bint is_long(const Axis *column, Py_ssize_t inner) noexcept nogil:
    """Are windows wider than a tile should be, and do so little overlap that each is united by itself?"""
    return column.kernel * inner > LONG and not column.spacing and (column.out == 1 or column.stride == 0 or column.stride >= column.kernel)

cdef inline Py_ssize_t piece_to_fold(Py_ssize_t kernel, bint exact) noexcept nogil:
    """How many columns of a long window are folded at a time: equal parts of it, in whole lines, if the order is free, or precise enough."""
    cdef Py_ssize_t parts = (kernel - 1) // TO_FOLD + 1
    return smaller(kernel, whole_lines(1, (kernel - 1) // parts + 1) if exact else SUM_TO_FOLD)

cdef inline bint is_tall(const Axis *row, const Axis *column, Py_ssize_t inner, double taps, Py_ssize_t cell, bint places, bint dear) noexcept nogil:
    """Do windows share rows, each made of `taps` already, and so many that doubling pays (sooner, if rows are `dear`, to be loaded once),
    or lie in planes so small that a call for each would cost more?"""
    cdef Py_ssize_t size = column.length * inner * cell, many = 5 * row.stride if row.stride > 1 else 4 if taps == 1 else 2
    cdef bint small = row.length * column.length * inner <= SMALL, pays = row.kernel >= many or dear and 3 * row.kernel > 4 * row.stride
    if row.kernel <= 4 or row.stride > 1 or cell >= 4 and places:         # measured: of few rows each, or with places, only the smallest
        small = small and (row.stride == 1 or cell < 4) and not (places and size >= (LINE if row.stride == 1 else LINE // 2))
    return 0 < row.stride < row.kernel and not row.spacing and (small or pays)


cdef int cut_off(const Axis *axis, bint behind) noexcept nogil:
    """How many windows stick out at this end, if it is no more than `MENDED`, but have a cell inside; else -1."""
    cdef Py_ssize_t n = 0
    cdef Span taps
    while n < axis.out and n <= MENDED:
        taps = window(axis, axis.out - 1 - n if behind else n)
        if taps.last - taps.first == axis.kernel:
            return n
        if taps.first >= taps.last:
            break
        n += 1
    return -1

cdef bint seamless(const Axis *axis, int before, int behind) noexcept nogil:
    """Could rows, or planes, follow each other like one, but for the few windows that stick out?"""
    cdef bint regular = axis.out * axis.stride == axis.length and not axis.spacing and 1 < axis.kernel <= SHORT
    return regular and before >= 0 and behind >= 0 and 0 < before + behind <= axis.out // 2


cdef bint has_seams(const Axis *axis, Py_ssize_t inner) noexcept nogil:
    """Could windows start at a few cells too many, so that rows are joined over their ends, and these left out?"""
    if not (axis.stride == 1 or axis.stride == 2 and inner == 1) or axis.spacing:
        return False
    return axis.stride < axis.kernel <= SHORT and axis.out < (axis.length - 1) // axis.stride + 1 <= 2 * axis.out


cdef bint suits_pipeline(const Problem *p, double taps) noexcept nogil:
    """Are windows of the few shapes that `pipeline` is written for, and rows such that it pays (measured)?"""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef const Axis *column = &p.column
    cdef Py_ssize_t size = p.inner * p.quick.acc, row = column.length * size
    cdef bint finishes = p.quick.finish != NULL and not p.quick.closes        # all others would take a pass more for it
    if p.quick.pipeline == NULL or p.gathers or p.counts or p.long or not p.dense or last.stride * last.step % p.itemsize:
        return False
    if not (taps == column.kernel == 3 or (taps == 2 or taps == 4) and column.kernel == 2) or column.dilation > 1 or column.spacing:
        return False
    if not all_shift(p.axis, p.n_axes - 1):
        return False
    if last.inside_stop - last.inside_first < (FEW if row <= THIN else 1):
        return False
    if p.left < 0 or p.right < 0:
        return False
    if p.inner == 1 and column.stride == 2 and not finishes:           # pairs: rows have room for the results of a step
        if (last.inside_stop - last.inside_first) * row < STRIP * (last.out - last.inside_stop + last.inside_first):
            return False                      # rows at the plane's edges, each a call of its own, would take longer than all others
        if taps == 2:
            return 2 * column.out >= paired(p.quick.acc)
        if column.kernel == 3 and not p.ahead and row < 6 * VECTOR:       # in cache, a tile takes less for each row
            return False
        return row >= THICK or row >= 3 * LINE and column.kernel == 3 and p.quick.acc == 4
    if column.out * size < LINE:              # elsewhere for a whole line
        return False
    if p.inner > 1 and size >= LINE:          # in cache, such columns are joined sooner the other way
        return 1 < column.stride <= 3 and (p.ahead > 0 or p.quick.real != NULL)
    elif p.inner > 1:                         # measured: of fewer and smaller cells, some at a time are picked sooner
        return 1 < column.stride <= 3 and p.inner * size >= 24
    elif column.stride == 1:                  # and such rows
        return p.ahead > 0 and taps == 3 and THICK <= row <= THIN and (finishes or not is_large(p))
    return column.stride == 2 and row >= (THICK // 2 if finishes else THICK)


cdef inline bint has_middles(const Axis *axis) noexcept nogil:
    """Are windows of three or five taps, at a stride of 1, of which the one in the middle always lies inside?"""
    cdef Py_ssize_t reach = axis.kernel // 2 * axis.dilation - axis.before
    return (axis.kernel == 3 or axis.kernel == 5) and axis.stride == 1 and not axis.spacing and reach >= 0 and axis.out - 1 + reach < axis.length


cdef bint suits_walk(const Problem *p, double taps) noexcept nogil:
    """Are windows of 3 x 3 or 5 x 5, and rows neither so narrow that most lanes would be empty, nor so wide that their strips share sets of
    L1 (measured)? So a tile takes whole rows; and it is not much more that is copied at an end of x, if windows aren't tall."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef const Axis *column = &p.column
    cdef Py_ssize_t row = column.out * p.inner * p.itemsize
    if not WALKS or p.quick.walk == NULL or p.gathers or p.counts or not p.dense or 3 * row < VECTOR or row >= PATH:
        return False
    if not p.quick.exact and not (SUMS_WALK and last.kernel == 3):       # more are joined in another order
        return False
    if taps != last.kernel or last.kernel != column.kernel or not has_middles(last) or not has_middles(column):
        return False
    if last.dilation * column.dilation > 1 and (last.kernel > 3 or row < VECTOR or 2 * last.dilation * last.step > TILE):
        return False
    if p.n_axes > 2 or p.n_axes == 2 and not (is_plain(&p.axis[0]) and p.axis[0].step == last.length * last.step):
        return False
    return last.step == column.length * p.inner * p.itemsize             # no gaps


cdef bint suits_slices(const Problem *p, double taps) noexcept nogil:
    """Are windows of up to three rows and of three columns, which they share, all with some cell inside, and columns as wide as vectors?"""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef const Axis *column = &p.column
    if not WALKS or p.quick.slices == NULL or p.gathers or p.counts or not p.dense or p.long or p.inner * p.itemsize < VECTOR:
        return False
    if p.inner * p.itemsize % 2048 == 0:      # columns so far apart share few sets of L1 (measured)
        return False
    if taps != last.kernel or taps > 3 or not last.stride or column.kernel != 3 or not 1 <= column.stride <= 2 or column.dilation > 1:
        return False
    if p.above < 0 or p.below < 0 or p.left < 0 or p.right < 0 or last.step % p.itemsize or p.axis[0].step % p.itemsize:
        return False
    return p.n_axes == 1 or p.n_axes == 2 and is_plain(&p.axis[0])


cdef inline bint is_large(const Problem *p) noexcept nogil:
    """Are results not to stay in a cache?"""
    return p.n_rows * p.column.out * p.inner * p.quick.result >= LARGE


cdef inline bint is_plain(const Axis *axis) noexcept nogil:
    """Is each cell a window, and no window outside?"""
    return axis.kernel == axis.stride == 1 and axis.before == 0 and axis.out <= axis.length

cdef inline bint only_shifts(const Axis *axis) noexcept nogil:
    """Is no window cut short, so that all differ by a shift only?"""
    return axis.stride > 0 and not axis.spacing and not axis.before and (axis.out - 1) * axis.stride + (axis.kernel - 1) * axis.dilation < axis.length


cdef bint all_shift(const Axis *axis, int n) noexcept nogil:
    """The same for each of `n` axes."""
    cdef int a
    for a in range(n):
        if not only_shifts(&axis[a]):
            return False
    return True


def depth(list axes, tuple column, Py_ssize_t inner, bint gathers, Py_ssize_t leaf):
    """How many unions follow each other at most on the way from a cell to a result, if chains are of `leaf` rows."""
    cdef Axis row, across = axis_of(column)
    cdef Py_ssize_t most = 0, chain = 1, kernel, piece
    cdef bint folds
    for numbers in axes:
        row = axis_of(numbers)
        if numbers is axes[len(axes) - 1] and is_tall(&row, &across, inner, chain, 4, False, gathers) and not is_long(&across, inner):
            most += doubling_depth(row.kernel)
        else:
            chain *= (row.kernel - 1) // row.stride + 1 if row.spacing else row.kernel
    kernel, folds = across.kernel, inner == across.dilation == 1
    if is_long(&across, inner):
        piece = piece_to_fold(kernel, False) if folds else greater(1, PIECE // inner)
        chain *= kernel // piece
        most += 1 + (greater(fold_depth(piece), fold_depth(kernel % piece)) if folds else doubling_depth(piece))        # 1: what rests
    else:
        most += greater(doubling_depth(kernel), fold_depth(kernel) if folds and are_far_apart(kernel, across.stride) else 0)
    return most + chain_depth(chain, leaf)


def strand_depth(Py_ssize_t chain, Py_ssize_t below, Py_ssize_t beside, Py_ssize_t leaf):
    """The same for cells of a gradient: rows of other axes, then columns of rows, of windows that share one."""
    return chain_depth(chain, leaf) + doubling_depth(below) + doubling_depth(beside) if chain * below * beside else 0


cdef Py_ssize_t chain_depth(Py_ssize_t rows, Py_ssize_t leaf) noexcept nogil:
    cdef Py_ssize_t most = 0
    while rows > leaf:
        rows = (rows + 1) // 2
        most += 1
    return most + (rows + 1) // 2 - (rows == 1)


cdef inline bint are_far_apart(Py_ssize_t kernel, Py_ssize_t stride) noexcept nogil:
    """Do windows share so little, and are so wide, that each is folded?"""
    return smaller(kernel, stride) >= LANES

cdef inline bint in_strands(Py_ssize_t stride, bint places) noexcept nogil:
    """Are columns picked before they are joined for the last time? Literal strides are quicker so, and places have no other way."""
    return stride > 1 if places else 2 < stride <= 4

cdef int doubling_steps(Py_ssize_t width) noexcept nogil:
    cdef int steps = 0
    while width >> (steps + 1):
        steps += 1
    return steps

cdef int doubling_depth(Py_ssize_t width) noexcept nogil:
    """One for each bit but the first, and one for each that is odd."""
    cdef int most = 0
    while width > 1:
        most += 1 + (width & 1)
        width >>= 1
    return most


cdef Py_ssize_t fold_depth(Py_ssize_t kernel) noexcept nogil:
    """Of float32: single cells, fours, sixteens, the last cells, halves."""
    cdef Py_ssize_t width = 16 if kernel >= 16 else LANES, left = greater(0, kernel // width - 1)
    cdef Py_ssize_t ones = left % 4, fours = left // 4 % 4, sixteens = left // 16
    return max(ones + fours, 2 + fours if fours else 0, 4 if sixteens else 0) + sixteens + (kernel % width > 0) + doubling_depth(width)


cdef inline Py_ssize_t in_steps(Py_ssize_t step, Py_ssize_t n) noexcept nogil:
    """No more than `n`, in whole steps if it is more than one."""
    return n - n % step if n > step else n

cdef inline Py_ssize_t lines(Py_ssize_t size) noexcept nogil:
    """Bytes of whole lines, and one more."""
    return (size + 2 * LINE) // LINE * LINE


cdef class Plan:
    """A window function for arrays of one shape, memory order and dtype; called with the arrays."""

    cdef Problem p
    cdef Py_ssize_t items, thread_memory
    cdef double seconds_per_item
    cdef readonly Py_ssize_t useful_threads

    def __init__(self, list axes, tuple column, Py_ssize_t inner, Py_ssize_t inner_step, Py_ssize_t itemsize, bint gathers,
                 bint swaps, bint dense, Py_ssize_t divisor, dict quick, dict careful=None, dict place=None,
                 tuple widths=None, list counted=None):
        cdef Problem *p = &self.p
        cdef Py_ssize_t unit = 1
        cdef double taps = 1
        cdef Axis *axis
        cdef int a
        cdef double size
        cdef Py_ssize_t below
        p.n_axes = len(axes)
        p.n_rows = 1
        p.column = axis_of(column)
        size = <double>p.column.length * inner * itemsize * (2 if quick["cell"].endswith("x2") else 1)
        for a in range(p.n_axes):
            p.axis[a] = axis_of(axes[a])
            p.n_rows *= p.axis[a].out
            taps *= p.axis[a].kernel
            size *= p.axis[a].length
        p.ahead = AHEAD if size >= COLD else 0
        p.inner, p.inner_step, p.itemsize, p.divisor = inner, inner_step, itemsize, divisor
        p.gathers, p.dense, p.strands, p.counts = gathers, dense, widths is not None, counted is not None
        p.slopes = quick.get("finish") == "slope"
        if p.counts:
            for a in range(p.n_axes + 1):
                p.counted[a] = axis_of(counted[a])
        if gathers:
            p.gather = <Gather><void *><size_t>VERBS["gather", itemsize]
            if swaps and itemsize > 1:
                p.swap = <Swap><void *><size_t>VERBS["swap", itemsize]
        code = (place or quick).get("code")
        p.flat = code == "int64"
        p.code = SIZES[code] if code else 0
        p.straight = p.column.kernel == p.column.stride == 1 and not code
        below = p.axis[p.n_axes - 2].stride * p.axis[p.n_axes - 2].step if p.n_axes > 1 else 0
        if p.ahead and p.straight and p.axis[p.n_axes - 1].kernel > 1 and AHEAD // 2 <= below <= FAR:
            p.ahead = below                   # columns are rows here: fetch those of the windows below
        for a in range(p.n_axes, -1, -1):
            axis = &p.axis[a] if a < p.n_axes else &p.column
            axis.place = axis.plane * axis.dilation if p.flat else unit
            unit *= axis.kernel if code else 1
        p.long = is_long(&p.column, inner) and not p.strands
        p.folded = p.long and inner == p.column.dilation == 1 and not code and can_fold(quick)
        if p.folded and careful is not None and not can_fold(careful):
            if careful["acc"] == "float64":   # which float32 is made when it is loaded, then
                careful = careful | {"convert": "real", "source": careful["cell"], "cell": "float64"}
            else:
                p.folded = False
        p.quick = find(quick)
        if divisor > 1 and has_factor(&p.quick, divisor, taps * p.column.kernel):
            p.quick.p = <double>divisor
            p.quick.pipeline = <Piping><void *><size_t>VERBS.get(("pipeline", "mean", quick.get("source", quick["cell"]), quick["acc"]), 0)
            if p.quick.floats and p.quick.acc == p.quick.result:
                p.quick.close = <WidenLast><void *><size_t>VERBS["widen_last", "mean", quick["acc"]]
                p.quick.mend = <Mend><void *><size_t>VERBS["mend", "mean", quick["acc"]]
                p.quick.neighbours = <Neighbours><void *><size_t>VERBS["neighbours", "mean", quick["acc"]]
                p.quick.close_cells = p.quick.close
                p.quick.closes = True
        elif p.quick.floats and p.quick.mean and p.quick.result == 2 and (abs(divisor) if divisor else taps * p.column.kernel) > 4096:
            p.quick.p = -1                    # see `finish`
        elif p.quick.mean and not divisor and taps * p.column.kernel <= MANY and p.column.stride and not (p.quick.floats and p.quick.result > 2):
            if has_factor(&p.quick, <Py_ssize_t>taps * p.column.kernel, taps * p.column.kernel):
                p.quick.whole = taps * p.column.kernel
        counts = divisor == p.column.limit == p.axis[p.n_axes - 1].limit == 0                  # of cells inside
        if p.quick.mean and p.quick.bare and p.quick.acc == p.quick.result and (p.quick.closes or counts):
            p.quick.walk = <Walking><void *><size_t>VERBS.get(("walk", "mean", quick["cell"], quick["acc"]), 0)
            p.quick.slices = <Slicing><void *><size_t>VERBS.get(("slices", "mean", quick["cell"], quick["acc"]), 0)
        if careful is not None:
            p.careful = find(careful)
        if place is not None:
            p.place = find(place)
        p.acc, p.cell = greater(p.quick.acc, p.place.acc), greater(p.quick.cell, greater(p.careful.cell, p.place.cell))
        p.loads = gathers or careful is not None or place is not None or p.quick.order != NULL or p.quick.real != NULL
        p.chain = p.quick.chain
        p.period = p.n_rows
        if p.strands:
            self.lay_sheets(widths, taps)
        else:
            self.lay_tiles(2 if code else 1, taps)
        if p.walks and size >= NEARBY and p.column.out * inner * itemsize >= LINE or p.slices and size >= 8 * NEARBY:
            p.ahead = AHEAD
        self.items = p.n_rows // p.period * ((p.period - 1) // p.rows + 1) * ((p.column.out - 1) // p.columns + 1)
        p.traced = self.items > 3 and not p.strands and not p.counts
        self.thread_memory += lines(sizeof(Recorder)) if p.traced else 0
        self.useful_threads = smaller(self.items, greater(1, <Py_ssize_t>(self.items * self.seconds_per_item / 10e-6)))

    cdef lay_tiles(self, int both, double taps):
        """How many rows and columns a tile takes, and what memory that needs; twice of it if places are wanted as well."""
        cdef Problem *p = &self.p
        cdef Axis *last = &p.axis[p.n_axes - 1]
        cdef Py_ssize_t inner = p.inner, acc = p.acc, room = TILE // acc // both, target, width, filled, reach, tall_reach, in_rows, wide
        cdef Py_ssize_t before = 0, after = 0, shared, folded, between = 1, spare
        cdef int a
        cdef bint dear = p.gathers or p.quick.order != NULL or p.quick.real != NULL       # rows are to be loaded once only
        cdef Py_ssize_t unit = p.itemsize if dear else p.quick.cell               # of what is read where it lies
        cdef Py_ssize_t cells = p.column.length * inner
        cdef bint tall, alike, at_once, strands, folds, pieces, adjacent, bare, planes_alike, large
        p.free, p.planes = -1, 1
        for a in range(p.n_axes - 2, -1, -1):
            if only_shifts(&p.axis[a]) and (p.free < 0 or p.axis[a].out > p.axis[p.free].out):
                p.free, p.planes, p.free_step = a, between, p.axis[a].stride * p.axis[a].step
            between *= p.axis[a].out
        p.cycle = p.planes * last.out if p.free == 0 else p.n_rows
        p.above, p.below = cut_off(last, False), cut_off(last, True)
        p.left, p.right = cut_off(&p.column, False), cut_off(&p.column, True)
        p.piled = both == 1 and not dear and not p.long and p.n_axes == 2 and p.free == 0 and p.axis[0].kernel == 1
        p.piled = p.piled and seamless(last, p.above, p.below) and last.out * cells <= room
        p.piled = p.piled and (last.kernel <= 3 or p.quick.exact)             # sums of cut windows: in the same order as those of one plane
        p.piled = p.piled and p.free_step == last.length * last.step and last.stride * last.step % unit == p.free_step % unit == 0
        large = p.column.kernel * inner >= 8 * PIECE and p.column.dilation == 1 and unit >= 4 and not dear and (p.quick.exact or acc == 8)
        p.across = p.piece = greater(1, (2 * PIECE if large else PIECE) // inner) if p.long else p.column.kernel
        if p.folded:
            p.across, p.piece = LANES, piece_to_fold(p.column.kernel, p.quick.exact or acc == 8)
        reach = (p.across - 1) * p.column.dilation + 1
        tall_reach = (last.kernel - 1) * last.dilation + 1
        tall = is_tall(last, &p.column, inner, taps / last.kernel, p.itemsize, both > 1, dear)
        if 1 < last.stride == last.kernel:    # rows too narrow to be loaded, or compared, one by one
            tall = dear and cells < 64 and cells % 16 or both > 1 and p.itemsize < 4 and cells * p.itemsize < 24
        alike = p.quick.exact or p.piled or p.above == p.below == 0 or not tall                # or else 0 is added for rows outside
        p.walks = both == 1 and alike and suits_walk(p, taps)
        p.slices = both == 1 and alike and not p.walks and suits_slices(p, taps)
        p.pipelined = <int>taps if both == 1 and not p.walks and not p.slices and suits_pipeline(p, taps) else 0
        at_once = p.slices or p.pipelined     # rows and columns are: tiles are for what is odd, or lies at edges
        p.piled = p.piled and not at_once
        tall = tall and not (p.walks or at_once or p.piled or p.long) and p.column.stride and 3.0 * reach * inner * tall_reach * acc < RINGS
        if <double>reach * inner > 2.0**42:
            raise MemoryError(f"no room for windows of {tall_reach} x {reach} cells in working memory")
        p.blocks = tall and last.kernel >= (5 if both > 1 else 7) and last.dilation == 1 and p.quick.exact
        target = (BROAD if p.blocks else TALL) // acc // both if tall else room
        if p.pipelined:
            target = PIECES // acc
        elif p.slices:
            target = (SLICED if inner * p.itemsize < 1024 else SLICED // 3) * inner
        elif p.ahead and inner * acc >= LINE and not tall and taps < 4:
            target = (NEAR if taps > 1 and cells * acc > 2 * AHEAD else 4 * NEAR) // acc          # of shorter rows, larger pieces
        if p.long:
            p.columns = 1
            width = filled = reach
        elif p.column.stride:
            width = (p.column.out - 1) * p.column.stride + reach
            p.columns = p.column.out
            if width > 2 * target // inner:
                p.columns = smaller(p.columns, greater(1, (greater(target // inner, 3 * reach) - reach) // p.column.stride + 1))
                p.columns = (p.column.out - 1) // ((p.column.out - 1) // p.columns + 1) + 1         # tiles alike, in whole lines
                if inner == 1 and p.columns * acc >= LINE:
                    p.columns = smaller(p.column.out, whole_lines(acc, p.columns))
            width = (p.columns - 1) * p.column.stride + reach
            p.all_columns = p.columns == p.column.out and width < p.column.before + p.column.length < width + p.column.stride
            p.trims = both == 1 and not at_once and p.left == p.right == 0 and p.columns == p.column.out and has_seams(&p.column, inner)
            p.trims = p.trims and p.columns * inner * acc <= BRIEF and not (tall and p.column.length % p.column.stride)
            p.all_columns = p.trims or p.all_columns and (tall or is_plain(last)) and not p.slices
            if p.all_columns:
                width = p.column.before + p.column.length
            filled = width
            if p.trims:                       # as many cells for each row as windows could start at
                width = (width - 1) // p.column.stride * p.column.stride + p.column.stride
        else:
            p.columns = p.column.out
            if greater(p.column.length, p.columns) > 2 * target // inner:
                p.columns = smaller(p.columns, greater(1, greater(target // inner, 3 * reach) * p.column.out // p.column.length))
            width = filled = greater(p.columns, p.columns * p.column.length // p.column.out + reach + 2)
        p.mends = not at_once and p.columns == p.column.out and seamless(&p.column, p.left, p.right)
        p.mends = p.mends and (p.column.stride == 1 or p.column.stride == 2 and inner == 1)
        p.mends = p.mends and (both == 1 or p.column.stride == 1 or p.column.kernel <= 3)     # strands, results and the first: three tiles
        p.around = p.mends and p.column.stride == both == 1 and p.column.kernel & 1
        p.around = p.around and p.column.before == p.column.kernel // 2 * p.column.dilation
        p.mends = p.mends and (p.around or not tall and p.column.kernel <= (4 if p.quick.exact else 3))       # `mend` takes three, in a row
        strands = p.columns > 1 and in_strands(p.column.stride, both > 1)
        if strands:                           # whole ones
            width = (width - 1) // p.column.stride * p.column.stride + p.column.stride
        p.width = p.pitch = width * inner
        shared = p.column.stride if strands else 1
        if p.column.stride and not p.long:    # windows of all columns reach so many cells beyond their ends
            before = greater(0, -window(&p.column, 0).start) * inner
            after = greater(0, window(&p.column, p.column.out - 1).start + reach - p.column.length) * inner
            if p.mends:
                p.pitch = cells
            elif p.columns == p.column.out and p.width == before + p.column.length * inner + after:
                folded = greater(inner, LANES if are_far_apart(p.across, p.column.stride) else 0)
                p.pitch -= greater(0, min(before, after, p.width - p.columns * folded)) // (shared * inner) * shared * inner
        # So are narrow rows with neutral cells between them, and those of large windows.
        if both == 1 and p.column.stride == 1 and p.across > 1 and p.columns == p.column.out and not (at_once or p.mends or p.long):
            p.trims = p.trims or (p.columns * inner * acc <= TRIMMED and p.pitch <= 2 * p.columns * inner)
        # As far as is known before the rows of a tile are.
        bare = p.n_axes == 1 and is_plain(last) and both == 1 and p.quick.bare and not p.gathers and inner == p.column.dilation == 1 and not p.long
        folds, pieces = are_far_apart(p.across, p.column.stride) and p.across > LANES, p.columns < p.column.out
        bare = bare and (folds or 2 <= p.across <= 3 and 0 < p.column.stride <= 2)
        if tall:
            p.levels = doubling_steps(last.kernel)
            p.block = greater(1, room // p.pitch)
            p.group = greater(4 * tall_reach, p.block) // last.stride + 1
            if last.out < 2 * p.group:        # whole planes, and as many as a block takes
                p.group = last.out
            else:
                p.group = (last.out - 1) // (last.out // p.group) + 1
                p.period = last.out
            in_rows = ((p.group - 1) * last.stride + tall_reach + last.stride - 1) // last.stride * last.stride
            p.rows = p.group
            if p.period == p.n_rows:
                p.rows *= in_steps(p.planes, smaller(p.n_rows // p.group, greater(1, p.block // in_rows)))
            in_rows *= p.rows // p.group
            p.block = (in_rows - 1) // ((in_rows - 1) // p.block + 1) + 1
            p.stacked = p.free >= 0 and not p.gathers and last.step == p.column.length * inner * p.itemsize
            p.careful_rows = fitting(p, &p.careful, p.rows // p.group) * p.group
            p.careful_columns = greater(1, (fitting(p, &p.careful, width) - reach) // p.column.stride + 1)
            if p.mends:                       # which takes whole rows
                p.careful_columns = p.columns
            wide = (p.careful_columns - 1) * p.column.stride + reach
            in_rows = tall_reach - 1 + p.levels * (p.block + 1)
            p.tile = self.room(p.block * p.pitch, fitting(p, &p.careful, p.block) * p.pitch, before + after)
            p.rings = self.room(in_rows * ring_pitch(p.pitch, acc), in_rows * ring_pitch(wide * inner, p.careful.acc), 2 * p.levels * LINE)
            p.run = p.block
        else:
            if p.pipelined:
                target = 2 * PIECES // acc
            elif p.slices:
                target = SHEET // acc
            elif p.folded:                    # few, for threads to share
                target = 4 * TILE // p.column.kernel * p.pitch
            elif p.ahead and (2 * p.pitch * acc <= NEAR or inner > 1) and last.stride and taps < 4:
                target = (2 * NEAR if is_large(p) else NEAR) // acc            # of more, more are streamed at a time
            if both == 1 and 0 < last.stride < last.kernel and 1 < p.column.kernel <= 3:
                target *= 2                   # one tile is all that such columns take, and rows of x serve for longer
            p.rows = smaller(p.n_rows, greater(1, target // p.pitch))
            if bare and pieces:               # several would lie further apart in x than in a tile
                p.rows = 1
            p.by_planes = p.free >= 0 and not at_once and p.free_step % unit == 0 and p.rows > 2 * p.planes * last.out
            if last.out // 2 < p.rows < last.out < p.n_rows and last.out * p.pitch <= 2 * room:
                p.rows = last.out
            if p.rows > last.out:             # whole planes, so that items are alike
                p.rows = in_steps(p.planes * last.out, in_steps(last.out, p.rows))
            elif last.out < p.n_rows:         # or equal parts of one
                p.rows = (last.out - 1) // ((last.out - 1) // p.rows + 1) + 1
                p.period = last.out
            p.piled = p.piled and p.rows % last.out == 0
            in_rows = p.rows
            if p.pipelined:
                p.strip = p.columns
                if cells * acc > (4 * STRIP if p.ahead and p.column.stride > 1 else THIN):
                    p.strip = greater(1, STRIP // (p.column.stride * inner * acc))
                    p.strip = smaller(p.columns, whole_lines(acc, p.strip) if is_narrow(inner, acc) else p.strip)
                width = ((p.strip - 1) * p.column.stride + p.column.kernel) * inner
                p.strip_room = whole_lines(acc, width) + 4 * LINE // acc
                in_rows = greater(smaller(p.rows, greater(1, room // p.pitch)), 3 * p.strip_room // p.pitch + 1)
            p.careful_rows, p.careful_columns = fitting(p, &p.careful, in_rows), p.columns
            if p.slices:                      # tiles are for the careful way alone, which takes less at a time
                p.careful_rows = in_rows = 1
                p.careful_columns = smaller(p.columns, greater(1, (fitting(p, &p.careful, room // inner) - reach) // p.column.stride + 1))
                p.width = p.pitch = ((p.careful_columns - 1) * p.column.stride + reach) * inner
            p.tile = self.room(in_rows * p.pitch, p.careful_rows * p.pitch, before + after)
            p.run = (TILE if p.loads else 2 * TILE) // (p.pitch * p.cell) // (1 if p.loads else <Py_ssize_t>min(taps, 1e6))
            p.run = 1 if p.ahead and p.pitch > SLICE else greater(1, smaller(in_rows, p.run))
        if p.walks:                           # a copy of the rows of x that one plane's rows reach, and what is read before and behind
            p.tile = greater(p.tile, self.room(smaller(last.length, smaller(p.rows, last.out) + tall_reach - 1) * cells, 0, reach * inner + VECTOR))
        if not p.pipelined and (width > filled or pieces):           # some rows are narrower than others
            p.gaps = (p.block if tall else p.careful_rows if p.slices else p.rows) * p.pitch
        p.table_rows = 1 if is_plain(last) else last.out
        planes_alike = all_shift(p.axis, p.n_axes - 1)
        if planes_alike:
            p.table_rows *= greater(1, smaller(p.rows // p.table_rows, REPEATED // (p.table_rows * p.columns * inner)))
        p.table = p.table_rows * p.columns * inner
        p.planar = p.quick.mean and not p.divisor and 1 < p.table_rows <= smaller(p.rows, p.n_rows // 2)
        if not planes_alike:                  # or else it is made anew too often
            p.planar = p.planar and p.table <= REPEATED
        p.planar = p.planar and p.table <= (SMALL if p.quick.floats and p.quick.whole > 0 else PLANAR)            # halves: measured
        adjacent = last.step == p.pitch * p.quick.cell
        p.bare = bare and (adjacent or p.rows == 1) and (pieces or p.left == p.right == 0 or p.mends and not p.around and adjacent)
        if p.long or last.step * (1 if tall else last.stride) % unit:
            p.run = 1                         # rows are long enough, or don't stand whole cells apart
            p.stacked = False
        taps *= p.column.kernel // p.piece if p.long else 1
        spare = p.piece if p.folded else p.pitch * (p.run if p.stacked else 1)
        self.allot((4 if p.bare else 3) * p.tile + p.rings, taps / (last.kernel if tall else 1), both, spare)
        p.streams = is_large(p) and not at_once and not (p.straight and p.quick.finish == NULL)         # no gain, straight from x
        if p.streams:
            self.thread_memory += lines((p.block if tall else p.rows) * p.columns * p.inner * p.quick.result)
        self.seconds_per_item = 1e-10 * p.rows * (p.piece if p.folded else p.pitch) * (min(taps, 1e9) + 8)

    cdef lay_sheets(self, tuple widths, double taps):
        """The same for strands."""
        cdef Problem *p = &self.p
        cdef Axis *last = &p.axis[p.n_axes - 1]
        cdef Py_ssize_t below = most_windows(last, 1), beside = most_windows(&p.column, 1), margin = beside * p.inner, in_rows
        cdef Py_ssize_t target = TILE // p.acc // (2 if len(widths[0]) * len(widths[1]) > 1 else 1)
        cdef int a, i
        if <double>margin * below > 2.0**42:
            raise MemoryError(f"no room for {below} x {beside} windows that share a cell in working memory")
        for a in range(2):
            p.widths[a] = len(widths[a])
            for i in range(p.widths[a]):
                p.width_of[a][i] = widths[a][i]
        p.columns = piece(&p.column, p.inner, target)
        p.pitch = most_windows(&p.column, p.columns) * p.inner
        p.rows = piece(last, p.pitch, target)
        in_rows = most_windows(last, p.rows)
        if p.rows == last.out:
            p.rows *= smaller(p.n_rows // last.out, greater(1, target // (in_rows * p.pitch)))
            in_rows *= p.rows // last.out
        else:
            p.period = last.out
        p.added = p.quick.acc if p.slopes else p.itemsize
        p.braid = <Braid><void *><size_t>VERBS["braid", p.added]
        p.streams = p.n_rows * p.column.out * p.inner * p.itemsize >= LARGE
        p.tile = self.room(in_rows * p.pitch, in_rows * p.pitch, margin)
        p.sheet = lines((in_rows * p.pitch + margin) * p.added)
        p.run = greater(1, smaller(in_rows, (TILE if p.loads else 2 * TILE) // (p.pitch * p.cell)))
        p.offsets = lines((p.rows + p.columns) * sizeof(Py_ssize_t))
        p.planes, p.free_step = 1, p.axis[0].stride * p.axis[0].step
        p.stacked = p.n_axes == 2 and is_plain(&p.axis[0]) and p.free_step % p.itemsize == 0
        p.table_rows = p.counted[p.n_axes - 1].out
        p.table = p.table_rows * p.counted[p.n_axes].out * p.inner
        p.planar = p.counts and p.table_rows > 1 and p.table <= PLANAR and all_shift(p.counted, p.n_axes - 1)
        self.allot(4 * p.tile + p.widths[0] * p.widths[1] * p.sheet, taps / last.kernel, 1, greater(p.pitch, p.columns * p.inner + STAGE))
        self.thread_memory += p.offsets + (lines(p.columns * p.inner * p.itemsize + 2 * STAGE) if p.streams else 0)
        self.seconds_per_item = 3e-10 * p.rows * p.columns * p.inner

    cdef allot(self, Py_ssize_t tiles, double rows, int both, Py_ssize_t spare):
        """Memory for one thread: tiles, what unites so many rows of a window in them, `spare` cells of a row on the way, tables."""
        cdef Problem *p = &self.p
        cdef Py_ssize_t cells
        p.branches = 1 if p.long else 0
        while rows > p.chain:
            p.branches += 1
            rows /= 2
        cells = p.pitch * (p.rows if p.by_planes else p.run)            # rows of planes lie as far apart there as in the tile
        p.branch = self.room(cells, cells, 0)
        p.tiles = tiles + p.branches * p.branch
        cells = p.piece if p.folded else p.run * p.pitch
        p.load_part = lines(cells * p.cell) if p.loads else lines(LANES * p.acc) if p.folded else 0
        p.spare = lines(spare * 8) if p.gathers or p.strands else 0
        p.scales = lines(greater(p.pitch, p.table if p.planar else 0) * 8) if p.quick.mean or p.counts else 0
        p.starts = lines(p.pitch * 8) if p.flat else 0
        self.thread_memory = both * p.tiles + p.scales + p.starts + p.spare + 4 * p.load_part

    cdef Py_ssize_t room(self, Py_ssize_t n, Py_ssize_t careful, Py_ssize_t beyond):
        """Bytes for so many cells of either way, those beyond them, and what whole lines reach."""
        return (greater((n + beyond) * self.p.acc, (careful + beyond) * self.p.careful.acc) + LINE * 17) // LINE * LINE + GUARD

    def __call__(self, x, out, indices, int n_threads, y=None, slope=None):
        cdef Arrays arrays
        arrays.x = <const char *>cnp.PyArray_DATA(x)
        arrays.end = arrays.x + cnp.PyArray_NBYTES(x) if self.p.dense else NULL
        arrays.y = NULL if y is None else <const char *>cnp.PyArray_DATA(y)
        arrays.slope = NULL if slope is None else <const char *>cnp.PyArray_DATA(slope)
        arrays.out = <char *>cnp.PyArray_DATA(out)
        arrays.indices = NULL if indices is None else <char *>cnp.PyArray_DATA(indices)
        share_out(work, &self.p, &arrays, self.thread_memory, self.items, self.seconds_per_item, n_threads)


cdef Axis axis_of(tuple numbers):
    cdef Axis a
    a.length, a.kernel, a.stride, a.dilation, a.before, a.limit, a.out, a.spacing, a.step, a.plane = numbers
    span_inside(&a)
    a.inverse = inverse_modulo(a.stride // (a.spacing // a.dilation), a.dilation) if a.spacing > 1 else 0
    return a


cdef Py_ssize_t inverse_modulo(Py_ssize_t a, Py_ssize_t n) noexcept:
    """What times `a` leaves 1, divided by `n` (Euclid)."""
    cdef Py_ssize_t b = n, x = 1, y = 0, ratio
    while b:
        ratio = a // b
        a, b = b, a - ratio * b
        x, y = y, x - ratio * y
    return (x % n + n) % n



include "_strands.pxi"
include "_gather.pxi"
