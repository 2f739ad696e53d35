# apt-get install from a directory: dependencies put in order, maintainer scripts, triggers; then remove and purge.
touch /tmp/stamp; sleep 1
export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends /debs/*.deb 2>&1; echo $?
apt-get purge -y sudo 2>&1; echo $?; apt-cache policy dbus | head -3; apt-get check; tree /tmp/stamp
