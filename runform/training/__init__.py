"""Training and evaluation. Nothing here is used when a clip is analysed."""
