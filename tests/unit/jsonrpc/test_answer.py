"""From responses to bytes."""

import json

import pytest

from lambdaboard.jsonrpc import INVALID_PARAMS, METHOD_NOT_FOUND, SMALL, TOO_LARGE, Answer, Outcome, Response, Room


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


def fitted(limit: int, *responses: Response) -> list[str]:
    """Return what becomes of responses in an answer of so many bytes: "result" or "error" each."""
    room = Room(limit, len(responses))
    return [room.fitted(response).outcome.key for response in responses]


def test_results_take_the_room_in_their_order_and_one_that_is_too_large_leaves_it_to_the_others() -> None:
    large, larger = result("a" * 20_000), result("b" * 90_000)
    assert fitted(100_000, large, larger, large, FAILED) == ["result", "error", "result", "error"]
    assert fitted(100_000, larger, large) == ["result", "error"]


def test_a_small_result_arrives_behind_any_that_were_sent() -> None:
    small = result("a" * (SMALL - 100))
    for large in (result("b" * 900_000), result("b" * 500_000)):
        assert fitted(1_000_000, large, *[small] * 99, large)[1:-1] == ["result"] * 99


def test_in_a_batch_of_many_entries_half_of_the_answer_is_kept_free_for_small_results() -> None:
    small = result("a" * 400)
    assert fitted(1_000_000, result("b" * 499_000), *[small] * 999) == ["result"] * 1_000


def test_what_is_given_up_is_an_error_under_its_own_id() -> None:
    given_up = Room(1_000, 1).fitted(result("a" * 1_000, "mine"))
    assert given_up == Response(Outcome.of_error(TOO_LARGE), "mine")
    assert TOO_LARGE.code == -32000


def test_an_entry_without_a_response_leaves_its_room_to_the_next_one() -> None:
    room = Room(10_000, 2)
    assert room.of_next() == 10_000 - 2_500
    room.use(0)
    assert room.of_next() == 10_000


def test_an_id_counts_and_an_error_is_never_given_up() -> None:
    assert fitted(10_000, result("a", "x" * 20_000)) == ["error"]
    assert Room(10, 1).fitted(FAILED) == FAILED


@pytest.mark.parametrize("text", ["a", '"', "\\", "\n", "é", "日", "😀", "\0", "\x7f", "\u2028"])
def test_the_size_of_a_response_is_that_in_a_string_of_json(text: str) -> None:
    response = result({text: [text * 99]}, text)
    quoted = json.dumps(response.encode().decode(), ensure_ascii=False)
    assert response.quoted_size() == len(quoted.encode()) - len('""') + len(",")


def test_the_work_for_a_batch_of_large_results_grows_with_their_number_alone() -> None:
    def bytes_encoded(count: int) -> int:
        encoded: list[int] = []

        class Counted(Response, frozen=True):
            def encode(self) -> bytes:
                found = super().encode()
                encoded.append(len(found))
                return found

        responses = [Counted(Outcome.of_result("a" * 1_000_000), place) for place in range(count)]
        room = Room(6_000_000, count)
        assert [room.fitted(each).outcome.key for each in responses].count("result") == 5
        return sum(encoded)

    assert bytes_encoded(40) < 2.1 * bytes_encoded(20)
