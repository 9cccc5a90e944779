"""How a job looks to a member."""
