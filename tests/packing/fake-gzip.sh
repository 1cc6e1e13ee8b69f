#!/bin/sh
# Stands in for gzip: notes beside itself how it was run, and gives other bytes than gzip.
echo "$*" >> "$0.arguments"
env > "$0.environment"
exec cat
