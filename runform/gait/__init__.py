"""Gait from clean 2D keypoints: contacts, angles, metrics with ±, checks that refuse."""
