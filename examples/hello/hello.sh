#!/bin/sh
# Runs unchanged in Docker and in a box.
echo "$GREETING"
echo "kernel: $(uname -s -m), shell: process $$ of $(ls -d /proc/[0-9]* | wc -l)"
seq 1 5 | sed 's/^/line /' | sort -r | head -n 2
