"""Witnesses of the clip's clock: gravity, and a running rhythm at another time scale.

In the air the hips fall freely, and over a whole step the ground pushes on the mean as hard as the body weighs. So how
far the hips rise and fall follows from gravity, the step's time and the time on the ground. A clip that plays slower
than life shows the same rise and fall over longer times, and the square root of the two tells how much longer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from runform.gait.contacts import ContactDetection, detect_contacts
from runform.gait.leg_swing import FEET_PASS
from runform.gait.vertical_motion import VerticalMotion, compute_vertical_motion
from runform.sequences import ClipInfo, KeypointSequence

GRAVITY = 9.81
"""m/s2."""
USUAL_LEG_M = 0.85
"""Hip to ankle where the height is not stated. From 1.55 to 1.90 m of height it is 0.76 to 0.93, which moves the clock
read from it by less than 6 %."""
RUNNING_CADENCE = (130.0, 240.0)
"""Steps/min, from a slow jog to a sprint: our choice. The ends lie less than a factor of 2 apart, so that no running
cadence stays one when the clip's clock is twice too slow or too fast."""
RUNNING_DUTY_FACTOR = 0.5
MOST_CLOCK_ERROR = 1.5
"""Ratio, either way, from which gravity speaks against the clock. Of eight captured runs before virtual cameras it
reads the right clock as 0.95 to 1.20, one twice too slow as 1.95 to 2.39 and one twice too fast as 0.46 to 0.69; of a
real treadmill clip the right one as 0.76. `find_other_clock` names the right one of 0.5, 2, 4 and 8 for every run, and
none for three walks (`training.clock_evaluation.evaluate_clock`; runs kept apart show the same)."""
CAPTURE_RATES = (50.0, 60.0, 100.0, 120.0, 200.0, 240.0, 480.0, 960.0)
"""What cameras film at, frames/s."""
SLOW_MOTION_FACTORS = (2.0, 4.0, 8.0, 16.0)
"""Taken where a clip plays at a rate that fits none of the capture rates."""
_CLEAR_RHYTHM = 0.8
_CLEAR_BOUNCE = 0.02  # leg lengths; captured runs at 2 to 5 m/s show 0.05 to 0.11, walks none
_LEAST_CONTACTS = 4


@dataclass(frozen=True)
class OtherClock:
    """A time scale at which the clip shows running.

    Attributes:
        time_scale: Seconds played per second lived.
        cadence: Steps/min by it.
        by_gravity: As from `compute_clock_by_gravity`, by it; near 1.
    """

    time_scale: float
    cadence: float
    by_gravity: float


def compute_bounce(step_s: float, contact_s: float) -> float:
    """How far a runner's body rises and falls within a step, metres.

    The ground's force is taken as half a sine over the contact (Morin and others 2005); integrated twice from the
    flight's free fall on, with the same step after the same step.

    Args:
        step_s: From one initial contact to the next.
        contact_s: From initial contact to toe-off, up to `step_s`: at most one foot is on the ground.
    """
    return GRAVITY * step_s * (step_s / 8 - contact_s * (1 / 4 - 1 / (2 * np.pi)))


def compute_clock_by_gravity(detection: ContactDetection, vertical: VerticalMotion, leg_m: float) -> float:
    """Seconds by the keypoints' clock for each second lived, by gravity: 1 for a right clock, 2 for one twice too slow.

    The hips stand for the body's centre of mass. NaN where the hips' rise and fall or the contacts were not measured.

    Args:
        detection: Of a runner.
        vertical: The hips, in a picture that stands still.
        leg_m: Hip to ankle, metres.
    """
    if not (vertical.oscillation > 0 and np.isfinite(detection.duty_factor)):
        return float("nan")
    step_s = 0.5 / detection.phase.frequency_hz
    contact_s = min(2 * step_s * detection.duty_factor, step_s)
    return float(np.sqrt(compute_bounce(step_s, contact_s) / (vertical.oscillation * leg_m)))


def find_other_clock(keypoints: KeypointSequence, direction: int, clip: ClipInfo, leg_m: float) -> OtherClock | None:
    """The time scale at which a clip that shows no running at its own clock does show it.

    Every time scale that cameras and players make is tried. Running needs a clear rhythm at a running cadence, a flight
    phase, hips that are clearly lowest at mid-stance, and gravity's agreement; where several do, gravity chooses.

    Args:
        keypoints: Clean keypoints, px of a picture that stands still, seconds by the clip's clock.
        direction: Of running; 0 finds nothing.
        clip: Its clock and the rate at which it plays.
        leg_m: Hip to ankle, metres.
    """
    if direction == 0:
        return None
    by_camera = list_time_scales(clip.frame_rate)
    # Where no camera's rate explains the clip, it may have been slowed down afterwards.
    for scales in (by_camera, [scale for scale in SLOW_MOTION_FACTORS if scale not in by_camera]):
        others = [scale for scale in scales if scale != clip.time_scale]
        found = [_read_at(keypoints, direction, clip, scale, leg_m) for scale in others]
        known = [each for each in found if each is not None]
        if known:
            return min(known, key=lambda each: abs(np.log(each.by_gravity)))
    return None


def list_time_scales(played_rate: float) -> list[float]:
    """Time scales at which a clip of this many frames/s as played may have been made, rising."""
    ratios = [rate / played_rate for rate in CAPTURE_RATES if rate / played_rate >= 1.5]
    # 60 frames/s played at 24 make 2.5; beyond that only whole factors are in use.
    near = [(ratio, round(2 * ratio) / 2 if ratio < 3 else float(round(ratio))) for ratio in ratios]
    slow = [factor for ratio, factor in near if abs(ratio / factor - 1) < 0.005]
    return sorted({0.5, 1.0, *(slow or SLOW_MOTION_FACTORS)})


def _read_at(
    keypoints: KeypointSequence, direction: int, clip: ClipInfo, time_scale: float, leg_m: float
) -> OtherClock | None:
    """What the clip shows at another time scale, or None where that is not running."""
    at_scale = replace(keypoints, time_s=keypoints.time_s * (clip.time_scale / time_scale))
    detection = detect_contacts(at_scale, direction)
    if detection is None or detection.phase.explained < _CLEAR_RHYTHM or len(detection.contacts) < _LEAST_CONTACTS:
        return None
    cadence = 120 * detection.phase.frequency_hz
    runs = RUNNING_CADENCE[0] <= cadence <= RUNNING_CADENCE[1] and detection.duty_factor < RUNNING_DUTY_FACTOR
    vertical = compute_vertical_motion(at_scale, detection.phase, FEET_PASS)
    if not runs or vertical is None or vertical.rise_at_midstance > -_CLEAR_BOUNCE:
        return None
    by_gravity = compute_clock_by_gravity(detection, vertical, leg_m)
    if not 1 / MOST_CLOCK_ERROR < by_gravity < MOST_CLOCK_ERROR:
        return None
    return OtherClock(time_scale, cadence, by_gravity)
