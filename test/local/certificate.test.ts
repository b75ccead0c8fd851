import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { issue } from "../../local/certificate.ts";

const authority = { commonName: "authority" };
const root = issue({ subject: authority, use: "authority", days: 10 });
const signed = (use: "server" | "client" | "peer", hosts?: string[]) =>
  new X509Certificate(
    issue({
      subject: { commonName: "Ünïcode name", organization: "system:masters" },
      use,
      hosts,
      issuer: { subject: authority, key: root.key },
      days: 10,
    }).cert,
  );

test("an authority signs itself, and what it signs verifies against it alone", () => {
  const ca = new X509Certificate(root.cert);
  const other = new X509Certificate(issue({ subject: authority, use: "authority", days: 10 }).cert);
  const leaf = signed("client");
  expect([ca.ca, ca.verify(ca.publicKey), ca.subject]).toEqual([true, true, "CN=authority"]);
  expect([leaf.ca, leaf.checkIssued(ca), leaf.verify(ca.publicKey)]).toEqual([false, true, true]);
  expect(leaf.verify(other.publicKey)).toBe(false);
});

test("a client carries its user and group, as Kubernetes reads them", () => {
  const leaf = signed("client");
  expect(leaf.subject).toBe("O=system:masters\nCN=Ünïcode name");
  expect([leaf.keyUsage, leaf.subjectAltName]).toEqual([["1.3.6.1.5.5.7.3.2"], undefined]);
});

test("a server is valid for its names and addresses, and for no other", () => {
  const leaf = signed("server", ["localhost", "127.0.0.1", "10.96.0.1"]);
  expect(leaf.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:10.96.0.1");
  expect([leaf.checkHost("localhost"), leaf.checkIP("10.96.0.1")]).toEqual(["localhost", "10.96.0.1"]);
  expect([leaf.checkHost("example.com"), leaf.checkIP("10.96.0.2")]).toEqual([undefined, undefined]);
});

test("a peer is a server and a client", () => {
  expect(signed("peer").keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
});

test("a certificate is valid from now for the days it is given, and belongs to its key", () => {
  const cert = new X509Certificate(root.cert);
  const days = (Date.parse(cert.validTo) - Date.parse(cert.validFrom)) / 86_400_000;
  expect([days, Date.parse(cert.validFrom) < Date.now()]).toEqual([10, true]);
  expect(cert.checkPrivateKey(createPrivateKey(root.key))).toBe(true);
});

test("serial numbers are positive and never the same", () => {
  const serials = Array.from({ length: 50 }, () => signed("client").serialNumber);
  expect(new Set(serials).size).toBe(50);
  expect(serials.filter((serial) => !/^01[0-9A-F]{30}$/.test(serial))).toEqual([]);
});
