"""What gives work to a device: `base` has the protocol, each sibling one way of keeping it."""
