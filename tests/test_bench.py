"""`bench`: what is measured, how it becomes rows and goals, and the clips made for it."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from runform import bench, bench_memory, cli_bench
from runform.bench import run_bench
from runform.bench_lifting import LiftingTime
from runform.bench_memory import Peak, compare_peaks, measure_peak, repeat_clip
from runform.bench_pose import PoseRun, run_pose_stage, time_default
from runform.demo.render import write_demo
from runform.errors import BackendUnavailableError, VideoError, WeightsError
from runform.pose import rtmpose_speed
from runform.pose.blazepose import BlazePose
from runform.progress import Progress
from runform.settings import Settings
from runform.video.read import probe, read_frames
from tests.fixtures.clips import Coding, write_clip
from tests.pose.synthetic import make_runner, make_sequence, make_times


@pytest.fixture(scope="module")
def runner_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of the virtual runner."""
    clip = tmp_path_factory.mktemp("bench") / "runner.mp4"
    write_demo(clip, seconds=2.0, width=360, height=640)
    return clip


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """Stand-ins for everything that is timed, with known answers; gives the order in which they were called."""
    calls: dict[str, list[Any]] = {"order": [], "lengths": []}
    default, people, follow = (itertools.cycle(s) for s in ((10.0, 90.0, 12.0), (1.0, 3.0, 2.0), (5.0, 4.0, 60.0)))
    raw = make_sequence(make_runner(make_times(5)), make_times(5))

    def time_default(path: Path) -> float:
        calls["order"].append("default")
        return next(default)

    def run_ours(path: Path, clip: object, estimator: object) -> PoseRun:
        calls["order"].append("ours")
        return PoseRun(next(people), next(follow), raw)

    def peaks(path: Path, stage: str, lengths_s: tuple[float, float], progress: Progress) -> list[Peak]:
        calls["lengths"].append(lengths_s)
        return [Peak(500.0, 180, 170), Peak(550.0 if stage == "pose stage" else 900.0, 1800, 1700)]

    monkeypatch.setattr(bench, "time_default", time_default)
    monkeypatch.setattr(bench, "run_pose_stage", run_ours)
    monkeypatch.setattr(bench, "compare_peaks", peaks)
    monkeypatch.setattr(bench, "compare_lifting", lambda keypoints, settings, repeats: LIFTING)
    monkeypatch.setattr(rtmpose_speed, "compare_rtmpose_engines", lambda weights, repeats: ENGINES)
    return calls


ENGINES = [
    {"engine": "eager", "batch": 1, "ms_per_crop": 40.0, "ratio": 1.0, "used": False},
    {"engine": "eager", "batch": 8, "ms_per_crop": 30.0, "ratio": 0.75, "used": False},
    {"engine": "OpenVINO", "batch": 1, "ms_per_crop": 24.0, "ratio": 0.6, "used": True},
    {"engine": "OpenVINO", "batch": 8, "ms_per_crop": 12.0, "ratio": 0.3, "used": True},
]


LIFTING = [
    LiftingTime("torch fp32 on cpu", 42.0, engine=True),
    LiftingTime("OpenVINO f32", 14.0, engine=True, used=True),
    LiftingTime("- the feet", 7.0),
    LiftingTime("lifting and embedding, all in", 28.0),
]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", [i / 30 for i in range(50)])


def test_medians_ratios_and_goals(measured: dict[str, list[Any]], clip: Path, tmp_path: Path) -> None:
    result = run_bench(clip, Settings(), repeats=3)
    assert measured["order"] == ["default", "ours"] * 3
    rows = {row["what"]: row for row in result["rows"]}
    default, ours = rows["mp.solutions.pose, plain loop"], rows["pose stage with BlazePose"]
    assert (default["value"], default["ratio"]) == pytest.approx((12_000 / 50, 1.0))
    assert (ours["value"], ours["ratio"]) == pytest.approx((7_000 / 50, 7 / 12))
    assert rows["- people and camera"]["value"] == pytest.approx(2_000 / 50)
    assert rows["- the runner's keypoints"]["value"] == pytest.approx(5_000 / 50)
    assert "2 workers" in ours["threads"]
    assert all(row["cpus"] >= 1 for row in result["rows"])
    goals = {goal["name"].split(",")[0]: goal for goal in result["goals"]}
    assert goals["pose stage over a plain loop of mp.solutions.pose"]["value"] == pytest.approx(7 / 12)
    assert goals["RTMPose-M on the CPU over eager torch at batch 1"]["value"] == 0.3
    eager, used = (rows[f"lifting and embedding, {t.what}"] for t in LIFTING if t.engine)
    assert (eager["value"], eager["ratio"], eager["threads"]) == (42.0, pytest.approx(42 / 140), "")
    assert (used["value"], used["ratio"], used["threads"]) == (14.0, pytest.approx(14 / 140), "used, the fastest")
    assert rows["- the feet"]["ratio"] == pytest.approx(7 / 140)
    assert goals["lifting and embedding over the pose stage"]["value"] == pytest.approx(28 / 140)
    assert [(goal["goal"], goal["met"]) for goal in result["goals"]] == [
        (0.8, True),
        (0.5, True),
        (0.25, True),
        (1.2, True),
        (1.2, False),
    ]
    assert goals["peak memory of the pose stage"]["value"] == pytest.approx(1.1)
    assert goals["peak memory of the whole analysis"]["value"] == pytest.approx(1.8)


@pytest.mark.parametrize(("long_clips", "lengths"), [(False, (6.0, 60.0)), (True, (60.0, 600.0))])
def test_the_lengths_compared_are_named(
    measured: dict[str, list[Any]], clip: Path, long_clips: bool, lengths: tuple[float, float]
) -> None:
    result = run_bench(clip, Settings(), repeats=1, long_clips=long_clips)
    assert measured["lengths"] == [lengths, lengths]
    assert sum(f"{lengths[1]:g} s clip over {lengths[0]:g} s" in goal["name"] for goal in result["goals"]) == 2


