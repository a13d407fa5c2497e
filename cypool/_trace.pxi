"""Tracing: items of work whose windows differ by a shift only make the same calls. Those of the first are recorded and replayed."""

cdef enum:
    TRACES = 9            # at the ends of rows and planes, and between, three by three
    CALLS = 128           # of all traces
    POINTERS = 10         # which `Operands` starts with

cdef enum Verb:           # the calls that are recorded
    DOWN
    WIDEN
    WIDEN_LAST
    CLOSE
    CLOSE_CELLS
    MEND
    FOLD
    SCAN
    PICK
    NEUTRAL
    LAY
    LAY_PLACES
    FINISH
    WRITE_PLACES
    WATCH
    WATCH_BITS
    LOAD

cdef enum:                # what a pointer moves with from item to item
    STAYS
    WITH_X
    WITH_OUT
    WITH_INDICES

cdef struct Call:
    Verb verb
    int moving                                # so many of its pointers move:
    uint8_t pointer[POINTERS]                 # which,
    uint8_t moves[POINTERS]                   # and with what
    const Verbs *v
    Operands rows
    Py_ssize_t number[6]
    double factor

cdef struct Spot:         # where an item is: equal ones but for `at` make the same calls
    Py_ssize_t row, column                    # where its windows start in a plane; INSIDE where none is cut short
    Py_ssize_t n_rows, columns
    Py_ssize_t alike      # so many, from this one on, follow each other
    Py_ssize_t at[4]                          # bytes from the first one, by what pointers move with
    Py_ssize_t place                          # in the plane, as flat indices count

cdef struct Trace:
    Spot spot             # of the item that was done last
    int first, stop       # of the calls
    const char *end       # of what was read of x
    Py_ssize_t scale_first, scale_rows, start_first         # the tables that it needs

cdef struct Recorder:
    bint on
    bint spoiled          # more calls than there is room for
    int traces, calls, first
    int tables            # made anew meanwhile
    const char *end       # of what is read of x
    size_t memory[4]      # scratch, x, out and indices: where they start,
    size_t size[4]        # and their bytes
    Trace trace[TRACES]
    Call call[CALLS]


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
    recorder.spoiled = False
    recorder.traces = recorder.calls = recorder.tables = 0
    recorder.memory = [<size_t>scratch, <size_t>arrays.x + <size_t>low, <size_t>arrays.out, <size_t>arrays.indices]
    recorder.size = [<size_t>(end - scratch), <size_t>(high - low + p.itemsize), <size_t>(cells * p.quick.result), <size_t>(cells * p.code)]


