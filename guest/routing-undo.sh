#!/bin/sh
# egressunification.io/guest-command: routing-undo
# Takes back all that routing-configure set up for one network interface, and puts back what it had saved. Where nothing of ours is set
# up it changes nothing. One JSON line: {"done":true,"changed":…} or {"done":false,"problem":"…"} (exit code 1).
set -eu
LC_ALL=C
PATH=${PATH:-/usr/bin}:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
# only the one line may reach the output
exec 3>&1 >/dev/null 2>&1

# A quoted here-document takes every character as it is; a second line is refused.
{
  IFS= read -r mac
  ! IFS= read -r _ || mac=''
} <<'EGRESS_UNIFICATION_PARAMETER'
{{mac}}
EGRESS_UNIFICATION_PARAMETER
{
  IFS= read -r address
  ! IFS= read -r _ || address=''
} <<'EGRESS_UNIFICATION_PARAMETER'
{{address}}
EGRESS_UNIFICATION_PARAMETER

said=no
say() {
  said=yes
  printf '%s\n' "$1" >&3
}
problem() {
  say "{\"done\":false,\"problem\":\"$1\"}"
  exit 1
}
trap '[ "$said" = yes ] || problem "the command ended before it was done"' EXIT
trap 'exit 1' HUP INT TERM

is_ipv4() {
  case $1 in
    *[!0-9.]* | *.*.*.*.*) return 1 ;;
    *.*.*.*) ;;
    *) return 1 ;;
  esac
  octets=0
  for octet in $(printf '%s' "$1" | tr . ' '); do
    case $octet in
      0 | [1-9] | [1-9][0-9] | 1[0-9][0-9] | 2[0-4][0-9] | 25[0-5]) octets=$((octets + 1)) ;;
      *) return 1 ;;
    esac
  done
  [ "$octets" -eq 4 ]
}

case $mac in
  *[!0-9a-f:]*) problem 'the parameter mac is no MAC address' ;;
  ??:??:??:??:??:??) ;;
  *) problem 'the parameter mac is no MAC address' ;;
esac
is_ipv4 "$address" || problem 'the parameter address is no IPv4 address'

name=$(printf '%s' "$mac" | tr : -)
state=/var/lib/egress-unification/$name
unit=egress-unification-routing-$name.service
rollback=egress-unification-rollback-$name

# systemctl waits for systemd, but not for ever; what it starts must not keep our lock or output
systemd() { timeout 8 "$@" 3>&- 9>&-; }

[ "$(id -u)" = 0 ] || problem 'it does not run as root'
for needed in ip systemctl timeout; do
  command -v "$needed" || problem "$needed is not installed"
done
[ -d /run/systemd/system ] || problem 'this guest does not run systemd'
if command -v flock; then
  exec 9>/run/egress-unification.lock
  flock -w 5 9 || problem 'another command of ours is under way'
fi

if [ ! -e "$state/arguments" ]; then
  # where a configure ended before it began
  rm -rf "$state"
  say '{"done":true,"changed":false}'
  exit 0
fi
read -r arguments <"$state/arguments"
case $arguments in
  "$mac "[0-9]*" "[0-9]*) ;;
  *) problem "$state is damaged: remove by hand what docs/verification.md lists" ;;
esac
# shellcheck disable=SC2086  # the arguments are words
systemd sh "$state/program" undo $arguments || problem 'not all of it could be taken back: run it again, or remove by hand what docs/verification.md lists'
systemd systemctl stop "$rollback.timer" || :
systemd systemctl reset-failed "$unit" || :
say '{"done":true,"changed":true}'
