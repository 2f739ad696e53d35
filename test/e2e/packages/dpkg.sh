# dpkg: install, refuse what lacks its dependencies, verify, query, remove, purge; maintainer scripts, alternatives, triggers.
touch /tmp/stamp; sleep 1
cd /debs; export DEBIAN_FRONTEND=noninteractive
dpkg -i less_* sudo_* cron-daemon* sensible-utils_* 2>&1; echo $?; dpkg -i cron_* 2>&1; echo $?
dpkg -l less sudo cron | tail -3; dpkg -V less sudo; dpkg -L less | head -3; dpkg -S /usr/bin/less
update-alternatives --display pager | head -3
dpkg -i ca-certificates_* 2>&1; echo $?; dpkg --audit
dpkg -r cron 2>&1; dpkg -P cron sudo 2>&1; tree /tmp/stamp
