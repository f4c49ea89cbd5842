#!/bin/sh
# Finds a Chromium for the browser tests, or installs Debian's where we are root. Never fails by itself:
# without a browser those tests skip, loudly; with BROWSER_REQUIRED=1 (CI) that is a failure.
find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

if browser=$(find_browser); then
    echo "Browser for the tests: $browser"
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "No browser found; installing Chromium ..."
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
fi
if browser=$(find_browser); then
    echo "Browser for the tests: $browser"
    exit 0
fi
cat <<'TEXT'
**********************************************************************
  NO BROWSER FOUND, and none could be installed.
  The browser tests will be skipped. Install Chromium to run them.
**********************************************************************
TEXT
[ "${BROWSER_REQUIRED:-0}" != 1 ]
