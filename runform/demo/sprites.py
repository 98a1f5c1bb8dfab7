"""Drawing one body part: an outline blown up to a rounded, textured surface, lit and laid into the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform.sequences import FloatArray

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Point = tuple[float, float]
Colour = tuple[int, int, int]

LIGHT = np.array([0.25, -0.55, 0.80])
"""Direction to the light: the picture's right, down, and towards the camera."""
AMBIENT, DIFFUSE = 0.42, 0.72
OVERSAMPLING = 4
SOFTNESS_M = 0.006
CAP_M = 0.05
MARGIN_PX = 2


@dataclass(frozen=True)
class Paint:
    """One colour laid on part of a sprite.

    Attributes:
        colour: RGB.
        outline: Forward and down, m, in the part's axes; None covers the whole part.
    """

    colour: Colour
    outline: tuple[Point, ...] | None = None


@dataclass(frozen=True)
class Design:
    """What a body part looks like, in its own axes: x forward and y down, m, the origin at its joint.

    Attributes:
        outline: Corners, smoothed when drawn.
        paints: Laid on one after the other.
        grain: Strength of the texture, 0 to 1.
        grain_size_m: Its coarseness.
        roundness_m: Depth of the rounding at the rim.
        limb: Round it across only, as a capsule's middle, so that neighbours join without a dark seam.
    """

    outline: tuple[Point, ...]
    paints: tuple[Paint, ...]
    grain: float = 0.05
    grain_size_m: float = 0.006
    roundness_m: float = 0.06
    limb: bool = False


@dataclass(frozen=True)
class Sprite:
    """A design on a grid of pixels.

    Attributes:
        albedo: (H, W, 3) RGB, 0 to 255.
        normal: (H, W, 3) unit: forward, down, towards the camera.
        alpha: (H, W) 0 to 1.
        corner: Forward and down of the first pixel's centre, m.
        pixels_per_m: Of the grid.
    """

    albedo: Floats
    normal: Floats
    alpha: Floats
    corner: Point
    pixels_per_m: float


def smooth_outline(corners: Sequence[Point], rounds: int = 3) -> FloatArray:
    """(N, 2) a closed outline with its corners cut (Chaikin's algorithm)."""
    points = np.array(corners, dtype=np.float64)
    for _ in range(rounds):
        following = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * following, 0.25 * points + 0.75 * following], axis=1).reshape(-1, 2)
    return points


def fill(shape: tuple[int, int], points_px: FloatArray) -> Floats:
    """(H, W) coverage 0 to 1 of a polygon given in px, x and y, with soft edges."""
    height, width = shape
    large = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), np.uint8)
    corners = np.round((points_px + 0.5) * OVERSAMPLING - 0.5).astype(np.int32)
    cv2.fillPoly(large, [corners], (255,))
    small = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / 255


