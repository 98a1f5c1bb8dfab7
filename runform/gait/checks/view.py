"""Where the camera stands around the runner."""

from __future__ import annotations

from runform.gait.view import ViewEstimate
from runform.results import Check

SQUARE_DEG = 20.0
"""Up to here the view changes the ankle ahead at contact by less than its stated error. Of 11 captured runs before
virtual cameras 95 % changed by at most 0.041 leg lengths, the shank by 2.9 and the knee by 3.5 degrees, initial contact
by 17 ms and toe-off by 12 ms (`training.view_evaluation.evaluate_obliqueness`)."""
MOST_OBLIQUE_DEG = 40.0
"""From here the ankle ahead looks a fifth too short on the mean and is off by up to 0.10 leg lengths, the knee by 7.2
degrees, toe-off by 23 ms: an overstride looks like none."""


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
