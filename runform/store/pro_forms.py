"""What a pro's clip is compared by beyond its embedding: keypoints, joints in 3D and contacts, as an npz in its row."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from runform.errors import StoreError
from runform.results import Analysis
from runform.sequences import Contact, JointSequence, KeypointSequence
from runform.store.database import Cursor, Database

_CONTACT_NUMBERS = ("initial_contact_s", "toe_off_s", "plus_minus_s", "toe_off_plus_minus_s")


@dataclass(frozen=True)
class FormRecord:
    """How a pro ran in a clip.

    Attributes:
        keypoints: Cleaned, as float32.
        joints: Lifted, as float32, or None.
        contacts: In order.
    """

    keypoints: KeypointSequence
    joints: JointSequence | None
    contacts: tuple[Contact, ...]


def load_pro_form(db: Database, clip_id: str) -> FormRecord | None:
    """A clip's record; None for a clip that is not there, or was stored by an earlier version, which kept none.

    Raises:
        StoreError: The record is damaged, or of a newer RunForm.
    """
    with db.cursor() as cursor:
        row = cursor.execute("SELECT form_record FROM pro_clips WHERE id = ?", [clip_id]).fetchone()
    return None if row is None or row[0] is None else unpack_form(row[0])


def write_pro_form(cursor: Cursor, clip_id: str, analysis: Analysis) -> None:
    """Keep an analysis' form in its clip's row, within an open transaction."""
    record = FormRecord(analysis.keypoints, analysis.joints, analysis.gait.contacts)
    cursor.execute("UPDATE pro_clips SET form_record = ? WHERE id = ?", [pack_form(record), clip_id])


def pack_form(record: FormRecord) -> bytes:
    """A record as the bytes of an npz."""
    keypoints, joints = record.keypoints, record.joints
    arrays: dict[str, npt.NDArray[Any]] = {
        "time_s": keypoints.time_s,
        "xy_px": keypoints.xy_px.astype(np.float32),
        "confidence": keypoints.confidence.astype(np.float32),
        "skeleton": np.array(keypoints.skeleton),
        "size": np.array([keypoints.width, keypoints.height]),
        "contact_sides": np.array([contact.side for contact in record.contacts], dtype="U5"),
        "contact_origins": np.array([contact.origin for contact in record.contacts], dtype="U8"),
    }
    for name in _CONTACT_NUMBERS:
        arrays[f"contact_{name}"] = np.array([getattr(contact, name) for contact in record.contacts], dtype=np.float64)
    if joints is not None:
        arrays |= {
            "joint_time_s": joints.time_s,
            "joints": joints.xyz.astype(np.float32),
            "unit": np.array(joints.unit),
        }
        if joints.feet is not None:
            arrays["feet"] = joints.feet.astype(np.float32)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def unpack_form(packed: bytes) -> FormRecord:
    """A record from the bytes of `pack_form`.

    Raises:
        StoreError: They are damaged, or of a newer RunForm.
    """
    try:
        with np.load(io.BytesIO(packed)) as file:
            arrays = {name: file[name] for name in file.files}
        width, height = (int(edge) for edge in arrays["size"])
        keypoints = KeypointSequence(
            arrays["time_s"],
            arrays["xy_px"].astype(np.float64),
            arrays["confidence"].astype(np.float64),
            str(arrays["skeleton"]),
            width,
            height,
        )
        numbers = np.stack([arrays[f"contact_{name}"] for name in _CONTACT_NUMBERS], axis=1).tolist()
        sides, origins = arrays["contact_sides"].tolist(), arrays["contact_origins"].tolist()
        contacts = tuple(
            Contact(side, start_s, end_s, plus_minus_s, end_plus_minus_s, origin)
            for side, origin, (start_s, end_s, plus_minus_s, end_plus_minus_s) in zip(
                sides, origins, numbers, strict=True
            )
        )
        joints = None
        if "joints" in arrays:
            feet = arrays["feet"].astype(np.float64) if "feet" in arrays else None
            unit: Any = str(arrays["unit"])
            joints = JointSequence(arrays["joint_time_s"], arrays["joints"].astype(np.float64), unit, feet)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StoreError(
            "The form kept with this pro's clip is damaged, or of a newer RunForm.", "Delete the clip and add it again."
        ) from error
    return FormRecord(keypoints, joints, contacts)
