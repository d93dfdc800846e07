#!/bin/sh
# egressunification.io/guest-command: routing-configure
# Makes what arrives on one network interface be answered by it: a program and a systemd unit of ours that keep, for the interface with
# this MAC address, one `ip rule from ADDRESS lookup TABLE` and a table with the subnet and a default route by it. Never touches the main
# table or another interface. Before anything changes, systemd is told to take it all back after 120 s: only routing-confirm stops that,
# and only then does it outlast a reboot. One JSON line: {"done":true,"changed":…} or {"done":false,"problem":"…"} (exit code 1).
# With dryRun yes nothing is written and "dryRun" lists what would be done.
set -eu
LC_ALL=C
PATH=${PATH:-/usr/bin}:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 022
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
{
  IFS= read -r dry_run
  ! IFS= read -r _ || dry_run=''
} <<'EGRESS_UNIFICATION_PARAMETER'
{{dryRun}}
EGRESS_UNIFICATION_PARAMETER

said=no
say() {
  said=yes
  printf '%s\n' "$1" >&3
}
# once the rollback is armed, what was done is taken back at once
armed=no
problem() {
  words=$1
  if [ "$armed" = yes ]; then
    armed=no
    if take_back; then words="$words: it was taken back"; else words="$words: the rollback will take it back"; fi
  fi
  say "{\"done\":false,\"problem\":\"$words\"}"
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
case $dry_run in
  yes | no) ;;
  *) problem 'the parameter dryRun is neither yes nor no' ;;
esac

name=$(printf '%s' "$mac" | tr : -)
state=/var/lib/egress-unification/$name
program=/usr/local/sbin/egress-unification-routing-$name
unit=egress-unification-routing-$name.service
rollback=egress-unification-rollback-$name

# What is installed. Arguments: what to do (plan, apply, watch, undo, rollback), then what for.
program_text() {
  cat <<'EGRESS_UNIFICATION_PROGRAM'
#!/bin/sh
# Source routing for one network interface, installed by egressunification.io. To remove it: this file with undo instead of watch, and the
# arguments that its systemd unit has.
#   plan: say what apply would do · apply: do it · watch: do it whenever something undid it · undo: take everything back
#   rollback: undo, unless it was confirmed
set -eu
LC_ALL=C
PATH=${PATH:-/usr/bin}:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
mode=$1 mac=$2 address=$3 subnet=$4 gateway=$5 table=$6
name=$(printf '%s' "$mac" | tr : -)
state=/var/lib/egress-unification/$name
unit=egress-unification-routing-$name.service
priority=7340
# at first whoever manages the interface is given time to bring it up with its address
patient=no

# Devices on top of another one (VLANs, bridges, bonds) may have its MAC address; they say a DEVTYPE.
find_interface() {
  interface=''
  for folder in /sys/class/net/*; do
    found=$(cat "$folder/address" 2>/dev/null) || continue
    if [ "$found" != "$mac" ] || grep -q '^DEVTYPE=' "$folder/uevent" 2>/dev/null; then continue; fi
    interface=${folder##*/}
  done
}
is_up() { [ $(($(cat "/sys/class/net/$interface/flags") & 1)) -eq 1 ]; }
has_address() { ip -4 -o address show dev "$interface" | grep -Eq " inet $address$1"; }
has_route() { ip -4 route show table "$table" 2>/dev/null | grep -Eq "^$1( |\$)"; }
has_rule() { ip -4 rule show | grep -Eq "^$priority:[[:space:]]*from $address lookup $table( |\$)"; }

# the kernel goes by the higher of the two values of all and of the interface
setting() { cat "/proc/sys/net/ipv4/conf/$1/$2"; }
effective() {
  of_all=$(setting all "$1")
  own=$(setting "$interface" "$1")
  if [ "$of_all" -gt "$own" ]; then echo "$of_all"; else echo "$own"; fi
}
set_to() { echo "$2" >"/proc/sys/net/ipv4/conf/$interface/$1"; }
set_accept_ra() {
  file=/proc/sys/net/ipv6/conf/$interface/accept_ra
  [ ! -e "$file" ] || echo "$1" >"$file"
}

# no default route may come with an IPv6 router advertisement
bring_up() { set_accept_ra 0 && ip link set dev "$interface" up; }
# systemd-networkd removes rules and routes that it does not know, except those of protocol kernel; old iproute2 cannot give a rule one
add_rule() {
  ip -4 rule add priority "$priority" from "$address" lookup "$table" protocol kernel 2>/dev/null ||
    ip -4 rule add priority "$priority" from "$address" lookup "$table"
}

