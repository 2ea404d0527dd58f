"""The layers around procedures: from an HTTP request to a call, and from its result to an HTTP response."""
