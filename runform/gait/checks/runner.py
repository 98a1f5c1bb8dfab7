"""One runner, in sight, who keeps one direction."""

from __future__ import annotations

from runform.results import Check

LEAST_FOUND = 0.5
GOOD_FOUND = 0.9
LEAST_LEG_CONFIDENCE = 0.4
GOOD_LEG_CONFIDENCE = 0.6
MOST_TURNED = 0.1


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


def check_one_direction(turned_share: float) -> Check:
    """The runner keeps one direction through the clip; NaN where it could not be told in any frame."""
    remedy = "Trim the clip to one pass in one direction."
    if turned_share <= MOST_TURNED:
        return Check("one_direction", "ok", "The runner keeps one direction.", turned_share, MOST_TURNED)
    if turned_share > MOST_TURNED:
        message = f"The runner faces the other way in {turned_share:.0%} of the frames."
    else:
        message = "Which way the runner faces could not be told."
    return Check("one_direction", "refuse", message, turned_share, MOST_TURNED, remedy)
