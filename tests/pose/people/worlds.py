"""Small made-up clips whose people, camera and cuts are known, and a finder that knows where everyone is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from runform.pose.estimator import PoseDetection
from runform.pose.people.boxes import compute_iou, compute_shared_area, compute_visible_share, move_box
from runform.pose.people.detector import PersonFind
from runform.sequences import Box, ClipInfo, FloatArray
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import Frame, RgbImage

WIDTH, HEIGHT, RATE = 480, 320, 30.0


def make_scenery(seed: int, width: int = 2 * WIDTH, height: int = 2 * HEIGHT) -> RgbImage:
    """(height, width, 3) RGB of blotches large and small, another for each seed."""
    rng = np.random.default_rng(seed)
    layers = [
        cv2.resize(
            rng.uniform(-1, 1, (height // size, width // size, 3)), (width, height), interpolation=cv2.INTER_CUBIC
        )
        * weight
        for size, weight in ((64, 60), (16, 40), (6, 30))
    ]
    return np.clip(120 + sum(layers), 0, 255).astype(np.uint8)


@dataclass
class Walker:
    """One made-up person.

    Attributes:
        box_at: Box in px of the scenery at a time in s; None where they are not there.
        rgb: Colour of the shirt.
        strides_per_s: Of the legs; 0 stands, None gives no pose.
        depth: Those with more stand behind those with less.
    """

    box_at: Callable[[float], Box | None]
    rgb: tuple[int, int, int] = (200, 30, 30)
    strides_per_s: float | None = 0.0
    depth: float = 1.0


def still(_: float) -> FloatArray:
    """A camera that stands still and sees the scenery from its upper left corner on."""
    return np.eye(2, 3)


@dataclass
class World:
    """A made-up clip, read once, and at the same time the finder for it.

    Attributes:
        walkers: Everyone in it.
        seconds: How long it lasts.
        camera: (2, 3) from px of the scenery to px of the picture at a time.
        scenery: Seed of the background before the cuts, or its picture.
        cuts_s: When another background begins.
        noise: Standard deviation of the finder's boxes, in heights.
        blind: When the finder finds nobody at all.
        brightness: Factor on all pixels at a time.
    """

    walkers: list[Walker] = field(default_factory=list)
    seconds: float = 2.0
    camera: Callable[[float], FloatArray] = still
    scenery: RgbImage = field(default_factory=lambda: make_scenery(1))
    cuts_s: tuple[float, ...] = ()
    noise: float = 0.01
    blind: Callable[[float], bool] = lambda _: False
    brightness: Callable[[float], float] = lambda _: 1.0
    name: str = "all-seeing"
    calls: int = 0
    _time_s: float = 0.0
    _shown: deque[tuple[RgbImage, float]] = field(default_factory=lambda: deque(maxlen=64))
    _rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))

    @property
    def times_s(self) -> FloatArray:
        """(T,) of every frame."""
        return np.arange(round(self.seconds * RATE)) / RATE

    @property
    def clip(self) -> ClipInfo:
        """What a probe would say."""
        frames = len(self.times_s)
        return ClipInfo("made_up.mp4", WIDTH, HEIGHT, frames, self.seconds, RATE, 0, "none")

    def frames(self) -> Iterator[Frame]:
        """Every frame in turn."""
        backgrounds = [self.scenery, *(make_scenery(100 + i) for i in range(len(self.cuts_s)))]
        for index, time_s in enumerate(self.times_s):
            self._time_s = float(time_s)
            shot = sum(time_s >= cut - 1e-9 for cut in self.cuts_s)
            rgb = cv2.warpAffine(backgrounds[shot], self.camera(self._time_s), (WIDTH, HEIGHT)).astype(np.float64)
            for walker in sorted(self.walkers, key=lambda w: -w.depth):
                box = self.box_of(walker)
                if box is not None:
                    x, y, width, height = (round(v) for v in box)
                    cv2.rectangle(rgb, (x, y), (x + width, y + height // 2), walker.rgb, -1)
                    cv2.rectangle(rgb, (x, y + height // 2), (x + width, y + height), (40, 40, 40), -1)
            shown = np.clip(rgb * self.brightness(self._time_s), 0, 255).astype(np.uint8)
            self._shown.append((shown, self._time_s))
            yield Frame(index, self._time_s, shown)

    def box_of(self, walker: Walker, time_s: float | None = None) -> Box | None:
        """Somebody's box in px of the picture, None where they are not there."""
        at_s = self._time_s if time_s is None else time_s
        box = walker.box_at(at_s)
        return None if box is None else move_box(box, self.camera(at_s))

    def find(self, rgb: RgbImage, region: Box | None) -> tuple[PersonFind, ...]:
        """Everyone of whom half is in the region, nobody nearer hides two thirds, and who is large enough in it."""
        self.calls += 1
        # Looks run beside the reading of later frames, so the moment is that of the picture looked at.
        at_s = next(time_s for shown, time_s in self._shown if shown is rgb)
        looked_at = region if region is not None else (0.0, 0.0, float(rgb.shape[1]), float(rgb.shape[0]))
        finds = []
        for walker in self.walkers:
            box = self.box_of(walker, at_s)
            if box is None or self.blind(at_s) or box[3] < max(looked_at[2:]) / 8:
                continue
            hidden = self._hidden_share(walker, box, at_s)
            seen = compute_shared_area(box, looked_at) / (box[2] * box[3])
            if hidden < 0.67 and seen >= 0.5 and compute_visible_share(box, WIDTH, HEIGHT) >= 0.5:
                shaken = tuple(v + self._rng.normal(0, self.noise * box[3]) for v in box)
                finds.append(PersonFind(_clip_to(shaken), 0.9 - 0.3 * hidden, self._pose(walker, box, at_s)))
        return tuple(sorted(finds, key=lambda find: -find.score))

    def find_again(self, rgb: RgbImage, box: Box) -> PersonFind | None:
        """Who fills the box, if somebody does."""
        finds = self.find(rgb, (box[0] - box[2], box[1] - box[3] / 2, 3 * box[2], 2 * box[3]))
        return max(
            (find for find in finds if compute_iou(find.box, box) > 0.5),
            key=lambda find: compute_iou(find.box, box),
            default=None,
        )

    def close(self) -> None:
        """Nothing to release."""

    def _hidden_share(self, walker: Walker, box: Box, at_s: float) -> float:
        nearer = [
            self.box_of(other, at_s) for other in self.walkers if other is not walker and other.depth < walker.depth
        ]
        return max((compute_shared_area(box, o) / (box[2] * box[3]) for o in nearer if o is not None), default=0.0)

    def _pose(self, walker: Walker, box: Box, at_s: float) -> PoseDetection | None:
        if walker.strides_per_s is None:
            return None
        xy = np.tile([box[0] + box[2] / 2, box[1] + box[3] / 4], (len(BLAZEPOSE_33), 1))
        leg = box[3] / 2
        for side, sign in (("left", 1.0), ("right", -1.0)):
            swing = sign * 0.4 * leg * np.sin(2 * np.pi * walker.strides_per_s * at_s)
            for joint, down, share in (("hip", 0.0, 0.0), ("knee", 0.5, 0.5), ("ankle", 1.0, 1.0)):
                place = box[0] + box[2] / 2 + share * swing, box[1] + leg + down * leg
                xy[BLAZEPOSE_33.index[f"{side}_{joint}"]] = place
        return PoseDetection(xy, np.full(len(xy), 0.9))


