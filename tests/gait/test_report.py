"""The gait report of known motions: numbers where they may be believed, refusals where not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from runform.gait.report import analyse_gait
from runform.results import AnalysisOptions, GaitReport
from runform.sequences import CameraMotion, ClipInfo, FloatArray, KeypointSequence
from tests.fixtures.motions import LEG_PX, make_known_run
from tests.gait.moving_cameras import film_with


def _report(
    keypoints: KeypointSequence,
    options: AnalysisOptions | None = None,
    camera: CameraMotion | None = None,
    **clip: float,
) -> GaitReport:
    rate = float(1 / np.median(np.diff(keypoints.time_s)))
    info = ClipInfo("clip.mp4", 720, 1280, len(keypoints), float(keypoints.time_s[-1]), rate, 0, "h264")
    return analyse_gait(
        keypoints,
        clip=dataclasses.replace(info, **clip),  # type: ignore[arg-type]
        options=options or AnalysisOptions(),
        camera=camera,
    )


def _report_filmed(keypoints: KeypointSequence, moved_px: FloatArray) -> GaitReport:
    seen, camera = film_with(keypoints, moved_px)
    return _report(seen, camera=camera)


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
        apart = np.hypot(metrics[name].left_plus_minus, metrics[name].right_plus_minus)
        assert abs(metrics[name].left - metrics[name].right) <= apart


def test_speed_and_lengths_follow_from_the_standing_foot_and_the_height() -> None:
    run = make_known_run(noise_px=2.0, fps=60, stance_speed=2.6)
    relative, metres = _report(run.keypoints), _report(run.keypoints, AnalysisOptions(height_cm=180))

    assert relative.speed is not None
    assert np.isnan(relative.speed.value)
    assert relative.metrics["speed"].unit == "leg lengths/s"
    assert relative.metrics["step_length"].value == pytest.approx(2.6 * 60 / 170, rel=0.05)
    assert metres.speed is not None
    assert metres.speed.source == "stance"
    assert metres.speed.value == pytest.approx(2.6 * 0.491 * 1.80, rel=0.05)
    assert metres.metrics["step_length"].unit == "m"
    assert metres.metrics["step_length"].value == pytest.approx(metres.speed.value * 60 / 170, rel=0.01)


def test_a_belt_speed_alone_gives_metres() -> None:
    report = _report(make_known_run(noise_px=1.0, fps=60).keypoints, AnalysisOptions(belt_speed=2.2))

    assert report.speed is not None
    assert (report.speed.value, report.speed.source) == (2.2, "stated")
    assert report.metrics["vertical_oscillation"].value == pytest.approx(0.12 * 2.2 / 2.6, rel=0.08)
    assert report.metrics["vertical_ratio"].value == pytest.approx(0.12 / (2.6 * 60 / 170), rel=0.08)


def test_a_belt_that_does_not_fit_the_height_is_said() -> None:
    keypoints = make_known_run(fps=60).keypoints
    fits = _report(keypoints, AnalysisOptions(belt_speed=2.3, height_cm=180))
    doubtful = _report(keypoints, AnalysisOptions(belt_speed=4.0, height_cm=180))
    status = [next(c.status for c in r.checks if c.name == "speed_agrees") for r in (fits, doubtful)]

    assert status == ["ok", "warn"]


def test_references_follow_the_speed() -> None:
    keypoints = make_known_run(fps=60).keypoints
    slow, fast = (_report(keypoints, AnalysisOptions(belt_speed=v)).metrics for v in (2.5, 5.0))

    assert slow["knee_flexion_swing"].reference is not None
    assert fast["knee_flexion_swing"].reference is None
    assert slow["ground_contact_time"].reference != fast["ground_contact_time"].reference


def test_each_metric_is_withheld_for_the_checks_it_needs() -> None:
    frontal = _report(_widen(make_known_run().keypoints, hip=60, shoulder=100)).metrics
    slow = _report(make_known_run(fps=15, noise_px=1.0).keypoints).metrics

    assert frontal["cadence"].value == pytest.approx(170, abs=0.6)
    assert np.isfinite(frontal["vertical_oscillation"].value)
    assert frontal["shank_angle_at_contact"].withheld_by == ("side_view",)
    assert np.isnan(frontal["shank_angle_at_contact"].value)
    assert frontal["shank_angle_at_contact"].steps == ()
    assert slow["cadence"].value == pytest.approx(170, abs=1.0)
    assert "frame_rate" in slow["ground_contact_time"].withheld_by


def test_few_contacts_withhold_only_what_compares_the_sides() -> None:
    metrics = _report(make_known_run(seconds=2.4).keypoints).metrics

    assert {name for name, metric in metrics.items() if metric.withheld_by} == {
        "step_time_symmetry",
        "contact_time_symmetry",
    }


def test_a_refused_report_says_nothing_of_speed_and_repairs() -> None:
    walk = make_known_run(cadence=112, duty_factor=0.62, stance_speed=1.4, bounce=-0.02, noise_px=1.0)
    report = _report(walk.keypoints, AnalysisOptions(belt_speed=1.2))

    assert report.speed is None
    assert report.repairs == ()
    assert all(metric.withheld_by for metric in report.metrics.values())


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

    assert "time_scale" in _refused(report)
    remedy = next(c.remedy for c in report.checks if c.name == "time_scale")
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

    assert "standing" in _refused(report)
    assert "not running" in report.checks[0].message


def test_turning_round_is_refused() -> None:
    left, right = make_known_run(direction=-1).keypoints, make_known_run(direction=1).keypoints
    half = len(left) * 2 // 3
    xy = np.concatenate([left.xy_px[:half], right.xy_px[half:]])

    assert "one_direction" in _refused(_report(dataclasses.replace(left, xy_px=xy)))


def test_frontal_view_is_refused() -> None:
    report = _report(_widen(make_known_run().keypoints, hip=60, shoulder=100))

    assert report.view == "front"
    assert report.oblique_deg > 45
    assert "side_view" in _refused(report)


@pytest.mark.parametrize(("shoulder", "status"), [(0, "ok"), (28, "warn"), (43, "refuse")])
def test_the_more_oblique_the_view_the_less_it_is_worth(shoulder: float, status: str) -> None:
    report = _report(_widen(make_known_run().keypoints, hip=shoulder / 2, shoulder=shoulder))
    check = next(c for c in report.checks if c.name == "side_view")

    assert (report.view, check.status) == ("left", status)
    assert check.measured == report.oblique_deg
    assert f"{report.oblique_deg:.0f}°" in check.message


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


def test_a_still_camera_adds_nothing_but_its_checks() -> None:
    keypoints = make_known_run(noise_px=2.0).keypoints
    without, seen = _report(keypoints), _report(keypoints, camera=CameraMotion.still(len(keypoints)))

    assert seen.metrics == without.metrics
    added = {c.name: c.status for c in seen.checks if c.name not in {c.name for c in without.checks}}
    assert added == {"camera_shake": "ok", "one_take": "ok"}


def test_a_camera_that_bobs_with_the_steps_does_not_add_to_the_bounce() -> None:
    keypoints = make_known_run(noise_px=1.0).keypoints
    height = 0.05 * LEG_PX * np.sin(2 * np.pi * 170 / 60 * keypoints.time_s)
    shaken, camera = film_with(keypoints, np.stack([np.zeros(len(height)), height], axis=1))
    truth, taken_out, left_in = (
        _report(k, camera=c).metrics["vertical_oscillation"].value
        for k, c in ((keypoints, None), (shaken, camera), (shaken, None))
    )

    assert taken_out == pytest.approx(truth, rel=0.01)
    assert abs(left_in - truth) > 0.2 * truth


def test_a_shaking_camera_is_said_with_its_size() -> None:
    keypoints = make_known_run().keypoints
    shake = np.random.default_rng(0).uniform(-0.1, 0.1, (len(keypoints), 2)) * LEG_PX
    report = _report_filmed(keypoints, shake)
    check = next(c for c in report.checks if c.name == "camera_shake")

    assert check.status == "warn"
    assert check.measured == pytest.approx(0.19, abs=0.02)


def test_a_panned_run_is_measured_and_its_movement_questioned() -> None:
    passing = make_known_run(travel_px_per_s=500.0, noise_px=1.0).keypoints
    followed = 500.0 * (passing.time_s - 4.0)[:, None] * [1.0, 0.0]
    report = _report_filmed(passing, followed)

    assert report.motion == "panning"
    assert "turns along" in next(c.message for c in report.checks if c.name == "seen_side_on")
    assert report.metrics["cadence"].value == pytest.approx(170, abs=0.6)


def test_an_edited_clip_says_which_stretch_is_read() -> None:
    k = make_known_run(seconds=10).keypoints
    there = (k.time_s >= 2) & (k.time_s < 9)
    xy = np.where(there[:, None, None], k.xy_px, np.nan)
    cuts = np.zeros(len(k), dtype=np.bool_)
    cuts[[60, 270]] = True
    camera = dataclasses.replace(CameraMotion.still(len(k)), cuts=cuts)
    confidence = np.where(there[:, None], k.confidence, 0.0)
    report = _report(dataclasses.replace(k, xy_px=xy, confidence=confidence), camera=camera, time_scale=2.0)
    said = {c.name: c for c in report.checks}

    assert said["one_take"].status == "warn"
    assert "2 cuts" in said["one_take"].message
    assert "4.0 s to 17.9 s" in said["one_take"].message
    assert said["runner_found"].measured == pytest.approx(1.0)


def test_a_background_that_shows_nothing_leaves_the_shake_unsaid() -> None:
    k = make_known_run().keypoints
    report = _report(k, camera=dataclasses.replace(CameraMotion.still(len(k)), known=False))

    assert "camera_shake" not in {c.name for c in report.checks}
    assert report.motion == "in_place"


def _widen(keypoints: KeypointSequence, *, hip: float, shoulder: float) -> KeypointSequence:
    """The left hip and shoulder moved by so many px to the picture's right, the right ones to its left."""
    xy = keypoints.xy_px.copy()
    for part, shift in (("hip", hip), ("shoulder", shoulder)):
        xy[:, keypoints.layout.index[f"left_{part}"], 0] += shift
        xy[:, keypoints.layout.index[f"right_{part}"], 0] -= shift
    return dataclasses.replace(keypoints, xy_px=xy)
