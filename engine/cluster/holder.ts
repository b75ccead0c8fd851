import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { line } from "./status.ts";

/** One run of the program, as a lease names it. */
export interface Holder {
  user: string;
  host: string;
  pid: number;
  /** Tells boots, containers and machines apart, where host names do not: a pid means something only within one. */
  machine: string;
  /** Tells two runs apart that share all the rest. */
  run: string;
}

/** This process, as a new holder. */
export function thisProcess(): Holder {
  return {
    user: userName(),
    host: hostname(),
    pid: process.pid,
    machine: machine(),
    run: randomBytes(4).toString("hex"),
  };
}

/** At most 128 characters: "user@host/pid/machine/run". */
export const identityOf = ({ user, host, pid, machine, run }: Holder): string =>
  `${part(user)}@${part(host)}/${pid}/${part(machine)}/${part(run)}`;

/** Undefined for an identity that another program wrote. */
export function holderOf(identity: string): Holder | undefined {
  const [, user, host, pid, machine, run] = /^([^@/]+)@([^/]+)\/(\d+)\/([^/]+)\/([^/]+)$/.exec(identity) ?? [];
  if (!user || !host || !machine || !run) return undefined;
  return { user, host, pid: Number(pid), machine, run };
}

/** Surely over: it ran on this very machine, and no process has its id. */
export function isDead(holder: Holder): boolean {
  if (holder.machine !== machine() || holder.pid === 0) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** "anna on laptop, pid 4711"; a foreign identity as it is. */
export function describe(identity: string): string {
  const holder = holderOf(identity);
  return holder ? `${holder.user} on ${holder.host}, pid ${holder.pid}` : line(identity, 128);
}

const part = (text: string): string => text.replace(/[^\w.-]/g, "_").slice(0, 40) || "unknown";

let known: string | undefined;

/** Boot and process namespace on Linux; elsewhere the host name, which one kernel shares with no container. */
function machine(): string {
  if (known) return known;
  let facts = `${process.platform}/${hostname()}`;
  try {
    facts += readFileSync("/proc/sys/kernel/random/boot_id", "utf8") + readlinkSync("/proc/self/ns/pid");
  } catch {
    // Not Linux.
  }
  known = createHash("sha256").update(facts).digest("hex").slice(0, 12);
  return known;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a uid that has no name.
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
