"""Virtual runners: who they are (traits), what they are made of (sources), and how they move (legs, trunk and arms)."""
