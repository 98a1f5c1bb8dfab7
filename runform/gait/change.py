"""Two sessions of one runner: is the change larger than the error?

Each session's ± joins what differs from step to step and what all of its steps share (`runform.gait.systematic`). The
first is new in every session. The second comes back in part where the same detector sees the same runner from the same
side at the same frame rate, and only that part cancels in the difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from runform.gait.systematic import SYSTEMATIC, compute_systematic
from runform.results import Analysis, Metric

NEW_SHARE = 0.5
"""Share of the systematic error's variance that is taken to be new in each session of one setup. Our choice, and more
than was seen: of an angle's ± 3.0 degrees it leaves ± 2.1 to each session. Joint angles of people walking before eight
cameras, without markers, strayed by 2.61 degrees within and 2.75 between sessions (Kanko and others 2020, standard
deviations), which makes ± 1.7 new in each; a single camera that is set up anew is worse."""
_SAME_RATE = 0.1
"""Frame rates that differ by less than this share count as one; phones' rates stray by some percent."""


@dataclass(frozen=True)
class MetricChange:
    """One metric from an earlier session to a later one.

    Attributes:
        difference: Later minus earlier, in the metric's unit; NaN where one was not measured or their units differ.
        plus_minus: 95 % half-width of the difference; NaN with it, infinite where one session says nothing of its own.
    """

    difference: float
    plus_minus: float

    @property
    def exceeds(self) -> bool | None:
        """Whether the change is larger than its error; None where that cannot be told."""
        if not (math.isfinite(self.difference) and math.isfinite(self.plus_minus)):
            return None
        return bool(abs(self.difference) > self.plus_minus)


def find_shared_rate(before: Analysis, after: Analysis) -> float | None:
    """The frame rate of two analyses of one runner that share their setup.

    A setup is the camera's side, a runner in place or passing, the frame rate and the pose model. Whether the camera
    stood at the same spot is not known.

    Args:
        before: Of one runner.
        after: Of the same runner.

    Returns:
        Frames per second of real time, the lower one of the two; None where they share no setup.
    """
    first, second = (analysis.clip.frame_rate * analysis.clip.time_scale for analysis in (before, after))
    alike = (
        before.gait.view == after.gait.view != "unclear"
        and before.gait.motion == after.gait.motion != "unclear"
        and before.pose.model_sha256 == after.pose.model_sha256
        and abs(first - second) <= _SAME_RATE * max(first, second)
    )
    return min(first, second) if alike else None


def compute_change(before: Metric, after: Metric, *, shared_rate: float | None = None) -> MetricChange:
    """The change of a metric between two sessions of one runner, with its ±.

    Args:
        before: Of the earlier session.
        after: The same metric of the later session.
        shared_rate: Frames per second of real time where both sessions share their setup (`find_shared_rate`): of the
            systematic errors only `NEW_SHARE` then counts. None takes both ± as independent, which is the larger.
    """
    if before.unit != after.unit:
        return MetricChange(math.nan, math.nan)
    difference = after.value - before.value
    if not math.isfinite(difference):
        return MetricChange(math.nan, math.nan)
    return MetricChange(
        difference, math.hypot(*(_compute_own_error(metric, shared_rate) for metric in (before, after)))
    )


def _compute_own_error(metric: Metric, shared_rate: float | None) -> float:
    """The part of a metric's ± that the other session does not share; all of it where nothing is known."""
    if shared_rate is None or metric.name not in SYSTEMATIC:
        return metric.plus_minus
    systematic = min(compute_systematic(metric.name, shared_rate, metric.value), metric.plus_minus)
    return math.sqrt(metric.plus_minus**2 - (1 - NEW_SHARE) * systematic**2)
