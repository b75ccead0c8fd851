import { ANNOTATION } from "../../components/contract.ts";
import { fields, list, says, text, type KubeObject } from "../judging/kube-object.ts";
import { tenantRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "own-hosts";
const HOST = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+$";
/**
 * Annotations an ingress may have: notes of people, of deployment tools, and the issuer of its certificate. A list of what is
 * hostile would never end: each controller reads its own, and many write text into its configuration, name a Secret or a
 * middleware of another namespace, join another tenant's load balancer, or add a name to a certificate.
 */
const HARMLESS =
  "^([^/]+|(tenantry[.]dev|app[.]kubernetes[.]io|kubectl[.]kubernetes[.]io|pulumi[.]com|meta[.]helm[.]sh|argocd[.]argoproj[.]io)/.+|cert-manager[.]io/(cluster-)?issuer)$";
/** On a Service as on an ingress, the DNS of the platform would answer any name with that tenant's address. */
const PUBLISHES = "external-dns";

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
        "Name each host in full and list its domain under `domains` in the tenant file; drop annotations of gateways.",
    },
    (object) =>
      object.group === "networking.k8s.io" && object.kind === "Ingress"
        ? faults(object).map((fault) => `ingress "${object.name}" ${fault}`)
        : object.group === "core" && object.kind === "Service"
          ? Object.keys(object.annotations)
              .filter((key) => key.includes(PUBLISHES))
              .map((key) => `service "${object.name}" has annotation ${key}, want no name published but by an ingress`)
          : [],
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [
        { apiGroups: ["networking.k8s.io"], resources: ["ingresses"] },
        { apiGroups: [""], resources: ["services"] },
      ],
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
          found: `variables.notes.map(k, k).filter(k, object.kind == "Ingress" ? !k.matches(${cel(HARMLESS)}) : k.contains(${cel(PUBLISHES)}))`,
          wanted: "no annotation that configures the gateway or publishes a name",
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
      .filter((key) => !new RegExp(HARMLESS).test(key))
      .map((key) => `has annotation ${key}, want nothing that configures the gateway`),
  ];
}
