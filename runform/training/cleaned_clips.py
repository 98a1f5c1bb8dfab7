"""Training windows as an analysis sees them: virtual runners before a poor detector, cleaned.

The noise of `detector_noise` is quick to draw, and its confidence tells how far away a joint is, more than a detector
does. A lifter that learned from it alone reads depth from confidence, and cleaned keypoints mislead it. So part of the
windows go the way of an analysis: BlazePose's faults (`detector_damage`), then `clean_keypoints`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from runform.errors import InputError
from runform.lifting.windows import compute_travel, find_square_box, normalise_window
from runform.sequences import FloatArray, require_shape
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, Skeleton
from runform.training.detector_noise import vary_confidence
from runform.training.landmark_variation import vary_landmarks
from runform.training.lifter_data import LifterBatch, WindowSampler
from runform.training.lifter_observation import observe
from runform.training.lifter_views import Place, Surface, film_runner
from runform.training.runner_motions import AT
from runform.training.virtual_runners import draw_virtual_runners
from runform.training.virtual_running.sources import RunnerSources

Key = TypeVar("Key", bound=str)

SECONDS = 8.2
_PLACES: dict[Place, float] = {"side": 0.6, "oblique": 0.3, "front": 0.05, "back": 0.05}
_SURFACES: dict[Surface, float] = {"treadmill": 0.6, "followed": 0.2, "passing": 0.2}


@dataclass(frozen=True)
class CleanedClip:
    """A virtual runner's clip as cleaning leaves it, and the truth.

    Attributes:
        xy_px: (T, 21, 2) in the order of `HUMAN36M_FEET_21`, x right and y down, px; NaN where not found.
        confidence: (T, 21) in [0, 1], 0 where not found.
        joints_m: (T, 21, 3) true joints from the root, camera metres: x right, y down, z away.
        px_per_metre: (T,) at the root.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    xy_px: FloatArray
    confidence: FloatArray
    joints_m: FloatArray
    px_per_metre: FloatArray

    def __post_init__(self) -> None:
        require_shape("xy_px", self.xy_px, (None, len(HUMAN36M_FEET_21), 2))
        require_shape("confidence", self.confidence, self.xy_px.shape[:2])
        require_shape("joints_m", self.joints_m, (*self.xy_px.shape[:2], 3))
        require_shape("px_per_metre", self.px_per_metre, (len(self.xy_px),))


def film_cleaned_clips(sources: RunnerSources, count: int, seed: int) -> Iterator[CleanedClip]:
    """Virtual runners, each before one camera, cleaned: about half a second of work each.

    Args:
        sources: Of the virtual runners.
        count: How many.
        seed: Of runners, cameras and detector.
    """
    rng = np.random.default_rng([seed, 2])
    for traits, run in draw_virtual_runners(rng, count, sources, seconds=SECONDS + 0.5, frame_rate=60.0):
        place, surface = _draw_key(_PLACES, rng), _draw_key(_SURFACES, rng)
        side = 1 if rng.random() < 0.5 else -1
        speed = 0.0 if surface == "treadmill" else traits.speed
        meant = replace(run, points=vary_landmarks(run.points, AT, rng))
        view = film_runner(run.name, meant, place, surface, side, SECONDS, rng, speed)
        seen = observe(view, rng)["cleaned"]
        centred = view.joints_m - view.joints_m[:, :1]
        yield CleanedClip(seen.xy_px, seen.confidence, centred, view.px_per_metre)


class CleanedSampler:
    """Draws batches of windows from cleaned clips; those who pass a camera are seen for short windows only.

    Args:
        clips: What to draw from.
        skeleton: What the model reads and gives: `HUMAN36M_FEET_21`, or its first 17, `HUMAN36M_17`.

    Raises:
        InputError: No clip was given.
    """

    def __init__(self, clips: Sequence[CleanedClip], *, skeleton: Skeleton = HUMAN36M_17) -> None:
        if not clips:
            raise InputError("There is no cleaned clip to train on.", "Film at least one virtual runner.")
        self._clips = tuple(clips)
        self._joint_count = len(skeleton)

    def draw(self, rng: np.random.Generator, windows: int, frames: int) -> LifterBatch:
        """Draw a batch of `windows` windows of at most `frames` frames, as many as the longest clip has."""
        frames = min(frames, max(len(clip.xy_px) for clip in self._clips))
        fitting = [clip for clip in self._clips if len(clip.xy_px) >= frames]
        chosen = [fitting[i] for i in rng.integers(len(fitting), size=windows)]
        cut = [self._cut(rng, clip, frames) for clip in chosen]
        inputs, targets, metres = (np.stack(part) for part in zip(*cut, strict=True))
        return LifterBatch(inputs.astype(np.float32), targets.astype(np.float32), metres.astype(np.float32))

    def _cut(
        self, rng: np.random.Generator, clip: CleanedClip, frames: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """One window: inputs (T, J, 3), targets (T, J, 3) and metres (T,)."""
        start = int(rng.integers(len(clip.xy_px) - frames + 1))
        stretch, joints = slice(start, start + frames), slice(0, self._joint_count)
        xy, confidence = clip.xy_px[stretch, joints], clip.confidence[stretch, joints]
        truth = clip.joints_m[stretch, joints]
        if rng.random() < 0.5:
            order = HUMAN36M_FEET_21.mirror_order[joints]
            xy = xy[:, order] * np.array([-1.0, 1.0])
            confidence, truth = confidence[:, order], truth[:, order] * np.array([-1.0, 1.0, 1.0])
        confidence = vary_confidence(confidence, rng)
        in_place = xy - compute_travel(xy, confidence)[:, None]
        box = find_square_box(in_place, confidence)
        unit_per_metre = clip.px_per_metre[stretch] / box.half_side_px  # (T,)
        inputs = normalise_window(in_place, confidence, box).astype(np.float64)
        return inputs, truth * unit_per_metre[:, None, None], 1 / unit_per_metre


def _draw_key(shares: dict[Key, float], rng: np.random.Generator) -> Key:
    return list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]


class MixedSampler:
    """Draws batches whose windows come partly from cleaned clips.

    Args:
        motions: Windows through the virtual detector.
        cleaned: Windows from cleaned clips, of the same skeleton.
        share: Of the windows of a batch that come from cleaned clips, 0 to 1.
    """

    def __init__(self, motions: WindowSampler, cleaned: CleanedSampler, share: float) -> None:
        self._motions, self._cleaned, self.share = motions, cleaned, share

    def draw(self, rng: np.random.Generator, windows: int, frames: int) -> LifterBatch:
        """Draw a batch of `windows` windows of at most `frames` frames."""
        of_cleaned = round(self.share * windows)
        if of_cleaned == 0:
            return self._motions.draw(rng, windows, frames)
        cleaned = self._cleaned.draw(rng, of_cleaned, frames)
        if of_cleaned == windows:
            return cleaned
        drawn = self._motions.draw(rng, windows - of_cleaned, cleaned.inputs.shape[1])
        return LifterBatch(
            np.concatenate((drawn.inputs, cleaned.inputs)),
            np.concatenate((drawn.targets, cleaned.targets)),
            np.concatenate((drawn.metres, cleaned.metres)),
        )
