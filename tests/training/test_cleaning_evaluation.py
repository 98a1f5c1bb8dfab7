"""Scenes show what was captured, and the evaluation finds what was damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.skeletons import COCO_17, HALPE_26
from runform.training import cleaning_evaluation
from runform.training.cleaning_evaluation import evaluate_cleaning, filter_butterworth, make_scenes
from runform.training.cleaning_scenes import extend_run, make_scene, to_skeleton
from runform.training.detector_damage import DamagePlan
from runform.training.runner_motions import AT, BODY, RunnerMotion, read_runner_motions

MOTIONS = ("test_running_running_1", "hamner04 run300", "rbds001", "sprinter run0900cms", "iclone_006_02")


@pytest.fixture(scope="session")
def motions(mocap_dir: Path) -> tuple[RunnerMotion, ...]:
    return read_runner_motions(mocap_dir, MOTIONS)


def test_bodies_are_bodies(motions: tuple[RunnerMotion, ...]) -> None:
    assert [motion.name for motion in motions] == list(MOTIONS)
    for motion in motions:
        bone = np.linalg.norm(motion.points[:, AT["left_knee"]] - motion.points[:, AT["left_hip"]], axis=1)
        assert 0.3 < np.median(bone) < 0.6
        assert np.ptp(np.percentile(bone, (1, 99))) < 0.2
        assert motion.points[:, AT["left_hip"], 1].min() > motion.points[:, AT["left_ankle"], 1].min()
        jumps = np.linalg.norm(np.diff(motion.points, axis=0), axis=2) * motion.frame_rate
        assert np.nanmax(jumps) < 35.0  # m/s, a sprinter's foot


def test_no_motion_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_runner_motions(tmp_path, MOTIONS)


def test_a_run_goes_on_without_a_jump(motions: tuple[RunnerMotion, ...]) -> None:
    run = motions[0]
    longer = extend_run(run, 8.0, np.random.default_rng(0))
    assert len(longer) >= 8 * run.frame_rate
    step = np.linalg.norm(np.diff(longer, axis=0), axis=2).max(axis=1)
    own = np.linalg.norm(np.diff(run.points, axis=0), axis=2).max(axis=1)
    assert step.max() < 1.3 * own.max()


@pytest.mark.parametrize("skeleton", [COCO_17, HALPE_26])
def test_every_keypoint_is_placed(motions: tuple[RunnerMotion, ...], skeleton: object) -> None:
    assert skeleton in (COCO_17, HALPE_26)
    layout = COCO_17 if skeleton is COCO_17 else HALPE_26
    placed = to_skeleton(motions[0].points, layout)
    assert np.isfinite(placed).all()
    np.testing.assert_array_equal(placed[:, layout.index["left_knee"]], motions[0].points[:, BODY.index("left_knee")])


def test_the_camera_sees_a_runner_from_the_side(motions: tuple[RunnerMotion, ...]) -> None:
    scene = make_scene(motions[0], np.random.default_rng(0), frame_rate=30.0, oblique_deg=0.0, distance_m=4.0)
    assert len(scene.time_s) == pytest.approx(240, abs=2)
    names = scene.truth_px[:, [23, 24]]  # hips
    ankles = scene.truth_px[:, [27, 28]]
    width = np.abs(names[:, 0, 0] - names[:, 1, 0]).mean()
    assert width < 0.25 * scene.leg_px.mean()
    assert np.ptp(ankles[:, 0, 0]) > 0.5 * scene.leg_px.mean()
    assert (ankles[..., 1].mean() - names[..., 1].mean()) > 0.6 * scene.leg_px.mean()


def test_butterworth_leaves_slow_motion_and_bridges_gaps(motions: tuple[RunnerMotion, ...]) -> None:
    scene = make_scene(motions[4], np.random.default_rng(0), frame_rate=60.0, oblique_deg=0.0, distance_m=4.0)
    raw, _ = scene.damage(np.random.default_rng(1), DamagePlan(swaps_per_s=0, merged_share=0, spike_share=0))
    filtered = filter_butterworth(raw)
    assert np.isfinite(filtered).all()
    before = np.nanmean(np.linalg.norm(raw.xy_px - scene.truth_px, axis=2))
    assert np.mean(np.linalg.norm(filtered - scene.truth_px, axis=2)) < 0.8 * before


def test_scenes_are_the_same_for_the_same_seed(mocap_dir: Path) -> None:
    first, second = (next(iter(make_scenes(mocap_dir, ("hamner04 run300",), 4))) for _ in range(2))
    np.testing.assert_array_equal(first[0].truth_px, second[0].truth_px)
    assert first[1].random() == second[1].random()


def test_tuned_and_reported_motions_differ() -> None:
    assert not set(cleaning_evaluation.TUNING_MOTIONS) & set(cleaning_evaluation.REPORTED_MOTIONS)


def test_the_table_on_one_runner(mocap_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning_evaluation, "REPORTED_MOTIONS", ("hamner04 run300",))
    monkeypatch.setattr(cleaning_evaluation, "FRAME_RATES", (30.0, 60.0))
    result = evaluate_cleaning(mocap_dir, seeds=(0, 1))
    rows = {row["condition"]: row for row in result["rows"]}
    row = rows["all"]
    assert row["scenes"] == 8
    assert rows["all, seed 0"]["scenes"] == rows["all, seed 1"]["scenes"] == 4
    worst = max(rows[f"runs, seed {seed}"]["ratio"] for seed in (0, 1))
    ratios = [goal["value"] for goal in result["goals"] if goal["name"] == "error after over before, runs"]
    assert ratios == [worst]
    assert row["recall"] >= 0.97
    assert row["precision"] >= 0.97
    assert row["ratio"] < 0.6
    assert row["after"] < row["butterworth"]
    assert {"name", "value", "unit", "goal", "met"} == result["goals"][0].keys()
    assert all(goal["met"] == (goal["value"] >= goal["goal"]) for goal in result["goals"][:2])
    assert {"confidence", "percent_right", "keypoints"} <= result["reliability"][0].keys()
