"""The shared costs of each month, by the guide's "Escalation Cost Breakdown"."""

from collections import Counter
from datetime import date
from decimal import Decimal

from billing.enums import CostKind
from billing.models import SharedCost
from escalations.models import Escalation
from helpninja.demo.figures import SHARED_COST_EACH
from helpninja.demo.rhythm import EASTERN
from helpninja.demo.store import Store

# In dollars a month, as the guide has them for a team with more escalations; here they give the proportions.
STRUCTURE = (
    (CostKind.INFRASTRUCTURE, "Help desk software", 450),
    (CostKind.INFRASTRUCTURE, "Communication tools", 320),
    (CostKind.INFRASTRUCTURE, "Analytics and reporting", 280),
    (CostKind.INFRASTRUCTURE, "Office space allocation", 800),
    (CostKind.INFRASTRUCTURE, "Equipment and technology", 300),
    (CostKind.TRAINING, "Initial agent training", 600),
    (CostKind.TRAINING, "Ongoing skill development", 400),
    (CostKind.TRAINING, "Certification and materials", 200),
    (CostKind.MANAGEMENT, "Team lead salary allocation", 2200),
    (CostKind.MANAGEMENT, "Quality assurance", 500),
    (CostKind.MANAGEMENT, "Administrative costs", 400),
)


def write_costs(store: Store) -> None:
    """Each month has as much as its escalations bear; the present month what has come together so far."""
    opened: Counter[date] = Counter()
    for row in store.rows[Escalation]:
        opened[row["opened_at"].astimezone(EASTERN).date().replace(day=1)] += 1
    whole = sum(amount for _, _, amount in STRUCTURE)
    for month, number in sorted(opened.items()):
        for kind, name, part in STRUCTURE:
            amount = (number * Decimal(SHARED_COST_EACH) * part / whole).quantize(Decimal("0.01"))
            store.add(SharedCost, month=month, kind=kind, name=name, amount=amount)
