"""Virtual cameras: where known points fall, and that contacts, blur and travel show in the picture as they should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runform.errors import InputError
from runform.gait.angles import compute_knee_flexion, compute_shank_angle
from runform.gait.body_frame import compute_direction
from runform.sequences import SIDES, FloatArray, KeypointSequence, Side
from runform.training.detector_damage import DamagePlan
from runform.training.filming import FilmedRun, Surface, VirtualCamera, aim_camera, compute_true_angles, film_run
from runform.training.force_runs import extend_force_run, read_force_runs
from runform.training.runner_motions import AT, BODY
from tests.fixtures.force_runs import RATE, SPEED, make_force_run

PERFECT = DamagePlan(
    noise=0, speed_noise=0, swaps_per_s=0, merged_share=0, gaps_per_s=0, spike_share=0, lags_per_s=0
)  # fmt: skip
FAR = VirtualCamera(distance_m=200.0, focal_px=40000.0)  # 200 px to the metre, hardly any perspective


def _film(camera: VirtualCamera, *, seconds: float = 6.0, surface: Surface = "treadmill") -> FilmedRun:
    rng = np.random.default_rng(1)
    return film_run(make_force_run(), camera, rng, plan=PERFECT, surface=surface, seconds=seconds)


def _place(camera: VirtualCamera, point: tuple[float, float, float]) -> FloatArray:
    """(2,) px of a point, beside a body whose hips are 0.9 m above the origin and whose feet are on the floor."""
    world = np.zeros((1, len(BODY), 3))
    world[:, [AT["left_hip"], AT["right_hip"]]] = (0.0, 0.9, 0.0)
    path = aim_camera(camera, world)
    return np.asarray(path.project(path.to_camera(np.array([[point]])))[0, 0])


def _along_stance(filmed: FilmedRun, keypoints: KeypointSequence, part: str) -> list[FloatArray]:
    """Each whole contact's horizontal places of a part of the foot, px."""
    inner = 0.02
    return [
        keypoints.xy(f"{c.side}_{part}")[
            (keypoints.time_s > c.initial_contact_s + inner) & (keypoints.time_s < c.toe_off_s - inner), 0
        ]
        for c in filmed.contacts
        if np.isfinite(c.toe_off_s)
    ]


@pytest.mark.parametrize(("side", "to_the_right"), [("right", 1), ("left", -1)])
def test_a_point_ahead_falls_where_the_pinhole_puts_it(side: Side, to_the_right: int) -> None:
    camera = VirtualCamera(side=side, distance_m=4.0, height_m=0.9, focal_px=1000.0)

    assert _place(camera, (0.0, 0.9, 0.0)) == pytest.approx([640, 360])
    assert _place(camera, (0.4, 1.3, 0.0)) == pytest.approx([640 + to_the_right * 100, 260])


def test_tilt_roll_and_yaw_turn_the_picture() -> None:
    level = VirtualCamera(distance_m=4.0, height_m=0.9, focal_px=1000.0)

    assert _place(replace(level, tilt_deg=10.0), (0.0, 0.9, 0.0))[1] == pytest.approx(
        360 - 1000 * np.tan(np.deg2rad(10.0))
    )
    # Contents turn anticlockwise: what lay to the right rises.
    assert _place(replace(level, roll_deg=90.0), (0.4, 0.9, 0.0)) == pytest.approx([640, 260])
    # From the front of the right side a point ahead is nearer, and still to the right.
    yaw = np.deg2rad(20.0)
    expected = 1000 * 0.4 * np.cos(yaw) / (4.0 - 0.4 * np.sin(yaw))
    assert _place(replace(level, yaw_deg=20.0), (0.4, 0.9, 0.0)) == pytest.approx([640 + expected, 360])


def test_yaw_shortens_what_lies_along_the_run_by_its_cosine() -> None:
    square, oblique = (_film(replace(FAR, yaw_deg=yaw)).truth for yaw in (0.0, 20.0))

    feet = [k.xy("left_toe")[:, 0] - k.xy("left_heel")[:, 0] for k in (square, oblique)]
    assert np.median(feet[1] / feet[0]) == pytest.approx(np.cos(np.deg2rad(20.0)), abs=0.01)


def test_the_clips_clock_is_the_cameras() -> None:
    filmed = _film(replace(FAR, frame_rate=120.0))

    assert filmed.keypoints.time_s[0] == 0
    assert np.diff(filmed.keypoints.time_s) == pytest.approx(1 / 120)
    assert len(filmed.keypoints) == 720
    assert all(0 <= c.initial_contact_s <= filmed.keypoints.time_s[-1] for c in filmed.contacts)


def test_in_stance_the_foot_moves_back_with_the_belt() -> None:
    filmed = _film(replace(FAR, frame_rate=120.0))

    stances = _along_stance(filmed, filmed.truth, "heel")
    assert len(stances) >= 14
    for stance in stances:
        assert np.diff(stance) * 120 / 200 == pytest.approx(-SPEED, abs=0.25)
    for side in SIDES:  # and the heel rises as soon as the contact is over
        height = filmed.truth.xy(f"{side}_heel")[:, 1]
        for contact in filmed.contacts:
            if contact.side == side and contact.toe_off_s < 5.9:
                middle, after = contact.toe_off_s - 0.1, contact.toe_off_s + 0.06
                low, high = np.interp([middle, after], filmed.truth.time_s, height)
                assert low - high > 0.02 * 200


