"""The CPU build in use: picked once, at import, and no other is imported, for even its first instruction may be one too many."""

import os
from importlib import import_module
from importlib.util import find_spec

try:
    from . import _cpu
except ImportError as error:
    folder = os.path.dirname(__file__)
    raise ImportError(f"no compiled modules in {folder}: install cypool with pip, and import it from another folder") from error

# Name, module, whether this CPU can run it: the first that can be run is taken.
BUILDS = (
    ("v4", "_kernels_v4", _cpu.V4),
    ("v3", "_kernels_v3", _cpu.V3),
    ("baseline", "_kernels", True),
)


def runnable() -> dict[str, str]:
    """Return the builds that are installed and that this CPU can run, best first: name to module."""
    found = {name: f"{__package__}.{module}" for name, module, supported in BUILDS if supported}
    return {name: module for name, module in found.items() if find_spec(module)}


def choose(wanted: str | None) -> tuple[str, str]:
    """Return the name and the module of the build `wanted`, or of the best one."""
    builds = runnable()
    if not wanted:
        return next(iter(builds.items()))
    names = [name for name, _, _ in BUILDS]
    if wanted not in names:
        raise ValueError(f"CYPOOL_BUILD must be one of {', '.join(names)}, got {wanted!r}")
    if wanted not in builds:
        raise ImportError(f"CYPOOL_BUILD={wanted}, but of this installation this CPU can run only {', '.join(builds)}")
    return wanted, builds[wanted]


WANTED = os.environ.get("CYPOOL_BUILD")
NAME, _module = choose(WANTED)
kernels = import_module(_module)