want() {
  if [ "$mode" = plan ]; then
    echo "$1"
  else
    shift
    "$@"
  fi
}
apply() {
  find_interface
  if [ -z "$interface" ]; then
    echo "no interface has the MAC address $mac"
    return 0
  fi
  if [ "$patient" = no ]; then
    is_up || want "bring $interface up" bring_up
    # of /32, so that the main table gets no route by this interface
    has_address / || want "give $interface the address $address" ip -4 address add "$address/32" dev "$interface"
  fi
  [ "$(effective rp_filter)" -ne 1 ] || want "set rp_filter of $interface to 2" set_to rp_filter 2
  [ "$(effective arp_ignore)" -ge 1 ] || want "set arp_ignore of $interface to 1" set_to arp_ignore 1
  [ "$(effective arp_announce)" -ge 2 ] || want "set arp_announce of $interface to 2" set_to arp_announce 2
  if is_up || [ "$mode" = plan ]; then
    has_route "$subnet dev $interface" || want "route $subnet by $interface in table $table" \
      ip -4 route replace "$subnet" dev "$interface" scope link table "$table" protocol kernel
    has_route "default via $gateway dev $interface" || want "route everything else by $gateway on $interface in table $table" \
      ip -4 route replace default via "$gateway" dev "$interface" onlink table "$table" protocol kernel
  fi
  has_rule || want "look up what comes from $address in table $table" add_rule
}

# `ip monitor` says each change; those of this interface, address or table make it look again, at most once in a second.
watch() {
  read -r _ had_address _ <"$state/before"
  patient=$had_address
  find_interface
  (apply) || :
  {
    ip -4 -o monitor link address route rule &
    # what changed before the monitor listened; and by then whoever manages the interface had its time
    sleep 1 && echo "$mac" && sleep 29 && echo late
    wait
  } | while IFS= read -r line; do
    [ "$line" != late ] || patient=no
    case "$line " in
      "late " | *"$mac"* | *"$address"* | *" ${interface:-/} "* | *" ${interface:-/}"[:@]* | *"lookup $table "* | *"table $table "*)
        sleep 1
        find_interface
        (apply) || :
        ;;
    esac
  done
}

undo() {
  # the watcher would do it again
  systemctl disable --now "$unit" || systemctl stop "$unit" || :
  rm -f "/etc/systemd/system/$unit"
  systemctl daemon-reload || :
  while has_rule; do ip -4 rule del priority "$priority" from "$address" lookup "$table"; done
  ip -4 route flush table "$table" 2>/dev/null || :
  find_interface
  if [ -n "$interface" ] && [ -e "$state/before" ]; then restore; fi
  rm -rf "/usr/local/sbin/egress-unification-routing-$name" "$state"
  rmdir "${state%/*}" 2>/dev/null || :
}
restore() {
  read -r was_up _ had_32 rp_filter arp_ignore arp_announce accept_ra <"$state/before"
  if [ "$had_32" = no ] && has_address /32; then ip -4 address del "$address/32" dev "$interface"; fi
  set_to rp_filter "$rp_filter"
  set_to arp_ignore "$arp_ignore"
  set_to arp_announce "$arp_announce"
  # unless somebody else uses it by now
  if [ "$was_up" = no ] && ! ip -4 -o address show dev "$interface" | grep -q ' inet '; then ip link set dev "$interface" down; fi
  if [ "$accept_ra" != - ] && [ "$was_up" = no ]; then set_accept_ra "$accept_ra"; fi
}

case $mode in
  plan | apply) apply ;;
  watch | undo) "$mode" ;;
  rollback)
    exec 9>/run/egress-unification.lock
    ! command -v flock >/dev/null || flock -w 60 9
    [ ! -e "$state/unconfirmed" ] || undo
    ;;
esac
EGRESS_UNIFICATION_PROGRAM
}
unit_text() {
  cat <<EGRESS_UNIFICATION_UNIT
# Installed by egressunification.io; its command routing-undo removes it.
[Unit]
Description=Source routing for the network interface $mac (egressunification.io)
After=network-pre.target network.target systemd-sysctl.service

[Service]
ExecStart=$program watch $arguments
Restart=always
RestartSec=5
TimeoutStopSec=5

[Install]
WantedBy=multi-user.target
EGRESS_UNIFICATION_UNIT
}

