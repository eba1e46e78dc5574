#!/bin/sh
# Checks the commits of a push before they are sent. If you do not use pre-commit, copy this file to .git/hooks/pre-push and
# make it executable. Git passes the remote's name and address, and one line per pushed reference.
#
# `git config alibi.prePush` holds options for git-alibi, such as `--fail-on review`.
set -u

remote=${1:-origin}
options=$(git config --get alibi.prePush)
status=0

zero() { case $1 in '' | *[!0]*) return 1 ;; esac; }

while read -r _ new _ old; do
  if zero "$new"; then continue; fi # a deletion
  new=$(git rev-parse --verify --quiet "$new^{commit}") || continue # a tag of another object than a commit
  dots=...
  if ! zero "$old" && base=$(git rev-parse --verify --quiet "$old^{commit}"); then
    : # the remote's state is known here
  else
    # New on the remote, or unknown here: check the commits that no known branch of the remote has.
    known=$(git for-each-ref --format='%(objectname)' "refs/remotes/$remote/")
    # shellcheck disable=SC2086 # a list of ids
    base=${known:+$(git merge-base "$new" $known)}
    if [ "$base" = "$new" ]; then continue; fi
    if [ -z "$base" ]; then
      # Nothing in common: check all commits, from the empty tree on.
      base=$(git hash-object -t tree /dev/null)
      dots=..
    fi
  fi
  # shellcheck disable=SC2086 # the options are words
  git-alibi gate $options -- "$base$dots$new" < /dev/null || status=$?
done
exit "$status"
