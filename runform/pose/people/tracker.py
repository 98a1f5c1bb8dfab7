"""Follows people from sample to sample while the clip is read, so that each can be looked for where they must be.

What it calls one person is provisional: `links.py` goes over it once the whole clip is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from runform.pose.people.boxes import get_centre, move_box
from runform.pose.people.pictures import Snapshot
from runform.pose.people.sightings import Sighting, compute_unlikeness
from runform.sequences import Box, FloatArray

# The motion of the last half second tells where somebody is next; the box breathes with the legs, so less would not do.
_MEMORY_S = 0.5
_MEMORY = 6
# Somebody hidden is still looked for this long; somebody seen only once or twice may be a bush, and is given up sooner.
LOST_S = 1.2
_LOST_EARLY_S = 0.35
_LOST_SEED_S = 2.0
_CONFIRMED = 3
_KNOWN = 40
# How far from where they are expected people may be found, in heights: at once, and for each second since last seen.
_REACH = 0.35
_REACH_PER_S = 1.2
# Nothing is known yet of how somebody seen once moves: a sprinter covers six heights in a second.
_REACH_UNKNOWN_PER_S = 7.0
_SIZE_TOLERANCE = 0.5
_UNLIKE_WEIGHT = 0.8
_SIZE_WEIGHT = 0.7
_COSTLIEST = 2.2
_FORBIDDEN = 1e6


@dataclass
class Track:
    """One person as far as followed.

    Attributes:
        shot: Number of the uncut stretch.
        sightings: In order of time.
        homes: Their boxes in px of the shot's first picture.
        snapshots: The best picture of each stretch in which nobody else was near.
        alone: Whether nobody else was near at the last sighting.
        seed: Drawn by the coach, not found yet: (box in px of the shot's first picture, real time s).
    """

    shot: int
    sightings: list[Sighting] = field(default_factory=list)
    homes: list[Box] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    alone: bool = False
    seed: tuple[Box, float] | None = None

    @property
    def seen_s(self) -> float:
        """Real time of the last sighting, or of the seed."""
        return self.sightings[-1].time_s if self.sightings else (self.seed[1] if self.seed is not None else -np.inf)

    @property
    def patience_s(self) -> float:
        """How long to look on after the last sighting."""
        if self.seed is not None:
            return _LOST_SEED_S
        return LOST_S if len(self.sightings) >= _CONFIRMED else _LOST_EARLY_S

    def predict(self, time_s: float) -> Box:
        """Where the person should be at a time, px of the shot's first picture: constant velocity, usual size."""
        if not self.homes:
            assert self.seed is not None
            return self.seed[0]
        times = np.array([sighting.time_s for sighting in self.sightings[-_MEMORY:]])
        homes = np.array(self.homes[-_MEMORY:])
        recent = times >= times[-1] - _MEMORY_S
        times, homes = times[recent], homes[recent]
        centres = homes[:, :2] + homes[:, 2:] / 2
        width, height = np.median(homes[:, 2:], axis=0)
        if len(times) >= 2:
            slope, start = np.polyfit(times - times[-1], centres, 1)
            x, y = start + slope * (time_s - times[-1])
        else:
            x, y = centres[-1]
        return float(x - width / 2), float(y - height / 2), float(width), float(height)


class Tracker:
    """Takes everyone found in one sampled frame after the other.

    Attributes:
        active: People who are there, or were a moment ago.
        ended: People who have gone.
    """

    def __init__(self) -> None:
        self.active: list[Track] = []
        self.ended: list[Track] = []
        self._shot = 0

    @property
    def steady(self) -> bool:
        """Whether somebody is followed, and all for long enough that their way of moving is known."""
        return bool(self.active) and all(len(track.sightings) >= _KNOWN for track in self.active)

    def start_shot(self) -> None:
        """A cut: everyone is gone."""
        self.ended.extend(self.active)
        self.active = []
        self._shot += 1

    def predict(self, time_s: float, from_first: FloatArray) -> list[Box]:
        """Where each active person should be, px of the picture.

        Args:
            time_s: Real time.
            from_first: (2, 3) from px of the shot's first picture to px of this one.
        """
        return [move_box(track.predict(time_s), from_first) for track in self.active]

    def seed(self, home: Box, time_s: float) -> None:
        """Follow a box drawn by the coach; `home` in px of the shot's first picture."""
        self.active.append(Track(self._shot, seed=(home, time_s)))

    def update(self, sightings: Sequence[Sighting], homes: Sequence[Box], time_s: float) -> list[tuple[Track, int]]:
        """Give each sighting to the person it shows, or to somebody new.

        Args:
            sightings: Everyone found in this frame.
            homes: Their boxes in px of the shot's first picture.
            time_s: Real time.

        Returns:
            Each person seen, with the position of their sighting.
        """
        costs = np.array(
            [
                [_compute_cost(track, s, h, time_s) for s, h in zip(sightings, homes, strict=True)]
                for track in self.active
            ]
        ).reshape(len(self.active), len(sightings))
        matched = assign(costs, _COSTLIEST)
        seen = [(self.active[row], column) for row, column in matched]
        taken = {column for _, column in matched}
        for column in range(len(sightings)):
            if column not in taken:
                track = Track(self._shot)
                self.active.append(track)
                seen.append((track, column))
        for track, column in seen:
            track.sightings.append(sightings[column])
            track.homes.append(homes[column])
            track.seed = None if len(track.sightings) >= _CONFIRMED else track.seed
        lost = [track for track in self.active if time_s - track.seen_s > track.patience_s]
        self.ended.extend(lost)
        self.active = [track for track in self.active if track not in lost]
        return seen

    def finish(self) -> list[Track]:
        """Everyone who was ever seen."""
        return [track for track in (*self.ended, *self.active) if track.sightings]


def assign(costs: FloatArray, costliest: float) -> list[tuple[int, int]]:
    """The pairs (row, column) of least total cost (Kuhn, 1955), without those that cost more than a limit."""
    if not costs.size:
        return []
    bounded = np.where(costs <= costliest, costs, _FORBIDDEN)
    rows, columns = linear_sum_assignment(bounded)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if bounded[r, c] < _FORBIDDEN]


def _compute_cost(track: Track, sighting: Sighting, home: Box, time_s: float) -> float:
    """How ill a sighting fits a person: place, size and colours; infinite beyond reach."""
    expected = track.predict(time_s)
    height = (expected[3] + home[3]) / 2
    gap_s = time_s - track.seen_s
    per_s = _REACH_PER_S if len(track.sightings) >= 2 else _REACH_UNKNOWN_PER_S
    away = float(np.hypot(*np.subtract(get_centre(expected), get_centre(home)))) / height
    off_place = away / (_REACH + per_s * gap_s)
    off_size = abs(float(np.log(home[3] / expected[3]))) / _SIZE_TOLERANCE
    if off_place > 1.0 or off_size > 1.5:
        return np.inf
    unlike = _mean_unlikeness(track.sightings[-_MEMORY:], sighting)
    return off_place + _SIZE_WEIGHT * off_size + _UNLIKE_WEIGHT * unlike


def _mean_unlikeness(sightings: Sequence[Sighting], other: Sighting) -> float:
    """Mean Hellinger distance of a person's latest colours to those of a sighting; 0 where there are none yet."""
    distances: list[float] = [compute_unlikeness(sighting.colours, other.colours) for sighting in sightings]
    return float(np.mean(distances)) if distances else 0.0
