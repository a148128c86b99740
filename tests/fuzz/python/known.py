"""What answers have told: ids, cursors and positions, so that later requests speak of things that exist."""

from __future__ import annotations

import random
from collections import deque
from typing import Any

KEPT = 24
"""Few, so that one ticket is spoken of often enough to get far."""

# Names in answers that are known by another name in requests.
ALIASES = {"earlierCursor": "cursor", "nextCursor": "cursor", "slug": "tenant"}
# Fields of requests that want the id of something, by what it is an id of.
WANTED = {
    "ticketId": "ticketId",
    "intoTicketId": "ticketId",
    "departmentId": "departmentId",
    "toDepartmentId": "departmentId",
    "departmentIds": "departmentId",
    "department": "departmentId",
    "agentId": "agentId",
    "agent": "agentId",
    "userId": "userId",
    "replyIds": "replyId",
    "number": "number",
    "tenant": "tenant",
    "cursor": "cursor",
}

# Things that stand inside another one: a request that names them is about it.
WITHIN = {"replyId": "ticketId"}


class Known:
    """The newest values of each kind."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._values: dict[str, deque[str]] = {}
        self._homes: dict[str, str] = {}
        self.positions: dict[str, int] = {}

    def learn(self, path: str, body: Any, position: str | None) -> None:
        """From an answer that was a success."""
        if position is not None and "=" in position:
            service, number = position.split("=", 1)
            self.positions[service] = max(self.positions.get(service, 0), int(number))
        self._walk(path, body, 0)

    def add(self, kind: str, value: str) -> None:
        values = self._values.setdefault(kind, deque(maxlen=KEPT))
        if value not in values:
            values.append(value)

    def one(self, field: str, path: str) -> str | None:
        """A value for a parameter or field of this name, in an operation at this address; None if none is known."""
        kind = WANTED.get(field, field)
        if field == "name":
            kind = "projection" if "/projections/" in path else "client" if "/clients/" in path else field
        values = self._values.get(kind)
        return self._rng.choice(values) if values else None

    def home_of(self, field: str, value: Any) -> tuple[str, str] | None:
        """The kind and id of what this value of a field stands inside, if an answer has told both."""
        kind = WANTED.get(field, field)
        part = value[0] if isinstance(value, list) and len(value) > 0 else value
        home = self._homes.get(part) if isinstance(part, str) else None
        return (WITHIN[kind], home) if kind in WITHIN and home is not None else None

    def after(self) -> str | None:
        """Positions that have been reached, or will be in a moment."""
        return ", ".join(f"{service}={number}" for service, number in self.positions.items()) or None

    def _walk(self, path: str, value: Any, depth: int) -> None:
        if depth > 4:
            return
        if isinstance(value, list):
            for item in value[:5]:
                self._walk(path, item, depth + 1)
        elif isinstance(value, dict):
            for part, home in WITHIN.items():
                if isinstance(value.get(part), str) and isinstance(value.get(home), str):
                    self._homes[value[part]] = value[home]
            for name, member in value.items():
                if isinstance(member, str) and member:
                    self._name(path, ALIASES.get(name, name), member)
                elif name != "data":
                    self._walk(path, member, depth + 1)

    def _name(self, path: str, name: str, value: str) -> None:
        if name == "name" and "/clients" in path:
            self.add("client", value)
        elif name == "name" and "/projections" in path:
            self.add("projection", value)
        elif name in WANTED.values() or name == "kpi":
            self.add(name, value)
        elif name == "id" and path.endswith("/kpis"):
            self.add("kpi", value)
