"""`python -m runform label ...`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runform.cli import main
from runform.training.pose_evaluation import LABELS_DIR

CLIP = "sprint_across_frame.mp4"


def call(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["runform", "label", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_sheets_are_written_for_a_region(
    clips_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("sheets", clips_dir / CLIP, "--every", 20, "--region", "0,150,200,200", "--out", tmp_path)

    assert call(monkeypatch, *arguments) == 0
    assert len(list(tmp_path.glob("*.png"))) == 3
    assert "3 sheets" in capsys.readouterr().out


@pytest.mark.parametrize("region", ["1,2,3", "1,2,0,4", "a,b,c,d"])
def test_a_region_that_is_none_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], region: str
) -> None:
    clip = tmp_path / CLIP
    clip.touch()

    assert call(monkeypatch, "sheets", clip, "--region", region, "--out", tmp_path) == 2
    assert region in capsys.readouterr().err


def test_the_projects_own_labels_pass_the_check(
    clips_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [path for path in sorted(LABELS_DIR.glob("*.csv")) if not path.stem.endswith("_visible")]

    assert call(monkeypatch, "check", *files, "--data", clips_dir) == 0
    assert "180 labels in 18 frames" in capsys.readouterr().out


def test_a_label_out_of_the_picture_fails_the_check(
    clips_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text((LABELS_DIR / "sprint_across.csv").read_text().replace("29.0,221.0", "29.0,921.0"))

    assert call(monkeypatch, "check", wrong, "--data", clips_dir) == 2
    out, err = capsys.readouterr()
    assert "wrong.csv: sprint_across_frame.mp4, frame 0, right_hip: (29, 921)" in out
    assert "Faults in the labels: 1." in err
