"""The gait room's one answer: view, contacts, metrics and checks of a clip."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from runform.gait.body_frame import compute_direction
from runform.gait.camera import estimate_motion, steady_keypoints
from runform.gait.checks import LEAST_SWING, Grounds, check_clip
from runform.gait.contact_geometry import compute_contact_geometry
from runform.gait.contacts import ContactDetection, detect_contacts
from runform.gait.cycle import compute_cycles
from runform.gait.definitions import DEFINITIONS
from runform.gait.leg_scale import compute_longer_leg, estimate_leg_length_m
from runform.gait.leg_swing import FEET_PASS
from runform.gait.metrics import compute_metrics, withhold
from runform.gait.speed import correct_for_view, estimate_speed
from runform.gait.stride_reading import Strides
from runform.gait.vertical_motion import VerticalMotion, compute_step_oscillations, compute_vertical_motion
from runform.gait.view import ViewEstimate, estimate_view
from runform.results import AnalysisOptions, GaitReport, Metric, SpeedEstimate
from runform.sequences import SIDES, CameraMotion, ClipInfo, Contact, ContactGeometry, KeypointSequence, Motion

MEANINGLESS_WITHOUT = frozenset(
    {
        "standing", "steady_stride", "running", "time_scale", "plausible_cadence",
        "side_view", "one_direction", "runner_found", "frame_rate", "one_take",
    }
)  # fmt: skip
"""Checks whose refusal takes away contacts, curves and the form too: the method behind them assumes running, from the
side. Each metric says for itself which checks it needs (`definitions`)."""


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
    frame_rate = clip.frame_rate * clip.time_scale * (1 - duplicate_share)
    metrics, speed = _measure(findings, options, frame_rate)
    said = check_clip(
        Grounds(
            keypoints=keypoints,
            clip=clip,
            options=options,
            camera=camera,
            view=findings.view,
            motion=findings.motion,
            direction=findings.direction,
            detection=findings.detection,
            contacts=findings.contacts,
            vertical=findings.vertical,
            cadence=metrics["cadence"].value,
            duplicate_share=duplicate_share,
        )
    )
    refused = {check.name for check in said if check.status == "refuse"}
    meant = not refused & MEANINGLESS_WITHOUT
    contacts = findings.contacts if meant else ()
    return GaitReport(
        view=findings.view.view,
        motion=findings.motion,
        contacts=contacts,
        geometry=findings.geometry if meant else (),
        metrics=withhold(metrics, said),
        checks=tuple(said),
        oblique_deg=findings.view.oblique_deg,
        repairs=findings.detection.repairs if contacts and findings.detection else (),
        cycles=compute_cycles(keypoints, contacts, findings.direction),
        speed=None if refused & set(DEFINITIONS["speed"].needs) else speed,
    )


@dataclass(frozen=True)
class _Findings:
    """What the metrics and checks are made of; `vertical` and contacts are missing where the legs hardly swing.

    `steady` are the keypoints in px of a picture that stands still.
    """

    keypoints: KeypointSequence
    steady: KeypointSequence
    view: ViewEstimate
    motion: Motion
    direction: int
    detection: ContactDetection | None
    contacts: tuple[Contact, ...] = ()
    geometry: tuple[ContactGeometry, ...] = ()
    vertical: VerticalMotion | None = None


def _look(keypoints: KeypointSequence, camera: CameraMotion | None) -> _Findings:
    direction = compute_direction(keypoints)
    # Places in the picture over time: a camera that shakes or turns would add its own.
    steady = steady_keypoints(keypoints, camera)
    detection = detect_contacts(steady, direction) if direction != 0 else None
    findings = _Findings(
        keypoints, steady, estimate_view(keypoints), estimate_motion(keypoints, camera), direction, detection
    )
    if detection is None or detection.swing_amplitude < LEAST_SWING or not detection.contacts:
        return findings
    return dataclasses.replace(
        findings,
        contacts=detection.contacts,
        geometry=compute_contact_geometry(keypoints, detection.contacts, detection.phase, direction),
        vertical=compute_vertical_motion(steady, detection.phase, FEET_PASS),
    )


def _measure(
    findings: _Findings, options: AnalysisOptions, frame_rate: float
) -> tuple[dict[str, Metric], SpeedEstimate | None]:
    """Every metric by name, and the running speed; None where there is no stride to read it from."""
    detection, steady = findings.detection, findings.steady
    if detection is None or not findings.contacts:
        return compute_metrics(None, (), (), None, float("nan")), None
    strides = Strides(findings.keypoints, findings.contacts, detection.phase, findings.direction, frame_rate)
    oscillations = [
        step for side in SIDES for step in compute_step_oscillations(steady, detection.phase, strides.of(side))
    ]
    oblique_deg = findings.view.oblique_deg
    foot_speed = correct_for_view(detection.stance_speed * compute_longer_leg(steady), oblique_deg)
    speed = estimate_speed(steady, findings.motion, foot_speed, oblique_deg, options, frame_rate)
    leg_length_m = estimate_leg_length_m(options, foot_speed)
    return compute_metrics(strides, findings.geometry, oscillations, speed, leg_length_m), speed
