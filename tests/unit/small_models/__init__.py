"""The small models and the hub that serves them do what the real ones do."""
