"""Reading labels and finding what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.sequences import ClipInfo
from runform.training.labels import (
    LABELLED_KEYPOINTS,
    find_faults,
    read_label_folder,
    read_labels,
    read_visible_shares,
)
from runform.training.pose_evaluation import LABELS_DIR
from tests.fixtures.label_files import CLIP, make_truth, place_legs, write_labels

INFO = ClipInfo(CLIP, width=290, height=280, frames=11, duration_s=0.4, frame_rate=30.0, rotation_deg=0, codec="h264")


def test_labels_become_arrays_with_nan_where_out_of_the_picture(tmp_path: Path) -> None:
    truth = make_truth(tmp_path / "a.csv", left_out=("left_toe",))

    assert truth.clip == CLIP
    assert truth.frames.tolist() == [0, 5, 10]
    expected = place_legs(5)
    expected[LABELLED_KEYPOINTS.index("left_toe")] = np.nan
    np.testing.assert_array_equal(truth.xy_px[1], expected)
    assert truth.hidden.sum() == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("left_knee", "left_elbow", "row 2: 'left_elbow'"),
        ("clear", "maybe", "'maybe'"),
        ("made_up.mp4,0,", "made_up.mp4,first,", "row 1 holds no number"),
        ("100.0,50.0", "100.0", "row 1 has not 6 values"),
        ("x_px", "x", "columns"),
    ],
)
def test_a_row_that_is_no_label_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = write_labels(tmp_path / "a.csv")
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(InputError, match=said):
        read_labels(path)


def test_good_labels_have_no_faults(tmp_path: Path) -> None:
    assert find_faults(read_labels(write_labels(tmp_path / "a.csv")), {CLIP: INFO}) == []


def test_each_fault_is_told(tmp_path: Path) -> None:
    labels = read_labels(write_labels(tmp_path / "a.csv", frames=(0, 11)))
    twice = [*labels[:9], labels[0]]  # frame 0 lacks the right toe and has the left hip twice

    assert any("frames are 0 to 10" in fault for fault in find_faults(labels, {CLIP: INFO}))
    assert any("not in the 290 x 280" in fault for fault in find_faults(labels, {CLIP: INFO}))
    assert find_faults(labels[:10], {}) == [f"{CLIP} is not in the folder of clips."]
    faults = find_faults(twice, {CLIP: INFO})
    assert len(faults) == 2
    assert "left_hip is labelled 2 times" in faults[0]
    assert "right_toe is labelled 0 times" in faults[1]


def test_a_folder_keeps_first_and_second_labellers_apart(tmp_path: Path) -> None:
    write_labels(tmp_path / "a.csv", frames=(0, 5))
    write_labels(tmp_path / "b.csv", frames=(10,))
    write_labels(tmp_path / "a_second_opinion.csv", frames=(5,))
    (tmp_path / "a_visible.csv").write_text(f"clip,frame,visible_share\n{CLIP},0,0.5\n{CLIP},1,1.0\n")

    folder = read_label_folder(tmp_path)

    assert [clip.frames.tolist() for clip in folder.clips] == [[0, 5, 10]]
    assert [clip.frames.tolist() for clip in folder.again] == [[5]]
    assert folder.visible_share[CLIP].tolist() == [0.5, 1.0]


def test_a_folder_without_labels_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no labels"):
        read_label_folder(tmp_path)


def test_visible_shares_need_every_frame(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text(f"clip,frame,visible_share\n{CLIP},0,0.5\n{CLIP},2,1.0\n")

    with pytest.raises(InputError, match="frame 2"):
        read_visible_shares(path)


def test_the_projects_own_labels_cover_what_was_asked() -> None:
    """Hips, knees, ankles, heels and toes of both legs in at least 60 frames of three clips."""
    folder = read_label_folder(LABELS_DIR)

    assert len(folder.clips) >= 3
    assert sum(len(clip.frames) for clip in folder.clips) >= 60
    assert {clip.clip for clip in folder.again} <= {clip.clip for clip in folder.clips}
