"""A small double of the API of AWX: what ``awx.awx`` asks and sends, each field checked by the module's own options.

It keeps rows in memory and knows no jobs. What the real one refuses, as far as patterns can get it wrong, is refused
here: unknown fields and references, surveys that are none, playbooks that are not in the project, templates of a
credential type that use what it does not have, schedules that could not start.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from awx_modules import argument_spec

ROOT = Path(__file__).resolve().parents[2]
#: Each list of the API with the module that fills it.
MODULES = {
    "credential_types": "credential_type",
    "credentials": "credential",
    "execution_environments": "execution_environment",
    "inventories": "inventory",
    "inventory_sources": "inventory_source",
    "job_templates": "job_template",
    "labels": "label",
    "notification_templates": "notification_template",
    "projects": "project",
    "schedules": "schedule",
    "workflow_job_template_nodes": "workflow_job_template_node",
    "workflow_job_templates": "workflow_job_template",
}
#: Fields that modules send beside their options.
BESIDE = {"credential_types": {"managed"}, "workflow_job_template_nodes": {"type"}}
#: Fields that hold the key of a row, and the lists that they may be of.
REFERENCES = {
    "credential": ["credentials"],
    "credential_type": ["credential_types"],
    "default_environment": ["execution_environments"],
    "execution_environment": ["execution_environments"],
    "inventory": ["inventories"],
    "organization": ["organizations"],
    "project": ["projects"],
    "source_project": ["projects"],
    "unified_job_template": ["job_templates", "workflow_job_templates", "projects", "inventory_sources"],
    "workflow_job_template": ["workflow_job_templates"],
}
#: Associations, and the lists that they are of.
ASSOCIATED = {
    "credentials": "credentials",
    "labels": "labels",
    **dict.fromkeys(["success_nodes", "failure_nodes", "always_nodes"], "workflow_job_template_nodes"),
    **{
        f"notification_templates_{when}": "notification_templates"
        for when in ("error", "approvals", "started", "success")
    },
}
TYPES: dict[str, tuple[type, ...]] = {"bool": (bool,), "int": (int,), "str": (str,)}
#: What a default of a question of a type is.
DEFAULTS: dict[str, type] = {"integer": int, "float": float}
Row = dict[str, Any]


class Refused(Exception):
    """An answer with status 400."""


class Controller:
    """The rows, by list and key, and what was asked."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.rows: dict[str, dict[int, Row]] = {name: {} for name in (*MODULES, "organizations", "approvals")}
        self.related: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[tuple[str, int], Row] = {}
        self.writes: list[str] = []
        self._specs = {name: argument_spec(module) for name, module in MODULES.items()}
        self._next = 0
        self.add("organizations", {"name": "Default"})

    def add(self, table: str, body: Row) -> Row:
        self._next += 1
        row = {**body, "id": self._next, "url": f"/api/v2/{table}/{self._next}/", "related": {}, "summary_fields": {}}
        row.setdefault("type", {"inventories": "inventory"}.get(table, table[:-1]))
        if table == "projects":
            row["scm_revision"] = ""
        if table.endswith("job_templates"):
            row["related"]["survey_spec"] = f"{row['url']}survey_spec/"
        self.rows[table][self._next] = row
        return row

    def named(self, table: str, name: str) -> Row:
        (row,) = (row for row in self.rows[table].values() if row.get("name", row.get("identifier")) == name)
        return row

    # What is refused

    def check(self, table: str, body: Mapping[str, Any], project: Row | None = None) -> None:
        spec = self._specs[table]
        for field, value in body.items():
            if field in BESIDE.get(table, ()):
                continue
            if field not in spec or field == "state":
                raise Refused(f"{table} has no field {field}")
            if field in REFERENCES:
                if value is not None and not any(value in self.rows[one] for one in REFERENCES[field]):
                    raise Refused(f"{table}: {field} {value!r} is no row")
                continue
            self._check_value(table, field, value, spec[field])
        for needed in ("identifier",) if table == "workflow_job_template_nodes" else ("name",):
            if not body.get(needed):
                raise Refused(f"{table}: {needed} is blank")
        judge: Callable[[Mapping[str, Any]], None] | None = getattr(self, f"_check_{table}", None)
        if judge:
            judge(body)

    def _check_value(self, table: str, field: str, value: Any, option: Mapping[str, Any]) -> None:
        if value is None or value == "":
            return
        kind = option.get("type", "str")
        if kind == "dict":
            # Variables go as text.
            value = json.loads(value) if isinstance(value, str) else value
            if not isinstance(value, dict):
                raise Refused(f"{table}: {field} is no dictionary: {value!r}")
        elif not isinstance(value, TYPES[kind]) or (kind == "int" and isinstance(value, bool)):
            raise Refused(f"{table}: {field} is no {kind}: {value!r}")
        if "choices" in option and value not in option["choices"]:
            raise Refused(f"{table}: {field} is none of {option['choices']}: {value!r}")

    def _check_credential_types(self, body: Mapping[str, Any]) -> None:
        fields = {field["id"] for field in body["inputs"]["fields"]}
        if not set(body["inputs"].get("required", [])) <= fields:
            raise Refused("a field that is required is none of the fields")
        files = {name.partition(".")[2] for name in body["injectors"].get("file", {})}
        for texts in body["injectors"].values():
            for text in texts.values():
                used = jinja2.meta.find_undeclared_variables(jinja2.Environment().parse(text))
                if not used or not used <= fields | {"tower"}:
                    raise Refused(f"an injector uses {used}, the fields are {fields}")
                if not set(re.findall(r"tower\.filename\.(\w+)", text)) <= files:
                    raise Refused(f"an injector names a file that is none of {files}")

    def _check_credentials(self, body: Mapping[str, Any]) -> None:
        kind = self.rows["credential_types"][body["credential_type"]]
        if not set(body.get("inputs", {})) <= {field["id"] for field in kind["inputs"]["fields"]}:
            raise Refused(f"a credential of the type {kind['name']} has other fields")

    def _check_job_templates(self, body: Mapping[str, Any]) -> None:
        if not (self.project / body["playbook"]).is_file():
            raise Refused(f"Playbook {body['playbook']} not found for project.")
        # Survey variables of people are no templates; those of the template are.
        json.loads(body.get("extra_vars") or "{}")

    def _check_schedules(self, body: Mapping[str, Any]) -> None:
        if not re.match(r"DTSTART[:;]\S+ RRULE:FREQ=", body["rrule"]):
            raise Refused(f"no rrule: {body['rrule']}")
        table = (
            "workflow_job_templates"
            if body["unified_job_template"] in self.rows["workflow_job_templates"]
            else "job_templates"
        )
        survey = self.surveys.get((table, body["unified_job_template"]), {"spec": []})
        given = body.get("extra_data") or {}
        missing = [
            one["variable"]
            for one in survey["spec"]
            if one["required"] and one["default"] == "" and one["variable"] not in given
        ]
        unknown = set(given) - {one["variable"] for one in survey["spec"]}
        if missing or unknown:
            raise Refused(f"variables needed to start: {missing}; not asked for: {unknown}")

    def check_survey(self, survey: Mapping[str, Any]) -> None:
        if set(survey) != {"name", "description", "spec"} or not survey["spec"]:
            raise Refused("a survey has a name, a description and questions")
        names = [one["variable"] for one in survey["spec"]]
        if len(names) != len(set(names)):
            raise Refused(f"a variable is asked for twice: {names}")
        for one in survey["spec"]:
            if one["type"] == "password":
                raise Refused(f"{one['variable']}: secrets are asked for by credentials")
            if not isinstance(one["required"], bool) or not one["question_name"]:
                raise Refused(f"{one['variable']}: no question")
            default = one["default"]
            if default != "" and default.__class__ is not DEFAULTS.get(one["type"], str):
                raise Refused(f"{one['variable']}: default {default!r} of type {one['type']}")
            choices = one.get("choices")
            if one["type"].startswith("multi") != bool(choices):
                raise Refused(f"{one['variable']}: choices {choices} of type {one['type']}")
            if choices and not set(default.splitlines()) <= set(choices):
                raise Refused(f"{one['variable']}: default {default!r} is no choice")


