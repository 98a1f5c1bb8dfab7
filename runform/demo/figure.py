"""Draws the virtual runner from its joints: which part hangs on which joint, and what covers what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runform.demo import wardrobe
from runform.demo.body import BodyPose
from runform.demo.camera import DISTANCE_M, Camera
from runform.demo.sprites import Design, Picture, Sprite, lay, make_sprite
from runform.sequences import FloatArray, Side

NEAR_LIGHT, MIDDLE_LIGHT, FAR_LIGHT = 1.0, 0.97, 0.66
"""Brightness by side: the far limbs lie in the runner's own shadow."""

OVERSIZE = 1.25
"""Sprite pixels per picture pixel, so that turning them does not blur."""

DESIGNS: dict[str, Design] = {
    "head": wardrobe.HEAD,
    "torso": wardrobe.TORSO,
    "pelvis": wardrobe.PELVIS,
    "thigh": wardrobe.THIGH,
    "shorts_leg": wardrobe.SHORTS_LEG,
    "shank": wardrobe.SHANK,
    "shoe_rear": wardrobe.SHOE_REAR,
    "shoe_toe": wardrobe.SHOE_TOE,
    "upper_arm": wardrobe.UPPER_ARM,
    "forearm": wardrobe.FOREARM,
}


@dataclass(frozen=True)
class Figure:
    """The runner's parts drawn for one camera."""

    camera: Camera
    sprites: dict[str, Sprite]

    def draw(self, picture: Picture, body: BodyPose, frame: int) -> None:
        """Lay the runner of one frame into the picture, far parts first."""
        near: Side = self.camera.view
        far: Side = "left" if near == "right" else "right"
        self._draw_arm(picture, body, frame, far, FAR_LIGHT)
        self._draw_leg(picture, body, frame, far, FAR_LIGHT)
        neck, pelvis = body.joint("neck")[frame], body.joint("pelvis")[frame]
        self._lay_level(picture, "head", neck, 0.0, MIDDLE_LIGHT)
        self._lay_along(picture, "pelvis", neck, pelvis, MIDDLE_LIGHT)
        self._draw_leg(picture, body, frame, near, NEAR_LIGHT)
        self._lay_along(picture, "torso", neck, pelvis, MIDDLE_LIGHT)
        self._draw_arm(picture, body, frame, near, NEAR_LIGHT)

    def _draw_leg(self, picture: Picture, body: BodyPose, frame: int, side: Side, light: float) -> None:
        hip, knee, ankle = (body.joint(f"{side}_{joint}")[frame] for joint in ("hip", "knee", "ankle"))
        leg = body.legs[side]
        ball = np.array([leg.ball[frame, 0], ankle[1], leg.ball[frame, 1]])
        self._lay_along(picture, "shank", knee, ankle, light)
        self._lay_level(picture, "shoe_toe", ball, float(leg.toe_pitch[frame]), light)
        self._lay_level(picture, "shoe_rear", ankle, float(leg.pitch[frame]), light)
        self._lay_along(picture, "thigh", hip, knee, light)
        self._lay_along(picture, "shorts_leg", hip, knee, light)

    def _draw_arm(self, picture: Picture, body: BodyPose, frame: int, side: Side, light: float) -> None:
        shoulder, elbow, wrist = (body.joint(f"{side}_{joint}")[frame] for joint in ("shoulder", "elbow", "wrist"))
        self._lay_along(picture, "forearm", elbow, wrist, light)
        self._lay_along(picture, "upper_arm", shoulder, elbow, light)

    def _size(self, point: FloatArray) -> float:
        """Pixels per metre at a point's distance."""
        return float(self.camera.scale * DISTANCE_M / self.camera.depth(point))

    def _lay_along(self, picture: Picture, name: str, upper: FloatArray, lower: FloatArray, light: float) -> None:
        """A part whose y axis runs from its upper to its lower joint; shortened where it points at the camera."""
        start, end = self.camera.project(np.stack([upper, lower]))
        down = (end - start) / np.linalg.norm(lower - upper)
        across = self.camera.facing * self._size((upper + lower) / 2) / np.linalg.norm(down)
        lay(picture, self.sprites[name], start, across * np.array([down[1], -down[0]]), down, light)

    def _lay_level(self, picture: Picture, name: str, origin: FloatArray, pitch: float, light: float) -> None:
        """A part whose x axis lies level, raised in front by `pitch`, rad."""
        size, facing = self._size(origin), self.camera.facing
        forward = size * np.array([facing * np.cos(pitch), -np.sin(pitch)])
        down = size * np.array([facing * np.sin(pitch), np.cos(pitch)])
        lay(picture, self.sprites[name], self.camera.project(origin), forward, down, light)


def make_figure(camera: Camera, rng: np.random.Generator) -> Figure:
    """Draw every part once at the camera's scale."""
    sprites = {name: make_sprite(design, camera.scale * OVERSIZE, rng) for name, design in DESIGNS.items()}
    return Figure(camera, sprites)
