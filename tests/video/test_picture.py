"""Pictures come upright, unmirrored, with square pixels and their own colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from runform.video.read import probe, read_frames
from tests.fixtures.clips import (
    ROTATIONS,
    Coding,
    draw_frame,
    set_rotation,
    write_clip,
    write_clip_with_sound,
)

TIMES_S = [i / 30 for i in range(5)]
RED, BLUE = (220, 0, 0), (0, 0, 180)


def compute_difference(rgb: npt.NDArray[np.uint8], expected: npt.NDArray[np.uint8]) -> float:
    """Mean difference of all values; lossy colour at half resolution costs up to 12 in so small a picture."""
    return float(np.abs(rgb.astype(float) - expected).mean())


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", ROTATIONS)
def test_pictures_stand_upright_and_left_stays_left(tmp_path: Path, rotation: int, mirrored: bool) -> None:
    clip = write_clip(tmp_path / "turned.mp4", TIMES_S)
    set_rotation(clip, rotation, mirrored=mirrored)
    upright = np.rot90(draw_frame(0), k=-rotation // 90)
    info, frame = probe(clip), next(read_frames(clip))
    assert info.rotation_deg == rotation
    assert (info.height, info.width) == frame.rgb.shape[:2] == upright.shape[:2]
    assert compute_difference(frame.rgb, upright) < 12
    assert compute_difference(frame.rgb, upright[:, ::-1]) > 40
    assert frame.rgb.flags.c_contiguous


@pytest.mark.parametrize("size", [(321, 241), (63, 48), (64, 47), (130, 98)])
def test_odd_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    coding = Coding(pix_fmt="yuv444p", size=size)
    clip = write_clip(tmp_path / "odd.mp4", TIMES_S, coding=coding)
    info, frame = probe(clip), next(read_frames(clip))
    assert (info.width, info.height) == size
    assert frame.rgb.shape == (size[1], size[0], 3)
    assert frame.rgb.flags.c_contiguous
    assert compute_difference(frame.rgb, draw_frame(0, *size)) < 4


@pytest.mark.parametrize(
    ("matrix", "colorspace", "full_range"),
    [("smpte170m", 6, False), ("bt709", 1, False), ("bt709", 1, True), ("bt470bg", 5, True), ("bt2020nc", 9, False)],
)
def test_colours_follow_the_tags(tmp_path: Path, matrix: str, colorspace: int, full_range: bool) -> None:
    params = f"colormatrix={matrix}:fullrange={'on' if full_range else 'off'}"
    options = {"qp": "1", "x264-params": params}
    coding = Coding(pix_fmt="yuv444p", options=options, colorspace=colorspace, full_range=full_range)
    frame = next(read_frames(write_clip(tmp_path / "tagged.mp4", TIMES_S, coding=coding)))
    assert frame.rgb[10, 10] == pytest.approx(RED, abs=4)
    assert frame.rgb[10, 50] == pytest.approx(BLUE, abs=4)


@pytest.mark.parametrize(("size", "colorspace"), [((64, 48), 5), ((1280, 720), 1), ((720, 1280), 1)])
def test_untagged_colours_are_taken_as_players_take_them(
    tmp_path: Path, size: tuple[int, int], colorspace: int
) -> None:
    coding = Coding(size=size, colorspace=colorspace, options={"preset": "ultrafast", "qp": "4"})
    frame = next(read_frames(write_clip(tmp_path / "plain.mp4", [0.0, 0.1], coding=coding)))
    assert frame.rgb[size[1] // 4, size[0] // 4] == pytest.approx(RED, abs=4)
    assert frame.rgb[size[1] // 4, size[0] * 3 // 4] == pytest.approx(BLUE, abs=4)


def test_pixels_are_made_square(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "wide.mp4", TIMES_S, coding=Coding(options={"x264-params": "sar=4/3"}))
    info, frame = probe(clip), next(read_frames(clip))
    assert (info.width, info.height) == (85, 48)
    assert frame.rgb.shape == (48, 85, 3)


def test_frames_of_another_size_are_scaled_to_the_first_ones(tmp_path: Path) -> None:
    parts = [
        write_clip(tmp_path / f"{width}.ts", [start + i / 30 for i in range(10)], coding=Coding(size=(width, height)))
        for width, height, start in ((64, 48, 1.0), (96, 72, 2.0))
    ]
    clip = tmp_path / "joined.ts"
    clip.write_bytes(b"".join(part.read_bytes() for part in parts))
    frames = list(read_frames(clip))
    assert len(frames) == 20
    assert {frame.rgb.shape for frame in frames} == {(48, 64, 3)}
    assert compute_difference(frames[-1].rgb, draw_frame(0)) < 25


def test_a_still_cover_beside_the_picture_is_not_read(tmp_path: Path) -> None:
    clip = write_clip_with_sound(tmp_path / "covered.mp4", TIMES_S, 0.5, with_cover=True)
    info, frames = probe(clip), list(read_frames(clip))
    assert info.codec == "h264"
    assert len(frames) == info.frames == len(TIMES_S)
    assert compute_difference(frames[0].rgb, draw_frame(0)) < 12
