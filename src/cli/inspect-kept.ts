// A kept box in the fields of `docker container inspect`.
import { Boxes, type KnownBox } from '../runtime/node/boxes/boxes.ts';
import { membersOf, subnetOf } from '../runtime/node/net/members.ts';
import { Networks } from '../runtime/node/net/networks.ts';
import { WbxError } from '../errors.ts';
import { ParsedOptions } from './options.ts';
import { policyOf } from './policy-file.ts';
import { portName } from './published-ports.ts';
import { RUN_OPTIONS } from './run.ts';

/** Undefined when no box has that name or id. */
export function keptBox(wanted: string): object | undefined {
  const boxes = new Boxes();
  try {
    return describe(boxes, boxes.find(wanted));
  } catch (error) {
    if (error instanceof WbxError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function describe(boxes: Boxes, { record, state }: KnownBox): object {
  const { status, health } = state;
  return {
    Id: record.id,
    Created: record.createdAt,
    Path: record.command[0] ?? '',
    Args: record.command.slice(1),
    State: {
      Status: status,
      Running: status === 'running' || status === 'paused',
      Paused: status === 'paused',
      Restarting: status === 'restarting',
      OOMKilled: state.outOfMemory,
      LimitsMet: state.limitsMet,
      Pid: state.pid,
      ExitCode: state.exitCode,
      Error: state.error,
      StartedAt: state.startedAt,
      FinishedAt: state.finishedAt,
      ...(health && { Health: { Status: health.status, FailingStreak: health.failingStreak, Log: health.log } }),
    },
    Image: record.image,
    LogPath: boxes.path(record.id, 'log'),
    Name: `/${record.name}`,
    RestartCount: state.restartCount,
    HostConfig: {
      AutoRemove: record.autoRemove,
      RestartPolicy: { Name: record.restart.name, MaximumRetryCount: record.restart.maximum },
      LogConfig: { Type: record.log.driver },
    },
    Config: {
      Image: record.image,
      Cmd: record.command,
      Tty: record.tty,
      OpenStdin: record.interactive,
      Labels: record.labels,
      StopTimeout: record.stopTimeout,
    },
    Policy: policyOf(new ParsedOptions(RUN_OPTIONS, record.args)),
    NetworkSettings: { Ports: portsOf(state.ports), Networks: networksOf(record.id) },
  };
}

/** User-made networks that it is on. */
function networksOf(id: string): object {
  const all = new Networks().list().flatMap((network) => {
    return membersOf(network).flatMap(({ box, address, names }) => {
      if (box !== id) return [];
      const { gateway, prefix } = subnetOf(network, address);
      return [
        [
          network.name,
          { NetworkID: network.id, IPAddress: address, IPPrefixLen: prefix, Gateway: gateway, DNSNames: names },
        ],
      ];
    });
  });
  return Object.fromEntries(all);
}

function portsOf(ports: KnownBox['state']['ports']): Record<string, { HostIp: string; HostPort: string }[]> {
  const byName: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of ports) {
    byName[portName(port)] ??= [];
    byName[portName(port)].push({ HostIp: port.hostAddress, HostPort: String(port.hostPort) });
  }
  return byName;
}
