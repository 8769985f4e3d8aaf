"""Looks articles up in the index."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from quality.decisions.ranking import MOST_WORDS, Asked, Ranked, factors_of, least_matched, rank, rarest, telling
from quality.decisions.snippets import Piece, snippet
from quality.decisions.words import keys_of, stem, words_in
from quality.models import Article, Posting, Term

# Beyond the best so many nobody looks.
MOST_HITS = 100
CANDIDATES = 200
# Of whole messages the beginning, and of that the first so many different words.
HEARD = 5_000
WORDS_HEARD = 60


@dataclass(frozen=True, slots=True)
class Hit:
    article: Article
    score: float
    snippet: list[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """``ranked``: all of them, at most ``MOST_HITS``; ``words``: the index's words that stand for those asked."""

    ranked: list[Ranked]
    words: frozenset[str]

    def hits(self, start: int, end: int) -> list[Hit]:
        wanted = self.ranked[start:end]
        known = Article.objects.select_related("topic", "owner").defer("body")
        articles = known.in_bulk([one.article for one in wanted])
        return [
            Hit(article, one.score, snippet(article.plain, self.words))
            for one in wanted
            if (article := articles.get(one.article)) is not None
        ]


NOTHING = Found([], frozenset())


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the index has for the words asked for; ``terms``: its words by id, ``articles``: how many have each."""

    asked: list[Asked]
    terms: Mapping[int, str]
    articles: Mapping[int, int]


def search(text: str, among: QuerySet[Article]) -> Found:
    """The articles that have most of the words: as they are, inflected, as a beginning, or else mistyped."""
    found = _look_up({word: keys_of(word) for word in _heard(text)})
    asked = found.asked
    if len(asked) > MOST_WORDS:
        asked = sorted(asked, key=lambda one: -one.telling)[:MOST_WORDS]
    return _found(asked, found, among, least=least_matched(len(asked)))


def suggest(text: str, among: QuerySet[Article], *, topic: int | None) -> Found:
    """For what a customer wrote: its most telling words, of which two are enough; the topic's articles first."""
    found = _look_up({word: {word, stem(word)} for word in _heard(text)})
    known = sorted((one for one in found.asked if one.is_known), key=lambda one: -one.telling)[:MOST_WORDS]
    return _found(known, found, among, least=min(2, len(known)), topic=topic)


def _heard(text: str) -> list[str]:
    return list(dict.fromkeys(words_in(text[:HEARD])))[:WORDS_HEARD]


def _look_up(keys: Mapping[str, set[str]]) -> Lookup:
    """Each word with the terms that stand for it. Two queries, however many words."""
    wanted = {form for forms in keys.values() for form in forms}
    by_form: dict[str, list[tuple[int, str]]] = defaultdict(list)
    articles: dict[int, int] = {}
    rows = Term.objects.filter(forms__form__in=wanted, articles__gt=0)
    for form, pk, text, number in rows.values_list("forms__form", "pk", "text", "articles"):
        by_form[form].append((pk, text))
        articles[pk] = number
    total = Article.objects.count() if articles else 0
    asked = []
    for word, forms in keys.items():
        factors = factors_of(word, {one for form in forms for one in by_form.get(form, ())})
        having = sum(articles[pk] for pk in factors)
        asked.append(Asked(word, factors, telling(total, having) if factors else 0.0))
    return Lookup(asked, dict(one for terms in by_form.values() for one in terms), articles)


def _found(
    asked: Sequence[Asked], found: Lookup, among: QuerySet[Article], *, least: int, topic: int | None = None
) -> Found:
    first = rarest(asked, least)
    if not first:
        return NOTHING
    candidates = _candidates(first, found.articles, among)
    favoured = Article.objects.filter(pk__in=candidates, topic=topic) if topic else Article.objects.none()
    terms = {pk for one in asked for pk in one.factors}
    ranked = rank(
        asked,
        Posting.objects.filter(article__in=candidates, term__in=terms).values_list("article", "term", "weight"),
        least=least,
        favoured=frozenset(favoured.values_list("pk", flat=True)),
    )
    return Found(ranked[:MOST_HITS], frozenset(found.terms[pk] for pk in terms))


def _candidates(asked: Iterable[Asked], articles: Mapping[int, int], among: QuerySet[Article]) -> list[int]:
    """The best by the rarest words alone: every hit has one of these words.

    Words of many articles are read from the heaviest posting down, each on its own, so that a search takes no
    longer the more articles there are; what few articles have is read at once. Where the database can, they are
    read on one way there and back.
    """
    worth: dict[int, float] = {}
    for one in asked:
        worth |= {term: factor * one.telling for term, factor in one.factors.items()}
    few = [term for term in worth if articles[term] <= CANDIDATES]
    # Asked row by row: as a list to compare with, the articles would be read whole each time.
    allowed = Posting.objects.filter(Exists(among.filter(pk=OuterRef("article"))))
    postings = allowed.values_list("article", "term", "weight")
    reads = [postings.filter(term__in=few)] if few else []
    many = postings.order_by("-weight", "article")
    reads += [many.filter(term=term)[:CANDIDATES] for term in worth.keys() - set(few)]
    if len(reads) > 1 and connection.features.supports_slicing_ordering_in_compound:
        reads = [reads[0].union(*reads[1:], all=True)]
    scores: dict[int, float] = defaultdict(float)
    for read in reads:
        for article, term, weight in read:
            scores[article] += weight * worth[term]
    return sorted(scores, key=lambda article: (-scores[article], article))[:CANDIDATES]
