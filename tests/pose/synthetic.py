"""A runner whose every keypoint is known: sinusoidal legs seen from the left, and an estimator that shows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from runform.pose.estimator import PoseDetection, PoseModelInfo, Sight
from runform.sequences import ClipInfo, FloatArray, KeypointSequence
from runform.skeletons import BLAZEPOSE_33, Skeleton
from runform.video.read import Frame

STRIDES_PER_S = 1.4
LEG_PX = 300.0
WIDTH, HEIGHT = 720, 1280


def make_times(frames: int, rate: float = 30.0) -> FloatArray:
    return np.asarray(np.arange(frames) / rate)


def make_runner(
    time_s: FloatArray, centre_x: FloatArray | float = 360.0, skeleton: Skeleton = BLAZEPOSE_33
) -> FloatArray:
    """(T, K, 2) px: hips at y = 700, legs swinging half a stride apart, feet lifted on the way forward."""
    xy = np.zeros((len(time_s), len(skeleton), 2))
    xy[..., 0] = np.broadcast_to(np.asarray(centre_x, dtype=np.float64), time_s.shape)[:, None]
    xy[..., 1] = 500.0  # head, shoulders and arms: still, above the hips
    xy[:, skeleton.index["nose"], 1] = 400.0
    for side, phase in (("left", 0.0), ("right", np.pi)):
        angle = 2 * np.pi * STRIDES_PER_S * time_s + phase
        swing, lift = np.sin(angle), np.maximum(np.cos(angle), 0.0)
        for part, reach, depth, raised in (
            ("hip", 0.0, 0.0, 0.0),
            ("knee", 0.18, 0.5, 0.05),
            ("ankle", 0.4, 1.0, 0.3),
            ("heel", 0.43, 1.05, 0.3),
            ("toe", 0.25, 1.08, 0.25),
        ):
            k = skeleton.index[f"{side}_{part}"]
            xy[:, k, 0] += LEG_PX * reach * swing
            xy[:, k, 1] = 700.0 + LEG_PX * (depth - raised * lift)
    return xy


def make_sequence(xy: FloatArray, time_s: FloatArray) -> KeypointSequence:
    """A sequence with full confidence wherever a point is."""
    return KeypointSequence(
        time_s=time_s,
        xy_px=xy,
        confidence=np.where(np.isfinite(xy).all(axis=2), 0.9, 0.0),
        skeleton=BLAZEPOSE_33.name,
        width=WIDTH,
        height=HEIGHT,
    )


def make_clip(frames: int, width: int = WIDTH, height: int = HEIGHT) -> ClipInfo:
    return ClipInfo(
        path="clip.mp4", width=width, height=height, frames=frames, duration_s=frames / 30, frame_rate=30.0,
        rotation_deg=0, codec="h264",
    )  # fmt: skip


def make_detection(xy: FloatArray) -> PoseDetection:
    return PoseDetection(xy_px=xy, confidence=np.full(len(xy), 0.9))


class PaintedEstimator:
    """Finds people painted as flat rectangles, one grey level for each; a stand-in for a model with a known answer.

    Of the people in a sight's box it answers with the one most of whom is inside. Nose and left eye are the upper left
    and lower right corner, every other keypoint is the middle.
    """

    info = PoseModelInfo(backend="painted", model="painted", sha256="0" * 64, skeleton=BLAZEPOSE_33.name)

    def __init__(self, batch: int = 3) -> None:
        self.batch = batch
        self.sessions: list[PaintedSession] = []

    @property
    def open_sessions(self) -> int:
        return sum(session.open for session in self.sessions)

    def start(self) -> PaintedSession:
        session = PaintedSession(self.batch, len(self.sessions))
        self.sessions.append(session)
        return session


class PaintedSession:
    """One use of the painted estimator; `number` counts the estimator's sessions, `seen` how many sights it had."""

    def __init__(self, batch: int, number: int) -> None:
        self.batch, self.number = batch, number
        self.open, self.seen = True, 0
        self.batches: list[int] = []

    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        self.batches.append(len(sights))
        answers = []
        for sight in sights:
            answers.append(find_painted(sight))
            self.seen += 1
        return answers

    def close(self) -> None:
        self.open = False


def find_painted(sight: Sight) -> tuple[PoseDetection, ...]:
    """The painted person most of whom is in the box, or nobody."""
    x, y, w, h = sight.box
    best: tuple[int, npt.NDArray[np.intp]] | None = None
    for level in np.unique(sight.rgb[..., 0]):
        rows, columns = np.nonzero(sight.rgb[..., 0] == level)
        inside = int(((columns >= x) & (columns <= x + w) & (rows >= y) & (rows <= y + h)).sum())
        if level and inside > 0.6 * len(rows) and (best is None or inside > best[0]):
            best = inside, np.array([columns.min(), rows.min(), columns.max(), rows.max()])
    if best is None:
        return ()
    left, top, right, bottom = best[1].astype(np.float64)
    xy = np.tile([(left + right) / 2, (top + bottom) / 2], (len(BLAZEPOSE_33), 1))
    xy[0], xy[1] = (left, top), (right, bottom)
    return (make_detection(xy),)


def paint(people: list[list[tuple[int, int, int, int] | None]], width: int = 320, height: int = 180) -> Iterator[Frame]:
    """Frames at 30/s; each lists every person's box (x, y, width, height) px or None where absent."""
    for index, boxes in enumerate(people):
        rgb = np.zeros((height, width, 3), dtype=np.uint8)
        for number, box in enumerate(boxes):
            if box is not None:
                x, y, w, h = box
                rgb[y : y + h, x : x + w] = 50 * (number + 1)
        yield Frame(index=index, time_s=index / 30, rgb=rgb)
