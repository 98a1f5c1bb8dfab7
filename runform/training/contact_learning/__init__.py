"""A learned detector of foot contacts, its baselines, and the table that decides between them and geometry."""
