"""The user's database: athletes, runs, pros, labels, in one DuckDB file."""
