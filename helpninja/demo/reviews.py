"""Two months of reviews, through the product's own actions, so that the team scores as the guide's does."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.models import User
from django.db import transaction

from agents.models import Agent
from escalations.enums import Author, State
from escalations.models import Escalation, Message
from helpninja.common.actors import Actor
from helpninja.demo.content import reviewing as words
from helpninja.demo.figures import DAYS
from helpninja.demo.people import REVIEWER
from quality.actions import disputes, reviews
from quality.actions.review_answers import Draft, Noted, Said
from quality.decisions.measuring import Facts, measure
from quality.decisions.rubrics import Definition
from quality.enums import RemarkKind
from quality.models import Review, RubricVersion

SEED = 98
# The guide's "Team Quality Scores (Last 30 Days)", and how much better the team is than the month before.
SCORES = {"sarah": 92.3, "david": 87.1, "lisa": 89.4, "tom": 84.2, "mike": 88.7, "jenny": 86.9}
DISPUTED, DRAFTED = "lisa", "david"
GAINED = 2.3
# How far the reviews of one month lie from their mean; each row adds up to 0.
SPREAD = ((3, -5, 5, -3, 1, -1, 4, -4), (-4, 4, -2, 5, 1, -4))
LEAST_ACCURACY, MOST_ACCURACY = 8, 25
ACCURACY = "technical_accuracy"


@dataclass
class Candidate:
    """An escalation with what the data scores of it."""

    escalation: Escalation
    measured: int

    def accuracy_for(self, total: float) -> float:
        return total - self.measured


def write_reviews(agents: dict[str, Agent], now: datetime) -> Iterator[None]:
    """After the history is saved, agent by agent; those who have reviews are left alone."""
    reviewer = User.objects.get(username=REVIEWER.username)
    for username, score in SCORES.items():
        if not Review.objects.of_agent(agents[username]).exists():
            _write_reviews(agents[username], score, reviewer, now)
            yield


@transaction.atomic
def _write_reviews(agent: Agent, score: float, reviewer: User, now: datetime) -> None:
    """A dispute waits for the supervisor, and a draft for the reviewer."""
    username, definition = agent.user.username, Definition.from_json(RubricVersion.objects.get().definition)
    rng = Random(f"{SEED} {username}")
    for month, offsets in enumerate(SPREAD):
        pool = list(_candidates(agent, definition, now - timedelta(days=DAYS * month), rng))
        sample = words.SAMPLES.get(username) if month == 0 else None
        _month(pool, score - GAINED * month, offsets, sample, reviewer, now, rng)
    if username == DISPUTED:
        _dispute(agent, now)
    if username == DRAFTED:
        _draft(agent, reviewer, now)


def _candidates(agent: Agent, definition: Definition, end: datetime, rng: Random) -> Iterator[Candidate]:
    """What the agent resolved in the month before, and was rated for, in no order."""
    window = (end - timedelta(days=DAYS), end - timedelta(days=1))
    resolved = Escalation.objects.filter(resolved_by=agent, state=State.RESOLVED, last_resolved_at__range=window)
    rated = list(resolved.filter(rating__csat__isnull=False).select_related("rating", "topic").order_by("pk"))
    rng.shuffle(rated)
    for one in rated:
        facts = Facts(one.first_response_seconds, one.quality, one.rating.csat)
        found = [measured.points for criterion in definition.criteria if (measured := measure(criterion, facts))]
        if None not in found:
            yield Candidate(one, int(sum(points or 0 for points in found)))


def _month(
    pool: list[Candidate],
    score: float,
    offsets: tuple[int, ...],
    sample: words.Sample | None,
    reviewer: User,
    now: datetime,
    rng: Random,
) -> None:
    """What one review is off by, the next ones make good."""
    due = score * len(offsets)
    for number, offset in enumerate(offsets):
        left = len(offsets) - number
        if number == 0 and sample is not None:
            wanted, noted = float(sample.total), sample
        else:
            wanted, noted = min(99.0, due / left + (offset if left > 1 else 0)), None
        chosen = _choose(pool, wanted, noted)
        if chosen is None:
            return
        accuracy = round(min(MOST_ACCURACY, max(LEAST_ACCURACY, chosen.accuracy_for(wanted))) * 2) / 2
        due -= chosen.measured + accuracy
        _review(chosen.escalation, accuracy, noted, reviewer, now, rng)


def _choose(pool: list[Candidate], wanted: float, sample: words.Sample | None) -> Candidate | None:
    """Whose accuracy would be most usual for that total; of a sample's topic where there is one."""
    if not pool:
        return None

    def unfit(one: Candidate) -> tuple[bool, float]:
        accuracy = one.accuracy_for(wanted)
        outside = max(0.0, LEAST_ACCURACY - accuracy, accuracy - MOST_ACCURACY)
        topic = one.escalation.topic.slug if one.escalation.topic else ""
        return outside > 0, outside + (0 if sample is None or topic == sample.topic else 1)

    chosen = min(pool, key=unfit)
    pool.remove(chosen)
    return chosen


