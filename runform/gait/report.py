"""The gait room's one answer: view, contacts, metrics and checks of a clip."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform.gait import checks, metrics
from runform.gait.angles import compute_trunk_lean
from runform.gait.body_frame import (
    compute_direction,
    compute_leg_confidence,
    compute_turned_share,
)
from runform.gait.camera import compute_camera_shake, estimate_motion, steady_keypoints
from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import ContactDetection, detect_contacts
from runform.gait.vertical_motion import VerticalMotion, compute_vertical_motion
from runform.gait.view import ViewEstimate, estimate_view
from runform.results import AnalysisOptions, Check, GaitReport, Metric
from runform.sequences import SIDES, CameraMotion, ClipInfo, Contact, ContactGeometry, KeypointSequence, Motion

MEANINGLESS_WITHOUT = frozenset(
    {"frame_rate", "runner_found", "side_view", "one_direction", "steady_stride", "running", "plausible_cadence"}
)
"""Checks whose refusal takes away contacts and metrics too: the method behind them assumes running, from the side."""


def analyse_gait(
    keypoints: KeypointSequence,
    *,
    clip: ClipInfo,
    options: AnalysisOptions,
    camera: CameraMotion | None = None,
    duplicate_share: float = 0.0,
) -> GaitReport:
    """Contacts, metrics and checks of one clip.

    Args:
        keypoints: Clean keypoints, px of each frame.
        clip: The clip, for its frame rate and clock.
        options: What the user stated, for the athlete's height.
        camera: How the picture moved, of the same frames; None where nobody looked, which leaves out the checks of it.
        duplicate_share: Share of the frames that repeat the one before, 0 to below 1.

    Returns:
        The report. Metrics that could not be measured hold NaN; checks say why.

    Raises:
        ShapeError: A camera of another number of frames.
    """
    findings = _look(keypoints, camera)
    measured = _measure(keypoints, findings, options)
    said = _check(keypoints, clip, camera, findings, measured[0].value, duplicate_share)
    contacts, geometry = findings.contacts, findings.geometry
    if any(check.status == "refuse" and check.name in MEANINGLESS_WITHOUT for check in said):
        measured, contacts, geometry = [metrics.withhold(metric) for metric in measured], (), ()
    return GaitReport(
        view=findings.view.view,
        motion=findings.motion,
        contacts=contacts,
        geometry=geometry,
        metrics={metric.name: metric for metric in measured},
        checks=tuple(said),
        oblique_deg=findings.view.oblique_deg,
    )


@dataclass(frozen=True)
class _Findings:
    """What the metrics and checks are made of; `vertical` and contacts are missing where the legs hardly swing."""

    view: ViewEstimate
    motion: Motion
    direction: int
    detection: ContactDetection | None
    contacts: tuple[Contact, ...] = ()
    geometry: tuple[ContactGeometry, ...] = ()
    vertical: VerticalMotion | None = None


def _look(keypoints: KeypointSequence, camera: CameraMotion | None) -> _Findings:
    direction = compute_direction(keypoints)
    detection = detect_contacts(keypoints, direction) if direction != 0 else None
    findings = _Findings(estimate_view(keypoints), estimate_motion(keypoints, camera), direction, detection)
    if detection is None or detection.swing_amplitude < checks.LEAST_SWING:
        return findings
    vertical = None
    if detection.contacts:
        # Up and down in the picture over time: a camera that shakes or turns would add its own.
        steady = steady_keypoints(keypoints, camera)
        vertical = compute_vertical_motion(steady, detection.phase, _midstance_phase(detection))
    geometry = compute_contact_geometry(keypoints, detection.contacts, detection.phase, direction)
    return dataclasses.replace(findings, contacts=detection.contacts, geometry=geometry, vertical=vertical)


def _measure(keypoints: KeypointSequence, findings: _Findings, options: AnalysisOptions) -> list[Metric]:
    """Every metric, the cadence first."""
    contacts, geometry, detection = findings.contacts, findings.geometry, findings.detection
    strides = detection.phase.frequency_hz * float(np.ptp(keypoints.time_s)) if detection and contacts else 0.0
    oscillation = findings.vertical.oscillation if findings.vertical else float("nan")
    return [
        metrics.compute_cadence(contacts),
        metrics.compute_step_time(contacts),
        metrics.compute_ground_contact_time(contacts),
        metrics.compute_flight_time(contacts),
        metrics.compute_duty_factor(contacts),
        metrics.compute_at_contact("shank_angle_at_contact", "deg", geometry, lambda g: g.shank_angle_deg),
        metrics.compute_at_contact("ankle_ahead_at_contact", "leg lengths", geometry, lambda g: g.ankle_ahead),
        metrics.compute_at_contact("knee_flexion_at_contact", "deg", geometry, lambda g: g.knee_flexion_deg),
        metrics.compute_mean_trunk_lean(compute_trunk_lean(keypoints, findings.direction), strides),
        metrics.compute_vertical_oscillation(oscillation, options.height_cm, len(contacts)),
    ]


def _check(
    keypoints: KeypointSequence,
    clip: ClipInfo,
    camera: CameraMotion | None,
    findings: _Findings,
    cadence: float,
    duplicate_share: float,
) -> list[Check]:
    """Every check that the clip gives grounds for."""
    found, detection, contacts = keypoints.found, findings.detection, findings.contacts
    confidence = [np.median(compute_leg_confidence(keypoints, side)[found]) if found.any() else 0.0 for side in SIDES]
    rhythm = checks.check_rhythm(detection)
    # The reason that settles the matter comes first: a clip of walking is not to be filmed again at a higher rate.
    said = [rhythm]
    if detection is not None and contacts:
        said.append(checks.check_running(detection, findings.vertical))
        if np.isfinite(cadence):
            said.append(checks.check_cadence(cadence, clip))
    said += [
        checks.check_view(findings.view),
        checks.check_one_direction(compute_turned_share(keypoints)),
        checks.check_found(float(found[_find_take(found, camera)].mean())),
        checks.check_visibility(float(min(confidence))),
        checks.check_frame_rate(clip, duplicate_share),
    ]
    # Without a rhythm there are no contacts, and to say so again would hide the one reason.
    if contacts or rhythm.status == "ok":
        said.append(checks.check_contacts(len(contacts)))
    said.append(checks.check_motion(findings.motion))
    if camera is not None and found.any():
        said += _check_camera(keypoints, clip, camera)
    return said


def _check_camera(keypoints: KeypointSequence, clip: ClipInfo, camera: CameraMotion) -> list[Check]:
    """What the picture's own motion says of a clip in which the runner was found."""
    said = [checks.check_shake(compute_camera_shake(keypoints, camera))] if camera.known else []
    played_s = (keypoints.time_s[keypoints.found] - keypoints.time_s[0]) * clip.time_scale
    return [*said, checks.check_cuts(int(camera.cuts.sum()), float(played_s[0]), float(played_s[-1]))]


def _find_take(found: npt.NDArray[np.bool_], camera: CameraMotion | None) -> slice:
    """The frames between the cuts on either side of the runner; the whole clip where it has none."""
    if camera is None or not found.any():
        return slice(None)
    cuts = np.flatnonzero(camera.cuts)
    first = int(np.argmax(found))
    before, after = cuts[cuts <= first], cuts[cuts > first]
    return slice(int(before[-1]) if len(before) else 0, int(after[0]) if len(after) else len(found))


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
