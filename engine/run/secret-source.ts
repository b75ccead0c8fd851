import type { KubeObject } from "../cluster/object.ts";
import type { PlannedObject } from "../plan/objects.ts";

/**
 * The object as a rendered file may hold it. A Secret becomes an ExternalSecret that lets the cluster make each value once
 * (a Password generator of External Secrets); any other object that holds a secret value is refused.
 */
export function withoutValues({ object, secrets, key }: PlannedObject): KubeObject[] {
  if (object.kind === "Secret") return sourceOf(object);
  if (secrets.length > 0)
    throw new Error(`${key} holds a secret value outside a Secret: it cannot be written to a file`);
  return [object];
}

function sourceOf(secret: KubeObject): KubeObject[] {
  const { name, namespace, labels } = secret.metadata;
  const keys = Object.entries({ ...bag(secret["data"]), ...bag(secret["stringData"]) });
  const generators = keys.map(([key, value]) => {
    const length = Buffer.from(value, "data" in secret ? "base64" : "utf8").length;
    return {
      key,
      object: {
        apiVersion: "generators.external-secrets.io/v1alpha1",
        kind: "Password",
        metadata: { name: `${name}-${key.toLowerCase().replaceAll("_", "-")}`, namespace, labels },
        spec: { length, digits: Math.min(5, Math.floor(length / 4)), symbols: 0, noUpper: false, allowRepeat: true },
      },
    };
  });
  const external = {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name, namespace, labels },
    spec: {
      // Made once: a value that changes by itself would break whoever stored something with it.
      refreshPolicy: "CreatedOnce",
      target: { name, creationPolicy: "Owner", template: { type: secret["type"] ?? "Opaque", metadata: { labels } } },
      dataFrom: generators.map(({ key, object }) => ({
        sourceRef: { generatorRef: { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name } },
        rewrite: [{ regexp: { source: "password", target: key } }],
      })),
    },
  };
  return [...generators.map((it) => it.object as KubeObject), external];
}

const bag = (value: unknown): Record<string, string> => (value ?? {}) as Record<string, string>;
