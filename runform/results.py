"""What an analysis says: checks, metrics, verdict, matches, and the one record that holds them all."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from runform.errors import InputError, ShapeError
from runform.sequences import (
    Box,
    ClipInfo,
    Contact,
    ContactGeometry,
    FormEmbedding,
    JointSequence,
    KeypointSequence,
    Motion,
    PhaseForms,
    Side,
    View,
)
from runform.settings import BackendChoice

CheckStatus = Literal["ok", "warn", "refuse"]
Verdict = Literal["overstride", "optimal", "uncertain", "refused"]
ReferenceStatus = Literal["published", "convention"]
SpeedSource = Literal["stated", "stance", "ground", ""]
ContactFault = Literal["missed", "double", "short_flight", "short_contact", "long_contact"]
CYCLE_POINTS = 101


@dataclass(frozen=True)
class AnalysisOptions:
    """What the user may state about a clip.

    Attributes:
        time_scale: Seconds played per second lived (8 for 240 fps footage played at 30), > 0; None goes by what the
            container says, and by real time where it says nothing.
        height_cm: The runner's height, or None.
        belt_speed: Treadmill speed in m/s, or None.
        backend: 2D pose backend, or "auto".
        runner: Which of the people found, from 0; None lets RunForm choose, as 0 does.
        box: (x, y, width, height) in px of the upright picture around the runner at `box_s`, or None. It goes before
            `runner`.
        box_s: When the box holds, seconds as played from the first frame.

    Raises:
        InputError: A value that no clip or runner has.
    """

    time_scale: float | None = None
    height_cm: float | None = None
    belt_speed: float | None = None
    backend: BackendChoice = "auto"
    runner: int | None = None
    box: Box | None = None
    box_s: float = 0.0

    def __post_init__(self) -> None:
        if self.time_scale is not None and not 0.1 <= self.time_scale <= 100:
            raise InputError(
                f"The time scale is {self.time_scale:g}.",
                "State how many times the clip is slowed down, for instance 8.",
            )
        if self.height_cm is not None and not 80 <= self.height_cm <= 250:
            raise InputError(f"The height is {self.height_cm:g} cm.", "Give the runner's height in cm, 80 to 250.")
        if self.belt_speed is not None and not 0.2 <= self.belt_speed <= 15:
            raise InputError(f"The belt speed is {self.belt_speed:g} m/s.", "Give it in m/s, 0.2 to 15.")
        if self.box is not None and not (self.box[2] > 0 and self.box[3] > 0):
            raise InputError("The box around the runner is empty.", "Its width and height must be above 0.")
        if self.box_s < 0:
            raise InputError("The box's time lies before the clip.", "Give seconds from the first frame, 0 or more.")


@dataclass(frozen=True)
class Check:
    """One condition the clip must meet before its numbers may be believed.

    Attributes:
        name: Key, snake_case.
        status: ok, warn (numbers stand, with care) or refuse (no verdict).
        message: One sentence for the coach: what was measured and against what limit.
        measured, limit: The numbers in it, NaN where the check has none.
        remedy: What to do about it; empty when ok.
    """

    name: str
    status: CheckStatus
    message: str
    measured: float = math.nan
    limit: float = math.nan
    remedy: str = ""


@dataclass(frozen=True)
class Reference:
    """The range a metric is read against.

    Attributes:
        low, high: In the metric's unit.
        status: published or convention.
        source: Who says so.
        population: For whom; empty in records of earlier versions.
        speed_low, speed_high: Running speeds in m/s for which it holds; NaN where the source names none.
    """

    low: float
    high: float
    status: ReferenceStatus
    source: str
    population: str = ""
    speed_low: float = math.nan
    speed_high: float = math.nan


@dataclass(frozen=True)
class StepValue:
    """One quantity of one step.

    Attributes:
        side: Whose step, as the metric's definition counts it.
        time_s: Of the step's initial contact, seconds of real time.
        value: In the metric's unit.
    """

    side: Side
    time_s: float
    value: float


@dataclass(frozen=True)
class Metric:
    """One running metric of the clip.

    Attributes:
        name: Key, snake_case.
        value: Mean over both sides' steps, NaN when it could not be measured.
        unit: As printed.
        plus_minus: 95 % half-width of `value`.
        n: How many steps (or strides) it stands on.
        left, right: Mean of each side, NaN where it has none or the metric has no sides.
        reference: The range it is read against, or None.
        left_plus_minus, right_plus_minus: 95 % half-width of each side's mean, NaN where it has none.
        steps: The value of each step, in order; empty where the metric is not of single steps.
        withheld_by: Names of the refusing checks for which the value is not printed.
    """

    name: str
    value: float
    unit: str
    plus_minus: float
    n: int
    left: float = math.nan
    right: float = math.nan
    reference: Reference | None = None
    left_plus_minus: float = math.nan
    right_plus_minus: float = math.nan
    steps: tuple[StepValue, ...] = ()
    withheld_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpeedEstimate:
    """How fast the runner runs, and how that is known.

    Attributes:
        value: m/s; NaN where neither belt speed nor height allow metres.
        plus_minus: 95 % half-width of `value`.
        leg_lengths_per_s: From the foot on the ground, leg lengths (hip to ankle) per second; NaN where not measured.
        source: "stated" by the user, from the "stance" foot under the runner and the height, or over the "ground"
            before a still camera and the height; empty where there is no value.
    """

    value: float
    plus_minus: float
    leg_lengths_per_s: float
    source: SpeedSource


@dataclass(frozen=True)
class CycleCurve:
    """One quantity over one side's gait cycle, from initial contact (0 %) to that foot's next (100 %).

    Attributes:
        name: Key of the quantity, snake_case.
        unit: As printed.
        side: Whose cycle.
        mean: (101,) mean over the strides, NaN where never seen.
        spread: (101,) standard deviation over the strides.
        n: Strides.
        toe_off: Where toe-off lies, percent of the cycle; NaN where not found.

    Raises:
        ShapeError: Not 101 points.
    """

    name: str
    unit: str
    side: Side
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    n: int
    toe_off: float = math.nan

    def __post_init__(self) -> None:
        for field_name in ("mean", "spread"):
            if len(getattr(self, field_name)) != CYCLE_POINTS:
                raise ShapeError(
                    f"{field_name} must have {CYCLE_POINTS} points, and has {len(getattr(self, field_name))}."
                )


@dataclass(frozen=True)
class ContactRepair:
    """What was wrong with the contacts as first found, and what became of it.

    Attributes:
        kind: missed, double (two of one foot in a row), short_flight (under 20 ms), short_contact, long_contact
            (outside 100 to 500 ms).
        side: Of the contact.
        time_s: Of its initial contact, seconds of real time.
        repaired: True when it was put right, False when it is only reported.
        message: One sentence for the coach.
    """

    kind: ContactFault
    side: Side
    time_s: float
    repaired: bool
    message: str


@dataclass(frozen=True)
class PoseRecord:
    """How the 2D keypoints came about.

    Attributes:
        backend, model: Names.
        model_sha256: Hash of the weights that ran.
        note: What the coach should know (for instance that official weights could not be fetched), or empty.
        runner: Which person was followed.
        frames_found: Frames in which the runner was found.
        swaps_repaired: Frames whose left and right legs were swapped back.
        gaps_filled: Keypoint values filled by interpolation.
        arm_swaps_repaired: Frames whose left and right arms were swapped back.
        merged_repaired: Frames in which one leg had been found on the other and was put back on its path.
        spikes_removed: Keypoint values that left their path for a moment.
        cutoff_hz: Of the low-pass, NaN where none ran.
        detector: What found the people; empty in records of earlier versions.
    """

    backend: str
    model: str
    model_sha256: str
    note: str
    runner: int
    frames_found: int
    swaps_repaired: int = 0
    gaps_filled: int = 0
    arm_swaps_repaired: int = 0
    merged_repaired: int = 0
    spikes_removed: int = 0
    cutoff_hz: float = math.nan
    detector: str = ""


@dataclass(frozen=True)
class PersonSummary:
    """One of the people found in a clip, for the coach to pick from.

    Attributes:
        number: As picked by `AnalysisOptions.runner`; 0 is the one proposed.
        first_s, last_s: When first and last seen, seconds as played.
        share: Of the clip's frames in which the person is there, 0 to 1.
        runs: How much the legs move as in running, 0 to 1; NaN where it could not be judged.
        reason: Why this number, one sentence.
        followed: Whether this analysis is of that person.
    """

    number: int
    first_s: float
    last_s: float
    share: float
    runs: float
    reason: str
    followed: bool


def person_picture_name(number: int) -> str:
    """The file name of a person's picture, beside the overlay video."""
    return f"person_{number}.jpg"


