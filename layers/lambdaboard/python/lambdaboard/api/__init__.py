"""Access levels, types of parameters, the context and the rows of results: the tools of procedures."""
