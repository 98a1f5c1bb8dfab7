"""The user's reference runners, and the clips whose form stands for them."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass, replace
from typing import Any, get_args

from runform.errors import InputError, NotStoredError
from runform.results import Analysis
from runform.sequences import View
from runform.store.database import Cursor, Database, utc_now
from runform.store.embeddings import delete_embeddings, insert_embedding
from runform.store.names import clean_name, name_key
from runform.store.pro_forms import write_pro_form

_PRO_COLUMNS = 'id, name, event, speed_mps, "view", source, notes'
_CLIP_COLUMNS = 'id, clip_name, clip_sha256, "view", cadence'


@dataclass(frozen=True)
class ProClip:
    """A pro's clip; the clip itself is not kept, its embedding is.

    Attributes:
        id: Key.
        clip_name, clip_sha256: As it was called, and the hash of its bytes.
        view: From where its camera looks.
        cadence: Steps/min, NaN where not measured.
    """

    id: str
    clip_name: str
    clip_sha256: str
    view: View
    cadence: float


@dataclass(frozen=True)
class Pro:
    """A reference runner.

    Attributes:
        id: Key.
        name: As shown; no two pros share one, whatever the case.
        event: What they run, or empty.
        speed_mps: How fast in the clips, m/s, or None where unknown.
        view: From where the user's clips of them are filmed, as the user states it, or None.
        source: Where the clips come from, or empty.
        notes: The user's, or empty.
        clips: The oldest first.
    """

    id: str
    name: str
    event: str = ""
    speed_mps: float | None = None
    view: View | None = None
    source: str = ""
    notes: str = ""
    clips: tuple[ProClip, ...] = ()


def add_pro(
    db: Database,
    name: str,
    *,
    event: str = "",
    speed_mps: float | None = None,
    view: View | None = None,
    source: str = "",
    notes: str = "",
) -> Pro:
    """Store a new pro, without clips.

    Raises:
        InputError: The name is empty or taken, or a field cannot be as given.
    """
    pro = _check(Pro(uuid.uuid4().hex, name, event, speed_mps, view, source, notes))
    with db.write() as cursor:
        _refuse_taken(cursor, pro)
        cursor.execute(
            f"INSERT INTO pros ({_PRO_COLUMNS}, name_key, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [pro.id, *_details(pro), name_key(pro.name), utc_now()],
        )
    return pro


def list_pros(db: Database) -> tuple[Pro, ...]:
    """All pros with their clips, by name."""
    with db.cursor() as cursor:
        rows = cursor.execute(f"SELECT {_PRO_COLUMNS} FROM pros ORDER BY name_key").fetchall()
        clips: dict[str, list[ProClip]] = {}
        for pro_id, *clip in cursor.execute(
            f"SELECT pro_id, {_CLIP_COLUMNS} FROM pro_clips ORDER BY created_at, id"
        ).fetchall():
            clips.setdefault(pro_id, []).append(ProClip(*clip))
    return tuple(replace(Pro(*row), clips=tuple(clips.get(row[0], ()))) for row in rows)


def load_pro(db: Database, pro_id: str) -> Pro:
    """One pro with their clips.

    Raises:
        NotStoredError: There is no such pro.
    """
    with db.cursor() as cursor:
        row = cursor.execute(f"SELECT {_PRO_COLUMNS} FROM pros WHERE id = ?", [pro_id]).fetchone()
        clips = cursor.execute(
            f"SELECT {_CLIP_COLUMNS} FROM pro_clips WHERE pro_id = ? ORDER BY created_at, id", [pro_id]
        ).fetchall()
    if row is None:
        raise NotStoredError("This pro is not in the database.", "Choose another pro, or add this one.")
    return replace(Pro(*row), clips=tuple(ProClip(*clip) for clip in clips))


def update_pro(db: Database, pro: Pro) -> Pro:
    """Store a pro's edited fields, as `dataclasses.replace` makes them; clips are left as they are.

    Raises:
        NotStoredError: There is no pro of that id.
        InputError: The name is empty or another pro's, or a field cannot be as given.
    """
    pro = _check(pro)
    with db.write() as cursor:
        load_pro(db, pro.id)
        _refuse_taken(cursor, pro)
        cursor.execute(
            'UPDATE pros SET name = ?, event = ?, speed_mps = ?, "view" = ?, source = ?, notes = ?, name_key = ?'
            " WHERE id = ?",
            [*_details(pro), name_key(pro.name), pro.id],
        )
    return load_pro(db, pro.id)


def delete_pro(db: Database, pro_id: str) -> None:
    """Delete a pro with every clip's embedding.

    Raises:
        NotStoredError: There is no such pro.
    """
    with db.write() as cursor:
        for clip in load_pro(db, pro_id).clips:
            _delete_clip(cursor, clip.id)
        cursor.execute("DELETE FROM pros WHERE id = ?", [pro_id])


def add_pro_clip(db: Database, pro_id: str, analysis: Analysis, clip_name: str) -> ProClip:
    """Store the form of a pro's clip.

    A clip that is stored under another model's weights only is given its embedding under these.

    Raises:
        NotStoredError: There is no such pro.
        InputError: The analysis refused, or the clip is stored already.
    """
    if analysis.embedding is None:
        reasons = " ".join(check.message for check in analysis.gait.checks if check.status == "refuse")
        raise InputError(
            f"{clip_name} cannot stand for a pro: its form could not be measured. {reasons}".strip(),
            "Use a clip of steady running that passes the checks.",
        )
    with db.write() as cursor:
        pro = load_pro(db, pro_id)
        row = cursor.execute(
            "SELECT c.id, c.pro_id, p.name FROM pro_clips AS c JOIN pros AS p ON p.id = c.pro_id"
            " WHERE c.clip_sha256 = ?",
            [analysis.clip_sha256],
        ).fetchone()
        if row is not None and (row[1] != pro_id or _has_embedding(cursor, row[0], analysis.embedding.model_sha256)):
            raise InputError(
                f"{clip_name} is already stored as a clip of {row[2]}.", "Add another clip, or delete that one first."
            )
        if row is not None:
            insert_embedding(cursor, "pro_clip", row[0], analysis.embedding)
            write_pro_form(cursor, row[0], analysis)
            return next(clip for clip in pro.clips if clip.id == row[0])
        clip = _make_clip(analysis, clip_name)
        cursor.execute(
            f"INSERT INTO pro_clips ({_CLIP_COLUMNS}, pro_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [clip.id, clip.clip_name, clip.clip_sha256, clip.view, clip.cadence, pro_id, utc_now()],
        )
        insert_embedding(cursor, "pro_clip", clip.id, analysis.embedding)
        write_pro_form(cursor, clip.id, analysis)
    return clip


def delete_pro_clip(db: Database, clip_id: str) -> None:
    """Delete one clip of a pro.

    Raises:
        NotStoredError: There is no such clip.
    """
    with db.write() as cursor:
        if cursor.execute("SELECT 1 FROM pro_clips WHERE id = ?", [clip_id]).fetchone() is None:
            raise NotStoredError("This clip is not in the database.", "It may have been deleted already.")
        _delete_clip(cursor, clip_id)


def _delete_clip(cursor: Cursor, clip_id: str) -> None:
    """Delete a clip's row and embeddings within an open transaction."""
    delete_embeddings(cursor, "pro_clip", clip_id)
    cursor.execute("DELETE FROM pro_clips WHERE id = ?", [clip_id])


