"""What a procedure is declared with and works with: access, parameter types, context, rows of results."""
