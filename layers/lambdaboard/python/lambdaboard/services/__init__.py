"""Code that several procedures share: searching, copying, recurrence, tagging, positions, boards."""
