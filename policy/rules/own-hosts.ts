import { ANNOTATION } from "../../components/contract.ts";
import { fields, list, says, text, type KubeObject } from "../judging/kube-object.ts";
import { tenantRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "own-hosts";
const HOST = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+$";
/** Annotations that put text into the gateway's configuration, or send requests elsewhere. */
const HOSTILE =
  "snippet|server-alias|auth-url|auth-signin|auth-tls|auth-secret|mirror-target|redirect|modsecurity|lua|upstream-vhost|stream";

/**
 * A host that is another's, missing or a wildcard takes over that tenant's traffic; a snippet annotation takes over the gateway.
 * Which domains a tenant has stands on its namespace, so only the twin can compare; that is also why no global list of hosts is needed.
 */
export const ownHosts: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Tenants serve host names of their own domains only, and configure nothing else of the gateway.",
      remediationSteps:
        "Name each host in full and list its domain under `domains` in the tenant file; drop snippet annotations.",
    },
    (object) =>
      object.group === "networking.k8s.io" && object.kind === "Ingress"
        ? faults(object).map((fault) => `ingress "${object.name}" ${fault}`)
        : [],
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [{ apiGroups: ["networking.k8s.io"], resources: ["ingresses"] }],
      conditions: {
        changed:
          'request.operation == "CREATE" || object.?spec != oldObject.?spec || object.metadata.?annotations != oldObject.metadata.?annotations',
      },
      variables: {
        domains: `namespaceObject.metadata.?annotations[?${cel(ANNOTATION.domains)}].orValue("").split(",").map(d, d.trim()).filter(d, d != "")`,
        tls: "object.spec.?tls.orValue([])",
        hosts: 'object.spec.?rules.orValue([]).map(r, r.?host.orValue(""))',
        notes: "object.metadata.?annotations.orValue({})",
      },
      verdicts: [
        {
          found:
            `(variables.hosts + variables.tls.map(t, size(t.?hosts.orValue([])) == 0 ? [""] : t.hosts).map(h, h.filter(n, !n.matches(${cel(HOST)}) || !variables.domains.exists(d, n == d || n.endsWith("." + d)))).filter(h, size(h) > 0).map(h, h[0]))` +
            `.filter(n, !n.matches(${cel(HOST)}) || !variables.domains.exists(d, n == d || n.endsWith("." + d))).map(n, "host " + n)` +
            ' + (has(object.spec.defaultBackend) ? ["defaultBackend"] : [])',
          wanted: "host names within the domains listed on the namespace",
        },
        {
          found: `variables.notes.map(k, k).filter(k, k.matches(${cel(HOSTILE)}))`,
          wanted: "no annotation that configures the gateway",
        },
      ],
    }),
};

function faults({ spec, annotations }: KubeObject): string[] {
  const hosts = [
    ...list(spec.rules).map((it) => text(fields(it).host)),
    ...list(spec.tls).flatMap((it) => {
      const named = list(fields(it).hosts).map(text);
      return named.length === 0 ? [""] : named;
    }),
  ];
  return [
    ...hosts
      .filter((it) => !new RegExp(HOST).test(it))
      .map((it) => `has host "${it}", want a full name without wildcard`),
    ...(says(spec.defaultBackend) ? ["has a default backend, want none"] : []),
    ...Object.keys(annotations)
      .filter((key) => new RegExp(HOSTILE).test(key))
      .map((key) => `has annotation ${key}, want nothing that configures the gateway`),
  ];
}
