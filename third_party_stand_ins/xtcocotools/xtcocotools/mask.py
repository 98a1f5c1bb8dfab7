"""Re-export of pycocotools.mask under the name mmpose imports."""

from pycocotools.mask import *  # noqa: F403
