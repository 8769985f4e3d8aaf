"""120 days of conversations, window by window: planned, timed, rated, and written down."""

from datetime import datetime, timedelta
from itertools import count
from random import Random

from agents.enums import Level
from agents.models import Agent, Team
from escalations.actions.opening import Handoff
from escalations.actions.priority import current_policy
from escalations.decisions.deadlines import choose_policy, terms_of
from escalations.decisions.priority import Assessment, explained
from escalations.decisions.triggers import CompiledRule, Signals, compile_rules
from escalations.enums import SlaMetric, State, Tier
from escalations.models import Conversation, Escalation, Message, Rating, SlaPolicy, Topic, TriggerRule
from helpninja.demo.case import SOURCE, Case
from helpninja.demo.chats import Line, handoff_of, lines_of, told, urgency_of
from helpninja.demo.customers import Customers
from helpninja.demo.figures import DAYS, WINDOWS, Window
from helpninja.demo.live import live_plots
from helpninja.demo.people import TEAM, Person
from helpninja.demo.plots import Plot, Seen, plan_window
from helpninja.demo.ratings import rate
from helpninja.demo.script import Script
from helpninja.demo.shifts import Roster
from helpninja.demo.store import Row, Store
from helpninja.demo.timing import Taken, give_messages, give_times, twist

USUAL_CASE = timedelta(minutes=20)
SPECIALISTS = tuple(person for person in TEAM if person.level == Level.SPECIALIST)


