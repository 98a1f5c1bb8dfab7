"""The value objects that flow between the rooms: frozen, checked when made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from runform.errors import ShapeError
from runform.skeletons import HUMAN36M_17, HUMAN36M_FEET_21, SKELETONS, Skeleton

FloatArray = npt.NDArray[np.float64]
Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("left", "right")
View = Literal["left", "right", "front", "back", "front_or_back", "unclear"]
"""Which side of the runner the camera sees; `front_or_back` is how runs of earlier versions were stored."""
Motion = Literal["in_place", "passing", "panning", "unclear"]
"""The runner stays in place before a still camera (treadmill), passes a still camera, or is followed by it."""
TimeScaleSource = Literal["assumed", "container", "stated"]
Box = tuple[float, float, float, float]
"""(x, y, width, height) in px of the upright picture, y down."""

EMBEDDING_DIM = 17 * 512


def require_shape(name: str, array: npt.NDArray[Any], expected: tuple[int | None, ...]) -> None:
    """Check an array's shape; None in `expected` admits any length.

    Raises:
        ShapeError: Saying the expected and the actual shape.
    """
    fits = array.ndim == len(expected) and all(
        want is None or have == want for have, want in zip(array.shape, expected, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("any" if n is None else str(n) for n in expected) + ")"
        raise ShapeError(f"{name} must have shape {wanted}, and has {array.shape}.")


def require_increasing(name: str, time_s: FloatArray) -> None:
    """Check that times are finite and strictly increasing.

    Raises:
        ShapeError: Naming the first time that does not increase.
    """
    if not np.all(np.isfinite(time_s)):
        raise ShapeError(f"{name} must be finite seconds, and holds NaN or infinity.")
    steps = np.diff(time_s)
    if np.any(steps <= 0):
        at = int(np.argmax(steps <= 0)) + 1
        raise ShapeError(f"{name} must increase, and does not at index {at} ({time_s[at]:.6f} s).")


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip before its frames are looked at.

    Attributes:
        path: The file's name as given.
        width, height: Of the upright picture (rotation applied), px.
        frames: Frames decoded, 0 before decoding where the container does not say.
        duration_s: Presentation time covered, seconds as played.
        frame_rate: Median rate of the presentation timestamps, frames/s as played.
        rotation_deg: Clockwise rotation that was applied, 0, 90, 180 or 270.
        codec: The video stream's codec name.
        time_scale: Seconds played per second lived; 8 for 240 fps footage played at 30. From `probe` it is what the
            container says, 1 where it says nothing; in an Analysis it is what was used.
        time_scale_source: Who says so: nobody (`assumed` real time), the container, or the user.
    """

    path: str
    width: int
    height: int
    frames: int
    duration_s: float
    frame_rate: float
    rotation_deg: int
    codec: str
    time_scale: float = 1.0
    time_scale_source: TimeScaleSource = "assumed"


@dataclass(frozen=True)
class PersonTrack:
    """One person's place through a clip, never across a cut.

    Attributes:
        number: As the coach picks it; 0 is the one proposed as the runner.
        boxes: (T, 4) x, y, width, height about the whole body in px, for every frame of the clip; NaN where the person
            is not there. Short occlusions are bridged.
        reason: Why this number, one sentence for the coach.
        runs: How much the legs move as in running, 0 to 1; NaN where it could not be judged.

    Raises:
        ShapeError: Boxes of another shape.
    """

    number: int
    boxes: FloatArray
    reason: str = ""
    runs: float = float("nan")

    def __post_init__(self) -> None:
        require_shape("boxes", self.boxes, (None, 4))

    @property
    def present(self) -> npt.NDArray[np.bool_]:
        """(T,) frames in which the person is there."""
        return np.asarray(np.isfinite(self.boxes).all(axis=1), dtype=np.bool_)


