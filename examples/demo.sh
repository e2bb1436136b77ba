#!/bin/sh
# Tags the demo corpus and shows labels, totals and the curve. The posts are made up.
set -eu
stancemark=$1
posts=examples/iamispr.jsonl
mkdir -p target/demo
tags=target/demo/tags.jsonl

echo "The demo corpus: every post in it is made up (examples/README.md)."
echo
echo "\$ stancemark tag $posts -o $tags"
"$stancemark" tag "$posts" -o "$tags"
echo
echo "\$ head -n 3 $tags"
head -n 3 "$tags"
echo
echo "\$ stancemark explain 'Shame on Facebook! Pak fauj zindabad #IamISPR'"
"$stancemark" explain 'Shame on Facebook! Pak fauj zindabad #IamISPR'
echo
echo "\$ stancemark aggregate $tags --by label,target"
"$stancemark" aggregate "$tags" --by label,target
echo
echo "The posts under the hashtag that were counted before 12:16 and before 12:43 (1,544 and 1,915 in the real case):"
set -- --where hashtag=iamispr --where "time<2019-04-02T14:30" --by time:minute --time-zone Asia/Karachi \
    --curve --mark 12:15 --mark 12:42 --top 0
echo "\$ stancemark aggregate $tags $*"
"$stancemark" aggregate "$tags" "$@"
