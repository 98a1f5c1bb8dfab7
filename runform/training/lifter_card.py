"""The model card of a lifter that ships: what it is, from what data, how it was trained, and how it does."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runform.lifting.checkpoints import LoadedModel
from runform.lifting.tcn import TCNConfig
from runform.training.cmu_motion import HELD_OUT_PREFIXES
from runform.training.lifter_methods import FLAT
from runform.training.lifter_recipe import LifterRecipe

LICENCE = "Apache-2.0"
DATA = (
    "CMU Graphics Lab Motion Capture Database; virtual runners made of running angles by Fukuchi and others and by "
    "Ferber and others (CC BY 4.0) and of CMU's runs; RBDS001's legs (CC BY 4.0); through virtual cameras and detectors"
)
Row = Mapping[str, Any]

_WIDTH = 120
_DSTFORMER = (
    "The DSTFormer of MotionBERT (Zhu and others, ICCV 2023), {dim_feat} wide and {depth} deep with {heads} heads, "
    "{parameters:,} parameters. Its representation, {dim_rep} numbers per joint and frame, is what RunForm's form "
    "embedding is made of. It lifts the 17 joints of Human3.6M"
)
_TCN = (
    "The temporal convolutional network of VideoPose3D (Pavllo and others, CVPR 2019), as RunningPose lifts with, "
    "{channels} wide with filters of {filter_widths} frames, {parameters:,} parameters. It lifts the 17 joints of "
    "Human3.6M, heels and toes"
)
_CARD = """# {name}

Lifts the 2D joints of one runner to 3D. File: `{file}` (float16), sha256
`{sha256}`.

## What it is

{architecture}

## Data and licence

{data}

{words}

## Recipe

{recipe_words}

```json
{recipe}
```

## How it does

{tables_words}

{tables}

## What to know

