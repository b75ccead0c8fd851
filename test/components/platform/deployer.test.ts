import { expect, test } from "vitest";
import { Administrators } from "../../../components/platform/administrators.ts";
import { Deployer } from "../../../components/platform/deployer.ts";
import { deploy, listed } from "../../support/deploy.ts";
import { providers } from "../../support/fixtures.ts";

const RBAC = "rbac.authorization.k8s.io";
const group = (name: string) => ({ apiGroup: RBAC, kind: "Group", name });

test("the deployer is its groups and an account without a token, bound to its two roles alone", async () => {
  const { all, one } = await deploy(
    () => new Deployer("it", { namespace: "tenantry-system", fleet: "test", groups: ["pipelines"] }, providers()),
  );
  const subjects = [group("pipelines"), { kind: "ServiceAccount", name: "deployer", namespace: "tenantry-system" }];
  expect(one("kubernetes:core/v1:ServiceAccount").inputs).toMatchObject({
    metadata: { name: "deployer", namespace: "tenantry-system" },
    automountServiceAccountToken: false,
  });
  expect(one(`kubernetes:${RBAC}/v1:ClusterRoleBinding`).inputs).toMatchObject({
    roleRef: { kind: "ClusterRole", name: "tenantry-deployer" },
    subjects,
  });
  expect(one(`kubernetes:${RBAC}/v1:RoleBinding`).inputs).toMatchObject({
    metadata: { namespace: "tenantry-system" },
    roleRef: { kind: "Role", name: "deployer" },
    subjects,
  });
  const names = [...all(`kubernetes:${RBAC}/v1:ClusterRole`), ...all(`kubernetes:${RBAC}/v1:Role`)];
  expect(names.map((it) => it.inputs["metadata"].name)).toEqual(["tenantry-deployer", "deployer"]);
});

const administrators = (groups: string[]) =>
  deploy(() => new Administrators("it", { fleet: "test", groups }, providers()));

test("administrators are the named groups; Kubernetes' own have their rights already", async () => {
  const { one } = await administrators(["system:masters", "platform-engineers"]);
  expect(one(`kubernetes:${RBAC}/v1:ClusterRoleBinding`).inputs).toMatchObject({
    metadata: { name: "tenantry-administrators" },
    roleRef: { kind: "ClusterRole", name: "cluster-admin" },
    subjects: [group("platform-engineers")],
  });
  const { resources } = await administrators(["system:masters"]);
  expect(listed(resources).filter((it) => it.includes("Binding"))).toEqual([]);
});
