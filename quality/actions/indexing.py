"""The writer of the search index."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model

from quality.decisions.words import forms_of, weights
from quality.models import Article, Posting, Term, TermForm

BATCH = 2000


@transaction.atomic
def index_articles(articles: Collection[Article]) -> None:
    """Anew, from their titles and plain texts. Words that no article has any more stay, and do no harm."""
    found = {article.pk: weights(article.title, article.plain) for article in articles}
    ids = _term_ids({word for words in found.values() for word in words})
    forget_articles(articles)
    rows = (
        (article, ids[word], weight) for article, words in found.items() for word, weight in sorted(words.items())
    )
    _add(Posting, ("article_id", "term_id", "weight"), rows)
    _count(Counter(ids[word] for words in found.values() for word in words), 1)


def forget_articles(articles: Collection[Article]) -> None:
    """In the caller's transaction."""
    postings = Posting.objects.filter(article__in=[article.pk for article in articles])
    had = Counter(postings.order_by().values_list("term", flat=True))
    postings.delete()
    _count(had, -1)


def _add(
    model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, ignore_conflicts: bool = False
) -> None:
    """On PostgreSQL as one array a column: neither instances nor a parameter for each value are made."""
    rows = list(rows)
    if connection.vendor != "postgresql":
        made = [model(**dict(zip(columns, row, strict=True))) for row in rows]
        model._default_manager.bulk_create(made, ignore_conflicts=ignore_conflicts, batch_size=BATCH)
    elif rows:
        table, names = connection.ops.quote_name(model._meta.db_table), ", ".join(columns)
        kinds = [model._meta.get_field(name.removesuffix("_id")).db_type(connection) for name in columns]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}){unless}",
                [list(values) for values in zip(*rows, strict=True)],
            )


COUNT = """
UPDATE quality_term t SET articles = t.articles + %s * v.number
FROM unnest(%s::bigint[], %s::integer[]) AS v(term, number) WHERE t.id = v.term
"""


def _count(counted: Counter[int], sign: int) -> None:
    """Into ``Term.articles``; the rows are locked in one order, so that two writers can't block each other."""
    list(Term.objects.select_for_update().filter(pk__in=counted).order_by("pk").values_list("pk"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [sign, list(counted), list(counted.values())])
        return
    by_number = defaultdict(list)
    for term, number in counted.items():
        by_number[number].append(term)
    for number, terms in by_number.items():
        Term.objects.filter(pk__in=terms).update(articles=F("articles") + sign * number)


def _term_ids(words: set[str]) -> dict[str, int]:
    """Of all of them; new ones are added in one order, so that two writers can't block each other."""
    known = _known(words)
    new = sorted(words - known.keys())
    if not new:
        return known
    _add(Term, ("text", "articles"), ((word, 0) for word in new), ignore_conflicts=True)
    added = _known(set(new))
    forms = ((form, pk) for word, pk in sorted(added.items()) for form in sorted(forms_of(word)))
    _add(TermForm, ("form", "term_id"), forms, ignore_conflicts=True)
    return known | added


def _known(words: set[str]) -> dict[str, int]:
    return dict(Term.objects.filter(text__in=words).values_list("text", "pk"))
