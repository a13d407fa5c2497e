"""Traces: tiles whose windows differ by a shift only make the same calls. Those of one are recorded, and replayed for the others.

So a call costs little, and tiles can be as small as is good for the caches. A trace is found by where a tile lies in its plane,
or by the fact that no edge cuts its windows; its pointers into the arrays move on from tile to tile. When a replayed call tells of
something odd, the tile is done carefully, as if there were no trace (sums of float32 are mended: the replay has made them).
"""

cdef enum:
    TRACES = 9            # at both ends of rows and planes, and between: three by three
    CALLS = 128           # of all traces
    POINTERS = 10         # which `Operands` starts with
    NUMBERS = 8           # that verbs are called with

cdef enum Verb:           # what is called
    DOWN
    WIDEN
    WIDEN_LAST
    CLOSE
    CLOSE_CELLS
    NEIGHBOURS
    WALK
    SLICES
    MEND
    FOLD
    PICK
    NEUTRAL
    LAY
    LAY_PLACES
    TRIM
    FINISH
    WRITE_PLACES
    WATCH
    WATCH_BITS
    LOAD
    PIPELINE
    STREAM

cdef enum Memory:         # where a pointer points
    OUT
    INDICES
    SCRATCH
    X
    Y
    MEMORIES

cdef struct Call:
    Verb verb
    int moving                                # so many of its pointers move from tile to tile:
    uint8_t pointer[POINTERS]                 # which of them,
    uint8_t memory[POINTERS]                  # and where they point
    const Verbs *v
    Operands rows
    Py_ssize_t number[NUMBERS]
    double factor

cdef struct Spot:         # where a tile is; those whose first four numbers are equal make the same calls
    Py_ssize_t row, column                    # of the plane, the first; or INSIDE, if no window is cut short
    Py_ssize_t n_rows, columns
    Py_ssize_t alike                          # so many, this one among them, follow each other
    Py_ssize_t at[MEMORIES]                   # bytes from where the first tile is
    Py_ssize_t place                          # the same as flat indices count

cdef struct Trace:
    Spot spot             # of the tile that it was made, or replayed, for
    int first, stop       # of the calls
    const char *end       # of what was read of x
    Counts counts         # of the tables that it needs,
    Py_ssize_t start_first

cdef struct Recorder:
    bint spoiled          # there was a tile of more calls than there is room for
    int traces, calls     # recorded so far
    int first             # call of the trace in work
    bint passing          # not to be kept: what was done for it is no call, or done once for many
    const char *end
    size_t memory[MEMORIES]                   # where each begins,
    size_t size[MEMORIES]                     # and its bytes
    Trace trace[TRACES]
    Call call[CALLS]


cdef inline bint count_alike(const Counts *a, const Counts *b) noexcept nogil:
    return a.first == b.first and a.columns == b.columns and a.rows == b.rows and a.counted == b.counted

cdef inline Operands no_rows() noexcept nogil:
    cdef Operands rows
    memset(&rows, 0, sizeof(rows))
    return rows


cdef void ready_recorder(const Problem *p, const Arrays *arrays, Recorder *recorder, const char *scratch, const char *end) noexcept nogil:
    cdef Py_ssize_t cells = p.n_rows * p.column.out * p.inner, last = (p.inner - 1) * p.inner_step
    cdef Py_ssize_t low = smaller(0, last), high = greater(0, last)
    cdef const Axis *axis
    cdef int a
    for a in range(p.n_axes + 1):
        axis = &p.axis[a] if a < p.n_axes else &p.column
        low += smaller(0, (axis.length - 1) * axis.step)
        high += greater(0, (axis.length - 1) * axis.step)
    high += p.itemsize
    recorder.spoiled = False
    recorder.traces = recorder.calls = 0
    recorder.memory = [<size_t>arrays.out, <size_t>arrays.indices, <size_t>scratch, <size_t>arrays.x + <size_t>low, <size_t>arrays.y + <size_t>low]
    recorder.size = [<size_t>(cells * p.quick.result), <size_t>(cells * p.code), <size_t>(end - scratch), <size_t>(high - low), <size_t>(high - low)]
    if arrays.end != NULL:                    # what pairs leave over lies there, too
        recorder.size[<int>X] = <size_t>arrays.end - recorder.memory[<int>X]
    if arrays.y == NULL:
        recorder.size[<int>Y] = 0


