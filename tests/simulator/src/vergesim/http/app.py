"""The ASGI application: the platform's API, its version file, and the control endpoints."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from vergesim.http.about import version
from vergesim.http.control import Control, json_response
from vergesim.http.exchange import ApiExchange
from vergesim.simulator import Simulator


async def _version(request: Request) -> Response:
    return json_response(version())


async def _unknown(request: Request) -> Response:
    return json_response(
        {"err": f"Resource '{request.url.path}' not found during {request.method.lower()}"}, 404
    )


def make_app(simulator: Simulator) -> Starlette:
    """The application for a simulator."""
    return Starlette(
        routes=[
            Mount("/api", app=ApiExchange(simulator)),
            Route("/version.json", _version),
            *Control(simulator).routes(),
            Route("/{path:path}", _unknown),
        ]
    )
