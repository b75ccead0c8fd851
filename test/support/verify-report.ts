import type { CheckResult, VerifyReport } from "../../engine/verify/report.ts";

export const resultOf = (
  outcome: CheckResult["outcome"],
  namespace: string,
  more: Partial<CheckResult> = {},
): CheckResult => ({
  id: "pods.privileged",
  title: "A privileged pod is refused",
  controls: ["CIS 5.2.2", "OWASP K01", "NSA pod security"],
  tenant: "acme",
  namespace,
  outcome,
  message: outcome === "fail" ? "a privileged pod was admitted. Next: label the namespace" : "refused by Pod Security",
  ...more,
});

/** Two tenants' namespaces and one that is nobody's: 3 checks passed, 2 failed, 1 skipped. */
export const verifyReport = (...more: CheckResult[]): VerifyReport => ({
  server: "https://127.0.0.1:6443",
  targets: [
    { tenant: "acme", namespace: "acme-api" },
    { tenant: "globex", namespace: "globex-portal" },
    { namespace: "legacy" },
  ],
  results: [
    resultOf("pass", "acme-api"),
    resultOf("pass", "acme-api", { id: "rights.secrets", title: "Viewers read no secrets", controls: ["CIS 5.1.2"] }),
    resultOf("pass", "globex-portal", { tenant: "globex" }),
    resultOf("fail", "globex-portal", {
      ...{ tenant: "globex", id: "rights.secrets", title: "Viewers read no secrets", controls: ["CIS 5.1.2"] },
      message: 'group "globex-viewers" may get secrets. Next: run up',
    }),
    resultOf("fail", "legacy", { tenant: undefined }),
    resultOf("skipped", "legacy", {
      ...{ tenant: undefined, id: "rights.secrets", title: "Viewers read no secrets", controls: ["CIS 5.1.2"] },
      message: "nobody is bound here",
    }),
    ...more,
  ],
  seconds: 12.34,
});
