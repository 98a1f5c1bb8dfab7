"""The room, the treadmill and its moving belt, and the runner's shadow on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform.demo.camera import DISTANCE_M, HEIGHT_M, Camera
from runform.demo.sprites import Colour, Floats, Picture
from runform.sequences import FloatArray

WALL: Colour = (196, 192, 182)
FLOOR: Colour = (132, 104, 78)
SKIRTING: Colour = (226, 224, 218)
FRAME_BLACK: Colour = (36, 37, 40)
RAIL: Colour = (62, 64, 68)
POST: Colour = (78, 80, 86)
SCREEN: Colour = (70, 150, 190)

WALL_BEHIND_M = 1.5
FLOOR_BELOW_M = 0.20
DECK_HALF_WIDTH_M, BELT_HALF_WIDTH_M = 0.38, 0.28
DECK_FRONT_M, DECK_BACK_M = 0.80, -1.05
BELT_TILE_M = 2.7
"""Length after which the belt's pattern repeats: that of the belt, so its seam comes round as a real one does."""
BELT_GREY = 58.0

Corner = tuple[float, float, float]
"""Forward, away from the camera, up, m."""


def _fill(picture: Picture, camera: Camera, corners: tuple[Corner, ...], colour: Colour) -> None:
    """Fill a flat face given by its corners: forward, away from the camera, up, m."""
    world = np.array([(x, camera.facing * away, z) for x, away, z in corners])
    points = np.round(camera.project(world) * 16).astype(np.int32)
    cv2.fillPoly(picture, [points], colour, cv2.LINE_AA, shift=4)


def _wall_rectangle(left: float, right: float, bottom: float, top: float, away: float) -> tuple[Corner, ...]:
    return ((left, away, bottom), (right, away, bottom), (right, away, top), (left, away, top))


def _ground_rectangle(back: float, front: float, near: float, far: float, z: float) -> tuple[Corner, ...]:
    return ((back, near, z), (front, near, z), (front, far, z), (back, far, z))


ROOM: tuple[tuple[tuple[Corner, ...], Colour], ...] = (
    (_ground_rectangle(-6, 6, -2.5, WALL_BEHIND_M, -FLOOR_BELOW_M), FLOOR),
    (_wall_rectangle(-6, 6, -FLOOR_BELOW_M, -FLOOR_BELOW_M + 0.11, WALL_BEHIND_M), SKIRTING),
    (_wall_rectangle(-0.95, -0.30, 1.25, 2.10, WALL_BEHIND_M), (120, 96, 70)),
    (_wall_rectangle(-0.90, -0.35, 1.30, 2.05, WALL_BEHIND_M), (214, 218, 210)),
    (_wall_rectangle(-0.85, -0.40, 1.36, 1.62, WALL_BEHIND_M), (150, 172, 150)),
    (_wall_rectangle(-0.85, -0.40, 1.62, 1.99, WALL_BEHIND_M), (176, 198, 214)),
)
"""Faces behind the treadmill, far to near."""

TREADMILL: tuple[tuple[tuple[Corner, ...], Colour], ...] = (
    (_wall_rectangle(0.74, 0.80, 0.0, 1.08, DECK_HALF_WIDTH_M), (58, 60, 64)),
    (_wall_rectangle(0.42, 0.80, 0.86, 0.895, DECK_HALF_WIDTH_M), (58, 60, 64)),
    (_ground_rectangle(DECK_BACK_M, DECK_FRONT_M, -DECK_HALF_WIDTH_M, DECK_HALF_WIDTH_M, 0.0), RAIL),
    (_wall_rectangle(DECK_BACK_M, DECK_FRONT_M, -0.15, 0.0, -DECK_HALF_WIDTH_M), FRAME_BLACK),
    (_wall_rectangle(DECK_BACK_M, DECK_FRONT_M, -0.062, -0.050, -DECK_HALF_WIDTH_M), (190, 70, 50)),
    (_ground_rectangle(0.66, DECK_FRONT_M + 0.1, -DECK_HALF_WIDTH_M, DECK_HALF_WIDTH_M, 0.05), FRAME_BLACK),
    (_wall_rectangle(0.66, DECK_FRONT_M + 0.1, -0.15, 0.05, -DECK_HALF_WIDTH_M), (46, 47, 51)),
    (_wall_rectangle(0.76, 0.82, 0.0, 1.08, -DECK_HALF_WIDTH_M), POST),
    (((0.70, -DECK_HALF_WIDTH_M, 1.02), (0.90, -DECK_HALF_WIDTH_M, 1.06), (0.92, -DECK_HALF_WIDTH_M, 1.24),
      (0.78, -DECK_HALF_WIDTH_M, 1.22)), FRAME_BLACK),
    (((0.735, -DECK_HALF_WIDTH_M, 1.075), (0.755, -DECK_HALF_WIDTH_M, 1.075), (0.795, -DECK_HALF_WIDTH_M, 1.20),
      (0.775, -DECK_HALF_WIDTH_M, 1.20)), SCREEN),
)  # fmt: skip
"""Faces of the treadmill, all behind or ahead of the runner, far to near."""


