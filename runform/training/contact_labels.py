"""Contacts labelled by hand, as CSV files.

Labels have the columns clip, side, initial_contact_frame, toe_off_frame, initial_contact_doubt, toe_off_doubt. Frames
count from 0 as `read_frames` does and have a fraction: 15.8 lies between frames 15 and 16, so that frame 16 is the
first to show the event. An event that lies outside the labelled stretch is left empty with its doubt: an empty initial
contact begins a stretch, an empty toe-off ends one. Lines that begin with # are the labeller's remarks.
"""

from __future__ import annotations

import csv
import itertools
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runform.errors import InputError
from runform.sequences import SIDES, Contact, FloatArray, Side

CONTACT_COLUMNS = (
    "clip",
    "side",
    "initial_contact_frame",
    "toe_off_frame",
    "initial_contact_doubt",
    "toe_off_doubt",
)
NAN = float("nan")


@dataclass(frozen=True)
class LabelledContact:
    """One contact as a person saw it.

    Attributes:
        line: Of the file, counted from 1.
        side: The runner's side.
        initial_contact_frame, toe_off_frame: Frame numbers with a fraction; NaN outside the labelled stretch.
        initial_contact_doubt, toe_off_doubt: Frames by which the labeller may be wrong; NaN where there is no event.
    """

    line: int
    side: Side
    initial_contact_frame: float
    toe_off_frame: float
    initial_contact_doubt: float
    toe_off_doubt: float


@dataclass(frozen=True)
class ContactLabels:
    """The labelled contacts of one clip.

    Attributes:
        clip: The clip's file name.
        source: The name of the file of labels.
        contacts: In order of time.
    """

    clip: str
    source: str
    contacts: tuple[LabelledContact, ...]

    def to_contacts(self, time_s: FloatArray) -> tuple[Contact, ...]:
        """The labels in seconds, the labeller's doubt as ±.

        Args:
            time_s: (T,) seconds of real time of the clip's frames.

        Returns:
            Every contact whose initial contact is labelled; the toe-off is NaN where it is not.

        Raises:
            InputError: A label beyond the clip's end.
        """
        require_inside(self, len(time_s))
        frames = np.arange(len(time_s))
        frame_s = float(np.median(np.diff(time_s)))
        return tuple(
            Contact(
                side=label.side,
                initial_contact_s=float(np.interp(label.initial_contact_frame, frames, time_s)),
                toe_off_s=float(np.interp(label.toe_off_frame, frames, time_s)),
                plus_minus_s=label.initial_contact_doubt * frame_s,
                toe_off_plus_minus_s=label.toe_off_doubt * frame_s,
            )
            for label in self.contacts
            if math.isfinite(label.initial_contact_frame)
        )


def read_contact_labels(path: Path) -> ContactLabels:
    """Read the labelled contacts of one clip.

    Raises:
        InputError: Columns or values that are none of a label's, more than one clip, or contacts that do not follow
            one another as feet do; with the line and what to write there.
    """
    rows = _read_rows(path)
    clip = rows[0][1]["clip"]
    other = next((n for n, row in rows if row["clip"] != clip), None)
    if other is not None:
        raise InputError(f"{path.name}, line {other} labels another clip.", f"Write only contacts of {clip} there.")
    contacts = tuple(_read_contact(row, n, f"{path.name}, line {n}") for n, row in rows)
    for one, following in itertools.pairwise(contacts):
        _require_order(one, following, f"{path.name}, line {following.line}")
    return ContactLabels(clip=clip, source=path.name, contacts=contacts)


def require_inside(labels: ContactLabels, frames: int) -> None:
    """Refuse labels beyond the clip.

    Raises:
        InputError: A frame that the clip does not have, with its line.
    """
    for label in labels.contacts:
        for frame in (label.initial_contact_frame, label.toe_off_frame):
            if frame > frames - 1 or frame < 0:
                raise InputError(
                    f"{labels.source}, line {label.line}: frame {frame:g} is not in {labels.clip}.",
                    f"Give frames from 0 to {frames - 1}.",
                )


