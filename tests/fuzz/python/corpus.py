"""Requests made from the services' OpenAPI documents: some that fit them, some that do not, some at their boundaries."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode

CHUNK = 24
"""How many requests of one kind are made at once: making few is dear, making many keeps them waiting."""

# Formats that JSON Schema has no word for: most values of the right shape would be none.
schemathesis.openapi.format("time-zone", st.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu", "Pacific/Apia"]))
schemathesis.openapi.format("language-tag", st.sampled_from(["pl", "fr-CA", "und", "zh-Hant-TW"]))


def operations_of(url: str, services: list[str]) -> list[APIOperation]:
    """Every operation of every service, but the endless ones (Server-Sent Events)."""
    found = []
    for service in services:
        schema = schemathesis.openapi.from_url(f"{url}/{service}/openapi.json")
        # A request that fits its schema holds no U+0000; those that do not fit may.
        schema.config.generation.allow_x00 = False
        found += [result.ok() for result in schema.get_all_operations()]
    return [operation for operation in found if not is_endless(operation)]


def is_endless(operation: APIOperation) -> bool:
    """Whether it answers a stream: a reader of whole answers would wait for its end."""
    raw = operation.definition.raw
    return "text/event-stream" in raw.get("responses", {}).get("200", {}).get("content", {})


def is_of_operators(operation: APIOperation) -> bool:
    """Rebuilding and republishing take the whole log each time: they are to come seldom."""
    return "/operations/" in operation.path and operation.method == "post"


def takes_token(operation: APIOperation) -> bool:
    """Whether it is for those only who have an access token."""
    return any("accessToken" in one for one in operation.definition.raw.get("security", []))


def takes_client(operation: APIOperation) -> bool:
    """Whether a client may say by HTTP Basic who it is."""
    return any("clientSecret" in one for one in operation.definition.raw.get("security", []))


def moves_a_ticket(operation: APIOperation) -> bool:
    """Whether it is a transition of a ticket's life: whatever writes to one, or opens one."""
    if operation.method == "get":
        return False
    return "{ticketId}" in operation.path or operation.path.endswith("/v1/tickets")


@dataclass
class Corpus:
    """An endless supply of requests of one operation, the same for the same seed."""

    operation: APIOperation
    seed: int

    def __post_init__(self) -> None:
        self._round = 0
        self._ready: dict[GenerationMode, list[Case]] = {mode: [] for mode in GenerationMode}
        self._strategies = {
            mode: self.operation.as_strategy(generation_mode=mode) for mode in GenerationMode
        }
        self._boundaries: Iterator[Case] | None = None

    def next(self, mode: GenerationMode) -> Case:
        ready = self._ready[mode]
        if not ready:
            self._round += 1
            try:
                ready += self._made(mode, self.seed * 1009 + self._round)
            except Unsatisfiable:
                # Whatever takes nothing has no request that does not fit.
                if mode is not GenerationMode.NEGATIVE:
                    raise
                return self.next(GenerationMode.POSITIVE)
        return ready.pop()

    def boundary(self) -> Case | None:
        """Values at and just beyond the limits of the schema, each once; None when there are no more."""
        if self._boundaries is None:
            schema = self.operation.schema
            config = schema.config.generation_for(operation=self.operation)
            cases = []
            try:
                for case in schema.iter_coverage_cases(
                    self.operation, generation_modes=list(GenerationMode), generation_config=config
                ):
                    cases.append(case)
            except InvalidArgument as error:
                # The library fails at a long list of different values; what it made before that is sent.
                print(f"{self.operation.label}: {len(cases)} boundaries, then: {error}", file=sys.stderr)
            random.Random(self.seed).shuffle(cases)
            self._boundaries = iter(cases)
        return next(self._boundaries, None)

    def _made(self, mode: GenerationMode, of: int) -> list[Case]:
        made: list[Case] = []

        @seed(of)
        @settings(
            max_examples=CHUNK,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(self._strategies[mode])
        def collect(case: Case) -> None:
            made.append(case)

        collect()
        return made
