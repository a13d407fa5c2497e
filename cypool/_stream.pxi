"""Streaming: results that no cache is to hold are written in whole lines, which aren't fetched first."""

cdef struct Stage:        # bytes that are to stand at `to`; no memory: none wait
    char *memory
    char *to
    Py_ssize_t waiting

cdef extern from *:
    """
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
    """
    size_t stream(char *to, const char *from_, size_t n) noexcept nogil
    void settle() noexcept nogil

cdef inline void send(char *to, const char *from_, Py_ssize_t size) noexcept nogil:
    """All of it; what is less than a line, at its ends, goes through the caches."""
    cdef Py_ssize_t rest = stream(to, from_, size)
    memcpy(to + size - rest, from_ + size - rest, rest)

cdef inline void send_lines(Stage *s) noexcept nogil:
    cdef Py_ssize_t sent = s.waiting - <Py_ssize_t>stream(s.to, s.memory, s.waiting)
    s.to += sent
    s.waiting -= sent
    memmove(s.memory, s.memory + sent, s.waiting)

cdef inline void send_all(Stage *s) noexcept nogil:
    if s.waiting:
        send(s.to, s.memory, s.waiting)
        s.waiting = 0

cdef inline char *staged(Stage *s, char *to, Py_ssize_t size) noexcept nogil:
    """Where to write what is to stand at `to`: there, or where it waits until some lines can be streamed."""
    if s.memory == NULL:
        return to
    if s.waiting + size > STAGE and s.waiting:
        send_lines(s)
    if to != s.to + s.waiting:
        send_all(s)
        s.to = to
    s.waiting += size
    return s.memory + s.waiting - size

cdef Stage stage_at(char *memory) noexcept nogil:
    cdef Stage s
    s.memory, s.to, s.waiting = memory, NULL, 0
    return s

cdef void end_stage(Stage *s) noexcept nogil:
    if s.memory != NULL:
        send_all(s)
        settle()
