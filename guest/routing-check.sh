#!/bin/sh
# egressunification.io/guest-command: routing-check
# Reads whether what arrives on one network interface is answered by it, and whether everything else leaves by another one. Changes
# nothing. One JSON line:
#   {"interface":"eth1","up":true,"address":true,"sourceRouting":true,"defaultRoute":"primary","rpFilter":0,"managed":false,"armed":false,"systemd":true}
# The kernel itself is asked for its routes, so that it does not matter who set them up and how. {"problem":"…"} with exit code 1 when
# nothing can be said.
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
  say "{\"problem\":\"$1\"}"
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


[ -d /sys/class/net ] || problem '/sys is not mounted'
command -v ip || problem 'ip (iproute2) is not installed'
name=$(printf '%s' "$mac" | tr : -)
state=/var/lib/egress-unification/$name
rollback=egress-unification-rollback-$name

# Devices on top of another one (VLANs, bridges, bonds) may have its MAC address; they say a DEVTYPE.
interface=''
for folder in /sys/class/net/*; do
  found=$(cat "$folder/address" 2>/dev/null) || continue
  if [ "$found" != "$mac" ] || grep -q '^DEVTYPE=' "$folder/uevent" 2>/dev/null; then continue; fi
  interface=${folder##*/}
done
case $interface in
  *[!A-Za-z0-9._-]*) problem 'the interface has a name that this command does not take' ;;
esac

yes_if() { if "$@"; then echo true; else echo false; fi; }
# set to up and not without a cable
is_up() {
  case $(cat "/sys/class/net/$interface/operstate") in down | lowerlayerdown | notpresent) return 1 ;; esac
  [ $(($(cat "/sys/class/net/$interface/flags") & 1)) -eq 1 ]
}
has_address() { ip -4 -o address show dev "$interface" | grep -q " inet $address/"; }
# 203.0.113.0/24 is nobody's (RFC 5737): the way to it is the way to the Internet
device_to() {
  # shellcheck disable=SC2086
  ip -4 route get 203.0.113.1 $1 2>/dev/null | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1
}
routes_by_source() { [ "$(device_to "from $address")" = "$interface" ]; }

# the devices of the default routes that win: those of the lowest metric in the main table, next hops of one route included
winners() {
  ip -4 -o route show table main | awk '
    $1 == "default" {
      metric = 0; devices = ""
      for (i = 2; i < NF; i++) { if ($i == "metric") metric = $(i + 1) + 0; if ($i == "dev") devices = devices " " $(i + 1) }
      if (devices == "") next
      if (best == "" || metric < least) { least = metric; best = devices } else if (metric == least) best = best devices
    }
    END { print best " " }'
}
default_route() {
  device=$(device_to '')
  all=$(winners)
  if [ -z "$device" ]; then
    echo none
  elif [ "$interface" = '' ]; then
    echo primary
  else
    others=$(printf '%s\n' "$all" | tr ' ' '\n' | grep -vx "$interface" | grep -c . || :)
    case $all in
      *" $interface "*) if [ "$others" -gt 0 ]; then echo both; else echo secondary; fi ;;
      *) if [ "$device" = "$interface" ]; then echo secondary; else echo primary; fi ;;
    esac
  fi
}
# the kernel goes by the higher one
rp_filter() {
  of_all=$(cat /proc/sys/net/ipv4/conf/all/rp_filter)
  own=$(cat "/proc/sys/net/ipv4/conf/$interface/rp_filter")
  if [ "$of_all" -gt "$own" ]; then echo "$of_all"; else echo "$own"; fi
}

systemd=false
if [ -d /run/systemd/system ] && command -v systemctl && command -v systemd-run; then systemd=true; fi
managed=false
if [ -e "$state/arguments" ]; then managed=true; fi
up=false has=false routing=false filter=0
if [ -n "$interface" ]; then
  up=$(yes_if is_up)
  has=$(yes_if has_address)
  routing=$(yes_if routes_by_source)
  filter=$(rp_filter)
fi
# also where its timer was lost: what stands and is not confirmed would not outlast a reboot
armed=false
if [ "$systemd" = true ] && { systemctl is-active --quiet "$rollback.timer" || systemctl is-active --quiet "$rollback.service"; }; then armed=true; fi
if [ "$routing" = true ] && [ -e "$state/unconfirmed" ]; then armed=true; fi
way=$(default_route)
say "{\"interface\":\"$interface\",\"up\":$up,\"address\":$has,\"sourceRouting\":$routing,\"defaultRoute\":\"$way\",\"rpFilter\":$filter,\"managed\":$managed,\"armed\":$armed,\"systemd\":$systemd}"