def _read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(line, values by column) of every row, remarks left out.

    Raises:
        InputError: Other columns, a row with more or fewer values, or no row.
    """
    text = path.read_text(encoding="utf-8").splitlines()
    kept = [(n, line) for n, line in enumerate(text, start=1) if line.strip() and not line.startswith("#")]
    values = list(csv.reader(line for _, line in kept))
    if not values or tuple(values[0]) != CONTACT_COLUMNS:
        raise InputError(f"{path.name} has other columns.", f"Write {', '.join(CONTACT_COLUMNS)}.")
    rows = []
    for (n, _), row in zip(kept[1:], values[1:], strict=True):
        if len(row) != len(CONTACT_COLUMNS):
            raise InputError(
                f"{path.name}, line {n} has {len(row)} values.", f"Write {', '.join(CONTACT_COLUMNS)}, empty or not."
            )
        rows.append((n, dict(zip(CONTACT_COLUMNS, row, strict=True))))
    if not rows:
        raise InputError(f"{path.name} holds no contacts.", "Give each contact a row.")
    return rows


def _read_contact(row: dict[str, str], line: int, where: str) -> LabelledContact:
    """One row.

    Raises:
        InputError: A side or number that is none, or events in the wrong order.
    """
    side = next((side for side in SIDES if side == row["side"]), None)
    if side is None:
        raise InputError(f"{where}: the side is {row['side']!r}.", f"Write {' or '.join(SIDES)}, the runner's own.")
    down, down_doubt = _read_event(row, "initial_contact", where)
    up, up_doubt = _read_event(row, "toe_off", where)
    if math.isnan(down) and math.isnan(up):
        raise InputError(f"{where} has no event.", "Give an initial contact or a toe-off, or leave the row out.")
    if up <= down:
        raise InputError(f"{where}: toe-off at {up:g} does not follow {down:g}.", "Give a toe-off after the contact.")
    return LabelledContact(line, side, down, up, down_doubt, up_doubt)


def _read_event(row: dict[str, str], event: str, where: str) -> tuple[float, float]:
    """Frame and doubt of one event; NaN for both where it is empty.

    Raises:
        InputError: Values that are no numbers, a frame without doubt, or doubt that is not above 0.
    """
    frame, doubt = row[f"{event}_frame"].strip(), row[f"{event}_doubt"].strip()
    if not frame and not doubt:
        return NAN, NAN
    try:
        values = float(frame), float(doubt)
    except ValueError as error:
        raise InputError(
            f"{where}: {event}_frame is {frame!r} and its doubt {doubt!r}.",
            "Give both as numbers, or leave both empty.",
        ) from error
    if not (math.isfinite(values[0]) and 0 < values[1] < math.inf):
        raise InputError(f"{where}: {event} at {frame}, doubt {doubt}.", "Give a frame, and a doubt above 0 frames.")
    return values


def _require_order(one: LabelledContact, following: LabelledContact, where: str) -> None:
    """Refuse two contacts that cannot follow one another.

    Raises:
        InputError: Frames that do not rise, the same foot twice in one stretch, or a stretch that begins within one.
    """
    earlier = np.array([one.initial_contact_frame, one.toe_off_frame])
    later = np.array([following.initial_contact_frame, following.toe_off_frame])
    if (later <= earlier).any() or np.nanmin(later) <= np.nanmin(earlier):
        raise InputError(f"{where}: its frames do not follow those of line {one.line}.", "Order contacts by time.")
    if math.isnan(one.toe_off_frame):
        return
    if one.side == following.side:
        raise InputError(
            f"{where}: {following.side} again, as in line {one.line}.",
            "Label the other foot's contact between them, or leave the toe-off empty where labelling stopped.",
        )
    if math.isnan(following.initial_contact_frame):
        raise InputError(
            f"{where} has no initial contact.", "Leave it empty only where a labelled stretch of the clip begins."
        )
