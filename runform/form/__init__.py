"""The form as numbers: embedding, overstride, similarity, form map."""
