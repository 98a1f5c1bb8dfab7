"""Conditions a clip must meet before its numbers may be believed, one function each.

Each says what was measured, against what limit, and what to do. A check that refuses takes the verdict away; one that
warns leaves the numbers standing, to be read with care.
"""

from runform.gait.checks.camera import MOST_SHAKE, TOO_MUCH_SHAKE, check_motion, check_shake
from runform.gait.checks.clip import (
    GOOD_FRAME_RATE,
    LEAST_FRAME_RATE,
    WORTH_SAYING_DUPLICATES,
    check_cuts,
    check_frame_rate,
)
from runform.gait.checks.clock import check_cadence, check_time_scale
from runform.gait.checks.gather import Grounds, check_clip
from runform.gait.checks.rhythm import (
    LEAST_CONTACTS,
    LEAST_RHYTHM,
    LEAST_SWING,
    MOST_RISE,
    UNSURE_DUTY_FACTOR,
    check_contacts,
    check_rhythm,
    check_running,
    check_standing,
)
from runform.gait.checks.runner import (
    GOOD_FOUND,
    GOOD_LEG_CONFIDENCE,
    LEAST_FOUND,
    LEAST_LEG_CONFIDENCE,
    MOST_TURNED,
    check_found,
    check_one_direction,
    check_visibility,
)
from runform.gait.checks.table import CHECKS, CheckDefinition
from runform.gait.checks.view import MOST_OBLIQUE_DEG, SQUARE_DEG, check_view

__all__ = [
    "CHECKS",
    "GOOD_FOUND",
    "GOOD_FRAME_RATE",
    "GOOD_LEG_CONFIDENCE",
    "LEAST_CONTACTS",
    "LEAST_FOUND",
    "LEAST_FRAME_RATE",
    "LEAST_LEG_CONFIDENCE",
    "LEAST_RHYTHM",
    "LEAST_SWING",
    "MOST_OBLIQUE_DEG",
    "MOST_RISE",
    "MOST_SHAKE",
    "MOST_TURNED",
    "SQUARE_DEG",
    "TOO_MUCH_SHAKE",
    "UNSURE_DUTY_FACTOR",
    "WORTH_SAYING_DUPLICATES",
    "CheckDefinition",
    "Grounds",
    "check_cadence",
    "check_clip",
    "check_contacts",
    "check_cuts",
    "check_found",
    "check_frame_rate",
    "check_motion",
    "check_one_direction",
    "check_rhythm",
    "check_running",
    "check_shake",
    "check_standing",
    "check_time_scale",
    "check_view",
    "check_visibility",
]
