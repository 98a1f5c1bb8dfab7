"""Conditions a clip must meet before its numbers may be believed, one function each.

Each says what was measured, against what limit, and what to do. A check that refuses takes the verdict away; one that
warns leaves the numbers standing, to be read with care.
"""

from __future__ import annotations

import numpy as np

from runform.gait.contacts import ContactDetection
from runform.gait.vertical_motion import VerticalMotion
from runform.results import Check
from runform.sequences import ClipInfo, Motion, View

LEAST_FRAME_RATE = 24.0
GOOD_FRAME_RATE = 50.0
LEAST_CONTACTS = 8
LEAST_FOUND = 0.5
GOOD_FOUND = 0.9
LEAST_LEG_CONFIDENCE = 0.4
GOOD_LEG_CONFIDENCE = 0.6
LEAST_RHYTHM = 0.5
LEAST_SWING = 0.15
RUNNING_DUTY_FACTOR = 0.5
RUNNING_CADENCE = (130.0, 240.0)
MOST_TURNED = 0.1
SLOW_MOTION_FACTORS = (2, 4, 8, 16)


def check_frame_rate(clip: ClipInfo) -> Check:
    """Frames per second of real time."""
    rate = clip.frame_rate * clip.time_scale
    message = f"The clip holds {rate:.0f} frames per second of running."
    if rate < LEAST_FRAME_RATE:
        return Check(
            "frame_rate", "refuse", message, rate, LEAST_FRAME_RATE,
            f"Film at {GOOD_FRAME_RATE:.0f} or more; below {LEAST_FRAME_RATE:.0f} a contact falls between two frames.",
        )  # fmt: skip
    if rate < GOOD_FRAME_RATE:
        return Check(
            "frame_rate", "warn", f"{message} Contact and flight times carry a wide ±.", rate, GOOD_FRAME_RATE,
            "Film at 60 or more frames per second for closer contact times.",
        )  # fmt: skip
    return Check("frame_rate", "ok", message, rate, GOOD_FRAME_RATE)


def check_found(found_share: float) -> Check:
    """Share of frames in which the runner was found."""
    message = f"The runner was found in {found_share:.0%} of the frames."
    remedy = "Trim the clip to the part where the whole runner is in the picture, and film with more light."
    if found_share < LEAST_FOUND:
        return Check("runner_found", "refuse", message, found_share, LEAST_FOUND, remedy)
    if found_share < GOOD_FOUND:
        return Check("runner_found", "warn", message, found_share, GOOD_FOUND, remedy)
    return Check("runner_found", "ok", message, found_share, GOOD_FOUND)


def check_visibility(leg_confidence: float) -> Check:
    """Confidence of the less visible leg."""
    message = f"The less visible leg's keypoints have a confidence of {leg_confidence:.2f}."
    remedy = (
        "Film the whole body from the side at hip height, with light from the camera's side "
        "and clothes that differ from the background."
    )
    if not leg_confidence >= LEAST_LEG_CONFIDENCE:
        return Check("legs_visible", "refuse", message, leg_confidence, LEAST_LEG_CONFIDENCE, remedy)
    if leg_confidence < GOOD_LEG_CONFIDENCE:
        return Check("legs_visible", "warn", message, leg_confidence, GOOD_LEG_CONFIDENCE, remedy)
    return Check("legs_visible", "ok", message, leg_confidence, GOOD_LEG_CONFIDENCE)


def check_view(view: View, width_ratio: float) -> Check:
    """Seen from the side, or not."""
    if view in ("left", "right"):
        return Check("side_view", "ok", f"The camera sees the runner's {view} side.", width_ratio)
    seen = "from the front or back" if view == "front_or_back" else "from a side that could not be told"
    return Check(
        "side_view", "refuse", f"The runner is seen {seen}; overstride shows only from the side.", width_ratio,
        remedy="Place the camera square to the running direction, at hip height, 3 to 5 m away.",
    )  # fmt: skip


