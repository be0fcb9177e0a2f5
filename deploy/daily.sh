#!/bin/sh
# One scheduled sync that speaks only when somebody has something to do.
#
#   deploy/daily.sh [options of rollcall sync, such as --quota 70%]
#
# Exit codes are those of rollcall: 0 complete, 1 failed, 2 wrong usage or configuration, 3 done but something is not
# complete, 75 another rollcall is at work. What it says goes to standard error, which cron mails, or to the command in
# ROLLCALL_ALERT: it gets the text on its standard input, and the exit code as its argument.
#
# Incomplete (3) is told when the list of what is missing has changed since it was last told: what Zoom no longer keeps
# stays on that list for ever. Busy (75) is told when no sync has come to its end for a day: a run that hangs must show.

set -u
cd "$(dirname "$0")/.." || exit 1
state=${ROLLCALL_STATE_DIR:-${ROLLCALL_DATA_DIR:-data}/schedule}
mkdir -p "$state" || exit 1

rollcall() {
    npm run --silent rollcall -- "$@"
}

tell() {
    if [ -n "${ROLLCALL_ALERT:-}" ]; then
        sh -c "$ROLLCALL_ALERT \"\$1\"" alert "$code" < "$1"
    else
        cat "$1" >&2
    fi
}

rollcall sync --quiet --json "$@" > "$state/last.json" 2> "$state/last.txt"
code=$?

case $code in
0)
    touch "$state/ended"
    : > "$state/missing"
    ;;
3)
    touch "$state/ended"
    rollcall sql --json "select stream, subject, status from marts.zoom_capture_audit
        where status not in ('complete', 'empty') order by all" > "$state/missing.new"
    if ! cmp -s "$state/missing.new" "$state/missing"; then
        rollcall verify >> "$state/last.txt" 2>&1
        tell "$state/last.txt"
        mv "$state/missing.new" "$state/missing"
    fi
    ;;
75)
    [ -e "$state/ended" ] || touch "$state/ended"
    if [ -n "$(find "$state/ended" -mmin +1440)" ]; then tell "$state/last.txt"; fi
    ;;
*)
    tell "$state/last.txt"
    ;;
esac
exit $code
