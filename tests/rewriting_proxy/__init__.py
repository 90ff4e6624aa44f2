"""A proxy between a client and a vergesim that rewrites, swallows, cuts, delays or precedes single exchanges.

HTTPS with the simulator's own certificate, so that a client takes one for the other: ``ready`` is the simulator's ready
line with the proxy's address in it. What happens to an exchange is a plain function::

    with Vergesim() as sim, RewritingProxy(sim) as proxy:
        proxy.rule(instead(json_answer({"err": "database is locked"})), "GET", "tenants", nth=2)

``act(request, pass_on)`` returns the answer that the client gets. It may call ``pass_on`` or not, and raises
``Dropped`` where the connection is to break instead.
"""

from .acts import (
    Act,
    Answer,
    Dropped,
    PassOn,
    Request,
    afterwards,
    broken_off,
    dropped,
    held,
    instead,
    json_answer,
    pass_through,
    preceded,
    rewritten,
    shortened,
)
from .server import Exchange, RewritingProxy, Rule

__all__ = [
    "Act",
    "Answer",
    "Dropped",
    "Exchange",
    "PassOn",
    "Request",
    "RewritingProxy",
    "Rule",
    "afterwards",
    "broken_off",
    "dropped",
    "held",
    "instead",
    "json_answer",
    "pass_through",
    "preceded",
    "rewritten",
    "shortened",
]
