import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { issue } from "../../local/certificate.ts";

const subject = { commonName: "authority" };
const root = await issue({ subject, use: "authority", days: 10 });
const client = { commonName: "Ünïcode name", organization: "system:masters" };
const signed = async (use: "server" | "client" | "peer", hosts?: string[], subject = client) =>
  new X509Certificate((await issue({ subject, use, hosts, issuer: root, days: 10 })).cert);

test("an authority signs itself, and what it signs verifies against it alone", async () => {
  const ca = new X509Certificate(root.cert);
  const other = new X509Certificate((await issue({ subject, use: "authority", days: 10 })).cert);
  const leaf = await signed("client");
  expect([ca.ca, ca.verify(ca.publicKey), ca.subject]).toEqual([true, true, "CN=authority"]);
  expect([leaf.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([false, true, true]);
  // Same name, other key: told apart by the key identifiers too.
  expect([leaf.issuer, leaf.checkIssued(other), leaf.verify(other.publicKey)]).toEqual(["CN=authority", false, false]);
});

test("a client carries its user and group, as Kubernetes reads them", async () => {
  const leaf = await signed("client");
  expect(leaf.subject).toBe("O=system:masters\nCN=Ünïcode name");
  expect([leaf.keyUsage, leaf.subjectAltName]).toEqual([["1.3.6.1.5.5.7.3.2"], undefined]);
});

test("a name is taken as it is, also where it looks like the syntax of names", async () => {
  const commonName = 'a "quoted" name, O=system:masters';
  const { subject } = (await signed("client", [], { commonName, organization: "#0c0161" })).toLegacyObject();
  expect(subject).toEqual({ CN: commonName, O: "#0c0161" });
});

test("a server is valid for its names and addresses, and for no other", async () => {
  const leaf = await signed("server", ["localhost", "127.0.0.1", "10.96.0.1", "::1"]);
  expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
  expect(leaf.subjectAltName).toBe(
    "DNS:localhost, IP Address:127.0.0.1, IP Address:10.96.0.1, IP Address:0:0:0:0:0:0:0:1",
  );
  expect([leaf.checkHost("localhost"), leaf.checkIP("10.96.0.1")]).toEqual(["localhost", "10.96.0.1"]);
  expect([leaf.checkHost("example.com"), leaf.checkIP("10.96.0.2")]).toEqual([undefined, undefined]);
});

test("a peer is a server and a client", async () => {
  expect((await signed("peer")).keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
});

test("an authority may sign certificates and nothing else, the rest may only sign what they say", async () => {
  // The critical extension id-ce-keyUsage: two bits from the left 5 and 6, or the bit 0.
  const usage = (bits: string) => Buffer.from(`0603551d0f0101ff04040302${bits}`, "hex");
  const [ca, leaf] = [new X509Certificate(root.cert), await signed("server")];
  expect([ca.raw.includes(usage("0106")), leaf.raw.includes(usage("0780"))]).toEqual([true, true]);
});

test("a certificate is valid from a minute ago for the days it is given, and belongs to its P-256 key", () => {
  const cert = new X509Certificate(root.cert);
  const days = (Date.parse(cert.validTo) - Date.parse(cert.validFrom)) / 86_400_000;
  const key = createPrivateKey(root.key);
  expect([days, Date.parse(cert.validFrom) < Date.now()]).toEqual([10, true]);
  expect([cert.checkPrivateKey(key), key.asymmetricKeyDetails]).toEqual([true, { namedCurve: "prime256v1" }]);
});

test("serial numbers are positive, at most 20 bytes, and never the same", async () => {
  const certs = await Promise.all(Array.from({ length: 50 }, () => signed("client")));
  const serials = certs.map((cert) => cert.serialNumber);
  expect(new Set(serials).size).toBe(50);
  expect(serials.filter((serial) => !/^(?!0+$)[0-9A-F]{24,40}$/.test(serial))).toEqual([]);
});
