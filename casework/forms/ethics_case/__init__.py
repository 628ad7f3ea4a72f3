"""The forms of the ethics committee, one file a topic."""
