"""What the ethics committee does beside moving its cases."""
