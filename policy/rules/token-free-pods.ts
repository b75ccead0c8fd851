import { fields, list, text } from "../judging/kube-object.ts";
import { notPlatform } from "../judging/exemption.ts";
import { PODS, POD_VARIABLES, templateOf } from "../judging/pod-template.ts";
import { tenantRule } from "../judging/promise.ts";
import { cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "token-free-pods";
/** On a pod template: why this pod talks to the API server. */
export const TOKEN_REASON = "tenantry.dev/service-account-token";
/** What a projected volume may carry that the API server takes for an identity; a pod's certificate is one as well. */
const CREDENTIALS = ["serviceAccountToken", "podCertificate"];
const TOKEN_SECRET = "kubernetes.io/service-account-token";

/**
 * A token in a pod is what whoever breaks into the pod leaves with; one in a Secret never expires, and one
 * from a token request works outside the cluster.
 */
export const tokenFreePods: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Pods carry no service account token unless they say why.",
      remediationSteps: `Set automountServiceAccountToken: false, or annotate the pod template ${TOKEN_REASON}="why it needs the API".`,
    },
    (object) => {
      const what = `${object.kind} "${object.name}"`;
      if (object.kind === "TokenRequest") return [`${what} makes a token, want pods that get theirs from the kubelet`];
      if (object.group === "core" && object.kind === "Secret")
        return object.body.type === TOKEN_SECRET
          ? [`${what} holds a token that never expires, want no such Secret`]
          : [];
      const template = templateOf(object);
      if (!template || text(template.annotations[TOKEN_REASON]).trim() !== "") return [];
      const projected = list(template.spec.volumes).filter((it) =>
        list(fields(fields(it).projected).sources).some((source) => CREDENTIALS.some((key) => key in fields(source))),
      );
      return [
        ...(template.spec.automountServiceAccountToken === false
          ? []
          : [`${what} mounts a token, want automountServiceAccountToken: false`]),
        ...projected.map((it) => `${what} projects a credential in volume "${text(fields(it).name)}", want none`),
      ];
    },
  ),
  admission: ({ platformGroups }) =>
    twin({
      name,
      scope: "tenants",
      match: [...PODS, { apiGroups: [""], resources: ["secrets", "serviceaccounts/token"] }],
      conditions: {
        // The kubelet fetches the tokens of pods that were admitted.
        "not-kubelet": `request.?subResource.orValue("") != "token" || !("system:nodes" in request.userInfo.groups || ${notPlatform(platformGroups)["not-platform"]?.slice(1) ?? "false"})`,
        changed: 'request.operation == "CREATE" || object.kind == "Secret" || object.?spec != oldObject.?spec',
      },
      variables: {
        ...POD_VARIABLES,
        isPod: '!(object.kind in ["Secret", "TokenRequest"])',
        asked: `variables.notes[?${cel(TOKEN_REASON)}].orValue("").trim() != ""`,
      },
      verdicts: [
        {
          found:
            '(object.kind == "TokenRequest" ? ["token request"] : [])' +
            ` + (object.kind == "Secret" && object.?type.orValue("") == "${TOKEN_SECRET}" ? ["Secret with a token"] : [])` +
            ' + (!variables.isPod || variables.asked || !variables.spec.?automountServiceAccountToken.orValue(true) ? [] : ["automountServiceAccountToken"])' +
            ` + (!variables.isPod || variables.asked ? [] : variables.volumes.filter(v, v.?projected.?sources.orValue([]).exists(s, ${CREDENTIALS.map((key) => `has(s.${key})`).join(" || ")})).map(v, "volume " + v.name))`,
          wanted: `automountServiceAccountToken: false, or the annotation ${TOKEN_REASON} with a reason`,
        },
      ],
    }),
};
