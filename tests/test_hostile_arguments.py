"""Does any argument of any function crash, hang, or raise anything but an error that names it?"""

import json
import subprocess
import sys
from pathlib import Path

import hostile_calls
import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="ends long calls by a signal")
@pytest.mark.parametrize("seed", [0, 1])
def test_no_arguments_hurt(seed, tmp_path):
    """In a process of its own, with 3 GiB of addresses: what it said last is the call that killed it."""
    log = tmp_path / "calls.txt"
    with log.open("w") as file:
        done = subprocess.run([sys.executable, Path(hostile_calls.__file__), str(seed)], stdout=file, stderr=subprocess.PIPE, text=True, timeout=280)
    lines = log.read_text().splitlines()
    assert done.returncode == 0, f"exit code {done.returncode} after {len(lines)} calls, at\n{lines[-1]}\n{done.stderr[-2000:]}"
    summary = json.loads(lines[-1])
    assert not summary["wrong"], f"{len(summary['wrong'])} calls\n" + "\n".join(summary["wrong"][:20])
    assert summary["count"]["works"] == len(list(hostile_calls.functions()))  # each alone, before anything hostile
    assert summary["count"]["calls"] >= 20_000
    assert summary["count"]["interrupted"] >= 5
    assert summary["count"]["TypeError"] >= 5_000
    assert summary["count"]["ValueError"] >= 5_000
