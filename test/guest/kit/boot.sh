#!/bin/sh
# Gives a guest its own part of the file system: boot.sh FOLDER. Runs in new mount, network and process namespaces. Programs are this
# machine's; /etc, /var/lib, /usr/local and /run are the guest's own and lie in FOLDER, where all but /run outlast a reboot.
# systemctl and systemd-run are the stand-ins of the lab: systemd itself does not run in a guest.
set -eu
folder=$1
units=$(cd "$(dirname "$0")/../../../lab/guests" && pwd)/units.sh
if [ ! -d "$folder/etc" ]; then
  mkdir -p "$folder/etc/systemd/system/multi-user.target.wants" "$folder/etc/ssl/certs" "$folder/var-lib" "$folder/usr-local/bin" "$folder/usr-local/sbin"
  for name in alternatives ld.so.cache ld.so.conf ld.so.conf.d passwd group nsswitch.conf iproute2 protocols services; do
    [ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$folder/etc/"
  done
  echo '198.51.100.9 echo.example.test' >"$folder/etc/hosts"
  cp "$folder/authority.pem" "$folder/etc/ssl/certs/ca-certificates.crt"
  for name in systemctl systemd-run; do
    cp "$units" "$folder/usr-local/bin/$name"
    chmod 755 "$folder/usr-local/bin/$name"
  done
fi
rm -rf "$folder/run"
mkdir -p "$folder/run/systemd/system"
mount -t sysfs sysfs /sys
mount --bind "$folder/etc" /etc
mount --bind "$folder/var-lib" /var/lib
mount --bind "$folder/usr-local" /usr/local
mount --bind "$folder/run" /run
echo ready
exec sleep 1000000
