"""The patterns for AWX, written from the argument specs: ``make patterns``.

``tools/patterns.yml`` says what is asked; what a question is comes from the roles and modules. With ``--check``
nothing is written, and the run fails if a file is not as it would be.
"""

from __future__ import annotations

import ast
import json
import re
import sys
import textwrap
from functools import partial
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ROOT / "extensions/patterns"
GUIDE = ROOT / "docs/docsite/rst/awx.rst"
CREDENTIAL_TYPES = ROOT / "playbooks/files/awx_credential_types.yml"
#: The version of the pattern's schema.
SCHEMA = "3.0.0"
HEADER = "---\n# Written by `make patterns`.\n"
USE = """`ansible-playbook vergeio.vrg.awx_setup` loads it into a controller; the guide *AWX and execution environments*
of the collection begins at nothing. The credential of the type VergeOS gives the job its system and login. No secret is
asked for in a survey."""
#: How the controller asks for a value of an option.
TYPES = {"int": "integer", "float": "float"}


def main() -> int:
    stale = [path for path, text in files().items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the argument specs say: run make patterns")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files()[path])
        print(path.relative_to(ROOT))
    return 0


def files() -> dict[Path, str]:
    """Every generated file, by its path."""
    declared = yaml.safe_load((ROOT / "tools/patterns.yml").read_text())
    written = {GUIDE: with_credential_type(GUIDE.read_text())}
    for name, pattern in declared["patterns"].items():
        templates = [asked(template) for template in pattern["templates"]]
        definition = defined(name, pattern, templates, declared)
        folder = PATTERNS / name
        written[folder / "meta/pattern.json"] = json.dumps(definition, indent=2, ensure_ascii=False) + "\n"
        written[folder / "README.md"] = readme(definition, templates)
        for template in templates:
            path = folder / "playbooks" / template["playbook"].replace(".yml", ".meta.yml")
            written[path] = HEADER + as_yaml(play_spec(pattern, template))
    return written


def asked(template: dict[str, Any]) -> dict[str, Any]:
    """The template with what each of its questions is."""
    return {**template, "questions": [question(one) for one in template["questions"]]}


def question(declared: dict[str, Any]) -> dict[str, Any]:
    option = option_of(declared["of"]) if "of" in declared else {}
    merged = {**option, **declared}
    default = merged.get("default")
    # An answer that has a default is never left blank, and a default that says "nothing" is none.
    required = bool(merged.get("required")) or default not in (None, "", [], {})
    merged["required"] = declared["required"] if "required" in declared and default is None else required
    merged["variable"] = declared.get("variable") or declared["of"].rpartition("/")[2]
    merged["description"] = plain(merged["description"])
    return merged


def option_of(place: str) -> dict[str, Any]:
    """An option as documented: ``role/option/suboption`` or ``module:name/option``. KeyError if there is none."""
    owner, *names = place.split("/")
    options = module_options(owner[7:]) if owner.startswith("module:") else role_options(owner)
    option: dict[str, Any] = {}
    for name in names:
        option = options[name]
        options = option.get("options") or option.get("suboptions") or {}
    return option


def role_options(role: str) -> dict[str, Any]:
    specs = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())
    options: dict[str, Any] = specs["argument_specs"]["main"]["options"]
    return options


def module_options(module: str) -> dict[str, Any]:
    for node in ast.parse((ROOT / f"plugins/modules/{module}.py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION":
            options: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))["options"]
            return options
    raise KeyError(module)


def plain(text: str | list[str]) -> str:
    """A description without Ansible's markup, as one paragraph."""
    joined = " ".join(" ".join([text] if isinstance(text, str) else text).split())
    return re.sub(r"\b[A-Z]+\(([^()]*?)(?:#\w+)?\)", lambda found: re.sub(r"[^.\[\]]*\[\]\.", "", found[1]), joined)


# The definition


def survey_question(asked: dict[str, Any]) -> dict[str, Any]:
    """A question of a survey, by the schema of patterns: choices and defaults are text."""
    kind, default = asked.get("type", "str"), asked.get("default")
    choices = ["false", "true"] if kind == "bool" else [str(choice) for choice in asked.get("choices") or []]
    if choices:
        shape = "multiselect" if kind == "list" else "multiplechoice"
    else:
        shape = TYPES.get(kind, "textarea" if asked.get("lines") else "text")
    told: dict[str, Any] = {
        "type": shape,
        "question_name": asked["ask"],
        "question_description": asked["description"],
        "variable": asked["variable"],
        "required": asked["required"],
        "default": as_text(default),
    }
    return {**told, "choices": choices} if choices else told


def as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value in (None, [], {}) else str(value)


