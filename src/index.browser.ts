// The library in a page: docs/LIBRARY.md. Boxes are built elsewhere.
export { WbxError } from './errors.ts';
export { start } from './library/browser.ts';
export type { BoxEvent, Exit } from './library/events.ts';
export type { MessageFormat } from './library/messages.ts';
export type { Process, ProcessResult } from './library/process.ts';
export type { ExecOptions, RunningBox } from './library/running-box.ts';
export type { Snapshot } from './library/snapshot.ts';
export type { Connection } from './runtime/net/visitor.ts';
export type { GoOnOptions, StartOptions } from './library/start.ts';
export type { BoxSource } from './runtime/browser/source.ts';
export type { HostMount, LimitName, Limits, NetworkPolicy, Policy } from './runtime/policy.ts';
