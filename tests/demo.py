"""The demo: the example playbook against the simulator - dry run, run, second run - and what then stands.

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

from vergesim_process import Vergesim

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
CONSOLE = Console(width=110)


def main() -> int:
    # A plain kill must stop the simulator too: SystemExit unwinds the with statement below.
    signal.signal(signal.SIGTERM, lambda *received: sys.exit(143))
    with Vergesim("lab", 0.2) as sim:
        title(f"A simulated VergeOS listens on {sim.ready['url']}")
        passwords = {name: secrets.token_urlsafe(12) for name in ("acme", "globex", "initech")}

        title("1. Dry run: ansible-playbook --check --diff")
        sim.forget()
        play(sim, passwords, "--check", "--diff")
        dry_writes = sim.writes()
        CONSOLE.print(f"The dry run sent {sum(sim.requests().values())} requests, {dry_writes} of them writes.")

        title("2. The run")
        sim.forget()
        play(sim, passwords)
        CONSOLE.print(f"It sent {sum(sim.requests().values())} requests, {sim.writes()} of them writes.")

        title("3. The same again")
        sim.forget()
        changed = play(sim, passwords)
        CONSOLE.print(f"It sent {sum(sim.requests().values())} requests, {sim.writes()} of them writes.")

        title("4. What stands, by vergeio.vrg.vrg_tenant_info")
        tenants = gathered(sim)
        show(tenants)

        title("5. And by VergeOS's own command line, vrg")
        vrg(sim, "tenant", "list")
        for tenant in tenants:
            vrg(sim, "tenant", "node", "list", tenant["name"])
            vrg(sim, "tenant", "storage", "list", tenant["name"])

    online = [tenant for tenant in tenants if tenant["status"] == "online"]
    if dry_writes or changed or len(online) != len(passwords):
        CONSOLE.print(f"Failed: {dry_writes} dry writes, {changed} changes in the second run, {len(online)} online.")
        return 1
    CONSOLE.print("\nThree tenants provisioned, the dry run wrote nothing, the second run changed nothing.")
    return 0


def title(text: str) -> None:
    CONSOLE.print()
    CONSOLE.rule(text, align="left")


def play(sim: Vergesim, passwords: dict[str, str], *options: str) -> int:
    """Run the example playbook, its output shown as it comes; the number of changed tasks. Ends the demo on failure."""
    command = [str(BIN / "ansible-playbook"), "vergeio.vrg.provision_tenant", "-e", f"@{HERE / 'demo/tenants.yml'}"]
    # By the environment, so that no password stands among the arguments or in a file.
    environment = {**sim.collection_environment(), "DEMO_PASSWORDS": json.dumps(passwords)}
    lines = []
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environment) as process:
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
    return sum(int(count) for line in lines for count in re.findall(r"^localhost +: .*changed=(\d+)", line))


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
