"""Frames that repeat the one before are told from new ones and from a still scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.errors import ShapeError
from runform.sequences import FloatArray
from runform.video.duplicates import FrameChanges, compute_duplicate_share, find_duplicates
from runform.video.read import RgbImage, read_frames
from runform.video.write import VideoWriter

SIZE = (192, 256)


def draw_walker(step: int) -> RgbImage:
    """A small bright figure on a plain ground, moving on by 3 px a step."""
    rgb: RgbImage = np.full((*SIZE, 3), 90, dtype=np.uint8)
    left = 10 + 3 * step % 200
    rgb[60:140, left : left + 18] = (230, 200, 40)
    return rgb


def measure(pictures: Sequence[npt.NDArray[np.uint8]]) -> FloatArray:
    meter = FrameChanges()
    for picture in pictures:
        meter.add(picture)
    return meter.changes


def repeat(pattern: Sequence[int], steps: int) -> list[int]:
    """Which step each frame shows when step i is shown pattern[i] times."""
    return [step for step in range(steps) for _ in range(pattern[step % len(pattern)])]


PATTERNS = [([1], 0.0), ([2], 0.5), ([1, 1, 1, 2], 0.2), ([4], 0.75), ([8], 0.875), ([2, 3], 0.6)]


@pytest.mark.parametrize(("pattern", "share"), PATTERNS)
def test_share_of_repeats(pattern: list[int], share: float) -> None:
    shown = repeat(pattern, 60)
    changes = measure([draw_walker(step) for step in shown])
    assert np.isnan(changes[0])
    np.testing.assert_array_equal(find_duplicates(changes)[1:], np.diff(shown) == 0)
    assert compute_duplicate_share(changes) == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(("pattern", "share"), PATTERNS[:4])
def test_repeats_survive_lossy_coding_and_noise(tmp_path: Path, pattern: list[int], share: float) -> None:
    rng = np.random.default_rng(1)
    pictures = [
        np.clip(draw_walker(step) + rng.normal(0, 4, (*SIZE, 3)), 0, 255).astype(np.uint8) for step in range(40)
    ]
    clip = tmp_path / "clip.mp4"
    with VideoWriter(clip, SIZE[1], SIZE[0]) as writer:
        for frame, step in enumerate(repeat(pattern, 40)):
            writer.write(pictures[step], frame / 60)
    meter = FrameChanges()
    assert [frame.index for frame in meter.watch(read_frames(clip))] == list(range(len(repeat(pattern, 40))))
    changes = meter.changes
    assert compute_duplicate_share(changes) == pytest.approx(share, abs=0.04)


def test_a_still_scene_holds_no_repeats() -> None:
    changes = measure([draw_walker(0)] * 50)
    assert not find_duplicates(changes).any()
    assert compute_duplicate_share(changes) == 0


def test_an_empty_track_before_and_after_the_runner_does_not_count() -> None:
    pictures = [draw_walker(step) for step in [0] * 40 + list(range(30)) + [29] * 40]
    assert compute_duplicate_share(measure(pictures)) == 0


@pytest.mark.parametrize(
    ("name", "most"),
    [("treadmill_side_portrait.mp4", 0.0), ("two_people_sunflare_walk.mp4", 0.0), ("sprint_across_frame.mp4", 0.08)],
)
def test_real_clips_show_something_new_in_every_frame(clips_dir: Path, name: str, most: float) -> None:
    meter = FrameChanges()
    for frame in read_frames(clips_dir / name):
        meter.add(frame.rgb)
        if frame.index >= 100:
            break
    assert compute_duplicate_share(meter.changes) <= most


def test_few_frames() -> None:
    assert compute_duplicate_share(np.empty(0)) == 0
    assert compute_duplicate_share(measure([draw_walker(0)])) == 0
    with pytest.raises(ShapeError):
        find_duplicates(np.zeros((2, 2)))
