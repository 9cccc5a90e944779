"""Commands: what may be registered, and who is offered what."""
