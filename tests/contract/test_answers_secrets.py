"""A secret that the platform repeats, in whatever spelling and wherever a text is cut, reaches nobody (F 17)."""

from __future__ import annotations

import html
import json
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from ansible.module_utils import basic
from rewriting_proxy import Answer, RewritingProxy, instead, json_answer

pytest_plugins = "proxied"

ROOT = Path(__file__).resolve().parents[2]
SECRET = 'Zöe\'s "9" <cats> & \\dogs\\ 47/11-qwertz'

#: How the platform, or what stands before it, may write a secret.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[1:-1],
    "HTML": html.escape,
    "HTML but quotes": lambda text: html.escape(text, quote=False),
    "HTML in ASCII": lambda text: html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
    "HTML by numbers": lambda text: re.sub(r"[^ -~]|[&<>\"']", lambda one: f"&#{ord(one[0])};", text),
    "HTML by hexadecimal numbers": lambda text: re.sub(r"[^ -~]|[&<>\"']", lambda one: f"&#x{ord(one[0]):x};", text),
    "JSON with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "URL": quote,
    "URL, slashes too": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "Python": lambda text: repr(text)[1:-1],
}
#: Where it begins; long texts were cut after 500 characters.
PLACES = (0, 440, 480, 495, 500, 520)


Run = Callable[[], str]


@pytest.fixture
def module(proxy: RewritingProxy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """What vrg_tenant prints, asked to create a tenant with the secret for its password; it has to fail."""
    connection = {name: proxy.ready[name] for name in ("host", "username", "password", "ca_path")}
    arguments = {**connection, "name": "new", "tenant_password": SECRET}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode())
    # Newer cores also want to know how arguments and results are written.
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    main = runpy.run_path(str(ROOT / "plugins/modules/vrg_tenant.py"))["main"]

    def run() -> str:
        with pytest.raises(SystemExit):
            main()
        printed = "".join(capsys.readouterr())
        assert json.loads(printed.splitlines()[-1])["failed"], printed
        return printed

    return run


def traces(printed: str, spelling: str) -> list[str]:
    """Parts of the secret, eight characters long, in what was printed: as text, and as JSON writes text."""
    said = json.loads(printed.splitlines()[-1])
    said.pop("invocation", None)
    texts = (json.dumps(said), json.dumps(said, ensure_ascii=False), str(said.get("msg")), str(said.get("hint")))
    parts = {spelling[at : at + 8] for at in range(len(spelling) - 7)}
    return sorted(part for part in parts if any(part in text for text in texts))


def answers(spelling: str) -> list[Answer]:
    """Refusals that repeat the secret, each at another place of the sentence."""
    return [json_answer({"err": "x" * place + spelling + " is not good enough."}, 422) for place in PLACES]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_F17_a_secret_in_a_refusal_is_blotted_out(proxy: RewritingProxy, module: Run, spelling: str) -> None:
    written = SPELLINGS[spelling](SECRET)
    found = []
    for answer in answers(written):
        proxy.forget()
        rule = proxy.rule(instead(answer), "POST", "tenants")
        found += traces(module(), written)
        assert rule.fired
    assert found == []


def test_F17_a_secret_on_a_page_is_blotted_out(proxy: RewritingProxy, module: Run) -> None:
    written = html.escape(SECRET)
    page = f"<html><body>{'x' * 470}{written} was refused</body></html>"
    rule = proxy.rule(instead(Answer(422, page.encode(), {"Content-Type": "text/html"})), "POST", "tenants")
    assert traces(module(), written) == []
    assert rule.fired


def test_F17_the_sentence_around_it_stays(proxy: RewritingProxy, module: Run) -> None:
    proxy.rule(instead(json_answer({"err": f"Password {html.escape(SECRET)} is too long"}, 422)), "POST", "tenants")
    printed = module()
    assert "is too long" in printed and "create tenant 'new'" in printed
