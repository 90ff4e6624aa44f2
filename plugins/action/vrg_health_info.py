# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.vergeio.vrg.plugins.modules.vrg_health_info import main
from ansible_collections.vergeio.vrg.plugins.plugin_utils._in_process import InProcess


class ActionModule(InProcess):
    main = staticmethod(main)
