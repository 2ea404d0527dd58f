import pytest

from lambdaboard.domain.comment import Comment, may_see

SEEN = {
    "app-user": {"app-user"},
    "app-manager": {"app-user", "app-manager"},
    "app-admin": {"app-user", "app-manager", "app-admin"},
}


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("visibility", SEEN)
def test_a_role_sees_its_own_comments_and_those_of_lower_ones(role: str, visibility: str) -> None:
    comment = Comment(id=1, task_id=1, date_creation=1, date_modification=1, comment="", visibility=visibility)
    assert may_see(role, visibility) is comment.is_visible_to(role) is (visibility in SEEN[role])
    assert comment.is_visible_to("")
