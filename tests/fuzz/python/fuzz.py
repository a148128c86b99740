"""Fuzzes every operation of a running product by its own OpenAPI documents, as every role. Reads its task from stdin,
writes what came of it to stdout, both JSON; see fuzz.mjs, which starts it."""

from __future__ import annotations

import json
import random
import sys
import time
from base64 import b64encode
from collections import Counter, defaultdict
from typing import Any

import requests
from corpus import Corpus, is_of_operators, moves_a_ticket, operations_of, takes_client, takes_token
from known import WANTED, Known
from schemathesis import Case, GenerationMode, Response
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.checks import not_a_server_error

ROLES = ("requester", "agent", "supervisor", "admin", "analyst", "importer", "operator", "service")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TIMEOUT_S = 30
TOKEN_LIFE_S = 120
SENDS_OF_EACH = 8
"""Making a request costs more than sending it: each goes out as several roles, about several things."""


class Fuzz:
    def __init__(self, task: dict[str, Any]) -> None:
        self.url: str = task["url"]
        self.client = (task["clientId"], task["clientSecret"])
        self.rng = random.Random(task["seed"])
        self.known = Known(self.rng)
        self.session = requests.Session()
        self.session.trust_env = False
        self.sources: list[str] = task["sources"]
        self.operations = operations_of(self.url, task["services"])
        self.corpora = {
            operation.label: Corpus(operation, task["seed"] * 7919 + index)
            for index, operation in enumerate(self.operations)
        }
        self.transitions = [operation for operation in self.operations if moves_a_ticket(operation)]
        # A wrap-up is completed only by whoever began it, on a ticket still resolved: it has to be tried often.
        self.transition_weights = [4.0 if "/wrap-up/" in operation.path else 1.0 for operation in self.transitions]
        self.weights = [0.1 if is_of_operators(operation) else 1.0 for operation in self.operations]
        self.tokens: dict[str, tuple[str, float]] = {}
        self.sent = 0
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.by_role: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.failures: dict[str, dict[str, Any]] = {}

    def run(self, count: int) -> dict[str, Any]:
        started = time.monotonic()
        for source in self.sources:
            self.known.add("source", source)
        # Each once first: whatever is asked later finds tickets and departments, and nothing is left to chance.
        for operation in self.operations:
            self.send_often(operation, self.corpora[operation.label].next(GenerationMode.POSITIVE), count)
        while self.sent < count:
            self.send_often(*self.chosen(), count)
        return {
            "requests": self.sent,
            "seconds": time.monotonic() - started,
            "operations": {operation.label: dict(self.statuses[operation.label]) for operation in self.operations},
            "transitions": [operation.label for operation in self.transitions],
            "roles": dict(self.by_role),
            "failures": list(self.failures.values()),
        }

    def send_often(self, operation: Any, case: Case, until: int) -> None:
        for _ in range(min(SENDS_OF_EACH, until - self.sent)):
            self.send(operation, case)

    def chosen(self) -> tuple[Any, Case]:
        """A third of the time a step in a ticket's life that fits its schema, otherwise anything."""
        dice = self.rng.random()
        if dice < 0.35:
            operation = self.rng.choices(self.transitions, self.transition_weights)[0]
            return operation, self.corpora[operation.label].next(GenerationMode.POSITIVE)
        operation = self.rng.choices(self.operations, self.weights)[0]
        corpus = self.corpora[operation.label]
        boundary = corpus.boundary() if dice < 0.5 else None
        if boundary is not None:
            return operation, boundary
        return operation, corpus.next(GenerationMode.POSITIVE if dice < 0.8 else GenerationMode.NEGATIVE)

    def role_for(self, label: str) -> str:
        """Any; but one that the operation has refused often comes seldom."""
        if self.rng.random() < 0.03:
            return "nobody"
        weights = [0.03 if self.refused[label, role] > 2 else 1.0 for role in ROLES]
        return self.rng.choices(ROLES, weights)[0]

    def send(self, operation: Any, made: Case) -> None:
        role = self.role_for(operation.label)
        case = self.about_things_that_exist(made)
        kwargs = case.as_transport_kwargs(base_url=self.url)
        kwargs["headers"] = {**without_authorization(kwargs.get("headers") or {}), **self.credentials(operation, role)}
        self.sent += 1
        self.by_role[role] += 1
        try:
            answer = self.session.request(**kwargs, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.exceptions.InvalidHeader:
            self.statuses[operation.label]["not sendable"] += 1
            return
        except requests.exceptions.RequestException as error:
            self.statuses[operation.label]["no answer"] += 1
            self.fail(operation.label, "no answer", type(error).__name__, role, kwargs, str(error))
            return
        self.statuses[operation.label][str(answer.status_code)] += 1
        if answer.status_code == 403:
            self.refused[operation.label, role] += 1
        elif answer.status_code < 300:
            self.refused[operation.label, role] = 0
            self.learn(operation, answer)
        self.check(operation.label, case, answer, role, kwargs)

    def credentials(self, operation: Any, role: str) -> dict[str, str]:
        """An access token of the role; for who is to get one, mostly what the client has."""
        if role == "nobody":
            return {}
        if takes_client(operation) and self.rng.random() < 0.7:
            return {"authorization": "Basic " + b64encode(":".join(self.client).encode()).decode()}
        return {"authorization": f"Bearer {self.token(role)}"}

    def learn(self, operation: Any, answer: requests.Response) -> None:
        # Files and exports name nothing.
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        body = answer.json() if answer.content and is_json else None
        self.known.learn(operation.path, body, answer.headers.get("guichet-position"))

    def check(self, label: str, case: Case, answer: requests.Response, role: str, kwargs: dict[str, Any]) -> None:
        unexpected_method = case.method.upper() != case.operation.method.upper()
        if role == "nobody" and takes_token(case.operation) and answer.status_code < 400:
            self.fail(label, "answered without a token", str(answer.status_code), role, kwargs, answer.text)
        if unexpected_method:
            # The document says nothing of other methods: they must be refused.
            if not 400 <= answer.status_code < 500:
                self.fail(label, "unexpected method", f"{case.method} {answer.status_code}", role, kwargs, answer.text)
            return
        try:
            case.validate_response(Response.from_requests(answer, verify=False), checks=CHECKS)
        except FailureGroup as group:
            for failure in group.exceptions:
                title = f"{failure.title}: {failure.message}"[:400]
                self.fail(label, type(failure).__name__, title, role, kwargs, answer.text)

    def fail(self, label: str, check: str, what: str, role: str, kwargs: dict[str, Any], answer: str) -> None:
        key = f"{label} {check} {what[:120]}"
        if key in self.failures:
            self.failures[key]["times"] += 1
            return
        shown = {name: repr(value)[:600] for name, value in kwargs.items() if name != "headers"}
        shown["headers"] = repr(without_authorization(kwargs["headers"]))[:600]
        self.failures[key] = {
            "operation": label,
            "check": check,
            "what": what,
            "role": role,
            "times": 1,
            "request": shown,
            "answer": answer[:600],
        }

    def about_things_that_exist(self, made: Case) -> Case:
        """The same request, mostly about a ticket, department or cursor that an answer has named."""
        case = made.operation.Case(
            method=made.method,
            path_parameters=dict(made.path_parameters),
            headers=dict(made.headers),
            cookies=dict(made.cookies),
            query=dict(made.query),
            body=made.body,
            media_type=made.media_type,
        )
        path = made.operation.path
        for name in case.path_parameters:
            self.replace(case.path_parameters, name, path, 0.85)
        for name in list(case.query):
            if name in WANTED:
                self.replace(case.query, name, path, 0.4)
        if isinstance(case.body, dict):
            case.body = dict(case.body)
            for name in list(case.body):
                if name in WANTED:
                    self.replace(case.body, name, path, 0.6)
            self.name_their_home(case)
        self.make_reachable(case)
        return case

    def replace(self, container: Any, name: str, path: str, likely: float) -> None:
        if self.rng.random() >= likely:
            return
        value = self.known.one(name, path)
        if value is not None:
            container[name] = [value] if isinstance(container[name], list) else value

    def name_their_home(self, case: Case) -> None:
        """A reply is mostly named together with its own ticket: chance would seldom bring the two together."""
        for name, value in case.body.items():
            home = self.known.home_of(name, value)
            if home is not None and home[0] in case.path_parameters and self.rng.random() < 0.85:
                case.path_parameters[home[0]] = home[1]

    def make_reachable(self, case: Case) -> None:
        """A version nobody has and a position nobody has reached are refused alike each time: few of them are enough."""
        if "If-Match" in case.headers and self.rng.random() < 0.8:
            del case.headers["If-Match"]
        if "Idempotency-Key" in case.headers and self.rng.random() < 0.5:
            del case.headers["Idempotency-Key"]
        for container, name in ((case.headers, "Guichet-After"), (case.query, "after")):
            if name in container and looks_like_positions(container[name]):
                after = self.known.after()
                if after is None:
                    del container[name]
                else:
                    container[name] = after

    def token(self, role: str) -> str:
        token, until = self.tokens.get(role, ("", 0.0))
        if time.monotonic() < until:
            return token
        body = {"grant_type": "client_credentials", "tenant": "demo", "role": role}
        answer = self.session.post(f"{self.url}/identity/token", data=body, auth=self.client, timeout=TIMEOUT_S)
        answer.raise_for_status()
        token = answer.json()["access_token"]
        self.tokens[role] = (token, time.monotonic() + TOKEN_LIFE_S)
        return token


def looks_like_positions(value: Any) -> bool:
    return not isinstance(value, str) or "=" in value


def without_authorization(headers: Any) -> dict[str, Any]:
    return {name: value for name, value in dict(headers).items() if name.lower() != "authorization"}


if __name__ == "__main__":
    given_task = json.load(sys.stdin)
    json.dump(Fuzz(given_task).run(given_task["requests"]), sys.stdout)
