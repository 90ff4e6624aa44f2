"""The ASGI application: the platform's API, its version file, and the control endpoints."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from vergesim.http.about import version
from vergesim.http.control import Control, json_response
from vergesim.http.exchange import ApiExchange
from vergesim.simulator import Simulator


async def _unknown(request: Request) -> Response:
    sentence = f"Resource '{request.url.path}' not found during {request.method.lower()}"
    return json_response({"err": sentence}, 404)


def make_app(simulator: Simulator) -> ASGIApp:
    """The application for a simulator. The API is served past Starlette's routing, for speed."""
    api = ApiExchange(simulator)

    async def file(request: Request) -> Response:
        return json_response(version(simulator.world))

    others = Starlette(
        routes=[
            Route("/version.json", file),
            *Control(simulator).routes(),
            Route("/{path:path}", _unknown),
        ]
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        served = api if scope["type"] == "http" and scope["path"].startswith("/api/") else others
        await served(scope, receive, send)

    return app
