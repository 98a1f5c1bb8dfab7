"""Ways to find contacts behind one protocol, so that one table can compare them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from runform.gait.body_frame import compute_leg_length
from runform.gait.contacts import detect_contacts
from runform.sequences import SIDES, Contact, FloatArray, KeypointSequence, Side
from runform.training.contact_learning.events import find_contacts
from runform.training.contact_scoring import score_contacts

_FOOT = ("ankle", "heel", "toe")


class ContactMethod(Protocol):
    """Finds contacts in a clip."""

    @property
    def name(self) -> str:
        """For tables."""

    def detect(self, keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:
        """Every contact of both feet in order of initial contact; none where the method finds no rhythm.

        Args:
            keypoints: Clean keypoints of a side view.
            direction: +1 when the runner runs to the picture's right, -1 to its left.
        """


@dataclass(frozen=True)
class GeometricMethod:
    """What RunForm ships: two witnesses for each event on the mean stride (`runform.gait.contacts`)."""

    name: str = "geometric"

    def detect(self, keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:
        """As `ContactMethod.detect`."""
        detection = detect_contacts(keypoints, direction)
        return detection.contacts if detection is not None else ()


@dataclass(frozen=True)
class FloorLineMethod:
    """The foot is down while its lowest keypoint lies within a margin of the floor line.

    The floor line is a low percentile of that keypoint's height over the clip, each foot's own: the far foot stands
    higher in the picture. The camera must stand still and level.

    Attributes:
        percentile: Of the heights, 0 to 100.
        margin: Above the floor line, leg lengths.
        name: For tables.
    """

    percentile: float
    margin: float
    name: str = "floor line"

    def detect(self, keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:  # noqa: ARG002 - not needed
        """As `ContactMethod.detect`."""
        found: list[Contact] = []
        for side in SIDES:
            height = compute_foot_height(keypoints, side)
            if not np.isfinite(height).any():
                continue
            floor = float(np.nanpercentile(height, self.percentile))
            found += find_contacts(keypoints.time_s, floor + self.margin - height, side, threshold=0.0)
        return tuple(sorted(found, key=lambda contact: contact.initial_contact_s))


@dataclass(frozen=True)
class AnchoredMethod:
    """Each step by one method, the whole clip by another.

    Both events are moved by the median, over the clip's steps, of what the second method says less the first.

    Attributes:
        steps: Says how one step differs from the next.
        level: Says when events are on the whole.
        name: For tables.
    """

    steps: ContactMethod
    level: ContactMethod
    name: str = "anchored"

    def detect(self, keypoints: KeypointSequence, direction: int) -> tuple[Contact, ...]:
        """As `ContactMethod.detect`."""
        found = self.steps.detect(keypoints, direction)
        level = score_contacts(self.level.detect(keypoints, direction), found, (-np.inf, np.inf))
        if not level.matched:
            return found
        down, up = (float(np.nanmedian(shift_s)) for shift_s in (level.initial_contact_s, level.toe_off_s))
        return tuple(
            replace(c, initial_contact_s=c.initial_contact_s + down, toe_off_s=c.toe_off_s + up) for c in found
        )


def compute_foot_height(keypoints: KeypointSequence, side: Side) -> FloatArray:
    """(T,) height of one foot's lowest keypoint in the picture, up, leg lengths; NaN where one of them is missing."""
    parts = [f"{side}_{part}" for part in _FOOT if f"{side}_{part}" in keypoints.layout.index]
    lowest_px = np.max([keypoints.xy(part)[:, 1] for part in parts], axis=0)
    return np.asarray(-lowest_px / compute_leg_length(keypoints))
