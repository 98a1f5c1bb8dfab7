"""YOLOX through ONNX Runtime, on models of a few nodes that answer as the published ones do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from runform.errors import WeightsError
from runform.pose.people.yolox import YoloxDetector

SIDE = 64


def save_model(path: Path, answers: dict[str, npt.NDArray[np.generic]], echo: bool = False) -> Path:
    """A model with YOLOX's input that gives the same answers for every picture.

    With `echo` the first px of the input is added to the first three columns of the first answer, in its own order.
    """
    kinds = {np.dtype(np.float32): TensorProto.FLOAT, np.dtype(np.int64): TensorProto.INT64}
    nodes = [_constant(f"{name}_fixed", value) for name, value in answers.items()]
    first, *others = answers
    if echo:
        nodes += [
            _constant("start", np.array([0, 0, 0, 0], dtype=np.int64)),
            _constant("stop", np.array([1, 3, 1, 1], dtype=np.int64)),
            _constant("row", np.array([1, 1, 3], dtype=np.int64)),
            _constant("rest", np.zeros((1, 1, 2), dtype=np.float32)),
            helper.make_node("Slice", ["input", "start", "stop"], ["px"]),
            helper.make_node("Reshape", ["px", "row"], ["px_row"]),
            helper.make_node("Concat", ["px_row", "rest"], ["added"], axis=2),
            helper.make_node("Add", [f"{first}_fixed", "added"], [first]),
        ]
    else:
        others = list(answers)
    nodes += [helper.make_node("Identity", [f"{name}_fixed"], [name]) for name in others]
    outputs = [helper.make_tensor_value_info(n, kinds[value.dtype], value.shape) for n, value in answers.items()]
    picture_in = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    graph = helper.make_graph(nodes, "yolox", [picture_in], outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("20230101/yolox/deploy.json", "{}")
            archive.writestr("20230101/yolox/end2end.onnx", model.SerializeToString())
    else:
        path.write_bytes(model.SerializeToString())
    return path


def _constant(name: str, value: npt.NDArray[np.generic]) -> onnx.NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))


def picture(height: int, width: int) -> npt.NDArray[np.uint8]:
    return np.zeros((height, width, 3), dtype=np.uint8)


@pytest.fixture
def without_doubles(tmp_path: Path) -> YoloxDetector:
    """As published: corners and score, and classes apart; doubles are out already."""
    dets = np.array(
        [[[8, 4, 24, 44, 0.6], [30, 10, 50, 60, 0.9], [0, 0, 9, 9, 0.8], [40, 40, 60, 60, 0.1]]], dtype=np.float32
    )
    labels = np.array([[0, 0, 1, 0]], dtype=np.int64)
    return YoloxDetector(save_model(tmp_path / "yolox_tiny.zip", {"dets": dets, "labels": labels}))


def test_people_come_surest_first_in_px_of_the_picture(without_doubles: YoloxDetector) -> None:
    finds = without_doubles.find(picture(128, 96), None)
    assert without_doubles.name == "yolox_tiny"
    # The picture is halved to fit 64 px. The cat (class 1) and the unsure find are out.
    assert [find.score for find in finds] == pytest.approx([0.9, 0.6])
    assert finds[0].box == pytest.approx((60, 20, 40, 100))
    assert finds[1].box == pytest.approx((16, 8, 32, 80))
    assert all(find.pose is None for find in finds)


def test_a_region_is_enlarged_and_its_finds_put_back(without_doubles: YoloxDetector) -> None:
    finds = without_doubles.find(picture(400, 400), (100, 200, 32, 32))
    assert finds[0].box == pytest.approx((100 + 15, 200 + 5, 10, 25))


def test_a_region_that_reaches_beyond_the_picture(without_doubles: YoloxDetector) -> None:
    finds = without_doubles.find(picture(100, 100), (-28, 60, 64, 80))
    # What is there is 36 x 40 px from (0, 60); 40 px become 64.
    assert finds[0].box == pytest.approx((30 * 40 / 64, 60 + 10 * 40 / 64, 20 * 40 / 64, 50 * 40 / 64))


def test_an_export_without_suppression_is_decoded(tmp_path: Path) -> None:
    """One person on the grid of 8 px, seen twice, and another on the grid of 32 px."""
    rows = 8 * 8 + 4 * 4 + 2 * 2
    raw = np.zeros((1, rows, 6), dtype=np.float32)
    for row, score in ((3 * 8 + 2, 0.9), (3 * 8 + 3, 0.7)):
        # Middle at (2 + 0.5, 3 + 0.5) cells of 8 px for both; 16 x 24 px.
        raw[0, row] = [2.5 - row % 8, 0.5, np.log(2), np.log(3), score, 1.0]
    raw[0, 64 + 16 + 3] = [0.5, 0.5, np.log(0.5), np.log(1.0), 0.8, 0.5]
    detector = YoloxDetector(save_model(tmp_path / "raw.onnx", {"output": raw}))
    finds = detector.find(picture(SIDE, SIDE), None)
    assert [find.score for find in finds] == pytest.approx([0.9, 0.4])
    assert finds[0].box == pytest.approx((20 - 8, 28 - 12, 16, 24), abs=1e-3)
    assert finds[1].box == pytest.approx((48 - 8, 48 - 16, 16, 32), abs=1e-3)


def test_the_model_is_given_blue_first_from_0_to_255(tmp_path: Path) -> None:
    """The model adds its first px to the corners: blue to the left edge, green to the upper, red to the right."""
    dets = np.array([[[0, 0, 0, 255, 0.9]]], dtype=np.float32)
    detector = YoloxDetector(save_model(tmp_path / "echo.onnx", {"dets": dets}, echo=True))
    rgb = picture(SIDE, SIDE)
    rgb[...] = (200, 20, 10)
    x, y, width, _ = detector.find(rgb, None)[0].box
    assert (x, y, x + width) == pytest.approx((10, 20, 200))


def test_nobody_found(tmp_path: Path) -> None:
    dets, labels = np.zeros((1, 0, 5), dtype=np.float32), np.zeros((1, 0), dtype=np.int64)
    detector = YoloxDetector(save_model(tmp_path / "none.onnx", {"dets": dets, "labels": labels}))
    assert detector.find(picture(20, 20), None) == ()
    detector.close()


@pytest.mark.parametrize("content", [b"", b"PK not a zip", b"text"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "yolox.zip"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"yolox\.zip") as caught:
        YoloxDetector(path)
    assert "models fetch" in caught.value.remedy


def test_an_archive_without_a_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "yolox.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    with pytest.raises(WeightsError, match="holds no end2end"):
        YoloxDetector(path)
