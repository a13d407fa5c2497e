"""What the public functions take and give, in the words of their signatures."""

from collections.abc import Sequence
from typing import Any, Literal, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

__all__ = ["ArrayLike", "ArrayOrPair", "CeilMode", "DTypeLike", "IntOrInts", "Padding", "ReturnIndices", "Shape", "Sizes"]

IntOrInts: TypeAlias = SupportsIndex | Sequence[SupportsIndex]
Padding: TypeAlias = SupportsIndex | Sequence[SupportsIndex | Sequence[SupportsIndex]] | Literal["valid", "same", "same_lower"]
CeilMode: TypeAlias = bool | Literal["full"]
ReturnIndices: TypeAlias = bool | Literal["window"]
Shape: TypeAlias = Sequence[SupportsIndex]
Sizes: TypeAlias = SupportsIndex | Sequence[SupportsIndex | None] | None
ArrayOrPair: TypeAlias = np.ndarray | Any  # two arrays with indices; `Any` lets callers unpack them without a check
