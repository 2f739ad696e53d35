// What is kept of a box on disk: how it was made (BoxRecord), and what has become of it (BoxState). Other processes read both
// at any time, so each is replaced whole.

export interface BoxRecord {
  /** 64 hexadecimal digits. */
  id: string;
  name: string;
  createdAt: string;
  /** The words behind `wbx run` that the box is made from, and where they were said. */
  args: string[];
  directory: string;
  /** As the user named it: an image, a box file or a directory; and what runs in it, as far as it was said. */
  image: string;
  command: string[];
  tty: boolean;
  interactive: boolean;
  labels: Record<string, string>;
  /** Removed when it ends. */
  autoRemove: boolean;
  restart: RestartPolicy;
  stopSignal?: number;
  /** Seconds. */
  stopTimeout: number;
  log: LogOptions;
  health?: HealthOptions;
  /** Not even what the image asks for. */
  noHealthcheck: boolean;
  hostname?: string;
}

export interface RestartPolicy {
  name: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Of on-failure; 0 = no limit. */
  maximum: number;
}

export interface LogOptions {
  driver: 'json-file' | 'none';
  /** Bytes of one file, and how many there are. */
  maxSize: number;
  maxFiles: number;
}

/** Times in milliseconds. */
export interface HealthOptions {
  command: string[];
  interval: number;
  timeout: number;
  startPeriod: number;
  retries: number;
}

export type BoxStatus = 'created' | 'running' | 'paused' | 'restarting' | 'exited';

export interface BoxState {
  status: BoxStatus;
  /** Process of the host, and when it began by the host's count: numbers of processes are used again. */
  pid: number;
  pidStart: string;
  startedAt: string;
  finishedAt: string;
  exitCode: number;
  /** The memory limit has ended it. */
  outOfMemory: boolean;
  /** Limits that it has met since it was started, a sentence each. */
  limitsMet: string[];
  /** Why wbx could not run it. */
  error: string;
  restartCount: number;
  health?: HealthState;
  /** Published: `80/tcp` and where. */
  ports: PortState[];
}

export interface HealthState {
  status: 'starting' | 'healthy' | 'unhealthy';
  failingStreak: number;
  log: { start: string; end: string; exitCode: number; output: string }[];
}

export interface PortState {
  port: number;
  protocol: string;
  hostAddress: string;
  hostPort: number;
}

export const NEVER = '0001-01-01T00:00:00Z';

export function freshState(): BoxState {
  return {
    status: 'created',
    pid: 0,
    pidStart: '',
    startedAt: NEVER,
    finishedAt: NEVER,
    exitCode: 0,
    outOfMemory: false,
    limitsMet: [],
    error: '',
    restartCount: 0,
    ports: [],
  };
}

/** Its process is there. */
export function isAlive({ status }: BoxState): boolean {
  return status === 'running' || status === 'paused' || status === 'restarting';
}