@dataclass(frozen=True)
class CameraMotion:
    """How the picture as a whole moved.

    Attributes:
        to_first: (T, 2, 3) affine maps from px of each frame to px of the first frame of its uncut stretch; the
            background lies still under them. Identity where the camera stands still.
        cuts: (T,) True in the first frame after a hard cut.
        known: False where the background shows too little to tell; `to_first` is then the identity.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    to_first: FloatArray
    cuts: npt.NDArray[np.bool_]
    known: bool = True

    def __post_init__(self) -> None:
        require_shape("cuts", self.cuts, (None,))
        require_shape("to_first", self.to_first, (len(self.cuts), 2, 3))

    @classmethod
    def still(cls, frames: int) -> CameraMotion:
        """A camera that stands still, without cuts."""
        return cls(np.tile(np.eye(2, 3), (frames, 1, 1)), np.zeros(frames, dtype=np.bool_))


class Repair(IntFlag):
    """What cleaning did to one keypoint in one frame; several may hold."""

    NONE = 0
    LEG_SWAP = 1
    ARM_SWAP = 2
    MERGED = 4
    SPIKE = 8
    FILLED = 16


@dataclass(frozen=True)
class KeypointSequence:
    """2D keypoints of one runner through a clip.

    Attributes:
        time_s: (T,) seconds of real time (presentation time over the time scale), strictly increasing.
        xy_px: (T, K, 2) x right and y down in pixels of the upright picture; NaN where not found.
        confidence: (T, K) in [0, 1], 0 where not found.
        skeleton: Which keypoints, a key of `SKELETONS`.
        width, height: The upright picture's size, px.

    Raises:
        ShapeError: Arrays that do not fit one another or the skeleton.
    """

    time_s: FloatArray
    xy_px: FloatArray
    confidence: FloatArray
    skeleton: str
    width: int
    height: int

    def __post_init__(self) -> None:
        count = len(SKELETONS[self.skeleton])
        frames = len(self.time_s)
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        require_shape("xy_px", self.xy_px, (frames, count, 2))
        require_shape("confidence", self.confidence, (frames, count))
        if np.any((self.confidence < 0) | (self.confidence > 1)):
            raise ShapeError("confidence must lie in [0, 1].")

    @property
    def layout(self) -> Skeleton:
        """The skeleton's table."""
        return SKELETONS[self.skeleton]

    def xy(self, name: str) -> FloatArray:
        """(T, 2) positions of one keypoint, px, x right and y down."""
        return self.xy_px[:, self.layout.index[name]]

    def confidence_of(self, name: str) -> FloatArray:
        """(T,) confidence of one keypoint."""
        return self.confidence[:, self.layout.index[name]]

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """(T,) frames in which the runner was found."""
        return np.asarray(np.isfinite(self.xy_px).all(axis=2).any(axis=1), dtype=np.bool_)

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True)
class JointSequence:
    """3D Human3.6M-17 joints of one runner through a clip, with the feet where they were lifted.

    Attributes:
        time_s: (T,) seconds of real time.
        xyz: (T, 17, 3) root-centred; x right and y down as in the picture, z away from the camera.
        unit: "normalised" (half the side of the window's square box is 1) or "m".
        feet: (T, 4, 3) left heel, right heel, left toe, right toe, in the frame and unit of `xyz`; NaN where they were
            not lifted. None where no foot was, and in records of earlier versions.

    Raises:
        ShapeError: Arrays that do not fit one another.
    """

    time_s: FloatArray
    xyz: FloatArray
    unit: Literal["normalised", "m"] = "normalised"
    feet: FloatArray | None = None

    def __post_init__(self) -> None:
        require_shape("time_s", self.time_s, (None,))
        require_increasing("time_s", self.time_s)
        require_shape("xyz", self.xyz, (len(self.time_s), len(HUMAN36M_17), 3))
        if self.feet is not None:
            require_shape("feet", self.feet, (len(self.time_s), len(HUMAN36M_FEET_21) - len(HUMAN36M_17), 3))


ContactOrigin = Literal["seen", "inferred"]
FootStrike = Literal["rearfoot", "not_rearfoot", "unclear"]


