import { fields, list, text, type Fields, type KubeObject } from "../judging/kube-object.ts";
import { allContainers, PODS, POD_VARIABLES, templateOf, type Container } from "../judging/pod-template.ts";
import { tenantRule } from "../judging/promise.ts";
import {
  celIsReference,
  celIsWeak,
  celLooksSecret,
  celNamesPassword,
  celNamesSecret,
  isReference,
  isWeak,
  looksSecret,
  namesPassword,
  namesSecret,
} from "../judging/secrecy.ts";
import { twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "no-literal-secrets";

/**
 * A password written into a pod, its arguments or a ConfigMap is read by everybody who may look at the workload, and a weak
 * one is guessed. Messages name the place, never the value.
 */
export const noLiteralSecrets: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "critical",
      description: "Secret values live in Secrets only, and passwords cannot be guessed.",
      remediationSteps: "List the variable under the app's `secrets`, or use valueFrom.secretKeyRef.",
    },
    (object) => {
      const template = templateOf(object);
      if (template) return allContainers(template.spec).flatMap(containerFaults);
      if (object.group === "core" && object.kind === "ConfigMap") return configFaults(object);
      return object.group === "core" && object.kind === "Secret" ? secretFaults(object) : [];
    },
  ),
  admission: () =>
    twin({
      name,
      scope: "tenants",
      match: [...PODS, { apiGroups: [""], resources: ["secrets", "configmaps"] }],
      conditions: {
        changed: 'request.operation == "CREATE" || object.?spec != oldObject.?spec || object.?data != oldObject.?data',
      },
      variables: { ...POD_VARIABLES, data: "object.?data.orValue({})" },
      verdicts: [
        {
          found:
            'object.kind in ["Secret", "ConfigMap"] ? [] : variables.all.map(c, c.?env.orValue([]).filter(e, ' +
            `${celNamesSecret("e.name")} && !${celIsReference('e.?value.orValue("")')} || ${celLooksSecret('e.?value.orValue("")')}` +
            ').map(e, "variable " + e.name)).filter(found, size(found) > 0).map(found, found.join(", "))',
          wanted: "a secretKeyRef in place of a literal",
        },
        {
          found:
            'object.kind in ["Secret", "ConfigMap"] ? [] : variables.all.filter(c, (c.?command.orValue([]) + c.?args.orValue([])).exists(a, ' +
            `${celLooksSecret("a")})).map(c, "arguments of container " + c.name)`,
          wanted: "a variable from a secretKeyRef in place of a literal",
        },
        {
          found: `object.kind == "ConfigMap" ? variables.data.map(k, k).filter(k, ${celNamesSecret("k")} && !${celIsReference("variables.data[k]")} || ${celLooksSecret("variables.data[k]")}).map(k, "key " + k) : []`,
          wanted: "secret values in a Secret",
        },
        {
          found: `object.kind == "Secret" ? variables.data.map(k, k).filter(k, ${celNamesPassword("k")} && ${celIsWeak("variables.data[k]")}).map(k, "key " + k) : []`,
          wanted: "16 characters that nobody guesses",
        },
      ],
    }),
};

function containerFaults({ title, body }: Container): string[] {
  const literal = list(body.env)
    .map(fields)
    .filter(({ name: key, value }) => isLiteral(text(key), text(value)))
    .map(({ name: key }) => `${title} holds a secret in variable "${text(key)}", want valueFrom.secretKeyRef`);
  const typed = [...list(body.command), ...list(body.args)].some((it) => looksSecret(text(it)));
  return typed ? [...literal, `${title} holds a secret in its arguments, want a variable from a Secret`] : literal;
}

const configFaults = ({ name: object, body }: KubeObject): string[] =>
  Object.entries(fields(body.data))
    .filter(([key, value]) => isLiteral(key, text(value)))
    .map(([key]) => `ConfigMap "${object}" holds a secret in "${key}", want a Secret`);

const isLiteral = (key: string, value: string): boolean =>
  (namesSecret(key) && !isReference(value)) || looksSecret(value);

function secretFaults({ name: object, body }: KubeObject): string[] {
  const weak = (data: Fields, encoding: BufferEncoding) =>
    Object.keys(data).filter((key) => namesPassword(key) && isWeak(Buffer.from(text(data[key]), encoding)));
  return [...weak(fields(body.data), "base64"), ...weak(fields(body.stringData), "utf8")].map(
    (key) => `Secret "${object}" holds a weak password in "${key}", want 16 characters that nobody guesses`,
  );
}