def draw_room(camera: Camera, rng: np.random.Generator) -> Picture:
    """(H, W, 3) RGB picture of the room and the treadmill without its runner."""
    height, width = camera.height, camera.width
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = WALL
    for corners, colour in ROOM:
        _fill(picture, camera, corners, colour)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    lamp = np.hypot((columns - 0.35 * width) / width, (rows - 0.25 * height) / height)
    plaster = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 1.2)
    light = 1.10 - 0.34 * lamp**2 + 0.015 * plaster
    picture = np.asarray(np.clip(picture * light[..., None], 0, 255), dtype=np.uint8)
    for corners, colour in TREADMILL:
        _fill(picture, camera, corners, colour)
    return picture


@dataclass(frozen=True)
class Belt:
    """The part of the picture that shows the belt's surface.

    Attributes:
        top, bottom: Its rows.
        x, y: (rows, W) world coordinates of its pixels, m.
        cover: (rows, W) 1 on the belt, 0 off it.
        tile: (across, along) grey of the pattern around 0.
        tiles_per_m: Resolution of `tile`.
    """

    top: int
    bottom: int
    x: FloatArray
    y: FloatArray
    cover: npt.NDArray[np.bool_]
    tile: Floats
    tiles_per_m: float

    def draw(self, picture: Picture, run_m: float, feet: FloatArray, body: FloatArray) -> None:
        """Draw the belt and the shadows on it.

        Args:
            picture: (H, W, 3) RGB, changed in place.
            run_m: How far the belt has run.
            feet: (N, 3) what casts the sharper shadows, m.
            body: (3,) the pelvis, m.
        """
        along = np.mod((self.x + run_m) * self.tiles_per_m, self.tile.shape[1]).astype(np.intp)
        across = ((self.y + BELT_HALF_WIDTH_M) * self.tiles_per_m).astype(np.intp)
        grey = BELT_GREY + self.tile[np.clip(across, 0, self.tile.shape[0] - 1), along]
        shade = 1 - 0.30 * np.exp(-(((self.x - body[0] + 0.05) / 0.30) ** 2) - (self.y / 0.20) ** 2)
        for x, y, z in feet:
            spread = 0.09 + 0.5 * z
            dark = 0.65 * (0.09 / spread) ** 1.5
            shade *= 1 - dark * np.exp(-(((self.x - x) / (1.6 * spread)) ** 2) - ((self.y - y) / spread) ** 2)
        strip = picture[self.top : self.bottom]
        strip[self.cover] = np.clip(grey * shade, 0, 255).astype(np.uint8)[self.cover][:, None]


def make_belt(camera: Camera, rng: np.random.Generator) -> Belt:
    """Find the belt's pixels and draw its pattern."""
    edge = np.array([[0.0, -camera.facing * BELT_HALF_WIDTH_M, 0.0], [0.0, camera.facing * BELT_HALF_WIDTH_M, 0.0]])
    near, far = camera.project(edge)[:, 1]
    top, bottom = max(int(np.floor(far)), 0), min(int(np.ceil(near)) + 1, camera.height)
    rows, columns = np.mgrid[top:bottom, 0 : camera.width].astype(np.float64)
    horizon = camera.project(np.array([0.0, 0.0, HEIGHT_M]))[1]
    size = np.maximum(rows - horizon, 1.0) / HEIGHT_M  # px per metre at the pixel's place on the belt
    y = camera.facing * (camera.scale * DISTANCE_M / size - DISTANCE_M)
    x = camera.facing * (columns - camera.width / 2) / size
    cover = (np.abs(y) <= BELT_HALF_WIDTH_M) & (x >= DECK_BACK_M) & (x <= 0.66)

    tiles_per_m = min(camera.scale, 400.0)
    shape = (int(2 * BELT_HALF_WIDTH_M * tiles_per_m) + 1, int(BELT_TILE_M * tiles_per_m))
    fine = rng.standard_normal(shape).astype(np.float32) * 5
    coarse = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), 0.03 * tiles_per_m)
    tile = fine + coarse / max(float(coarse.std()), 1e-6) * 3
    seam = max(1, int(0.012 * tiles_per_m))
    tile[:, :seam] += 28
    return Belt(top, bottom, x, y, cover, tile.astype(np.float32), tiles_per_m)
