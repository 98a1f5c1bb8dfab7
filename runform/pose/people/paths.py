"""A person's box in every frame, smooth and without lag, from the few frames they were looked for in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicHermiteSpline

from runform.pose.people.boxes import as_box, compute_visible_share, move_box
from runform.pose.people.camera_motion import invert
from runform.pose.people.sightings import Sighting
from runform.sequences import Box, FloatArray

# Spread of the neighbours in time that a box is smoothed over. The swing of arms and legs in the finder's box (two or
# three times a second) goes; the body's own motion stays. Sizes change more slowly than places.
_CENTRE_S = 0.2
_SIZE_S = 0.3
_WINDOW_SPREADS = 2.5
_LEAST_FOR_PARABOLA = 5
_OUTLIER_HEIGHTS = 0.3
_MAD_TO_SD = 1.4826
_OUTLIER_SD = 4.0
_LEAST_WEIGHT = 1e-3
_EDGE_PX = 4.0
# A person is there a moment before they are first found and after they are last found.
_BEYOND_S = 0.21
# Somebody on the way out of the picture (or into it) is followed until half of them is left, for so long at most.
_LEAVING_S = 0.7
_LEAST_VISIBLE = 0.5


def compute_boxes(
    sightings: Sequence[Sighting],
    time_s: FloatArray,
    to_first: FloatArray,
    shot: tuple[int, int],
    size: tuple[int, int],
) -> FloatArray:
    """A person's box in every frame of a clip.

    Args:
        sightings: In order of time, at least one, all in the shot.
        time_s: (T,) real time of every frame.
        to_first: (T, 2, 3) the camera's motion.
        shot: First frame of the uncut stretch, and the one after its last.
        size: Width and height of the pictures, px.

    Returns:
        (T, 4) x, y, width, height px; NaN where the person is not there. Boxes may reach beyond the picture.
    """
    whole = complete_at_edges([s.box for s in sightings], size)
    homes = np.array([move_box(box, to_first[s.index]) for box, s in zip(whole, sightings, strict=True)])
    at_s = np.array([s.time_s for s in sightings])
    centres = homes[:, :2] + homes[:, 2:] / 2
    weights = _weigh(at_s, centres, homes[:, 3])
    reach = (time_s >= at_s[0] - _LEAVING_S) & (time_s <= at_s[-1] + _LEAVING_S)
    reach[: shot[0]] = reach[shot[1] :] = False
    frames = np.flatnonzero(reach)
    places, slopes = _smooth(at_s, centres, weights, time_s[frames], _CENTRE_S, 2)
    places = _go_on(places, slopes, at_s, time_s[frames])
    sides = np.exp(_smooth(at_s, np.log(homes[:, 2:]), weights, time_s[frames], _SIZE_S, 1)[0])
    boxes = np.full((len(time_s), 4), np.nan)
    for frame, (x, y), (width, height) in zip(frames, places, sides, strict=True):
        home = (float(x - width / 2), float(y - height / 2), float(width), float(height))
        boxes[frame] = move_box(home, invert(to_first[frame]))
    _end_where_gone(boxes, frames, sightings, time_s, size)
    return boxes


def complete_at_edges(boxes: Sequence[Box], size: tuple[int, int]) -> list[Box]:
    """Boxes that end at the picture's edge, drawn on beyond it to the proportions the person has elsewhere."""
    inside = [box for box in boxes if not any(_touches(box, size))]
    if not inside:
        return list(boxes)
    aspect = float(np.median([box[2] / box[3] for box in inside]))
    height_usual = float(np.median([box[3] for box in inside]))
    completed = []
    for x, y, width, height in boxes:
        left, top, right, bottom = _touches((x, y, width, height), size)
        if (top != bottom) and height < height_usual:
            y = y + height - height_usual if top else y
            height = height_usual
        if (left != right) and width < aspect * height:
            x = x + width - aspect * height if left else x
            width = aspect * height
        completed.append((x, y, width, height))
    return completed


def _touches(box: Box, size: tuple[int, int]) -> tuple[bool, bool, bool, bool]:
    """Whether a box reaches the picture's left, upper, right and lower edge."""
    x, y, width, height = box
    return x <= _EDGE_PX, y <= _EDGE_PX, x + width >= size[0] - _EDGE_PX, y + height >= size[1] - _EDGE_PX


