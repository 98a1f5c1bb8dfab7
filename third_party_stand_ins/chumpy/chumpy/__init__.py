"""Empty stand-in: mmpose declares chumpy as a dependency and never imports it."""
