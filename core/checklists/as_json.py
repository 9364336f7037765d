"""Checklists as JSON; others build on these keys."""

from collections.abc import Iterable
from typing import Any

from core.checklists.model import Due, Occurrence


def upcoming_to_json(dues: Iterable[Due]) -> list[dict[str, Any]]:
    return [
        {
            "list": due.spec.key,
            "title": due.spec.title,
            "on": due.on.isoformat(),
            "due_at": due.due_at.isoformat(),
            "items": [each.text for each in due.spec.items],
            "moved_from": due.moved_from.isoformat() if due.moved_from else None,
            "minutes": due.spec.minutes,
            "role": due.spec.role,
        }
        for due in dues
    ]


def occurrences_to_json(occurrences: Iterable[Occurrence]) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "list": each.key,
            "title": each.title,
            "on": each.on.isoformat(),
            "due_at": each.due_at.isoformat(),
            "moved_from": each.moved_from.isoformat() if each.moved_from else None,
            "status": each.standing.value,
            "late": each.is_late,
            "closed_at": each.closed_at.isoformat() if each.closed_at else None,
            "items": [
                {
                    "text": item.text,
                    "state": item.state.value,
                    "by": item.by,
                    "at": item.at.isoformat() if item.at else None,
                    "reason": item.reason,
                    "evidence": item.evidence,
                    "assignee": item.assignee,
                    "note": item.note,
                    "carried_from": item.carried_from.isoformat() if item.carried_from else None,
                }
                for item in each.items
            ],
        }
        for each in occurrences
    ]
