"""Arrays in files, for the command line: ``.npy`` by memory map, pictures through Pillow."""

from __future__ import annotations

import contextlib
import os
import struct
import sys
import warnings
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

Array = np.ndarray[Any, Any]
SWAPPED = {"B": "L", "L": "B", "N": "B" if sys.byteorder == "little" else "L"}


class FileError(Exception):
    """A file that can't be read or written; the text is one line for the user."""


# ---------------------------------------------------------------- reading

def read_array(path: str) -> tuple[Array, dict[str, Any] | None]:
    """Return the array in `path` and what a picture carries besides (None for ``.npy``)."""
    with open(path, "rb"):  # missing, a directory, not permitted: the system's own words
        pass
    if path.lower().endswith(".npy"):
        return _read_npy(path), None
    if path.lower().endswith(".npz"):
        raise FileError(f"{path}: an archive of arrays; save the one to pool as .npy")
    return _read_picture(path)


def _read_npy(path: str) -> Array:
    """Map the array; pickled objects are never loaded."""
    try:
        return open_memmap(path, mode="r")
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a header gone wrong has many names, down to those of the tokenizer
        raise FileError(f"{path}: not a .npy file that can be read: {error}") from error


def _pillow() -> Any:
    try:
        import PIL.Image
        import PIL.ImageOps
    except ImportError as error:
        raise FileError("pictures need Pillow: pip install 'cypool[demo]'") from error
    return PIL


def _read_picture(path: str) -> tuple[Array, dict[str, Any]]:
    PIL = _pillow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd files; real trouble raises
        try:
            with PIL.Image.open(path) as picture:
                if getattr(picture, "n_frames", 1) > 1:
                    print(f"cypool: note: {path}: only the first of {picture.n_frames} frames", file=sys.stderr)
                extras = {"icc_profile": picture.info.get("icc_profile")}
                if _is_deep_colour(picture):
                    return _deep_colour(PIL, path), extras
                return np.asarray(_plain_mode(PIL.ImageOps.exif_transpose(picture))), extras
        except PIL.UnidentifiedImageError as error:
            raise FileError(f"{path}: neither .npy nor a picture that Pillow can read") from error
        except PIL.Image.DecompressionBombError as error:
            raise FileError(f"{path}: {error}") from error
        except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
            raise FileError(f"{path}: not a picture that can be read: {error}") from error


def _plain_mode(picture: Any) -> Any:
    """Return grey or colours, whatever they were kept as: a palette, ink, black or white."""
    alpha = picture.mode in ("P", "PA") and picture.has_transparency_data
    mode = {"1": "L", "P": "RGB", "PA": "RGB", "YCbCr": "RGB", "HSV": "RGB", "CMYK": "RGB", "RGBX": "RGB", "RGBa": "RGBA", "La": "LA"}
    picture = picture.convert("RGBA" if alpha else mode.get(picture.mode, picture.mode))
    if picture.mode.partition(";")[0] not in ("L", "LA", "RGB", "RGBA", "I", "F"):
        raise ValueError(f"its colours are {picture.mode}, save it as RGB")
    return picture


def _raw_mode(picture: Any) -> str:
    args = picture.tile[0].args if picture.tile else None
    return str(args[0] if isinstance(args, tuple) else args)


def _is_deep_colour(picture: Any) -> bool:
    raw = _raw_mode(picture)
    if raw.startswith("LA;16"):
        raise FileError(f"{picture.filename}: 16-bit grey with alpha, of which Pillow keeps 8 bits; save it as .npy")
    return picture.mode in ("RGB", "RGBA") and ";16" in raw


def _deep_colour(PIL: Any, path: str) -> Array:
    """Read 16-bit colour, of which Pillow keeps 8: the high bytes, then, with the byte order turned round, the low ones."""

    def half(turned: bool) -> Array:
        with PIL.Image.open(path) as picture:
            if turned:
                raw = _raw_mode(picture)
                raw = raw[:-1] + SWAPPED[raw[-1]]
                picture.tile = [t._replace(args=(raw, *t.args[1:]) if isinstance(t.args, tuple) else raw) for t in picture.tile]
            return np.asarray(picture).astype(np.uint16)

    return half(False) << 8 | half(True)


