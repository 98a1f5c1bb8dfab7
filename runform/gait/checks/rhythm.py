"""Somebody who runs: not standing, in a steady rhythm, with flights, for long enough."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from runform.gait.clock import RUNNING_CADENCE, RUNNING_DUTY_FACTOR
from runform.gait.contacts import ContactDetection
from runform.gait.vertical_motion import VerticalMotion
from runform.results import Check

LEAST_SWING = 0.15
"""Leg lengths: our choice. Runners and walkers seen from the side swing their feet by 0.4 to 1.1, and one who stands by
what the keypoints tremble, about 0.02."""
LEAST_RHYTHM = 0.5
UNSURE_DUTY_FACTOR = 0.45
"""From here a flight lasts less than a tenth of the step, about what contact times err by: our choice."""
MOST_RISE = 0.0
"""Leg lengths, of the hips where the feet pass one another against half-way between: captured runs at 2 to 5 m/s show
-0.05 to -0.11, three walks 0.00 to 0.02, whatever their contact times are read as."""
LEAST_CONTACTS = 8
_LONGEST_STEP = 0.8
"""Strides from one contact to the next above which one was missed between them."""


def check_standing(swing: float) -> Check:
    """The legs swing past one another.

    Args:
        swing: Amplitude of left minus right rearfoot, leg lengths.
    """
    message = f"The feet swing {swing:.2f} leg lengths past one another"
    if swing < LEAST_SWING:
        return Check(
            "standing", "refuse", f"{message}, as of one who stands or is not seen from the side: this is not running.",
            swing, LEAST_SWING, "Use a clip in which the person runs, seen from the side.",
        )  # fmt: skip
    return Check("standing", "ok", f"{message}.", swing, LEAST_SWING)


def check_rhythm(detection: ContactDetection | None) -> Check:
    """The legs swing in one steady rhythm."""
    if detection is None:
        return Check(
            "steady_stride", "refuse", "No full stride was found in this clip: this is not running.", 0.0, 1.0,
            "Use a clip of at least 4 s in which one person runs in full view.",
        )  # fmt: skip
    explained = detection.phase.explained
    message = f"A steady stride explains {explained:.0%} of the legs' movement"
    if explained < LEAST_RHYTHM:
        return Check(
            "steady_stride", "refuse", f"{message}: too little to be steady running.", explained, LEAST_RHYTHM,
            "Trim the clip to steady running of one person; starts, stops and lost frames spoil the rhythm.",
        )  # fmt: skip
    return Check("steady_stride", "ok", f"{message}.", explained, LEAST_RHYTHM)


def check_running(detection: ContactDetection, vertical: VerticalMotion | None) -> Check:
    """Running, not walking: a flight phase, and hips lowest at mid-stance."""
    duty, remedy = detection.duty_factor, "RunForm reads running only; use a clip of running."
    if not np.isfinite(duty):
        message = "No contact with the ground was found: this is not running."
        return Check("running", "refuse", message, 0.0, 1.0, remedy)
    message = f"Each foot is on the ground for {duty:.0%} of the stride"
    if duty >= RUNNING_DUTY_FACTOR:
        message = f"{message}, with no flight: this is walking, not running."
        return Check("running", "refuse", message, duty, RUNNING_DUTY_FACTOR, remedy)
    flight_s, plus_minus_s = compute_median_flight(detection)
    if flight_s <= 0:
        message = f"A foot lands {-flight_s * 1000:.0f} ms before the other has left: this is walking, not running."
        return Check("running", "refuse", message, flight_s, 0.0, remedy)
    # At a sprint's cadence the hips hardly rise and fall, and may seem to do either; the cadence is refused by itself.
    sprints = 120 * detection.phase.frequency_hz > RUNNING_CADENCE[1]
    if vertical is not None and vertical.rise_at_midstance > MOST_RISE and not sprints:
        message = "The hips are highest over the standing foot, as in walking: this is not running."
        return Check("running", "refuse", message, vertical.rise_at_midstance, MOST_RISE, remedy)
    if duty >= UNSURE_DUTY_FACTOR and flight_s < plus_minus_s:
        return Check(
            "running", "warn",
            f"{message}, and the flight of {flight_s * 1000:.0f} ms is within its ± of {plus_minus_s * 1000:.0f} ms: "
            "grounded running, or walking?",
            duty, UNSURE_DUTY_FACTOR, "Film at 120 or more frames per second, which tells a short flight from none.",
        )  # fmt: skip
    return Check("running", "ok", f"{message}.", duty, RUNNING_DUTY_FACTOR)


def compute_median_flight(detection: ContactDetection) -> tuple[float, float]:
    """Median time in the air between a toe-off and the other foot's initial contact, and its 95 % half-width, seconds.

    Negative where both feet are down at once; NaN without two contacts in a row. The half-width is that of one step:
    most of an event's error is common to all of a clip's steps.
    """
    flights, errors = [], []
    for last, after in pairwise(detection.contacts):
        step_s = after.initial_contact_s - last.initial_contact_s
        if last.side != after.side and step_s * detection.phase.frequency_hz < _LONGEST_STEP:
            flights.append(after.initial_contact_s - last.toe_off_s)
            errors.append(np.hypot(after.plus_minus_s, last.toe_off_plus_minus_s))
    known = np.isfinite(flights)
    if not known.any():
        return float("nan"), float("nan")
    stated = np.array(errors)[np.isfinite(errors)]
    return float(np.median(np.array(flights)[known])), float(np.median(stated)) if len(stated) else 0.0


def check_contacts(n: int, cuts: int = 0) -> Check:
    """Enough contacts for a mean worth printing.

    Args:
        n: How many were found, all in one take.
        cuts: How many hard cuts the clip holds.
    """
    message = f"{n} contacts were found."
    remedy = f"Film at least {LEAST_CONTACTS} steps (about 4 s on a treadmill)."
    if cuts:
        message = f"{n} contacts were found in the take that is read, for the clip is cut."
        remedy = f"{remedy[:-1]} in one take, without a cut."
    if n < LEAST_CONTACTS:
        return Check("enough_contacts", "refuse", message, n, LEAST_CONTACTS, remedy)
    return Check("enough_contacts", "ok", message, n, LEAST_CONTACTS)
