"""RTMPose: our batched path against mmpose's own on the same weights, engines, the kept conversion, checkpoints."""

from __future__ import annotations

import importlib
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from runform import openvino_files
from runform.errors import BackendUnavailableError, ShapeError, WeightsError
from runform.hashing import compute_sha256
from runform.pose import mmpose_import, rtmpose_engines
from runform.pose.estimator import PoseDetection, Sight
from runform.pose.mmpose_import import import_mmpose_apis
from runform.pose.rtmpose import RtmPose, RtmPoseSession
from runform.pose.rtmpose_decode import average_mirrored, decode_simcc
from runform.pose.rtmpose_engines import OpenVinoEngine, TorchEngine, load_or_convert, open_engine
from runform.pose.rtmpose_network import build_model
from runform.pose.rtmpose_preprocess import compute_crop_region, cut_crops, to_picture
from runform.pose.rtmpose_speed import compare_rtmpose_engines, write_stand_in_weights
from runform.sequences import Box, FloatArray
from runform.video.read import RgbImage

BOXES: list[Box] = [
    (200.0, 100.0, 90.0, 240.0),
    (310.3, 80.7, 150.2, 181.9),
    (-40.0, 60.0, 120.0, 300.0),
    (560.0, 250.0, 130.0, 260.0),
    (20.0, 10.0, 600.0, 460.0),
]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: its threads wait for one another and crawl where other work shares the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def picture() -> RgbImage:
    noise = np.random.default_rng(0).normal(size=(480, 640, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 6.0)
    coloured: RgbImage = np.clip(127 + 60 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    return coloured


@pytest.fixture(scope="module")
def sights(picture: RgbImage) -> list[Sight]:
    return [Sight(picture, box) for box in BOXES]


@pytest.fixture(scope="module")
def checkpoint(sights: list[Sight], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file like OpenMMLab's, with numpy in its meta; its random weights answer the sights with clear peaks."""
    path = tmp_path_factory.mktemp("weights") / "rtmpose.pth"
    write_stand_in_weights(path, cut_crops(sights)[0])
    content = torch.load(path, weights_only=True)
    content["meta"] = {"epoch": 700, "loss": np.float64(0.1)}
    torch.save(content, path)
    return path


@pytest.fixture(scope="module")
def reference(checkpoint: Path) -> Any:
    """mmpose's own model."""
    return build_model(checkpoint, "cpu")


@pytest.fixture(scope="module")
def eager(checkpoint: Path) -> TorchEngine:
    return TorchEngine(checkpoint, "cpu")


@pytest.fixture(scope="module")
def converted(checkpoint: Path) -> Any:
    return load_or_convert(checkpoint, compute_sha256(checkpoint))


@pytest.fixture(scope="module")
def estimator(checkpoint: Path, converted: Any) -> RtmPose:
    return RtmPose(checkpoint, "cpu", mirror=False)


def ask_mmpose(model: Any, sights: list[Sight], *, mirror: bool) -> tuple[FloatArray, FloatArray]:
    """(B, 26, 2) px and (B, 26) scores by `inference_topdown`."""
    model.test_cfg["flip_test"] = mirror
    corners = np.array([[x, y, x + width, y + height] for x, y, width, height in BOXES], dtype=np.float32)
    bgr = np.ascontiguousarray(sights[0].rgb[..., ::-1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=FutureWarning)
        samples = import_mmpose_apis().inference_topdown(model, bgr, corners)
    xy = np.stack([sample.pred_instances.keypoints[0] for sample in samples]).astype(np.float64)
    return xy, np.stack([sample.pred_instances.keypoint_scores[0] for sample in samples]).astype(np.float64)


@pytest.mark.parametrize("mirror", [False, True])
def test_parity_with_mmpose(reference: Any, eager: TorchEngine, sights: list[Sight], mirror: bool) -> None:
    expected, scores = ask_mmpose(reference, sights, mirror=mirror)
    crops, regions = cut_crops(sights)
    logits = eager.start()(crops)
    if mirror:
        logits = average_mirrored(logits, eager.start()(crops[:, :, ::-1]))
    plain, confidence = decode_simcc(*logits, refine=False)
    refined, _ = decode_simcc(*logits)
    assert np.isfinite(plain).all()
    for k, region in enumerate(regions):
        np.testing.assert_allclose(to_picture(plain[k], region), expected[k], atol=0.01)
        away = np.abs(to_picture(refined[k], region) - expected[k])
        assert away.max() <= 0.25 * region.scale + 0.01  # half a bin is a quarter of a crop px
        if region.scale <= 1.9:
            assert away.max() <= 0.5
    np.testing.assert_allclose(confidence, np.clip(scores, 0, 1), atol=1e-3)


def test_a_session_gives_what_mmpose_gives(reference: Any, eager: TorchEngine, sights: list[Sight]) -> None:
    """Through the whole path, in batches of two: places within the picture are mmpose's, the others are not found."""
    expected, _ = ask_mmpose(reference, sights, mirror=True)
    answers = RtmPoseSession(eager.start(), batch=2, mirror=True).estimate(sights)
    for k, answer in enumerate(answers):
        (detection,) = answer
        found = np.isfinite(detection.xy_px).all(axis=1)
        inside = np.all((expected[k] > 1) & (expected[k] < (639, 479)), axis=1)
        assert found[inside].all()
        half_bin = 0.25 * compute_crop_region(BOXES[k]).scale + 0.01
        assert np.abs(detection.xy_px[found] - expected[k][found]).max() <= half_bin
        assert (detection.confidence[~found] == 0).all()
    assert not np.isfinite(answers[2][0].xy_px).all()  # this box reaches beyond the picture


def test_plain_decoding_is_mmpose_codec() -> None:
    import_mmpose_apis()
    from mmpose.codecs import SimCCLabel

    codec = SimCCLabel(input_size=(192, 256), sigma=(4.9, 5.66), simcc_split_ratio=2.0, normalize=False, use_dark=False)
    rng = np.random.default_rng(3)
    keypoints = rng.uniform(5, 185, (1, 26, 2)).astype(np.float32)
    labels = codec.encode(keypoints)
    ours, confidence = decode_simcc(labels["keypoint_x_labels"], labels["keypoint_y_labels"], refine=False)
    theirs, scores = codec.decode(labels["keypoint_x_labels"], labels["keypoint_y_labels"])
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_allclose(confidence, scores)


def test_openvino_answers_as_torch(converted: Any, eager: TorchEngine, sights: list[Sight]) -> None:
    crops, _ = cut_crops(sights)
    expected, _ = decode_simcc(*eager.start()(crops))
    single, _ = decode_simcc(*OpenVinoEngine(converted, "f32").start()(crops))
    assert np.abs(single - expected).max() < 0.05
    fastest, _ = decode_simcc(*OpenVinoEngine(converted).start()(crops))
    assert np.abs(fastest - expected).max() < 0.5
    assert np.abs(fastest - expected).mean() < 0.1


def test_an_answer_does_not_depend_on_its_batch(estimator: RtmPose, sights: list[Sight]) -> None:
    session = estimator.start()
    together = session.estimate(sights * 2)
    alone = [session.estimate([sight])[0] for sight in sights]
    for k, (one,) in enumerate(alone):
        for other in (together[k][0], together[k + len(sights)][0]):
            np.testing.assert_allclose(other.xy_px, one.xy_px, atol=0.2)
    assert session.estimate([]) == []
    session.close()


def test_the_same_content_elsewhere(estimator: RtmPose, picture: RgbImage) -> None:
    """Keypoints move with the picture's content and the box."""
    x, y, width, height = BOXES[0]
    part = picture[40:420, 60:480]
    one, other = np.zeros((900, 900, 3), np.uint8), np.zeros((900, 900, 3), np.uint8)
    one[40:420, 60:480] = part
    other[140:520, 310:730] = part
    first, second = estimator.start().estimate(
        [Sight(one, (x, y, width, height)), Sight(other, (x + 250, y + 100, width, height))]
    )
    np.testing.assert_allclose(second[0].xy_px - first[0].xy_px, np.tile([250.0, 100.0], (26, 1)), atol=0.2)


def test_sessions_side_by_side(estimator: RtmPose, sights: list[Sight]) -> None:
    alone = estimator.start().estimate(sights)
    answers: dict[int, list[tuple[PoseDetection, ...]]] = {}

    def work(number: int) -> None:
        session = estimator.start()
        for _ in range(3):
            answers[number] = session.estimate(sights)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    for answer in answers.values():
        for (one,), (other,) in zip(answer, alone, strict=True):
            np.testing.assert_allclose(one.xy_px, other.xy_px, atol=0.2)


def test_nobody_beyond_the_picture(estimator: RtmPose, picture: RgbImage) -> None:
    answers = estimator.start().estimate([Sight(picture, (-600.0, 50.0, 60.0, 200.0)), Sight(picture, BOXES[0])])
    assert [len(answer) for answer in answers] == [0, 1]


def test_little_confidence_is_nobody(estimator: RtmPose, sights: list[Sight], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runform.pose.rtmpose._LEAST_CONFIDENCE", 1.01)
    assert estimator.start().estimate(sights[:2]) == [(), ()]


def test_an_empty_box(estimator: RtmPose, picture: RgbImage) -> None:
    with pytest.raises(ShapeError, match="box"):
        estimator.start().estimate([Sight(picture, (10.0, 10.0, 0.0, 40.0))])


def test_info_and_batch(estimator: RtmPose, checkpoint: Path) -> None:
    info = estimator.info
    assert (info.backend, info.skeleton, info.note) == ("rtmpose", "halpe26", "")
    assert info.sha256 == compute_sha256(checkpoint)
    assert estimator.start().batch == 8
    assert RtmPose(checkpoint, "cpu").start().batch == 4  # each sight is two crops


def test_the_conversion_is_kept(checkpoint: Path, converted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder,) = [path for path in checkpoint.parent.iterdir() if path.is_dir()]
    assert sorted(path.name for path in folder.iterdir()) == ["network.bin", "network.xml"]
    monkeypatch.setattr(rtmpose_engines, "build_model", lambda *_: pytest.fail("built again"))
    load_or_convert(checkpoint, compute_sha256(checkpoint))


def test_a_damaged_conversion_is_made_again(checkpoint: Path, converted: Any, tmp_path: Path) -> None:
    weights = tmp_path / checkpoint.name
    weights.write_bytes(checkpoint.read_bytes())
    openvino_files._keep(converted, tmp_path / "kept")
    folder = (tmp_path / "kept").rename(tmp_path / next(p for p in checkpoint.parent.iterdir() if p.is_dir()).name)
    (folder / "network.bin").write_bytes(b"short")
    model = load_or_convert(weights, compute_sha256(weights))
    assert model.inputs[0].get_partial_shape()[1].get_length() == 256
    assert (folder / "network.bin").stat().st_size > 10_000_000
    assert not [path for path in tmp_path.iterdir() if path.is_dir() and path != folder]


def test_a_folder_that_cannot_be_written_costs_only_the_next_start(converted: Any, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "other").write_text("in the way")
    openvino_files._keep(converted, tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_torch_serves_where_openvino_cannot(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("Check failed\nno conversion rule for aten::unknown")

    monkeypatch.setattr(rtmpose_engines, "load_or_convert", refuse)
    engine = open_engine(checkpoint, "0" * 64, "cpu")
    assert engine.name == "torch fp32 on cpu"
    assert "aten::unknown" in engine.note


def test_conversion_reports_its_use_to_nobody(eager: TorchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    openvino_telemetry = importlib.import_module("openvino_telemetry")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("OpenVINO's telemetry was started")

    monkeypatch.setattr(openvino_telemetry.Telemetry, "init", refuse)
    monkeypatch.setattr(openvino_telemetry.Telemetry, "send_event", refuse)
    assert len(rtmpose_engines.convert(eager._network).outputs) == 2


def test_engines_are_compared(checkpoint: Path, sights: list[Sight]) -> None:
    rows = compare_rtmpose_engines(checkpoint, 1, crops=cut_crops(sights)[0])
    assert rows[0]["engine"] == "torch fp32 on cpu"
    assert rows[0]["ratio"] == 1.0
    assert {row["batch"] for row in rows} == {1, 8}
    assert all(row["ms_per_crop"] > 0 and row["max_difference_px"] < 0.5 for row in rows)
    assert {row["engine"] for row in rows if row["used"]} == {
        open_engine(checkpoint, compute_sha256(checkpoint), "cpu").name
    }


def test_meta_holds_what_the_guard_refuses(checkpoint: Path, reference: Any) -> None:
    with pytest.raises(Exception, match="numpy"):
        torch.load(checkpoint, weights_only=True)
    assert np.ndarray not in torch.serialization.get_safe_globals()


def test_a_file_that_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "rtmpose.pth"
    path.write_bytes(b"not weights")
    with pytest.raises(WeightsError, match="could not be loaded") as refusal:
        RtmPose(path, "cpu")
    assert "fetch" in refusal.value.remedy


def test_a_checkpoint_with_gaps(checkpoint: Path, reference: Any, tmp_path: Path) -> None:
    state = {name: tensor for name, tensor in reference.state_dict().items() if not name.startswith("head.cls_y")}
    path = tmp_path / "rtmpose.pth"
    torch.save({"state_dict": state}, path)
    with pytest.raises(WeightsError, match=r"lacks 1 tensors.*head\.cls_y"):
        RtmPose(path, "cpu")


def test_nothing_is_printed(checkpoint: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build_model(checkpoint, "cpu")
    assert capfd.readouterr() == ("", "")


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
