"""Which of those followed are people at all, and people of their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from runform.pose.people.boxes import as_box, compute_cover, move_box
from runform.pose.people.sightings import Person
from runform.sequences import FloatArray

_SHADOW_COVER = 0.6
_SHADOW_SHARE = 0.6
_LEAST_SIGHTINGS = 3
_LEAST_STAY_S = 0.25
_LEAST_MEAN_SCORE = 0.35
# Somebody there for less than this long must have been found in half of the looks; a look comes every 0.13 s or sooner.
_SHORT_STAY_S = 1.5
_LEAST_DENSITY = 0.5
_LOOK_S = 0.13


def is_lasting(person: Person) -> bool:
    """Whether this is a person at all, and not a bush or a shadow that came and went."""
    sightings = person.sightings
    stay_s = sightings[-1].time_s - sightings[0].time_s
    looks = 1 + min(stay_s / _LOOK_S, sightings[-1].index - sightings[0].index)
    return (
        len(sightings) >= _LEAST_SIGHTINGS
        and stay_s >= _LEAST_STAY_S
        and (stay_s >= _SHORT_STAY_S or len(sightings) >= _LEAST_DENSITY * looks)
        and float(np.mean([s.score for s in sightings])) >= _LEAST_MEAN_SCORE
    )


def settle_shadows(people: Sequence[Person], to_first: FloatArray) -> list[Person]:
    """People without those who lie on somebody else most of the time: the finder's second opinion of one person.

    Where that somebody was lost, the second opinion fills in for them.

    Args:
        people: Of the whole clip.
        to_first: (T, 2, 3) the camera's motion.
    """
    kept: list[Person] = []
    for person in sorted(people, key=lambda p: -sum(s.score for s in p.sightings)):
        host = next((i for i, other in enumerate(kept) if _lies_on(person, other, to_first)), None)
        if host is None:
            kept.append(person)
            continue
        known = {sighting.index for sighting in kept[host].sightings}
        both = [*kept[host].sightings, *(s for s in person.sightings if s.index not in known)]
        kept[host] = Person(person.shot, tuple(sorted(both, key=lambda s: s.index)))
    return sorted(kept, key=lambda p: p.sightings[0].index)


def _lies_on(person: Person, other: Person, to_first: FloatArray) -> bool:
    """Whether somebody lies where another person of the shot is, seen or not, in most of their sightings."""
    if person.shot != other.shot:
        return False
    times = [sighting.time_s for sighting in other.sightings]
    homes = np.array([move_box(s.box, to_first[s.index]) for s in other.sightings])
    on = 0
    for sighting in person.sightings:
        if times[0] <= sighting.time_s <= times[-1]:
            there = [float(np.interp(sighting.time_s, times, homes[:, column])) for column in range(4)]
            on += compute_cover(move_box(sighting.box, to_first[sighting.index]), as_box(there)) >= _SHADOW_COVER
    return on >= _SHADOW_SHARE * len(person.sightings)
