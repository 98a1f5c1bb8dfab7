"""Conditions a clip must meet before its numbers may be believed, one function each.

Each says what was measured, against what limit, and what to do. A check that refuses takes the verdict away; one that
warns leaves the numbers standing, to be read with care.
"""

from __future__ import annotations

import numpy as np

from runform.gait.contacts import ContactDetection
from runform.gait.vertical_motion import VerticalMotion
from runform.gait.view import ViewEstimate
from runform.results import Check
from runform.sequences import ClipInfo, Motion

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
SQUARE_DEG = 20.0
"""Up to here the view changes the ankle ahead at contact by less than its stated error. Of 11 captured runs before
virtual cameras 95 % changed by at most 0.042 leg lengths, the shank by 2.6 and the knee by 2.8 degrees, initial contact
by 7 ms and toe-off by 22 ms (`training.view_evaluation.evaluate_obliqueness`)."""
MOST_OBLIQUE_DEG = 40.0
"""From here the ankle ahead looks a fifth too short on the mean and is off by up to 0.095 leg lengths, the knee by 6.9
degrees, toe-off by 49 ms: an overstride looks like none."""
MOST_SHAKE = 0.1
"""Leg lengths: about what the hips themselves rise and fall in running."""
CAPTURE_RATES = (50.0, 60.0, 100.0, 120.0, 200.0, 240.0, 480.0, 960.0)
"""What cameras film at, frames/s."""
SLOW_MOTION_FACTORS = (2.0, 4.0, 8.0, 16.0)
"""Taken where a clip plays at a rate that fits none of the capture rates."""
WORTH_SAYING_DUPLICATES = 0.1


def check_frame_rate(clip: ClipInfo, duplicate_share: float = 0.0) -> Check:
    """Frames per second of real time, without those that repeat the one before.

    Args:
        clip: Its frame rate and time scale.
        duplicate_share: Share of the frames that show nothing new, 0 to below 1; below 0.1 it counts as none.
    """
    rate = clip.frame_rate * clip.time_scale
    if duplicate_share < WORTH_SAYING_DUPLICATES:
        message = f"The clip holds {rate:.0f} frames per second of running."
    else:
        said, rate = rate, rate * (1 - duplicate_share)
        message = (
            f"The clip holds {said:.0f} frames per second of running, of which {duplicate_share:.0%} repeat the one "
            f"before: {rate:.0f} show something new."
        )
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


def check_view(estimate: ViewEstimate) -> Check:
    """Seen square from the side, obliquely, or not from the side at all."""
    view, oblique = estimate.view, estimate.oblique_deg
    angle = f"{oblique:.0f}° ± {estimate.plus_minus_deg:.0f}°"
    remedy = "Place the camera square to the running direction, at hip height, 3 to 5 m away."
    if view == "unclear":
        message = "The runner is seen from a side that could not be told; overstride shows only from the side."
        return Check("side_view", "refuse", message, oblique, MOST_OBLIQUE_DEG, remedy)
    if view not in ("left", "right"):
        message = f"The runner is seen from the {view}, {angle} from the side; overstride shows only from the side."
        return Check("side_view", "refuse", message, oblique, MOST_OBLIQUE_DEG, remedy)
    message = f"The camera sees the runner's {view} side, {angle} from square."
    if oblique > MOST_OBLIQUE_DEG:
        return Check(
            "side_view", "refuse", f"{message} Steps look too short from there to be judged.", oblique,
            MOST_OBLIQUE_DEG, remedy,
        )  # fmt: skip
    if oblique > SQUARE_DEG:
        return Check(
            "side_view", "warn", f"{message} Lengths along the running direction look shorter from there.", oblique,
            SQUARE_DEG, remedy,
        )  # fmt: skip
    return Check("side_view", "ok", message, oblique, SQUARE_DEG)


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


def check_cadence(cadence: float, clip: ClipInfo) -> Check:
    """A cadence that people run at; else the clock is questioned.

    Args:
        cadence: Steps/min by the clip's time scale.
        clip: Its time scale, who says so, and the rate at which it plays.
    """
    low, high = RUNNING_CADENCE
    if low <= cadence <= high:
        return Check("plausible_cadence", "ok", f"{cadence:.0f} steps/min is a running cadence.", cadence, low)
    return Check(
        "plausible_cadence", "refuse",
        f"{cadence:.0f} steps/min is not a running cadence ({low:.0f} to {high:.0f}): "
        f"this is not running, or {_name_clock(clip)} is wrong.",
        cadence, low if cadence < low else high, _advise_clock(cadence, clip),
    )  # fmt: skip