@dataclass(frozen=True)
class GaitReport:
    """Everything the gait room says of one keypoint sequence.

    Attributes:
        view: Which side of the runner the camera sees.
        motion: Treadmill, passing a still camera, or followed by the camera.
        contacts, geometry: One for each contact.
        metrics: By name.
        checks: Conditions met and not met.
        oblique_deg: Angle between the line of sight and the square side view: 0 from the side, 90 from front or back;
            NaN where it could not be told, and in records of earlier versions.
        repairs: Faults of the contacts as first found.
        cycles: Curves over the gait cycle, each side's; empty where there are no contacts.
        speed: How fast the runner runs; None in records of earlier versions and where the checks take it away.
    """

    view: View
    motion: Motion
    contacts: tuple[Contact, ...]
    geometry: tuple[ContactGeometry, ...]
    metrics: dict[str, Metric]
    checks: tuple[Check, ...]
    oblique_deg: float = math.nan
    repairs: tuple[ContactRepair, ...] = ()
    cycles: tuple[CycleCurve, ...] = ()
    speed: SpeedEstimate | None = None

    @property
    def refused(self) -> bool:
        """True when at least one check refuses."""
        return any(check.status == "refuse" for check in self.checks)


@dataclass(frozen=True)
class GeometryOpinion:
    """Overstride by geometry at initial contact.

    Attributes:
        verdict: By the probability.
        share_beyond: Share of contacts that overstride, 0 to 1.
        share_low, share_high: 95 % Wilson interval of that share.
        n: Contacts judged.
        thresholds: name -> {value, unit, status, source}, as they are for the clip's speed.
        reason: One sentence for the coach.
        probability: That the runner overstrides, 0 to 1; NaN when refused, and in records of earlier versions.
        reach: How far the median landing lies beyond the thresholds, standard errors of measurement; negative within.
    """

    verdict: Verdict
    share_beyond: float
    share_low: float
    share_high: float
    n: int
    thresholds: dict[str, dict[str, Any]]
    reason: str
    probability: float = math.nan
    reach: float = math.nan