def blur(image: Floats, sigma_px: float) -> Floats:
    """(H, W) blurred by a Gaussian of at least half a pixel."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), max(0.5, sigma_px)), dtype=np.float32)


def make_sprite(design: Design, pixels_per_m: float, rng: np.random.Generator) -> Sprite:
    """Draw a design on its own grid."""
    outline = smooth_outline(design.outline)
    low = outline.min(axis=0) - MARGIN_PX / pixels_per_m
    size = np.ceil((outline.max(axis=0) - low) * pixels_per_m).astype(int) + MARGIN_PX
    shape = (int(size[1]), int(size[0]))

    def to_px(points: FloatArray) -> FloatArray:
        return np.asarray((points - low) * pixels_per_m)

    alpha = fill(shape, to_px(outline))
    albedo = np.zeros((*shape, 3), np.float32)
    for paint in design.paints:
        cover = alpha if paint.outline is None else fill(shape, to_px(smooth_outline(paint.outline, 2)))
        albedo += (np.array(paint.colour, np.float32) - albedo) * cover[..., None]
    first = np.array(design.paints[0].colour, np.float32)
    albedo = np.where(alpha[..., None] > 0, albedo, first)

    speckle = rng.standard_normal(shape).astype(np.float32)
    speckle = blur(speckle, design.grain_size_m * pixels_per_m / 2)
    speckle /= max(float(speckle.std()), 1e-6)
    albedo = np.clip(albedo * (1 + design.grain * speckle[..., None]), 0, 255).astype(np.float32)
    if design.limb:
        normal = _round_across(alpha, CAP_M * pixels_per_m)
    else:
        normal = _blow_up(alpha, design.roundness_m * pixels_per_m, SOFTNESS_M * pixels_per_m)
    return Sprite(albedo, normal, alpha, (float(low[0]), float(low[1])), pixels_per_m)


def _blow_up(alpha: Floats, depth_px: float, blur_px: float) -> Floats:
    """(H, W, 3) normals of the flat shape as if inflated: a quarter circle from the rim inwards."""
    inside = cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    depth = min(depth_px, float(inside.max()))
    reach = np.minimum(inside, depth)
    height = np.sqrt(np.maximum(reach * (2 * depth - reach), 0)).astype(np.float32)
    height = blur(height, blur_px)
    down, forward = np.gradient(height)
    normal = np.stack([-forward, -down, np.ones_like(height)], axis=-1)
    return np.asarray(normal / np.linalg.norm(normal, axis=-1, keepdims=True), dtype=np.float32)


def _round_across(alpha: Floats, cap_px: float) -> Floats:
    """(H, W, 3) normals of a capsule that runs down the grid: turned forward or backward, never along."""
    inside = alpha > 0.5
    columns = np.arange(alpha.shape[1], dtype=np.float32)
    rows = np.flatnonzero(inside.any(axis=1))
    first = inside[rows].argmax(axis=1)
    last = alpha.shape[1] - 1 - inside[rows, ::-1].argmax(axis=1)
    # The caps are as wide as the limb beside them.
    reach = max(1, round(cap_px))
    padded = np.pad(last - first + 1, reach, mode="edge")
    width = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    middle = np.interp(np.arange(alpha.shape[0]), rows, (first + last) / 2)
    half = np.interp(np.arange(alpha.shape[0]), rows, width / 2)
    forward = np.clip((columns - middle[:, None]) / half[:, None], -0.98, 0.98)
    normal = np.stack([forward, np.zeros_like(forward), np.sqrt(1 - forward**2)], axis=-1)
    return np.asarray(normal, dtype=np.float32)


def lay(
    picture: Picture, sprite: Sprite, origin: FloatArray, forward: FloatArray, down: FloatArray, light: float
) -> None:
    """Light a sprite and lay it into the picture.

    Args:
        picture: (H, W, 3) RGB, changed in place.
        sprite: The part.
        origin: (2,) where its joint lies, px, x right and y down.
        forward: (2,) its x axis in the picture, px per m.
        down: (2,) its y axis in the picture, px per m.
        light: Brightness, 1 for the side near the camera.
    """
    toward = np.array(
        [LIGHT[:2] @ forward / np.linalg.norm(forward), LIGHT[:2] @ down / np.linalg.norm(down), LIGHT[2]], np.float32
    )
    shade = AMBIENT + DIFFUSE * np.maximum(sprite.normal @ toward, 0)  # (H, W)
    lit = np.minimum(sprite.albedo * (shade * np.float32(light))[..., None], 255) * sprite.alpha[..., None]
    rgba = np.dstack([lit, sprite.alpha * 255]).astype(np.uint8)

    height, width = sprite.alpha.shape
    matrix = np.column_stack([forward, down]) / sprite.pixels_per_m
    start = origin + np.column_stack([forward, down]) @ np.array(sprite.corner)
    corners = start + np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ matrix.T
    left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - 1, 0)
    right = min(int(np.ceil(corners[:, 0].max())) + 2, picture.shape[1])
    bottom = min(int(np.ceil(corners[:, 1].max())) + 2, picture.shape[0])
    if left >= right or top >= bottom:
        return
    placed = np.column_stack([matrix, start - np.array([left, top])])
    warped = cv2.warpAffine(rgba, placed, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    patch = picture[top:bottom, left:right]
    rest = 255 - warped[..., 3:].astype(np.uint16)
    patch[:] = warped[..., :3] + ((patch * rest + 127) // 255).astype(np.uint8)