def _name_clock(clip: ClipInfo) -> str:
    """Whose word the clip's time scale is."""
    if clip.time_scale_source == "container":
        return f"the file's own word that it plays {clip.time_scale:g} times slower than life"
    if clip.time_scale_source == "stated" and clip.time_scale != 1:
        return f"the stated factor of {clip.time_scale:g}"
    return "the clip's clock"


def _advise_clock(cadence: float, clip: ClipInfo) -> str:
    """What to state instead, where a factor would make this running."""
    factor = _find_fitting_factor(cadence, clip)
    if factor is None:
        return "Use a clip of steady running at real speed, or state how many times it is slowed down."
    if factor == 1:
        return "If the clip plays at normal speed, state a factor of 1."
    if factor < 1:
        return f"If the clip plays faster than life, state a factor of {factor:g}."
    return f"If this is slow motion of running, state a factor of {factor:g}."


def _find_fitting_factor(cadence: float, clip: ClipInfo) -> float | None:
    """The time scale by which the cadence would be one that people run at, or None.

    Only ratios that cameras and players make are tried; they lie so far apart that at most one fits.
    """
    low, high = RUNNING_CADENCE
    played = cadence / clip.time_scale
    return next((f for f in _list_time_scales(clip.frame_rate) if low <= played * f <= high), None)


def _list_time_scales(played_rate: float) -> list[float]:
    """Time scales at which a clip of this many frames/s as played may have been made, rising."""
    ratios = [rate / played_rate for rate in CAPTURE_RATES if rate / played_rate >= 1.5]
    # 60 frames/s played at 24 make 2.5; beyond that only whole factors are in use.
    near = [(ratio, round(2 * ratio) / 2 if ratio < 3 else float(round(ratio))) for ratio in ratios]
    slow = [factor for ratio, factor in near if abs(ratio / factor - 1) < 0.005]
    return sorted({0.5, 1.0, *(slow or SLOW_MOTION_FACTORS)})


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
    if motion == "panning":
        return Check(
            "seen_side_on", "warn",
            "The camera turns along with the runner: the steps may be compared with one another, "
            "but the way through the picture says nothing of the running speed.",
            remedy="Let the camera stand still and the runner pass, or film on a treadmill.",
        )  # fmt: skip
    if motion == "unclear":
        return Check(
            "seen_side_on", "warn", "Whether the runner stays in one place could not be told.",
            remedy="Film the whole body, before a background with something to see on it.",
        )  # fmt: skip
    return Check("seen_side_on", "ok", "The runner stays in one place in the picture.")


def check_shake(shake: float) -> Check:
    """The camera is held still.

    Args:
        shake: As from `compute_camera_shake`, leg lengths.
    """
    message = f"The picture jumps up and down by {shake:.2f} leg lengths within a step."
    if shake > MOST_SHAKE:
        return Check(
            "camera_shake", "warn",
            f"{message} The background's motion is taken out, but the hips' rise and fall is less certain.",
            shake, MOST_SHAKE, "Put the camera on a tripod, or lean it against something firm.",
        )  # fmt: skip
    return Check("camera_shake", "ok", message, shake, MOST_SHAKE)


def check_cuts(cuts: int, first_s: float, last_s: float) -> Check:
    """The clip is one take.

    Args:
        cuts: How many hard cuts it holds.
        first_s: Start of the stretch in which the runner was followed, seconds as played.
        last_s: Its end.
    """
    if cuts == 0:
        return Check("one_take", "ok", "The clip is one take.", 0, 0)
    count = "a cut" if cuts == 1 else f"{cuts} cuts"
    return Check(
        "one_take", "warn", f"The clip holds {count}; only the stretch from {first_s:.1f} s to {last_s:.1f} s is read.",
        cuts, 0, "Trim the clip to one take of the runner.",
    )  # fmt: skip
