"""Stands where ansible-test keeps the pip bootstrap that it would download: installs by ensurepip's bundled pip.

ansible-test calls it with pip's arguments. ensurepip blanks pip's configuration for its own purposes, so the
environment that names the package index is kept and given back.
"""

import ensurepip
import os
import subprocess
import sys

NOT_OPTIONS_OF_INSTALL = ("--no-setuptools", "--no-wheel")

environment = dict(os.environ)
ensurepip.bootstrap()
arguments = [argument for argument in sys.argv[1:] if argument not in NOT_OPTIONS_OF_INSTALL]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", *arguments], env=environment))
