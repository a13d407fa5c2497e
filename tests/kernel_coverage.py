"""Run as a program: which lines of the .pyx and .pxi files do the tests reach?

    python tests/kernel_coverage.py                            all tests
    python tests/kernel_coverage.py tests/test_forward.py      some of them: whatever follows is given to pytest
    python tests/kernel_coverage.py --cov                      with the lines and branches of the .py files

Makes a build with the compiler's counters in a temporary folder (GCC and gcov), runs pytest with it, and names the lines
that never ran, and the functions of which a version, for one dtype say, was never called. Fails below 95 % of a file.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENOUGH = 95
SLOW = ["tests/test_builds.py::test_every_build_and_number_of_threads_gives_the_same_bits", "tests/test_interrupts.py"]  # they ask for speed


def build(folder):
    for name in ("setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "cypool", folder / "cypool", ignore=shutil.ignore_patterns("*.so", "*.c", "__pycache__"))
    command = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
    subprocess.run(command, cwd=folder, env=os.environ | {"CYPOOL_COVERAGE": "1"}, stderr=subprocess.DEVNULL, check=True)


def statements(folder):
    """Pairs (file, line) of all that Cython made C of, as it says there."""
    texts = (path.read_text() for path in folder.rglob("_*.c"))
    return {(file, int(line)) for text in texts for file, line in re.findall(r'^ */\* "(cypool/\w+\.(?:pyx|pxi))":(\d+)$', text, re.M)}


def counts(folder):
    """How often each (file, line) ran, and how often each C function."""
    lines, calls = defaultdict(int), defaultdict(int)
    for path in folder.rglob("*.gcno"):
        done = subprocess.run(["gcov", "--json-format", "--stdout", path], cwd=folder, capture_output=True, text=True, check=True)
        for file in json.loads(done.stdout)["files"]:
            for line in file["lines"]:
                lines[file["file"], line["line_number"]] += line["count"]
            for function in file["functions"]:
                calls[function["name"]] += function["execution_count"]
    return lines, calls


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder)
        environment = os.environ | {"CYPOOL_BUILD": "baseline", "PYTHONPATH": name}
        command = [sys.executable, "-P", "-m", "pytest", *(f"--deselect={test}" for test in SLOW), *sys.argv[1:]]
        failed = subprocess.run(command, cwd=ROOT, env=environment).returncode
        lines, calls = counts(folder)
        known = sorted(statements(folder) & lines.keys())
    for file in sorted({file for file, _ in known}):
        text = (ROOT / file).read_text().splitlines()
        mine = [line for name, line in known if name == file]
        missed = [line for line in mine if not lines[file, line]]
        share = 100 - 100 * len(missed) / len(mine)
        failed |= share < ENOUGH
        print(f"{file}: {share:.1f} % of {len(mine)} lines", *(f"{line:6} {text[line - 1]}" for line in missed), sep="\n")
    versions = defaultdict(list)
    for name, count in calls.items():
        if found := re.match(r"__pyx_fuse_(\w+?)__pyx_f_6cypool_\d+_kernels_(\w+)", name):
            versions[found[2]].append((found[1], count))
    for function, found in sorted(versions.items()):
        if never := sorted(version for version, count in found if not count):
            print(f"{function}: {len(never)} of {len(found)} versions never called, by their numbers {', '.join(never)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
