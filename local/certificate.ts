import { createPrivateKey, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type { KeyUsageFlags } from "@peculiar/x509";

/** A certificate and its private key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

export interface CertificateArgs {
  subject: {
    /** What Kubernetes reads as the user name. */
    commonName: string;
    /** What Kubernetes reads as the user's group. */
    organization?: string;
  };
  /** An authority signs others; a server is known by `hosts`; a client only by its subject. A peer is both of the latter. */
  use: "authority" | "server" | "client" | "peer";
  /** DNS names and IP addresses that the certificate is valid for. */
  hosts?: string[];
  /** The authority that signs. Without it the certificate signs itself. */
  issuer?: KeyPair;
  days: number;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Makes a P-256 key and an X.509 v3 certificate for it. */
export async function issue({ subject, use, hosts = [], issuer, days }: CertificateArgs): Promise<KeyPair> {
  // Only here, so that a start that finds its certificates does not load the library; the library needs this polyfill first.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const name = new x509.Name([
    // Typed values are taken as they are: a plain string would be read as RFC 4514 text, with its quotes and escapes.
    ...(subject.organization ? [{ O: [{ utf8String: subject.organization }] }] : []),
    { CN: [{ utf8String: subject.commonName }] },
  ]);
  const authority = issuer && new x509.X509Certificate(issuer.cert);
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const { digitalSignature, keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const usage = use === "authority" ? ((keyCertSign | cRLSign) as KeyUsageFlags) : digitalSignature;
  const purposes = { authority: [], server: [serverAuth], client: [clientAuth], peer: [serverAuth, clientAuth] }[use];
  const names = hosts.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value }));
  // A minute back, so that a clock that is a little behind accepts what was made just now.
  const notBefore = new Date(Date.now() - 60_000);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      subject: name,
      issuer: authority?.subjectName ?? name,
      notBefore,
      notAfter: new Date(notBefore.getTime() + days * 86_400_000),
      publicKey: keys.publicKey,
      signingKey: issuer ? createPrivateKey(issuer.key).toCryptoKey(ALGORITHM, false, ["sign"]) : keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(use === "authority", undefined, true),
        new x509.KeyUsagesExtension(usage, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(authority?.publicKey ?? keys.publicKey, false, webcrypto),
        ...(purposes.length > 0 ? [new x509.ExtendedKeyUsageExtension(purposes)] : []),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
  return { cert: `${certificate.toString("pem")}\n`, key: `${x509.PemConverter.encode(key, "PRIVATE KEY")}\n` };
}
