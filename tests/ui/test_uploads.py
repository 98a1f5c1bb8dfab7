from __future__ import annotations

import io
from pathlib import Path

import pytest

from runform.errors import InputError, VideoError
from runform.settings import Settings
from runform.ui.uploads import sanitise_name, store_upload, uploads_dir
from tests.fixtures.clips import write_clip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", max_upload_mb=1)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("run 1.MP4", "run_1.MP4"),
        ("../../etc/passwd", "passwd"),
        (r"C:\clips\löp$.mov", "löp.mov"),
        (".mp4", "clip.mp4"),
        ("a" * 200 + ".webm", "a" * 80 + ".webm"),
        ("no suffix", "no_suffix"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert sanitise_name(name) == safe


def test_a_clip_is_written_whole_into_a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    content = write_clip(tmp_path / "a.mp4", [index / 30 for index in range(5)]).read_bytes()

    paths = [store_upload(io.BytesIO(content), "my run.mp4", len(content), settings) for _ in range(2)]

    assert paths[0] != paths[1]
    assert [path.name for path in paths] == ["my_run.mp4", "my_run.mp4"]
    assert [path.read_bytes() for path in paths] == [content, content]
    assert {path.parent.parent for path in paths} == {uploads_dir(settings)}


def test_what_is_no_video_leaves_nothing_behind(settings: Settings) -> None:
    with pytest.raises(VideoError):
        store_upload(io.BytesIO(b"words"), "words.mp4", 5, settings)

    assert list(uploads_dir(settings).iterdir()) == []


def test_too_large_a_clip_is_not_even_written(settings: Settings) -> None:
    with pytest.raises(InputError, match=r"larger than 1 MB"):
        store_upload(io.BytesIO(b""), "long.mp4", 1024 * 1024 + 1, settings)

    assert not uploads_dir(settings).exists()
