"""What is written plays in browsers, keeps its times and leaves no half file."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from runform.errors import RunFormError, ShapeError
from runform.video.read import probe, read_frames
from runform.video.write import VideoWriter
from tests.fixtures.clips import draw_frame

TIMES_S = [0.0, 0.033, 0.08, 0.1, 0.21]


def test_round_trip_keeps_times_and_pictures(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.mp4"
    with VideoWriter(path, 64, 48) as writer:
        for index, time_s in enumerate(TIMES_S):
            writer.write(draw_frame(index), time_s)
    frames = list(read_frames(path))
    np.testing.assert_allclose([f.time_s for f in frames], TIMES_S, atol=1 / 90_000)
    assert np.abs(frames[2].rgb.astype(float) - draw_frame(2)).mean() < 12
    assert [p.name for p in path.parent.iterdir()] == ["out.mp4"]


def test_browser_playable(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with VideoWriter(path, 64, 48) as writer:
        for index, time_s in enumerate(TIMES_S):
            writer.write(draw_frame(index), time_s)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_odd_sizes_are_padded_to_even(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    with VideoWriter(path, 63, 47) as writer:
        for index, time_s in enumerate(TIMES_S):
            writer.write(draw_frame(index, 63, 47), time_s)
    info = probe(path)
    assert (info.width, info.height) == (64, 48)


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    def stop_half_way() -> None:
        with VideoWriter(tmp_path / "out.mp4", 64, 48) as writer:
            writer.write(draw_frame(0), 0.0)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        stop_half_way()
    assert list(tmp_path.iterdir()) == []


def test_an_error_keeps_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")
    with pytest.raises(ShapeError), VideoWriter(path, 64, 48) as writer:
        writer.write(draw_frame(0, 32, 32), 0.0)
    assert path.read_bytes() == b"before"


def test_times_must_increase(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4", 64, 48) as writer:
        writer.write(draw_frame(0), 0.1)
        with pytest.raises(ShapeError, match="increase"):
            writer.write(draw_frame(1), 0.1)


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out.mp4.part").mkdir()
    with (
        pytest.raises(RunFormError, match=r"out\.mp4 could not be written") as refusal,
        VideoWriter(tmp_path / "out.mp4", 64, 48) as writer,
    ):
        writer.write(draw_frame(0), 0.0)
    assert refusal.value.remedy


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "runs").write_bytes(b"")
    with pytest.raises(RunFormError, match=r"out\.mp4 could not be written"):
        VideoWriter(tmp_path / "runs" / "out.mp4", 64, 48)
