import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Cluster } from "../../engine/cluster/cluster.ts";
import { type KubeObject, refKey, refOf } from "../../engine/cluster/object.ts";
import type { Stack } from "../../engine/fleet.ts";
import { canonical, digest } from "../../engine/plan/canonical.ts";
import { planUnits } from "../../engine/plan/unit.ts";
import { milli } from "../../tenants/quantity.ts";

/** Canonical text of each object by key. A Secret is its place, its labels and the names of its values. */
export type Rows = Map<string, string>;

export const hashOf = (rows: Rows): string =>
  digest(
    [...rows]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map((row) => row.join(" "))
      .join("\n"),
  );

/** What the program registers, with placeholders where a value is random. */
export async function plannedObjects(stack: Stack, runner: string): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  const config = { ...stack.config, "tenantry:runner": runner };
  const selection = { platform: true, tenants: stack.fleet.tenants };
  for await (const { units } of planUnits({ ...stack, config }, selection))
    objects.push(...units.flatMap((it) => it.objects.map(({ object }) => object)));
  return objects;
}

export const planned = (objects: readonly KubeObject[]): Rows => new Map(objects.map((it) => row(it)));

/** What the files of a folder say; an ExternalSecret with its generators is the Secret it makes. */
export function rendered(folder: string): Rows {
  const objects = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((it) => it.endsWith(".yaml"))
    .map((it) => parse(readFileSync(join(folder, it), "utf8")) as KubeObject);
  const rows: Rows = new Map();
  for (const object of objects) {
    delete object.metadata.annotations?.["argocd.argoproj.io/sync-wave"];
    if (Object.keys(object.metadata.annotations ?? {}).length === 0) delete object.metadata.annotations;
    if (object.apiVersion.startsWith("generators.external-secrets.io/")) continue;
    rows.set(...row(object.kind === "ExternalSecret" ? targetOf(object) : object));
  }
  return rows;
}

/** What stands in the cluster for each object: exactly the fields that the server records as applied by us. */
export async function applied(cluster: Cluster, objects: readonly KubeObject[]): Promise<Rows> {
  const rows: Rows = new Map();
  for (const object of objects) {
    const live = await cluster.get(refOf(object));
    if (live) rows.set(...row(ownedPart(live)));
  }
  return rows;
}

function row(object: KubeObject): [string, string] {
  const { data, stringData, ...rest } = object as KubeObject & { data?: object; stringData?: object };
  const names = Object.keys({ ...data, ...stringData }).toSorted();
  const shown = object.kind === "Secret" ? { ...rest, data: names } : object;
  return [refKey(refOf(object)), canonical(stored(shown))];
}

/** As the API stores it: no empty list, no `false` where that is the default, quantities in one form. */
function stored(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((it) => stored(it));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value)
    .filter(([name, it]) => !(Array.isArray(it) && it.length === 0) && !(name === "globalDefault" && it === false))
    .map(([name, it]) => [name, key === "hard" ? `${milli(it as string)}m` : stored(it, name)] as const);
  return Object.fromEntries(entries);
}

interface External {
  metadata: KubeObject["metadata"];
  spec: {
    target: { name: string; template: { type: string; metadata: { labels: Record<string, string> } } };
    dataFrom: { rewrite: { regexp: { target: string } }[] }[];
  };
}

function targetOf(external: KubeObject): KubeObject {
  const { metadata, spec } = external as unknown as External;
  const { name, template } = spec.target;
  const keys = spec.dataFrom.flatMap((it) => it.rewrite.map(({ regexp }) => [regexp.target, ""]));
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: metadata.namespace, labels: template.metadata.labels },
    type: template.type,
    data: Object.fromEntries(keys),
  };
}

/** The object cut down to what our manager applied, by the server's own record and not by what we meant to apply. */
export function ownedPart(live: KubeObject): KubeObject {
  const ours = live.metadata.managedFields?.find(
    (it) => it.manager === "tenantry" && it.operation === "Apply" && !it.subresource,
  );
  const { apiVersion, kind } = live;
  const { name, namespace } = live.metadata;
  const part = (extract(live, ours?.fieldsV1 ?? {}) ?? {}) as { metadata?: object; spec?: object };
  if (/^(Validating|Mutating)AdmissionPolicy/.test(kind)) withoutDefaults(part);
  return { ...part, apiVersion, kind, metadata: { ...part.metadata, name, ...(namespace && { namespace }) } };
}

interface Match {
  resourceRules?: { scope?: string }[];
  matchPolicy?: string;
  namespaceSelector?: object;
  objectSelector?: object;
}

/** The server fills these in inside what it records as a whole, so they look like ours. */
function withoutDefaults({ spec }: { spec?: { matchConstraints?: Match; matchResources?: Match } }): void {
  for (const rule of spec?.matchConstraints?.resourceRules ?? []) if (rule.scope === "*") delete rule.scope;
  if (spec?.matchResources?.matchPolicy === "Equivalent") delete spec.matchResources.matchPolicy;
  for (const match of [spec?.matchConstraints, spec?.matchResources]) {
    if (canonical(match?.namespaceSelector) === "{}") delete match?.namespaceSelector;
    if (canonical(match?.objectSelector) === "{}") delete match?.objectSelector;
  }
}

type Fields = Record<string, unknown>;

function extract(value: unknown, fields: Fields): unknown {
  const inner = Object.keys(fields).filter((it) => it !== ".");
  // A leaf, or an empty map or list that we own as such.
  if (inner.length === 0) return value;
  if (Array.isArray(value)) {
    return value
      .filter((it) => inner.some((key) => matches(it, key)))
      .map((it) => {
        const key = inner.find((candidate) => matches(it, candidate)) ?? "";
        return extract(it, fields[key] as Fields);
      });
  }
  const source = (value ?? {}) as Record<string, unknown>;
  return Object.fromEntries(inner.map((key) => [key.slice(2), extract(source[key.slice(2)], fields[key] as Fields)]));
}

/** `k:{"name":"web"}` is the item with these keys, `v:"x"` the item that is x. */
function matches(item: unknown, key: string): boolean {
  const wanted = JSON.parse(key.slice(2)) as unknown;
  if (key.startsWith("v:")) return canonical(item) === canonical(wanted);
  return Object.entries(wanted as object).every(([name, it]) => (item as Record<string, unknown>)[name] === it);
}