def _make_clip(analysis: Analysis, clip_name: str) -> ProClip:
    """A new clip's row."""
    cadence = analysis.gait.metrics.get("cadence")
    return ProClip(
        id=uuid.uuid4().hex,
        clip_name=clip_name,
        clip_sha256=analysis.clip_sha256,
        view=analysis.gait.view,
        cadence=math.nan if cadence is None else float(cadence.value),
    )


def _has_embedding(cursor: Cursor, clip_id: str, model_sha256: str) -> bool:
    """Whether a clip has an embedding under a model's weights."""
    row = cursor.execute(
        "SELECT 1 FROM embeddings WHERE owner_kind = 'pro_clip' AND owner_id = ? AND model_sha256 = ?",
        [clip_id, model_sha256],
    ).fetchone()
    return row is not None


def _check(pro: Pro) -> Pro:
    """The pro with clean text, or InputError where a field cannot be as given."""
    if pro.speed_mps is not None and not (math.isfinite(pro.speed_mps) and pro.speed_mps > 0):
        raise InputError("The speed must be more than 0 m/s.", "Give it in metres per second, or leave it empty.")
    if pro.view is not None and pro.view not in get_args(View):
        raise InputError(f"There is no view {pro.view!r}.", f"Use one of: {', '.join(get_args(View))}.")
    text = {name: getattr(pro, name).strip() for name in ("event", "source", "notes")}
    return replace(pro, name=clean_name(pro.name), **text)


def _refuse_taken(cursor: Cursor, pro: Pro) -> None:
    """Raise InputError where another pro has the name. Writes are serialised, so it stays free."""
    query = "SELECT name FROM pros WHERE name_key = ? AND id <> ?"
    row = cursor.execute(query, [name_key(pro.name), pro.id]).fetchone()
    if row is not None:
        raise InputError(f"There is already a pro called {row[0]}.", "Choose that pro, or another name.")


def _details(pro: Pro) -> list[Any]:
    """A pro's fields between id and clips, in the order of `_PRO_COLUMNS`."""
    return [pro.name, pro.event, pro.speed_mps, pro.view, pro.source, pro.notes]
