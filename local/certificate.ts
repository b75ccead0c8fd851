import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import * as der from "./der.ts";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface Subject {
  /** What Kubernetes reads as the user name. */
  commonName: string;
  /** What Kubernetes reads as the user's group. */
  organization?: string;
}

export interface CertificateArgs {
  subject: Subject;
  /** An authority signs others; a server is known by `hosts`; a client only by its subject. A peer is both of the latter. */
  use: "authority" | "server" | "client" | "peer";
  /** DNS names and IPv4 addresses that the certificate is valid for. */
  hosts?: string[];
  /** Who signs. Without it the certificate signs itself. */
  issuer?: { subject: Subject; key: string };
  days: number;
}

const ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"));
const EXTENDED_USE = { server: ["1.3.6.1.5.5.7.3.1"], client: ["1.3.6.1.5.5.7.3.2"] };

/** Makes a P-256 key and an X.509 v3 certificate for it. Node can sign but not issue; this is all of RFC 5280 that Kubernetes asks for. */
export function issue(args: CertificateArgs): KeyPair {
  const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signer = args.issuer ? createPrivateKey(args.issuer.key) : pair.privateKey;
  const spki = pair.publicKey.export({ type: "spki", format: "der" });
  const issuerSpki = createPublicKey(signer).export({ type: "spki", format: "der" });
  // A minute back, so that a clock that is a little behind accepts what was made just now.
  const from = new Date(Date.now() - 60_000);
  const body = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ECDSA_SHA256,
    name(args.issuer?.subject ?? args.subject),
    der.sequence(der.utcTime(from), der.utcTime(new Date(from.getTime() + args.days * 86_400_000))),
    name(args.subject),
    spki,
    der.explicit(3, der.sequence(...extensions(args, keyId(spki), keyId(issuerSpki)))),
  );
  const signature = sign("sha256", body, signer);
  const cert = der.sequence(body, ECDSA_SHA256, der.bits(signature)).toString("base64");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert.replace(/(.{64})(?!$)/g, "$1\n")}\n-----END CERTIFICATE-----\n`,
    key: pair.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

function extensions({ use, hosts = [] }: CertificateArgs, own: Buffer, issuers: Buffer): Buffer[] {
  const authority = use === "authority";
  const purposes =
    use === "peer" ? [...EXTENDED_USE.server, ...EXTENDED_USE.client] : authority ? [] : EXTENDED_USE[use];
  // keyUsage bits from the left: digitalSignature 0, keyCertSign 5, cRLSign 6.
  const usage = authority ? der.bits(Buffer.of(0x06), 1) : der.bits(Buffer.of(0x80), 7);
  const names = hosts.map((host) =>
    isIPv4(host)
      ? der.implicit(7, Buffer.from(host.split(".").map(Number)))
      : der.implicit(2, Buffer.from(host, "ascii")),
  );
  return [
    extension("2.5.29.19", authority ? der.sequence(der.truth(true)) : der.sequence(), true),
    extension("2.5.29.15", usage, true),
    extension("2.5.29.14", der.octets(own)),
    extension("2.5.29.35", der.sequence(der.implicit(0, issuers))),
    ...(purposes.length > 0 ? [extension("2.5.29.37", der.sequence(...purposes.map(der.oid)))] : []),
    ...(names.length > 0 ? [extension("2.5.29.17", der.sequence(...names))] : []),
  ];
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.truth(true)] : []), der.octets(value));
}

function name({ commonName, organization }: Subject): Buffer {
  const part = (id: string, value: string) => der.set(der.sequence(der.oid(id), der.text(value)));
  return der.sequence(...(organization ? [part("2.5.4.10", organization)] : []), part("2.5.4.3", commonName));
}

const keyId = (spki: Buffer): Buffer => createHash("sha1").update(spki).digest();
