#!/bin/sh
# A stand-in for systemctl and systemd-run in guests of the network lab, which have no systemd: enough to install a unit, run it and keep
# timers. What has ended is not started again. Units are read from /etc/systemd/system and /run/systemd/system; of a unit only ExecStart, ExecStop, Type, RemainAfterExit,
# WantedBy and a timer's OnActiveSec/OnBootSec are looked at. Timers run LAB_TIME_FACTOR times as fast. Whoever wants to know whether a
# unit is one that systemd takes asks systemd-analyze verify.
set -u
folder=/run/lab-units
factor=${LAB_TIME_FACTOR:-1}
mkdir -p "$folder"

say() { echo "$0: $*" >&2; }

file_of() {
  for place in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system; do
    if [ -f "$place/$1" ]; then echo "$place/$1"; return 0; fi
  done
  return 1
}

with_suffix() { case $1 in *.service|*.timer|*.target|*.path) echo "$1" ;; *) echo "$1.service" ;; esac; }

# the values of a key, one a line
values() { sed -n "s/^$2=[-@+!:]*//p" "$1"; }

# 120, 120s, 2min, 1m 30s: in seconds
seconds() { echo "$1" | sed 's/min/m/g' | awk '{ s = 0; for (i = 1; i <= NF; i++) { v = $i; n = v + 0; if (v ~ /h$/) n *= 3600; else if (v ~ /ms$/) n /= 1000; else if (v ~ /m$/) n *= 60; s += n } print s }'; }

later() { # UNIT SECONDS COMMAND...
  unit=$1 wait=$(awk -v s="$2" -v f="$factor" 'BEGIN { print s / f }')
  shift 2
  setsid sh -c 'unit=$1 wait=$2; shift 2; sleep "$wait"; rm -f "/run/lab-units/$unit.timer.pid"; "$@"' sh "$unit" "$wait" "$@" </dev/null >>"/run/lab-units/$unit.log" 2>&1 &
  echo $! > "$folder/$unit.timer.pid"
}

# a service that goes on running, and is started again when it ends
run_on() { # UNIT FILE
  setsid sh -c 'while :; do sh -c "$1"; sleep 1; done' sh "$(values "$2" ExecStart)" </dev/null >>"$folder/$1.log" 2>&1 &
  echo $! > "$folder/$1.pid"
  : > "$folder/$1.active"
}

start() {
  unit=$(with_suffix "$1")
  file=$(file_of "$unit") || { say "Unit $unit not found."; return 5; }
  case $unit in
    *.timer)
      base=${unit%.timer}
      delay=$(values "$file" OnActiveSec; values "$file" OnBootSec)
      later "$base" "$(seconds "${delay:-0}")" systemctl start "$base.service"
      return 0 ;;
    *.target|*.path) : > "$folder/$unit.active"; return 0 ;;
  esac
  if ! grep -q '^Type=oneshot' "$file"; then
    [ -f "$folder/$unit.active" ] || run_on "$unit" "$file"
    return 0
  fi
  if ! grep -q '^Type=oneshot' "$file"; then
    line=$(values "$file" ExecStart)
    setsid sh -c "exec $line" </dev/null >>"$folder/$unit.log" 2>&1 &
    echo $! > "$folder/$unit.pid"
    return 0
  fi
  values "$file" ExecStart > "$folder/$unit.start"
  while IFS= read -r line; do
    sh -c "$line" </dev/null >>"$folder/$unit.log" 2>&1 || { say "Job for $unit failed: $(tail -n 1 "$folder/$unit.log")"; return 1; }
  done < "$folder/$unit.start"
  if grep -q '^RemainAfterExit=\(yes\|true\)' "$file"; then : > "$folder/$unit.active"; fi
}

