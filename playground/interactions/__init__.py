"""Interactions: what a person does, how it is checked, and how the bot answers."""
