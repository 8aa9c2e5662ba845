"""A film for the fake camera: a ticket's code, held still."""

from __future__ import annotations

from pathlib import Path

import qrcode

_WIDTH, _HEIGHT = 640, 480
_SIDE = 280


def film_of(text: str, path: Path) -> Path:
    """Writes a y4m film that shows the code of `text` on grey paper; answers its path."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    picture = _picture(code.get_matrix())
    colour = bytes([128]) * (_WIDTH * _HEIGHT // 2)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(5):
            film.write(b"FRAME\n" + picture + colour)
    return path


def _picture(matrix: list[list[bool]]) -> bytes:
    """Brightness, row by row: the code in the middle, its modules as large as fits."""
    module = _SIDE // len(matrix)
    side = module * len(matrix)
    left, top = (_WIDTH - side) // 2, (_HEIGHT - side) // 2
    rows = []
    for y in range(_HEIGHT):
        row = bytearray([170]) * _WIDTH
        if top <= y < top + side:
            line = matrix[(y - top) // module]
            row[left : left + side] = bytes(40 if line[x // module] else 230 for x in range(side))
        rows.append(bytes(row))
    return b"".join(rows)
