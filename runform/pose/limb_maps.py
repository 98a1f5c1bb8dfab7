"""Maps of where each keypoint of the limbs may be, from one or several looks at the same runner.

A pose network's answer is one point for each keypoint, and where one leg passes behind the other it often names the
wrong leg. The map behind the answer mostly still shows the right place, as a second, lower peak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray, require_shape
from runform.skeletons import mirror_name

FloatMaps = npt.NDArray[np.float32]
LIMB_KEYPOINTS = tuple(f"{side}_{part}" for side in ("left", "right") for part in ("knee", "ankle", "heel", "toe"))
MIRRORED_LIMBS = [LIMB_KEYPOINTS.index(mirror_name(name)) for name in LIMB_KEYPOINTS]
MAP_CELLS = 64
VIEW_SIDE = 256
_CELL = VIEW_SIDE / MAP_CELLS


@dataclass(frozen=True)
class View:
    """A square cut-out of a picture, 256 px a side, as a pose network sees it.

    Attributes:
        to_picture: (2, 3) affine map from px of the cut-out to px of the picture.
        mirrored: Left and right exchanged.
    """

    to_picture: FloatArray
    mirrored: bool = False

    def __post_init__(self) -> None:
        require_shape("to_picture", self.to_picture, (2, 3))


@dataclass(frozen=True)
class LimbMaps:
    """Chances of `LIMB_KEYPOINTS`, sides already the runner's.

    Attributes:
        chance: (64, 64, L) rows, columns and keypoints, 0 to 1. As in mediapipe, cell i stands for i / 64 of the
            cut-out, its upper left corner.
        view: The cut-out that the cells divide evenly.

    Raises:
        ShapeError: Another shape.
    """

    chance: FloatMaps
    view: View

    def __post_init__(self) -> None:
        require_shape("chance", self.chance, (MAP_CELLS, MAP_CELLS, len(LIMB_KEYPOINTS)))

    @property
    def cells_per_px(self) -> float:
        """How many cells one px of the picture spans."""
        return 1.0 / (_CELL * float(np.linalg.norm(self.view.to_picture[:, 0])))

    def to_picture(self, cells: FloatArray) -> FloatArray:
        """(N, 2) column and row, in cells, to (N, 2) x and y in px of the picture."""
        px = cells * _CELL
        return np.asarray(px @ self.view.to_picture[:, :2].T + self.view.to_picture[:, 2])

    def to_cells(self, xy_px: FloatArray) -> FloatArray:
        """(N, 2) x and y in px of the picture to (N, 2) column and row, in cells."""
        inverse = cv2.invertAffineTransform(self.view.to_picture)
        return np.asarray((xy_px @ inverse[:, :2].T + inverse[:, 2]) / _CELL)


def fuse_maps(maps: Sequence[LimbMaps]) -> LimbMaps:
    """The mean of several looks' maps, in the cells of the first.

    Different crops, tilts and the mirror image err in different places; what is there shows in most of them.
    """
    first = maps[0]
    total = first.chance.copy()
    for other in maps[1:]:
        # Cells of the first to cells of the other, by way of the picture.
        corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        moved = other.to_cells(first.to_picture(corners))
        to_other = np.column_stack([moved[1] - moved[0], moved[2] - moved[0], moved[0]])
        # OpenCV's remapping takes at most four channels at once.
        for start in range(0, total.shape[2], 4):
            total[..., start : start + 4] += cv2.warpAffine(
                other.chance[..., start : start + 4],
                to_other,
                (MAP_CELLS, MAP_CELLS),
                flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            )
    return LimbMaps(total / np.float32(len(maps)), first.view)