def defined(
    name: str, pattern: dict[str, Any], templates: list[dict[str, Any]], declared: dict[str, Any]
) -> dict[str, Any]:
    several = len(templates) > 1
    return {
        "schema_version": SCHEMA,
        "name": name,
        **{key: pattern[key] for key in ("title", "description", "short_description", "tags")},
        "aap_resources": {
            "controller_project": {
                "name": declared["project"],
                "description": "The collection vergeio.vrg, or a project of your own with its patterns",
            },
            "controller_execution_environment": declared["execution_environment"],
            "controller_labels": declared["labels"],
            "controller_job_templates": [
                {
                    "name": template["name"],
                    "description": template["description"],
                    "execution_environment": declared["execution_environment"]["name"],
                    "playbook": template["playbook"],
                    "primary": bool(template.get("primary")) or not several,
                    "ask_credential_on_launch": True,
                    "ask_inventory_on_launch": True,
                    "labels": declared["labels"],
                    "survey": {
                        "name": template["name"],
                        "description": template["description"],
                        "spec": [survey_question(one) for one in template["questions"]],
                    },
                }
                for template in templates
            ],
        },
    }


def play_spec(pattern: dict[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    """The argument spec of a play, which ansible-core knows from 2.20 on."""
    options = {}
    for one in template["questions"]:
        told = {"description": one["description"], "type": one.get("type", "str")}
        told |= {key: one[key] for key in ("elements", "choices", "default") if one.get(key) not in (None, "")}
        told |= {"required": True} if one["required"] and "default" not in told else {}
        options[one["variable"]] = told
    about = {"short_description": template["description"]}
    spec = {**about, "options": options, "examples": f"ansible-playbook {template['playbook']} -e @answers.yml"}
    return {**about, "description": pattern["description"], "argument_specs": {"main": spec}}


# What people read


def readme(definition: dict[str, Any], templates: list[dict[str, Any]]) -> str:
    resources = definition["aap_resources"]
    lines = [
        f"# {definition['title']}",
        "",
        *wrapped(definition["description"]),
        "",
        "```mermaid",
        *drawing(templates),
        "```",
        "",
    ]
    lines += ["## What it makes in the controller", ""]
    lines += [f"* the project {resources['controller_project']['name']}"]
    lines += [f"* the execution environment {resources['controller_execution_environment']['name']}"]
    lines += [f"* the job template *{one['name']}*, with a survey, of `{one['playbook']}`" for one in templates]
    lines += ["", "## How to use it", ""]
    lines += wrapped(USE)
    for template in templates:
        lines += ["", f"## {template['name']}", "", *wrapped(template["description"] + "."), ""]
        lines += ["| Question | Variable | Must be answered | Default |", "|---|---|---|---|"]
        for one in template["questions"]:
            default = f"`{as_text(one.get('default'))}`" if as_text(one.get("default")) else ""
            lines.append(f"| {one['ask']} | `{one['variable']}` | {'yes' if one['required'] else ''} | {default} |")
    lines += ["", "Written by `make patterns` from the argument specs."]
    return "\n".join(lines) + "\n"


def drawing(templates: list[dict[str, Any]]) -> list[str]:
    """The way from the launch to the system, in Mermaid's words, which pages of repositories draw."""
    lines = ["flowchart LR"]
    for number, template in enumerate(templates):
        asked = f"Survey, {len(template['questions'])} questions"
        lines.append(f'    survey{number}["{asked}"] --> job{number}["{template["name"]}"]')
        lines.append(f'    job{number} --> play{number}["vergeio.vrg.{template["runs"]}"] --> system[("VergeOS")]')
    by_run = {template["runs"]: number for number, template in enumerate(templates)}
    if "tenant_apply" in by_run:
        plan, apply = by_run["tenant_plan"], by_run["tenant_apply"]
        lines.append(f'    job{plan} -- "saved plan" --> approval{{"Approval"}} -- "approved" --> job{apply}')
    return [*lines, '    credential["Credential VergeOS"] -.-> ' + " & ".join(f"job{n}" for n in range(len(templates)))]


def wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 118:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def with_credential_type(guide: str) -> str:
    """The guide with the first credential type that the playbook makes."""
    first = yaml.load(CREDENTIAL_TYPES.read_text(), _Unsafe)["awx_setup_credential_types"][0]
    for part, language in (("inputs", "yaml"), ("injectors", "yaml+jinja")):
        block = textwrap.indent(as_yaml(first[part]), "   ")
        place = rf"(\.\. make patterns\n\n\.\. code-block:: {re.escape(language)}\n\n)(?:   .*\n|\n)+?(?=\n\S)"
        guide, found = re.subn(place, partial(_filled, block), guide, count=1)
        if not found:
            raise SystemExit(f"{GUIDE.name} has no place for the {part} of the credential type.")
    return guide


def as_yaml(data: dict[str, Any]) -> str:
    return yaml.dump(data, Dumper=_Indented, sort_keys=False, width=120, allow_unicode=True)


def _filled(block: str, found: re.Match[str]) -> str:
    return found[1] + block


class _Unsafe(yaml.SafeLoader):
    """YAML with the tag of what Ansible must not template."""


_Unsafe.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


class _Indented(yaml.SafeDumper):
    """Lists stand deeper than what they belong to."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


if __name__ == "__main__":
    sys.exit(main())
