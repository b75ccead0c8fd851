import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Ports of one control plane, all on 127.0.0.1. */
export interface Ports {
  api: number;
  etcd: number;
  etcdPeer: number;
  controllers: number;
  scheduler: number;
}

/** Below what kernels give to outgoing connections, so that none takes a port between our choice and its use. */
const FROM = 20_000;
const TO = 32_000;

/** Free ports; those of `wanted` are kept where they are still free, so that a kubeconfig stays right over a restart. */
export async function choosePorts(wanted: Partial<Ports> = {}): Promise<Ports> {
  const taken = new Set<number>();
  const one = async (port: number | undefined): Promise<number> => {
    let candidate = port ?? randomInt(FROM, TO);
    while (taken.has(candidate) || !(await isFree(candidate))) candidate = randomInt(FROM, TO);
    taken.add(candidate);
    return candidate;
  };
  return {
    api: await one(wanted.api),
    etcd: await one(wanted.etcd),
    etcdPeer: await one(wanted.etcdPeer),
    controllers: await one(wanted.controllers),
    scheduler: await one(wanted.scheduler),
  };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
