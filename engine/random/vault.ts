import { LABEL, NAME } from "../../components/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { canonical, digest } from "../plan/canonical.ts";
import type { RandomSource } from "../plan/mocks.ts";
import { generate } from "./generate.ts";

interface Kept {
  value: string;
  /** Digest of the keepers it was made with: another one, and only that, makes a new value. */
  keepers: string;
}

const PREFIX = "values.";

/** Forgets all values of a tenant that is gone. */
export async function removeValues(cluster: Cluster, tenant: string): Promise<boolean> {
  return cluster.remove({ apiVersion: "v1", kind: "Secret", namespace: NAME.system, name: PREFIX + tenant });
}

/**
 * Values of `random` resources, kept in one Secret a tenant in the platform's namespace, which only the platform's identity
 * reads. What the program asks for and is not there yet is made, and stored by `save` before anything uses it.
 */
export class Vault {
  readonly #cluster: Cluster;
  readonly #fleet: string;
  readonly #kept = new Map<string, Map<string, Kept>>();
  readonly #changed = new Set<string>();

  constructor(cluster: Cluster, fleet: string) {
    this.#cluster = cluster;
    this.#fleet = fleet;
  }

  /** The source for one shard: reads what its tenants have. */
  async source(tenants: readonly string[]): Promise<RandomSource> {
    await Promise.all(tenants.map(async (it) => this.#kept.set(it, await this.#read(it))));
    return ({ type, name, inputs, tenant }) => {
      if (tenant === undefined || !tenants.includes(tenant))
        throw new Error(`the random value ${name} belongs to no tenant of this run`);
      return this.#value(tenant, `${type.slice(type.lastIndexOf(":") + 1)}.${name}`, inputs);
    };
  }

  /** Whether anything was made that is not stored yet. */
  get unsaved(): boolean {
    return this.#changed.size > 0;
  }

  /** Stores what was made for a tenant since the last time; must come before anything that uses a value is applied. */
  async save(tenant: string, writer: Cluster): Promise<void> {
    if (!this.#changed.has(tenant)) return;
    const data = [...(this.#kept.get(tenant) ?? [])].map(([key, kept]) => [
      key,
      Buffer.from(JSON.stringify(kept)).toString("base64"),
    ]);
    await writer.apply(
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: {
          name: PREFIX + tenant,
          namespace: NAME.system,
          labels: { [LABEL.part]: "values", [LABEL.fleet]: this.#fleet, [LABEL.managedBy]: NAME.manager },
        },
        type: "Opaque",
        data: Object.fromEntries(data),
      },
      { force: true },
    );
    this.#changed.delete(tenant);
  }

  #value(tenant: string, key: string, inputs: Record<string, unknown>): string {
    const all = this.#kept.get(tenant) ?? new Map<string, Kept>();
    const keepers = digest(canonical(inputs["keepers"] ?? {})).slice(0, 16);
    const kept = all.get(key);
    if (kept?.keepers === keepers) return kept.value;
    const value = generate(inputs);
    all.set(key, { value, keepers });
    this.#kept.set(tenant, all);
    this.#changed.add(tenant);
    return value;
  }

  async #read(tenant: string): Promise<Map<string, Kept>> {
    const secret = await this.#cluster.get({
      apiVersion: "v1",
      kind: "Secret",
      namespace: NAME.system,
      name: PREFIX + tenant,
    });
    const data = (secret?.["data"] ?? {}) as Record<string, string>;
    return new Map(
      Object.entries(data).map(([key, text]) => [key, JSON.parse(Buffer.from(text, "base64").toString()) as Kept]),
    );
  }
}
