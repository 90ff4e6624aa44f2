"""The demo: onboard tenants on a simulated VergeOS - dry run, run, second run - and look at what then stands.

Ends with an error when the dry run writes, the second run changes something, or a tenant is not online.
"""

from __future__ import annotations

import json
import re
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests"))

from vergesim_process import Vergesim  # noqa: E402

BIN = Path(sys.executable).parent
REPORT = ROOT / "build/demo"
ONBOARD = ("vergeio.vrg.tenant_onboard", "-e", f"@{HERE / 'demo/tenants.yml'}")
CONSOLE = Console(width=110)


def main() -> int:
    # A plain kill must stop the simulators too: SystemExit unwinds the with statement below.
    signal.signal(signal.SIGTERM, lambda *received: sys.exit(143))
    with Vergesim("lab", 0.2) as lab, Vergesim("msp:100", 0) as provider:
        title(f"A simulated VergeOS listens on {lab.ready['url']}")
        passwords = {name: secrets.token_urlsafe(12) for name in ("acme", "globex", "initech")}
        # By the environment, so that no password stands among the arguments or in a file.
        environment = {**lab.collection_environment(), "DEMO_PASSWORDS": json.dumps(passwords)}

        title("1. Dry run: ansible-playbook vergeio.vrg.tenant_onboard --check --diff")
        lab.forget()
        play(environment, *ONBOARD, "--check", "--diff")
        dry_writes = told_requests("The dry run", lab)

        title("2. The run")
        play(environment, *ONBOARD)
        told_requests("The run", lab)

        title("3. The same again")
        changed = play(environment, *ONBOARD)
        told_requests("The second run", lab)

        title("4. A report on this system and on one with 100 tenants")
        systems = {"lab": lab.ready, "provider": provider.ready}
        report = ("vergeio.vrg.estate_report", "-e", "estate_report_hosts=all", "-e", f"estate_report_folder={REPORT}")
        inventory = ("-i", str(HERE / "demo/systems.yml"))
        play({**environment, "DEMO_SYSTEMS": json.dumps(systems)}, *report, *inventory)

        title("5. What stands, by vergeio.vrg.vrg_tenant_info")
        tenants = gathered(lab)
        show(tenants)

        title("6. And by VergeOS's own command line, vrg")
        vrg(lab, "tenant", "list")
        for tenant in tenants:
            vrg(lab, "tenant", "node", "list", tenant["name"])
            vrg(lab, "tenant", "storage", "list", tenant["name"])

    online = [tenant for tenant in tenants if tenant["status"] == "online"]
    if dry_writes or changed or len(online) != len(passwords):
        CONSOLE.print(f"Failed: {dry_writes} dry writes, {changed} changes in the second run, {len(online)} online.")
        return 1
    CONSOLE.print("\nThree tenants onboarded, the dry run wrote nothing, the second run changed nothing.")
    print(f"Open the report in a browser: {(REPORT / 'estate.html').as_uri()}")
    return 0


def title(text: str) -> None:
    CONSOLE.print()
    CONSOLE.rule(text, align="left")


def told_requests(who: str, sim: Vergesim) -> int:
    """Say how many requests there were since the last call, and how many of them were writes, which is returned."""
    writes = sim.writes()
    CONSOLE.print(f"{who} sent {sum(sim.requests().values())} requests, {writes} of them writes.")
    sim.forget()
    return writes


def play(environment: dict[str, str], *arguments: str) -> int:
    """Run a playbook, its output shown as it comes; the number of changed tasks. Ends the demo on failure."""
    environment = {**environment, "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml", "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false"}
    lines = []
    with subprocess.Popen(
        [str(BIN / "ansible-playbook"), *arguments], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                lines.append(line)
        except BaseException:
            # Interrupted: what it runs against is about to go.
            process.terminate()
            raise
    if process.returncode:
        sys.exit(f"ansible-playbook ended with {process.returncode}")
    return sum(int(count) for line in lines for count in re.findall(r"^\S+ +: ok=.*changed=(\d+)", line))


def gathered(sim: Vergesim) -> list[dict[str, Any]]:
    command = [str(BIN / "ansible"), "localhost", "-m", "vergeio.vrg.vrg_tenant_info"]
    command += ["-a", "gather=nodes,storage,network"]
    told = subprocess.run(command, env=sim.collection_environment(), capture_output=True, text=True, check=True).stdout
    found: list[dict[str, Any]] = json.loads(told.split("=>", 1)[1])["tenants"]
    return found


def show(tenants: list[dict[str, Any]]) -> None:
    table = Table("Tenant", "Status", "Nodes", "Storage", "External IPs", "Blocks", "Layer 2")
    for tenant in tenants:
        table.add_row(
            tenant["name"],
            tenant["status"],
            "\n".join(f"{node['name']} {node['ram_gb']:g} GB on {node['host']}" for node in tenant["nodes"]),
            "\n".join(f"tier {row['tier']}: {row['provisioned_gb']} GiB" for row in tenant["storage"]),
            "\n".join(row["ip"] for row in tenant["external_ips"]),
            "\n".join(row["cidr"] for row in tenant["network_blocks"]),
            "\n".join(row["network"] for row in tenant["layer2_networks"]),
        )
    CONSOLE.print(table)


def vrg(sim: Vergesim, *arguments: str) -> None:
    print(f"\n$ vrg {' '.join(arguments)}", flush=True)
    subprocess.run([str(BIN / "vrg"), *arguments], env=sim.vrg_environment(), check=True)


if __name__ == "__main__":
    sys.exit(main())
