"""Every check as data: what it guards, and where it warns and refuses."""

from __future__ import annotations

import math
from dataclasses import dataclass

from runform.gait.camera import LONGEST_IN_PLACE
from runform.gait.checks.camera import MOST_SHAKE, TOO_MUCH_SHAKE
from runform.gait.checks.clip import GOOD_FRAME_RATE, LEAST_FRAME_RATE
from runform.gait.checks.rhythm import LEAST_CONTACTS, LEAST_RHYTHM, LEAST_SWING, UNSURE_DUTY_FACTOR
from runform.gait.checks.runner import (
    GOOD_FOUND,
    GOOD_LEG_CONFIDENCE,
    LEAST_FOUND,
    LEAST_LEG_CONFIDENCE,
    MOST_TURNED,
)
from runform.gait.checks.view import MOST_OBLIQUE_DEG, SQUARE_DEG
from runform.gait.clock import MOST_CLOCK_ERROR, RUNNING_CADENCE, RUNNING_DUTY_FACTOR
from runform.gait.speed import MOST_DISAGREEMENT


@dataclass(frozen=True)
class CheckDefinition:
    """One check.

    Attributes:
        name: Key, as in `Check.name`.
        guards: What it makes sure of, one sentence.
        measured: What is held against the limits, with its unit.
        warns: Limit beyond which it warns; NaN where it does not by a limit.
        refuses: Limit beyond which it refuses; NaN where it never does.
    """

    name: str
    guards: str
    measured: str
    warns: float = math.nan
    refuses: float = math.nan


_DEFINITIONS = (
    CheckDefinition(
        "standing",
        "The legs swing past one another.",
        "amplitude of left minus right rearfoot, leg lengths",
        refuses=LEAST_SWING,
    ),
    CheckDefinition(
        "steady_stride",
        "The legs swing in one steady rhythm.",
        "share of the legs' movement that a steady stride explains",
        refuses=LEAST_RHYTHM,
    ),
    CheckDefinition(
        "running",
        "The person runs: both feet leave the ground, and the hips are lowest over the standing foot.",
        "duty factor; where it says running, the flight in seconds and the hips' rise at mid-stance in leg lengths "
        "against their own limits",
        warns=UNSURE_DUTY_FACTOR,
        refuses=RUNNING_DUTY_FACTOR,
    ),
    CheckDefinition(
        "time_scale",
        "The clip plays at the speed it is taken for.",
        "seconds by the clip's clock for each second lived, by gravity, or its inverse; where the clip shows running "
        "only at another time scale, that time scale against the one in use",
        warns=MOST_CLOCK_ERROR,
        refuses=MOST_CLOCK_ERROR,
    ),
    CheckDefinition(
        "plausible_cadence",
        f"The cadence is one that people run at, up to {RUNNING_CADENCE[1]:.0f} steps/min.",
        "cadence, steps/min",
        refuses=RUNNING_CADENCE[0],
    ),
    CheckDefinition(
        "speed_agrees",
        "The stated belt speed fits the speed of the foot on it by the stated height.",
        "difference as a share of the stated speed",
        warns=MOST_DISAGREEMENT,
    ),
    CheckDefinition(
        "side_view",
        "The camera stands square to the running direction.",
        "degrees from the square side view",
        warns=SQUARE_DEG,
        refuses=MOST_OBLIQUE_DEG,
    ),
    CheckDefinition(
        "one_direction",
        "The runner keeps one direction.",
        "share of the frames in which the runner faces the other way",
        refuses=MOST_TURNED,
    ),
    CheckDefinition(
        "runner_found",
        "The runner is in the picture and found.",
        "share of the take's frames",
        warns=GOOD_FOUND,
        refuses=LEAST_FOUND,
    ),
    CheckDefinition(
        "legs_visible",
        "Both legs are seen well.",
        "median confidence of the less visible leg",
        warns=GOOD_LEG_CONFIDENCE,
        refuses=LEAST_LEG_CONFIDENCE,
    ),
    CheckDefinition(
        "frame_rate",
        "There are frames enough to time a contact, those that repeat the one before not counted.",
        "frames per second of real time",
        warns=GOOD_FRAME_RATE,
        refuses=LEAST_FRAME_RATE,
    ),
    CheckDefinition(
        "enough_contacts",
        "There are steps enough, in one take, for a mean worth printing.",
        "contacts",
        refuses=LEAST_CONTACTS,
    ),
    CheckDefinition(
        "seen_side_on",
        "The runner stays in one place in the picture, so that the view does not turn.",
        "way of the hips over the ground, leg lengths",
        warns=LONGEST_IN_PLACE,
    ),
    CheckDefinition(
        "camera_shake",
        "The camera is held still.",
        "how far the picture jumps up and down within a step, leg lengths",
        warns=MOST_SHAKE,
        refuses=TOO_MUCH_SHAKE,
    ),
    CheckDefinition(
        "one_take",
        "The clip is one take, or at least the steps that were found are.",
        "cuts in the clip, or between the contacts",
        warns=0.0,
        refuses=0.0,
    ),
)

CHECKS: dict[str, CheckDefinition] = {each.name: each for each in _DEFINITIONS}
"""Every check by its name."""
