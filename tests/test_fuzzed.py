"""Does what the fuzzer came upon still hold? `fuzz/calls.txt` has its oddest calls, one a line; `fuzz/harness.py` says what must hold."""

from pathlib import Path

import pytest
from fuzz import harness

CALLS = harness.listed(Path(harness.__file__).with_name("calls.txt"))


def test_they_call_every_function():
    assert len(CALLS) >= 300
    assert {call.name for call in CALLS} == set(harness.NAMES)


@pytest.mark.parametrize("name", harness.NAMES)
def test_odd_calls(name):
    for call in CALLS:
        if call.name == name:
            try:
                harness.check(call)
            except Exception as error:
                raise AssertionError(str(call)) from error
