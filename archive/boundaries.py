"""The pieces of a multipart, told apart by their boundary lines (RFC 2046 section 5.1.1)."""

from __future__ import annotations

from collections.abc import Iterator

MAX_PARTS = 1_000


def split_at(data: bytes, mark: bytes, defects: list[str]) -> list[bytes]:
    """The pieces between boundary lines (RFC 2046 section 5.1.1), preamble and epilogue dropped.

    Whole lines are boundaries, so that a nested multipart's longer boundary is none; only
    where no line is, those that begin with the boundary count, as the RFC has it.
    """
    for exact in (True, False):
        pieces: list[bytes] = []
        start = -1
        for position, after, is_last in _boundaries(data, mark, exact):
            if start >= 0:
                pieces.append(_without_line_end(data[start:position]))
            start = after
            if is_last:
                return pieces
            if len(pieces) >= MAX_PARTS:
                defects.append("parts-too-many")
                return pieces
        if start >= 0:
            defects.append("boundary-open")
            rest = data[start:].rstrip()
            if rest.endswith(mark + b"--"):
                # The last line has no end of its own, and the closing boundary stands on it.
                pieces.append(rest[: -len(mark) - 2])
            elif rest:
                pieces.append(data[start:])
            return pieces
    defects.append("boundary-missing")
    return []


def _boundaries(data: bytes, mark: bytes, exact: bool) -> Iterator[tuple[int, int, bool]]:
    """Start of each boundary line, start of the line after it, and whether it closes."""
    position = data.find(mark)
    while position >= 0:
        after = position + len(mark)
        if not position or data[position - 1 : position] == b"\n":
            line_end = data.find(b"\n", after)
            line_end = len(data) if line_end < 0 else line_end
            rest = data[after : min(line_end, after + 200)].strip()
            if rest in (b"", b"--") or not exact:
                yield position, line_end + 1, rest == b"--"
        position = data.find(mark, after)


def _without_line_end(piece: bytes) -> bytes:
    # The line end before a boundary belongs to the boundary.
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith(b"\n") else piece
