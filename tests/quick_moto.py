"""moto, fast enough for thousands of tests: its storage and decisions are unchanged, the code around them is shorter.

A call of AWS costs between a half and a third. botocore makes each request and reads each answer, as on AWS.
"""

from __future__ import annotations

import copy
import threading
from collections import defaultdict, deque
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import botocore.client
import msgspec
from botocore import regions
from botocore.endpoint_provider import EndpointProvider
from botocore.hooks import EventAliaser
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb import comparisons
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models import table as tables
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes, expressions
from moto.dynamodb.responses import DynamoHandler
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable

REGION = "us-east-1"

ADDRESS = f"https://dynamodb.{REGION}.amazonaws.com/"

ACTIONS = {
    f"DynamoDB_20120810.{operation}": action
    for operation, action in {
        "BatchGetItem": "batch_get_item",
        "BatchWriteItem": "batch_write_item",
        "DeleteItem": "delete_item",
        "GetItem": "get_item",
        "PutItem": "put_item",
        "Query": "query",
        "Scan": "scan",
        "TransactWriteItems": "transact_write_items",
        "UpdateItem": "update_item",
    }.items()
}
"""What a request's header says -> moto's method; of the operations that read and write items."""


def _patched(owner: object) -> Any:
    """Return a class whose methods are replaced, which mypy would refuse."""
    return owner


def prepare_moto() -> None:
    """Make moto fast, and prevent lost updates."""
    one_call_at_a_time()
    quick_moto()


def one_call_at_a_time() -> None:
    """Make moto answer one call after the other: it loses updates of parallel threads."""
    client = _patched(botocore.client.BaseClient)
    make, lock = client._make_api_call, threading.RLock()

    def locked(self: Any, operation: str, arguments: Any) -> Any:
        with lock:
            return make(self, operation, arguments)

    client._make_api_call = locked


def quick_moto() -> None:
    """Let moto be quick; the product stores strings, numbers and booleans, which nothing changes in their place."""
    quick_answers()
    quick_transactions()
    quick_copies()
    quick_values()
    quick_expressions()
    quick_stream()
    quick_clients()


# --- answers --------------------------------------------------------------------------------------------------------


def quick_answers() -> None:
    """Let requests for items go to moto's methods at once: its HTTP takes ten times as long as most of these."""
    stubber = _patched(BotocoreStubber)
    process = stubber.process_request

    def quickly(self: BotocoreStubber, request: Any) -> Any:
        action = ACTIONS.get(_text(request.headers.get("X-Amz-Target", "")))
        if not action or request.url != ADDRESS:
            return process(self, request)
        try:
            result = _result(action, request.body)
        except HTTPException as error:
            return error.code, dict(error.get_headers()), error.get_body()
        return HTTPStatus.OK, {"Content-Type": "application/x-amz-json-1.0"}, msgspec.json.encode(result)

    stubber.process_request = quickly


def _result(action: str, body: bytes) -> object:
    handler: Any = DynamoHandler()
    handler.body = msgspec.json.decode(body)
    handler.current_account, handler.region = DEFAULT_ACCOUNT_ID, REGION
    return getattr(handler, action)().result


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


# --- transactions and copies ----------------------------------------------------------------------------------------

_in_transactions: list[Table] = []


def quick_transactions() -> None:
    """Let moto keep, for a transaction that may fail, the items that it names: it copies the table once for each."""
    backend = _patched(DynamoDBBackend)
    transact = backend.transact_write_items

    def quickly(self: DynamoDBBackend, writes: list[dict[str, Any]]) -> None:
        (name,) = {write["TableName"] for each in writes for write in each.values()}
        table = self.get_table(name)
        undo = _kept(table, [write.get("Key") or write["Item"] for each in writes for write in each.values()])
        _in_transactions.append(table)
        try:
            transact(self, writes)
        except BaseException:
            undo()
            raise
        finally:
            _in_transactions.remove(table)

    backend.transact_write_items = quickly


def _kept(table: Any, keys: list[dict[str, Any]]) -> Callable[[], None]:
    """Keep the items with these keys, which may have other attributes; return a function that restores them."""
    places = [(DynamoType(key[table.hash_key_attr]), DynamoType(key[table.range_key_attr])) for key in keys]
    before = [(place, _copy_of_item(item)) for place in places if (item := table.get_item(*place))]
    written = len(table.stream_shard.items)

    def undo() -> None:
        for pk, sk in places:
            table.items[pk].pop(sk, None)
        for (pk, sk), item in before:
            table.items[pk][sk] = item
        del table.stream_shard.items[written:]

    return undo


