"""Reads a clip once: every frame for cuts, some for the camera's motion, some for people. Keeps no frame."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from runform.pose.people.boxes import compute_cover, compute_iou, compute_visible_share, move_box, square_around
from runform.pose.people.camera_motion import CameraTracker, compose, invert
from runform.pose.people.cuts import CutFinder
from runform.pose.people.detector import PersonDetector
from runform.pose.people.moving import MotionWatch
from runform.pose.people.pictures import Snapshot, compute_quality, cut_picture
from runform.pose.people.regions import RegionFind, SearchPlan, drop_doubles, mark_cut
from runform.pose.people.sightings import Sighting, make_sighting
from runform.pose.people.small_copy import GreyImage, SmallScale
from runform.pose.people.tracker import Track, Tracker
from runform.sequences import Box, CameraMotion, FloatArray
from runform.video.read import Frame, RgbImage

# Real time between two looks for people, the same once everyone's way of moving is known, and between two measurements
# of a camera that moves.
_LOOK_EVERY_S = 0.1
_LOOK_EVERY_STEADY_S = 0.13
_CAMERA_EVERY_S = 1 / 31
_ROUNDING = 1 - 1e-3
_BOX_SQUARE = 1.8
# Who was seen at one of the last two looks, and has nobody else within a square of so many box heights.
_JUST_SEEN = 2.2
_SQUARE_ALONE = 1.8
_FEW_SIGHTINGS = (1, 2)  # none at all is a box that the coach drew
_BRIEFLY_S = 0.35
_BOX_FOUND_IOU = 0.3
_ALONE_COVER = 0.2
_LEAST_VISIBLE = 0.2
# A new picture of a person is cut out only where it is this much better than the one kept.
_BETTER = 1.1


@dataclass(frozen=True)
class _Look:
    """A look that is under way: its frame, real time, the camera's motion, and what it will have found."""

    frame: Frame
    time_s: float
    to_first: FloatArray
    found: Future[list[Sighting]]