def _clip_to(values: tuple[float, ...]) -> Box:
    """A box cut at the picture's edges, as a finder gives it."""
    x0, y0 = max(values[0], 0.0), max(values[1], 0.0)
    x1, y1 = min(values[0] + values[2], WIDTH), min(values[1] + values[3], HEIGHT)
    return x0, y0, max(x1 - x0, 1.0), max(y1 - y0, 1.0)


def passing(
    start_x: float, speed: float, y: float = 120.0, width: float = 50.0, height: float = 140.0
) -> Callable[[float], Box]:
    """Somebody who moves along at a steady speed, px/s; `start_x` is the box's left edge at the start."""
    return lambda time_s: (start_x + speed * time_s, y, width, height)


def pan(speed_x: float, speed_y: float = 0.0, x: float = 0.0, y: float = 0.0) -> Callable[[float], FloatArray]:
    """A camera that sees the scenery from (x, y) on and moves over it at a speed, px/s."""
    return lambda time_s: np.array([[1.0, 0.0, -x - speed_x * time_s], [0.0, 1.0, -y - speed_y * time_s]])


def true_boxes(world: World, walker: Walker) -> FloatArray:
    """(T, 4) somebody's true boxes in px of the picture; NaN where they are not there."""
    rows = [world.box_of(walker, float(time_s)) for time_s in world.times_s]
    return np.array([np.full(4, np.nan) if row is None else row for row in rows])


def centres(boxes: FloatArray) -> FloatArray:
    """(T, 2) middles of (T, 4) boxes."""
    return np.asarray(boxes[:, :2] + boxes[:, 2:] / 2)
