"""The plot that a run writes: an SVG, one row of bars per measure."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from results import Measure
from table import number

WIDTH, LABEL, BAR, ROW_GAP, TITLE = 860, 110, 16, 22, 20
COLOURS = {"B": "#94a3b8", "L": "#cbd5e1", "C": "#8b5cf6"}
OTHERS = "#e2e8f0"


def plot(measures: Sequence[Measure]) -> str:
    """The plotted measures; each row has its own scale, since the units differ. Whiskers are quartiles."""
    parts: list[str] = []
    top = 20
    for measure in [measure for measure in measures if measure.plotted]:
        spreads = measure.spreads()
        if not spreads:
            continue
        unit = f" ({measure.unit})" if measure.unit else ""
        parts.append(_text(10, top, f"{measure.scenario}  {measure.title}{unit}", bold=True))
        scale = (WIDTH - LABEL - 90) / (max(spread.high for spread in spreads.values()) or 1)
        top += TITLE - 12
        for key, spread in spreads.items():
            length = max(spread.median * scale, 1)
            middle = top + BAR / 2
            parts.append(_text(10, middle + 4, key))
            parts.append(
                f'<rect x="{LABEL}" y="{top}" width="{length:.1f}" height="{BAR - 3}" rx="2" '
                f'fill="{COLOURS.get(key, OTHERS)}"/>'
            )
            parts.append(
                f'<path d="M{LABEL + spread.low * scale:.1f} {middle - 1.5}H{LABEL + spread.high * scale:.1f}" '
                'stroke="#475569" stroke-width="1.5"/>'
            )
            parts.append(_text(LABEL + max(length, spread.high * scale) + 6, middle + 4, number(spread.median)))
            top += BAR
        top += ROW_GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" '
        'font-family="system-ui, sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{top}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#0f172a"{weight}>{escape(text)}</text>'
