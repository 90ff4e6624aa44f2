# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How modules reach a VergeOS system; the options are those of module_utils/_options.py."""

    DOCUMENTATION = r"""
options:
  host:
    description:
      - The VergeOS system, as a name, C(name:port) or an HTTPS URL.
      - If not set, the environment variable E(VERGEOS_HOST) is used, then E(VERGE_HOST).
      - The variables whose names begin with C(VERGE_), which the C(vrg) command uses, count only when the host comes
        from E(VERGE_HOST), so that the login of one system is never sent to another. An empty variable counts as unset.
    type: str
  username:
    description:
      - The user to log in as, together with O(password).
      - If not set, E(VERGEOS_USERNAME) is used, then E(VERGE_USERNAME).
    type: str
  password:
    description:
      - The password of O(username).
      - If not set, E(VERGEOS_PASSWORD) is used, then E(VERGE_PASSWORD).
    type: str
  api_key:
    description:
      - An API key to log in with. With an API key and a password, the key is used.
      - If not set, E(VERGEOS_API_KEY) is used, then E(VERGE_TOKEN); neither where O(username) and O(password) are set.
    type: str
  insecure:
    description:
      - Whether to accept any certificate. Anybody on the way can then read the login; use O(ca_path) where possible.
      - Wins over E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE).
      - If not set, E(VERGEOS_INSECURE) is used, then the opposite of E(VERGE_VERIFY_SSL), else V(false); always
        V(false) where O(ca_path) is set.
    type: bool
  ca_path:
    description:
      - A file with the certificate authorities that may have signed the system's certificate, or a folder of them.
      - Wins over E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE).
      - If not set, E(VERGEOS_CA_PATH) is used.
    type: path
  timeout:
    description:
      - Seconds that the answer to one request may take.
      - If not set, E(VERGEOS_TIMEOUT) is used, then E(VERGE_TIMEOUT), else V(30).
    type: int
  retries:
    description:
      - How often a read is tried again after a broken connection or a busy answer.
      - A write is sent again only when it provably did not arrive or was not carried out.
    type: int
    default: 3
requirements:
  - pyvergeos >= 1.7.1 (the PyPI project of that name; C(pyverge) is something else)
notes:
  - Proxies are taken from the environment (E(HTTPS_PROXY), E(NO_PROXY)). The file C(~/.netrc) is never used.
  - Every module of this collection is in the action group C(vergeio.vrg.all), so that the connection can
    be given once for all of them, in C(module_defaults) under C(group/vergeio.vrg.all).
"""
