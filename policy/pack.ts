import { PolicyPack } from "@pulumi/policy";
import { GUARDRAILS } from "./rules/index.ts";

// The only place that serves the rules: a pack starts a gRPC server the moment it is made.
new PolicyPack("tenantry", {
  enforcementLevel: "mandatory",
  description: "What must hold for every tenant of the platform.",
  policies: GUARDRAILS.map(({ rule }) => rule),
});