def _weigh(at_s: FloatArray, centres: FloatArray, heights: FloatArray) -> FloatArray:
    """(N,) worth of each sighting: next to nothing for one far off the path through its neighbours."""
    smooth, _ = _fit_locally(at_s, centres, np.ones(len(at_s)), _CENTRE_S, 2)
    off = np.linalg.norm(centres - smooth, axis=1) / heights
    limit = max(_OUTLIER_HEIGHTS, _OUTLIER_SD * _MAD_TO_SD * float(np.median(off)))
    return np.where(off > limit, _LEAST_WEIGHT, 1.0)


def _smooth(
    at_s: FloatArray, values: FloatArray, weights: FloatArray, wanted_s: FloatArray, spread_s: float, degree: int
) -> tuple[FloatArray, FloatArray]:
    """(M, D) smooth values at the wanted times, held level beyond the ends, and (2, D) slopes per s at both ends."""
    smooth, slopes = _fit_locally(at_s, values, weights, spread_s, degree)
    if len(at_s) == 1:
        return np.repeat(smooth, len(wanted_s), axis=0), np.zeros((2, values.shape[1]))
    curve = CubicHermiteSpline(at_s, smooth, slopes)
    return np.asarray(curve(np.clip(wanted_s, at_s[0], at_s[-1]))), slopes[[0, -1]]


def _fit_locally(
    at_s: FloatArray, values: FloatArray, weights: FloatArray, spread_s: float, degree: int
) -> tuple[FloatArray, FloatArray]:
    """(N, D) values and slopes per s of a polynomial fitted about each time (Savitzky and Golay, 1964; uneven times).

    Neighbours count less the further away they are in time (Gauss). A parabola does not lag behind who speeds up, nor
    cut corners at the ends; a straight line is steadier.
    """
    smooth, slopes = np.empty_like(values), np.zeros_like(values)
    first = np.searchsorted(at_s, at_s - _WINDOW_SPREADS * spread_s)
    last = np.searchsorted(at_s, at_s + _WINDOW_SPREADS * spread_s, side="right")
    for i, (start, stop) in enumerate(zip(first, last, strict=True)):
        away = (at_s[start:stop] - at_s[i]) / spread_s
        root = np.sqrt(np.exp(-(away**2) / 2) * weights[start:stop])[:, None]
        order = degree if stop - start >= _LEAST_FOR_PARABOLA else min(stop - start - 1, 1)
        powers = away[:, None] ** np.arange(order + 1)
        fitted = np.linalg.lstsq(root * powers, root * values[start:stop], rcond=None)[0]
        smooth[i] = fitted[0]
        slopes[i] = fitted[1] / spread_s if order else 0.0
    return smooth, slopes


def _go_on(places: FloatArray, slopes: FloatArray, at_s: FloatArray, wanted_s: FloatArray) -> FloatArray:
    """(M, 2) the places, going on beyond the first and last sighting at the speed there."""
    beyond_s = wanted_s - np.clip(wanted_s, at_s[0], at_s[-1])
    return np.asarray(places + beyond_s[:, None] * np.where(beyond_s[:, None] < 0, slopes[0], slopes[1]))


def _end_where_gone(
    boxes: FloatArray,
    frames: npt.NDArray[np.intp],
    sightings: Sequence[Sighting],
    time_s: FloatArray,
    size: tuple[int, int],
) -> None:
    """Take out the boxes before the first and after the last sighting in which the person cannot be counted on."""
    first, last = sightings[0].index, sightings[-1].index
    for beyond in (frames[frames < first][::-1], frames[frames > last]):
        visible = np.array([compute_visible_share(as_box(boxes[f]), *size) for f in beyond])
        out_of_sight = visible < _LEAST_VISIBLE
        moment_s = np.minimum(np.abs(time_s[beyond] - time_s[first]), np.abs(time_s[beyond] - time_s[last]))
        # Somebody on the way out is there until half out; anybody else only for a moment.
        there = np.cumsum(out_of_sight) == 0 if out_of_sight.any() else moment_s <= _BEYOND_S
        boxes[beyond[~there]] = np.nan
