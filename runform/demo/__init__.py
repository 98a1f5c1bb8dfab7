"""A virtual runner on a treadmill, rendered to video with its truth beside it."""
