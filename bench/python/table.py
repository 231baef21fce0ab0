"""The table that a run prints."""

from collections.abc import Sequence

from results import Measure, Spread


def table(measures: Sequence[Measure]) -> str:
    """Markdown: a row per measure with each contestant's median and quartiles, then the targets."""
    keys = list(dict.fromkeys(key for measure in measures for key in measure.rounds))
    header = ["", "measure", *keys, "target", "reached", ""]
    rows: list[list[str]] = []
    for measure in measures:
        spreads = measure.spreads()
        unit = f" ({measure.unit})" if measure.unit else ""
        cells = [_spread(spreads[key]) if key in spreads else "" for key in keys]
        verdicts = measure.verdicts()
        rows.append(
            [
                measure.scenario,
                measure.title + unit,
                *cells,
                "; ".join(f"{verdict.name} {verdict.aim}" for verdict in verdicts),
                "; ".join(_spread(verdict.reached) for verdict in verdicts),
                "; ".join("yes" if verdict.met else "no" for verdict in verdicts),
            ]
        )
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    lines = [_line(header, widths), "|" + "|".join("-" * (width + 2) for width in widths) + "|"]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _line(cells: list[str], widths: list[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _spread(spread: Spread) -> str:
    if number(spread.low) == number(spread.high):
        return number(spread.median)
    return f"{number(spread.median)} ({number(spread.low)} to {number(spread.high)})"


def number(value: float) -> str:
    """Three significant digits."""
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"
