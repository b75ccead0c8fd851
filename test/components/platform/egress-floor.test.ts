import { expect, test } from "vitest";
import { EgressFloor } from "../../../components/platform/egress-floor.ts";
import { deploy } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const floor = async (left: string[]) => {
  const args = { fleet: "test", shut: ["169.254.0.0/16", "192.168.0.0/16"], left };
  const { one } = await deploy(() => new EgressFloor("platform-egress", args, providers()));
  return one("kubernetes:networking.k8s.aws/v1alpha1:ClusterNetworkPolicy").inputs;
};
const deny = { name: "never", action: "Deny", to: [{ networks: ["169.254.0.0/16", "192.168.0.0/16"] }] };

test("goes before every policy, for all tenants and nobody else", async () => {
  expect(await floor([])).toMatchObject({
    apiVersion: "networking.k8s.aws/v1alpha1",
    kind: "ClusterNetworkPolicy",
    metadata: { name: "tenantry-egress" },
    spec: {
      tier: "Admin",
      subject: { namespaces: { matchExpressions: [{ key: "tenantry.dev/tenant", operator: "Exists" }] } },
      egress: [deny],
    },
  });
});

test("leaves resolvers on the nodes to the tenants' own policies, before it denies", async () => {
  const { spec } = await floor(["169.254.20.10/32"]);
  expect(spec.egress).toEqual([{ name: "resolvers", action: "Pass", to: [{ networks: ["169.254.20.10/32"] }] }, deny]);
});
