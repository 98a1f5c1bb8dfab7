"""Clips are read by presentation timestamp, upright, and bad files are refused in one clear sentence."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from runform.errors import VideoError
from runform.progress import Progress
from runform.video.read import probe, read_frames
from tests.fixtures.clips import BAD_CLIPS, Coding, draw_frame, write_bad_clip, write_clip, write_sound

UNEVEN_S = [0.5, 0.533, 0.566, 0.62, 0.653, 0.686, 0.719, 0.9]


def test_times_are_presentation_timestamps_from_zero(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "uneven.mp4", UNEVEN_S)
    frames = list(read_frames(clip))
    assert [f.index for f in frames] == list(range(len(UNEVEN_S)))
    np.testing.assert_allclose([f.time_s for f in frames], np.array(UNEVEN_S) - UNEVEN_S[0], atol=1e-4)


def test_frame_rate_is_the_median_of_the_timestamps(tmp_path: Path) -> None:
    info = probe(write_clip(tmp_path / "uneven.mp4", UNEVEN_S))
    assert info.frames == len(UNEVEN_S)
    assert info.frame_rate == pytest.approx(1 / 0.033, rel=0.01)
    assert (info.width, info.height, info.rotation_deg, info.codec) == (64, 48, 0, "h264")


@pytest.mark.parametrize(
    ("name", "codec", "clock"),
    [
        ("a.mp4", "libx264", 90_000),
        ("a.mov", "libx264", 90_000),
        ("a.m4v", "libx264", 90_000),
        ("a.mkv", "libx264", 90_000),
        ("a.webm", "libvpx-vp9", 90_000),
        ("a.avi", "mpeg4", 30),  # frames of one length are all this container knows
    ],
)
def test_containers(tmp_path: Path, name: str, codec: str, clock: int) -> None:
    clip = write_clip(tmp_path / name, [i / 30 for i in range(30)], coding=Coding(codec, clock=clock))
    info = probe(clip)
    times = [f.time_s for f in read_frames(clip)]
    assert info.frames == len(times) == 30
    assert info.duration_s == pytest.approx(1.0, abs=0.002)
    assert info.frame_rate == pytest.approx(30.0, abs=0.05)
    np.testing.assert_allclose(times, np.arange(30) / 30, atol=0.001)


@pytest.mark.parametrize("name", BAD_CLIPS)
def test_bad_files_are_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    clip = write_bad_clip(tmp_path, name)
    with pytest.raises(VideoError, match=BAD_CLIPS[name][1]) as refusal:
        probe(clip)
    assert refusal.value.remedy
    assert refusal.value.exit_code == 2
    assert "\n" not in str(refusal.value)


def test_messages_differ_by_cause() -> None:
    assert len({words for _, words in BAD_CLIPS.values()}) == 8


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_clip(tmp_path / "secret.mp4", [0, 0.1])

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # file modes do not hold root back
    with pytest.raises(VideoError, match="may not be read"):
        probe(clip)


def test_cover_art_is_no_video(tmp_path: Path) -> None:
    song = write_sound(tmp_path / "song.mp3", codec="libmp3lame", with_cover=True)
    with av.open(str(song)) as container:
        assert len(container.streams.video) == 1
    with pytest.raises(VideoError, match="only sound"):
        next(read_frames(song))


def test_a_playlist_opens_no_other_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "other.mp4", [0, 0.1, 0.2])
    playlist = tmp_path / "playlist.mp4"
    playlist.write_text(f"ffconcat version 1.0\nfile '{clip}'\n")
    with pytest.raises(VideoError, match="not a video"):
        probe(playlist)


def test_damaged_middle_is_refused(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "holed.mkv", [i / 30 for i in range(120)])
    content = bytearray(clip.read_bytes())
    quarter = len(content) // 4
    content[quarter : 3 * quarter] = bytes(2 * quarter)
    clip.write_bytes(content)
    with pytest.raises(VideoError):
        probe(clip)


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "long.mp4", [i / 30 for i in range(300)])
    reader = read_frames(clip)
    for _ in range(60):
        next(reader)
    tracemalloc.start()
    for _ in range(240):
        next(reader, None)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 20 * draw_frame(0).nbytes  # the decoder's own queue, not 240 frames


def test_progress_follows_time(tmp_path: Path) -> None:
    told: list[float] = []
    clip = write_clip(tmp_path / "clip.mp4", [i / 30 for i in range(30)])
    list(read_frames(clip, progress=Progress(lambda _, fraction: told.append(fraction))))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(29 / 30, abs=0.01)


@pytest.mark.parametrize(
    ("name", "size", "frames", "rate"),
    [
        ("treadmill_side_portrait.mp4", (720, 1280), 360, 30.0),
        ("sprint_across_frame.mp4", (480, 352), 47, 29.97),
        ("two_people_sunflare_walk.mp4", (1768, 994), 230, 30.0),
        ("walk_past_wall.mp4", (1280, 720), 401, 30.0),
        ("sprint_start_170fps.mp4", (1280, 726), 321, 170.0),
    ],
)
def test_real_clips(clips_dir: Path, name: str, size: tuple[int, int], frames: int, rate: float) -> None:
    info = probe(clips_dir / name)
    assert (info.width, info.height) == size
    assert info.frames == frames
    assert info.frame_rate == pytest.approx(rate, abs=0.01)
