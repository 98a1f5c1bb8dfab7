"""The protocol every finder of people keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from runform.pose.estimator import PoseDetection
from runform.sequences import Box
from runform.video.read import RgbImage


@dataclass(frozen=True)
class PersonFind:
    """One person in one picture.

    Attributes:
        box: About the whole body, px of the whole picture.
        score: How surely it is a person, 0 to 1.
        pose: Rough keypoints where the finder gives them; good enough to tell running from standing.
    """

    box: Box
    score: float
    pose: PoseDetection | None = None


class PersonDetector(Protocol):
    """A loaded finder of people. One belongs to one analysis and is used by one thread."""

    @property
    def name(self) -> str:
        """Which model this is, for the record."""
        ...

    def find(self, rgb: RgbImage, region: Box | None) -> tuple[PersonFind, ...]:
        """Find every person in a picture or in a part of it.

        Args:
            rgb: (H, W, 3) uint8 RGB, upright.
            region: Where to look, px; the whole picture when None. Smaller regions find smaller people.

        Returns:
            One find for each person, the surest first, in px of the whole picture.
        """
        ...

    def find_again(self, rgb: RgbImage, box: Box) -> PersonFind | None:
        """Find the one person expected in a box, where that costs less than `find`.

        Args:
            rgb: (H, W, 3) uint8 RGB, upright.
            box: About where the person's whole body is, px.

        Returns:
            The find, or None where it is not sure or not cheaper: then `find` is asked.
        """
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...