# systemctl waits for systemd, but not for ever; what it starts must not keep our lock or output
systemd() { timeout 8 "$@" 3>&- 9>&-; }
as_json() { sed -e 's/.*/"&"/' | paste -s -d , -; }
# shellcheck disable=SC2086  # the arguments are words
plan() { program_text | sh -s -- plan $arguments; }
# shellcheck disable=SC2086
take_back() { systemd sh "$state/program" undo $arguments && systemd systemctl stop "$rollback.timer"; }
leaves_by() {
  # shellcheck disable=SC2086
  case "$(ip -4 route get 203.0.113.1 $1 2>/dev/null) " in *" dev $interface "*) return 0 ;; esac
  return 1
}
main_default() { ip -4 route show table main | grep '^default' || :; }

fetch() {
  if command -v curl >/dev/null; then
    curl -q -s -f -m 3 --noproxy '*' --proto =http -X "$1" -H "$2" "http://100.100.100.200/latest/$3"
  else
    timeout 3 wget -q -O - -T 3 -t 1 --no-config --no-proxy --method="$1" --header="$2" "http://100.100.100.200/latest/$3"
  fi | head -c 256
}
# version 2 of the metadata service wants a token; where there is none, version 1 answers
read_metadata() {
  token=$(fetch PUT 'X-aliyun-ecs-metadata-token-ttl-seconds: 60' api/token)
  case $token in '' | *[!A-Za-z0-9+/=_.:-]*) header='Accept: text/plain' ;; *) header="X-aliyun-ecs-metadata-token: $token" ;; esac
  base=meta-data/network/interfaces/macs/$mac
  [ "$(fetch GET "$header" meta-data/mac)" != "$mac" ] || problem 'this is the primary network interface'
  known=$(fetch GET "$header" "$base/primary-ip-address")
  [ -n "$known" ] || problem 'the metadata service says nothing of this network interface'
  [ "$known" = "$address" ] || problem 'the metadata service says another address than the parameter'
  netmask=$(fetch GET "$header" "$base/netmask")
  gateway=$(fetch GET "$header" "$base/gateway")
  is_ipv4 "$netmask" || problem 'the metadata service says no netmask'
  is_ipv4 "$gateway" || problem 'the metadata service says no gateway'
}
number() {
  # shellcheck disable=SC2046
  set -- $(printf '%s' "$1" | tr . ' ')
  echo $((($1 << 24) | ($2 << 16) | ($3 << 8) | $4))
}
find_subnet() {
  mask=$(number "$netmask")
  host=$((4294967295 - mask))
  if [ $((host & (host + 1))) -ne 0 ] || [ "$host" -ge 16777216 ]; then problem "the netmask $netmask is none"; fi
  net=$(($(number "$address") & mask))
  [ $(($(number "$gateway") & mask)) -eq "$net" ] || problem 'the gateway is not in the subnet'
  length=32
  while [ $((host & 1)) -eq 1 ]; do
    host=$((host >> 1))
    length=$((length - 1))
  done
  subnet=$((net >> 24)).$(((net >> 16) & 255)).$(((net >> 8) & 255)).$((net & 255))/$length
}
# one of 64 tables that nobody uses, tried from one that depends on the MAC address; what was chosen is kept
find_table() {
  if [ -e "$state/arguments" ]; then
    read -r _ was _ _ table <"$state/arguments"
    [ "$was" = "$address" ] || problem "it was configured for $was: run routing-undo first"
    return 0
  fi
  rules=$(ip -4 rule show)
  tried=0
  while [ "$tried" -lt 64 ]; do
    table=$((7340 + (0x${mac##*:} + tried) % 64))
    tried=$((tried + 1))
    case "$rules " in *"lookup $table "* | *"lookup $table$newline"*) continue ;; esac
    [ -n "$(ip -4 route show table "$table" 2>/dev/null)" ] || return 0
  done
  problem 'the tables 7340 to 7403 are in use'
}
newline='
'

find_interface() {
  interface=''
  for folder in /sys/class/net/*; do
    found=$(cat "$folder/address" 2>/dev/null) || continue
    if [ "$found" != "$mac" ] || grep -q '^DEVTYPE=' "$folder/uevent" 2>/dev/null; then continue; fi
    interface=${folder##*/}
  done
  case $interface in
    '') problem "no interface has the MAC address $mac" ;;
    *[!A-Za-z0-9._-]*) problem 'the interface has a name that this command does not take' ;;
  esac
  [ ! -e "/sys/class/net/$interface/master" ] || problem "$interface is part of another device"
  if leaves_by ''; then problem "the default route leaves by $interface"; fi
}
value() { cat "/proc/sys/net/$1/conf/$interface/$2" 2>/dev/null || echo -; }
save_what_was() {
  [ ! -e "$state/before" ] || return 0
  addresses=$(ip -4 -o address show dev "$interface")
  up=no any=no whole=no
  [ $(($(cat "/sys/class/net/$interface/flags") & 1)) -eq 0 ] || up=yes
  case $addresses in *" inet $address/"*) any=yes ;; esac
  case $addresses in *" inet $address/32 "*) whole=yes ;; esac
  echo "$up $any $whole $(value ipv4 rp_filter) $(value ipv4 arp_ignore) $(value ipv4 arp_announce) $(value ipv6 accept_ra)" >"$state/before.new"
  mv "$state/before.new" "$state/before"
}
install_file() {
  cat >"$1.new"
  chmod "$2" "$1.new"
  mv "$1.new" "$1"
}
is_installed() {
  [ -e "$state/before" ] && [ "$(cat "$state/arguments")" = "$arguments" ] && [ "$(cat "$program")" = "$(program_text)" ] &&
    [ "$(cat "/etc/systemd/system/$unit")" = "$(unit_text)" ] && systemd systemctl is-active --quiet "$unit"
}

