#!/bin/sh
# The doorway that users of Fabric's test network know; everything is done by `fairledger network`.
#
#   network.sh up             start the consortium: CAs, orderers, peers, channel, chaincodes
#   network.sh createChannel  the same: the channel comes with the consortium
#   network.sh deployCC       deploy the chaincodes after a change of their code
#   network.sh down           stop all nodes; the ledger stays, unless --wipe is given
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python="$root/.venv/bin/python"
[ -x "$python" ] || { echo "network.sh: $python is missing: run 'make' in $root first" >&2; exit 1; }
export FAIRLEDGER_CONSORTIUM="${FAIRLEDGER_CONSORTIUM:-$root/network/consortium.yaml}"

usage() {
    sed -n '2,7s/^# \{0,1\}//p' "$0"
}

command=${1:-}
[ $# -eq 0 ] || shift
case "$command" in
    up | createChannel) exec "$python" -m fairledger_network up "$@" ;;
    deployCC) exec "$python" -m fairledger_network deploy "$@" ;;
    down) exec "$python" -m fairledger_network down "$@" ;;
    -h | --help | help) usage ;;
    *) usage >&2; exit 2 ;;
esac
