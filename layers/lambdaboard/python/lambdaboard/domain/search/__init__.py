"""The query language of searchTasks (search-language.md): `parse` a text once, ask the query about each task.

text.py      what "contains" means
lexer.py     text -> attributes with their values, and free text
filters.py   attribute and value -> condition; the table of the attributes
query.py     how conditions combine
"""

from lambdaboard.domain.search.filters import Asker, SearchedTask
from lambdaboard.domain.search.query import Query, parse

__all__ = ["Asker", "Query", "SearchedTask", "parse"]
