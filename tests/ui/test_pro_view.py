"""The ranking as a table, and among whom its percentiles are."""

from __future__ import annotations

import math

import pytest

from runform.form.similarity import RankedPro, Ranking
from runform.sequences import View
from runform.ui import text
from runform.ui.pro_view import describe_population, label_pro, make_ranking

WORDS = text.ProMatch


def rank(name: str, similarity: float, *, view: View = "left", kind: str = "pro") -> RankedPro:
    percentile = math.nan if name == "Bo" else 50.0
    return RankedPro(name, name, kind, "clip", view, view != "front", similarity, percentile, (0.0,) * 17)


PROS = (rank("cy", 0.4), rank("Ada", 0.2), rank("Bo", 0.9, view="front"))


@pytest.mark.parametrize(
    ("order", "names"),
    [("similarity", ["Bo", "cy", "Ada"]), ("same_view", ["cy", "Ada", "Bo"]), ("name", ["Ada", "Bo", "cy"])],
)
def test_rows_are_in_the_order_asked_for(order: str, names: list[str]) -> None:
    table = make_ranking(PROS, {"Ada": "Marathon"}, order)

    assert list(table[WORDS.COLUMN_NAME]) == names
    assert list(table[WORDS.COLUMN_RANK]) == [1, 2, 3]
    by_name = table.set_index(WORDS.COLUMN_NAME)
    assert by_name.loc["Ada", WORDS.COLUMN_EVENT] == "Marathon"
    assert by_name.loc["Bo", WORDS.COLUMN_VIEW] == text.Common.VIEWS["front"]
    assert list(by_name[WORDS.COLUMN_PERCENTILE].isna()) == [name == "Bo" for name in names]


def test_it_says_among_whom_percentiles_are() -> None:
    assert describe_population(Ranking("raw", (), 40), "left") == WORDS.POPULATION.format(n=40, views="either side")
    assert describe_population(Ranking("raw", (), 2), "front") == WORDS.POPULATION_NONE.format(n=2, views="the front")
    sampled = describe_population(Ranking("raw", (), 10_000, sampled=True), "unclear")
    assert sampled == WORDS.POPULATION_SAMPLE.format(n=10_000, views="anywhere", error=1)


def test_a_reference_runner_is_called_one() -> None:
    assert label_pro(rank("Ada", 0.1)) == "Ada"
    assert label_pro(rank("Subject 7", 0.1, kind="reference")) == "Subject 7 (reference runner)"
