"""The ethics committee: what is brought to it, what it says, and what becomes of that."""
