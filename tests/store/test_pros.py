from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from runform.errors import InputError, NotStoredError
from runform.results import Analysis
from runform.sequences import FormEmbedding
from runform.store.database import Database
from runform.store.embeddings import load_pro_embeddings
from runform.store.pros import (
    Pro,
    add_pro,
    add_pro_clip,
    delete_pro,
    delete_pro_clip,
    list_pros,
    load_pro,
    update_pro,
)
from tests.fixtures.analyses import MODEL_SHA256, make_analysis


def under_another_model(analysis: Analysis) -> Analysis:
    assert analysis.embedding is not None
    return replace(analysis, embedding=FormEmbedding(analysis.embedding.vector, "another", "another hash"))


def test_a_pro_comes_back_as_added(db: Database) -> None:
    added = add_pro(
        db, " Ada  Example ", event=" 1500 m", speed_mps=6.4, view="left", source="own footage ", notes="tall"
    )
    assert added == Pro(added.id, "Ada Example", "1500 m", 6.4, "left", "own footage", "tall")
    assert load_pro(db, added.id) == added
    assert list_pros(db) == (added,)


@pytest.mark.parametrize("name", ["Ada", "ADA", " ada"])
def test_a_name_is_one_pro(db: Database, name: str) -> None:
    add_pro(db, "Ada")
    with pytest.raises(InputError, match="already a pro called Ada"):
        add_pro(db, name)
    assert len(list_pros(db)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"name": "A", "speed_mps": 0.0},
        {"name": "A", "speed_mps": math.nan},
        {"name": "A", "view": "top"},
    ],
)
def test_fields_must_be_possible(db: Database, fields: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        add_pro(db, **fields)
    assert list_pros(db) == ()


def test_editing_keeps_the_clips(db: Database) -> None:
    ada, bob = add_pro(db, "Ada"), add_pro(db, "Bob")
    clip = add_pro_clip(db, ada.id, make_analysis(cadence=182.0), "ada.mp4")
    assert (clip.clip_name, clip.view, clip.cadence) == ("ada.mp4", "right", 182.0)
    edited = update_pro(db, replace(load_pro(db, ada.id), name="ADA", event="5000 m", speed_mps=6.1))
    assert edited == Pro(ada.id, "ADA", "5000 m", 6.1, clips=(clip,))
    with pytest.raises(InputError, match="already a pro called ADA"):
        update_pro(db, replace(bob, name="ada"))
    assert list_pros(db) == (edited, bob)


def test_the_same_clip_is_refused_whosever_it_is(db: Database) -> None:
    ada, bob = add_pro(db, "Ada"), add_pro(db, "Bob")
    add_pro_clip(db, ada.id, make_analysis(), "ada.mp4")
    for pro in (ada, bob):
        with pytest.raises(InputError, match="already stored as a clip of Ada"):
            add_pro_clip(db, pro.id, make_analysis(), "again.mp4")
    add_pro_clip(db, ada.id, make_analysis(seed=1), "another.mp4")
    assert [clip.clip_name for clip in load_pro(db, ada.id).clips] == ["ada.mp4", "another.mp4"]


def test_the_same_clip_gets_its_embedding_under_a_new_model(db: Database) -> None:
    ada, bob = add_pro(db, "Ada"), add_pro(db, "Bob")
    clip = add_pro_clip(db, ada.id, make_analysis(), "ada.mp4")
    with pytest.raises(InputError, match="already stored"):
        add_pro_clip(db, bob.id, under_another_model(make_analysis()), "ada.mp4")
    assert add_pro_clip(db, ada.id, under_another_model(make_analysis()), "ada.mp4") == clip
    assert load_pro(db, ada.id).clips == (clip,)
    assert [len(load_pro_embeddings(db, sha256)) for sha256 in (MODEL_SHA256, "another hash")] == [1, 1]


def test_a_refused_analysis_cannot_stand_for_a_pro(db: Database) -> None:
    ada = add_pro(db, "Ada")
    with pytest.raises(InputError, match="this is walking") as caught:
        add_pro_clip(db, ada.id, make_analysis(refused=True), "walk.mp4")
    assert "running" in caught.value.remedy
    assert load_pro(db, ada.id).clips == ()


def test_deleting_a_pro_deletes_every_embedding_of_theirs(db: Database) -> None:
    ada, bob = add_pro(db, "Ada"), add_pro(db, "Bob")
    for seed, pro in enumerate((ada, ada, bob)):
        add_pro_clip(db, pro.id, make_analysis(seed=seed), f"{seed}.mp4")
    delete_pro(db, ada.id)
    assert [pro.name for pro in list_pros(db)] == ["Bob"]
    rows = load_pro_embeddings(db, MODEL_SHA256)
    assert [(row.pro_id, row.name, row.view) for row in rows] == [(bob.id, "Bob", "right")]
    embedding = make_analysis(seed=2).embedding
    assert embedding is not None
    np.testing.assert_array_equal(rows[0].vector, embedding.vector)
    add_pro_clip(db, bob.id, make_analysis(seed=0), "free again.mp4")


def test_deleting_one_clip(db: Database) -> None:
    ada = add_pro(db, "Ada")
    first, second = (add_pro_clip(db, ada.id, make_analysis(seed=seed), f"{seed}.mp4") for seed in (0, 1))
    delete_pro_clip(db, first.id)
    assert load_pro(db, ada.id).clips == (second,)
    assert len(load_pro_embeddings(db, MODEL_SHA256)) == 1


def test_who_is_not_there_is_said(db: Database) -> None:
    for act in (
        lambda: load_pro(db, "nobody"),
        lambda: delete_pro(db, "nobody"),
        lambda: delete_pro_clip(db, "nothing"),
        lambda: update_pro(db, Pro("nobody", "Ada")),
        lambda: add_pro_clip(db, "nobody", make_analysis(), "ada.mp4"),
    ):
        with pytest.raises(NotStoredError, match="not in the database"):
            act()
