"""`python -m runform label ...`: labelling keypoints by hand, the truth that `evaluate pose` goes by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runform.console import print_lines
from runform.errors import InputError

label_app = typer.Typer(help="Label keypoints by hand.", no_args_is_help=True)


@label_app.command("sheets")
def write_sheets_command(
    clip: Annotated[Path, typer.Argument(help="A video file.", exists=True)],
    out: Annotated[Path, typer.Option(help="Folder for the pictures.")],
    every: Annotated[int, typer.Option(min=1, help="Write every so many frames.")] = 5,
    region: Annotated[str | None, typer.Option(metavar="X,Y,W,H", help="Enlarge only this part, px.")] = None,
    labels: Annotated[
        Path | None, typer.Option(help="Draw these labels, and write the frames that have some.", exists=True)
    ] = None,
) -> None:
    """Write enlarged frames with a grid in the picture's own px, to label on or to check labels."""
    from runform.training.label_sheets import write_sheets
    from runform.training.labels import read_labels

    written = write_sheets(clip, every, _parse_region(region), out, read_labels(labels) if labels else ())
    print_lines([f"{len(written)} sheets in {out}"])


@label_app.command("check")
def check_labels_command(
    files: Annotated[list[Path], typer.Argument(help="CSV files of labels.", exists=True, dir_okay=False)],
    data: Annotated[Path, typer.Option("--data", help="The folder of clips (../shared/clips).", exists=True)],
) -> None:
    """Check files of labels: names, frames, both sides whole, places within the picture."""
    from runform.training.labels import find_faults, read_labels
    from runform.video.read import probe

    faults = []
    for path in files:
        labels = read_labels(path)
        names = sorted({label.clip for label in labels})
        clips = {name: probe(data / name) for name in names if (data / name).is_file()}
        faults += [f"{path.name}: {fault}" for fault in find_faults(labels, clips)]
        frames = len({(label.clip, label.frame) for label in labels})
        print_lines([f"{path.name}: {len(labels)} labels in {frames} frames"])
    if faults:
        print_lines(faults)
        raise InputError(f"Faults in the labels: {len(faults)}.", "Correct the lines above.")


def _parse_region(text: str | None) -> tuple[int, int, int, int] | None:
    """A part of the picture from "x,y,width,height".

    Raises:
        InputError: Not four whole numbers, or an empty part.
    """
    if text is None:
        return None
    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"--region {text!r} is not four whole numbers.", "Give X,Y,W,H in px, for instance 100,50,300,600."
        ) from error
    if width < 1 or height < 1:
        raise InputError(f"--region {text!r} is empty.", "Give a width and a height of 1 px or more.")
    return x, y, width, height
