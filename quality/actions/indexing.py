"""The writer of the search index."""

from collections import Counter, defaultdict
from collections.abc import Collection

from django.db import transaction
from django.db.models import F

from quality.decisions.words import forms_of, weights
from quality.models import Article, Posting, Term, TermForm

BATCH = 2000


@transaction.atomic
def index_articles(articles: Collection[Article]) -> None:
    """Anew, from their titles and plain texts. Words that no article has any more stay, and do no harm."""
    found = {article.pk: weights(article.title, article.plain) for article in articles}
    ids = _term_ids({word for words in found.values() for word in words})
    forget_articles(articles)
    Posting.objects.bulk_create(
        (
            Posting(article_id=article, term_id=ids[word], weight=weight)
            for article, words in found.items()
            for word, weight in sorted(words.items())
        ),
        batch_size=BATCH,
    )
    _count(Counter(ids[word] for words in found.values() for word in words), 1)


def forget_articles(articles: Collection[Article]) -> None:
    """In the caller's transaction."""
    postings = Posting.objects.filter(article__in=[article.pk for article in articles])
    had = Counter(postings.order_by().values_list("term", flat=True))
    postings.delete()
    _count(had, -1)


def _count(counted: Counter[int], sign: int) -> None:
    """Into ``Term.articles``; the rows are locked in one order, so that two writers can't block each other."""
    by_number = defaultdict(list)
    for term, number in counted.items():
        by_number[number].append(term)
    list(Term.objects.select_for_update().filter(pk__in=counted).order_by("pk").values_list("pk"))
    for number, terms in by_number.items():
        Term.objects.filter(pk__in=terms).update(articles=F("articles") + sign * number)


def _term_ids(words: set[str]) -> dict[str, int]:
    """Of all of them; new ones are added in one order, so that two writers can't block each other."""
    known = _known(words)
    new = sorted(words - known.keys())
    if not new:
        return known
    Term.objects.bulk_create([Term(text=word) for word in new], ignore_conflicts=True, batch_size=BATCH)
    added = _known(set(new))
    TermForm.objects.bulk_create(
        (TermForm(form=form, term_id=pk) for word, pk in sorted(added.items()) for form in sorted(forms_of(word))),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return known | added


def _known(words: set[str]) -> dict[str, int]:
    return dict(Term.objects.filter(text__in=words).values_list("text", "pk"))
