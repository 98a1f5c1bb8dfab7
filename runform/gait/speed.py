"""How fast the runner runs."""

from __future__ import annotations

import numpy as np

from runform.gait.body_frame import compute_mid_hip
from runform.gait.leg_scale import LEG_OF_HEIGHT, compute_mean_leg_length, estimate_leg_length_m
from runform.gait.systematic import compute_systematic
from runform.gait.view import SIDE_VIEW_LIMIT_DEG
from runform.results import AnalysisOptions, Check, SpeedEstimate
from runform.sequences import KeypointSequence, Motion

MOST_DISAGREEMENT = 0.15
"""Our choice: leg length from height strays by 0.08 (95 %) and the stance foot's speed by 0.06; the rest is left to
belts, whose displays are not exact."""


def correct_for_view(leg_lengths_per_s: float, oblique_deg: float) -> float:
    """A speed along the running direction as a camera square to it would see it.

    An oblique view shortens what lies along the running direction by the cosine of its angle, and the leg, which is
    upright, not at all. Filmed from 0, 10 and 20 degrees, hamner04 at 3 and 5 m/s came out 2, 4 and 7 % too slow
    without this and 2 % at each with it.

    Args:
        leg_lengths_per_s: As seen.
        oblique_deg: Between the line of sight and the square side view, 0 to 90; NaN where it could not be told, which
            leaves the speed as it is.
    """
    if not np.isfinite(oblique_deg):
        return leg_lengths_per_s
    return leg_lengths_per_s / float(np.cos(np.radians(min(oblique_deg, SIDE_VIEW_LIMIT_DEG))))


def compute_ground_speed(keypoints: KeypointSequence) -> float:
    """Speed of the hips through a picture that stands still, leg lengths/s; NaN with fewer than two frames of them.

    The slope of the straight line that fits the hips' way best: runners who pass a camera keep their speed.
    """
    way = compute_mid_hip(keypoints)[:, 0] / compute_mean_leg_length(keypoints)
    known = np.isfinite(way)
    if known.sum() < 2:
        return float("nan")
    return float(abs(np.polyfit(keypoints.time_s[known], way[known], 1)[0]))


def estimate_speed(
    keypoints: KeypointSequence,
    motion: Motion,
    leg_lengths_per_s: float,
    oblique_deg: float,
    options: AnalysisOptions,
    frame_rate: float,
) -> SpeedEstimate:
    """The running speed: as stated for the belt, else over the ground or by the stance foot, times the leg's length.

    Args:
        keypoints: Clean keypoints, px of a picture that stands still.
        motion: How runner and camera move; only one who passes a still camera has a way over the ground.
        leg_lengths_per_s: Of the stance foot under the runner, square to the view and over the mean leg's length.
        oblique_deg: Of the view, as in `correct_for_view`.
        options: Height and belt speed, where stated.
        frame_rate: Frames per second of real time.

    Returns:
        The estimate; its value is NaN without a height or a belt speed.
    """
    if options.belt_speed is not None:
        half_width = compute_systematic("speed_stated", frame_rate, options.belt_speed)
        return SpeedEstimate(options.belt_speed, half_width, leg_lengths_per_s, "stated")
    leg_m = estimate_leg_length_m(options, leg_lengths_per_s)
    passing = correct_for_view(compute_ground_speed(keypoints), oblique_deg) if motion == "passing" else float("nan")
    if np.isfinite(passing * leg_m):
        half_width = compute_systematic("speed_ground", frame_rate, passing * leg_m)
        return SpeedEstimate(passing * leg_m, half_width, leg_lengths_per_s, "ground")
    if np.isfinite(leg_lengths_per_s * leg_m):
        half_width = compute_systematic("speed_stance", frame_rate, leg_lengths_per_s * leg_m)
        return SpeedEstimate(leg_lengths_per_s * leg_m, half_width, leg_lengths_per_s, "stance")
    return SpeedEstimate(float("nan"), float("nan"), leg_lengths_per_s, "")


def check_speed_agrees(options: AnalysisOptions, leg_lengths_per_s: float) -> Check | None:
    """The stated belt speed fits the stance foot's speed by the stated height; None unless both are stated.

    Args:
        options: Height and belt speed.
        leg_lengths_per_s: Of the stance foot under the runner, square to the view and over the mean leg's length.
    """
    if options.belt_speed is None or options.height_cm is None or not leg_lengths_per_s > 0:
        return None
    seen = leg_lengths_per_s * LEG_OF_HEIGHT * options.height_cm / 100
    apart = abs(seen / options.belt_speed - 1)
    message = (
        f"The foot on the belt moves at {seen:.1f} m/s by the stated height; the belt speed stated is "
        f"{options.belt_speed:.1f} m/s."
    )
    if apart > MOST_DISAGREEMENT:
        return Check(
            "speed_agrees", "warn", message, apart, MOST_DISAGREEMENT,
            "Check the belt speed, the runner's height, and whether the clip is slow motion.",
        )  # fmt: skip
    return Check("speed_agrees", "ok", message, apart, MOST_DISAGREEMENT)
