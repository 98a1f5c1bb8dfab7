"""How far the map's colouring may be believed, in numbers and in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from runform.form.form_map import FormMap
from runform.form.map_trust import NeighbourTest, compute_neighbour_correlation, compute_neighbour_purity
from runform.ui import services, text

CLEAR_P, HINT_P = 0.01, 0.05
"""A pattern, and a hint at one. Five colourings are looked at: at 0.01 one in twenty such looks finds one in noise."""


def show_trust(form_map: FormMap, colour: str, values: Sequence[str | float | None], owners: Sequence[str]) -> None:
    """The test of one colouring.

    Args:
        form_map: The map.
        colour: A key of `text.FormMap.COLOURS`.
        values: (N,) of the map's runs: names, or for speed m/s.
        owners: (N,) athlete ids.
    """
    words = text.MapTrust
    # Python's own hash is quick for ten thousand runs, where Streamlit's is not.
    key = hash((form_map.ids, form_map.space, tuple(values), tuple(owners)))
    test = _test(services.settings().data_dir, colour, key, form_map, values, owners)
    if not test.measured:
        label = words.CORRELATION if colour == "speed" else words.PURITY
        st.metric(label, text.Common.NOT_MEASURED, border=True)
        st.caption(describe_test(test, colour))
        return
    st.metric(
        words.CORRELATION if colour == "speed" else words.PURITY,
        _format(test.value, colour),
        delta=words.CHANCE.format(low=_format(test.chance_low, colour), high=_format(test.chance_high, colour)),
        delta_color="off",
        delta_arrow="off",
        border=True,
    )
    st.markdown(describe_test(test, colour))
    how = (words.HELP_SPEED if colour == "speed" else words.HELP).format(k=test.k, n=test.n)
    st.caption(how if colour == "athlete" else f"{how} {words.OTHERS_ONLY}")


def describe_test(test: NeighbourTest, colour: str) -> str:
    """What the test says, in a coach's words."""
    words = text.MapTrust
    if not test.measured:
        return words.NONE_ATHLETE if colour == "athlete" else words.NONE.format(value=text.FormMap.VALUES[colour])
    sentences = (
        (words.PATTERN_SPEED, words.HINT_SPEED, words.NO_PATTERN_SPEED)
        if colour == "speed"
        else (words.PATTERN, words.HINT, words.NO_PATTERN)
    )
    sentence = sentences[0 if test.p <= CLEAR_P else 1 if test.p <= HINT_P else 2]
    return sentence.format(value=text.FormMap.VALUES[colour], p=f"{test.p:.3f}" if test.p < 0.1 else f"{test.p:.2f}")


def _format(value: float, colour: str) -> str:
    return f"{value:.2f}" if colour == "speed" else f"{100 * value:.0f} %"


@st.cache_resource(show_spinner=False, max_entries=16)
def _test(
    data_dir: Path,  # noqa: ARG001 - the cache's key, with the next two
    colour: str,
    key: int,  # noqa: ARG001
    _map: FormMap,
    _values: Sequence[str | float | None],
    _owners: Sequence[str],
) -> NeighbourTest:
    """The test, made once for each colouring of a map."""
    if colour == "speed":
        numbers = np.array([value if isinstance(value, float) else math.nan for value in _values])
        return compute_neighbour_correlation(_map.reduced, numbers, _owners)
    labels = [value if isinstance(value, str) else None for value in _values]
    return compute_neighbour_purity(_map.reduced, labels, None if colour == "athlete" else _owners)
