from __future__ import annotations

from pathlib import Path

import pytest

from runform.errors import InputError
from runform.training.overstride_labels import read_labelled_clips


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).write_bytes(b"a clip in name only")
    return tmp_path


def write(folder: Path, *lines: str) -> Path:
    table = folder / "labels.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


def test_clips_are_found_beside_the_table_and_other_columns_left_alone(folder: Path) -> None:
    table = write(folder, "runner,clip,label,rater", "Ann,a.mp4,overstride,x", "Bea,b.mp4,optimal,y")
    clips = read_labelled_clips(table)
    assert [(clip.path.name, clip.label, clip.runner) for clip in clips] == [
        ("a.mp4", "overstride", "Ann"),
        ("b.mp4", "optimal", "Bea"),
    ]


def test_unsure_rows_are_left_out(folder: Path) -> None:
    table = write(folder, "clip,label,runner", "a.mp4,unsure,Ann", "b.mp4,optimal,Bea")
    assert [clip.path.name for clip in read_labelled_clips(table)] == ["b.mp4"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("clip,label", "a.mp4,optimal"), "no column runner"),
        (("clip,label,runner", "a.mp4,good,Ann"), "line 2: there is no label 'good'"),
        (("clip,label,runner", "c.mp4,optimal,Ann"), "line 2: there is no clip"),
        (("clip,label,runner", "a.mp4,optimal,"), "clip or runner is empty"),
        (("clip,label,runner", "a.mp4,optimal,Ann", "./a.mp4,overstride,Ann"), "named twice"),
        (("clip,label,runner",), "holds no labelled clip"),
        (("clip,label,runner", "a.mp4,unsure,Ann"), "holds no labelled clip"),
    ],
)
def test_bad_tables_are_refused_with_the_line(folder: Path, lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_labelled_clips(write(folder, *lines))
