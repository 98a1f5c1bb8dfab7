"""BlazePose "full" from mediapipe's wheel: the backend that needs no download.

A first look at the runner gives every keypoint and a map for each keypoint of the legs. Where the maps leave open which
leg is where, which is when the legs pass each other, more looks follow (tilted, mirrored), and their maps are laid over
one another. Each picture's likeliest pairs of legs go on as rivals, for the clip to choose from.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from runform.pose.blazepose_nets import BlazePoseNets, Circle, Landmarks, make_view
from runform.pose.estimator import PoseDetection, PoseModelInfo, Sight
from runform.pose.leg_candidates import LEG_PARTS, LegPair, compute_difference, find_leg_pairs
from runform.pose.limb_maps import View, fuse_maps
from runform.sequences import SIDES, Box, FloatArray
from runform.skeletons import BLAZEPOSE_33

# Below this nobody is there.
LEAST_PRESENCE = 0.5
# A person of whom less than this share of the keypoints lies in the picture is not one that can be measured.
_SHARE_INSIDE = 0.5
# The circle around a body over its box's height, and how far above the box's middle the hips are, in heights.
_RADIUS_SHARE, _HIPS_ABOVE = 0.54, 0.03
_REACH = 1.25
_FIRST_LOOK = (0.0, False)
_MORE_LOOKS = ((0.0, True), (np.radians(-12.0), False))
# More looks are taken where a second pair of legs is less than this, in log chances, behind the first.
_CLEAR_LEAD = 2.5
_ANOTHER = 0.1
_BATCH = 8
# How far the lean follows each batch's, and the most that a runner leans, rad.
_LEAN_GAIN, _MOST_LEAN = 0.4, 0.7


class BlazePose:
    """The BlazePose model as an estimator.

    Args:
        note: What the coach should know about the choice, or empty.

    Raises:
        BackendUnavailableError: mediapipe or OpenVINO is absent, or the wheel carries no model.
    """

    def __init__(self, note: str = "") -> None:
        self._note = note
        self.nets = get_nets()

    @property
    def info(self) -> PoseModelInfo:
        """Name and hash of the landmark model."""
        return PoseModelInfo(
            backend="blazepose",
            model=f"BlazePose full (mediapipe {self.nets.version}, {self.nets.precision})",
            sha256=self.nets.sha256,
            skeleton=BLAZEPOSE_33.name,
            note=self._note,
        )

    def start(self) -> BlazePoseSession:
        """A session for one analysis; sessions share the networks."""
        return BlazePoseSession(self.nets)


class BlazePoseSession:
    """One analysis' use of BlazePose."""

    batch = _BATCH

    def __init__(self, nets: BlazePoseNets) -> None:
        self._nets = nets
        self._lean_rad: float | None = None

    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        """Find the keypoints of one person in each picture; see `PoseSession.estimate`. Up to eight rivals each."""
        unknown = self._lean_rad is None
        circles, first = self._look_first(sights)
        if unknown and self._lean_rad is not None:
            circles, first = self._look_first(sights)
        looks = [[landmarks] for landmarks in first]
        pairs = [_find_pairs(answers) for answers in looks]
        open_ones = [n for n, answer in enumerate(first) if _is_open(answer, pairs[n])]
        for look in _MORE_LOOKS:
            more = self._look([sights[n] for n in open_ones], [circles[n] for n in open_ones], look)
            for n, landmarks in zip(open_ones, more, strict=True):
                looks[n].append(landmarks)
        for n in open_ones:
            pairs[n] = _find_pairs(looks[n])
        return [_make_rivals(sight, answers, found) for sight, answers, found in zip(sights, looks, pairs, strict=True)]

    def _look_first(self, sights: Sequence[Sight]) -> tuple[list[Circle], list[Landmarks]]:
        """Look once at each picture, with the lean as known so far, and learn from it."""
        circles = [circle_of_box(sight.box, self._lean_rad or 0.0) for sight in sights]
        first = self._look(sights, circles, _FIRST_LOOK)
        self._follow_lean(first)
        return circles, first

    def _follow_lean(self, answers: Sequence[Landmarks]) -> None:
        """Take the body's lean along to the next pictures: the networks see an upright body best."""
        leans = [a.circle.turn_rad for a in answers if a.presence >= LEAST_PRESENCE]
        if leans:
            lean = float(np.clip(np.median(leans), -_MOST_LEAN, _MOST_LEAN))
            before = lean if self._lean_rad is None else self._lean_rad
            self._lean_rad = before + _LEAN_GAIN * (lean - before)

    def close(self) -> None:
        """Nothing to release: the networks stay for the next analysis."""

    def _look(self, sights: Sequence[Sight], circles: Sequence[Circle], look: tuple[float, bool]) -> list[Landmarks]:
        """Look at each picture in one way."""
        tilt, mirrored = look
        views: list[View] = [make_view(circle, _REACH, tilt, mirrored) for circle in circles]
        return self._nets.find_landmarks([(s.rgb, v) for s, v in zip(sights, views, strict=True)])


