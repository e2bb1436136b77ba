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
echo "\$ stancemark aggregate $tags --where hashtag=iamispr --by time:15min --time-zone Asia/Karachi --curve"
"$stancemark" aggregate "$tags" --where hashtag=iamispr --by time:15min --time-zone Asia/Karachi --curve
