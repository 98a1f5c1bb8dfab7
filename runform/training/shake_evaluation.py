"""What a camera that shakes does to the numbers: captured runners before virtual cameras held by an unsteady hand."""

from __future__ import annotations

import dataclasses
import zlib
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.signal import butter, sosfiltfilt

from runform.gait.body_frame import compute_direction, compute_leg_length
from runform.gait.camera import compute_camera_shake, steady_keypoints
from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import detect_contacts
from runform.gait.leg_swing import FEET_PASS
from runform.gait.vertical_motion import compute_vertical_motion
from runform.pose.cleaning import clean_keypoints
from runform.sequences import CameraMotion, FloatArray, KeypointSequence
from runform.training.clock_evaluation import TUNING_RUNS
from runform.training.runner_motions import read_runner_motions
from runform.training.view_evaluation import film

SHAKES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
"""95 % of the picture's places at the hips, leg lengths: what `compute_camera_shake` says of them."""
_FRAME_RATES = (30.0, 60.0)
_DISTANCE_M = 4.0
_LEG_M = 0.85
_BAND_HZ = (2.0, 10.0)
"""Below the step's rhythm and well above it: a hand trembles at 8 to 12 Hz, and walking shakes it at 2."""
_MATCH_S = 0.1
_PERCENT_95 = 3.92
"""Standard deviations that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class _Reading:
    """One clip's numbers: oscillation (leg lengths), shank and knee (degrees), and initial contacts (s)."""

    oscillation: float
    shank_deg: float
    knee_deg: float
    initial_contact_s: FloatArray


def evaluate_shake(
    mocap_dir: Path,
    seed: int = 0,
    names: tuple[str, ...] = TUNING_RUNS,
    shakes: tuple[float, ...] = SHAKES,
    hands: int = 3,
) -> dict[str, Any]:
    """Changes by a camera's shake, held against the same keypoints from a camera that stands still.

    The camera turns up and down, sideways and about its own axis by equal angles at random, before cleaning. Its motion
    is taken as known, without an error of its own; left_in says how far the oscillation is off where it is not known.

    Args:
        mocap_dir: A copy of ../shared/mocap.
        seed: Of the detector and of the hand.
        names: Which motions, as for `read_runner_motions`.
        shakes: Leg lengths.
        hands: How many shake each clip.

    Returns:
        rows: one for each shake; measured is what `compute_camera_shake` says, the others are 95th percentiles of the
        change over runs, frame rates and hands (oscillation and left_in as a share of it, degrees, milliseconds), and
        lost the share of contacts not found again. goals: none.

    Raises:
        InputError: None of the motions is there.
    """
    changes: dict[float, list[list[float]]] = {shake: [] for shake in shakes}
    for motion in read_runner_motions(mocap_dir, names):
        for rate in _FRAME_RATES:
            number = [seed, zlib.crc32(motion.name.encode()), int(rate)]
            still = film(motion, np.random.default_rng(number), azimuth_deg=90.0, height_m=1.0,
                         distance_m=_DISTANCE_M, frame_rate=rate).keypoints  # fmt: skip
            truth = _read(clean_keypoints(still)[0], None)
            for shake, hand in product(shakes, range(hands)):
                shaken, camera = shake_camera(still, shake, np.random.default_rng([*number, hand]))
                keypoints = clean_keypoints(shaken)[0]
                known, unknown = _read(keypoints, camera), _read(keypoints, None)
                measured = compute_camera_shake(keypoints, camera)
                changes[shake].append([measured, *_compare(truth, known), unknown.oscillation / truth.oscillation - 1])
    return {"rows": [_describe(shake, np.array(found)) for shake, found in changes.items()], "goals": []}


def shake_camera(
    keypoints: KeypointSequence, shake: float, rng: np.random.Generator
) -> tuple[KeypointSequence, CameraMotion]:
    """Keypoints as a camera in an unsteady hand sees them, and how its picture moved.

    Args:
        keypoints: As from a camera that stands still.
        shake: 95 % of the picture's places up and down, and sideways, leg lengths.
        rng: Of the hand.
    """
    frames = len(keypoints)
    rate = 1 / float(np.median(np.diff(keypoints.time_s)))
    band = butter(2, _BAND_HZ, btype="band", fs=rate, output="sos")
    path = sosfiltfilt(band, rng.standard_normal((frames + 200, 3)), axis=0)[100 : 100 + frames]
    angle = path / path.std(axis=0) * shake * _LEG_M / (_PERCENT_95 * _DISTANCE_M)
    px_per_rad = compute_leg_length(keypoints) * _DISTANCE_M / _LEG_M
    centre = np.array([keypoints.width / 2, keypoints.height / 2])
    cos, sin = np.cos(angle[:, 2]), np.sin(angle[:, 2])
    turn = np.stack([np.stack([cos, -sin], axis=-1), np.stack([sin, cos], axis=-1)], axis=-2)
    xy = np.einsum("tij,tkj->tki", turn, keypoints.xy_px - centre) + centre + px_per_rad * angle[:, None, :2]
    back = turn.transpose(0, 2, 1)
    shift = centre - np.einsum("tij,tj->ti", back, centre + px_per_rad * angle[:, :2])
    camera = CameraMotion(np.concatenate([back, shift[..., None]], axis=-1), np.zeros(frames, dtype=np.bool_))
    return dataclasses.replace(keypoints, xy_px=xy), camera


def _read(keypoints: KeypointSequence, camera: CameraMotion | None) -> _Reading:
    """A clip's numbers, its camera's motion taken out where it is known; NaN without a stride."""
    direction, steady = compute_direction(keypoints), steady_keypoints(keypoints, camera)
    detection = detect_contacts(steady, direction)
    if detection is None or not detection.contacts:
        return _Reading(np.nan, np.nan, np.nan, np.array([]))
    vertical = compute_vertical_motion(steady, detection.phase, FEET_PASS)
    geometry = compute_contact_geometry(keypoints, detection.contacts, detection.phase, direction)
    legs = np.array([(each.shank_angle_deg, each.knee_flexion_deg) for each in geometry])
    return _Reading(
        oscillation=np.nan if vertical is None else vertical.oscillation,
        shank_deg=float(np.nanmean(legs[:, 0])),
        knee_deg=float(np.nanmean(legs[:, 1])),
        initial_contact_s=np.array([contact.initial_contact_s for contact in detection.contacts]),
    )


def _compare(still: _Reading, shaken: _Reading) -> list[float]:
    """Change of oscillation (share), shank and knee (degrees), median of initial contact (s), and contacts lost."""
    apart = np.abs(shaken.initial_contact_s[None, :] - still.initial_contact_s[:, None])
    nearest = apart.min(axis=1, initial=np.inf)
    near = nearest < _MATCH_S
    return [
        shaken.oscillation / still.oscillation - 1,
        shaken.shank_deg - still.shank_deg,
        shaken.knee_deg - still.knee_deg,
        float(np.median(nearest[near])) if near.any() else np.nan,
        1 - float(near.mean()),
    ]


def _describe(shake: float, changes: FloatArray) -> dict[str, float]:
    """One row of the table, of (N, 7) changes."""
    worst = np.nanpercentile(np.abs(changes), 95, axis=0)
    return {
        "shake": shake,
        "measured": float(np.nanmean(changes[:, 0])),
        "oscillation": float(worst[1]),
        "shank_deg": float(worst[2]),
        "knee_deg": float(worst[3]),
        "initial_contact_ms": float(1000 * worst[4]),
        "lost": float(np.nanmean(changes[:, 5])),
        "left_in": float(worst[6]),
    }
