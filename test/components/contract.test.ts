import * as fc from "fast-check";
import { expect, test } from "vitest";
import * as contract from "../../components/contract.ts";
import * as names from "../../tenants/names.ts";

const id = fc.stringMatching(/^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/);
const space = fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/);

test("components and tenants call a space's namespace by one name, and no other space has it", () => {
  fc.assert(
    fc.property(id, space, id, space, (tenant, own, other, theirs) => {
      const name = contract.namespaceOf(tenant, own);
      expect(name).toBe(names.namespaceOf(tenant, own));
      expect(contract.namespaceOf(other, theirs) === name).toBe(other === tenant && theirs === own);
    }),
    { numRuns: 500 },
  );
});

test("components and tenants reserve the same namespaces", () => {
  const all = [
    "default",
    "kube-system",
    "tenantry-gateway",
    "argocd",
    "velero-x",
    "kubernetes",
    "acme-api",
    "defaults",
  ];
  expect(all.filter(contract.reservedNamespace)).toEqual(all.slice(0, 5));
  expect(all.filter(names.reservedNamespace)).toEqual(all.slice(0, 5));
});
