"""2D keypoints of the runner: estimators behind one protocol, the runner's track, cleaning."""
