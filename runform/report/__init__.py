"""What a result looks like: overlay video, figures, exports."""