cdef inline void span_inside(Axis *axis) noexcept nogil:
    """Which windows lie inside the input and differ by a shift only."""
    cdef Py_ssize_t room = axis.length + axis.before - (axis.kernel - 1) * axis.dilation
    axis.inside_first = axis.inside_stop = 0
    if axis.stride > 0 and not axis.spacing and room > 0:
        axis.inside_first = (axis.before + axis.stride - 1) // axis.stride
        axis.inside_stop = smaller(axis.out, (room - 1) // axis.stride + 1)


cdef inline bint reads_beside(const Problem *p) noexcept nogil:
    """Are windows at the ends of a tile joined with cells of the ones beside it?"""
    return p.piled or p.bare and p.mends


cdef inline Spot spot_of(const Problem *p, Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    cdef const Axis *axis = &p.column
    cdef Py_ssize_t i, rest = r, rows = n_rows, below = 0, cells = (r * axis.out + c) * p.inner
    cdef bint inside = True
    cdef Spot s
    cdef int a
    s.n_rows, s.columns, s.place = n_rows, columns, 0
    s.column = INSIDE if axis.inside_first <= c and c + columns <= axis.inside_stop and not p.flat else c
    s.at[<int>OUT], s.at[<int>INDICES], s.at[<int>SCRATCH], s.at[<int>X] = cells * p.quick.result, cells * p.code, 0, c * axis.stride * axis.step
    for a in range(p.n_axes - 1, -1, -1):
        axis = &p.axis[a]
        i = rest % axis.out
        rest //= axis.out
        inside = inside and axis.inside_first <= i and i + rows <= axis.inside_stop
        if a == p.n_axes - 1:
            below = axis.inside_stop - i
        s.at[<int>X] += i * axis.stride * axis.step
        s.place += i * axis.stride * axis.plane
        rows = 1
    s.at[<int>Y] = s.at[<int>X]
    s.row = INSIDE if inside else r % p.cycle
    if columns < p.column.out:
        s.alike = (p.column.inside_stop - c) // columns if s.column == INSIDE else 1
    elif inside:
        s.alike = below // n_rows
    else:
        s.alike = (p.n_rows - r) // n_rows if n_rows % p.cycle == 0 else 1
    if reads_beside(p) and r + n_rows * s.alike == p.n_rows:
        s.alike -= 1                          # behind the last tile there are no cells
    return s


cdef inline void go_on(const Problem *p, Spot *s) noexcept nogil:
    """To the next tile, which is alike."""
    cdef const Axis *axis = &p.axis[p.n_axes - 1]
    cdef Py_ssize_t windows = s.n_rows, cells = s.n_rows * p.column.out * p.inner
    s.alike -= 1
    if s.columns < p.column.out:
        axis, windows, cells = &p.column, s.columns, s.columns * p.inner
    elif s.row != INSIDE:
        axis, windows = &p.axis[0], s.n_rows // p.cycle
    s.at[<int>X] += windows * axis.stride * axis.step
    s.at[<int>Y] = s.at[<int>X]
    s.at[<int>OUT] += cells * p.quick.result
    s.at[<int>INDICES] += cells * p.code
    s.place += windows * axis.stride * axis.plane


cdef inline bint perform(const Problem *p, Scratch *s, const Verbs *v, Verb verb, Operands *rows, Py_ssize_t a, Py_ssize_t b,
                         Py_ssize_t c, Py_ssize_t d, Py_ssize_t e, Py_ssize_t f, double factor) noexcept nogil:
    """Call a verb, and remember it while a trace is recorded."""
    cdef Py_ssize_t[NUMBERS] number = [a, b, c, d, e, f, 0, 0]
    return perform_all(p, s, v, verb, rows, number, factor)


cdef inline bint perform_all(const Problem *p, Scratch *s, const Verbs *v, Verb verb, Operands *rows, const Py_ssize_t *number,
                             double factor) noexcept nogil:
    if s.records:
        record(s.recorder, v, verb, rows, number, factor)
    return call_verb(p, s, v, verb, rows, number, factor)


cdef bint call_verb(const Problem *p, Scratch *s, const Verbs *v, Verb verb, Operands *rows, const Py_ssize_t *n, double factor) noexcept nogil:
    """Tells of odd cells and results."""
    cdef void *kind = <void *>&v.p            # of means
    if verb == DOWN:
        return v.down(NULL, rows, <int>n[0], n[1] != 0, n[2], n[3], n[4], n[5])
    elif verb == WIDEN:
        v.widen(NULL, rows, n[0] != 0, n[1])
    elif verb == WIDEN_LAST:
        v.widen_last(NULL, rows, n[0] != 0, n[1], n[2], n[3], n[4], n[5])
    elif verb == CLOSE:
        return v.close(kind, rows, n[0] != 0, n[1], n[2], n[3], n[4], n[5]) and v.watch_bits != NULL
    elif verb == CLOSE_CELLS:
        return v.close_cells(kind, rows, n[0] != 0, n[1], n[2], n[3], n[4], n[5]) and v.watch_bits != NULL
    elif verb == NEIGHBOURS:
        return v.neighbours(kind, rows, n[0], n[1], n[2], n[3]) and v.watch_bits != NULL
    elif verb == WALK:
        return call_walk(p, v, rows, n)       # of halves, too, which have other signs than bits
    elif verb == SLICES:
        return call_slices(p, v, rows, n)
    elif verb == MEND:
        return v.mend(kind, rows, n[0], n[1], n[2], n[3], n[4], n[5]) and v.watch_bits != NULL
    elif verb == FOLD:
        return v.fold(NULL, rows, n[0], n[1], n[2], n[3], n[4]) and v.watch_bits != NULL
    elif verb == PICK:
        v.pick(rows.acc, rows.row[0], n[0], n[1], n[2], n[3], n[4], n[5])
    elif verb == NEUTRAL:
        v.fill(rows.acc, v.neutral, n[0], n[1], n[2])
        if v.code:
            v.fill(rows.acc_at, v.neutral_at, n[0], n[1], n[2])
    elif verb == LAY:
        lay(<char *>rows.acc, <const char *>rows.row[0], v.neutral, n[0], n[1], n[2], n[3], n[4], n[5])
    elif verb == LAY_PLACES:
        lay(<char *>rows.acc, <const char *>rows.row[0], v.neutral_at, n[0], n[1], n[2], n[3], n[4], n[5])
    elif verb == TRIM:
        trim(<char *>rows.acc, <const char *>rows.row[0], n[0], n[1], n[2])
    elif verb == FINISH:
        v.finish(NULL, rows, n[0], <const double *>rows.row[1], factor, n[1], n[2], n[3])
    elif verb == WRITE_PLACES:
        v.write_places(rows.acc, rows.row[0], s.start, n[0], n[1], n[2])
    elif verb == WATCH:
        return v.watch(rows.row[0], n[0], n[1], n[2], v.bound)
    elif verb == WATCH_BITS:
        return v.watch_bits(rows.row[0], v.mask, v.odd_bits, n[0])
    elif verb == STREAM:
        send(<char *>rows.acc, <const char *>rows.row[0], n[0])
    elif verb == PIPELINE:
        return call_pipeline(p, v, rows, n)
    else:
        load(p, v, s, <char *>rows.acc, <const char *>rows.row[0], <const char *>rows.row[1], n[0], n[1], n[2],
             <const double *>rows.row[2])
    return False


cdef bint call_pipeline(const Problem *p, const Verbs *v, Operands *rows, const Py_ssize_t *n) noexcept nogil:
    cdef Pipeline h
    h.count, h.columns, h.before, h.n, h.strips, h.pitch, h.to_pitch = <int>n[0], n[1], n[2], n[3], n[4], n[5], n[6]
    h.stride, h.inner, h.room, h.neutral = p.column.stride, p.inner, p.strip_room, v.neutral
    h.behind = ((h.columns - 1) * h.stride + p.column.kernel) * h.inner - h.before - h.n
    return v.pipeline(<void *>&v.p, rows, &h)


cdef bint call_walk(const Problem *p, const Verbs *v, Operands *rows, const Py_ssize_t *n) noexcept nogil:
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Walk h
    h.taps = <int>last.kernel
    h.planes, h.rows, h.start, h.ahead, h.neutral = n[0], n[1], n[2], rows.ahead, v.neutral
    h.count = v.p
    h.n, h.pitch, h.length, h.step = p.column.out * p.inner, p.column.length * p.inner, last.length, last.dilation
    h.before, h.apart = p.column.before * p.inner, p.column.dilation * p.inner
    return v.walk(<void *>&v.p, rows, &h)


cdef bint call_slices(const Problem *p, const Verbs *v, Operands *rows, const Py_ssize_t *n) noexcept nogil:
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Slices h
    h.planes, h.rows, h.start, h.columns, h.first = n[0], n[1], n[2], n[3], n[4]
    h.stride, h.width, h.inner = p.column.stride, p.column.length, p.inner
    h.rows_of, h.row_stride, h.step, h.height = <int>last.kernel, last.stride, last.dilation, last.length
    h.x_pitch, h.x_plane, h.pitch = last.step // p.itemsize, p.axis[0].step // p.itemsize, p.column.out * p.inner
    h.fetched, h.neutral, h.count, h.factor = last.stride if rows.ahead else 0, v.neutral, v.p, 1 / v.p
    return v.slices(<void *>&v.p, rows, &h)


cdef void record(Recorder *recorder, const Verbs *v, Verb verb, const Operands *rows, const Py_ssize_t *number, double factor) noexcept nogil:
    cdef Call *call = &recorder.call[recorder.calls]
    cdef const size_t *pointer = <const size_t *>rows
    cdef int k, memory
    if recorder.calls == CALLS:
        recorder.spoiled = True
        return
    recorder.calls += 1
    call.verb, call.v, call.rows, call.factor, call.moving = verb, v, rows[0], factor, 0
    memcpy(call.number, number, sizeof(call.number))
    for k in range(POINTERS):
        for memory in range(MEMORIES):
            if pointer[k] - recorder.memory[memory] < recorder.size[memory]:
                call.pointer[call.moving], call.memory[call.moving] = <uint8_t>k, <uint8_t>memory
                call.moving += memory != SCRATCH
                break


cdef inline void reads_to(Scratch *s, const char *end) noexcept nogil:
    """Whole lines may reach further than cells; `end` may lie in the scratch memory, too."""
    cdef Recorder *recorder = s.recorder
    if s.records and <size_t>end - recorder.memory[<int>X] <= recorder.size[<int>X] and recorder.end < end:
        recorder.end = end


cdef inline void keep_no_trace(Scratch *s) noexcept nogil:
    if s.records:
        s.recorder.passing = True


cdef Trace *find_trace(Recorder *recorder, const Spot *spot) noexcept nogil:
    cdef Trace *t = &recorder.trace[0]
    for _ in range(recorder.traces):
        if t.spot.row == spot.row and t.spot.column == spot.column and t.spot.n_rows == spot.n_rows and t.spot.columns == spot.columns:
            return t
        t += 1
    return NULL


cdef Py_ssize_t replay(const Problem *p, const Arrays *arrays, Scratch *s, Trace *t, Spot *spot, Py_ssize_t most,
                       Py_ssize_t r, Py_ssize_t c) noexcept nogil:
    """From row r and column c on. Tells how many tiles are done; the next one has something odd, or tables of its own, or ends where the
    array does."""
    cdef Py_ssize_t shift[MEMORIES]
    cdef Py_ssize_t place, done = 0
    cdef size_t *pointer
    cdef Call *call
    cdef bint odd
    cdef int i, k
    if not count_alike(&t.counts, &s.counts) or t.start_first != s.start_first:
        return 0
    most = smaller(most, spot.alike)
    while done < most and not stopped(s.turn, spot.n_rows * greater(p.pitch, p.column.kernel)):
        odd = False
        if done:
            go_on(p, spot)
            if spot.columns < p.column.out:
                c += spot.columns
            else:
                r += spot.n_rows
        for k in range(MEMORIES):
            shift[k] = spot.at[k] - t.spot.at[k]
        place = spot.place - t.spot.place
        if t.end != NULL:
            if t.end + shift[<int>X] > arrays.end:
                return done
            t.end += shift[<int>X]
        t.spot = spot[0]
        for i in range(t.first, t.stop):
            call = &s.recorder.call[i]
            pointer = <size_t *>&call.rows
            for k in range(call.moving):
                pointer[call.pointer[k]] += <size_t>shift[call.memory[k]]
            if call.verb == WRITE_PLACES:
                call.number[0] += place
            odd |= call_verb(p, s, call.v, call.verb, &call.rows, call.number, call.factor)
        if odd and is_odd(p, arrays, r, spot.n_rows, c, spot.columns):
            s.odd = True
            return done
        done += 1
    return done


cdef void start_trace(const Problem *p, Scratch *s, Py_ssize_t r) noexcept nogil:
    cdef Recorder *recorder = s.recorder
    s.records = recorder.traces < TRACES and not recorder.spoiled and not (reads_beside(p) and r == 0)       # before that, there are no cells
    recorder.first, recorder.passing, recorder.end = recorder.calls, False, NULL


cdef void end_trace(Scratch *s, const Spot *spot, bint good) noexcept nogil:
    """Keep what was recorded, if it is good for others: calls that need tables need the same ones from the first on."""
    cdef Recorder *recorder = s.recorder
    cdef Trace *t = &recorder.trace[recorder.traces]
    s.records = False
    t.spot, t.first, t.stop, t.end = spot[0], recorder.first, recorder.calls, recorder.end
    t.counts, t.start_first = s.counts, s.start_first
    if good and not recorder.spoiled and not recorder.passing:
        recorder.traces += 1
    else:
        recorder.calls = t.first
