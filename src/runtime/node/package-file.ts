// Files that come with this package. Invariant: all code runs from somewhere below dist/, as tsc leaves it or bundled.

/** By its path from the package's root. */
export function packageFile(path: string): URL {
  const url = import.meta.url;
  return new URL(path, url.slice(0, url.lastIndexOf('/dist/') + 1));
}
