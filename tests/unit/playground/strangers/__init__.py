"""Clients that nobody here wrote take the playground for Discord."""
