"""The facts of this installation, for people and for bug reports."""

import platform
from typing import Any

import numpy as np

from . import _build, _cpu, _geometry, _threads

_DATES = {201107: "3.1", 201307: "4.0", 201511: "4.5", 201811: "5.0", 202011: "5.1", 202111: "5.2"}


def _facts() -> dict[str, dict[str, Any]]:
    """Return all facts, a dict for each topic."""
    from . import __version__

    n_threads, why = _threads.limited()
    return {
        "Versions": {"cypool": __version__, "NumPy": np.__version__, "Python": platform.python_version(), "platform": platform.platform()},
        "Compiler": {"name": _cpu.COMPILER, "flags": _cpu.FLAGS},
        "OpenMP": {"built in": bool(_cpu.OPENMP), "version": _DATES.get(_cpu.OPENMP, str(_cpu.OPENMP)) if _cpu.OPENMP else "none"},
        "CPU builds": {
            "in use": _build.NAME,
            "can run": list(_build.runnable()),
            "because": "CYPOOL_BUILD" if _build.WANTED else "the best that this CPU can run",
        },
        "Threads": {"number": n_threads, "because": why},
    }


def show_config(mode: str = "stdout") -> dict[str, dict[str, Any]] | None:
    """Show how cypool was built, which CPU build runs, and how many threads it uses and why.

    Parameters
    ----------
    mode : {"stdout", "dicts"}
        Print the facts, or return them.

    Returns
    -------
    dict or None
        A dict of facts for each topic, or None if they were printed.

    Raises
    ------
    ValueError
        If `mode` is neither of these.

    Examples
    --------
    >>> import cypool
    >>> sorted(cypool.show_config("dicts"))
    ['CPU builds', 'Compiler', 'OpenMP', 'Threads', 'Versions']
    """
    if not isinstance(mode, str) or mode not in ("stdout", "dicts"):
        raise ValueError(f"mode must be 'stdout' or 'dicts', got {_geometry.spelled(mode)}")
    if mode == "dicts":
        return _facts()
    for topic, facts in _facts().items():
        print(f"{topic}:")
        for name, fact in facts.items():
            print(f"  {name}: {', '.join(fact) if isinstance(fact, list) else fact}")
    return None
