import { LABEL } from "../components/contract.ts";
import type { Cluster } from "../engine/cluster/cluster.ts";
import { type KubeObject, refKey } from "../engine/cluster/object.ts";
import { redact } from "../engine/plan/canonical.ts";
import { type Rendered, SetDigest } from "./rendered.ts";

/** Digest of what was rendered, secret values left out: they differ from cluster to cluster. */
export function renderedDigest(rendered: readonly Rendered[]): string {
  const digest = new SetDigest();
  for (const { key, object, secrets } of rendered) digest.add(key, redact(object, secrets));
  return digest.toString();
}

/**
 * Digest of the cluster's objects, each projected on what was sent, so that defaults and the server's own fields drop out.
 * Objects of the fleet that nobody rendered count too. Equal to the digest of the rendering, or the arm did something else.
 */
export async function clusterDigest(
  cluster: Cluster,
  fleet: string,
  rendered: readonly Rendered[],
): Promise<{ digest: string; odd: string[] }> {
  const sent = new Map(rendered.map((it) => [it.key, it]));
  const kinds = new Map(
    rendered.map(({ object: { apiVersion, kind } }) => [`${apiVersion}/${kind}`, { apiVersion, kind }]),
  );
  const digest = new SetDigest();
  const odd: string[] = [];
  const labelSelector = `${LABEL.fleet}=${fleet}`;
  for (const { apiVersion, kind } of kinds.values()) {
    for await (const live of cluster.list({ apiVersion, kind, labelSelector })) {
      // The engine's own notes.
      if (["inventory", "values"].includes(live.metadata.labels?.[LABEL.part] ?? "")) continue;
      const { name, namespace } = live.metadata;
      const key = refKey({ apiVersion, kind, name, ...(namespace && { namespace }) });
      const planned = sent.get(key);
      if (!planned) {
        odd.push(`${key}: not rendered`);
        digest.add(key, "unknown");
        continue;
      }
      sent.delete(key);
      const whole: KubeObject = { ...live, apiVersion, kind };
      const found = redact(project(whole, planned.object), planned.secrets);
      digest.add(key, found);
      if (JSON.stringify(found) !== JSON.stringify(redact(planned.object, planned.secrets)))
        odd.push(`${key}: differs`);
    }
  }
  odd.push(...[...sent.keys()].map((key) => `${key}: missing`));
  return { digest: digest.toString(), odd };
}

/**
 * The part of `live` that `sent` speaks of. What the server only writes in another way counts as sent: a quantity in other
 * units, and what is empty and therefore left out.
 */
export function project(live: unknown, sent: unknown): unknown {
  if (live === undefined && isEmpty(sent)) return sent;
  if (Array.isArray(sent)) {
    if (!Array.isArray(live) || live.length !== sent.length) return live;
    return sent.map((item, index) => project(live[index], item));
  }
  if (sent === null || typeof sent !== "object") {
    return typeof live === "string" && typeof sent === "string" && sameQuantity(live, sent) ? sent : live;
  }
  if (live === null || typeof live !== "object") return live;
  const bag = live as Record<string, unknown>;
  const entries = Object.entries(sent).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, project(bag[key], value)]));
}

const isEmpty = (it: unknown): boolean =>
  it === false || it === 0 || it === "" || (it !== null && typeof it === "object" && Object.keys(it).length === 0);

const FACTORS: Record<string, number> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function sameQuantity(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => {
    const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti|)$/.exec(text) ?? [];
    return number === "" ? undefined : Number(number) * (FACTORS[unit] ?? Number.NaN);
  });
  return one !== undefined && one === other;
}
