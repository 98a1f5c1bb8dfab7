"""Result: one run, from the verdict down to the hashes."""

from __future__ import annotations

import streamlit as st

from runform.ui import (
    components,
    guard,
    judgement,
    result_change,
    result_checks,
    result_contacts,
    result_cycle,
    result_evidence,
    result_files,
    result_headline,
    result_landings,
    result_media,
    result_numbers,
    result_people,
    result_repairs,
    result_steps,
    result_view,
    result_why,
    router,
    run_access,
    text,
)

guard.require_router()
st.title(text.Result.TITLE, anchor=False)
components.show_flashes()

with guard.shown_errors():
    runs = run_access.stored_runs()
    if not runs:
        components.empty_state(
            text.Result.EMPTY_TITLE, text.Result.EMPTY, button=text.Common.GO_ANALYSE, page=router.ANALYSE
        )
        st.stop()
    summary = run_access.pick_run(runs)
    run = run_access.load(summary.id)
    analysis = run.analysis
    verdict = judgement.judge_now(analysis)

    result_headline.show_headline(analysis.gait, verdict)
    result_view.show_view(analysis)
    result_checks.show_refusals(analysis.gait.checks)
    result_files.show_pose_note(analysis)
    result_people.show_people(run)
    result_media.show_media(run)
    result_contacts.show_contacts(analysis)
    result_checks.show_checks(analysis.gait.checks)
    result_numbers.show_metrics(analysis.gait)
    result_change.show_change(summary, analysis)
    result_steps.show_steps(analysis.gait)
    result_cycle.show_cycle(analysis.gait)
    result_repairs.show_repairs(analysis)
    result_evidence.show_evidence(verdict, analysis.gait.geometry)
    result_why.show_why(analysis, verdict)
    result_landings.show_landings(run, verdict)
    result_evidence.show_label(summary)
    result_evidence.show_pros(analysis)
    st.subheader(text.Result.DOWNLOADS, anchor=False)
    result_files.show_downloads(run)
    result_files.show_details(analysis)
    result_files.show_delete(summary)
