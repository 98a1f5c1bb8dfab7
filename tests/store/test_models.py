from __future__ import annotations

import pytest

from runform.errors import NotStoredError
from runform.store.database import Database
from runform.store.models import list_models, load_model_in_use, save_model, stop_using_models, use_model


def test_a_model_comes_back_to_the_byte(db: Database) -> None:
    model_id = save_model(db, "overstride", "sha.3", b"\x00weights\xff", {"accuracy": 0.5, "n": 8}, in_use=True)
    stored = load_model_in_use(db, "overstride", "sha.3")
    assert stored is not None
    assert (stored.id, stored.weights, stored.figures) == (model_id, b"\x00weights\xff", {"accuracy": 0.5, "n": 8})
    assert stored.version


def test_one_of_a_kind_is_in_use_and_others_are_left_alone(db: Database) -> None:
    first = save_model(db, "overstride", "sha.3", b"1", {}, in_use=True)
    other_kind = save_model(db, "efficiency", "sha.3", b"2", {}, in_use=True)
    other_space = save_model(db, "overstride", "sha.2", b"3", {}, in_use=True)
    second = save_model(db, "overstride", "sha.3", b"4", {}, in_use=True)
    unused = save_model(db, "overstride", "sha.3", b"5", {}, in_use=False)

    def in_use() -> set[str]:
        return {m.id for kind in ("overstride", "efficiency") for m in list_models(db, kind) if m.in_use}

    assert in_use() == {second, other_kind, other_space}
    use_model(db, first)
    assert in_use() == {first, other_kind, other_space}
    stop_using_models(db, "overstride", "sha.3")
    assert load_model_in_use(db, "overstride", "sha.3") is None
    assert in_use() == {other_kind, other_space}
    assert unused in {m.id for m in list_models(db, "overstride")}


def test_a_model_that_is_not_there_cannot_be_used(db: Database) -> None:
    with pytest.raises(NotStoredError, match="Train it again"):
        use_model(db, "nothing")
