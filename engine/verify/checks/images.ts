import type { Tried } from "../check.ts";
import { type Change, container, pod, podSpec } from "../sample.ts";
import type { Space } from "../space.ts";

const PINNED = `@sha256:${"0".repeat(64)}`;
const image =
  (reference: string): Change =>
  (_, main) => {
    main.image = reference;
  };

/** The image's own name, so that only the missing digest can be what is refused. */
const bare = ({ image: reference }: Space): string => reference.replace(/@.*$/, "");
const host = ({ image: reference }: Space): string => reference.split("/")[0] ?? "";

interface Row {
  id: string;
  title: string;
  controls: string[];
  tries: (space: Space) => [what: string, change: Change][];
}

const ROWS: Row[] = [
  {
    id: "tag",
    title: "Images are pinned by digest: a tag is moved under whoever runs it",
    controls: ["CIS 5.5.1", "OWASP K01", "NSA pod security"],
    tries: (space) => [
      ["a pod with a tag", image(`${bare(space)}:latest`)],
      ["a pod with a bare image name", image("nginx")],
    ],
  },
  {
    id: "registry",
    title: "Images come from allowed registries",
    controls: ["CIS 5.5.1", "OWASP K01"],
    tries: (space) => [
      ["a pod from an unknown registry", image(`registry.tenantry-verify.example/it${PINNED}`)],
      ["a pod from a registry that ends like a known one", image(`${host(space)}.example/it${PINNED}`)],
      [
        "a pod from a registry with a known one in its path",
        image(`tenantry-verify.example/${host(space)}/it${PINNED}`),
      ],
    ],
  },
  {
    id: "init-container",
    title: "Init containers run allowed images only",
    controls: ["CIS 5.5.1", "OWASP K01"],
    tries: () => [
      [
        "a pod with a strange init container",
        (it, _, space) => {
          const init = { ...container(space, "init"), image: "tenantry-verify.example/it:latest" };
          it["initContainers"] = [{ ...init, readinessProbe: undefined, livenessProbe: undefined }];
        },
      ],
    ],
  },
  {
    id: "volume",
    title: "Image volumes hold allowed images only",
    controls: ["CIS 5.5.1", "OWASP K01"],
    tries: () => [
      [
        "a pod with a strange image volume",
        (it) => {
          it.volumes.push({ name: "it", image: { reference: "tenantry-verify.example/it:latest" } });
        },
      ],
    ],
  },
];

export const IMAGES: Tried[] = ROWS.map(({ id, title, controls, tries }) => ({
  ...{ id: `images.${id}`, title, controls },
  fix: "allow images by registry and digest with an admission policy, in every place a pod can name one",
  tries: (space) => tries(space).map(([what, change]) => pod(what, space, change)),
  control: (space) => pod(`a pod with ${podSpec(space).containers[0].image}`, space),
}));
