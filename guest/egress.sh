#!/bin/sh
# egressunification.io/guest-command: egress
# Asks each service in turn which IPv4 address this instance shows to the Internet, and prints the first clear answer as one JSON line:
#   {"address":"47.98.1.2","service":"https://myip.ipip.net"}  or  {"address":"","problems":["https://myip.ipip.net: answered 503"]}
# An answer is clear when it is a 200 whose first 512 bytes hold exactly one IPv4 address and are no HTML page. Everything else is a
# problem, never a guess. Reads only. Ends within 50 seconds: 5 services, 9 seconds each, at most.
set -eu
LC_ALL=C
PATH=${PATH:-/usr/bin}:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
# only the one line may reach the output
exec 3>&1 >/dev/null 2>&1

# A quoted here-document takes every character as it is; a second line is refused.
{
  IFS= read -r services
  ! IFS= read -r _ || services=''
} <<'EGRESS_UNIFICATION_PARAMETER'
{{services}}
EGRESS_UNIFICATION_PARAMETER

said=no
say() {
  said=yes
  printf '%s\n' "$1" >&3
}
folder=''
leave() {
  [ -z "$folder" ] || rm -rf "$folder"
  [ "$said" = yes ] || say '{"address":"","problems":["the command ended before it was done"]}'
}
trap leave EXIT
trap 'exit 1' HUP INT TERM

problems=''
problem() { problems=$problems${problems:+,}'"'$1'"'; }
refuse() {
  problem "$1"
  say "{\"address\":\"\",\"problems\":[$problems]}"
  exit 1
}

# https:// and a host name of letters, digits, dots and hyphens; optionally a port and a path
is_service() {
  case $1 in
    https://*) rest=${1#https://} ;;
    *) return 1 ;;
  esac
  case $rest in
    '' | *[!A-Za-z0-9._:/-]* | [!A-Za-z0-9]*) return 1 ;;
  esac
  host=${rest%%/*}
  case $host in
    *:*:* | *: | *:*[!0-9]*) return 1 ;;
  esac
  case ${host%%:*} in
    *..* | *[!A-Za-z0-9]) return 1 ;;
    *.*) return 0 ;;
  esac
  return 1
}

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

# Each leaves the first 512 bytes of the answer in body, the status in status and how the program ended in code. Neither follows
# redirects, reads a configuration file or goes through a proxy: the proxy's address is not this instance's.
ask_by_curl() {
  {
    curl -q -s -4 -g --proto =https --noproxy '*' --connect-timeout 5 --max-time 8 --max-filesize 65536 -D "$folder/head" "$1" || echo $? >"$folder/code"
  } | head -c 512 >"$folder/body"
  code=$(cat "$folder/code" 2>/dev/null || echo 0)
  # an answer may be preceded by others (100, 103): the last one counts
  status=$(sed -n 's/^HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' "$folder/head" 2>/dev/null | tail -n 1)
}
ask_by_wget() {
  {
    timeout 8 wget -q -O - -4 -T 8 -t 1 -S --no-config --no-proxy --no-hsts --max-redirect=0 "$1" 2>"$folder/head" || echo $? >"$folder/code"
  } | head -c 512 >"$folder/body"
  code=$(cat "$folder/code" 2>/dev/null || echo 0)
  status=$(sed -n 's/^ *HTTP\/[0-9.]* \([0-9][0-9][0-9]\).*/\1/p' "$folder/head" 2>/dev/null | tail -n 1)
}

# curl: 6, 7, 28, 60; timeout: 124; wget: 4, 5
words_for() {
  case $1:$2 in
    curl:5 | curl:6) echo 'its name is not resolved' ;;
    curl:7) echo 'no connection' ;;
    curl:28 | wget:124 | wget:143) echo 'no whole answer within 8 s' ;;
    curl:35 | curl:5[189] | curl:60 | curl:77 | wget:5) echo 'its certificate is not accepted' ;;
    curl:63) echo 'answered more than 64 KiB' ;;
    wget:4) echo 'no connection' ;;
    *) echo "$1 ended with $2" ;;
  esac
}

# What the address is, or why there is none: sets address or why.
read_answer() {
  address=''
  length=$(wc -c <"$folder/body" | tr -d ' ')
  # the rest of a longer answer is not waited for
  if [ "$length" -eq 512 ]; then code=0; fi
  if [ -n "$status" ] && [ "$status" != 200 ]; then
    why="answered $status"
  elif [ "$code" != 0 ]; then
    why=$(words_for "$program" "$code")
  elif [ "$status" != 200 ]; then
    why='answered without a status'
  elif grep -Eiq '^[[:space:]]*<|<(html|head|body|!doctype)' "$folder/body"; then
    why='answered with a page'
  else
    only_address
  fi
}

only_address() {
  # letters stay, so that 1.2.3.4 is not read out of v1.2.3.4; the last word of an answer that was cut may be half an address
  words=$(tr -c 'A-Za-z0-9._-' '\n' <"$folder/body" | sed -e 's/^\.*//' -e 's/\.*$//')
  if [ "$length" -eq 512 ]; then words=$(printf '%s\n' "$words" | sed '$d'); fi
  why='answered without an IPv4 address'
  for word in $words; do
    if is_ipv4 "$word" && [ "$word" != "$address" ]; then
      if [ -n "$address" ]; then
        address=''
        why='answered with several addresses'
        return 0
      fi
      address=$word
    fi
  done
}

case $services in
  '' | *[!A-Za-z0-9.:,/_-]*) refuse 'the services are no list of https URLs' ;;
esac
program=''
if command -v curl; then
  program=curl
elif command -v timeout && wget --version 2>&1 | grep -q 'GNU Wget'; then
  # other programs of that name do not check certificates
  program=wget
fi
[ -n "$program" ] || refuse 'neither curl nor GNU wget is installed'
folder=$(mktemp -d) || refuse 'no temporary folder can be made'

asked=0
for service in $(printf '%s' "$services" | tr , ' '); do
  asked=$((asked + 1))
  [ "$asked" -le 5 ] || break
  is_service "$service" || refuse 'the services are no list of https URLs'
  rm -f "$folder/head" "$folder/code"
  "ask_by_$program" "$service"
  read_answer
  if [ -n "$address" ]; then
    say "{\"address\":\"$address\",\"service\":\"$service\"}"
    exit 0
  fi
  problem "$service: $why"
done
say "{\"address\":\"\",\"problems\":[$problems]}"
