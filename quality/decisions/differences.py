"""What changed between two versions of a review, in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]


def differences(before: Content, after: Content) -> list[str]:
    """One line for each change. Both as ``actions.review_answers.content_of`` gives them."""
    return [*_total(before, after), *_answers(before, after), *_remarks(before, after), *_rest(before, after)]


def _total(before: Content, after: Content) -> Iterator[str]:
    if before["total"] != after["total"]:
        yield f"Total: {_number(before['total'])} → {_number(after['total'])}"
    if before["auto_failed"] != after["auto_failed"]:
        yield "Auto-failed" if after["auto_failed"] else "No longer auto-failed"


def _answers(before: Content, after: Content) -> Iterator[str]:
    old = {one["key"]: one for one in before["answers"]}
    for new in after["answers"]:
        was = old.get(new["key"], {})
        if (said := spoken(was)) != (says := spoken(new)):
            yield f"{new['name']}: {said} → {says}"
        for field, word in (("overruled", "overruled because"), ("note", "note")):
            if was.get(field, "") != new[field]:
                yield f"{new['name']}, {word}: {_text(was.get(field, ''))} → {_text(new[field])}"


def spoken(answer: Mapping[str, Any]) -> str:
    """``Minor inaccuracies, 20 of 25``."""
    if answer.get("na"):
        return "N/A"
    points = answer.get("points")
    scored = "" if points is None else f"{_number(points)} of {_number(answer['of_points'])}"
    said = answer.get("verdict", "").capitalize() or answer.get("band", "") or answer.get("text", "")
    return ", ".join(filter(None, (said, scored))) or "not answered"


def _remarks(before: Content, after: Content) -> Iterator[str]:
    old, new = list(map(_remark, before["remarks"])), list(map(_remark, after["remarks"]))
    yield from (f"Remark added: {text}" for text in _without(new, old))
    yield from (f"Remark taken away: {text}" for text in _without(old, new))


def _remark(remark: Mapping[str, Any]) -> str:
    return f"{remark['kind'].replace('_', ' ')}, {_text(remark['text'])}"


def _without(texts: Iterable[str], others: Iterable[str]) -> list[str]:
    known = set(others)
    return [text for text in texts if text not in known]


def _rest(before: Content, after: Content) -> Iterator[str]:
    if before["summary"] != after["summary"]:
        yield f"Summary: {_text(before['summary'])} → {_text(after['summary'])}"
    if before["root_causes"] != after["root_causes"]:
        yield f"Root causes: {_list(before['root_causes'])} → {_list(after['root_causes'])}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _text(text: str) -> str:
    return f"“{text}”" if text else "none"


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
