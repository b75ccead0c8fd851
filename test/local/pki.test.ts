import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { certFile, ensurePki, keyFile, readPair } from "../../local/pki.ts";

const dir = mkdtempSync(join(tmpdir(), "tenantry-pki-"));
const names = () => readdirSync(join(dir, "pki")).sort();
const read = (name: string) => new X509Certificate(readPair(dir, name).cert);
const leaves = ["server", "admin", "kube-controller-manager", "kube-scheduler", "kwok", "etcd", "etcd-client"];

beforeAll(() => ensurePki(dir));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("every certificate has its user, group and purpose, and the authority that it should", () => {
  const [server, client] = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
  const rows = leaves.map((name) => [name, read(name).issuer, read(name).subject, ...(read(name).keyUsage ?? [])]);
  expect(rows).toEqual([
    ["server", "CN=tenantry-local", "CN=kube-apiserver", server],
    ["admin", "CN=tenantry-local", "O=system:masters\nCN=tenantry-local-admin", client],
    ["kube-controller-manager", "CN=tenantry-local", "CN=system:kube-controller-manager", client],
    ["kube-scheduler", "CN=tenantry-local", "CN=system:kube-scheduler", client],
    ["kwok", "CN=tenantry-local", "O=system:masters\nCN=tenantry-local-kwok", client],
    ["etcd", "CN=tenantry-local-etcd", "CN=etcd", server, client],
    ["etcd-client", "CN=tenantry-local-etcd", "CN=kube-apiserver", client],
  ]);
});

test("what one authority signed does not open what the other guards", () => {
  const [ca, etcd] = [read("ca"), read("etcd-ca")];
  const by = (name: string) => [ca, etcd].map((it) => read(name).checkIssued(it) && read(name).verify(it.publicKey));
  expect(leaves.filter((name) => by(name)[0])).toEqual(leaves.slice(0, 5));
  expect(leaves.filter((name) => by(name)[1])).toEqual(leaves.slice(5));
  expect([ca.ca, etcd.ca, ...leaves.map((name) => read(name).ca)]).toEqual([true, true, ...leaves.map(() => false)]);
});

test("servers are known by the names and addresses that clients use", () => {
  expect(leaves.map((name) => read(name).subjectAltName).filter(Boolean)).toEqual([
    "IP Address:127.0.0.1, DNS:localhost, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, IP Address:10.96.0.1",
    "IP Address:127.0.0.1, DNS:localhost",
  ]);
});

test("each certificate lasts ten years and belongs to the key beside it", () => {
  for (const name of ["ca", "etcd-ca", ...leaves]) {
    const cert = read(name);
    expect(cert.checkPrivateKey(createPrivateKey(readFileSync(keyFile(dir, name))))).toBe(true);
    expect((Date.parse(cert.validTo) - Date.parse(cert.validFrom)) / 86_400_000).toBe(3650);
  }
});

test("service accounts have an RSA pair", () => {
  const { cert, key } = readPair(dir, "service-accounts");
  const [open, secret] = [createPublicKey(cert), createPrivateKey(key)];
  expect([open.asymmetricKeyType, open.asymmetricKeyDetails?.modulusLength]).toEqual(["rsa", 2048]);
  expect(createPublicKey(secret).equals(open)).toBe(true);
});

test("files and their directory are for their owner only", () => {
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
  expect(mode(join(dir, "pki"))).toBe("700");
  expect(names()).toHaveLength(2 * (leaves.length + 3) + 1);
  expect(names().filter((name) => mode(join(dir, "pki", name)) !== "600")).toEqual([]);
});

test("a complete set is left as it is, an incomplete one is made anew as a whole", async () => {
  const all = () => names().map((name) => readFileSync(join(dir, "pki", name), "utf8"));
  const before = all();
  await ensurePki(dir);
  expect(all()).toEqual(before);
  rmSync(join(dir, "pki", "complete"));
  await ensurePki(dir);
  expect(names()).toHaveLength(before.length);
  expect(all().filter((text) => text !== "" && before.includes(text))).toEqual([]);
  expect(read("server").verify(new X509Certificate(readFileSync(certFile(dir, "ca"))).publicKey)).toBe(true);
});

test("the certificate library is loaded only when something is issued", async () => {
  const library = vi.fn((original: () => Promise<object>) => original());
  vi.doMock("@peculiar/x509", library);
  vi.resetModules();
  const again = await import("../../local/pki.ts");
  await again.ensurePki(dir);
  expect(library).not.toHaveBeenCalled();
  rmSync(join(dir, "pki", "complete"));
  await again.ensurePki(dir);
  expect(library).toHaveBeenCalledOnce();
});