{notes}
"""


@dataclass(frozen=True)
class TrainingRecord:
    """What is known of a finished training.

    Attributes:
        recipe: How.
        steps: Batches in all.
        best_step: Batch at which the kept weights stood.
        best_mm: Their held-out error.
        hours: Spent.
        seed: Of weights and data.
        virtual: Virtual runners trained on.
        cleaned: Virtual runners whose clips were damaged and cleaned.
        captured, held_out: Sequences of CMU in all, and held out of them.
        commit: The code that trained.
        machine: What it ran on.
        before: Where the training started from, a sentence; empty for one from nothing.
    """

    recipe: LifterRecipe
    steps: int
    best_step: int
    best_mm: float
    hours: float
    seed: int
    virtual: int
    cleaned: int
    captured: int
    held_out: int
    commit: str
    machine: str
    before: str = ""


def write_card(loaded: LoadedModel, file_name: str, record: TrainingRecord, tables: Mapping[str, Sequence[Row]]) -> str:
    """The card as Markdown.

    Args:
        loaded: The weights as they are shipped.
        file_name: Of the weights.
        record: How they came about.
        tables: As `evaluate lifting` gives them, any columns; rows of other lifters are left out.
    """
    return _CARD.format(
        name=loaded.name,
        file=file_name,
        sha256=loaded.sha256,
        architecture=_wrap(_describe_architecture(loaded)),
        data=_wrap(_describe_data(record)),
        words=_wrap(_describe_licences()),
        recipe_words=_wrap(_describe_training(record)),
        recipe=json.dumps(json.loads(record.recipe.to_json()), indent=2),
        tables_words=_wrap(
            "`python -m runform evaluate lifting --data ../shared/mocap`. The runners of `rows` to `goals`, hamner04 "
            "and sprinter, are in nothing that training or the choice of weights saw; those of `cmu_rows` share their "
            'bodies with the training. "flat" is the 2D joints with no depth at all, the least that a lifter must beat.'
        ),
        tables="\n\n".join(
            f"### {name}\n\n{format_table(rows)}" for name, rows in choose_own(tables, loaded.name).items() if rows
        ),
        notes="\n".join(_wrap(note, first="- ", rest="  ") for note in _NOTES),
    )


def choose_own(tables: Mapping[str, Sequence[Row]], name: str) -> dict[str, list[Row]]:
    """The rows of one lifter, its variants, the baseline and the 2D, and those that are of no method."""
    return {
        title: [row for row in rows if str(row.get("method", row.get("joints", FLAT))).startswith((name, FLAT, "2D "))]
        for title, rows in tables.items()
    }


def format_table(rows: Sequence[Row]) -> str:
    """Rows as a Markdown table of all their columns, in order of appearance; a dash where a row has no value."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns, ["---"] * len(columns)]
    lines += [[_format(row.get(column)) for column in columns] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _describe_architecture(loaded: LoadedModel) -> str:
    config = loaded.model.config
    sizes = vars(config) | {"parameters": sum(value.numel() for value in loaded.model.parameters())}
    if isinstance(config, TCNConfig):
        words = _TCN.format(**sizes | {"filter_widths": ", ".join(map(str, config.filter_widths))})
    else:
        words = _DSTFORMER.format(**sizes)
    return (
        f"{words}. Trained from nothing by this project; no public weights are in it. It reads windows of "
        f"{loaded.window} frames at about 30 frames/s, each without the runner's travel and normalised by its own "
        "square box."
    )


def _describe_data(record: TrainingRecord) -> str:
    cleaned = (
        f" {100 * record.recipe.cleaned_share:.0f} % of the windows are of {record.cleaned:,} more virtual runners, "
        "damaged as a poor detector does and cleaned as an analysis does, by the same virtual detector as the tables."
        if record.cleaned
        else ""
    )
    prefixes = " or ".join(f"`{prefix}`" for prefix in HELD_OUT_PREFIXES)
    return (
        f"{record.virtual:,} virtual runners (runform/training/virtual_runners.py): stride angles of 46 measured "
        "runners, pelvis, trunk and arms of five captured runs, bodies by published anthropometry, speeds of 2 to 9 "
        f"m/s. {record.captured} sequences of the CMU Graphics Lab Motion Capture Database on two bodies, of which "
        f"{record.held_out}, those whose names begin with {prefixes}, were never trained on. The legs of RBDS001 at "
        "2.5 m/s. All through virtual cameras, mostly from the side, and a virtual detector with its noise; bodies and "
        "postures are varied, hips, shoulders, heels and toes are moved to other places that bear these names, "
        f"and nose, eyes and CMU's heels are placed by rule.{cleaned}"
    )


def _describe_licences() -> str:
    return (
        "The CMU database may be used freely, in products too; its raw data may not be resold. "
        '"The data used in this project was obtained from mocap.cs.cmu.edu. The database was created with funding from '
        'NSF EIA-0196217." Running angles and RBDS001 are of Fukuchi, Fukuchi and Duarte (2017), "A public dataset of '
        'running biomechanics and the effects of running speed on lower extremity kinematics and kinetics", more '
        "angles of Ferber and others (the Running Injury Clinic's data set), both CC BY 4.0; they were fitted by "
        f"Fourier series, varied and put on other bodies. The weights are under {LICENCE}, as the rest of this project."
    )


def _describe_training(record: TrainingRecord) -> str:
    start = f"{record.before} After that: " if record.before else ""
    return (
        f"{start}Seed {record.seed}, {record.steps:,} batches, {record.hours:.2f} hours on {record.machine}, commit "
        f"{record.commit}. The kept weights are a running mean, chosen by the error on held-out windows of CMU and of "
        f"virtual runners that were not trained on, at batch {record.best_step:,}: {record.best_mm:.1f} mm."
    )


_NOTES = (
    "Depth from one view is a guess about what is hidden. The 3D joints are for looking and for the form embedding; "
    "angles at landing are read from the 2D view.",
    "One camera does not know how large or how far away a runner is: joints come without a unit, and metres come from "
    "the athlete's height.",
    "The virtual detector's noise is our choice, not fitted to any one detector, and two people are few to test on.",
    "Embeddings and joints of different weights are never compared; the record names the weights by their hash.",
)


def _wrap(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def _format(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    return f"{value:.3g}" if isinstance(value, float) else str(value)
