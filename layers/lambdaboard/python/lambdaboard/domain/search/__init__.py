"""The query language of searchTasks (search.md 1 to 6): `parse` a string once, match the query with each task.

normalization.py letter case and composed letters
text.py         matches by "contains" and "equals"
lexer.py        text -> attributes with their values, and free text
phrases.py      `today`, `monday next week` -> a day
conditions.py   conditions, and the facts that they need
filters.py      attribute and value -> condition; the table of the attributes, with those of
comparisons.py  numbers and dates, and of
child_entities.py comments, subtasks and links
query.py        how conditions combine

docs/search.md lists the differences from the original.
"""

from lambdaboard.domain.search.conditions import NOTHING, Asker, ChildEntities, Clock, Reference, Span, Subtask
from lambdaboard.domain.search.query import Query, parse

__all__ = ["NOTHING", "Asker", "ChildEntities", "Clock", "Query", "Reference", "Span", "Subtask", "parse"]
