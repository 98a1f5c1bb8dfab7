"""Ranges a metric is read against, each with its status and source."""

from __future__ import annotations

from runform.results import Reference

REFERENCES: dict[str, Reference] = {
    "cadence": Reference(
        155, 203, "published", "Burns and others 2019: range of 20 elite ultramarathon runners over a 100 km race"
    ),
    "ground_contact_time": Reference(
        0.20, 0.32, "convention", "typical of easy to brisk running (2.5 to 4 m/s); shorter when faster"
    ),
    "flight_time": Reference(0.05, 0.16, "convention", "typical of easy to brisk running (2.5 to 4 m/s)"),
    "duty_factor": Reference(0.28, 0.42, "convention", "below 0.5 by definition of running; lower when faster"),
    "shank_angle_at_contact": Reference(
        -2, 10, "convention", "coaching rule: the shank near vertical at initial contact"
    ),
    "trunk_lean": Reference(2, 12, "convention", "coaching rule: a slight lean forward"),
}
