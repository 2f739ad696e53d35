import { Dentry } from '../../vfs/dentry.ts';
import { DirSink } from '../../vfs/getdents.ts';
export function proc_readdir(d: Dentry, sink: DirSink): void {}
