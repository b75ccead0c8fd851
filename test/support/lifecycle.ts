import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openStack } from "../../cli/stack.ts";
import type { KubeObject } from "../../engine/cluster/object.ts";
import type { Stack } from "../../engine/fleet.ts";
import { preparePurge, type Purged } from "../../engine/run/purge.ts";
import { up, type UpReport } from "../../engine/run/up.ts";
import type { FleetPlane } from "./fleet.ts";
import { app, tenantFile } from "./fleet-tenants.ts";

/** A day of the past that a file may claim. */
export const DATE = "2020-01-01";
const DAYS = 86_400_000;

/** An app with data and a Secret, one with an autoscaler, both with a host name. */
export const SPACES = {
  web: { share: 0.6, app: app({ volume: { size: "1Gi", mountPath: "/data" }, secrets: { KEY: {} }, host: true }) },
  api: { share: 0.3, app: app({ replicas: { min: 2, max: 4 }, host: true }) },
};

/**
 * Everything that a run wrote. An edit of the sources plans units anew that stand as planned, and the API server stamps a network
 * policy with an empty list at each apply, changed or not.
 */
export const written = ({ units }: UpReport): string[] =>
  units
    .flatMap(({ result }) => [...(result?.created ?? []), ...(result?.changed ?? []), ...(result?.pruned ?? [])])
    .filter((it) => !it.includes("/NetworkPolicy/"));

/** Data files of one folder, changed as a reviewer would, and the runs over them: in this process, for each command loads the SDK anew. */
export class Files {
  readonly plane: FleetPlane;
  readonly dir: string;
  /** What the last run told. */
  told: string[] = [];

  constructor(plane: FleetPlane, name: string) {
    this.plane = plane;
    this.dir = plane.folder(name);
  }

  write(id: string, more: object = {}, spaces: object = SPACES): void {
    writeFileSync(join(this.dir, `${id}.yaml`), tenantFile(id, spaces, more));
  }

  async stack(): Promise<Stack> {
    const { kubeconfig, context } = this.plane.plane;
    return (await openStack({ stack: "local", tenants: this.dir, kubeconfig, context })).stack;
  }

  /** A run for these tenants; `errors` are those of a unit. */
  async tryUp(...ids: string[]): Promise<UpReport> {
    this.told = [];
    const report = (it: { text: string }) => void this.told.push(it.text);
    return up(this.plane.cluster, await this.stack(), { only: ids, waitMs: 60_000, report });
  }

  /** One tenant as its file now says, without a failure. */
  async up(id: string, more?: object, spaces?: object): Promise<UpReport> {
    if (more) this.write(id, more, spaces);
    const done = await this.tryUp(id);
    expect([...done.units.flatMap((it) => it.error ?? []), ...done.waiting.keys()]).toEqual([]);
    return done;
  }

  async purge(id: string, waitMs = 60_000): Promise<Purged> {
    const { commit } = await preparePurge(this.plane.cluster, await this.stack(), id);
    return commit(waitMs, () => undefined);
  }

  /** Work that must end with this error and write nothing but the run's own Lease. */
  async refused(text: RegExp, work: () => Promise<unknown>): Promise<void> {
    const writes = await this.plane.writesDuring(() => expect(work()).rejects.toThrow(text));
    expect(writes.filter((it) => !it.object.includes("/leases/"))).toEqual([]);
  }

  get(apiVersion: string, kind: string, namespace: string, name: string): Promise<KubeObject | undefined> {
    return this.plane.cluster.get({ apiVersion, kind, ...(namespace && { namespace }), name });
  }

  async uid(apiVersion: string, kind: string, namespace: string, name: string): Promise<string | undefined> {
    return (await this.get(apiVersion, kind, namespace, name))?.metadata.uid;
  }

  async pods(namespace: string): Promise<KubeObject[]> {
    return this.plane.cluster.listAll({ apiVersion: "v1", kind: "Pod", namespace });
  }

  /** The record of a tenant's lifecycle, as its ConfigMap holds it. */
  async recorded(id: string): Promise<Record<string, string> | undefined> {
    const found = await this.get("v1", "ConfigMap", "tenantry-system", `lifecycle.${id}`);
    return found?.["data"] as Record<string, string> | undefined;
  }

  /** As if the cluster had seen the state so many days earlier: its own clock cannot be set. */
  async rewind(id: string, days: number): Promise<void> {
    const { since = "" } = (await this.recorded(id)) ?? {};
    const data = { since: new Date(Date.parse(since) - days * DAYS).toISOString() };
    const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "tenantry-system", name: `lifecycle.${id}` };
    await this.plane.cluster.patch(ref, { data });
  }
}
