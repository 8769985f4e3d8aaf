"""Which way an article may go, from draft to retired."""

from helpninja.common.errors import Conflict
from quality.enums import ARTICLE_MOVES, ArticleStatus


def check_move(source: str, target: str) -> None:
    """Raises Conflict where the table does not allow it."""
    if target not in ARTICLE_MOVES[source]:
        was, wanted = ArticleStatus(source).label.lower(), ArticleStatus(target).label.lower()
        raise Conflict(f"An article that is “{was}” can't become “{wanted}”.", status=source)
