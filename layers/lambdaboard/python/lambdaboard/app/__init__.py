"""What is around the procedures: from an HTTP request to a call, and from its result to an HTTP response."""
