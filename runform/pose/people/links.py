"""Goes over who is who once the clip is known.

Where people pass each other, following from sample to sample may change over from one to the other. So every track is
taken apart where somebody else was near, and the pieces are joined again, all at once, by motion, size and the colours
seen while each was alone. The same joins pieces over moments in which somebody was hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from runform.pose.people.boxes import as_box, compute_cover, get_centre, move_box
from runform.pose.people.settle import is_lasting, settle_shadows
from runform.pose.people.sightings import Person, Sighting, compute_unlikeness
from runform.pose.people.tracker import LOST_S, Track, assign
from runform.sequences import FloatArray

_NEAR_COVER = 0.15
# Somebody not seen is taken to have gone on as before for this long, when it is asked who was near whom.
_CARRY_S = 0.5
_MEMORY_S = 0.4
# How far a person may be from where the other piece's motion says, in heights, at once and for each second between.
_REACH = 0.35
_REACH_PER_S = 0.8
_SIZE_TOLERANCE = 0.3
_UNLIKE_TOLERANCE = 0.35
_TURN_HEIGHTS_PER_S = 2.0
_SIZE_WEIGHT = 0.5
_UNLIKE_WEIGHT = 0.8
_TURN_WEIGHT = 0.4
_SAME_TRACK_BONUS = 0.3
_FARTHEST = 1.5
_OTHER_SIZE = 2.0
_COSTLIEST = 2.5
_STRAY_HEIGHTS = 0.5


@dataclass
class _Piece:
    """A stretch of one track in which nobody else was near.

    Attributes:
        track: Position of the track it is from.
        shot: Of that track.
        sightings: At least one.
        homes: (N, 4) their boxes in px of the shot's first picture.
        from_s, until_s: Beyond the piece itself, how far its track goes on in company.
    """

    track: int
    shot: int
    sightings: list[Sighting]
    homes: FloatArray
    from_s: float
    until_s: float

    @property
    def start_s(self) -> float:
        """Real time of its first sighting."""
        return self.sightings[0].time_s

    @property
    def stop_s(self) -> float:
        """Real time of its last sighting."""
        return self.sightings[-1].time_s

    @cached_property
    def height(self) -> float:
        """Median height, px."""
        return float(np.median(self.homes[:, 3]))

    @cached_property
    def colours(self) -> FloatArray:
        """Mean colours, as `Sighting.colours`."""
        shares = np.mean([sighting.colours**2 for sighting in self.sightings], axis=0)
        return np.asarray(np.sqrt(shares))

    def move(self, at_end: bool) -> tuple[FloatArray, FloatArray]:
        """(2,) place and (2,) velocity per s at its end or start, from its last or first 0.4 s."""
        times = np.array([sighting.time_s for sighting in self.sightings])
        edge = times[-1] if at_end else times[0]
        close = np.abs(times - edge) <= _MEMORY_S
        centres = (self.homes[:, :2] + self.homes[:, 2:] / 2)[close]
        if close.sum() < 2:
            return centres[0], np.zeros(2)
        slope, place = np.polyfit(times[close] - edge, centres, 1)
        return np.asarray(place), np.asarray(slope)


def link_tracks(tracks: Sequence[Track], to_first: FloatArray) -> list[Person]:
    """The people of a clip.

    Args:
        tracks: As followed while the clip was read.
        to_first: (T, 2, 3) the camera's motion, from px of each frame to px of its shot's first.

    Returns:
        Everyone seen three times or more, over a quarter of a second or more, surely enough.
    """
    people: list[Person] = []
    for shot in sorted({track.shot for track in tracks}):
        of_shot = [track for track in tracks if track.shot == shot]
        homes = [np.array([move_box(s.box, to_first[s.index]) for s in track.sightings]) for track in of_shot]
        near = _find_near(of_shot, homes)
        pieces, strays = _take_apart(of_shot, homes, near)
        chains = _join(pieces)
        groups = [[s for piece in chain for s in piece.sightings] for chain in chains]
        _give_back(groups, chains, strays, to_first)
        people.extend(Person(shot, tuple(sorted(group, key=lambda s: s.index))) for group in groups)
    return settle_shadows([person for person in people if is_lasting(person)], to_first)


def _find_near(tracks: Sequence[Track], homes: Sequence[FloatArray]) -> list[list[bool]]:
    """For each sighting of each track whether another track's person was near, seen or not."""
    near = []
    for i, track in enumerate(tracks):
        others = [(tracks[j], homes[j]) for j in range(len(tracks)) if j != i and len(tracks[j].sightings) > 1]
        others = [
            (other, places)
            for other, places in others
            if other.sightings[0].time_s - _CARRY_S <= track.sightings[-1].time_s
            and other.sightings[-1].time_s + _CARRY_S >= track.sightings[0].time_s
        ]
        near.append(
            [
                any(_covers(home, sighting.time_s, other, places) for other, places in others)
                for sighting, home in zip(track.sightings, homes[i], strict=True)
            ]
        )
    return near


def _covers(home: FloatArray, time_s: float, other: Track, places: FloatArray) -> bool:
    """Whether a box shares much with where another person was at that time, who may have been hidden."""
    times = [sighting.time_s for sighting in other.sightings]
    if not times[0] - _CARRY_S <= time_s <= times[-1] + _CARRY_S:
        return False
    if times[0] <= time_s <= times[-1]:
        place = [float(np.interp(time_s, times, places[:, column])) for column in range(4)]
    else:
        edge, inner = (0, min(3, len(times) - 1)) if time_s < times[0] else (-1, -1 - min(3, len(times) - 1))
        slope = (places[inner] - places[edge]) / (times[inner] - times[edge])
        place = [float(v) for v in places[edge] + np.array([1, 1, 0, 0]) * slope * (time_s - times[edge])]
    return compute_cover(as_box(home), as_box(place)) >= _NEAR_COVER


