"""2D joints to 3D: DSTFormer, its checkpoints, windowed inference."""
