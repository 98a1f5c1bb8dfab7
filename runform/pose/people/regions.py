"""Where to look for people in one frame, and one find for each person out of all that was found there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runform.pose.people.boxes import compute_cover, compute_iou, compute_visible_share, join_boxes, square_around
from runform.pose.people.detector import PersonFind
from runform.sequences import Box

# A person fills about half of the square they are looked for in: large for the finder, with room for a surprise.
_SQUARE = 1.8
# Squares are looked at together where the one around both is not much larger than the larger.
_JOINED_GROWTH = 1.3
# More people than this at once are left to the search of the whole picture, save those not seen for longest.
_MOST_SQUARES = 4
_SEARCH_EVERY_S = 0.8
_SEARCH_EVERY_ALONE_S = 0.2
# A tile goes with every second search while somebody is followed, and three with each while nobody is.
_TILES_EACH = 0.5
_TILES_EACH_ALONE = 3.0
# Tile sides over the picture's shorter side; tiles overlap by half so that nobody is cut by every one of them.
_TILE_SCALES = (1.0, 0.5)
_SAME_IOU = 0.45
_SAME_COVER = 0.8
_CUT_COVER = 0.5
_EDGE_PX = 3.0


@dataclass(frozen=True)
class RegionFind:
    """A find, and whether the edge of the region it was found in may have cut it."""

    find: PersonFind
    cut: bool


class SearchPlan:
    """Says where to look next. The first frame of a shot is searched all over; then it is a round of tiles.

    Args:
        width, height: Of the pictures, px.
    """

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self._tiles = list(iterate_tiles(width, height))
        self._next_tile = 0
        self._tiles_due = 0.0
        self._searched_s = -float("inf")

    def start_shot(self) -> tuple[list[Box | None], list[Box | None]]:
        """Where to look first, the whole picture (None) and the large tiles, and where if that shows nobody."""
        self._searched_s = -float("inf")
        large = max(tile[2] for tile in self._tiles)
        return (
            [None, *(tile for tile in self._tiles if tile[2] == large)],
            [tile for tile in self._tiles if tile[2] < large],
        )

    def around(self, expected: Sequence[Box], unseen_s: Sequence[float]) -> list[Box]:
        """Squares about the people followed.

        Args:
            expected: Where each should be, px.
            unseen_s: How long each has not been seen; those unseen for longest come first.
        """
        width, height = self._size
        visible = [i for i, box in enumerate(expected) if compute_visible_share(box, width, height) > 0]
        order = sorted(visible, key=lambda i: (-unseen_s[i], -expected[i][3]))[:_MOST_SQUARES]
        groups: list[Box] = []
        for box in (expected[i] for i in order):
            for position, group in enumerate(groups):
                joined = join_boxes((group, box))
                if max(joined[2:]) <= _JOINED_GROWTH * max(*group[2:], *box[2:]):
                    groups[position] = joined
                    break
            else:
                groups.append(box)
        return [square_around(group, _SQUARE, width, height) for group in groups]

    def everywhere(self, time_s: float, followed: bool) -> list[Box | None]:
        """The whole picture (None) and the next tiles of the round where it is time for them, else nothing.

        Args:
            time_s: Real time.
            followed: Whether anybody is followed; if not, it is time sooner.
        """
        every_s = _SEARCH_EVERY_S if followed else _SEARCH_EVERY_ALONE_S
        if time_s - self._searched_s < every_s - 1e-6:
            return []
        self._searched_s = time_s
        self._tiles_due += _TILES_EACH if followed else _TILES_EACH_ALONE
        regions: list[Box | None] = [None]
        while self._tiles_due >= 1.0:
            regions.append(self._tiles[self._next_tile])
            self._next_tile = (self._next_tile + 1) % len(self._tiles)
            self._tiles_due -= 1.0
        return regions


def iterate_tiles(width: int, height: int) -> Iterator[Box]:
    """Overlapping squares that cover a picture, px, large ones first."""
    for scale in _TILE_SCALES:
        side = max(round(min(width, height) * scale), 1)
        for y in _starts(height, side):
            for x in _starts(width, side):
                yield float(x), float(y), float(side), float(side)


def mark_cut(finds: Sequence[PersonFind], region: Box | None, width: int, height: int) -> list[RegionFind]:
    """Finds of one region, each with whether it ends at an edge of the region that is not the picture's."""
    if region is None:
        return [RegionFind(find, cut=False) for find in finds]
    low = [edge if edge > _EDGE_PX else -float("inf") for edge in region[:2]]
    far = [region[axis] + region[axis + 2] for axis in (0, 1)]
    high = [edge if edge < size - _EDGE_PX else float("inf") for edge, size in zip(far, (width, height), strict=True)]
    return [
        RegionFind(
            find,
            cut=any(
                find.box[axis] < low[axis] + _EDGE_PX or find.box[axis] + find.box[axis + 2] > high[axis] - _EDGE_PX
                for axis in (0, 1)
            ),
        )
        for find in finds
    ]


def drop_doubles(finds: Sequence[RegionFind]) -> list[PersonFind]:
    """One find for each person: whole ones before cut ones, then the surest."""
    kept: list[PersonFind] = []
    for candidate in sorted(finds, key=lambda f: (f.cut, -f.find.score)):
        if not any(_is_same(candidate, other) for other in kept):
            kept.append(candidate.find)
    return kept


def _is_same(candidate: RegionFind, other: PersonFind) -> bool:
    """Whether a find shows somebody already found."""
    box = candidate.find.box
    if compute_iou(box, other.box) >= _SAME_IOU:
        return True
    cover = compute_cover(box, other.box)
    if candidate.cut:
        return cover >= _CUT_COVER
    # Somebody far away who passes behind somebody near lies within their box too, and is not as tall.
    alike = min(box[3], other.box[3]) / max(box[3], other.box[3]) > 0.6
    return cover >= _SAME_COVER and alike


def _starts(length: int, side: int) -> list[int]:
    """Where tiles of one side begin along a length: half a side apart, the last flush with the end."""
    last = length - side
    if last <= 0:
        return [0]
    count = -(-last // max(side // 2, 1))
    return [round(last * i / count) for i in range(count + 1)]
