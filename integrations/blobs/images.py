"""Pictures: their size is read from the header, and nothing is decoded."""

from __future__ import annotations

import struct
from typing import IO

from PIL import Image, UnidentifiedImageError

from integrations.ports import FileRefused

LARGEST_PIXELS = 100_000_000
LONGEST_SIDE = 30_000
# The size is judged here, for every picture; the library would only warn of it.
Image.MAX_IMAGE_PIXELS = None


def check_image(file: IO[bytes], format_name: str) -> None:
    """Raises FileRefused for what the library cannot open as this format, and for what would be too large to show."""
    file.seek(0)
    try:
        with Image.open(file, formats=[format_name]) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
        raise FileRefused("content_differs") from None
    if width * height > LARGEST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise FileRefused("too_many_pixels", width=width, height=height, limit=LARGEST_PIXELS)
