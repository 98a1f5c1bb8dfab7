"""Hard cuts: found where there are some, and not where a flash, a pan, a runner or the exposure changes the picture."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform.pose.people.cuts import CutFinder, compute_likeness
from runform.pose.people.small_copy import GreyImage, SmallScale
from runform.video.read import read_frames
from tests.pose.people.worlds import World, make_scenery, pan

RATE = 30.0
CLIPS = (
    "sprint_across_frame.mp4",
    "sprint_start_170fps.mp4",
    "treadmill_side_portrait.mp4",
    "walk_past_wall.mp4",
    "two_people_sunflare_walk.mp4",
)


def view(seed: int, x: int = 0, y: int = 0) -> GreyImage:
    """(180, 320) grey part of a scenery."""
    grey = cv2.cvtColor(make_scenery(seed), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey[y : y + 180, x : x + 320], dtype=np.uint8)


def find_cuts(pictures: Iterable[GreyImage], rate: float = RATE) -> tuple[int, ...]:
    finder = CutFinder()
    for index, picture in enumerate(pictures):
        finder.push(picture, index, index / rate)
    finder.finish()
    return finder.found


def test_cuts_are_found_at_their_first_frames() -> None:
    assert find_cuts([view(1)] * 20 + [view(2)] * 15 + [view(3)] * 20) == (20, 35)


def test_the_state_is_waiting_until_a_flash_is_out_of_the_question() -> None:
    finder = CutFinder()
    states = [finder.push(view(1 if i < 10 else 2), i, i / RATE) for i in range(20)]
    assert states[:10] == ["steady"] * 10
    assert states[10] == "waiting"
    at = states.index("cut")
    assert 12 <= at <= 16
    assert set(states[10:at]) == {"waiting"}
    assert set(states[at + 1 :]) == {"steady"}
    assert finder.found == (10,)


def test_a_change_at_the_very_end_counts_as_a_cut() -> None:
    assert find_cuts([view(1)] * 10 + [view(2)] * 2) == (10,)


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_flash_that_returns_is_no_cut(length: int) -> None:
    white = np.full((180, 320), 255, dtype=np.uint8)
    assert find_cuts([view(1)] * 10 + [white] * length + [view(1)] * 10) == ()


def test_exposure_that_jumps_is_no_cut() -> None:
    dark = (view(1) * 0.4).astype(np.uint8)
    assert find_cuts([view(1)] * 10 + [dark] * 10) == ()


@pytest.mark.parametrize("step", [10, 40, 80])
def test_a_camera_that_swings_is_no_cut(step: int) -> None:
    """80 px of 320 in a thirtieth of a second is a whip."""
    assert find_cuts(view(1, x=min(i * step, 630), y=60) for i in range(20)) == ()


def test_somebody_close_who_fills_half_the_picture_is_no_cut() -> None:
    pictures = []
    for index in range(30):
        picture = view(1).copy()
        left = -200 + 45 * index
        picture[:, max(left, 0) : max(left + 170, 0)] = 20
        pictures.append(picture)
    assert find_cuts(pictures) == ()


def test_likeness_does_not_mind_brightness() -> None:
    a = view(1)
    assert compute_likeness(a, (a * 0.5 + 60).astype(np.uint8)) > 0.99
    assert compute_likeness(a, view(2)) < 0.6
    flat = np.full_like(a, 80)
    assert compute_likeness(flat, flat) == 1.0
    assert compute_likeness(a, flat) == 0.0


def test_a_made_up_pan_has_no_cut() -> None:
    world = World(seconds=1.5, camera=pan(300))
    frames = list(world.frames())
    scale = SmallScale.of(frames[0].rgb)
    assert find_cuts(scale.shrink(frame.rgb) for frame in frames) == ()


@pytest.mark.slow
def test_real_clips_have_no_cut_and_joined_ones_do(clips_dir: Path) -> None:
    parts: list[list[GreyImage]] = []
    for name in CLIPS:
        scale: SmallScale | None = None
        smalls = []
        for frame in read_frames(clips_dir / name):
            scale = scale or SmallScale.of(frame.rgb)
            smalls.append(scale.shrink(frame.rgb))
        assert find_cuts(smalls) == (), name
        parts.append([np.asarray(cv2.resize(small, (320, 180)), dtype=np.uint8) for small in smalls[-40:]])
    joined = [small for part in parts for small in part]
    assert find_cuts(joined) == (40, 80, 120, 160)