@dataclass(frozen=True)
class Contact:
    """One foot's time on the ground.

    Attributes:
        side: The runner's side.
        initial_contact_s: Seconds of real time.
        toe_off_s: Seconds of real time, NaN where the clip ends first.
        plus_minus_s: 95 % half-width of the initial contact's time.
        toe_off_plus_minus_s: The same of the toe-off; NaN where there is none, and in records of earlier versions.
        origin: "seen" in the keypoints around it, or "inferred" from the runner's rhythm where they were missing.
    """

    side: Side
    initial_contact_s: float
    toe_off_s: float
    plus_minus_s: float
    toe_off_plus_minus_s: float = float("nan")
    origin: ContactOrigin = "seen"

    def __post_init__(self) -> None:
        if np.isfinite(self.toe_off_s) and self.toe_off_s <= self.initial_contact_s:
            raise ShapeError(
                f"toe_off_s must follow initial_contact_s ({self.initial_contact_s:.3f} s), "
                f"and is {self.toe_off_s:.3f} s."
            )


ANGLE_ERROR_DEG = 8.0
"""95 % half-width of the error that all of one clip's side-view angles share: published errors of markerless sagittal
angles are 5 to 8 degrees, and the upper end is taken."""
ANKLE_AHEAD_ERROR = 0.07
"""95 % half-width of the error that all of one clip's ankle-ahead ratios share, leg lengths: runs with force plates, as
seen by a detector that misplaces each joint steadily (`training.metric_evaluation.evaluate_metrics`)."""


@dataclass(frozen=True)
class ContactGeometry:
    """The leg at one initial contact, in the sagittal plane of a side view.

    Attributes:
        side: The runner's side.
        time_s: Of initial contact, seconds of real time.
        ankle_ahead: Ankle ahead of the hip (mid-hips) in the running direction over leg length; negative behind.
        shank_angle_deg: Shank from vertical, positive when the ankle is ahead of the knee.
        knee_flexion_deg: 0 for a straight knee.
        foot_angle_deg: Heel to toe against the same foot flat on the ground, positive with the toes up; NaN where heel
            and toe were not seen, and in records of earlier versions.
        foot_strike: Rearfoot or not; "unclear" where the angle lies too near the border to tell.
    """

    side: Side
    time_s: float
    ankle_ahead: float
    shank_angle_deg: float
    knee_flexion_deg: float
    foot_angle_deg: float = float("nan")
    foot_strike: FootStrike = "unclear"


@dataclass(frozen=True)
class FormEmbedding:
    """The form as numbers.

    Attributes:
        vector: (8704,) float32, mean over time of the 17 x 512 representation, joints in Human3.6M order.
        model: Name of the lifting model.
        model_sha256: Hash of its weights file; embeddings of different hashes are never compared.

    Raises:
        ShapeError: Another length, or values that are not finite.
    """

    vector: npt.NDArray[np.float32]
    model: str
    model_sha256: str

    def __post_init__(self) -> None:
        require_shape("vector", self.vector, (EMBEDDING_DIM,))
        if not np.all(np.isfinite(self.vector)):
            raise ShapeError("vector must be finite, and holds NaN or infinity.")


PHASES = 10
"""Phase p lies about p tenths of the stride after the left foot's initial contact; the right foot lands about 5."""


@dataclass(frozen=True)
class PhaseForms:
    """What of the embedding comes from which phase of the stride.

    Attributes:
        vectors: (10, 8704) float16, the mean representation of each phase; zeros for a phase without a share.
        shares: (10,) how much of the embedding each phase is, sum 1: the embedding is the vectors' sum by shares.
        mirrored: The runner was mirrored for it, so that what the vectors call left is the runner's right.

    Raises:
        ShapeError: Arrays of other shapes.
    """

    vectors: npt.NDArray[np.float16]
    shares: FloatArray
    mirrored: bool

    def __post_init__(self) -> None:
        require_shape("vectors", self.vectors, (PHASES, EMBEDDING_DIM))
        require_shape("shares", self.shares, (PHASES,))
