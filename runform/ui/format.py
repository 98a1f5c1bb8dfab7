"""Numbers, times and names as a coach reads them. No streamlit in here."""

from __future__ import annotations

import math
import re
from datetime import datetime

from runform.results import Reference
from runform.ui import text

# How a unit of the record is shown: times what, and in which unit.
SHOWN = {
    "s": (1000.0, "ms"),
    "m": (100.0, "cm"),
    "of stride": (100.0, "% of stride"),
    "of step length": (100.0, "% of step length"),
    "of contacts": (100.0, "% of contacts"),
}

# Decimals by shown unit: as many as a coach writes, never more than the measurement carries.
DECIMALS = {
    "steps/min": 0,
    "ms": 0,
    "deg": 1,
    "% of stride": 1,
    "% of step length": 1,
    "% of contacts": 0,
    "%": 1,
    "leg lengths": 2,
    "leg lengths/s": 2,
    "m/s": 1,
    "cm": 1,
}
DEFAULT_DECIMALS = 2

# What Streamlit's markdown gives a meaning inside a line, `:name:` and `:name[` among it.
_MARKDOWN = re.compile(r"([\\`*_\[\]$~<>]|:(?=\w))")


def escape_markdown(words: str) -> str:
    """Words that a user gave (file names, athletes) so that markdown shows them as they are."""
    return _MARKDOWN.sub(r"\\\1", words)


def to_shown(unit: str) -> tuple[float, int]:
    """What numbers of `unit` are multiplied with to be shown, and with how many decimals."""
    factor, shown = SHOWN.get(unit, (1.0, unit))
    return factor, DECIMALS.get(shown, DEFAULT_DECIMALS)


def format_number(value: float, unit: str, *, more: int = 0) -> str:
    """A number without its unit, with the scale and decimals that the unit is shown in; "not measured" for NaN.

    Args:
        value: In `unit`.
        unit: As in the record.
        more: Decimals beyond the usual.
    """
    if math.isnan(value):
        return text.Common.NOT_MEASURED
    factor, decimals = to_shown(unit)
    decimals += more
    return f"{round(value * factor, decimals) + 0.0:.{decimals}f}"  # + 0.0 turns -0.0 into 0.0


def format_unit(unit: str) -> str:
    """The unit that numbers of `unit` are shown in, with the blank that comes before it."""
    _, shown = SHOWN.get(unit, (1.0, unit))
    name = text.Units.NAMES.get(shown, shown)
    return name if name in ("", "°") else f" {name}"


def format_quantity(value: float, unit: str) -> str:
    """A number and its unit, or "not measured" for NaN."""
    return text.Common.NOT_MEASURED if math.isnan(value) else f"{format_number(value, unit)}{format_unit(unit)}"


def format_plus_minus(value: float, unit: str, *, more: int = 0) -> str:
    """A half-width as "± 2", at least one of its last decimal; empty where nothing is known of it (NaN, infinite).

    Args:
        value: In `unit`.
        unit: As in the record.
        more: Decimals beyond the usual.
    """
    if not math.isfinite(value):
        return ""
    factor, decimals = to_shown(unit)
    least = 10.0 ** -(decimals + more) / factor
    return text.Common.PLUS_MINUS.format(value=format_number(max(value, least), unit, more=more))


def format_with_error(value: float, plus_minus: float, unit: str) -> str:
    """A number with its half-width and without its unit, as "246 ± 36"; a dash for NaN. Only the ± may begin a line."""
    if math.isnan(value):
        return text.Common.NONE
    return f"{format_number(value, unit)} {format_plus_minus(plus_minus, unit)}".strip()


def format_reference(reference: Reference, unit: str) -> str:
    """The range a metric is read against, without its unit; one end may be open."""
    if not math.isfinite(reference.low):
        return f"≤ {format_number(reference.high, unit)}"
    if not math.isfinite(reference.high):
        return f"≥ {format_number(reference.low, unit)}"
    return f"{format_number(reference.low, unit)} to {format_number(reference.high, unit)}"


def label_with_unit(name: str, unit: str) -> str:
    """What a metric is called, with the unit its numbers are shown in."""
    shown = format_unit(unit).strip()
    return f"{metric_label(name)} ({shown})" if shown else metric_label(name)


def metric_label(name: str) -> str:
    """What a metric is called; a metric without a name in the catalogue is shown by its key."""
    return text.Metrics.LABELS.get(name, name.replace("_", " ").capitalize())


def local_time(moment: datetime) -> datetime:
    """A moment as the clock on the wall shows it, without a zone: figures and tables take it as it is."""
    return moment.astimezone().replace(tzinfo=None)


def format_moment(moment: datetime) -> str:
    """A date and time of the clock on the wall, short."""
    return f"{local_time(moment):%d %b %Y, %H:%M}".removeprefix("0")


def format_duration(seconds: float) -> str:
    """A span of time to wait, rounded up as one says it: seconds below one and a half minutes, then minutes."""
    if seconds < 90:
        steps = 5 if seconds > 10 else 1
        return text.Queue.SECONDS.format(n=max(1, math.ceil(seconds / steps) * steps))
    return text.Queue.MINUTES.format(n=math.ceil(seconds / 60))


def format_bytes(count: int) -> str:
    """A file's size in MB."""
    return f"{count / 1e6:.1f} MB"


def short_hash(digest: str) -> str:
    """The first twelve digits of a hash, which identify it on a page."""
    return digest[:12]
