/** "skipped" when the question makes no sense here; the message says why. */
export type Outcome = "pass" | "fail" | "skipped";

/** One namespace to judge, and the tenant it belongs to where that is known. */
export interface Target {
  tenant?: string;
  namespace: string;
}

/** What one check found in one namespace. */
export interface CheckResult {
  /** Stable: "pods.privileged". */
  id: string;
  title: string;
  /** What it maps to: "CIS 5.2.2", "OWASP K01", "NSA pod-security". */
  controls: string[];
  /** Undefined for a namespace that is nobody's. */
  tenant: string | undefined;
  namespace: string;
  outcome: Outcome;
  /** What was tried, found and wanted; for a failure what to do next. Never a secret value. */
  message: string;
}

/** All checks in all namespaces, in the order of the namespaces and then of the checks, whatever order they ran in. */
export interface VerifyReport {
  /** Address of the API server. */
  server: string;
  targets: Target[];
  results: CheckResult[];
  seconds: number;
}
