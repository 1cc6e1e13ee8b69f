# Shows that a sandbox holds, from the inside, before anything of a stranger is run in it. Arguments: a file that stands
# outside, the home of whoever runs the curator ('' where it says nothing), and the most processes.
canary=$1
home=$2
processes=$3

fail() {
  echo "$1"
  exit 1
}

[ "$(id -u)" != 0 ] || fail "it runs as root"
while read -r key value; do
  case $key in
    CapInh: | CapPrm: | CapEff: | CapAmb:) [ "$value" = 0000000000000000 ] || fail "it has capabilities" ;;
    NoNewPrivs:) [ "$value" = 1 ] || fail "it can get privileges" ;;
  esac
done </proc/self/status
lines=0
while read -r name rest; do
  lines=$((lines + 1))
  case $lines:$name in
    1:* | 2:* | *:lo:) ;;
    *) fail "it has a network" ;;
  esac
done </proc/net/dev
while read -r name rest; do
  [ "$name" = Iface ] || fail "it has a way to a network"
done </proc/net/route
# A program of its own reads it: a shell that turns into one has nothing there.
variables=$(cat /proc/self/environ | tr '\0\n' '\n_' | cut -d= -f1)
[ -n "$variables" ] || fail "its environment cannot be read"
for variable in $variables; do
  case $variable in
    PATH | HOME | LC_ALL | PWD | OLDPWD | SHLVL | _) ;;
    *) fail "it sees the environment" ;;
  esac
done
[ ! -e "$canary" ] || fail "it sees files of others"
case $home in
  '' | / | /tmp | /tmp/* | /usr | /usr/*) ;;
  *) [ ! -e "$home" ] || fail "it sees the home of others" ;;
esac
for place in / /in /usr /etc /dev /proc; do
  (: >"$place/curator-proof") 2>/dev/null && fail "it can write to $place"
done
(: >/tmp/work/proof) 2>/dev/null || fail "it cannot write to its own folder"
count=0
for place in /proc/[0-9]*; do
  count=$((count + 1))
done
[ "$count" -lt 12 ] || fail "it sees processes of others"
grep -Eq "^Max processes +$processes " /proc/self/limits || fail "it has no bound on processes"
echo sandboxed
