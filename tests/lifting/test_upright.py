from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runform.lifting.upright import compute_stride_weights, estimate_upright, find_stride, make_rotation
from runform.sequences import FloatArray
from runform.training.lifter_data import draw_camera, interpolate_frames
from runform.training.motion_world import read_test_motions
from tests.lifting.striding import STRIDE_S, make_strides, to_camera

TIME_S = np.arange(120) / 30
SURE = np.full((120, 17), 0.9)


def see(roll: float, pitch: float, heading: float) -> FloatArray:
    return to_camera(make_strides(TIME_S), roll, pitch, heading)[:, :17]


@pytest.mark.parametrize("heading", [0.0, 25.0, -30.0, 90.0, 180.0])
@pytest.mark.parametrize(("roll", "pitch"), [(0.0, 0.0), (5.0, 0.0), (0.0, 9.0), (-4.0, 6.0), (3.0, -8.0)])
def test_a_tilted_camera_is_found(roll: float, pitch: float, heading: float) -> None:
    frame = estimate_upright(see(roll, pitch, heading), TIME_S, SURE)
    assert frame.reason == ""
    assert frame.roll_deg == pytest.approx(roll, abs=2.3)
    assert frame.pitch_deg == pytest.approx(pitch, abs=2.5)
    turned = (frame.heading_deg - heading + 180) % 360 - 180
    assert turned == pytest.approx(0, abs=2.0)
    assert 2 < frame.roll_plus_minus_deg < 6
    assert 1 < frame.pitch_plus_minus_deg < 8


def test_the_level_frame_is_right_up_and_towards_the_camera() -> None:
    np.testing.assert_allclose(make_rotation(np.array([0.0, -1.0, 0.0])), np.diag([1.0, -1.0, -1.0]))
    frame = estimate_upright(see(5.0, 8.0, 0.0), TIME_S, SURE)
    np.testing.assert_allclose(frame.rotation @ frame.rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(frame.rotation) == pytest.approx(1.0)
    level = see(5.0, 8.0, 0.0) @ frame.rotation.T
    truth = make_strides(TIME_S)[:, :17]
    truth = (truth - truth[:, :1])[:, :, [0, 1, 2]]
    assert np.abs(level - truth).max() < 0.05


def test_a_runner_who_leans_still_leans() -> None:
    leaning = to_camera(make_strides(TIME_S, lean_m=0.09))[:, :17]
    frame = estimate_upright(leaning, TIME_S, SURE)
    upright = estimate_upright(see(0, 0, 0), TIME_S, SURE)
    assert frame.roll_deg == pytest.approx(upright.roll_deg, abs=0.1)


def test_frames_without_the_runner_do_not_count() -> None:
    joints = see(4.0, 6.0, 10.0)
    whole = estimate_upright(joints, TIME_S, SURE)
    joints[100:] = np.nan
    part = estimate_upright(joints, TIME_S, SURE)
    assert part.reason == ""
    assert part.roll_deg == pytest.approx(whole.roll_deg, abs=0.5)


def test_where_too_little_is_known_the_camera_is_level_and_the_reason_said() -> None:
    short = estimate_upright(see(5, 5, 0)[:20], TIME_S[:20], SURE[:20])
    still = estimate_upright(np.repeat(see(5, 5, 0)[:1], 120, axis=0), TIME_S, SURE)
    lying = estimate_upright(see(60, 0, 0), TIME_S, SURE)
    nobody = estimate_upright(np.full((120, 17, 3), np.nan), TIME_S, SURE)
    flat = see(0, 0, 0)
    flat[..., 2] = 0.0
    sideless = estimate_upright(flat, TIME_S, SURE)
    for frame, word in ((short, "strides"), (still, "strides"), (lying, "tilted"), (nobody, "few"), (sideless, "hips")):
        assert word in frame.reason
        assert (frame.roll_deg, frame.pitch_deg) == (0, 0)
        np.testing.assert_array_equal(frame.rotation, np.diag([1.0, -1.0, -1.0]))


@pytest.mark.parametrize("rate", [24.0, 30.0, 100.0])
def test_the_stride_is_found_and_every_phase_of_it_counts_alike(rate: float) -> None:
    time_s = np.arange(int(3.3 * rate)) / rate
    swing = np.sin(2 * np.pi * time_s / STRIDE_S) + 0.3 * np.sin(4 * np.pi * time_s / STRIDE_S)
    stride_s = find_stride(swing, time_s)
    assert stride_s == pytest.approx(STRIDE_S, abs=0.6 / rate)
    weights = compute_stride_weights(time_s, stride_s)
    phase = 2 * np.pi * time_s / STRIDE_S
    assert abs(np.average(np.exp(1j * phase), weights=weights)) < 0.02
    assert abs(np.average(np.exp(1j * phase))) > 0.05
    assert np.isnan(find_stride(swing[:8], time_s[:8])) or rate < 30


def test_captured_runners_before_virtual_cameras(mocap_dir: Path) -> None:
    rng = np.random.default_rng(0)
    off = []
    for motion in read_test_motions(mocap_dir):
        for side in (-1, 1):
            frames = int((len(motion.joints) - 1) / motion.frame_rate * 30) + 1
            time_s = np.arange(frames) / 30
            world = interpolate_frames(motion.joints.astype(np.float64), time_s * motion.frame_rate)
            azimuth = side * np.pi / 2 + rng.uniform(-0.4, 0.4)
            far = float(np.ptp(world[:, 0], axis=0).max())
            camera = draw_camera(rng, world, azimuth=azimuth, distance_m=(3 + far, 7 + far), follow=False)
            seen = camera.to_camera(world)[:, :17]
            up = camera.rotation[0] @ np.array([0.0, 1.0, 0.0])
            frame = estimate_upright(seen - seen[:, :1], time_s, np.ones(seen.shape[:2]))
            assert frame.reason == ""
            roll, pitch = np.degrees(np.arctan2(-up[0], -up[1])), np.degrees(np.arcsin(-up[2]))
            off.append([frame.roll_deg - roll, frame.pitch_deg - pitch, pitch])
    roll_rms, pitch_rms, held_rms = np.sqrt(np.mean(np.square(off), axis=0))
    assert held_rms > 3  # the cameras are not level
    assert roll_rms < 2.3
    assert pitch_rms < 1.5
