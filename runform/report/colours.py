"""Colours and signs, one meaning each, the same in the video and in every figure.

Blue is the runner's left and orange the right: a pair that people with any common colour blindness can tell apart. All
are mid-tones, at least 3 to 1 against both the light and the dark page. Nothing is told by colour alone: sides are
named or differ in their marker, and so do verdicts.
"""

from __future__ import annotations

from runform.results import Verdict
from runform.sequences import SIDES, Side
from runform.skeletons import side_of

Rgb = tuple[int, int, int]

SIDE_COLOURS: dict[Side, str] = {"left": "#2e86c8", "right": "#d9691e"}
SIDE_MARKERS: dict[Side, str] = {"left": "circle", "right": "diamond"}
CENTRE_COLOUR = "#8a929a"

VERDICT_COLOURS: dict[Verdict, str] = {
    "overstride": "#d9691e",
    "optimal": "#2b9a70",
    "uncertain": "#ad8200",
    "refused": "#8a929a",
}
VERDICT_MARKERS: dict[Verdict, str] = {
    "overstride": "triangle-up",
    "optimal": "circle",
    "uncertain": "square",
    "refused": "x",
}

GROUP_COLOURS = ("#2e86c8", "#d9691e", "#2b9a70", "#b0569b", "#ad8200", "#7a6fd0", "#8a929a")
"""For groups without a meaning of their own (athletes, views), in this order; after the last they begin again."""
GROUP_MARKERS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "x")

ACCENT_COLOUR = "#2b8a9e"
LIMIT_COLOUR = "#c24d4d"


def find_bone_side(start: str, end: str) -> Side | None:
    """The side that both ends of a bone belong to; None for bones of the trunk and those that lead to it."""
    return next((side for side in SIDES if side_of(start) == side_of(end) == side), None)


def colour_bone(start: str, end: str) -> str:
    """A bone within one side has that side's colour, any other the centre's."""
    side = find_bone_side(start, end)
    return CENTRE_COLOUR if side is None else SIDE_COLOURS[side]


def to_rgb(colour: str) -> Rgb:
    """(red, green, blue), each 0 to 255, of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
