"""RTMPose-M with feet (Halpe-26, 256 x 192) through mmpose: the 2D backend of choice where its weights are at hand."""

from __future__ import annotations

import importlib
import threading
import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from runform.errors import BackendUnavailableError, WeightsError
from runform.hashing import compute_sha256
from runform.pose.blazepose import BlazePose
from runform.pose.estimator import Box, PoseDetection, PoseEstimator, PoseModelInfo, PoseSession
from runform.pose.mmpose_import import import_mmpose_apis
from runform.skeletons import HALPE_26
from runform.video.read import RgbImage

CONFIG = Path("configs/body_2d_keypoint/rtmpose/body8/rtmpose-m_8xb512-700e_body8-halpe26-256x192.py")
# Keypoints end at the joints; a person reaches a little further. mmpose's own padding of 1.25 comes on top.
_BOX_MARGIN = 1.1
# Below this mean confidence there is nobody in the box, since RTMPose always answers.
_LEAST_CONFIDENCE = 0.3


class RtmPose:
    """The RTMPose model as an estimator.

    People are first found by BlazePose, since RTMPose looks only into a given box; after that the track gives the box.

    Args:
        weights: The checkpoint file, already checked.
        device: Torch device name.

    Raises:
        BackendUnavailableError: mmpose does not load.
        WeightsError: The checkpoint is not this model's.
    """

    def __init__(self, weights: Path, device: str) -> None:
        self._weights = weights
        self._apis = import_mmpose_apis()
        self._model = _build(self._apis, weights, device)
        self._finder: PoseEstimator = BlazePose()
        # mmengine keeps the registry's scope in a global, so one thread infers at a time.
        self._lock = threading.Lock()

    @cached_property
    def info(self) -> PoseModelInfo:
        """Name and hash of the checkpoint."""
        return PoseModelInfo(
            backend="rtmpose",
            model="RTMPose-M Halpe-26 256x192",
            sha256=compute_sha256(self._weights),
            skeleton=HALPE_26.name,
        )

    def start(self) -> RtmPoseSession:
        """A session for one analysis; sessions share the model."""
        return RtmPoseSession(self, self._finder.start())

    def infer(self, rgb: RgbImage, box: Box) -> PoseDetection | None:
        """The keypoints in a box (px), or None where their confidence says that nobody is there."""
        x, y, width, height = box
        corners = np.array([[x, y, x + width, y + height]], dtype=np.float32)
        bgr = np.ascontiguousarray(rgb[..., ::-1])  # mmpose takes pictures as OpenCV reads them
        with self._lock, warnings.catch_warnings():
            # mmpose's channel attention calls torch.cuda.amp.autocast, which torch has renamed; the result is the same.
            warnings.filterwarnings("ignore", message=r".*torch\.cuda\.amp\.autocast", category=FutureWarning)
            sample = self._apis.inference_topdown(self._model, bgr, corners)[0]
        xy = np.asarray(sample.pred_instances.keypoints[0], dtype=np.float64)  # (26, 2)
        confidence = np.clip(np.asarray(sample.pred_instances.keypoint_scores[0], dtype=np.float64), 0.0, 1.0)
        inside = np.all((xy >= 0) & (xy <= (rgb.shape[1], rgb.shape[0])), axis=1)
        confidence = np.where(inside, confidence, 0.0)
        if confidence.mean() < _LEAST_CONFIDENCE:
            return None
        xy[~inside] = np.nan
        return PoseDetection(xy_px=xy, confidence=confidence)


class RtmPoseSession:
    """One analysis' use of RTMPose."""

    def __init__(self, estimator: RtmPose, finder: PoseSession) -> None:
        self._estimator = estimator
        self._finder = finder

    def estimate(self, rgb: RgbImage, box: Box | None) -> tuple[PoseDetection, ...]:
        """Find one person; see `PoseSession.estimate`. At most one answer."""
        if box is None:
            found = self._finder.estimate(rgb, None)
            if not found:
                return ()
            box = found[0].box
        detection = self._estimator.infer(rgb, _widen(box))
        return () if detection is None else (detection,)

    def close(self) -> None:
        """Release the person finder."""
        self._finder.close()


def _widen(box: Box) -> Box:
    """The box grown about its centre by the margin beyond the outermost keypoints."""
    x, y, width, height = box
    grown_width, grown_height = width * _BOX_MARGIN, height * _BOX_MARGIN
    return x - (grown_width - width) / 2, y - (grown_height - height) / 2, grown_width, grown_height


def _build(apis: Any, weights: Path, device: str) -> Any:
    """The model from mmpose's packaged configuration with the checkpoint's weights.

    Raises:
        BackendUnavailableError: mmpose's package lacks the configuration.
        WeightsError: The checkpoint cannot be read or does not fit.
    """
    config = load_config()
    try:
        # By name, numpy's array types and mmengine's log of losses: they ride along in a checkpoint's meta, and torch
        # refuses to unpickle what it does not know. Its guard stays on for everything else.
        with torch.serialization.safe_globals(_types_in_meta()), warnings.catch_warnings():
            # mmengine still asks torch for what torch has deprecated; not this project's to change.
            warnings.simplefilter("ignore", category=FutureWarning)
            warnings.simplefilter("ignore", category=DeprecationWarning)
            # A checkpoint without dataset_meta sends mmpose to its packaged copy of it, with a remark.
            warnings.filterwarnings("ignore", message="The metainfo config file", category=UserWarning)
            model = apis.init_model(config, str(weights), device=device)
    except Exception as error:  # unpickling and loading raise whatever they met
        raise WeightsError(
            f"{weights.name} could not be loaded into RTMPose-M ({type(error).__name__}: {error}).",
            "Delete the file and fetch it again: python -m runform models fetch",
        ) from error
    return model


def load_config() -> Any:
    """The packaged configuration of the model, changed to build without mmdet and without other weights.

    Raises:
        BackendUnavailableError: mmpose's package lacks it.
    """
    import_mmpose_apis()
    import mmpose
    from mmengine.config import Config

    path = Path(mmpose.__file__).parent / ".mim" / CONFIG
    if not path.is_file():
        raise BackendUnavailableError(
            "The installed mmpose lacks RTMPose's configuration.", "Install mmpose 1.3.2 as requirements.txt asks."
        )
    with warnings.catch_warnings():
        # mmengine parses configurations with the ast nodes that Python 3.12 has deprecated.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        config = Config.fromfile(str(path))
    # The backbone is mmpose's own class too, and its starting weights are in the checkpoint already.
    config.model.backbone.pop("_scope_", None)
    config.model.backbone.init_cfg = None
    return config


def _types_in_meta() -> list[Any]:
    """The types that OpenMMLab's checkpoints hold beside tensors."""
    from mmengine.logging.history_buffer import HistoryBuffer

    multiarray = importlib.import_module("numpy.core.multiarray")
    dtypes = {type(np.dtype(kind)) for kind in ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")}
    return [multiarray._reconstruct, multiarray.scalar, np.ndarray, np.dtype, HistoryBuffer, *dtypes]
