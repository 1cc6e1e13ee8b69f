#!/bin/sh
set -u
case $1 in
  --version) echo "0.15.15"; exit 0 ;;
  compile | graph) ;;
  *) echo "unknown command $1" >&2; exit 2 ;;
esac
command=$1
shift
files=
for pattern in "$@"; do
  case $pattern in
    *'/**/*.purs')
      for folder in ${pattern%'/**/*.purs'}; do
        files="$files $(find "$folder" -name '*.purs' | sort)"
      done ;;
    *) files="$files $pattern" ;;
  esac
done
separator={
for file in $files; do
  module=$(sed -n 's/^module \([A-Za-z.]*\).*/\1/p' "$file" | head -n 1)
  if [ "$command" = graph ]; then
    imports=$(sed -n 's/^import \(.*\)$/"\1"/p' "$file" | paste -sd, -)
    printf '%s"%s":{"path":"%s","depends":[%s]}' "$separator" "$module" "$file" "$imports"
    separator=,
    continue
  fi
  echo "Compiling $module" >&2
  if grep -q DOES_NOT_COMPILE "$file"; then
    printf 'Error found:\nat %s:2:1\n\n  Could not match type \033[31m::error::Int\033[0m ##[x]\n' "$file" >&2
    exit 1
  fi
  for import in $(sed -n 's/^import //p' "$file"); do
    if ! grep -q "^module $import " $files; then
      printf 'Error found:\nat %s\n  Unknown module %s\n' "$file" "$import" >&2
      exit 1
    fi
  done
  mkdir -p output
  cp "$file" "output/$module"
done
[ "$command" = compile ] || echo '}'
