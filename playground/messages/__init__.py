"""Messages: what may be posted where, what a post may hold, and what becomes of it."""
