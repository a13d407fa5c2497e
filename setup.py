"""The extensions of cypool: one table of builds, one OpenMP probe, one debug switch. The rest is in pyproject.toml.

Read from the environment:

CYPOOL_OPENMP=auto|on|off         use OpenMP if the compiler has it (default), fail without it, or leave it out
CYPOOL_LEVELS=off                 make the baseline build alone, in a third of the time
CYPOOL_DEBUG=1                    Cython's checks and C's asserts on, symbols kept
CYPOOL_SANITIZE=address,undefined compile with these sanitizers, the baseline build alone
CYPOOL_COVERAGE=1                 count how often each line of the .pyx files runs (GCC), the baseline build alone
"""

import gc
import os
import sys
import sysconfig
import tempfile
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, LinkError, SetupError

OPENMP = os.environ.get("CYPOOL_OPENMP", "auto")
LEVELS = os.environ.get("CYPOOL_LEVELS", "on") != "off"
DEBUG = os.environ.get("CYPOOL_DEBUG", "0") not in ("", "0")
SANITIZE = os.environ.get("CYPOOL_SANITIZE", "")
COVERAGE = os.environ.get("CYPOOL_COVERAGE", "0") not in ("", "0")

# Module -> the flags that only it gets. `_cpu` decides which of the others may be imported, so it is always baseline.
BUILDS = {"_cpu": [], "_kernels": []}
if sysconfig.get_platform() == "linux-x86_64" and LEVELS and not (SANITIZE or COVERAGE):
    BUILDS |= {"_kernels_v3": ["-march=x86-64-v3"], "_kernels_v4": ["-march=x86-64-v4"]}

# No -ffast-math: it deletes NaN tests, reorders sums and, at link time, flushes subnormals in the whole process.
# Contraction is off so that builds with and without FMA give the same bits; sums of 64-bit integers wrap as NumPy's do.
if sys.platform == "win32":
    COMPILE, LINK = ["/O2", "/std:c11"], []
    OPENMP_COMPILE, OPENMP_LINK = ["/openmp"], []
else:
    COMPILE, LINK = ["-O3", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fwrapv"], []
    COMPILE += ["-fvisibility=hidden", "-fstack-protector-strong"]
    OPENMP_COMPILE, OPENMP_LINK = ["-fopenmp"], ["-fopenmp"]
if sys.platform == "linux":
    LINK += ["-Wl,-z,relro,-z,now"]
    if not SANITIZE:
        COMPILE += ["-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2"]
    if not (DEBUG or SANITIZE or COVERAGE):
        COMPILE += ["-g0"]
        LINK += ["-Wl,--strip-all"]
# Three rows and their places are more pairs of pointers than the ten that GCC would compare to run a loop in vectors; and loops of 8 to
# 16 cells are to become vectors, not be unrolled before, nor become calls of memset and memcpy, which leave the registers.
WISHED = ["--param=vect-max-version-for-alias-checks=16", "--param=max-completely-peel-times=7", "-fno-tree-loop-distribute-patterns"]
if SANITIZE:
    COMPILE += [f"-fsanitize={SANITIZE}", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
    LINK += [f"-fsanitize={SANITIZE}"]
if COVERAGE:
    COMPILE += ["--coverage", "-O1"]
    LINK += ["--coverage"]
if DEBUG:
    COMPILE += ["-UNDEBUG"]

MACROS = [("NPY_NO_DEPRECATED_API", "NPY_2_0_API_VERSION")]
if sys.platform != "win32" and not (DEBUG or SANITIZE or COVERAGE):
    # Loops are written once and run in variants by literals, which are known where functions are inlined: not at the compiler's will.
    MACROS += [("CYTHON_INLINE", "__inline__ __attribute__((always_inline))")]

# Directives stand here and not on top of the .pyx files, where they would beat the debug switch.
DIRECTIVES = {
    "language_level": 3,
    "freethreading_compatible": True,
    "cdivision": True,
    **dict.fromkeys(["boundscheck", "wraparound", "nonecheck", "initializedcheck"], DEBUG),
}


class BuildExt(build_ext):
    """Ask the compiler what it can do, translate, and compile the builds side by side."""

    def finalize_options(self):
        super().finalize_options()
        self.parallel = self.parallel or os.cpu_count()

    def build_extensions(self):
        import numpy as np
        from Cython.Build import cythonize

        compile_openmp, link_openmp = self.openmp_flags()
        wished = WISHED if self.links(WISHED, []) else []
        compile_args, link_args = COMPILE + wished + compile_openmp, LINK + link_openmp
        flags = '"{}"'.format(" ".join(compile_args))  # for show_config
        # A compiler too old for a CPU level leaves that build out.
        self.extensions = [ext for ext in self.extensions if not ext.extra_compile_args or self.links(ext.extra_compile_args, [])]
        for ext in self.extensions:
            ext.define_macros = [*MACROS, ("CYPOOL_FLAGS", flags)]
            ext.include_dirs = [np.get_include()]
            ext.extra_compile_args = compile_args + ext.extra_compile_args
            ext.extra_link_args = link_args
        gc.disable()  # millions of objects live to the end: to look for garbage among them takes a sixth of the time
        try:
            translated = cythonize(
                self.extensions,
                build_dir=self.build_temp,
                compiler_directives=DIRECTIVES,
                emit_linenums=COVERAGE,
                force=bool(self.force),
                nthreads=self.parallel,
            )
        finally:
            gc.enable()
        sources = {ext.name: ext.sources for ext in translated}
        for ext in self.extensions:
            ext.sources = sources[ext.name]
        super().build_extensions()

    def openmp_flags(self):
        """Return the flags for compiling and for linking with OpenMP, both empty without it."""
        if OPENMP not in ("auto", "on", "off"):
            raise SetupError(f"CYPOOL_OPENMP must be auto, on or off, got {OPENMP!r}")
        if OPENMP == "off":
            return [], []
        if self.links(OPENMP_COMPILE, OPENMP_LINK, "#include <omp.h>\nint main(void) { return omp_get_max_threads() < 1; }"):
            return OPENMP_COMPILE, OPENMP_LINK
        if OPENMP == "on":
            raise SetupError("CYPOOL_OPENMP=on, but the compiler cannot build an OpenMP program")
        return [], []

    def links(self, compile_args, link_args, source="int main(void) { return 0; }"):
        """Return whether the compiler makes a program of `source` with these flags."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "probe.c")
            path.write_text(source + "\n")
            try:
                objects = self.compiler.compile([str(path)], output_dir=folder, extra_postargs=compile_args)
                self.compiler.link_executable(objects, "probe", output_dir=folder, extra_postargs=link_args)
            except (CompileError, LinkError):
                return False
        return True


setup(
    cmdclass={"build_ext": BuildExt},
    ext_modules=[
        Extension(f"cypool.{name}", [f"cypool/{name}.pyx"], extra_compile_args=flags) for name, flags in BUILDS.items()
    ],
)
