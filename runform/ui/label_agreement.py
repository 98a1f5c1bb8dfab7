"""How far raters agree, the runs on which they do not, and labels as a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from runform.form.agreement import ANSWERS, MIN_RUNS_FOR_INTERVAL, Agreement, compute_pairs, describe_kappa
from runform.store.label_sheet import import_sheet, write_agreed_sheet, write_sheet
from runform.store.runs import RunSummary
from runform.ui import components, label_view, run_access, services, text
from runform.ui.format import escape_markdown

_MOST_NAMED = 5
_UPLOADS = "label_sheet_uploads"


def show_agreement(runs: Sequence[RunSummary], rater: str | None) -> None:
    """Each pair of raters with kappa, table and the runs they differ on, as far as this rater may know them."""
    words = text.Labels
    st.subheader(words.AGREEMENT, anchor=False)
    said = label_view.all_labels()
    stored = {run.id for run in runs}
    answers: dict[str, dict[str, str]] = {}
    for of in said.values():
        latest = max(of.values(), key=lambda label: label.labelled_at)
        answers[latest.rater] = {run_id: label.label for run_id, label in of.items() if run_id in stored}
    pairs = compute_pairs(answers)
    if not pairs:
        st.markdown(words.AGREEMENT_EMPTY)
        return
    st.dataframe(make_pair_table(pairs), hide_index=True, key="agreement_pairs")
    st.caption(words.AGREEMENT_NOTE.format(n=MIN_RUNS_FOR_INTERVAL))
    names = run_access.label_runs(runs)
    for number, pair in enumerate(pairs):
        with st.expander(
            words.PAIR_DETAILS.format(
                first=escape_markdown(pair.first), second=escape_markdown(pair.second), n=len(pair.disagreements)
            ),
            icon=":material/difference:",
        ):
            st.table(make_count_table(pair))
            if missing := explain_missing(pair):
                st.caption(missing)
            open_to_rater = [run for run in pair.disagreements if rater and label_view.may_see(said, rater, run)]
            _show_disagreements(number, pair, open_to_rater, answers, names)


def make_pair_table(pairs: Sequence[Agreement]) -> pd.DataFrame:
    """One row per pair."""
    words = text.Labels
    return pd.DataFrame(
        [
            {
                words.COLUMN_PAIR: words.PAIR.format(first=pair.first, second=pair.second),
                words.COLUMN_N: pair.n,
                words.COLUMN_DECIDED: pair.n_decided,
                words.COLUMN_KAPPA: format_with_interval(pair.kappa, pair.kappa_low, pair.kappa_high),
                words.COLUMN_WORD: describe_strength(pair),
                words.COLUMN_SHARE: format_with_interval(pair.share, pair.share_low, pair.share_high, percent=True),
                words.COLUMN_THREE: format_with_interval(pair.kappa_with_unsure, math.nan, math.nan),
            }
            for pair in pairs
        ]
    )


def format_with_interval(value: float, low: float, high: float, *, percent: bool = False) -> str:
    """A figure with its interval, without one where there is none, and a dash for NaN."""
    if math.isnan(value):
        return text.Common.NONE
    factor, decimals, unit = (100.0, 0, " %") if percent else (1.0, 2, "")
    shown = f"{factor * value:.{decimals}f}{unit}"
    if math.isnan(low):
        return shown
    return text.Labels.WITH_INTERVAL.format(
        value=shown, low=f"{factor * low:.{decimals}f}", high=f"{factor * high:.{decimals}f}{unit}"
    )


def describe_strength(pair: Agreement) -> str:
    """Landis and Koch's word for both ends of kappa's interval; a dash where there is no interval to read it by."""
    low, high = describe_kappa(pair.kappa_low), describe_kappa(pair.kappa_high)
    if not low:
        return text.Common.NONE
    return low if low == high else text.Labels.WORDS_BETWEEN.format(low=low, high=high)


def explain_missing(pair: Agreement) -> str:
    """Why there is no kappa or no interval, and what helps; empty where both are there."""
    words = text.Labels
    if math.isnan(pair.kappa):
        return words.NO_KAPPA_FEW if pair.n_decided < 2 else words.NO_KAPPA_ONE
    if math.isnan(pair.kappa_low):
        if pair.n_decided < MIN_RUNS_FOR_INTERVAL:
            return words.NO_INTERVAL_FEW.format(n=MIN_RUNS_FOR_INTERVAL)
        return words.NO_INTERVAL_SAME if pair.kappa > 1 - 1e-9 else words.NO_INTERVAL_RARE
    return ""


def make_count_table(pair: Agreement) -> pd.DataFrame:
    """The counts with names: one rater's answers down, the other's across."""

    def name(rater: str) -> list[str]:
        words = text.Labels
        return [words.CELL.format(rater=escape_markdown(rater), label=words.ANSWERS[a].lower()) for a in ANSWERS]

    return pd.DataFrame(pair.table, index=name(pair.first), columns=name(pair.second))


def _show_disagreements(
    number: int,
    pair: Agreement,
    shown: Sequence[str],
    answers: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
) -> None:
    """The runs they differ on, each with a button; those this rater has not labelled stay unnamed."""
    words = text.Labels
    if not pair.disagreements:
        st.markdown(words.NO_DIFFERENCE)
    for run_id in shown:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                words.LOOK_AGAIN,
                key=f"look_{number}_{run_id}",
                icon=":material/visibility:",
                on_click=label_view.open_run,
                args=(run_id,),
            )
            st.markdown(
                words.DIFFERENCE.format(
                    run=escape_markdown(names[run_id]),
                    first=escape_markdown(pair.first),
                    first_label=words.ANSWERS[answers[pair.first][run_id]].lower(),
                    second=escape_markdown(pair.second),
                    second_label=words.ANSWERS[answers[pair.second][run_id]].lower(),
                ),
                width="stretch",
            )
    if hidden := len(pair.disagreements) - len(shown):
        st.caption(words.HIDDEN.format(n=hidden))


def show_files() -> None:
    """Labels out as CSV and in again."""
    words = text.Labels
    with st.expander(words.FILES, icon=":material/table:"):
        st.markdown(words.FILES_NOTE)
        with st.container(horizontal=True):
            st.download_button(
                words.EXPORT, write_sheet(services.database()), words.EXPORT_FILE, "text/csv", key="export_labels"
            )
            st.download_button(
                words.EXPORT_AGREED,
                write_agreed_sheet(services.database()),
                words.EXPORT_AGREED_FILE,
                "text/csv",
                key="export_agreed",
            )
        # Another key empties the uploader once its sheet is in.
        upload = st.file_uploader(words.IMPORT, "csv", key=f"label_sheet_{st.session_state.get(_UPLOADS, 0)}")
        if upload is not None:
            content = upload.getvalue()
            st.button(
                words.IMPORT_GO.format(file=escape_markdown(upload.name)),
                key="import_labels",
                type="primary",
                on_click=components.attempt,
                args=(_import, content),
            )
        if report := st.session_state.get("label_sheet_report"):
            st.info(report, icon=":material/info:")


def _import(content: bytes) -> None:
    """Read a sheet into the database, and note what became of it for the page to say."""
    words = text.Labels
    st.session_state.pop("label_sheet_report", None)
    report = import_sheet(services.database(), content)
    lines = [words.IMPORTED.format(n=report.written)]
    if report.kept:
        lines.append(words.IMPORT_KEPT.format(n=report.kept))
    if report.unmatched:
        rows = [words.IMPORT_LINE.format(line=row.line, clip=row.clip) for row in report.unmatched[:_MOST_NAMED]]
        more = len(report.unmatched) - len(rows)
        named = ", ".join(rows) + (words.IMPORT_MORE.format(n=more) if more else "")
        lines.append(words.IMPORT_UNMATCHED.format(n=len(report.unmatched), rows=escape_markdown(named)))
    st.session_state["label_sheet_report"] = " ".join(lines)
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    for run in run_access.stored_runs():
        run_access.forget(run.id)
