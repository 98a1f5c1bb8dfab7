"""The gait report of known motions: numbers where they may be believed, refusals where not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait.report import analyse_gait
from runform.results import AnalysisOptions, GaitReport
from runform.sequences import ClipInfo, KeypointSequence
from tests.fixtures.motions import make_known_run


def _report(keypoints: KeypointSequence, options: AnalysisOptions | None = None, **clip: float) -> GaitReport:
    rate = float(1 / np.median(np.diff(keypoints.time_s)))
    info = ClipInfo("clip.mp4", 720, 1280, len(keypoints), float(keypoints.time_s[-1]), rate, 0, "h264")
    return analyse_gait(
        keypoints,
        clip=dataclasses.replace(info, **clip),  # type: ignore[arg-type]
        options=options or AnalysisOptions(),
    )


def _refused(report: GaitReport) -> set[str]:
    return {check.name for check in report.checks if check.status == "refuse"}


@pytest.mark.parametrize("cadence", [152.0, 170.3, 196.0])
@pytest.mark.parametrize("direction", [-1, 1])
def test_a_run_is_measured(cadence: float, direction: int) -> None:
    report = _report(make_known_run(cadence=cadence, direction=direction, noise_px=2.0, seconds=10).keypoints)

    assert not _refused(report)
    assert report.view == ("left" if direction < 0 else "right")
    assert report.motion == "in_place"
    measured = report.metrics["cadence"]
    assert measured.value == pytest.approx(cadence, abs=0.6)
    assert abs(measured.value - cadence) <= measured.plus_minus


def test_each_stated_half_width_holds_the_truth() -> None:
    metrics = _report(make_known_run(noise_px=2.0).keypoints).metrics
    stride_s = 120 / 170
    truth = {
        "step_time": stride_s / 2,
        "ground_contact_time": 0.38 * stride_s,
        "flight_time": 0.12 * stride_s,
        "duty_factor": 0.38,
        "ankle_ahead_at_contact": 0.28,
    }

    for name, expected in truth.items():
        assert abs(metrics[name].value - expected) <= metrics[name].plus_minus, name
        assert metrics[name].left == pytest.approx(metrics[name].right, abs=metrics[name].plus_minus)


def test_every_contact_has_its_geometry() -> None:
    report = _report(make_known_run().keypoints)

    assert [g.time_s for g in report.geometry] == [c.initial_contact_s for c in report.contacts]
    assert np.std([g.ankle_ahead for g in report.geometry]) < 0.02


def test_height_turns_the_oscillation_into_metres() -> None:
    keypoints = make_known_run(bounce=0.05).keypoints
    relative = _report(keypoints).metrics["vertical_oscillation"]
    metres = _report(keypoints, AnalysisOptions(height_cm=180)).metrics["vertical_oscillation"]

    assert relative.unit == "leg lengths"
    assert metres.unit == "m"
    assert metres.value == pytest.approx(relative.value * 0.491 * 1.80)


def test_walking_is_refused_and_its_numbers_withheld() -> None:
    walk = make_known_run(cadence=112, duty_factor=0.62, stance_speed=1.4, bounce=-0.02, noise_px=1.0)
    report = _report(walk.keypoints)

    assert "running" in _refused(report)
    assert report.contacts == ()
    assert all(np.isnan(metric.value) and metric.n == 0 for metric in report.metrics.values())


def test_hips_highest_at_midstance_are_walking_whatever_the_duty_factor() -> None:
    assert "running" in _refused(_report(make_known_run(bounce=-0.03).keypoints))


def test_slow_motion_not_stated_is_questioned_with_the_factor_that_fits() -> None:
    run = make_known_run(fps=240, seconds=4)
    k = run.keypoints
    report = _report(dataclasses.replace(k, time_s=k.time_s * 4))

    assert "plausible_cadence" in _refused(report)
    remedy = next(c.remedy for c in report.checks if c.name == "plausible_cadence")
    assert "factor of 4" in remedy


def test_few_contacts_refuse_the_verdict_and_keep_the_numbers() -> None:
    report = _report(make_known_run(seconds=2.4).keypoints)

    assert _refused(report) == {"enough_contacts"}
    assert np.isfinite(report.metrics["cadence"].value)


def test_low_frame_rate_refuses() -> None:
    assert "frame_rate" in _refused(_report(make_known_run(fps=15).keypoints))


def test_slow_motion_stated_counts_as_frames_of_running() -> None:
    keypoints = make_known_run(fps=120).keypoints
    rate = next(c for c in _report(keypoints, time_scale=4.0, frame_rate=30.0).checks if c.name == "frame_rate")

    assert rate.status == "ok"
    assert rate.measured == pytest.approx(120)


def test_standing_is_not_running() -> None:
    k = make_known_run().keypoints
    still = np.repeat(k.xy_px[:1], len(k), axis=0) + np.random.default_rng(0).normal(0, 1, k.xy_px.shape)
    report = _report(dataclasses.replace(k, xy_px=still))

    assert "steady_stride" in _refused(report)
    assert "not running" in report.checks[0].message


def test_turning_round_is_refused() -> None:
    left, right = make_known_run(direction=-1).keypoints, make_known_run(direction=1).keypoints
    half = len(left) * 2 // 3
    xy = np.concatenate([left.xy_px[:half], right.xy_px[half:]])

    assert "one_direction" in _refused(_report(dataclasses.replace(left, xy_px=xy)))


def test_frontal_view_is_refused() -> None:
    k = make_known_run().keypoints
    xy = k.xy_px.copy()
    for name, shift in (("left_hip", 60), ("right_hip", -60), ("left_shoulder", 80), ("right_shoulder", -80)):
        xy[:, k.layout.index[name], 0] += shift
    report = _report(dataclasses.replace(k, xy_px=xy))

    assert report.view == "front_or_back"
    assert "side_view" in _refused(report)


def test_doubtful_legs_warn_and_unseen_legs_refuse() -> None:
    doubtful = _report(make_known_run(confidence=0.5).keypoints)
    unseen = _report(make_known_run(confidence=0.2).keypoints)

    assert next(c for c in doubtful.checks if c.name == "legs_visible").status == "warn"
    assert "legs_visible" in _refused(unseen)


def test_a_clip_without_a_person_gives_a_report() -> None:
    k = make_known_run(seconds=2).keypoints
    empty = dataclasses.replace(k, xy_px=np.full_like(k.xy_px, np.nan), confidence=np.zeros_like(k.confidence))
    report = _report(empty)

    assert {"steady_stride", "runner_found", "side_view"} <= _refused(report)


def test_every_refusal_has_a_remedy() -> None:
    walk = make_known_run(cadence=112, duty_factor=0.62, stance_speed=1.4, bounce=-0.02, fps=15, confidence=0.2)

    for check in _report(walk.keypoints).checks:
        assert check.message
        assert bool(check.remedy) == (check.status != "ok"), check.name
