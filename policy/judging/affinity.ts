import { fields, list, type Fields } from "./kube-object.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

/** Everything a pod says about the nodes it wants. */
export function nodeTerms(spec: Fields): Fields[] {
  const { [REQUIRED]: required, [PREFERRED]: preferred } = fields(fields(spec.affinity).nodeAffinity);
  return [
    ...list(fields(required).nodeSelectorTerms).map(fields),
    ...list(preferred).map((it) => fields(fields(it).preference)),
  ];
}

/** Everything a pod says about the pods it wants beside it, or far from it. */
export const podTerms = (spec: Fields): Fields[] =>
  ["podAffinity", "podAntiAffinity"].flatMap((way) => {
    const { [REQUIRED]: required, [PREFERRED]: preferred } = fields(fields(spec.affinity)[way]);
    return [...list(required).map(fields), ...list(preferred).map((it) => fields(fields(it).podAffinityTerm))];
  });

/** CEL: the same two lists of the pod in `variables.spec`. */
export const celNodeTerms =
  `variables.spec.?affinity.?nodeAffinity.?${REQUIRED}.?nodeSelectorTerms.orValue([])` +
  ` + variables.spec.?affinity.?nodeAffinity.?${PREFERRED}.orValue([]).map(p, p.?preference.orValue({}))`;
export const celPodTerms = ["podAffinity", "podAntiAffinity"]
  .map(
    (way) =>
      `variables.spec.?affinity.?${way}.?${REQUIRED}.orValue([])` +
      ` + variables.spec.?affinity.?${way}.?${PREFERRED}.orValue([]).map(p, p.?podAffinityTerm.orValue({}))`,
  )
  .join(" + ");
