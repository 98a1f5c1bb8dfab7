"""The two networks of BlazePose (Bazarevsky and others, 2020) as mediapipe's wheel carries them, run by OpenVINO.

mediapipe's own graph runs them one picture after the other, with tracking and smoothing of its own. Run bare, they look
wherever asked, several at a time, in a third of the time. What the graph does around them is done here after its
published configuration: https://github.com/google-ai-edge/mediapipe/tree/v0.10.21/mediapipe/modules
(pose_detection_cpu.pbtxt, pose_landmark_by_roi_cpu.pbtxt).
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import expit

from runform.errors import BackendUnavailableError
from runform.hashing import compute_sha256
from runform.pose.limb_maps import LIMB_KEYPOINTS, MIRRORED_LIMBS, LimbMaps, View
from runform.sequences import FloatArray
from runform.skeletons import BLAZEPOSE_33
from runform.video.read import RgbImage

_INSTALL = "Install mediapipe 0.10.21 as requirements.txt asks."
_LANDMARK_MODEL = "modules/pose_landmark/pose_landmark_full.tflite"
_DETECTION_MODEL = "modules/pose_detection/pose_detection.tflite"
LANDMARK_SIDE = 256
DETECTION_SIDE = 224
# The landmark network gives 39 points of five numbers: 33 keypoints, the hips' middle, a point on the circle around the
# whole body, and four that are not used.
_POINTS, _VALUES = 39, 5
_CENTRE, _RIM = 33, 34
_AROUND = np.arange(-3, 4)  # 7 x 7 cells
_HEATMAP_LEAST = 0.5
# Feature maps of the detector: (stride in px, anchors at each place).
_ANCHOR_LAYERS = ((8, 2), (16, 2), (32, 6))
# The detector's six points: the box's middle, its size, then four keypoints. All but the size are from the anchor.
_CENTRED = np.array([[1.0], [0.0], [1.0], [1.0], [1.0], [1.0]])
_SAME_PERSON = 0.3
_LIMB_CHANNELS = [BLAZEPOSE_33.index[name] for name in LIMB_KEYPOINTS]


@dataclass(frozen=True)
class Circle:
    """Where the landmark network looks: the circle around a whole body.

    Attributes:
        x, y: Its centre, the middle of the hips, px of the picture.
        radius: px.
        turn_rad: How far the body leans to the picture's right (clockwise) from upright.
    """

    x: float
    y: float
    radius: float
    turn_rad: float = 0.0


@dataclass(frozen=True)
class Landmarks:
    """What the landmark network says of one circle.

    Attributes:
        xy_px: (33, 2) px of the picture, x right and y down; beyond the picture too.
        visibility: (33,) chance that a keypoint is in the picture and not hidden, 0 to 1.
        presence: Chance that a person is there, 0 to 1.
        circle: Around the body as found, for the next look.
        maps: Where else each limb's keypoint may be.
    """

    xy_px: FloatArray
    visibility: FloatArray
    presence: float
    circle: Circle
    maps: LimbMaps


class BlazePoseNets:
    """Both networks, compiled once and shared by threads.

    Args:
        precision: "f32", "bf16" (half the time where the processor has it; keypoints move by less than the labels of
            a careful person differ), or "auto" for bf16 where the processor has it.

    Raises:
        BackendUnavailableError: mediapipe or OpenVINO is absent, or the wheel carries no models.
    """

    def __init__(self, precision: str = "auto") -> None:
        root = _find_mediapipe()
        self.landmark_path, self.detection_path = root / _LANDMARK_MODEL, root / _DETECTION_MODEL
        for path in (self.landmark_path, self.detection_path):
            if not path.is_file():
                raise BackendUnavailableError("The installed mediapipe carries no pose model.", _INSTALL)
        try:
            import openvino

            from runform.openvino_files import CORE, choose_precision
        except ImportError as error:
            raise BackendUnavailableError(
                f"OpenVINO, which runs BlazePose, could not be loaded ({error}).",
                "Install what requirements.txt names.",
            ) from error
        if precision == "auto":
            precision = choose_precision()
        self.precision = precision
        # Many looks side by side scale best with one stream a core and one thread a stream; a look on its own, as when
        # people are searched for, is done sooner by all threads together.
        hint = {"INFERENCE_PRECISION_HINT": precision}
        many, single = hint | {"PERFORMANCE_HINT": "THROUGHPUT"}, hint | {"PERFORMANCE_HINT": "LATENCY"}
        landmarks = _keep_outputs(CORE.read_model(self.landmark_path))
        self._landmarks = CORE.compile_model(landmarks, "CPU", many)
        self._single_landmarks = CORE.compile_model(landmarks, "CPU", single)
        self._detection = CORE.compile_model(CORE.read_model(self.detection_path), "CPU", single)
        self._anchors = _make_anchors()
        self.streams = int(self._landmarks.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._openvino = openvino

    @property
    def sha256(self) -> str:
        """Of the landmark network's file, 64 hex digits."""
        return compute_sha256(self.landmark_path)

    @property
    def version(self) -> str:
        """Of the wheel that carries the networks."""
        return importlib.metadata.version("mediapipe")

    def find_landmarks(self, looks: Sequence[tuple[RgbImage, View]]) -> list[Landmarks]:
        """Look at cut-outs, several at a time.

        Args:
            looks: (H, W, 3) uint8 RGB pictures and what of each to look at.

        Returns:
            One answer for each look, in px of its picture.
        """
        answers: list[Landmarks | None] = [None] * len(looks)

        def keep(request: Any, index: int) -> None:
            outputs = [np.array(request.get_output_tensor(i).data) for i in range(3)]
            answers[index] = _decode_landmarks(outputs[0], outputs[1], outputs[2], looks[index][1])

        network, jobs = (self._single_landmarks, 1) if len(looks) == 1 else (self._landmarks, self.streams)
        queue = self._openvino.AsyncInferQueue(network, jobs)
        queue.set_callback(keep)
        for index, (rgb, view) in enumerate(looks):
            queue.start_async({0: _cut_out(rgb, view)[None]}, index)
        queue.wait_all()
        return [answer for answer in answers if answer is not None]

    def find_circles(self, rgb: RgbImage, least_score: float) -> list[tuple[Circle, float]]:
        """Find people in one picture.

        Args:
            rgb: (H, W, 3) uint8 RGB; people should be a sixth of its longer side or more.
            least_score: Finds below this are dropped, 0 to 1.

        Returns:
            Circle and score of each person, the surest first.
        """
        scale = DETECTION_SIDE / max(rgb.shape[:2])
        height, width = (max(round(side * scale), 1) for side in rgb.shape[:2])
        top, left = (DETECTION_SIDE - height) // 2, (DETECTION_SIDE - width) // 2
        padded = np.full((DETECTION_SIDE, DETECTION_SIDE, 3), -1.0, dtype=np.float32)
        small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        padded[top : top + height, left : left + width] = small.astype(np.float32) / 127.5 - 1.0
        request = self._detection.create_infer_request()
        request.infer({0: padded[None]})
        values = np.array(request.get_output_tensor(0).data)[0].astype(np.float64)  # (2254, 12)
        scores = expit(np.array(request.get_output_tensor(1).data)[0, :, 0].astype(np.float64))
        sure = np.flatnonzero(scores >= least_score)
        sure = sure[np.argsort(-scores[sure])]
        values = values[sure].reshape(-1, 6, 2) + _CENTRED * self._anchors[sure][:, None] * DETECTION_SIDE
        found = []
        for members in _group_by_overlap(values[:, 0], values[:, 1]):
            weights = scores[sure][members]
            points = np.average(values[members, 2:], axis=0, weights=weights)  # (4, 2) px of the network's picture
            points = (points - [left, top]) / scale
            found.append((_circle_through(points[0], points[1]), float(weights[0])))
        return found


