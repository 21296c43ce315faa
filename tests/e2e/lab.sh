# What the lab's tests share; sourced with the folder of the programs as $1.
set -euo pipefail
programs=$1
directory=/run/peerlab-lab

skip() { echo "SKIP: $*"; exit 77; }
broken() { echo "BROKEN: $*"; exit 1; }
peerlab() { "$programs/peerlab" "$@"; }

[[ $(id -u) == 0 ]] || skip 'needs root for network namespaces'
unshare --net true 2>/dev/null || skip 'this machine makes no network namespaces'
[[ -n ${PEERLAB_NODE_MODULES:-} ]] || skip 'needs PEERLAB_NODE_MODULES: run it as ./dev test lab'
[[ ! -e $directory ]] || skip "a lab stands in $directory: ./dev lab down first"

# Shared memory of this test's own: what is left of it is the lab's.
[[ -n ${PEERLAB_LAB_TEST:-} ]] || PEERLAB_LAB_TEST=1 exec unshare --ipc bash "$0" "$@"

scratch=$(mktemp -d)
clean_up() {
  peerlab lab down >"$scratch/down" 2>&1 || cat "$scratch/down"
  rm -rf "$scratch"
}
trap clean_up EXIT

# No process, namespace, file or shared memory of a lab.
nothing_is_left() {
  [[ ! -e $directory ]] || broken "$directory is still there: $(ls "$directory")"
  ! ip netns list | grep -q '^peerlab-' || broken "namespaces are left: $(ip netns list)"
  ! pgrep -af "$directory" || broken 'processes are left'
  ! ipcs -m | grep '^0x' || broken 'shared memory is left'
}
