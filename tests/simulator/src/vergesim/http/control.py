"""Control endpoints outside `/api`, without login."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from vergesim.clock import MODES
from vergesim.faults import read_fault
from vergesim.http.overview import overview, page
from vergesim.refusal import Refusal, bad_request, exists, not_found
from vergesim.schema import TABLES, Row
from vergesim.simulator import Simulator
from vergesim.switches import SWITCHES
from vergesim.values import as_key
from vergesim.virtual import VIRTUAL

Endpoint = Callable[[Request], Awaitable[Response]]


def json_response(payload: Any, status: int = 200) -> Response:
    """JSON by orjson."""
    return Response(orjson.dumps(payload), status, media_type="application/json")


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        raise bad_request("Invalid JSON") from None
    if not isinstance(body, dict):
        raise bad_request("The body must be a JSON object")
    return body


class Control:
    """The endpoints, bound to a simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator

    def routes(self) -> list[Route]:
        """For Starlette."""
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/sim", self.page),
            ("GET", "/sim/", self.page),
            ("GET", "/sim/overview", self.overview),
            ("GET", "/sim/requests", self.requests),
            ("DELETE", "/sim/requests", self.clear_requests),
            ("POST", "/sim/reset", self.reset),
            ("GET", "/sim/clock", self.clock),
            ("POST", "/sim/clock", self.set_clock),
            ("GET", "/sim/switches", self.switches),
            ("PUT", "/sim/switches", self.set_switches),
            ("GET", "/sim/faults", self.faults),
            ("POST", "/sim/faults", self.add_fault),
            ("DELETE", "/sim/faults", self.remove_faults),
            ("DELETE", "/sim/faults/{number:int}", self.remove_faults),
            ("GET", "/sim/tables/{table}", self.rows),
            ("POST", "/sim/tables/{table}", self.add_row),
            ("PUT", "/sim/tables/{table}/{key}", self.set_row),
            ("DELETE", "/sim/tables/{table}/{key}", self.remove_row),
        ]
        return [Route(path, self._guarded(endpoint), methods=[method]) for method, path, endpoint in table]

    @staticmethod
    def _guarded(endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refusal as refusal:
                return json_response(refusal.body(), refusal.status)

        return guarded

    async def page(self, request: Request) -> Response:
        """The page for people."""
        return HTMLResponse(page())

    async def overview(self, request: Request) -> Response:
        """What the page shows."""
        self.simulator.settle()
        return json_response(overview(self.simulator))

    async def requests(self, request: Request) -> Response:
        """What was asked of the API; ``?log=0`` leaves out the single requests, which may be thousands."""
        log = self.simulator.log
        entries = {} if request.query_params.get("log") == "0" else {"log": list(log.entries)}
        return json_response({"counts": log.counts, **entries, "errors": log.errors})

    async def clear_requests(self, request: Request) -> Response:
        """Start counting again."""
        self.simulator.log.clear()
        return json_response({})

    async def reset(self, request: Request) -> Response:
        """Back to the start, optionally to another fixture."""
        fixture = (await _body(request)).get("fixture")
        if fixture is not None and not isinstance(fixture, str):
            raise bad_request("'fixture' is lab, empty, lived or msp:N")
        self.simulator.reset(fixture)
        return json_response({"fixture": self.simulator.fixture})

    async def clock(self, request: Request) -> Response:
        """The simulated time."""
        timeline = self.simulator.world.timeline
        return json_response(
            {
                "now": timeline.clock.now(),
                "step": timeline.step,
                "mode": timeline.clock.mode,
            }
        )

    async def set_clock(self, request: Request) -> Response:
        """Advance the time, change the step, or choose what moves the time."""
        body, timeline = await _body(request), self.simulator.world.timeline
        if unknown := set(body) - {"advance", "step", "mode"}:
            raise bad_request(f"the clock knows advance, step and mode, not {', '.join(sorted(unknown))}")
        for name in ("advance", "step"):
            value = body.get(name, 0)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1e9:
                raise bad_request(f"'{name}' is a number of seconds from 0 on")
        if body.get("mode", "real") not in MODES:
            raise bad_request(f"'mode' is one of {', '.join(MODES)}")
        self.simulator.settle()
        if "mode" in body:
            timeline.clock.set_mode(body["mode"])
        timeline.step = float(body.get("step", timeline.step))
        timeline.clock.advance(float(body.get("advance", 0)))
        self.simulator.settle()
        return await self.clock(request)

    async def switches(self, request: Request) -> Response:
        """Name to value."""
        return json_response(self.simulator.world.switches.values())

    async def set_switches(self, request: Request) -> Response:
        """Set some; nothing is set if one is unknown."""
        body, switches = await _body(request), self.simulator.world.switches
        trial = switches.copy()
        for name, value in body.items():
            trial.set(name, value)
        for name in body:
            switches.set(name, trial[name])
        return json_response(switches.values())

    async def faults(self, request: Request) -> Response:
        """The faults in force and how often each fired."""
        return json_response([fault.shown() for fault in self.simulator.faults.all])

    async def add_fault(self, request: Request) -> Response:
        """Put one in force."""
        fault = self.simulator.faults.add(read_fault(await _body(request)))
        return json_response(fault.shown(), 201)

    async def remove_faults(self, request: Request) -> Response:
        """Lift one, or all."""
        self.simulator.faults.remove(request.path_params.get("number"))
        return json_response({})

    def _table(self, request: Request) -> str:
        table = str(request.path_params["table"])
        if table not in TABLES:
            raise not_found(table)
        return table

    async def rows(self, request: Request) -> Response:
        """All rows of a table as they are kept, without secrets."""
        self.simulator.settle()
        return json_response(self.simulator.raw_rows(self._table(request)))

    def _row(self, request: Request) -> Row:
        table, key = self._table(request), str(request.path_params["key"])
        self.simulator.settle()
        row = self.simulator.world.find(table, as_key(key))
        if row is None:
            raise not_found(f"{table}/{key}")
        return row

    async def add_row(self, request: Request) -> Response:
        """Make a row past every rule: what no client can, such as a drive or an alarm."""
        table, body = self._table(request), await _body(request)
        self.simulator.settle()
        world, name = self.simulator.world, TABLES[table].key_column
        key = body.get(name) if name else body.pop("$key", None)
        if table in VIRTUAL or not (
            isinstance(key, str) and key if name else key is None or type(key) is int
        ):
            raise bad_request(f"'{table}' takes no row with that key")
        if key is not None and world.find(table, key) is not None:
            raise exists(f"{table}/{key} exists")
        _check_columns(table, body)
        return json_response({"$key": world.insert(table, body, key)["$key"]}, 201)

    async def set_row(self, request: Request) -> Response:
        """Change columns of a row past every rule: drift from outside, data that was used up."""
        table, row, body = self._table(request), self._row(request), await _body(request)
        _check_columns(table, body)
        self.simulator.world.change(table, row, **body)
        return json_response(row if "password" not in row else {})

    async def remove_row(self, request: Request) -> Response:
        """Let a row go past every rule."""
        self.simulator.world.drop(self._table(request), self._row(request))
        return json_response({})


def _check_columns(table: str, body: Row) -> None:
    """Refuse what no row of a table could hold."""
    columns = {column.name: column for column in TABLES[table].columns if column.kind != "rows"}
    if unknown := set(body) - set(columns):
        raise bad_request(f"'{table}' has no {', '.join(sorted(unknown))} to set")
    for name, value in body.items():
        if isinstance(value, (list, dict)) and columns[name].kind != "json":
            raise bad_request(f"'{name}' of '{table}' is one value")


def switch_list() -> list[dict[str, Any]]:
    """Every switch as data."""
    return [
        {
            "name": switch.name,
            "default": switch.default,
            "alternatives": list(switch.alternatives),
            "section": switch.section,
            "tables": list(switch.tables),
            "meaning": switch.meaning,
            "measured": switch.measured,
        }
        for switch in SWITCHES.values()
    ]
