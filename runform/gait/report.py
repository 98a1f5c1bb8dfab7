"""The gait room's one answer: view, contacts, metrics and checks of a clip."""

from __future__ import annotations

import numpy as np

from runform.gait import checks, metrics
from runform.gait.angles import compute_trunk_lean
from runform.gait.body_frame import (
    compute_direction,
    compute_leg_confidence,
    compute_turned_share,
    compute_width_ratio,
    estimate_motion,
    estimate_view,
)
from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import ContactDetection, detect_contacts
from runform.gait.vertical_motion import VerticalMotion, compute_vertical_motion
from runform.results import AnalysisOptions, Check, GaitReport, Metric
from runform.sequences import SIDES, ClipInfo, Contact, ContactGeometry, KeypointSequence

MEANINGLESS_WITHOUT = frozenset(
    {"frame_rate", "runner_found", "side_view", "one_direction", "steady_stride", "running", "plausible_cadence"}
)
"""Checks whose refusal takes away contacts and metrics too: the method behind them assumes running, from the side."""


def analyse_gait(keypoints: KeypointSequence, *, clip: ClipInfo, options: AnalysisOptions) -> GaitReport:
    """Contacts, metrics and checks of one clip.

    Args:
        keypoints: Clean keypoints.
        clip: The clip, for its frame rate.
        options: What the user stated, for the athlete's height.

    Returns:
        The report. Metrics that could not be measured hold NaN; checks say why.
    """
    direction = compute_direction(keypoints)
    detection = detect_contacts(keypoints, direction) if direction != 0 else None
    contacts: tuple[Contact, ...] = ()
    geometry: tuple[ContactGeometry, ...] = ()
    vertical: VerticalMotion | None = None
    if detection is not None and detection.swing_amplitude >= checks.LEAST_SWING:
        contacts = detection.contacts
        geometry = compute_contact_geometry(keypoints, contacts, detection.phase, direction)
        if contacts:
            vertical = compute_vertical_motion(keypoints, detection.phase, _midstance_phase(detection))
    measured = _measure(keypoints, detection, contacts, geometry, vertical, direction, options)
    said = _check(keypoints, clip, detection, vertical, contacts, measured[0].value)
    if any(check.status == "refuse" and check.name in MEANINGLESS_WITHOUT for check in said):
        measured, contacts, geometry = [metrics.withhold(metric) for metric in measured], (), ()
    return GaitReport(
        view=estimate_view(keypoints),
        motion=estimate_motion(keypoints),
        contacts=contacts,
        geometry=geometry,
        metrics={metric.name: metric for metric in measured},
        checks=tuple(said),
    )


def _measure(
    keypoints: KeypointSequence,
    detection: ContactDetection | None,
    contacts: tuple[Contact, ...],
    geometry: tuple[ContactGeometry, ...],
    vertical: VerticalMotion | None,
    direction: int,
    options: AnalysisOptions,
) -> list[Metric]:
    """Every metric, the cadence first."""
    strides = detection.phase.frequency_hz * float(np.ptp(keypoints.time_s)) if detection and contacts else 0.0
    oscillation = vertical.oscillation if vertical else float("nan")
    return [
        metrics.compute_cadence(contacts),
        metrics.compute_step_time(contacts),
        metrics.compute_ground_contact_time(contacts),
        metrics.compute_flight_time(contacts),
        metrics.compute_duty_factor(contacts),
        metrics.compute_at_contact("shank_angle_at_contact", "deg", geometry, lambda g: g.shank_angle_deg),
        metrics.compute_at_contact("ankle_ahead_at_contact", "leg lengths", geometry, lambda g: g.ankle_ahead),
        metrics.compute_at_contact("knee_flexion_at_contact", "deg", geometry, lambda g: g.knee_flexion_deg),
        metrics.compute_mean_trunk_lean(compute_trunk_lean(keypoints, direction), strides),
        metrics.compute_vertical_oscillation(oscillation, options.height_cm, len(contacts)),
    ]


def _check(
    keypoints: KeypointSequence,
    clip: ClipInfo,
    detection: ContactDetection | None,
    vertical: VerticalMotion | None,
    contacts: tuple[Contact, ...],
    cadence: float,
) -> list[Check]:
    """Every check that the clip gives grounds for."""
    found = keypoints.found
    confidence = [np.median(compute_leg_confidence(keypoints, side)[found]) if found.any() else 0.0 for side in SIDES]
    rhythm = checks.check_rhythm(detection)
    # The reason that settles the matter comes first: a clip of walking is not to be filmed again at a higher rate.
    said = [rhythm]
    if detection is not None and contacts:
        said.append(checks.check_running(detection, vertical))
        if np.isfinite(cadence):
            said.append(checks.check_cadence(cadence, clip.time_scale))
    said += [
        checks.check_view(estimate_view(keypoints), compute_width_ratio(keypoints)),
        checks.check_one_direction(compute_turned_share(keypoints)),
        checks.check_found(float(found.mean())),
        checks.check_visibility(float(min(confidence))),
        checks.check_frame_rate(clip),
    ]
    # Without a rhythm there are no contacts, and to say so again would hide the one reason.
    if contacts or rhythm.status == "ok":
        said.append(checks.check_contacts(len(contacts)))
    said.append(checks.check_motion(estimate_motion(keypoints)))
    return said


def _midstance_phase(detection: ContactDetection) -> float:
    """Phase of mid-stance, strides. Left and right lie half a stride apart, which is the same place in the step."""
    midstance = [
        np.interp((c.initial_contact_s + c.toe_off_s) / 2, detection.phase.time_s, detection.phase.phase)
        for c in detection.contacts
        if np.isfinite(c.toe_off_s)
    ]
    # The mean of an angle: places in the step that straddle 0 must not average to one half.
    turns = np.exp(2j * np.pi * 2 * np.array(midstance)) if midstance else np.array([1.0 + 0j])
    return float(np.angle(turns.mean()) / (2 * np.pi) / 2)
