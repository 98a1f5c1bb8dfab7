"""Imports mmpose where its compiled companions are absent.

mmpose 1.3.2 wants, at import time alone, three things that RunForm's installation has not and its RTMPose never calls:

- `mmcv._ext`, the compiled operators that mmcv-lite leaves out;
- `mmdet.utils`, two names used by a head RunForm does not build (mmdet itself rejects this mmcv);
- the `torchvision::nms` operators, which a CPU-only torch does not get from torchvision's wheel. A torch with CUDA
  does, and two definitions of one operator end the process, so torchvision's own are tried first.

They are supplied while mmpose is being imported and taken away again. Only the RTMPose backend uses this module.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import torch

from runform.errors import BackendUnavailableError

_NMS_SCHEMAS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_lock = threading.Lock()


class _AnyOperator(types.ModuleType):
    """A module that has every public name; calling one of them is a fault in RunForm."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def absent(*_: object, **__: object) -> None:
            raise RuntimeError(f"{self.__name__}.{name} is a stand-in for the import of mmpose and cannot be called.")

        return absent


def import_mmpose_apis() -> Any:
    """The module `mmpose.apis`.

    Raises:
        BackendUnavailableError: mmpose is not installed or does not load.
    """
    with _lock:
        if "mmpose.apis" in sys.modules:
            return sys.modules["mmpose.apis"]
        if importlib.util.find_spec("mmpose") is None:
            raise BackendUnavailableError(
                "mmpose, which runs RTMPose, is not installed.", "Install requirements.txt, or choose BlazePose."
            )
        try:
            with _missing_parts(), warnings.catch_warnings():
                # mmpose and mmengine use what torch and setuptools have deprecated (torch.jit.script,
                # pkg_resources); that is theirs to mend and says nothing to RunForm's user.
                warnings.simplefilter("ignore")
                return importlib.import_module("mmpose.apis")
        except Exception as error:  # any fault inside a third party's import means the same: no RTMPose here
            raise BackendUnavailableError(
                f"mmpose, which runs RTMPose, could not be loaded ({type(error).__name__}: {error}).",
                "Install requirements.txt afresh, or choose BlazePose.",
            ) from error


@contextmanager
def _missing_parts() -> Iterator[None]:
    """Supply what is absent, and only that, for the time of the import."""
    supplied: dict[str, types.ModuleType] = {}
    if importlib.util.find_spec("mmcv._ext") is None:
        supplied["mmcv._ext"] = _AnyOperator("mmcv._ext")
    if importlib.util.find_spec("mmdet") is None:
        package, utils = types.ModuleType("mmdet"), types.ModuleType("mmdet.utils")
        package.__path__ = []
        utils.__dict__.update(ConfigType=dict, reduce_mean=lambda tensor: tensor)
        supplied |= {"mmdet": package, "mmdet.utils": utils}
    _load_torchvision_operators()
    # The library object keeps the operators defined for as long as it lives.
    library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    for name, schema in _NMS_SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            library.define(schema)
    sys.modules.update(supplied)
    try:
        yield
    finally:
        for name in supplied:
            sys.modules.pop(name, None)
        del library


def _load_torchvision_operators() -> None:
    """Load torchvision's compiled operators, as its import would, where they fit this torch."""
    spec = importlib.util.find_spec("torchvision")
    for folder in (spec.submodule_search_locations or []) if spec is not None else []:
        for library in Path(folder).glob("_C*.so"):
            # Built against CUDA's libraries, it does not load beside a CPU-only torch: the case stood in for above.
            with suppress(OSError):
                torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
