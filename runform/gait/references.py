"""Ranges a metric is read against, each with its status, source and population: `reference_ranges.toml` as data."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from runform.gait.definitions import DEFINITIONS
from runform.results import Reference, ReferenceStatus

RANGES_FILE = Path(__file__).with_name("reference_ranges.toml")


class ReferenceRow(BaseModel):
    """One row of the file: whose range it is, and where it holds. An end that is left out is open (NaN)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    unit: str
    status: ReferenceStatus
    source: str
    population: str = ""
    low: float = math.nan
    high: float = math.nan
    speed_low: float = math.nan
    speed_high: float = math.nan

    @model_validator(mode="after")
    def _check(self) -> Self:
        """A metric there is, in a unit it has, a range that is one, and whom a published range was measured on."""
        definition = DEFINITIONS.get(self.metric)
        if definition is None or self.unit not in (definition.unit, definition.unit_without_scale):
            raise ValueError(f"There is no metric {self.metric!r} in {self.unit!r}.")
        if self.low >= self.high or (math.isnan(self.low) and math.isnan(self.high)):
            raise ValueError(f"The range of {self.metric} must run from low to high, with one end at least.")
        if math.isnan(self.speed_low) != math.isnan(self.speed_high) or self.speed_low >= self.speed_high:
            raise ValueError(f"The speeds of {self.metric} must run from low to high, or both be left out.")
        if not self.source or (self.status == "published" and not self.population):
            raise ValueError(f"The range of {self.metric} needs a source, and a population where it is published.")
        return self

    @property
    def by_speed(self) -> bool:
        """Does it hold for certain speeds only?"""
        return not math.isnan(self.speed_low)

    def to_reference(self) -> Reference:
        """The row as metrics carry it."""
        return Reference(
            low=self.low,
            high=self.high,
            status=self.status,
            source=self.source,
            population=self.population,
            speed_low=self.speed_low,
            speed_high=self.speed_high,
        )


def parse_ranges(content: dict[str, Any]) -> tuple[ReferenceRow, ...]:
    """The rows of a file's content.

    Raises:
        ValueError: A row that is none, saying why.
    """
    return tuple(ReferenceRow(**row) for row in content["range"])


@cache
def load_ranges() -> tuple[ReferenceRow, ...]:
    """The rows of `RANGES_FILE`, in its order."""
    return parse_ranges(tomllib.loads(RANGES_FILE.read_text(encoding="utf-8")))


def find_reference(name: str, unit: str, speed_mps: float = math.nan) -> Reference | None:
    """The range to read a metric against, or None where there is none.

    Args:
        name: The metric's.
        unit: In which it was measured; ranges in metres do not fit leg lengths.
        speed_mps: Running speed in m/s, NaN where it is not known: ranges of certain speeds are then left out.

    Returns:
        A range of that speed where there is one, else one for any speed; a published one before a convention.
    """
    fitting = [
        row
        for row in load_ranges()
        if (row.metric, row.unit) == (name, unit) and (not row.by_speed or row.speed_low <= speed_mps <= row.speed_high)
    ]
    best = max(fitting, key=lambda row: (row.by_speed, row.status == "published"), default=None)
    return None if best is None else best.to_reference()
