"""Finds people with what mediapipe's wheel carries: BlazePose's detector, each find checked by its landmark network."""

from __future__ import annotations

import numpy as np

from runform.pose.blazepose import LEAST_PRESENCE, box_of_circle, circle_of_box, get_nets
from runform.pose.blazepose_nets import BlazePoseNets, Circle, Landmarks, make_view
from runform.pose.estimator import PoseDetection
from runform.pose.people.detector import PersonFind
from runform.sequences import Box
from runform.video.read import RgbImage

_LEAST_SCORE = 0.35
_REACH = 1.25
# A runner's box is at least this wide, in heights, however narrow the keypoints lie.
_LEAST_WIDTH = 0.3
# The landmark network alone must be this sure that a person is where one was expected.
_SURE_PRESENCE = 0.9
# Two finds are one person when their middles are nearer than this, in radii, and their sizes alike within half.
_SAME_PLACE = 0.35
_SAME_SIZE = 1.5
# Landmarks whose own circle is less than this much of the one looked at (or that much larger) belong to nobody.
_LEAST_AGREEMENT = 0.4


class BlazePersonDetector:
    """BlazePose's detector as a finder of people.

    Raises:
        BackendUnavailableError: mediapipe or OpenVINO is absent, or the wheel carries no model.
    """

    def __init__(self) -> None:
        self._nets: BlazePoseNets = get_nets()

    @property
    def name(self) -> str:
        """Which model this is."""
        return f"BlazePose detector (mediapipe {self._nets.version})"

    def find(self, rgb: RgbImage, region: Box | None) -> tuple[PersonFind, ...]:
        """Find every person in a picture or in a part of it; see `PersonDetector.find`."""
        left, top, part = _cut_region(rgb, region)
        if min(part.shape[:2]) < 2:
            return ()
        circles = [
            (Circle(c.x + left, c.y + top, c.radius, c.turn_rad), score)
            for c, score in self._nets.find_circles(part, _LEAST_SCORE)
            if c.radius > 1
        ]
        answers = self._nets.find_landmarks([(rgb, make_view(circle, _REACH)) for circle, _ in circles])
        finds: list[PersonFind] = []
        taken: list[Circle] = []
        for (circle, score), landmarks in zip(circles, answers, strict=True):
            if _is_person(circle, landmarks) and not any(_is_same(landmarks.circle, other) for other in taken):
                taken.append(landmarks.circle)
                finds.append(_to_find(landmarks, score, rgb))
        return tuple(finds)

    def find_again(self, rgb: RgbImage, box: Box) -> PersonFind | None:
        """Find the person expected in a box by the landmark network alone; see `PersonDetector.find_again`."""
        circle = circle_of_box(box)
        (landmarks,) = self._nets.find_landmarks([(rgb, make_view(circle, _REACH))])
        sure = landmarks.presence >= _SURE_PRESENCE and _is_same(circle, landmarks.circle)
        return _to_find(landmarks, landmarks.presence, rgb) if sure else None

    def close(self) -> None:
        """Nothing to release: the networks stay for the next analysis."""


def _cut_region(rgb: RgbImage, region: Box | None) -> tuple[int, int, RgbImage]:
    """Left and top of a region in px, and its part of the picture."""
    if region is None:
        return 0, 0, rgb
    height, width = rgb.shape[:2]
    left, right = (int(np.clip(v, 0, width)) for v in (region[0], region[0] + region[2]))
    top, bottom = (int(np.clip(v, 0, height)) for v in (region[1], region[1] + region[3]))
    return left, top, rgb[top:bottom, left:right]


def _is_person(looked_at: Circle, landmarks: Landmarks) -> bool:
    """Whether the landmark network sees a person where the detector did."""
    ratio = landmarks.circle.radius / looked_at.radius
    return landmarks.presence >= LEAST_PRESENCE and _LEAST_AGREEMENT <= ratio <= 1 / _LEAST_AGREEMENT


def _is_same(a: Circle, b: Circle) -> bool:
    """Whether two circles are around one body."""
    smaller, larger = sorted((a.radius, b.radius))
    return np.hypot(a.x - b.x, a.y - b.y) < _SAME_PLACE * smaller and larger < _SAME_SIZE * smaller


def _to_find(landmarks: Landmarks, score: float, rgb: RgbImage) -> PersonFind:
    """The find with its rough keypoints; those beyond the picture are none."""
    height, width = rgb.shape[:2]
    xy = landmarks.xy_px.copy()
    extent = float(np.ptp(xy[:, 0]))
    box = box_of_circle(landmarks.circle, extent)
    box = box_of_circle(landmarks.circle, max(extent, _LEAST_WIDTH * box[3]))
    inside = np.all((xy >= 0) & (xy <= (width, height)), axis=1)
    xy[~inside] = np.nan
    pose = PoseDetection(xy, np.where(inside, landmarks.visibility, 0.0)) if inside.any() else None
    return PersonFind(box=box, score=min(score, landmarks.presence), pose=pose)
