import { expect, test } from "vitest";
import { withoutFields } from "../../../engine/apply/field-path.ts";

const web = (): Record<string, unknown> => ({
  metadata: {
    labels: { a: "1", "a.b": "2", "app.kubernetes.io/name": "web", 'odd["x"].y': "3" },
    finalizers: ["x/a", "x/b"],
  },
  spec: {
    replicas: 2,
    containers: [
      { name: "web", image: "a", ports: [{ containerPort: 80, protocol: "TCP" }] },
      { name: "si]de", image: "b", ports: [] },
    ],
  },
});

/** The copy without this one field, as what the path left out. */
const without = (...fields: string[]) => withoutFields(web(), fields);

test("leaves out exactly the field that a path names", () => {
  const changed = (change: (it: ReturnType<typeof structured>) => void) => {
    const it = structured();
    change(it);
    return it;
  };
  const structured = () => web() as { metadata: { labels: Record<string, string>; finalizers: string[] }; spec: Spec };
  interface Spec {
    replicas?: number;
    containers: { image?: string; ports: unknown[] }[];
  }
  expect(without(".spec.replicas")).toEqual(changed((it) => delete it.spec.replicas));
  expect(without('.spec.containers[name="web"].image')).toEqual(changed((it) => delete it.spec.containers[0]?.image));
  expect(without('.spec.containers[name="si]de"].image')).toEqual(changed((it) => delete it.spec.containers[1]?.image));
  expect(without('.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]')).toEqual(
    changed((it) => it.spec.containers[0]?.ports.pop()),
  );
  expect(without(".metadata.labels.app.kubernetes.io/name")).toEqual(
    changed((it) => delete it.metadata.labels["app.kubernetes.io/name"]),
  );
  expect(without(".metadata.labels.a.b")).toEqual(changed((it) => delete it.metadata.labels["a.b"]));
  expect(without(".metadata.labels.a")).toEqual(changed((it) => delete it.metadata.labels["a"]));
  expect(without('.metadata.labels.odd["x"].y')).toEqual(changed((it) => delete it.metadata.labels['odd["x"].y']));
  expect(without('.metadata.finalizers[="x/b"]')).toEqual(changed((it) => it.metadata.finalizers.pop()));
  expect(without(".spec.replicas", ".metadata.labels.a")).toEqual(
    changed((it) => {
      delete it.spec.replicas;
      delete it.metadata.labels["a"];
    }),
  );
});

test("leaves the object itself as it is", () => {
  const object = web();
  withoutFields(object, [".spec"]);
  expect(object).toEqual(web());
});

test.each([
  ".spec.nothing",
  "spec.replicas",
  "",
  ".",
  ".spec.replicas.deeper",
  '.spec.containers[name="none"].image',
  ".spec.containers[0].image",
  ".spec.containers[",
  ".spec.containers.web",
  ".__proto__.x",
])("a field that is not there is no field: %j", (path) => {
  expect(without(path)).toBeUndefined();
  expect(without(".spec.replicas", path)).toBeUndefined();
});
