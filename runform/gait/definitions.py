"""What each metric is: how it is measured, in which unit, by whose definition, and which checks it stands on."""

from __future__ import annotations

from dataclasses import dataclass

_RUNNING = (
    "standing", "steady_stride", "running", "time_scale", "plausible_cadence",
    "one_direction", "runner_found", "one_take",
)  # fmt: skip
"""What is said of a runner needs one who runs, steadily, in one direction and in sight, by a clock that is right."""
_EVENTS = (*_RUNNING, "side_view", "frame_rate", "legs_visible")
"""What is timed from single contacts also needs frames enough, and both legs seen to sweep past the camera."""
_PLANE = (*_EVENTS, "seen_side_on")
"""Angles and lengths along the running direction suffer where the view turns."""
_BODY_PLANE = (*_RUNNING, "side_view", "seen_side_on")
"""The same where no contact has to be timed."""

_COMMON = "Usual definition in running analysis"
_SOUZA = "Souza (2016), running analysis from video"
_SYMMETRY = "Symmetry index of Robinson, Herzog and Nigg (1987)"


@dataclass(frozen=True)
class MetricDefinition:
    """One running metric.

    Attributes:
        name: Key, snake_case.
        unit: As printed; "" for a plain ratio.
        definition: How it is measured, one sentence.
        source: Whose definition it is.
        needs: Names of the checks without which it is not printed. A check that only warns leaves it standing.
        sided: Whether left and right have a value each.
        unit_without_scale: The unit where neither the runner's height nor the belt's speed allows metres; empty where
            the unit needs neither.
    """

    name: str
    unit: str
    definition: str
    source: str
    needs: tuple[str, ...]
    sided: bool
    unit_without_scale: str = ""


_TIMES = (
    MetricDefinition(
        "cadence",
        "steps/min",
        "120 over the mean time from one foot's initial contact to that foot's next; both feet's steps are counted.",
        _COMMON,
        _RUNNING,
        sided=False,
    ),
    MetricDefinition(
        "step_time",
        "s",
        "Time from one foot's initial contact to the other's; a side's step ends with that side's contact.",
        _COMMON,
        _EVENTS,
        sided=True,
    ),
    MetricDefinition(
        "stride_time",
        "s",
        "Time from one foot's initial contact to the same foot's next.",
        _COMMON,
        _RUNNING,
        sided=True,
    ),
    MetricDefinition(
        "ground_contact_time",
        "s",
        "Time from a foot's initial contact to its toe-off.",
        _COMMON,
        _EVENTS,
        sided=True,
    ),
    MetricDefinition(
        "flight_time",
        "s",
        "Time from one foot's toe-off to the other's initial contact, counted for the foot that left.",
        _COMMON,
        _EVENTS,
        sided=True,
    ),
    MetricDefinition(
        "duty_factor",
        "of stride",
        "Ground contact time over stride time, the stride being twice the mean step.",
        _COMMON,
        _EVENTS,
        sided=True,
    ),
    MetricDefinition(
        "step_time_symmetry",
        "%",
        "Left minus right step time over the mean of both; positive where the left one is longer.",
        _SYMMETRY,
        (*_EVENTS, "enough_contacts"),
        sided=False,
    ),
    MetricDefinition(
        "contact_time_symmetry",
        "%",
        "Left minus right ground contact time over the mean of both; positive where the left one is longer.",
        _SYMMETRY,
        (*_EVENTS, "enough_contacts"),
        sided=False,
    ),
)
_LENGTHS = (
    MetricDefinition(
        "speed",
        "m/s",
        "The belt's speed as stated; else the hips' way over the ground before a still camera, or the speed of the "
        "standing foot under the hips, times the leg's length from the height.",
        "RunForm; leg length from height by Drillis and Contini (1966), in Winter (2009)",
        (*_PLANE, "speed_agrees"),
        sided=False,
        unit_without_scale="leg lengths/s",
    ),
    MetricDefinition(
        "step_length",
        "m",
        "Speed times step time: how far the runner comes from one foot's initial contact to the other's.",
        _COMMON,
        (*_PLANE, "speed_agrees"),
        sided=True,
        unit_without_scale="leg lengths",
    ),
    MetricDefinition(
        "vertical_oscillation",
        "m",
        "Highest minus lowest place of the middle of the hips within a step, counted for the foot that lands in it.",
        "Usual definition; leg length from height by Drillis and Contini (1966), in Winter (2009)",
        (*_RUNNING, "camera_shake"),
        sided=True,
        unit_without_scale="leg lengths",
    ),
    MetricDefinition(
        "vertical_ratio",
        "of step length",
        "Vertical oscillation over step length.",
        "As running watches give it",
        (*_PLANE, "camera_shake"),
        sided=False,
    ),
    MetricDefinition(
        "ankle_ahead_at_contact",
        "leg lengths",
        "Ankle ahead of the middle of the hips in the running direction at initial contact, over that leg's length.",
        "Lieberman and others (2015), foot ahead of the hip at landing",
        _PLANE,
        sided=True,
    ),
)
_ANGLES = (
    MetricDefinition(
        "shank_angle_at_contact",
        "deg",
        "Line from knee to ankle against the vertical at initial contact; positive with the ankle ahead of the knee.",
        _SOUZA,
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "knee_flexion_at_contact",
        "deg",
        "Angle between thigh and shank at initial contact; 0 is a straight leg.",
        _SOUZA,
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "knee_flexion_midstance",
        "deg",
        "Largest angle between thigh and shank in the first three quarters of contact, while the leg takes the weight.",
        _SOUZA,
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "knee_flexion_swing",
        "deg",
        "Largest angle between thigh and shank while the foot is in the air.",
        _COMMON,
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "hip_extension",
        "deg",
        "Largest angle of the thigh behind the vertical, near toe-off; not the joint's own angle, for that needs the "
        "pelvis' tilt, which is not seen.",
        _SOUZA,
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "trunk_lean",
        "deg",
        "Line from mid-hips to mid-shoulders against the vertical, the mean over each step; positive is forward.",
        _SOUZA,
        _BODY_PLANE,
        sided=False,
    ),
    MetricDefinition(
        "foot_angle_at_contact",
        "deg",
        "Line from heel to toe at initial contact against the same line while that foot stands flat; positive with the "
        "toes up.",
        "Altman and Davis (2012), foot strike angle",
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "rearfoot_share",
        "of contacts",
        "Share of the contacts that are clearly on the rearfoot, among those whose foot angle decides.",
        "Altman and Davis (2012), rearfoot above 8 degrees of foot strike angle",
        _PLANE,
        sided=True,
    ),
    MetricDefinition(
        "arm_swing",
        "deg",
        "How far the line from shoulder to elbow turns to and fro within a stride; the arm on the camera's side is the "
        "more reliable one.",
        "RunForm",
        _BODY_PLANE,
        sided=True,
    ),
)

DEFINITIONS: dict[str, MetricDefinition] = {each.name: each for each in (*_TIMES, *_LENGTHS, *_ANGLES)}
"""Every metric by its name."""
