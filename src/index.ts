// The library in Node, Bun and Deno: docs/LIBRARY.md.
export { WbxError } from './errors.ts';
export { type BuildRequest, build, convert } from './library/build.ts';
export { type BoxSource, start } from './library/node.ts';
export type { BoxEvent, Exit } from './library/events.ts';
export type { MessageFormat } from './library/messages.ts';
export type { Process, ProcessResult } from './library/process.ts';
export type { ExecOptions, RunningBox } from './library/running-box.ts';
export type { Snapshot } from './library/snapshot.ts';
export type { Connection } from './runtime/net/visitor.ts';
export type { GoOnOptions, StartOptions } from './library/start.ts';
export type { HostMount, LimitName, Limits, NetworkPolicy, Policy } from './runtime/policy.ts';
