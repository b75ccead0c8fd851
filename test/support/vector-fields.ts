import { admitted, type Attempt, type Bend, by, byPodSecurity, deployment, INSIDE, pod, refused } from "./vector.ts";

/** What is wrong, what is right in its place: each tried bare, and as a template. */
export type Field = [title: string, bad: Bend, good?: Bend];

export const digest = (image: string) => `${image}@sha256:${"e".repeat(64)}`;
export const volume =
  (source: object): Bend =>
  (spec) =>
    spec.volumes.push({ name: "more", ...source });

/** Both ways to make a pod; Pod Security judges bare ones first, guardrails the templates. */
export const both = (vector: number, fields: readonly Field[], bare: RegExp, template: RegExp): Attempt[] =>
  fields.flatMap(([title, bad, good]) => [
    refused(vector, `a pod with ${title}`, INSIDE, pod(bad), bare),
    refused(vector, `a Deployment with ${title}`, INSIDE, deployment(bad), template),
    ...(good
      ? [
          admitted(vector, `a pod that mends ${title}`, INSIDE, pod(good)),
          admitted(vector, `a Deployment that mends ${title}`, INSIDE, deployment(good)),
        ]
      : []),
  ]);

/** Both guards see it; which speaks first does not matter. */
export const either = new RegExp(`${byPodSecurity.source}|${by("sandboxed-pods").source}`);