class Sampler:
    """Takes a clip's frames in turn, all of one size.

    Args:
        detector: Finds people in single pictures.
        first: The clip's first picture, for its size.
        last: Index of the clip's last frame, which is looked at too; -1 where that is not known.
        time_scale: Seconds played per second lived.
        box: Drawn by the coach around the runner, px, or None.
        box_s: When it holds, seconds as played.
    """

    def __init__(
        self,
        detector: PersonDetector,
        first: RgbImage,
        last: int,
        time_scale: float,
        box: Box | None,
        box_s: float,
    ) -> None:
        self._last = last
        self.size = int(first.shape[1]), int(first.shape[0])
        self._detector = detector
        self._time_scale = time_scale
        self._box, self._box_s = box, box_s
        self._scale = SmallScale.of(first)
        self._cuts = CutFinder()
        self._camera = CameraTracker(self._scale)
        self._watch = MotionWatch(self._scale, *self.size)
        self._plan = SearchPlan(*self.size)
        self._tracker = Tracker()
        self._looking = ThreadPoolExecutor(1, thread_name_prefix="people")
        self._pending: _Look | None = None
        self._look_every_s = _LOOK_EVERY_S
        self._frames = 0
        self._looked_s = self._measured_s = -np.inf
        self._last_small_to_first = np.eye(2, 3)

    def push(self, frame: Frame) -> None:
        """Look at the next frame."""
        small = self._scale.shrink(frame.rgb)
        state = self._cuts.push(small, frame.index, frame.time_s)
        self._frames += 1
        if state == "waiting":  # a flash shows nobody, and after a cut everything starts anew
            return
        time_s = frame.time_s / self._time_scale
        if state == "cut" or self._frames == 1:
            self._start_shot(frame, small, time_s)
            return
        due = (
            time_s - self._looked_s >= self._look_every_s * _ROUNDING
            or self._is_box_due(frame)
            or frame.index == self._last
        )
        camera_every_s = _CAMERA_EVERY_S if self._camera.moving else _LOOK_EVERY_S
        if due or time_s - self._measured_s >= camera_every_s * _ROUNDING:
            self._camera.push(small, frame.index, self._expect(time_s))
            self._measured_s = time_s
        if due:
            self._look(frame, small, time_s)

    def finish(self) -> tuple[list[Track], CameraMotion]:
        """Everyone ever seen, and the camera's motion in every frame."""
        self._settle()
        self._cuts.finish()
        return self._tracker.finish(), self._camera.finish(self._frames, self._cuts.found)

    def close(self) -> None:
        """End the thread that looks."""
        self._looking.shutdown(cancel_futures=True)

    def _start_shot(self, frame: Frame, small: GreyImage, time_s: float) -> None:
        """The first frame of a shot, or the one in which a cut was certain: look everywhere."""
        self._settle()
        self._tracker.start_shot()
        first, then = self._plan.start_shot()
        sightings = self._search(frame, first, time_s) or self._search(frame, then, time_s)
        self._camera.start_shot(small, frame.index, [sighting.box for sighting in sightings])
        self._watch.start_shot(small)
        self._last_small_to_first = self._camera.small_to_first
        self._looked_s = self._measured_s = time_s
        self._take(frame, sightings, time_s, self._camera.to_first)

    def _look(self, frame: Frame, small: GreyImage, time_s: float) -> None:
        """Look for the people followed, for whatever moves, and from time to time everywhere."""
        expected = self._expect(time_s)
        motion = compose(invert(self._camera.small_to_first), self._last_small_to_first)
        self._last_small_to_first = self._camera.small_to_first
        unseen_s = [time_s - track.seen_s for track in self._tracker.active]
        alone = self._find_alone(expected, unseen_s)
        # What was seen once or twice and is gone may have been nobody; the search of the whole picture will tell.
        others = [
            n
            for n, track in enumerate(self._tracker.active)
            if n not in alone and (len(track.sightings) not in _FEW_SIGHTINGS or unseen_s[n] <= _BRIEFLY_S)
        ]
        regions = [
            *self._plan.around([expected[n] for n in others], [unseen_s[n] for n in others]),
            *self._watch.find(small, motion, expected, time_s),
            *self._plan.everywhere(time_s, followed=len(expected) > 0),
        ]
        self._looked_s = time_s
        # The frames up to the next look are read and measured meanwhile. What is found is taken before anybody asks
        # where people should be, so that the result does not hang on who is faster.
        found = self._looking.submit(self._search, frame, regions, time_s, [expected[n] for n in alone])
        self._pending = _Look(frame, time_s, self._camera.to_first, found)
        if self._box is not None:
            self._settle()

    def _settle(self) -> None:
        """Take what the last look found, once it is there."""
        if self._pending is not None:
            look, self._pending = self._pending, None
            self._take(look.frame, look.found.result(), look.time_s, look.to_first)
            self._look_every_s = _LOOK_EVERY_STEADY_S if self._tracker.steady else _LOOK_EVERY_S

    def _find_alone(self, expected: Sequence[Box], unseen_s: Sequence[float]) -> list[int]:
        """Which of the people followed were just seen and have nobody near: they need not be searched for."""
        squares = [square_around(box, _SQUARE_ALONE, *self.size) for box in expected]
        return [
            n
            for n, square in enumerate(squares)
            if unseen_s[n] <= _JUST_SEEN * self._look_every_s
            and all(compute_cover(square, other) == 0 for m, other in enumerate(expected) if m != n)
        ]

    def _search(
        self, frame: Frame, regions: Sequence[Box | None], time_s: float, alone: Sequence[Box] = ()
    ) -> list[Sighting]:
        """Everyone found in some regions of a frame, about the coach's box where it is time for that, and where one
        person alone is expected.
        """
        if self._box is not None and self._is_box_due(frame):
            regions = [*regions, square_around(self._box, _BOX_SQUARE, *self.size)]
        again = [self._detector.find_again(frame.rgb, box) for box in alone]
        lost = [square_around(b, _SQUARE_ALONE, *self.size) for b, f in zip(alone, again, strict=True) if f is None]
        found = [RegionFind(find, cut=False) for find in again if find is not None] + [
            marked
            for region in (*lost, *regions)
            for marked in mark_cut(self._detector.find(frame.rgb, region), region, *self.size)
        ]
        return [
            make_sighting(find, frame.rgb, frame.index, time_s)
            for find in drop_doubles(found)
            if compute_visible_share(find.box, *self.size) >= _LEAST_VISIBLE
        ]

    def _take(self, frame: Frame, sightings: Sequence[Sighting], time_s: float, to_first: FloatArray) -> None:
        """Give sightings to people, keep the best pictures, and follow the coach's box where it holds nobody."""
        homes = [move_box(sighting.box, to_first) for sighting in sightings]
        if self._box is not None and self._is_box_due(frame):
            if all(compute_iou(sighting.box, self._box) < _BOX_FOUND_IOU for sighting in sightings):
                self._tracker.seed(move_box(self._box, to_first), time_s)
            self._box = None
        for track, at in self._tracker.update(sightings, homes, time_s):
            alone = all(
                compute_cover(sightings[at].box, other.box) < _ALONE_COVER
                for position, other in enumerate(sightings)
                if position != at
            )
            self._keep_picture(track, sightings[at], alone, frame.rgb)

    def _keep_picture(self, track: Track, sighting: Sighting, alone: bool, rgb: RgbImage) -> None:
        """Keep the picture of a person where it is better than the one of the same stretch alone."""
        quality = compute_quality(sighting, *self.size)
        fresh = not track.snapshots or (alone and not track.alone)
        track.alone = alone
        if not fresh and (not alone or quality < _BETTER * track.snapshots[-1].quality):
            return
        snapshot = Snapshot(sighting, quality, cut_picture(rgb, sighting.box))
        track.snapshots = [*track.snapshots, snapshot] if fresh else [*track.snapshots[:-1], snapshot]

    def _expect(self, time_s: float) -> list[Box]:
        """Where the people followed should be, px."""
        self._settle()
        return self._tracker.predict(time_s, invert(self._camera.to_first))

    def _is_box_due(self, frame: Frame) -> bool:
        """Whether the coach's box holds by now and has not been looked at."""
        return self._box is not None and frame.time_s >= self._box_s - 1e-6
