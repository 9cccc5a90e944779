"""How much may be asked for: limits in `layers`, `quotas` over time, and the words of a refusal."""