@dataclass(frozen=True)
class SvmOpinion:
    """Overstride by the SVM on the form embedding.

    Attributes:
        verdict: overstride, optimal, uncertain, or refused while there is nothing to learn from.
        probability: Calibrated P(overstride), NaN when refused.
        margin: Signed distance to the boundary in margin widths, positive for overstride; NaN when refused.
        reason: One sentence: what it was trained on and how well it did, or why there is none.
        cross_validation: Measured on grouped folds at training; empty when refused.
    """

    verdict: Verdict
    probability: float
    margin: float
    reason: str
    cross_validation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OverstrideVerdict:
    """The overstride verdict of a clip and what it stands on.

    Attributes:
        verdict: What the page prints.
        reason: One sentence for the coach.
        geometry, svm: The two opinions.
        agree: Whether they agree; None while only one decides.
        probability: Of overstriding by both together, 0 to 1; NaN when refused, and in records of earlier versions.
    """

    verdict: Verdict
    reason: str
    geometry: GeometryOpinion
    svm: SvmOpinion
    agree: bool | None
    probability: float = math.nan


@dataclass(frozen=True)
class ProMatch:
    """One pro of the user's database beside this run.

    Attributes:
        pro_id, name: Which pro.
        similarity: Cosine of the embeddings, -1 to 1; centred on the reference population where `centred`.
        percentile: Share of the stored population less similar than this pro, 0 to 100; NaN for fewer than 3.
        centred: Whether the population's mean was taken off first.
    """

    pro_id: str
    name: str
    similarity: float
    percentile: float
    centred: bool


@dataclass(frozen=True)
class Analysis:
    """The one record of an analysed clip.

    Attributes:
        clip: The file.
        clip_sha256: Hash of its bytes.
        options: What the user stated.
        pose: How the keypoints came about.
        raw: Keypoints as the backend gave them.
        keypoints: Keypoints after cleaning.
        gait: View, motion, contacts, metrics, checks.
        joints: Lifted 3D joints, or None where refused.
        embedding: The form, or None where refused.
        overstride: The verdict.
        pros: Pros ranked by similarity, most similar first.
        versions: Package name -> version, and which weights made joints_3d and feet_3d.
        overlay: Path of the browser-playable video with the skeleton, or None.
        repairs: (T, K) uint8 of `Repair` flags, what cleaning did to each keypoint; None in earlier versions' records.
        people: Everyone found in the clip, in the order of their numbers; their pictures lie beside the overlay.
        phases: The form by phases of the stride; None where there is no form, and in records of earlier versions.
    """

    clip: ClipInfo
    clip_sha256: str
    options: AnalysisOptions
    pose: PoseRecord
    raw: KeypointSequence
    keypoints: KeypointSequence
    gait: GaitReport
    joints: JointSequence | None
    embedding: FormEmbedding | None
    overstride: OverstrideVerdict
    pros: tuple[ProMatch, ...]
    versions: dict[str, str]
    overlay: Path | None = None
    repairs: npt.NDArray[np.uint8] | None = None
    people: tuple[PersonSummary, ...] = ()
    phases: PhaseForms | None = None
