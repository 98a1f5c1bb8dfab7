"""The protocol every 2D pose backend keeps: one model, and a session of it for each analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from runform.sequences import Box, FloatArray, require_shape
from runform.skeletons import SKELETONS
from runform.video.read import RgbImage


@dataclass(frozen=True)
class PoseModelInfo:
    """Which model finds the keypoints.

    Attributes:
        backend: "rtmpose" or "blazepose".
        model: Its name, for the coach.
        sha256: Of the weights, 64 hex digits.
        skeleton: Key of `SKELETONS` for its keypoints.
        note: What the coach should know about the choice, or empty.
    """

    backend: str
    model: str
    sha256: str
    skeleton: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.skeleton not in SKELETONS:
            raise KeyError(f"No skeleton is called {self.skeleton!r}.")


@dataclass(frozen=True)
class PoseDetection:
    """One person's keypoints in one picture.

    Attributes:
        xy_px: (K, 2) x right and y down in px of the upright picture; NaN where not found.
        confidence: (K,) in [0, 1], 0 where not found.
        cost: How unlikely this answer is beside its rivals by the picture alone, in minus log chances.
    """

    xy_px: FloatArray
    confidence: FloatArray
    cost: float = 0.0

    def __post_init__(self) -> None:
        require_shape("xy_px", self.xy_px, (None, 2))
        require_shape("confidence", self.confidence, (len(self.xy_px),))

    @property
    def box(self) -> Box:
        """The smallest box around the keypoints that were found."""
        low, high = np.nanmin(self.xy_px, axis=0), np.nanmax(self.xy_px, axis=0)
        return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


@dataclass(frozen=True)
class Sight:
    """One person in one picture, to be looked at.

    Attributes:
        rgb: (H, W, 3) uint8 RGB, upright.
        box: About the person's whole body, px.
    """

    rgb: RgbImage
    box: Box


class PoseSession(Protocol):
    """One analysis' use of a model. A session belongs to one thread; sessions of one estimator may run side by side."""

    @property
    def batch(self) -> int:
        """How many sights at once serve it best, 1 or more."""
        ...

    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        """Find the keypoints of one person in each picture.

        The sights are of one person and in the order of time: a session may carry along how the person leans.

        Args:
            sights: Pictures and where the person is about in each.

        Returns:
            For each sight rival answers for the same person, likeliest first; the clip decides among them. Empty where
            nobody is there.
        """
        ...

    def close(self) -> None:
        """Release what the session holds."""
        ...


class PoseEstimator(Protocol):
    """A loaded model, kept for the life of the process and shared by threads."""

    @property
    def info(self) -> PoseModelInfo:
        """Which model this is."""
        ...

    def start(self) -> PoseSession:
        """A session for one analysis."""
        ...
