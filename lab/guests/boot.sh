#!/bin/sh
# Boots a guest of the network lab, in its network namespace and in a mount namespace of its own: boot.sh FOLDER NODE INSTANCE.
# Programs are the host's; /etc, /var/lib and /usr/local are the guest's own and lie in FOLDER, where they outlast a reboot; /run
# begins empty. systemctl and systemd-run are stand-ins (units.sh): systemd itself does not run in a guest.
set -eu
folder=$1 node=$2 instance=$3
here=$(dirname "$0")
# opened now: what is mounted below may hide where it lies
exec 9<"$node"

if [ ! -d "$folder/etc" ]; then
  mkdir -p "$folder/etc/systemd/system" "$folder/var-lib" "$folder/usr-local/bin" "$folder/usr-local/sbin" "$folder/usr-local/lib"
  for name in alternatives ld.so.cache ld.so.conf ld.so.conf.d passwd group shadow nsswitch.conf iproute2 localtime os-release host.conf protocols services; do
    [ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$folder/etc/"
  done
  echo "$instance" > "$folder/etc/hostname"
  cp "$LAB_HOSTS" "$folder/etc/hosts"
  cp "$LAB_CA" "$folder/etc/lab-ca.pem"
  for name in systemctl systemd-run; do
    cp "$here/units.sh" "$folder/usr-local/bin/$name"
    chmod 755 "$folder/usr-local/bin/$name"
  done
fi
mkdir -p "$folder/project"

mount -t sysfs sysfs /sys
# wherever the project lies, it is found here
mount --bind "$here/../.." "$folder/project"
mount --bind "$folder/etc" /etc
mount --bind "$folder/var-lib" /var/lib
mount --bind "$folder/usr-local" /usr/local
mount -t tmpfs -o mode=755 tmpfs /run
[ "$LAB_SYSTEMD" = no ] || mkdir -p /run/systemd/system
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CURL_CA_BUNDLE=/etc/lab-ca.pem HOME=/root
[ ! -e /etc/lab-boot ] || systemctl lab-boot
exec /proc/self/fd/9 --no-warnings "$folder/project/lab/guests/main.ts" "$instance"
