"""Which checks a clip is told, on motions that are known: the one reason, and none twice."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait import checks
from runform.results import AnalysisOptions
from runform.sequences import CameraMotion, KeypointSequence
from tests.fixtures.motions import LEG_PX, make_known_run
from tests.gait.checks.grounds import check_all, find_refused, make_clip, make_grounds, play
from tests.gait.moving_cameras import film_with


def _stand(noise_px: float = 1.0) -> KeypointSequence:
    k = make_known_run().keypoints
    still = np.repeat(k.xy_px[:1], len(k), axis=0)
    # Feet together, as of one who stands.
    for part in ("ankle", "heel", "toe", "knee"):
        still[:, k.layout.index[f"right_{part}"]] = still[:, k.layout.index[f"left_{part}"]]
    trembling = still + np.random.default_rng(0).normal(0, noise_px, still.shape)
    return dataclasses.replace(k, xy_px=trembling)


def _cut(keypoints: KeypointSequence, *frames: int) -> CameraMotion:
    cuts = np.zeros(len(keypoints), dtype=np.bool_)
    cuts[list(frames)] = True
    return dataclasses.replace(CameraMotion.still(len(keypoints)), cuts=cuts)


def test_a_run_is_told_that_all_is_well() -> None:
    keypoints = make_known_run(fps=60, noise_px=1.0).keypoints
    options = AnalysisOptions(height_cm=180, belt_speed=2.6 * 0.491 * 1.8)
    said = check_all(make_grounds(keypoints, options=options, camera=CameraMotion.still(len(keypoints))))

    assert {name: check.status for name, check in said.items()} == dict.fromkeys(checks.CHECKS, "ok")


def test_one_who_stands_is_told_so_and_not_that_there_is_no_stride() -> None:
    said = check_all(make_grounds(_stand()))

    assert find_refused(said) == {"standing"}
    assert said["standing"].measured < 0.05


@pytest.mark.parametrize("noise_px", [0.0, 1.0])
def test_walking_is_not_told_that_its_clock_is_wrong(noise_px: float) -> None:
    walk = make_known_run(cadence=112, duty_factor=0.62, stance_speed=1.4, bounce=-0.02, noise_px=noise_px)
    said = check_all(make_grounds(walk.keypoints))

    assert find_refused(said) == {"running"}
    assert said["running"].measured == pytest.approx(0.62, abs=0.08)


@pytest.mark.parametrize("slower", [0.5, 2.0, 4.0, 8.0])
def test_running_at_a_wrong_clock_is_told_the_factor(slower: float) -> None:
    keypoints = play(make_known_run(fps=30 * max(slower, 1.0), seconds=6, noise_px=1.0).keypoints, slower)
    said = check_all(make_grounds(keypoints))

    assert find_refused(said) == {"time_scale"}
    assert said["time_scale"].measured == slower
    assert f"a factor of {slower:g}." in said["time_scale"].remedy
    assert "frame_rate" not in said


def test_a_wrong_word_of_the_file_is_found_out() -> None:
    keypoints = play(make_known_run(fps=30, seconds=6, noise_px=1.0).keypoints, 1 / 8)
    said = check_all(make_grounds(keypoints, clip=make_clip(30.0, 8.0, "container")))

    assert find_refused(said) == {"time_scale"}
    assert "the file's own word" in said["time_scale"].message
    assert "a factor of 1." in said["time_scale"].remedy


def test_slow_motion_at_a_running_cadence_is_doubted_by_gravity_and_settled_by_the_belt() -> None:
    sprint = make_known_run(cadence=230, duty_factor=0.3, stance_speed=4.0, ankle_ahead=0.3, bounce=0.025, fps=120)
    keypoints = play(sprint.keypoints, 1.7)
    alone = check_all(make_grounds(keypoints))
    belt = AnalysisOptions(height_cm=175, belt_speed=4.0 * 0.491 * 1.75)
    with_belt = check_all(make_grounds(keypoints, options=belt))

    assert alone["plausible_cadence"].status == "ok"
    assert alone["time_scale"].status == "warn"
    assert alone["time_scale"].measured == pytest.approx(1.7, rel=0.15)
    assert with_belt["time_scale"].status == "refuse"
    assert with_belt["speed_agrees"].status == "warn"


def test_few_contacts_beside_a_cut_refuse_and_the_cut_is_the_reason() -> None:
    k = make_known_run(seconds=8).keypoints
    there = k.time_s < 2.4
    take = dataclasses.replace(
        k, xy_px=np.where(there[:, None, None], k.xy_px, np.nan), confidence=np.where(there[:, None], k.confidence, 0.0)
    )
    said = check_all(make_grounds(take, camera=_cut(k, int(there.sum()))))

    assert find_refused(said) == {"enough_contacts"}
    assert "for the clip is cut" in said["enough_contacts"].message
    assert said["one_take"].status == "warn"


def test_a_cut_between_the_contacts_refuses() -> None:
    k = make_known_run(seconds=8).keypoints
    said = check_all(make_grounds(k, camera=_cut(k, 100)))

    assert "one_take" in find_refused(said)
    assert said["one_take"].measured == 1


def test_a_camera_that_shakes_too_much_refuses() -> None:
    keypoints = make_known_run(noise_px=1.0).keypoints
    shake = np.random.default_rng(0).uniform(-0.2, 0.2, (len(keypoints), 2)) * LEG_PX
    seen, camera = film_with(keypoints, shake)

    assert find_refused(check_all(make_grounds(seen, camera=camera))) == {"camera_shake"}


def test_nobody_is_refused_for_what_was_not_seen() -> None:
    k = make_known_run(seconds=2).keypoints
    empty = dataclasses.replace(k, xy_px=np.full_like(k.xy_px, np.nan), confidence=np.zeros_like(k.confidence))
    said = check_all(make_grounds(empty, camera=CameraMotion.still(len(k))))

    assert {"steady_stride", "runner_found", "side_view", "legs_visible"} <= find_refused(said)
    assert not {"standing", "time_scale", "camera_shake"} & said.keys()
    assert all("nan" not in check.message for check in said.values())
