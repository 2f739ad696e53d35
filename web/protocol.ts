// What the page, its worker and the service worker say to each other. Requests are answered through the port they bring along.

import type { NetworkPolicy } from '../src/index.browser.ts';

/** What `wbx web` was told, in config.json beside the page. */
export interface PageConfig {
  network?: NetworkPolicy;
}

/** From the page to the worker. */
export type Order =
  | { op: 'start'; box: string; session: boolean; columns: number; rows: number; network?: NetworkPolicy }
  | { op: 'open'; file: File; columns: number; rows: number; network?: NetworkPolicy }
  | { op: 'input'; bytes: Uint8Array }
  | { op: 'resize'; columns: number; rows: number }
  | { op: 'save' }
  | { op: 'export' }
  | { op: 'upload'; file: File; path: string }
  | { op: 'download'; path: string }
  | { op: 'fetch'; request: PreviewRequest };

/** From the worker to the page. */
export type News =
  /** `past`: shown before the session was saved; what the terminal was asked then has been answered. */
  | { news: 'output'; bytes: Uint8Array; past?: boolean }
  | { news: 'running'; restored: boolean }
  | { news: 'ended'; text: string };

/** An HTTP request for a program of the box. */
export interface PreviewRequest {
  port: number;
  method: string;
  /** With the query; begins with a slash. */
  path: string;
  headers: [string, string][];
  body: ArrayBuffer | undefined;
}

export interface PreviewResponse {
  status: number;
  statusText: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer>;
}

/** How a request ends at its port. */
export type Answer<T> = { value: T } | { error: string };
