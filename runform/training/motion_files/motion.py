"""What a motion-capture file holds: named places, or named channels, over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from runform.errors import InputError
from runform.sequences import FloatArray, require_increasing, require_shape

Axis = Literal["x", "y", "z"]
_UNITS_M = {"m": 1.0, "meters": 1.0, "metres": 1.0, "cm": 0.01, "mm": 0.001}
# Turns that bring the file's upward axis to y and keep the frame right-handed: (x, y, z) of the result by file axis.
_TO_Y_UP: dict[Axis, tuple[tuple[int, float], ...]] = {
    "x": ((1, -1.0), (0, 1.0), (2, 1.0)),
    "y": ((0, 1.0), (1, 1.0), (2, 1.0)),
    "z": ((0, 1.0), (2, 1.0), (1, -1.0)),
}


@dataclass(frozen=True)
class MarkerMotion:
    """Markers or joints over time.

    Attributes:
        name: Of the file, without its ending.
        time_s: (T,) seconds on the file's own clock.
        points: name -> (T, 3) metres, y up, right-handed; NaN where lost.

    Raises:
        ShapeError: Times that do not increase, or points that do not fit them.
    """

    name: str
    time_s: FloatArray
    points: dict[str, FloatArray]

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        for name, place in self.points.items():
            require_shape(name, place, (len(self.time_s), 3))

    @property
    def frame_rate(self) -> float:
        """Frames/s, from the median step of time."""
        return 1 / float(np.median(np.diff(self.time_s)))

    def bridge_gaps(self) -> MarkerMotion:
        """Lost moments bridged by straight lines, held at both ends; a point that was never seen stays NaN."""
        return replace(self, points={name: _bridge(self.time_s, place) for name, place in self.points.items()})


@dataclass(frozen=True)
class ChannelTable:
    """Forces, joint angles or other channels over time.

    Attributes:
        name: Of the file, without its ending.
        time_s: (T,) seconds on the file's own clock.
        columns: name -> (T,) in the file's unit.
        in_degrees: Whether the file says that its angles are in degrees (True) or radians (False); None where it says
            nothing.

    Raises:
        ShapeError: Times that do not increase, or columns that do not fit them.
    """

    name: str
    time_s: FloatArray
    columns: dict[str, FloatArray]
    in_degrees: bool | None = None

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        for name, values in self.columns.items():
            require_shape(name, values, (len(self.time_s),))


def to_metres_y_up(places: FloatArray, unit: str, up: Axis) -> FloatArray:
    """(..., 3) places of a file -> metres, y up, right-handed.

    Args:
        places: As the file gives them.
        unit: "mm", "cm" or "m", as the file names it.
        up: The file's upward axis.

    Raises:
        InputError: A unit that is not known.
    """
    scale = _UNITS_M.get(unit.strip().lower())
    if scale is None:
        raise InputError(f"The unit {unit!r} of the places is not known.", f"Use one of {', '.join(_UNITS_M)}.")
    return np.stack([scale * sign * places[..., axis] for axis, sign in _TO_Y_UP[up]], axis=-1)


def _bridge(time_s: FloatArray, place: FloatArray) -> FloatArray:
    """(T, 3) with its NaN bridged, each axis on its own."""
    bridged = place.copy()
    for column in bridged.T:
        known = np.isfinite(column)
        if known.any():
            column[~known] = np.interp(time_s[~known], time_s[known], column[known])
    return bridged
