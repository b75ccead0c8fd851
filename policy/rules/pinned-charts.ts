import { VIRTUAL } from "../../components/contract.ts";
import { fields, text, type Fields } from "../judging/kube-object.ts";
import { setting } from "../judging/promise.ts";
import type { Guardrail } from "./guardrail.ts";

const CHARTS = /^kubernetes:helm\.sh\/v[0-9]+:(Release|Chart)$/;
const LOCAL = /^(\.\/)?charts(\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/;
const EXACT = /^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$/;
/** Where charts come from when a stack says nothing. */
export const DEFAULT_CHART_SOURCES = [
  "oci://ghcr.io/",
  "oci://registry.k8s.io/",
  "https://charts.jetstack.io",
  "https://argoproj.github.io/argo-helm",
  "https://charts.external-secrets.io",
  "https://cloudnative-pg.github.io/charts",
];

/** A chart is code with the platform's rights: a version range or an unknown source lets somebody else change it. */
export const pinnedCharts: Guardrail = {
  rule: {
    name: "pinned-charts",
    enforcementLevel: "mandatory",
    severity: "high",
    description: "Charts have an exact version and come from an allowed source, or lie in charts/.",
    remediationSteps:
      "Set version to MAJOR.MINOR.PATCH and repositoryOpts.repo (or an oci:// chart) to an allowed source.",
    configSchema: {
      properties: { sources: { type: "array", items: { type: "string" }, default: DEFAULT_CHART_SOURCES } },
    },
    validateResource: (args, report) => {
      if (!CHARTS.test(args.type)) return;
      const props = fields(args.props);
      const chart = text(props.chart);
      if (LOCAL.test(chart) || isVirtual(props)) return;
      const version = text(props.version);
      if (!EXACT.test(version)) report(`chart "${chart}" has version "${version}", want an exact one such as 1.2.3`);
      const source = chart.startsWith("oci://") ? chart : text(fields(props.repositoryOpts).repo);
      const sources = setting(args, "sources", DEFAULT_CHART_SOURCES);
      const allowed = sources.some((it) => source === it || source.startsWith(it.endsWith("/") ? it : `${it}/`));
      if (!allowed || source.includes(".."))
        report(`chart "${chart}" comes from "${source}", want one of ${sources.join(", ")}`);
    },
  },
};

/** The virtual control plane, in its one version: nothing else comes from where it does. */
const isVirtual = ({ chart, version, repositoryOpts }: Fields): boolean =>
  chart === VIRTUAL.chart && version === VIRTUAL.version && fields(repositoryOpts).repo === VIRTUAL.repository;
