"""The runner in 3D, feet and all: which lifter makes what."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from runform.lifting.anchoring import anchor_to_picture
from runform.lifting.feet import FOOT_LIFTER, FootLifter, open_foot_lifter, put_on_feet
from runform.lifting.lifter import SHIPPED_LIFTER, Lifter, LiftResult, open_lifter
from runform.progress import Progress
from runform.sequences import FloatArray, JointSequence, KeypointSequence
from runform.settings import Settings
from runform.skeletons import HUMAN36M_17, to_human36m_feet

_BODY = len(HUMAN36M_17)


class BodyLifter:
    """Lifts a runner's keypoints to joints, feet and motion representation. One instance serves every thread.

    Args:
        lifter: Makes the representation, and the joints unless the other does.
        feet: Makes the feet; None leaves them out.
        joints_by_feet: The lifter of the feet makes the joints too.
    """

    def __init__(self, lifter: Lifter, feet: FootLifter | None, *, joints_by_feet: bool = False) -> None:
        self.lifter = lifter
        self._feet = feet
        self._joints_by = feet if joints_by_feet and feet is not None else lifter

    def lift(
        self,
        keypoints: KeypointSequence,
        *,
        frame_weights: npt.NDArray[Any] | None = None,
        group_weights: npt.NDArray[Any] | None = None,
        mirror: bool = True,
        progress: Progress | None = None,
    ) -> LiftResult | None:
        """The joints without feet and the representation, or None where no frame shows the whole of any joint.

        Args:
            keypoints: Cleaned.
            frame_weights: (T,) how much each frame counts in the mean representation; None counts them alike.
            group_weights: (G, T) more such weights, each giving a mean of its own.
            mirror: Average the joints with those of the mirrored windows.
            progress: Told after each batch of windows.
        """
        xy, confidence = _to_joints(keypoints)
        xy, confidence = xy[:, :_BODY], confidence[:, :_BODY]
        if not (confidence > 0).any():
            return None
        return self.lifter.lift(
            xy,
            confidence,
            keypoints.time_s,
            frame_weights=frame_weights,
            group_weights=group_weights,
            mirror=mirror,
            progress=progress,
        )

    def complete(
        self, keypoints: KeypointSequence, joints: JointSequence, progress: Progress | None = None
    ) -> JointSequence:
        """The joints with feet, where there is a lifter for them and the skeleton has them, nearer to the picture.

        Args:
            keypoints: That `joints` were lifted from.
            joints: As `lift` gives them; other joints take their place where the lifter of the feet makes all.
            progress: Told after each batch of windows.
        """
        seen = _to_joints(keypoints)
        if self._feet is not None:
            with_feet = self._feet.lift(*seen, keypoints.time_s, progress=progress)
            joints = with_feet if self._joints_by is self._feet else put_on_feet(joints, with_feet)
        return anchor_to_picture(joints, *seen, (keypoints.width, keypoints.height))

    def name_makers(self, joints: JointSequence | None) -> dict[str, str]:
        """What of `joints` is there -> name of the weights that made it and the first of their hash."""
        makers: dict[str, str] = {}
        if joints is not None:
            makers["joints_3d"] = _name(self._joints_by)
            if joints.feet is not None and self._feet is not None:
                makers["feet_3d"] = _name(self._feet)
        return makers


def open_body_lifter(settings: Settings) -> BodyLifter:
    """Load the lifters.

    Args:
        settings: Where the models are, which of them and which device to use. Where they choose the lifter of the feet,
            it makes every joint, and the shipped lifter the representation, which it has none of.

    Raises:
        WeightsError: Weights are damaged, or absent and not those of the feet alone.
        BackendUnavailableError: torch cannot use the device.
    """
    by_feet = settings.lifter == FOOT_LIFTER
    with_representation = settings.model_copy(update={"lifter": SHIPPED_LIFTER}) if by_feet else settings
    lifter = open_lifter(with_representation)
    return BodyLifter(lifter, open_foot_lifter(settings), joints_by_feet=by_feet)


def _to_joints(keypoints: KeypointSequence) -> tuple[FloatArray, FloatArray]:
    """(T, 21, 2) px and (T, 21) confidence of HUMAN36M_FEET_21, 0 where a joint's sources were not all found."""
    xy, confidence = to_human36m_feet(keypoints.xy_px, keypoints.confidence, keypoints.layout)
    return xy, np.where(np.isfinite(xy).all(axis=2), confidence, 0.0)


def _name(lifter: Lifter | FootLifter) -> str:
    return f"{lifter.name} {lifter.sha256[:12]}"
