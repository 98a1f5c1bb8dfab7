"""`evaluate pose`: its tables and goals on answers with known errors, and a short real clip."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.settings import Settings
from runform.training.labels import LabelFolder, read_label_folder
from runform.training.pose_errors import TORSO_OF_LEG, Answer, compute_errors
from runform.training.pose_evaluation import ALL, DEFAULT, LABELS_DIR, Scored, describe, evaluate_pose
from tests.fixtures.label_files import CLIP, LEG_PX, place_legs, write_labels

OURS = "ours, BlazePose, cleaned"
FAR_PX = 0.3 * LEG_PX * TORSO_OF_LEG


@pytest.fixture
def folder(tmp_path: Path) -> LabelFolder:
    write_labels(tmp_path / "a.csv")
    shares = "".join(f"{CLIP},{frame},{1.0 if frame < 8 else 0.4}\n" for frame in range(11))
    (tmp_path / "a_visible.csv").write_text("clip,frame,visible_share\n" + shares)
    again = write_labels(tmp_path / "a_second_opinion.csv", frames=(5,))
    again.write_text(again.read_text().replace("150.0,50.0", "153.0,54.0"))  # the left hip, 5 px off
    return read_label_folder(tmp_path)


def score(folder: LabelFolder, method: str, wrong: int) -> Scored:
    """A method that is 0.3 torso lengths off in so many of the labelled frame 5's keypoints."""
    xy = np.stack([place_legs(t) for t in range(11)])
    xy[5, :wrong] += [FAR_PX, 0.0]
    answer = Answer(xy, np.full((11, 10), 0.9))
    return Scored(method, folder.clips[0], answer, compute_errors(answer, folder.clips[0]))


def test_errors_are_counted_per_clip_joint_and_method(folder: LabelFolder) -> None:
    result = describe([score(folder, DEFAULT, 4), score(folder, OURS, 1)], folder)

    rows = {(row["method"], row["clip"]): row for row in result["rows"]}
    assert set(rows) == {(m, c) for m in (DEFAULT, OURS) for c in (CLIP, ALL)}
    assert rows[DEFAULT, CLIP]["errors_0.2"] == rows[DEFAULT, ALL]["errors_0.2"] == 4
    assert rows[OURS, ALL]["pck_0.1"] == pytest.approx(29 / 30)
    assert (rows[OURS, ALL]["found"], rows[OURS, ALL]["mostly_visible"], rows[OURS, ALL]["followed"]) == (11, 8, 8)
    joints = {r["joint"]: r["errors_0.1"] for r in result["joints"] if (r["method"], r["clip"]) == (DEFAULT, ALL)}
    assert joints == {"hip": 1, "knee": 1, "ankle": 1, "heel": 1, "toe": 0}
    confidence = next(row for row in result["confidence"] if row["method"] == DEFAULT)
    assert confidence["calibration_error"] == pytest.approx(0.9 - 26 / 30)


@pytest.mark.parametrize(("wrong", "met"), [(2, True), (3, False)])
def test_the_goal_is_half_of_the_defaults_errors(folder: LabelFolder, wrong: int, met: bool) -> None:
    goals = describe([score(folder, DEFAULT, 4), score(folder, OURS, wrong)], folder)["goals"]

    errors = [goal for goal in goals if "errors" in goal["goal"]]
    assert [(goal["measured"], goal["limit"], goal["met"]) for goal in errors] == [(wrong, 2.0, met)] * 2
    assert all(goal["met"] for goal in goals if "errors" not in goal["goal"])


def test_two_labellers_are_set_side_by_side(folder: LabelFolder) -> None:
    rows = describe([score(folder, DEFAULT, 0)], folder)["labellers"]

    hip, everything = rows[0], rows[-1]
    assert (hip["joint"], everything["joint"], everything["keypoints"]) == ("hip", ALL, 10)
    assert hip["rms_px"] == pytest.approx(5 / np.sqrt(2))
    assert everything["errors_0.1"] == 0


def test_a_labelled_clip_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_labels(tmp_path / "a.csv")

    with pytest.raises(InputError, match=CLIP):
        evaluate_pose(tmp_path, Settings(), labels_dir=tmp_path)


@pytest.mark.slow
def test_ours_beats_the_default_on_the_sprint(clips_dir: Path, tmp_path: Path) -> None:
    for name in ("sprint_across.csv", "sprint_across_visible.csv"):
        shutil.copy(LABELS_DIR / name, tmp_path)
    settings = Settings(models_dir=tmp_path / "models")  # without weights, so that RTMPose cannot run

    result = evaluate_pose(clips_dir, settings, labels_dir=tmp_path)

    rows = {row["method"]: row for row in result["rows"] if row["clip"] != ALL}
    assert rows[DEFAULT]["keypoints"] == 152
    assert rows[OURS]["errors_0.2"] <= rows[DEFAULT]["errors_0.2"] / 2
    assert rows[OURS]["merged"] == 0
    assert rows[OURS]["followed"] == rows[OURS]["mostly_visible"] == 32
    assert [row["method"] for row in result["not_run"]] == ["ours, RTMPose"]
    assert "not here" in result["not_run"][0]["why"]
    json.dumps(result, allow_nan=False)
