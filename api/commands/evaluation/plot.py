"""The figures of ``pakar evaluate`` as a picture: one bar for each method."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import UsageError

if TYPE_CHECKING:
    from reputation.evaluation.comparison import Evaluation
    from reputation.evaluation.protocol import SelfEvaluation

WIDTH, LABELS, FIGURES, LINE = 720, 170, 70, 22
OURS, OTHERS, INK = "#0b6e4f", "#9aa5b1", "#1f2933"


def write_plot(found: SelfEvaluation, file: Path) -> None:
    """Write the picture. Raises ``UsageError`` when the file cannot be written."""
    parts: list[tuple[str, Evaluation]] = []
    if found.match is not None:
        parts.append(("Who answers next", found.match.answers))
    if found.recognition is not None:
        parts.append(("Recognition", found.recognition))
    drawn: list[str] = []
    top = 0
    for title, evaluation in parts:
        drawn += _bars(title, evaluation, top)
        top += LINE * (len(evaluation.methods) + 3)
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" '
        f'width="{WIDTH}" height="{top}" font-family="sans-serif" font-size="13" fill="{INK}">'
        f'<rect width="{WIDTH}" height="{top}" fill="white"/>{"".join(drawn)}</svg>\n'
    )
    try:
        file.write_text(picture, "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None


def _bars(title: str, evaluation: Evaluation, top: int) -> list[str]:
    """A bar with the mean average precision of each method; the scale goes from 0 to 1."""
    note = f"{title}: mean average precision over {evaluation.queries} queries"
    drawn = [f'<text x="10" y="{top + 24}" font-weight="bold">{escape(note)}</text>']
    length = WIDTH - LABELS - FIGURES
    for place, method in enumerate(evaluation.methods):
        y = top + LINE * (place + 2)
        value = method.measured.average_precision
        colour = OURS if method.name == evaluation.method else OTHERS
        drawn.append(
            f'<text x="{LABELS - 8}" y="{y + 5}" text-anchor="end">{escape(method.name)}</text>'
            f'<rect x="{LABELS}" y="{y - 8}" width="{value * length:.1f}" height="16" '
            f'fill="{colour}"/>'
            f'<text x="{LABELS + value * length + 6:.1f}" y="{y + 5}">{value:.3f}</text>'
        )
    return drawn
