"""Child processes and how the bot speaks with them: both ends, and the `frames` between them."""