def _take_apart(
    tracks: Sequence[Track], homes: Sequence[FloatArray], near: Sequence[Sequence[bool]]
) -> tuple[list[_Piece], list[tuple[int, Sighting]]]:
    """The stretches in which each was alone, and the sightings in company, each with its track.

    A track that never was alone is one piece: there is nothing better to go by.
    """
    pieces: list[_Piece] = []
    strays: list[tuple[int, Sighting]] = []
    for number, (track, places, flags) in enumerate(zip(tracks, homes, near, strict=True)):
        alone = ~np.array(flags)
        if not alone.any():
            alone[:] = True
        edges = np.flatnonzero(np.diff(np.concatenate(([False], alone, [False])).astype(np.int8)))
        times = [sighting.time_s for sighting in track.sightings]
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            before = int(edges[edges < start][-1]) if (edges < start).any() else 0
            after = int(edges[edges > stop][0]) - 1 if (edges > stop).any() else len(times) - 1
            pieces.append(
                _Piece(number, track.shot, track.sightings[start:stop], places[start:stop], times[before], times[after])
            )
        strays.extend((number, s) for s, own in zip(track.sightings, alone, strict=True) if not own)
    return pieces, strays


def _join(pieces: Sequence[_Piece]) -> list[list[_Piece]]:
    """Pieces in chains, one for each person, each in order of time."""
    costs = np.array([[_compute_cost(a, b) for b in pieces] for a in pieces]).reshape(len(pieces), len(pieces))
    follower = dict(assign(costs, _COSTLIEST))
    firsts = set(range(len(pieces))) - set(follower.values())
    chains = []
    for first in sorted(firsts, key=lambda i: pieces[i].start_s):
        chain, at = [pieces[first]], first
        while at in follower:
            at = follower[at]
            chain.append(pieces[at])
        chains.append(chain)
    return chains


def _compute_cost(a: _Piece, b: _Piece) -> float:
    """How ill one piece goes on as another: motion, size, colours, direction; infinite where it cannot."""
    gap_s = b.start_s - a.stop_s
    in_company = a.until_s >= b.from_s and (a.until_s > a.stop_s or b.from_s < b.start_s)
    if gap_s <= 0 or (gap_s > LOST_S and not in_company):
        return np.inf
    (place_a, speed_a), (place_b, speed_b) = a.move(at_end=True), b.move(at_end=False)
    height = (a.height + b.height) / 2
    met = np.linalg.norm(place_a + speed_a * gap_s / 2 - (place_b - speed_b * gap_s / 2))
    went_on = np.linalg.norm(place_a + speed_a * gap_s - place_b)
    off_place = float(min(met, went_on)) / height / (_REACH + _REACH_PER_S * gap_s)
    off_size = abs(float(np.log(a.height / b.height))) / _SIZE_TOLERANCE
    if off_place > _FARTHEST or off_size > _OTHER_SIZE:
        return np.inf
    turn = float(np.linalg.norm(speed_a - speed_b)) / height / _TURN_HEIGHTS_PER_S
    unlike = compute_unlikeness(a.colours, b.colours) / _UNLIKE_TOLERANCE
    bonus = _SAME_TRACK_BONUS if a.track == b.track else 0.0
    return off_place + _TURN_WEIGHT * turn + _SIZE_WEIGHT * off_size + _UNLIKE_WEIGHT * unlike - bonus


def _give_back(
    groups: list[list[Sighting]],
    chains: Sequence[Sequence[_Piece]],
    strays: Sequence[tuple[int, Sighting]],
    to_first: FloatArray,
) -> None:
    """Give the sightings in company to whom they lie nearest, by the paths between the pieces; others are let go."""
    for index in sorted({stray.index for _, stray in strays}):
        here = [(track, stray) for track, stray in strays if stray.index == index]
        costs = np.array(
            [[_compute_stray_cost(chain, track, stray, to_first[index]) for track, stray in here] for chain in chains]
        ).reshape(len(chains), len(here))
        for row, column in assign(costs, _STRAY_HEIGHTS):
            groups[row].append(here[column][1])


def _compute_stray_cost(chain: Sequence[_Piece], track: int, stray: Sighting, motion: FloatArray) -> float:
    """Heights between a sighting and a chain's path at that time; nothing where both come of one track throughout."""
    before = [piece for piece in chain if piece.stop_s < stray.time_s]
    after = [piece for piece in chain if piece.start_s > stray.time_s]
    if len(before) + len(after) < len(chain):
        return np.inf
    around = [*before[-1:], *after[:1]]
    if all(piece.track == track for piece in around):
        return 0.0 if around[0].from_s <= stray.time_s <= around[-1].until_s else np.inf
    x, y = get_centre(move_box(stray.box, motion))
    if len(around) == 2:
        (a, _), (b, _) = around[0].move(at_end=True), around[1].move(at_end=False)
        share = (stray.time_s - around[0].stop_s) / (around[1].start_s - around[0].stop_s)
        place = a + share * (b - a)
    else:
        edge, speed = around[0].move(at_end=bool(before))
        away_s = stray.time_s - (around[0].stop_s if before else around[0].start_s)
        if abs(away_s) > LOST_S:
            return np.inf
        place = edge + speed * away_s
    return float(np.hypot(x - place[0], y - place[1])) / around[0].height
