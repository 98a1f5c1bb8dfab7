from __future__ import annotations

from runform.store.pros import Pro
from runform.ui import text
from runform.ui.pro_editor import apply_edits

ADA = Pro("1", "Ada", "10 000 m", 5.6, None, "own clip", "fast")


def test_changed_cells_go_to_their_fields() -> None:
    words = text.ProDatabase

    changed = apply_edits(ADA, {words.NAME: "Ada Example", words.SPEED: 5.9})

    assert changed == Pro("1", "Ada Example", "10 000 m", 5.9, None, "own clip", "fast")


def test_an_emptied_cell_is_empty_text_or_no_speed() -> None:
    words = text.ProDatabase

    changed = apply_edits(ADA, {words.NOTES: None, words.SPEED: None})

    assert (changed.notes, changed.speed_mps) == ("", None)
