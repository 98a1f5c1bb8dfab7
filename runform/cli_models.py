"""`python -m runform models ...`: public weights, listed and fetched."""

from __future__ import annotations

from typing import Annotated

import typer

from runform.console import print_lines, print_table, show_progress
from runform.download import fetch_weights
from runform.settings import get_settings
from runform.weights import list_weights

models_app = typer.Typer(help="Public model weights.", no_args_is_help=True)


@models_app.command("list")
def list_command() -> None:
    """What the manifest names, and what is here."""
    print_table(
        [
            {
                "name": status.entry.name,
                "here": "yes" if status.path else "no",
                "for": status.entry.purpose,
                "licence": status.entry.licence,
            }
            for status in list_weights(get_settings())
        ]
    )


@models_app.command("fetch")
def fetch_command(name: Annotated[str, typer.Argument(help="A name from `models list`.")]) -> None:
    """Fetch weights into models/cache, resuming where an earlier fetch stopped, and check them."""
    with show_progress(name) as progress:
        path = fetch_weights(name, get_settings(), progress)
    print_lines([str(path)])