def app(controller: Controller, token: str) -> Starlette:
    def listed(rows: list[Row]) -> Response:
        return JSONResponse(
            {"count": len(rows), "next": None, "previous": None, "results": [shown(row) for row in rows]}
        )

    def shown(row: Row) -> Row:
        inputs = row.get("inputs")
        if not isinstance(inputs, dict) or "credential_type" not in row:
            return row
        kind = controller.rows["credential_types"][row["credential_type"]]
        secret = {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
        return {**row, "inputs": {name: "$encrypted$" if name in secret else value for name, value in inputs.items()}}

    def matches(row: Row, query: Mapping[str, str]) -> bool:
        either = {name[4:]: value for name, value in query.items() if name.startswith("or__")}
        every = {name: value for name, value in query.items() if not name.startswith("or__")}
        return all(str(row.get(name)) == value for name, value in every.items()) and (
            not either or any(str(row.get(name)) == value for name, value in either.items())
        )

    async def rows(request: Request) -> Response:
        table = request.path_params["table"]
        tables = REFERENCES["unified_job_template"] if table == "unified_job_templates" else [table]
        if request.method == "GET":
            found = [row for one in tables for row in controller.rows[one].values()]
            return listed([row for row in found if matches(row, request.query_params)])
        body = await request.json()
        controller.check(table, body)
        controller.writes.append(f"POST {table}")
        return JSONResponse(shown(controller.add(table, body)), 201)

    async def row(request: Request) -> Response:
        table, key = request.path_params["table"], request.path_params["key"]
        found = controller.rows[table][key]
        if request.method == "PATCH":
            body = await request.json()
            if table in MODULES:
                controller.check(table, {**{name: found[name] for name in found if name in body}, **body})
            controller.writes.append(f"PATCH {table}")
            found.update(body)
        return JSONResponse(shown(found))

    async def survey(request: Request) -> Response:
        place = (request.path_params["table"], request.path_params["key"])
        if request.method == "POST":
            body = await request.json()
            controller.check_survey(body)
            controller.writes.append(f"POST {place[0]}/survey_spec")
            controller.surveys[place] = body
            return JSONResponse({})
        return JSONResponse(controller.surveys.get(place, {}))

    async def associated(request: Request) -> Response:
        table, key, name = (request.path_params[part] for part in ("table", "key", "name"))
        keys = controller.related.setdefault((table, key, name), [])
        others = controller.rows[ASSOCIATED[name]]
        if request.method == "GET":
            return listed([others[one] for one in keys])
        body = await request.json()
        if body["id"] not in others:
            raise Refused(f"{name} {body['id']} is no row")
        controller.writes.append(f"POST {table}/{name}")
        if body.get("disassociate"):
            keys.remove(body["id"])
        else:
            keys.append(body["id"])
        return Response(status_code=204)

    async def approval(request: Request) -> Response:
        node = controller.rows["workflow_job_template_nodes"][request.path_params["key"]]
        body = await request.json()
        if not set(body) <= {"name", "description", "timeout"} or not isinstance(body.get("timeout", 0), int):
            raise Refused(f"no approval: {body}")
        made = controller.add("approvals", {**body, "type": "workflow_approval_template"})
        made["url"] = made["url"].replace("approvals", "workflow_approval_templates")
        node["unified_job_template"] = made["id"]
        node["related"]["unified_job_template"] = made["url"]
        controller.writes.append("POST create_approval_template")
        return JSONResponse(made, 201)

    async def approval_template(request: Request) -> Response:
        request.path_params["table"] = "approvals"
        return await row(request)

    async def refused(request: Request, error: Exception) -> Response:
        return JSONResponse({"__all__": [str(error)], "error": str(error), "detail": str(error)}, 400)

    def guarded(endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            if request.headers.get("Authorization") != f"Bearer {token}":
                return JSONResponse({"detail": "Authentication credentials were not provided."}, 401)
            response: Response = await endpoint(request)
            response.headers["X-API-Product-Name"] = "AWX"
            response.headers["X-API-Product-Version"] = "24.6.1"
            return response

        return answer

    at = "/api/v2/{table}/{key:int}/"
    routes = [
        (at + "create_approval_template/", approval),
        (at + "survey_spec/", survey),
        (at + "{name}/", associated),
        ("/api/v2/workflow_approval_templates/{key:int}/", approval_template),
        (at, row),
        ("/api/v2/{table}/", rows),
    ]
    return Starlette(
        routes=[Route(path, guarded(endpoint), methods=["GET", "POST", "PATCH"]) for path, endpoint in routes],
        exception_handlers={Refused: refused},
    )


class Served:
    """A controller that listens on a free port of 127.0.0.1, as a context manager; ``url`` and ``token`` reach it."""

    def __init__(self, project: Path, token: str) -> None:
        self.token = token
        self.controller = Controller(project)
        config = uvicorn.Config(app(self.controller, token), host="127.0.0.1", port=0, log_level="error")
        self._server = uvicorn.Server(config)
        # Bound before it is started, so that the port is known and a request can wait for it.
        self._socket = config.bind_socket()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)

    def __enter__(self) -> Served:
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
