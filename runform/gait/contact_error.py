"""How far a contact's events may lie from the truth."""

from __future__ import annotations

from typing import Literal

import numpy as np

Event = Literal["initial_contact", "toe_off"]
EVENTS: tuple[Event, Event] = ("initial_contact", "toe_off")

SYSTEMATIC_S: dict[Event, float] = {"initial_contact": 0.014, "toe_off": 0.032}
"""95 % half-width of the error common to all of one runner's events. With each event's own spread it holds the force
plate's event in 90 to 98 % of the contacts of rbds001 and hamner04 at 2 to 5 m/s, 30 to 240 frames/s, up to 20 degrees
off square (`training.contact_evaluation.compute_coverage`). Toe-off differs most between runners."""


def compute_plus_minus(event: Event, spread_s: float) -> float:
    """95 % half-width of one event's time, seconds.

    Args:
        event: Which.
        spread_s: Standard deviation of the event's place within its stride, from the keypoints' noise; NaN where it
            was not seen.
    """
    return float(np.hypot(1.96 * spread_s, SYSTEMATIC_S[event]))