def make_view(circle: Circle, reach: float, tilt_rad: float = 0.0, mirrored: bool = False) -> View:
    """The square around a circle, turned so that the body stands upright in it.

    Args:
        circle: Around the body.
        reach: Half the square's side over the circle's radius; mediapipe takes 1.25.
        tilt_rad: Turn on top of the body's own, clockwise.
        mirrored: Exchange left and right.
    """
    turn = circle.turn_rad + tilt_rad
    cos, sin = np.cos(turn), np.sin(turn)
    scale = 2 * reach * circle.radius / LANDMARK_SIDE
    flip = -1.0 if mirrored else 1.0
    linear = scale * np.array([[cos * flip, -sin], [sin * flip, cos]])
    middle = np.array([LANDMARK_SIDE / 2, LANDMARK_SIDE / 2])
    offset = np.array([circle.x, circle.y]) - linear @ middle
    return View(np.column_stack([linear, offset]), mirrored)


def _cut_out(rgb: RgbImage, view: View) -> RgbImage:
    """(256, 256, 3) uint8 RGB; beyond the picture its edge goes on."""
    # OpenCV counts from the middle of the first px, the network from its edge.
    shifted = view.to_picture.copy()
    shifted[:, 2] += view.to_picture[:, :2] @ np.array([0.5, 0.5]) - 0.5
    cut = cv2.warpAffine(
        rgb,
        shifted,
        (LANDMARK_SIDE, LANDMARK_SIDE),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cut, dtype=np.uint8)


