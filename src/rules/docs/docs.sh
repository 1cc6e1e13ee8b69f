# Runs what makes documentation, in a copy of the package that it may write to. Lies in a sandbox, beside a stranger's
# files. Arguments: the program, what becomes documentation (printed or folder), the tag that the copy gets ('' for none)
# and its time, and the program's arguments.
set -eu
program=$1
gives=$2
tag=$3
time=$4
shift 4
mkdir /tmp/out
cp -R /in/package /tmp/package
cd /tmp/package
if [ -n "$tag" ]; then
  export GIT_COMMITTER_DATE="$time" GIT_AUTHOR_DATE="$time" GIT_CONFIG_NOSYSTEM=1
  export GIT_AUTHOR_NAME=curator GIT_AUTHOR_EMAIL=curator@localhost
  export GIT_COMMITTER_NAME=curator GIT_COMMITTER_EMAIL=curator@localhost
  {
    git init --quiet
    git add --all --force
    git commit --quiet --allow-empty --no-verify --message "$tag"
    git tag --annotate --message "$tag" "$tag"
  } >&2
fi
if [ "$gives" = folder ]; then
  "$program" "$@" >&2
  exec tar -cf - -C /tmp out
fi
exec "$program" "$@"
