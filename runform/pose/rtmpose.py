"""RTMPose-M with feet (Halpe-26, 256 x 192): the 2D backend of choice where its weights are at hand.

The network and its weights are mmpose's (Jiang et al., 2023). Crops, forward and decoding are done here, in batches, as
mmpose's `inference_topdown` does them for one picture, and refined below the bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from runform.hashing import compute_sha256
from runform.pose.estimator import PoseDetection, PoseModelInfo, Sight
from runform.pose.rtmpose_decode import average_mirrored, decode_simcc
from runform.pose.rtmpose_engines import Engine, Forward, open_engine
from runform.pose.rtmpose_preprocess import cut_crops, to_picture
from runform.sequences import FloatArray
from runform.skeletons import HALPE_26

# RTMPose always answers. There is nobody in the box where fewer of the keypoints than this lie within the picture, or
# where their mean confidence is below this.
_LEAST_INSIDE = 0.25
_LEAST_CONFIDENCE = 0.3


class RtmPose:
    """The RTMPose model as an estimator.

    Args:
        weights: The checkpoint file, already checked.
        device: Torch device name.
        mirror: Also look at each crop mirrored and average the answers, as the published model is tested (mmpose's
            `flip_test`). It doubles the time.

    Raises:
        BackendUnavailableError: mmpose does not load, or torch cannot use the device.
        WeightsError: The checkpoint is not this model's.
    """

    def __init__(self, weights: Path, device: str, *, mirror: bool = True) -> None:
        self._sha256 = compute_sha256(weights)
        self._engine: Engine = open_engine(weights, self._sha256, device)
        self._mirror = mirror

    @cached_property
    def info(self) -> PoseModelInfo:
        """Name and hash of the checkpoint; a note where it runs slower than it could."""
        return PoseModelInfo(
            backend="rtmpose",
            model="RTMPose-M Halpe-26 256x192",
            sha256=self._sha256,
            skeleton=HALPE_26.name,
            note=self._engine.note,
        )

    def start(self) -> RtmPoseSession:
        """A session for one analysis; sessions share the weights."""
        crops_per_sight = 2 if self._mirror else 1
        batch = max(self._engine.batch // crops_per_sight, 1)
        return RtmPoseSession(self._engine.start(), batch=batch, mirror=self._mirror)


class RtmPoseSession:
    """One analysis' use of RTMPose.

    Args:
        forward: Runs the network; nobody else's.
        batch: See `PoseSession.batch`.
        mirror: See `RtmPose`.
    """

    def __init__(self, forward: Forward, *, batch: int, mirror: bool) -> None:
        self._forward = forward
        self.batch = batch
        self._mirror = mirror

    def estimate(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        """The keypoints of each person; see `PoseSession.estimate`. At most one answer for each sight.

        Raises:
            ShapeError: A box is empty or not finite.
        """
        answers: list[tuple[PoseDetection, ...]] = []
        for start in range(0, len(sights), self.batch):
            answers += self._estimate_batch(sights[start : start + self.batch])
        return answers

    def close(self) -> None:
        """Nothing is held that outlives the session object."""

    def _estimate_batch(self, sights: Sequence[Sight]) -> list[tuple[PoseDetection, ...]]:
        """As `estimate`, for at most `batch` sights."""
        crops, regions = cut_crops(sights)
        if self._mirror:
            along_x, along_y = self._forward(np.concatenate([crops, crops[:, :, ::-1]]))
            count = len(crops)
            logits = average_mirrored((along_x[:count], along_y[:count]), (along_x[count:], along_y[count:]))
        else:
            logits = self._forward(crops)
        xy_crop, confidence = decode_simcc(*logits)
        return [
            _to_answers(to_picture(xy, region), scores, sight)
            for xy, scores, region, sight in zip(xy_crop, confidence, regions, sights, strict=True)
        ]


def _to_answers(xy: FloatArray, confidence: FloatArray, sight: Sight) -> tuple[PoseDetection, ...]:
    """One answer, or none where the confidence says that nobody is there.

    Args:
        xy: (26, 2) px of the picture, NaN where not found.
        confidence: (26,).
        sight: Whose keypoints they are.
    """
    height, width = sight.rgb.shape[:2]
    inside = np.all((xy >= 0) & (xy <= (width, height)), axis=1)  # NaN is not inside
    # Judged by what can be seen: of a runner who enters the picture half the keypoints lie beyond it.
    if inside.mean() < _LEAST_INSIDE or confidence[inside].mean() < _LEAST_CONFIDENCE:
        return ()
    return (PoseDetection(xy_px=np.where(inside[:, None], xy, np.nan), confidence=np.where(inside, confidence, 0.0)),)
