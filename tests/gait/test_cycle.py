"""The gait cycle of motions whose curves are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from runform.gait.angles import compute_knee_flexion
from runform.gait.cycle import GRID, Leg, compute_ankle_angle, compute_cycles, find_strides
from runform.results import CycleCurve
from runform.sequences import Contact, KeypointSequence
from runform.skeletons import BLAZEPOSE_33, COCO_17
from tests.fixtures.motions import KnownRun, make_known_run

PERCENT = np.linspace(0, 100, 101)


def _contacts(run: KnownRun) -> list[Contact]:
    return [Contact(side, down, up, 0.01) for side, down, up in run.contacts]


def _cycles(run: KnownRun, contacts: list[Contact] | None = None) -> dict[tuple[str, str], CycleCurve]:
    curves = compute_cycles(run.keypoints, _contacts(run) if contacts is None else contacts, -1)
    return {(curve.name, curve.side): curve for curve in curves}


def _lose(keypoints: KeypointSequence, name: str, lost: npt.NDArray[np.bool_]) -> KeypointSequence:
    xy = keypoints.xy_px.copy()
    xy[lost, keypoints.layout.index[name]] = np.nan
    return dataclasses.replace(keypoints, xy_px=xy)


def _figure(frames: list[dict[str, tuple[float, float]]]) -> KeypointSequence:
    """Frames a tenth of a second apart with the given keypoints, px; the rest at the origin."""
    xy = np.zeros((len(frames), len(BLAZEPOSE_33), 2))
    for frame, places in enumerate(frames):
        for name, place in places.items():
            xy[frame, BLAZEPOSE_33.index[name]] = place
    return KeypointSequence(0.1 * np.arange(len(frames)), xy, np.ones(xy.shape[:2]), BLAZEPOSE_33.name, 640, 480)


@pytest.mark.parametrize("direction", [1, -1])
def test_the_ankle_angle_is_zero_over_the_flat_foot_and_positive_with_the_toes_drawn_up(direction: int) -> None:
    leg = {"left_knee": (100.0, 0.0), "left_ankle": (100.0, 100.0), "left_heel": (100.0, 100.0)}
    flat = {**leg, "left_toe": (100.0 + direction * 30, 115.0)}  # as a detector sees a flat shoe
    drawn_up = {
        **leg,
        "left_toe": (100.0 + direction * 30, 100 - 30 * np.tan(np.radians(45 - np.degrees(np.arctan(0.5))))),
    }
    knee_ahead = {**flat, "left_knee": (100.0 + direction * 100, 0.0)}
    keypoints = _figure([flat, flat, flat, drawn_up, knee_ahead])

    angle = compute_ankle_angle(Leg(keypoints, [Contact("left", 0.0, 0.3, 0.01)], "left", direction))

    np.testing.assert_allclose(angle, [0, 0, 0, 45, 45], atol=1e-9)


def test_a_foot_never_seen_on_the_ground_has_no_ankle_angle() -> None:
    keypoints = make_known_run().keypoints

    assert np.isnan(compute_ankle_angle(Leg(keypoints, [], "left", -1))).all()


@pytest.mark.parametrize("side", ["left", "right"])
def test_curves_are_those_of_the_motion(side: str) -> None:
    truth = make_known_run(fps=960, seconds=2.5)
    for fps, noise_px, off_deg in ((30, 0.0, 2.5), (120, 0.0, 0.8), (120, 3.0, 1.3)):
        measured = _cycles(make_known_run(fps=fps, noise_px=noise_px))
        for name in ("knee_flexion", "hip_angle", "shank_angle", "ankle_angle"):
            true = np.array(_cycles(truth)[name, side].mean)
            assert np.sqrt(np.mean((measured[name, side].mean - true) ** 2)) < off_deg, (name, fps)


def test_the_hips_are_lowest_at_mid_stance_and_centred() -> None:
    curve = _cycles(make_known_run(bounce=0.06, duty_factor=0.38, fps=60))["hip_height", "left"]

    expected = -0.06 * np.cos(4 * np.pi * (PERCENT / 100 - 0.19))
    np.testing.assert_allclose(curve.mean, expected, atol=0.003)
    assert curve.unit == "leg lengths"


def test_a_runner_who_crosses_the_picture_draws_the_same_curves() -> None:
    still, passing = _cycles(make_known_run()), _cycles(make_known_run(travel_px_per_s=400))

    for key, curve in still.items():
        np.testing.assert_allclose(passing[key].mean, curve.mean, atol=1e-6)


def test_toe_off_lies_at_the_duty_factor() -> None:
    for curve in _cycles(make_known_run(duty_factor=0.35)).values():
        assert curve.toe_off == pytest.approx(35.0)


def test_a_toe_off_that_was_never_seen_is_nan() -> None:
    run = make_known_run()
    contacts = [dataclasses.replace(contact, toe_off_s=np.nan) for contact in _contacts(run)]

    assert all(np.isnan(curve.toe_off) for curve in _cycles(run, contacts).values())


def test_noise_widens_the_band_by_less_than_strides_drawn_through_their_frames() -> None:
    run = make_known_run(fps=30, noise_px=3)
    strides = find_strides(_contacts(run))["left"]
    knee = compute_knee_flexion(run.keypoints, "left", -1)
    at = [stride.start_s + GRID * (stride.end_s - stride.start_s) for stride in strides]
    drawn = np.array([np.interp(seconds, run.keypoints.time_s, knee) for seconds in at])

    spread = _cycles(run)["knee_flexion", "left"].spread

    assert 0 < np.mean(spread) < 0.7 * drawn.std(axis=0, ddof=1).mean()


def test_the_band_shows_strides_that_differ() -> None:
    run = make_known_run(fps=60)
    stride = np.array([sum(t >= s.start_s for s in find_strides(_contacts(run))["left"]) for t in run.keypoints.time_s])
    level = np.where(stride % 2 == 0, 20.0, -20.0)  # px, of the shoulders in every other stride
    xy = run.keypoints.xy_px.copy()
    for name in ("left_shoulder", "right_shoulder"):
        xy[:, BLAZEPOSE_33.index[name], 0] += level
    wobbling = dataclasses.replace(run, keypoints=dataclasses.replace(run.keypoints, xy_px=xy))

    lean = _cycles(wobbling)["trunk_lean", "left"]

    swing_deg = np.degrees(np.arctan(50 / 180) - np.arctan(10 / 180)) / 2
    assert np.mean(lean.spread) == pytest.approx(swing_deg, rel=0.15)
    assert np.mean(_cycles(run)["trunk_lean", "left"].spread) < 0.01


def test_a_stride_across_a_missed_contact_is_left_out() -> None:
    run = make_known_run()
    contacts = _contacts(run)
    left = [contact for contact in contacts if contact.side == "left"]
    whole, missed = _cycles(run), _cycles(run, [contact for contact in contacts if contact != left[4]])

    assert missed["knee_flexion", "left"].n == whole["knee_flexion", "left"].n - 2
    assert missed["knee_flexion", "right"].n == whole["knee_flexion", "right"].n
    np.testing.assert_allclose(missed["shank_angle", "left"].mean, whole["shank_angle", "left"].mean, atol=1.0)


def test_a_stride_to_an_inferred_contact_is_left_out() -> None:
    run = make_known_run()
    left = [contact for contact in _contacts(run) if contact.side == "left"]
    contacts = [dataclasses.replace(c, origin="inferred") if c == left[4] else c for c in _contacts(run)]

    assert _cycles(run, contacts)["knee_flexion", "left"].n == _cycles(run)["knee_flexion", "left"].n - 2


def test_a_stride_with_a_wide_gap_is_left_out_of_that_quantity_alone() -> None:
    run = make_known_run(cadence=160)  # strides of 0.75 s
    start = find_strides(_contacts(run))["left"][3].start_s
    time_s = run.keypoints.time_s
    for gap, left_out in ((0.10, 0), (0.30, 1)):
        lost = (time_s > start + 0.3) & (time_s < start + 0.3 + gap)
        spoilt = dataclasses.replace(run, keypoints=_lose(run.keypoints, "left_ankle", lost))
        assert _cycles(spoilt)["knee_flexion", "left"].n == _cycles(run)["knee_flexion", "left"].n - left_out
        assert _cycles(spoilt)["hip_angle", "left"].n == _cycles(run)["hip_angle", "left"].n


def test_without_two_strides_there_is_no_curve() -> None:
    run = make_known_run()
    contacts = _contacts(run)

    assert _cycles(run, []) == {}
    assert _cycles(run, contacts[:3]) == {}
    assert {side for _, side in _cycles(run, contacts[:5])} == {"left"}


def test_without_feet_there_is_no_ankle_angle() -> None:
    run = make_known_run()
    columns = [BLAZEPOSE_33.index[name] for name in COCO_17.keypoints]
    k = run.keypoints
    plain = KeypointSequence(k.time_s, k.xy_px[:, columns], k.confidence[:, columns], COCO_17.name, k.width, k.height)

    names = {curve.name for curve in compute_cycles(plain, _contacts(run), -1)}

    assert "ankle_angle" not in names
    assert "knee_flexion" in names