def test_overground_the_standing_foot_stands_still_in_the_picture() -> None:
    camera = VirtualCamera(frame_rate=120.0, distance_m=12.0)
    filmed = _film(camera, seconds=3.0, surface="overground")

    hips = filmed.truth.xy("left_hip")[:, 0]
    swept = abs(hips[-1] - hips[0])
    for stance in _along_stance(filmed, filmed.truth, "heel"):
        assert np.ptp(stance) < 0.01 * swept
    assert filmed.truth.xy_px[..., 0].min() >= 0
    assert filmed.truth.xy_px[..., 0].max() <= 1280
    assert swept > 0.5 * 1280


def test_the_body_fills_the_picture_and_stays_in_it() -> None:
    for camera in (VirtualCamera(), VirtualCamera(width=720, height=1280, yaw_deg=-20.0, height_m=1.5)):
        xy = _film(camera).truth.xy_px
        assert xy.min() >= 0
        assert (xy.max(axis=(0, 1)) <= (camera.width, camera.height)).all()
        assert np.ptp(xy[..., 1]) > 0.5 * camera.height


def test_an_open_shutter_averages_over_the_frame() -> None:
    """Straight motion keeps its middle; at the swing's turning point the mean lags behind the peak."""
    camera = replace(FAR, frame_rate=30.0)
    still, blurred = _film(camera), _film(replace(camera, shutter_s=1 / 30))

    assert np.array_equal(still.keypoints.xy_px, still.truth.xy_px)
    assert np.array_equal(still.truth.xy_px, blurred.truth.xy_px)
    off = blurred.keypoints.xy("left_heel") - blurred.truth.xy("left_heel")
    stance = np.zeros(len(off), dtype=bool)
    for contact in still.contacts:
        if contact.side == "left":
            stance |= (still.truth.time_s > contact.initial_contact_s + 0.03) & (
                still.truth.time_s < contact.toe_off_s - 0.03
            )
    assert np.abs(off[stance]).max() < 0.5
    height = blurred.truth.xy("left_heel")[:, 1]
    top = int(height[1:-1].argmin()) + 1
    # sin squared of a swing of 0.46 s: its curvature is 2 (pi / 0.46)^2 of its height, and the mean over a time w falls
    # short of the peak by curvature * w^2 / 24.
    assert off[top, 1] == pytest.approx(0.25 * 200 * 2 * (np.pi / 0.46) ** 2 / 30**2 / 24, rel=0.25)


def test_angles_seen_square_from_afar_are_the_true_ones() -> None:
    for side in ("right", "left"):
        filmed = _film(replace(FAR, side=side))
        assert compute_direction(filmed.truth) == filmed.direction
        for leg in SIDES:
            assert compute_shank_angle(filmed.truth, leg, filmed.direction) == pytest.approx(
                filmed.shank_deg[leg], abs=0.5
            )
            assert compute_knee_flexion(filmed.truth, leg, filmed.direction) == pytest.approx(
                filmed.knee_flexion_deg[leg], abs=0.5
            )


def test_true_angles_of_a_known_leg() -> None:
    world = np.zeros((1, len(BODY), 3))
    for part, place in (("hip", (0, 1.0, 0)), ("knee", (0.4, 0.6, 0.1)), ("ankle", (0.4, 0.2, -0.1))):
        world[:, AT[f"left_{part}"]] = place

    shank_deg, flexion_deg = compute_true_angles(world, "left")

    assert shank_deg == pytest.approx(0)
    assert flexion_deg == pytest.approx(45)


def test_the_detectors_faults_are_added_to_the_keypoints_alone() -> None:
    run = make_force_run()
    filmed = film_run(run, VirtualCamera(), np.random.default_rng(2), plan=DamagePlan(), seconds=6.0)

    assert (filmed.truth.confidence == 1).all()
    away = np.linalg.norm(filmed.keypoints.xy("left_heel") - filmed.truth.xy("left_heel"), axis=1)
    assert np.nanmedian(away) > 1


def test_the_same_seed_films_alike_and_another_starts_elsewhere() -> None:
    one, same, other = (
        film_run(make_force_run(), VirtualCamera(), np.random.default_rng(seed), plan=DamagePlan(), seconds=4.0)
        for seed in (3, 3, 4)
    )

    assert np.array_equal(one.keypoints.xy_px, same.keypoints.xy_px, equal_nan=True)
    assert [c.initial_contact_s for c in one.contacts] == [c.initial_contact_s for c in same.contacts]
    assert one.contacts[0] != other.contacts[0]


def test_a_long_run_is_filmed_as_it_was_captured() -> None:
    run = extend_force_run(make_force_run(), 12.0, np.random.default_rng(0))
    filmed = film_run(run, replace(FAR, frame_rate=RATE), np.random.default_rng(1), plan=PERFECT, seconds=4.0)

    spans = np.diff([c.initial_contact_s for c in filmed.contacts])
    captured = np.diff([c.initial_contact_s for c in run.contacts])
    at = int(np.argmin(np.abs(captured - spans[0])))
    assert captured[at : at + len(spans)] == pytest.approx(spans)


def test_legs_without_a_body_get_one_that_faces_ahead(mocap_dir: Path) -> None:
    run = read_force_runs(mocap_dir)[0]
    assert run.subject == "rbds001"

    filmed = film_run(run, VirtualCamera(), np.random.default_rng(1), plan=PERFECT, seconds=4.0)

    assert np.isfinite(filmed.truth.xy_px).all()
    nose, hips = filmed.truth.xy("nose"), filmed.truth.xy("left_hip")
    assert (nose[:, 0] > hips[:, 0]).all()
    assert (nose[:, 1] < hips[:, 1]).all()


def test_cameras_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="shutter"):
        VirtualCamera(frame_rate=60.0, shutter_s=0.02)
    with pytest.raises(InputError, match="yaw"):
        VirtualCamera(yaw_deg=90.0)
    with pytest.raises(InputError, match="above 0"):
        VirtualCamera(distance_m=0.0)
