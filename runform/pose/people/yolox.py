"""YOLOX (Ge and others, 2021) as OpenMMLab publishes it for ONNX Runtime: finds people, gives no pose.

The archives hold `end2end.onnx`, exported with suppression of doubles in the graph: its answer is (1, N, 5) corners and
score. Exports without it answer (1, N, 5 + classes) on YOLOX's grids of 8, 16 and 32 px; both are read.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from runform.errors import WeightsError
from runform.pose.people.detector import PersonFind
from runform.sequences import Box, FloatArray
from runform.video.read import RgbImage

_MODEL_FILE = "end2end.onnx"
_USUAL_SIDE = 640
_GREY = 114
_LEAST_SCORE = 0.3
_SAME_PERSON_IOU = 0.45
_STRIDES = (8, 16, 32)
_QUIET = 3  # errors only
_FETCH_AGAIN = "Delete the file and fetch it again: python -m runform models fetch"


class YoloxDetector:
    """A person detector on CPU.

    Args:
        archive: The zip as published, already checked, or the .onnx file itself.

    Raises:
        WeightsError: It holds no model that ONNX Runtime can load.
    """

    def __init__(self, archive: Path) -> None:
        self._name = archive.stem
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _QUIET
        try:
            self._session = onnxruntime.InferenceSession(
                _read_model(archive), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime raises its own types, derived from Exception alone
            raise WeightsError(f"{archive.name} could not be loaded as YOLOX ({error}).", _FETCH_AGAIN) from error
        self._input = self._session.get_inputs()[0]

    @property
    def name(self) -> str:
        """The archive's name without its ending."""
        return self._name

    def find(self, rgb: RgbImage, region: Box | None) -> tuple[PersonFind, ...]:
        """Find people; see `PersonDetector.find`."""
        left, top, part = _cut_out(rgb, region)
        tensor, ratio = self._prepare(part)
        answers = self._session.run(None, {self._input.name: tensor})
        corners, scores = _read_answers([np.asarray(answer) for answer in answers], tensor.shape[2:])
        corners = corners / ratio + np.array([left, top, left, top])
        order = [i for i in np.argsort(-scores) if scores[i] >= _LEAST_SCORE]
        return tuple(
            PersonFind(box=(float(x0), float(y0), float(x1 - x0), float(y1 - y0)), score=float(min(scores[i], 1.0)))
            for i in order
            for x0, y0, x1, y1 in [corners[i]]
            if x1 > x0 and y1 > y0
        )

    def find_again(self, rgb: RgbImage, box: Box) -> PersonFind | None:  # noqa: ARG002 - the protocol's
        """Nothing: one look costs the same wherever it goes; see `PersonDetector.find_again`."""
        return None

    def close(self) -> None:
        """Nothing to release: the session goes with the object."""

    def _prepare(self, part: RgbImage) -> tuple[npt.NDArray[np.float32], float]:
        """(1, 3, H, W) BGR 0 to 255, the picture in the upper left corner on grey, and how much it was scaled."""
        height, width = (side if isinstance(side, int) else _USUAL_SIDE for side in self._input.shape[2:])
        ratio = min(height / part.shape[0], width / part.shape[1])
        size = max(int(part.shape[1] * ratio), 1), max(int(part.shape[0] * ratio), 1)
        canvas = np.full((height, width, 3), _GREY, dtype=np.uint8)
        canvas[: size[1], : size[0]] = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)[..., ::-1]
        return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], dtype=np.float32), ratio


def _read_model(archive: Path) -> bytes:
    """The model's bytes, from the zip or as they lie.

    Raises:
        WeightsError: The zip cannot be read or holds no model.
    """
    if not zipfile.is_zipfile(archive):
        return archive.read_bytes()
    try:
        with zipfile.ZipFile(archive) as content:
            for name in content.namelist():
                if name.rsplit("/", 1)[-1] == _MODEL_FILE:
                    return content.read(name)
    except (OSError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{archive.name} cannot be read ({error}).", _FETCH_AGAIN) from error
    raise WeightsError(f"{archive.name} holds no {_MODEL_FILE}.", _FETCH_AGAIN)


def _cut_out(rgb: RgbImage, region: Box | None) -> tuple[int, int, RgbImage]:
    """Left and top px of a region as far as the picture reaches, and its pixels."""
    height, width = rgb.shape[:2]
    if region is None:
        return 0, 0, rgb
    left, top = (int(np.clip(region[axis], 0, (width, height)[axis] - 1)) for axis in (0, 1))
    right = int(np.clip(np.ceil(region[0] + region[2]), left + 1, width))
    bottom = int(np.clip(np.ceil(region[1] + region[3]), top + 1, height))
    return left, top, rgb[top:bottom, left:right]


def _read_answers(answers: list[npt.NDArray[np.generic]], size: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """(N, 4) corners in px of the model's input and (N,) scores of people, whichever way the model was exported."""
    values = np.asarray(answers[0], dtype=np.float64)[0]
    if values.shape[-1] == 5:  # doubles are out; a second answer names the class, and people are class 0
        people = np.asarray(answers[1])[0] == 0 if len(answers) > 1 else np.ones(len(values), dtype=np.bool_)
        return values[people, :4], values[people, 4]
    places, strides = _compute_grid(size)
    centres = (values[:, :2] + places) * strides
    halves = np.exp(values[:, 2:4]) * strides / 2
    corners = np.concatenate([centres - halves, centres + halves], axis=1)
    scores = values[:, 4] * values[:, 5]
    kept = _drop_doubles(corners, scores)
    return corners[kept], scores[kept]


def _compute_grid(size: tuple[int, ...]) -> tuple[FloatArray, FloatArray]:
    """(N, 2) column and row of every place that answers, and (N, 1) its stride in px."""
    places, strides = [], []
    for stride in _STRIDES:
        rows, columns = np.mgrid[: size[0] // stride, : size[1] // stride]
        places.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        strides.append(np.full((rows.size, 1), stride))
    return np.concatenate(places).astype(np.float64), np.concatenate(strides).astype(np.float64)


def _drop_doubles(corners: FloatArray, scores: FloatArray) -> npt.NDArray[np.intp]:
    """Positions of the boxes left once boxes that overlap a surer one are out."""
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), _LEAST_SCORE, _SAME_PERSON_IOU)
    return np.asarray(kept, dtype=np.intp).ravel()
