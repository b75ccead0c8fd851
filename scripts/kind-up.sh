#!/usr/bin/env bash
# Makes a kind cluster named tenantry (or finds it) and brings the fleet of stack dev up on it.
# Needs docker, kind 0.32 or newer, kubectl, npm. Arguments go to `tenantry up`, such as --yes or --only acme.
set -euo pipefail
cd "$(dirname "$0")/.."

name=tenantry
pool=globex

for program in docker kind kubectl npm; do
  if ! command -v "$program" >/dev/null; then
    echo "$program is not on PATH; see docs/clusters.md" >&2
    exit 2
  fi
done

if kind get clusters 2>/dev/null | grep -qx "$name"; then
  echo "cluster $name exists already"
else
  # Two nodes for everybody and one that the tenant of tier "pool" owns.
  kind create cluster --name "$name" --wait 120s --config - <<CLUSTER
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
  - role: worker
  - role: worker
  - role: worker
    labels:
      tenantry.dev/pool: $pool
CLUSTER
fi
kubectl --context "kind-$name" taint nodes --selector "tenantry.dev/pool=$pool" "tenantry.dev/pool=$pool:NoSchedule" --overwrite

[ -d node_modules ] || npm ci
npm run -s tenantry -- up --stack dev --context "kind-$name" "$@"