# ---------------------------------------------------------------- writing

@contextlib.contextmanager
def replacing(path: str) -> Iterator[str]:
    """Give a temporary name beside `path` that takes its place when all went well, else vanishes."""
    path = os.path.realpath(path)  # through a symbolic link, as other writers go
    folder, name = os.path.split(path)
    if os.path.isdir(path):
        raise FileError(f"{path}: is a directory")
    if not os.path.isdir(folder):
        raise FileError(f"{folder}: no such directory")
    if os.path.exists(path) and not os.access(path, os.W_OK):
        raise FileError(f"{path}: permission denied")
    stem, suffix = os.path.splitext(name)
    temporary = os.path.join(folder, f".{stem}-{os.getpid()}{suffix}")
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            os.remove(temporary)


def create_npy(path: str, shape: tuple[int, ...], dtype: np.dtype[Any], fortran_order: bool = False) -> Array:
    """Return a writable memory map of a new ``.npy`` file."""
    if 0 in shape:  # nothing to map
        empty = np.empty(shape, dtype)
        np.save(path, empty)
        return empty
    y: Array = open_memmap(path, mode="w+", dtype=dtype, shape=shape, fortran_order=fortran_order)
    if hasattr(os, "posix_fallocate"):  # a full disk is an error now, not a bus error while writing
        with open(path, "r+b") as file:
            os.posix_fallocate(file.fileno(), 0, os.path.getsize(path))
    return y


def check_picture(path: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
    """Raise unless a picture at `path` can hold such an array."""
    PIL = _pillow()
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in PIL.Image.registered_extensions():
        raise FileError(f"{path}: write .npy or a picture (.png, .tif, .jpg, ...), not {suffix or 'a name without extension'}")
    channels = shape[2] if len(shape) == 3 else 1
    if len(shape) not in (2, 3) or channels not in (1, 2, 3, 4) or 0 in shape:
        raise FileError(f"{path}: a picture is (height, width) or (height, width, 1 to 4), the result is {shape}; write .npy")
    grey_tiff = channels == 1 and suffix in (".tif", ".tiff")
    fits = {
        "bool": channels == 1,
        "uint8": True,
        "uint16": suffix == ".png" or grey_tiff,
        "int32": grey_tiff,
        "float32": grey_tiff,
    }
    name = np.dtype(dtype).name
    if not fits.get(name, False):
        kind = "colour" if channels > 1 else "grey"
        raise FileError(f"{path}: {suffix} can't hold {name} in {kind}; choose another --dtype or write .npy")


def write_picture(path: str, y: Array, extras: dict[str, Any] | None = None) -> None:
    """Write `y`, which `check_picture` let pass."""
    y = y[..., 0] if y.ndim == 3 and y.shape[2] == 1 else y
    y = np.ascontiguousarray(y, y.dtype.newbyteorder("="))
    if y.dtype == np.uint16 and y.ndim == 3:
        return _write_png16(path, y)
    PIL = _pillow()
    extras = {name: value for name, value in (extras or {}).items() if value}
    try:
        PIL.Image.fromarray(y).save(path, **extras)
    except (OSError, ValueError, KeyError) as error:
        raise FileError(f"cannot write {os.path.splitext(path)[1]}: {error}") from error


def _write_png16(path: str, y: Array) -> None:
    """Write 16-bit colour, or grey with alpha, as PNG, which Pillow can't."""
    height, width, channels = y.shape
    lines = np.zeros((height, 1 + 2 * width * channels), np.uint8)  # each line: filter type 0, then big-endian samples
    lines[:, 1:] = y.astype(">u2").view(np.uint8).reshape(height, -1)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 16, {2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines.tobytes())) + chunk(b"IEND", b""))