def _review(
    escalation: Escalation,
    accuracy: float,
    sample: words.Sample | None,
    reviewer: User,
    now: datetime,
    rng: Random,
) -> Review:
    by, resolved_at = Actor.of_user(reviewer), escalation.last_resolved_at
    assert resolved_at is not None
    at = min(resolved_at + timedelta(hours=rng.randint(3, 20)), now - timedelta(minutes=rng.randint(5, 60)))
    review = reviews.start_review(escalation=escalation, reviewer=reviewer, by=by, now=at)
    draft = _said(review, accuracy, sample, rng)
    minutes = timedelta(minutes=rng.randint(4, 15))
    review = reviews.save_draft(review=review, version=review.version, draft=draft, by=by, now=at + minutes)
    review = reviews.submit(review=review, by=by, now=at + minutes)
    return reviews.publish(review=review, by=by, now=at + minutes)


def _said(review: Review, accuracy: float, sample: words.Sample | None, rng: Random) -> Draft:
    answers = {one.key: Said(band=one.band, na=one.na, note=one.note) for one in review.answers.all()}
    note = rng.choice(words.ACCURACY_NOTES) if accuracy < MOST_ACCURACY else ""
    answers[ACCURACY] = Said(points=Decimal(str(accuracy)), note=note)
    spoken = Message.objects.filter(conversation=review.escalation.conversation_id, author=Author.AGENT)
    replies = list(spoken.in_order().values_list("public_id", flat=True))
    well, improve = (sample.well, sample.improve) if sample else _remarks(accuracy, rng)
    remarks = [
        *(Noted(RemarkKind.WENT_WELL, text, _at(replies, place)) for place, text in enumerate(well)),
        *(Noted(RemarkKind.TO_IMPROVE, text, _at(replies, place)) for place, text in enumerate(improve)),
    ]
    return Draft(answers, tuple(remarks), sample.summary if sample else "")


def _at(replies: list[str], place: int) -> str:
    """The agent's messages in turn; what is left over is said of the whole."""
    return replies[place] if place < len(replies) else ""


def _remarks(accuracy: float, rng: Random) -> tuple[list[str], list[str]]:
    well = rng.sample(words.WELL, 2 if accuracy >= 20 else 1)
    return well, [] if accuracy >= 23 else rng.sample(words.IMPROVE, 1 if accuracy >= 15 else 2)


def _dispute(agent: Agent, now: datetime) -> None:
    newest = Review.objects.counted().of_agent(agent).order_by("-published_at").first()
    if newest is None or newest.published_at is None:
        return
    at = min(newest.published_at + timedelta(hours=5), now - timedelta(minutes=2))
    disputes.open_dispute(
        review=newest, agent=agent, key=ACCURACY, text=words.DISPUTE, by=Actor.of_user(agent.user), now=at
    )


def _draft(agent: Agent, reviewer: User, now: datetime) -> None:
    done = Escalation.objects.filter(resolved_by=agent, state=State.RESOLVED, reviews=None)
    newest = done.order_by("-last_resolved_at", "-pk").first()
    if newest is not None:
        at = now - timedelta(minutes=12)
        reviews.start_review(escalation=newest, reviewer=reviewer, by=Actor.of_user(reviewer), now=at)
