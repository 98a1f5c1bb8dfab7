"""Times of frames through variable rates, edit lists, odd starts and clocks that stumble."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from av.packet import Packet

from runform.video.read import Frame, probe, read_frames
from tests.fixtures.clips import Coding, draw_frame, remux, set_edit, write_clip, write_clip_with_sound

CLOCK = 90_000
STEADY_S = [i / 30 for i in range(30)]
_RNG = np.random.default_rng(3)
VARIABLE_RATES: dict[str, npt.NDArray[np.float64]] = {
    "steady": np.arange(45) / 30,
    "dropped_frames": np.delete(np.arange(60) / 30, [3, 4, 17, 18, 19, 20, 41]),
    "24_to_60": np.concatenate([np.arange(24) / 24, 1 + np.arange(60) / 60]),
    "wandering": np.cumsum(_RNG.uniform(0.025, 0.045, 40)),
    "pause": np.concatenate([np.arange(20) / 30, 7.5 + np.arange(20) / 30]),
}


def name_frames(frames: list[Frame]) -> list[int]:
    """Which drawn frame each picture shows, by its likeness; the drawings repeat after 13."""
    drawn = [draw_frame(index).astype(float) for index in range(13)]
    return [int(np.argmin([np.abs(frame.rgb - picture).mean() for picture in drawn])) for frame in frames]


def assert_read_as(clip: Path, times_s: npt.NDArray[np.float64], *, atol: float, first: int = 0) -> None:
    """`probe` and `read_frames` agree with the truth, and each time has its own picture."""
    times_s = times_s - times_s[0]
    info, frames = probe(clip), list(read_frames(clip))
    assert info.frames == len(frames) == len(times_s)
    np.testing.assert_allclose([frame.time_s for frame in frames], times_s, atol=atol)
    assert info.duration_s == pytest.approx(times_s[-1] + 1 / info.frame_rate, abs=2 * atol)
    assert name_frames(frames) == [(first + index) % 13 for index in range(len(times_s))]


@pytest.mark.parametrize("kind", VARIABLE_RATES)
@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "ts"])
def test_variable_frame_rates(tmp_path: Path, kind: str, container: str) -> None:
    times_s = VARIABLE_RATES[kind]
    clip = write_clip(tmp_path / f"clip.{container}", list(times_s))
    assert_read_as(clip, times_s, atol=0.001 if container == "mkv" else 1 / CLOCK)


@pytest.mark.parametrize("kind", ["steady", "dropped_frames", "pause"])
@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
def test_pauses_in_avi_which_has_frames_of_one_length(tmp_path: Path, kind: str, codec: str) -> None:
    times_s = VARIABLE_RATES[kind]
    clip = write_clip(tmp_path / "clip.avi", list(times_s), coding=Coding(codec, clock=30))
    # Times are those of decoding: a gap among reordered frames shows a few frames beside its place.
    frames = list(read_frames(clip))
    assert len(frames) == probe(clip).frames == len(times_s)
    assert name_frames(frames) == [index % 13 for index in range(len(times_s))]
    assert frames[-1].time_s == pytest.approx(times_s[-1], abs=0.001)
    steps = np.diff([frame.time_s for frame in frames])
    np.testing.assert_allclose(np.sort(steps), np.sort(np.diff(times_s)), atol=0.001)


def test_the_usual_rate_of_a_clip_with_pauses(tmp_path: Path) -> None:
    for kind in ("steady", "dropped_frames", "pause"):
        info = probe(write_clip(tmp_path / f"{kind}.mkv", list(VARIABLE_RATES[kind])))
        assert info.frame_rate == pytest.approx(30, abs=0.05)


@pytest.mark.parametrize("start_s", [0.4, 5.0, 3600.0])
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_late_starts(tmp_path: Path, start_s: float, container: str) -> None:
    times_s = np.array(STEADY_S) + start_s
    assert_read_as(write_clip(tmp_path / f"late.{container}", list(times_s)), times_s, atol=0.001)


def test_frames_before_the_start_are_not_shown(tmp_path: Path) -> None:
    def shift(packet: Packet, _: int) -> None:
        assert packet.pts is not None
        assert packet.dts is not None
        packet.pts -= CLOCK // 2
        packet.dts -= CLOCK // 2

    clip = remux(write_clip(tmp_path / "clip.mp4", STEADY_S), tmp_path / "negative.mp4", retime=shift)
    assert_read_as(clip, np.array(STEADY_S[15:]), atol=1 / CLOCK, first=15)


@pytest.mark.parametrize(("skipped_s", "shown_s"), [(0.0, 1.0), (0.5, 1.0), (1.0, 2.0), (2.4, 0.4)])
def test_trimming_by_an_edit_list(tmp_path: Path, skipped_s: float, shown_s: float) -> None:
    times_s = np.arange(90) / 30
    clip = write_clip(tmp_path / "trimmed.mp4", list(times_s))
    set_edit(clip, skipped_s, shown_s)
    first, last = round(skipped_s * 30), round((skipped_s + shown_s) * 30)
    assert_read_as(clip, times_s[first:last], atol=1 / CLOCK, first=first)


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv"])
def test_sound_that_starts_earlier_and_lasts_longer(tmp_path: Path, container: str) -> None:
    times_s = np.arange(30) / 30 + 1.25
    clip = write_clip_with_sound(tmp_path / f"sound.{container}", list(times_s), 6.0)
    assert_read_as(clip, times_s, atol=0.001)


def test_no_timestamps_at_all(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", STEADY_S)
    bare = remux(clip, tmp_path / "bare.h264", bitstream_filter="h264_mp4toannexb")
    rate = 25  # what FFmpeg takes where nothing says
    assert_read_as(bare, np.arange(30) / rate, atol=1e-6)


def _repeat(packet: Packet, number: int) -> None:
    """Frames 10 and 20 take the time of the one before."""
    assert packet.pts is not None
    packet.dts = packet.pts - CLOCK
    if number in (10, 20):
        packet.pts -= 3000


def _step_back(packet: Packet, number: int) -> None:
    """Frame 12 is stamped two frames too early."""
    assert packet.pts is not None
    packet.dts = packet.pts - CLOCK
    if number == 12:
        packet.pts -= 2 * 3000 + 1000


@pytest.mark.parametrize(("retime", "lost"), [(_repeat, [10, 20]), (_step_back, [12])])
@pytest.mark.parametrize("container", ["mp4", "mkv", "ts"])
def test_stamps_that_do_not_increase(
    tmp_path: Path, retime: Callable[[Packet, int], None], lost: list[int], container: str
) -> None:
    source = write_clip(tmp_path / "clip.mp4", STEADY_S, coding=Coding(options={"bf": "0"}))
    annexb = "h264_mp4toannexb" if container == "ts" else None
    clip = remux(source, tmp_path / f"stumbling.{container}", retime=retime, bitstream_filter=annexb)
    frames = list(read_frames(clip))
    times_s = np.array([frame.time_s for frame in frames])
    assert np.all(np.diff(times_s) > 0)
    assert len(frames) >= 30 - len(lost)
    assert abs(probe(clip).frames - len(frames)) <= len(lost)
    ends = [frames[0], frames[5], frames[-1]]
    np.testing.assert_allclose([f.time_s for f in ends], [0, 5 / 30, 29 / 30], atol=0.001)


def test_joined_recordings_whose_clock_starts_anew(tmp_path: Path) -> None:
    part = write_clip(tmp_path / "part.ts", STEADY_S).read_bytes()
    clip = tmp_path / "joined.ts"
    clip.write_bytes(part + part)
    info, frames = probe(clip), list(read_frames(clip))
    times_s = np.array([frame.time_s for frame in frames])
    assert 57 <= len(frames) <= 60
    assert info.frames == len(frames)
    assert times_s[-1] == pytest.approx(59 / 30, abs=0.001)
    assert np.diff(times_s).max() <= 3.01 / 30
