"""The rules of tasks and projects: pure, no AWS, no input or output."""