_nets_lock = threading.Lock()
_nets: list[BlazePoseNets] = []


def get_nets() -> BlazePoseNets:
    """The networks, loaded once for the process."""
    with _nets_lock:
        if not _nets:
            _nets.append(BlazePoseNets())
        return _nets[0]


def circle_of_box(box: Box, lean_rad: float = 0.0) -> Circle:
    """Where to look for the person in a box: the circle around a body of that height that leans so far."""
    x, y, width, height = box
    return Circle(x + width / 2, y + height * (0.5 - _HIPS_ABOVE), _RADIUS_SHARE * height, lean_rad)


def box_of_circle(circle: Circle, width_px: float) -> Box:
    """The box that `circle_of_box` takes back to the circle."""
    height = circle.radius / _RADIUS_SHARE
    return circle.x - width_px / 2, circle.y - height * (0.5 - _HIPS_ABOVE), width_px, height


def _find_pairs(answers: Sequence[Landmarks]) -> list[LegPair]:
    """Pairs of legs by the maps of all looks at one picture."""
    hips = _middle([a.xy_px for a in answers])[[BLAZEPOSE_33.index[f"{side}_hip"] for side in SIDES]]
    return find_leg_pairs(fuse_maps([a.maps for a in answers]), hips, answers[0].circle.radius)


def _is_open(first: Landmarks, pairs: Sequence[LegPair]) -> bool:
    """Whether the first look leaves open where the legs of somebody are."""
    if first.presence < LEAST_PRESENCE:
        return False
    best = pairs[0]
    if best.left is None or best.right is None:
        return True
    rivals = (other for other in pairs[1:] if other.cost < best.cost + _CLEAR_LEAD)
    return any(compute_difference(best, other) > _ANOTHER * first.circle.radius for other in rivals)


def _make_rivals(sight: Sight, answers: Sequence[Landmarks], pairs: Sequence[LegPair]) -> tuple[PoseDetection, ...]:
    """Whole bodies, one for each pair of legs; none where nobody is there."""
    there = [a for a in answers if a.presence >= LEAST_PRESENCE]
    if not there:
        return ()
    xy = _middle([a.xy_px for a in there])
    confidence = _middle([a.visibility for a in there])
    height, width = sight.rgb.shape[:2]
    rivals = []
    for pair in pairs:
        places, sure = xy.copy(), confidence.copy()
        for side, leg in zip(SIDES, (pair.left, pair.right), strict=True):
            if leg is not None:
                columns = [BLAZEPOSE_33.index[f"{side}_{part}"] for part in LEG_PARTS]
                places[columns], sure[columns] = leg.xy_px, leg.chance
        inside = np.all((places >= 0) & (places <= (width, height)), axis=1)
        if inside.mean() < _SHARE_INSIDE:
            continue
        # BlazePose also guesses where limbs are beyond the picture's edge; a guess is not a find.
        places[~inside] = np.nan
        rivals.append(PoseDetection(places, np.where(inside, np.clip(sure, 0.0, 1.0), 0.0), pair.cost - pairs[0].cost))
    return tuple(rivals)


def _middle(values: Sequence[FloatArray]) -> FloatArray:
    """The median of several looks' answers."""
    return np.asarray(np.median(np.stack(values), axis=0))
