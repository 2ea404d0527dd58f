"""From responses to bytes."""

import pytest

from lambdaboard.jsonrpc import INVALID_PARAMS, METHOD_NOT_FOUND, Answer, Outcome, Response


def result(value: object, request_id: object = 1) -> Response:
    return Response(Outcome.of_result(value), request_id)


FAILED = Response(Outcome.of_error(METHOD_NOT_FOUND), 9)


def test_a_result_has_kanboards_order_of_keys_in_compact_json() -> None:
    assert Answer((result({"a": [1, None]}),)).encode() == b'{"jsonrpc":"2.0","result":{"a":[1,null]},"id":1}'


def test_an_error_has_no_data_unless_there_is_some() -> None:
    assert FAILED.encode() == b'{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":9}'
    assert Response(Outcome.of_error(INVALID_PARAMS, "why")).encode() == (
        b'{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params","data":"why"},"id":null}'
    )


def test_slashes_and_other_scripts_are_not_escaped() -> None:
    assert result("a/b 日本 \u2028").encode() == '{"jsonrpc":"2.0","result":"a/b 日本 \u2028","id":1}'.encode()


def test_a_batch_is_a_list_even_of_one() -> None:
    assert Answer((result(1),), is_batch=True).encode() == b'[{"jsonrpc":"2.0","result":1,"id":1}]'
    assert Answer((result(1, 1), result(2, 2)), is_batch=True).encode() == (
        b'[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","result":2,"id":2}]'
    )


@pytest.mark.parametrize("is_batch", [False, True])
def test_where_there_is_nothing_to_say_there_are_no_bytes(is_batch: bool) -> None:
    assert Answer((), is_batch=is_batch).encode() == b""


def test_what_json_cannot_say_is_no_result() -> None:
    with pytest.raises(TypeError):
        Outcome.of_result(object())
    with pytest.raises(UnicodeEncodeError):
        Outcome.of_result("\ud800")


def test_the_largest_result_is_given_up_under_its_own_id() -> None:
    answer = Answer((result("a", "first"), result("b" * 99, "second"), FAILED), is_batch=True)
    assert answer.without_largest("Too large") == Answer(
        (
            result("a", "first"),
            Response(Outcome("error", b'{"code":-32000,"message":"Too large"}'), "second"),
            FAILED,
        ),
        is_batch=True,
    )


def test_the_size_of_an_id_does_not_count() -> None:
    answer = Answer((result("a", "x" * 99), result("bb")), is_batch=True).without_largest("Too large")
    assert [response.outcome.key for response in answer.responses] == ["result", "error"]


def test_of_equal_responses_one_is_given_up_at_a_time() -> None:
    answer = Answer((result("a"), result("a")), is_batch=True).without_largest("Too large")
    assert [response.outcome.key for response in answer.responses] == ["error", "result"]


def test_results_are_given_up_from_the_largest_until_none_is_left() -> None:
    answer = Answer((result("a", 1), result("aaa", 2), result("aa", 3), FAILED), is_batch=True)
    given_up = []
    for _ in range(3):
        smaller = answer.without_largest("Too large")
        given_up += [old.id for old, new in zip(answer.responses, smaller.responses, strict=True) if old != new]
        answer = smaller
    assert given_up == [2, 3, 1]
    with pytest.raises(ValueError, match="no result"):
        answer.without_largest("Too large")


@pytest.mark.parametrize("responses", [(), (FAILED,)])
def test_without_a_result_there_is_nothing_to_give_up(responses: tuple[Response, ...]) -> None:
    with pytest.raises(ValueError, match="no result"):
        Answer(responses).without_largest("Too large")


def test_the_answer_itself_does_not_change() -> None:
    answer = Answer((result("a"),))
    answer.without_largest("Too large")
    assert answer == Answer((result("a"),))
