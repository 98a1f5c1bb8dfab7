"""The clip's clock: a cadence that people run at, and doubts whether the clip plays at the speed it is taken for."""

from __future__ import annotations

import math

from runform.gait.clock import MOST_CLOCK_ERROR, RUNNING_CADENCE, OtherClock, list_time_scales
from runform.results import Check
from runform.sequences import ClipInfo


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


def check_time_scale(
    clip: ClipInfo,
    other: OtherClock | None = None,
    *,
    by_gravity: float = math.nan,
    by_belt: float = math.nan,
) -> Check:
    """The clip plays at the speed it is taken for.

    Refused where it shows running only at another time scale, or where gravity and the belt's speed both say that the
    clock is wrong, and the same way. Gravity alone warns: a camera that rises and falls with the steps misleads it.

    Args:
        clip: Its time scale and who says so.
        other: The time scale at which it shows running, where its own shows none.
        by_gravity: Seconds by the clip's clock for each second lived, by gravity; NaN where not known.
        by_belt: The same by the stated belt speed over that of the foot on it; NaN where not known.
    """
    if other is not None:
        return Check(
            "time_scale", "refuse",
            f"By {_name_clock(clip)} this is not running; at a factor of {other.time_scale:g} it is, with "
            f"{other.cadence:.0f} steps/min and hips that rise and fall as gravity has it.",
            other.time_scale, clip.time_scale, _advise_factor(other.time_scale),
        )  # fmt: skip
    wrong, limit = _find_error(by_gravity)
    if wrong == 0:
        message = f"{_name_clock(clip).capitalize()} is not contradicted."
        return Check("time_scale", "ok", message, by_gravity, limit)
    slow = f"{by_gravity:.1f} times slower" if wrong > 0 else f"{1 / by_gravity:.1f} times faster"
    message = f"The hips rise and fall as if the clip played {slow} than {_name_clock(clip)} says"
    if _find_error(by_belt)[0] == wrong:
        return Check(
            "time_scale", "refuse", f"{message}, and the foot on the belt moves so too.", by_gravity, limit,
            "State how many times the clip is slowed down, or correct the stated belt speed.",
        )  # fmt: skip
    return Check(
        "time_scale", "warn", f"{message}.", by_gravity, limit,
        "If the clip is slowed down or sped up, state the factor; else film with a camera that stands still, for one "
        "that moves with the steps looks the same.",
    )  # fmt: skip


def _find_error(by_witness: float) -> tuple[int, float]:
    """1 where a witness finds the clip slower than its clock says, -1 where faster, else 0; and the limit."""
    if by_witness > MOST_CLOCK_ERROR:
        return 1, MOST_CLOCK_ERROR
    if by_witness < 1 / MOST_CLOCK_ERROR:
        return -1, 1 / MOST_CLOCK_ERROR
    return 0, MOST_CLOCK_ERROR


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
    return _advise_factor(factor)


def _advise_factor(factor: float) -> str:
    """To state this factor, in the words that fit it."""
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
    return next((f for f in list_time_scales(clip.frame_rate) if low <= played * f <= high), None)
