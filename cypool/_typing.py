"""What the public functions take, in the words that their signatures use."""

from collections.abc import Sequence
from typing import Literal, SupportsIndex, TypeAlias

from numpy.typing import ArrayLike, DTypeLike

__all__ = ["ArrayLike", "CeilMode", "DTypeLike", "IntOrInts", "Padding", "ReturnIndices", "Shape"]

IntOrInts: TypeAlias = SupportsIndex | Sequence[SupportsIndex]
Padding: TypeAlias = SupportsIndex | Sequence[SupportsIndex | Sequence[SupportsIndex]] | Literal["valid", "same", "same_lower"]
CeilMode: TypeAlias = bool | Literal["full"]
ReturnIndices: TypeAlias = bool | Literal["window"]
Shape: TypeAlias = Sequence[SupportsIndex]
