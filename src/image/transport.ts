// Images that are not in a registry, in the words of containers-transports(5): `oci:DIRECTORY`, `docker-archive:FILE`.
// `rootfs:` is ours: a directory or a tar with nothing but files.

const TRANSPORTS = ['oci', 'oci-archive', 'docker-archive', 'dir', 'rootfs'] as const;

export interface Place {
  transport: (typeof TRANSPORTS)[number];
  path: string;
}

/** Undefined for the name of an image. */
export function parsePlace(text: string): Place | undefined {
  const colon = text.indexOf(':');
  const transport = TRANSPORTS.find((each) => each === text.slice(0, Math.max(0, colon)));
  return transport && { transport, path: text.slice(colon + 1) };
}

/** `docker://NAME` is NAME. */
export function withoutDocker(text: string): string {
  return text.replace(/^docker:\/\//, '');
}