def test_without_mmpose_the_goal_is_not_met_and_the_row_says_why(
    measured: dict[str, list[Any]], clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(weights: Path | None, repeats: int) -> list[dict[str, Any]]:
        raise BackendUnavailableError("mmpose is not installed.", "Install it.")

    monkeypatch.setattr(rtmpose_speed, "compare_rtmpose_engines", refuse)
    result = run_bench(clip, Settings(), repeats=1)
    (goal,) = [goal for goal in result["goals"] if "RTMPose" in goal["name"]]
    assert (goal["value"], goal["met"]) == (None, False)
    (row,) = [row for row in result["rows"] if "RTMPose" in row["what"]]
    assert "mmpose is not installed" in row["what"]
    json.dumps(result, allow_nan=False)


def test_without_weights_the_goal_of_lifting_is_not_met_and_the_row_says_why(
    measured: dict[str, list[Any]], clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> list[LiftingTime]:
        raise WeightsError("The weights are not there.", "Fetch them.")

    monkeypatch.setattr(bench, "compare_lifting", refuse)
    result = run_bench(clip, Settings(), repeats=1)
    (goal,) = [goal for goal in result["goals"] if goal["name"].startswith("lifting")]
    assert (goal["value"], goal["met"]) == (None, False)
    (row,) = [row for row in result["rows"] if row["what"].startswith("lifting")]
    assert "The weights are not there" in row["what"]
    json.dumps(result, allow_nan=False)


def test_memory_that_cannot_be_read_is_no_goal_met(
    measured: dict[str, list[Any]], clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "compare_peaks", lambda *_: [Peak(None, 180, 170), Peak(None, 1800, 1700)])
    result = run_bench(clip, Settings(), repeats=1)
    assert [(g["value"], g["met"]) for g in result["goals"] if "memory" in g["name"]] == [(None, False)] * 2
    json.dumps(result, allow_nan=False)


def test_no_clip(tmp_path: Path) -> None:
    with pytest.raises(VideoError):
        run_bench(tmp_path / "missing.mp4", Settings(), repeats=1)


def test_command_line(measured: dict[str, list[Any]], clip: Path, tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(cli_bench.bench_command)
    out = tmp_path / "bench.json"
    ran = CliRunner().invoke(app, [str(clip), "--json", str(out), "--repeats", "1"])
    assert ran.exit_code == 0, ran.output
    assert "pose stage with BlazePose" in ran.stdout
    result = json.loads(out.read_text())
    assert set(result) == {"rows", "goals"}
    assert all(set(goal) == {"name", "value", "unit", "goal", "met"} for goal in result["goals"])
    assert measured["lengths"][0] == (6.0, 60.0)


@pytest.mark.parametrize("b_frames", ["0", "2"])
def test_a_repeated_clip_goes_on_at_its_rate(tmp_path: Path, b_frames: str) -> None:
    source = write_clip(
        tmp_path / "source.mp4", [i / 30 for i in range(20)], coding=Coding(options={"bf": b_frames})
    )  # fmt: skip
    target = tmp_path / "long.mkv"
    repeat_clip(source, target, 2.5)
    frames = list(read_frames(target))
    assert len(frames) == 75
    np.testing.assert_allclose([f.time_s for f in frames], np.arange(75) / 30, atol=2e-3)
    once = [frame.rgb for frame in read_frames(source)]
    for at in (0, 7, 19):
        np.testing.assert_array_equal(frames[at].rgb, once[at])
        np.testing.assert_array_equal(frames[at + 40].rgb, once[at])
    assert probe(target).frames == 75


def test_a_shorter_length_cuts_the_clip(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "source.mp4", [i / 30 for i in range(60)])
    repeat_clip(source, tmp_path / "short.mkv", 0.5)
    assert len(list(read_frames(tmp_path / "short.mkv"))) == 15


def test_the_pose_stage_and_the_default_are_timed_over_the_same_clip(runner_clip: Path) -> None:
    run = run_pose_stage(runner_clip, probe(runner_clip), BlazePose())
    assert len(run.raw) == 60
    assert run.raw.found.mean() > 0.9
    assert min(run.people_s, run.follow_s, time_default(runner_clip)) > 0


def test_peak_memory_of_this_process(runner_clip: Path) -> None:
    peak = measure_peak(runner_clip, "pose stage")
    assert (peak.frames, peak.found > 50) == (60, True)
    assert peak.megabytes is not None
    assert 200 < peak.megabytes < 20_000


def test_a_system_without_proc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runner_clip: Path) -> None:
    monkeypatch.setattr(bench_memory, "_STATUS", tmp_path / "none")
    assert measure_peak(runner_clip, "pose stage").megabytes is None


@pytest.mark.slow
def test_each_length_has_a_process_of_its_own(runner_clip: Path) -> None:
    """What this process holds does not count; the longer clip has more frames, and not much more memory."""
    ballast = np.ones(400_000_000, dtype=np.uint8)
    told: list[float] = []
    progress = Progress(lambda _, fraction: told.append(fraction))
    short, long = compare_peaks(runner_clip, "pose stage", (1.0, 4.0), progress)
    assert (short.frames, long.frames) == (30, 120)
    assert short.megabytes is not None
    assert long.megabytes is not None
    own = measure_peak(runner_clip, "pose stage").megabytes
    assert own is not None
    assert max(short.megabytes, long.megabytes) < own - 200
    assert long.megabytes < 1.5 * short.megabytes
    assert told == [0.5, 1.0]
    assert ballast[-1] == 1
