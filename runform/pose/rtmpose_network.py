"""RTMPose-M with feet (Halpe-26, 256 x 192) as mmpose builds it, without mmpose's pipelines around it."""

from __future__ import annotations

import importlib
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from runform.errors import BackendUnavailableError, WeightsError
from runform.pose.mmpose_import import import_mmpose_apis

CONFIG = Path("configs/body_2d_keypoint/rtmpose/body8/rtmpose-m_8xb512-700e_body8-halpe26-256x192.py")
# Mean and standard deviation of ImageNet's RGB, as in the configuration's data preprocessor.
_MEAN = (123.675, 116.28, 103.53)
_STD = (58.395, 57.12, 57.375)
_FETCH_AGAIN = "Delete the file and fetch it again: python -m runform models fetch"
# mmengine keeps the registry's scope in a global while it builds.
_build_lock = threading.Lock()


class RtmPoseNetwork(nn.Module):
    """From crops as they are cut to logits.

    Args:
        model: mmpose's pose estimator in evaluation mode.
        half: Run the backbone in half precision (CUDA); the head, whose logits carry the answer, stays single.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, model: Any, *, half: bool = False) -> None:
        super().__init__()
        self._dtype = torch.float16 if half else torch.float32
        self.backbone = model.backbone.to(self._dtype)
        self.head = model.head
        device = next(self.head.parameters()).device
        self.register_buffer("mean", torch.tensor(_MEAN, device=device))
        self.register_buffer("std", torch.tensor(_STD, device=device))
        self.eval()

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """The logits.

        Args:
            crops: (B, 256, 192, 3) uint8 RGB.

        Returns:
            (B, 26, 384) along x and (B, 26, 512) along y, float32.
        """
        normalised = ((crops.float() - self.mean) / self.std).permute(0, 3, 1, 2)  # (B, 3, 256, 192)
        with warnings.catch_warnings():
            # mmpose's channel attention calls torch.cuda.amp.autocast by its old name; the result is the same.
            warnings.filterwarnings("ignore", message=r".*torch\.cuda\.amp\.autocast", category=FutureWarning)
            features = self.backbone(normalised.to(self._dtype))
        along_x, along_y = self.head(tuple(level.float() for level in features))
        return along_x, along_y


def build_model(weights: Path | None, device: str) -> Any:
    """The model of mmpose from its packaged configuration, in evaluation mode.

    Args:
        weights: The checkpoint, or None for torch's random start.
        device: Torch device name.

    Raises:
        BackendUnavailableError: mmpose does not load, or its package lacks the configuration.
        WeightsError: The checkpoint cannot be read or does not fit.
    """
    apis = import_mmpose_apis()
    config = load_config()
    with _build_lock, warnings.catch_warnings():
        # mmengine still asks torch and setuptools for what they have deprecated; not this project's to change.
        warnings.simplefilter("ignore", category=FutureWarning)
        warnings.simplefilter("ignore", category=DeprecationWarning)
        # mmpose takes the keypoints' names from its packaged table, with a remark.
        warnings.filterwarnings("ignore", message="The metainfo config file", category=UserWarning)
        model = apis.init_model(config, None, device=device)
    if weights is not None:
        _load_weights(model, weights)
    return model


def _load_weights(model: nn.Module, weights: Path) -> None:
    """Load a checkpoint under torch's guard against foreign code; mmengine's loader prints and passes over gaps.

    Raises:
        WeightsError: The file is no checkpoint, or a tensor is missing or has another shape.
    """
    # By name, numpy's array types and mmengine's log of losses: they ride along in a checkpoint's meta, and torch
    # refuses to unpickle what it does not know. Its guard stays on for everything else.
    try:
        with torch.serialization.safe_globals(_types_in_meta()):
            checkpoint = torch.load(weights, map_location="cpu", weights_only=True)
        missing = model.load_state_dict(checkpoint["state_dict"], strict=False).missing_keys
    except Exception as error:  # unpickling and loading raise whatever they met
        raise WeightsError(
            f"{weights.name} could not be loaded into RTMPose-M ({type(error).__name__}: {error}).", _FETCH_AGAIN
        ) from error
    lacking = [name for name in missing if not name.endswith("num_batches_tracked")]
    if lacking:
        raise WeightsError(
            f"{weights.name} lacks {len(lacking)} tensors of RTMPose-M, {lacking[0]} first.", _FETCH_AGAIN
        )


def load_config() -> Any:
    """The packaged configuration of the model, changed to build without mmdet and without other weights.

    Raises:
        BackendUnavailableError: mmpose does not load, or its package lacks the configuration.
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
