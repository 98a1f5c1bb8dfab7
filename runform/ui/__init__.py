"""The only part of runform that imports streamlit."""
