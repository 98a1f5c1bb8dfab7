"""Sheets to label on: which frames, and that the grid and the labels stand where they say."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from runform.errors import InputError
from runform.training.label_sheets import draw_sheet, write_sheets
from runform.training.labels import Label

_MARGIN = 46


def _make_label(frame: int = 0, clip: str = "clip.mp4", x: float = 40.0, y: float = 30.0) -> Label:
    return Label(clip, frame, "left_knee", x, y, "clear")


def test_a_label_is_drawn_at_its_place_enlarged() -> None:
    rgb = np.full((80, 100, 3), 90, dtype=np.uint8)

    plain = draw_sheet(rgb, None, [])
    sheet = draw_sheet(rgb, None, [_make_label()])

    scale = (1400 - _MARGIN) / 100
    changed = np.argwhere((sheet != plain).any(axis=2))
    at = np.array([30 * scale + _MARGIN, 40 * scale + _MARGIN])
    assert sheet.shape[1] == 1400
    assert np.linalg.norm(changed - at, axis=1).min() < 2
    assert np.linalg.norm(changed - at, axis=1).max() < 90  # the cross and its name, nothing elsewhere


def test_grid_lines_stand_at_round_px_of_the_region() -> None:
    rgb = np.full((200, 200, 3), 90, dtype=np.uint8)

    sheet = draw_sheet(rgb, (50, 20, 100, 100), [])

    scale = (1400 - _MARGIN) / 100
    row = sheet[_MARGIN + 5, :, 0].astype(int)
    lit = np.flatnonzero(row[_MARGIN:] > 100) / scale + 50
    assert lit[0] == pytest.approx(50, abs=0.2)
    assert np.round(np.diff(lit)).tolist() == [10.0] * 9


def test_a_region_beyond_the_picture_is_refused() -> None:
    with pytest.raises(InputError, match="not in the 100 x 80 picture"):
        draw_sheet(np.zeros((80, 100, 3), dtype=np.uint8), (200, 0, 50, 50), [])


def test_every_so_many_frames_are_written_or_those_with_labels(clips_dir: Path, tmp_path: Path) -> None:
    clip = clips_dir / "sprint_across_frame.mp4"

    every = write_sheets(clip, 20, None, tmp_path / "every")
    labelled = write_sheets(clip, 20, None, tmp_path / "labelled", [_make_label(3, clip.name), _make_label(4)])

    assert [path.name for path in every] == [f"sprint_across_frame_{n:04d}.png" for n in (0, 20, 40)]
    assert [path.name for path in labelled] == ["sprint_across_frame_0003.png"]
    assert cv2.imread(str(every[0])).shape[1] == 1400
