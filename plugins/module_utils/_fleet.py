# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge to Ansible of the module that manages a list of tenants."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ._checks.entries import INHERITED
from ._edge import EDGE
from ._files import check_writable, is_other, path_in, write_file
from ._model.errors import VrgError
from ._model.units import seconds_of
from ._module import Work, run
from ._options import check_numbers, check_wait
from ._reads import tenant_list
from ._system.api import Api
from ._system.clock import SystemClock
from ._system.crew import Pace
from ._system.fleet import ApplyFleet
from ._system.session import MOST_WORKERS
from ._system.wait import Waiter
from ._tasks import fleet_plan
from ._tasks.fleet import THRESHOLDS, FleetTask
from ._tasks.fleet_result import failure, outcome, result

#: Options that count something, each with the least and the most that it may be.
_COUNTS = {
    "workers": (1, MOST_WORKERS),
    "starting_at_once": (1, None),
    "max_failed": (0, None),
    "request_budget": (1, None),
    "deadline": (1, None),
}


def manage_fleet(options: Mapping[str, Any]) -> None:
    """Run the module that manages a list of tenants."""

    def prepare(module: Any) -> Work:
        params = module.params
        tenants, given = params["tenants"], params["passwords"]
        # Before anything can end the run: both are nobody's business in its result, and thousands of lines.
        params.update(tenants=None, passwords=None)
        passwords = _passwords(given)
        # The engine keeps out of everything what it sends of them; the others nobody can echo.
        module.no_log_values.difference_update(passwords.values())
        check_wait(params)
        check_numbers(params, {**_COUNTS, **dict.fromkeys(THRESHOLDS, (0, None))})
        if tenants is None:
            raise VrgError("No list of tenants is given.", hint="Give it as tenants, or as a file in src.")
        for name, plan in (params["plans"] or {}).items():
            _check_item(f"plan '{name}'", plan)
        _check_item("defaults", params["defaults"])
        task = FleetTask(params, tenants, passwords)
        pace = Pace(
            params["workers"],
            params["starting_at_once"],
            params["on_error"] == "stop",
            params["max_failed"],
            params["request_budget"] or 0,
            float(params["deadline"] or 0),
        )
        check, folder = module.check_mode, EDGE.get().folder
        if params["plan_file"] and not check:
            raise VrgError("plan_file saves a plan, and is for check mode.", hint="Use plan to carry out a saved one.")
        valid_for = _seconds("plan_valid_for", params["plan_valid_for"])
        approved = _read_json(path_in(folder, params["plan"])) if params["plan"] else None
        plan_file, report_file = (
            path_in(folder, params[option]) if params[option] else None for option in ("plan_file", "report_file")
        )
        for path in filter(None, (plan_file, report_file)):
            check_writable(path)

        def work(api: Api) -> dict[str, Any]:
            waiter = Waiter(api, SystemClock(), params["wait_timeout"] or 0, EDGE.get().progress)
            api.sent.update(reads=0, writes=0)
            if approved is not None:
                fleet_plan.check(approved, task.digest, api.system, api.now)
                task.plan = approved
            applied = ApplyFleet(api, waiter, pace, check)
            applied.run(task)
            whole = result(applied.works, applied.found, list(applied.warnings), check)
            whole["requests"] = dict(api.sent)
            whole["plan"] = {"file": plan_file, "digest": task.digest} if plan_file else None
            troubles = [failure(whole)] if whole["summary"]["failed"] else []
            if plan_file:
                plan = fleet_plan.saved(applied.works, task.digest, api.system, api.now, valid_for)
                troubles += _kept(plan_file, json.dumps(plan, indent=1, default=str))
            if report_file:
                lines = [json.dumps(api.secrets.scrub(outcome(one, check)), default=str) for one in applied.works]
                troubles += _kept(report_file, "\n".join(lines))
            if troubles:
                whole.update(failed=True, msg=" ".join(troubles))
            scrubbed: dict[str, Any] = api.secrets.scrub(whole)
            return scrubbed

        return work

    run(prepare, options, {})


def _kept(path: str, text: str) -> list[str]:
    """Write a file; what keeps it from being written, beside which the result is told all the same."""
    try:
        write_file(path, f"{text}\n" if text else "", private=True)
    except VrgError as error:
        return [f"{error.message} {error.hint}"]
    return []


def _passwords(given: Any) -> dict[str, str]:
    """The passwords by name, given as a dictionary or as its JSON. Raises VrgError for anything else."""
    try:
        found = json.loads(given) if isinstance(given, str) else given or {}
        passwords = {str(name): value for name, value in found.items() if value not in (None, "")}
    except (AttributeError, ValueError):
        raise VrgError("passwords is no dictionary.", hint="Give each password under the tenant's name.") from None
    for name, value in passwords.items():
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            # As text it would be another one.
            raise VrgError(
                f"The password for tenant '{name}' is not text.", hint="Put it in quotes: YAML reads 12.50 as 12.5."
            )
    return {name: str(value) for name, value in passwords.items()}


def _check_item(what: str, given: Any) -> None:
    """Raises VrgError if a plan has what no item may have; its values become what their options are."""
    if given is None:
        return
    if not isinstance(given, dict):
        raise VrgError(f"{what} is no dictionary of what an item may have.")
    validated = ArgumentSpecValidator(INHERITED).validate(given)
    if validated.error_messages:
        raise VrgError(f"{what}: {' '.join(validated.error_messages)}")
    given.update(validated.validated_parameters)


def inform_fleet(options: Mapping[str, Any]) -> None:
    """Run the module that reads the tenants that stand as a list, and writes it to files."""

    def prepare(module: Any) -> Work:
        def work(api: Api) -> dict[str, Any]:
            found = tenant_list.gather(api, module.params)
            dest = module.params["dest"]
            files = _files(path_in(EDGE.get().folder, dest), found) if dest else ()
            differing = {path: text for path, text in files if is_other(path, text)}
            for path, text in differing.items() if not module.check_mode else ():
                write_file(path, text)
            written = list(differing)
            return {"changed": bool(written), "written": written, **found}

        return work

    run(prepare, options, {})


def _files(dest: str, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What has to be in which file; a folder has one for each tenant, with nothing left to a plan."""
    if not (dest.endswith(os.sep) or os.path.isdir(dest)):
        yield dest, _text(dest, {"plans": found["plans"], "tenants": found["tenants"]})
        return
    for item in found["tenants"]:
        # A name may hold what no file name can, and must not hide its file.
        stem = re.sub(r"^\.", "%2E", quote(item["name"], safe=" "))
        path = os.path.join(dest, f"{stem}.yml")
        whole = {**found["plans"].get(item.get("plan"), {}), **item}
        yield path, _text(path, {name: value for name, value in whole.items() if name != "plan"})


def _text(path: str, content: Mapping[str, Any]) -> str:
    if path.endswith(".json"):
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    try:
        import yaml
    except ImportError:
        raise VrgError("YAML cannot be written, because PyYAML is missing.", hint="Let dest end in .json.") from None
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    return text


def _seconds(option: str, text: str) -> int:
    try:
        return int(text) if text.isdecimal() else seconds_of(text)
    except ValueError:
        raise VrgError(f"{option} '{text}' is not a duration.", hint="Write it like 12h, 3d or 3600.") from None


def _read_json(path: str) -> Any:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise VrgError(f"plan '{path}' cannot be read: {error.strerror}.") from None
    except ValueError:
        raise VrgError(f"plan '{path}' is not JSON.", hint="Save one with plan_file in check mode.") from None
