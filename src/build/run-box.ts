// The box of a RUN step, run to its end in a worker thread, so that independent stages compute side by side: run-worker.ts
// calls this, run-workers.ts is the other side.
import { rawLayout, rawSource } from '../box/chunk-places.ts';
import type { BootOptions } from '../box/boot-block.ts';
import type { MaybePromise } from '../box/source.ts';
import { FileSink } from '../image/files.ts';
import { type ContainerNetwork, openNetwork } from '../runtime/node/net/container.ts';
import { runBox } from '../runtime/node/run.ts';
import type { Tier } from '../runtime/node/tier.ts';

/** What passes between threads as it is. */
export interface RunJob {
  boot: BootOptions;
  /** Absent = lo alone. */
  network?: ContainerNetwork;
  imageSize: number;
  /** The file that gets the layer stream (abi/layer.ts): it may be larger than memory. */
  layer: string;
  tier?: Tier;
}

export interface RunJobHost {
  engine: WebAssembly.Module;
  /** Bytes of the image. */
  read(offset: number, length: number): MaybePromise<Uint8Array>;
  output(bytes: Uint8Array): void;
}

/** The exit status. */
export async function runJob(job: RunJob, { engine, read, output }: RunJobHost): Promise<number> {
  const outside = await openNetwork(job.network, job.boot.hostname ?? '');
  const image = { size: job.imageSize, read };
  const layer = new FileSink(job.layer);
  const stream = {
    write: (bytes: Uint8Array) => {
      output(bytes);
      return bytes.length;
    },
  };
  try {
    const { status } = await runBox({
      boot: { ...job.boot, ...outside.boot },
      engine,
      network: outside.network,
      layout: rawLayout(image),
      image: rawSource(image),
      stdin: null,
      stdout: stream,
      stderr: stream,
      layer,
      tier: job.tier,
    });
    return status;
  } finally {
    layer.close();
  }
}
