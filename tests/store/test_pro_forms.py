"""A pro's clip keeps how the pro ran, and gives it back."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from runform.errors import StoreError
from runform.store.database import Database
from runform.store.pro_forms import FormRecord, load_pro_form, pack_form, unpack_form
from runform.store.pros import add_pro, add_pro_clip
from tests.fixtures.analyses import make_analysis


def assert_alike(record: FormRecord | None, expected: FormRecord) -> None:
    assert record is not None
    np.testing.assert_array_equal(record.keypoints.time_s, expected.keypoints.time_s)
    np.testing.assert_allclose(record.keypoints.xy_px, expected.keypoints.xy_px, atol=1e-3)
    np.testing.assert_allclose(record.keypoints.confidence, expected.keypoints.confidence, atol=1e-6)
    assert (record.keypoints.skeleton, record.keypoints.width, record.keypoints.height) == (
        expected.keypoints.skeleton,
        expected.keypoints.width,
        expected.keypoints.height,
    )
    # The last contact's toe-off is NaN, and NaN is no NaN's equal.
    np.testing.assert_equal([asdict(c) for c in record.contacts], [asdict(c) for c in expected.contacts])
    assert (record.joints is None) == (expected.joints is None)
    if record.joints is not None and expected.joints is not None:
        np.testing.assert_allclose(record.joints.xyz, expected.joints.xyz, atol=1e-6)
        assert record.joints.unit == expected.joints.unit
        assert (record.joints.feet is None) == (expected.joints.feet is None)
        if record.joints.feet is not None and expected.joints.feet is not None:
            np.testing.assert_allclose(record.joints.feet, expected.joints.feet, atol=1e-6)


def test_a_stored_clip_carries_its_form(db: Database) -> None:
    analysis = make_analysis(seed=3)
    clip = add_pro_clip(db, add_pro(db, "Ada").id, analysis, "ada.mp4")

    expected = FormRecord(analysis.keypoints, analysis.joints, analysis.gait.contacts)
    assert_alike(load_pro_form(db, clip.id), expected)


def test_a_clip_of_an_earlier_version_has_none_until_it_is_analysed_again(db: Database) -> None:
    analysis = make_analysis(seed=3)
    pro = add_pro(db, "Ada")
    clip = add_pro_clip(db, pro.id, analysis, "ada.mp4")
    with db.write() as cursor:
        cursor.execute("UPDATE pro_clips SET form_record = NULL")
    assert load_pro_form(db, clip.id) is None
    assert load_pro_form(db, "nobody's") is None
    assert analysis.embedding is not None
    again = replace(analysis, embedding=replace(analysis.embedding, model_sha256="newer"))
    assert add_pro_clip(db, pro.id, again, "ada.mp4").id == clip.id
    assert load_pro_form(db, clip.id) is not None


@pytest.mark.parametrize("joints", ["none", "with feet"])
def test_joints_may_be_missing_or_have_feet(joints: str) -> None:
    analysis = make_analysis()
    assert analysis.joints is not None
    feet = np.random.default_rng(0).normal(size=(len(analysis.joints.time_s), 4, 3))
    kept = None if joints == "none" else replace(analysis.joints, feet=feet)
    record = FormRecord(analysis.keypoints, kept, ())

    assert_alike(unpack_form(pack_form(record)), record)


def test_damaged_bytes_say_what_to_do() -> None:
    analysis = make_analysis()
    packed = pack_form(FormRecord(analysis.keypoints, analysis.joints, analysis.gait.contacts))

    for damaged in (b"", b"nonsense", packed[: len(packed) // 2]):
        with pytest.raises(StoreError, match="damaged") as caught:
            unpack_form(damaged)
        assert "add it again" in caught.value.remedy
