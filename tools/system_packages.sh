#!/usr/bin/env bash
# What the tests need of the system beside Python: a browser for pages, shellcheck for sanity, gpg to sign.
# Installs what is missing where apt and the rights for it are there; otherwise says what is missing and fails.
set -euo pipefail

declare -A provides=([chromium]=chromium [gpg]=gnupg [shellcheck]=shellcheck)
missing=()
for command in "${!provides[@]}"; do
  command -v "$command" >/dev/null || missing+=("${provides[$command]}")
done
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi
echo "The tests need ${missing[*]}: install them with the system's package manager." >&2
exit 1
