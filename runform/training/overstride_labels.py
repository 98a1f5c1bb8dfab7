"""A table of labelled clips: which clips, what they show, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from runform.errors import InputError
from runform.form.overstride_svm import CLASSES

COLUMNS = ("clip", "label", "runner")


@dataclass(frozen=True)
class LabelledClip:
    """One row.

    Attributes:
        path: The clip.
        label: A member of `CLASSES`.
        runner: Whose; clips of one runner are never on both sides of a fold.
    """

    path: Path
    label: str
    runner: str


def read_labelled_clips(table: Path) -> tuple[LabelledClip, ...]:
    """Read a CSV with the columns clip (relative to the CSV), label (overstride or optimal) and runner.

    Other columns are left alone; rows labelled "unsure" are left out.

    Raises:
        InputError: A column, a value or a clip is missing, a label is unknown, a clip is named twice, no row
            is left.
    """
    try:
        frame = pd.read_csv(table, dtype=str, keep_default_na=False)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise InputError(f"{table} cannot be read as a table: {error}.", "Give a CSV in UTF-8.") from error
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise InputError(
            f"{table.name} has no column {' and no column '.join(missing)}.",
            f"The first line must be {','.join(COLUMNS)}.",
        )
    clips: list[LabelledClip] = []
    for line, row in enumerate(frame[list(COLUMNS)].itertuples(index=False), start=2):
        clip, label, runner = (str(value).strip() for value in row)
        if label == "unsure":
            continue
        if label not in CLASSES:
            raise InputError(f"{table.name}, line {line}: there is no label {label!r}.", f"Use {' or '.join(CLASSES)}.")
        if not clip or not runner:
            raise InputError(f"{table.name}, line {line}: clip or runner is empty.", "Fill in both.")
        path = table.parent / clip
        if not path.is_file():
            raise InputError(f"{table.name}, line {line}: there is no clip {path}.", "Name it relative to the table.")
        if any(path.samefile(other.path) for other in clips):
            raise InputError(f"{table.name}, line {line}: {clip} is named twice.", "Keep one of its rows.")
        clips.append(LabelledClip(path, label, runner))
    if not clips:
        raise InputError(f"{table.name} holds no labelled clip.", "Add rows: clip, label, runner.")
    return tuple(clips)