stop() {
  unit=$(with_suffix "$1")
  base=${unit%.timer}
  base=${base%.service}
  if [ -f "$folder/$base.timer.pid" ]; then
    kill -- "-$(cat "$folder/$base.timer.pid")" 2>/dev/null
    rm -f "$folder/$base.timer.pid"
  fi
  if [ -f "$folder/$unit.pid" ]; then
    kill -- "-$(cat "$folder/$unit.pid")" 2>/dev/null
    rm -f "$folder/$unit.pid"
  fi
  if [ -f "$folder/$unit.active" ]; then
    rm -f "$folder/$unit.active"
    file=$(file_of "$unit") && values "$file" ExecStop | while IFS= read -r line; do sh -c "$line" </dev/null >>"$folder/$unit.log" 2>&1; done
  fi
  return 0
}

active() {
  unit=$(with_suffix "$1")
  base=${unit%.timer}
  base=${base%.service}
  if [ -f "$folder/$unit.pid" ] && kill -0 "$(cat "$folder/$unit.pid")" 2>/dev/null; then return 0; fi
  [ -f "$folder/$unit.active" ] || { case $unit in *.timer) [ -f "$folder/$base.timer.pid" ] ;; *) false ;; esac; }
}

enable() {
  unit=$(with_suffix "$1")
  file=$(file_of "$unit") || { say "Unit $unit not found."; return 1; }
  for target in $(values "$file" WantedBy); do
    mkdir -p "/etc/systemd/system/$target.wants"
    ln -sf "$file" "/etc/systemd/system/$target.wants/$unit"
  done
  : > /etc/lab-boot
}

disable() { rm -f /etc/systemd/system/*.wants/"$(with_suffix "$1")"; }

enabled() { [ -n "$(find /etc/systemd/system -name "$(with_suffix "$1")" -path '*.wants/*' 2>/dev/null)" ]; }

boot() { for link in /etc/systemd/system/multi-user.target.wants/* /etc/systemd/system/network-online.target.wants/*; do [ ! -L "$link" ] || start "$(basename "$link")"; done; }

systemctl() {
  now=no quiet=no verb=
  set -- "$@" --
  while [ "$1" != -- ]; do
    case $1 in
      --now) now=yes ;;
      --quiet|-q) quiet=yes ;;
      -*) : ;;
      *) if [ -z "$verb" ]; then verb=$1; else set -- "$@" "$1"; fi ;;
    esac
    shift
  done
  shift
  result=0
  case $verb in
    daemon-reload|reset-failed) return 0 ;;
    is-system-running) echo running; return 0 ;;
    lab-boot) boot; return 0 ;;
  esac
  for unit in "$@"; do
    case $verb in
      start) start "$unit" ;;
      restart|reload-or-restart) stop "$unit"; start "$unit" ;;
      stop) stop "$unit" ;;
      enable) enable "$unit" && { [ $now = no ] || start "$unit"; } ;;
      disable) disable "$unit"; [ $now = no ] || stop "$unit" ;;
      is-active) if active "$unit"; then [ $quiet = yes ] || echo active; else [ $quiet = yes ] || echo inactive; false; fi ;;
      is-enabled) if enabled "$unit"; then [ $quiet = yes ] || echo enabled; else [ $quiet = yes ] || echo disabled; false; fi ;;
      cat) cat "$(file_of "$(with_suffix "$unit")")" ;;
      *) say "the stand-in does not know $verb"; return 64 ;;
    esac || result=$?
  done
  return $result
}

systemd_run() {
  unit=run-$$ delay=0
  while [ $# -gt 0 ]; do
    case $1 in
      --unit=*) unit=${1#*=} ;;
      --unit|-u) unit=$2; shift ;;
      --on-active=*) delay=$(seconds "${1#*=}") ;;
      --on-active) delay=$(seconds "$2"); shift ;;
      --) shift; break ;;
      -p|--property|--description) shift ;;
      -*) : ;;
      *) break ;;
    esac
    shift
  done
  unit=${unit%.service}
  unit=${unit%.timer}
  if [ -f "$folder/$unit.timer.pid" ]; then say "Unit $unit.timer was already loaded."; return 1; fi
  later "$unit" "$delay" "$@"
}

case $(basename "$0") in
  systemd-run) systemd_run "$@" ;;
  *) systemctl "$@" ;;
esac
