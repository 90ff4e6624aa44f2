from __future__ import annotations

from pathlib import Path

import pytest

from plugins.plugin_utils._roles.change_tasks import change_window_tasks


def flaws(text: str, path: str = "/changes/it.yml") -> str:
    return " ".join(change_window_tasks([text], [path]))


@pytest.mark.parametrize(
    "text",
    [
        "- debug: {msg: hello}",
        "- name: Later\n  meta: flush_handlers",
        "- meta: reset_connection",
        "- debug: {msg: 'meta: end_play'}",
        "- uri:\n    url: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162",
        "- debug: {msg: !unsafe '{{ x }}'}",
        '[{"debug": {"msg": "JSON"}}]',
        "- include_tasks: '{{ which }}.yml'",
        "- block: [{debug: {}}]\n  rescue: [{fail: {}}]",
    ],
)
def test_tasks_are_tasks(text: str) -> None:
    assert flaws(text) == ""


@pytest.mark.parametrize(
    "word", ["end_play", "end_host", "end_batch", "end_role", "clear_host_errors", "something_new"]
)
@pytest.mark.parametrize(
    "form",
    [
        "- meta: {}",
        "- ansible.builtin.meta: {}",
        "- block:\n    - debug:\n  always:\n    - block: [{{meta: {}}}]",
        "- action: meta {}",
        "- local_action: {{module: ansible.builtin.meta, free_form: {}}}",
        "- meta: {}\n  when: false",
    ],
)
def test_F39_a_way_out_is_named(form: str, word: str) -> None:
    assert f"/changes/it.yml holds 'meta: {word}', a way out" in flaws(form.format(word))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a: [", "/changes/it.yml is not YAML in line 1."),
        ("- debug:\n  - b\n c: 1", "is not YAML in line 3."),
        ("\x00", "is not YAML"),
        ("", "holds no list of tasks."),
        ("[]", "holds no list of tasks."),
        ("tasks: []", "holds no list of tasks."),
        ("- debug:\n- just text", "Entry 2 of /changes/it.yml is not a task."),
        ("- null", "Entry 1 of /changes/it.yml is not a task."),
    ],
)
def test_F39_what_is_no_file_of_tasks(text: str, says: str) -> None:
    assert says in flaws(text)


def test_files_that_are_named_outright_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "ends.yml").write_text("- include_tasks: ends.yml\n- meta: end_host\n")
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks/bad.yml").write_text("- a: [")
    (tmp_path / "secret.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162\n")
    start = "- include_tasks: {file: ends.yml}\n- import_tasks: bad.yml\n"
    start += "- include_tasks: secret.yml\n- include_tasks: no.yml"
    said = flaws(start, str(tmp_path / "start.yml"))
    assert said.count("'meta: end_host'") == 1
    assert f"{tmp_path}/tasks/bad.yml is not YAML" in said
    assert "secret" not in said
