import { expect, test } from "vitest";
import { ApiError } from "../../../engine/cluster/status.ts";
import { amount } from "../../../engine/verify/quantity.ts";
import { refusalOf } from "../../../engine/verify/refuser.ts";
import { partsOf, pathOf } from "../../../engine/verify/resource.ts";

const answered = (status: number, message: string, path = "/api/v1/namespaces/a/pods") =>
  refusalOf(new ApiError({ verb: "POST", path }, { status, body: { kind: "Status", message } }));

test.each([
  [
    422,
    `pods "x" is forbidden: ValidatingAdmissionPolicy 'tenantry-pinned-images' with binding 'b' denied request: no`,
    "policy",
    'admission policy "tenantry-pinned-images"',
  ],
  [
    403,
    `pods "x" is forbidden: violates PodSecurity "restricted:v1.36": privileged`,
    "policy",
    "Pod Security (restricted:v1.36)",
  ],
  [
    403,
    `pods "x" is forbidden: exceeded quota: quota, requested: pods=1, used: pods=4, limited: pods=4`,
    "quota",
    'quota "quota"',
  ],
  [403, `pods "x" is forbidden: failed quota: quota: must specify limits.cpu`, "quota", 'quota "quota"'],
  [403, `pods "x" is forbidden: maximum cpu usage per Container is 1, but limit is 4`, "policy", "the LimitRange"],
  [400, `admission webhook "w.example" denied the request: no`, "policy", 'admission webhook "w.example"'],
  [
    400,
    `admission webhook "w.example" does not support dry run`,
    "no trial",
    "an admission webhook that cannot be asked without a change",
  ],
  [
    500,
    `Internal error occurred: failed calling webhook "w.example": refused`,
    "no trial",
    'admission webhook "w.example", which does not answer',
  ],
  [403, `pods is forbidden: User "u" cannot create resource "pods" in API group ""`, "rights", "RBAC"],
  [
    403,
    `user "u" (groups=["g"]) is attempting to grant RBAC permissions not currently held`,
    "rights",
    "RBAC: nobody grants what they do not have",
  ],
  [422, `Pod "x" is invalid: spec.containers: Required value`, "api", "the API server itself (422 Invalid)"],
  [404, `the server could not find the requested resource`, "unserved", "a server that does not know it"],
])("%i %s", (status, message, by, name) => {
  expect(answered(status, message)).toEqual({ by, name });
});

test("the text about a Secret is withheld, and only the fact is known", () => {
  const told = answered(422, `secrets "x" is forbidden: password hunter2 is weak`, "/api/v1/namespaces/a/secrets");
  expect(told).toEqual({ by: "policy", name: "the server, text withheld (422)" });
});

test.each([
  ["pods", "/api/v1/namespaces/a/pods", undefined],
  ["ingresses.networking.k8s.io", "/apis/networking.k8s.io/v1/namespaces/a/ingresses", undefined],
  ["namespaces/status", "/api/v1/namespaces/a/status", "a"],
])("%s lies at %s", (resource, path, name) => {
  expect(pathOf(resource, "a", name)).toBe(path);
});

test("a kind is group, resource and subresource", () => {
  expect(partsOf("certificatesigningrequests.certificates.k8s.io/approval")).toEqual({
    ...{ group: "certificates.k8s.io", resource: "certificatesigningrequests", subresource: "approval" },
  });
});

test.each([
  ["500m", 0.5],
  ["2", 2],
  ["1Gi", 2 ** 30],
  ["1e3", 1000],
  ["0", 0],
  ["plenty", Number.NaN],
  [undefined, Number.NaN],
])("the quantity %s", (quantity, number) => {
  expect(amount(quantity)).toBe(number);
});
