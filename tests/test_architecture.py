"""The rooms' walls: who may import whom. The order is drawn in docs/architecture.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT_ROOT

RUNFORM = PROJECT_ROOT / "runform"

BASE = {"errors", "settings", "progress", "hashing", "__init__"}
VALUES = BASE | {"skeletons", "sequences", "results"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "hashing": set(),
    "progress": {"errors"},
    "settings": {"errors"},
    "skeletons": {"errors"},
    "sequences": {"errors", "skeletons"},
    "results": VALUES,
    "video": VALUES,
    "record": VALUES | {"gait"},
    "weights": BASE,
    "download": BASE | {"weights"},
    "openvino_files": {"errors"},
    "pose": VALUES | {"video", "weights", "download", "openvino_files"},
    "gait": VALUES,
    "lifting": VALUES | {"weights", "openvino_files"},
    "form": VALUES,
    "store": VALUES | {"record"},
    "report": VALUES | {"video"},
    "standing": VALUES | {"lifting", "report"},
    "demo": VALUES | {"video"},
    "retraining": VALUES | {"form", "store", "record"},
    "embedder": VALUES | {"form", "lifting"},
    "pro_ranking": VALUES | {"form", "store"},
    "comparison": VALUES | {"form", "store", "pro_ranking"},
    "form_mapping": VALUES | {"form", "store"},
    "analysis": VALUES | {"video", "pose", "gait", "lifting", "form", "store", "report", "comparison", "embedder"},
    "people_search": VALUES | {"video", "pose"},
    "bench_pose": VALUES | {"video", "pose", "analysis"},
    "bench_memory": VALUES | {"video", "pose", "analysis", "bench_pose"},
    "bench_lifting": VALUES | {"weights", "openvino_files", "lifting", "embedder"},
    "bench": VALUES | {"video", "weights", "pose", "bench_pose", "bench_memory", "bench_lifting"},
    "pro_comparison": VALUES | {"gait", "store", "report", "standing"},
    "bench_similarity": VALUES | {"form", "store", "pro_ranking"},
    "likeness": VALUES | {"form", "store"},
    "job_status": VALUES | {"store"},
    "jobs": VALUES | {"job_status", "store"},
}
"""Room or module -> what it may import of runform, besides itself. Rooms not listed may import anything but ui."""
ABOVE = {
    "ui",
    "training",
    "cli",
    "cli_bench",
    "cli_labels",
    "cli_models",
    "cli_store",
    "cli_training",
    "console",
    "__main__",
}


def _python_files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def _imported_modules(path: Path) -> set[str]:
    """Every module a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(str(node.module))
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def _room_of(path: Path) -> str:
    return path.relative_to(RUNFORM).parts[0].removesuffix(".py")


def _rooms_imported(path: Path) -> set[str]:
    names = (module.split(".") for module in _imported_modules(path))
    rooms = {parts[1] for parts in names if parts[0] == "runform" and len(parts) > 1}
    return {room for room in rooms if (RUNFORM / room).is_dir() or (RUNFORM / f"{room}.py").is_file()}


def test_every_room_is_placed() -> None:
    rooms = {_room_of(path) for path in _python_files(RUNFORM)}

    assert rooms <= ALLOWED.keys() | ABOVE | {"__init__"}


@pytest.mark.parametrize("path", _python_files(RUNFORM), ids=lambda path: str(path.relative_to(RUNFORM)))
def test_imports_run_down_only(path: Path) -> None:
    room = _room_of(path)
    imported = _rooms_imported(path) - {room}

    if room in ALLOWED:
        assert imported <= ALLOWED[room], f"{room} may not import {sorted(imported - ALLOWED[room])}"
    elif room in ABOVE - {"ui"}:
        assert "ui" not in imported


def test_only_ui_imports_streamlit() -> None:
    offenders = [
        str(path.relative_to(RUNFORM))
        for path in _python_files(RUNFORM)
        if _room_of(path) != "ui" and any(m.split(".")[0] == "streamlit" for m in _imported_modules(path))
    ]

    assert offenders == []


def test_pages_hold_no_logic() -> None:
    """A page reads widgets, calls a service of runform.ui and shows the result."""
    for path in [PROJECT_ROOT / "app.py", *_python_files(PROJECT_ROOT / "pages")]:
        outside = {
            module
            for module in _imported_modules(path)
            if module.split(".")[0] not in {"streamlit", "__future__", "typing", "pathlib"}
            and module != "runform"
            and not module.startswith("runform.ui")
        }
        assert not outside, f"{path.name} imports {sorted(outside)}"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(tree)), path.name


def test_mmpose_is_imported_by_its_backend_alone() -> None:
    importers = {
        str(path.relative_to(RUNFORM))
        for path in _python_files(RUNFORM)
        if any(m.split(".")[0] in {"mmpose", "mmengine", "mmcv"} for m in _imported_modules(path))
    }

    assert importers <= {"pose/rtmpose_network.py", "pose/mmpose_import.py"}


def test_openvinos_core_is_made_once() -> None:
    """One of several cores that go leaves a thread without memory for its signals: see `openvino_files.CORE`."""
    makers = {
        str(path.relative_to(PROJECT_ROOT))
        for path in _python_files(RUNFORM, PROJECT_ROOT / "tests", PROJECT_ROOT / "pages")
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func) in {"openvino.Core", "Core", "ov.Core"}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }

    assert makers == {"runform/openvino_files.py"}