def check_one_direction(turned_share: float) -> Check:
    """The runner keeps one direction through the clip."""
    if turned_share <= MOST_TURNED:
        return Check("one_direction", "ok", "The runner keeps one direction.", turned_share, MOST_TURNED)
    return Check(
        "one_direction", "refuse", f"The runner faces the other way in {turned_share:.0%} of the frames.",
        turned_share, MOST_TURNED, "Trim the clip to one pass in one direction.",
    )  # fmt: skip


def check_rhythm(detection: ContactDetection | None) -> Check:
    """The legs swing in one steady rhythm."""
    if detection is None:
        return Check(
            "steady_stride", "refuse", "No full stride was found in this clip: this is not running.",
            remedy="Use a clip of at least 4 s in which one person runs in full view.",
        )  # fmt: skip
    if detection.swing_amplitude < LEAST_SWING:
        return Check(
            "steady_stride", "refuse",
            f"The feet swing only {detection.swing_amplitude:.2f} leg lengths: this is not running.",
            detection.swing_amplitude, LEAST_SWING, "Use a clip in which the person runs, seen from the side.",
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
    duty, limit = detection.duty_factor, RUNNING_DUTY_FACTOR
    remedy = "RunForm reads running only; use a clip of running."
    if duty >= limit:
        return Check(
            "running", "refuse",
            f"Each foot is on the ground for {duty:.0%} of the stride, with no flight: this is walking, not running.",
            duty, limit, remedy,
        )  # fmt: skip
    if vertical is not None and vertical.rise_at_midstance > 0:
        return Check(
            "running", "refuse",
            "The hips are highest over the standing foot, as in walking: this is not running.",
            vertical.rise_at_midstance, 0.0, remedy,
        )  # fmt: skip
    if not np.isfinite(duty):
        return Check("running", "refuse", "No contact with the ground was found: this is not running.", remedy=remedy)
    return Check("running", "ok", f"Each foot is on the ground for {duty:.0%} of the stride.", duty, limit)


def check_cadence(cadence: float, time_scale: float) -> Check:
    """A cadence that people run at; else the clock is questioned."""
    low, high = RUNNING_CADENCE
    if low <= cadence <= high:
        return Check("plausible_cadence", "ok", f"{cadence:.0f} steps/min is a running cadence.", cadence, low)
    limit = low if cadence < low else high
    message = (
        f"{cadence:.0f} steps/min is not a running cadence ({low:.0f} to {high:.0f}): "
        "this is not running, or the clip's clock is wrong."
    )
    fitting = [f for f in SLOW_MOTION_FACTORS if low <= cadence * f / time_scale <= high and f != time_scale]
    hint = f" If this is slow motion, state a factor of {fitting[0]}." if fitting else ""
    return Check(
        "plausible_cadence", "refuse", message, cadence, limit,
        f"Use a clip of steady running at real speed, or state how many times it is slowed down.{hint}",
    )  # fmt: skip


def check_contacts(n: int) -> Check:
    """Enough contacts for a mean worth printing."""
    message = f"{n} contacts were found."
    if n < LEAST_CONTACTS:
        return Check(
            "enough_contacts", "refuse", message, n, LEAST_CONTACTS,
            f"Film at least {LEAST_CONTACTS} steps (about 4 s on a treadmill).",
        )  # fmt: skip
    return Check("enough_contacts", "ok", message, n, LEAST_CONTACTS)


def check_motion(motion: Motion) -> Check:
    """What the clip's horizontal movement may be used for."""
    if motion == "passing":
        return Check(
            "seen_side_on", "warn", "The runner crosses the picture, so the view turns from oblique to square.",
            remedy="Prefer the steps in the middle of the picture, or film on a treadmill.",
        )  # fmt: skip
    return Check("seen_side_on", "ok", "The runner stays in one place in the picture.")