def quick_copies() -> None:
    """Let moto copy items, and not every character in them."""
    table, item, node = _patched(Table), _patched(Item), _patched(ast_nodes).Node
    table.__deepcopy__ = lambda self, _: self if self in _in_transactions else _copy_of_table(self)
    item.__deepcopy__ = lambda self, _: _copy_of_item(self)
    node.__deepcopy__ = lambda self, _: _copy_of_node(self)


def _copy_of_table(table: Any) -> Any:
    new = copy.copy(table)
    new.items = defaultdict(dict)
    for pk, items in table.items.items():
        new.items[pk] = {sk: _copy_of_item(item) for sk, item in items.items()}
    new.stream_shard = copy.copy(table.stream_shard)
    new.stream_shard.table, new.stream_shard.items = new, [*table.stream_shard.items]
    return new


def _copy_of_item(item: Any) -> Any:
    new: Any = object.__new__(Item)
    new.hash_key, new.range_key = item.hash_key, item.range_key
    new.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    dict.update(new.attrs, item.attrs)  # not LimitedSizeDict's, which counts all bytes anew at each attribute
    return new


def _copy_of_node(node: Any) -> Any:
    """Copy a node of a parsed expression, with its children."""
    new = copy.copy(node)
    new.children = node.children and [copy.deepcopy(child) for child in node.children]
    for child in new.children or ():
        if _is_node(child.__class__):
            child.set_parent(new)
    return new


# --- values and expressions -----------------------------------------------------------------------------------------


def quick_values() -> None:
    """Make moto compare strings, such as keys, directly: it checks the type of each value six times."""
    value, table = _patched(DynamoType), _patched(Table)
    cast = value.cast_value.fget
    value.cast_value = property(lambda self: self.value if self.type == "S" else cast(self))

    def all_items(self: Any) -> list[Item]:
        items = [item for partition in self.items.values() for item in partition.values()]
        return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))

    table.all_items = all_items


def quick_expressions() -> None:
    """Let moto read each expression once, and know which nodes a check is about: it looks that up at each node."""
    update, condition = _patched(expressions).UpdateExpressionParser, _patched(comparisons).ConditionExpressionParser
    lex = condition._lex_condition_expression
    lexed = cache(lambda expression: tuple(lex(condition(expression, None, None))))
    update.make = staticmethod(cache(update.make))  # code that changes a tree copies it first
    condition._lex_condition_expression = lambda self: deque(lexed(self.condition_expression))
    _patched(ast_nodes).DepthFirstTraverser.traverse_node_recursively = _traversed


def _traversed(check: Any, node: Any, place: int = -1) -> Any:
    """Let a check go through an expression, from the leaves to the root; return what it makes of it."""
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        check.pre_processing_of_child(node, number)
        if _is_node(child.__class__):
            _traversed(check, child, number)
    if _is_about(check.__class__, node.__class__):
        node = check.process(node)
        node.parent = parent
        if parent:
            parent.children[place] = node
    return node


@cache
def _is_node(kind: Any) -> bool:
    return issubclass(kind, _patched(ast_nodes).Node)


@cache
def _is_about(check: Any, kind: Any) -> bool:
    return issubclass(kind, tuple(check.__new__(check)._processing_map()))


# --- the stream and clients -----------------------------------------------------------------------------------------


def quick_stream() -> None:
    """Let moto not print each record of the stream, to tell its size."""
    _patched(tables).dynamo_json_dump = lambda _: ""


def quick_clients() -> None:
    """Let all clients share the rules that tell addresses, and the names of events: each test has a client."""
    aliaser, init = _patched(EventAliaser), EventAliaser.__init__
    providers: dict[int, tuple[Any, EndpointProvider]] = {}
    names: dict[str, str] = {}

    def provider(ruleset_data: Any, **more: Any) -> EndpointProvider:
        if id(ruleset_data) not in providers:  # one for each session, which keeps what it has loaded
            providers[id(ruleset_data)] = ruleset_data, EndpointProvider(ruleset_data, **more)
        return providers[id(ruleset_data)][1]

    def begin(self: Any, *arguments: Any, **named: Any) -> None:
        init(self, *arguments, **named)
        self._alias_name_cache = names

    _patched(regions).EndpointProvider = provider
    aliaser.__init__ = begin
