import { DEPLOYER } from "../../components/contract.ts";
import { cel } from "./twin.ts";

/**
 * Who runs the platform, by identity: a label or annotation would be copied by the tenant it is meant to stop.
 * Few twins exempt anybody. What is wrong for a tenant is wrong for the platform as well.
 */
export const notPlatform = (groups: readonly string[]): Record<string, string> => ({
  "not-platform": `!request.userInfo.groups.exists(g, g in ${cel(groups)})`,
});

/** CEL: whether it is who deploys tenants, a member of these groups or the platform's own account for it. */
export const isDeployer = (groups: readonly string[]): string =>
  `(request.userInfo.groups.exists(g, g in ${cel(groups)}) || request.userInfo.username == ${cel(DEPLOYER.user)})`;

/** Kubernetes' own controllers: they bind volumes and finalize namespaces. They also create pods, so no pod rule may use this. */
export const notControllers: Record<string, string> = {
  "not-controllers":
    '!(request.userInfo.username == "system:kube-controller-manager" || request.userInfo.username.startsWith("system:serviceaccount:kube-system:"))',
};
