import fc from "fast-check";
import { expect, test } from "vitest";
import { hostOf, namespaceOf, reservedNamespace } from "../../tenants/names.ts";
import { SpaceName, TenantId } from "../../tenants/schema.ts";

const id = fc.stringMatching(/^[a-c]([-a-c0]{0,3}[a-c0])?$/);
const space = fc.stringMatching(/^[a-c][a-c0]{0,3}$/);
const domains = fc.uniqueArray(fc.constantFrom("a.example", "b.example", "c.example", "d.example"), { maxLength: 1 });

/** Short names over few letters, so that near misses such as a-b + c and a + b-c are tried often. */
const settings = { numRuns: 10_000, seed: 20 };

test("two spaces never share a namespace", () => {
  fc.assert(
    fc.property(id, space, id, space, (a, x, b, y) => {
      expect(namespaceOf(a, x) === namespaceOf(b, y)).toBe(a === b && x === y);
    }),
    settings,
  );
});

test("every namespace is a DNS label, and splits back into tenant and space", () => {
  const longest = {
    id: fc.stringMatching(/^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/),
    space: fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/),
  };
  fc.assert(
    fc.property(longest.id, longest.space, (a, x) => {
      expect(TenantId.safeParse(a).success && SpaceName.safeParse(x).success).toBe(true);
      const name = namespaceOf(a, x);
      expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect([name.slice(0, name.lastIndexOf("-")), name.slice(name.lastIndexOf("-") + 1)]).toEqual([a, x]);
    }),
    { numRuns: 2000, seed: 21 },
  );
});

test("two tenants never share a host, whether they have domains of their own or not", () => {
  fc.assert(
    fc.property(id, space, domains, id, space, domains, (a, x, d, b, y, e) => {
      fc.pre(a !== b && (d.length === 0 || d[0] !== e[0]));
      expect(hostOf({ id: a, domains: d }, x, "apps.example")).not.toBe(
        hostOf({ id: b, domains: e }, y, "apps.example"),
      );
    }),
    settings,
  );
});

test("a host is under the tenant's first domain, else under the platform's", () => {
  expect(hostOf({ id: "my-shop", domains: ["my-shop.example", "b.example"] }, "shop", "apps.example")).toBe(
    "shop.my-shop.example",
  );
  expect(hostOf({ id: "corner-shop", domains: [] }, "shop", "apps.example")).toBe("shop-corner-shop.apps.example");
});

test("namespaces of the cluster and the platform are reserved, names that only look like them are not", () => {
  const names = [
    "default",
    "default-a",
    "kube",
    "kube-system",
    "kubernetes",
    "tenantry-system",
    "openshift-x",
    "istio-system",
  ];
  names.push("argocd", "argocd-x", "cert-manager", "cert-managers", "velero", "acme-api", "xkube-system", "cert-a");
  expect(names.filter(reservedNamespace)).toHaveLength(10);
  expect(namespaceOf("a-b", "c")).toBe("a-b-c");
});
