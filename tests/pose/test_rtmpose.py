"""RTMPose is built by mmpose, loads a checkpoint with numpy in its meta under torch's guard, and answers in px."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from runform.errors import BackendUnavailableError, WeightsError
from runform.hashing import compute_sha256
from runform.pose import mmpose_import
from runform.pose.mmpose_import import import_mmpose_apis
from runform.pose.rtmpose import RtmPose, load_config
from runform.video.read import RgbImage


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file like OpenMMLab's, with random weights and numpy arrays in its meta."""
    apis = import_mmpose_apis()
    torch.manual_seed(0)
    with warnings.catch_warnings():
        # Without a checkpoint mmpose looks for the keypoints' names in its package, and remarks on it.
        warnings.simplefilter("ignore", category=UserWarning)
        # mmengine looks for mmcv with a call that Python 3.12 has deprecated.
        warnings.simplefilter("ignore", category=DeprecationWarning)
        model = apis.init_model(load_config(), None, device="cpu")
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    meta = {"dataset_meta": dict(model.dataset_meta), "epoch": 700, "loss": np.float64(0.1)}
    path = tmp_path_factory.mktemp("weights") / "rtmpose.pth"
    torch.save({"meta": meta, "state_dict": model.state_dict()}, path)
    return path


@pytest.fixture(scope="module")
def estimator(checkpoint: Path) -> RtmPose:
    return RtmPose(checkpoint, "cpu")


@pytest.fixture
def picture() -> RgbImage:
    return np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)


def test_meta_holds_what_the_guard_refuses(checkpoint: Path) -> None:
    with pytest.raises(Exception, match="numpy"):
        torch.load(checkpoint, weights_only=True)


def test_the_guard_is_back_in_place(estimator: RtmPose) -> None:
    assert estimator.info.backend == "rtmpose"
    assert np.ndarray not in torch.serialization.get_safe_globals()


def test_info(estimator: RtmPose, checkpoint: Path) -> None:
    assert estimator.info.skeleton == "halpe26"
    assert estimator.info.sha256 == compute_sha256(checkpoint)


def test_answers_within_the_picture(estimator: RtmPose, picture: RgbImage, monkeypatch: pytest.MonkeyPatch) -> None:
    # Random weights are sure of nothing; the threshold that says so is not what is tested here.
    monkeypatch.setattr("runform.pose.rtmpose._LEAST_CONFIDENCE", 0.0)
    session = estimator.start()
    (detection,) = session.estimate(picture, (100.0, 40.0, 90.0, 180.0))
    session.close()
    assert detection.xy_px.shape == (26, 2)
    found = np.isfinite(detection.xy_px).all(axis=1)
    assert found.any()
    assert (detection.xy_px[found] >= 0).all()
    assert (detection.xy_px[found] <= (320, 240)).all()
    assert ((detection.confidence >= 0) & (detection.confidence <= 1)).all()


def test_follows_the_box(estimator: RtmPose, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same picture content elsewhere gives the same keypoints elsewhere: box, padding and decoding agree."""
    monkeypatch.setattr("runform.pose.rtmpose._LEAST_CONFIDENCE", 0.0)
    content = np.random.default_rng(1).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    large = np.zeros((500, 600, 3), dtype=np.uint8)
    large[:300, :300] = content
    shifted = np.zeros_like(large)
    shifted[120:420, 200:500] = content
    first = estimator.infer(large, (110.0, 60.0, 80.0, 160.0))
    second = estimator.infer(shifted, (310.0, 180.0, 80.0, 160.0))
    assert first is not None
    assert second is not None
    np.testing.assert_allclose(second.xy_px - first.xy_px, np.tile([200.0, 120.0], (26, 1)), atol=0.5)


def test_nobody_in_the_whole_picture(estimator: RtmPose, picture: RgbImage) -> None:
    session = estimator.start()
    assert session.estimate(picture, None) == ()
    session.close()


def test_a_file_that_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "rtmpose.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(WeightsError, match="could not be loaded") as refusal:
        RtmPose(path, "cpu")
    assert "fetch" in refusal.value.remedy


def test_the_stand_ins_are_gone_after_the_import() -> None:
    import_mmpose_apis()
    assert not {"mmcv._ext", "mmdet", "mmdet.utils"} & set(sys.modules)
    if hasattr(torch.ops.torchvision, "nms"):  # beside a torch with CUDA it is torchvision's own, and works
        boxes = torch.tensor([[0.0, 0.0, 9.0, 9.0], [0.0, 0.0, 9.0, 8.0]])
        assert torch.ops.torchvision.nms(boxes, torch.tensor([0.9, 0.8]), 0.5).tolist() == [0]


def test_a_stand_in_is_never_called_unnoticed() -> None:
    stand_in: Any = mmpose_import._AnyOperator("mmcv._ext")
    with pytest.raises(RuntimeError, match="cannot be called"):
        stand_in.nms()


def test_without_mmpose(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in sys.modules if n == "mmpose" or n.startswith("mmpose.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BackendUnavailableError, match="not installed"):
        import_mmpose_apis()
