"""RTMPose on a GPU against single precision on the CPU, and what is said where there is no such GPU."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from runform.errors import BackendUnavailableError
from runform.pose.estimator import PoseDetection, Sight
from runform.pose.rtmpose import RtmPose, RtmPoseSession
from runform.pose.rtmpose_engines import TorchEngine, open_engine
from runform.pose.rtmpose_speed import make_noise_crops, write_stand_in_weights
from runform.sequences import Box, FloatArray
from runform.settings import resolve_device

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU that torch can use (CUDA)")

# Padded by 1.25 it is the whole of a picture as large as a crop, so that a px of the picture is a px of the crop.
WHOLE: Box = (19.2, 25.6, 153.6, 204.8)


@pytest.fixture(scope="module")
def sights() -> list[Sight]:
    return [Sight(crop, WHOLE) for crop in make_noise_crops(8)]


@pytest.fixture(scope="module")
def checkpoint(sights: list[Sight], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seeded random weights that answer the sights with clear peaks."""
    path = tmp_path_factory.mktemp("weights") / "rtmpose.pth"
    write_stand_in_weights(path, np.stack([sight.rgb for sight in sights]))
    return path


@pytest.fixture(scope="module")
def estimator(checkpoint: Path) -> RtmPose:
    return RtmPose(checkpoint, resolve_device("auto"), mirror=False)


def gather(answers: list[tuple[PoseDetection, ...]]) -> tuple[FloatArray, FloatArray]:
    """(B, 26, 2) px and (B, 26) confidence of answers that all found somebody."""
    found = [detection for (detection,) in answers]
    return np.stack([one.xy_px for one in found]), np.stack([one.confidence for one in found])


@needs_cuda
def test_a_gpu_is_taken_where_there_is_one(checkpoint: Path, estimator: RtmPose) -> None:
    assert resolve_device("auto") == "cuda"
    assert open_engine(checkpoint, estimator.info.sha256, "cuda").name == "torch fp16 on cuda"
    assert estimator.info.note == ""
    assert estimator.start().batch == 64
    assert RtmPose(checkpoint, "cuda").start().batch == 32  # each sight is two crops


@needs_cuda
def test_a_gpu_answers_as_the_cpu(checkpoint: Path, estimator: RtmPose, sights: list[Sight]) -> None:
    """Half precision in the backbone moves no keypoint by more than a fraction of a bin."""
    on_cpu = RtmPoseSession(TorchEngine(checkpoint, "cpu").start(), batch=8, mirror=False)
    expected, confidence = gather(on_cpu.estimate(sights))
    xy, also_confidence = gather(estimator.start().estimate(sights))
    sure = confidence >= 0.3
    assert sure.mean() > 0.9
    away = np.linalg.norm(xy - expected, axis=2)[sure]
    assert np.median(away) < 0.02
    assert away.max() < 0.25
    np.testing.assert_allclose(also_confidence[sure], confidence[sure], atol=0.02)


@needs_cuda
def test_mirrored_crops_too(checkpoint: Path, sights: list[Sight]) -> None:
    """By the logits: the stand-in knows no left and right, so that its averaged answers have two tops alike."""
    crops = np.stack([sight.rgb for sight in sights])[:, :, ::-1]
    expected, found = (TorchEngine(checkpoint, device).start()(crops) for device in ("cpu", "cuda"))
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=0.03)


@needs_cuda
def test_an_answer_does_not_depend_on_its_batch(estimator: RtmPose, sights: list[Sight]) -> None:
    session = estimator.start()
    together, _ = gather(session.estimate(sights * 9))  # 72 crops: a full batch and a part
    alone, confidence = gather([session.estimate([sight])[0] for sight in sights])
    sure = confidence >= 0.3
    for part in np.split(together, 9):
        assert np.linalg.norm(part - alone, axis=2)[sure].max() < 0.01


@needs_cuda
def test_the_network_meets_one_size_of_batch(checkpoint: Path, sights: list[Sight]) -> None:
    """Every other size would cost CUDA a new preparation."""
    engine = TorchEngine(checkpoint, "cuda")
    sizes: list[int] = []
    engine._network.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    crops = np.stack([sight.rgb for sight in sights])
    answers = [engine.start()(crops[:count]) for count in (1, 3, 8)]
    assert [(len(x), len(y)) for x, y in answers] == [(1, 1), (3, 3), (8, 8)]
    assert set(sizes) == {64}


@needs_cuda
def test_sessions_side_by_side(estimator: RtmPose, sights: list[Sight]) -> None:
    alone, confidence = gather(estimator.start().estimate(sights))
    answers: dict[int, FloatArray] = {}

    def work(number: int) -> None:
        session = estimator.start()
        for _ in range(5):
            answers[number], _ = gather(session.estimate(sights))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 2
    for answer in answers.values():
        assert np.linalg.norm(answer - alone, axis=2)[confidence >= 0.3].max() < 0.05


@pytest.mark.parametrize("device", ["cuda:99", "nonsense"])
def test_a_device_that_is_not_there(tmp_path: Path, device: str) -> None:
    """Said before the checkpoint is read, on every machine."""
    path = tmp_path / "rtmpose.pth"
    path.write_bytes(b"never read")
    with pytest.raises(BackendUnavailableError, match=device) as refusal:
        RtmPose(path, device)
    assert "RUNFORM_DEVICE" in refusal.value.remedy
    assert "\n" not in refusal.value.message
