"""The standing runner drawn in 3D with OpenCV: a level ground with a grid, a shadow, limbs the near over the far.

Pictures are RGB, positions px with x right and y down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from runform.report.colours import CENTRE_COLOUR, SIDE_COLOURS, Rgb, colour_bone, to_rgb
from runform.report.drawing import BLACK, SHIFT, WHITE, RgbImage, draw_line, draw_text, to_fixed
from runform.report.scene_camera import aim_camera
from runform.report.standing import StandingRunner, compute_leg_length
from runform.sequences import FloatArray, Side, View

TURN_DEG = 40.0
"""The camera stands this far round the runner from the clip's own one: near enough to know the picture beside it,
and it shows what the clip's cannot, how far apart the sides are."""
ELEVATION_DEG = 12.0
GRID = 0.5
"""Distance of the ground's lines, in the runner's unit."""

_BACKGROUND: Rgb = (27, 37, 47)
_GROUND: Rgb = (38, 51, 63)
_GRID_LINE: Rgb = (78, 94, 108)
_SHADOW: Rgb = (20, 28, 36)
_TRUNK: Rgb = (74, 84, 94)

# Sizes as shares of the leg's length.
_LIMB, _HEAD, _SHADOW_WIDTH = 0.055, 0.1, 0.055
_FOOT_LENGTH, _FOOT_MARGIN, _MARK_WIDTH = 0.28, 0.1, 0.11
_GROUND_REACH = 1.6

_TRUNK_CORNERS = ("left_shoulder", "right_shoulder", "right_hip", "left_hip")


class _Piece(NamedTuple):
    """Something of the body, and how far away it is."""

    depth: float
    joints: tuple[int, ...]
    colour: Rgb


