// The two forms an archive of files takes: a tar, whose bytes go wherever `write` puts them, and a directory.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { Content } from '../rootfs.ts';
import { type Sink, TarWriter } from '../tar/write.ts';
import type { FileSink } from './save.ts';

const PIECE = 1 << 20;
const MEMBER = { target: '', uid: 0, gid: 0, mtimeSec: 0, mtimeNsec: 0, devMajor: 0, devMinor: 0 };

/** Deterministic: the same files give the same tar. */
export function tarSink(write: Sink): FileSink {
  const tar = new TarWriter(write);
  const made = new Set<string>();
  const directories = (path: string): void => {
    const parent = posix.dirname(path);
    if (parent === '.' || made.has(parent)) return;
    directories(parent);
    made.add(parent);
    tar.add({ ...MEMBER, type: 'directory', path: parent, mode: 0o755 });
  };
  return {
    add: (path, content) => {
      directories(path);
      tar.add({ ...MEMBER, type: 'file', path, mode: 0o644, content });
    },
    end: () => tar.end(),
  };
}

export function directorySink(directory: string): FileSink {
  mkdirSync(directory, { recursive: true });
  return { add: (path, content) => writeContent(join(directory, path), content), end: () => {} };
}

function writeContent(path: string, content: Content): void {
  mkdirSync(dirname(path), { recursive: true });
  const fd = openSync(path, 'w', 0o644);
  try {
    for (let at = 0; at < content.size; at += PIECE) {
      const bytes = content.read(at, PIECE);
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    }
  } finally {
    closeSync(fd);
  }
}
