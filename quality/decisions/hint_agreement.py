"""How far automatic hints agree with the reviewers: by totals, by check, and by remarks on the same message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean

from quality.decisions.agreement import Agreement, Unit, cohen_kappa
from quality.enums import Hint, HintVerdict, RemarkKind

# Fewer say nothing.
ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """One counted review beside the hints on its conversation.

    ``verdicts`` and ``messages`` are by check; ``remarks`` by message, where the reviewer made one kind alone.
    """

    total: float
    hinted: float | None
    verdicts: Mapping[str, str]
    messages: Mapping[str, str]
    remarks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfCheck:
    """Means of the reviewers' totals where the check was OK and where not, each with how many that are.

    ``difference`` is None under five of either. ``remarks``: kappa between the check and the reviewers' remarks
    on the message that it points at.
    """

    check: Hint
    ok: float | None
    n_ok: int
    not_ok: float | None
    n_not_ok: int
    remarks: Agreement

    @property
    def difference(self) -> float | None:
        if self.ok is None or self.not_ok is None or min(self.n_ok, self.n_not_ok) < ENOUGH:
            return None
        return self.ok - self.not_ok


@dataclass(frozen=True, slots=True)
class HintAgreement:
    """``correlation`` (Pearson's r) and ``difference`` (hints less reviewers, in the mean) are None under five."""

    n: int
    correlation: float | None
    difference: float | None
    checks: tuple[OfCheck, ...]


def agreement_of(judged: Sequence[Judged]) -> HintAgreement:
    """Correlation and mean difference in points, None of fewer than ENOUGH reviews; and each check by itself."""
    pairs = [(one.hinted, one.total) for one in judged if one.hinted is not None]
    enough = len(pairs) >= ENOUGH
    return HintAgreement(
        n=len(pairs),
        correlation=_correlation(pairs) if enough else None,
        difference=fmean(hinted - total for hinted, total in pairs) if enough else None,
        checks=tuple(_of_check(check, judged) for check in Hint),
    )


def _correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Undefined where either is always the same."""
    try:
        return correlation([hinted for hinted, _ in pairs], [total for _, total in pairs])
    except StatisticsError:
        return None


def _of_check(check: Hint, judged: Sequence[Judged]) -> OfCheck:
    ok = [one.total for one in judged if one.verdicts.get(check) == HintVerdict.OK]
    not_ok = [one.total for one in judged if one.verdicts.get(check) == HintVerdict.NOT_OK]
    return OfCheck(
        check=check,
        ok=fmean(ok) if ok else None,
        n_ok=len(ok),
        not_ok=fmean(not_ok) if not_ok else None,
        n_not_ok=len(not_ok),
        remarks=cohen_kappa([unit for one in judged if (unit := _unit(check, one))]),
    )


def _unit(check: Hint, one: Judged) -> Unit | None:
    """Both looked at the same message; 1 says that it is well."""
    verdict, remark = one.verdicts.get(check), one.remarks.get(one.messages.get(check, ""))
    if remark is None or verdict not in (HintVerdict.OK, HintVerdict.NOT_OK):
        return None
    return {"hints": float(verdict == HintVerdict.OK), "reviewer": float(remark == RemarkKind.WENT_WELL)}
