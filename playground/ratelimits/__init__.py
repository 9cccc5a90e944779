"""How often a bot may ask: buckets, the count of invalid requests, and the ban that follows."""
