"""Slow motion is read where the container says so, and only where its timestamps bear it out."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import pytest

from runform.video.read import probe, read_frames
from runform.video.slow_motion import compute_time_scale, read_capture_rate
from tests.fixtures.clips import remux, write_clip

CAPTURE_KEY = "com.android.capture.fps"
APPLE_KEY = "com.apple.quicktime.full-frame-rate-playback-intent"


def write_tagged(folder: Path, played_rate: float, key: str, value: str) -> Path:
    plain = write_clip(folder / "plain.mp4", [i / played_rate for i in range(40)])
    return remux(plain, folder / "tagged.mp4", metadata={key: value})


def make_float_tag(path: Path, text: str) -> None:
    """Turn a tag of four letters into the 32-bit float that Android writes."""
    content = path.read_bytes()
    written = b"data" + struct.pack(">II", 1, 0) + text.encode()
    assert content.count(written) == 1
    path.write_bytes(content.replace(written, b"data" + struct.pack(">IIf", 23, 0, float(text))))


@pytest.mark.parametrize(
    ("played", "tag", "factor"),
    [(30, "240.", 8), (30, "120.", 4), (29.97, "240.", 8), (30.045, "120.", 4), (24, "120.", 5), (60, "240.", 4)],
)
@pytest.mark.parametrize("as_float", [False, True])
def test_android_capture_rate(tmp_path: Path, played: float, tag: str, factor: float, as_float: bool) -> None:
    clip = write_tagged(tmp_path, played, CAPTURE_KEY, tag)
    if as_float:
        make_float_tag(clip, tag)
    info = probe(clip)
    assert (info.time_scale, info.time_scale_source) == (factor, "container")
    assert info.frame_rate == pytest.approx(played, rel=0.001)  # as played
    assert info.duration_s == pytest.approx(40 / played, abs=0.002)
    assert [frame.time_s for frame in read_frames(clip)][-1] == pytest.approx(39 / played, abs=0.001)


@pytest.mark.parametrize(
    ("played", "key", "tag"),
    [
        (240, CAPTURE_KEY, "240."),  # plays at life's speed already
        (239.98, CAPTURE_KEY, "240."),
        (30, CAPTURE_KEY, "30.0"),
        (24, CAPTURE_KEY, "30.0"),
        (15, CAPTURE_KEY, "30.0"),  # dim light
        (30, CAPTURE_KEY, "60.0"),
        (30, CAPTURE_KEY, "1.00"),  # time lapse
        (30, CAPTURE_KEY, "fast"),
        (30, CAPTURE_KEY, "nan."),
        (30, CAPTURE_KEY, "-240"),
        (240, APPLE_KEY, "0"),
        (30, APPLE_KEY, "0"),
        (30, "some.other.key", "240."),
    ],
)
def test_tags_that_mean_no_slow_motion(tmp_path: Path, played: float, key: str, tag: str) -> None:
    info = probe(write_tagged(tmp_path, played, key, tag))
    assert (info.time_scale, info.time_scale_source) == (1.0, "assumed")


def test_a_clip_without_tags_is_assumed_to_play_at_lifes_speed(clips_dir: Path) -> None:
    info = probe(clips_dir / "sprint_start_170fps.mp4")
    assert (info.time_scale, info.time_scale_source) == (1.0, "assumed")


@pytest.mark.parametrize(
    ("capture", "played", "expected"),
    [
        (240, 30, 8),
        (240, 31, None),  # 7.74 is no ratio that anything plays at
        (240, 29.2, 8),
        (240, 25, 9.6),
        (120, 25, 4.8),
        (100, 25, 4),
        (960, 30, 32),
        (240, 17.3, 14),
        (170, 17, 10),
        (120, 30 * 1.02, 4),
        (120, 80, None),
        (60, 30, None),
        (None, 30, None),
        (30, 240, None),
    ],
)
def test_time_scale_from_two_rates(capture: float | None, played: float, expected: float | None) -> None:
    assert compute_time_scale(capture, played) == (None if expected is None else pytest.approx(expected))


def test_capture_rate_from_the_first_place_that_holds_one() -> None:
    assert read_capture_rate({}, {"Com.Android.Capture.FPS": "120.000000"}) == 120
    assert read_capture_rate({CAPTURE_KEY: "?"}, {CAPTURE_KEY: "60"}) == 60
    assert read_capture_rate({CAPTURE_KEY: str(math.inf)}) is None
    assert read_capture_rate() is None
