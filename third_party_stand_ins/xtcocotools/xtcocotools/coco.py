"""Re-export of pycocotools.coco under the name mmpose imports."""

from pycocotools.coco import *  # noqa: F403