class History:
    """``agents`` by user name."""

    def __init__(self, store: Store, agents: dict[str, Agent], now: datetime, rng: Random) -> None:
        self.store, self.agents, self.now, self.rng = store, agents, now, rng
        self.rules: tuple[CompiledRule, ...] = compile_rules(TriggerRule.objects.for_evaluation())
        standard = choose_policy(SlaPolicy.objects.in_force(), plan=None, team=None, topic=None)
        self.terms = terms_of(standard)[SlaMetric.FIRST_RESPONSE]
        self.policy = current_policy()
        self.topics = dict(Topic.objects.values_list("slug", "id"))
        self.support = Team.objects.get(slug="support")
        self.roster = Roster(rng)
        self.numbers = count(1)
        self.people: dict[int, Person] = {}

    def write(self, customers: Customers) -> None:
        """The oldest window first, so that what follows something finds it written."""
        live = live_plots(customers, self.now)
        seen: Seen = {}
        for i, window in reversed(list(enumerate(WINDOWS))):
            given = live if i == 0 else []
            self.people = {id(plot): person for plot, person in given if person is not None}
            end = self.now - timedelta(days=DAYS * i)
            plots = plan_window(window, end, [plot for plot, _ in given], customers, seen, self.rng)
            self._write_window(window, plots)

    def _write_window(self, window: Window, plots: list[Plot]) -> None:
        lines = {id(plot): lines_of(plot, self.rng) for plot in plots}
        cases = [plot for plot in plots if plot.reason is not None]
        for plot in cases:
            if plot.opens_at is not None:
                plot.started_at = plot.opens_at - _opening_after(lines[id(plot)])
        handoffs = {id(plot): handoff_of(plot, lines[id(plot)], self.rules) for plot in cases}
        urgency = {id(plot): urgency_of(plot, lines[id(plot)], handoffs[id(plot)], self.policy) for plot in cases}
        twist(cases, self.rng)
        give_times(window, [Taken(plot, urgency[id(plot)].level, self._person(plot)) for plot in cases], self.rng)
        give_messages(window, cases, self.rng)
        rate(window, plots, self.rng)
        for plot in plots:
            if plot.reason is None:
                self._write_alone(plot, lines[id(plot)])
            else:
                self._write_case(plot, lines[id(plot)], handoffs[id(plot)], urgency[id(plot)])

    def _person(self, plot: Plot) -> Person:
        if id(plot) not in self.people:
            at = plot.started_at
            self.people[id(plot)] = self.roster.choose(at, at + USUAL_CASE, plot.issue.topic)
        return self.people[id(plot)]

    def _write_alone(self, plot: Plot, lines: list[Line]) -> None:
        conversation, _ = self._write_start(plot, lines)
        conversation["signals"] = told(lines).to_json()
        conversation["closed_at"] = conversation["last_message_at"] + timedelta(seconds=self.rng.randint(20, 300))
        if plot.csat is not None:
            rated_at = conversation["last_message_at"] + timedelta(seconds=self.rng.randint(10, 240))
            self.store.add(Rating, conversation_id=conversation["id"], rated_at=rated_at, csat=plot.csat)

    def _write_start(self, plot: Plot, lines: list[Line]) -> tuple[Row, Row]:
        """The conversation and its last message."""
        customer = plot.customer
        conversation = self.store.add(
            Conversation,
            source=SOURCE,
            external_id=f"demo-{next(self.numbers)}",
            customer_id=customer["id"],
            topic_id=self.topics[plot.issue.topic],
            subject=plot.issue.subject,
            channel=plot.channel,
            plan_id=customer["plan_id"],
            region=customer["region"],
            started_at=plot.started_at,
            created_at=plot.started_at,
            closed_at=None,
        )
        for line in lines:
            message = self._write_line(conversation, line)
        conversation["last_message_at"] = message["sent_at"]
        return conversation, message

    def _write_line(self, conversation: Row, line: Line) -> Row:
        sent_at = conversation["started_at"] + timedelta(seconds=line.after)
        return self.store.add(
            Message,
            conversation_id=conversation["id"],
            author=line.author,
            text=line.text,
            sent_at=sent_at,
            received_at=sent_at,
            ai_confidence=line.ai_confidence,
            ai_failed=line.ai_failed,
            intent=line.intent,
            response_ms=line.response_ms,
            sentiment=line.sentiment,
        )

    def _write_case(self, plot: Plot, lines: list[Line], handoff: Handoff, urgency: Assessment) -> None:
        conversation, trigger = self._write_start(plot, lines)
        conversation["signals"] = Signals().to_json()
        opened_at = plot.started_at + _opening_after(lines)
        plot.row = row = self._opened(plot, handoff, urgency, conversation, trigger, opened_at, told(lines))
        case = Case(self.store, conversation, row, self.terms)
        opened = {
            "reason": plot.reason,
            "priority": urgency.level.code,
            "priority_because": urgency.text,
            "because": handoff.because["text"],
        }
        case.opened(opened_at, trigger, opened)
        first = self._person(plot)
        second = self._second(plot, first, opened_at)
        script = Script(plot, case, self.agents[first.username], self.agents[second.username], self.rng)
        script.play(opened_at, self.now)

    def _second(self, plot: Plot, first: Person, opened_at: datetime) -> Person:
        if plot.twist == "tier":
            return self.rng.choice([person for person in SPECIALISTS if person is not first])
        if plot.twist in ("transfer", "release"):
            return self.roster.choose(opened_at, opened_at + USUAL_CASE * 2, plot.issue.topic, besides=first)
        return first

    def _opened(
        self,
        plot: Plot,
        handoff: Handoff,
        urgency: Assessment,
        conversation: Row,
        trigger: Row,
        opened_at: datetime,
        signals: Signals,
    ) -> Row:
        """As ``escalations.actions.opening`` leaves it."""
        rule, topic = handoff.rule, handoff.topic
        previous = plot.previous.row if plot.previous else None
        return self.store.add(
            Escalation,
            conversation_id=conversation["id"],
            customer_id=conversation["customer_id"],
            team_id=self.support.pk,
            topic_id=topic.pk if topic else conversation["topic_id"],
            reason=handoff.reason,
            priority=urgency.level,
            priority_because=explained(urgency),
            tier=Tier.FRONTLINE,
            state=State.WAITING,
            subject=conversation["subject"],
            summary=handoff.summary or plot.issue.question,
            trigger_rule_id=rule.pk if rule else None,
            trigger_message_id=trigger["id"],
            because=handoff.because,
            handoff_message=handoff.handoff_message,
            context=handoff.context,
            ai_confidence=signals.last_confidence,
            sentiment=signals.sentiment,
            frustrated=signals.frustrated,
            preferred_level=rule.preferred_level if rule else None,
            required_level=rule.required_level if rule else None,
            preferred_skill_id=rule.preferred_skill_id if rule else None,
            plan_id=conversation["plan_id"],
            region=conversation["region"],
            channel=conversation["channel"],
            opened_at=opened_at,
            first_response_at=None,
            resolved_at=None,
            claim_count=0,
            transfer_count=0,
            previous_id=previous["id"] if previous else None,
        )


def _opening_after(lines: list[Line]) -> timedelta:
    """The chat's last message is on its way for a moment."""
    return timedelta(seconds=lines[-1].after + 0.25)
