"""The API as it is on the wire, with no client in between."""

from __future__ import annotations

from typing import Any

import requests

from vergesim_process import Vergesim


class Raw:
    """Requests to ``/api/v4``, as admin unless told otherwise."""

    def __init__(self, sim: Vergesim, session: requests.Session) -> None:
        self.url = sim.ready["url"]
        self._session = session
        session.trust_env = False
        session.verify = sim.ready["ca_path"]
        session.auth = (sim.ready["username"], sim.ready["password"])

    def ask(self, method: str, path: str, body: Any = None, **params: Any) -> requests.Response:
        return self._session.request(method, f"{self.url}/api/v4/{path}", json=body, params=params, timeout=30)

    def read(self, path: str, filter: str | None = None, fields: str | None = None, **params: Any) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self.ask("GET", path, filter=filter, fields=fields, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def names(self, table: str, filter: str, fields: str = "$key,name", **params: Any) -> list[str]:
        """The names of the rows that a filter finds."""
        return [row["name"] for row in self.read(table, filter, fields, **params)]

    def refused(self, method: str, path: str, body: Any = None, **params: Any) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        answer = self.ask(method, path, body, **params)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()["err"]

    def create(self, table: str, **columns: Any) -> int:
        """A row; its key."""
        answer = self.ask("POST", table, columns)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["$key"])

    def act(self, table: str, **body: Any) -> Any:
        """An action that is accepted."""
        answer = self.ask("POST", table, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.text else None
