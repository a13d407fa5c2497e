"""Tables and figures of the command line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ._files import FileError, replacing


def table(head: Sequence[str], rows: Sequence[Sequence[str]], markdown: bool = False) -> str:
    """Return a table in plain text or Markdown: words to the left, numbers to the right."""
    rows = [head, *rows]
    columns = range(len(head))
    widths = [max(len(row[i]) for row in rows) for i in columns]
    words = [not any(row[i][:1].isdigit() for row in rows[1:]) for i in columns]

    def line(cells: Sequence[str]) -> list[str]:
        return [cells[i].ljust(widths[i]) if words[i] else cells[i].rjust(widths[i]) for i in columns]

    if not markdown:
        return "\n".join("  ".join(line(row)).rstrip() for row in rows)
    rule = ["-" * w if left else "-" * (w - 1) + ":" for w, left in zip(widths, words, strict=True)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (line(head), rule, *map(line, rows[1:])))


def save(figure: Any, path: str) -> None:
    """Write a matplotlib figure in the format that the name asks for."""
    formats = figure.canvas.get_supported_filetypes()
    suffix = os.path.splitext(path)[1][1:].lower()
    if suffix not in formats:
        raise FileError(f"{path}: a figure is written as one of .{', .'.join(sorted(formats))}")
    with replacing(path) as temporary:
        figure.savefig(temporary)