def _decode_landmarks(values: FloatArray, flag: FloatArray, heatmap: FloatArray, view: View) -> Landmarks:
    """Landmarks in px of the picture from the network's (1, 195), (1, 1) and (1, 64, 64, 39)."""
    points = values.reshape(_POINTS, _VALUES).astype(np.float64)
    xy = _refine(points[:, :2] / LANDMARK_SIDE, heatmap[0]) * LANDMARK_SIDE  # (39, 2) px of the cut-out
    visibility = expit(points[: len(BLAZEPOSE_33), 3])
    xy = xy @ view.to_picture[:, :2].T + view.to_picture[:, 2]
    keypoints = xy[: len(BLAZEPOSE_33)]
    if view.mirrored:
        keypoints, visibility = keypoints[BLAZEPOSE_33.mirror_order], visibility[BLAZEPOSE_33.mirror_order]
    circle = _circle_through(xy[_CENTRE], xy[_RIM])
    limbs = expit(heatmap[0][..., _LIMB_CHANNELS])  # (64, 64, L)
    if view.mirrored:
        limbs = limbs[..., MIRRORED_LIMBS]
    return Landmarks(keypoints, visibility, float(flag.reshape(-1)[0]), circle, LimbMaps(limbs, view))


def _refine(xy: FloatArray, heatmap: FloatArray) -> FloatArray:
    """Move each point of (39, 2), in parts of the cut-out, to the centre of its heatmap (64, 64, 39) around it.

    As mediapipe's RefineLandmarksFromHeatmapCalculator: within 7 x 7 cells, where one of them is at least 0.5 sure.
    """
    rows, columns, count = heatmap.shape
    column, row = (xy * [columns, rows]).astype(np.intp).T
    at_rows = row[:, None] + _AROUND  # (39, 7)
    at_columns = column[:, None] + _AROUND
    there = ((at_rows >= 0) & (at_rows < rows))[:, :, None] & ((at_columns >= 0) & (at_columns < columns))[:, None]
    cells = heatmap[
        np.clip(at_rows, 0, rows - 1)[:, :, None],
        np.clip(at_columns, 0, columns - 1)[:, None],
        np.arange(count)[:, None, None],
    ]
    weights = expit(cells.astype(np.float64)) * there  # (39, 7, 7)
    total = weights.sum(axis=(1, 2))
    moved = np.stack(
        [(weights.sum(axis=1) * at_columns).sum(axis=1), (weights.sum(axis=2) * at_rows).sum(axis=1)], axis=1
    )
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    sure = inside & (weights.max(axis=(1, 2)) >= _HEATMAP_LEAST)
    with np.errstate(invalid="ignore", divide="ignore"):
        centres = moved / total[:, None] / [columns, rows]
    return np.asarray(np.where(sure[:, None], centres, xy))


def _circle_through(centre: FloatArray, rim: FloatArray) -> Circle:
    """The circle by its centre and the point of its rim above the head."""
    dx, dy = float(rim[0] - centre[0]), float(rim[1] - centre[1])
    return Circle(float(centre[0]), float(centre[1]), float(np.hypot(dx, dy)), float(np.arctan2(dx, -dy)))


def _group_by_overlap(centres: FloatArray, sizes: FloatArray) -> list[npt.NDArray[np.intp]]:
    """Finds (N, 2) of one person, by their boxes' intersection over union with the surest; each group surest first."""
    low, high = centres - sizes / 2, centres + sizes / 2
    area = np.prod(sizes, axis=1)
    left = np.arange(len(centres))
    groups = []
    while len(left):
        best = left[0]
        across = np.minimum(high[left], high[best]) - np.maximum(low[left], low[best])
        shared = np.prod(np.maximum(across, 0.0), axis=1)
        same = shared / (area[left] + area[best] - shared) >= _SAME_PERSON
        same[0] = True
        groups.append(left[same])
        left = left[~same]
    return groups


def _make_anchors() -> FloatArray:
    """(2254, 2) centres of the detector's anchors, x and y in parts of its picture."""
    centres = []
    for stride, each in _ANCHOR_LAYERS:
        cells = DETECTION_SIDE // stride
        grid = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(grid, grid, indexing="ij")
        centres.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), each, axis=0))
    return np.concatenate(centres)


def _keep_outputs(model: Any) -> Any:
    """The landmark network with landmarks, presence and heatmap alone, so that the rest is not computed."""
    import openvino

    by_shape = {tuple(output.shape): output for output in model.outputs}
    heatmap_cells = LANDMARK_SIDE // 4
    wanted = [(1, _POINTS * _VALUES), (1, 1), (1, heatmap_cells, heatmap_cells, _POINTS)]
    kept = openvino.Model([by_shape[shape] for shape in wanted], model.get_parameters(), "landmarks")
    # Pictures go in as bytes; the network itself brings them to [0, 1].
    steps = openvino.preprocess.PrePostProcessor(kept)
    steps.input().tensor().set_element_type(openvino.Type.u8)
    steps.input().preprocess().convert_element_type(openvino.Type.f32).scale(255.0)
    return steps.build()


def _find_mediapipe() -> Path:
    """The folder of the installed mediapipe, without importing it.

    Raises:
        BackendUnavailableError: There is none.
    """
    spec = importlib.util.find_spec("mediapipe")
    if spec is None or spec.origin is None:
        raise BackendUnavailableError("mediapipe, which carries BlazePose, is not installed.", _INSTALL)
    return Path(spec.origin).parent
