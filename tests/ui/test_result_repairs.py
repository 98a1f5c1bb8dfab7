from __future__ import annotations

import numpy as np

from runform.sequences import Repair
from runform.skeletons import BLAZEPOSE_33, COCO_17
from runform.ui import text
from runform.ui.result_repairs import describe_repairs, list_keypoints


def test_frames_are_counted_by_kind_in_one_sentence() -> None:
    repairs = np.zeros((360, 17), dtype=np.uint8)
    repairs[:14, 11:17] |= Repair.LEG_SWAP
    repairs[10:16, 13] |= Repair.MERGED
    repairs[10:16, 13] |= Repair.FILLED  # in place of what was taken off the other leg
    repairs[100, 0:3] |= Repair.FILLED

    sentence = describe_repairs(repairs)

    assert sentence == (
        "In 14 of 360 frames the legs were swapped back, in 6 one leg had been found on the other and was put back on "
        f"its path, in 1 a missing keypoint was filled in. {text.Result.REPAIRED_END}"
    )


def test_the_first_kind_there_is_begins_the_sentence() -> None:
    repairs = np.zeros((100, 17), dtype=np.uint8)
    repairs[3:5, 0] = Repair.SPIKE

    assert describe_repairs(repairs).startswith("In 2 of 100 frames a keypoint had jumped")


def test_nothing_repaired_is_said() -> None:
    assert describe_repairs(np.zeros((100, 17), dtype=np.uint8)) == text.Result.NOTHING_REPAIRED


def test_the_ankles_come_first_and_only_what_the_skeleton_has() -> None:
    assert list_keypoints(BLAZEPOSE_33)[:2] == ["left_ankle", "right_ankle"]
    assert "left_toe" not in list_keypoints(COCO_17)
