"""What this CPU, this compiler and this OpenMP runtime offer. Compiled with baseline flags: it must load anywhere."""

cdef extern from *:
    r"""
    #if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
      #if __clang_major__ >= 18 || (__GNUC__ >= 12 && !defined(__clang__))
        #define CPU_HAS_V3 __builtin_cpu_supports("x86-64-v3")
        #define CPU_HAS_V4 __builtin_cpu_supports("x86-64-v4")
      #else  /* older compilers know features, not levels; these were never sold without the rest of their level */
        #define CPU_HAS_V3 (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") \
                            && __builtin_cpu_supports("bmi2"))
        #define CPU_HAS_V4 (CPU_HAS_V3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") \
                            && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") \
                            && __builtin_cpu_supports("avx512vl"))
      #endif
    #else
      #define CPU_HAS_V3 0
      #define CPU_HAS_V4 0
    #endif

    #if defined(__clang__)
      #define COMPILER "Clang " __clang_version__
    #elif defined(__GNUC__)
      #define COMPILER "GCC " __VERSION__
    #elif defined(_MSC_VER)
      #define COMPILER "MSVC"
    #else
      #define COMPILER "unknown"
    #endif

    #ifndef CYPOOL_FLAGS
      #define CYPOOL_FLAGS "unknown"
    #endif

    #ifdef _OPENMP
      #include <omp.h>
      #define OPENMP_DATE _OPENMP
    #else
      #define OPENMP_DATE 0
      #define omp_get_max_threads() 1
      #define omp_get_num_procs() 1
      #define omp_in_parallel() 0
    #endif

    #ifdef __linux__
      #include <sched.h>
      /* CPUs that the calling thread may run on; 0 where that cannot be told. */
      static int cpus_allowed(void) {
          cpu_set_t set;
          return sched_getaffinity(0, sizeof set, &set) ? 0 : CPU_COUNT(&set);
      }
    #else
      #define cpus_allowed() 0
    #endif

    #if defined(_OPENMP) && !defined(_WIN32)
      #include <pthread.h>
      #include <stdlib.h>
      #define MOST_THREADS 1024
      #define TEAM_RECORDS 65536  /* bytes, more than libgomp allocates for itself with a team */

      static void *wait_turn(void *gate) {
          pthread_mutex_lock((pthread_mutex_t *)gate);
          pthread_mutex_unlock((pthread_mutex_t *)gate);
          return NULL;
      }

      /* How many of `wanted` further threads can be alive at once, found by starting and joining them. */
      static int startable(int wanted, size_t stack_size) {
          pthread_t threads[MOST_THREADS];
          pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
          pthread_attr_t attributes;
          void *records;
          int started = 0, i;

          if (wanted > MOST_THREADS) wanted = MOST_THREADS;
          if (pthread_attr_init(&attributes)) return 0;
          if (stack_size) pthread_attr_setstacksize(&attributes, stack_size);  /* a size refused is ignored, as OpenMP does */
          pthread_mutex_lock(&gate);
          while (started < wanted && !pthread_create(&threads[started], &attributes, wait_turn, &gate)) started++;
          records = malloc(TEAM_RECORDS);
          pthread_mutex_unlock(&gate);
          for (i = 0; i < started; i++) pthread_join(threads[i], NULL);
          pthread_attr_destroy(&attributes);
          if (!records) return 0;
          free(records);
          return started;
      }

      static __thread int team_size = 1;
    #else
      #define startable(wanted, stack_size) (wanted)
      static int team_size = 1;
    #endif
    """
    const char *C_COMPILER "COMPILER"
    const char *C_FLAGS "CYPOOL_FLAGS"
    long OPENMP_DATE
    bint CPU_HAS_V3
    bint CPU_HAS_V4
    int team_size  # of the calling thread: OpenMP keeps one pool for each, and lets go of what a smaller team leaves over
    int omp_get_max_threads() noexcept nogil
    int omp_get_num_procs() noexcept nogil
    bint omp_in_parallel() noexcept nogil
    int cpus_allowed() noexcept nogil
    int startable(int wanted, size_t stack_size) noexcept nogil

COMPILER = C_COMPILER.decode()
FLAGS = C_FLAGS.decode()
OPENMP = OPENMP_DATE  # the date of the standard, 201511 for 4.5; 0 in a build without it
V3 = CPU_HAS_V3
V4 = CPU_HAS_V4

cdef bint used = False


def omp_threads():
    """Threads that OpenMP itself would use now for this Python thread."""
    return 1 if omp_in_parallel() else omp_get_max_threads()


def omp_cpus():
    """CPUs that OpenMP sees: what `omp_threads` says unless somebody told it otherwise."""
    return omp_get_num_procs()


def affinity():
    """CPUs that the calling thread may run on, 0 where the system does not tell."""
    return cpus_allowed()


def openmp_used():
    """Whether a parallel region may have run in this process or in the one that it was forked from."""
    return used


def start(int n, size_t stack_size):
    """Return how many threads, up to `n` > 1, a parallel region started now by this thread can have.

    OpenMP ends the process when it cannot create a thread, so those that it would have to create are tried first.
    """
    global team_size, used
    cdef int more = n - team_size
    if more > 0:
        with nogil:
            more = startable(more, stack_size)
        n = team_size + more
    team_size = n
    used = used or n > 1
    return n


cpdef bint settled(tuple args, int depth=2):
    """Return whether a cache may look these arguments up: 2, 2.0 and True are equal and hash alike, but only one is a kernel size.

    So ints, strings, None and tuples of these, no deeper than pairs for each axis; as the sixth argument, `ceil_mode`, a bool and no int.
    """
    cdef Py_ssize_t i
    for i in range(len(args)):
        kind = type(args[i])
        if kind is (bool if i == 5 and depth == 2 else int) or args[i] is None or kind is str:
            continue
        if kind is not tuple or depth == 0 or not settled(args[i], depth - 1):
            return False
    return True
