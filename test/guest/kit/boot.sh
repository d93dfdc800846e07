#!/bin/sh
# Gives a guest its own part of the file system, and its first process: boot.sh FOLDER stand-in|systemd. Runs in new mount, network,
# process and control group namespaces. Programs are this machine's; /etc, /var/lib, /usr/local, /run and /tmp are the guest's own: they
# lie in FOLDER, where all but the last two outlast a reboot. Nothing else of this machine can be written from within, and systemd sees
# no unit of this machine, the journal apart: its services would clean up and set up what is not the guest's.
set -eu
folder=$1 manager=$2
units=$(cd "$(dirname "$0")/../../../lab/guests" && pwd)/units.sh
fence=$(cd "$(dirname "$0")" && pwd)/units
if [ ! -d "$folder/etc" ]; then
  mkdir -p "$folder/etc/systemd/system" "$folder/etc/ssl/certs" "$folder/var-lib" "$folder/usr-local/bin" "$folder/usr-local/sbin"
  for name in alternatives ld.so.cache ld.so.conf ld.so.conf.d passwd group nsswitch.conf iproute2 protocols services; do
    [ ! -e "/etc/$name" ] || cp -a "/etc/$name" "$folder/etc/"
  done
  echo '198.51.100.9 echo.example.test' >"$folder/etc/hosts"
  echo 0123456789abcdef0123456789abcdef >"$folder/etc/machine-id"
  cp "$folder/authority.pem" "$folder/etc/ssl/certs/ca-certificates.crt"
  if [ "$manager" = stand-in ]; then
    # systemd removes it with the last of its links
    mkdir "$folder/etc/systemd/system/multi-user.target.wants"
    for name in systemctl systemd-run; do
      cp "$units" "$folder/usr-local/bin/$name"
      chmod 755 "$folder/usr-local/bin/$name"
    done
  fi
fi
rm -rf "$folder/run" "$folder/tmp"
mkdir -p "$folder/run" "$folder/tmp"
groups=$(stat -f -c %T /sys/fs/cgroup)

mount -t sysfs sysfs /sys
if [ "$manager" = systemd ] && [ "$groups" = cgroup2fs ]; then
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
elif [ "$manager" = systemd ]; then
  mount -t tmpfs tmpfs /sys/fs/cgroup
  mkdir /sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
  # the control groups of version 1 have no namespace of ours but this one: systemd must see no other
  printf '#subsys_name\thierarchy\tnum_cgroups\tenabled\n' >"$folder/tmp/cgroups"
  mount --bind "$folder/tmp/cgroups" /proc/cgroups
fi
# what is not of the network belongs to the whole machine
mount --bind /proc/sys /proc/sys
mount -o remount,bind,ro /proc/sys
mount --bind /proc/sys/net /proc/sys/net
mount -o remount,bind,rw /proc/sys/net
mount --bind "$folder/etc" /etc
mount --bind "$folder/var-lib" /var/lib
mount --bind "$folder/usr-local" /usr/local
mount --bind "$folder/run" /run
mount -t tmpfs tmpfs /var/log
if [ "$manager" = systemd ]; then
  mkdir -p /run/fence
  cp "$fence"/* /lib/systemd/system/systemd-journald.service /lib/systemd/system/systemd-journald.socket /run/fence/
fi
mount --bind "$folder/tmp" /tmp
mount --bind /dev /dev
mount -o remount,bind,ro /dev
mount -o remount,bind,ro /
mkdir -p /run/systemd/system
echo ready
[ "$manager" = systemd ] || exec sleep 1000000
rmdir /run/systemd/system
export container=guest SYSTEMD_UNIT_PATH=/etc/systemd/system:/run/systemd/transient:/run/fence
exec /lib/systemd/systemd --system --unit=multi-user.target --show-status=no --log-target=journal systemd.legacy_systemd_cgroup_controller=1
