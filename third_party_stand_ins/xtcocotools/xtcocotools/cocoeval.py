"""Re-export of pycocotools.cocoeval under the name mmpose imports."""

from pycocotools.cocoeval import *  # noqa: F403