class RunnerScene:
    """Draws one runner at any frame, seen by a camera that does not move.

    Args:
        runner: Upright over the ground.
        width, height: Of the pictures, px.
        view: Which side of the runner the clip shows; the camera stands further round to the front.
    """

    def __init__(self, runner: StandingRunner, width: int, height: int, *, view: View) -> None:
        self._runner = runner
        self._leg = compute_leg_length(runner.xyz)
        turn = -TURN_DEG if view == "left" else TURN_DEG  # who shows the left side runs to the picture's left
        self._camera = aim_camera(runner, width, height, turn_deg=turn, elevation_deg=ELEVATION_DEG)
        self._empty = self._draw_ground(width, height)

    def draw(self, frame: int | None, on_ground: Mapping[Side, bool]) -> RgbImage:
        """A new (height, width, 3) RGB picture.

        Args:
            frame: Of the runner; None draws the ground alone.
            on_ground: Whether each foot is on the ground, to be marked.
        """
        rgb = self._empty.copy()
        if frame is None:
            return rgb
        pose = self._runner.xyz[frame]  # (J, 3)
        self._draw_shadow(rgb, pose)
        for side, stands in on_ground.items():
            if stands:
                self._draw_mark(rgb, pose, side)
        xy, depth = self._camera.project(pose)
        for piece in sorted(self._find_pieces(depth), key=lambda piece: -piece.depth):
            self._draw_piece(rgb, xy, piece)
        return rgb

    def _find_pieces(self, depth: FloatArray) -> Iterator[_Piece]:
        """Head, trunk and bones of which every joint is known; depth (J,) is NaN for the others."""
        skeleton = self._runner.skeleton
        trunk = tuple(skeleton.index[name] for name in _TRUNK_CORNERS)
        head = (skeleton.index["nose"], skeleton.index["head"])
        pieces = [_Piece(float(depth[list(trunk)].mean()), trunk, _TRUNK)]
        pieces.append(_Piece(float(depth[list(head)].mean()), head, to_rgb(CENTRE_COLOUR)))
        for a, b in skeleton.bone_indices:
            colour = to_rgb(colour_bone(skeleton.keypoints[a], skeleton.keypoints[b]))
            if (a, b) != head:
                pieces.append(_Piece(float(depth[[a, b]].mean()), (a, b), colour))
        yield from (piece for piece in pieces if np.isfinite(piece.depth))

    def _draw_piece(self, rgb: RgbImage, xy: FloatArray, piece: _Piece) -> None:
        """One piece with a dark edge, so that limbs that cross can be told apart."""
        scale = self._camera.px_per_unit(piece.depth) * self._leg
        places = xy[list(piece.joints)]
        if piece.colour == _TRUNK:
            _fill(rgb, places, _TRUNK)
        elif self._runner.skeleton.index["head"] in piece.joints:
            for radius, colour in ((_HEAD * scale + 1, BLACK), (_HEAD * scale, piece.colour)):
                cv2.circle(
                    rgb, to_fixed(places.mean(axis=0)), round(radius * (1 << SHIFT)), colour, -1, cv2.LINE_AA, SHIFT
                )
        else:
            width = max(2, round(_LIMB * scale))
            draw_line(rgb, places[0], places[1], BLACK, width + 2)
            draw_line(rgb, places[0], places[1], piece.colour, width)

    def _draw_shadow(self, rgb: RgbImage, pose: FloatArray) -> None:
        """The body as a light straight above would throw it on the ground."""
        xy, depth = self._camera.project(pose * np.array([1.0, 0.0, 1.0]))
        for a, b in self._runner.skeleton.bone_indices:
            if np.isfinite(depth[[a, b]]).all():
                scale = self._camera.px_per_unit(float(depth[[a, b]].mean())) * self._leg
                draw_line(rgb, xy[a], xy[b], _SHADOW, max(2, round(_SHADOW_WIDTH * scale)))

    def _draw_mark(self, rgb: RgbImage, pose: FloatArray, side: Side) -> None:
        """A patch under a foot that is on the ground, in its side's colour; under the ankle where no foot is known."""
        index = self._runner.skeleton.index
        ends = pose[[index.get(f"{side}_{part}", index[f"{side}_ankle"]) for part in ("heel", "toe")]]  # (2, 3)
        if not np.isfinite(ends).all():
            ends = np.repeat(pose[[index[f"{side}_ankle"]]], 2, axis=0)
        along = (ends[1] - ends[0]) * np.array([1.0, 0.0, 1.0])
        length = float(np.linalg.norm(along))
        along = along / length if length > 0 else np.array([1.0, 0.0, 0.0])
        half = (length / 2 if length > 0 else _FOOT_LENGTH / 2 * self._leg) + _FOOT_MARGIN * self._leg
        across = np.array([-along[2], 0.0, along[0]]) * _MARK_WIDTH * self._leg
        round_it = np.linspace(0, 2 * np.pi, 32, endpoint=False)[:, None]
        middle = ends.mean(axis=0) * np.array([1.0, 0.0, 1.0])
        outline, _ = self._camera.project(middle + half * np.cos(round_it) * along + np.sin(round_it) * across)
        if np.isfinite(outline).all():
            _fill(rgb, outline, to_rgb(SIDE_COLOURS[side]))
            cv2.polylines(rgb, [_to_polygon(outline)], True, WHITE, 1, cv2.LINE_AA, SHIFT)

    def _draw_ground(self, width: int, height: int) -> RgbImage:
        """The picture without the runner: the ground, its grid, and what they are."""
        rgb = np.empty((height, width, 3), dtype=np.uint8)
        rgb[:] = _BACKGROUND
        reach = GRID * np.ceil(_GROUND_REACH * self._leg / GRID)
        corners = np.array([[-reach, 0, -reach], [reach, 0, -reach], [reach, 0, reach], [-reach, 0, reach]])
        _fill(rgb, self._camera.project(corners)[0], _GROUND)
        line = max(1, round(0.0015 * height))
        for at in np.arange(-reach, reach + GRID / 2, GRID):
            for ends in ([[at, 0, -reach], [at, 0, reach]], [[-reach, 0, at], [reach, 0, at]]):
                (start, end), _ = self._camera.project(np.array(ends))
                draw_line(rgb, start, end, _GRID_LINE, line)
        size = max(0.4, 0.0008 * height)
        row = round(32 * size)
        draw_text(rgb, f"3D, seen {TURN_DEG:.0f} degrees further round", (row // 2, round(1.4 * row)), size)
        draw_text(rgb, f"grid {GRID:g} {self._runner.unit}", (row // 2, height - row // 2), size)
        return rgb


def _fill(rgb: RgbImage, outline: FloatArray, colour: Rgb) -> None:
    """A filled shape around the points (N, 2) px, convex."""
    hull = np.asarray(cv2.convexHull(outline.astype(np.float32))[:, 0], dtype=np.float64)
    cv2.fillConvexPoly(rgb, _to_polygon(hull), colour, cv2.LINE_AA, SHIFT)


def _to_polygon(outline: FloatArray) -> npt.NDArray[np.int32]:
    """(N, 2) px in OpenCV's fixed point."""
    return np.asarray(np.round(outline * (1 << SHIFT)), dtype=np.int32)
