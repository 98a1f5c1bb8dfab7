"""Where RunForm keeps things and what it may use: RUNFORM_* variables and .env."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent

BackendChoice = Literal["auto", "rtmpose", "blazepose"]
DeviceChoice = Literal["auto", "cpu", "cuda"]
LifterChoice = Literal["runform-small", "motionbert-lite-3d", "runform-tcn-feet"]


class Settings(BaseSettings):
    """RunForm's settings; each field is read from the variable RUNFORM_<FIELD>."""

    model_config = SettingsConfigDict(env_prefix="RUNFORM_", env_file=".env", extra="ignore")

    data_dir: Path = Field(default=PROJECT_ROOT / "data", description="the user's database and clips")
    models_dir: Path = Field(default=PROJECT_ROOT / "models", description="weights, model cards, manifest")
    device: DeviceChoice = Field(default="auto", description="auto takes the GPU where there is one")
    backend: BackendChoice = Field(default="auto", description="2D pose backend")
    lifter: LifterChoice = Field(
        default="runform-small", description="weights shipped here, or the public ones once they are fetched"
    )
    allow_downloads: bool = Field(default=True, description="may public model weights be fetched when they are missing")
    weights_mirror: str | None = Field(
        default=None, description="base URL to fetch public weights from instead of their own hosts"
    )
    download_timeout_s: float = Field(default=10.0, gt=0, description="network silence that ends a download")
    max_upload_mb: int = Field(default=1024, gt=0, description="largest clip taken by the app, MB")
    workers: int = Field(default=1, ge=1, le=8, description="analyses run at the same time")

    @property
    def database_path(self) -> Path:
        """Path of the DuckDB file."""
        return self.data_dir / "runform.duckdb"

    @property
    def runs_dir(self) -> Path:
        """Folder that holds one folder of files per stored run."""
        return self.data_dir / "runs"


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read once. Tests call `get_settings.cache_clear()`."""
    return Settings()


def resolve_device(choice: DeviceChoice) -> str:
    """The torch device name for a choice: "cuda" or "cpu"."""
    if choice != "auto":
        return choice
    import torch  # torch takes a second to import and the command line's help does not need it

    return "cuda" if torch.cuda.is_available() else "cpu"