[ "$(id -u)" = 0 ] || problem 'it does not run as root'
for needed in ip systemctl systemd-run timeout; do
  command -v "$needed" || problem "$needed is not installed"
done
[ -d /run/systemd/system ] || problem 'this guest does not run systemd'
command -v curl || command -v wget || problem 'neither curl nor wget is installed'
if command -v flock; then
  exec 9>/run/egress-unification.lock
  flock -w 5 9 || problem 'another command of ours is under way'
fi

find_interface
read_metadata
find_subnet
find_table
arguments="$mac $address $subnet $gateway $table"
todo=$(plan)
if [ ! -e "$state" ] && leaves_by "from $address"; then
  say "{\"done\":true,\"changed\":false,\"interface\":\"$interface\",\"note\":\"somebody else routes by source\"}"
  exit 0
fi
if is_installed; then missing=''; else missing="install $program and $unit"; fi
if [ "$dry_run" = yes ]; then
  say "{\"done\":true,\"changed\":false,\"interface\":\"$interface\",\"dryRun\":[$(printf '%s\n%s\n' "$todo" "$missing" | sed '/^$/d' | as_json)]}"
  exit 0
fi
if [ -z "$todo$missing" ]; then
  say "{\"done\":true,\"changed\":false,\"interface\":\"$interface\",\"table\":$table}"
  exit 0
fi

before=$(main_default)
mkdir -p "$state" /usr/local/sbin || problem 'the file system cannot be written'
save_what_was
echo "$arguments" >"$state/arguments"
program_text | install_file "$state/program" 755
systemd systemctl stop "$rollback.timer" || :
systemd systemctl reset-failed "$rollback.timer" "$rollback.service" || :
# shellcheck disable=SC2086
systemd systemd-run --on-active=120 --timer-property=AccuracySec=1s --unit="$rollback" /bin/sh "$state/program" rollback $arguments ||
  problem 'systemd did not take the rollback'
armed=yes
: >"$state/unconfirmed"
program_text | install_file "$program" 755
unit_text | install_file "/etc/systemd/system/$unit" 644
# it outlasts a reboot only once it is confirmed
systemd systemctl disable "$unit" || :
systemd systemctl daemon-reload
# shellcheck disable=SC2086
systemd sh "$program" apply $arguments || problem 'it could not be set up'
systemd systemctl restart "$unit" || problem 'systemd did not start our unit'
# what cannot be executed is started, and then is not there
sleep 1
systemd systemctl is-active --quiet "$unit" || problem 'our unit does not stay up'
leaves_by "from $address" || problem "what comes from $address does not leave by $interface"
[ "$(main_default)" = "$before" ] || problem 'the default route changed'
armed=kept
say "{\"done\":true,\"changed\":true,\"interface\":\"$interface\",\"table\":$table,\"armed\":true}"
