"""Slow motion as the container states it: the rate at which the camera took the frames beside the rate they play at.

Android cameras write the capture rate as the metadata key `com.android.capture.fps` (a float or text), also into clips
at normal speed and into clips that already play at the capture rate, so the tag means something only beside the
timestamps. Apple and GoPro write slow motion with timestamps that run at the capture rate, and need nothing; Apple's
`com.apple.quicktime.full-frame-rate-playback-intent` says how a player should show such a clip, not how its timestamps
run, and is 0 in clips at normal speed too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_CAPTURE_RATE_KEY = "com.android.capture.fps"
# Phones write the rate they were set to, 30 or 60, and fall to 24 or 15 in dim light: that is no slow motion.
_LEAST_CAPTURE_RATE = 100.0
_LEAST_TIME_SCALE = 1.5
_COMMON_PLAYED_RATES = (24.0, 25.0, 30.0, 50.0, 60.0)
# The timestamps of a phone wander by a few per cent, and cameras write 29.97 as 30.
_RATE_WANDERS = 0.03
_NEAR_WHOLE = 0.01


def read_capture_rate(*metadata: Mapping[str, str]) -> float | None:
    """The rate at which the frames were taken, as the container says.

    Args:
        metadata: Of the container and its streams, by key.

    Returns:
        Frames/s of real time, or None where nothing says so or what it says is no rate.
    """
    for tags in metadata:
        text = next((value for key, value in tags.items() if key.lower() == _CAPTURE_RATE_KEY), None)
        if text is None:
            continue
        try:
            rate = float(text.strip("\x00 "))
        except ValueError:
            continue
        if math.isfinite(rate) and rate > 0:
            return rate
    return None


def compute_time_scale(capture_rate: float | None, played_rate: float) -> float | None:
    """Seconds played per second lived, where the two rates make it clear.

    Args:
        capture_rate: Frames/s of real time, None when unknown.
        played_rate: Frames/s of the presentation timestamps, > 0.

    Returns:
        The ratio to the common playing rate within 3 % of `played_rate`, or a whole ratio within 3 %; None where
        nothing is slowed down (below 1.5, or taken at less than 100 frames/s) or the ratio means nothing.
    """
    if capture_rate is None or capture_rate < _LEAST_CAPTURE_RATE:
        return None
    if capture_rate / played_rate < _LEAST_TIME_SCALE:
        return None
    common = min(_COMMON_PLAYED_RATES, key=lambda rate: abs(rate - played_rate))
    if abs(common / played_rate - 1) <= _RATE_WANDERS:
        return _snap(capture_rate / common, _NEAR_WHOLE)
    ratio = capture_rate / played_rate
    whole = _snap(ratio, _RATE_WANDERS)
    return whole if whole.is_integer() else None


def _snap(ratio: float, tolerance: float) -> float:
    """The whole number near a ratio, or the ratio itself where none is."""
    whole = float(round(ratio))
    return whole if whole and abs(ratio / whole - 1) <= tolerance else ratio
