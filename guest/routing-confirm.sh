#!/bin/sh
# egressunification.io/guest-command: routing-confirm
# Keeps what routing-configure set up: from now on it outlasts a reboot, and the rollback is stopped. Sent only after a check from outside.
# One JSON line: {"done":true,"changed":…} or {"done":false,"problem":"…"} (exit code 1). What does not stand is never confirmed.
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

[ -e "$state/program" ] || problem 'nothing of ours is configured for this network interface: it was taken back, or never set up'
read -r _ configured _ <"$state/arguments"
[ "$configured" = "$address" ] || problem "it is configured for $configured"
device=$(ip -4 route get 203.0.113.1 from "$address" | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
if [ -z "$device" ] || [ "$(cat "/sys/class/net/$device/address")" != "$mac" ]; then
  problem "what comes from $address does not leave by its network interface"
fi
if [ ! -e "$state/unconfirmed" ] && systemd systemctl is-enabled --quiet "$unit"; then
  say '{"done":true,"changed":false}'
  exit 0
fi
systemd systemctl enable "$unit" || problem 'systemd does not enable our unit: the rollback stays armed'
# whoever waits for the lock to roll back finds that there is nothing to do
rm -f "$state/unconfirmed"
systemd systemctl stop "$rollback.timer" || :
say '{"done":true,"changed":true}'
