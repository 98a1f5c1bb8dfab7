"""One runner is followed through the clip: past others, out of sight and back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.errors import AnalysisCancelled, RunnerNotFoundError, VideoError
from runform.pose.track import track_runner
from runform.progress import Progress
from runform.results import AnalysisOptions, PoseRecord
from runform.sequences import KeypointSequence
from tests.pose.synthetic import PaintedEstimator, make_clip, paint

Boxes = list[list[tuple[int, int, int, int] | None]]
RUNNER_Y, RUNNER_W, RUNNER_H = 60, 30, 90


def track(people: Boxes, options: AnalysisOptions | None = None) -> tuple[KeypointSequence, PoseRecord]:
    return track_runner(
        paint(people), PaintedEstimator(), make_clip(len(people), 320, 180), options or AnalysisOptions()
    )


def runner_at(x: int) -> tuple[int, int, int, int]:
    return x, RUNNER_Y, RUNNER_W, RUNNER_H


def test_a_runner_who_crosses_the_picture() -> None:
    keypoints, record = track([[runner_at(5 + 9 * i)] for i in range(30)])
    assert record.frames_found == 30
    np.testing.assert_allclose(keypoints.xy("nose")[:, 0], 5 + 9 * np.arange(30))
    assert (record.backend, record.runner) == ("painted", 0)


def test_someone_taller_does_not_take_over() -> None:
    people: Boxes = [[runner_at(20 + 4 * i), (250, 40, 40, 130) if i > 5 else None] for i in range(30)]
    keypoints, _ = track(people)
    np.testing.assert_allclose(keypoints.xy("nose")[:, 0], 20 + 4 * np.arange(30))


def test_found_again_after_being_hidden() -> None:
    people: Boxes = [[None if 10 <= i < 16 else runner_at(20 + 5 * i)] for i in range(40)]
    keypoints, record = track(people)
    assert record.frames_found == 34
    assert np.flatnonzero(~keypoints.found).tolist() == list(range(10, 16))
    assert (keypoints.confidence[10:16] == 0).all()


def test_times_are_real_times() -> None:
    keypoints, _ = track([[runner_at(50)]] * 10, AnalysisOptions(time_scale=8.0))
    np.testing.assert_allclose(keypoints.time_s, np.arange(10) / 30 / 8)


def test_the_box_chooses() -> None:
    people: Boxes = [[runner_at(20), (200, 80, 20, 60)]] * 10
    keypoints, _ = track(people, AnalysisOptions(box=(195, 70, 40, 80)))
    np.testing.assert_allclose(keypoints.xy("nose")[:, 0], 200)


@pytest.mark.parametrize(("runner", "x"), [(0, 20), (1, 200)])
def test_the_number_chooses_tallest_first(runner: int, x: int) -> None:
    people: Boxes = [[(200, 80, 20, 60), runner_at(20)]] * 10
    keypoints, record = track(people, AnalysisOptions(runner=runner))
    assert record.runner == runner
    np.testing.assert_allclose(keypoints.xy("nose")[:, 0], x)


def test_the_number_may_come_into_view_later() -> None:
    people: Boxes = [[runner_at(20), (200, 80, 20, 60) if i > 4 else None] for i in range(20)]
    keypoints, record = track(people, AnalysisOptions(runner=1))
    assert record.frames_found == 15
    np.testing.assert_allclose(keypoints.xy("nose")[5:, 0], 200)


def test_a_number_that_is_not_there() -> None:
    with pytest.raises(RunnerNotFoundError, match=r"Runner 4 was asked for, and 2 people were found") as refusal:
        track([[runner_at(20), (200, 80, 20, 60)]] * 60, AnalysisOptions(runner=4))
    assert refusal.value.exit_code == 2


def test_nobody() -> None:
    with pytest.raises(RunnerNotFoundError, match=r"found in 0 of 30 frames") as refusal:
        track([[None]] * 30)
    assert "side" in refusal.value.remedy


def test_a_shadow_of_two_frames_is_not_a_runner() -> None:
    people: Boxes = [[runner_at(50) if i < 20 or i in (30, 31) else None] for i in range(50)]
    keypoints, record = track(people)
    assert record.frames_found == 20
    assert not keypoints.found[20:].any()


def test_one_frame() -> None:
    with pytest.raises(VideoError, match="single frame"):
        track([[runner_at(50)]])


def test_the_session_is_closed_whatever_happens() -> None:
    estimator = PaintedEstimator()
    track_runner(paint([[runner_at(50)]] * 6), estimator, make_clip(6), AnalysisOptions())
    with pytest.raises(RunnerNotFoundError):
        track_runner(paint([[None]] * 6), estimator, make_clip(6), AnalysisOptions())
    assert estimator.open_sessions == 0


def test_progress_and_cancel() -> None:
    told: list[float] = []
    track_runner(
        paint([[runner_at(50)]] * 6),
        PaintedEstimator(),
        make_clip(6),
        AnalysisOptions(),
        Progress(lambda _, fraction: told.append(fraction)),
    )
    np.testing.assert_allclose(told, np.arange(1, 7) / 6)

    def stop(_: str, __: float) -> None:
        raise AnalysisCancelled("The analysis was cancelled.")

    with pytest.raises(AnalysisCancelled):
        track_runner(paint([[runner_at(50)]] * 6), PaintedEstimator(), make_clip(6), AnalysisOptions(), Progress(stop))


def test_note_of_the_backend_reaches_the_record() -> None:
    estimator = PaintedEstimator()
    estimator.info = dataclasses.replace(estimator.info, note="BlazePose was used.")
    _, record = track_runner(paint([[runner_at(50)]] * 6), estimator, make_clip(6), AnalysisOptions())
    assert record.note == "BlazePose was used."
