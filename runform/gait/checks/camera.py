"""How the camera moved: what the picture's own motion leaves of the numbers."""

from __future__ import annotations

import math

from runform.gait.camera import LONGEST_IN_PLACE
from runform.results import Check
from runform.sequences import Motion

MOST_SHAKE = 0.1
"""Leg lengths: about what the hips themselves rise and fall in running."""
TOO_MUCH_SHAKE = 0.3
"""Leg lengths. Of eight captured runs before a virtual camera in an unsteady hand, whose motion is taken out, 95 %
changed at 0.3 by up to 6 % in the hips' rise and fall and 3.1 degrees in the shank, at 0.4 by up to 11 % and 3.7
degrees, at 0.7 by up to 30 % and 5.2 degrees: the 10 % stated of the rise and fall is passed between 0.3 and 0.4, the 8
degrees stated of the shank are not (`training.shake_evaluation.evaluate_shake`; runs kept apart show 9 % at 0.3 and
14 % at 0.4). A real treadmill clip whose frames were shaken by 0.4 kept every contact, but its legs' confidence fell
from 0.61 to 0.22."""


def check_motion(motion: Motion, travel: float = math.nan) -> Check:
    """What the clip's horizontal movement may be used for.

    Args:
        motion: How runner and camera move against each other.
        travel: How far the hips come over the ground, leg lengths; NaN where they were never seen.
    """
    said = {
        "in_place": ("The runner stays in one place in the picture.", ""),
        "passing": (
            "The runner crosses the picture, so the view turns from oblique to square.",
            "Prefer the steps in the middle of the picture, or film on a treadmill.",
        ),
        "panning": (
            "The camera turns along with the runner: the steps may be compared with one another, "
            "but the way through the picture says nothing of the running speed.",
            "Let the camera stand still and the runner pass, or film on a treadmill.",
        ),
        "unclear": (
            "Whether the runner stays in one place could not be told.",
            "Film the whole body, before a background with something to see on it.",
        ),
    }
    message, remedy = said[motion]
    return Check("seen_side_on", "warn" if remedy else "ok", message, travel, LONGEST_IN_PLACE, remedy)


def check_shake(shake: float) -> Check:
    """The camera is held still.

    Args:
        shake: As from `compute_camera_shake`, leg lengths.
    """
    message = f"The picture jumps up and down by {shake:.2f} leg lengths within a step."
    remedy = "Put the camera on a tripod, or lean it against something firm."
    if shake > TOO_MUCH_SHAKE:
        return Check(
            "camera_shake", "refuse", f"{message} That is too much to be taken out.", shake, TOO_MUCH_SHAKE, remedy
        )
    if shake > MOST_SHAKE:
        return Check(
            "camera_shake", "warn",
            f"{message} The background's motion is taken out, but the hips' rise and fall is less certain.",
            shake, MOST_SHAKE, remedy,
        )  # fmt: skip
    return Check("camera_shake", "ok", message, shake, MOST_SHAKE)
