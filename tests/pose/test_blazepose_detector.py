"""People found by what mediapipe's wheel carries: everyone, once, in px of the whole picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.pose.blazepose_detector import BlazePersonDetector
from runform.pose.people.boxes import compute_iou
from runform.pose.people.detector import PersonFind
from runform.sequences import Box
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage
from tests.pose.pictures import box_around, read_frame, render_runner

HIPS = [BLAZEPOSE_33.index["left_hip"], BLAZEPOSE_33.index["right_hip"]]


@pytest.fixture(scope="module")
def detector() -> BlazePersonDetector:
    return BlazePersonDetector()


@pytest.fixture(scope="module")
def two() -> tuple[RgbImage, list[Box]]:
    """(640, 720, 3) two virtual runners side by side, one seen from the right, one from the left, and their boxes."""
    (right, truth_right), (left, truth_left) = render_runner("right"), render_runner("left")
    boxes = [box_around(truth_right.xy_px[4]), box_around(truth_left.xy_px[6] + (360.0, 0.0))]
    return np.hstack([right[4], left[6]]), boxes


def find_at(finds: tuple[PersonFind, ...], box: Box) -> PersonFind:
    """The one find whose middle lies in a box."""
    (found,) = [
        f for f in finds if box[0] < f.box[0] + f.box[2] / 2 < box[0] + box[2] and compute_iou(f.box, box) > 0.3
    ]
    return found


def test_two_people(detector: BlazePersonDetector, two: tuple[RgbImage, list[Box]]) -> None:
    rgb, boxes = two
    finds = detector.find(rgb, None)
    assert len(finds) == 2
    assert finds[0].score >= finds[1].score > 0.35
    for box in boxes:
        found = find_at(finds, box)
        assert found.box[3] == pytest.approx(box[3], rel=0.25)
        assert found.box[1] + found.box[3] / 2 == pytest.approx(box[1] + box[3] / 2, abs=0.1 * box[3])


def test_rough_keypoints_lie_on_the_person(detector: BlazePersonDetector, two: tuple[RgbImage, list[Box]]) -> None:
    rgb, boxes = two
    finds = detector.find(rgb, None)
    for box in boxes:
        pose = find_at(finds, box).pose
        assert pose is not None
        x, y = np.nanmean(pose.xy_px[HIPS], axis=0)
        assert x == pytest.approx(box[0] + box[2] / 2, abs=0.15 * box[3])
        assert y == pytest.approx(box[1] + box[3] * 0.47, abs=0.1 * box[3])
        assert compute_iou(pose.box, box) > 0.7


@pytest.mark.parametrize("which", [0, 1])
def test_a_region_is_answered_in_px_of_the_whole_picture(
    detector: BlazePersonDetector, two: tuple[RgbImage, list[Box]], which: int
) -> None:
    rgb, boxes = two
    x, y, width, height = boxes[which]
    region = (x - 0.2 * height, y - 0.2 * height, width + 0.4 * height, 1.4 * height)
    whole = find_at(detector.find(rgb, None), boxes[which])
    found = find_at(detector.find(rgb, region), boxes[which])
    assert compute_iou(found.box, whole.box) > 0.8
    assert found.pose is not None
    assert whole.pose is not None
    away = np.linalg.norm(found.pose.xy_px[HIPS] - whole.pose.xy_px[HIPS], axis=1)
    assert away.max() < 0.03 * height


def test_a_small_person_is_found_in_a_small_region(detector: BlazePersonDetector) -> None:
    """A tenth of the picture high: lost in the whole, and found where one looks closely."""
    runner = render_runner("right")[0][4]
    small = runner[::4, ::4]
    rgb = np.full((1200, 1200, 3), runner[:40].mean(axis=(0, 1)), dtype=np.uint8)
    rgb[700:860, 500:590] = small
    (found,) = detector.find(rgb, (445.0, 680.0, 200.0, 200.0))
    truth = render_runner("right")[1].xy_px[4] / 4 + (500.0, 700.0)
    assert compute_iou(found.box, box_around(truth)) > 0.5


@pytest.mark.parametrize(
    "region", [None, (-50.0, -50.0, 200.0, 200.0), (900.0, 10.0, 50.0, 50.0), (5.0, 5.0, 0.0, 0.0)]
)
def test_nobody(detector: BlazePersonDetector, region: Box | None) -> None:
    blank = np.full((240, 320, 3), 128, dtype=np.uint8)
    assert detector.find(blank, region) == ()


def test_keypoints_beyond_the_picture_are_none(detector: BlazePersonDetector) -> None:
    pictures, truth = render_runner("right")
    knee = int(truth.xy("right_knee")[4, 1])
    finds = detector.find(np.ascontiguousarray(pictures[4][:knee]), None)
    for found in finds:
        assert found.pose is not None
        missing = np.isnan(found.pose.xy_px).any(axis=1)
        assert (found.pose.confidence[missing] == 0).all()
        assert (found.pose.xy_px[~missing] <= (360, knee)).all()


def test_the_name_says_what_it_is(detector: BlazePersonDetector) -> None:
    assert detector.name.startswith("BlazePose detector (mediapipe 0.10")
    detector.close()


def test_the_treadmill_runner_is_one_person(detector: BlazePersonDetector, clips_dir: Path) -> None:
    """The picture shows him once, nearly as high as the picture's lower half; mirrors and windows are nobody."""
    for index in (0, 40, 80):
        rgb = read_frame(clips_dir / "treadmill_side_portrait.mp4", index)
        (found,) = detector.find(rgb, None)
        assert 450 < found.box[3] < 700
        assert 200 < found.box[0] + found.box[2] / 2 < 420
        assert found.score > 0.8
