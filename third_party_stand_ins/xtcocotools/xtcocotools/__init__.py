"""Stand-in for xtcocotools: the modules mmpose imports, from pycocotools."""
