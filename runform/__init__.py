"""RunForm: running form from one ordinary video, on the user's own machine."""

__version__ = "0.1.0"
