"""Who is in the clip: people found and followed through it, cuts, the camera's own motion, and which one runs."""