cdef inline void span_inside(Axis *axis) noexcept nogil:
    """The windows that lie inside the input and differ by a shift only."""
    axis.inside_first = axis.inside_stop = 0
    if axis.stride > 0 and not axis.spacing:
        axis.inside_first = (axis.before + axis.stride - 1) // axis.stride
        axis.inside_stop = axis.length + axis.before - (axis.kernel - 1) * axis.dilation - 1
        axis.inside_stop = smaller(axis.out, axis.inside_stop // axis.stride + 1) if axis.inside_stop >= 0 else 0


cdef inline Spot spot_of(const Problem *p, Py_ssize_t r, Py_ssize_t n_rows, Py_ssize_t c, Py_ssize_t columns) noexcept nogil:
    cdef const Axis *axis = &p.column
    cdef Py_ssize_t i, rows = n_rows, cells = (r * axis.out + c) * p.inner, from_ = r, more = 0
    cdef bint inside = True
    cdef Spot s
    cdef int a
    s.row, s.n_rows, s.columns, s.place = r % p.cycle, n_rows, columns, 0
    s.column = INSIDE if axis.inside_first <= c and c + columns <= axis.inside_stop and not p.flat else c
    s.at[<int>STAYS], s.at[<int>WITH_X] = 0, c * axis.stride * axis.step
    s.at[<int>WITH_OUT], s.at[<int>WITH_INDICES] = cells * p.quick.result, cells * p.code
    for a in range(p.n_axes - 1, -1, -1):
        axis = &p.axis[a]
        i = r % axis.out
        r //= axis.out
        inside = inside and axis.inside_first <= i and i + rows <= axis.inside_stop
        more = (axis.inside_stop - i) // n_rows if a == p.n_axes - 1 else more
        s.at[<int>WITH_X] += i * axis.stride * axis.step
        s.place += i * axis.stride * axis.plane
        rows = 1
    if inside:
        s.row = INSIDE
    if columns < p.column.out:
        s.alike = (p.column.inside_stop - c) // columns if s.column == INSIDE else 1
    elif not inside:
        s.alike = (p.n_rows - from_) // n_rows if n_rows % p.cycle == 0 else 1
    else:
        s.alike = more
    if p.piled and from_ + n_rows * s.alike == p.n_rows:
        s.alike -= 1                          # the last one may be made in another way
    return s


cdef inline Spot behind(const Problem *p, const Spot *spot) noexcept nogil:
    """The next one alike."""
    cdef const Axis *last = &p.axis[p.n_axes - 1]
    cdef Spot s = spot[0]
    cdef Py_ssize_t cells
    s.alike -= 1
    if s.columns < p.column.out:
        s.at[<int>WITH_X] += s.columns * p.column.stride * p.column.step
        cells = s.columns * p.inner
    else:
        if s.row == INSIDE:
            s.at[<int>WITH_X] += s.n_rows * last.stride * last.step
            s.place += s.n_rows * last.stride * last.plane
        else:
            s.at[<int>WITH_X] += s.n_rows // p.cycle * p.axis[0].stride * p.axis[0].step
            s.place += s.n_rows // p.cycle * p.axis[0].stride * p.axis[0].plane
        cells = s.n_rows * p.column.out * p.inner
    s.at[<int>WITH_OUT] += cells * p.quick.result
    s.at[<int>WITH_INDICES] += cells * p.code
    return s


cdef inline bint perform(const Problem *p, Scratch *s, const Verbs *v, Verb verb, Operands *rows, Py_ssize_t a, Py_ssize_t b,
                         Py_ssize_t c, Py_ssize_t d, Py_ssize_t e, Py_ssize_t f, double factor) noexcept nogil:
    """Call a verb, and remember it while a trace is recorded."""
    cdef Py_ssize_t number[6]
    number = [a, b, c, d, e, f]
    if s.recorder.on:
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
    elif verb == MEND:
        return v.mend(kind, rows, n[0], n[1], n[2], n[3], n[4], n[5]) and v.watch_bits != NULL
    elif verb == FOLD:
        v.fold(NULL, rows, n[0], n[1], n[2], n[3], n[4], n[5])
    elif verb == SCAN:
        return v.scan(rows.row[0], n[0], 1, 0, 0) and v.watch_bits != NULL
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
    elif verb == FINISH:
        v.finish(NULL, rows, n[0], <const double *>rows.row[1], factor, n[1], n[2], n[3])
    elif verb == WRITE_PLACES:
        v.write_places(rows.acc, rows.row[0], s.start, n[0], n[1], n[2])
    elif verb == WATCH:
        return v.watch(rows.row[0], n[0], n[1], n[2], v.bound)
    elif verb == WATCH_BITS:
        return v.watch_bits(rows.row[0], v.mask, v.odd_bits, n[0])
    else:
        load(p, v, s, <char *>rows.acc, <const char *>rows.row[0], <const char *>rows.row[1], n[0], n[1], n[2],
             <const double *>rows.row[2])
    return False


cdef inline void read_to(Scratch *s, const char *end) noexcept nogil:
    if <size_t>end - s.recorder.memory[<int>WITH_X] <= s.recorder.size[<int>WITH_X] and s.recorder.end < end:
        s.recorder.end = end


cdef void record(Recorder *recorder, const Verbs *v, Verb verb, const Operands *rows, const Py_ssize_t *number, double factor) noexcept nogil:
    cdef Call *c = &recorder.call[recorder.calls]
    cdef const size_t *pointer = <const size_t *>&c.rows
    cdef int k, moves
    if recorder.calls == CALLS:
        recorder.spoiled = True
        return
    recorder.calls += 1
    c.verb, c.v, c.rows, c.factor = verb, v, rows[0], factor
    memcpy(c.number, number, sizeof(c.number))
    c.moving = 0
    for k in range(POINTERS):
        for moves in range(STAYS, WITH_INDICES + 1):
            if pointer[k] - recorder.memory[moves] < recorder.size[moves]:
                c.pointer[c.moving], c.moves[c.moving] = <uint8_t>k, <uint8_t>moves
                c.moving += moves != STAYS
                break


cdef Trace *find_trace(Recorder *recorder, const Spot *spot) noexcept nogil:
    cdef Trace *t = &recorder.trace[0]
    for _ in range(recorder.traces):
        if t.spot.row == spot.row and t.spot.column == spot.column and t.spot.n_rows == spot.n_rows and t.spot.columns == spot.columns:
            return t
        t += 1
    return NULL


cdef Py_ssize_t replay(const Problem *p, const Arrays *arrays, Scratch *s, Trace *t, Spot *spot, Py_ssize_t most) noexcept nogil:
    """Make the calls again for other items. Tells how many are done; the next one has something odd, or tables of its own."""
    cdef Py_ssize_t shift[4]
    cdef Py_ssize_t place, done = 0
    cdef size_t *pointer
    cdef Call *call
    cdef bint odd = False
    cdef int i, k
    if t.scale_first != s.scale_first or t.scale_rows != s.scale_rows or t.start_first != s.start_first:
        return 0
    most = smaller(most, spot.alike)
    while done < most and not stopped(s.turn, spot.n_rows * p.pitch):
        for k in range(4):
            shift[k] = spot.at[k] - t.spot.at[k]
        place = spot.place - t.spot.place
        if t.end != NULL and t.end + shift[<int>WITH_X] > arrays.end:
            return done
        t.spot = spot[0]
        t.end += shift[<int>WITH_X] if t.end != NULL else 0
        for i in range(t.first, t.stop):
            call = &s.recorder.call[i]
            pointer = <size_t *>&call.rows
            for k in range(call.moving):
                pointer[call.pointer[k]] += <size_t>shift[call.moves[k]]
            if call.verb == WRITE_PLACES:
                call.number[0] += place
            odd |= call_verb(p, s, call.v, call.verb, &call.rows, call.number, call.factor)
        if odd:
            return done
        done += 1
        spot[0] = behind(p, spot)
    return done


cdef void start_trace(const Problem *p, Recorder *recorder, Py_ssize_t r) noexcept nogil:
    recorder.on = not (p.piled and r == 0) and recorder.traces < TRACES and not recorder.spoiled
    recorder.tables = 0
    recorder.first = recorder.calls
    recorder.end = NULL


cdef void end_trace(Scratch *s, const Spot *spot, bint good) noexcept nogil:
    """Keep what was recorded, if it is good for others."""
    cdef Recorder *recorder = s.recorder
    cdef Trace *t = &recorder.trace[recorder.traces]
    recorder.on = False
    t.first, t.stop = recorder.first, recorder.calls
    t.spot, t.end = spot[0], recorder.end
    t.scale_first, t.scale_rows, t.start_first = s.scale_first, s.scale_rows, s.start_first
    if good and not recorder.spoiled and recorder.tables < 2:
        recorder.traces += 1
    else:
        recorder.calls = t.first
