import type { Loose } from "./admission-loose.ts";
import { BASES, labels, NAMESPACE, TENANT, tenantNamespace, type Base } from "./admission-bases.ts";
import { POD_MUTATIONS, type Mutation } from "./admission-mutations.ts";
import { LABEL_MUTATIONS, OBJECT_MUTATIONS } from "./admission-object-mutations.ts";

export interface Generated {
  /** Kind and what was changed: the test's name for it. */
  title: string;
  /** Pulumi's type token. */
  type: string;
  manifest: Record<string, Loose>;
}

function baseObject({ apiVersion, kind, body }: Base): Record<string, Loose> {
  if (kind === "Namespace") return tenantNamespace(`${TENANT}-other`);
  const clusterWide = kind === "ClusterRole";
  const metadata = clusterWide
    ? { name: "tenantry-tenant-it", labels: {}, annotations: {} }
    : { name: "it", namespace: NAMESPACE, labels: { ...labels }, annotations: {} };
  return { apiVersion, kind, metadata, ...structuredClone(body) };
}

/** Kinds of the whole cluster, and those whose labels no twin judges. */
const UNLABELLED = /^(ClusterRole|Namespace|Endpoints|EndpointSlice|.*Route|Gateway|ReferenceGrant)$/;

/** Every base as it is, with each of its mutations, and with pairs of them picked by a fixed rule: always the same objects. */
export function objects(): Generated[] {
  return BASES.flatMap((base) => {
    const mutations: Mutation[] = [
      ...(base.pod ? POD_MUTATIONS : []),
      ...(OBJECT_MUTATIONS[base.kind] ?? []),
      ...(UNLABELLED.test(base.kind) ? [] : LABEL_MUTATIONS),
    ].filter((it) => !it.not?.includes(base.kind));
    const pairs = mutations.flatMap((first, at) => {
      const second = mutations[(at * 7 + 3) % mutations.length];
      return second && second.field !== first.field && at % 3 === 0 ? [[first, second]] : [];
    });
    return [[], ...mutations.map((it) => [it]), ...pairs].map((chosen) => generated(base, chosen));
  });
}

function generated(base: Base, mutations: Mutation[]): Generated {
  const manifest = baseObject(base);
  for (const { change, onPod } of mutations) change(onPod && base.pod ? base.pod(manifest) : manifest);
  const group = base.apiVersion === "v1" ? "core/v1" : base.apiVersion;
  const changes = mutations.map((it) => it.field).join(" and ") || "as it should be";
  return { title: `${base.kind}: ${changes}`, type: `kubernetes:${group}:${base.kind}`, manifest };
}
