#!/usr/bin/env bash
# Makes a k3d cluster named tenantry (or finds it) and brings the fleet of stack dev up on it.
# Needs docker, k3d 5.8 or newer, npm. Arguments go to `tenantry up`, such as --yes or --only acme.
set -euo pipefail
cd "$(dirname "$0")/.."

name=tenantry
pool=globex

for program in docker k3d npm; do
  if ! command -v "$program" >/dev/null; then
    echo "$program is not on PATH; see docs/clusters.md" >&2
    exit 2
  fi
done

if k3d cluster get "$name" >/dev/null 2>&1; then
  echo "cluster $name exists already"
else
  # Agents 0 and 1 are for everybody, agent 2 is owned by the tenant of tier "pool". Traefik would serve nothing here.
  k3d cluster create "$name" --agents 3 --wait --timeout 180s \
    --k3s-node-label "tenantry.dev/pool=$pool@agent:2" \
    --k3s-arg "--node-taint=tenantry.dev/pool=$pool:NoSchedule@agent:2" \
    --k3s-arg "--disable=traefik@server:0"
fi

[ -d node_modules ] || npm ci
# k3s numbers pods and services differently from kind, and egress into them must stay shut.
npm run -s tenantry -- up --stack dev --context "k3d-$name" \
  --set 'ranges={"nodes":["172.16.0.0/12"],"pods":["10.42.0.0/16"],"services":["10.43.0.0/16"]}' "$@"
