"""The command line: bad input, its one line and its exit code."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.cli import main, summarise, write_3d_files
from runform.progress import Progress
from runform.results import Metric
from runform.video.read import read_frames
from runform.video.write import VideoWriter
from tests.fixtures.analyses import HEIGHT, WIDTH, make_analysis
from tests.fixtures.clips import BAD_CLIPS, write_bad_clip

RunCli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> RunCli:
    """Run the command line in this process; gives (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["runform", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize("name", BAD_CLIPS)
def test_a_file_that_is_no_clip_exits_with_2_and_one_line(run: RunCli, tmp_path: Path, name: str) -> None:
    clip = write_bad_clip(tmp_path, name)
    result = tmp_path / "out.json"

    code, _, err = run("analyze", clip, "--json", result)

    assert code == 2
    assert BAD_CLIPS[name][1] in err
    assert err.startswith("runform: ")
    assert err.strip().count("\n") == 0
    assert not result.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--box", "1,2,3"), "four numbers"),
        (("--box", "1,2,0,4"), "empty"),
        (("--save",), "--athlete"),
        (("--json", "/no/such/folder/out.json"), "does not exist"),
        (("--time-scale", "0"), "time scale"),
        (("--height-cm", "17"), "height"),
    ],
)
def test_a_wrong_option_exits_with_2_and_says_which(
    run: RunCli, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run("analyze", write_bad_clip(tmp_path, "text.mp4"), *arguments)

    assert code == 2
    assert said in err


def test_the_files_in_3d_are_a_video_and_the_joints(tmp_path: Path) -> None:
    analysis = make_analysis(seconds=0.2)
    clip = tmp_path / "grey.mp4"
    with VideoWriter(clip, WIDTH, HEIGHT) as writer:
        for time_s in analysis.keypoints.time_s:
            writer.write(np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8), float(time_s))
    told: list[str] = []

    notes = write_3d_files(analysis, clip, tmp_path, Progress(lambda stage, _: told.append(stage)))

    assert notes == []
    assert sum(1 for _ in read_frames(tmp_path / "side_by_side.mp4")) == len(analysis.keypoints)
    assert (tmp_path / "joints.csv").read_text().startswith("time_s,joint,x_m,y_m,z_m\n")
    with np.load(tmp_path / "joints.npz") as file:
        assert file["xyz"].shape == (len(analysis.keypoints), 17, 3)
    assert set(told) == {"Drawing the video side by side"}


def test_a_clip_without_3d_says_so_and_writes_none_of_its_files(tmp_path: Path) -> None:
    notes = write_3d_files(make_analysis(refused=True), tmp_path / "never_read.mp4", tmp_path, Progress())

    assert notes == ["No 3D files: in no frame was enough of the runner seen to lift."]
    assert list(tmp_path.iterdir()) == []


def test_models_list_names_each_of_the_manifest(run: RunCli) -> None:
    code, out, _ = run("models", "list")

    assert code == 0
    assert "rtmpose" in out


def test_evaluate_contacts_prints_a_table_and_writes_rows_and_goals(
    run: RunCli, mocap_dir: Path, tmp_path: Path
) -> None:
    result = tmp_path / "contacts.json"

    code, out, _ = run("evaluate", "contacts", "--data", mocap_dir, "--json", result)

    assert code == 0
    assert "hamner04 3 m/s" in out
    assert set(json.loads(result.read_text())) == {"rows", "overground_rows", "goals"}


def test_help_needs_no_model(run: RunCli) -> None:
    code, out, _ = run("--help")

    assert code == 0
    assert "analyze" in out


def test_the_summary_says_what_was_measured_and_what_was_withheld_for_what() -> None:
    analysis = make_analysis()
    withheld = Metric("trunk_lean", math.nan, "deg", math.nan, 0, withheld_by=("side_view",))
    stated = Metric("speed", 3.0, "m/s", 0.09, 0)
    gait = replace(analysis.gait, metrics=analysis.gait.metrics | {"trunk_lean": withheld, "speed": stated})
    lines = summarise(replace(analysis, gait=gait))

    assert "  cadence: 170 ± 0.8 steps/min (n = 12)" in lines
    assert "  step time: 0.353 ± 0.004 s (left 0.351, right 0.355, n = 12)" in lines
    assert "  speed: 3 ± 0.09 m/s" in lines
    assert "  withheld (side_view): trunk lean" in lines
    assert not any(line.startswith("  trunk lean:") for line in lines)


def test_evaluate_overstride_says_what_is_wrong_with_the_table(run: RunCli, tmp_path: Path) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("clip,label\na.mp4,optimal\n", encoding="utf-8")

    code, _, err = run("evaluate", "overstride", "--labels", table)

    assert code == 2
    assert "labels.csv has no column runner. The first line must be clip,label,runner." in err


def test_evaluate_overstride_needs_both_labels(run: RunCli, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"a clip in name only")
    table = tmp_path / "labels.csv"
    table.write_text("clip,label,runner\na.mp4,optimal,Ann\n", encoding="utf-8")

    code, _, err = run("evaluate", "overstride", "--labels", table)

    assert code == 2
    assert "same label" in err
