// What `run` can run, brought to one shape: made of a tree (runnable-tree.ts) or of a box file (runnable-file.ts).
import type { BootOptions, ImageLayout } from '../../box/boot-block.ts';
import type { ConfigOverrides } from '../../box/boot-config.ts';
import type { BoxFile } from '../../box/inspect.ts';
import type { ContainerConfig } from '../../image/oci.ts';
import type { ImageSource } from '../../box/source.ts';
import type { Moment } from '../../snapshot/moment.ts';
import type { Rootfs } from '../../image/rootfs.ts';

/** What runBox() needs to know of what it runs. */
export interface Runnable {
  layout: ImageLayout;
  image: ImageSource;
  /** Engine of the box; absent = the one of this package. */
  engine?: WebAssembly.Module;
  /** The memory that a snapshot goes on from; such a box does not boot. */
  saved?: () => Promise<Moment>;
  /** The box file that its snapshots are made from; `close` it. */
  base(): Promise<BoxFile & { close(): void }>;
  /** Its files, for a volume that begins with what the image has. */
  rootfs(): Promise<Rootfs>;
  /** Ports that the image names: `80/tcp`. */
  exposed: string[];
  /** What the image says of how it is run. */
  config: ContainerConfig;
  /** What it starts with when the user says this. */
  bootOptions(overrides: ConfigOverrides): Promise<BootOptions>;
}
