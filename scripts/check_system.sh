#!/usr/bin/env bash
# Says which system packages are missing, and installs them where it may (root on Debian or Ubuntu).
#   check_system.sh python INTERPRETER    a Python 3.11 or 3.12 with venv
#   check_system.sh libraries [browser]   what OpenCV loads; Chromium for the browser test
set -euo pipefail

if [ "$1" = python ]; then
    if [ -z "${2:-}" ]; then
        echo "RunForm needs Python 3.11 or 3.12 with venv, and found none." >&2
        echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make PYTHON=/path/to/python3.11 run" >&2
        exit 2
    fi
    exit 0
fi

missing=()
for what in "$@"; do
    case "$what" in
    libraries)
        # opencv-python loads these two; slim images lack them.
        libraries=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
        grep -q 'libGL\.so\.1' <<<"$libraries" || missing+=(libgl1)
        grep -q 'libgthread-2\.0\.so\.0' <<<"$libraries" || missing+=(libglib2.0-0)
        ;;
    browser)
        [ -n "${RUNFORM_CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
            command -v google-chrome >/dev/null || missing+=(chromium)
        ;;
    esac
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing system packages: ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
else
    echo "Missing system packages: ${missing[*]}" >&2
    echo "Install them (Debian, Ubuntu: sudo apt-get install ${missing[*]}), then run the command again." >&2
    exit 2
fi
