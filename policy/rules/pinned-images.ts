import { fields, list, text, type Fields } from "../judging/kube-object.ts";
import { allContainers, PODS, POD_VARIABLES, templateOf } from "../judging/pod-template.ts";
import { setting, tenantRule } from "../judging/promise.ts";
import { CHANGED, cel, twin } from "../judging/twin.ts";
import type { Guardrail } from "./guardrail.ts";

const name = "pinned-images";
/** What a stack allows that says nothing. */
export const DEFAULT_REGISTRIES = ["ghcr.io/", "quay.io/", "registry.k8s.io/", "docker.io/"];
const PINNED = "^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?@sha256:[0-9a-f]{64}$";

/**
 * A tag is moved under a running tenant, and an unknown registry serves what it likes. Image volumes and ephemeral
 * containers run code as well, and Pod Security looks at neither's origin.
 */
export const pinnedImages: Guardrail = {
  rule: tenantRule(
    {
      name,
      severity: "high",
      description: "Every image comes from an allowed registry and is pinned by digest.",
      remediationSteps:
        "Write the image as REGISTRY/NAME@sha256:DIGEST; `docker buildx imagetools inspect IMAGE` prints the digest.",
      configSchema: {
        properties: { registries: { type: "array", items: { type: "string" }, default: DEFAULT_REGISTRIES } },
      },
    },
    (object, args) => {
      const template = templateOf(object);
      if (!template) return [];
      const registries = setting(args, "registries", DEFAULT_REGISTRIES);
      return imagesOf(template.spec).flatMap(({ title, image }) => {
        if (!new RegExp(PINNED).test(image)) return [`${title} has image "${image}", want REGISTRY/NAME@sha256:DIGEST`];
        // Prefixes end in "/": evil.io/ghcr.io/x and ghcr.io.evil.io/x do not start with ghcr.io/.
        if (registries.some((it) => it.endsWith("/") && image.startsWith(it))) return [];
        return [`${title} has image "${image}", want one from ${registries.join(", ")}`];
      });
    },
  ),
  admission: ({ registries }) =>
    twin({
      name,
      scope: "tenants",
      match: PODS,
      conditions: CHANGED,
      variables: {
        ...POD_VARIABLES,
        images:
          'variables.all.map(c, c.?image.orValue("")) + variables.volumes.filter(v, has(v.image)).map(v, v.image.?reference.orValue(""))',
        registries: cel(registries.filter((it) => it.endsWith("/"))),
      },
      verdicts: [
        {
          found: `variables.images.filter(i, !i.matches(${cel(PINNED)}) || !variables.registries.exists(r, i.startsWith(r))).map(i, "image " + i)`,
          wanted: `REGISTRY/NAME@sha256:DIGEST from ${registries.join(" ")}`,
        },
      ],
    }),
};

const imagesOf = (spec: Fields): { title: string; image: string }[] => [
  ...allContainers(spec).map(({ title, body }) => ({ title, image: text(body.image) })),
  ...list(spec.volumes)
    .map(fields)
    .filter((it) => "image" in it)
    .map((it) => ({ title: `volume "${text(it.name)}"`, image: text(fields(it.image).reference) })),
];
