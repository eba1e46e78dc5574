#!/bin/sh
# Judges what a push adds, before it leaves. For those without pre-commit: copy it to .git/hooks/pre-push, executable.
# Git gives the remote's name and address, and a line for each reference that is pushed.
#
# Options for git-alibi, if any, are words in `git config alibi.prePush`, such as `--fail-on review`.
set -u

remote=${1:-origin}
options=$(git config --get alibi.prePush)
status=0

zero() { case $1 in '' | *[!0]*) return 1 ;; esac; }

while read -r _ new _ old; do
  if zero "$new"; then continue; fi # a deletion
  new=$(git rev-parse --verify --quiet "$new^{commit}") || continue # a tag of something else than a commit
  dots=...
  if ! zero "$old" && base=$(git rev-parse --verify --quiet "$old^{commit}"); then
    : # what the remote has now is known here
  else
    # New there, or unknown here: judge what nothing that is known of the remote has.
    known=$(git for-each-ref --format='%(objectname)' "refs/remotes/$remote/")
    # shellcheck disable=SC2086 # a list of ids
    base=${known:+$(git merge-base "$new" $known)}
    if [ "$base" = "$new" ]; then continue; fi
    if [ -z "$base" ]; then
      # Nothing in common: judge everything, from the empty tree on.
      base=$(git hash-object -t tree /dev/null)
      dots=..
    fi
  fi
  # shellcheck disable=SC2086 # the options are words
  git-alibi gate $options -- "$base$dots$new" < /dev/null || status=$?
done
exit "$status"
