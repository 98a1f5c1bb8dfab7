"""Video in and out: probe, frames by presentation timestamp, browser-playable H.264."""
