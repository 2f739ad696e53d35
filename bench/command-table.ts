// Real programs, timed from start to exit: each row runs in /data of a Debian root file system (bench/command-root.ts).

export interface Command {
  name: string;
  argv: string[];
  /** Starts children, which qemu-x86_64 would leave to the CPU. */
  forks?: boolean;
}

export const COMMANDS: Command[] = [
  { name: 'gzip -9 of 20 MB', argv: ['/usr/bin/gzip', '-9kc', 'text'] },
  { name: 'xz of 20 MB', argv: ['/usr/bin/xz', '-T1', '-kc', 'text'] },
  { name: 'python3 loops', argv: ['/usr/bin/python3', 'loops.py'] },
  { name: 'perl regexes', argv: ['/usr/bin/perl', 'match.pl'] },
  { name: 'sqlite3 200k inserts', argv: ['/usr/bin/sqlite3', ':memory:', '.read inserts.sql'] },
  { name: 'openssl sha256', argv: ['/usr/bin/openssl', 'dgst', '-sha256', 'text'] },
  {
    name: 'openssl aes-256-cbc',
    argv: ['/usr/bin/openssl', 'enc', '-aes-256-cbc', '-K', '00', '-iv', '00', '-in', 'text'],
  },
  {
    name: 'gcc -O2, 2,000 lines',
    argv: ['/usr/lib/gcc/x86_64-linux-gnu/12/cc1', '-quiet', '-O2', 'lines.c', '-o', '-'],
  },
  { name: 'go', argv: ['/data/work'] },
  { name: 'node', argv: ['/usr/bin/node', 'objects.mjs'] },
  { name: 'python3 -c pass', argv: ['/usr/bin/python3', '-c', 'pass'] },
  { name: 'git status', argv: ['/usr/bin/git', '-C', 'repository', 'status', '--short'] },
  {
    name: 'untar of 10,000 files',
    argv: ['/bin/bash', '-c', 'mkdir /tmp/u.$$ && tar -xf files.tar -C /tmp/u.$$ && rm -r /tmp/u.$$'],
    forks: true,
  },
  { name: 'find in a Debian', argv: ['/bin/bash', '-c', 'find /usr /etc -type f -size +20k | sort'], forks: true },
  { name: '200 forks of /bin/true', argv: ['/bin/bash', '-c', 'for i in {1..200}; do /bin/true; done'], forks: true },
];
